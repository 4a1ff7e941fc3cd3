#pragma once
/// @file How much of the free room of a pool lay in scale-up domains that were not wholly free.
#include <cstdint>

#include "models/time.h"
#include "sim/results/accumulator.h"

namespace aifactory {

/// Integrals over time of the free nodes of a pool and of those among them that are stranded
/// (models/scheduling/domain_counts.h).
///
///     fragmentation = integral of stranded(t) dt / integral of free(t) dt
///
/// The share of free node time that no job which needs a whole domain could have had.  Exact, for both are constant between
/// passes of the scheduler.
class FragmentationMeter {
 public:
  /// The state from now on.  @pre times do not fall.
  void observe(Tick now, std::int64_t free, std::int64_t stranded) {
    const double span_s = to_seconds(now - last_);
    free_node_s_.add(static_cast<double>(free_) * span_s);
    stranded_node_s_.add(static_cast<double>(stranded_) * span_s);
    last_ = now;
    free_ = free;
    stranded_ = stranded;
  }
  [[nodiscard]] double free_node_s(Tick now) const {
    return free_node_s_.value() + static_cast<double>(free_) * to_seconds(now - last_);
  }
  [[nodiscard]] double stranded_node_s(Tick now) const {
    return stranded_node_s_.value() + static_cast<double>(stranded_) * to_seconds(now - last_);
  }

 private:
  Tick last_ = 0;
  std::int64_t free_ = 0, stranded_ = 0;
  Accumulator free_node_s_, stranded_node_s_;
};

}  // namespace aifactory
