#include "sim/results/job_metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/error.h"
#include "sim/results/accumulator.h"

namespace aifactory {
namespace {

template <class Belongs>
JobMetrics metrics_where(std::span<const JobRecord> jobs, Belongs belongs) {
  JobMetrics metrics;
  Accumulator wait_s, slowdown;
  std::int64_t ended = 0;
  Tick last_finish = 0;
  for (const JobRecord& job : jobs) {
    if (!belongs(job)) continue;
    ++metrics.submitted;
    switch (job.state) {
      case FinalState::completed_successfully:
        ++metrics.completed;
        break;
      case FinalState::completed_failed:
        ++metrics.failed;
        break;
      case FinalState::completed_walltime_reached:
      case FinalState::completed_killed:
        ++metrics.killed;
        break;
      case FinalState::rejected:
        ++metrics.rejected;
        break;
      case FinalState::running:
        ++metrics.running_at_end;
        break;
      case FinalState::queued:
        ++metrics.queued_at_end;
        break;
    }
    if (!job.ended_after_running()) continue;
    AIF_CHECK(job.held >= 0 && job.waiting() >= 0, fmt::format("job {}: submitted {}, finished {}, held {}", job.job_id,
                                                               job.submission, job.finish, job.held));
    ++ended;
    last_finish = std::max(last_finish, job.finish);
    wait_s.add(to_seconds(job.waiting()));
    const Duration run = std::max(to_duration(job.held), kSlowdownBound);
    slowdown.add(std::max(1.0, to_duration(job.turnaround()) / run));
  }
  if (ended > 0) {
    const auto n = static_cast<double>(ended);
    metrics.mean_wait = Duration(wait_s.value() / n);
    metrics.mean_bounded_slowdown = slowdown.value() / n;
    metrics.makespan = to_duration(last_finish);
  }
  return metrics;
}

}  // namespace

JobMetrics job_metrics(std::span<const JobRecord> jobs) {
  return metrics_where(jobs, [](const JobRecord&) { return true; });
}

JobMetrics job_metrics_of_cluster(std::span<const JobRecord> jobs, std::string_view cluster) {
  return metrics_where(jobs, [cluster](const JobRecord& job) { return job.cluster == cluster; });
}

JobMetrics job_metrics_of_site(std::span<const JobRecord> jobs, std::string_view site) {
  return metrics_where(jobs, [site](const JobRecord& job) { return job.site == site; });
}

void put_job_metrics(const JobMetrics& metrics, Summary::Block block) {
  block.set("jobs.submitted", metrics.submitted);
  block.set("jobs.completed", metrics.completed);
  block.set("jobs.failed", metrics.failed);
  block.set("jobs.killed", metrics.killed);
  block.set("jobs.rejected", metrics.rejected);
  block.set("jobs.running_at_end", metrics.running_at_end);
  block.set("jobs.queued_at_end", metrics.queued_at_end);
  if (metrics.mean_wait) block.set("jobs.mean_wait_s", metrics.mean_wait->si());
  if (metrics.mean_bounded_slowdown) block.set("jobs.mean_bounded_slowdown", *metrics.mean_bounded_slowdown);
  if (metrics.makespan) block.set("jobs.makespan_s", metrics.makespan->si());
}

}  // namespace aifactory
