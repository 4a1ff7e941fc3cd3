/// Preemption by tiers and elastic jobs, worked out by hand on 10 nodes.
#include <gtest/gtest.h>

#include "tests/models/scheduling/testing.h"

namespace aifactory::scheduling {
namespace {

const std::vector<PoolSpec> kTen = {{.name = "pool", .nodes = 10}};

ReplayResult gang(const std::vector<Ask>& asks, Options options = {}) {
  return replay(jobs_asking(asks), kTen, {"gang_preemptive", std::move(options)}, Surroundings{});
}
std::function<void(Job&)> checkpoints(double every_s, std::int32_t level = 0) {
  return [=](Job& job) {
    job.checkpoint_interval = sec(every_s);
    job.tier = level;
  };
}
std::function<void(Job&)> elastic(std::int64_t least, std::int64_t most, std::int32_t level = 0) {
  return [=](Job& job) {
    job.min_nodes = least;
    job.max_nodes = most;
    job.tier = level;
  };
}

// Job 0 has done 30 s of 100 when a higher tier needs 4 of its 10 nodes for 20 s; it goes on at 50.
TEST(Gang, InterruptsALowerTierWhichStartsAgain) {
  const auto result = gang({{0, 10, 100}, {30, 4, 20, tier(1)}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{50, 30}));
  EXPECT_EQ(in_seconds(result.ends), (Seconds{150, 50}));
  EXPECT_EQ(result.lost[0], 30e6);
}
TEST(Gang, KeepsWorkUpToTheLastCheckpoint) {
  const auto result = gang({{0, 10, 100, checkpoints(20)}, {30, 4, 20, tier(1)}});
  EXPECT_EQ(in_seconds(result.ends), (Seconds{130, 50}));  // 20 s kept, 80 left at 50
  EXPECT_EQ(result.lost[0], 10e6);
}
TEST(Gang, KeepsAllWorkWithACheckpointOnDemand) {
  const auto result = gang({{0, 10, 100, checkpoints(20)}, {30, 4, 20, tier(1)}}, {{"checkpoint", "on_demand"}});
  EXPECT_EQ(in_seconds(result.ends), (Seconds{120, 50}));
  EXPECT_EQ(result.lost[0], 0);
}
// Interrupted at 30 (keeps 20), runs again 50-55 (reaches 25, keeps 20), and from 65: 80 left.
TEST(Gang, CountsCheckpointsFromTheBeginningOfTheWork) {
  const auto result = gang({{0, 10, 100, checkpoints(20)}, {30, 4, 20, tier(1)}, {55, 4, 10, tier(1)}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{65, 30, 55}));
  EXPECT_EQ(in_seconds(result.ends), (Seconds{145, 50, 65}));
  EXPECT_EQ(result.lost[0], 15e6);
}
TEST(Gang, LeavesAJobAloneThatMayNotBeInterrupted) {
  const auto result = gang({{0, 10, 100, [](Job& job) { job.preemptible = false; }}, {30, 4, 20, tier(1)}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{0, 100}));
}
TEST(Gang, InterruptsNobodyOfTheSameTierOrWithPreemptionOff) {
  EXPECT_EQ(in_seconds(gang({{0, 10, 100, tier(1)}, {30, 4, 20, tier(1)}}).starts), (Seconds{0, 100}));
  EXPECT_EQ(in_seconds(gang({{0, 10, 100}, {30, 4, 20, tier(1)}}, {{"preempt", "off"}}).starts), (Seconds{0, 100}));
}
// At 30 job 0 would lose 5 s (its last checkpoint was at 25), job 1 the 20 s since it started.
TEST(Gang, TakesTheVictimThatLosesLeast) {
  const auto result = gang({{0, 5, 100, checkpoints(25)}, {10, 5, 100}, {30, 5, 20, tier(1)}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{50, 10, 30}));
  EXPECT_EQ(result.lost, (std::vector<double>{5e6, 0, 0}));
}
TEST(Gang, TakesTheLowestTierFirstWhateverItLoses) {
  const auto result = gang({{0, 5, 100}, {20, 5, 100, tier(1)}, {30, 5, 20, tier(2)}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{50, 20, 30}));
}
// In the order of losses (job 1: 10 s, job 0: 30 s) both are chosen for 8 nodes; then the first is not needed.
TEST(Gang, SparesAVictimThatIsNotNeeded) {
  const auto result = gang({{0, 8, 100}, {20, 2, 100}, {30, 8, 20, tier(1)}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{50, 20, 30}));
  EXPECT_EQ(result.preempted, 1);
}
// Five nodes may not be taken: six cannot be had, so nobody is interrupted in vain.
TEST(Gang, TakesAllThatItNeedsOrNothing) {
  const auto result = gang({{0, 5, 100, [](Job& job) { job.preemptible = false; }}, {0, 5, 200}, {30, 6, 20, tier(1)}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{0, 120, 100}));
}
TEST(Gang, LeavesAJobAloneForItsMinimalRun) {
  EXPECT_EQ(in_seconds(gang({{0, 10, 100}, {30, 4, 20, tier(1)}}, {{"min_run_s", "60"}}).starts), (Seconds{80, 60}));
}
// Job 0 shrinks from 10 to 4 nodes over [50, 70): 8 s of work in 20 s.  Then it has all again, and 42 s left.
TEST(Gang, ShrinksAnElasticJobInsteadOfInterruptingIt) {
  const auto result = gang({{0, 10, 100, elastic(4, 10)}, {50, 6, 20, tier(1)}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{0, 50}));
  EXPECT_EQ(in_seconds(result.ends), (Seconds{112, 70}));
  EXPECT_EQ(result.lost[0], 0);
  EXPECT_EQ(result.resized, 2);
}
// Job 1 starts on the 4 nodes that are free instead of its 8: half speed over [1, 11), then all: 5 + 7.5 (at 10/8) x 1.25.
TEST(Gang, StartsAnElasticJobSmallerAndLetsItGrow) {
  const auto result = gang({{0, 6, 11}, {1, 8, 15, elastic(2, 10)}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{0, 1}));
  EXPECT_EQ(in_seconds(result.ends), (Seconds{11, 19}));  // 5 s done at 11; 10 s left at speed 1.25
}
TEST(Gang, TakesBackFromItsOwnTierOnlyWhatWasBeyondTheJobsWish) {
  // Job 0 asked for 4 nodes and grew to 10; the next of its tier gets 6 of them at once, a third waits.
  const auto result = gang({{0, 4, 100, elastic(2, 10)}, {10, 6, 20}, {11, 2, 20}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{0, 10, 30}));
}
// Two equal gangs that would not both fit never displace each other.
TEST(Gang, EqualsDoNotDisplaceEachOther) {
  const auto result = gang({{0, 6, 50, tier(1)}, {1, 6, 50, tier(1)}, {2, 6, 50, tier(1)}});
  EXPECT_EQ(result.preempted, 0);
  EXPECT_EQ(in_seconds(result.starts), (Seconds{0, 50, 100}));
}

}  // namespace
}  // namespace aifactory::scheduling
