#pragma once
/// @file Cooling plants written out: a template becomes the same named units that a user could have listed.
#include <string>
#include <vector>

#include "sim/facility/cooling_config.h"

namespace aifactory {

/// Units of a cooling plant, in the order heat rejection, loop, storage and reuse, air handlers, CDUs.
struct CoolingExpansion {
  Map<CoolingUnitConfig> units;
  std::vector<std::vector<std::string>> cdus;  ///< for each cluster, in the order of the clusters
};

struct ClusterHeat {
  std::int64_t racks;
  Power rack_liquid;  ///< rated heat of one rack to liquid; 0 W: air only
  std::vector<std::string> named;  ///< CDUs that the cluster names itself
};

/// Writes a plant out.  @param design_heat of the whole site, @param air_heat the part that leaves by air.
CoolingExpansion expand_cooling(const CoolingConfig& config, Power design_heat, Power air_heat,
                                const std::vector<ClusterHeat>& clusters);

}  // namespace aifactory
