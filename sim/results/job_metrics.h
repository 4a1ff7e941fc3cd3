#pragma once
/// @file What a schedule was worth, from its job records.
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/units.h"
#include "sim/results/queue_meter.h"
#include "sim/results/run_result.h"
#include "sim/results/sample.h"

namespace aifactory {

inline constexpr Duration kSlowdownBound{10.0}, kLongSlowdownBound{60.0};

/// Which jobs count in means and percentiles, and what a fair share of the machine is.
///
/// Trimming: a job counts if it was submitted no earlier than `warm_up` after the first submission and no later than
/// `cool_down` before the last one.  The rule looks at submissions only, so that it picks the same jobs whatever the
/// policy; of those, means are over jobs that ran and are over.
struct JobMeasure {
  Tick from = 0, to = kNever;  ///< of the submission, both included
  double nodes = kUnset;       ///< of the machine; unset: no fair share is known
  double tenants = 1.0;        ///< that share it equally

  [[nodiscard]] bool counts(const JobRecord& job) const { return job.submission >= from && job.submission <= to; }
};
[[nodiscard]] JobMeasure job_measure(const JobRecords& jobs, Duration warm_up, Duration cool_down, double nodes);

// Numbers of one job that ran and is over.  @pre ended_after_running()

/// turnaround / held; unset for a job of no length.
[[nodiscard]] double slowdown(const JobRecord& job);
/// max(1, turnaround / max(held, tau))
[[nodiscard]] double bounded_slowdown(const JobRecord& job, Duration tau = kSlowdownBound);
/// Finish-time fairness rho = turnaround / T_own: T_own is the time that the job would take alone on the 1/K of the
/// machine that belongs to one of K tenants, T_own = work x max(1, nodes K / machine).  Above 1: worse off than there.
/// Unset for a job without work.
/// Source: K. Mahajan et al., "Themis: fair and efficient GPU cluster scheduling", NSDI 2020; a job wider than the
/// share runs there in proportion longer (our rule for gangs that cannot shrink).
[[nodiscard]] double finish_time_fairness(const JobRecord& job, const JobMeasure& measure);
/// Whether it has a deadline that has passed without its end.  @param now end of the run.
[[nodiscard]] bool missed_deadline(const JobRecord& job, Tick now = kNever);

/// Counts over all jobs, and means over jobs that count:
///
///     wait_j             = all time of job j in the queue
///     turnaround_j       = finish_j - submission_j
///     bounded_slowdown_j = max(1, turnaround_j / max(held_j, tau)),  tau = 10 s
///     makespan           = max finish_j, from the start of the simulation
///     jain_index         = (sum of x_t)^2 / (K sum of x_t^2),  x_t the mean bounded slowdown of tenant t
///     internal_fragmentation = 1 - accelerator time asked for / held, over jobs that ran (whole nodes are held)
///
/// held_j is the time on nodes over all runs of the job.  Means are over jobs that ran and are over, however they ended
/// (a job killed at its wall-clock limit counts, a rejected one does not).  Makespan as in Batsim: idle time
/// before the first submission belongs to it.  job_statistics.h has the same by tenant, kind and size.
///
/// Sources: D. G. Feitelson, L. Rudolph, "Metrics and benchmarking for parallel job scheduling", JSSPP 1998 (bounded
/// slowdown); Batsim, export_schedule_to_csv (makespan); R. Jain, D. Chiu, W. Hawe, DEC-TR-301, 1984 (index).
struct JobMetrics {
  std::int64_t submitted = 0, completed = 0, failed = 0, killed = 0, rejected = 0, running_at_end = 0,
               queued_at_end = 0;
  std::int64_t counted = 0;                     ///< jobs that the means are over
  std::optional<Duration> mean_wait, makespan;  ///< empty while no job has ended
  std::optional<double> mean_bounded_slowdown;
  SampleStatistics wait_s, turnaround_s, slowdown, bounded_slowdown, fairness;
  std::optional<double> jain_index;             ///< empty with fewer than two tenants
  std::optional<double> internal_fragmentation;
  std::int64_t with_deadline = 0, missed_deadlines = 0;
};

/// @pre jobs that ended after running have finish >= submission + held.
[[nodiscard]] JobMetrics job_metrics(const JobRecords& jobs, const JobMeasure& measure = {});
/// Of the jobs of one cluster only.
[[nodiscard]] JobMetrics job_metrics_of_cluster(const JobRecords& jobs, std::string_view cluster,
                                                const JobMeasure& measure = {});
/// Of the jobs of one site only.
[[nodiscard]] JobMetrics job_metrics_of_site(const JobRecords& jobs, std::string_view site,
                                             const JobMeasure& measure = {});

/// Sets the `jobs` section of a block.
void put_job_metrics(const JobMetrics& metrics, Summary::Block block);
/// Sets `scheduling.fragmentation_frac`; null where no node was ever free.
void put_fragmentation(double free_node_s, double stranded_node_s, Summary::Block block);
/// Sets what the queue as a whole did.  @param node_s nodes times the span of the run.
void put_queue(const QueueMeter& meter, Tick now, double node_s, Summary::Block block);

}  // namespace aifactory
