#include "sim/facility/liquid_bank.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "models/error.h"

namespace aifactory {
namespace {
constexpr std::size_t kChip = 0, kPlate = 1, kCoolant = 2, kStructure = 3;
constexpr int kChipNode = 0;
/// Nearer to 1 the RC form would lose digits; a CDU of effectiveness 0.999 would be infinitely large anyway.
constexpr double kMostShare = 0.999;
/// A supply within this of its set point is held where it is, K: far more than it moves within a tick.
constexpr double kHeld = 1e-4;
/// A regime that begins at the set point is left again this far beyond it, K.
constexpr double kStep = 1e-6;
}  // namespace

LiquidBank::LiquidBank(const Params& params, const Flow& flow)
    : params_(params), flow_(flow),
      accelerators_(params.racks > 0 ? static_cast<double>(params.racks * params.accelerators_per_rack) : 1.0) {
  AIF_CHECK(params_.racks == 0 || params_.accelerators_per_rack > 0, "racks without accelerators");
  for (std::size_t node : {kChip, kPlate, kCoolant, kStructure}) now_.state.node[node] = params_.start;
  for (std::size_t node : {kChip, kPlate}) mean_.state.node[node] = Temperature::kelvin(0.0);
  inputs_.boundary[0] = params_.start;
  racks_.assign(static_cast<std::size_t>(params_.racks), mean_);
  rack_chips_.assign(static_cast<std::size_t>(params_.racks), 0.0 * W);
  rebuild();
  start_j_ = content(now_.state).si();
}

void LiquidBank::rebuild() {
  share_ = flows() ? std::min(flow_.exchange / flow_.secondary, kMostShare) : 0.0;
  const double plate_w_k = flows() ? 1.0 / flow_.plate_to_coolant.si() : 0.0;
  const double chip_w_k = 1.0 / params_.chip_to_plate.si();
  plates_w_k_ = plate_w_k * accelerators_;
  const HeatCapacity chips = params_.chip * accelerators_, plates = params_.plate * accelerators_;
  const ThermalNetwork::Link inside{0, 1, ThermalConductance(chip_w_k * accelerators_)},
      outside{1, 2, ThermalConductance(plate_w_k * accelerators_)};
  std::vector<HeatCapacity> capacities{chips, plates, params_.coolant / (1.0 - share_)};
  std::vector<ThermalNetwork::Link> links{inside, outside};
  if (structured()) {
    capacities.push_back(params_.structure);
    links.push_back({2, 3, params_.to_structure});
  }
  chain_.emplace(ThermalNetwork::Params{.capacities = capacities, .links = links, .boundary_links = {{2, 0, flow_.exchange / (1.0 - share_)}}});
  rise_.emplace(ThermalNetwork::Params{.capacities = {params_.chip, params_.plate},
                                       .links = {{0, 1, ThermalConductance(chip_w_k)}},
                                       .boundary_links = {{1, 0, ThermalConductance(plate_w_k)}}});
  if (set_point_ && flows()) {
    capacities[kCoolant] = params_.coolant;
    shut_.emplace(ThermalNetwork::Params{.capacities = capacities, .links = links, .boundary_links = {}});
    // The coolant is a boundary of what remains: chips, plates, structure.
    ThermalNetwork::Params held{.capacities = {chips, plates}, .links = {inside}, .boundary_links = {{1, 0, outside.conductance}}};
    if (structured()) {
      held.capacities.push_back(params_.structure);
      held.boundary_links.push_back({2, 0, params_.to_structure});
    }
    held_.emplace(held);
  }
  inputs_.power = {chip_sum_, 0.0 * W, other_, 0.0 * W};
}

ThermalNetwork::Inputs LiquidBank::rise_inputs(Power power) const {
  ThermalNetwork::Inputs inputs;
  inputs.power[kChip] = power;
  inputs.power[kPlate] = 0.0 * W;
  inputs.boundary[0] = Temperature::kelvin(0.0);
  return inputs;
}

LiquidBank::Rise LiquidBank::advanced(const Rise& rise, Tick now) const {
  Rise out = rise;
  out.last = now;
  if (now > rise.last) out.state = rise_->advance(rise.state, rise_inputs(rise.power), to_duration(now - rise.last));
  return out;
}

Power LiquidBank::coolant_heat(const ThermalNetwork::State& state) const {
  Power heat = ThermalConductance(plates_w_k_) * (state.node[kPlate] - state.node[kCoolant]) + other_;
  if (structured()) heat += params_.to_structure * (state.node[kStructure] - state.node[kCoolant]);
  return heat;
}

Energy LiquidBank::content(const ThermalNetwork::State& state) const {
  const auto above = [&](std::size_t node) { return state.node[node] - params_.start; };
  return params_.chip * accelerators_ * above(kChip) + params_.plate * accelerators_ * above(kPlate) +
         params_.coolant * above(kCoolant) + (structured() ? params_.structure * above(kStructure) : Energy(0.0));
}

void LiquidBank::advance(Tick now) {
  AIF_CHECK(now >= now_.last, fmt::format("bank at {} asked for {}", now_.last, now));
  if (now == now_.last) return;
  heat_in_j_ += (chip_sum_ + other_).si() * to_duration(now - now_.last).si();
  const bool switches = own_change() <= now;
  now_ = at(now);
  if (switches) change_.reset();
}

void LiquidBank::changed() {
  choose_valve(now_);
  change_.reset();
  bound_.reset();
}

void LiquidBank::set_flow(Tick now, const Flow& flow) {
  advance(now);
  mean_ = advanced(mean_, now);
  for (Rise& rack : racks_) rack = advanced(rack, now);
  flow_ = flow;
  rebuild();
  changed();
}

void LiquidBank::set_facility_supply(Tick now, Temperature supply) {
  if (inputs_.boundary[0] == supply) return;
  advance(now);
  inputs_.boundary[0] = supply;
  changed();
}

void LiquidBank::set_supply_set_point(Tick now, std::optional<Temperature> set_point) {
  if (set_point_ == set_point) return;
  advance(now);
  const bool first = set_point && !set_point_;
  set_point_ = set_point;
  if (first) rebuild();
  changed();
}

void LiquidBank::set_coolant(Tick now, HeatCapacity coolant) {
  if (params_.coolant == coolant) return;
  advance(now);
  Temperature& supply = now_.state.node[kCoolant];
  if (coolant < params_.coolant) {
    lost_j_ += ((params_.coolant - coolant) * (supply - params_.start)).si();
  } else {
    supply = params_.start + (supply - params_.start) * (params_.coolant / coolant);
  }
  params_.coolant = coolant;
  rebuild();
  changed();
}

void LiquidBank::set_other_heat(Tick now, Power other) {
  if (other == other_) return;
  advance(now);
  other_ = other;
  inputs_.power[kCoolant] = other;
  changed();
}

void LiquidBank::set_rack(Tick now, std::int64_t rack, Power chips, Power hottest) {
  const RackPower one{.rack = rack, .chips = chips, .hottest = hottest};
  set_racks(now, std::span(&one, 1));
}

void LiquidBank::set_racks(Tick now, std::span<const RackPower> racks) {
  Stepper step(*this, now);
  bool any = false, look = false;
  for (const RackPower& given : racks) {
    const auto r = static_cast<std::size_t>(given.rack);
    Rise& rise = racks_[r];
    if (rise.power == given.hottest && rack_chips_[r] == given.chips) continue;
    if (!any) advance(now);
    any = true;
    rise = step(rise);
    look = look || rise.power == hottest_;
    rise.power = given.hottest;
    hottest_ = std::max(hottest_, given.hottest);
    chip_sum_ += given.chips - rack_chips_[r];  // exact: powers are on a grid
    rack_chips_[r] = given.chips;
  }
  if (!any) return;
  if (look) {  // one of the hottest has another power now
    hottest_ = 0.0 * W;
    for (const Rise& rise : racks_) hottest_ = std::max(hottest_, rise.power);
  }
  mean_ = advanced(mean_, now);
  mean_.power = chip_sum_ / accelerators_;
  inputs_.power[kChip] = chip_sum_;
  changed();
}

Energy LiquidBank::take_rejected(Tick now) {
  advance(now);
  const Energy out(now_.rejected_j);
  now_.rejected_j = 0.0;
  return out;
}

Energy LiquidBank::heat_in(Tick now) const {
  return Energy(heat_in_j_) + (chip_sum_ + other_) * to_duration(now - now_.last);
}

Energy LiquidBank::stored(Tick now) const { return content(at(now).state) - Energy(start_j_); }

Power LiquidBank::rejecting(Tick now) const { return rejecting(at(now)); }

Temperature LiquidBank::supply(Tick now) const { return at(now).state.node[kCoolant]; }

Temperature LiquidBank::return_temperature(Tick now) const {
  const auto state = at(now).state;
  if (!flows()) return state.node[kCoolant];
  return state.node[kCoolant] + coolant_heat(state) / flow_.secondary;
}

Temperature LiquidBank::chip(Tick now, std::int64_t rack) const {
  const Rise own = advanced(racks_[static_cast<std::size_t>(rack)], now), mean = advanced(mean_, now);
  return at(now).state.node[kChip] + (own.state.node[kChip] - mean.state.node[kChip]);
}

Temperature LiquidBank::hottest_chip(Tick now, std::span<const std::int64_t> racks) const {
  Stepper step(*this, now);
  Temperature hottest = Temperature::kelvin(0.0);
  for (const std::int64_t rack : racks) hottest = std::max(hottest, step(racks_[static_cast<std::size_t>(rack)]).state.node[kChip]);
  return at(now).state.node[kChip] + (hottest - advanced(mean_, now).state.node[kChip]);
}

Temperature LiquidBank::chip_bound(Tick now, Temperature enough) const {
  if (!bound_ || *bound_ > enough) bound_ = bound_from(now);
  return *bound_;
}

Temperature LiquidBank::bound_from(Tick now) const {
  if (flow_.exchange.si() <= 0.0) return Temperature::kelvin(std::numeric_limits<double>::infinity());
  // Coolant: where the inputs lead it, plus what chips, plates and coolant hold beyond that once they get there.  The
  // chain is a positive system, so the surplus of each lump (never its deficit) bounds what is to come, and none of the
  // surplus heat is counted twice: it ends up in the coolant, or the hottest lump's surplus bounds all.
  const auto state = at(now).state;
  auto rest = chain_->steady(inputs_);
  AIF_CHECK(rest.has_value(), "a bank with flow has no steady state");
  if (set_point_) {
    // A valve holds the supply back from a steady state below its set point, never from one above.  Facility water
    // warm enough to lead an open valve there leads everything there, and above it the valve is open.
    const double above_k = std::max(0.0, (*set_point_ - rest->node[kCoolant]).si() + kHeld);
    for (std::size_t node : {kChip, kPlate, kCoolant, kStructure}) rest->node[node] = rest->node[node] + TemperatureDelta(above_k);
  }
  const auto surplus_k = [&](std::size_t node) { return std::max(0.0, (state.node[node] - rest->node[node]).si()); };
  const double chip_k = surplus_k(kChip), plate_k = surplus_k(kPlate), coolant_k = surplus_k(kCoolant);
  const double structure_k = structured() ? surplus_k(kStructure) : 0.0;
  const double spread_k = (accelerators_ * (params_.chip.si() * chip_k + params_.plate.si() * plate_k) + params_.structure.si() * structure_k) *
                          (1.0 - share_) / params_.coolant.si();
  const Temperature coolant = rest->node[kCoolant] + TemperatureDelta(std::min(std::max({chip_k, plate_k, coolant_k, structure_k}), coolant_k + spread_k));
  // Chips follow the coolant with their own rise, which is at most the larger of the present one and the steady one.
  const Rise mean = advanced(mean_, now);
  const TemperatureDelta follows = state.node[kChip] - Temperature::kelvin(0.0) - (mean.state.node[kChip] - Temperature::kelvin(0.0));
  const TemperatureDelta plate_follows = state.node[kPlate] - mean.state.node[kPlate];
  Temperature base = std::max(coolant, std::max(Temperature::kelvin(follows.si()), Temperature::kelvin(plate_follows.si())));
  const ThermalResistance whole = params_.chip_to_plate + flow_.plate_to_coolant;
  double rise_k = hottest_.si() * whole.si();
  const double settled_s = 40.0 / std::min(rise_->rate(0), rise_->rate(1)).si();
  Stepper step(*this, now);
  for (const Rise& rack : racks_) {
    if (to_seconds(now - rack.last) > settled_s) continue;  // its own step has died out: the steady rise bounds it
    const Rise& at = step(rack);
    rise_k = std::max({rise_k, at.state.node[kChip].in_kelvin(), at.state.node[kPlate].in_kelvin() + rack.power.si() * params_.chip_to_plate.si()});
  }
  return base + TemperatureDelta(rise_k);
}

std::optional<Tick> LiquidBank::crossing(Tick now, std::int64_t rack, Temperature threshold, Crossing direction,
                                         Tick until) const {
  const Course here = at(now);
  if (set_point_ && flows()) until = std::max(now, std::min(until, change_after(here)));
  const Rise own = advanced(racks_[static_cast<std::size_t>(rack)], now), mean = advanced(mean_, now);
  ExponentialSum course = rise_->course(mean.state, rise_inputs(mean.power), kChipNode);
  course *= -1.0;
  course += rise_->course(own.state, rise_inputs(own.power), kChipNode);
  course += course_of(here, kChipNode);
  const auto found = course.first_crossing(threshold.in_kelvin(), direction, to_duration(until - now));
  if (!found) return std::nullopt;
  // Up to the next tick: at that tick the threshold has been reached.
  return now + static_cast<Tick>(std::ceil(found->si() * 1e6));
}

}  // namespace aifactory
