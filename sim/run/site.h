#pragma once
/// @file One site of a run: its plan as named units, and the state that actors share.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/power/derating.h"
#include "sim/actors/cdu_control.h"
#include "sim/actors/cluster.h"
#include "sim/actors/cooling_plant.h"
#include "sim/actors/grid_feed.h"
#include "sim/actors/room_control.h"
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
  std::int32_t room = -1;               ///< air-cooled racks of a hall with a room: index into SitePlan::rooms
  std::vector<std::string> supply = {};    ///< power units of its cords
  std::string leaf = {};                  ///< name of its load in the power network
  bool leaving = false;                   ///< racks that go as soon as no job holds them: nothing is designed for them
  [[nodiscard]] std::int64_t staying() const { return leaving ? 0 : racks; }
};

struct ClusterPlan {
  std::string name;                     ///< as summary and jobs name it
  std::string path;                     ///< place in the site's part of the scenario: halls.H.clusters.C
  std::string unit;                     ///< site.hall.cluster, as events name it
  std::int32_t room = -1;               ///< index into SitePlan::rooms
  const ClusterConfig* config = nullptr;
  std::shared_ptr<const RackParams> rack = {};  ///< its nodes are what jobs hold: shares of nodes, where nodes are shared
  std::int64_t nodes = 0, racks = 0;
  std::vector<BankPlan> banks = {};
  double hall_share = 1.0;              ///< of the rated power of its hall
};

/// Neighbouring air handlers of a room on one supply.
struct RoomSupply {
  std::string leaf;                     ///< name of their load in the power network
  std::vector<std::string> sources = {};
  std::int64_t first = 0, crahs = 0;
};

/// A hall whose air is its own.
struct RoomPlan {
  std::string hall;                     ///< name of the hall
  std::size_t index = 0;                ///< of the hall among the site's
  const RoomConfig* config = nullptr;
  std::vector<std::size_t> clusters = {};  ///< of the site, that stand in it
  std::vector<std::size_t> air_clusters = {};  ///< of them, those whose chips are cooled by this air: like racks
  std::vector<RoomSupply> supplies = {};   ///< of its air handlers, in their order; at least one
  std::int64_t crahs = 0, doors = 0;
  Power air_heat = 0.0 * W;             ///< rated, of its racks
  double loss_share = 0.0;              ///< of the site's indoor losses
};

/// Name of all its air handlers; of their load in the power network, where they share one.
inline std::string fan_leaf(const RoomPlan& room) { return room.hall + ".air_handlers"; }

/// A site written out: every unit named, templates expanded, everything checked.  Nothing here needs an engine.
struct SitePlan {
  std::string name;
  const SiteConfig* config = nullptr;
  std::vector<ClusterPlan> clusters = {};
  Map<PowerUnitConfig> power_units = {};
  Map<CoolingUnitConfig> cooling_units = {};
  std::vector<std::string> cdus = {};        ///< names, in the order of the banks they serve
  std::vector<RoomPlan> rooms = {};          ///< their banks follow those of the CDUs
  std::vector<std::string> mechanical = {};  ///< power units of pumps and fans
  std::vector<std::string> compressors = {};  ///< of chillers: no UPS
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
  HeatPlant::Params plant;
  std::optional<SharedAir> air;
  std::vector<Cdu> cdus;                       ///< as SitePlan::cdus
  std::vector<ThermalConductance> primary;     ///< facility water of each
  Power pump_rating = 0.0 * W, fan_rating = 0.0 * W, condenser_pump_rating = 0.0 * W, compressor_rating = 0.0 * W;
  std::vector<std::string> notes = {};         ///< what a reader of the results must know
};
/// @param elevation of the site, for fans in the air of its altitude.
PlantEquipment build_plant(const SitePlan& plan, Length elevation = 0.0 * m, const SiteClock& clock = {});

}  // namespace aifactory
