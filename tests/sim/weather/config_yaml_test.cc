// The configuration structs through the scenario reader, and the shipped climates and tariffs through the catalogue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "models/error.h"
#include "sim/scenario/reader.h"
#include "sim/weather/config.h"

namespace aifactory {
namespace {

Catalog catalog() {
  return Catalog(AIFACTORY_SOURCE_DIR "/scenarios/catalog");
}

template <class T>
T from_yaml(const std::string& text) {
  Report report;
  const Doc doc = parse_yaml(text, std::make_shared<const Source>(Source{"s.yaml", ".", 0, ""}), report);
  report.throw_if_any();
  T value{};
  read(doc, value, catalog(), report);
  report.throw_if_any();
  return value;
}

TEST(ConfigYaml, AClimateByNameAlone) {
  const auto config = from_yaml<WeatherConfig>("dallas");
  ASSERT_TRUE(config.climate.has_value());
  EXPECT_EQ(config.climate->base, "dallas");
  EXPECT_EQ(resolve_location({}, config).utc_offset, -21600);
  const SiteLocation site = resolve_location({}, config);
  const auto weather = make_weather(config, site, make_site_clock({.seconds = 0, .utc = false}, site), Duration());
  EXPECT_EQ(weather->rows().size(), 8760u);
}

TEST(ConfigYaml, EveryShippedClimateAndTariffReads) {
  const Catalog shipped = catalog();
  EXPECT_GE(shipped.names("climates").size(), 15u);
  for (const std::string& name : shipped.names("climates")) {
    EXPECT_NO_THROW(from_yaml<WeatherConfig>("climate: " + name)) << name;
  }
  const SiteClock clock = SiteClock::from_local(calendar_seconds(2026, 7, 6), -21600);  // a Monday
  for (const std::string& name : shipped.names("tariffs")) {
    const auto grid = from_yaml<GridConfig>("capacity: 100 MW\ntariff: " + name);
    EXPECT_GT(mean(make_series(*grid.price_in_force(), clock, 7.0 * day), 0, to_ticks(7.0 * day)).si(), 0.0) << name;
  }
}

// Monday: 6 h at 120, 8 h at 45, 10 h at 65 USD/MWh.
TEST(ConfigYaml, TheTimeOfUseTariffByHand) {
  const auto grid = from_yaml<GridConfig>("{capacity: 100 MW, tariff: us_time_of_use}");
  const SiteClock clock = SiteClock::from_local(calendar_seconds(2026, 7, 6), -21600);
  const auto price = make_series(*grid.price_in_force(), clock, 1.0 * day);
  EXPECT_NEAR(mean(price, 0, to_ticks(1.0 * day)).in(usd_per_MWh), (720.0 + 360.0 + 650.0) / 24.0, 1e-9);
  EXPECT_NEAR(grid.demand_charge_in_force()->si(), 0.012, 1e-15);
}

TEST(ConfigYaml, AWholeGrid) {
  const auto grid = from_yaml<GridConfig>(
      "capacity: 1.2 GW\nprice:\n  time_of_use:\n    - {rate: 90 USD/MWh, months: [6, 7], days: weekends, from_hour: "
      "22, "
      "to_hour: 6}\n    - {rate: 40 USD/MWh}\ncarbon: 350 g/kWh\ndemand_charge: 15 USD/kW\ncoincident_peak: {rate: 66 "
      "USD/kW, intervals: [2026-07-06T17:00, 2026-08-06T22:00Z]}\nwater_price: 1.5 USD/m3\n");
  EXPECT_EQ(grid.price->time_of_use[0].days, DaysOfWeek::weekends);
  EXPECT_NEAR(grid.carbon->flat->in(g_per_kWh), 350.0, 1e-9);
  EXPECT_TRUE(grid.coincident_peak->intervals[1].utc);
}

TEST(ConfigYaml, TellsWhatIsWrong) {
  const auto says = [](const char* message) { return testing::ThrowsMessage<InputError>(message); };
  EXPECT_THAT([] { from_yaml<WeatherConfig>("{climate: dallas, constant: {dry_bulb: 20 degC, wet_bulb: 10 degC}}"); },
              says("s.yaml:1:1: must have exactly one of climate, epw, csv, open_meteo, constant"));
  EXPECT_THAT([] { from_yaml<GridConfig>("{capacity: 1 MW, price: {csv: a.csv, flat: 3 USD/MWh}}"); },
              testing::Throws<InputError>());
  EXPECT_THAT(
      [] { from_yaml<GridConfig>("{capacity: 1 MW, demand_window: 7 min}"); },
      testing::Throws<InputError>(testing::Property(
          &InputError::what,
          testing::HasSubstr("demand meter: window = 420 s must be a whole number of minutes that divides a day"))));
}

}  // namespace
}  // namespace aifactory
