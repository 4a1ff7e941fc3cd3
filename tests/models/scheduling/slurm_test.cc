/// Slurm's loops on 10 nodes, worked out by hand.  Backfill looks every 30 s, the main loop at every event; plans are exact
/// unless stated.
#include <gtest/gtest.h>

#include "tests/models/scheduling/testing.h"

namespace aifactory::scheduling {
namespace {

Seconds slurm(const std::vector<Ask>& asks, Options options = {}, const Surroundings& around = {}) {
  for (const auto& [name, value] : Options{{"bf_resolution", "1"}, {"batch_sched_delay", "0"}}) {
    if (std::none_of(options.begin(), options.end(), [&name](const auto& o) { return o.first == name; })) {
      options.emplace_back(name, value);
    }
  }
  return in_seconds(
      replay(jobs_asking(asks), {{.name = "pool", .nodes = 10}}, {"slurm_backfill", std::move(options)}, around).starts);
}

// At 50 job 2 would fit, but job 1 is left waiting in its partition: nobody behind it starts until backfill looks at 60.
TEST(Slurm, TheMainLoopLetsNobodyPass) {
  EXPECT_EQ(slurm({{0, 7, 100}, {1, 8, 100}, {50, 2, 100}}), (Seconds{0, 100, 60}));
}
// Widened to whole minutes, the plan of job 1 ([100, 200) becomes [60, 240)) leaves no room for job 2.
TEST(Slurm, PlansAreWidenedToTheResolution) {
  EXPECT_EQ(slurm({{0, 7, 100}, {1, 8, 100}, {50, 2, 100}}, {{"bf_resolution", "60"}}), (Seconds{0, 100, 100}));
}
// Every job that is tested holds a plan, so nobody is delayed: as conservative backfill (easy gives 0, 100, 300, 50).
TEST(Slurm, EveryTestedJobHoldsItsPlan) {
  EXPECT_EQ(slurm({{0, 7, 100}, {1, 8, 100}, {2, 9, 100}, {50, 2, 250}}), (Seconds{0, 100, 200, 300}));
}
// At 30 the start of job 1, 100, is more than a minute away: it holds nothing, and job 2 delays it to 280.
TEST(Slurm, NothingIsPlannedBeyondTheWindow) {
  EXPECT_EQ(slurm({{0, 7, 100}, {1, 9, 100}, {2, 2, 250}}), (Seconds{0, 100, 200}));
  EXPECT_EQ(slurm({{0, 7, 100}, {1, 9, 100}, {2, 2, 250}}, {{"bf_window", "1"}}), (Seconds{0, 280, 30}));
}
TEST(Slurm, BackfillTriesSoManyJobs) {
  EXPECT_EQ(slurm({{0, 7, 100}, {1, 8, 100}, {2, 3, 50}}), (Seconds{0, 100, 30}));
  EXPECT_EQ(slurm({{0, 7, 100}, {1, 8, 100}, {2, 3, 50}}, {{"bf_max_job_test", "1"}}), (Seconds{0, 100, 200}));
}
// One job an event; the others wait for backfill, or without it for the main loop over all jobs.
TEST(Slurm, TheMainLoopTriesSoManyJobsAtAnEvent) {
  const std::vector<Ask> three = {{0, 1, 100}, {0, 1, 100}, {0, 1, 100}};
  EXPECT_EQ(slurm(three), (Seconds{0, 0, 0}));
  EXPECT_EQ(slurm(three, {{"default_queue_depth", "1"}}), (Seconds{0, 30, 30}));
  EXPECT_EQ(slurm(three, {{"default_queue_depth", "1"}, {"bf_max_job_test", "0"}}), (Seconds{0, 60, 60}));
}
// The first loop runs at once; the job of 0.5 is looked at 3 s after it, and with a delay of 1 s in the next whole second.
// A job's end at 10.25 starts the next one at 11.
TEST(Slurm, TheMainLoopLeavesTimeBetweenItsRuns) {
  const std::vector<Ask> jobs = {{0, 4, 100}, {0.5, 4, 9.75}, {0.75, 10, 1}};
  EXPECT_EQ(slurm(jobs), (Seconds{0, 0.5, 100}));
  EXPECT_EQ(slurm(jobs, {{"batch_sched_delay", "3"}}), (Seconds{0, 3, 100}));
  EXPECT_EQ(slurm(jobs, {{"batch_sched_delay", "1"}}), (Seconds{0, 1, 100}));
  EXPECT_EQ(slurm({{0, 10, 10.25}, {1, 10, 1}}, {{"batch_sched_delay", "1"}}), (Seconds{0, 11}));
}
TEST(Slurm, RanksByAgeThenBySizeOrTier) {
  const std::vector<Ask> jobs = {{0, 10, 100}, {1, 4, 10}, {2, 8, 10, tier(2)}};
  EXPECT_EQ(slurm(jobs), (Seconds{0, 100, 110}));
  EXPECT_EQ(slurm(jobs, {{"weight_job_size", "1000"}}), (Seconds{0, 110, 100}));
  EXPECT_EQ(slurm(jobs, {{"weight_qos", "1000"}}), (Seconds{0, 110, 100}));
  // Age counts in full after max_age: at 100 job 1 has waited 99 s of 60 and job 2 98 s; the size decides.
  EXPECT_EQ(slurm(jobs, {{"weight_job_size", "1"}, {"max_age_min", "1"}, {"weight_age", "1000"}}), (Seconds{0, 100, 110}));
  EXPECT_EQ(slurm(jobs, {{"weight_job_size", "10"}, {"max_age_min", "1"}, {"weight_age", "1000"}}), (Seconds{0, 110, 100}));
}
// With a half-life of a minute tenant a has used 0.685 of the machine by 100; its factor is 2^(-0.685 / 0.5) = 0.39.
TEST(Slurm, RanksByFairShare) {
  const std::vector<Ask> jobs = {{0, 10, 100, tenant("a")}, {1, 10, 10, tenant("a")}, {2, 10, 10, tenant("b")}};
  EXPECT_EQ(slurm(jobs), (Seconds{0, 100, 110}));
  EXPECT_EQ(slurm(jobs, {{"weight_fairshare", "10000"}, {"half_life_min", "1"}}), (Seconds{0, 110, 100}));
}
// A tenant at its limit is passed over and blocks nobody.
TEST(Slurm, LimitsWhatATenantRuns) {
  const std::vector<Ask> jobs = {{0, 4, 100, tenant("a")}, {0, 4, 100, tenant("a")}, {0, 2, 100, tenant("b")}};
  EXPECT_EQ(slurm(jobs), (Seconds{0, 0, 0}));
  EXPECT_EQ(slurm(jobs, {{"max_jobs_per_tenant", "1"}}), (Seconds{0, 100, 0}));
  EXPECT_EQ(slurm(jobs, {{"max_nodes_per_tenant", "7"}}), (Seconds{0, 100, 0}));
}
TEST(Slurm, RejectsWhatThePartitionIsTooShortFor) {
  EXPECT_EQ(slurm({{0, 1, 61}, {0, 1, 60}}, {{"max_time_min", "1"}}), (Seconds{-1, 0}));
}
// Six nodes are out over [100, 200): the large job starts after it, one that needs four nodes at any time, and one that
// ends by then at the next backfill.
TEST(Slurm, PlansAroundMaintenance) {
  Surroundings around;
  around.outages = {{0, {sec(100), sec(200), {0, 6}}}};
  EXPECT_EQ(slurm({{1, 8, 150}, {2, 4, 100}, {3, 6, 70}}, {}, around), (Seconds{200, 30, 30}));
}
// Nothing is left to decide: no loop is asked for, however long the jobs run.
TEST(Slurm, SleepsWhenNothingHappens) {
  const auto result = replay(jobs_asking({{0, 10, 1e6}, {1, 10, 1e6}}), {{.name = "pool", .nodes = 10}}, {"slurm_backfill", {}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{0, 1e6}));
  EXPECT_LE(result.passes, 8);
}

}  // namespace
}  // namespace aifactory::scheduling
