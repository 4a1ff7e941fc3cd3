#pragma once
/// @file What a policy sees.
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <unordered_set>
#include <vector>

#include "models/scheduling/availability_profile.h"
#include "models/scheduling/domain_counts.h"
#include "models/scheduling/forecast.h"
#include "models/scheduling/node_set.h"
#include "models/scheduling/policy.h"
#include "models/scheduling/running_jobs.h"
#include "models/scheduling/share_counts.h"
#include "models/scheduling/tenant_usage.h"
#include "models/scheduling/waiting_queue.h"
#include "models/workload/job.h"

namespace aifactory::scheduling {

/// What a node is doing.  All but the first two give no node to a job.
enum class NodeState : std::uint8_t {
  idle,
  allocated,
  draining,     ///< to be taken out: the job that holds it goes on, no other starts
  down,         ///< failed
  repair,       ///< being repaired
  burn_in,      ///< under test before it is used
  maintenance,  ///< out as planned
};

/// A planned outage: jobs whose plan reaches into it do not start on these nodes.
struct Outage {
  Tick from = 0, to = kNever;
  NodeRange nodes;
};

/// State of one pool.
struct PoolState {
  PoolSpec spec;                    ///< its nodes: as many as there have ever been; those from `installed` on have gone or are about to
  std::int64_t installed = 0;       ///< nodes 0 .. installed-1 are there to stay
  NodeSet free;                     ///< neither held nor down
  NodeSet busy;                     ///< held by a running job
  NodeSet down;                     ///< out of service (held or not)
  DomainCounts domains;             ///< of the free nodes
  ShareCounts shares;               ///< of the free nodes, where they are shared
  RunningJobs running;              ///< by planned end, the latest first: what ends soon is at the back
  std::vector<NodeState> reason;    ///< by node, of those that are down; empty: all have failed
  std::array<std::int64_t, 7> out{};  ///< nodes out of service by NodeState, once `reason` is there
  std::vector<Outage> outages;      ///< to come or going on
  std::vector<double> headroom_k;   ///< by rack: degrees between its coolant and the limit; empty: not known

  [[nodiscard]] NodeState state(std::int64_t node) const {
    const NodeRange one{node, node + 1};
    const bool held = busy.count_in(one) > 0;
    if (down.count_in(one) == 0) return held ? NodeState::allocated : NodeState::idle;
    const NodeState why = reason.empty() ? NodeState::down : reason[static_cast<std::size_t>(node)];
    return held ? NodeState::draining : why;
  }
  /// Nodes of `range` have become free or have ceased to be.
  void follow(NodeRange range) {
    domains.follow(free, range);
    shares.follow(free, range);
  }
  [[nodiscard]] std::int64_t out_for(NodeState why) const { return out[static_cast<std::size_t>(why)]; }
};

/// What is known of one site.  Power is in whole milliwatts, so that what is booked and given back leaves nothing.
struct SiteSignals {
  static constexpr std::int64_t kUnlimited = INT64_MAX;
  std::int64_t limit_mw = kUnlimited;  ///< that all running jobs together may draw beyond idle nodes
  std::int64_t booked_mw = 0;          ///< that they do, as estimated
  std::shared_ptr<const Forecast> price, carbon;  ///< null: none
  [[nodiscard]] std::int64_t headroom_mw() const { return limit_mw == kUnlimited ? kUnlimited : limit_mw - booked_mw; }
};

/// The instant, the queue and the pools, by reference: nothing is copied for a pass.  Actions show at once.
class View {
 public:
  [[nodiscard]] Tick now() const { return now_; }
  [[nodiscard]] const Job& job(JobId id) const { return (*jobs_)[static_cast<std::size_t>(id)]; }
  [[nodiscard]] const WaitingQueue& queue() const { return queue_; }
  /// The same jobs in the policy's backfill order.
  [[nodiscard]] const WaitingQueue& backfill_queue() const { return two_queues_ ? backfill_ : queue_; }
  /// Jobs that were put into the queue since the last pass began, those that have left it again included.
  [[nodiscard]] std::span<const JobId> fresh() const { return fresh_; }
  [[nodiscard]] std::int32_t pools() const { return static_cast<std::int32_t>(pools_.size()); }
  [[nodiscard]] const PoolState& pool(std::int32_t pool) const { return pools_[static_cast<std::size_t>(pool)]; }
  [[nodiscard]] std::int64_t free_nodes(std::int32_t p) const { return pool(p).free.count(); }
  /// May the job ever run there: allowed, and the pool has as many nodes (up or down), lying as the job needs them.
  [[nodiscard]] bool eligible(const WaitingQueue::Entry& entry, std::int32_t p) const {
    return (entry.pool < 0 || entry.pool == p) && entry.nodes <= pool(p).installed &&
           (barred_.empty() || !barred_.contains(barred_key(entry.job, p)));
  }
  /// The pool to be tried as the i-th for a job: those where its data are first, then in the order in which they stand.
  [[nodiscard]] std::int32_t preferred(JobId id, std::int32_t i) const {
    return staged_ && !job(id).staging_on.empty() ? nearest(id, i) : i;
  }
  /// Where the job runs in this pool matters beyond the number of nodes.
  [[nodiscard]] bool picky(JobId id, std::int32_t p) const { return pool(p).spec.shares_per_node > 1 || job(id).picky(); }
  /// A job that outlives its plan is planned to end in the next tick: it holds its nodes now, however late it is.
  [[nodiscard]] Tick planned_end(const RunningJob& running) const {
    return running.end > now_ ? running.end : now_ + 1;
  }
  [[nodiscard]] const Allocation& allocation(const RunningJob& running) const {
    return slots_[static_cast<std::size_t>(running.slot)];
  }
  [[nodiscard]] std::int64_t held_nodes(const RunningJob& running) const;
  [[nodiscard]] Tick started(const RunningJob& running) const { return run(running).started; }
  /// Neither started nor changed in this very pass, nor about to give its nodes back: it may be preempted or resized.
  [[nodiscard]] bool settled(const RunningJob& running) const {
    return run(running).changed_in != pass_ && run(running).changed_in >= 0;
  }
  /// Work (ticks) that a preemption now would throw away: what has been done since the last checkpoint, at full speed.
  [[nodiscard]] Tick unsaved(const RunningJob& running) const;

  // ---- power, price, carbon ----
  [[nodiscard]] const SiteSignals& site(std::int32_t site) const { return sites_[static_cast<std::size_t>(site)]; }
  [[nodiscard]] std::int32_t sites() const { return static_cast<std::int32_t>(sites_.size()); }
  /// What the job is expected to draw beyond idle nodes.
  [[nodiscard]] std::int64_t power_mw(JobId id, std::int32_t p, std::int64_t nodes) const;
  [[nodiscard]] std::int64_t booked_mw(const RunningJob& running) const { return run(running).booked_mw; }
  /// IT power that may still be added at the first site; infinite when nothing caps.
  [[nodiscard]] Power power_headroom() const;

  // ---- tenants ----
  [[nodiscard]] const TenantUsage& tenants() const { return usage_; }
  [[nodiscard]] std::int32_t tenant(JobId id) const { return tenant_of_[static_cast<std::size_t>(id)]; }

  /// When `nodes` will be free at once if running jobs end as planned, and how many are free then.
  struct Shadow {
    Tick at;            ///< kNever: not even when all have ended (nodes are down)
    std::int64_t free;  ///< free nodes from then on, every job that ends at that tick included
  };
  [[nodiscard]] Shadow shadow(std::int32_t pool, std::int64_t nodes) const;
  /// Free nodes over the future from the running jobs and the planned outages.
  void fill(std::int32_t pool, AvailabilityProfile& profile) const;

 protected:
  View() = default;
  ~View() = default;
  Tick now_ = 0;
  const std::vector<Job>* jobs_ = nullptr;
  WaitingQueue queue_, backfill_;
  bool two_queues_ = false;
  std::vector<JobId> fresh_;
  std::vector<PoolState> pools_;
  std::unordered_set<std::int64_t> barred_;  ///< job and pool: the policy's Place finds no nodes even when all are free
  [[nodiscard]] std::int64_t barred_key(JobId id, std::int32_t p) const { return std::int64_t{id} * pools() + p; }
  bool staged_ = false;  ///< some job has data somewhere
  [[nodiscard]] std::int32_t nearest(JobId id, std::int32_t i) const;
  std::vector<SiteSignals> sites_;
  TenantUsage usage_;
  std::vector<std::int32_t> tenant_of_;  ///< by job
  std::vector<double> saved_;            ///< by job: ticks of work that its checkpoints keep; short: 0
  std::int64_t pass_ = 0;
  // Of running jobs, by slot.
  struct Run {
    Tick end = 0, started = 0;
    Tick since = 0;      ///< of `reached`; beyond now: its work has not begun
    double reached = 0;  ///< ticks of work done by then, at full speed
    std::int64_t changed_in = 0, booked_mw = 0;
    // Of the job, here because some policy weighs thousands of them: its checkpoint_interval, and saved() when it started.
    Tick interval = kNever;
    double saved = 0;
  };
  std::vector<Allocation> slots_;
  std::vector<Run> runs_;
  [[nodiscard]] const Run& run(const RunningJob& running) const {
    return runs_[static_cast<std::size_t>(running.slot)];
  }
  [[nodiscard]] double saved(JobId id) const {
    const auto index = static_cast<std::size_t>(id);
    return index < saved_.size() ? saved_[index] : 0.0;
  }
  [[nodiscard]] double reached(const RunningJob& running) const;
  /// What a job keeps of `reached` when it is interrupted without warning.
  [[nodiscard]] double kept(const RunningJob& running, double reached) const;
};

}  // namespace aifactory::scheduling
