/// Nodes that jobs share, worked out by hand: four shares to a node.
#include <gtest/gtest.h>

#include "models/error.h"
#include "models/scheduling/place.h"
#include "models/scheduling/policies.h"
#include "models/scheduling/share_counts.h"
#include "tests/models/scheduling/testing.h"

namespace aifactory::scheduling {
namespace {

using Ranges = std::vector<NodeRange>;
using Starts = std::vector<std::vector<NodeRange>>;

PoolSpec shared(std::int64_t nodes, std::int64_t nodes_per_rack = 1) {
  return {.name = "pool", .nodes = 4 * nodes, .nodes_per_rack = 4 * nodes_per_rack, .shares_per_node = 4};
}

/// Where a job of so many shares goes when `held` are taken; nothing: nowhere.
Ranges placed(const PoolSpec& pool, const Ranges& held, std::int64_t shares, const char* rule = "first_fit", std::int64_t group = 0) {
  NodeSet free(pool.nodes, true);
  for (const NodeRange& range : held) free.erase(range);
  Job job;
  job.domain_nodes = group;
  PlaceScratch scratch;
  Ranges out;
  return choose_nodes(*find_place(rule), {pool, free, shares, &job, {}}, scratch, out) ? out : Ranges{};
}

TEST(Shares, ASmallJobLiesWithinANode) {
  // Node 0 has one share left, node 1 two, node 2 four.
  const Ranges held{{0, 3}, {4, 6}};
  EXPECT_EQ(placed(shared(3), held, 1), (Ranges{{3, 4}}));
  EXPECT_EQ(placed(shared(3), held, 2), (Ranges{{6, 8}}));
  EXPECT_EQ(placed(shared(3), held, 3), (Ranges{{8, 11}}));
  EXPECT_EQ(placed(shared(3), held, 4), (Ranges{{8, 12}}));
  // Seven are free, and lie so that no five have a whole node and a fifth: 4 of node 2 and 1 of node 0.
  EXPECT_EQ(placed(shared(3), held, 5), (Ranges{{3, 4}, {8, 12}}));
  EXPECT_EQ(placed(shared(3), held, 6), (Ranges{{6, 12}}));
  EXPECT_EQ(placed(shared(3), held, 7), Ranges{});
}

TEST(Shares, TheFullestNodeThatHoldsTheRestIsTaken) {
  const Ranges held{{0, 1}, {4, 6}, {8, 10}};
  EXPECT_EQ(placed(shared(4), held, 2), (Ranges{{6, 8}}));
  EXPECT_EQ(placed(shared(4), held, 3), (Ranges{{1, 4}}));
  // A rule that spreads takes a node for itself as long as there is one.
  EXPECT_EQ(placed(shared(4), held, 2, "spread"), (Ranges{{12, 14}}));
  EXPECT_EQ(placed(shared(3), held, 2, "spread"), (Ranges{{6, 8}}));
}

TEST(Shares, WholeNodesGoByTheRule) {
  // Racks of two nodes; a share of node 0 is held.  First fit takes nodes 1 and 2; consolidated one rack.
  const PoolSpec pool = shared(4, 2);
  EXPECT_EQ(placed(pool, {{0, 1}}, 8), (Ranges{{4, 12}}));
  EXPECT_EQ(placed(pool, {{0, 1}}, 8, "consolidated"), (Ranges{{8, 16}}));
  // Groups of two nodes within a domain (the rack); what is left over stays with them, not beside others.
  EXPECT_EQ(placed(pool, {{0, 1}}, 8, "topology", 2), (Ranges{{8, 16}}));
  EXPECT_EQ(placed(pool, {{0, 1}}, 10, "topology", 2), (Ranges{{4, 6}, {8, 16}}));
  EXPECT_EQ(placed(pool, {{8, 9}}, 10, "topology", 2), (Ranges{{0, 8}, {12, 14}}));
}

TEST(Shares, AreCountedAsTheyAreTaken) {
  NodeSet free(12, true);
  ShareCounts counts(free, 4);
  EXPECT_TRUE(counts.fits(12));
  EXPECT_FALSE(counts.fits(13));
  const auto take = [&](NodeRange range) {
    free.erase(range);
    counts.follow(free, range);
  };
  take({3, 5});
  EXPECT_TRUE(counts.fits(7));   // four of node 2 and three of another
  EXPECT_FALSE(counts.fits(8));  // ten are free, and one node is whole
  take({8, 12});
  EXPECT_TRUE(counts.fits(3));
  EXPECT_FALSE(counts.fits(4));
  free.insert({3, 5});
  counts.follow(free, {3, 5});
  EXPECT_TRUE(counts.fits(8));
  EXPECT_TRUE(ShareCounts(free, 1).fits(1000));  // not shared: nothing is said
}

// Two nodes of four shares.  Jobs 0 and 1 hold one share for 100 s and two for 10 s; job 2 asks for a node, job 3 for five
// shares: job 2 takes node 1 at once; job 3 waits for it until 21 s, and has its fifth share beside job 0.  Job 4, of one share,
// fits beside job 0 all the time.
TEST(Shares, JobsShareANode) {
  const auto jobs = jobs_asking({{0, 1, 100}, {0, 2, 10}, {1, 4, 20}, {2, 5, 10}, {3, 1, 5}});
  for (const char* policy : {"fcfs", "easy_backfill", "conservative_backfill", "fair_share", "gang_preemptive", "topology_aware"}) {
    const ReplayResult result = replay(jobs, {shared(2)}, {policy, {}});
    SCOPED_TRACE(policy);
    EXPECT_EQ(result.starts[1], 0);
    EXPECT_EQ(in_seconds({result.starts[2]}), (Seconds{1}));
    EXPECT_EQ(in_seconds({result.starts[3]}), (Seconds{21}));
    EXPECT_EQ(in_seconds({result.starts[4]}), (Seconds{std::string_view(policy) == "fcfs" ? 21.0 : 3.0}));
  }
  // With whole nodes job 1 would have the second node, and job 2 would wait for it.
  const auto whole = replay(jobs_asking({{0, 1, 100}, {0, 1, 10}, {1, 1, 20}, {3, 1, 5}}), {{.name = "pool", .nodes = 2}}, {"easy_backfill", {}});
  EXPECT_EQ(in_seconds(whole.starts), (Seconds{0, 0, 10, 30}));
}

// Three shares are free on each of two nodes, six in all, and the head needs a node.  A promise by count would be "now", for
// ever; the head is planned as the nodes lie, for 50 s, and the long jobs of one share behind it may take node 1 only.
TEST(Shares, AHeadIsPlannedAsTheNodesLie) {
  const auto jobs = jobs_asking({{0, 3, 10}, {0, 3, 10}, {0, 1, 50}, {0, 1, 1000}, {11, 4, 10}, {12, 1, 1000}, {13, 1, 1000}, {14, 1, 1000}, {15, 1, 1000}});
  const ReplayResult result = replay(jobs, {shared(2)}, {"easy_backfill", {}});
  EXPECT_EQ(in_seconds({result.starts[4]}), (Seconds{50}));
  EXPECT_EQ(in_seconds({result.starts[5], result.starts[6], result.starts[7]}), (Seconds{12, 13, 14}));
  EXPECT_EQ(in_seconds({result.starts[8]}), (Seconds{60}));
}

TEST(Shares, DivideTheNodesOfAPool) {
  const auto refused = [](PoolSpec pool) { return SchedulerCore({}, {std::move(pool)}, PolicyChoice{}); };
  EXPECT_THROW(refused({.name = "pool", .nodes = 10, .nodes_per_rack = 4, .shares_per_node = 4}), InputError);
  EXPECT_THROW(refused({.name = "pool", .nodes = 8, .nodes_per_rack = 2, .shares_per_node = 4}), InputError);
  EXPECT_NO_THROW(refused(shared(2)));
}

}  // namespace
}  // namespace aifactory::scheduling
