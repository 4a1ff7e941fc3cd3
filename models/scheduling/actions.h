#pragma once
/// @file What a policy may do.
#include <string>
#include <string_view>

#include "models/workload/job.h"

namespace aifactory::scheduling {

class NodeSet;

/// Why an action was refused.
enum class Refusal {
  none,            ///< done
  not_waiting,     ///< the job is not in the queue (unknown, running, ended)
  unknown_pool,    ///< no such pool
  wrong_pool,      ///< the job may run in another pool only
  too_few_free,    ///< the pool has not enough free nodes (outside those to avoid)
  wrong_size,      ///< the allocation has not as many nodes as the job asks for
  bad_allocation,  ///< intervals out of range, out of order, empty or overlapping
  node_not_free,   ///< a node of the allocation is busy or down
  not_in_future,   ///< a wake-up at or before now
};
[[nodiscard]] std::string_view to_string(Refusal refusal);

/// Where a job may start: in this pool, on nodes that Place chooses outside `avoid`.
struct Constraint {
  std::int32_t pool = -1;
  const NodeSet* avoid = nullptr;  ///< of the pool's size; null: nothing to avoid
};

/// Every action is checked and takes effect at once: the view shows it on return.  One that is refused changes
/// nothing, so that a faulty policy can be debugged instead of taking the run down.
class Actions {
 public:
  virtual ~Actions() = default;
  virtual Refusal start(JobId job, const Constraint& where) = 0;     ///< nodes by the policy's Place
  virtual Refusal start_on(JobId job, const Allocation& nodes) = 0;  ///< on exactly these nodes
  virtual Refusal reject(JobId job, std::string reason) = 0;         ///< leaves the queue, never runs
  virtual Refusal wake_at(Tick at) = 0;  ///< a pass then, even if nothing happens; the earliest wish counts
  virtual Refusal note(JobId job, std::string key, std::string value) = 0;  ///< a line for the decision log
};

}  // namespace aifactory::scheduling
