#include "models/power/derating.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "models/cooling/psychrometrics.h"

namespace aifactory {
namespace {

constexpr double kLowest = 0.1;  // no rule holds where less than that would be left

double bounded(double factor) { return std::clamp(factor, kLowest, 1.0); }

double metres_above(const SiteConditions& site, double from) { return std::max(0.0, site.elevation.si() - from); }

double kelvin_above(const SiteConditions& site, double from_c) {
  const double hottest = site.hottest.in_celsius();
  return std::isnan(hottest) ? 0.0 : std::max(0.0, hottest - from_c);
}

double pressure_ratio(Length elevation) { return psychro::standard_pressure(elevation) / kSeaLevelPressure; }

}  // namespace

double air_density_ratio(Length elevation) {
  constexpr double kSeaLevelK = 288.15, kLapseKPerM = 0.0065;
  return pressure_ratio(elevation) * kSeaLevelK / (kSeaLevelK - kLapseKPerM * elevation.si());
}

double transformer_derating(const SiteConditions& site, bool outdoors) {
  const double per_metre = outdoors ? 0.4e-4 : 0.3e-4;
  const double per_kelvin = outdoors ? 0.015 : 0.0;
  return bounded(1.0 - per_metre * metres_above(site, 1000.0) - per_kelvin * kelvin_above(site, 40.0));
}

double ups_derating(const SiteConditions& site) {
  return bounded(air_density_ratio(site.elevation) / air_density_ratio(1000.0 * m));
}

double switchgear_derating(const SiteConditions& site) {
  constexpr std::pair<double, double> kPoints[] = {{2000.0, 1.0}, {2600.0, 0.99}, {3900.0, 0.96}};
  const double z = site.elevation.si();
  if (z <= kPoints[0].first) return 1.0;
  const auto* low = z < kPoints[1].first ? &kPoints[0] : &kPoints[1];
  const double slope = (low[1].second - low[0].second) / (low[1].first - low[0].first);
  return bounded(low[0].second + slope * (z - low[0].first));
}

double generator_derating(const SiteConditions& site) {
  const double hot = 0.03 / 5.0 * kelvin_above(site, 40.0);
  const double alternator = 1.0 - 0.03 / 500.0 * metres_above(site, 1000.0) - hot;
  const double engine = 1.0 - 0.035 / 300.0 * metres_above(site, 1500.0) - hot;
  return bounded(std::min(alternator, engine));
}

double gas_turbine_derating(const SiteConditions& site) {
  return bounded(std::min(1.0, pressure_ratio(site.elevation)) * (1.0 - 0.007 * kelvin_above(site, 15.0)));
}

}  // namespace aifactory
