#pragma once
#include <string>
#include <vector>

#include "models/inference/service_course.h"
#include "models/workload/job.h"
#include "sim/facility/service_part.h"
#include "sim/workload/load_workload.h"
#include "sim/workload/service_config.h"

namespace aifactory {

struct PreparedSite;

/// What the scenario says of a service, worked out before the run.
struct ServicePlan {
  const ServiceConfig* config = nullptr;
  std::vector<ServicePart> parts = {};  ///< jobs that hold its nodes
  double accelerators = 0;              ///< that its replicas use
  std::size_t group = 0;                ///< services with the same one take over from each other
  ServiceCourse course;                 ///< if nothing disturbs it
};

/// Works out each service's load and puts the jobs that hold its nodes in front of the others.
/// @throws InputError naming the service.
[[nodiscard]] std::vector<ServicePlan> prepare_services(const std::vector<ServiceConfig>& services, const std::vector<PreparedSite>& sites,
                                                        const std::vector<ClusterShape>& clusters, Tick horizon, std::uint64_t seed,
                                                        std::vector<Job>& jobs);

}  // namespace aifactory
