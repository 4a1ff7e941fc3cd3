#include "sim/facility/load_replay.h"

#include <utility>

#include "models/error.h"

namespace aifactory {

LoadReplay::LoadReplay(const LoadTrace& trace, std::vector<LoadGroup> groups)
    : trace_(trace), groups_(std::move(groups)), shown_w_(groups_.size(), -1.0) {
  AIF_CHECK(groups_.size() == trace.groups && !trace.ticks.empty(), "a load whose rows do not fit its groups");
  if (trace_.period > 0) {
    // The round in which the run starts.
    while (trace_.ticks.front() + offset_ > 0) offset_ -= trace_.period;
    while (trace_.ticks.front() + offset_ + trace_.period <= 0) offset_ += trace_.period;
  }
}

Tick LoadReplay::next_row() const {
  if (row_ + 1 < trace_.ticks.size()) return trace_.ticks[row_ + 1] + offset_;
  if (trace_.period == 0 || trace_.ticks.size() == 1) return kNever;
  return trace_.ticks.front() + offset_ + trace_.period;
}

Tick LoadReplay::next() const { return next_row(); }

void LoadReplay::apply(Tick now, RackField& field) {
  while (next_row() <= now) {
    if (++row_ == trace_.ticks.size()) {
      row_ = 0;
      offset_ += trace_.period;
    }
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const double watts = trace_.at(row_, g);
    if (watts == shown_w_[g]) continue;
    shown_w_[g] = watts;
    const LoadGroup& group = groups_[g];
    const Power each(watts * group.share / static_cast<double>(group.racks));
    for (std::int64_t r = 0; r < group.racks; ++r) field.set_rack_load(group.first_rack + r, each);
  }
}

}  // namespace aifactory
