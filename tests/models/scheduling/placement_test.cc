/// Blocks of the scale-out fabric, data of jobs and states of nodes, worked out by hand.
#include <gtest/gtest.h>

#include "models/scheduling/blocks.h"
#include "models/scheduling/place.h"
#include "tests/models/scheduling/testing.h"

namespace aifactory::scheduling {
namespace {

std::function<void(Job&)> talks(double share) {
  return [share](Job& job) { job.communication_frac = share; };
}
/// Eight nodes in two blocks.
std::vector<PoolSpec> two_blocks(double oversubscription) {
  return {{.name = "pool", .nodes = 8, .nodes_per_block = 4, .oversubscription = oversubscription}};
}
std::vector<NodeRange> placed(const PoolSpec& pool, const std::vector<NodeRange>& held, std::int64_t nodes, std::int64_t group = 0) {
  NodeSet free(pool.nodes, true);
  for (const NodeRange& range : held) free.erase(range);
  Job job;
  job.domain_nodes = group;
  PlaceScratch scratch;
  std::vector<NodeRange> out;
  return place_topology({pool, free, nodes, &job, {}}, scratch, out) ? out : std::vector<NodeRange>{};
}
using Ranges = std::vector<NodeRange>;

TEST(Blocks, AreCountedOnce) {
  EXPECT_EQ(blocks_spanned(4, Ranges{}), 0);
  EXPECT_EQ(blocks_spanned(0, Ranges{{0, 100}}), 1);
  EXPECT_EQ(blocks_spanned(4, Ranges{{0, 4}}), 1);
  EXPECT_EQ(blocks_spanned(4, Ranges{{3, 5}}), 2);
  EXPECT_EQ(blocks_spanned(4, Ranges{{0, 1}, {2, 3}, {3, 4}, {7, 9}}), 3);
  EXPECT_EQ(blocks_spanned(4, Ranges{{0, 1}, {15, 16}}), 2);
  EXPECT_EQ(blocks_spanned(4, Ranges{{1, 16}}), 4);
}

// Half of the time is communication, which takes four times as long between blocks: 0.5 + 0.5 x 4 = 2.5 of the time.
TEST(Blocks, SlowTheCommunicationOnly) {
  EXPECT_DOUBLE_EQ(1.0 / spread_pace(0.5, 4.0), 2.5);
  EXPECT_EQ(spread_pace(0.5, 1.0), 1.0);
  EXPECT_EQ(spread_pace(0.0, 4.0), 1.0);
  EXPECT_EQ(spread_pace(1.0, 4.0), 0.25);
}

// Job 0 has nodes 0 and 1.  A gang of four takes the lowest, 2 to 5, across both blocks: with a third of its time communication
// and a fourfold oversubscription it takes twice as long.  Kept within the second block it ends 100 s earlier.
TEST(TopologyAware, KeepsAGangWithinABlock) {
  const auto jobs = jobs_asking({{0, 2, 1000}, {1, 4, 100, talks(1.0 / 3.0)}});
  EXPECT_EQ(in_seconds(replay(jobs, two_blocks(4), {"easy_backfill", {}}).ends), (Seconds{1000, 201}));
  EXPECT_EQ(in_seconds(replay(jobs, two_blocks(4), {"topology_aware", {}}).ends), (Seconds{1000, 101}));
  // Without oversubscription, or without communication, they are equal.
  for (const char* policy : {"easy_backfill", "topology_aware"}) {
    EXPECT_EQ(in_seconds(replay(jobs, two_blocks(1), {policy, {}}).ends), (Seconds{1000, 101}));
    EXPECT_EQ(in_seconds(replay(jobs_asking({{0, 2, 1000}, {1, 4, 100}}), two_blocks(4), {policy, {}}).ends), (Seconds{1000, 101}));
  }
}

// A gang of six cannot lie in one block, and runs at once rather than never.
TEST(TopologyAware, AGangWiderThanABlockSpansSome) {
  const auto jobs = jobs_asking({{0, 6, 100, talks(1.0 / 3.0)}});
  EXPECT_EQ(in_seconds(replay(jobs, two_blocks(4), {"topology_aware", {}}).ends), (Seconds{200}));
}

// Four blocks of four with 1, 1, 4 and 3 nodes free.
TEST(TopologyAware, SpansAsFewBlocksAsPossible) {
  const PoolSpec pool{.name = "pool", .nodes = 16, .nodes_per_block = 4, .oversubscription = 2};
  const Ranges held{{0, 3}, {4, 7}, {12, 13}};
  EXPECT_EQ(placed(pool, held, 7), (Ranges{{8, 12}, {13, 16}}));
  EXPECT_EQ(placed(pool, held, 3), (Ranges{{13, 16}}));           // the fullest that holds it
  EXPECT_EQ(placed(pool, held, 1), (Ranges{{3, 4}}));
  EXPECT_EQ(placed(pool, held, 5), (Ranges{{3, 4}, {8, 12}}));    // the emptiest, then the fullest that holds the rest
  EXPECT_EQ(placed(pool, held, 8), (Ranges{{3, 4}, {8, 12}, {13, 16}}));
  EXPECT_EQ(placed(pool, held, 9), (Ranges{{3, 4}, {7, 12}, {13, 16}}));
  EXPECT_TRUE(placed(pool, held, 10).empty());
}

// Blocks of four nodes in domains of two.  Pairs that must be close: node 1 alone serves nobody.
TEST(TopologyAware, KeepsGroupsInDomainsWithinBlocks) {
  const PoolSpec pool{.name = "pool", .nodes = 12, .nodes_per_domain = 2, .nodes_per_block = 4, .oversubscription = 2};
  EXPECT_EQ(placed(pool, {{0, 1}}, 4, 2), (Ranges{{4, 8}}));
  EXPECT_EQ(placed(pool, {{0, 1}}, 2, 2), (Ranges{{2, 4}}));
  EXPECT_EQ(placed(pool, {{0, 1}}, 3, 2), (Ranges{{1, 4}}));      // a pair and a single one
  EXPECT_EQ(placed(pool, {{0, 1}}, 10, 2), (Ranges{{2, 12}}));
  EXPECT_EQ(placed(pool, {{0, 1}}, 11, 2), (Ranges{{1, 12}}));
  EXPECT_EQ(placed(pool, {{0, 1}, {4, 5}, {8, 9}}, 6, 2), (Ranges{{2, 4}, {6, 8}, {10, 12}}));
  EXPECT_TRUE(placed(pool, {{0, 1}, {4, 5}, {8, 9}}, 8, 2).empty());
}

// One block that holds all is no block: domains count as before.
TEST(TopologyAware, OneBlockChangesNothing) {
  PoolSpec one{.name = "pool", .nodes = 12, .nodes_per_rack = 3, .nodes_per_block = 12, .oversubscription = 8};
  const Ranges with = placed(one, {{0, 1}, {4, 6}}, 5);
  one.nodes_per_block = 0;
  EXPECT_EQ(with, placed(one, {{0, 1}, {4, 6}}, 5));
}

// Job 1 says nothing of its run time and lies in both blocks: its 100 s of work end at 200.  The head (2) is promised that instant,
// and job 3, which ends at 153, may run before it.
TEST(Blocks, APlanWithoutALimitKnowsThem) {
  auto jobs = jobs_asking({{0, 2, 1000}, {0, 4, 100, talks(1.0 / 3.0)}, {2, 6, 10}, {3, 2, 150}, {4, 2, 190}});
  jobs[1].estimate = kNever;
  EXPECT_EQ(in_seconds(replay(jobs, two_blocks(4), {"easy_backfill", {}}).starts), (Seconds{0, 0, 200, 3, 210}));
}

// ---- data ----------------------------------------------------------------------------------------------------------

std::function<void(Job&)> staged(double first_s, double second_s) {
  return [=](Job& job) { job.staging_on = {first_s < 0 ? kNever : sec(first_s), second_s < 0 ? kNever : sec(second_s)}; };
}
const std::vector<PoolSpec> kTwoSites = {{.name = "a", .nodes = 2}, {.name = "b", .nodes = 2, .site = 1}};

TEST(DataLocation, WhereTheDataAreIsTriedFirst) {
  const auto jobs = jobs_asking({{0, 2, 50, staged(30, 0)}});
  for (const char* policy : {"fcfs", "easy_backfill", "conservative_backfill", "slurm_backfill", "gang_preemptive", "fair_share", "topology_aware"}) {
    EXPECT_EQ(in_seconds(replay(jobs, kTwoSites, {policy, {}}).ends), (Seconds{50})) << policy;
  }
}

// b is held until 100.  Job 1 takes a at once, waits 30 s for its data and ends at 81.  Job 2, whose data cannot leave b, waits.
TEST(DataLocation, ElsewhereTheDataAreBroughtFirst) {
  const auto jobs = jobs_asking({{0, 2, 100, [](Job& job) { job.pool = 1; }}, {1, 2, 50, staged(30, 0)}, {2, 2, 50, staged(-1, 0)}});
  const auto result = replay(jobs, kTwoSites, {"easy_backfill", {}});
  EXPECT_EQ(in_seconds(result.starts), (Seconds{0, 1, 100}));
  EXPECT_EQ(in_seconds(result.ends), (Seconds{100, 81, 150}));
}

// Job 1 is planned to hold a until 1 + 30 + 50: the head of a is promised 81, and what ends there may run before it.
TEST(DataLocation, PlansCountTheWayOfTheData) {
  const auto in_a = [](Job& job) { job.pool = 0; };
  const std::vector<PoolSpec> pools = {{.name = "a", .nodes = 3}, {.name = "b", .nodes = 2, .site = 1}};
  const auto jobs = jobs_asking({{0, 2, 100, [](Job& job) { job.pool = 1; }}, {1, 2, 50, staged(30, 0)}, {2, 3, 10, in_a}, {3, 1, 78, in_a}, {3, 1, 1, in_a}});
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"easy_backfill", {}}).starts), (Seconds{0, 1, 81, 3, 91}));
}

TEST(DataLocation, AJobWhoseDataReachNoPoolIsRejected) {
  EXPECT_EQ(replay(jobs_asking({{0, 1, 10, staged(-1, -1)}}), kTwoSites, {"easy_backfill", {}}).rejected, 1);
}

// ---- promises ------------------------------------------------------------------------------------------------------

std::vector<std::string> slips(const std::vector<Job>& jobs, const std::vector<PoolSpec>& pools, const PolicyChoice& choice, const Surroundings& around) {
  std::vector<std::string> out;
  (void)replay(jobs, pools, choice, around, [&](Tick now, const SchedulerCore&, const SchedulerCore::PassResult& pass) {
    for (const auto& note : pass.notes) out.push_back(std::to_string(static_cast<int>(to_seconds(now))) + " job " + std::to_string(note.job) + " " + note.key + " " + note.value);
  });
  return out;
}
using Slips = std::vector<std::string>;

// The head needs all four nodes, free at 100.
const std::vector<Ask> kHead = {{0, 3, 100}, {1, 4, 10}};

TEST(Promises, HoldWhenNothingHappens) {
  EXPECT_EQ(slips(jobs_asking(kHead), {{.name = "pool", .nodes = 4}}, {"easy_backfill", {}}, {}), Slips{});
}

// A node that nobody holds is out from 50 to 150.
TEST(Promises, SlipWithNodes) {
  Surroundings around;
  around.changes = {{sec(50), 0, {3, 4}, false}, {sec(150), 0, {3, 4}, true}};
  EXPECT_EQ(slips(jobs_asking(kHead), {{.name = "pool", .nodes = 4}}, {"easy_backfill", {}}, around), Slips{"150 job 1 slip fault 50"});
  EXPECT_EQ(slips(jobs_asking(kHead), {{.name = "pool", .nodes = 4}}, {"fcfs", {}}, around), Slips{});
}

// Promises that are kept slip with nodes, too: at 50 the one for 100 is dropped.
TEST(Promises, SlipUnderConservativeBackfill) {
  Surroundings around;
  around.changes = {{sec(50), 0, {3, 4}, false}, {sec(150), 0, {3, 4}, true}};
  const PolicyChoice keep{"conservative_backfill", {{"promises", "keep"}}};
  EXPECT_EQ(slips(jobs_asking(kHead), {{.name = "pool", .nodes = 4}}, keep, around), Slips{"150 job 1 slip fault 50"});
  EXPECT_EQ(slips(jobs_asking(kHead), {{.name = "pool", .nodes = 4}}, keep, {}), Slips{});
}

// The first runs at half speed without being ended at its limit: 100 s late.
TEST(Promises, SlipWithJobsThatOutliveTheirPlan) {
  Surroundings around;
  around.heat = {{{1, 1, 1, 1}, {0.5, 1, 1, 1}}};
  EXPECT_EQ(slips(jobs_asking(kHead), {{.name = "pool", .nodes = 4}}, {"easy_backfill", {}}, around), Slips{"200 job 1 slip overrun 100"});
}

// Power for 4 kW is promised for 100; from 50 to 300 the limit is 3 kW.
TEST(Promises, SlipWithThePowerLimit) {
  Surroundings around;
  around.limits = {{0, 0, Power(4e3)}, {sec(50), 0, Power(3e3)}, {sec(300), 0, Power(4e3)}};
  EXPECT_EQ(slips(jobs_asking(kHead), {{.name = "pool", .nodes = 4, .node_power = Power(1000.0)}}, {"power_capped", {}}, around),
            Slips{"300 job 1 slip cap 200"});
}

// ---- node states ---------------------------------------------------------------------------------------------------

TEST(NodeStates, AreCountedByReason) {
  const std::vector<Job> none;
  SchedulerCore core(none, {{.name = "pool", .nodes = 8}}, PolicyChoice{});
  const PoolState& pool = core.view().pool(0);
  const auto counts = [&pool] {
    std::vector<std::int64_t> out;
    for (const NodeState why : {NodeState::down, NodeState::repair, NodeState::burn_in, NodeState::maintenance}) out.push_back(pool.out_for(why));
    return out;
  };
  using Counts = std::vector<std::int64_t>;
  core.set_nodes_up(0, {0, 2}, false, 0);  // before anybody asks why
  core.set_nodes(0, {1, 3}, NodeState::repair, 1);
  EXPECT_EQ(counts(), (Counts{1, 2, 0, 0}));
  core.set_nodes(0, {2, 3}, NodeState::burn_in, 2);
  core.set_nodes(0, {6, 8}, NodeState::maintenance, 2);
  EXPECT_EQ(counts(), (Counts{1, 1, 1, 2}));
  EXPECT_EQ(pool.state(2), NodeState::burn_in);
  EXPECT_EQ(pool.free.count(), 3);
  core.set_nodes(0, {0, 8}, NodeState::idle, 3);
  EXPECT_EQ(counts(), (Counts{0, 0, 0, 0}));
  EXPECT_EQ(pool.free.count(), 8);
}

}  // namespace
}  // namespace aifactory::scheduling
