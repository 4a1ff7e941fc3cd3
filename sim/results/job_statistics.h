#pragma once
/// @file Statistics of the jobs of a run by tenant, kind and size: job_statistics.csv.
#include <string>
#include <vector>

#include "sim/results/job_metrics.h"
#include "sim/results/result_directory.h"
#include "sim/results/run_result.h"

namespace aifactory {

/// One row for each group and metric, over the jobs that count (JobMeasure).
///
/// Groups (`by`): all; tenant, kind (in the order of their names); size, classes of nodes that grow fourfold: 1, 2-4,
/// 5-16, 17-64, ...  Metrics: over jobs that ran and are over
///
///     wait_s, turnaround_s, run_s (time on nodes), slowdown, bounded_slowdown (tau 10 s), bounded_slowdown_60s,
///     finish_time_fairness, goodput_frac (work over time on nodes; 1: nothing lost),
///     energy_kwh, cost_usd, carbon_kg (of its nodes' energy; where the site has a price, an intensity),
///     node_h (nodes times time on them)
///
/// and over all that count: submitted, completed, failed, killed, rejected, running, queued, missed_deadlines (total and
/// share of those that have one).  area_weighted_mean weighs each job by its node time, so that a job counts by what it
/// holds of the machine.  A metric without a job has no row.
[[nodiscard]] std::vector<JobStatistic> job_statistics(const JobRecords& jobs, const JobMeasure& measure);

/// "17-64"
[[nodiscard]] std::string size_class(std::int64_t nodes);

/// by, group, metric, jobs, total, mean, median, p95, p99, max, area_weighted_mean
void write_job_statistics_csv(const std::vector<JobStatistic>& rows, OutputFile& file);

}  // namespace aifactory
