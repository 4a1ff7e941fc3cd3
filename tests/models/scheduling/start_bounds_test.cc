#include "models/scheduling/start_bounds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "models/random.h"
#include "models/scheduling/availability_profile.h"

namespace aifactory::scheduling {
namespace {

TEST(StartBounds, KnowsNothingAtFirst) {
  StartBounds bounds;
  bounds.reset(7, 100);
  EXPECT_EQ(bounds.bound(1, 0), 7);
  EXPECT_EQ(bounds.bound(100, kNever), 7);
}

TEST(StartBounds, BindsWhoeverNeedsAsMuchForAsLong) {
  StartBounds bounds;
  bounds.reset(0, 1000);
  bounds.learn(10, 60, 500);
  EXPECT_EQ(bounds.bound(10, 60), 500);
  EXPECT_EQ(bounds.bound(1000, kNever), 500);
  EXPECT_EQ(bounds.bound(9, 60), 0);   // fewer nodes may be free earlier
  EXPECT_EQ(bounds.bound(10, 59), 0);  // and a shorter gap will do
  bounds.learn(12, 30, 800);
  EXPECT_EQ(bounds.bound(12, 60), 800);
  EXPECT_EQ(bounds.bound(11, 60), 500);
  bounds.learn(1, 0, kNever);
  EXPECT_EQ(bounds.bound(1, 0), kNever);
  bounds.reset(3, 1000);
  EXPECT_EQ(bounds.bound(1000, kNever), 3);
}

TEST(StartBounds, WhoeverNeedsMoreThanThereIsIsBoundByAll) {
  StartBounds bounds;
  bounds.reset(0, 20);
  bounds.learn(16, 1, 5);
  EXPECT_EQ(bounds.bound(1'000'000, 1), 5);
}

// 100 nodes are in the class of 96 to 103: what is learnt of them binds from 104 on, and themselves not.
TEST(StartBounds, IsNeverLateForSizesBetweenItsClasses) {
  StartBounds bounds;
  bounds.reset(0, 1'000'000);
  bounds.learn(100, 10, 500);
  EXPECT_EQ(bounds.bound(99, 10), 0);
  EXPECT_EQ(bounds.bound(103, 10), 0);
  EXPECT_EQ(bounds.bound(104, 10), 500);
  bounds.learn(96, 10, 400);
  EXPECT_EQ(bounds.bound(95, 10), 0);
  EXPECT_EQ(bounds.bound(96, 10), 400);
}

// Against all that has been learnt, one by one, over sizes of every class.
TEST(StartBounds, IsNeverLateAndExactForSizesWithAClass) {
  for (const bool with_class : {true, false}) {
    Rng rng(with_class ? 1 : 2, "tests/bounds");
    StartBounds bounds;
    for (int round = 0; round < 20; ++round) {
      const std::int64_t most = std::int64_t{1} << rng.uniform_int(4, 40);
      const auto size = [&] {
        const std::int64_t nodes = std::int64_t{1} << rng.uniform_int(0, 39);
        return std::min(most, with_class ? nodes : rng.uniform_int(nodes, 2 * nodes - 1));
      };
      bounds.reset(0, most);
      struct Known {
        std::int64_t nodes;
        Tick duration, start;
      };
      std::vector<Known> known;
      for (int i = 0; i < 300; ++i) {
        const std::int64_t nodes = size();
        const Tick duration = rng.uniform_int(0, 50);
        Tick latest = 0;
        for (const Known& one : known) {
          if (one.nodes <= nodes && one.duration <= duration) latest = std::max(latest, one.start);
        }
        if (with_class) {
          ASSERT_EQ(bounds.bound(nodes, duration), latest) << nodes << " for " << duration;
        } else {
          ASSERT_LE(bounds.bound(nodes, duration), latest) << nodes << " for " << duration;
        }
        known.push_back({nodes, duration, rng.uniform_int(0, 1000)});
        bounds.learn(nodes, duration, known.back().start);
      }
    }
  }
}

// What it is for: each plan is the one that a search from now finds.
TEST(StartBounds, MovesNoPlan) {
  Rng rng(5, "tests/plans");
  for (int round = 0; round < 5; ++round) {
    AvailabilityProfile profile(0, 0);
    constexpr std::int64_t kNodes = 3'000;
    for (std::int64_t left = kNodes; left > 0;) {
      const std::int64_t nodes = std::min(left, rng.uniform_int(1, 9));
      profile.add_release(rng.uniform_int(1, 20'000), nodes);
      left -= nodes;
    }
    StartBounds bounds;
    bounds.reset(0, kNodes);
    for (int i = 0; i < 2'000; ++i) {
      const std::int64_t nodes = static_cast<std::int64_t>(rng.lognormal(20.0, 1.0)) + 1;
      const auto duration = static_cast<Tick>(rng.lognormal(1'000.0, 1.5));
      const Tick start = profile.earliest_start(nodes, duration, 0);
      ASSERT_EQ(profile.earliest_start(nodes, duration, bounds.bound(nodes, duration)), start) << "job " << i << " of round " << round;
      bounds.learn(nodes, duration, start);
      if (start != kNever) profile.reserve(nodes, start, duration);
    }
  }
}

}  // namespace
}  // namespace aifactory::scheduling
