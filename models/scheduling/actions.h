#pragma once
/// @file What a policy may do.
#include <string>
#include <string_view>

#include "models/workload/job.h"

namespace aifactory::scheduling {

class NodeSet;

/// Why an action was refused.
enum class Refusal {
  none,             ///< done
  not_waiting,      ///< the job is not in the queue (unknown, held, running, ended)
  unknown_pool,     ///< no such pool
  wrong_pool,       ///< the job may run in another pool only
  too_few_free,     ///< the pool has not enough free nodes (outside those to avoid)
  wrong_size,       ///< not a number of nodes on which the job may run
  bad_allocation,   ///< intervals out of range, out of order, empty or overlapping
  node_not_free,    ///< a node of the allocation is busy or down
  not_in_future,    ///< a time at or before now
  does_not_fit,     ///< enough nodes are free, but not in one domain, or not in the shape asked for
  not_running,      ///< the job does not run
  not_preemptible,  ///< the job may not be interrupted
  not_elastic,      ///< the job runs on one number of nodes only
  just_started,     ///< the job was started or changed in this very pass, or has ended
  not_held,         ///< the job is not held back by the policy
  over_quota,       ///< its tenant may not hold so many nodes
  out_of_range,     ///< a negative or undefined value
};
[[nodiscard]] std::string_view to_string(Refusal refusal);

/// Where a job may start: in this pool, on nodes that Place chooses outside `avoid`.
struct Constraint {
  std::int32_t pool = -1;
  const NodeSet* avoid = nullptr;  ///< of the pool's size; null: nothing to avoid
  std::int64_t nodes = 0;          ///< of an elastic job; 0: what it asks for
};

/// What a preempted job keeps of its work.
enum class Checkpoint {
  last,      ///< up to its last checkpoint; a job that writes none starts again
  on_demand  ///< all of it, if it writes checkpoints at all: one is written first (in no time)
};

/// Every action is checked and takes effect at once: the view shows it on return.  One that is refused changes
/// nothing, so that a faulty policy can be debugged instead of taking the run down.
class Actions {
 public:
  virtual ~Actions() = default;
  virtual Refusal start(JobId job, const Constraint& where) = 0;     ///< nodes by the policy's Place
  virtual Refusal start_on(JobId job, const Allocation& nodes) = 0;  ///< on exactly these nodes
  virtual Refusal reject(JobId job, std::string reason) = 0;         ///< leaves the queue, never runs
  virtual Refusal preempt(JobId job, Checkpoint checkpoint) = 0;     ///< back into the queue, its nodes free at once
  /// A running elastic job holds so many nodes from now on: Place adds some, or the highest are given up.
  virtual Refusal resize(JobId job, std::int64_t nodes) = 0;
  virtual Refusal hold(JobId job, Tick until) = 0;  ///< out of the queue until then (kNever: until resumed)
  virtual Refusal resume(JobId job) = 0;            ///< a held job is queued again, in its old rank
  virtual Refusal wake_at(Tick at) = 0;  ///< a pass then, even if nothing happens; the earliest wish counts
  virtual Refusal set_cap(std::int32_t pool, Power cap) = 0;  ///< a wish for the pool's power, passed on to the caller
  virtual Refusal note(JobId job, std::string key, std::string value) = 0;  ///< a line for the decision log
};

}  // namespace aifactory::scheduling
