#include "sim/run/cooling_rating.h"

#include <algorithm>

#include "models/cooling/fluid.h"
#include "sim/run/site_plant.h"

namespace aifactory {
namespace {

constexpr double kHottestInletC = 85.0;  // saturated air of towers has no state much above

template <class Unit>
DesignDayHeat evaluate(const Unit& unit, Power rating, const CoolingUnitConfig& loop, const OutdoorAir& air) {
  const MassFlow water = rating / (kWater.specific_heat * *loop.range);
  const auto heat_at = [&](Temperature inlet) { return unit.at_fan_ratio(water, inlet, air, 1.0).heat; };
  // Condenser water floats: it comes back as warm as the unit is built for.
  const bool condenser = loop.kind == CoolingKind::condenser_loop;
  const Temperature inlet = condenser ? unit.params().design_inlet : *loop.supply + *loop.range;
  DesignDayHeat out{.heat = std::max(0.0 * W, heat_at(inlet)), .supply = {}};
  if (condenser) return out;
  // Heat rises with the inlet: bisection for the rating.
  double low = air.wet_bulb.in_celsius(), high = kHottestInletC;
  if (heat_at(Temperature::celsius(high)) < rating) return out;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (heat_at(Temperature::celsius(middle)) > rating ? high : low) = middle;
  }
  out.supply = Temperature::celsius(low) - *loop.range;
  return out;
}

}  // namespace

std::optional<DesignDayHeat> heat_on_design_day(const CoolingUnitConfig& unit, const CoolingUnitConfig& facility, const SitePlan& plan) {
  if (!plan.design || !unit.rating) return std::nullopt;
  const CoolingUnitConfig* cooled = unit.on ? plan.cooling_units.find(*unit.on) : nullptr;
  for (const auto& [name, other] : plan.cooling_units) {
    if (!unit.on && other.kind == CoolingKind::condenser_loop) cooled = &other;
  }
  const CoolingUnitConfig& loop = cooled ? *cooled : facility;
  const auto air_of = [&](const DesignDay& hottest) {
    return recirculated(OutdoorAir::from_wet_bulb(hottest.dry_bulb, hottest.wet_bulb, hottest.pressure), plan.design->recirculation);
  };
  if (unit.kind == CoolingKind::tower) {
    MerkelTower::Params p = unit.tower->value;
    p.design_heat = *unit.rating;
    set_density(p, unit, plan.conditions.elevation);
    return evaluate(MerkelTower(p), *unit.rating, loop, air_of(plan.design->wet));
  }
  if (unit.kind == CoolingKind::dry_cooler) {
    DryCooler::Params p = unit.dry_cooler->value;
    const double count = *unit.rating / p.design_heat;
    p.design_heat = p.design_heat * count;
    p.design_fan_power = p.design_fan_power * count;
    set_density(p, unit, plan.conditions.elevation);
    return evaluate(DryCooler(p), *unit.rating, loop, air_of(plan.design->dry));
  }
  return std::nullopt;
}

}  // namespace aifactory
