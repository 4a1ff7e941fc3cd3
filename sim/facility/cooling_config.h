#pragma once
/// @file What a scenario says about the cooling plant of a site.
#include <optional>
#include <string>
#include <vector>

#include "models/cooling/cdu.h"
#include "models/cooling/crah.h"
#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"
#include "sim/facility/cdu_config.h"
#include "sim/scenario/types.h"

namespace aifactory {

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
  std::optional<Temperature> supply = {};      ///< loop, cdu: set point of its supply
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
    visit("supply", p.supply, kCelsius, "loop: set point of the facility water supply; cdu: of the coolant to its racks");
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
  std::optional<CduControlConfig> cdu_control = {};
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
    visit("cdu_control", p.cdu_control, kAny, "how CDUs are controlled; absent: valves open, pumps at full speed");
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

}  // namespace aifactory
