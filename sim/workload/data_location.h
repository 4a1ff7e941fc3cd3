#pragma once
/// @file Where the data of jobs lie, and what it takes to have them elsewhere.
#include <string>
#include <vector>

#include "sim/workload/load_workload.h"

namespace aifactory {

/// A site as data see it.
struct DataSite {
  std::string name;
  std::optional<DataRate> wide_area;  ///< none: data neither come nor go
};

/// Works out for each listed job with `data` how long it waits for them on its nodes, by cluster:
///
///     0                                               at the site where they are
///     staging                                         elsewhere, where the job states it
///     data_size / min(wide_area there, wide_area here) elsewhere; where one of the two has none, the job may not run
///
/// *Not modelled*: transfers that share a way with others; storage at the other end; what the way costs.
/// @throws InputError with the key path for a site that is not there, and for a job that no cluster may run then.
void locate_data(WorkloadConfig& config, const std::vector<DataSite>& sites, const std::vector<ClusterShape>& clusters);

}  // namespace aifactory
