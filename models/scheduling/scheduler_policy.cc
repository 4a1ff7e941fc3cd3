/// @file Another policy takes over the book while jobs wait and run.
#include <algorithm>

#include <fmt/format.h>

#include "models/error.h"
#include "models/scheduling/scheduler_state.h"

namespace aifactory::scheduling {

void SchedulerCore::State::change_policy(std::unique_ptr<Policy> next, Tick now) {
  AIF_CHECK(next && next->parts().order && next->parts().place, "a policy without order or place");
  AIF_CHECK(now >= now_ && pending.empty() && to_admit.empty(), "a policy is replaced between two passes");
  now_ = now;
  policy = std::move(next);
  const PolicyParts& parts = policy->parts();
  usage_.change_rules(parts.half_life, parts.weights, parts.quotas, now);
  queue_ = WaitingQueue();
  backfill_ = WaitingQueue();
  two_queues_ = parts.backfill_order != nullptr;
  quotas.clear();
  barred_.clear();
  lies.clear();
  fresh_.clear();

  // In the rank of their submission, as quotas admit them.
  std::vector<JobId> jobs;
  for (std::size_t i = 0; i < stage.size(); ++i) {
    if (stage[i] != Stage::absent && stage[i] != Stage::gone) jobs.push_back(static_cast<JobId>(i));
  }
  std::sort(jobs.begin(), jobs.end(), [this](JobId a, JobId b) { return arrival[static_cast<std::size_t>(a)] < arrival[static_cast<std::size_t>(b)]; });
  std::vector<std::pair<JobId, std::string>> never;
  for (const JobId id : jobs) {
    std::string reason = impossible(id);  // and notes where the new placement finds no nodes
    if (in_stage(id, Stage::running)) continue;
    const bool held = in_stage(id, Stage::held);
    if (!reason.empty()) {
      never.emplace_back(id, std::move(reason));
    } else if (held && waits_for.contains(id)) {
      continue;
    } else if (held && job(id).earliest_start > now) {
      // The old policy may have held it for longer.
      held_until[id] = job(id).earliest_start;
      due.emplace(job(id).earliest_start, id);
      continue;
    }
    if (held) {
      --held_count;
      held_until.erase(id);
    }
    if (never.empty() || never.back().first != id) enqueue(id);
  }
  for (auto& [id, reason] : never) {
    result.rejections.push_back({id, std::move(reason)});
    result.steps.push_back(Step::reject);
    leave(id);
  }
}

}  // namespace aifactory::scheduling
