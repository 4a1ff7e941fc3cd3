#pragma once
/// @file The scheduler's book: queue, running jobs, free nodes, and one policy pass over them.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/scheduling/actions.h"
#include "models/scheduling/policy.h"
#include "models/workload/job.h"

namespace aifactory::scheduling {

class Forecast;
enum class NodeState : std::uint8_t;
struct Outage;

/// Pure scheduling state.  The Scheduler actor feeds it what happened in an instant and asks for one pass;
/// tests drive it without a simulation.  Every call of one instant carries the same `now`.
///
/// Sizes are nodes.  A job without an estimate (kNever) is planned to end at now + its `work` ("estimate = run
/// time where missing"); a job that outlives its estimate is planned to end one tick from now.
///
/// A job of no duration ends in the instant in which it starts: the caller reports the end and asks for another
/// pass at the same `now`, as often as needed.
///
/// With `same_instant: batched` the calls take effect at once, so their order within an instant matters only to the
/// arrival rank of jobs submitted together.  With `per_event` they are kept until pass(), which applies all
/// submissions in the order of the calls, then everything else in the order of the calls, and asks the policy after
/// each.  Two things do not wait for their turn: nodes go down or come up when told, and a job that ends in this
/// instant and was planned to end by now gives its nodes back before the first pass.
///
/// A job that waits for others (`after`), for its earliest start, or because the policy holds it, is not in the queue; it
/// joins in its rank of submission.  pass() asks for a wake-up when the next one is due.
///
/// Loss of nodes (the literature on backfill defines none): a job keeps the nodes it holds until the caller ends or
/// requeues it; lost nodes are not given out until they are back, and plans count on those that are up only.
///
/// A pass may preempt jobs and change their size.  The book then shows them queued, or with other nodes, already: the
/// caller carries it out (preemptions, then new sizes, then starts) and reports nothing back.
class SchedulerCore {
 public:
  /// `jobs` is looked up by JobId throughout and must outlive the core; it may grow.
  /// @throws InputError for an unknown policy or option.
  SchedulerCore(const std::vector<Job>& jobs, std::vector<PoolSpec> pools, const PolicyChoice& choice);
  /// With a policy made elsewhere (a plug-in, a test).
  SchedulerCore(const std::vector<Job>& jobs, std::vector<PoolSpec> pools, std::unique_ptr<Policy> policy);
  ~SchedulerCore();

  void submit(JobId job, Tick now);   ///< puts a job at the end of the queue
  void finish(JobId job, Tick now);   ///< a running job ended (any reason); its nodes are free
  void completing(JobId job, Tick now);  ///< a running job ended; its nodes are not free before finish(), an epilog later
  void requeue(JobId job, Tick now);  ///< a running job was interrupted and waits again (its nodes are
                                      ///< free); it keeps the rank of its first submission
  void remove(JobId job, Tick now);   ///< a queued job leaves without running (rejected, killed)
  void set_nodes_up(std::int32_t pool, NodeRange nodes, bool up,
                    Tick now);  ///< capacity lost or back; nodes that a running job holds are withheld when it ends
  /// As set_nodes_up with a reason; `idle` (or `allocated`) brings nodes back.
  void set_nodes(std::int32_t pool, NodeRange nodes, NodeState state, Tick now);
  /// Nodes will be out over [from, to): announced now, carried out by itself at a pass (which is asked for).
  void add_outage(std::int32_t pool, const Outage& outage, Tick now);

  /// Another policy takes over: the queue in its order, its quotas and weights.  Running jobs go on; a job that the old
  /// policy held waits in the queue; one that can never run under the new one is rejected by the next pass.
  /// @pre what the instant has brought so far has been followed by a pass, or is reported after this call.
  void set_policy(std::unique_ptr<Policy> policy, Tick now);
  /// Pools with other numbers of nodes from now on.  New nodes are free and stand behind those that there have been; of nodes
  /// that go the caller tells the state (draining while a job holds them, then down): they take no part in what a job may ask for, in
  /// capacities and shares.  Policies plan anew: `policy` takes over as in set_policy().
  /// @pre as set_policy(); no pool that changes is a torus.
  struct PoolSize {
    std::int32_t pool;
    std::int64_t nodes;
  };
  void resize_pools(const std::vector<PoolSize>& sizes, std::unique_ptr<Policy> policy, Tick now);

  /// Each job holds its nodes for `prolog` before its work begins and `epilog` after its end: plans count both, of jobs that run
  /// and of jobs that wait.  Orders look at the work alone.
  /// @pre nothing has been submitted.
  void set_overheads(Tick prolog, Tick epilog);

  // Signals.  They take effect at the next pass.
  void set_power_headroom(Power headroom);  ///< IT power that may still be added at the first site
  void set_power_limit(std::int32_t site, Power limit);  ///< that all running jobs may draw beyond idle nodes
  void set_forecasts(std::int32_t site, std::shared_ptr<const Forecast> price, std::shared_ptr<const Forecast> carbon);
  void set_headroom(std::int32_t pool, const std::vector<double>& headroom_k);  ///< by rack; see PoolState

  struct Start {
    JobId job;
    Allocation allocation;
  };
  struct Preemption {
    JobId job;
    Checkpoint checkpoint;
  };
  struct Resize {
    JobId job;
    Allocation allocation;  ///< from now on
  };
  struct Rejection {
    JobId job;
    std::string reason;
  };
  struct Note {
    JobId job;
    std::string key, value;
  };
  struct Cap {
    std::int32_t pool;
    Power power;
  };
  /// One decision; the first `start` of the steps is the first of the starts, and so on.
  enum class Step : std::uint8_t { preempt, resize, start, reject };
  struct PassResult {
    std::vector<Preemption> preemptions;  ///< to be carried out first
    std::vector<Resize> resizes;          ///< then these
    std::vector<Start> starts;            ///< in the order of decision
    std::vector<Rejection> rejections;    ///< by the policy, or larger than every pool that may run them
    std::vector<Cap> caps;                ///< wishes; the caller may ignore them
    std::vector<Note> notes;              ///< for the decision log
    std::vector<Step> steps;              ///< all decisions in the order in which they took effect
    Tick wake_at = kNever;                ///< the policy wants a pass then even if nothing happens
  };
  /// One pass of the policy over everything that the instant has brought.  Started jobs hold their nodes on return.
  PassResult pass(Tick now);

  [[nodiscard]] const PolicyParts& parts() const;
  [[nodiscard]] std::int64_t queued() const;  ///< held jobs included
  [[nodiscard]] std::int64_t held() const;
  [[nodiscard]] std::int64_t running() const;  ///< completing jobs excluded
  [[nodiscard]] std::int64_t free_nodes(std::int32_t pool) const;
  [[nodiscard]] const Allocation& allocation(JobId job) const;  ///< @pre running
  [[nodiscard]] const View& view() const;                       ///< what the policy saw last, for tests and `explain`

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace aifactory::scheduling
