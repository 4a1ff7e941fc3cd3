/// What holds for every policy in the table, on random workloads.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/scheduling/policies.h"
#include "tests/models/scheduling/conformance.h"

namespace aifactory::scheduling {
namespace {

/// Every row of the table, and every option value away from its default.
std::vector<PolicyChoice> variants() {
  std::vector<PolicyChoice> out;
  for (const PolicyInfo& policy : known_policies()) {
    const std::string name(policy.name);
    out.push_back({name, {}});
    for (const OptionInfo& option : options_of(policy)) {
      // A job beyond these waits for ever, or is rejected, as it is in Slurm.
      if (option.name == "max_nodes_per_tenant" || option.name == "max_time_min") continue;
      if (option.choices.empty()) {
        out.push_back({name, {{std::string(option.name), std::to_string(option.low)}}});
        out.push_back({name, {{std::string(option.name), std::to_string(option.low + 3)}}});
        continue;
      }
      for (std::string_view rest = option.choices; !rest.empty();) {
        const std::size_t bar = std::min(rest.find('|'), rest.size());
        const std::string_view word = rest.substr(0, bar);
        if (word != option.fallback) out.push_back({name, {{std::string(option.name), std::string(word)}}});
        rest.remove_prefix(std::min(bar + 1, rest.size()));
      }
    }
  }
  return out;
}

std::string text_of(const PolicyChoice& choice) {
  std::string text = choice.name;
  for (const auto& [name, value] : choice.options) text += fmt::format(" {}={}", name, value);
  return text;
}

/// The queue's first job is protected from those behind it, as long as no node is lost.
bool protects_head(const PolicyChoice& choice) {
  static const std::vector<std::string> names = {"easy_backfill", "easy_sjbf",    "topology_aware", "power_capped",
                                                 "thermal_aware", "carbon_aware", "price_aware"};
  const bool greedy = choice.options == PolicyChoice{"", {{"depth", "0"}}}.options;
  return !greedy && std::find(names.begin(), names.end(), choice.name) != names.end();
}

void audit(const Workload& w, const PolicyChoice& choice, bool head) {
  audit(w, [&] { return make_policy(choice); }, {.head = head, .capped = choice.name == "power_capped"});
}

TEST(EveryPolicy, KeepsTheInvariantsOnRandomWorkloads) {
  const std::vector<PolicyChoice> choices = variants();
  ASSERT_GT(choices.size(), 20u);
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    Workload w = random_workload(seed);
    w.around.changes = w.changes;
    for (const PolicyChoice& choice : choices) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << text_of(choice));
      audit(w, choice, protects_head(choice) && w.changes.empty() && !w.may_overrun);
      if (testing::Test::HasFailure()) return;
    }
  }
}

/// Every row of the table on each workload, and each option away from its default on every fourth.
void audit_variants(std::uint64_t workloads, const std::function<Workload(std::uint64_t seed)>& make) {
  const std::vector<PolicyChoice> choices = variants();
  for (std::uint64_t seed = 1; seed <= workloads; ++seed) {
    const Workload w = make(seed);
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const PolicyChoice& choice = choices[i];
      if (!choice.options.empty() && (seed + i) % 4 != 0) continue;
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << text_of(choice));
      audit(w, choice, false);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(EveryPolicy, KeepsThemThroughFailuresCapsTiersAndShapes) { audit_variants(1000, rich_workload); }

TEST(EveryPolicy, KeepsThemWhereNodesAreShared) {
  audit_variants(500, [](std::uint64_t seed) {
    Workload w = rich_workload(seed);
    share_nodes(seed, w);
    return w;
  });
}

// Nobody submitted later changes a start when all estimates are exact and no node is lost.
TEST(Conservative, DelaysNobodyForThoseWhoComeLater) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Workload w = random_workload(seed);
    std::stable_sort(w.jobs.begin(), w.jobs.end(), [](const Job& a, const Job& b) { return a.submit < b.submit; });
    for (Job& job : w.jobs) job.estimate = job.work = std::max<Tick>(job.work, 1);
    const auto all = replay(w.jobs, w.pools, {"conservative_backfill", {}}).starts;
    for (std::size_t count = 1; count < w.jobs.size(); ++count) {
      const std::vector<Job> first(w.jobs.begin(), w.jobs.begin() + static_cast<std::ptrdiff_t>(count));
      const auto some = replay(first, w.pools, {"conservative_backfill", {}}).starts;
      ASSERT_TRUE(std::equal(some.begin(), some.end(), all.begin())) << count << " jobs";
    }
  }
}

// Each aware policy is its blind twin where there is nothing to be aware of: no limit or one that never binds, racks equally
// warm, a price that does not move, one tenant, one tier, no group or slice.
TEST(AwarePolicies, AreTheirBlindTwinsWhenTheSignalIsFlat) {
  using Options = std::vector<std::pair<std::string, std::string>>;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Workload w = random_workload(seed);
    for (PoolSpec& pool : w.pools) pool.node_power = Power(1000.0);
    w.around.changes = w.changes;
    w.around.limits = {{0, 0, Power(1e6)}};
    w.around.price = w.around.carbon = std::make_shared<Forecast>(std::vector<Tick>{0, 10}, std::vector<double>{3, 3}, 0.0);
    for (const PoolSpec& pool : w.pools) {
      w.around.heat.push_back({std::vector<double>(static_cast<std::size_t>((pool.nodes + pool.nodes_per_rack - 1) / pool.nodes_per_rack), 7.0), {}});
    }
    const auto starts = [&](const std::string& name, Options options = {}) {
      return replay(w.jobs, w.pools, {name, std::move(options)}, w.around).starts;
    };
    const auto easy = starts("easy_backfill");
    EXPECT_EQ(starts("power_capped"), easy);
    EXPECT_EQ(starts("thermal_aware"), easy);
    EXPECT_EQ(starts("carbon_aware"), easy);
    EXPECT_EQ(starts("price_aware"), easy);
    EXPECT_EQ(starts("fair_share"), easy);
    EXPECT_EQ(starts("fair_share", {{"half_life_min", "1"}}), easy);
    EXPECT_EQ(starts("gang_preemptive", {{"place", "first_fit"}}), easy);
    EXPECT_EQ(starts("topology_aware"), starts("easy_backfill", {{"reservation", "concrete"}, {"place", "consolidated"}}));
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Fcfs, NobodyOvertakesInOnePool) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    Workload w = random_workload(seed);
    w.pools.resize(1);
    for (Job& job : w.jobs) job.pool = -1;
    std::stable_sort(w.jobs.begin(), w.jobs.end(), [](const Job& a, const Job& b) { return a.submit < b.submit; });
    const auto result = replay(w.jobs, w.pools, {"fcfs", {}});
    Tick last = 0;
    for (const Tick start : result.starts) {
      if (start == kNever) continue;
      ASSERT_GE(start, last) << "seed " << seed;
      last = start;
    }
  }
}

// Two ways to the same schedule: the count of shadow time and extra nodes against the general profile, of which every
// waiting job's reservation is conservative backfill, and none is greedy.
TEST(Selections, MeetAtTheirLimits) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Workload w = random_workload(seed);
    const auto starts = [&](const std::string& name, std::vector<std::pair<std::string, std::string>> options) {
      return replay(w.jobs, w.pools, {name, std::move(options)}, w.changes).starts;
    };
    EXPECT_EQ(starts("easy_backfill", {{"depth", "0"}}), starts("custom", {{"select", "greedy"}}));
    w.pools.resize(1);
    for (Job& job : w.jobs) job.pool = -1;
    std::erase_if(w.changes, [](const NodeChange& change) { return change.pool != 0; });
    EXPECT_EQ(starts("easy_backfill", {{"depth", "1000"}}), starts("conservative_backfill", {}));
    for (Job& job : w.jobs) job.estimate = job.work = std::max<Tick>(job.work, 1);
    w.changes.clear();
    EXPECT_EQ(starts("conservative_backfill", {{"promises", "keep"}}), starts("conservative_backfill", {}));
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace aifactory::scheduling
