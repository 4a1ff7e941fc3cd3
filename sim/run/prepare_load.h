#pragma once
/// @file The given load of a cluster, read and checked.
#include <memory>
#include <string>

#include "sim/run/prepared.h"

namespace aifactory {

/// @pre the cluster has a load.  @param path for messages.
/// @throws InputError for a file that cannot be read or does not fit the cluster, or racks that have no CDUs.
std::unique_ptr<const LoadTrace> prepare_load(const ClusterPlan& cluster, const std::string& path, const SiteClock& clock, Duration horizon);

}  // namespace aifactory
