#pragma once
/// @file Weather of real years from CSV files and from JSON as the Open-Meteo service writes it.
///
/// CSV columns: `time`, `dry_bulb_c`, exactly one of `relative_humidity_frac`, `wet_bulb_c`, `dew_point_c`, and
/// optionally `pressure_pa`.  Stamps without an offset are the site's standard time.  Without a pressure column the air
/// has the pressure of the standard atmosphere at the site's elevation.
/// JSON: `utc_offset_seconds`, `elevation`, `hourly.time`, `hourly.temperature_2m` (degC),
/// `hourly.relative_humidity_2m` (%) and optionally `hourly.surface_pressure` (hPa).  Its times run at the header's
/// offset all year: UTC = time - offset.
///
/// A row holds from its time to the next row's, the last one for the spacing before it.  Years count: the data must
/// cover the run.  *Not modelled*: gaps filled by any other rule than holding, interpolation.
#include <string>

#include "sim/weather/weather.h"

namespace aifactory {

/// @throws InputError with the lines at fault; also when [0, horizon] is not covered (unset horizon: the start alone).
Weather parse_weather_csv(std::string text, const std::string& file, const SiteClock& clock, Length elevation,
                          Duration horizon);
Weather read_weather_csv(const std::string& path, const SiteClock& clock, Length elevation, Duration horizon);

Weather parse_open_meteo(const std::string& text, const std::string& file, const SiteClock& clock, Duration horizon);
Weather read_open_meteo(const std::string& path, const SiteClock& clock, Duration horizon);

}  // namespace aifactory
