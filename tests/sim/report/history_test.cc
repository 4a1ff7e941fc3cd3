#include "sim/report/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "models/error.h"
#include "sim/report/explain.h"
#include "tests/sim/results/temporary_directory.h"

namespace aifactory {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

/// A run of two clusters of eight racks with 72 accelerators each: a feed fails, pumps stop, racks 0 to 3 throttle and trip.
class HistoryTest : public testing::Test {
 protected:
  HistoryTest() {
    write("manifest.json", R"({"status": "complete", "seed": 1})");
    write("summary.json", R"({"time": {"simulated_s": 7200}, "sites": {"a": {}}})");
    write("scenario.resolved.yaml", R"(
start: 2026-07-01
sites:
  a:
    halls:
      h:
        clusters:
          c: {racks: 8, rack: {nodes: 18, accelerators: 72, throttle_speed: 0.5, throttle_temp: 87 degC, trip_temp: 92 degC}}
events:
  - {at: 10 min, fail: [a.power.mech]}
  - {at: 1 h, fail: [a.power.other]}
)");
    write("events.csv",
          "time_s,kind,unit,what,value,cause\n"
          "600,failure,a.power.mech,out,,events[0]\n"
          "600,failure,a.cooling.cdu_01,pumps off,,a.power.mech\n"
          "660,throttle,a.h.c.rack_0-3,chip_c,87,chip at throttle limit 87 degC\n"
          "720,trip,a.h.c.rack_0-1,chip_c,92,chip at trip limit 92 degC\n"
          "3600,failure,a.power.other,out,,events[1]\n"
          "4200,recover,a.h.c.rack_0-1,on,,restarted after its outage\n"
          "4200,resume,a.h.c.rack_2-3,chip_c,80,chip cooled down\n"
          "4200,repair,a.power.mech,back,,events[0]\n"
          "5000,cap,a,speed_frac,0.75,limit 4 MW\n");
    write("limits.csv",
          "unit,fed_by,cooled_by\n"
          "a.power.c.racks_0-3,a.power.bus_1,a.cooling.cdu_01\n"
          "a.power.c.racks_4-7,a.power.bus_2,a.cooling.cdu_02\n"
          "a.cooling.cdu_01,,a.cooling.loop\na.cooling.cdu_02,,a.cooling.loop\n");
    write("series.csv", "time_s,a.speed_frac,c.busy_accelerators\n0,1,100\n5000,0.75,400\n7200,0.75,400\n");
  }
  void write(const char* name, const std::string& text) { std::ofstream(directory_.path() / name) << text; }
  [[nodiscard]] RunFolder run() const { return RunFolder(directory_.path().string()); }
  TemporaryDirectory directory_;
};

TEST_F(HistoryTest, StatesFollowTheLog) {
  const History history(run());
  const History::State early = history.state_at(700);
  const RackStates& racks = early.racks.at("a.h.c");
  EXPECT_THAT(racks.throttled, ElementsAre(2, 2, 2, 2));
  EXPECT_THAT(racks.out, ElementsAre(-1, -1, -1, -1));
  EXPECT_THAT(early.open, ElementsAre(0, 1));
  const History::State tripped = history.state_at(720);
  EXPECT_THAT(tripped.racks.at("a.h.c").out, ElementsAre(3, 3, -1, -1));
  const History::State late = history.state_at(7200);
  EXPECT_THAT(late.racks.at("a.h.c").out, ElementsAre(-1, -1, -1, -1));
  EXPECT_THAT(late.racks.at("a.h.c").throttled, ElementsAre(-1, -1, -1, -1));
  EXPECT_EQ(late.cap.at("a"), 8);
  EXPECT_THAT(late.open, ElementsAre(1, 4));  // no line says that the pumps are back
}

TEST_F(HistoryTest, AChainLeadsFromTheTripToTheScenario) {
  const History history(run());
  // Trip, pumps of the CDU that cools these racks, the board they hang on; not the unit that failed elsewhere.
  EXPECT_THAT(history.chain(3), ElementsAre(3, 1, 0));
  EXPECT_THAT(history.cause_text("events[0]"), HasSubstr("fail: [a.power.mech]"));
  EXPECT_EQ(history.cause_text("events[9]"), "events[9]");
}

TEST_F(HistoryTest, WhatHoldsBackMostBinds) {
  const RunFolder folder = run();
  const History history(folder);
  const Explanation of = explain(folder, history, 800);
  ASSERT_EQ(of.constraints.size(), 2u);
  EXPECT_EQ(of.constraints[0].kind, "out");
  EXPECT_EQ(of.constraints[0].accelerators_held, 2 * 72);
  EXPECT_EQ(of.constraints[1].kind, "throttle");
  EXPECT_EQ(of.constraints[1].accelerators_held, 2 * 72 * 0.5);
  const Explanation capped = explain(folder, history, 6000);
  EXPECT_EQ(capped.constraints[0].kind, "cap");
  EXPECT_EQ(capped.constraints[0].accelerators_held, 400 * 0.25);
  EXPECT_EQ(explain(folder, history, 100).constraints[0].kind, "demand");
}

TEST_F(HistoryTest, LossesAreIntegralsOverTheStates) {
  const History history(run());
  // Two racks out from 720 to 4200 s; four at half speed from 660 to 720 s, two of them to 4200 s.
  const History::Held held = history.held_back(0, 7200);
  EXPECT_NEAR(held.out_h, 2 * 72 * 3480 / 3600.0, 1e-9);
  EXPECT_NEAR(held.throttled_h, 72 * 0.5 * (4 * 60 + 2 * 3480) / 3600.0, 1e-9);
  EXPECT_NEAR(history.held_back(720, 780).out_h, 2 * 72 * 60 / 3600.0, 1e-9);
  EXPECT_EQ(history.held_back(5000, 7200).out_h, 0.0);
  const std::vector<Loss> lines = losses(run(), history, 0, 7200);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_NEAR(lines[2].accelerator_h, 400 * 0.25 * 2200 / 3600.0, 1e-9);
}

TEST(RackRange, NamesOfRacksAreUnderstood) {
  EXPECT_EQ(rack_range("a.h.c.rack_4-7")->first, 4);
  EXPECT_EQ(rack_range("a.h.c.rack_4-7")->last, 7);
  EXPECT_EQ(rack_range("a.h.c.rack_12")->cluster, "a.h.c");
  EXPECT_EQ(rack_range("a.h.c.rack_12")->last, 12);
  EXPECT_FALSE(rack_range("a.power.feed"));
  EXPECT_FALSE(rack_range("a.h.c.rack_x"));
}

}  // namespace
}  // namespace aifactory
