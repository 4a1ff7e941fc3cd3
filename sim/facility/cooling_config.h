#pragma once
/// @file What a scenario says about the cooling plant of a site.
#include <optional>
#include <string>
#include <vector>

#include "models/cooling/cdu.h"
#include "models/cooling/chiller_carnot.h"
#include "models/cooling/chiller_eir.h"
#include "models/cooling/crah.h"
#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"
#include "sim/facility/cdu_config.h"
#include "sim/facility/pipe_config.h"
#include "sim/facility/plant_config.h"
#include "sim/scenario/types.h"

namespace aifactory {

/// Templates of a plant; each writes out named units.
enum class PlantKind { none, tower, dry_cooler, adiabatic, tower_economizer, chiller_tower, chiller_dry, chiller_economizer, dry_trim };
template <>
struct EnumNames<PlantKind> {
  static constexpr std::pair<const char*, PlantKind> values[] = {{"none", PlantKind::none},
                                                                 {"tower", PlantKind::tower},
                                                                 {"dry_cooler", PlantKind::dry_cooler},
                                                                 {"adiabatic", PlantKind::adiabatic},
                                                                 {"tower_economizer", PlantKind::tower_economizer},
                                                                 {"chiller_tower", PlantKind::chiller_tower},
                                                                 {"chiller_dry", PlantKind::chiller_dry},
                                                                 {"chiller_economizer", PlantKind::chiller_economizer},
                                                                 {"dry_trim", PlantKind::dry_trim}};
};

enum class CoolingKind { tower, dry_cooler, chiller, economizer, loop, condenser_loop, tank, heat_reuse, make_up, cdu, crah };
template <>
struct EnumNames<CoolingKind> {
  static constexpr std::pair<const char*, CoolingKind> values[] = {{"tower", CoolingKind::tower},
                                                                   {"dry_cooler", CoolingKind::dry_cooler},
                                                                   {"chiller", CoolingKind::chiller},
                                                                   {"economizer", CoolingKind::economizer},
                                                                   {"loop", CoolingKind::loop},
                                                                   {"condenser_loop", CoolingKind::condenser_loop},
                                                                   {"tank", CoolingKind::tank},
                                                                   {"heat_reuse", CoolingKind::heat_reuse},
                                                                   {"make_up", CoolingKind::make_up},
                                                                   {"cdu", CoolingKind::cdu},
                                                                   {"crah", CoolingKind::crah}};
};

/// Why a set point of a water loop is refused.
inline constexpr const char* kFrozen = "is below 0 degC, where the water of the loop freezes: set it to 1 degC or more";

/// One named unit of a cooling plant.
struct CoolingUnitConfig {
  CoolingKind kind = CoolingKind::cdu;
  std::optional<CatalogRef<MerkelTower::Params>> tower = {};
  std::optional<CatalogRef<DryCooler::Params>> dry_cooler = {};
  std::optional<CatalogRef<Cdu::Params>> cdu = {};
  std::optional<CatalogRef<Crah::Params>> crah = {};
  std::optional<Power> rating = {};            ///< tower, dry cooler, crah, loop: design heat
  std::optional<Temperature> supply = {};      ///< loop, cdu: set point of its supply
  std::optional<TemperatureDelta> range = {};  ///< loop: temperature rise at the rating
  std::optional<VolumePerPower> volume = {};   ///< loop: water volume over rating; crah: air over rating
  Pressure head = Pressure(250e3);        ///< loop: head of its pumps (assumed)
  double pump_efficiency = 0.75;          ///< loop: wire to water (assumed)
  double primary_flow_ratio = 1.0;        ///< cdu: facility water flow over its design flow
  std::int64_t count = 1;                 ///< tower, dry cooler, chiller, pumps of a loop: like units that carry the rating
  Redundancy redundancy = Redundancy::n;  ///< and those beside them
  std::optional<CatalogRef<ChillerEir::Params>> chiller = {};
  std::optional<CatalogRef<CarnotChiller::Params>> carnot_chiller = {};
  std::optional<ChillerRecordConfig> chiller_record = {};
  CondenserKind condenser = CondenserKind::water;  ///< chiller
  TemperatureDelta condenser_air_rise = 10.0 * K;  ///< chiller by Carnot with an air condenser
  std::optional<std::string> on = {};              ///< tower, dry cooler: the loop it cools
  TowerModel model = TowerModel::merkel;           ///< tower
  std::optional<AirDensity> air_density = {};      ///< tower, dry cooler
  TemperatureDelta approach = 2.0 * K;             ///< economizer: facility supply over condenser supply at the rating
  double min_flow = 1.0;                           ///< loops: pumps follow the heat down to this share of design flow
  double static_head = 0.0;                        ///< loops: part of the head that does not fall with flow
  std::optional<TankConfig> tank = {};
  std::optional<HeatReuseConfig> heat_reuse = {};
  std::optional<MakeUpConfig> make_up = {};
  std::optional<PipeConfig> supply_header = {}, return_header = {};  ///< loop
  std::optional<Temperature> air_limit = {};                         ///< crah

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("kind", p.kind, kAny, "what the unit is");
    visit("tower", p.tower, kAny, "tower: catalogue entry; scaled to the rating");
    visit("dry_cooler", p.dry_cooler, kAny, "dry_cooler: catalogue entry; scaled to the rating");
    visit("cdu", p.cdu, kAny, "cdu: catalogue entry");
    visit("crah", p.crah, kAny, "crah: catalogue entry; scaled to the rating");
    visit("rating", p.rating, kPositive, "design heat");
    visit("supply", p.supply, kCelsius, "loop: set point of the facility water supply; cdu: of the coolant to its racks");
    visit("range", p.range, kPositive, "loop: facility water temperature rise at the rating");
    visit("volume", p.volume, kPositive, "loop: water volume over rating, all of it mixed but for its headers; crah: air of what it cools over rating (assumed 0.35 m3/kW)");
    visit("head", p.head, kPositive, "loop: head of the facility water pumps (assumed 250 kPa)");
    visit("pump_efficiency", p.pump_efficiency, kPositiveFraction, "loop: wire-to-water efficiency (assumed 0.75)");
    visit("primary_flow_ratio", p.primary_flow_ratio, kPositive, "cdu: facility water flow over its design flow");
    visit("count", p.count, between(1, 1000), "tower, dry_cooler, chiller, crah: like units (cells, coolers, machines) that carry the rating; loops: their pumps");
    visit("redundancy", p.redundancy, kAny, "like units installed beyond `count`: N, N+1, N+2, 2N");
    visit("chiller", p.chiller, kAny, "chiller: catalogue entry by curves; scaled to the rating");
    visit("carnot_chiller", p.carnot_chiller, kAny, "chiller: catalogue entry by share of Carnot, for warm water; scaled to the rating");
    visit("chiller_record", p.chiller_record, kAny, "chiller: curves out of a CSV file of records; scaled to the rating");
    visit("condenser", p.condenser, kAny, "chiller: cooled by the condenser loop or by outdoor air");
    visit("condenser_air_rise", p.condenser_air_rise, kNonNegative, "carnot_chiller with an air condenser: air leaving it over the outdoor dry bulb (assumed 10 K)");
    visit("on", p.on, kAny, "tower, dry_cooler: name of the loop it cools; default: the condenser loop if there is one, else the facility water loop");
    visit("model", p.model, kAny, "tower: by Merkel's theory, or by the YorkCalc correlation as a cross-check");
    visit("air_density", p.air_density, kAny, "tower, dry_cooler: fans move air of sea level, of the standard atmosphere at the site's altitude, or at the station pressure of the weather; default: as the catalogue entry says");
    visit("approach", p.approach, kPositive, "economizer: facility water supply over condenser water supply at the rating (assumed 2 K)");
    visit("min_flow", p.min_flow, kPositiveFraction, "loop: flow follows the heat down to this share of design flow; 1: constant speed");
    visit("static_head", p.static_head, between(0.0, 0.99), "loop, condenser_loop: part of the head that does not fall with flow");
    visit("tank", p.tank, kAny, "tank: chilled-water storage");
    visit("heat_reuse", p.heat_reuse, kAny, "heat_reuse: export of heat");
    visit("make_up", p.make_up, kAny, "make_up: stored make-up water of towers and pads");
    visit("supply_header", p.supply_header, kAny, "loop: pipe from the plant to CDUs and air handlers, part of the volume; a change of the supply reaches them when it has been passed; absent: at once");
    visit("return_header", p.return_header, kAny, "loop: pipe back to the plant, part of the volume");
    visit("air_limit", p.air_limit, kCelsius, "crah: racks outside rooms are off while its supply air is above this, until it is 5 K colder (assumed); absent: they do not act on it");
  }
  template <class Report>
  void validate(Report& report) const {
    const auto need = [&](const char* key, bool given, const char* what) {
      if (!given) report.error(key, what);
    };
    if ((supply_header || return_header) && kind != CoolingKind::loop) report.error(supply_header ? "supply_header" : "return_header", "belongs to a facility water loop (kind: loop)");
    if (air_limit && kind != CoolingKind::crah) report.error("air_limit", "belongs to air handlers (kind: crah)");
    if (supply && (kind == CoolingKind::loop || kind == CoolingKind::condenser_loop) && *supply < kWater.freezing) report.error("supply", kFrozen);
    switch (kind) {
      case CoolingKind::tower:
        need("tower", tower.has_value(), "is missing: name a catalogue entry, see `aifactory catalog towers`");
        need("rating", rating.has_value(), "is missing: the heat it is built for, e.g. 100 MW");
        break;
      case CoolingKind::dry_cooler:
        need("dry_cooler", dry_cooler.has_value(), "is missing: name a catalogue entry, see `aifactory catalog dry_coolers`");
        need("rating", rating.has_value(), "is missing: the heat it is built for, e.g. 100 MW");
        break;
      case CoolingKind::chiller:
        if (chiller.has_value() + carnot_chiller.has_value() + chiller_record.has_value() != 1) {
          report.error("chiller", "give exactly one of chiller, carnot_chiller, chiller_record; see `aifactory catalog chillers`");
        }
        need("rating", rating.has_value(), "is missing: the heat its machines take up at their reference, e.g. 20 MW");
        break;
      case CoolingKind::economizer:
        need("rating", rating.has_value(), "is missing: the heat it is built for, e.g. 20 MW");
        break;
      case CoolingKind::condenser_loop:
        need("rating", rating.has_value(), "is missing: the heat it is built for, e.g. 100 MW");
        need("range", range.has_value(), "is missing: the temperature rise at the rating, e.g. 5.5 K");
        need("volume", volume.has_value(), "is missing: the water volume over rating, e.g. 10 L/kW");
        break;
      case CoolingKind::tank: need("tank", tank.has_value(), "is missing: its volume and temperatures"); break;
      case CoolingKind::heat_reuse: need("heat_reuse", heat_reuse.has_value(), "is missing: what the neighbour takes"); break;
      case CoolingKind::make_up: need("make_up", make_up.has_value(), "is missing: the water that is kept, e.g. 500 m3"); break;
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
  std::optional<CduControlConfig> cdu_control = {};
  std::vector<std::string> power;  ///< units that feed pumps and fans
  std::optional<CatalogRef<ChillerEir::Params>> chiller = {};
  std::optional<CatalogRef<CarnotChiller::Params>> carnot_chiller = {};
  std::optional<ChillerRecordConfig> chiller_record = {};
  std::int64_t count = 4;                 ///< like units that carry the design heat
  Redundancy redundancy = Redundancy::n;
  std::optional<AirDensity> air_density = {};
  double min_flow = 1.0;
  TemperatureDelta condenser_range = 5.5 * K, economizer_approach = 2.0 * K;
  std::optional<TankConfig> tank = {};
  std::optional<HeatReuseConfig> heat_reuse = {};
  std::optional<MakeUpConfig> make_up = {};
  std::optional<PipeConfig> supply_header = {}, return_header = {};
  std::optional<Temperature> air_limit = {};
  PlantControlConfig control = {};
  Map<CoolingUnitConfig> units;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("plant", p.plant, kAny, "template; none: heat leaves without equipment, or by the named units");
    visit("design_heat", p.design_heat, kPositive, "heat the plant is built for; default 1.06 x rated IT power");
    visit("supply", p.supply, kCelsius, "set point of the facility water supply");
    visit("range", p.range, kPositive, "facility water temperature rise at design heat");
    visit("volume", p.volume, kPositive, "facility water volume over design heat (assumed 20 L/kW), all of it mixed but for the headers");
    visit("control_period", p.control_period, between(1.0, 3600.0), "sample period of the plant controller");
    visit("response", p.response, kPositive, "time in which the controller removes an error of the supply temperature");
    visit("tower", p.tower, kAny, "catalogue entry of the cooling tower");
    visit("dry_cooler", p.dry_cooler, kAny, "catalogue entry of the dry cooler");
    visit("cdu", p.cdu, kAny, "catalogue entry of the coolant distribution units");
    visit("crah", p.crah, kAny, "catalogue entry of the air handlers for heat that leaves racks by air");
    visit("head", p.head, kPositive, "head of the facility water pumps (assumed 250 kPa)");
    visit("pump_efficiency", p.pump_efficiency, kPositiveFraction, "wire-to-water efficiency of the facility water pumps (assumed 0.75)");
    visit("cdu_control", p.cdu_control, kAny, "how CDUs are controlled; absent: valves open, pumps at full speed");
    visit("power", p.power, kAny, "power units that feed pumps and fans; default: the layout's mechanical board, else the utility feeds");
    visit("chiller", p.chiller, kAny, "catalogue entry of the chillers, by curves");
    visit("carnot_chiller", p.carnot_chiller, kAny, "catalogue entry of the chillers, by share of Carnot: for water warmer than 12.78 degC, where no published curves are valid");
    visit("chiller_record", p.chiller_record, kAny, "chillers out of a CSV file of records");
    visit("count", p.count, between(1, 1000), "like cells, coolers, chillers and pumps that carry the design heat (assumed 4)");
    visit("redundancy", p.redundancy, kAny, "like units installed beyond `count`: N, N+1, N+2, 2N");
    visit("air_density", p.air_density, kAny, "fans move air of sea level, of the standard atmosphere at the site's altitude, or at the station pressure of the weather; default: as the catalogue entry says");
    visit("min_flow", p.min_flow, kPositiveFraction, "facility water flow follows the heat down to this share of design flow; 1: constant speed");
    visit("condenser_range", p.condenser_range, kPositive, "condenser water temperature rise at design heat (assumed 5.5 K)");
    visit("economizer_approach", p.economizer_approach, kPositive, "facility water supply over condenser water supply at design heat (assumed 2 K)");
    visit("tank", p.tank, kAny, "chilled-water storage");
    visit("heat_reuse", p.heat_reuse, kAny, "export of heat to a neighbour");
    visit("make_up", p.make_up, kAny, "stored make-up water of towers and pads");
    visit("supply_header", p.supply_header, kAny, "pipe from the plant to CDUs and air handlers, part of the volume; a change of the supply reaches them when it has been passed; absent: at once");
    visit("return_header", p.return_header, kAny, "pipe back to the plant, part of the volume");
    visit("air_limit", p.air_limit, kCelsius, "racks outside rooms are off while the air that the plant's air handlers supply is above this, until it is 5 K colder (assumed); absent: they do not act on it");
    visit("control", p.control, kAny, "controllers of the plant");
    visit("units", p.units, kAny, "named units instead of a template");
  }
  template <class Report>
  void validate(Report& report) const {
    if (plant != PlantKind::none && !units.empty()) report.error("units", "give a plant or units, not both");
    const bool towers = plant == PlantKind::tower || plant == PlantKind::tower_economizer || plant == PlantKind::chiller_tower || plant == PlantKind::chiller_economizer;
    const bool coolers = plant == PlantKind::dry_cooler || plant == PlantKind::adiabatic || plant == PlantKind::dry_trim;
    const bool chillers = plant == PlantKind::chiller_tower || plant == PlantKind::chiller_dry || plant == PlantKind::chiller_economizer || plant == PlantKind::dry_trim;
    if (towers && !tower) report.error("tower", "is missing: name a catalogue entry, see `aifactory catalog towers`");
    if (coolers && !dry_cooler) report.error("dry_cooler", "is missing: name a catalogue entry, see `aifactory catalog dry_coolers`");
    if (plant == PlantKind::adiabatic && dry_cooler && !(dry_cooler->value.pad_effectiveness > 0.0)) report.error("dry_cooler", "has no pads: name an adiabatic one such as adiabatic_tdfs1238n, or give it a pad_effectiveness");
    if (chillers && chiller.has_value() + carnot_chiller.has_value() + chiller_record.has_value() != 1) report.error("chiller", "give exactly one of chiller, carnot_chiller, chiller_record; see `aifactory catalog chillers`");
    if (air_limit && !crah) report.error("air_limit", "needs a crah: it is the air of the plant's air handlers");
    if (response < control_period) report.error("response", "must be at least the control period");
    if (supply < kWater.freezing) report.error("supply", kFrozen);
    if (tank && tank->tank.cold < kWater.freezing) report.error("tank", "has a `cold` below 0 degC, where its water freezes: set it to 1 degC or more");
    if (control.reset && control.reset->min < kWater.freezing) report.error("control", "has a `reset.min` below 0 degC, where the water of the loop freezes: set it to 1 degC or more");
  }
  [[nodiscard]] bool none() const { return plant == PlantKind::none && units.empty(); }
};

}  // namespace aifactory
