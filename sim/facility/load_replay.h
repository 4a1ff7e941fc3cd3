#pragma once
/// @file Replays a load on the racks of a cluster.
#include <cstdint>
#include <vector>

#include "sim/facility/rack_field.h"
#include "sim/workload/load_trace.h"

namespace aifactory {

/// Racks that share one value of a load, in equal parts.
struct LoadGroup {
  std::int64_t first_rack = 0, racks = 0;
  double share = 1.0;  ///< of the value that is theirs
};

/// Walks through the rows of a trace and sets the input power of racks to what holds.  A change of row costs what the
/// groups cost whose value is another.
class LoadReplay {
 public:
  /// @param trace lives as long as the replay.  @pre one group for each value of a row.
  LoadReplay(const LoadTrace& trace, std::vector<LoadGroup> groups);

  /// Sets what holds at `now`.  @pre `now` is not before an earlier call's.
  void apply(Tick now, RackField& field);
  /// First instant after the last apply() at which something else holds; kNever after the last row.
  [[nodiscard]] Tick next() const;

 private:
  /// Start of the row after the present one, in this round of the trace or the next.
  [[nodiscard]] Tick next_row() const;
  const LoadTrace& trace_;
  std::vector<LoadGroup> groups_;
  std::vector<double> shown_w_;  ///< what each group was set to; negative: nothing yet
  std::size_t row_ = 0;
  Tick offset_ = 0;  ///< of this round of a trace that repeats
};

}  // namespace aifactory
