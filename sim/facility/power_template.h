#pragma once
/// @file Power layouts written out: a template becomes the same named units that a user could have listed.
#include <string>
#include <vector>

#include "sim/facility/power_config.h"

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

}  // namespace aifactory
