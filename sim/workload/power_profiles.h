#pragma once
/// @file From the power profiles of a scenario to what jobs draw.
#include <string>
#include <vector>

#include "sim/facility/job_course.h"
#include "sim/workload/load_workload.h"

namespace aifactory {

/// @param where key path of the profile.  @throws InputError with file and line for a file that is none.
[[nodiscard]] PlannedPower plan_power(const PowerProfileConfig& config, const std::string& where);

/// A training job: the phases of its steps, over and over, of which a run draws the mean.
[[nodiscard]] PlannedPower power_of_steps(const TrainingPlan& plan);

/// Plans of the profiles that jobs have in common, and their places in WorkloadConfig::profiles and kind_profiles.
void plan_shared_profiles(WorkloadConfig& config, std::vector<JobPlan>& plans);

/// Place of a plan by the profile's name.  @throws InputError that begins with `where` when there is none of that name.
[[nodiscard]] std::int32_t shared_profile(const WorkloadConfig& config, const std::string& name, const std::string& where);

/// Once all jobs are known: fits profiles of shares to the work of their jobs, and tells policies the highest level of each, for
/// which a power limit has to have room (a phase that comes later has no chance to ask).
/// @throws InputError for a job with an elastic size: work on another number of nodes has no profile.
void fit_profiles(std::vector<Job>& jobs, std::vector<JobPlan>& plans);

}  // namespace aifactory
