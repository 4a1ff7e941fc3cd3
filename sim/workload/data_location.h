#pragma once
/// @file Where the data of jobs lie, and what it takes to have them elsewhere.
#include <string>
#include <vector>

#include "sim/workload/data_config.h"
#include "sim/workload/load_workload.h"

namespace aifactory {

/// How long jobs wait for their data on their nodes.
struct DataStaging {
  std::vector<Tick> on;  ///< by cluster, as Job::staging_on
  bool known = true;     ///< its site is one of the scenario

  /// A job of this pool (-1: any) has somewhere to run.
  [[nodiscard]] bool reaches(std::int32_t pool) const;
};
[[nodiscard]] DataStaging staging_of(const DataConfig& data, const std::vector<DataSite>& sites, const std::vector<ClusterShape>& clusters);

/// Gives jobs that say nothing of data what their kind says, else what their tenant says.
/// @throws InputError with the key path for a site or tenant that is not there, a job that no cluster may run then, an elastic job.
void locate_data_of_groups(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters, std::vector<Job>& jobs);

/// Works out for each listed job with `data` how long it waits for them on its nodes, by cluster, and keeps the sites for jobs
/// of other sources:
///
///     0                                               at the site where they are
///     staging                                         elsewhere, where the job states it
///     data_size / min(wide_area there, wide_area here) elsewhere; where one of the two has none, the job may not run
///
/// *Not modelled*: transfers that share a way with others; storage at the other end; what the way costs.
/// @throws InputError with the key path for a site that is not there, and for a job that no cluster may run then.
void locate_data(WorkloadConfig& config, const std::vector<DataSite>& sites, const std::vector<ClusterShape>& clusters);

}  // namespace aifactory
