/// Events on named units, and what random failures leave behind.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

constexpr Tick kHour = 3600 * kTicksPerSecond;

const UnitRecord& row_of(const RunResult& result, const std::string& unit) {
  for (const UnitRecord& row : result.units) {
    if (row.unit == unit) return row;
  }
  static const UnitRecord kNone;
  ADD_FAILURE() << "no row for " << unit;
  return kNone;
}

TEST(Faults, AUnitIsWellWhenItsLastDisturbanceEnds) {
  const RunResult r = run_scenario(hall(R"(
events:
  - {at: 1 h, fail: a.cooling.cdu_01.pump_a, for: 2 h}
  - {at: 2 h, maintain: a.cooling.cdu_01.pump_a, for: 2 h}
)"));
  expect_closed(r);
  const UnitRecord& pump = row_of(r, "a.cooling.cdu_01.pump_a");
  EXPECT_EQ(pump.down, 2 * kHour);
  EXPECT_EQ(pump.maintained, kHour);
  EXPECT_EQ(pump.failures, 1);
  EXPECT_EQ(pump.maintenances, 1);
  EXPECT_EQ(pump.first_failure, kHour);
}

TEST(Faults, OneEventTakesAllThatAPatternFits) {
  const RunResult r = run_scenario(hall("events: [{at: 1 h, fail: \"a.power.ups_01?\", for: 1 h, cause: a fire}]\n"));
  expect_closed(r);
  std::vector<std::string> units;
  for (const EventRecord& event : events_of(r, "failure")) {
    if (event.unit.find(".power.") == std::string::npos) continue;
    units.push_back(event.unit);
    EXPECT_EQ(event.cause, "events[0]: a fire");
  }
  EXPECT_THAT(units, testing::ElementsAre("a.power.ups_01a", "a.power.ups_01b", "a.power.ups_01c"));
  EXPECT_EQ(row_of(r, "a.power.ups_01b").down, kHour);
}

TEST(Faults, RestoreEndsWhatIsOpenAndTheRestOfItsTimeDoesNothing) {
  const RunResult r = run_scenario(hall(R"(
events:
  - {at: 1 h, fail: a.power.ups_01a, for: 4 h}
  - {at: 2 h, restore: a.power.ups_01a}
  - {at: 3 h, fail: a.power.ups_01a, for: 1 h}
  - {at: 8 h, restore: a.power.ups_01b}
)"));
  expect_closed(r);
  EXPECT_EQ(row_of(r, "a.power.ups_01a").down, 2 * kHour);
  const auto notes = events_of(r, "note");
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].unit, "a.power.ups_01b");
}

TEST(Faults, LostSupplyHasARowOfItsOwn) {
  const RunResult r = run_scenario(hall("events: [{at: 1 h, fail: [a.power.ups_01a, a.power.ups_01b], for: 30 min}]\n"));
  expect_closed(r);
  int dropped = 0;
  for (const UnitRecord& row : r.units) {
    if (row.kind != "supply" || row.down == 0) continue;
    ++dropped;
    EXPECT_NEAR(to_seconds(row.down), 1800.0, 0.1) << row.unit;  // but for what the shelves hold
    EXPECT_EQ(row.failures, 1);
  }
  EXPECT_GT(dropped, 0);
}

// Whatever befalls a CDU begins and ends in the words of all other units, by which the log's readers find its end.
TEST(Faults, EventsOfACduEndAsTheyBegan) {
  const RunResult r = run_scenario(hall(R"(events:
  - {at: 1 h, degrade: a.cooling.cdu_01.pump_a, to: 0.5, for: 10 min}
  - {at: 2 h, maintain: a.cooling.cdu_01.pump_a, for: 10 min}
  - {at: 3 h, fail: a.cooling.cdu_01.pump_a, for: 10 min}
)"));
  expect_closed(r);
  std::vector<std::string> kinds;
  for (const EventRecord& event : r.events) {
    if (event.unit == "a.cooling.cdu_01.pump_a") kinds.push_back(event.kind);
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"degrade", "restore", "maintenance", "maintained", "failure", "repair"}));
}

constexpr const char* kRandom = R"(
sites:
  a:
    faults:
      failures:
        pumps: {units: class:cdu.pump, life: 8 h, repair: 20 min}
        blocks: {units: class:ups, life: {mean: 30 h, distribution: weibull, shape: 2}, repair: {mean: 30 min, distribution: lognormal, sigma: 0.7}}
        racks: {units: h.c.rack_*, life: 200 h, repair: {mean: 15 min, distribution: fixed}}
)";

std::string with_faults(const std::string& faults) {
  std::string text = hall();
  // The part of the site is one mapping: the faults are set into it.
  const std::string mark = "    halls: {h:";
  const std::size_t at = text.find(mark);
  const std::size_t from = faults.find("    faults:");
  return text.insert(at, faults.substr(from));
}

std::vector<EventRecord> failures_of(const RunResult& result, const std::string& cause) {
  std::vector<EventRecord> out;
  for (const EventRecord& event : result.events) {
    if (event.cause == cause) out.push_back(event);
  }
  return out;
}

TEST(Faults, RandomFailuresCloseTheBooksAndRepeat) {
  const std::string yaml = with_faults(kRandom);
  const std::string once = dump_of_child(yaml), again = dump_of_child(yaml), other = dump_of_child(yaml, {"seed=2"});
  EXPECT_EQ(once, again);
  EXPECT_NE(once, other);
  const RunResult r = run_scenario(yaml);
  expect_closed(r);
  EXPECT_GT(failures_of(r, "faults.pumps").size(), 4u);
  EXPECT_GT(number(r, "reliability.unit_failures"), 5.0);
}

TEST(Faults, AnotherUnitOrProcessDoesNotMoveAUnitsFailures) {
  const auto pumps_of = [](const std::string& yaml) {
    return in_child([&] {
      std::string text;
      for (const EventRecord& e : run_scenario(yaml).events) {
        if (e.cause == "faults.pumps" && e.unit.find("cdu_01") != std::string::npos) text += fmt::format("{} {} {}\n", e.at, e.unit, e.kind);
      }
      return text;
    });
  };
  const std::string all = pumps_of(with_faults(kRandom));
  EXPECT_NE(all, "");
  EXPECT_EQ(pumps_of(with_faults(R"(
    faults:
      failures:
        pumps: {units: cooling.cdu_01.pump_*, life: 8 h, repair: 20 min}
)")), all);
}

TEST(Faults, MaintenanceSparesTheGroupAndOneAtATime) {
  const RunResult r = run_scenario(with_faults(R"(
    faults:
      groups: {blocks: {units: class:ups, need: 2}}
      maintenance: {rounds: {units: class:ups, every: 30 h, first: 30 min, takes: 1 h}}
)") + "events: [{at: 10 min, fail: a.power.ups_01c, for: 2 h}]\n");
  expect_closed(r);
  EXPECT_EQ(row_of(r, "a.groups.blocks").down, 0);
  // ups_01c is out until 2 h 10 min; then one hour for each of the three.
  std::vector<Tick> starts;
  for (const EventRecord& event : events_of(r, "maintenance")) starts.push_back(event.at);
  const Tick first = 2 * kHour + kHour / 6;
  EXPECT_THAT(starts, testing::ElementsAre(first, first + kHour, first + 2 * kHour));
}

}  // namespace
}  // namespace aifactory
