/// What holds for every policy in the table, on random workloads.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/random.h"
#include "models/scheduling/policies.h"
#include "models/scheduling/replay.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {
namespace {

struct Workload {
  std::vector<Job> jobs;
  std::vector<PoolSpec> pools;
  std::vector<NodeChange> changes;
  bool may_overrun = false;  ///< some jobs outlive their estimates
};

/// Few distinct times, so that ties and simultaneous events are common.
Workload random_workload(std::uint64_t seed) {
  Rng rng(seed, "test/conformance");
  Workload w;
  const std::int64_t pools = rng.uniform() < 0.6 ? 1 : rng.uniform_int(2, 3);
  std::int64_t most = 0;
  for (std::int64_t p = 0; p < pools; ++p) {
    w.pools.push_back({.name = "pool", .nodes = rng.uniform_int(1, 20), .nodes_per_rack = rng.uniform_int(1, 5)});
    most = std::max(most, w.pools.back().nodes);
  }
  w.may_overrun = rng.uniform() < 0.3;
  const std::int64_t jobs = rng.uniform_int(1, 40);
  for (std::int64_t i = 0; i < jobs; ++i) {
    Job job;
    job.submit = rng.uniform_int(0, 30);
    job.nodes = rng.uniform_int(1, rng.uniform() < 0.1 ? most + 2 : std::max<std::int64_t>(1, most / 2));
    job.work = rng.uniform_int(0, 12);
    const double kind = rng.uniform();
    if (kind < 0.4)
      job.estimate = job.work + rng.uniform_int(0, 20);
    else if (kind < 0.7)
      job.estimate = std::max<Tick>(job.work, 1);
    if (w.may_overrun && rng.uniform() < 0.2) job.estimate = rng.uniform_int(1, 5);
    job.priority = static_cast<double>(rng.uniform_int(0, 3));
    if (rng.uniform() < 0.4) job.pool = static_cast<std::int32_t>(rng.uniform_int(0, pools - 1));
    w.jobs.push_back(job);
  }
  if (rng.uniform() < 0.3) {
    for (std::int64_t i = rng.uniform_int(1, 4); i > 0; --i) {
      const auto pool = static_cast<std::int32_t>(rng.uniform_int(0, pools - 1));
      const std::int64_t first = rng.uniform_int(0, w.pools[static_cast<std::size_t>(pool)].nodes - 1);
      const std::int64_t last = rng.uniform_int(first + 1, w.pools[static_cast<std::size_t>(pool)].nodes);
      const Tick at = rng.uniform_int(0, 60);
      w.changes.push_back({at, pool, {first, last}, false});
      w.changes.push_back({at + rng.uniform_int(1, 30), pool, {first, last}, true});
    }
  }
  return w;
}

/// Every row of the table, and every option value away from its default.
std::vector<PolicyChoice> variants() {
  std::vector<PolicyChoice> out;
  for (const PolicyInfo& policy : known_policies()) {
    const std::string name(policy.name);
    out.push_back({name, {}});
    for (const OptionInfo& option : options_of(policy)) {
      if (option.choices.empty()) {
        out.push_back({name, {{std::string(option.name), "0"}}});
        out.push_back({name, {{std::string(option.name), "3"}}});
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

/// Keeps its own books from the results of passes alone.
class Auditor {
 public:
  explicit Auditor(const Workload& w) : w_(w), holder_(w.pools.size()), down_(w.pools.size()) {
    for (std::size_t p = 0; p < w.pools.size(); ++p) {
      holder_[p].assign(static_cast<std::size_t>(w.pools[p].nodes), kNoJob);
      down_[p].assign(static_cast<std::size_t>(w.pools[p].nodes), 0);
    }
    starts_.assign(w.jobs.size(), 0);
    rejected_.assign(w.jobs.size(), 0);
  }

  void audit(Tick now, const SchedulerCore& core, const SchedulerCore::PassResult& pass) {
    for (; next_change_ < sorted_changes().size() && sorted_[next_change_].at <= now; ++next_change_) {
      const NodeChange& change = sorted_[next_change_];
      for (auto node = change.nodes.first; node < change.nodes.last; ++node) {
        down_[static_cast<std::size_t>(change.pool)][static_cast<std::size_t>(node)] = change.up ? 0 : 1;
      }
    }
    // Whoever runs no more gives its nodes back; so does a requeued job that starts again at once.
    for (auto& pool : holder_) {
      for (JobId& job : pool) {
        if (job != kNoJob && (!runs(core, job) || starts_in(pass, job))) job = kNoJob;
      }
    }
    for (const auto& start : pass.starts) {
      const Job& job = w_.jobs[static_cast<std::size_t>(start.job)];
      ++starts_[static_cast<std::size_t>(start.job)];
      EXPECT_GE(now, job.submit);
      EXPECT_TRUE(job.pool < 0 || job.pool == start.allocation.pool);
      std::int64_t size = 0;
      for (const NodeRange& range : start.allocation.nodes) {
        for (auto node = range.first; node < range.last; ++node, ++size) {
          JobId& holder = holder_[static_cast<std::size_t>(start.allocation.pool)].at(static_cast<std::size_t>(node));
          EXPECT_EQ(holder, kNoJob) << "node " << node << " is given out twice at " << now;
          EXPECT_FALSE(down_[static_cast<std::size_t>(start.allocation.pool)][static_cast<std::size_t>(node)]);
          holder = start.job;
        }
      }
      EXPECT_EQ(size, job.nodes);
    }
    for (const auto& rejection : pass.rejections) ++rejected_[static_cast<std::size_t>(rejection.job)];
    audit_head(core);
  }

  void check_head(bool on) { check_head_ = on; }

  void finish(const ReplayResult& result) {
    std::int64_t starts = 0;
    for (std::size_t i = 0; i < w_.jobs.size(); ++i) {
      std::int64_t most = 0;
      for (std::size_t p = 0; p < w_.pools.size(); ++p) {
        if (w_.jobs[i].pool < 0 || static_cast<std::size_t>(w_.jobs[i].pool) == p)
          most = std::max(most, w_.pools[p].nodes);
      }
      const bool possible = w_.jobs[i].nodes <= most;
      EXPECT_EQ(rejected_[i], possible ? 0 : 1) << "job " << i;
      EXPECT_EQ(result.ends[i] != kNever, possible) << "job " << i << " is lost";
      if (possible) {
        EXPECT_EQ(result.ends[i], result.starts[i] + w_.jobs[i].work);
      }
      starts += starts_[i];
      if (result.requeued == 0) {
        EXPECT_EQ(starts_[i], possible ? 1 : 0) << "job " << i;
      }
    }
    EXPECT_EQ(starts, static_cast<std::int64_t>(w_.jobs.size()) - result.rejected + result.requeued);
  }

 private:
  static bool starts_in(const SchedulerCore::PassResult& pass, JobId job) {
    return std::any_of(pass.starts.begin(), pass.starts.end(), [&](const auto& start) { return start.job == job; });
  }
  bool runs(const SchedulerCore& core, JobId job) const {
    for (std::int32_t p = 0; p < core.view().pools(); ++p) {
      for (const RunningJob& running : core.view().pool(p).running) {
        if (running.job == job) return true;
      }
    }
    return false;
  }
  const std::vector<NodeChange>& sorted_changes() {
    if (sorted_.size() != w_.changes.size()) {
      sorted_ = w_.changes;
      std::stable_sort(sorted_.begin(), sorted_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    }
    return sorted_;
  }
  /// The start that the head can count on never moves back while it is the head.
  void audit_head(const SchedulerCore& core) {
    const View& view = core.view();
    if (!check_head_ || view.queue().empty()) {
      head_ = kNoJob;
      return;
    }
    const auto& entry = view.queue()[view.queue().begin()];
    Tick promise = kNever;
    for (std::int32_t p = 0; p < view.pools(); ++p) {
      if (view.eligible(entry, p)) promise = std::min(promise, view.shadow(p, entry.nodes).at);
    }
    if (entry.job == head_) {
      EXPECT_LE(promise, promise_) << "the head, job " << head_ << ", is delayed at " << view.now();
    }
    head_ = entry.job;
    promise_ = promise;
  }

  const Workload& w_;
  std::vector<std::vector<JobId>> holder_;
  std::vector<std::vector<char>> down_;
  std::vector<NodeChange> sorted_;
  std::size_t next_change_ = 0;
  std::vector<int> starts_, rejected_;
  bool check_head_ = false;
  JobId head_ = kNoJob;
  Tick promise_ = kNever;
};

TEST(EveryPolicy, KeepsTheInvariantsOnRandomWorkloads) {
  const std::vector<PolicyChoice> choices = variants();
  ASSERT_GT(choices.size(), 20u);
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const Workload w = random_workload(seed);
    for (const PolicyChoice& choice : choices) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << text_of(choice));
      Auditor auditor(w);
      const bool easy = choice.name.starts_with("easy") && choice.options != PolicyChoice{"", {{"depth", "0"}}}.options;
      auditor.check_head(easy && w.changes.empty() && !w.may_overrun);
      const auto result = replay(w.jobs, w.pools, choice, w.changes,
                                 [&](Tick now, const SchedulerCore& core, const SchedulerCore::PassResult& pass) {
                                   auditor.audit(now, core, pass);
                                 });
      auditor.finish(result);
      const auto again = replay(w.jobs, w.pools, choice, w.changes);
      EXPECT_EQ(again.starts, result.starts);
      if (testing::Test::HasFailure()) return;
    }
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
