/// @file Chips of a cluster against their limits: throttle, trip, resume, leakage.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/actors/cluster.h"

namespace aifactory {
namespace {
/// Crossings further away are solved for again when this has passed.
constexpr Tick kHorizon = 3600 * kTicksPerSecond;
/// Leakage is worked out again when a chip's temperature has moved by this, K.
constexpr double kLeakageQuantum = 0.25;
}  // namespace

void Cluster::crossing(std::size_t b) {
  const Bank& bank = banks_[b];
  const Tick now = kernel_.now();
  for (std::int64_t r = 0; r < bank.racks; ++r) {
    const RackHealth& state = health(bank.first_rack + r);
    if (state.thermal == Thermal::tripped || state.faults > 0) continue;
    const std::int64_t rack = bank.first_rack + r;
    const Temperature chip = bank.liquid->chip(now, bank.in_liquid(rack));
    cross(rack, chip.in_celsius());
    if (leaks() && std::fabs((chip - state.leakage_at).si()) >= kLeakageQuantum * (1.0 - 1e-6)) set_leakage(rack);
  }
  watch(b);
}

void Cluster::cross(std::int64_t rack, double chip_c) {
  const Tick now = kernel_.now();
  const auto& p = field_.model().params();
  RackHealth& state = health(rack);
  max_chip_ = std::max(max_chip_, Temperature::celsius(chip_c));
  // A crossing is rounded up to a tick; a hair before the threshold still counts as there.
  constexpr double kHair = 1e-4;
  if (state.thermal == Thermal::throttled && chip_c >= p.trip_temp.in_celsius() - kHair) {
    state.thermal = Thermal::tripped;
    count_throttled(-1);
    note(rack, "trip", "chip_c", chip_c, fmt::format("chip at trip limit {:g} degC", p.trip_temp.in_celsius()));
    for (const JobId job : field_.jobs_on(rack)) interrupt(job);
    field_.set_rack_on(rack, false);
    update_usable(rack);
    schedule_recovery(rack);
  } else if (state.thermal == Thermal::throttled && chip_c <= p.resume_temp.in_celsius() + kHair && now >= state.held_until) {
    state.thermal = Thermal::normal;
    count_throttled(-1);
    note(rack, "resume", "chip_c", chip_c, "chip cooled down");
    apply_speed(rack);
  } else if (state.thermal == Thermal::normal && chip_c >= p.throttle_temp.in_celsius() - kHair) {
    state.thermal = Thermal::throttled;
    state.held_until = now + to_ticks(params_.throttle_hold);
    count_throttled(+1);
    note(rack, "throttle", "chip_c", chip_c, fmt::format("chip at throttle limit {:g} degC", p.throttle_temp.in_celsius()));
    apply_speed(rack);
  }
}

void Cluster::set_leakage(std::int64_t rack) {
  const Bank& bank = banks_[bank_of(rack)];
  if (!leaks() || !bank.liquid) return;
  const Tick now = kernel_.now();
  RackHealth& state = health(rack);
  state.leakage_at = bank.liquid->chip(now, bank.in_liquid(rack));
  const Power before = field_.model().leakage_change(state.leakage_before);
  const Power change = field_.model().leakage_change(state.leakage_at);
  state.leakage_before = state.leakage_at;
  field_.set_rack_leakage(rack, change);
  // Does a balance exist at this coolant?  The power without any leakage is what the field says, less what was counted.
  const LiquidBank::Flow& flow = bank.liquid->flow();
  if (!(flow.secondary.si() > 0.0)) return;
  const auto& leak = *field_.model().params().leakage;
  const Power dynamic = std::max(0.0 * W, field_.hottest_accelerator(rack) - before - leak.leakage_at_reference);
  const bool runaway = LeakageModel(leak).evaluate(dynamic, bank.liquid->supply(now), field_.model().params().chip_resistance + flow.plate_to_coolant).runaway;
  if (runaway == state.runaway) return;
  state.runaway = runaway;
  note(rack, "runaway", "chip_c", state.leakage_at.in_celsius(), runaway ? "leakage grows faster than the coolant takes heat" : "leakage is in balance again");
}

void Cluster::watch(std::size_t b) {
  const Bank& bank = banks_[b];
  if (!bank.liquid) return;
  const Tick now = kernel_.now();
  const auto& p = field_.model().params();
  const std::uint64_t version = ++watch_version_[b];
  if (!leaks() && !bank_slow_[b] && bank.liquid->chip_bound(now, p.throttle_temp) < p.throttle_temp) return;
  bool slow = false;
  // Another regime of the supply's valve makes other crossings.
  Tick first = std::min(now + kHorizon, bank.liquid->next_change(now));
  for (std::int64_t r = 0; r < bank.racks; ++r) {
    const RackHealth& state = health(bank.first_rack + r);
    if (state.thermal == Thermal::tripped || state.faults > 0) continue;
    const auto look = [&](Temperature threshold, Crossing direction) {
      if (const auto at = bank.liquid->crossing(now, bank.in_liquid(bank.first_rack + r), threshold, direction, first)) return *at;
      return first;
    };
    if (leaks()) {
      first = std::min(first, look(state.leakage_at + TemperatureDelta(kLeakageQuantum), Crossing::rising));
      first = std::min(first, look(state.leakage_at - TemperatureDelta(kLeakageQuantum), Crossing::falling));
    }
    if (state.thermal == Thermal::normal) {
      first = std::min(first, look(p.throttle_temp, Crossing::rising));
    } else {
      slow = true;
      first = std::min(first, look(p.trip_temp, Crossing::rising));
      first = std::min(first, std::max(look(p.resume_temp, Crossing::falling), state.held_until));
    }
  }
  bank_slow_[b] = slow;
  kernel_.calendar().add(first, engine::Phase::integrate, rank_, watch_due_, static_cast<std::int64_t>(b), version);
}

void Cluster::observe_chips(Tick now, std::size_t b) {
  const Bank& bank = banks_[b];
  if (!bank.liquid || bank.liquid->chip_bound(now, max_chip_) <= max_chip_) return;
  for (std::int64_t r = 0; r < bank.racks; ++r) max_chip_ = std::max(max_chip_, bank.liquid->chip(now, bank.in_liquid(bank.first_rack + r)));
}

void Cluster::count_throttled(std::int64_t change) {
  throttled_s_ += static_cast<double>(throttled_count_) * to_seconds(kernel_.now() - throttled_since_);
  throttled_since_ = kernel_.now();
  throttled_count_ += change;
}

double Cluster::throttled_accelerator_s(Tick now) const {
  return (throttled_s_ + static_cast<double>(throttled_count_) * to_seconds(now - throttled_since_)) *
         static_cast<double>(field_.model().params().accelerators);
}

}  // namespace aifactory
