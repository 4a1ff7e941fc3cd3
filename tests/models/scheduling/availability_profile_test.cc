#include "models/scheduling/availability_profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "models/random.h"

namespace aifactory::scheduling {
namespace {

// 10 nodes: 3 free now, 4 more at 100, 3 more at 200.
AvailabilityProfile busy() {
  AvailabilityProfile profile(0, 3);
  profile.add_release(100, 4);
  profile.add_release(200, 3);
  return profile;
}

TEST(AvailabilityProfile, FindsTheEarliestStart) {
  const AvailabilityProfile profile = busy();
  EXPECT_EQ(profile.earliest_start(3, 1000, 0), 0);
  EXPECT_EQ(profile.earliest_start(4, 1000, 0), 100);
  EXPECT_EQ(profile.earliest_start(7, 1, 0), 100);
  EXPECT_EQ(profile.earliest_start(8, 1, 0), 200);
  EXPECT_EQ(profile.earliest_start(10, kNever, 150), 200);
  EXPECT_EQ(profile.earliest_start(11, 1, 0), kNever);
  EXPECT_EQ(profile.earliest_start(2, 10, 33), 33);
}

TEST(AvailabilityProfile, PlansAroundAReservation) {
  AvailabilityProfile profile = busy();
  profile.reserve(7, 100, 100);  // over [100, 200) nothing is free
  EXPECT_EQ(profile.free_at(99), 3);
  EXPECT_EQ(profile.free_at(100), 0);
  EXPECT_EQ(profile.free_at(200), 10);
  EXPECT_EQ(profile.earliest_start(3, 100, 0), 0);  // ends exactly where it begins
  EXPECT_EQ(profile.earliest_start(3, 101, 0), 200);
  EXPECT_EQ(profile.min_free(0, 100), 3);
  EXPECT_EQ(profile.min_free(0, 101), 0);
  profile.cancel(7, 100, 100);
  EXPECT_EQ(profile.earliest_start(3, 101, 0), 0);
}

TEST(AvailabilityProfile, AJobOfNoLengthOccupiesItsTick) {
  AvailabilityProfile profile(5, 2);
  profile.reserve(2, 5, 0);
  EXPECT_EQ(profile.earliest_start(1, 0, 5), 6);
}

/// Free nodes at every tick, one by one.
struct Ticks {
  std::vector<std::int64_t> free;
  [[nodiscard]] std::int64_t least(Tick start, Tick duration) const {
    return *std::min_element(free.begin() + start, free.begin() + std::min<Tick>(start + std::max<Tick>(duration, 1), size()));
  }
  [[nodiscard]] Tick size() const { return static_cast<Tick>(free.size()); }
  [[nodiscard]] Tick earliest(std::int64_t nodes, Tick duration, Tick from) const {
    for (Tick start = from; start < size(); ++start) {
      if (least(start, duration) >= nodes) return start;
    }
    return kNever;
  }
  void add(std::int64_t nodes, Tick start, Tick end) {
    for (Tick t = start; t < std::min(end, size()); ++t) free[static_cast<std::size_t>(t)] += nodes;
  }
};

// Far more steps than one block holds, in and out of the order of time.
TEST(AvailabilityProfile, AgreesWithCountingTickByTick) {
  constexpr Tick kEnd = 4000;
  Rng rng(3, "tests/profile");
  for (int round = 0; round < 4; ++round) {
    AvailabilityProfile profile;
    profile.reset(0, 40);
    Ticks ticks{std::vector<std::int64_t>(kEnd, 40)};
    struct Held {
      std::int64_t nodes;
      Tick start, duration;
    };
    std::vector<Held> held;
    Tick last = 0;
    for (int i = 0; i < 500; ++i) {
      const Tick at = round % 2 == 0 ? last + rng.uniform_int(0, 5) : rng.uniform_int(0, kEnd - 1);
      last = std::min(at, kEnd - 1);
      profile.add_release(last, 3);
      ticks.add(3, last, kEnd);
    }
    for (int i = 0; i < 600; ++i) {
      const std::int64_t nodes = rng.uniform_int(1, 200);
      const Tick duration = rng.uniform_int(0, 600), from = rng.uniform_int(0, kEnd - 1);
      const Tick start = profile.earliest_start(nodes, duration, from);
      ASSERT_EQ(start, ticks.earliest(nodes, duration, from)) << nodes << " for " << duration << " from " << from;
      ASSERT_EQ(profile.min_free(from, duration), ticks.least(from, duration));
      ASSERT_EQ(profile.free_at(from), ticks.free[static_cast<std::size_t>(from)]);
      if (start == kNever) continue;
      profile.reserve(nodes, start, duration);
      ticks.add(-nodes, start, start + std::max<Tick>(duration, 1));
      held.push_back({nodes, start, duration});
      if (held.size() % 3 == 0) {
        const Held back = held[static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(held.size()) - 1))];
        held.erase(std::find_if(held.begin(), held.end(), [&](const Held& one) { return one.start == back.start && one.nodes == back.nodes && one.duration == back.duration; }));
        profile.cancel(back.nodes, back.start, back.duration);
        ticks.add(back.nodes, back.start, back.start + std::max<Tick>(back.duration, 1));
      }
    }
  }
}

TEST(AvailabilityProfile, SumsNeverPassTheEndOfTime) {
  EXPECT_EQ(after(5, kNever), kNever);
  EXPECT_EQ(after(kNever - 1, 2), kNever);
  EXPECT_EQ(after(-5, 7), 2);
  AvailabilityProfile profile(0, 4);
  profile.reserve(4, 10, kNever);
  EXPECT_EQ(profile.earliest_start(1, 11, 0), kNever);
  EXPECT_EQ(profile.earliest_start(4, 10, 0), 0);
}

}  // namespace
}  // namespace aifactory::scheduling
