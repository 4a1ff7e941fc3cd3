#include "sim/facility/limit_watch.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "models/fields.h"

namespace aifactory {
namespace {

/// One unit of 10 MW with a continuous limit of 8 MW, and a script of its powers.
struct Stage : engine::EventTarget {
  explicit Stage(LimitWatch::Params params = {}) : kernel("test") {
    kernel.add_site("site", {});
    kernel.seal();
    watch = std::make_unique<LimitWatch>(kernel, 5, params,
                                         std::vector<LimitWatch::Unit>{{.name = "s.power.ups", .what = "output_mw", .scale = 10.0 * MW,
                                                                        .rating = 10.0 * MW, .continuous = 8.0 * MW}},
                                         log);
  }
  void at(double seconds, double mw) {
    steps.push_back(mw);
    kernel.calendar().add(to_ticks(seconds * s), engine::Phase::record, 1, *this, static_cast<std::int64_t>(steps.size()) - 1);
  }
  void on_event(Tick /*now*/, std::int64_t id, std::uint64_t /*version*/) override {
    const double mw = steps[static_cast<std::size_t>(id)];
    if (mw < 0.0) {
      kernel.stop();
    } else {
      watch->set(0, mw * MW);
    }
  }
  std::vector<EventRecord> run(double until) {
    at(until, -1.0);
    kernel.run();
    watch->book(to_ticks(until * s));
    return log.take();
  }
  engine::Kernel kernel;
  EventLog log;
  std::unique_ptr<LimitWatch> watch;
  std::vector<double> steps;
};

TEST(LimitWatch, TellsWhenARatingIsCrossedAndLeft) {
  Stage stage;
  stage.at(0, 5.0);
  stage.at(10, 10.0);  // at the rating is not above it
  stage.at(20, 10.5);
  stage.at(30, 9.9);   // within the hysteresis: not left
  stage.at(40, 11.0);  // the same crossing goes on
  stage.at(50, 9.7);
  const auto events = stage.run(60);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].kind, "limit crossed");
  EXPECT_EQ(events[0].at, to_ticks(20.0 * s));
  EXPECT_EQ(events[0].unit, "s.power.ups");
  EXPECT_EQ(events[0].what, "output_mw");
  EXPECT_EQ(events[0].value, 10.5);
  EXPECT_EQ(events[0].cause, "rating 10 MW");
  EXPECT_EQ(events[1].kind, "limit left");
  EXPECT_EQ(events[1].at, to_ticks(50.0 * s));
  EXPECT_EQ(stage.watch->crossings_of(0), 1);
  EXPECT_EQ(stage.watch->meter(0).above_rating().si(), 20.0);  // 20-30 and 40-50 s
}

TEST(LimitWatch, AContinuousLimitIsCrossedByLoadsThatLast) {
  Stage stage;
  stage.at(0, 5.0);
  stage.at(100, 9.0);
  stage.at(5000, 5.0);    // less than three hours
  stage.at(6000, 9.0);
  stage.at(9000, 8.5);
  stage.at(20000, 7.0);
  const auto events = stage.run(30000);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].kind, "limit crossed");
  EXPECT_EQ(events[0].at, to_ticks((6000.0 + 10800.0) * s));
  EXPECT_EQ(events[0].value, 8.5);
  EXPECT_EQ(events[0].cause, "continuous limit 8 MW for 3 h");
  EXPECT_EQ(events[1].kind, "limit left");
  EXPECT_EQ(events[1].at, to_ticks(20000.0 * s));
  EXPECT_EQ(events[1].cause, "continuous limit 8 MW");
  EXPECT_EQ(stage.watch->meter(0).above_continuous().si(), 4900.0 + 14000.0);
}

TEST(LimitWatch, ListsTheFirstAndCountsTheRest) {
  Stage stage({.events_per_unit = 4});
  for (int i = 0; i < 100; ++i) {
    stage.at(10.0 * i, 12.0);
    stage.at(10.0 * i + 5.0, 5.0);
  }
  const auto events = stage.run(2000);
  EXPECT_EQ(stage.watch->crossings_of(0), 100);
  ASSERT_EQ(events.size(), 5u);
  EXPECT_EQ(events.back().what, "further_crossings_are_counted_only");
  EXPECT_EQ(stage.watch->meter(0).above_rating().si(), 500.0);
}

}  // namespace
}  // namespace aifactory
