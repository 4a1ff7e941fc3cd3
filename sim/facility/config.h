#pragma once
/// @file What a scenario says about a site: power, cooling, halls and clusters.
#include <optional>
#include <string>
#include <vector>

#include "models/compute/rack.h"
#include "sim/facility/cooling_config.h"
#include "sim/facility/fabric_config.h"
#include "sim/facility/faults_config.h"
#include "sim/facility/interruptions_config.h"
#include "sim/facility/power_config.h"
#include "sim/facility/provisioning.h"
#include "sim/facility/room_config.h"
#include "sim/facility/storage_config.h"
#include "sim/scenario/types.h"
#include "sim/weather/config.h"
#include "sim/workload/load_config.h"

namespace aifactory {

/// Like racks that jobs see as one pool, or that draw a given load.
struct ClusterConfig {
  CatalogRef<RackParams> rack;
  std::optional<std::int64_t> racks = {};
  std::optional<std::string> nodes = {};             ///< a number, or from_log
  std::vector<std::vector<std::string>> power;  ///< supplies: each a list of cords' units
  std::vector<std::string> cooling;             ///< CDUs; racks are dealt out evenly
  std::optional<LoadConfig> load = {};           ///< in place of jobs
  std::optional<Duration> recovery = {}, throttle_hold = {};
  std::optional<std::int64_t> scale_up_nodes = {};
  std::vector<std::int64_t> torus = {};
  Duration hold_up{0.02};     ///< assumed: 20 ms
  double power_brake = 0.5;   ///< assumed
  std::optional<InterruptionsConfig> interruptions = {};
  std::optional<FabricConfig> fabric = {};
  Duration burn_in{0.0};
  std::int64_t shares_per_node = 1;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("rack", p.rack, kAny, "catalogue entry of the rack");
    visit("racks", p.racks, between(1, 10'000'000), "number of racks");
    visit("nodes", p.nodes, kAny, "number of nodes instead of racks, or from_log: as many as the log's header says");
    visit("power", p.power, kAny, "supplies, each a list of the power units that its cords hang on; racks are dealt out evenly");
    visit("cooling", p.cooling, kAny, "CDUs that cool it; racks are dealt out evenly");
    visit("load", p.load, kAny, "input power of the racks, given in place of jobs: a value, or a measured file");
    visit("scale_up_nodes", p.scale_up_nodes, at_least(1), "nodes of one scale-up domain, counted from node 0; default: those of a rack");
    visit("torus", p.torus, at_least(1), "three sizes in nodes of the 3D torus that its nodes form, x first; default: none");
    visit("recovery", p.recovery, kPositive, "from the end of its cause until a tripped or failed rack takes jobs again (assumed 10 min)");
    visit("throttle_hold", p.throttle_hold, kNonNegative, "a throttled rack stays so at least this long (assumed 10 s)");
    visit("hold_up", p.hold_up, kNonNegative, "time for which the stores of the power shelves carry the rated rack without supply; more with capacitors or batteries in the rack (assumed 20 ms)");
    visit("power_brake", p.power_brake, kPositiveFraction, "speed to which a rack falls while a lost cord or shelf leaves its shelves less than it would draw (assumed 0.5)");
    visit("interruptions", p.interruptions, kAny, "why and how often its nodes interrupt the jobs that they run; default: never by themselves");
    visit("fabric", p.fabric, kAny, "blocks of its scale-out fabric, between which jobs communicate more slowly; default: one block");
    visit("shares_per_node", p.shares_per_node, between(1, 1024), "like shares of a node that different jobs may hold, each with its part of the accelerators, e.g. 8 for the accelerators of a node one by one; default: jobs hold whole nodes");
    visit("burn_in", p.burn_in, kNonNegative, "time after a repair of a rack or node for which it is tested, idle, before it takes jobs again");
  }
  template <class Report>
  void validate(Report& report) const {
    if (fabric && !torus.empty()) report.error("fabric", "goes with no torus: a torus has no blocks");
    if (shares_per_node > 1 && !torus.empty()) report.error("shares_per_node", "goes with no torus: its slices are of whole nodes");
    if (shares_per_node > 1 && load) report.error("shares_per_node", "is for jobs, and a cluster with a load takes none");
    if (load && interruptions) report.error("interruptions", "are of jobs, and a cluster with a load takes none");
    if (racks.has_value() == nodes.has_value()) report.error("racks", "give exactly one of racks, nodes");
    if (load && nodes && *nodes == "from_log") report.error("nodes", "a log is for jobs, and a cluster with a load takes none");
  }
};

struct HallConfig {
  Map<ClusterConfig> clusters;
  std::optional<RoomConfig> room = {};
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("clusters", p.clusters, kAny, "clusters by name");
    visit("room", p.room, kAny, "air of the hall, with air handlers of its own; absent: the plant's `crah` takes all air heat of the site");
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
  FaultsConfig faults;
  std::optional<StorageConfig> storage = {};
  std::optional<DataRate> wide_area = {};
  Map<HallConfig> halls;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("location", p.location, kAny, "where the site is");
    visit("weather", p.weather, kAny, "outdoor air; a site with a cooling plant needs it");
    visit("grid", p.grid, kAny, "supply, price and carbon of grid electricity");
    visit("power", p.power, kAny, "power network");
    visit("cooling", p.cooling, kAny, "cooling plant");
    visit("limits", p.limits, kAny, "derating, continuous loads and provisioning");
    visit("faults", p.faults, kAny, "how units fail by themselves, and who repairs them");
    visit("storage", p.storage, kAny, "where checkpoints of the site's jobs go");
    visit("wide_area", p.wide_area, kPositive, "bandwidth between the site and others, for data that jobs need elsewhere, e.g. 400 Gbps; default: none, data stay");
    visit("halls", p.halls, kAny, "halls by name");
  }
  template <class Report>
  void validate(Report& report) const {
    if (halls.empty()) report.error("halls", "a site needs at least one hall");
    for (const auto& [name, hall] : halls) {
      if (hall.room && cooling.none()) report.error("halls", "a hall with a room needs a cooling plant: its air handlers give their heat to facility water");
    }
    if (!cooling.none() && !weather) report.error("weather", "is missing: a cooling plant needs outdoor air, e.g. `weather: dallas`");
  }
};

}  // namespace aifactory
