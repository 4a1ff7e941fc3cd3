#pragma once
/// @file Layouts written out: a template becomes the same named units that a user could have listed.
#include <string>
#include <vector>

#include "sim/facility/config.h"

namespace aifactory {

/// Units of a power layout and where loads hang on it.
struct PowerExpansion {
  Map<PowerUnitConfig> units;
  std::vector<std::vector<std::string>> supplies;  ///< racks are dealt out evenly over these
  std::vector<std::string> mechanical;             ///< units that feed pumps and fans
};

/// Writes a layout out.  With named units it passes them on.  @param it_power rated IT power, @param capacity of the
/// utility feed, @param mechanical rated power of pumps and fans.
PowerExpansion expand_power(const PowerConfig& config, Power it_power, Power capacity, Power mechanical);

/// Units of a cooling plant, in the order towers, loop, air handlers, CDUs.
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
