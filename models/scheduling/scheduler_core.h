#pragma once
/// @file The scheduler's book: queue, running jobs, free nodes, and one policy pass over them.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/scheduling/policy.h"
#include "models/workload/job.h"

namespace aifactory::scheduling {

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
/// Loss of nodes (the literature on backfill defines none): a job keeps the nodes it holds until the caller ends or
/// requeues it; lost nodes are not given out until they are back, and plans count on those that are up only.
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
  void requeue(JobId job, Tick now);  ///< a running job was interrupted and waits again (its nodes are
                                      ///< free); it keeps the rank of its first submission
  void remove(JobId job, Tick now);   ///< a queued job leaves without running (rejected, killed)
  void set_nodes_up(std::int32_t pool, NodeRange nodes, bool up,
                    Tick now);              ///< capacity lost or back; nodes that a
                                            ///< running job holds are withheld when it ends
  void set_power_headroom(Power headroom);  ///< IT power that may still be added; infinite when nothing caps

  struct Start {
    JobId job;
    Allocation allocation;
  };
  struct Rejection {
    JobId job;
    std::string reason;
  };
  struct Note {
    JobId job;
    std::string key, value;
  };
  struct PassResult {
    std::vector<Start> starts;          ///< in the order of decision
    std::vector<Rejection> rejections;  ///< by the policy, or larger than every pool that may run them
    std::vector<Note> notes;            ///< for the decision log
    Tick wake_at = kNever;              ///< the policy wants a pass then even if nothing happens
  };
  /// One pass of the policy over everything that the instant has brought.  Started jobs hold their nodes on return.
  PassResult pass(Tick now);

  [[nodiscard]] std::int64_t queued() const;
  [[nodiscard]] std::int64_t running() const;
  [[nodiscard]] std::int64_t free_nodes(std::int32_t pool) const;
  [[nodiscard]] const Allocation& allocation(JobId job) const;  ///< @pre running
  [[nodiscard]] const View& view() const;                       ///< what the policy saw last, for tests and `explain`

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace aifactory::scheduling
