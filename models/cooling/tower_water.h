#pragma once
#include <algorithm>

#include "models/cooling/psychrometrics.h"
#include "models/units.h"

namespace aifactory {

/// Water that a wet tower loses, by its balance on the air side:
///
///     h_leaving = h_outdoor + Q / ma, saturated at station pressure;  evaporation = ma (w_s - w_outdoor)
///     blowdown = evaporation / (cycles - 1) - drift
///
/// Source: EnergyPlus Engineering Reference, cooling tower make-up water (saturated exit).
struct TowerWater {
  MassFlow evaporation, drift, blowdown;
};

/// @param near_c where the search for the leaving air begins.
[[nodiscard]] inline TowerWater tower_water(double heat_w, double air_kg_s, const OutdoorAir& air, double near_c,
                                            double drift_kg_s, double cycles) {
  double evaporation_kg_s = 0.0;
  if (air_kg_s > 0.0) {
    const SpecificEnergy leaving =
        psychro::enthalpy(air.dry_bulb, air.humidity_ratio) + SpecificEnergy(heat_w / air_kg_s);
    const psychro::SaturatedAir saturated =
        psychro::saturated_at_enthalpy(leaving, air.pressure, Temperature::celsius(near_c));
    evaporation_kg_s = std::max(0.0, air_kg_s * (saturated.humidity_ratio - air.humidity_ratio));
  }
  return {MassFlow(evaporation_kg_s), MassFlow(drift_kg_s),
          MassFlow(std::max(0.0, evaporation_kg_s / (cycles - 1.0) - drift_kg_s))};
}

}  // namespace aifactory
