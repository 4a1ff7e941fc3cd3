/// Each aware policy against its blind twin, on a case built for it, by an amount worked out by hand.
#include <gtest/gtest.h>

#include "models/scheduling/tenant_usage.h"
#include "models/scheduling/topology.h"
#include "tests/models/scheduling/testing.h"

namespace aifactory::scheduling {
namespace {

// ---- fair shares: 10 nodes -----------------------------------------------------------------------------------------

// Tenant a fills the queue with four jobs of half the machine before b's two.  At 100 both have none; a's next starts, then b's
// is owed.  b waits 99 and 199 s instead of 199 and 199: 50 s less on average.
const std::vector<Ask> kTwoTenants = {{0, 5, 100, tenant("a")}, {0, 5, 100, tenant("a")}, {0, 5, 100, tenant("a")},
                                      {0, 5, 100, tenant("a")}, {1, 5, 100, tenant("b")}, {1, 5, 100, tenant("b")}};

TEST(FairShare, GivesTheSecondTenantItsTurn) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 10}};
  const auto jobs = jobs_asking(kTwoTenants);
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"easy_backfill", {}}).starts), (Seconds{0, 0, 100, 100, 200, 200}));
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"fair_share", {}}).starts), (Seconds{0, 0, 100, 200, 100, 200}));
  // With a memory of a minute a's hundred seconds count: b gets the whole machine.
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"fair_share", {{"half_life_min", "1"}}}).starts),
            (Seconds{0, 0, 200, 200, 100, 100}));
}

TEST(FairShare, WeighsTenants) {
  // a has three times the weight: three of its jobs for one of b's.
  std::vector<Ask> asks = {{0, 4, 10, tenant("c")}};
  for (int i = 0; i < 4; ++i) asks.push_back({1, 1, 100, tenant("b")});
  for (int i = 0; i < 4; ++i) asks.push_back({1, 1, 100, tenant("a")});
  PolicyChoice choice{"fair_share", {}};
  choice.weights = {{"a", 3.0}};
  const auto result = replay(jobs_asking(asks), {{.name = "pool", .nodes = 4}}, choice);
  EXPECT_EQ(in_seconds(result.starts), (Seconds{0, 10, 110, 110, 110, 10, 10, 10, 110}));
}

TEST(TenantUsage, SharesAreThoseOfTheDominantResource) {
  TenantUsage usage;
  usage.set_capacity({20, 80'000, 0});  // 20 nodes, 80 accelerators, power not known
  const auto a = usage.index("a"), b = usage.index("b");
  usage.change(a, {5, 40'000, 0}, 1, 0);  // a quarter of the nodes, half of the accelerators
  usage.change(b, {6, 0, 7}, 1, 0);       // 0.3 of the nodes, none of the accelerators
  EXPECT_DOUBLE_EQ(usage.share(a, 0), 0.5);
  EXPECT_DOUBLE_EQ(usage.share(b, 0), 0.3);
}

TEST(TenantUsage, ForgetsHalfInAHalfLife) {
  TenantUsage usage;
  usage.set_half_life(100);
  usage.set_capacity({10, 0, 0});
  const auto a = usage.index("a");
  usage.change(a, {10, 0, 0}, 1, 0);
  EXPECT_DOUBLE_EQ(usage.past(a, 100), 0.5);  // of what holding all for ever would make it
  EXPECT_DOUBLE_EQ(usage.share(a, 100), 1.5);
  usage.change(a, {-10, 0, 0}, -1, 100);
  EXPECT_DOUBLE_EQ(usage.past(a, 200), 0.25);
  EXPECT_DOUBLE_EQ(usage.share(a, 200), 0.25);
}

// ---- power: 1 kW a node --------------------------------------------------------------------------------------------

double above_limit_kj(const std::vector<Job>& jobs, const std::string& policy, double limit_kw) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 10, .node_power = Power(1000.0)}};
  Surroundings around;
  around.limits = {{0, 0, Power(limit_kw * 1e3)}};
  double energy = 0, above_kw = 0;
  Tick since = 0;
  (void)replay(jobs, pools, {policy, {}}, around, [&](Tick now, const SchedulerCore& core, const auto&) {
    energy += above_kw * to_seconds(now - since);
    since = now;
    above_kw = std::max(0.0, static_cast<double>(core.view().site(0).booked_mw) * 1e-6 - limit_kw);
  });
  return energy;
}

// Six and four nodes at 6 kW: together 4 kW too much for 100 s.
TEST(PowerCapped, NeverExceedsTheLimit) {
  const auto jobs = jobs_asking({{0, 6, 100}, {0, 4, 100}});
  EXPECT_DOUBLE_EQ(above_limit_kj(jobs, "easy_backfill", 6.0), 400.0);
  EXPECT_DOUBLE_EQ(above_limit_kj(jobs, "power_capped", 6.0), 0.0);
}

// 20 nodes, 10 kW.  Job 1 (8 kW) is held up by power alone and can start at 100 with 2 kW to spare.  Job 2 (4 nodes at half
// utilization) takes these for long, job 3 (1 kW) would delay job 1 and waits until it has ended.
TEST(PowerCapped, ReservesPowerForTheHead) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 20, .node_power = Power(1000.0)}};
  const auto jobs = jobs_asking({{0, 6, 100}, {1, 8, 100}, {2, 4, 1000, [](Job& job) { job.utilization = 0.5; }}, {3, 1, 1000}});
  Surroundings around;
  around.limits = {{0, 0, Power(10e3)}};
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"power_capped", {}}, around).starts), (Seconds{0, 100, 2, 200}));
  // A short one may pass: it gives its power back before job 1 needs it.
  auto quick = jobs;
  quick[3].work = quick[3].estimate = sec(97);
  EXPECT_EQ(in_seconds(replay(quick, pools, {"power_capped", {}}, around).starts), (Seconds{0, 100, 2, 3}));
  // The limit goes at 50: everybody starts.
  around.limits.push_back({sec(50), 0, Power(1e6)});
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"power_capped", {}}, around).starts), (Seconds{0, 50, 2, 50}));
}

TEST(PowerCapped, SharesOneLimitBetweenThePoolsOfASite) {
  const std::vector<PoolSpec> pools = {{.name = "a", .nodes = 4, .node_power = Power(1000.0)},
                                       {.name = "b", .nodes = 4, .node_power = Power(500.0)},
                                       {.name = "far", .nodes = 4, .node_power = Power(1000.0), .site = 1}};
  const auto in = [](std::int32_t pool) { return [pool](Job& job) { job.pool = pool; }; };
  const auto jobs = jobs_asking({{0, 4, 100, in(0)}, {0, 4, 100, in(1)}, {0, 4, 100, in(2)}});
  Surroundings around;
  around.limits = {{0, 0, Power(5e3)}, {0, 1, Power(4e3)}};
  // 4 kW and 2 kW do not go together below 5 kW; the other site has its own limit.
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"power_capped", {}}, around).starts), (Seconds{0, 100, 0}));
}

// ---- heat ----------------------------------------------------------------------------------------------------------

// The first of four racks is near its limit and runs at half speed: 200 s instead of 100.
TEST(ThermalAware, AvoidsTheHotRack) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 4}};
  Surroundings around;
  around.heat = {{{1, 9, 5, 9}, {0.5, 1, 1, 1}}};
  const auto one = jobs_asking({{0, 1, 100}});
  EXPECT_EQ(in_seconds(replay(one, pools, {"easy_backfill", {}}, around).ends), (Seconds{200}));
  EXPECT_EQ(in_seconds(replay(one, pools, {"thermal_aware", {}}, around).ends), (Seconds{100}));
  // Two nodes: the two coolest.  Three: not the hot one.  Four: as slow as it.
  std::vector<NodeRange> got;
  const auto note = [&](Tick, const SchedulerCore&, const SchedulerCore::PassResult& pass) {
    if (!pass.starts.empty()) got = pass.starts[0].allocation.nodes;
  };
  (void)replay(jobs_asking({{0, 2, 100}}), pools, {"thermal_aware", {}}, around, note);
  EXPECT_EQ(got, (std::vector<NodeRange>{{1, 2}, {3, 4}}));
  EXPECT_EQ(in_seconds(replay(jobs_asking({{0, 3, 100}}), pools, {"thermal_aware", {}}, around).ends), (Seconds{100}));
  EXPECT_EQ(in_seconds(replay(jobs_asking({{0, 4, 100}}), pools, {"thermal_aware", {}}, around).ends), (Seconds{200}));
}

// ---- price and carbon: 100, 50 over the second hour, 100 -----------------------------------------------------------

std::shared_ptr<const Forecast> cheap_hour() {
  return std::make_shared<Forecast>(std::vector<Tick>{0, sec(3600), sec(7200)}, std::vector<double>{100, 50, 100});
}
double mean_paid(const Forecast& price, Tick start, Tick end) {
  double sum = 0;
  for (Tick t = start; t < end; t += kTicksPerSecond) sum += price.value_at(t);
  return sum * 1e6 / static_cast<double>(end - start);
}

TEST(PriceAware, PaysHalfWithinItsSlack) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 1}};
  Surroundings around;
  around.price = cheap_hour();
  const auto start = [&](const std::string& policy, Options options, std::function<void(Job&)> more = {}) {
    return replay(jobs_asking({{0, 1, 3600, std::move(more)}}), pools, {policy, std::move(options)}, around).starts[0];
  };
  EXPECT_EQ(start("easy_backfill", {}), 0);
  EXPECT_EQ(start("price_aware", {{"slack_min", "120"}}), sec(3600));
  EXPECT_DOUBLE_EQ(mean_paid(*around.price, 0, sec(3600)), 100.0);
  EXPECT_DOUBLE_EQ(mean_paid(*around.price, sec(3600), sec(7200)), 50.0);
  // Half an hour of slack: half of the run is cheap.  None: now.
  EXPECT_EQ(start("price_aware", {{"slack_min", "30"}}), sec(1800));
  EXPECT_DOUBLE_EQ(mean_paid(*around.price, sec(1800), sec(5400)), 75.0);
  EXPECT_EQ(start("price_aware", {{"slack_min", "0"}}), 0);
  // The deadline at 5,400 s leaves 1,800 s; one that cannot be met leaves nothing.
  EXPECT_EQ(start("price_aware", {}, [](Job& job) { job.deadline = sec(5400); }), sec(1800));
  EXPECT_EQ(start("price_aware", {}, [](Job& job) { job.deadline = sec(3000); }), 0);
}

TEST(CarbonAware, LooksAtCarbonAndNotAtPrice) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 1}};
  const auto jobs = jobs_asking({{0, 1, 3600}, {0, 1, 3600}});
  Surroundings around;
  around.carbon = cheap_hour();
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"price_aware", {}}, around).starts), (Seconds{0, 3600}));
  // Both wait for the clean hour; the second then waits for the first.
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"carbon_aware", {}}, around).starts), (Seconds{3600, 7200}));
}

TEST(Forecast, FindsTheCheapestWindow) {
  const Forecast price({0, 100, 200, 300}, {5, 1, 3, 9});
  EXPECT_EQ(price.cheapest(0, 1000, 100).start, 100);
  EXPECT_EQ(price.cheapest(0, 1000, 150).start, 100);  // (100 x 1 + 50 x 3) / 150
  EXPECT_DOUBLE_EQ(price.cheapest(0, 1000, 150).mean, 250.0 / 150.0);
  EXPECT_EQ(price.cheapest(0, 60, 100).start, 60);     // as late as it may
  EXPECT_EQ(price.cheapest(120, 1000, 100).start, 120);
  EXPECT_EQ(price.cheapest(250, 1000, 0).start, 250);
  const Forecast flat({0, 100}, {2, 2});
  EXPECT_EQ(flat.cheapest(7, 1000, 50).start, 7);
  // Ends at the last cheap tick rather than begins at the first: both would do, the earlier is taken.
  EXPECT_EQ(Forecast({0, 50, 500}, {9, 1, 9}).cheapest(0, 1000, 100).start, 50);
}

// The stated error is that of a day ahead; it grows with the root of the time and is nothing for what holds now.
TEST(Forecast, ErrsAsStated) {
  constexpr Tick kHour = 3600 * kTicksPerSecond;
  double square = 0;
  constexpr int kSeeds = 2000;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Forecast price({0, 24 * kHour}, {10, 20}, 0.1, seed);
    const double day = price.seen(0, 25 * kHour) - 20, quarter = price.seen(18 * kHour, 25 * kHour) - 20;
    ASSERT_NEAR(quarter, day / 2, 1e-12);
    ASSERT_EQ(price.seen(24 * kHour, 25 * kHour), 20);
    ASSERT_EQ(price.seen(0, kHour), 10);
    square += day * day / kSeeds;
  }
  EXPECT_NEAR(std::sqrt(square), 2.0, 5 * 2.0 / std::sqrt(2.0 * kSeeds));  // 10 % of 20, five standard errors
}

// ---- topology ------------------------------------------------------------------------------------------------------

std::function<void(Job&)> groups_of(std::int64_t nodes) {
  return [nodes](Job& job) { job.domain_nodes = nodes; };
}

// Two domains of four.  Jobs 0 and 1 leave one node in each.  A pair that must be close waits until 100 and ends at 110; put on
// both domains at once it would run at a twentieth of the speed and end at 201.
TEST(TopologyAware, KeepsAGroupWithinADomain) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 8, .nodes_per_rack = 4}};
  const auto jobs = jobs_asking({{0, 3, 100}, {0, 3, 100}, {1, 2, 10, groups_of(2)}});
  Surroundings around;
  around.crossing_speed = 0.05;
  const PolicyChoice blind{"easy_backfill", {{"place", "consolidated"}}};
  EXPECT_EQ(in_seconds(replay(jobs, pools, blind, around).ends), (Seconds{100, 100, 201}));
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"topology_aware", {}}, around).ends), (Seconds{100, 100, 110}));
}

// NVL72 as 18 trays of four: jobs of 64 of the 72 leave two spare trays in each rack, where no third one fits.
TEST(TopologyAware, LeavesSpareTraysInARack) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 36, .nodes_per_rack = 18, .accelerators_per_node = 4}};
  const auto jobs = jobs_asking({{0, 16, 100, groups_of(16)}, {0, 16, 100, groups_of(16)}, {0, 4, 50, groups_of(4)}, {0, 4, 50, groups_of(2)}});
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"topology_aware", {}}).starts), (Seconds{0, 0, 100, 0}));
}

// The head needs a whole domain: nodes 0-3, free at 100.  A long job may have 6 and 7, but not 3.
TEST(TopologyAware, ReservesTheNodesOfTheHead) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 8, .nodes_per_rack = 4}};
  const auto jobs = jobs_asking({{0, 3, 100}, {0, 2, 200}, {1, 4, 50, groups_of(4)}, {2, 2, 1000}, {3, 1, 1000}});
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"topology_aware", {}}).starts), (Seconds{0, 0, 100, 2, 150}));
}

// 4 x 4, nodes (1,1) and (2,2) down until 50: 14 are free, but every 3 x 3 holds one of the two.
TEST(TopologyAware, ASliceMayNotFitThoughTheCountDoes) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 16, .torus = {4, 4, 1}}};
  const auto slice = [](Job& job) { job.slice = {3, 3, 1}; };
  Surroundings around;
  around.changes = {{0, 0, {5, 6}, false}, {0, 0, {10, 11}, false}, {sec(50), 0, {5, 6}, true}, {sec(50), 0, {10, 11}, true}};
  const auto jobs = jobs_asking({{1, 9, 10, slice}});
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"topology_aware", {}}, around).starts), (Seconds{50}));
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"easy_backfill", {}}, around).starts), (Seconds{1}));
  // What the torus can never hold is refused; blind policies do not look.
  const auto wide = jobs_asking({{0, 5, 10, [](Job& job) { job.slice = {5, 1, 1}; }}});
  EXPECT_EQ(replay(wide, pools, {"topology_aware", {}}).rejected, 1);
  EXPECT_EQ(replay(wide, pools, {"easy_backfill", {}}).rejected, 0);
}

TEST(Torus, FindsTheFirstSliceInAnyOrientation) {
  const PoolSpec pool{.name = "pool", .nodes = 24, .torus = {4, 3, 2}};
  std::vector<std::int32_t> sums;
  NodeSet free(24, true);
  EXPECT_EQ(find_slice(pool, free, {2, 2, 2}, sums)->at, (std::array<std::int32_t, 3>{0, 0, 0}));
  free.erase({0, 1});
  EXPECT_EQ(find_slice(pool, free, {2, 2, 2}, sums)->at, (std::array<std::int32_t, 3>{1, 0, 0}));
  EXPECT_EQ(find_slice(pool, free, {3, 4, 1}, sums)->extent, (std::array<std::int32_t, 3>{4, 3, 1}));  // turned: plane z = 1
  EXPECT_FALSE(find_slice(pool, free, {4, 3, 2}, sums));
  EXPECT_FALSE(find_slice(pool, free, {5, 1, 1}, sums));
  NodeSet board(24);  // a chess board: half is free, no two neighbours are
  for (std::int64_t node = 0; node < 24; ++node) {
    if ((node % 4 + node / 4 % 3 + node / 12) % 2 == 0) board.insert({node, node + 1});
  }
  EXPECT_EQ(board.count(), 12);
  EXPECT_FALSE(find_slice(pool, board, {2, 1, 1}, sums));
  EXPECT_TRUE(find_slice(pool, board, {1, 1, 1}, sums));
  std::vector<NodeRange> nodes;
  append_slice(pool, {{1, 1, 0}, {2, 2, 1}}, nodes);
  EXPECT_EQ(nodes, (std::vector<NodeRange>{{5, 7}, {9, 11}}));
}

TEST(Fragmentation, IsTheShareOfFreeNodesThatGroupsCannotUse) {
  const PoolSpec pool{.name = "pool", .nodes = 8, .nodes_per_rack = 4};
  NodeSet free(8);
  EXPECT_EQ(fragmentation(pool, free, 2), 0.0);
  free.insert({3, 4});
  free.insert({5, 8});
  EXPECT_DOUBLE_EQ(fragmentation(pool, free, 1), 0.0);
  EXPECT_DOUBLE_EQ(fragmentation(pool, free, 2), 0.5);   // one pair of the four nodes
  EXPECT_DOUBLE_EQ(fragmentation(pool, free, 3), 0.25);
  EXPECT_DOUBLE_EQ(fragmentation(pool, free, 4), 1.0);
  EXPECT_TRUE(crosses_domains(pool, {{3, 5}}, 2));
  EXPECT_FALSE(crosses_domains(pool, {{2, 6}}, 2));
}

// Followed through 400 changes, the count is what the definition gives for groups of a whole domain.
TEST(Fragmentation, IsFollowedChangeByChange) {
  const PoolSpec pool{.name = "pool", .nodes = 24, .nodes_per_rack = 4};
  NodeSet free(24, true);
  DomainCounts domains(free, pool.domain_size());
  EXPECT_EQ(domains.stranded(free), 0);
  std::uint64_t state = 1;
  const auto below = [&state](std::int64_t limit) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::int64_t>((state >> 33) % static_cast<std::uint64_t>(limit));
  };
  for (int change = 0; change < 400; ++change) {
    const std::int64_t first = below(24), last = first + 1 + below(24 - first);
    below(2) == 0 ? free.erase({first, last}) : free.insert({first, last});
    domains.follow(free, {first, last});
    EXPECT_NEAR(static_cast<double>(domains.stranded(free)), fragmentation(pool, free, 4) * static_cast<double>(free.count()), 1e-9) << change;
  }
  NodeSet seven(7, true);  // the last domain has three nodes
  DomainCounts short_one(seven, 4);
  EXPECT_EQ(short_one.stranded(seven), 0);
  seven.erase({6, 7});
  short_one.follow(seven, {6, 7});
  EXPECT_EQ(short_one.stranded(seven), 2);
  EXPECT_EQ(DomainCounts(seven, 1).stranded(seven), 0);
}

// Three racks of three: five nodes as 2, 2, 1; with one node of the first held, seven as 2, 3, 2.
TEST(Spread, TakesAsEvenlyAsPossible) {
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 9, .nodes_per_rack = 3}};
  std::vector<NodeRange> got;
  const auto note = [&](Tick, const SchedulerCore&, const SchedulerCore::PassResult& pass) {
    if (!pass.starts.empty()) got = pass.starts.back().allocation.nodes;
  };
  (void)replay(jobs_asking({{0, 5, 10}}), pools, {"fcfs", {{"place", "spread"}}}, Surroundings{}, note);
  EXPECT_EQ(got, (std::vector<NodeRange>{{0, 2}, {3, 5}, {6, 7}}));
  (void)replay(jobs_asking({{0, 1, 10}, {1, 7, 1}}), pools, {"fcfs", {{"place", "spread"}}}, Surroundings{}, note);
  EXPECT_EQ(got, (std::vector<NodeRange>{{1, 8}}));
}

}  // namespace
}  // namespace aifactory::scheduling
