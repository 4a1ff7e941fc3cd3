#pragma once
/// @file A bare replay of jobs through SchedulerCore: a schedule without a data center.
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "models/scheduling/scheduler_core.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {

/// Nodes going down or coming back during a replay.
struct NodeChange {
  Tick at = 0;
  std::int32_t pool = 0;
  NodeRange nodes;
  bool up = false;
};

/// The power limit of a site from an instant on.
struct LimitChange {
  Tick at = 0;
  std::int32_t site = 0;
  Power limit{0.0};
};

/// What surrounds the jobs, and what it does to them.  Everything may be left out.
struct Surroundings {
  std::vector<NodeChange> changes;
  std::vector<LimitChange> limits;
  std::vector<std::pair<std::int32_t, Outage>> outages;  ///< by pool, known from the start
  std::shared_ptr<const Forecast> price, carbon;         ///< of every site
  struct PoolHeat {
    std::vector<double> headroom_k;  ///< by rack, shown to the policy
    std::vector<double> speed;       ///< by rack: a job runs at that of its slowest rack
  };
  std::vector<PoolHeat> heat;       ///< by pool
  double crossing_speed = 1.0;      ///< of a job one of whose groups lies in more than one scale-up domain
};

struct ReplayResult {
  std::vector<Tick> starts;  ///< by job: its last start; kNever: never started
  std::vector<Tick> ends;    ///< by job; kNever: never ended
  std::vector<double> lost;  ///< by job: ticks of work thrown away by interruptions
  std::int64_t passes = 0, rejected = 0, requeued = 0, preempted = 0, resized = 0;
};

using Observer = std::function<void(Tick, const SchedulerCore&, const SchedulerCore::PassResult&)>;

/// Runs `jobs` on `pools` under the chosen policy with an event heap of its own: every job runs for exactly its
/// `work`, slowed down only by blocks of the fabric and what `surroundings` say, after its staging.  For known answers, for comparing policies without a facility, and
/// for benchmarks.  Within an instant: ends (in the order of job ids), node changes (in their order), limits, submissions
/// (by id), wake-ups; then one pass.  A job that holds a node which goes down is requeued and goes on from its last
/// checkpoint, or from the beginning when it writes none.
/// `observe`, when given, sees the core after every pass.
[[nodiscard]] ReplayResult replay(const std::vector<Job>& jobs, const std::vector<PoolSpec>& pools,
                                  const PolicyChoice& choice, const Surroundings& surroundings,
                                  const Observer& observe = {});
[[nodiscard]] ReplayResult replay(const std::vector<Job>& jobs, const std::vector<PoolSpec>& pools,
                                  const PolicyChoice& choice, const std::vector<NodeChange>& changes = {},
                                  const Observer& observe = {});

/// With a policy made elsewhere.
[[nodiscard]] ReplayResult replay(const std::vector<Job>& jobs, const std::vector<PoolSpec>& pools,
                                  std::unique_ptr<Policy> policy, const Surroundings& surroundings,
                                  const Observer& observe = {});

}  // namespace aifactory::scheduling
