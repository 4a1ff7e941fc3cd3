#include "sim/actors/cdu_control.h"

#include <algorithm>

#include <fmt/format.h>

#include "models/power/network.h"

namespace aifactory {

CduControl::CduControl(engine::Kernel& kernel, std::uint32_t rank, std::string name, std::vector<Unit> units,
                       std::vector<LiquidBank>& banks, WaterLoop& loop, EventLog& log, Ports ports)
    : kernel_(kernel), name_(std::move(name)), units_(std::move(units)), banks_(banks), loop_(loop), log_(log),
      ports_(std::move(ports)), inbox_(kernel, rank) {
  for (std::size_t c = 0; c < units_.size(); ++c) {
    units_[c].pump_faults.assign(static_cast<std::size_t>(units_[c].model.params().pump_count), 0);
    apply_flow(c);
  }
}

void CduControl::operator()() {
  while (true) {
    const auto messages = inbox_.take();
    for (std::size_t m = 0; m < messages.size(); ++m) {
      const Message& message = messages[m];
      if (message.kind == Kind::disturb) {
        disturbed(message);
        continue;
      }
      std::int64_t count = 1;
      for (; m + 1 < messages.size(); ++m, ++count) {
        const Message& next = messages[m + 1];
        if (next.kind != Kind::power || next.on != message.on || next.cause != message.cause) break;
        units_[messages[m].cdu].powered = message.on;
        apply_flow(messages[m].cdu);
      }
      units_[messages[m].cdu].powered = message.on;
      apply_flow(messages[m].cdu);
      tell_supply(message, count);
    }
  }
}

void CduControl::tell_supply(const Message& message, std::int64_t count) {
  const char* kind = message.on ? "repair" : "failure";
  const char* state = message.on ? "pumps on" : "pumps off";
  if (count == 1) {
    log_.add(kernel_.now(), kind, units_[message.cdu].name, state, kUnset, message.cause);
  } else {
    log_.add(kernel_.now(), kind, name_, fmt::format("{} CDUs: {}", count, state), kUnset, message.cause);
  }
}

LiquidBank::Flow CduControl::flow_of(const Unit& unit, std::int64_t running, double facility_flow) {
  const auto solved = unit.model.pumps().solve(running, 1.0);
  const ThermalConductance secondary = unit.model.coolant().capacity_rate(solved.flow);
  const double share = secondary / unit.model.design_secondary();
  const auto exchange = unit.model.exchange(unit.primary * facility_flow, secondary);
  const auto chip_side = unit.rack->plate_resistance(unit.rack->plate_flow(solved.flow / static_cast<double>(unit.racks)));
  return {.exchange = share > 0.0 ? exchange.conductance : ThermalConductance(0.0), .secondary = secondary, .plate_to_coolant = chip_side};
}

void CduControl::apply_flow(std::size_t c) {
  Unit& unit = units_[c];
  const Tick now = kernel_.now();
  std::int64_t running = 0;
  for (const std::int16_t faults : unit.pump_faults) running += faults == 0;
  running = std::min(running, unit.model.params().pumps_running);
  if (unit.faults > 0 || !unit.powered) running = 0;
  unit.pump_power = on_load_grid(unit.model.pumps().solve(running, 1.0).power);
  loop_.touch(now, c);
  banks_[c].set_flow(now, flow_of(unit, running, facility_flow_));
  banks_[c].set_other_heat(now, unit.rack_other + unit.pump_power);
  ports_.pump_power(c, unit.pump_power);
  ports_.coolant_changed(c);
}

void CduControl::disturbed(const Message& message) {
  Unit& unit = units_[message.cdu];
  auto& faults = message.pump < 0 ? unit.faults : unit.pump_faults[static_cast<std::size_t>(message.pump)];
  faults = static_cast<std::int16_t>(faults + (message.on ? -1 : 1));
  apply_flow(message.cdu);
  const auto flow = banks_[message.cdu].flow();
  const std::string what = message.pump < 0 ? unit.name : fmt::format("{}.pump_{}", unit.name, static_cast<char>('a' + message.pump));
  log_.add(kernel_.now(), message.on ? "repair" : "failure", what, "coolant_flow_frac", flow.secondary / unit.model.design_secondary(),
           message.cause);
}

void CduControl::facility_flow(double share) {
  if (share == facility_flow_) return;
  facility_flow_ = share;
  for (std::size_t c = 0; c < units_.size(); ++c) apply_flow(c);
}

void CduControl::add_rack_heat(std::size_t c, Power change) {
  units_[c].rack_other += change;  // exact: both are on the power grid
  banks_[c].set_other_heat(kernel_.now(), units_[c].rack_other + units_[c].pump_power);
}

}  // namespace aifactory
