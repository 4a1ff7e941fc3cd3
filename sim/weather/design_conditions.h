#pragma once
/// @file Where the design days of a site come from.
///
/// First what the scenario says; then the DESIGN CONDITIONS line of an EPW file (ASHRAE's n-year values, its 0.4 % values and
/// daily range, its extreme wet bulb); then a climate's 0.4 % conditions with steps that are assumed: 5 K to the extreme dry
/// bulb, 3 K to the extreme wet bulb of twenty years.  (The published steps are 5.0, 4.9 and 6.2 K at Dallas, Denver and
/// Chicago, and 2.4 and 3.0 K at Denver and Chicago.)
#include <optional>
#include <string>

#include "models/climate/design_day.h"
#include "sim/weather/config.h"

namespace aifactory {

/// Extremes that an EPW file prints in its header; unset where it does not.
struct EpwDesignConditions {
  Temperature hot_dry_bulb, hot_wet_bulb;      ///< 0.4 % dry bulb, mean coincident wet bulb
  Temperature humid_wet_bulb, humid_dry_bulb;  ///< 0.4 % wet bulb, mean coincident dry bulb
  TemperatureDelta daily_range;                ///< of the hottest month
  Temperature mean_yearly_dry_bulb;            ///< mean and standard deviation of yearly maxima
  TemperatureDelta dry_bulb_deviation;
  Temperature twenty_year_dry_bulb;
  Temperature extreme_wet_bulb;  ///< older files only
};
/// From the second line of the file; nothing where there is no such line or it says nothing.
std::optional<EpwDesignConditions> parse_epw_design_conditions(const std::string& line);

struct DesignConditions {
  DesignDay dry, wet;
  TemperatureDelta recirculation{0.0};
  std::string source;  ///< for people: "scenario", "EPW", "climate (assumed steps)"
};
/// Nothing where neither the scenario nor its weather says what the extremes are.
/// @throws InputError at `path` (sites.S.weather) for a day that is half given, or contradicts itself.
std::optional<DesignConditions> design_conditions(const WeatherConfig& weather, const SiteLocation& location, const std::string& path);

/// make_weather() with what `use` and `recirculation` ask for.
std::unique_ptr<const Weather> make_site_weather(const WeatherConfig& weather, const SiteLocation& location, const SiteClock& clock,
                                                 Duration horizon, const std::optional<DesignConditions>& design, const std::string& path);

/// Hottest air that the site's equipment must stand, before recirculation: of the dry design day, else of the weather.
/// Unset without weather.
Temperature hottest_air(const std::optional<DesignConditions>& design, const Weather* weather);

}  // namespace aifactory
