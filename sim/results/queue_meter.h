#pragma once
/// @file What waiting cost: free nodes beside a queue, integrated over time.
#include <algorithm>
#include <cstdint>

#include "models/time.h"
#include "sim/results/accumulator.h"

namespace aifactory {

/// Integrals over time of the queue and of the nodes that stood free while a job waited.
///
///     idle_while_waiting = integral of free(t) [queued(t) > 0] dt / integral of nodes dt
///     mean_queue         = integral of queued(t) dt / span
///
/// free: nodes that are up and held by nobody.  The former is the fragmentation that a schedule is to blame for: room
/// that was there and that no waiting job fitted, or none was let into.  Exact, for both are constant between passes.
class QueueMeter {
 public:
  /// The state from now on.  @pre times do not fall.
  void observe(Tick now, std::int64_t queued, std::int64_t free_nodes) {
    settle(now);
    queued_ = queued;
    free_ = free_nodes;
    longest_ = std::max(longest_, queued);
  }
  /// Node seconds that stood free while a job waited, up to now.
  [[nodiscard]] double idle_node_s(Tick now) const {
    return idle_node_s_.value() + (queued_ > 0 ? static_cast<double>(free_) * to_seconds(now - last_) : 0.0);
  }
  /// Jobs that waited times the seconds that they did, up to now.
  [[nodiscard]] double queued_job_s(Tick now) const {
    return queued_job_s_.value() + static_cast<double>(queued_) * to_seconds(now - last_);
  }
  [[nodiscard]] std::int64_t longest() const { return longest_; }  ///< most jobs that waited at a time

 private:
  void settle(Tick now) {
    const double span_s = to_seconds(now - last_);
    if (queued_ > 0) idle_node_s_.add(static_cast<double>(free_) * span_s);
    queued_job_s_.add(static_cast<double>(queued_) * span_s);
    last_ = now;
  }
  Tick last_ = 0;
  std::int64_t queued_ = 0, free_ = 0, longest_ = 0;
  Accumulator idle_node_s_, queued_job_s_;
};

}  // namespace aifactory
