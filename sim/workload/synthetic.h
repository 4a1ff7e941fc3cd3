#pragma once
/// @file Generated jobs.
#include <cstdint>
#include <vector>

#include "models/workload/job.h"
#include "sim/workload/config.h"
#include "sim/workload/load_workload.h"

namespace aifactory {

/// Generates jobs of each class as a Poisson process whose rate follows the day and the week.
///
///     rate_c(t) = share_c / sum(share) / mean_interarrival * day(t) * week(t)
///     day(t)    = 1 + a cos(2 pi (hour(t) - peak_hour) / 24)
///     week(t)   = weekday_factor(t) / mean(weekday_factors)
///
/// by thinning a process at the greatest rate; over whole weeks the mean rate is 1 / mean_interarrival when days are
/// alike or the amplitude is 0 (both factors multiply, and each averages 1).
/// Each class has a stream of its own for arrivals, size, duration and estimate, named by the class, so changing
/// one class's durations moves nothing else.
/// *Not modelled*: users, sessions, dependencies between jobs, correlation of size and duration within a class.
/// Source of thinning: P. Lewis, G. Shedler, Naval Research Logistics Quarterly 26(3), 1979.
/// @throws InputError when nothing ends the generation: horizon kNever and no max_jobs.
void generate_jobs(const SyntheticConfig& config, const std::vector<ClusterShape>& clusters, const LocalStart& start,
                   Tick horizon, std::uint64_t seed, SourceReport& report, std::vector<Job>& jobs);

}  // namespace aifactory
