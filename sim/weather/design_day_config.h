#pragma once
/// @file The design day of a site in a scenario file.
#include <optional>
#include <vector>

#include "sim/scenario/types.h"

namespace aifactory {

/// Which air a run has.
enum class WeatherUse {
  given,    ///< the weather as it is given
  dry_day,  ///< every day is the design day of the highest dry bulb
  wet_day,  ///< every day is the design day of the highest wet bulb
};
template <>
struct EnumNames<WeatherUse> {
  static constexpr std::pair<const char*, WeatherUse> values[] = {
      {"year", WeatherUse::given}, {"dry_day", WeatherUse::dry_day}, {"wet_day", WeatherUse::wet_day}};
};

/// Extremes of many years.  What is not given comes from the design conditions of the EPW file or from the climate.
struct DesignDayConfig {
  std::optional<Temperature> dry_bulb, coincident_wet_bulb, wet_bulb, coincident_dry_bulb;
  std::vector<Temperature> yearly_dry_bulbs, yearly_wet_bulbs;  ///< maxima of years, for Gumbel's extrapolation
  Duration return_period = 20.0 * year;
  std::optional<TemperatureDelta> daily_range;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("dry_bulb", p.dry_bulb, between(-60.0, 60.0), "highest dry bulb in the return period");
    visit("coincident_wet_bulb", p.coincident_wet_bulb, between(-60.0, 60.0), "wet bulb that comes with it");
    visit("wet_bulb", p.wet_bulb, between(-60.0, 60.0), "highest wet bulb in the return period");
    visit("coincident_dry_bulb", p.coincident_dry_bulb, between(-60.0, 60.0), "dry bulb that comes with it");
    visit("yearly_dry_bulbs", p.yearly_dry_bulbs, between(-60.0, 60.0), "highest dry bulb of each of five or more years, in place of dry_bulb");
    visit("yearly_wet_bulbs", p.yearly_wet_bulbs, between(-60.0, 60.0), "highest wet bulb of each of five or more years, in place of wet_bulb");
    visit("return_period", p.return_period, Range{31536000.0, 3.2e9, false}, "once in how long the extreme is expected");
    visit("daily_range", p.daily_range, between(0.0, 30.0), "night below the afternoon");
  }
  template <class Report>
  void validate(Report& report) const {
    if (dry_bulb && !yearly_dry_bulbs.empty()) report.error("yearly_dry_bulbs", "give dry_bulb or the maxima of years, not both");
    if (wet_bulb && !yearly_wet_bulbs.empty()) report.error("yearly_wet_bulbs", "give wet_bulb or the maxima of years, not both");
    if (!yearly_dry_bulbs.empty() && yearly_dry_bulbs.size() < 5) report.error("yearly_dry_bulbs", "must have at least five values");
    if (!yearly_wet_bulbs.empty() && yearly_wet_bulbs.size() < 5) report.error("yearly_wet_bulbs", "must have at least five values");
    if (dry_bulb && coincident_wet_bulb && *coincident_wet_bulb > *dry_bulb) report.error("coincident_wet_bulb", "must not be above dry_bulb");
    if (wet_bulb && coincident_dry_bulb && *coincident_dry_bulb < *wet_bulb) report.error("coincident_dry_bulb", "must not be below wet_bulb");
  }
};

}  // namespace aifactory
