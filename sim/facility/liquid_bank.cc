#include "sim/facility/liquid_bank.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "models/error.h"

namespace aifactory {
namespace {
constexpr std::size_t kChip = 0, kPlate = 1, kCoolant = 2;
constexpr int kChipNode = 0;
/// Nearer to 1 the RC form would lose digits; a CDU of effectiveness 0.999 would be infinitely large anyway.
constexpr double kMostShare = 0.999;
}  // namespace

LiquidBank::LiquidBank(const Params& params, const Flow& flow)
    : params_(params), flow_(flow), accelerators_(static_cast<double>(params.racks * params.accelerators_per_rack)) {
  AIF_CHECK(params_.racks > 0 && params_.accelerators_per_rack > 0, "a bank without accelerators");
  for (std::size_t node : {kChip, kPlate, kCoolant}) state_.node[node] = params_.start;
  for (std::size_t node : {kChip, kPlate}) mean_.state.node[node] = Temperature::kelvin(0.0);
  inputs_.boundary[0] = params_.start;
  racks_.assign(static_cast<std::size_t>(params_.racks), mean_);
  rack_chips_.assign(static_cast<std::size_t>(params_.racks), 0.0 * W);
  rebuild();
  start_j_ = content(state_).si();
}

void LiquidBank::rebuild() {
  const bool flows = flow_.secondary.si() > 0.0;
  share_ = flows ? std::min(flow_.exchange / flow_.secondary, kMostShare) : 0.0;
  const double plate_w_k = flows ? 1.0 / flow_.plate_to_coolant.si() : 0.0;
  const double chip_w_k = 1.0 / params_.chip_to_plate.si();
  chain_.emplace(ThermalNetwork::Params{
      .capacities = {params_.chip * accelerators_, params_.plate * accelerators_, params_.coolant / (1.0 - share_)},
      .links = {{0, 1, ThermalConductance(chip_w_k * accelerators_)}, {1, 2, ThermalConductance(plate_w_k * accelerators_)}},
      .boundary_links = {{2, 0, flow_.exchange / (1.0 - share_)}}});
  rise_.emplace(ThermalNetwork::Params{.capacities = {params_.chip, params_.plate},
                                       .links = {{0, 1, ThermalConductance(chip_w_k)}},
                                       .boundary_links = {{1, 0, ThermalConductance(plate_w_k)}}});
  inputs_.power = {chip_sum_, 0.0 * W, other_};
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

ThermalNetwork::State LiquidBank::state_at(Tick now) const {
  return now > last_ ? chain_->advance(state_, inputs_, to_duration(now - last_)) : state_;
}

Power LiquidBank::coolant_heat(const ThermalNetwork::State& state) const {
  const double plate_w_k = flow_.secondary.si() > 0.0 ? accelerators_ / flow_.plate_to_coolant.si() : 0.0;
  return ThermalConductance(plate_w_k) * (state.node[kPlate] - state.node[kCoolant]) + other_;
}

Energy LiquidBank::content(const ThermalNetwork::State& state) const {
  const auto above = [&](std::size_t node) { return state.node[node] - params_.start; };
  return params_.chip * accelerators_ * above(kChip) + params_.plate * accelerators_ * above(kPlate) +
         params_.coolant * above(kCoolant);
}

void LiquidBank::advance(Tick now) {
  AIF_CHECK(now >= last_, fmt::format("bank at {} asked for {}", last_, now));
  if (now == last_) return;
  const Duration span = to_duration(now - last_);
  const auto integrals = chain_->integrate(state_, inputs_, span);
  // Q_x = g (T_s - T_f) + phi Q_r; the chain's boundary conductance is g / (1 - phi).
  const double plate_w_k = flow_.secondary.si() > 0.0 ? accelerators_ / flow_.plate_to_coolant.si() : 0.0;
  const double coolant_j = plate_w_k * (integrals.node[kPlate] - integrals.node[kCoolant]).si() + other_.si() * span.si();
  rejected_j_ += integrals.heat_to_boundary[0].si() * (1.0 - share_) + share_ * coolant_j;
  heat_in_j_ += (chip_sum_ + other_).si() * span.si();
  state_ = chain_->advance(state_, inputs_, span);
  last_ = now;
}

void LiquidBank::set_flow(Tick now, const Flow& flow) {
  advance(now);
  mean_ = advanced(mean_, now);
  for (Rise& rack : racks_) rack = advanced(rack, now);
  flow_ = flow;
  rebuild();
}

void LiquidBank::set_facility_supply(Tick now, Temperature supply) {
  if (inputs_.boundary[0] == supply) return;
  advance(now);
  inputs_.boundary[0] = supply;
}

void LiquidBank::set_other_heat(Tick now, Power other) {
  if (other == other_) return;
  advance(now);
  other_ = other;
  inputs_.power[kCoolant] = other;
}

void LiquidBank::set_rack(Tick now, std::int64_t rack, Power chips, Power hottest) {
  const auto r = static_cast<std::size_t>(rack);
  if (racks_[r].power == hottest && rack_chips_[r] == chips) return;
  advance(now);
  racks_[r] = advanced(racks_[r], now);
  const bool was_hottest = racks_[r].power == hottest_;
  racks_[r].power = hottest;
  mean_ = advanced(mean_, now);
  chip_sum_ += chips - rack_chips_[r];  // exact: powers are on a grid
  rack_chips_[r] = chips;
  if (hottest >= hottest_) {
    hottest_ = hottest;
  } else if (was_hottest) {
    hottest_ = 0.0 * W;
    for (const Rise& rise : racks_) hottest_ = std::max(hottest_, rise.power);
  }
  mean_.power = chip_sum_ / accelerators_;
  inputs_.power[kChip] = chip_sum_;
}

Energy LiquidBank::take_rejected(Tick now) {
  advance(now);
  const Energy out(rejected_j_);
  rejected_j_ = 0.0;
  return out;
}

Energy LiquidBank::heat_in(Tick now) const {
  return Energy(heat_in_j_) + (chip_sum_ + other_) * to_duration(now - last_);
}

Energy LiquidBank::stored(Tick now) const { return content(state_at(now)) - Energy(start_j_); }

Power LiquidBank::rejecting(Tick now) const {
  const auto state = state_at(now);
  return flow_.exchange * (state.node[kCoolant] - inputs_.boundary[0]) + share_ * coolant_heat(state);
}

Temperature LiquidBank::supply(Tick now) const { return state_at(now).node[kCoolant]; }

Temperature LiquidBank::return_temperature(Tick now) const {
  const auto state = state_at(now);
  if (flow_.secondary.si() <= 0.0) return state.node[kCoolant];
  return state.node[kCoolant] + coolant_heat(state) / flow_.secondary;
}

Temperature LiquidBank::chip(Tick now, std::int64_t rack) const {
  const Rise own = advanced(racks_[static_cast<std::size_t>(rack)], now), mean = advanced(mean_, now);
  return state_at(now).node[kChip] + (own.state.node[kChip] - mean.state.node[kChip]);
}

Temperature LiquidBank::chip_bound(Tick now) const {
  if (flow_.exchange.si() <= 0.0) return Temperature::kelvin(std::numeric_limits<double>::infinity());
  // Coolant: where the inputs lead it, plus what chips, plates and coolant hold beyond that once they get there.  The
  // chain is a positive system, so the surplus of each lump (never its deficit) bounds what is to come, and none of the
  // surplus heat is counted twice: it ends up in the coolant, or the hottest lump's surplus bounds all.
  const auto state = state_at(now);
  const auto rest = chain_->steady(inputs_);
  AIF_CHECK(rest.has_value(), "a bank with flow has no steady state");
  const auto surplus_k = [&](std::size_t node) { return std::max(0.0, (state.node[node] - rest->node[node]).si()); };
  const double chip_k = surplus_k(kChip), plate_k = surplus_k(kPlate), coolant_k = surplus_k(kCoolant);
  const double spread_k = accelerators_ * (params_.chip.si() * chip_k + params_.plate.si() * plate_k) * (1.0 - share_) / params_.coolant.si();
  const Temperature coolant = rest->node[kCoolant] + TemperatureDelta(std::min(std::max({chip_k, plate_k, coolant_k}), coolant_k + spread_k));
  // Chips follow the coolant with their own rise, which is at most the larger of the present one and the steady one.
  const Rise mean = advanced(mean_, now);
  const TemperatureDelta follows = state.node[kChip] - Temperature::kelvin(0.0) - (mean.state.node[kChip] - Temperature::kelvin(0.0));
  const TemperatureDelta plate_follows = state.node[kPlate] - mean.state.node[kPlate];
  Temperature base = std::max(coolant, std::max(Temperature::kelvin(follows.si()), Temperature::kelvin(plate_follows.si())));
  const ThermalResistance whole = params_.chip_to_plate + flow_.plate_to_coolant;
  double rise_k = hottest_.si() * whole.si();
  const double settled_s = 40.0 / std::min(rise_->rate(0), rise_->rate(1)).si();
  for (const Rise& rack : racks_) {
    if (to_seconds(now - rack.last) > settled_s) continue;  // its own step has died out: the steady rise bounds it
    const Rise at = advanced(rack, now);
    rise_k = std::max({rise_k, at.state.node[kChip].in_kelvin(), at.state.node[kPlate].in_kelvin() + rack.power.si() * params_.chip_to_plate.si()});
  }
  return base + TemperatureDelta(rise_k);
}

std::optional<Tick> LiquidBank::crossing(Tick now, std::int64_t rack, Temperature threshold, Crossing direction,
                                         Tick until) const {
  const Rise own = advanced(racks_[static_cast<std::size_t>(rack)], now), mean = advanced(mean_, now);
  ExponentialSum course = rise_->course(mean.state, rise_inputs(mean.power), kChipNode);
  course *= -1.0;
  course += rise_->course(own.state, rise_inputs(own.power), kChipNode);
  course += chain_->course(state_at(now), inputs_, kChipNode);
  const auto found = course.first_crossing(threshold.in_kelvin(), direction, to_duration(until - now));
  if (!found) return std::nullopt;
  // Up to the next tick: at that tick the threshold has been reached.
  return now + static_cast<Tick>(std::ceil(found->si() * 1e6));
}

}  // namespace aifactory
