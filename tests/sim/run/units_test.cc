/// Names, patterns and classes of units.
#include <gmock/gmock.h>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

std::vector<std::string> names(const std::vector<NamedUnit>& units) {
  std::vector<std::string> out;
  for (const NamedUnit& unit : units) out.push_back(unit.name);
  return out;
}

std::string refusal(const UnitDirectory& units, const std::string& selector) {
  try {
    (void)units.select(selector, "here");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Fits, StarsAndQuestionMarksStayBetweenDots) {
  EXPECT_TRUE(fits("a.cooling.cdu_03", "*.cooling.cdu_*"));
  EXPECT_TRUE(fits("a.cooling.cdu_03", "a.cooling.cdu_0?"));
  EXPECT_TRUE(fits("a.cooling.cdu_03", "a.*.*"));
  EXPECT_TRUE(fits("a", "*"));
  EXPECT_TRUE(fits("abcabc", "*abc"));
  EXPECT_FALSE(fits("a.cooling.cdu_03.pump_a", "*.cooling.cdu_*"));
  EXPECT_FALSE(fits("a.cooling.cdu_03", "*cdu_03"));
  EXPECT_FALSE(fits("a.b", "a?b"));
  EXPECT_FALSE(fits("ab", "abc"));
}

TEST(UnitDirectory, FindsByNamePatternAndClass) {
  const auto run = prepare(read_scenario(hall()));
  const UnitDirectory& units = run->units;
  const NamedUnit pump = units.select("a.cooling.cdu_02.pump_c", "here").at(0);
  EXPECT_EQ(pump.kind, "cdu.pump");
  EXPECT_EQ(pump.ref.kind, UnitRef::Kind::cooling_unit);
  EXPECT_EQ(pump.ref.part, 2);
  EXPECT_EQ(run->sites[0].plan.cooling_units.items[pump.ref.index].first, "cdu_02");
  EXPECT_EQ(units.select("cooling.cdu_02.pump_c", "here", 0).at(0).name, pump.name);
  EXPECT_THAT(names(units.select("*.power.ups_*", "here")), testing::ElementsAre("a.power.ups_01a", "a.power.ups_01b", "a.power.ups_01c"));
  EXPECT_EQ(units.select("class:cdu.pump", "here").size(), 12u);
  EXPECT_EQ(units.select("class:rack", "here").size(), 24u);
  EXPECT_EQ(units.select("a.h.c.rack_2?", "here").size(), 4u);
  EXPECT_EQ(units.select("h.c.rack_*", "here", 0).size(), 24u);
  const NamedUnit rack = units.select("a.h.c.rack_23", "here").at(0);
  EXPECT_EQ(rack.ref.kind, UnitRef::Kind::rack);
  EXPECT_EQ(rack.ref.part, 23);
  EXPECT_THAT(names(units.select(Names{{"a.power.ups_01b", "class:ups"}}, "here")),
              testing::ElementsAre("a.power.ups_01b", "a.power.ups_01a", "a.power.ups_01c"));
}

TEST(UnitDirectory, FindsPowerShelvesOfRacks) {
  const auto run = prepare(read_scenario(hall()));
  const UnitDirectory& units = run->units;
  const NamedUnit shelf = units.select("a.h.c.rack_3.shelf_02", "here").at(0);
  EXPECT_EQ(shelf.kind, "rack.shelf");
  EXPECT_EQ(shelf.ref, (UnitRef{.kind = UnitRef::Kind::shelf, .site = 0, .index = 0, .part = 3 * 8 + 1}));
  EXPECT_EQ(units.select("h.c.rack_3.shelf_02", "here", 0).at(0).name, shelf.name);
  EXPECT_EQ(units.select("class:rack.shelf", "here").size(), 24u * 8u);
  EXPECT_THAT(names(units.select("a.h.c.rack_2?.shelf_08", "here")),
              testing::ElementsAre("a.h.c.rack_20.shelf_08", "a.h.c.rack_21.shelf_08", "a.h.c.rack_22.shelf_08", "a.h.c.rack_23.shelf_08"));
  for (const char* none : {"a.h.c.rack_3.shelf_09", "a.h.c.rack_3.shelf_2", "a.h.c.rack_24.shelf_01", "a.h.c.shelf_01", "shelf_01"}) {
    EXPECT_NE(refusal(units, none), "") << none;
  }
}

TEST(UnitDirectory, EveryUnitIsFoundUnderItsOwnName) {
  const auto run = prepare(read_scenario(hall()));
  for (const NamedUnit& unit : run->units.units()) {
    const auto found = run->units.select(unit.name, "here");
    ASSERT_EQ(found.size(), 1u) << unit.name;
    EXPECT_EQ(found[0].ref, unit.ref) << unit.name;
  }
}

TEST(UnitDirectory, SaysWhatMayHaveBeenMeant) {
  const auto run = prepare(read_scenario(hall()));
  EXPECT_EQ(refusal(run->units, "a.power.ups_1a"), "here: unknown unit a.power.ups_1a (did you mean \"a.power.ups_01a\"?); `aifactory show SCENARIO topology` lists all");
  EXPECT_EQ(refusal(run->units, "b.power.feed"), "here: unknown site in b.power.feed");
  EXPECT_EQ(refusal(run->units, "a.h.c.rack_24"), "here: unknown unit a.h.c.rack_24 (did you mean \"a.h.c.rack_0\"?); `aifactory show SCENARIO topology` lists all");
  EXPECT_EQ(refusal(run->units, "*.power.upz_*"), "here: no unit fits *.power.upz_*; `aifactory show SCENARIO topology` lists all");
}

}  // namespace
}  // namespace aifactory
