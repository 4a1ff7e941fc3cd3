#pragma once
#include "models/workload/job.h"

namespace aifactory {

/// Replicas of a service that one job holds the nodes of: what one failed rack takes away at once.
struct ServicePart {
  JobId job = kNoJob;
  double share = 1.0;      ///< of the service's replicas
  double used_frac = 1.0;  ///< of the accelerators of its nodes
};

}  // namespace aifactory
