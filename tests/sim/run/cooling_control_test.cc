/// Whole runs of one hall: what a CDU's controller, its loop's volume and the hold of a throttle decide.
#include <string>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

std::string changed_hall(const std::string& from, const std::string& to, const std::string& events) {
  std::string text = hall(events);
  return text.replace(text.find(from), from.size(), to);
}

double flow_after_a_lost_pump(const std::string& first_event) {
  const auto result = run_scenario(changed_hall("cdu: cdu_1300kw,", "cdu: {base: cdu_1300kw, pumps_running: 3}, cdu_control: {standby_start: 5 s},",
                                                "events: [" + first_event + "{at: 2 h, fail: a.cooling.cdu_01.pump_a}]\n"));
  expect_closed(result);
  double flow = kUnset;
  for (const EventRecord& event : result.events) {
    if (event.what == "coolant_flow_frac" && event.unit.rfind("a.cooling.cdu_01", 0) == 0) flow = event.value;
  }
  return flow;
}

TEST(CduController, StartsTheStandbyPump) { EXPECT_NEAR(flow_after_a_lost_pump(""), 1.0, 1e-9); }
TEST(CduController, LostMeansThatNothingStarts) {
  EXPECT_LT(flow_after_a_lost_pump("{at: 1 h, fail: a.cooling.cdu_01.controller}, "), 0.95);
}

// 100 L/s for 30 s of 3.9 m3 leave 0.9; the second and third leak do not empty it: it is filled up at a fifth.
TEST(Leak, ALoopIsFilledUpBeforeItIsEmpty) {
  const auto result = run_scenario(changed_hall("cdu: cdu_1300kw,", "cdu: cdu_1300kw, cdu_control: {leak_flow: 100 L/s},",
                                                "events: [{at: 1 h, leak: a.h.c.rack_1, for: 2 h}, {at: 2 h, leak: a.h.c.rack_2, for: 2 h}]\n"));
  expect_closed(result);
  const auto leaks = events_of(result, "leak");
  ASSERT_EQ(leaks.size(), 2u);
  EXPECT_NEAR(leaks[0].value, 0.9 / 3.9, 1e-9);
  EXPECT_NEAR(leaks[1].value, 0.2, 1e-9);
}

// Chips are cool again within seconds of the pumps; they stay slow for the hold all the same.
TEST(Throttle, LastsAtLeastItsHold) {
  const auto result = run_scenario(changed_hall("racks: 24}", "racks: 24, throttle_hold: 20 min}",
                                                "events: [{at: 1 h, fail: \"a.cooling.cdu_*\", for: 26 s}]\n"));
  expect_closed(result);
  const auto throttled = events_of(result, "throttle"), resumed = events_of(result, "resume");
  ASSERT_FALSE(throttled.empty());
  ASSERT_FALSE(resumed.empty());
  EXPECT_NEAR(to_seconds(resumed.front().at - throttled.front().at), 1200.0, 1e-3);
}

}  // namespace
}  // namespace aifactory
