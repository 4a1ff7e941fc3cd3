#include "sim/actors/cooling_plant.h"

#include <algorithm>

#include <fmt/format.h>

#include "models/power/network.h"

namespace aifactory {

CoolingPlant::CoolingPlant(engine::Kernel& kernel, std::uint32_t rank, Params params, std::vector<CduUnit> cdus,
                           std::vector<LiquidBank>& banks, WaterLoop& loop, EventLog& log, Ports ports)
    : kernel_(kernel), params_(std::move(params)), cdus_(std::move(cdus)), banks_(banks), loop_(loop), log_(log),
      ports_(std::move(ports)), inbox_(kernel, rank) {
  for (std::size_t c = 0; c < cdus_.size(); ++c) {
    cdus_[c].pump_faults.assign(static_cast<std::size_t>(cdus_[c].model.params().pump_count), 0);
    apply_flow(c);
  }
  inbox_.post_at(0, engine::Phase::signal, {});
}

void CoolingPlant::operator()() {
  while (true) {
    for (const Message& message : inbox_.take()) {
      switch (message.kind) {
        case Kind::tick:
          control();
          inbox_.post_at(kernel_.now() + to_ticks(params_.period), engine::Phase::signal, {});
          break;
        case Kind::cdu: set_cdu(message); break;
        case Kind::power:
          powered_ = message.on;
          log_.add(kernel_.now(), message.on ? "repair" : "failure", params_.name, message.on ? "pumps and fans on" : "pumps and fans off", kUnset, message.cause);
          loop_.set_powered(kernel_.now(), message.on);
          for (std::size_t c = 0; c < cdus_.size(); ++c) apply_flow(c);
          // Fans and pumps stop or start now, not at the next control instant: what the loop books as their work and
          // what the power network meters must be the same.
          control();
          break;
      }
    }
  }
}

LiquidBank::Flow CoolingPlant::flow_of(const CduUnit& unit, std::int64_t running, bool powered) {
  const auto solved = unit.model.pumps().solve(powered ? running : 0, 1.0);
  const ThermalConductance secondary = unit.model.coolant().capacity_rate(solved.flow);
  const double share = secondary / unit.model.design_secondary();
  const auto exchange = unit.model.exchange(powered ? unit.primary : ThermalConductance(0.0), secondary);
  const auto chip_side = unit.rack->plate_resistance(unit.rack->plate_flow(solved.flow / static_cast<double>(unit.racks)));
  return {.exchange = share > 0.0 ? exchange.conductance : ThermalConductance(0.0), .secondary = secondary, .plate_to_coolant = chip_side};
}

void CoolingPlant::apply_flow(std::size_t c) {
  CduUnit& unit = cdus_[c];
  const Tick now = kernel_.now();
  std::int64_t running = 0;
  for (const std::int16_t faults : unit.pump_faults) running += faults == 0;
  running = std::min(running, unit.model.params().pumps_running);
  if (unit.faults > 0) running = 0;
  const auto solved = unit.model.pumps().solve(powered_ ? running : 0, 1.0);
  unit.pump_power = on_load_grid(solved.power);
  loop_.touch(now, c);
  banks_[c].set_flow(now, flow_of(unit, running, powered_));
  banks_[c].set_other_heat(now, unit.rack_other + unit.pump_power);
  ports_.cdu_pump_power(c, unit.pump_power);
  ports_.coolant_changed(c);
}

void CoolingPlant::set_cdu(const Message& message) {
  CduUnit& unit = cdus_[message.cdu];
  auto& faults = message.pump < 0 ? unit.faults : unit.pump_faults[static_cast<std::size_t>(message.pump)];
  faults = static_cast<std::int16_t>(faults + (message.on ? -1 : 1));
  apply_flow(message.cdu);
  const auto flow = banks_[message.cdu].flow();
  const std::string what = message.pump < 0 ? unit.name : fmt::format("{}.pump_{}", unit.name, static_cast<char>('a' + message.pump));
  log_.add(kernel_.now(), message.on ? "repair" : "failure", what, "coolant_flow_frac", flow.secondary / unit.model.design_secondary(),
           message.cause);
}

void CoolingPlant::add_rack_heat(std::size_t c, Power change) {
  cdus_[c].rack_other += change;  // exact: both are on the power grid
  banks_[c].set_other_heat(kernel_.now(), cdus_[c].rack_other + cdus_[c].pump_power);
}

void CoolingPlant::room_heat(Power heat) { loop_.set_room_heat(kernel_.now(), heat); }

void CoolingPlant::control() {
  const Tick now = kernel_.now();
  if (limited_) at_limit_ += now - last_control_;
  last_control_ = now;
  const auto out = loop_.control(now, ports_.outdoor(now));
  if (!out.converged) {
    ++unsolved_;
    log_.add(now, "unsolved", params_.name, "heat rejection did not converge");
  }
  if (out.at_limit != limited_) {
    limited_ = out.at_limit;
    log_.add(now, "limit", params_.name, limited_ ? "heat rejection at full speed, supply_c" : "heat rejection in control, supply_c",
             loop_.supply().in_celsius(), limited_ ? "outdoor air and heat exceed the plant" : "");
  }
  ports_.plant_power(out.pump_power, out.fan_power, out.crah_fan_power);
  for (const std::size_t c : out.moved) ports_.coolant_changed(c);
  // Extremes so far; a bank at rest has been looked at when it came to rest.
  for (const std::size_t c : loop_.evaluated()) {
    max_supply_ = std::max(max_supply_, banks_[c].supply(now));
    ports_.observe(now, c);
  }
}

}  // namespace aifactory
