/// Whole runs on every kind of cooling plant: books, templates against named units, faults of plant units.
#include <algorithm>

#include "tests/sim/run/run_support.h"
#include "tests/sim/weather/data_folder.h"

namespace aifactory {
namespace {

/// The hall with another plant.
std::string hall_on(const std::string& plant, const std::string& events = "") {
  std::string yaml = hall(events);
  const std::string tower = "cooling: {plant: tower, supply: 30 degC, tower: merkel_range8,";
  const auto place = yaml.find(tower);
  EXPECT_NE(place, std::string::npos);
  return yaml.replace(place, tower.size(), "cooling: {" + plant + ",");
}

struct Plant {
  const char* name;
  const char* yaml;
};
const Plant kPlants[] = {
    {"tower", "plant: tower, supply: 30 degC, tower: merkel_range8, redundancy: N+1"},
    {"dry_cooler", "plant: dry_cooler, supply: 40 degC, dry_cooler: bac_tdfs1238n, redundancy: N+2"},
    {"adiabatic", "plant: adiabatic, supply: 32 degC, dry_cooler: adiabatic_tdfs1238n, make_up: 50 m3"},
    {"tower_economizer", "plant: tower_economizer, supply: 30 degC, tower: merkel_generic"},
    {"chiller_tower", "plant: chiller_tower, supply: 22 degC, tower: merkel_generic, carnot_chiller: warm_water_generic, redundancy: N+1"},
    {"chiller_dry", "plant: chiller_dry, supply: 25 degC, chiller: carrier_30xa500, redundancy: N+1"},
    {"chiller_economizer", "plant: chiller_economizer, supply: 22 degC, tower: merkel_generic, carnot_chiller: warm_water_generic, redundancy: 2N"},
    {"dry_trim", "plant: dry_trim, supply: 30 degC, dry_cooler: bac_tdfs1238n, carnot_chiller: warm_water_generic, "
                 "tank: {volume: 100 m3, cold: 26 degC, warm: 36 degC, power: 2 MW}, heat_reuse: {most: 300 kW, min_return: 32 degC}"}};

class EachPlant : public testing::TestWithParam<Plant> {};

TEST_P(EachPlant, ClosesItsBooksAndCoolsTheHall) {
  const RunResult r = run_scenario(hall_on(GetParam().yaml));
  expect_closed(r);
  EXPECT_EQ(number(r, "plant.hours_not_converged"), 0.0);
  EXPECT_EQ(number(r, "thermal.throttled_accelerator_h"), 0.0);
  EXPECT_GT(number(r, "kpi.pue"), 1.02);
  EXPECT_LT(number(r, "kpi.pue"), 1.6);
  EXPECT_NEAR(number(r, "energy.cooling_mwh"),
              number(r, "plant.fans_mwh") + number(r, "plant.facility_pumps_mwh") + number(r, "plant.air_fans_mwh") + number(r, "plant.cdu_pumps_mwh") +
                  r.summary.number("plant.condenser_pumps_mwh").value_or(0.0) + r.summary.number("plant.chillers_mwh").value_or(0.0),
              1e-9);
}

TEST_P(EachPlant, IsTheSameFromATemplateAndFromNamedUnits) {
  const std::string yaml = hall_on(GetParam().yaml);
  const auto outcome = [&](bool named) {
    return in_child([&] {
      ScenarioConfig config = read_scenario(yaml);
      if (named) {
        SiteConfig& site = config.sites.items[0].second;
        const SitePlan plan = plan_site("a", site, std::nullopt);
        site.cooling.plant = PlantKind::none;
        site.cooling.units = plan.cooling_units;
        site.halls.items[0].second.clusters.items[0].second.cooling = plan.cdus;
      }
      return dump(simulate(*prepare(config)));
    });
  };
  const std::string from_template = outcome(false), from_units = outcome(true);
  EXPECT_FALSE(from_template.empty());
  EXPECT_EQ(from_template, from_units);
}
INSTANTIATE_TEST_SUITE_P(, EachPlant, testing::ValuesIn(kPlants), [](const auto& instance) { return std::string(instance.param.name); });

// ---- faults of plant units by name

TEST(PlantRun, ATowerCellFailsIsToldAndNothingElseHappens) {
  const RunResult r = run_scenario(hall_on(kPlants[0].yaml, "events: [{at: 2 h, fail: a.cooling.towers.cell_02, for: 1 h}]\n"));
  expect_closed(r);
  const auto failures = events_of(r, "failure");
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].unit, "a.cooling.towers.cell_02");
  EXPECT_EQ(failures[0].cause, "events[0]");
  EXPECT_NEAR(failures[0].value, 0.8, 1e-12);  // four of five cells
  EXPECT_EQ(events_of(r, "repair").size(), 1u);
  EXPECT_TRUE(events_of(r, "limit").empty());
}

TEST(PlantRun, AllTowersLostHeatUpTheLoopAndThrottle) {
  const RunResult r = run_scenario(hall_on(kPlants[0].yaml, "events: [{at: 2 h, fail: a.cooling.towers, for: 2 h}]\n"));
  expect_closed(r);
  EXPECT_GT(number(r, "thermal.throttled_accelerator_h"), 0.0);
  EXPECT_GT(number(r, "plant.hours_at_limit"), 1.9);
  const auto limits = events_of(r, "limit");
  ASSERT_FALSE(limits.empty());
  EXPECT_EQ(limits[0].cause, "a.cooling.towers");
}

TEST(PlantRun, DegradedAndMaintainedUnitsDoLess) {
  const RunResult r = run_scenario(hall_on(kPlants[4].yaml,
                                           "events:\n  - {at: 1 h, degrade: a.cooling.towers.cell_01, to: 0.5, for: 1 h}\n"
                                           "  - {at: 3 h, maintain: a.cooling.chillers.chiller_01, for: 1 h}\n"
                                           "  - {at: 5 h, fail: a.cooling.cws.pump_a, for: 30 min}\n"));
  expect_closed(r);
  EXPECT_EQ(number(r, "thermal.throttled_accelerator_h"), 0.0);
  EXPECT_EQ(number(r, "plant.hours_not_converged"), 0.0);
}

// ---- a loss of all electric supply

TEST(PlantRun, AfterABlackoutChillersComeBackAfterMinutes) {
  // Chillers stay off for 5 min from the loss and take 3 min to start; fans and pumps run at once.
  const RunResult r = run_scenario(hall_on(kPlants[4].yaml, "events: [{at: 2 h, fail: a.power.feed, for: 2 min}]\n"));
  expect_closed(r);
  const auto staging = events_of(r, "staging");
  const Tick loss = 2 * 3600 * kTicksPerSecond;
  std::vector<std::pair<Tick, double>> after;
  for (const auto& e : staging) {
    if (e.at >= loss) after.emplace_back(e.at - loss, e.value);
  }
  ASSERT_GE(after.size(), 2u);
  EXPECT_EQ(after[0], (std::pair<Tick, double>{0, 0.0}));
  EXPECT_EQ(after[1].first, 480 * kTicksPerSecond);
  EXPECT_GT(after[1].second, 0.0);
  // What took them off, and why the plant cannot hold its set point until they are back.
  for (const auto& e : staging) EXPECT_EQ(e.cause, e.at == loss ? "a.power.feed" : "plant controller");
  for (const auto& e : events_of(r, "limit")) {
    if (e.at > loss + 120 * kTicksPerSecond && e.at <= loss + 480 * kTicksPerSecond) {
      EXPECT_EQ(e.cause, "machines restart");
    }
  }
}

// ---- chillers out of a file

TEST(PlantRun, ARecordOffItsReferenceIsNotedAndHoursOutsideItsCurvesAreCounted) {
  AIF_DATA_FILE(file, "chillers/chillers_eir.csv");
  const RunResult r = run_scenario(hall_on("plant: chiller_tower, supply: 22 degC, tower: merkel_generic, chiller_record: {records: \"" + file +
                                           "\", name: York YT 1090kW/7.57COP/VSD}"));
  expect_closed(r);
  EXPECT_GT(number(r, "plant.hours_outside_validity"), 8.5);  // 22 degC is beyond any published curve
  EXPECT_LE(number(r, "plant.hours_outside_validity"), 9.0);
  std::string notes;
  for (const auto& note : r.summary.notes()) notes += note + "\n";
  EXPECT_NE(notes.find("York YT 1090kW/7.57COP/VSD are 25.6 % off 1 at their own reference point; they are renormalised"), std::string::npos) << notes;
  EXPECT_NE(notes.find("chillers worked outside the validity of its model for"), std::string::npos) << notes;
}

// ---- refusals

std::string refusal(const std::string& units) {
  std::string yaml = hall_on("units: {fws: {kind: loop, rating: 4 MW, supply: 30 degC, range: 8 K, volume: 20 L/kW}, c1: {kind: cdu, cdu: cdu_1300kw}, "
                             "c2: {kind: cdu, cdu: cdu_1300kw}, c3: {kind: cdu, cdu: cdu_1300kw}, air: {kind: crah, crah: fan_wall_warm_water, rating: 1 MW}, " + units + "}");
  const std::string racks = "racks: 24}";
  yaml.replace(yaml.find(racks), racks.size(), "racks: 24, cooling: [c1, c2, c3]}");
  return refusal_of(yaml);
}

TEST(PlantRun, RefusesPlantsThatCannotWork) {
  const std::string tower = "towers: {kind: tower, tower: merkel_range8, rating: 4 MW}, ", at = "sites.a.cooling.units.";
  EXPECT_EQ(refusal("ch: {kind: chiller, carnot_chiller: warm_water_generic, rating: 4 MW}"),
            at + "ch: a water-cooled chiller needs a condenser_loop; or set `condenser: air`");
  EXPECT_EQ(refusal(tower + "ec: {kind: economizer, rating: 4 MW}"), at + "ec: an economizer stands between the loop and a condenser_loop, and there is none");
  EXPECT_EQ(refusal(tower + "cws: {kind: condenser_loop, rating: 4 MW, range: 5 K, volume: 10 L/kW}"),
            at + "cws: has neither an economizer nor a water-cooled chiller: no heat reaches it");
  EXPECT_EQ(refusal("towers: {kind: tower, tower: merkel_range8, rating: 4 MW, on: fss}"), at + "towers.on: fss is no loop of the plant (did you mean \"fws\"?)");
  EXPECT_EQ(refusal(tower + "pool: {kind: tank, tank: {volume: 9 m3, cold: 25 degC, warm: 15 degC, power: 1 MW}}"),
            at + "pool: storage tank: cold = 25 degC must be below warm = 15 degC");
  EXPECT_EQ(refusal("pool: {kind: tank, tank: {volume: 9 m3, cold: 5 degC, warm: 15 degC, power: 1 MW}}"),
            "sites.a.cooling.units: has neither a tower nor a dry cooler: heat cannot leave");
}

}  // namespace
}  // namespace aifactory
