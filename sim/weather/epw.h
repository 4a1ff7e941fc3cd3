#pragma once
/// @file Reader of EPW (EnergyPlus weather) files as they are published.
///
/// Eight header lines, of which LOCATION and DATA PERIODS are read, then one row per hour: year, month, day, hour
/// 1..24 in local standard time, ..., dry bulb degC, dew point degC, relative humidity %, station pressure Pa, ...
/// The row of hour h covers (h-1, h].  Years are ignored: a typical year takes each month from another one.
///
/// Strict: a missing value (99.9 degC, 999 %, 999999 Pa) or one outside the format's limits, a missing, repeated
/// or misplaced hour is an error that names the row.  8,760 rows, or 8,784 with a 29 February.
/// Relative humidity beyond 100 %, which the format allows up to 110 %, is read as saturated.
/// *Not read*: sun, wind, sky, precipitation, ground temperatures; the dew point, because humidity is taken from
/// dry bulb, relative humidity and station pressure, and published files round the two differently.
/// Source: EnergyPlus Auxiliary Programs, "EnergyPlus Weather File (EPW) Data Dictionary".
#include <string>
#include <string_view>
#include <vector>

#include "models/calendar.h"
#include "models/cooling/psychrometrics.h"

namespace aifactory {

struct EpwHour {
  Temperature dry_bulb;
  double relative_humidity = kUnset;  ///< 0..1
  Pressure pressure;
};

struct EpwFile {
  std::string city, region, country, source;
  double latitude_deg = kUnset, longitude_deg = kUnset;
  CalendarSeconds utc_offset = 0;
  Length elevation;
  std::vector<EpwHour> hours;  ///< 8,760 or 8,784, from 1 January hour 1

  /// Humidity and wet bulb of every hour.
  [[nodiscard]] std::vector<OutdoorAir> outdoor_air() const;
};

/// @throws InputError with up to ten troubles, each with its line.
EpwFile parse_epw(std::string_view text, const std::string& file);
EpwFile read_epw(const std::string& path);

}  // namespace aifactory
