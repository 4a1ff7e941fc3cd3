#pragma once
/// @file What a scenario says about a site: power, cooling, halls and clusters.
#include <optional>
#include <string>
#include <vector>

#include "models/compute/rack.h"
#include "models/cooling/cdu.h"
#include "models/cooling/crah.h"
#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"
#include "models/power/conversion.h"
#include "models/power/network.h"
#include "sim/scenario/types.h"
#include "sim/weather/config.h"

namespace aifactory {

/// How UPS blocks back each other up.  Each layout is a template that writes out named units.
enum class PowerLayout { none, n, n_plus_1, two_n, three_n_2, four_n_3, catcher };
template <>
struct EnumNames<PowerLayout> {
  static constexpr std::pair<const char*, PowerLayout> values[] = {
      {"none", PowerLayout::none},           {"N", PowerLayout::n},
      {"N+1", PowerLayout::n_plus_1},        {"2N", PowerLayout::two_n},
      {"3N/2", PowerLayout::three_n_2},      {"4N/3", PowerLayout::four_n_3},
      {"catcher", PowerLayout::catcher}};
};

enum class PowerKind { utility_feed, transformer, switchboard, ups, busway };
template <>
struct EnumNames<PowerKind> {
  static constexpr std::pair<const char*, PowerKind> values[] = {{"utility_feed", PowerKind::utility_feed},
                                                                 {"transformer", PowerKind::transformer},
                                                                 {"switchboard", PowerKind::switchboard},
                                                                 {"ups", PowerKind::ups},
                                                                 {"busway", PowerKind::busway}};
};

template <>
struct EnumNames<SourceShare> {
  static constexpr std::pair<const char*, SourceShare> values[] = {{"even", SourceShare::even},
                                                                   {"primary", SourceShare::primary}};
};

/// One named unit of the power network.
struct PowerUnitConfig {
  PowerKind kind = PowerKind::switchboard;
  std::vector<std::string> from = {};          ///< units that supply it; none for a utility feed
  SourceShare share = SourceShare::even;  ///< even: all live sources alike; primary: the first live one
  Power rating = {};
  std::optional<CatalogRef<Transformer::Params>> transformer = {};  ///< losses in proportion to the unit's rating
  std::optional<CatalogRef<Ups::Params>> ups = {};
  double loss_at_rating = 0.0;  ///< busway, switchboard: ohmic loss at full load over rating
  bool indoors = true;          ///< its loss is heat for the cooling plant

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("kind", p.kind, kAny, "what the unit is");
    visit("from", p.from, kAny, "names of the units that supply it");
    visit("share", p.share, kAny, "even: every live source carries the same; primary: the first live source carries all");
    visit("rating", p.rating, kPositive, "continuous rating at its output");
    visit("transformer", p.transformer, kAny, "catalogue entry; losses scale with the rating");
    visit("ups", p.ups, kAny, "catalogue entry; loss curve over the rating");
    visit("loss_at_rating", p.loss_at_rating, kFraction, "busway and switchboard: ohmic loss at full load, share of rating");
    visit("indoors", p.indoors, kAny, "its loss is heat for the cooling plant");
  }
  template <class Report>
  void validate(Report& report) const {
    if (kind == PowerKind::utility_feed && !from.empty()) report.error("from", "a utility feed has no source");
    if (kind != PowerKind::utility_feed && from.empty()) report.error("from", "names no source: list the units that supply it");
    if (kind == PowerKind::transformer && !transformer) report.error("transformer", "is missing: name a catalogue entry, see `aifactory catalog transformers`");
    if (kind == PowerKind::ups && !ups) report.error("ups", "is missing: name a catalogue entry, see `aifactory catalog ups`");
  }
};

/// The power network of a site: a template (`layout`) or named units.
struct PowerConfig {
  static constexpr const char* kShorthand = "layout";
  PowerLayout layout = PowerLayout::none;
  std::optional<Power> block = {};  ///< rating of one UPS block
  std::int64_t group = 5;      ///< N+1 and catcher: blocks that carry load in one group
  std::optional<CatalogRef<Ups::Params>> ups = {};
  std::optional<CatalogRef<Transformer::Params>> transformer = {};     ///< MV/LV, one per block
  std::optional<CatalogRef<Transformer::Params>> hv_transformer = {};  ///< between feed and MV board
  std::int64_t hv_transformers = 2;
  double busway_loss = 0.005;  ///< assumed: 0.5 % at full load
  Map<PowerUnitConfig> units;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("layout", p.layout, kAny, "redundancy template; none: racks on the feed without conversion loss, or on the named units");
    visit("block", p.block, kPositive, "rating of one UPS block");
    visit("group", p.group, between(1, 64), "N+1 and catcher: blocks that share one spare block");
    visit("ups", p.ups, kAny, "catalogue entry of the UPS blocks");
    visit("transformer", p.transformer, kAny, "catalogue entry of the MV/LV transformers, one per block");
    visit("hv_transformer", p.hv_transformer, kAny, "catalogue entry of the HV/MV transformers");
    visit("hv_transformers", p.hv_transformers, between(1, 16), "number of HV/MV transformers, sharing the load");
    visit("busway_loss", p.busway_loss, kFraction, "ohmic loss of the busway at full load, share of the block rating (assumed 0.5 %)");
    visit("units", p.units, kAny, "named units instead of a layout");
  }
  template <class Report>
  void validate(Report& report) const {
    if (layout != PowerLayout::none && !units.empty()) report.error("units", "give a layout or units, not both");
    if (layout == PowerLayout::none) return;
    if (!block) report.error("block", "is missing: the layout needs the rating of one UPS block, e.g. 3 MW");
    if (!ups) report.error("ups", "is missing: name a catalogue entry, see `aifactory catalog ups`");
    if (!transformer) report.error("transformer", "is missing: name a catalogue entry, see `aifactory catalog transformers`");
    if (!hv_transformer) report.error("hv_transformer", "is missing: name a catalogue entry, see `aifactory catalog transformers`");
  }
};

enum class PlantKind { none, tower, dry_cooler };
template <>
struct EnumNames<PlantKind> {
  static constexpr std::pair<const char*, PlantKind> values[] = {
      {"none", PlantKind::none}, {"tower", PlantKind::tower}, {"dry_cooler", PlantKind::dry_cooler}};
};

enum class CoolingKind { tower, dry_cooler, loop, cdu, crah };
template <>
struct EnumNames<CoolingKind> {
  static constexpr std::pair<const char*, CoolingKind> values[] = {{"tower", CoolingKind::tower},
                                                                   {"dry_cooler", CoolingKind::dry_cooler},
                                                                   {"loop", CoolingKind::loop},
                                                                   {"cdu", CoolingKind::cdu},
                                                                   {"crah", CoolingKind::crah}};
};

/// One named unit of a cooling plant.
struct CoolingUnitConfig {
  CoolingKind kind = CoolingKind::cdu;
  std::optional<CatalogRef<MerkelTower::Params>> tower = {};
  std::optional<CatalogRef<DryCooler::Params>> dry_cooler = {};
  std::optional<CatalogRef<Cdu::Params>> cdu = {};
  std::optional<CatalogRef<Crah::Params>> crah = {};
  std::optional<Power> rating = {};            ///< tower, dry cooler, crah, loop: design heat
  std::optional<Temperature> supply = {};      ///< loop: set point of its supply
  std::optional<TemperatureDelta> range = {};  ///< loop: temperature rise at the rating
  std::optional<VolumePerPower> volume = {};   ///< loop: water volume over rating
  Pressure head = Pressure(250e3);        ///< loop: head of its pumps (assumed)
  double pump_efficiency = 0.75;          ///< loop: wire to water (assumed)
  double primary_flow_ratio = 1.0;        ///< cdu: facility water flow over its design flow

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("kind", p.kind, kAny, "what the unit is");
    visit("tower", p.tower, kAny, "tower: catalogue entry; scaled to the rating");
    visit("dry_cooler", p.dry_cooler, kAny, "dry_cooler: catalogue entry; scaled to the rating");
    visit("cdu", p.cdu, kAny, "cdu: catalogue entry");
    visit("crah", p.crah, kAny, "crah: catalogue entry; scaled to the rating");
    visit("rating", p.rating, kPositive, "design heat");
    visit("supply", p.supply, kCelsius, "loop: set point of the facility water supply");
    visit("range", p.range, kPositive, "loop: facility water temperature rise at the rating");
    visit("volume", p.volume, kPositive, "loop: water volume over rating");
    visit("head", p.head, kPositive, "loop: head of the facility water pumps (assumed 250 kPa)");
    visit("pump_efficiency", p.pump_efficiency, kPositiveFraction, "loop: wire-to-water efficiency (assumed 0.75)");
    visit("primary_flow_ratio", p.primary_flow_ratio, kPositive, "cdu: facility water flow over its design flow");
  }
  template <class Report>
  void validate(Report& report) const {
    const auto need = [&](const char* key, bool given, const char* what) {
      if (!given) report.error(key, what);
    };
    switch (kind) {
      case CoolingKind::tower:
        need("tower", tower.has_value(), "is missing: name a catalogue entry, see `aifactory catalog towers`");
        need("rating", rating.has_value(), "is missing: the heat it is built for, e.g. 100 MW");
        break;
      case CoolingKind::dry_cooler:
        need("dry_cooler", dry_cooler.has_value(), "is missing: name a catalogue entry, see `aifactory catalog dry_coolers`");
        need("rating", rating.has_value(), "is missing: the heat it is built for, e.g. 100 MW");
        break;
      case CoolingKind::loop:
        need("rating", rating.has_value(), "is missing: the heat it is built for, e.g. 100 MW");
        need("supply", supply.has_value(), "is missing: the set point of the supply, e.g. 30 degC");
        need("range", range.has_value(), "is missing: the temperature rise at the rating, e.g. 8 K");
        need("volume", volume.has_value(), "is missing: the water volume over rating, e.g. 20 L/kW");
        break;
      case CoolingKind::cdu:
        need("cdu", cdu.has_value(), "is missing: name a catalogue entry, see `aifactory catalog cdus`");
        break;
      case CoolingKind::crah:
        need("crah", crah.has_value(), "is missing: name a catalogue entry, see `aifactory catalog crahs`");
        need("rating", rating.has_value(), "is missing: the heat it is built for, e.g. 10 MW");
        break;
    }
  }
};

/// The cooling plant of a site: a template (`plant`) or named units.
struct CoolingConfig {
  static constexpr const char* kShorthand = "plant";
  PlantKind plant = PlantKind::none;
  std::optional<Power> design_heat = {};  ///< default: rated IT power with its indoor losses (6 %)
  Temperature supply = Temperature::celsius(30.0);
  TemperatureDelta range = 8.0 * K;
  VolumePerPower volume{20e-3 / 1e3};      ///< assumed 20 L/kW
  Duration control_period = 60.0 * s;
  Duration response = 300.0 * s;           ///< time in which the controller removes a supply error
  std::optional<CatalogRef<MerkelTower::Params>> tower = {};
  std::optional<CatalogRef<DryCooler::Params>> dry_cooler = {};
  std::optional<CatalogRef<Cdu::Params>> cdu = {};
  std::optional<CatalogRef<Crah::Params>> crah = {};
  Pressure head = Pressure(250e3);
  double pump_efficiency = 0.75;
  std::vector<std::string> power;  ///< units that feed pumps and fans
  Map<CoolingUnitConfig> units;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("plant", p.plant, kAny, "template; none: heat leaves without equipment, or by the named units");
    visit("design_heat", p.design_heat, kPositive, "heat the plant is built for; default 1.06 x rated IT power");
    visit("supply", p.supply, kCelsius, "set point of the facility water supply");
    visit("range", p.range, kPositive, "facility water temperature rise at design heat");
    visit("volume", p.volume, kPositive, "facility water volume over design heat (assumed 20 L/kW)");
    visit("control_period", p.control_period, between(1.0, 3600.0), "sample period of the plant controller");
    visit("response", p.response, kPositive, "time in which the controller removes an error of the supply temperature");
    visit("tower", p.tower, kAny, "catalogue entry of the cooling tower");
    visit("dry_cooler", p.dry_cooler, kAny, "catalogue entry of the dry cooler");
    visit("cdu", p.cdu, kAny, "catalogue entry of the coolant distribution units");
    visit("crah", p.crah, kAny, "catalogue entry of the air handlers for heat that leaves racks by air");
    visit("head", p.head, kPositive, "head of the facility water pumps (assumed 250 kPa)");
    visit("pump_efficiency", p.pump_efficiency, kPositiveFraction, "wire-to-water efficiency of the facility water pumps (assumed 0.75)");
    visit("power", p.power, kAny, "power units that feed pumps and fans; default: the layout's mechanical board, else the utility feeds");
    visit("units", p.units, kAny, "named units instead of a template");
  }
  template <class Report>
  void validate(Report& report) const {
    if (plant != PlantKind::none && !units.empty()) report.error("units", "give a plant or units, not both");
    if (plant == PlantKind::tower && !tower) report.error("tower", "is missing: name a catalogue entry, see `aifactory catalog towers`");
    if (plant == PlantKind::dry_cooler && !dry_cooler) report.error("dry_cooler", "is missing: name a catalogue entry, see `aifactory catalog dry_coolers`");
    if (response < control_period) report.error("response", "must be at least the control period");
  }
  [[nodiscard]] bool none() const { return plant == PlantKind::none && units.empty(); }
};

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
  Map<HallConfig> halls;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("location", p.location, kAny, "where the site is");
    visit("weather", p.weather, kAny, "outdoor air; a site with a cooling plant needs it");
    visit("grid", p.grid, kAny, "supply, price and carbon of grid electricity");
    visit("power", p.power, kAny, "power network");
    visit("cooling", p.cooling, kAny, "cooling plant");
    visit("halls", p.halls, kAny, "halls by name");
  }
  template <class Report>
  void validate(Report& report) const {
    if (halls.empty()) report.error("halls", "a site needs at least one hall");
    if (!cooling.none() && !weather) report.error("weather", "is missing: a cooling plant needs outdoor air, e.g. `weather: dallas`");
  }
};

}  // namespace aifactory
