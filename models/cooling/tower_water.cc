#include "models/cooling/tower_water.h"

#include <algorithm>

#include "models/cooling/fluid.h"

namespace aifactory {

TowerWater tower_water(const TowerWater::Params& params, Power heat, const OutdoorAir& air, double fan_ratio) {
  const TowerWater::Params& p = checked("tower water", params);
  const MassFlow water = heat / (kWater.specific_heat * p.range);
  const MassFlow dry_air = water * (fan_ratio / p.liquid_to_gas);
  TowerWater out{.evaporation = MassFlow(0.0), .drift = water * (p.drift_frac * fan_ratio), .blowdown = MassFlow(0.0)};
  if (dry_air.si() > 0.0) {
    const SpecificEnergy leaving = psychro::enthalpy(air.dry_bulb, air.humidity_ratio) + heat / dry_air;
    const auto saturated = psychro::saturated_at_enthalpy(leaving, air.pressure, air.wet_bulb);
    out.evaporation = std::max(MassFlow(0.0), dry_air * (saturated.humidity_ratio - air.humidity_ratio));
  }
  out.blowdown = std::max(MassFlow(0.0), out.evaporation / (p.cycles_of_concentration - 1.0) - out.drift);
  return out;
}

}  // namespace aifactory
