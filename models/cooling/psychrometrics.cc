#include "models/cooling/psychrometrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cooling/root.h"
#include "models/error.h"

namespace aifactory {
namespace {

constexpr double kMolarMassRatio = 0.621945;
constexpr double kTriplePoint_k = 273.16;
constexpr double kColdest_c = -100.0;
constexpr TemperatureDelta kRounding{1e-6};  // a saturated state read back from printed figures is no mistake

/// ln p_ws and its derivative, p in Pa, T in K.
struct LogPressure {
  double value, slope;
};
LogPressure log_saturation_pressure(double t_k) {
  if (t_k <= kTriplePoint_k) {
    return {-5.6745359e3 / t_k + 6.3925247 +
                t_k * (-9.677843e-3 + t_k * (6.2215701e-7 + t_k * (2.0747825e-9 + t_k * -9.484024e-13))) +
                4.1635019 * std::log(t_k),
            5.6745359e3 / (t_k * t_k) - 9.677843e-3 +
                t_k * (2 * 6.2215701e-7 + t_k * (3 * 2.0747825e-9 + t_k * 4 * -9.484024e-13)) + 4.1635019 / t_k};
  }
  return {
      -5.8002206e3 / t_k + 1.3914993 + t_k * (-4.8640239e-2 + t_k * (4.1764768e-5 + t_k * -1.4452093e-8)) +
          6.5459673 * std::log(t_k),
      5.8002206e3 / (t_k * t_k) - 4.8640239e-2 + t_k * (2 * 4.1764768e-5 + t_k * 3 * -1.4452093e-8) + 6.5459673 / t_k};
}

/// Saturated air at one temperature; a negative humidity ratio says that water boils there.
struct Saturated {
  double humidity_ratio, humidity_slope_1_k, enthalpy_j_kg, slope_j_kg_k;
};
Saturated saturated(double t_k, double p_pa) {
  const auto [log_pressure, log_slope] = log_saturation_pressure(t_k);
  const double vapor_pa = std::exp(log_pressure), dry_pa = p_pa - vapor_pa, t_c = t_k - 273.15;
  const double w = kMolarMassRatio * vapor_pa / dry_pa, vapor_j_kg = 2501000.0 + 1860.0 * t_c;
  const double w_slope = w * log_slope * p_pa / dry_pa;
  return {w, w_slope, 1006.0 * t_c + w * vapor_j_kg, 1006.0 + 1860.0 * w + vapor_j_kg * w_slope};
}

double wet_bulb_humidity_ratio_over_water(double t_c, double wet_bulb_c, double ws) {
  return ((2501.0 - 2.326 * wet_bulb_c) * ws - 1.006 * (t_c - wet_bulb_c)) / (2501.0 + 1.86 * t_c - 4.186 * wet_bulb_c);
}
double wet_bulb_humidity_ratio_over_ice(double t_c, double wet_bulb_c, double ws) {
  return ((2830.0 - 0.24 * wet_bulb_c) * ws - 1.006 * (t_c - wet_bulb_c)) / (2830.0 + 1.86 * t_c - 2.1 * wet_bulb_c);
}

void require(bool good, const char* key, double value, const char* rule) {
  if (!good) throw InputError(fmt::format("outdoor air: {} = {:g} must be {}", key, value, rule));
}
void require_dry_bulb_and_pressure(Temperature dry_bulb, Pressure pressure) {
  const double t_c = dry_bulb.in_celsius();
  require(t_c >= kColdest_c && t_c <= 200.0, "dry_bulb", t_c, "in -100..200 degC");
  require(pressure.si() > 0.0 && std::isfinite(pressure.si()), "pressure", pressure.si(), "> 0 Pa");
  // Hotter than boiling, saturated air has no humidity ratio.
  const double saturation_pa = psychro::saturation_pressure(dry_bulb).si();
  require(saturation_pa < pressure.si(), "dry_bulb", t_c, "below the boiling point of water at this pressure");
}

}  // namespace

namespace psychro {

Pressure saturation_pressure(Temperature t) {
  return Pressure(std::exp(log_saturation_pressure(t.in_kelvin()).value));
}

Temperature saturation_temperature(Pressure vapor) {
  const double target = std::log(std::max(vapor.si(), saturation_pressure(Temperature::celsius(kColdest_c)).si()));
  // ln p is concave in T and nearly linear in 1/T: Newton in 1/T needs three or four steps from anywhere.
  double x = 1.0 / 283.15;
  for (int step = 0; step < 60; ++step) {
    const auto [value, slope] = log_saturation_pressure(1.0 / x);
    const double change = (target - value) / (-slope / (x * x));
    x = std::clamp(x + change, 1.0 / 700.0, 1.0 / 150.0);
    if (std::fabs(change) < 1e-14) break;  // 1e-9 K
  }
  return Temperature::kelvin(std::max(1.0 / x, kColdest_c + 273.15));
}

double humidity_ratio(Pressure vapor, Pressure pressure) {
  return kMolarMassRatio * vapor.si() / (pressure - vapor).si();
}

double saturation_humidity_ratio(Temperature t, Pressure pressure) {
  return humidity_ratio(saturation_pressure(t), pressure);
}

double humidity_ratio_from_relative_humidity(Temperature dry_bulb, double relative_humidity, Pressure pressure) {
  return humidity_ratio(relative_humidity * saturation_pressure(dry_bulb), pressure);
}

double humidity_ratio_from_wet_bulb(Temperature dry_bulb, Temperature wet_bulb, Pressure pressure) {
  const double t_c = dry_bulb.in_celsius(), wet_bulb_c = wet_bulb.in_celsius();
  const double ws = saturation_humidity_ratio(wet_bulb, pressure);
  return std::max(0.0, wet_bulb_c >= 0.0 ? wet_bulb_humidity_ratio_over_water(t_c, wet_bulb_c, ws)
                                         : wet_bulb_humidity_ratio_over_ice(t_c, wet_bulb_c, ws));
}

Pressure vapor_pressure(double humidity_ratio, Pressure pressure) {
  return pressure * (humidity_ratio / (kMolarMassRatio + humidity_ratio));
}

double relative_humidity(Temperature dry_bulb, double humidity_ratio, Pressure pressure) {
  return vapor_pressure(humidity_ratio, pressure) / saturation_pressure(dry_bulb);
}

SpecificEnergy enthalpy(Temperature dry_bulb, double humidity_ratio) {
  const double t_c = dry_bulb.in_celsius();
  return SpecificEnergy(1006.0 * t_c + humidity_ratio * (2501000.0 + 1860.0 * t_c));
}

SpecificEnergy saturation_enthalpy(Temperature t, Pressure pressure) {
  return enthalpy(t, saturation_humidity_ratio(t, pressure));
}

SpecificHeat saturation_enthalpy_slope(Temperature t, Pressure pressure) {
  return SpecificHeat(saturated(t.in_kelvin(), pressure.si()).slope_j_kg_k);
}

SaturatedAir saturated_at_enthalpy(SpecificEnergy enthalpy, Pressure pressure, Temperature start) {
  // The logarithm of h + 200 kJ/kg is close to straight over outdoor temperatures: Newton on it needs two or three
  // steps.  The bracket is for starts far away and for enthalpies close to boiling, where h has a pole.
  constexpr double kShift_j_kg = 2.0e5;
  const double target = enthalpy.si() + kShift_j_kg;
  double low_k = kColdest_c + 273.15, high_k = 473.15;
  double t_k = std::clamp(start.in_kelvin(), low_k, high_k);
  for (int step = 0; step < 100; ++step) {
    const Saturated air = saturated(t_k, pressure.si());
    const double shifted = air.enthalpy_j_kg + kShift_j_kg;
    const bool boiling = !(air.humidity_ratio >= 0.0);
    (boiling || shifted > target ? high_k : low_k) = t_k;
    const double change = shifted > 0.0 && !boiling ? std::log(target / shifted) * shifted / air.slope_j_kg_k : 1e9;
    const double next_k = t_k + change;
    if (std::fabs(change) < 1e-4) {  // quadratic: the error left is below 1e-10 K
      return {Temperature::kelvin(next_k), air.humidity_ratio + air.humidity_slope_1_k * change};
    }
    t_k = next_k > low_k && next_k < high_k ? next_k : 0.5 * (low_k + high_k);
  }
  return {Temperature::kelvin(t_k), saturated(t_k, pressure.si()).humidity_ratio};
}

SpecificVolume specific_volume(Temperature dry_bulb, double humidity_ratio, Pressure pressure) {
  return SpecificVolume(287.042 * dry_bulb.in_kelvin() * (1.0 + 1.607858 * humidity_ratio) / pressure.si());
}

Density density(Temperature dry_bulb, double humidity_ratio, Pressure pressure) {
  return Density((1.0 + humidity_ratio) / specific_volume(dry_bulb, humidity_ratio, pressure).si());
}

Temperature wet_bulb(Temperature dry_bulb, double humidity_ratio, Pressure pressure) {
  const double t_c = dry_bulb.in_celsius();
  if (humidity_ratio >= saturation_humidity_ratio(dry_bulb, pressure)) return dry_bulb;
  // Each equation rises with the wet bulb; at 0 degC the one over ice lies above the one over water, so a humidity
  // ratio between them has two roots.  Asking the water equation first makes the answer unique.
  const auto ws = [&](double wet_bulb_c) {
    return saturation_humidity_ratio(Temperature::celsius(wet_bulb_c), pressure);
  };
  const bool over_water = t_c > 0.0 && humidity_ratio >= wet_bulb_humidity_ratio_over_water(t_c, 0.0, ws(0.0));
  const auto excess = [&](double wet_bulb_c) {
    return (over_water ? wet_bulb_humidity_ratio_over_water(t_c, wet_bulb_c, ws(wet_bulb_c))
                       : wet_bulb_humidity_ratio_over_ice(t_c, wet_bulb_c, ws(wet_bulb_c))) -
           humidity_ratio;
  };
  const double low = over_water ? 0.0 : kColdest_c, high = over_water ? t_c : std::min(t_c, 0.0);
  const double f_low = excess(low), f_high = excess(high);
  if (f_low >= 0.0) return Temperature::celsius(low);
  if (f_high <= 0.0) return Temperature::celsius(high);  // ice equation at saturation: rounding only
  // The humidity ratio rises by more than 1e-4 per K of wet bulb.
  return Temperature::celsius(bracketed_root(excess, low, f_low, high, f_high, 1e-14).x);
}

Temperature dew_point(double humidity_ratio, Pressure pressure) {
  return saturation_temperature(vapor_pressure(humidity_ratio, pressure));
}

Pressure standard_pressure(Length elevation) {
  return Pressure(101325.0 * std::pow(1.0 - 2.25577e-5 * elevation.si(), 5.2559));
}

}  // namespace psychro

OutdoorAir OutdoorAir::from_relative_humidity(Temperature dry_bulb, double relative_humidity, Pressure pressure) {
  require_dry_bulb_and_pressure(dry_bulb, pressure);
  require(relative_humidity >= 0.0 && relative_humidity <= 1.0, "relative_humidity", relative_humidity, "in 0..1");
  const double w = psychro::humidity_ratio_from_relative_humidity(dry_bulb, relative_humidity, pressure);
  return {dry_bulb, psychro::wet_bulb(dry_bulb, w, pressure), pressure, w};
}

OutdoorAir OutdoorAir::from_dew_point(Temperature dry_bulb, Temperature dew_point, Pressure pressure) {
  require_dry_bulb_and_pressure(dry_bulb, pressure);
  require(dew_point <= dry_bulb + kRounding && dew_point.in_celsius() >= kColdest_c, "dew_point",
          dew_point.in_celsius(), fmt::format("in -100..{:g} degC (the dry bulb)", dry_bulb.in_celsius()).c_str());
  const double w = psychro::saturation_humidity_ratio(dew_point, pressure);
  return {dry_bulb, psychro::wet_bulb(dry_bulb, w, pressure), pressure, w};
}

OutdoorAir OutdoorAir::from_wet_bulb(Temperature dry_bulb, Temperature wet_bulb, Pressure pressure) {
  require_dry_bulb_and_pressure(dry_bulb, pressure);
  require(wet_bulb <= dry_bulb + kRounding && wet_bulb.in_celsius() >= kColdest_c, "wet_bulb", wet_bulb.in_celsius(),
          fmt::format("in -100..{:g} degC (the dry bulb)", dry_bulb.in_celsius()).c_str());
  const double w = psychro::humidity_ratio_from_wet_bulb(dry_bulb, wet_bulb, pressure);
  return {dry_bulb, w > 0.0 ? std::min(wet_bulb, dry_bulb) : psychro::wet_bulb(dry_bulb, 0.0, pressure), pressure, w};
}

}  // namespace aifactory
