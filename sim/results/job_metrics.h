#pragma once
/// @file What a schedule was worth, from its job records.
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "models/units.h"
#include "sim/results/run_result.h"

namespace aifactory {

/// Counts and means over jobs:
///
///     wait_j             = all time of job j in the queue
///     turnaround_j       = finish_j - submission_j
///     bounded_slowdown_j = max(1, turnaround_j / max(held_j, tau)),  tau = 10 s
///     makespan           = max finish_j, from the start of the simulation
///
/// held_j is the time on nodes over all runs of the job.  Means are over jobs that ran and are over, however they ended
/// (a job killed at its wall-clock limit counts, a rejected one does not).  Makespan as in Batsim: idle time
/// before the first submission belongs to it.
///
/// *Not modelled*: medians and percentiles; jobs.csv has every job.
/// Sources: D. G. Feitelson, L. Rudolph, "Metrics and benchmarking for parallel job scheduling", JSSPP 1998 (bounded
/// slowdown); Batsim, export_schedule_to_csv (makespan).
struct JobMetrics {
  std::int64_t submitted = 0, completed = 0, failed = 0, killed = 0, rejected = 0, running_at_end = 0,
               queued_at_end = 0;
  std::optional<Duration> mean_wait, makespan;  ///< empty while no job has ended
  std::optional<double> mean_bounded_slowdown;
};

inline constexpr Duration kSlowdownBound{10.0};

/// @pre jobs that ended after running have finish >= submission + held.
[[nodiscard]] JobMetrics job_metrics(std::span<const JobRecord> jobs);
/// Of the jobs of one cluster only.
[[nodiscard]] JobMetrics job_metrics_of_cluster(std::span<const JobRecord> jobs, std::string_view cluster);
/// Of the jobs of one site only.
[[nodiscard]] JobMetrics job_metrics_of_site(std::span<const JobRecord> jobs, std::string_view site);

/// Sets the `jobs` section of a block.
void put_job_metrics(const JobMetrics& metrics, Summary::Block block);

}  // namespace aifactory
