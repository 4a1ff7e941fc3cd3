#pragma once
/// @file The power network of a site with every load at full power: what it is designed for.
#include <map>
#include <string>

#include "sim/run/site.h"

namespace aifactory {

/// What one load of the network is.
struct LoadDetail {
  std::string what;          ///< "12 racks of train", "CDU pumps"
  Power power = 0.0 * W;     ///< at full load
  Power nameplate = 0.0 * W; ///< of power shelves, for racks; else as power
};

/// Every load at its full power, settled.  @param details filled by the name of the load.
SiteNetwork rated_network(const SitePlan& plan, std::map<std::string, LoadDetail>& details);

}  // namespace aifactory
