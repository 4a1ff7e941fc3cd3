#include "models/climate/design_day.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/error.h"

namespace aifactory {
namespace {

constexpr std::size_t kFewestYears = 5;
constexpr double kEuler = 0.5772;  // as printed with the equation
/// Share of the daily range below the maximum, by hour from midnight.
constexpr double kBelowMaximum[24] = {0.82, 0.88, 0.92, 0.95, 0.98, 1.00, 0.98, 0.91, 0.74, 0.55, 0.38, 0.23,
                                      0.13, 0.05, 0.00, 0.00, 0.06, 0.14, 0.24, 0.39, 0.50, 0.59, 0.68, 0.75};

}  // namespace

double gumbel_factor(double years) {
  if (!(years > 1.0)) throw InputError(fmt::format("design day: return period = {:g} years must be above 1", years));
  return -std::sqrt(6.0) / std::numbers::pi * (kEuler + std::log(std::log(years / (years - 1.0))));
}

Temperature n_year_extreme(Temperature mean, TemperatureDelta deviation, double years) {
  return mean + gumbel_factor(years) * deviation;
}

Temperature n_year_extreme(std::span<const Temperature> yearly_maxima, double years) {
  if (yearly_maxima.size() < kFewestYears) {
    throw InputError(fmt::format("design day: {} yearly maxima; at least {} are needed", yearly_maxima.size(), kFewestYears));
  }
  const auto count = static_cast<double>(yearly_maxima.size());
  double mean_k = 0.0, squares = 0.0;
  for (const Temperature t : yearly_maxima) mean_k += t.in_kelvin() / count;
  for (const Temperature t : yearly_maxima) squares += (t.in_kelvin() - mean_k) * (t.in_kelvin() - mean_k);
  return n_year_extreme(Temperature::kelvin(mean_k), TemperatureDelta(std::sqrt(squares / (count - 1.0))), years);
}

std::vector<OutdoorAir> DesignDay::hours() const {
  const OutdoorAir peak = OutdoorAir::from_wet_bulb(dry_bulb, wet_bulb, pressure);
  std::vector<OutdoorAir> air_by_hour;
  for (const double below : kBelowMaximum) {
    OutdoorAir air = peak;
    air.dry_bulb = dry_bulb - below * daily_range;
    air.humidity_ratio = std::min(peak.humidity_ratio, psychro::saturation_humidity_ratio(air.dry_bulb, pressure));
    air.wet_bulb = psychro::wet_bulb(air.dry_bulb, air.humidity_ratio, pressure);
    air_by_hour.push_back(air);
  }
  return air_by_hour;
}

OutdoorAir recirculated(const OutdoorAir& air, TemperatureDelta rise) {
  if (rise.si() == 0.0) return air;
  return OutdoorAir::from_wet_bulb(air.dry_bulb + rise, air.wet_bulb + rise, air.pressure);
}

}  // namespace aifactory
