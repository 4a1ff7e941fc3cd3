#pragma once
/// @file The scheduler's book: queue, running jobs, free nodes, and one policy pass over them.
#include <cstdint>
#include <memory>
#include <span>
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
class SchedulerCore {
 public:
  /// @throws InputError for an unknown policy or option.
  SchedulerCore(const std::vector<Job>& jobs, std::vector<PoolSpec> pools, const PolicyChoice& choice);
  ~SchedulerCore();

  void submit(JobId job, Tick now);               ///< puts a job at the end of the queue
  void finish(JobId job, Tick now);               ///< a running job ended (any reason); its nodes are free
  void requeue(JobId job, Tick now);              ///< a running job was interrupted and waits again (its nodes are free)
  void remove(JobId job, Tick now);               ///< a queued job leaves without running (rejected, killed)
  void set_nodes_up(std::int32_t pool, NodeRange nodes, bool up, Tick now);  ///< capacity lost or back; nodes that a
                                                  ///< running job holds are withheld when it ends
  void set_power_headroom(Power headroom);        ///< IT power that may still be added; infinite when nothing caps

  struct Start {
    JobId job;
    Allocation allocation;
  };
  struct Rejection {
    JobId job;
    std::string reason;
  };
  struct PassResult {
    std::vector<Start> starts;          ///< in the order of decision
    std::vector<Rejection> rejections;
    Tick wake_at = kNever;              ///< the policy wants a pass then even if nothing happens
  };
  /// One pass of the policy over everything that the instant has brought.  Started jobs hold their nodes on return.
  PassResult pass(Tick now);

  [[nodiscard]] std::int64_t queued() const;
  [[nodiscard]] std::int64_t running() const;
  [[nodiscard]] std::int64_t free_nodes(std::int32_t pool) const;
  [[nodiscard]] const Allocation& allocation(JobId job) const;  ///< @pre running

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace aifactory::scheduling
