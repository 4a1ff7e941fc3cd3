#include "models/cooling/chiller_group.h"

#include <cmath>

namespace aifactory {

ChillerGroup::Output ChillerGroup::evaluate(double running, Power heat, Temperature evaporator_leaving,
                                            Temperature condenser_entering, ThermalConductance condenser_flow) const {
  Output out;
  if (!(running > 0.0)) return out;
  const Power each = heat / running;
  if (const auto* eir = std::get_if<ChillerEir>(&machine_)) {
    const auto one = eir->evaluate(each, evaporator_leaving, condenser_entering);
    out.heat = one.heat * running;
    out.power = one.power * running;
    out.rejected = one.rejected * running;
    out.capacity = one.capacity * (running * eir->params().max_part_load);
    out.part_load = one.part_load;
    out.inside = one.inside;
    return out;
  }
  const auto& carnot = std::get<CarnotChiller>(machine_);
  const bool air = std::isinf(condenser_flow.si());
  Temperature leaving = air ? condenser_entering + air_rise_ : condenser_entering + heat / condenser_flow;
  CarnotChiller::Output one = carnot.evaluate(each, evaporator_leaving, leaving);
  // The leaving water depends on the power that it decides; each step gains about a factor of range over temperature.
  for (int step = 0; !air; ++step) {
    const Temperature next = condenser_entering + one.rejected * running / condenser_flow;
    if (std::fabs((next - leaving).si()) < 1e-10) break;
    if (step == 50) {
      out.converged = false;
      break;
    }
    leaving = next;
    one = carnot.evaluate(each, evaporator_leaving, leaving);
  }
  out.heat = one.heat * running;
  out.power = one.power * running;
  out.rejected = one.rejected * running;
  out.capacity = carnot.params().design_capacity * running;
  out.part_load = one.heat / carnot.params().design_capacity;
  return out;
}

Power ChillerGroup::capacity(Temperature evaporator_leaving, Temperature condenser_entering) const {
  if (const auto* eir = std::get_if<ChillerEir>(&machine_)) {
    return eir->evaluate(0.0 * W, evaporator_leaving, condenser_entering).capacity * eir->params().max_part_load;
  }
  return std::get<CarnotChiller>(machine_).params().design_capacity;
}

double ChillerGroup::motor_heat_frac() const {
  const auto* eir = std::get_if<ChillerEir>(&machine_);
  return eir ? eir->params().motor_heat_frac : 1.0;
}

Power ChillerGroup::rated_power() const {
  if (const auto* eir = std::get_if<ChillerEir>(&machine_)) return eir->params().design_capacity / eir->params().cop;
  const auto& p = std::get<CarnotChiller>(machine_).params();
  return p.design_capacity / p.cop;
}

}  // namespace aifactory
