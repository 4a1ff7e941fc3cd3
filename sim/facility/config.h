#pragma once
/// @file What a scenario says about a site: power, cooling, halls and clusters.
#include <optional>
#include <string>
#include <vector>

#include "models/compute/rack.h"
#include "sim/facility/cooling_config.h"
#include "sim/facility/power_config.h"
#include "sim/facility/provisioning.h"
#include "sim/scenario/types.h"
#include "sim/weather/config.h"

namespace aifactory {

/// Like racks that jobs see as one pool.
struct ClusterConfig {
  CatalogRef<RackParams> rack;
  std::optional<std::int64_t> racks = {};
  std::optional<std::string> nodes = {};             ///< a number, or from_log
  std::vector<std::vector<std::string>> power;  ///< supplies: each a list of cords' units
  std::vector<std::string> cooling;             ///< CDUs; racks are dealt out evenly
  std::optional<Duration> recovery = {}, throttle_hold = {};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("rack", p.rack, kAny, "catalogue entry of the rack");
    visit("racks", p.racks, between(1, 10'000'000), "number of racks");
    visit("nodes", p.nodes, kAny, "number of nodes instead of racks, or from_log: as many as the log's header says");
    visit("power", p.power, kAny, "supplies, each a list of the power units that its cords hang on; racks are dealt out evenly");
    visit("cooling", p.cooling, kAny, "CDUs that cool it; racks are dealt out evenly");
    visit("recovery", p.recovery, kPositive, "from the end of its cause until a tripped or failed rack takes jobs again (assumed 10 min)");
    visit("throttle_hold", p.throttle_hold, kNonNegative, "a throttled rack stays so at least this long (assumed 10 s)");
  }
  template <class Report>
  void validate(Report& report) const {
    if (racks.has_value() == nodes.has_value()) report.error("racks", "give exactly one of racks, nodes");
  }
};

struct HallConfig {
  Map<ClusterConfig> clusters;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("clusters", p.clusters, kAny, "clusters by name");
  }
  template <class Report>
  void validate(Report& report) const {
    if (clusters.empty()) report.error("clusters", "a hall needs at least one cluster");
  }
};

struct SiteConfig {
  LocationConfig location;
  std::optional<WeatherConfig> weather = {};
  GridConfig grid;
  PowerConfig power;
  CoolingConfig cooling;
  LimitsConfig limits;
  Map<HallConfig> halls;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("location", p.location, kAny, "where the site is");
    visit("weather", p.weather, kAny, "outdoor air; a site with a cooling plant needs it");
    visit("grid", p.grid, kAny, "supply, price and carbon of grid electricity");
    visit("power", p.power, kAny, "power network");
    visit("cooling", p.cooling, kAny, "cooling plant");
    visit("limits", p.limits, kAny, "derating, continuous loads and provisioning");
    visit("halls", p.halls, kAny, "halls by name");
  }
  template <class Report>
  void validate(Report& report) const {
    if (halls.empty()) report.error("halls", "a site needs at least one hall");
    if (!cooling.none() && !weather) report.error("weather", "is missing: a cooling plant needs outdoor air, e.g. `weather: dallas`");
  }
};

}  // namespace aifactory
