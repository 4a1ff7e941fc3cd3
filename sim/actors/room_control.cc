#include "sim/actors/room_control.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "models/cooling/fan.h"
#include "models/power/network.h"
#include "sim/facility/hall_air.h"
#include "sim/facility/unit_parts.h"

namespace aifactory {
namespace {
/// Fan speeds come in steps, and a lower one is taken only when it has a step to spare.
constexpr double kStep = 0.02;
/// Steel of 2 mm in slow air: 0.127 m2 for each kilogram, 10 W/(m2 K).  Assumed.
constexpr double kSteelSurface_w_k_kg = 1.27;

double stepped(double load, double present, double least) {
  const double wanted = std::clamp(std::ceil(load / kStep - 1e-9) * kStep, least, 1.0);
  return wanted < present && load > present - 2.0 * kStep && present > least ? present : wanted;
}
}  // namespace

RoomControl::RoomControl(engine::Kernel& kernel, std::uint32_t rank, std::vector<Unit> units, std::vector<LiquidBank>& banks,
                         WaterLoop& loop, EventLog& log, Ports ports)
    : kernel_(kernel), units_(std::move(units)), states_(units_.size()), banks_(banks), loop_(loop), log_(log), ports_(std::move(ports)),
      inbox_(kernel, rank) {
  for (std::size_t r = 0; r < units_.size(); ++r) {
    states_[r].supplies.resize(units_[r].supplied.size());
    choose_speeds(r);
    apply(r);
  }
}

LiquidBank::Params RoomControl::bank_of(const Unit& unit, std::int64_t racks, Temperature start) {
  const Volume air = unit.config.volume.value_or(hall_air::default_air(unit.rated_heat));
  const Mass steel = unit.config.mass.value_or(hall_air::default_steel(unit.rated_heat));
  LiquidBank::Params p{.racks = unit.rack ? racks : 0,
                       .chip = HeatCapacity(1.0),
                       .plate = HeatCapacity(1.0),
                       .chip_to_plate = ThermalResistance(1.0),
                       .coolant = air * hall_air::kAirDensity * hall_air::kAirHeat,
                       .start = start,
                       .structure = steel * hall_air::kSteelHeat,
                       .to_structure = ThermalConductance(kSteelSurface_w_k_kg * steel.si())};
  if (unit.rack) {
    const RackParams& rack = unit.rack->params();
    p.accelerators_per_rack = rack.accelerators;
    p.chip = rack.chip_capacity;
    p.plate = rack.plate_capacity;
    p.chip_to_plate = rack.chip_resistance;
  }
  return p;
}

LiquidBank::Flow RoomControl::resting_flow(const Unit& unit) {
  return {.exchange = ThermalConductance(0.0),
          .secondary = unit.rack_air,
          .plate_to_coolant = unit.rack ? unit.rack->plate_resistance(unit.rack->plate_flow(unit.rack->design_flow())) : ThermalResistance(1.0)};
}

void RoomControl::operator()() {
  while (true) {
    for (const Message& message : inbox_.take()) {
      switch (message.kind) {
        case Kind::disturb: disturbed(message); break;
        case Kind::power: powered_now(message); break;
        case Kind::restart: {
          const auto which = static_cast<std::size_t>(message.part);
          Supply& supply = states_[message.unit].supplies[which];
          if (message.version != supply.restart) break;  // supply has gone again since
          supply.up = true;
          apply(message.unit);
          log_.add(kernel_.now(), "start", units_[message.unit].name, handlers(message.unit, which) + " on", kUnset, "fans have restarted");
          break;
        }
        default: break;
      }
    }
  }
}

void RoomControl::powered_now(const Message& message) {
  const std::size_t r = message.unit;
  const Unit& unit = units_[r];
  const auto which = static_cast<std::size_t>(message.part);
  Supply& supply = states_[r].supplies[which];
  supply.powered = message.on;
  ++supply.restart;
  supply.up = message.on && unit.config.restart.si() <= 0.0;
  if (message.on && !supply.up) {
    inbox_.post_at(kernel_.now() + to_ticks(unit.config.restart), engine::Phase::signal, Message::own(Kind::restart, r, message.part, supply.restart));
  }
  apply(r);
  const std::string fans = handlers(r, which);
  log_.add(kernel_.now(), message.on ? "repair" : "failure", unit.name,
           !message.on ? fmt::format("{} off", fans) : supply.up ? fmt::format("{} on", fans) : fmt::format("supply back, {} restart", fans), kUnset, message.cause);
}

std::string RoomControl::handlers(std::size_t r, std::size_t supply) const {
  const auto& supplied = units_[r].supplied;
  if (supplied.size() == 1) return "air handlers";
  const std::int64_t first = std::accumulate(supplied.begin(), supplied.begin() + static_cast<std::ptrdiff_t>(supply), std::int64_t{1});
  return fmt::format("air handlers {}-{}", first, first + supplied[supply] - 1);
}

std::vector<RoomControl::Running> RoomControl::running(std::size_t r) const {
  std::vector<Running> out;
  const State& state = states_[r];
  if (state.faults.out(-1)) return out;
  const double whole = state.faults.left(-1, "flow", true);
  std::int32_t part = 0;
  for (std::size_t k = 0; k < units_[r].supplied.size(); ++k) {
    const bool on = state.supplies[k].powered && state.supplies[k].up;
    for (std::int64_t c = 0; c < units_[r].supplied[k]; ++c, ++part) {
      if (on && !state.faults.out(part)) out.push_back({.left = std::min(whole, state.faults.left(part, "flow", true)), .supply = k});
    }
  }
  return out;
}

bool RoomControl::choose_speeds(std::size_t r) {
  const Unit& unit = units_[r];
  State& state = states_[r];
  const Power heat = banks_[unit.bank].heat_flow_in() - state.fan_power;
  const double rack_fan = unit.config.rack_fans == PumpSpeed::constant ? 1.0 : stepped(heat / unit.rated_heat, state.rack_fan, unit.config.min_rack_fan);
  double ratio = state.ratio;
  double moves = 0.0;
  for (const Running& one : running(r)) moves += one.left;
  if (moves > 0.0) {
    const Crah::Params& p = unit.crah->params();
    // Doors take their part ahead of the room; what they are built for is left out of the air handlers' load.
    double behind_doors = 1.0;
    if (unit.door) behind_doors = std::max(0.0, 1.0 - unit.door->params().design_heat * static_cast<double>(unit.doors) / unit.rated_heat);
    ratio = stepped(behind_doors * heat.si() / (moves * (p.design_heat - p.design_fan_power).si()), state.ratio, p.min_fan_ratio);
  }
  const bool other = ratio != state.ratio || rack_fan != state.rack_fan;
  state.ratio = ratio;
  state.rack_fan = rack_fan;
  return other;
}

void RoomControl::apply(std::size_t r) {
  const Unit& unit = units_[r];
  State& state = states_[r];
  const Tick now = kernel_.now();
  LiquidBank& bank = banks_[unit.bank];
  loop_.touch(now, unit.bank);
  observe(now, r);
  choose_speeds(r);
  double exchange_w_k = 0.0, air_w_k = 0.0;
  std::vector<double> power_w(unit.supplied.size(), 0.0);
  state.moving = 0.0;
  for (const auto& [left, supply] : running(r)) {
    state.moving += left;
    air_w_k += left * state.ratio * unit.crah->design_air().si();
    power_w[supply] += Fan::power_ratio(state.ratio, unit.crah->params().fan_fixed_share) * unit.crah->params().design_fan_power.si();
    if (facility_flow_ > 0.0) exchange_w_k += unit.crah->exchange(left * state.ratio, facility_flow_ * unit.crah->design_water()).conductance.si();
  }
  const ThermalConductance rack_air = state.rack_fan * unit.rack_air;
  const auto doors_part = static_cast<std::int32_t>(unit.crahs);
  if (unit.door && facility_flow_ > 0.0 && !state.faults.out(doors_part)) {
    const auto count = static_cast<double>(unit.doors);
    const double clean = state.faults.left(doors_part, "flow", true);
    // The air handlers see what the doors have left of the racks' warmth.
    const double doors_w_k = count * unit.door->exchange(rack_air / count, clean * facility_flow_ * unit.door->design_water()).conductance.si();
    exchange_w_k = doors_w_k + exchange_w_k * (1.0 - doors_w_k / rack_air.si());
  }
  state.fan_power = 0.0 * W;
  for (std::size_t k = 0; k < power_w.size(); ++k) {
    const Power fans = on_load_grid(Power(power_w[k]));
    state.fan_power += fans;
    ports_.fan_power(r, k, fans);
  }
  const ThermalConductance moved = std::max(rack_air, ThermalConductance(air_w_k));
  bank.set_flow(now, {.exchange = ThermalConductance(exchange_w_k), .secondary = moved,
                      .plate_to_coolant = unit.rack ? unit.rack->plate_resistance(unit.rack->plate_flow(state.rack_fan * unit.rack->design_flow()))
                                                    : ThermalResistance(1.0)});
  bank.set_supply_set_point(now, unit.config.supply);
  bank.set_other_heat(now, state.heat + state.fan_power);
  ports_.air_changed(unit.bank);
}

void RoomControl::disturbed(const Message& message) {
  const Unit& unit = units_[message.unit];
  State& state = states_[message.unit];
  state.faults.change(message.part, message.disturbance, !message.on);
  apply(message.unit);
  const Disturbance& d = message.disturbance;
  const char* kind = event_kind(d.kind, !message.on);
  const std::string name = message.part < 0             ? unit.name + ".room"
                           : message.part < unit.crahs ? fmt::format("{}.{}", unit.name, numbered_part("crah", message.part))
                                                       : unit.name + ".rear_doors";
  const double most = unit.crah ? static_cast<double>(unit.crahs) : 1.0;
  log_.add(kernel_.now(), kind, name, "air_handlers_frac", unit.crah ? state.moving / most : kUnset, message.cause);
}

void RoomControl::facility_flow(double share) {
  if (share == facility_flow_) return;
  facility_flow_ = share;
  for (std::size_t r = 0; r < units_.size(); ++r) apply(r);
}

void RoomControl::add_heat(std::size_t r, Power change) {
  State& state = states_[r];
  state.heat += change;  // exact: all of it is on the power grid
  observe(kernel_.now(), r);
  if (choose_speeds(r)) return apply(r);
  banks_[units_[r].bank].set_other_heat(kernel_.now(), state.heat + state.fan_power);
}

void RoomControl::add_losses(std::size_t r, Power change) {
  heat_changes(r);
  add_heat(r, change);
  ports_.air_changed(units_[r].bank);
}

void RoomControl::observe(Tick now, std::size_t r) {
  states_[r].max_supply = std::max(states_[r].max_supply, banks_[units_[r].bank].supply(now));
}

}  // namespace aifactory
