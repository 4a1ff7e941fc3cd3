#pragma once
/// @file The `location`, `weather` and `grid` parts of a site in a scenario file, and what is made of them.
///
/// Years: EPW files and climates repeat every year; CSV and Open-Meteo weather and CSV series are dated and must cover
/// the run.  A horizon is the length of the run; unset (NaN) when the run ends by itself, in which case only its start
/// can be compared beforehand and the run must watch `end()`.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/climate/climate_normals.h"
#include "models/grid/demand.h"
#include "models/grid/step_series.h"
#include "models/grid/time_of_use.h"
#include "sim/scenario/types.h"
#include "sim/weather/design_day_config.h"
#include "sim/weather/series_csv.h"
#include "sim/weather/weather.h"

namespace aifactory {

template <>
struct EnumNames<DaysOfWeek> {
  static constexpr std::pair<const char*, DaysOfWeek> values[] = {
      {"all", DaysOfWeek::all}, {"weekdays", DaysOfWeek::weekdays}, {"weekends", DaysOfWeek::weekends}};
};
template <>
struct EnumNames<StampZone> {
  static constexpr std::pair<const char*, StampZone> values[] = {{"utc", StampZone::utc}, {"site", StampZone::site}};
};
template <>
struct EnumNames<GapRule> {
  static constexpr std::pair<const char*, GapRule> values[] = {{"hold", GapRule::hold}, {"refuse", GapRule::refuse}};
};
template <>
struct EnumNames<OutsideRule> {
  static constexpr std::pair<const char*, OutsideRule> values[] = {{"refuse", OutsideRule::refuse},
                                                                   {"hold", OutsideRule::hold}};
};

/// Where a site is.  What is not given comes from the climate or from the LOCATION line of the EPW file, else from
/// sea level and UTC.
struct LocationConfig {
  std::optional<double> latitude;   ///< degrees north
  std::optional<double> longitude;  ///< degrees east
  std::optional<Length> elevation;
  std::optional<Duration> utc_offset;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("latitude", p.latitude, between(-90.0, 90.0), "degrees north");
    visit("longitude", p.longitude, between(-180.0, 180.0), "degrees east");
    visit("elevation", p.elevation, between(-500.0, 6000.0),
          "above sea level; sets the pressure where weather has none");
    visit("utc_offset", p.utc_offset, between(-43200.0, 50400.0), "the site's standard time minus UTC, such as -6 h");
  }
};

/// One state of the air for the whole run.
struct ConstantWeather {
  Temperature dry_bulb;
  std::optional<Temperature> wet_bulb, dew_point;
  std::optional<double> relative_humidity;
  std::optional<Pressure> pressure;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("dry_bulb", p.dry_bulb, between(-60.0, 60.0), "dry bulb");
    visit("wet_bulb", p.wet_bulb, between(-60.0, 60.0), "wet bulb; or dew_point or relative_humidity");
    visit("dew_point", p.dew_point, between(-60.0, 60.0), "dew point");
    visit("relative_humidity", p.relative_humidity, kFraction, "relative humidity");
    visit("pressure", p.pressure, between(45e3, 110e3), "default: standard atmosphere at the site's elevation");
  }
  template <class Report>
  void validate(Report& report) const {
    const int given = (wet_bulb ? 1 : 0) + (dew_point ? 1 : 0) + (relative_humidity ? 1 : 0);
    if (given != 1) report.error("", "must have exactly one of wet_bulb, dew_point, relative_humidity");
    if (wet_bulb && *wet_bulb > dry_bulb) report.error("wet_bulb", "must not be above dry_bulb");
    if (dew_point && *dew_point > dry_bulb) report.error("dew_point", "must not be above dry_bulb");
  }
};

struct WeatherConfig {
  static constexpr const char* kShorthand = "climate";
  std::optional<CatalogRef<ClimateNormals::Params>> climate;
  std::optional<InputFile> epw, csv, open_meteo;
  std::optional<ConstantWeather> constant;
  std::optional<DesignDayConfig> design_day;
  WeatherUse use = WeatherUse::given;
  std::optional<TemperatureDelta> recirculation;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("climate", p.climate, kAny, "a climate of the catalogue: a synthetic typical year");
    visit("epw", p.epw, kAny, "an EPW file: a typical year, hour by hour");
    visit("csv", p.csv, kAny, "a CSV file: time, dry_bulb_c and humidity of a real period");
    visit("open_meteo", p.open_meteo, kAny, "a JSON file of the Open-Meteo service: a real period");
    visit("constant", p.constant, kAny, "the same air throughout");
    visit("design_day", p.design_day, kAny, "extremes of many years; default: from the climate or the EPW file");
    visit("use", p.use, kAny, "year: the weather as given; dry_day, wet_day: every day is that design day");
    visit("recirculation", p.recirculation, between(0.0, 10.0), "by how much fans' own exhaust warms the air that they draw in; default 0 K, with a design day 2 K (assumed: 1-3 K)");
  }
  template <class Report>
  void validate(Report& report) const {
    const int given = (climate ? 1 : 0) + (epw ? 1 : 0) + (csv ? 1 : 0) + (open_meteo ? 1 : 0) + (constant ? 1 : 0);
    if (given != 1) report.error("", "must have exactly one of climate, epw, csv, open_meteo, constant");
    if (climate) ClimateNormals{climate->value};  // throws what contradicts
  }
};

/// What a series of a quantity is made of.
template <class Q>
struct SeriesTraits;
template <>
struct SeriesTraits<EnergyPrice> {
  static constexpr EnergyPrice csv_unit = usd_per_MWh;
  static constexpr Range range = kAny;  // Wholesale prices are negative at times.
};
template <>
struct SeriesTraits<CarbonIntensity> {
  static constexpr CarbonIntensity csv_unit = g_per_kWh;
  static constexpr Range range = kNonNegative;
};

template <class Q>
struct TimeOfUsePeriod {
  Q rate;
  std::vector<std::int64_t> months;
  DaysOfWeek days = DaysOfWeek::all;
  std::int64_t from_hour = 0, to_hour = 24;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("rate", p.rate, SeriesTraits<Q>::range, "value in this period");
    visit("months", p.months, between(1.0, 12.0), "1..12; default: all");
    visit("days", p.days, kAny, "all, weekdays (Monday to Friday) or weekends");
    visit("from_hour", p.from_hour, between(0.0, 23.0), "first hour, standard time");
    visit("to_hour", p.to_hour, between(1.0, 24.0), "end; at or before from_hour: past midnight");
  }
};

/// A quantity over time: one value, a weekly pattern, or a published file.
///
///     price: 60 USD/MWh
///     price: {time_of_use: [{rate: 90 USD/MWh, months: [6,7,8,9], days: weekdays, from_hour: 14, to_hour: 20},
///                           {rate: 40 USD/MWh}]}
///     price: {csv: prices.csv, value_column: "Price (USD/MWh)"}
template <class Q>
struct SeriesConfig {
  static constexpr const char* kShorthand = "flat";
  std::optional<Q> flat;
  std::vector<TimeOfUsePeriod<Q>> time_of_use;
  std::optional<InputFile> csv;
  std::optional<std::string> time_column, value_column;
  StampZone zone = StampZone::utc;
  GapRule gaps = GapRule::hold;
  OutsideRule outside = OutsideRule::refuse;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("flat", p.flat, SeriesTraits<Q>::range, "one value throughout");
    visit("time_of_use", p.time_of_use, kAny,
          "periods by month, day of the week and hour; the first that matches applies");
    visit("csv", p.csv, kAny, "file of dated values: prices in USD/MWh, carbon intensity in g/kWh");
    visit("time_column", p.time_column, kAny, "column of times; default: the first");
    visit("value_column", p.value_column, kAny, "column of values; default: the other one of two");
    visit("zone", p.zone, kAny, "of stamps without an offset: utc, or site (standard time)");
    visit("gaps", p.gaps, kAny, "blank values and missing rows: hold the row before, or refuse the file");
    visit("outside", p.outside, kAny, "a run that the file does not cover: refuse, or hold the first and last values");
  }
  template <class Report>
  void validate(Report& report) const {
    if ((flat ? 1 : 0) + (time_of_use.empty() ? 0 : 1) + (csv ? 1 : 0) != 1) {
      report.error("", "must have exactly one of flat, time_of_use, csv");
    }
    if (!csv && (time_column || value_column)) report.error("", "has columns of a csv, but no csv");
    if (!time_of_use.empty()) static_cast<void>(pattern());  // throws where hours are not covered
  }
  /// @throws InputError where hours are not covered.
  [[nodiscard]] TimeOfUse pattern() const {
    std::vector<TimeOfUse::Period> periods;
    for (const auto& period : time_of_use) {
      periods.push_back({period.months, period.days, period.from_hour, period.to_hour});
    }
    return TimeOfUse(periods);
  }
};

/// Charge on the power drawn in the intervals in which the whole system peaked (ERCOT: 4CP).
struct CoincidentPeakConfig {
  PowerPrice rate;                    ///< per year
  std::vector<Timestamp> intervals;   ///< starts
  Duration interval = 15.0 * minute;  // ERCOT's settlement interval

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("rate", p.rate, kNonNegative, "per year, on the mean power of the intervals");
    visit("intervals", p.intervals, kAny, "starts of the intervals of the system's peaks, ascending");
    visit("interval", p.interval, between(60.0, 86400.0), "length of each");
  }
  template <class Report>
  void validate(Report& report) const {
    if (intervals.empty()) report.error("intervals", "must name at least one interval");
  }
};

/// What a supplier charges.
struct TariffConfig {
  static constexpr const char* kCatalogKind = "tariffs";
  SeriesConfig<EnergyPrice> price;
  std::optional<PowerPrice> demand_charge;  ///< per calendar month
  Duration demand_window = 15.0 * minute;   // most common in US tariff sheets; 30 minutes is the other one
  std::optional<WaterPrice> water_price;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("price", p.price, kAny, "of energy");
    visit("demand_charge", p.demand_charge, kNonNegative, "per month, on the greatest mean power over a demand window");
    visit("demand_window", p.demand_window, between(60.0, 86400.0), "whole minutes that divide a day");
    visit("water_price", p.water_price, kNonNegative, "of make-up water");
  }
  template <class Report>
  void validate(Report&) const {
    DemandMeter(demand_window, SiteClock());  // throws unless it divides a day
  }
};

/// The supply of a site.  What the site itself says of prices stands before its tariff.
struct GridConfig {
  Power capacity;              ///< what the feed may carry
  double headroom_frac = 0.0;  ///< share of the capacity kept free by those who plan
  std::optional<CatalogRef<TariffConfig>> tariff;
  std::optional<SeriesConfig<EnergyPrice>> price;
  std::optional<SeriesConfig<CarbonIntensity>> carbon;
  std::optional<PowerPrice> demand_charge;
  std::optional<Duration> demand_window;
  std::optional<CoincidentPeakConfig> coincident_peak;
  std::optional<WaterPrice> water_price;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("capacity", p.capacity, kPositive, "limit of the utility feed");
    visit("headroom_frac", p.headroom_frac, kFraction, "share of the capacity that planning keeps free");
    visit("tariff", p.tariff, kAny, "a tariff of the catalogue");
    visit("price", p.price, kAny, "of energy; before the tariff's");
    visit("carbon", p.carbon, kAny, "average carbon intensity of the energy drawn");
    visit("demand_charge", p.demand_charge, kNonNegative, "per month; before the tariff's");
    visit("demand_window", p.demand_window, between(60.0, 86400.0), "default: the tariff's, else 15 minutes");
    visit("coincident_peak", p.coincident_peak, kAny, "charge on the power drawn at the system's peaks");
    visit("water_price", p.water_price, kNonNegative, "of make-up water; before the tariff's");
  }

  template <class Report>
  void validate(Report&) const {
    DemandMeter(demand_window_in_force(), SiteClock());
  }

  [[nodiscard]] const SeriesConfig<EnergyPrice>* price_in_force() const {
    return price ? &*price : tariff ? &tariff->value.price : nullptr;
  }
  [[nodiscard]] std::optional<PowerPrice> demand_charge_in_force() const {
    return demand_charge ? demand_charge : tariff ? tariff->value.demand_charge : std::nullopt;
  }
  [[nodiscard]] Duration demand_window_in_force() const {
    return demand_window ? *demand_window : tariff ? tariff->value.demand_window : TariffConfig().demand_window;
  }
  [[nodiscard]] std::optional<WaterPrice> water_price_in_force() const {
    return water_price ? water_price : tariff ? tariff->value.water_price : std::nullopt;
  }
};

/// A location with nothing left open but the coordinates, which only people read.
struct SiteLocation {
  std::optional<double> latitude, longitude;
  Length elevation;
  CalendarSeconds utc_offset = 0;
};
/// @throws InputError when an EPW file that is to tell the location cannot be read.
SiteLocation resolve_location(const LocationConfig& location, const WeatherConfig& weather);

/// @pre `start` is set.
SiteClock make_site_clock(const Timestamp& start, const SiteLocation& location);

/// @throws InputError from the file's reader, or when dated weather does not cover the run.
std::unique_ptr<const Weather> make_weather(const WeatherConfig& config, const SiteLocation& location,
                                            const SiteClock& clock, Duration horizon);

/// For EnergyPrice and CarbonIntensity.
/// @throws InputError from the file's reader, or when the file does not cover the run.
template <class Q>
StepSeries<Q> make_series(const SeriesConfig<Q>& config, const SiteClock& clock, Duration horizon,
                          SeriesReport* report = nullptr);

/// @throws InputError when the intervals overlap or stand in another order.
CoincidentPeakMeter make_coincident_peak_meter(const CoincidentPeakConfig& config, const SiteClock& clock);

}  // namespace aifactory
