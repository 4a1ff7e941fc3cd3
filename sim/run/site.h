#pragma once
/// @file One site of a run: its plan as named units, and the state that actors share.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/actors/cdu_control.h"
#include "sim/actors/cluster.h"
#include "sim/actors/cooling_plant.h"
#include "sim/actors/grid_feed.h"
#include "models/power/derating.h"
#include "sim/facility/config.h"
#include "sim/facility/rack_field.h"
#include "sim/facility/site_power.h"
#include "sim/facility/water_loop.h"
#include "sim/weather/design_conditions.h"

namespace aifactory {

/// Neighbouring racks of a cluster on one supply and one CDU.
struct BankPlan {
  std::int64_t first_rack = 0, racks = 0;
  std::int32_t cdu = -1;                ///< index into SitePlan::cdus; several neighbouring banks may share one
  std::int64_t cdu_first_rack = 0;      ///< first rack that the CDU serves
  std::int64_t cdu_racks = 0;           ///< how many it serves
  std::vector<std::string> supply = {};    ///< power units of its cords
  std::string leaf = {};                  ///< name of its load in the power network
};

struct ClusterPlan {
  std::string name;                     ///< as summary and jobs name it
  std::string path;                     ///< place in the site's part of the scenario: halls.H.clusters.C
  std::string unit;                     ///< site.hall.cluster, as events name it
  const ClusterConfig* config = nullptr;
  std::int64_t nodes = 0, racks = 0;
  std::vector<BankPlan> banks = {};
};

/// A site written out: every unit named, templates expanded, everything checked.  Nothing here needs an engine.
struct SitePlan {
  std::string name;
  const SiteConfig* config = nullptr;
  std::vector<ClusterPlan> clusters = {};
  Map<PowerUnitConfig> power_units = {};
  Map<CoolingUnitConfig> cooling_units = {};
  std::vector<std::string> cdus = {};        ///< names, in the order of the banks they serve
  std::vector<std::string> mechanical = {};  ///< power units of pumps and fans
  SiteConditions conditions = {};                ///< altitude and hottest air, for ratings
  std::optional<DesignConditions> design = {};   ///< design days; none: the weather does not tell extremes
  Power rated_it = 0.0 * W, air_heat = 0.0 * W, design_heat = 0.0 * W, mechanical_power = 0.0 * W;
};

/// Writes a site out.  @param log_nodes nodes of clusters sized `from_log`.
/// @throws InputError naming the unit, for a rack without a power path or cooling, an unknown unit, a size of zero.
SitePlan plan_site(const std::string& name, const SiteConfig& config, std::optional<std::int64_t> log_nodes);

/// The power network of a plan with its loads: one per bank, CDU, pumps, fans.
struct SiteNetwork {
  PowerNetwork network;
  std::vector<bool> indoors;
  std::vector<std::pair<PowerNetwork::UnitId, Use>> uses;
};
SiteNetwork build_network(const SitePlan& plan);

/// Cooling equipment of a plan.  @pre the plan has a plant.
struct PlantEquipment {
  WaterLoop::Params loop;
  WaterLoop::Rejection rejection;
  std::optional<Crah> crah;
  std::vector<Cdu> cdus;                       ///< as SitePlan::cdus
  std::vector<ThermalConductance> primary;     ///< facility water of each
  Power fan_rating = 0.0 * W;
};
PlantEquipment build_plant(const SitePlan& plan);

}  // namespace aifactory
