/// Whole runs that go on with other settings from an instant on.
#include <algorithm>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

const std::string kTower = "plant: tower, supply: 30 degC, tower: merkel_range8, redundancy: N+1";
const std::string kDry = "plant: dry_cooler, supply: 40 degC, dry_cooler: bac_tdfs1238n, redundancy: N+2";
const std::string kChillers = "plant: chiller_tower, supply: 22 degC, tower: merkel_generic, carnot_chiller: warm_water_generic, redundancy: N+1";

/// The hall with another plant, and what happens to it.
std::string hall_on(const std::string& plant, const std::string& events = "") {
  std::string yaml = hall(events.empty() ? "" : "events:\n" + events);
  const std::string tower = "cooling: {plant: tower, supply: 30 degC, tower: merkel_range8,";
  const auto place = yaml.find(tower);
  EXPECT_NE(place, std::string::npos);
  return yaml.replace(place, tower.size(), "cooling: {" + plant + ",");
}
std::string set_at(const std::string& at, const std::string& values) { return fmt::format("  - {{at: {}, set: {{{}}}}}\n", at, values); }

constexpr Tick kTwoHours = 2 * 3600 * kTicksPerSecond;

// A tower, and from 2 h on warm water from dry coolers: the past is the tower's, the books close over both.
TEST(Changes, AnotherPlantTakesOverAndTheBooksClose) {
  const std::string yaml = hall_on(kTower, set_at("2 h", "sites.a.cooling.plant: dry_cooler, sites.a.cooling.supply: 40 degC, sites.a.cooling.dry_cooler: bac_tdfs1238n"));
  const std::string before = in_child([] { return past(run_scenario(hall_on(kTower)), kTwoHours); });
  const RunResult r = run_scenario(yaml);
  EXPECT_EQ(past(r, kTwoHours), before);
  expect_closed(r);
  // Towers took heat for 2 h and dry coolers for the rest; together they are what was rejected.
  const double tower = number(r, "plant.units.towers_heat_mwh"), dry = number(r, "plant.units.coolers_heat_mwh");
  EXPECT_GT(tower, 1.0);
  EXPECT_GT(dry, 2.0 * tower);
  EXPECT_NEAR(tower + dry, number(r, "thermal.heat_rejected_mwh"), 1e-9 * (tower + dry));
  const std::size_t supply = column(r.series, "a.facility_supply_c");
  const double late = r.series.at(r.series.times().size() - 1, supply);
  EXPECT_NEAR(late, 40.0, 0.5);
}

class EachChange : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(EachChange, ClosesItsBooks) {
  const auto& [plant, values] = GetParam();
  const RunResult r = run_scenario(hall_on(plant, set_at("2 h", values)));
  expect_closed(r);
  EXPECT_GE(events_of(r, "set").size(), 1U);
}
INSTANTIATE_TEST_SUITE_P(Changes, EachChange,
                         testing::Values(// Kinds of equipment that come, and that go.
                                         std::pair("plant: tower, supply: 30 degC, tower: merkel_range8", "sites.a.cooling.plant: chiller_economizer, sites.a.cooling.carnot_chiller: warm_water_generic"),
                                         std::pair("plant: chiller_economizer, supply: 22 degC, tower: merkel_generic, carnot_chiller: warm_water_generic",
                                                   "sites.a.cooling.plant: tower, sites.a.cooling.supply: 28 degC"),
                                         std::pair("plant: dry_cooler, supply: 40 degC, dry_cooler: bac_tdfs1238n",
                                                   "sites.a.cooling.plant: dry_trim, sites.a.cooling.supply: 30 degC, sites.a.cooling.carnot_chiller: warm_water_generic, "
                                                   "sites.a.cooling.tank: '{volume: 100 m3, cold: 26 degC, warm: 36 degC, power: 2 MW}'"),
                                         std::pair("plant: tower, supply: 30 degC, tower: merkel_range8", "sites.a.cooling.make_up: '{storage: 40 m3}'"),
                                         std::pair("plant: tower, supply: 30 degC, tower: merkel_range8, make_up: 50 m3", "sites.a.cooling: '{plant: tower, supply: 30 degC, tower: merkel_range8, cdu: cdu_1300kw, crah: fan_wall_warm_water}'"),
                                         std::pair("plant: chiller_tower, supply: 22 degC, tower: merkel_generic, carnot_chiller: warm_water_generic, redundancy: N+1",
                                                   "sites.a.cooling.supply: 26 degC"),
                                         std::pair("plant: chiller_tower, supply: 22 degC, tower: merkel_generic, carnot_chiller: warm_water_generic, redundancy: N+1",
                                                   "sites.a.cooling.count: 6"),
                                         std::pair("plant: dry_trim, supply: 30 degC, dry_cooler: bac_tdfs1238n, carnot_chiller: warm_water_generic, "
                                                   "tank: {volume: 100 m3, cold: 26 degC, warm: 36 degC, power: 2 MW}, heat_reuse: {most: 300 kW, min_return: 32 degC}",
                                                   "sites.a.cooling.tank.volume: 50 m3"),
                                         std::pair("plant: adiabatic, supply: 32 degC, dry_cooler: adiabatic_tdfs1238n, make_up: 50 m3", "sites.a.cooling.make_up.storage: 20 m3"),
                                         std::pair("plant: tower, supply: 30 degC, tower: merkel_range8", "sites.a.cooling.range: 6 K"),
                                         std::pair("plant: tower, supply: 30 degC, tower: merkel_range8", "sites.a.cooling.cdu_control: '{supply: 36 degC}'"),
                                         std::pair("plant: tower, supply: 30 degC, tower: merkel_range8", "sites.a.cooling.control_period: 30 s")));

// A set point is what the water has some time later, and machines that are the same go on: no chiller starts anew.
TEST(Changes, ANewSetPointStopsNoChiller) {
  const RunResult r = run_scenario(hall_on(kChillers, set_at("2 h", "sites.a.cooling.supply: 24 degC")));
  const std::size_t supply = column(r.series, "a.facility_supply_c"), running = column(r.series, "a.chillers_running");
  for (std::size_t row = 0; row < r.series.times().size(); ++row) {
    if (r.series.times()[row] > kTwoHours - 3600 * kTicksPerSecond && r.series.times()[row] < kTwoHours + 3600 * kTicksPerSecond) {
      EXPECT_GT(r.series.at(row, running), 0.0);
    }
    if (r.series.times()[row] == 2 * kTwoHours) {
      EXPECT_NEAR(r.series.at(row, supply), 24.0, 0.3);
    }
  }
}

// The feed may give 2 MW from 2 h on, and all again from 4 h: caps follow.
TEST(Changes, ANewCapacityCaps) {
  const RunResult r = run_scenario(hall_on(kTower, set_at("2 h", "sites.a.grid.capacity: 2 MW") + set_at("4 h", "sites.a.grid.capacity: 6 MW")));
  expect_closed(r);
  const auto caps = events_of(r, "cap");
  ASSERT_FALSE(caps.empty());
  EXPECT_EQ(caps.front().at, kTwoHours);
  const std::size_t facility = column(r.series, "a.facility_mw");
  for (std::size_t row = 0; row < r.series.times().size(); ++row) {
    if (r.series.times()[row] == kTwoHours + kTwoHours / 2) {
      EXPECT_LE(r.series.at(row, facility), 2.0);
    }
    if (r.series.times()[row] == 2 * kTwoHours + kTwoHours / 4) {
      EXPECT_GT(r.series.at(row, facility), 2.5);
    }
  }
}

// 100 USD/MWh in place of the tariff from 2 h on: what the feed has given from then on costs that.
TEST(Changes, ANewPriceHoldsFromThenOn) {
  const auto cost = [](const std::string& events) {
    return std::stod(in_child([&] {
      const RunResult r = run_scenario(hall_on(kTower, events));
      return fmt::format("{}", number(r, "grid.energy_cost_usd"));
    }));
  };
  const auto energy_from = [](Tick from) {
    return std::stod(in_child([&] {
      const RunResult r = run_scenario(hall_on(kTower) + "record: {interval: 1 s}\n");
      const std::size_t facility = column(r.series, "a.facility_mw");
      double mwh = 0.0;
      for (std::size_t row = 0; row + 1 < r.series.times().size(); ++row) {
        if (r.series.times()[row] >= from) mwh += r.series.at(row, facility) * to_seconds(r.series.times()[row + 1] - r.series.times()[row]) / 3600.0;
      }
      return fmt::format("{}", mwh);
    }));
  };
  const double dear = cost(set_at("2 h", "sites.a.grid.price: 1000 USD/MWh")), cheap = cost(set_at("2 h", "sites.a.grid.price: 10 USD/MWh"));
  EXPECT_NEAR(dear - cheap, 990.0 * energy_from(kTwoHours), 1e-3 * (dear - cheap));
}

TEST(Changes, WhatCannotBeSetIsToldWithWhatCan) {
  EXPECT_EQ(refusal_of(hall_on(kTower, set_at("2 h", "sites.a.halls.h.clusters.c.hold_up: 30 ms, sites.a.limits.derating: false"))),
            "events[0].set: sites.a.limits.derating, sites.a.halls.h.clusters.c.hold_up cannot be set while a run goes on; what can: scheduling.policy, scheduling.options, "
            "scheduling.weights, scheduling.quotas, scheduling.forecast_error, sites.*.grid.capacity, sites.*.grid.headroom_frac, sites.*.grid.price, sites.*.grid.carbon, "
            "sites.*.cooling, sites.*.power, sites.*.halls.*.clusters.*.racks, sites.*.halls.*.clusters.*.power, sites.*.halls.*.clusters.*.cooling. For other keys run the scenario from its start with --set, and compare");
  EXPECT_NE(refusal_of(hall_on(kTower, set_at("2 h", "scheduling.policy: sfj"))).find("events[0].set: "), std::string::npos);
  EXPECT_NE(refusal_of(hall_on(kTower, set_at("2 h", "sites.a.cooling.suply: 20 degC"))).find("did you mean"), std::string::npos);
  EXPECT_EQ(refusal_of(hall_on(kTower, set_at("2 h", "sites.a.cooling.supply_header: '{length: 200 m, diameter: 400 mm}', sites.a.cooling.volume: 60 L/kW"))),
            "events[0].set: sites.a.cooling: cannot be exchanged while a run goes on: headers, and the design flow through them, stay as they are");
  EXPECT_NE(refusal_of(hall_on(kTower, set_at("2 h", "scheduling.policy: 'replay:x'"))).find("neither takes over nor hands over"), std::string::npos);
}

// Units that a change brings in have names before: one that has failed by then stays so until it is back.
TEST(Changes, NewUnitsCanFail) {
  const RunResult r = run_scenario(hall_on(kTower, set_at("2 h", "sites.a.cooling.plant: dry_cooler, sites.a.cooling.supply: 40 degC, sites.a.cooling.dry_cooler: bac_tdfs1238n") +
                                                     "  - {at: 3 h, fail: a.cooling.coolers, for: 10 min}\n"));
  expect_closed(r);
  const auto failures = events_of(r, "failure");
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures.front().unit, "a.cooling.coolers");
  EXPECT_EQ(failures.front().value, 0.0);
}

}  // namespace
}  // namespace aifactory
