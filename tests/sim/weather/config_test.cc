#include "sim/weather/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "models/error.h"
#include "tests/sim/weather/data_folder.h"

namespace aifactory {
namespace {

constexpr Tick kHour = 3600 * kTicksPerSecond;

struct Heard {
  std::vector<std::string> errors;
  void error(const std::string& key, const std::string& message) { errors.push_back(key + ": " + message); }
};
template <class T>
std::vector<std::string> errors_of(const T& config) {
  Heard heard;
  config.validate(heard);
  return heard.errors;
}

std::string temporary_file(const std::string& name, const std::string& text) {
  const std::string path = (std::filesystem::path(testing::TempDir()) / name).string();
  std::ofstream(path) << text;
  return path;
}
InputFile file(const std::string& path) {
  return {.path = path, .as_written = path};
}
Timestamp local(int y, int mon, int d) {
  return {.seconds = calendar_seconds(y, mon, d), .utc = false};
}
const SiteLocation kTexas{.latitude = 32.9, .longitude = -97.0, .elevation = 0.0 * m, .utc_offset = -21600};

ConstantWeather hot_day() {
  ConstantWeather weather;
  weather.dry_bulb = Temperature::celsius(35.0);
  weather.relative_humidity = 0.4;
  return weather;
}

TEST(WeatherConfig, ExactlyOneSource) {
  WeatherConfig config;
  const auto complaint = testing::ElementsAre(": must have exactly one of climate, epw, csv, open_meteo, constant");
  EXPECT_THAT(errors_of(config), complaint);
  config.constant = hot_day();
  EXPECT_THAT(errors_of(config), testing::IsEmpty());
  config.epw = file("x.epw");
  EXPECT_THAT(errors_of(config), complaint);
  auto twice = hot_day();
  twice.wet_bulb = Temperature::celsius(36.0);
  EXPECT_THAT(errors_of(twice),
              testing::ElementsAre(": must have exactly one of wet_bulb, dew_point, relative_humidity",
                                   "wet_bulb: must not be above dry_bulb"));
}

// 35 degC, 40 %: wet bulb 23.9345 degC at 101325 Pa, 23.3848 degC at 84000 Pa (ASHRAE 2017 equations).
TEST(WeatherConfig, ConstantAirTakesItsPressureFromTheSite) {
  WeatherConfig config;
  config.constant = hot_day();
  const SiteClock clock = make_site_clock(local(2026, 7, 1), kTexas);
  EXPECT_NEAR(make_weather(config, kTexas, clock, 1.0 * h)->at(0).wet_bulb.in_celsius(), 23.9345, 1e-3);
  config.constant->pressure = 84000.0 * Pa;
  EXPECT_NEAR(make_weather(config, kTexas, clock, 1.0 * h)->at(0).wet_bulb.in_celsius(), 23.3848, 1e-3);
}

TEST(WeatherConfig, CsvIsReadOnTheSitesClock) {
  WeatherConfig config;
  config.csv = file(temporary_file("site_weather.csv",
                                   "time,dry_bulb_c,wet_bulb_c\n2026-07-01T00:00,20,10\n2026-07-01T01:00,21,10\n"));
  const auto weather = make_weather(config, kTexas, make_site_clock(local(2026, 7, 1), kTexas), 2.0 * h);
  EXPECT_NEAR(weather->at(kHour).dry_bulb.in_celsius(), 21.0, 1e-9);
}

TEST(SiteLocation, OwnKeysThenTheWeatherFiles) {
  WeatherConfig config;
  config.constant = hot_day();
  EXPECT_EQ(resolve_location({}, config).utc_offset, 0);
  LocationConfig location;
  location.utc_offset = -7.0 * h;
  EXPECT_EQ(resolve_location(location, config).utc_offset, -25200);
  AIF_DATA_FILE(path, "weather/USA_CO_Denver.Intl.AP.725650_TMY3.epw");
  config.constant.reset();
  config.epw = file(path);
  location.utc_offset.reset();
  location.elevation = 1600.0 * m;
  const SiteLocation site = resolve_location(location, config);
  EXPECT_EQ(site.utc_offset, -25200);
  EXPECT_EQ(site.elevation.in(m), 1600.0);
  EXPECT_EQ(site.latitude, 39.83);
}

TEST(SiteClockOf, AStartWithZIsUtc) {
  EXPECT_EQ(make_site_clock(local(2026, 7, 1), kTexas).utc(0), calendar_seconds(2026, 7, 1) + 21600);
  EXPECT_EQ(make_site_clock({.seconds = calendar_seconds(2026, 7, 1), .utc = true}, kTexas).utc(0),
            calendar_seconds(2026, 7, 1));
}

TEST(SeriesConfig, ExactlyOneKind) {
  SeriesConfig<EnergyPrice> config;
  EXPECT_THAT(errors_of(config), testing::ElementsAre(": must have exactly one of flat, time_of_use, csv"));
  config.flat = 50.0 * usd_per_MWh;
  EXPECT_THAT(errors_of(config), testing::IsEmpty());
  config.value_column = "price";
  EXPECT_THAT(errors_of(config), testing::ElementsAre(": has columns of a csv, but no csv"));
  SeriesConfig<EnergyPrice> pattern;
  pattern.time_of_use.resize(1);
  pattern.time_of_use[0].from_hour = 6;
  EXPECT_THAT([&] { errors_of(pattern); },
              testing::ThrowsMessage<InputError>("time of use: no period covers 0:00 to 1:00 on weekdays of month 1; a "
                                                 "last period without months, days and hours covers what is left"));
}

TEST(SeriesConfig, EachKindBecomesASeries) {
  const SiteClock clock = make_site_clock(local(2022, 7, 4), kTexas);
  SeriesConfig<EnergyPrice> flat;
  flat.flat = 50.0 * usd_per_MWh;
  EXPECT_DOUBLE_EQ(make_series(flat, clock, 1.0 * day).value_at(5).in(usd_per_MWh), 50.0);

  SeriesConfig<EnergyPrice> pattern;
  pattern.time_of_use.resize(2);
  pattern.time_of_use[0].rate = 90.0 * usd_per_MWh;
  pattern.time_of_use[0].from_hour = 14;
  pattern.time_of_use[0].to_hour = 20;
  pattern.time_of_use[1].rate = 40.0 * usd_per_MWh;
  const auto laid_out = make_series(pattern, clock, 1.0 * day);
  EXPECT_NEAR(mean(laid_out, 0, 24 * kHour).in(usd_per_MWh), (6 * 90.0 + 18 * 40.0) / 24.0, 1e-9);
  EXPECT_EQ(laid_out.next_change_after(0), 14 * kHour);
  EXPECT_EQ(make_series(pattern, clock, Duration()).value_at(20 * 366 * 24 * kHour + 15 * kHour).in(usd_per_MWh), 90.0);

  SeriesConfig<CarbonIntensity> csv;
  const std::string path = temporary_file("carbon.csv", "t,x,g\n2022-07-04T05:00Z,1,400\n2022-07-04T06:00Z,1,300\n");
  csv.csv = file(path);
  csv.value_column = "g";
  SeriesReport report;
  EXPECT_NEAR(make_series(csv, clock, 1.0 * h, &report).value_at(0).in(g_per_kWh), 300.0, 1e-9);
  EXPECT_EQ(report.rows, 2u);
  EXPECT_THAT([&] { make_series(csv, clock, 2.0 * h); },
              testing::ThrowsMessage<InputError>(
                  path + ": covers 2022-07-04 05:00:00 to 2022-07-04 07:00:00 UTC, but the run is 2022-07-04 06:00:00 "
                         "to 2022-07-04 08:00:00 UTC"));
  csv.outside = OutsideRule::hold;
  EXPECT_NEAR(make_series(csv, clock, 9.0 * h).value_at(8 * kHour).in(g_per_kWh), 300.0, 1e-9);
  csv.csv = file(temporary_file("negative.csv", "t,g\n2022-07-04T06:00Z,-1\n"));
  EXPECT_THAT([&] { make_series(csv, clock, 1.0 * h); },
              testing::ThrowsMessage<InputError>(csv.csv->path +
                                                 ": the value at 2022-07-04 06:00:00 UTC is -1; it must be >= 0"));
}

TEST(GridConfig, OwnKeysStandBeforeTheTariffs) {
  GridConfig grid;
  grid.capacity = 100.0 * MW;
  EXPECT_EQ(grid.price_in_force(), nullptr);
  EXPECT_EQ(grid.demand_window_in_force().in(minute), 15.0);
  grid.tariff.emplace();
  grid.tariff->value.price.flat = 70.0 * usd_per_MWh;
  grid.tariff->value.demand_charge = PowerPrice(0.015);
  grid.tariff->value.demand_window = 30.0 * minute;
  EXPECT_EQ(grid.price_in_force()->flat->in(usd_per_MWh), 70.0);
  EXPECT_EQ(grid.demand_charge_in_force()->si(), 0.015);
  EXPECT_EQ(grid.demand_window_in_force().in(minute), 30.0);
  grid.demand_charge = PowerPrice(0.0);
  grid.price.emplace();
  EXPECT_EQ(grid.demand_charge_in_force()->si(), 0.0);
  EXPECT_EQ(grid.price_in_force(), &*grid.price);
  grid.demand_window = 7.0 * minute;
  EXPECT_THROW(errors_of(grid), InputError);
}

TEST(CoincidentPeakConfig, IntervalsStandOnTheSitesClock) {
  CoincidentPeakConfig config;
  config.rate = PowerPrice(66.0 / 1e3);
  config.intervals = {{.seconds = calendar_seconds(2022, 7, 4) + 3600, .utc = false},
                      {.seconds = calendar_seconds(2022, 7, 4) + 9 * 3600, .utc = true}};
  const SiteClock clock = make_site_clock(local(2022, 7, 4), kTexas);
  const CoincidentPeakMeter meter = make_coincident_peak_meter(config, clock);
  auto state = meter.start();
  meter.advance(state, 8.0 * MW, 2 * kHour);
  meter.advance(state, 4.0 * MW, 4 * kHour);
  EXPECT_NEAR(meter.means(state)[0].in(MW), 8.0, 1e-12);
  EXPECT_NEAR(meter.means(state)[1].in(MW), 4.0, 1e-12);
  config.intervals[1].seconds = calendar_seconds(2022, 7, 4) + 7 * 3600;
  EXPECT_THAT([&] { make_coincident_peak_meter(config, clock); },
              testing::ThrowsMessage<InputError>(
                  "coincident peaks: 2022-07-04 07:00:00 begins before the interval before it ends"));
}

}  // namespace
}  // namespace aifactory
