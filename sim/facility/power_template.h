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
  std::vector<std::string> compressors;            ///< and chillers: the same without their UPS
};

/// Writes a layout out.  With named units it passes them on.  @param it_power rated IT power, @param capacity of the
/// utility feed, @param mechanical rated power of pumps, fans and compressors, @param compressors of these alone.
PowerExpansion expand_power(const PowerConfig& config, Power it_power, Power capacity, Power mechanical, Power compressors = 0.0 * W);

}  // namespace aifactory
