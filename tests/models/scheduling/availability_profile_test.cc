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

// Far more steps than one node of the tree holds, in and out of the order of time.
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

/// The steps in a plain list.
class Steps {
 public:
  Steps(Tick now, std::int64_t free) { steps_.push_back({now, free}); }
  void add(std::int64_t nodes, Tick start, Tick end) {
    const std::size_t first = split(start), last = end == kNever ? steps_.size() : split(end);
    for (std::size_t i = first; i < last; ++i) steps_[i].free += nodes;
  }
  [[nodiscard]] std::int64_t least(Tick start, Tick end) const {
    std::int64_t found = steps_[at(start)].free;
    for (std::size_t i = at(start) + 1; i < steps_.size() && steps_[i].at < end; ++i) found = std::min(found, steps_[i].free);
    return found;
  }
  [[nodiscard]] Tick earliest(std::int64_t nodes, Tick duration, Tick from) const {
    const Tick length = std::max<Tick>(duration, 1);
    for (std::size_t i = at(from); i < steps_.size(); ++i) {
      const Tick start = std::max(from, steps_[i].at);
      if (steps_[i].free >= nodes && least(start, after(start, length)) >= nodes) return start;
    }
    return kNever;
  }
  [[nodiscard]] std::size_t count() const { return steps_.size(); }

 private:
  using Step = AvailabilityProfile::Step;
  [[nodiscard]] std::size_t at(Tick t) const {
    return static_cast<std::size_t>(std::upper_bound(steps_.begin(), steps_.end(), t, [](Tick a, const Step& b) { return a < b.at; }) - steps_.begin()) - 1;
  }
  std::size_t split(Tick t) {
    const std::size_t held = at(t);
    if (steps_[held].at == t) return held;
    steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(held) + 1, {t, steps_[held].free});
    return held + 1;
  }
  std::vector<Step> steps_;
};

// Thousands of operations of every kind on trees of up to four levels, one profile used again for all of them.
TEST(AvailabilityProfile, AgreesWithAPlainListOfSteps) {
  AvailabilityProfile profile;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Rng rng(seed, "tests/steps");
    const Tick now = rng.uniform_int(0, 1'000);
    const std::int64_t free = rng.uniform_int(0, 50);
    const int releases = seed == 6 ? 30'000 : 1'000;  // 6: height 3 and more
    profile.reset(now, free);
    Steps steps(now, free);
    Tick last = now;
    for (int i = 0; i < releases; ++i) {
      last += rng.uniform_int(0, 60);
      const Tick at = rng.uniform() < 0.05 ? rng.uniform_int(now, last) : last;
      const std::int64_t nodes = rng.uniform_int(0, 5);
      profile.add_release(at, nodes);
      steps.add(nodes, at, kNever);
    }
    struct Held {
      std::int64_t nodes;
      Tick start, duration;
    };
    std::vector<Held> held;
    const int operations = seed == 6 ? 600 : 3'000;
    for (int i = 0; i < operations; ++i) {
      const Tick at = rng.uniform_int(now, last + 100);
      const Tick duration = rng.uniform() < 0.02 ? kNever : static_cast<Tick>(rng.lognormal(500.0, 2.0));
      const std::int64_t nodes = rng.uniform_int(0, 3 * releases);
      const double what = rng.uniform();
      if (what < 0.4) {
        const Tick start = profile.earliest_start(nodes, duration, at);
        ASSERT_EQ(start, steps.earliest(nodes, duration, at)) << "seed " << seed << ", operation " << i;
        if (start == kNever) continue;
        held.push_back({nodes, start, duration});
        profile.reserve(nodes, start, duration);
        steps.add(-nodes, start, after(start, std::max<Tick>(duration, 1)));
      } else if (what < 0.6) {
        // As an outage does: where no nodes may be free.
        held.push_back({rng.uniform_int(0, 30), at, duration});
        profile.reserve(held.back().nodes, at, duration);
        steps.add(-held.back().nodes, at, after(at, std::max<Tick>(duration, 1)));
      } else if (what < 0.8 && !held.empty()) {
        const auto which = static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(held.size()) - 1));
        std::swap(held[which], held.back());
        const Held back = held.back();
        held.pop_back();
        profile.cancel(back.nodes, back.start, back.duration);
        steps.add(back.nodes, back.start, after(back.start, std::max<Tick>(back.duration, 1)));
      } else if (what < 0.85) {
        profile.add_release(at, 3);
        steps.add(3, at, kNever);
      }
      ASSERT_EQ(profile.min_free(at, duration), steps.least(at, after(at, std::max<Tick>(duration, 1)))) << "seed " << seed << ", operation " << i;
      ASSERT_EQ(profile.free_at(at), steps.least(at, at + 1)) << "seed " << seed << ", operation " << i;
    }
    EXPECT_GT(steps.count(), 1'000u);
  }
}

// Nothing but releases in the order of time: each is found, the last ones as the first.
TEST(AvailabilityProfile, FindsEachOfManyReleases) {
  for (const Tick releases : {1, 63, 64, 65, 1'000, 1'025, 20'000}) {
    AvailabilityProfile profile(0, 0);
    for (Tick t = 1; t <= releases; ++t) {
      profile.add_release(10 * t, 1);
      ASSERT_EQ(profile.earliest_start(t, kNever, 0), 10 * t) << releases;
    }
    for (Tick t = 1; t <= releases; t += std::max<Tick>(1, releases / 1'000)) ASSERT_EQ(profile.earliest_start(t, 5, 0), 10 * t) << releases;
    EXPECT_EQ(profile.earliest_start(releases + 1, 1, 0), kNever);
    EXPECT_EQ(profile.min_free(10, 10 * releases), 1);
  }
}

// A release in a tick that no plan reaches does not disturb.
TEST(AvailabilityProfile, TakesReleasesAtTheEndOfTime) {
  AvailabilityProfile profile(0, 4);
  profile.add_release(kNever, 3);
  profile.add_release(kNever, 2);
  profile.reserve(4, 0, kNever);
  EXPECT_EQ(profile.earliest_start(1, 1, 0), kNever);
  EXPECT_EQ(profile.earliest_start(0, kNever, 0), 0);
  EXPECT_EQ(profile.min_free(0, kNever), 0);
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
