#include "sim/weather/config.h"

#include <fmt/format.h>

#include <cmath>

#include "models/error.h"
#include "sim/weather/epw.h"
#include "sim/weather/text.h"
#include "sim/weather/weather_files.h"

namespace aifactory {
namespace {

CalendarSeconds whole_seconds(Duration d) {
  return static_cast<CalendarSeconds>(std::llround(d.si()));
}

OutdoorAir constant_air(const ConstantWeather& weather, Length elevation) {
  const Pressure pressure = weather.pressure ? *weather.pressure : psychro::standard_pressure(elevation);
  if (weather.wet_bulb) return OutdoorAir::from_wet_bulb(weather.dry_bulb, *weather.wet_bulb, pressure);
  if (weather.dew_point) return OutdoorAir::from_dew_point(weather.dry_bulb, *weather.dew_point, pressure);
  AIF_CHECK(weather.relative_humidity.has_value(), "constant weather was validated");
  return OutdoorAir::from_relative_humidity(weather.dry_bulb, *weather.relative_humidity, pressure);
}

}  // namespace

SiteLocation resolve_location(const LocationConfig& location, const WeatherConfig& weather) {
  SiteLocation site{.latitude = std::nullopt, .longitude = std::nullopt, .elevation = Length(0.0), .utc_offset = 0};
  if (weather.climate) {
    const ClimateNormals::Params& climate = weather.climate->value;
    site = {climate.latitude, climate.longitude, climate.elevation, whole_seconds(climate.utc_offset)};
  } else if (weather.epw) {
    const EpwFile epw = read_epw(weather.epw->path);
    site = {epw.latitude_deg, epw.longitude_deg, epw.elevation, epw.utc_offset};
  }
  if (location.latitude) site.latitude = location.latitude;
  if (location.longitude) site.longitude = location.longitude;
  if (location.elevation) site.elevation = *location.elevation;
  if (location.utc_offset) site.utc_offset = whole_seconds(*location.utc_offset);
  return site;
}

SiteClock make_site_clock(const Timestamp& start, const SiteLocation& location) {
  AIF_CHECK(start.seconds != INT64_MIN, "the start of the simulation is not set");
  return start.utc ? SiteClock::from_utc(start.seconds, location.utc_offset)
                   : SiteClock::from_local(start.seconds, location.utc_offset);
}

std::unique_ptr<const Weather> make_weather(const WeatherConfig& config, const SiteLocation& location,
                                            const SiteClock& clock, Duration horizon) {
  const auto make = [&]() -> Weather {
    if (config.climate) return Weather::repeating_year(ClimateNormals(config.climate->value).year(), clock);
    if (config.epw) return Weather::repeating_year(read_epw(config.epw->path).outdoor_air(), clock);
    if (config.csv) return read_weather_csv(config.csv->path, clock, location.elevation, horizon);
    if (config.open_meteo) return read_open_meteo(config.open_meteo->path, clock, horizon);
    AIF_CHECK(config.constant.has_value(), "the weather was validated");
    return Weather::constant(constant_air(*config.constant, location.elevation));
  };
  return std::make_unique<const Weather>(make());
}

template <class Q>
StepSeries<Q> make_series(const SeriesConfig<Q>& config, const SiteClock& clock, Duration horizon,
                          SeriesReport* report) {
  if (config.flat) return StepSeries<Q>::constant(*config.flat);
  if (!config.time_of_use.empty()) {
    std::vector<Q> rates;
    for (const auto& period : config.time_of_use) rates.push_back(period.rate);
    const Tick end = horizon.si() > 0.0 ? to_ticks(horizon) + 1 : kNever;  // the instant of the end is covered too
    return config.pattern().template lay_out<Q>(rates, clock, end);
  }
  AIF_CHECK(config.csv.has_value(), "the series was validated");
  const CsvSeries csv = read_series_csv(config.csv->path,
                                        {.time_column = config.time_column,
                                         .value_column = config.value_column,
                                         .zone = config.zone,
                                         .gaps = config.gaps,
                                         .outside = config.outside},
                                        clock.utc_offset());
  for (std::size_t i = 0; i < csv.values.size(); ++i) {
    constexpr Range range = SeriesTraits<Q>::range;
    if (range.contains(csv.values[i])) continue;
    throw InputError(fmt::format("{}: the value at {} UTC is {:g}; it must be {}", csv.file, stamp_text(csv.utc[i]),
                                 csv.values[i], range.text("")));
  }
  if (config.outside == OutsideRule::refuse) {
    check_coverage(csv.file, csv.utc.front(), csv.end_utc, clock, horizon);
  }
  if (report) *report = csv.report;
  return on_clock(csv, SeriesTraits<Q>::csv_unit, clock);
}
template StepSeries<EnergyPrice> make_series(const SeriesConfig<EnergyPrice>&, const SiteClock&, Duration,
                                             SeriesReport*);
template StepSeries<CarbonIntensity> make_series(const SeriesConfig<CarbonIntensity>&, const SiteClock&, Duration,
                                                 SeriesReport*);

CoincidentPeakMeter make_coincident_peak_meter(const CoincidentPeakConfig& config, const SiteClock& clock) {
  std::vector<CoincidentPeakMeter::Interval> intervals;
  for (const Timestamp& start : config.intervals) {
    const Tick from = start.utc ? clock.tick_of_utc(start.seconds) : clock.tick_of_local(start.seconds);
    if (!intervals.empty() && from < intervals.back().to) {
      throw InputError(
          fmt::format("coincident peaks: {} begins before the interval before it ends", stamp_text(start.seconds)));
    }
    intervals.push_back({from, from + to_ticks(config.interval)});
  }
  return CoincidentPeakMeter(std::move(intervals));
}

}  // namespace aifactory
