#include "models/cooling/staging.h"

#include <algorithm>
#include <cmath>

#include "models/error.h"

namespace aifactory {
namespace {
/// A load of exactly the switching point is not above it, whatever its last bit says.
constexpr double kSlack = 1e-9;
}  // namespace

std::int64_t Staging::State::running() const {
  return std::count_if(machines.begin(), machines.end(), [](const Machine& one) { return one.mode == Mode::running; });
}
std::int64_t Staging::State::on() const {
  return std::count_if(machines.begin(), machines.end(), [](const Machine& one) { return one.mode != Mode::off; });
}

Staging::Staging(const Params& params)
    : params_(checked("staging", params)), up_delay_(to_ticks(params.up_delay)), down_delay_(to_ticks(params.down_delay)),
      min_run_(to_ticks(params.min_run)), min_off_(to_ticks(params.min_off)), start_(to_ticks(params.start)) {
  if (!(params.stage_down < params.stage_up)) {
    throw InputError(fmt::format("staging: stage_down = {:g} must be < stage_up = {:g}", params.stage_down, params.stage_up));
  }
}

void Staging::advance(State& state, Tick now, double load, bool powered) const {
  const auto count = static_cast<std::int64_t>(state.machines.size());
  const auto needed = [&] {
    if (load <= params_.least_load) return std::int64_t{0};
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(std::min(load / params_.stage_up, 1e6) - kSlack)), 1, count);
  };
  const bool first = !state.begun;
  if (first) {
    state.begun = true;
    state.wanted = needed();
  }
  for (Machine& machine : state.machines) {
    if (machine.mode != Mode::off && !(machine.available && powered)) machine = {.mode = Mode::off, .available = machine.available, .since = now};
    if (machine.mode == Mode::starting && now - machine.since >= start_) {
      machine.mode = Mode::running;
      machine.since += start_;
    }
  }
  // The number that is wanted moves only after its condition has held for the delay.
  const auto on = static_cast<double>(state.wanted);
  const bool up = state.wanted == 0 ? load > params_.least_load : load > params_.stage_up * on * (1.0 + kSlack);
  const bool down = state.wanted > 1 ? load < params_.stage_down * (on - 1.0) : state.wanted == 1 && load < params_.least_load;
  state.up_since = !up ? kNever : state.up_since == kNever ? now : state.up_since;
  state.down_since = !down ? kNever : state.down_since == kNever ? now : state.down_since;
  if (up && now - state.up_since >= up_delay_) {
    state.wanted = std::max(state.wanted, needed());
    state.up_since = now;
  }
  if (down && now - state.down_since >= down_delay_) {
    --state.wanted;
    state.down_since = now;
  }
  if (!powered) return;
  std::int64_t surplus = state.on() - state.wanted;
  for (; surplus < 0; ++surplus) {
    Machine* next = nullptr;
    for (Machine& machine : state.machines) {
      const bool may = machine.mode == Mode::off && machine.available && now - machine.since >= min_off_;
      if (may && (!next || machine.since < next->since)) next = &machine;
    }
    if (!next) break;
    next->mode = first ? Mode::running : Mode::starting;
    next->since = now;
    if (start_ == 0) next->mode = Mode::running;
  }
  for (; surplus > 0; --surplus) {
    Machine* next = nullptr;
    for (Machine& machine : state.machines) {
      const bool may = machine.mode == Mode::running && now - machine.since >= min_run_;
      if (may && (!next || machine.since < next->since)) next = &machine;
    }
    if (!next) break;
    next->mode = Mode::off;
    next->since = now;
  }
}

Tick Staging::next_start(const State& state, Tick now) const {
  Tick next = kNever;
  for (const Machine& machine : state.machines) {
    if (machine.mode == Mode::starting && machine.since + start_ > now) next = std::min(next, machine.since + start_);
    // Off and wanted, but too early to start again.
    if (machine.mode == Mode::off && machine.available && state.on() < state.wanted && machine.since + min_off_ > now) {
      next = std::min(next, machine.since + min_off_);
    }
  }
  return next;
}

}  // namespace aifactory
