#include "models/cooling/tower_water.h"

#include <algorithm>

#include "models/cooling/fluid.h"

namespace aifactory {

TowerWater tower_water(Power heat, MassFlow dry_air, const OutdoorAir& air, Temperature near, MassFlow drift, double cycles) {
  TowerWater out{.evaporation = MassFlow(0.0), .drift = drift, .blowdown = MassFlow(0.0)};
  if (dry_air.si() > 0.0) {
    const SpecificEnergy leaving = psychro::enthalpy(air.dry_bulb, air.humidity_ratio) + heat / dry_air;
    const psychro::SaturatedAir saturated = psychro::saturated_at_enthalpy(leaving, air.pressure, near);
    out.evaporation = std::max(MassFlow(0.0), dry_air * (saturated.humidity_ratio - air.humidity_ratio));
  }
  out.blowdown = std::max(MassFlow(0.0), out.evaporation / (cycles - 1.0) - drift);
  return out;
}

TowerWater tower_water(const TowerWater::Params& params, Power heat, const OutdoorAir& air, double fan_ratio) {
  const TowerWater::Params& p = checked("tower water", params);
  const MassFlow water = heat / (kWater.specific_heat * p.range);
  return tower_water(heat, water * (fan_ratio / p.liquid_to_gas), air, air.wet_bulb, water * (p.drift_frac * fan_ratio), p.cycles_of_concentration);
}

}  // namespace aifactory
