#include "sim/weather/weather_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "models/error.h"
#include "tests/sim/weather/data_folder.h"

namespace aifactory {
namespace {

constexpr Tick kHour = 3600 * kTicksPerSecond;

SiteClock texas(int y, int mon, int d) {
  return SiteClock::from_local(calendar_seconds(y, mon, d), -6 * kSecondsPerHour);
}
Weather csv(const std::string& text, Duration horizon = 2.0 * h) {
  return parse_weather_csv(text, "w.csv", texas(2026, 7, 1), 0.0 * m, horizon);
}
auto reading(const std::string& text) {
  return [text] { csv(text); };
}
auto says(const std::string& message) {
  return testing::ThrowsMessage<InputError>(message);
}

// 35 degC and 40 % at sea level have a wet bulb of 23.9345 and a dew point of 19.3846 degC (ASHRAE 2017 equations).
TEST(WeatherCsv, EachWayOfSayingHumidityGivesTheSameAir) {
  const std::string rows[] = {
      "time,dry_bulb_c,relative_humidity_frac\n2026-07-01T00:00,35,0.4\n2026-07-01T01:00,35,0.4",
      "time,wet_bulb_c,dry_bulb_c\n2026-07-01T00:00,23.9345,35\n2026-07-01T01:00,23.9345,35\n",
      "time,dry_bulb_c,dew_point_c,pressure_pa\n2026-07-01 00:00-06:00,35,19.3846,101325\n"
      "2026-07-01T07:00:00Z,35,19.3846,101325\n"};
  for (const std::string& text : rows) {
    const Weather weather = csv(text);
    EXPECT_NEAR(weather.at(0).wet_bulb.in_celsius(), 23.9345, 1e-3) << text;
    EXPECT_NEAR(weather.at(0).humidity_ratio, 0.014132, 2e-6) << text;
    EXPECT_EQ(weather.next_change(0), kHour) << text;
    EXPECT_EQ(weather.end(), 2 * kHour) << text;
  }
}

TEST(WeatherCsv, WithoutPressureTakesTheStandardAtmosphereOfTheElevation) {
  const Weather weather = parse_weather_csv("time,dry_bulb_c,wet_bulb_c\n2026-07-01,20,10\n", "w.csv",
                                            texas(2026, 7, 1), 1000.0 * m, 30.0 * minute);
  EXPECT_NEAR(weather.at(0).pressure.in(Pa), 89875.0, 5.0);  // ASHRAE 2017, chapter 1, table 1: 89.875 kPa at 1000 m
}

TEST(WeatherCsv, NamesWhatIsWrong) {
  EXPECT_THAT(reading("time,dry_bulb_c\n2026-07-01,20\n"),
              says("w.csv: no column for humidity: one of relative_humidity_frac, wet_bulb_c, dew_point_c"));
  EXPECT_THAT(reading("time,dry_bulb_c,wet_bulb_c,dew_point_c\n2026-07-01,20,1,1\n"),
              says("w.csv: both 'wet_bulb_c' and 'dew_point_c'; one of them says how humid the air is"));
  EXPECT_THAT(reading("time,temp_c,wet_bulb_c\n2026-07-01,20,1\n"),
              says("w.csv: no column 'dry_bulb_c'; there are: time, temp_c, wet_bulb_c"));
  EXPECT_THAT(reading("time,dry_bulb_c,wet_bulb_c\n2026-07-01,20\n"), says("w.csv:2: 2 cells, but the header has 3"));
  EXPECT_THAT(reading("time,dry_bulb_c,wet_bulb_c\n2026-07-32,20,1\n2026-07-01,x,1\n2026-07-01,20,\n"),
              says("w.csv:2: time '2026-07-32' is no time such as 2022-01-01T06:00\n"
                   "w.csv:3: dry_bulb_c 'x' is no number\n"
                   "w.csv:4: wet_bulb_c '' is no number"));
  EXPECT_THAT(reading("time,dry_bulb_c,wet_bulb_c\n2026-07-01T01:00,20,1\n2026-07-01T01:00,20,1\n"),
              says("w.csv:3: time 2026-07-01T01:00 is not later than the row before"));
  EXPECT_THAT(
      reading("time,dry_bulb_c,wet_bulb_c\n2026-07-01T00:00,20,10\n2026-07-01T00:30,20,10\n"),
      says("w.csv: covers 2026-07-01 06:00:00 to 2026-07-01 07:00:00 UTC, but the run is 2026-07-01 06:00:00 to "
           "2026-07-01 08:00:00 UTC"));
  EXPECT_THAT(reading("time,dry_bulb_c,wet_bulb_c\n2026-07-01T01:00,20,10\n2026-07-02T00:00,20,10\n"),
              testing::Throws<InputError>());
  EXPECT_THAT(reading("time,dry_bulb_c,relative_humidity_frac\n2026-07-01T00:00,20,40\n"),
              testing::Throws<InputError>(testing::Property(&InputError::what, testing::StartsWith("w.csv:2: "))));
}

TEST(OpenMeteo, TimesRunAtTheHeadersOffset) {
  const std::string text =
      R"({"utc_offset_seconds": -18000, "elevation": 0, "hourly": {"time": ["2026-07-01T01:00", "2026-07-01T02:00"],)"
      R"("temperature_2m": [35, 30], "relative_humidity_2m": [40, 103]}})";
  const Weather weather = parse_open_meteo(text, "w.json", texas(2026, 7, 1), 2.0 * h);
  EXPECT_NEAR(weather.at(0).wet_bulb.in_celsius(), 23.9345, 1e-3);
  EXPECT_NEAR(weather.at(kHour).wet_bulb.in_celsius(), 30.0, 1e-6);
  EXPECT_THAT([&] { parse_open_meteo("{}", "w.json", texas(2026, 7, 1), 2.0 * h); },
              testing::Throws<InputError>(testing::Property(
                  &InputError::what, testing::StartsWith("w.json: not weather as Open-Meteo writes it: "))));
}

TEST(OpenMeteo, ReadsAPublishedYear) {
  AIF_DATA_FILE(path, "weather_2022/US-TEX-ERCO_2022.json");
  const SiteClock clock = SiteClock::from_utc(calendar_seconds(2022, 1, 1) + 5 * kSecondsPerHour, -6 * kSecondsPerHour);
  const Weather weather = read_open_meteo(path, clock, 365.0 * day);
  EXPECT_EQ(weather.rows().size(), 8760u);
  EXPECT_EQ(weather.begin(), 0);
  EXPECT_EQ(weather.end(), 8760 * kHour);
}

}  // namespace
}  // namespace aifactory
