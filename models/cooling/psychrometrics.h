#pragma once
/// @file Moist air: the ideal-gas psychrometrics of ASHRAE Handbook Fundamentals 2017, chapter 1, SI.
///
///     saturation pressure   ln p_ws = C1/T + C2 + C3 T + ... + Cn ln T        (Hyland-Wexler; ice below 0.01 degC)
///     humidity ratio        w = 0.621945 p_v / (p - p_v)                      kg water per kg dry air
///     enthalpy              h = 1006 t + w (2501000 + 1860 t)                 J per kg dry air
///     specific volume       v = 287.042 (t + 273.15) (1 + 1.607858 w) / p     m3 per kg dry air
///     density               rho = (1 + w) / v                                 kg moist air per m3
///     wet bulb t* of (t, w)  w = [(2501 - 2.326 t*) w_s(t*) - 1.006 (t - t*)] / (2501 + 1.86 t - 4.186 t*)
///                           over ice  [(2830 - 0.24 t*) w_s(t*) - 1.006 (t - t*)] / (2830 + 1.86 t - 2.1 t*)
///     standard atmosphere   p = 101325 (1 - 2.25577e-5 z)^5.2559
///
/// T in K, t in degC, p in Pa, z in m.  Validity: -100..200 degC, p_v < p; saturation pressure within 0.03 % of the
/// Handbook's tables.  Wet bulb and dew point are inverted to 1e-9 K.
/// *Not modelled*: the enhancement factor of moist air over pure vapour (0.4 % of p_ws at sea level).
/// Source: ASHRAE Handbook Fundamentals 2017, chapter 1, equations 5, 6, 20, 26, 30, 33, 35 and 3.
#include "models/units.h"

namespace aifactory {

using SpecificVolume = Quantity<Dim<-1, 3, 0, 0>>;
inline constexpr SpecificVolume m3_per_kg{1.0};
inline constexpr Pressure kSeaLevelPressure{101325.0};

/// Outdoor air as the heat-rejection models take it.  A value; the members agree with one another when it came from
/// one of the constructors.
struct OutdoorAir {
  Temperature dry_bulb;
  Temperature wet_bulb;
  Pressure pressure;
  double humidity_ratio = kUnset;  ///< kg water per kg dry air

  /// @throws InputError unless -100 <= dry_bulb <= 200 degC, pressure > 0 and 0 <= relative_humidity <= 1.
  static OutdoorAir from_relative_humidity(Temperature dry_bulb, double relative_humidity,
                                           Pressure pressure = kSeaLevelPressure);
  /// @throws InputError also when the dew point is above the dry bulb.
  static OutdoorAir from_dew_point(Temperature dry_bulb, Temperature dew_point, Pressure pressure = kSeaLevelPressure);
  /// A wet bulb below that of dry air gives dry air with its own wet bulb.
  /// @throws InputError also when the wet bulb is above the dry bulb.
  static OutdoorAir from_wet_bulb(Temperature dry_bulb, Temperature wet_bulb, Pressure pressure = kSeaLevelPressure);
};

namespace psychro {

/// Pressure of saturated vapour over water, or over ice below 0.01 degC.
[[nodiscard]] Pressure saturation_pressure(Temperature t);
/// Inverse of saturation_pressure; never below -100 degC, so that dry air has a dew point too.
[[nodiscard]] Temperature saturation_temperature(Pressure vapor);

[[nodiscard]] double humidity_ratio(Pressure vapor, Pressure pressure);
[[nodiscard]] double saturation_humidity_ratio(Temperature t, Pressure pressure);
[[nodiscard]] double humidity_ratio_from_relative_humidity(Temperature dry_bulb, double relative_humidity,
                                                           Pressure pressure);
/// Clipped at 0: a wet bulb lower than that of dry air does not exist.
[[nodiscard]] double humidity_ratio_from_wet_bulb(Temperature dry_bulb, Temperature wet_bulb, Pressure pressure);
[[nodiscard]] Pressure vapor_pressure(double humidity_ratio, Pressure pressure);
[[nodiscard]] double relative_humidity(Temperature dry_bulb, double humidity_ratio, Pressure pressure);

/// Per kg of dry air, zero for dry air at 0 degC.
[[nodiscard]] SpecificEnergy enthalpy(Temperature dry_bulb, double humidity_ratio);
[[nodiscard]] SpecificEnergy saturation_enthalpy(Temperature t, Pressure pressure);
/// dh/dT of saturated air.
[[nodiscard]] SpecificHeat saturation_enthalpy_slope(Temperature t, Pressure pressure);
struct SaturatedAir {
  Temperature temperature;
  double humidity_ratio = kUnset;
};
/// Saturated air of this enthalpy, by Newton from `start` (any; a near one is faster), to 1e-10 K.
[[nodiscard]] SaturatedAir saturated_at_enthalpy(SpecificEnergy enthalpy, Pressure pressure, Temperature start);
/// Per kg of dry air.
[[nodiscard]] SpecificVolume specific_volume(Temperature dry_bulb, double humidity_ratio, Pressure pressure);
/// Of the moist air.
[[nodiscard]] Density density(Temperature dry_bulb, double humidity_ratio, Pressure pressure);

/// Thermodynamic wet bulb.  Near freezing both equations can have a root; the one over water is taken.
/// Air at or beyond saturation returns its dry bulb.
[[nodiscard]] Temperature wet_bulb(Temperature dry_bulb, double humidity_ratio, Pressure pressure);
[[nodiscard]] Temperature dew_point(double humidity_ratio, Pressure pressure);

/// Of the standard atmosphere, -5 to 11 km.
[[nodiscard]] Pressure standard_pressure(Length elevation);

}  // namespace psychro
}  // namespace aifactory
