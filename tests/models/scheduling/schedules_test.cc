/// Schedules small enough to work out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "models/scheduling/replay.h"

namespace aifactory::scheduling {
namespace {

struct Row {
  double submit_s;
  std::int64_t nodes;
  double run_s;
  double estimate_s = -1;  ///< -1: as the run time
};
struct Case {
  std::string name;
  std::int64_t nodes;
  std::vector<Row> jobs;
  PolicyChoice policy;
  std::vector<double> starts_s;
};

std::vector<Job> jobs_of(const std::vector<Row>& rows) {
  std::vector<Job> jobs;
  for (const Row& row : rows) {
    Job job;
    job.submit = to_ticks(row.submit_s * s);
    job.nodes = row.nodes;
    job.work = to_ticks(row.run_s * s);
    job.estimate = to_ticks((row.estimate_s < 0 ? row.run_s : row.estimate_s) * s);
    jobs.push_back(job);
  }
  return jobs;
}

std::vector<double> seconds(const std::vector<Tick>& ticks) {
  std::vector<double> out;
  for (const Tick tick : ticks) out.push_back(tick == kNever ? -1 : to_seconds(tick));
  return out;
}

class Schedule : public testing::TestWithParam<Case> {};
TEST_P(Schedule, StartsAsWorkedOutByHand) {
  const Case& c = GetParam();
  const auto result = replay(jobs_of(c.jobs), {{.name = "pool", .nodes = c.nodes}}, c.policy);
  EXPECT_EQ(seconds(result.starts), c.starts_s);
}

const PolicyChoice kFcfs{"fcfs", {}}, kEasy{"easy_backfill", {}}, kConservative{"conservative_backfill", {}};
PolicyChoice with(PolicyChoice choice, std::vector<std::pair<std::string, std::string>> options) {
  choice.options = std::move(options);
  return choice;
}
const std::vector<Row> kBlocked = {{0, 7, 100}, {1, 8, 100}, {2, 9, 100}, {50, 2, 250}};
// Head (8 nodes) waits for the 6-node job that ends at 100; at 100, 10 - 8 = 2 extra nodes are left.
const std::vector<Row> kExtra = {{0, 6, 100}, {1, 8, 100}, {2, 2, 1000}, {2, 2, 1000}};
// 0-3 are free from 10 on, 4-9 until 100 are not.  The head (8 nodes) can start at 100 with 2 extra nodes by count;
// placed on the lowest numbers it would get 0-7, and nothing that is free at 12 is outside those.
const std::vector<Row> kPinned = {{0, 4, 10}, {0, 6, 100}, {11, 8, 50}, {12, 2, 300}};

INSTANTIATE_TEST_SUITE_P(
    , Schedule,
    testing::Values(
        // EASY overtakes the second waiting job (start 300 instead of 200), conservative must not.
        Case{"FcfsNobodyOvertakes", 10, kBlocked, kFcfs, {0, 100, 200, 300}},
        Case{"EasyProtectsTheHeadOnly", 10, kBlocked, kEasy, {0, 100, 300, 50}},
        Case{"ConservativeProtectsAll", 10, kBlocked, kConservative, {0, 100, 200, 300}},
        Case{"DepthTwoProtectsTwo", 10, kBlocked, with(kEasy, {{"depth", "2"}}), {0, 100, 200, 300}},
        Case{"DepthZeroProtectsNobody", 10, kBlocked, with(kEasy, {{"depth", "0"}}), {0, 100, 300, 50}},
        // Starts = published completions - run times: (2,60)(4,30)(2,30)(2,50) on 4 nodes end at 60, 90, 30, 140.
        Case{"ShortJobSlipsIn", 4, {{0, 2, 60}, {0, 4, 30}, {0, 2, 30}, {0, 2, 50}}, kEasy, {0, 60, 0, 90}},
        // (1,6000)(2,70)(4,20)(5,20)(1,6000) on 6 nodes end at 6000, 70, 90, 6020, 6000.
        Case{"ExtraNodeForALongJob",
             6,
             {{0, 1, 6000}, {0, 2, 70}, {0, 4, 20}, {0, 5, 20}, {0, 1, 6000}},
             kEasy,
             {0, 0, 70, 6000, 0}},
        // (3,660)(1,120)(3,1740)(1,1080) on 6 nodes, 1 s apart, end at 660, 121, 1861, 1740.
        Case{"HeadStartsEarlyWhenNodesFree",
             6,
             {{0, 3, 660}, {1, 1, 120}, {2, 3, 1740}, {3, 1, 1080}},
             kEasy,
             {0, 1, 121, 660}},
        // Two long jobs want the two extra nodes: the first gets them.
        Case{"ExtraNodesAreUsedUp", 10, kExtra, kEasy, {0, 100, 2, 200}},
        Case{"CountReservation", 10, kPinned, kEasy, {0, 0, 100, 12}},
        Case{"ConcreteReservation", 10, kPinned, with(kEasy, {{"reservation", "concrete"}}), {0, 0, 100, 100}},
        // Both ends at 100 count for the shadow time: 10 - 7 nodes are extra.
        Case{"EndsOfOneTickCountTogether",
             10,
             {{0, 3, 100}, {0, 3, 100}, {1, 7, 10}, {2, 3, 1000}},
             kEasy,
             {0, 0, 100, 2}},
        // The shortest of those behind the head goes first: both fit, one at a time.
        Case{"EasySjbf", 10, {{0, 6, 100}, {1, 8, 100}, {2, 4, 90}, {2, 4, 50}}, {"easy_sjbf", {}}, {0, 100, 200, 2}},
        Case{"EasyInOrder", 10, {{0, 6, 100}, {1, 8, 100}, {2, 4, 90}, {2, 4, 50}}, kEasy, {0, 100, 2, 200}},
        Case{"Sjf", 4, {{0, 4, 10}, {1, 4, 30}, {2, 4, 20}}, {"sjf", {}}, {0, 30, 10}},
        Case{"Ljf", 4, {{0, 4, 10}, {1, 4, 20}, {2, 4, 30}}, {"ljf", {}}, {0, 40, 10}},
        Case{"TiesFallToTheEarlier", 4, {{0, 4, 10}, {1, 4, 20}, {2, 4, 20}}, {"ljf", {}}, {0, 10, 30}},
        // A job of no length ends in the instant in which it starts, and the next one starts in it too.
        Case{"ZeroLength", 4, {{5, 4, 0}, {5, 4, 0}, {5, 4, 7}, {5, 1, 1}}, kFcfs, {5, 5, 5, 12}},
        // Job 0 outlives its estimate of 50 and ends at 100.  The head's shadow time is then always the next tick,
        // so nothing that fits may overtake.
        Case{"OverrunHoldsItsNodes", 4, {{0, 3, 100, 50}, {1, 4, 10}, {60, 1, 5}}, kEasy, {0, 100, 110}},
        // At 20 the shadow time is still 50: 20 + 30 = 50 may pass, 20 + 31 may not.
        Case{"BeforeTheOverrun", 4, {{0, 3, 100, 50}, {1, 4, 10}, {20, 1, 30}}, kEasy, {0, 100, 20}},
        Case{"ShadowTimeIsInclusiveToTheTick",
             4,
             {{0, 3, 100, 50}, {1, 4, 10}, {20, 1, 30.000001}},
             kEasy,
             {0, 100, 110}},
        // Promised at 2: job 2 at 200 (estimate of job 1), job 3 at 100.  Job 1 ends early at 100.
        Case{"ConservativeReplans",
             10,
             {{0, 5, 100}, {0, 5, 100, 200}, {1, 10, 10}, {2, 5, 50}},
             kConservative,
             {0, 0, 100, 110}},
        Case{"ConservativeKeeps",
             10,
             {{0, 5, 100}, {0, 5, 100, 200}, {1, 10, 10}, {2, 5, 50}},
             with(kConservative, {{"promises", "keep"}}),
             {0, 0, 150, 100}},
        // Larger than the machine: rejected, and blocks nobody.
        Case{"Impossible", 4, {{0, 5, 10}, {0, 4, 10}}, kFcfs, {-1, 0}}),
    [](const auto& instance) { return instance.param.name; });

TEST(Priority, LargerIsMoreUrgent) {
  auto jobs = jobs_of({{0, 4, 10}, {1, 4, 10}, {2, 4, 10}, {3, 4, 10}});
  jobs[2].priority = 5;
  jobs[1].priority = -1;
  const auto result = replay(jobs, {{.name = "pool", .nodes = 4}}, {"priority", {}});
  EXPECT_EQ(seconds(result.starts), (std::vector<double>{0, 30, 10, 20}));
}

TEST(Estimates, AreTheRunTimeWhereMissing) {
  auto jobs = jobs_of({{0, 6, 100}, {1, 8, 100}, {2, 4, 98}, {2, 4, 99}});
  for (Job& job : jobs) job.estimate = kNever;
  const auto result = replay(jobs, {{.name = "pool", .nodes = 10}}, kEasy);
  EXPECT_EQ(seconds(result.starts), (std::vector<double>{0, 100, 2, 200}));
}

// Pools a (4 nodes) and b (2 nodes).  A job for one pool never holds up the other; one for any pool takes the first
// that has room, and when none has, holds both closed under fcfs.
TEST(Pools, EachHasItsOwnHead) {
  auto jobs = jobs_of({{0, 4, 100}, {1, 4, 10}, {2, 2, 10}, {3, 1, 10}, {4, 2, 10}});
  jobs[1].pool = 0;  // waits for a
  jobs[2].pool = 1;  // starts in b at once
  jobs[4].pool = 1;
  const std::vector<PoolSpec> pools = {{.name = "a", .nodes = 4}, {.name = "b", .nodes = 2}};
  // Job 3 may run anywhere: a is closed by job 1, b is full until 12; job 4 waits behind it in b until 22.
  EXPECT_EQ(seconds(replay(jobs, pools, kFcfs).starts), (std::vector<double>{0, 100, 2, 12, 22}));
  EXPECT_EQ(seconds(replay(jobs, pools, kEasy).starts), (std::vector<double>{0, 100, 2, 12, 22}));
}

// 4 nodes; node 0 is down over [10, 50).  Job 0 held it, starts again from the beginning when 3 nodes are too few.
TEST(NodeLoss, RequeuesAndWithholds) {
  const auto jobs = jobs_of({{0, 4, 100}, {5, 2, 20}, {6, 4, 10}});
  const std::vector<NodeChange> changes = {{to_ticks(10.0 * s), 0, {0, 1}, false},
                                           {to_ticks(50.0 * s), 0, {0, 1}, true}};
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 4}};
  // fcfs: job 0 keeps its rank, is too large for three nodes, and nobody overtakes it.
  const auto fcfs = replay(jobs, pools, kFcfs, changes);
  EXPECT_EQ(seconds(fcfs.starts), (std::vector<double>{50, 150, 170}));
  EXPECT_EQ(fcfs.requeued, 1);
  // EASY: it can be promised nothing until the node is back, and the small job may pass.
  EXPECT_EQ(seconds(replay(jobs, pools, kEasy, changes).starts), (std::vector<double>{50, 10, 150}));
}

TEST(NodeLoss, PlansCountOnNodesThatAreUp) {
  // Job 0 holds 0-2 until 100, job 1 holds 3 until 200, 4 is free.  Node 2 dies while held, so at 100 only two come
  // back: the 4-node head must wait for 200, and a job that ends by then may pass.  At 200 nothing is extra.
  const auto jobs = jobs_of({{0, 3, 100}, {0, 1, 200}, {10, 4, 10}, {10, 1, 191}, {10, 1, 190}});
  SchedulerCore core(jobs, {{.name = "pool", .nodes = 5}}, kEasy);
  core.submit(0, 0);
  core.submit(1, 0);
  ASSERT_EQ(core.pass(0).starts.size(), 2u);
  core.set_nodes_up(0, {2, 3}, false, 5);
  const Tick ten = to_ticks(10.0 * s), hundred = to_ticks(100.0 * s);
  for (JobId job = 2; job < 5; ++job) core.submit(job, ten);
  const auto starts = core.pass(ten).starts;
  ASSERT_EQ(starts.size(), 1u);
  EXPECT_EQ(starts[0].job, 4);
  core.finish(0, hundred);
  EXPECT_EQ(core.free_nodes(0), 2);
  EXPECT_TRUE(core.pass(hundred).starts.empty());
  // Back, it makes 5 free at 200: one is extra, and the long job may have it.
  core.set_nodes_up(0, {2, 3}, true, hundred);
  EXPECT_EQ(core.free_nodes(0), 3);
  const auto later = core.pass(hundred).starts;
  ASSERT_EQ(later.size(), 1u);
  EXPECT_EQ(later[0].job, 3);
}

// Racks of 4; nodes 0-2 and 4-5 and 8 are held by single-rack jobs.  Consolidated placement puts 2 nodes where 2 are
// left (rack 1), 5 nodes into the empty rack 3 and the fullest rack that holds one more (rack 0).
TEST(Consolidated, TakesFewestRacksAndKeepsEmptyOnesWhole) {
  const auto jobs = jobs_of({{0, 3, 100}, {0, 1, 1}, {0, 2, 100}, {0, 2, 1}, {0, 1, 100}, {2, 2, 10}, {3, 5, 10}});
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 16, .nodes_per_rack = 4}};
  // The first five are placed by lowest numbers to make the holes.
  std::vector<Allocation> got(jobs.size());
  const auto note = [&](Tick, const SchedulerCore&, const SchedulerCore::PassResult& pass) {
    for (const auto& start : pass.starts) got[static_cast<std::size_t>(start.job)] = start.allocation;
  };
  (void)replay(jobs, pools, with(kFcfs, {{"place", "first_fit"}}), std::vector<NodeChange>{}, note);
  EXPECT_EQ(got[5].nodes, (std::vector<NodeRange>{{3, 4}, {6, 7}}));
  (void)replay(jobs, pools, with(kFcfs, {{"place", "consolidated"}}), std::vector<NodeChange>{}, note);
  // Job 0: 0-2 of rack 0; job 1: node 3 (the fullest that fits); job 2: 4-5; job 3: 6-7; job 4: node 8.
  EXPECT_EQ(got[4].nodes, (std::vector<NodeRange>{{8, 9}}));
  EXPECT_EQ(got[5].nodes, (std::vector<NodeRange>{{6, 8}}));
  EXPECT_EQ(got[6].nodes, (std::vector<NodeRange>{{3, 4}, {12, 16}}));
}

}  // namespace
}  // namespace aifactory::scheduling
