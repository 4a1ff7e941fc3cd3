#include "models/cooling/cdu.h"

#include <algorithm>
#include <limits>

namespace aifactory {
namespace {

PumpGroup::Params pumps_of(const Cdu::Params& p) {
  return {.count = p.pump_count,
          .design_running = p.pumps_running,
          .design_flow = p.secondary_flow_per_power * p.rated_heat,
          .design_head = p.pump_head,
          .efficiency = p.pump_efficiency,
          .shutoff_head_ratio = p.pump_shutoff_head_ratio};
}

}  // namespace

Cdu::Cdu(const Params& params)
    : params_(checked("CDU", params)),
      coolant_(&fluid_named(params.coolant)),
      design_secondary_(coolant_->capacity_rate(params.secondary_flow_per_power * params.rated_heat)),
      design_primary_(params.primary_capacity_ratio * design_secondary_),
      pumps_(pumps_of(params)) {
  const auto [low, high] = std::minmax(design_primary_, design_secondary_);
  const TemperatureDelta rise = params.rated_heat / design_secondary_;
  const TemperatureDelta drive = params.design_supply + rise - params.design_primary_supply;
  const double eps = params.rated_heat.si() / (low.si() * drive.si());
  ua_ = counterflow_ntu(drive.si() > 0.0 ? eps : 2.0, low / high) * low;
}

HeatExchange Cdu::exchange(ThermalConductance primary, ThermalConductance secondary) const {
  return counterflow_exchange(ua_ * conductance_ratio(primary / design_primary_, secondary / design_secondary_),
                              primary, secondary);
}

Temperature Cdu::supply(Power heat, Temperature primary_supply, ThermalConductance primary,
                        ThermalConductance secondary) const {
  if (heat.si() == 0.0) return primary_supply;
  const ThermalConductance conductance = exchange(primary, secondary).conductance;
  if (!(conductance.si() > 0.0)) return Temperature::kelvin(std::numeric_limits<double>::infinity());
  return primary_supply + heat / conductance - heat / secondary;
}

HeatCapacity Cdu::secondary_heat_capacity() const {
  return coolant_->heat_capacity(params_.secondary_volume_per_power * params_.rated_heat);
}

}  // namespace aifactory
