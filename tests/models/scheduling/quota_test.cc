/// Quotas of tenants on 10 nodes, worked out by hand.
#include <gtest/gtest.h>

#include "models/random.h"
#include "models/scheduling/policies.h"
#include "models/scheduling/view.h"
#include "tests/models/scheduling/testing.h"

namespace aifactory::scheduling {
namespace {

PolicyChoice choice(const std::string& policy, std::int64_t quota_of_a) {
  return {.name = policy, .options = {}, .quotas = {{"a", quota_of_a}}};
}
Seconds starts(const std::string& policy, std::int64_t quota_of_a, const std::vector<Ask>& asks) {
  return in_seconds(replay(jobs_asking(asks), {{.name = "pool", .nodes = 10}}, choice(policy, quota_of_a)).starts);
}

// a holds at most 6 nodes: its second job waits for the first although 6 nodes are free, and blocks nobody of b.
TEST(Quota, ATenantHoldsNoMoreAndBlocksNobody) {
  const std::vector<Ask> jobs = {{0, 4, 100, tenant("a")}, {0, 4, 50, tenant("a")}, {0, 6, 100, tenant("b")}, {1, 2, 10, tenant("a")}};
  EXPECT_EQ(starts("fcfs", 10, jobs), (Seconds{0, 0, 50, 100}));
  EXPECT_EQ(starts("easy_backfill", 10, jobs), (Seconds{0, 0, 50, 1}));
  for (const char* policy : {"fcfs", "easy_backfill", "conservative_backfill"}) {
    EXPECT_EQ(starts(policy, 6, jobs), (Seconds{0, 100, 0, 100})) << policy;
  }
}
// Within its quota a tenant's jobs keep their order: job 2 would have room beside job 0 and does not pass job 1.
TEST(Quota, JobsOfATenantDoNotPassEachOtherToIt) {
  EXPECT_EQ(starts("easy_backfill", 6, {{0, 4, 100, tenant("a")}, {0, 5, 50, tenant("a")}, {0, 2, 10, tenant("a")}}),
            (Seconds{0, 100, 150}));
}
TEST(Quota, AJobLargerThanItIsRejected) {
  EXPECT_EQ(starts("fcfs", 3, {{0, 4, 10, tenant("a")}, {0, 4, 10, tenant("b")}}), (Seconds{-1, 0}));
}
// Job 0 (tier 0) of a gives way to b; when it comes back it is first in the line of its tenant.
TEST(Quota, APreemptedJobComesBackBeforeLaterOnesOfItsTenant) {
  EXPECT_EQ(starts("gang_preemptive", 10, {{0, 10, 100, tenant("a")}, {1, 5, 10, tenant("a")}, {2, 10, 10, [](Job& job) { job.tier = 1; job.tenant = "b"; }}}),
            (Seconds{12, 112, 2}));
}
// An elastic job of 4 to 10 nodes grows into what the quota leaves when another has come and gone.
TEST(Quota, AnElasticJobGrowsUpToIt) {
  const std::vector<Job> jobs = jobs_asking({{0, 4, 120, [](Job& job) { job.min_nodes = 4; job.max_nodes = 10; job.tenant = "a"; }}, {1, 1, 1, tenant("b")}});
  for (const std::int64_t quota : {4, 10}) {
    std::int64_t most = 0;
    (void)replay(jobs, {{.name = "pool", .nodes = 10}}, choice("gang_preemptive", quota), Surroundings{},
                 [&](Tick, const SchedulerCore& core, const SchedulerCore::PassResult&) {
                   for (const RunningJob& running : core.view().pool(0).running) most = std::max(most, core.view().held_nodes(running));
                 });
    EXPECT_EQ(most, quota);
  }
}
// What is held never exceeds the quota, whatever comes and goes.
TEST(Quota, HoldsUnderEveryPolicyOnRandomJobs) {
  for (const PolicyInfo& policy : known_policies()) {
    if (policy.name == "custom") continue;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Rng rng(seed, "test/quota");
      std::vector<Ask> asks;
      for (int i = 0; i < 40; ++i) {
        asks.push_back({static_cast<double>(rng.uniform_int(0, 59)), rng.uniform_int(1, 6), static_cast<double>(rng.uniform_int(1, 30)),
                        tenant(rng.uniform() < 0.5 ? "a" : "b")});
      }
      const std::vector<Job> jobs = jobs_asking(asks);
      const auto result = replay(jobs, {{.name = "pool", .nodes = 10}}, choice(std::string(policy.name), 6), Surroundings{},
                                 [&](Tick, const SchedulerCore& core, const SchedulerCore::PassResult&) {
                                   std::int64_t held = 0;
                                   for (const RunningJob& running : core.view().pool(0).running) {
                                     if (jobs[static_cast<std::size_t>(running.job)].tenant == "a") held += core.view().held_nodes(running);
                                   }
                                   ASSERT_LE(held, 6) << policy.name << ", seed " << seed;
                                 });
      for (const Tick end : result.ends) ASSERT_NE(end, kNever) << policy.name << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace aifactory::scheduling
