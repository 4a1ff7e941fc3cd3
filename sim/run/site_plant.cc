#include "sim/run/site_plant.h"

#include <algorithm>

#include <fmt/format.h>

#include "models/cooling/heat_exchanger.h"
#include "models/suggest.h"
#include "sim/facility/chiller_records.h"
#include "sim/facility/hall_air.h"

namespace aifactory {
namespace {

MassFlow design_flow(const CoolingUnitConfig& loop) { return *loop.rating / (kWater.specific_heat * *loop.range); }

/// The unit's machines with those that stand by, over those that carry the rating.
double with_spares(const CoolingUnitConfig& unit) {
  return static_cast<double>(installed(unit.count, unit.redundancy)) / static_cast<double>(unit.count);
}

HeatPlant::Pumps pumps_of(std::size_t index, const CoolingUnitConfig& loop) {
  return {.unit = index,
          .params = {.count = installed(loop.count, loop.redundancy), .design_running = loop.count,
                     .design_flow = design_flow(loop) / kWater.density, .design_head = loop.head, .efficiency = loop.pump_efficiency,
                     .static_head_frac = loop.static_head},
          .min_flow = loop.min_flow};
}

/// All numbers of a parameter struct, to tell equipment of one make.
template <class Params>
std::vector<double> numbers_of(const Params& params) {
  std::vector<double> out;
  Params::fields(params, [&](const char* key, const auto& value, const auto&...) {
    if (std::string_view(key) == "design_heat") return;
    if constexpr (requires { plain(value); }) out.push_back(plain(value));
  });
  return out;
}

ChillerGroup::Machine machine_of(const CoolingUnitConfig& unit, std::string* note = nullptr) {
  const Power one = *unit.rating / static_cast<double>(unit.count);
  if (unit.carnot_chiller) {
    CarnotChiller::Params p = unit.carnot_chiller->value;
    p.design_capacity = one;
    return CarnotChiller(p);
  }
  ChillerEir::Params p;
  if (unit.chiller) {
    p = unit.chiller->value;
  } else {
    const ChillerRecord record = find_chiller_record(*unit.chiller_record);
    if (record.air_cooled != (unit.condenser == CondenserKind::air)) {
      throw InputError(fmt::format("{} is cooled by {}: set `condenser` accordingly", record.name, record.air_cooled ? "air" : "water"));
    }
    p = record.params;
    if (note && p.renormalise) {
      *note = fmt::format("the curves of {} are {:.1f} % off 1 at their own reference point; they are renormalised", record.name, record.off_reference * 100.0);
    }
  }
  p.design_capacity = one;
  return ChillerEir(p);
}

/// Builds a plant unit by unit.
class Builder {
 public:
  Builder(const SitePlan& plan, Length elevation) : plan_(plan), elevation_(elevation) {
    for (const auto& [name, unit] : plan.cooling_units) {
      if (unit.kind == CoolingKind::condenser_loop) {
        if (condenser_) refuse(name, "a plant has one condenser loop; raise its rating instead");
        condenser_ = &unit;
      }
    }
  }
  void add(std::size_t index, const std::string& name, const CoolingUnitConfig& unit, PlantEquipment& out) {
    HeatPlant::Params& plant = out.plant;
    const auto once = [&](const auto& there, const char* what) {
      if (there) refuse(name, fmt::format("a plant has one {}", what));
    };
    switch (unit.kind) {
      case CoolingKind::tower: {
        MerkelTower::Params p = unit.tower->value;
        set_density(p, unit, elevation_);
        out.fan_rating += *unit.rating * (p.fan_power_per_heat * with_spares(unit));
        coolers(index, name, unit, numbers_of(p), true, p.design_leaving - p.design_wet_bulb);
        break;
      }
      case CoolingKind::dry_cooler: {
        DryCooler::Params p = unit.dry_cooler->value;
        set_density(p, unit, elevation_);
        out.fan_rating += p.design_fan_power * (*unit.rating / p.design_heat * with_spares(unit));
        coolers(index, name, unit, numbers_of(p), false, p.design_leaving - p.design_air);
        break;
      }
      case CoolingKind::chiller: {
        if (unit.condenser == CondenserKind::water && !condenser_) refuse(name, "a water-cooled chiller needs a condenser_loop; or set `condenser: air`");
        std::string note;
        try {
          plant.chillers.push_back({.unit = index,
                                    .group = ChillerGroup(machine_of(unit, &note), unit.condenser_air_rise),
                                    .count = installed(unit.count, unit.redundancy),
                                    .air = unit.condenser == CondenserKind::air});
        } catch (const InputError& e) {
          refuse(name, e.what());
        }
        if (!note.empty()) out.notes.push_back(note);
        out.compressor_rating += rated_power(unit);
        break;
      }
      case CoolingKind::economizer: {
        once(plant.economizer, "economizer; raise its count instead");
        if (!condenser_) refuse(name, "an economizer stands between the loop and a condenser_loop, and there is none");
        const CoolingUnitConfig& loop = *only_loop(plan_);
        const ThermalConductance facility = kWater.capacity_rate(design_flow(loop)), water = kWater.capacity_rate(design_flow(*condenser_));
        const ThermalConductance low = std::min(facility, water), high = std::max(facility, water);
        try {
          const double eps = *unit.rating / (low * (*unit.rating / facility + unit.approach));
          plant.economizer = {.unit = index, .ua = counterflow_ntu(eps, low / high) * low, .count = installed(unit.count, unit.redundancy)};
        } catch (const InputError&) {
          refuse(name, fmt::format("no exchanger reaches an approach of {:g} K with the condenser loop's flow; lower its range", unit.approach.si()));
        }
        break;
      }
      case CoolingKind::condenser_loop:
        plant.condenser = {.pumps = pumps_of(index, unit), .capacity = kWater.heat_capacity(*unit.volume * *unit.rating),
                           .start = unit.supply.value_or(std::min(*only_loop(plan_)->supply, Temperature::celsius(25.0)))};
        out.condenser_pump_rating = pump_power(unit);
        break;
      case CoolingKind::loop: plant.pumps = pumps_of(index, unit); break;
      case CoolingKind::tank:
        once(plant.tank, "tank");
        try {
          StorageTank(unit.tank->tank);
        } catch (const InputError& e) {
          refuse(name, e.what());
        }
        plant.tank = {.unit = index, .config = *unit.tank};
        break;
      case CoolingKind::heat_reuse: once(plant.reuse, "heat_reuse"), plant.reuse = {.unit = index, .config = *unit.heat_reuse}; break;
      case CoolingKind::make_up: once(plant.make_up, "make_up"), plant.make_up = {.unit = index, .config = *unit.make_up}; break;
      case CoolingKind::crah: {
        if (out.air) refuse(name, "a plant has one group of air handlers; raise its count instead, or give halls rooms of their own");
        Crah::Params p = unit.crah->value;
        const double scale = *unit.rating / p.design_heat * with_spares(unit);
        p.design_heat = p.design_heat * scale;
        p.design_fan_power = p.design_fan_power * scale;
        const Volume air = unit.volume ? *unit.volume * *unit.rating : hall_air::default_air(*unit.rating);
        const Mass steel = hall_air::default_steel(*unit.rating);
        out.air.emplace(SharedAir::Params{.crah = Crah(p), .content = air * hall_air::kAirDensity * hall_air::kAirHeat + steel * hall_air::kSteelHeat, .unit = index,
                                          .count = installed(unit.count, unit.redundancy), .limit = unit.air_limit});
        break;
      }
      case CoolingKind::cdu: break;
    }
  }
  void finish(PlantEquipment& out) {
    bool on_condenser = false, rejects = false;
    for (Group& group : groups_) {
      // One equipment with the design heat of all its cells.
      for (auto& cell : group.cells) cell.share /= group.heat.si();
      std::optional<CoolerGroup::Equipment> without_pads;
      const CoolerGroup::Equipment whole = [&] {
        try {
          return equipment(*group.first, group.heat, without_pads);
        } catch (const InputError& e) {
          refuse(name_of(group.first), e.what());
        }
      }();
      on_condenser = on_condenser || group.on_condenser;
      rejects = rejects || !group.on_condenser;
      out.plant.coolers.push_back({.whole = whole, .cells = std::move(group.cells), .on_condenser = group.on_condenser, .wet = group.wet,
                                   .design_approach = group.approach, .without_pads = std::move(without_pads)});
    }
    const HeatPlant::Params& plant = out.plant;
    bool water_chillers = false;
    for (const auto& chillers : plant.chillers) (chillers.air ? rejects : water_chillers) = true;
    if (plant.condenser && !on_condenser) refuse(condenser_name(), "has neither a tower nor a dry cooler on it: heat cannot leave");
    if (plant.condenser && !plant.economizer && !water_chillers) refuse(condenser_name(), "has neither an economizer nor a water-cooled chiller: no heat reaches it");
    if (!rejects && !plant.condenser) {
      throw InputError(fmt::format("sites.{}.cooling.units: has neither a tower nor a dry cooler: heat cannot leave", plan_.name));
    }
  }

 private:
  struct Group {
    const CoolingUnitConfig* first;
    std::vector<double> make;
    bool on_condenser, wet;
    TemperatureDelta approach;
    std::vector<HeatPlant::Coolers::Cell> cells = {};
    Power heat = Power(0.0);
  };
  [[noreturn]] void refuse(const std::string& name, const std::string& what) const {
    throw InputError(fmt::format("sites.{}.cooling.units.{}: {}", plan_.name, name, what));
  }
  std::string condenser_name() const { return name_of(condenser_); }
  std::string name_of(const CoolingUnitConfig* wanted) const {
    for (const auto& [name, unit] : plan_.cooling_units) {
      if (&unit == wanted) return name;
    }
    return "";
  }
  bool on_condenser(const std::string& name, const CoolingUnitConfig& unit) const {
    if (!unit.on) return condenser_ != nullptr;
    const CoolingUnitConfig* loop = plan_.cooling_units.find(*unit.on);
    if (loop && loop->kind == CoolingKind::loop) return false;
    if (loop && loop->kind == CoolingKind::condenser_loop) return true;
    std::vector<std::string> loops;
    for (const auto& [other, u] : plan_.cooling_units) {
      if (u.kind == CoolingKind::loop || u.kind == CoolingKind::condenser_loop) loops.push_back(other);
    }
    refuse(name + ".on", fmt::format("{} is no loop of the plant{}", *unit.on, did_you_mean(*unit.on, loops)));
  }
  CoolerGroup::Equipment equipment(const CoolingUnitConfig& unit, Power heat, std::optional<CoolerGroup::Equipment>& without_pads) const {
    if (unit.kind == CoolingKind::tower) {
      MerkelTower::Params p = unit.tower->value;
      set_density(p, unit, elevation_);
      p.design_heat = heat;
      if (unit.model == TowerModel::yorkcalc) return YorkTower(p);
      return MerkelTower(p);
    }
    DryCooler::Params p = unit.dry_cooler->value;
    set_density(p, unit, elevation_);
    const double scale = heat / p.design_heat;  // units of the catalogue entry, or a smaller one of its series
    p.design_heat = p.design_heat * scale;
    p.design_fan_power = p.design_fan_power * scale;
    DryCooler::Params dry = p;
    dry.pad_effectiveness = 0.0;
    if (p.pad_effectiveness > 0.0) without_pads = DryCooler(dry);
    return DryCooler(p);
  }
  /// Units of one make on one loop work in parallel; others follow one another in the order of the file.
  void coolers(std::size_t index, const std::string& name, const CoolingUnitConfig& unit, std::vector<double> make, bool wet, TemperatureDelta approach) {
    const bool condenser = on_condenser(name, unit);
    make.push_back(static_cast<double>(unit.model));
    auto group = std::find_if(groups_.begin(), groups_.end(), [&](const Group& g) {
      return g.first->kind == unit.kind && g.on_condenser == condenser && g.make == make;
    });
    if (group == groups_.end()) {
      group = groups_.insert(groups_.end(), {.first = &unit, .make = std::move(make), .on_condenser = condenser, .wet = wet, .approach = approach});
    }
    const std::int64_t count = installed(unit.count, unit.redundancy);
    const Power cell = *unit.rating / static_cast<double>(unit.count);
    for (std::int64_t i = 0; i < count; ++i) group->cells.push_back({.unit = index, .part = i, .share = cell.si()});
    group->heat += *unit.rating * with_spares(unit);
  }

  const SitePlan& plan_;
  Length elevation_;
  const CoolingUnitConfig* condenser_ = nullptr;
  std::vector<Group> groups_;
};

}  // namespace

const CoolingUnitConfig* only_loop(const SitePlan& plan) {
  const CoolingUnitConfig* loop = nullptr;
  for (const auto& [name, unit] : plan.cooling_units) {
    if (unit.kind != CoolingKind::loop) continue;
    if (loop) throw InputError(fmt::format("sites.{}.cooling.units: has more than one loop", plan.name));
    loop = &unit;
  }
  return loop;
}

Power pump_power(const CoolingUnitConfig& loop) {
  return Power((design_flow(loop) / kWater.density).si() * loop.head.si() / loop.pump_efficiency);
}

Power rated_power(const CoolingUnitConfig& unit) {
  switch (unit.kind) {
    case CoolingKind::tower: return *unit.rating * (unit.tower->value.fan_power_per_heat * with_spares(unit));
    case CoolingKind::dry_cooler: return unit.dry_cooler->value.design_fan_power * (*unit.rating / unit.dry_cooler->value.design_heat * with_spares(unit));
    case CoolingKind::chiller: return ChillerGroup(machine_of(unit)).rated_power() * static_cast<double>(unit.count);
    case CoolingKind::loop:
    case CoolingKind::condenser_loop: return pump_power(unit);
    case CoolingKind::crah: return unit.crah->value.design_fan_power * (*unit.rating / unit.crah->value.design_heat * with_spares(unit));
    case CoolingKind::economizer:
    case CoolingKind::tank:
    case CoolingKind::heat_reuse:
    case CoolingKind::make_up:
    case CoolingKind::cdu: break;
  }
  return 0.0 * W;
}

/// What of the loop's water mixes and what stands in its headers.
static WaterLoop::Params loop_of(const SitePlan& plan, const CoolingUnitConfig& loop) {
  WaterLoop::Params out{.capacity = kWater.heat_capacity(*loop.volume * *loop.rating), .start = *loop.supply};
  if (!loop.supply_header && !loop.return_header) return out;
  const VolumeFlow flow = design_flow(loop) / kWater.density;
  LoopPipes::Params pipes{.design_flow = flow, .start = *loop.supply};
  if (loop.supply_header) pipes.supply = loop.supply_header->content(flow);
  if (loop.return_header) pipes.back = loop.return_header->content(flow);
  const Volume whole = *loop.volume * *loop.rating, headers = pipes.supply + pipes.back, least = flow * plan.config->cooling.control_period;
  if (whole - headers < least) {
    throw InputError(fmt::format("sites.{}.cooling: the headers hold {:.4g} m3 of the loop's {:.4g} m3, and {:.4g} m3 must be left to mix at the plant: what flows in a control period; "
                                 "raise `volume` to {:.3g} L/kW or more, or shorten the headers",
                                 plan.name, headers.si(), whole.si(), least.si(), (headers + least).si() / loop.rating->si() * 1e6));
  }
  out.capacity = kWater.heat_capacity(whole - headers);
  out.pipes = pipes;
  return out;
}

PlantEquipment build_plant(const SitePlan& plan, Length elevation, const SiteClock& clock) {
  PlantEquipment out;
  const CoolingUnitConfig& loop = *only_loop(plan);
  const CoolingConfig& cooling = plan.config->cooling;
  out.loop = loop_of(plan, loop);
  out.plant = {.capacity = out.loop.capacity, .design_heat = *loop.rating, .set_point = *loop.supply, .response = cooling.response,
               .period = cooling.control_period, .control = cooling.control, .pumps = {}, .coolers = {}, .clock = clock};
  out.pump_rating = pump_power(loop);
  Builder builder(plan, elevation);
  for (std::size_t i = 0; i < plan.cooling_units.size(); ++i) builder.add(i, plan.cooling_units.items[i].first, plan.cooling_units.items[i].second, out);
  builder.finish(out);
  try {
    Staging(cooling.control.staging);
  } catch (const InputError& e) {
    throw InputError(fmt::format("sites.{}.cooling.control: {}", plan.name, e.what()));
  }
  for (const auto& name : plan.cdus) {
    const CoolingUnitConfig& unit = *plan.cooling_units.find(name);
    out.cdus.emplace_back(unit.cdu->value);
    // Facility water takes the CDU's rated heat up over the loop's range.
    out.primary.push_back(out.cdus.back().params().rated_heat / *loop.range * unit.primary_flow_ratio);
  }
  return out;
}

}  // namespace aifactory
