#include "sim/run/site_plant.h"

#include <fmt/format.h>

namespace aifactory {

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
  const MassFlow flow = *loop.rating / (kWater.specific_heat * *loop.range);
  return Power((flow / kWater.density).si() * loop.head.si() / loop.pump_efficiency);
}

PlantEquipment build_plant(const SitePlan& plan) {
  PlantEquipment out;
  const CoolingUnitConfig& loop = *only_loop(plan);
  const MassFlow flow = *loop.rating / (kWater.specific_heat * *loop.range);
  out.loop = {.capacity = kWater.heat_capacity(*loop.volume * *loop.rating),
              .flow = kWater.capacity_rate(flow),
              .mass_flow = flow,
              .set_point = *loop.supply,
              .start = *loop.supply,
              .response = plan.config->cooling.response,
              .pump_power = pump_power(loop)};
  for (const auto& [name, unit] : plan.cooling_units) {
    if (unit.kind == CoolingKind::tower || unit.kind == CoolingKind::dry_cooler) {
      if (!std::holds_alternative<std::monostate>(out.rejection)) {
        throw InputError(fmt::format("sites.{}.cooling.units.{}: a loop has one tower or dry cooler unit; raise its rating instead", plan.name, name));
      }
    }
    if (unit.kind == CoolingKind::tower) {
      MerkelTower::Params p = unit.tower->value;
      p.design_heat = *unit.rating;
      out.rejection = MerkelTower(p);
      out.fan_rating = *unit.rating * p.fan_power_per_heat;
    } else if (unit.kind == CoolingKind::dry_cooler) {
      DryCooler::Params p = unit.dry_cooler->value;
      const double count = *unit.rating / p.design_heat;  // units of the catalogue entry, or a smaller one of its series
      p.design_heat = p.design_heat * count;
      p.design_fan_power = p.design_fan_power * count;
      out.rejection = DryCooler(p);
      out.fan_rating = p.design_fan_power;
    } else if (unit.kind == CoolingKind::crah) {
      Crah::Params p = unit.crah->value;
      const double scale = *unit.rating / p.design_heat;
      p.design_heat = p.design_heat * scale;
      p.design_fan_power = p.design_fan_power * scale;
      out.crah.emplace(p);
    }
  }
  if (std::holds_alternative<std::monostate>(out.rejection)) {
    throw InputError(fmt::format("sites.{}.cooling.units: has neither a tower nor a dry cooler: heat cannot leave", plan.name));
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
