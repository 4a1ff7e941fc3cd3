#pragma once
#include <string>
#include <vector>

#include "models/inference/service_course.h"
#include "models/workload/job.h"
#include "sim/workload/load_workload.h"
#include "sim/workload/service_config.h"

namespace aifactory {

struct PreparedSite;

/// What the scenario says of a service, worked out before the run.
struct ServicePlan {
  const ServiceConfig* config = nullptr;
  JobId job = kNoJob;        ///< that holds its nodes
  std::int32_t pool = -1;    ///< its cluster
  double accelerators = 0;   ///< that its replicas use
  double used_frac = 1.0;    ///< of the accelerators of the nodes that it holds
  ServiceCourse course;      ///< if nothing disturbs it
};

/// Works out each service's load and puts a job that holds its nodes in front of the others.
/// @throws InputError naming the service.
[[nodiscard]] std::vector<ServicePlan> prepare_services(const std::vector<ServiceConfig>& services, const std::vector<PreparedSite>& sites,
                                                        const std::vector<ClusterShape>& clusters, Tick horizon, std::uint64_t seed,
                                                        std::vector<Job>& jobs);

}  // namespace aifactory
