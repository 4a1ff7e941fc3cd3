#pragma once
/// @file A bare replay of jobs through SchedulerCore: a schedule without a data center.
#include <cstdint>
#include <functional>
#include <vector>

#include "models/scheduling/scheduler_core.h"

namespace aifactory::scheduling {

/// Nodes going down or coming back during a replay.
struct NodeChange {
  Tick at = 0;
  std::int32_t pool = 0;
  NodeRange nodes;
  bool up = false;
};

struct ReplayResult {
  std::vector<Tick> starts;  ///< by job: its last start; kNever: never started
  std::vector<Tick> ends;    ///< by job; kNever: never ended
  std::int64_t passes = 0, rejected = 0, requeued = 0;
};

/// Runs `jobs` on `pools` under the chosen policy with an event heap of its own: every job runs for exactly its
/// `work`, nothing throttles.  For known answers, for comparing policies without a facility, and for benchmarks.
/// Within an instant: ends (in the order of job ids), node changes (in their order), submissions (by id), wake-ups;
/// then one pass.  A job that holds a node which goes down is requeued and starts again from the beginning.
/// `observe`, when given, sees the core after every pass.
[[nodiscard]] ReplayResult replay(
    const std::vector<Job>& jobs, const std::vector<PoolSpec>& pools, const PolicyChoice& choice,
    const std::vector<NodeChange>& changes = {},
    const std::function<void(Tick, const SchedulerCore&, const SchedulerCore::PassResult&)>& observe = {});

}  // namespace aifactory::scheduling
