/// Racks that lose power shelves: the rest carries them, braked where it must; none trips for it.
#include <gmock/gmock.h>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {
using testing::ElementsAre;

constexpr Tick kMinute = 60 * kTicksPerSecond, kHour = 60 * kMinute;

/// "seconds kind unit value < cause" of the events of some kinds, counted from an instant.
std::vector<std::string> told(const RunResult& r, const std::vector<std::string>& kinds, Tick zero) {
  std::vector<std::string> lines;
  for (const EventRecord& e : r.events) {
    if (std::find(kinds.begin(), kinds.end(), e.kind) == kinds.end()) continue;
    lines.push_back(fmt::format("{:.0f} {} {} {:.3g} < {}", to_seconds(e.at - zero), e.kind, e.unit, e.value, e.cause));
  }
  return lines;
}
const std::vector<std::string> kAll{"power_brake", "overload", "rack_off", "recover", "trip", "throttle"};

// 8 shelves of 33 kW carry 120.6 kW of a rack at full work; 7 lose 415.34 W more (rack_test.cc).
TEST(PowerShelves, TheLossOfOneIsCarriedByTheOthers) {
  const double before = std::stod(in_child([] { return fmt::format("{:.9f}", number(run_scenario(hall()), "energy.psu_loss_mwh")); }));
  const RunResult r = run_scenario(hall("events: [{at: 1 h, fail: a.h.c.rack_3.shelf_02, for: 1 h}]\n"));
  expect_closed(r);
  EXPECT_THAT(told(r, kAll, kHour), ElementsAre());
  EXPECT_THAT(told(r, {"failure", "repair"}, kHour),
              ElementsAre("0 failure a.h.c.rack_3.shelf_02 nan < events[0]", "3600 repair a.h.c.rack_3.shelf_02 nan < events[0]"));
  EXPECT_NEAR((number(r, "energy.psu_loss_mwh") - before) * 1e6, 415.34, 0.1);
  EXPECT_EQ(r.jobs[0].finish, 6 * kHour);
  const auto row = std::find_if(r.units.begin(), r.units.end(), [](const UnitRecord& u) { return u.unit == "a.h.c.rack_3.shelf_02"; });
  ASSERT_NE(row, r.units.end());
  EXPECT_EQ(row->kind, "rack.shelf");
  EXPECT_EQ(row->down, kHour);
}

// Four of eight carry 132 kW, three 99: less than 120.6.  The gang runs at its slowest rack: an hour at half speed.
TEST(PowerShelves, TooFewOfThemBrakeTheRack) {
  const RunResult r = run_scenario(hall(R"(
events:
  - {at: 1 h, fail: [a.h.c.rack_3.shelf_01, a.h.c.rack_3.shelf_02, a.h.c.rack_3.shelf_03, a.h.c.rack_3.shelf_04], for: 2 h}
  - {at: 90 min, fail: a.h.c.rack_3.shelf_05, for: 1 h}
)"));
  expect_closed(r);
  EXPECT_THAT(told(r, kAll, kHour), ElementsAre("1800 power_brake a.h.c.rack_3 0.5 < a.h.c.rack_3.shelf_05",
                                                "5400 power_brake a.h.c.rack_3 1 < a.h.c.rack_3.shelf_05"));
  EXPECT_EQ(number(r, "reliability.interruptions"), 0.0);
  EXPECT_NEAR(to_seconds(r.jobs[0].finish - 6 * kHour), 1800.0, 1e-3);
  EXPECT_NEAR(r.jobs[0].lost[static_cast<std::size_t>(LossCause::fault)].si(), 1800.0, 1e-3);
}

// At three tenths of its work the rack draws 18 (4 (170 + 0.3 1030) + 400 + 180) + 16,200 = 61.1 kW: three shelves are enough
// until the next job comes, and again when it has left.
TEST(PowerShelves, TheBrakeHoldsWhileTheLoadNeedsIt) {
  std::string yaml = hall("events: [{at: 0 s, fail: [a.h.c.rack_3.shelf_01, a.h.c.rack_3.shelf_02, a.h.c.rack_3.shelf_03, a.h.c.rack_3.shelf_04, a.h.c.rack_3.shelf_05]}]\n");
  const std::string job = "- {name: big, racks: 24, duration: 6 h, utilization: 1,";
  yaml.replace(yaml.find(job), job.size(), "- {name: small, racks: 24, duration: 1 h, utilization: 0.3}\n    - {name: big, racks: 24, duration: 2 h, utilization: 1, submit: 30 min,");
  const RunResult r = run_scenario(yaml);
  expect_closed(r);
  EXPECT_THAT(told(r, kAll, kHour), ElementsAre("0 power_brake a.h.c.rack_3 0.5 < a.h.c.rack_3.shelf_05",
                                                "14400 power_brake a.h.c.rack_3 1 < it draws less"));
  EXPECT_EQ(r.jobs[1].finish, 5 * kHour);
}

// In 3N/2 two of three groups hang on block a: without it half of their shelves are left, 132 kW for 120.6.  One shelf less
// is too few.
TEST(PowerShelves, CountOnTheCordsThatAreLive) {
  const RunResult r = run_scenario(hall(R"(
events:
  - {at: 1 h, fail: a.power.ups_01a, for: 2 h}
  - {at: 2 h, fail: a.h.c.rack_3.shelf_02, for: 30 min}
)"));
  expect_closed(r);
  const auto lines = told(r, {"power_brake", "rack_off"}, kHour);
  EXPECT_THAT(lines, ElementsAre("3600 power_brake a.h.c.rack_3 0.5 < a.h.c.rack_3.shelf_02", "5400 power_brake a.h.c.rack_3 1 < a.h.c.rack_3.shelf_02"));
}

// The last shelf carries 33 kW of 60.5 at the brake's speed; without any the rack is off.
TEST(PowerShelves, TheLastOneIsOverloadedAndWithoutAnyTheRackIsOff) {
  const RunResult r = run_scenario(hall(R"(
events:
  - {at: 1 h, fail: [a.h.c.rack_3.shelf_01, a.h.c.rack_3.shelf_02, a.h.c.rack_3.shelf_03, a.h.c.rack_3.shelf_04, a.h.c.rack_3.shelf_05, a.h.c.rack_3.shelf_06, a.h.c.rack_3.shelf_07], for: 1 h}
  - {at: 80 min, maintain: "a.h.c.rack_3.shelf_0?", for: 20 min}
)"));
  expect_closed(r);
  const auto lines = told(r, kAll, kHour);
  ASSERT_GE(lines.size(), 4u);
  EXPECT_EQ(lines[0], "0 power_brake a.h.c.rack_3 0.5 < a.h.c.rack_3.shelf_05");
  EXPECT_EQ(lines[1], "0 overload a.h.c.rack_3 1.83 < a.h.c.rack_3.shelf_07");
  EXPECT_EQ(lines[2], "1200 rack_off a.h.c.rack_3 nan < a.h.c.rack_3.shelf_08");
  EXPECT_THAT(lines[3], testing::StartsWith("3000 recover a.h.c.rack_3 "));
  EXPECT_EQ(r.jobs[0].restarts, 1);
}

}  // namespace
}  // namespace aifactory
