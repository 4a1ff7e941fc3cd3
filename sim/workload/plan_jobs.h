#pragma once
#include <vector>

#include "sim/facility/job_course.h"
#include "sim/workload/load_workload.h"

namespace aifactory {

/// Works out what the listed jobs with `training` come to on the accelerators of their cluster, and writes their run time,
/// tokens and utilization into the list; the plan of an entry is found by JobConfig::plan.  Power profiles that jobs have in
/// common come first: WorkloadConfig::profiles and kind_profiles say where.
///
/// On a cluster with an oversubscribed fabric o, also what they come to over several blocks, where the way out of a node has 1/o
/// of its bandwidth: the step takes S times as long, and communication_frac = (S - 1) / (o - 1), so that spread_pace() is 1/S.
///
///     duration = steps x step time,   utilization = mean of the phases of a step,   tokens/s = tokens of a step / step time
///
/// @throws InputError with the key path when the split does not fit the job or the memory, when nothing is known of the
/// accelerator, when a checkpoint has nowhere to go, or for a power profile that is not there.
[[nodiscard]] std::vector<JobPlan> plan_jobs(WorkloadConfig& config, const std::vector<ClusterShape>& clusters);

}  // namespace aifactory
