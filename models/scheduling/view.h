#pragma once
/// @file What a policy sees.
#include <cstdint>
#include <limits>
#include <vector>

#include "models/scheduling/availability_profile.h"
#include "models/scheduling/node_set.h"
#include "models/scheduling/policy.h"
#include "models/scheduling/waiting_queue.h"
#include "models/workload/job.h"

namespace aifactory::scheduling {

/// A running job as planning sees it.
struct RunningJob {
  Tick end;  ///< start + planned duration
  JobId job;
  std::int32_t slot;       ///< finds its allocation
  std::int64_t returning;  ///< nodes that come back when it ends: those it holds and that are not down
};

/// State of one pool.
struct PoolState {
  PoolSpec spec;
  NodeSet free;                     ///< neither held nor down
  NodeSet busy;                     ///< held by a running job
  NodeSet down;                     ///< out of service (held or not)
  std::vector<RunningJob> running;  ///< by planned end, the latest first: what ends soon is at the back
};

/// The instant, the queue and the pools, by reference: nothing is copied for a pass.  Actions show at once.
///
/// *Not yet in the view*: thermal headroom, prices, carbon, tenants' usage.
class View {
 public:
  [[nodiscard]] Tick now() const { return now_; }
  [[nodiscard]] const Job& job(JobId id) const { return (*jobs_)[static_cast<std::size_t>(id)]; }
  [[nodiscard]] const WaitingQueue& queue() const { return queue_; }
  /// The same jobs in the policy's backfill order.
  [[nodiscard]] const WaitingQueue& backfill_queue() const { return two_queues_ ? backfill_ : queue_; }
  [[nodiscard]] std::int32_t pools() const { return static_cast<std::int32_t>(pools_.size()); }
  [[nodiscard]] const PoolState& pool(std::int32_t pool) const { return pools_[static_cast<std::size_t>(pool)]; }
  [[nodiscard]] std::int64_t free_nodes(std::int32_t p) const { return pool(p).free.count(); }
  /// May the job ever run there: allowed, and the pool has as many nodes (up or down).
  [[nodiscard]] bool eligible(const WaitingQueue::Entry& entry, std::int32_t p) const {
    return (entry.pool < 0 || entry.pool == p) && entry.nodes <= pool(p).spec.nodes;
  }
  /// A job that outlives its plan is planned to end in the next tick: it holds its nodes now, however late it is.
  [[nodiscard]] Tick planned_end(const RunningJob& running) const {
    return running.end > now_ ? running.end : now_ + 1;
  }
  [[nodiscard]] const Allocation& allocation(const RunningJob& running) const {
    return slots_[static_cast<std::size_t>(running.slot)];
  }
  /// IT power that may still be added; infinite when nothing caps.
  [[nodiscard]] Power power_headroom() const { return power_headroom_; }

  /// When `nodes` will be free at once if running jobs end as planned, and how many are free then.
  struct Shadow {
    Tick at;            ///< kNever: not even when all have ended (nodes are down)
    std::int64_t free;  ///< free nodes from then on, every job that ends at that tick included
  };
  [[nodiscard]] Shadow shadow(std::int32_t pool, std::int64_t nodes) const;
  /// Free nodes over the future from the running jobs alone.
  void fill(std::int32_t pool, AvailabilityProfile& profile) const;

 protected:
  View() = default;
  ~View() = default;
  Tick now_ = 0;
  const std::vector<Job>* jobs_ = nullptr;
  WaitingQueue queue_, backfill_;
  bool two_queues_ = false;
  std::vector<PoolState> pools_;
  std::vector<Allocation> slots_;  ///< of running jobs, by slot
  Power power_headroom_{kInfinitePower};

 private:
  static constexpr double kInfinitePower = std::numeric_limits<double>::infinity();
};

}  // namespace aifactory::scheduling
