#include "sim/facility/limit_watch.h"

#include <algorithm>

#include <fmt/format.h>

namespace aifactory {
namespace {

std::string megawatts(Power power) { return fmt::format("{:.6g} MW", power.in(MW)); }

}  // namespace

LimitWatch::LimitWatch(engine::Kernel& kernel, std::uint32_t rank, Params params, std::vector<Unit> units, EventLog& log)
    : kernel_(kernel), rank_(rank), params_(params), units_(std::move(units)), log_(log) {
  states_.reserve(units_.size());
  for (const Unit& unit : units_) {
    states_.push_back({.meter = UnitMeter(unit.scale, unit.rating, unit.continuous),
                       .lowest_limit_w = std::min(unit.rating, unit.continuous).si()});
  }
}

void LimitWatch::tell(std::size_t unit, const char* kind, const std::string& limit) {
  State& state = states_[unit];
  if (state.listed >= params_.events_per_unit) return;
  ++state.listed;
  log_.add(kernel_.now(), kind, units_[unit].name, units_[unit].what, state.meter.value().in(MW), limit);
  if (state.listed == params_.events_per_unit) {
    log_.add(kernel_.now(), "limit", units_[unit].name, "further_crossings_are_counted_only", kUnset, limit);
  }
}

void LimitWatch::arm(std::size_t unit, Tick at) {
  if (states_[unit].armed) return;
  states_[unit].armed = true;
  kernel_.calendar().add(at, engine::Phase::record, rank_, *this, static_cast<std::int64_t>(unit));
}

void LimitWatch::crossings(std::size_t unit) {
  State& state = states_[unit];
  const double w = state.meter.value().si();
  const double rating = units_[unit].rating.si(), continuous = units_[unit].continuous.si();
  const double left = 1.0 - params_.hysteresis;
  if (!state.over && w > rating * UnitMeter::kAbove) {
    state.over = true;
    ++state.crossings;
    tell(unit, "limit crossed", "rating " + megawatts(units_[unit].rating));
  } else if (state.over && w < rating * left) {
    state.over = false;
    tell(unit, "limit left", "rating " + megawatts(units_[unit].rating));
  }
  if (!(continuous < rating)) return;
  if (state.above_since == kNever && w > continuous * UnitMeter::kAbove) {
    state.above_since = kernel_.now();
    arm(unit, kernel_.now() + to_ticks(params_.continuous_after));
  } else if (state.above_since != kNever && w < continuous * left) {
    state.above_since = kNever;
    if (state.continuous_told) tell(unit, "limit left", "continuous limit " + megawatts(units_[unit].continuous));
    state.continuous_told = false;
  }
}

void LimitWatch::on_event(Tick now, std::int64_t id, std::uint64_t /*version*/) {
  const auto unit = static_cast<std::size_t>(id);
  State& state = states_[unit];
  state.armed = false;
  if (state.above_since == kNever || state.continuous_told) return;
  const Tick due = state.above_since + to_ticks(params_.continuous_after);
  if (now < due) {
    arm(unit, due);  // it was left and crossed again in between
    return;
  }
  state.continuous_told = true;
  ++state.crossings;
  tell(unit, "limit crossed",
       fmt::format("continuous limit {} for {:g} h", megawatts(units_[unit].continuous), params_.continuous_after.in(h)));
}

std::size_t LimitWatch::add(Unit unit) {
  states_.push_back({.meter = UnitMeter(unit.scale, unit.rating, unit.continuous, kernel_.now()),
                     .lowest_limit_w = std::min(unit.rating, unit.continuous).si()});
  units_.push_back(std::move(unit));
  return units_.size() - 1;
}

void LimitWatch::relimit(std::size_t unit, const Unit& limits) {
  State& state = states_[unit];
  if (state.gone) {
    // Its time goes on from here: what lies between is no time of it.
    state.meter.skip(kernel_.now());
    state.gone = false;
  }
  if (units_[unit].rating == limits.rating && units_[unit].continuous == limits.continuous) return;
  units_[unit].rating = limits.rating;
  units_[unit].continuous = limits.continuous;
  state.lowest_limit_w = std::min(limits.rating, limits.continuous).si();
  state.meter.set_limits(kernel_.now(), limits.rating, limits.continuous);
  crossings(unit);
}

void LimitWatch::retire(std::size_t unit) {
  State& state = states_[unit];
  if (state.gone) return;
  state.meter.set(kernel_.now(), 0.0 * W);
  state.gone = true;
  state.over = state.continuous_told = false;
  state.above_since = kNever;
}

void LimitWatch::book(Tick now) {
  for (State& state : states_) {
    if (!state.gone) state.meter.advance(now);
  }
}

}  // namespace aifactory
