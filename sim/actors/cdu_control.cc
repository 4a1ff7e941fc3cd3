#include "sim/actors/cdu_control.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/power/network.h"

namespace aifactory {
namespace {
/// Pump speeds come in steps, and a lower one is taken only when it has a step to spare: flow does not follow every job.
constexpr double kSpeedStep = 0.05;
/// A set point that follows the weather moves in steps of this, and is looked at this often.
constexpr double kResetStep = 0.1;
constexpr Tick kResetPeriod = 900 * kTicksPerSecond;
}  // namespace

CduControl::CduControl(engine::Kernel& kernel, std::uint32_t rank, std::string name, CduControlConfig config, std::vector<Unit> units,
                       std::vector<LiquidBank>& banks, WaterLoop& loop, EventLog& log, Ports ports)
    : kernel_(kernel), name_(std::move(name)), config_(std::move(config)), units_(std::move(units)), states_(units_.size()), banks_(banks),
      loop_(loop), log_(log), ports_(std::move(ports)), inbox_(kernel, rank) {
  if (config_.reset && ports_.wet_bulb) {
    follow_outdoors();
    inbox_.post_at(kResetPeriod, engine::Phase::signal, Message::own(Kind::reset));
    awaits_reset_ = true;
  }
  for (std::size_t c = 0; c < units_.size(); ++c) {
    states_[c].turning.assign(static_cast<std::size_t>(units_[c].model.params().pump_count), false);
    if (!units_[c].there()) continue;
    choose_speed(c);
    run_pumps(c, true);
    apply_flow(c);
  }
}

void CduControl::operator()() {
  while (true) {
    const auto messages = inbox_.take();
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (messages[i].kind != Kind::power) {
        handle(messages[i]);
        continue;
      }
      std::int64_t count = 1;
      for (; i + 1 < messages.size(); ++i, ++count) {
        const Message& next = messages[i + 1];
        if (next.kind != Kind::power || next.on != messages[i].on || next.cause != messages[i].cause) break;
        powered_now(messages[i]);
      }
      powered_now(messages[i]);
      tell_supply(messages[i], count);
    }
  }
}

void CduControl::handle(const Message& message) {
  const std::size_t c = message.unit;
  if (message.kind != Kind::reset && !units_[c].there()) return befalls_absent(message);
  switch (message.kind) {
    case Kind::power: return;  // taken together by the caller
    case Kind::disturb: return disturbed(message);
    case Kind::leak: return leaked(message);
    case Kind::standby:
      states_[c].starting = false;
      run_pumps(c, true);
      apply_flow(c);
      log_.add(kernel_.now(), "start", units_[c].name, "coolant_flow_frac", banks_[c].flow().secondary / units_[c].model.design_secondary(),
               "standby pump has started");
      return;
    case Kind::restart:
      if (message.version != states_[c].restart) return;  // supply has gone again since
      states_[c].up = true;
      run_pumps(c, true);
      apply_flow(c);
      log_.add(kernel_.now(), "start", units_[c].name, "coolant_flow_frac", banks_[c].flow().secondary / units_[c].model.design_secondary(),
               "controller has restarted");
      return;
    case Kind::reset:
      awaits_reset_ = config_.reset.has_value();
      if (!awaits_reset_) return;
      follow_outdoors();
      for (std::size_t u = 0; u < units_.size(); ++u) {
        if (units_[u].there()) hold_valve(u);
      }
      inbox_.post_at(kernel_.now() + kResetPeriod, engine::Phase::signal, Message::own(Kind::reset));
      return;
  }
}

void CduControl::powered_now(const Message& message) {
  State& state = states_[message.unit];
  state.powered = message.on;
  ++state.restart;
  state.up = message.on && config_.restart.si() <= 0.0;
  if (!units_[message.unit].there()) return;
  if (message.on && !state.up) {
    inbox_.post_at(kernel_.now() + to_ticks(config_.restart), engine::Phase::signal,
                   Message::own(Kind::restart, message.unit, -1, state.restart));
  }
  run_pumps(message.unit, true);
  apply_flow(message.unit);
}

void CduControl::tell_supply(const Message& message, std::int64_t count) {
  const char* kind = message.on ? "repair" : "failure";
  const char* state = !message.on ? "pumps off" : config_.restart.si() > 0.0 ? "supply back, controller restarts" : "pumps on";
  if (count == 1) {
    log_.add(kernel_.now(), kind, units_[message.unit].name, state, kUnset, message.cause);
  } else {
    log_.add(kernel_.now(), kind, name_, fmt::format("{} CDUs: {}", count, state), kUnset, message.cause);
  }
}

void CduControl::run_pumps(std::size_t c, bool now) {
  State& state = states_[c];
  const auto& p = units_[c].model.params();
  const bool runs = state.powered && state.up && !state.faults.out(kWhole);
  std::int64_t turning = 0;
  for (std::size_t pump = 0; pump < state.turning.size(); ++pump) {
    if (!runs || state.faults.out(static_cast<std::int32_t>(pump))) state.turning[pump] = false;
    turning += state.turning[pump];
  }
  if (!runs || turning >= p.pumps_running) return;
  // Without a controller nothing starts; what turns goes on.
  if (state.faults.out(part_of(c, kController))) return;
  bool spare = false;
  for (std::size_t pump = 0; pump < state.turning.size() && turning < p.pumps_running; ++pump) {
    if (state.turning[pump] || state.faults.out(static_cast<std::int32_t>(pump))) continue;
    spare = true;
    if (!now) continue;
    state.turning[pump] = true;
    ++turning;
  }
  if (now || !spare || state.starting) return;
  state.starting = true;
  inbox_.post_at(kernel_.now() + to_ticks(config_.standby_start), engine::Phase::signal, Message::own(Kind::standby, c));
}

bool CduControl::choose_speed(std::size_t c) {
  State& state = states_[c];
  if (config_.pump_speed == PumpSpeed::constant || state.faults.out(part_of(c, kController))) return false;
  const Unit& unit = units_[c];
  const double load = (banks_[c].heat_flow_in() - state.pump_power) / unit.model.params().rated_heat;
  const double least = config_.min_pump_speed;
  const double wanted = std::clamp(std::ceil(load / kSpeedStep) * kSpeedStep, least, 1.0);
  if (wanted == state.speed || (wanted < state.speed && load > state.speed - 2.0 * kSpeedStep && state.speed > least)) return false;
  state.speed = wanted;
  return true;
}

ThermalConductance CduControl::exchange(std::size_t c, double position, ThermalConductance secondary) const {
  const Unit& unit = units_[c];
  const OpenDisturbances& faults = states_[c].faults;
  const std::int32_t exchanger = part_of(c, kExchanger);
  if (faults.out(exchanger)) return ThermalConductance(0.0);
  const double clean = std::min(faults.left(exchanger, "fouling", true), faults.left(kWhole, "fouling", false));
  const double open = std::min(faults.left(part_of(c, kValve), "facility_flow", true), faults.left(kWhole, "facility_flow", false));
  const ThermalConductance primary = unit.primary * (facility_flow_ * open * position);
  if (!(primary.si() > 0.0) || !(secondary.si() > 0.0)) return ThermalConductance(0.0);
  const double ratio = conductance_ratio(primary / unit.model.design_primary(), secondary / unit.model.design_secondary());
  return counterflow_exchange(unit.model.ua() * (clean * ratio), primary, secondary).conductance;
}

LiquidBank::Flow CduControl::flow_of(const Unit& unit, std::int64_t running, double facility_flow) {
  const auto solved = unit.model.pumps().solve(running, 1.0);
  const ThermalConductance secondary = unit.model.coolant().capacity_rate(solved.flow);
  const auto exchange = unit.model.exchange(unit.primary * facility_flow, secondary);
  const auto chip_side = unit.rack->plate_resistance(unit.rack->plate_flow(solved.flow / static_cast<double>(unit.racks)));
  return {.exchange = secondary.si() > 0.0 ? exchange.conductance : ThermalConductance(0.0), .secondary = secondary, .plate_to_coolant = chip_side};
}

std::optional<Temperature> CduControl::set_point(std::size_t c) const {
  std::optional<Temperature> wanted = units_[c].supply ? units_[c].supply : config_.supply;
  if (reset_ && !units_[c].supply) wanted = reset_;
  if (!wanted) return std::nullopt;
  return std::max(*wanted, config_.room_dew_point + config_.dew_point_margin);
}

void CduControl::follow_outdoors() {
  const Temperature wanted = config_.reset->at(ports_.wet_bulb(kernel_.now()));
  reset_ = Temperature::celsius(std::round(wanted.in_celsius() / kResetStep) * kResetStep);
}

double CduControl::valve_position(std::size_t c, Tick now) const {
  if (states_[c].stuck) return *states_[c].stuck;
  const LiquidBank& bank = banks_[c];
  switch (bank.valve(now)) {
    case LiquidBank::Valve::open: return 1.0;
    case LiquidBank::Valve::shut: return 0.0;
    case LiquidBank::Valve::holding: break;
  }
  // The exchange falls with the facility water: bisection, to far less than a valve can be set.
  const ThermalConductance wanted = bank.exchanging(now);
  double low = 0.0, high = 1.0;
  for (int round = 0; round < 50; ++round) {
    const double middle = 0.5 * (low + high);
    (exchange(c, middle, bank.flow().secondary) < wanted ? low : high) = middle;
  }
  return high;
}

void CduControl::hold_valve(std::size_t c) {
  State& state = states_[c];
  const Tick now = kernel_.now();
  loop_.touch(now, c);
  const bool frozen = state.faults.out(part_of(c, kValve)) || state.faults.out(part_of(c, kController)) || !state.powered || !state.up;
  if (frozen && !state.stuck) state.stuck = valve_position(c, now);
  if (!frozen) state.stuck.reset();
  banks_[c].set_supply_set_point(now, state.stuck ? std::nullopt : set_point(c));
  ports_.coolant_changed(c);
}

void CduControl::apply_flow(std::size_t c) {
  Unit& unit = units_[c];
  State& state = states_[c];
  const Tick now = kernel_.now();
  // Where a valve sticks is read from the flow that it has held so far.
  hold_valve(c);
  std::int64_t running = 0;
  const double whole = state.faults.left(kWhole, "flow", true);
  double moved = 0.0;  // part of the flow that degraded pumps still move
  for (std::size_t pump = 0; pump < state.turning.size(); ++pump) {
    if (!state.turning[pump]) continue;
    ++running;
    moved += std::min(whole, state.faults.left(static_cast<std::int32_t>(pump), "flow", true));
  }
  const auto solved = unit.model.pumps().solve(running, state.speed);
  const double passes = running > 0 ? moved / static_cast<double>(running) : 0.0;
  const VolumeFlow flow = solved.flow * passes;
  const ThermalConductance secondary = unit.model.coolant().capacity_rate(flow);
  state.pump_power = on_load_grid(solved.power);
  banks_[c].set_flow(now, {.exchange = exchange(c, state.stuck.value_or(1.0), secondary), .secondary = secondary,
                           .plate_to_coolant = unit.rack->plate_resistance(unit.rack->plate_flow(flow / static_cast<double>(unit.racks)))});
  banks_[c].set_other_heat(now, state.rack_other + state.pump_power);
  ports_.pump_power(c, state.pump_power);
  ports_.coolant_changed(c);
}

std::string CduControl::part_name(std::size_t c, std::int32_t part) const {
  const std::string& unit = units_[c].name;
  if (part < 0) return unit;
  const std::int32_t behind = part - part_of(c, 0);
  if (behind < 0) return fmt::format("{}.pump_{}", unit, static_cast<char>('a' + part));
  return unit + (behind == kValve ? ".valve" : behind == kExchanger ? ".exchanger" : ".controller");
}

void CduControl::disturbed(const Message& message) {
  const std::size_t c = message.unit;
  State& state = states_[c];
  const bool begins = !message.on;
  state.faults.change(message.part, message.disturbance, begins);
  // Pumps that a repair gives back, or that a standby replaces at once.
  run_pumps(c, message.on || config_.standby_start.si() <= 0.0);
  choose_speed(c);
  apply_flow(c);
  const Disturbance& d = message.disturbance;
  const char* kind = event_kind(d.kind, !message.on);
  const std::string name = part_name(c, message.part);
  if (message.part == part_of(c, kExchanger)) {
    log_.add(kernel_.now(), kind, name, "exchange_w_per_k", banks_[c].flow().exchange.si(), message.cause);
    return;
  }
  if (message.part >= part_of(c, 0)) {
    log_.add(kernel_.now(), kind, name, "valve_position_frac", valve_position(c, kernel_.now()), message.cause);
    return;
  }
  log_.add(kernel_.now(), kind, name, "coolant_flow_frac", banks_[c].flow().secondary / units_[c].model.design_secondary(), message.cause);
}

void CduControl::leaked(const Message& message) {
  const std::size_t c = message.unit;
  State& state = states_[c];
  state.leaks += message.on ? -1 : 1;
  const Volume whole = units_[c].model.params().secondary_volume_per_power * units_[c].model.params().rated_heat;
  const Volume one = config_.leak_flow * config_.leak_isolation;
  // A loop is filled up before it is empty: what is left never falls below a fifth.
  const Volume left = std::max(whole * 0.2, whole - one * static_cast<double>(state.leaks));
  loop_.touch(kernel_.now(), c);
  banks_[c].set_coolant(kernel_.now(), units_[c].model.coolant().heat_capacity(left));
  ports_.coolant_changed(c);
  log_.add(kernel_.now(), message.on ? "repair" : "leak", units_[c].name, "coolant_left_frac", left / whole, message.cause);
}

void CduControl::change(const CduControlConfig& config, std::vector<Unit> units) {
  config_ = config;
  reset_.reset();
  if (config_.reset && ports_.wet_bulb) {
    follow_outdoors();
    if (!awaits_reset_) inbox_.post_at(kernel_.now() + kResetPeriod, engine::Phase::signal, Message::own(Kind::reset));
    awaits_reset_ = true;
  }
  for (std::size_t c = 0; c < units_.size(); ++c) {
    State& state = states_[c];
    const bool was_there = units_[c].there();
    units_[c] = std::move(units[c]);
    const auto pumps = static_cast<std::size_t>(units_[c].model.params().pump_count);
    const bool others = !was_there || state.turning.size() != pumps;
    if (others || !units_[c].there()) state.turning.assign(pumps, false);
    if (!units_[c].there()) {
      state.pump_power = 0.0 * W;
      continue;
    }
    if (!was_there) {
      ++state.restart;
      state.up = state.powered;
      state.starting = false;
      state.speed = 1.0;
    }
    if (config_.pump_speed == PumpSpeed::constant && !state.faults.out(part_of(c, kController))) state.speed = 1.0;
    choose_speed(c);
    if (others) run_pumps(c, true);
    apply_flow(c);
  }
}

void CduControl::befalls_absent(const Message& message) {
  State& state = states_[message.unit];
  if (message.kind == Kind::leak) state.leaks += message.on ? -1 : 1;
  if (message.kind != Kind::disturb) return;
  state.faults.change(message.part, message.disturbance, !message.on);
  log_.add(kernel_.now(), event_kind(message.disturbance.kind, !message.on), part_name(message.unit, message.part), "is not there", kUnset, message.cause);
}

void CduControl::facility_flow(double share) {
  if (share == facility_flow_) return;
  facility_flow_ = share;
  for (std::size_t c = 0; c < units_.size(); ++c) {
    if (units_[c].there()) apply_flow(c);
  }
}

void CduControl::add_rack_heat(std::size_t c, Power change) {
  State& state = states_[c];
  state.rack_other += change;  // exact: both are on the power grid
  if (choose_speed(c)) return apply_flow(c);
  banks_[c].set_other_heat(kernel_.now(), state.rack_other + state.pump_power);
}

}  // namespace aifactory
