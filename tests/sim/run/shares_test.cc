/// Jobs that share nodes: power, interruptions, sizes.
#include <map>
#include <set>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

/// A rack of four nodes with eight accelerators each.
std::string rack(const std::string& cluster, const std::string& jobs, const std::string& more = "duration: workload\n") {
  return "format: 1\nname: shares\nstart: 2026-05-04\n" + more +
         "sites: {s: {grid: {capacity: 1 MW}, halls: {h: {clusters: {c: {rack: hgx_h100, racks: 1" + cluster + "}}}}}}\nworkload:\n  jobs:\n" + jobs;
}
const std::string kShared = ", shares_per_node: 8";

std::vector<NodeRange> nodes_of(const JobRecord& job) { return {job.allocated.begin(), job.allocated.end()}; }

std::string it_energy(const std::string& yaml) {
  return in_child([&] { return fmt::format("{}", number(run_scenario(yaml), "energy.it_mwh")); });
}

// 4 nodes idle: 4 (8 x 85 + 900) W; 8 accelerators at full load: 8 x 615 W, and their host 1,538 W.  Shelves of 79.2 kW at 16.1 %:
// efficiency 0.9 + 0.04 (0.1613 - 0.1) / 0.1 by load in between.
TEST(SharedNodes, TwoHalvesDrawWhatAWholeDraws) {
  const std::string whole = it_energy(rack("", "    - {name: a, nodes: 1, duration: 1 h}\n"));
  const RunResult r = run_scenario(rack(kShared, "    - {name: a, accelerators: 4, duration: 1 h}\n    - {name: b, nodes: 0.5, duration: 1 h}\n"));
  expect_closed(r);
  EXPECT_NEAR(number(r, "energy.it_mwh"), std::stod(whole), 1e-12);
  EXPECT_EQ(nodes_of(r.jobs[0]), (std::vector<NodeRange>{{0, 4}}));
  EXPECT_EQ(nodes_of(r.jobs[1]), (std::vector<NodeRange>{{4, 8}}));
  EXPECT_EQ(r.jobs[1].accelerators, 4.0);
  EXPECT_EQ(number(r, "kpi.utilization_frac"), 0.25);
  EXPECT_GT(number(r, "energy.it_mwh"), 12778e-6 / 0.94);
  EXPECT_LT(number(r, "energy.it_mwh"), 12778e-6 / 0.90);
}

// Eight jobs of less than an accelerator fill one node, and leave three whole.
TEST(SharedNodes, SmallJobsLeaveWholeNodes) {
  const RunResult r = run_scenario(rack(kShared, "    - {name: small, accelerators: 0.3, count: 8, duration: 1 h}\n    - {name: large, nodes: 3, duration: 1 h}\n"));
  expect_closed(r);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(nodes_of(r.jobs[i]), (std::vector<NodeRange>{{static_cast<std::int64_t>(i), static_cast<std::int64_t>(i) + 1}}));
    EXPECT_EQ(r.jobs[i].start, 0);
  }
  EXPECT_EQ(nodes_of(r.jobs[8]), (std::vector<NodeRange>{{8, 32}}));
  EXPECT_EQ(r.jobs[8].start, 0);
  EXPECT_NEAR(number(r, "jobs.internal_fragmentation_frac"), 8 * 0.7 / 32, 1e-12);
}

// A node that goes to repair takes both jobs on it, and comes back whole.
TEST(SharedNodes, ANodeIsLostToAllThatShareIt) {
  const RunResult r = run_scenario(rack(kShared + ", interruptions: {table: rsc_1, rate: 20 1/d, repair: 2 h}",
                                        "    - {name: j, accelerators: 4, count: 8, duration: 60 d, checkpoint_interval: 1 h}\n", "duration: 20 d\n"));
  expect_closed(r);
  std::map<std::pair<Tick, std::string>, std::set<std::string>> struck;
  for (const EventRecord& event : events_of(r, "interruption")) struck[{event.at, event.cause}].insert(event.unit);
  ASSERT_GT(struck.size(), 20u);
  std::size_t pairs = 0;
  for (const auto& [where, jobs] : struck) {
    EXPECT_LE(jobs.size(), 2u) << where.second;
    pairs += jobs.size() == 2;
  }
  EXPECT_EQ(pairs, struck.size());
  EXPECT_GE(events_of(r, "node_back").size() + 4, struck.size());
  EXPECT_LE(events_of(r, "node_back").size(), struck.size());
}

TEST(SharedNodes, SizesAreRefusedWhereTheyCannotBe) {
  EXPECT_NE(refusal_of(rack("", "    - {nodes: 0.5, duration: 1 h}\n")).find("unless it has shares_per_node"), std::string::npos);
  EXPECT_NE(refusal_of(rack(", shares_per_node: 3", "    - {nodes: 1, duration: 1 h}\n")).find("3 shares of a node with 8 accelerators"), std::string::npos);
  EXPECT_NE(refusal_of(rack(kShared, "    - {nodes: 1, min_nodes: 1, max_nodes: 2, duration: 1 h}\n")).find("elastic"), std::string::npos);
  EXPECT_NE(refusal_of(rack(kShared, "    - {nodes: 4.5, duration: 1 h}\n")).find("needs 36 shares of nodes"), std::string::npos);
  EXPECT_EQ(refusal_of(rack(kShared, "    - {nodes: 0.5, duration: 1 h}\n")), "");
}

}  // namespace
}  // namespace aifactory
