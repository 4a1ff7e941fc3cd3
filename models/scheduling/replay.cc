#include "models/scheduling/replay.h"

#include <algorithm>
#include <numeric>
#include <queue>

#include "models/scheduling/availability_profile.h"

namespace aifactory::scheduling {
namespace {

struct End {
  Tick at;
  JobId job;
  std::int32_t attempt;  ///< an end of an earlier attempt is stale
  friend bool operator>(const End& a, const End& b) { return a.at != b.at ? a.at > b.at : a.job > b.job; }
};

bool overlap(const Allocation& held, NodeRange lost) {
  return std::any_of(held.nodes.begin(), held.nodes.end(),
                     [&](const NodeRange& range) { return range.first < lost.last && lost.first < range.last; });
}

}  // namespace

ReplayResult replay(const std::vector<Job>& jobs, const std::vector<PoolSpec>& pools, const PolicyChoice& choice,
                    const std::vector<NodeChange>& changes,
                    const std::function<void(Tick, const SchedulerCore&, const SchedulerCore::PassResult&)>& observe) {
  SchedulerCore core(jobs, pools, choice);
  ReplayResult result;
  result.starts.assign(jobs.size(), kNever);
  result.ends.assign(jobs.size(), kNever);
  std::vector<std::int32_t> attempts(jobs.size(), 0);
  std::vector<JobId> submissions(jobs.size());
  std::iota(submissions.begin(), submissions.end(), 0);
  const auto submit_of = [&](JobId id) { return jobs[static_cast<std::size_t>(id)].submit; };
  std::stable_sort(submissions.begin(), submissions.end(),
                   [&](JobId a, JobId b) { return submit_of(a) < submit_of(b); });
  std::vector<NodeChange> by_time = changes;
  std::stable_sort(by_time.begin(), by_time.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  std::priority_queue<End, std::vector<End>, std::greater<>> ends;
  std::vector<JobId> interrupted;
  std::size_t next_submission = 0, next_change = 0;
  Tick wake_at = kNever;

  const auto current = [&](const End& end) { return attempts[static_cast<std::size_t>(end.job)] == end.attempt; };
  for (;;) {
    while (!ends.empty() && !current(ends.top())) ends.pop();
    Tick now = wake_at;
    if (!ends.empty()) now = std::min(now, ends.top().at);
    if (next_submission < jobs.size()) now = std::min(now, submit_of(submissions[next_submission]));
    if (next_change < by_time.size()) now = std::min(now, by_time[next_change].at);
    if (now == kNever) break;

    for (; !ends.empty() && ends.top().at == now; ends.pop()) {
      if (!current(ends.top())) continue;
      const JobId job = ends.top().job;
      ++attempts[static_cast<std::size_t>(job)];
      result.ends[static_cast<std::size_t>(job)] = now;
      core.finish(job, now);
    }
    for (; next_change < by_time.size() && by_time[next_change].at == now; ++next_change) {
      const NodeChange& change = by_time[next_change];
      core.set_nodes_up(change.pool, change.nodes, change.up, now);
      if (change.up) continue;
      interrupted.clear();
      for (std::size_t job = 0; job < jobs.size(); ++job) {
        const bool runs = result.starts[job] != kNever && result.ends[job] == kNever && attempts[job] % 2 == 1;
        if (runs && core.allocation(static_cast<JobId>(job)).pool == change.pool &&
            overlap(core.allocation(static_cast<JobId>(job)), change.nodes)) {
          interrupted.push_back(static_cast<JobId>(job));
        }
      }
      for (const JobId job : interrupted) {
        ++attempts[static_cast<std::size_t>(job)];
        ++result.requeued;
        core.requeue(job, now);
      }
    }
    for (; next_submission < jobs.size() && submit_of(submissions[next_submission]) == now; ++next_submission) {
      core.submit(submissions[next_submission], now);
    }
    if (wake_at <= now) wake_at = kNever;
    const SchedulerCore::PassResult pass = core.pass(now);
    ++result.passes;
    result.rejected += static_cast<std::int64_t>(pass.rejections.size());
    wake_at = std::min(wake_at, pass.wake_at);
    for (const auto& start : pass.starts) {
      const auto index = static_cast<std::size_t>(start.job);
      result.starts[index] = now;
      ends.push({after(now, jobs[index].work), start.job, ++attempts[index]});
    }
    if (observe) observe(now, core, pass);
  }
  return result;
}

}  // namespace aifactory::scheduling
