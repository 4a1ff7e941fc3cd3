#include "sim/weather/design_conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/error.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/document.h"
#include "sim/scenario/reader.h"
#include "sim/weather/text.h"
#include "tests/sim/weather/data_folder.h"

namespace aifactory {
namespace {

using testing::HasSubstr;

WeatherConfig read(const std::string& yaml) {
  return read_or_throw<WeatherConfig>(load_text(yaml, Source{.name = "weather.yaml", .folder = "", .order = 0, .set_path = ""}, {}),
                                      Catalog::standard());
}
std::optional<DesignConditions> conditions(const std::string& yaml, double elevation_m = 0.0) {
  SiteLocation location;
  location.elevation = Length(elevation_m);
  return design_conditions(read(yaml), location, "sites.a.weather");
}
std::string refusal(const std::string& yaml) {
  try {
    conditions(yaml);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(DesignConditions, AreReadFromTheHeaderOfAnEpwFile) {
  struct Row {
    const char* file;
    double dry_c, dry_wet_c, wet_c, wet_dry_c, range_k;
  };
  // As the files' second lines print them; Dallas (2021) has no extreme wet bulb: 0.4 % value 25.9 and the assumed 3 K.
  constexpr Row kRows[] = {{"weather/USA_CO_Denver.Intl.AP.725650_TMY3.epw", 39.5, 15.7, 20.7, 27.3, 15.2},
                           {"weather/USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw", 39.5, 23.7, 28.5, 31.2, 10.5},
                           {"weather/USA_TX_Dallas-Fort.Worth.epw", 43.6, 23.4, 28.9, 33.1, 10.6}};
  for (const Row& row : kRows) {
    AIF_DATA_FILE(path, row.file);
    const auto found = conditions("{epw: " + path + "}", 1650.0);
    ASSERT_TRUE(found) << row.file;
    EXPECT_NEAR(found->dry.dry_bulb.in_celsius(), row.dry_c, 1e-9) << row.file;
    EXPECT_NEAR(found->dry.wet_bulb.in_celsius(), row.dry_wet_c, 1e-9) << row.file;
    EXPECT_NEAR(found->wet.wet_bulb.in_celsius(), row.wet_c, 1e-9) << row.file;
    EXPECT_NEAR(found->wet.dry_bulb.in_celsius(), row.wet_dry_c, 1e-9) << row.file;
    EXPECT_NEAR(found->dry.daily_range.si(), row.range_k, 1e-9) << row.file;
    EXPECT_EQ(found->dry.pressure.si(), psychro::standard_pressure(1650.0 * m).si());
    EXPECT_EQ(found->recirculation.si(), 2.0);
  }
}

TEST(DesignConditions, FiftyYearsFollowFromMeanAndDeviation) {
  AIF_DATA_FILE(path, "weather/USA_TX_Dallas-Fort.Worth.epw");
  const auto found = conditions("{epw: " + path + ", design_day: {return_period: 50 year}}");
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->dry.dry_bulb.in_celsius(), 44.9, 0.15);  // as the file prints it
}

TEST(DesignConditions, AClimateTakesAssumedSteps) {
  const auto found = conditions("{climate: dallas}", 170.0);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->dry.dry_bulb.in_celsius(), 43.3, 1e-9);
  EXPECT_NEAR(found->dry.wet_bulb.in_celsius(), 23.73, 1e-9);
  EXPECT_NEAR(found->wet.wet_bulb.in_celsius(), 29.78, 1e-9);
  EXPECT_EQ(found->dry.pressure.si(), 99543.0);
}

TEST(DesignConditions, TheScenarioStandsBeforeTheWeather) {
  const auto found = conditions("{climate: dallas, design_day: {dry_bulb: 45 degC, wet_bulb: 30 degC, daily_range: 12 K}, recirculation: 3 K}");
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->dry.dry_bulb.in_celsius(), 45.0, 1e-9);
  EXPECT_NEAR(found->wet.wet_bulb.in_celsius(), 30.0, 1e-9);
  EXPECT_EQ(found->dry.daily_range.si(), 12.0);
  EXPECT_EQ(found->recirculation.si(), 3.0);
  EXPECT_EQ(found->source, "the scenario");
}

TEST(DesignConditions, MaximaOfYearsAreExtrapolated) {
  const auto found = conditions("{climate: dallas, design_day: {yearly_dry_bulbs: [38 degC, 40 degC, 41 degC, 39 degC, 42 degC]}}");
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->dry.dry_bulb.in_celsius(), 40.0 + 1.8658 * std::sqrt(2.5), 1e-3);
}

TEST(DesignConditions, WeatherWithoutExtremesHasNone) {
  EXPECT_FALSE(conditions("{constant: {dry_bulb: 30 degC, relative_humidity: 50 %}}"));
  EXPECT_TRUE(conditions("{constant: {dry_bulb: 30 degC, wet_bulb: 22 degC}}"));
}

TEST(DesignConditions, HalfADesignDayIsRefused) {
  EXPECT_EQ(refusal("{constant: {dry_bulb: 30 degC, relative_humidity: 50 %}, use: wet_day}"),
            "sites.a.weather.use: a design day needs `design_day: {dry_bulb: ..., wet_bulb: ...}`: this weather does not tell extremes");
  EXPECT_EQ(refusal("{constant: {dry_bulb: 30 degC, relative_humidity: 50 %}, design_day: {dry_bulb: 40 degC}}"),
            "sites.a.weather.design_day.wet_bulb: is missing: this weather does not tell extremes");
  EXPECT_EQ(refusal("{constant: {dry_bulb: 30 degC, relative_humidity: 50 %}, design_day: {dry_bulb: 40 degC, wet_bulb: 25 degC}}"),
            "sites.a.weather.design_day.coincident_wet_bulb: is missing: the wet bulb that comes with the highest dry bulb");
  EXPECT_EQ(refusal("{climate: dallas, design_day: {return_period: 50 year}}"),
            "sites.a.weather.design_day.return_period: the weather tells extremes of 20 years only: give dry_bulb or yearly_dry_bulbs");
  EXPECT_EQ(refusal("{climate: dallas, design_day: {dry_bulb: 40 degC, coincident_wet_bulb: 41 degC}}"),
            "weather.yaml:1:72: design_day.coincident_wet_bulb: must not be above dry_bulb");
}

TEST(DesignConditions, EveryDayOfARunCanBeTheDesignDay) {
  const SiteClock clock = SiteClock::from_local(0, 0);
  SiteLocation location;
  location.elevation = 0.0 * m;
  const WeatherConfig config = read("{climate: dallas, use: dry_day, recirculation: 1 K}");
  const auto design = design_conditions(config, location, "sites.a.weather");
  const auto weather = make_site_weather(config, location, clock, 7.0 * day, design, "sites.a.weather");
  for (const int date : {0, 3, 6}) {
    const OutdoorAir& afternoon = weather->at(to_ticks((date * 24 + 14.5) * h));
    EXPECT_NEAR(afternoon.dry_bulb.in_celsius(), 44.3, 1e-9);
    EXPECT_NEAR(afternoon.wet_bulb.in_celsius(), 24.73, 1e-6);
  }
  EXPECT_NEAR(weather->at(to_ticks(5.5 * h)).dry_bulb.in_celsius(), 44.3 - 9.92, 1e-9);  // July's daily range
}

TEST(DesignConditions, RecirculationAlsoWarmsATypicalYear) {
  const SiteClock clock = SiteClock::from_local(0, 0);
  SiteLocation location;
  location.elevation = 0.0 * m;
  const WeatherConfig plain = read("{climate: dallas}"), warmed = read("{climate: dallas, recirculation: 2 K}");
  const auto a = make_site_weather(plain, location, clock, 7.0 * day, std::nullopt, "");
  const auto b = make_site_weather(warmed, location, clock, 7.0 * day, std::nullopt, "");
  EXPECT_NEAR((b->at(0).dry_bulb - a->at(0).dry_bulb).si(), 2.0, 1e-9);
  EXPECT_NEAR((b->at(0).wet_bulb - a->at(0).wet_bulb).si(), 2.0, 1e-6);
}

}  // namespace
}  // namespace aifactory
