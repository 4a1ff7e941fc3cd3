#include "sim/results/job_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/error.h"
#include "sim/results/accumulator.h"

namespace aifactory {
namespace {

void count_state(FinalState state, JobMetrics& metrics) {
  switch (state) {
    case FinalState::completed_successfully:
      ++metrics.completed;
      return;
    case FinalState::completed_failed:
      ++metrics.failed;
      return;
    case FinalState::completed_walltime_reached:
    case FinalState::completed_killed:
      ++metrics.killed;
      return;
    case FinalState::rejected:
      ++metrics.rejected;
      return;
    case FinalState::running:
      ++metrics.running_at_end;
      return;
    case FinalState::queued:
      ++metrics.queued_at_end;
      return;
  }
}

struct Mean {
  Accumulator sum;
  double count = 0.0;
};

std::optional<double> jain_index(const std::map<std::string_view, Mean>& tenants) {
  if (tenants.size() < 2) return std::nullopt;
  Accumulator sum, squares;
  for (const auto& [tenant, mean] : tenants) {
    const double x = mean.sum.value() / mean.count;
    sum.add(x);
    squares.add(x * x);
  }
  return sum.value() * sum.value() / (static_cast<double>(tenants.size()) * squares.value());
}

template <class Belongs>
JobMetrics metrics_where(const JobRecords& jobs, const JobMeasure& measure, Belongs belongs) {
  JobMetrics metrics;
  enum Column : std::size_t { wait_s, turnaround_s, slowdown_of, bounded, fairness, columns };
  SampleColumns<columns> sample;
  sample.reserve(jobs.size());
  std::map<std::string_view, Mean> tenants;
  Accumulator asked, held;
  bool ended = false;
  Tick last_finish = 0;
  for (const JobRecord& job : jobs) {
    if (!belongs(job)) continue;
    ++metrics.submitted;
    count_state(job.state, metrics);
    const bool counts = measure.counts(job);
    if (counts && job.deadline != kNever) {
      ++metrics.with_deadline;
      metrics.missed_deadlines += missed_deadline(job);
    }
    if (!job.ended_after_running()) continue;
    AIF_CHECK(job.held >= 0 && job.waiting() >= 0, fmt::format("job {}: submitted {}, finished {}, held {}", job.job_id,
                                                               job.submission, job.finish, job.held));
    ended = true;
    last_finish = std::max(last_finish, job.finish);
    const double held_s = to_seconds(job.held);
    if (job.accelerators > 0.0 && job.accelerators_asked >= 0.0) {
      asked.add(std::min(job.accelerators_asked, job.accelerators) * held_s);
      held.add(job.accelerators * held_s);
    }
    if (!counts) continue;
    ++metrics.counted;
    const double area = static_cast<double>(job.requested_nodes) * held_s;
    const double bsld = bounded_slowdown(job);
    sample.add({to_seconds(job.waiting()), to_seconds(job.turnaround()), slowdown(job), bsld, finish_time_fairness(job, measure)}, area);
    Mean& tenant = tenants[job.tenant];
    tenant.sum.add(bsld);
    tenant.count += 1.0;
  }
  metrics.wait_s = sample.take(wait_s);
  metrics.turnaround_s = sample.take(turnaround_s);
  metrics.slowdown = sample.take(slowdown_of);
  metrics.bounded_slowdown = sample.take(bounded);
  metrics.fairness = sample.take(fairness);
  metrics.jain_index = jain_index(tenants);
  if (held.value() > 0.0) metrics.internal_fragmentation = 1.0 - asked.value() / held.value();
  if (metrics.counted > 0) {
    metrics.mean_wait = Duration(metrics.wait_s.mean);
    metrics.mean_bounded_slowdown = metrics.bounded_slowdown.mean;
  }
  if (ended) metrics.makespan = to_duration(last_finish);
  return metrics;
}

}  // namespace

JobMeasure job_measure(const JobRecords& jobs, Duration warm_up, Duration cool_down, double nodes) {
  JobMeasure measure;
  measure.nodes = nodes;
  Tick first = kNever, last = 0;
  std::map<std::string_view, bool> tenants;
  for (const JobRecord& job : jobs) {
    first = std::min(first, job.submission);
    last = std::max(last, job.submission);
    tenants.emplace(job.tenant, true);
  }
  if (!tenants.empty()) measure.tenants = static_cast<double>(tenants.size());
  if (first == kNever) return measure;
  if (warm_up > Duration(0.0)) measure.from = first + to_ticks(warm_up);
  if (cool_down > Duration(0.0)) measure.to = last - to_ticks(cool_down);
  return measure;
}

double slowdown(const JobRecord& job) {
  return job.held > 0 ? to_duration(job.turnaround()) / to_duration(job.held) : kUnset;
}

double bounded_slowdown(const JobRecord& job, Duration tau) {
  return std::max(1.0, to_duration(job.turnaround()) / std::max(to_duration(job.held), tau));
}

double finish_time_fairness(const JobRecord& job, const JobMeasure& measure) {
  if (job.work <= 0 || !(measure.nodes > 0.0)) return kUnset;
  const double share = measure.nodes / measure.tenants;
  const double longer = std::max(1.0, static_cast<double>(job.requested_nodes) / share);
  return to_seconds(job.turnaround()) / (to_seconds(job.work) * longer);
}

bool missed_deadline(const JobRecord& job, Tick now) {
  if (job.deadline == kNever) return false;
  const bool over = job.finish != kNever && job.state != FinalState::running && job.state != FinalState::queued &&
                    job.state != FinalState::rejected;
  return (over ? job.finish : now) > job.deadline;
}

JobMetrics job_metrics(const JobRecords& jobs, const JobMeasure& measure) {
  return metrics_where(jobs, measure, [](const JobRecord&) { return true; });
}

JobMetrics job_metrics_of_cluster(const JobRecords& jobs, std::string_view cluster,
                                  const JobMeasure& measure) {
  return metrics_where(jobs, measure, [cluster](const JobRecord& job) { return job.cluster == cluster; });
}

JobMetrics job_metrics_of_site(const JobRecords& jobs, std::string_view site, const JobMeasure& measure) {
  return metrics_where(jobs, measure, [site](const JobRecord& job) { return job.site == site; });
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
  block.set("jobs.counted", metrics.counted);
  block.set("jobs.median_wait_s", metrics.wait_s.median);
  block.set("jobs.p95_wait_s", metrics.wait_s.p95);
  block.set("jobs.p99_wait_s", metrics.wait_s.p99);
  block.set("jobs.max_wait_s", metrics.wait_s.max);
  block.set("jobs.mean_turnaround_s", metrics.turnaround_s.mean);
  block.set("jobs.mean_slowdown", metrics.slowdown.mean);
  block.set("jobs.median_bounded_slowdown", metrics.bounded_slowdown.median);
  block.set("jobs.p95_bounded_slowdown", metrics.bounded_slowdown.p95);
  block.set("jobs.p99_bounded_slowdown", metrics.bounded_slowdown.p99);
  block.set("jobs.area_weighted_bounded_slowdown", metrics.bounded_slowdown.weighted_mean);
  block.set("jobs.mean_finish_time_fairness", metrics.fairness.mean);
  block.set("jobs.max_finish_time_fairness", metrics.fairness.max);
  block.set("jobs.jain_index", metrics.jain_index);
  block.set("jobs.internal_fragmentation_frac", metrics.internal_fragmentation);
  if (metrics.with_deadline > 0) block.set("jobs.missed_deadlines", metrics.missed_deadlines);
}

void put_fragmentation(double free_node_s, double stranded_node_s, Summary::Block block) {
  block.set("scheduling.fragmentation_frac", free_node_s > 0.0 ? stranded_node_s / free_node_s : kUnset);
}

void put_queue(const QueueMeter& meter, Tick now, double node_s, Summary::Block block) {
  const double span_s = to_seconds(now);
  block.set("jobs.idle_while_waiting_frac", node_s > 0.0 ? meter.idle_node_s(now) / node_s : kUnset);
  block.set("jobs.mean_queue", span_s > 0.0 ? meter.queued_job_s(now) / span_s : kUnset);
  block.set("jobs.max_queue", meter.longest());
}

}  // namespace aifactory
