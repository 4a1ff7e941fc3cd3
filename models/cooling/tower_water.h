#pragma once
/// @file Water that a wet tower loses, from the heat it rejects; by two ways that check each other.
#include "models/cooling/psychrometrics.h"
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Air that leaves a tower is saturated:
///
///     h_out = h_in + Q/m_a,  evaporation = m_a (w_s(T_out) - w_in),  m_a = m_w fan_ratio / (L/G),  m_w = Q/(c range)
///     drift = m_w fraction fan_ratio,  blowdown = evaporation/(cycles - 1) - drift, never below 0
///
/// Q heat (W), m_w water and m_a dry air (kg/s), L/G design water over design air by mass.
/// Validity: wet-bulb temperatures of weather.  *Not modelled*: supersaturation, plume, basin heaters.
/// Source: EnergyPlus Engineering Reference, cooling towers, saturated exit; drift of 0.008 % is an assumed default.
struct TowerWater {
  struct Params {
    TemperatureDelta range;
    double liquid_to_gas = 1.2;
    double cycles_of_concentration = 4.0;  ///< assumed: 3 to 5
    double drift_frac = 8e-5;              ///< assumed
    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("range", p.range, kPositive, "water in minus water out");
      visit("liquid_to_gas", p.liquid_to_gas, kPositive, "design water over design air, by mass");
      visit("cycles_of_concentration", p.cycles_of_concentration, between(1.1, 100.0), "of minerals in the basin (assumed 4)");
      visit("drift_frac", p.drift_frac, kFraction, "droplets over water at full fan speed (assumed 0.008 %)");
    }
  };
  MassFlow evaporation, drift, blowdown;
  [[nodiscard]] MassFlow total() const { return evaporation + drift + blowdown; }
};

/// By the balance on the air side alone, for flows that are known.
/// @param near where the search for the leaving air begins.  @pre cycles > 1.
[[nodiscard]] TowerWater tower_water(Power heat, MassFlow dry_air, const OutdoorAir& air, Temperature near, MassFlow drift, double cycles);

/// At design ratios of water and air.
/// @throws InputError naming the first parameter outside its range.  @pre heat >= 0, fan_ratio > 0.
[[nodiscard]] TowerWater tower_water(const TowerWater::Params& params, Power heat, const OutdoorAir& air, double fan_ratio);

/// Evaporation over water flow for each kelvin of range: (113 - 8.417 RH + 1.6147 t) 1e-5, t in degC, RH 0..1.
/// Source: Qureshi and Zubair, Prediction of evaporation losses in wet cooling towers, Heat Transfer Engineering 27(9), 2006.
[[nodiscard]] inline double evaporation_per_kelvin(double relative_humidity, Temperature dry_bulb) {
  return (113.0 - 8.417 * relative_humidity + 1.6147 * dry_bulb.in_celsius()) * 1e-5;
}

}  // namespace aifactory
