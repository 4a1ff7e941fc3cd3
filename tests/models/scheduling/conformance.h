#pragma once
/// @file Random workloads, and an auditor of what any policy does with them.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/random.h"
#include "models/scheduling/replay.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {

struct Workload {
  std::vector<Job> jobs;
  std::vector<PoolSpec> pools;
  std::vector<NodeChange> changes;
  bool may_overrun = false;  ///< some jobs outlive their estimates
  Surroundings around;       ///< of rich workloads; its changes are `changes`
};

/// Few distinct times, so that ties and simultaneous events are common.
inline Workload random_workload(std::uint64_t seed) {
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

/// Blocks of the fabric where there is no torus, jobs that communicate between them, and data that lie in some pools.
inline void add_placement(std::uint64_t seed, Workload& w) {
  constexpr Tick kUnit = 10 * kTicksPerSecond;
  Rng rng(seed, "test/conformance/placement");
  for (PoolSpec& pool : w.pools) {
    if (pool.torus[0] > 0 || rng.uniform() < 0.4) continue;
    pool.nodes_per_block = pool.domain_size() * rng.uniform_int(1, 3);
    pool.oversubscription = rng.uniform(1.0, 8.0);
  }
  for (Job& job : w.jobs) {
    if (rng.uniform() < 0.5) job.communication_frac = rng.uniform(0.0, 1.0);
    if (job.elastic() || rng.uniform() < 0.7) continue;
    for (std::size_t p = 0; p < w.pools.size(); ++p) {
      const double where = rng.uniform();
      job.staging_on.push_back(where < 0.4 ? 0 : where < 0.9 ? rng.uniform_int(1, 5) * kUnit : kNever);
    }
  }
}

/// The same with all that jobs may ask for and a site may do: tiers, tenants, checkpoints, elastic jobs, groups, slices,
/// dependencies, deadlines, blocks, data; power limits (lifted at last), planned outages, prices, temperatures.  In units of 10 s.
inline Workload rich_workload(std::uint64_t seed) {
  constexpr Tick kUnit = 10 * kTicksPerSecond;
  Workload w = random_workload(seed);
  Rng rng(seed, "test/conformance/rich");
  for (PoolSpec& pool : w.pools) {
    pool.node_power = Power(1000.0);
    pool.accelerators_per_node = 4;
    pool.nodes_per_domain = rng.uniform_int(0, 4);
    if (pool.nodes % 2 == 0 && rng.uniform() < 0.5) pool.torus = {2, static_cast<std::int32_t>(pool.nodes / 2), 1};
  }
  for (std::size_t i = 0; i < w.jobs.size(); ++i) {
    Job& job = w.jobs[i];
    job.submit *= kUnit;
    job.work *= kUnit;
    if (job.estimate != kNever) job.estimate *= kUnit;
    job.tier = static_cast<std::int32_t>(rng.uniform_int(0, 2));
    job.preemptible = rng.uniform() < 0.8;
    job.tenant = std::string(1, static_cast<char>('a' + rng.uniform_int(0, 3)));
    job.utilization = rng.uniform(0.0, 1.0);
    if (rng.uniform() < 0.5) job.checkpoint_interval = rng.uniform_int(1, 4) * kUnit;
    if (rng.uniform() < 0.2) {
      job.min_nodes = rng.uniform_int(1, job.nodes);
      job.max_nodes = rng.uniform_int(job.nodes, 2 * job.nodes);
    } else if (rng.uniform() < 0.3) {
      job.domain_nodes = rng.uniform_int(1, 3);
    } else if (job.nodes == 4 && rng.uniform() < 0.5) {
      job.slice = {2, 2, 1};
    }
    if (rng.uniform() < 0.2) job.earliest_start = rng.uniform_int(0, 40) * kUnit;
    if (rng.uniform() < 0.2) job.deadline = job.submit + rng.uniform_int(1, 60) * kUnit;
    if (i > 0 && rng.uniform() < 0.2) job.after.push_back(static_cast<JobId>(rng.uniform_int(0, static_cast<std::int64_t>(i) - 1)));
  }
  for (NodeChange& change : w.changes) change.at *= kUnit;
  w.around.changes = w.changes;
  if (rng.uniform() < 0.6) {
    for (int i = 0; i < 3; ++i) {
      w.around.limits.push_back({rng.uniform_int(0, 40) * kUnit, 0, Power(rng.uniform(0.0, 15e3))});
    }
    w.around.limits.push_back({60 * kUnit, 0, Power(std::numeric_limits<double>::infinity())});
  }
  if (rng.uniform() < 0.3) {
    const std::int64_t first = rng.uniform_int(0, w.pools[0].nodes - 1);
    const Tick from = rng.uniform_int(0, 40) * kUnit;
    w.around.outages.push_back(
        {0, {from, from + rng.uniform_int(1, 20) * kUnit, {first, rng.uniform_int(first + 1, w.pools[0].nodes)}}});
  }
  if (rng.uniform() < 0.7) {
    std::vector<Tick> ticks;
    std::vector<double> values;
    for (int i = 0; i < 20; ++i) {
      ticks.push_back(i * 7 * kUnit);
      values.push_back(static_cast<double>(rng.uniform_int(-1, 4)));
    }
    w.around.price = w.around.carbon = std::make_shared<Forecast>(ticks, values, rng.uniform(0.0, 0.5), seed);
  }
  if (rng.uniform() < 0.5) {
    for (const PoolSpec& pool : w.pools) {
      Surroundings::PoolHeat heat;
      for (std::int64_t n = 0; n < pool.nodes; n += pool.nodes_per_rack) {
        heat.headroom_k.push_back(static_cast<double>(rng.uniform_int(0, 5)));
        heat.speed.push_back(heat.headroom_k.back() < 1 ? 0.5 : 1.0);
      }
      w.around.heat.push_back(heat);
    }
    w.around.crossing_speed = 0.5;
  }
  add_placement(seed, w);
  return w;
}

/// Makes every node four shares: what was a node becomes a node's shares, jobs ask for shares, and nodes are lost whole.
inline void share_nodes(std::uint64_t seed, Workload& w) {
  constexpr std::int64_t kShares = 4;
  Rng rng(seed, "test/conformance/shares");
  std::int64_t most = 0;
  for (PoolSpec& pool : w.pools) {
    pool.shares_per_node = kShares;
    pool.torus = {};
    for (std::int64_t* count : {&pool.nodes, &pool.nodes_per_rack, &pool.nodes_per_domain, &pool.nodes_per_block}) *count *= kShares;
    most = std::max(most, pool.nodes);
  }
  for (Job& job : w.jobs) {
    job.nodes = rng.uniform() < 0.6 ? rng.uniform_int(1, kShares) : rng.uniform_int(1, most);
    job.min_nodes = job.max_nodes = 0;
    job.slice = {};
  }
  const auto whole = [](NodeRange& range) { range = {range.first * kShares, range.last * kShares}; };
  for (NodeChange& change : w.changes) whole(change.nodes);
  w.around.changes = w.changes;
  for (auto& [pool, outage] : w.around.outages) whole(outage.nodes);
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
    for (const auto& resize : pass.resizes) {
      const Job& job = w_.jobs[static_cast<std::size_t>(resize.job)];
      auto& nodes = holder_[static_cast<std::size_t>(resize.allocation.pool)];
      std::replace(nodes.begin(), nodes.end(), resize.job, kNoJob);
      EXPECT_TRUE(job.runs_on(hold(resize.job, resize.allocation)));
    }
    std::int64_t draw_mw = 0;
    for (std::int32_t p = 0; p < core.view().pools(); ++p) {
      for (const RunningJob& running : core.view().pool(p).running) draw_mw += core.view().booked_mw(running);
    }
    EXPECT_EQ(core.view().site(0).booked_mw, draw_mw);
    if (capped_ && !pass.starts.empty()) {
      EXPECT_LE(draw_mw, core.view().site(0).limit_mw) << "at " << now;
    }
    for (const auto& rejection : pass.rejections) ++rejected_[static_cast<std::size_t>(rejection.job)];
    for (const auto& start : pass.starts) {
      const Job& job = w_.jobs[static_cast<std::size_t>(start.job)];
      ++starts_[static_cast<std::size_t>(start.job)];
      EXPECT_GE(now, job.submit);
      EXPECT_GE(now, job.earliest_start);
      for (const JobId other : job.after) {
        EXPECT_TRUE(rejected_[static_cast<std::size_t>(other)] > 0 ||
                    (starts_[static_cast<std::size_t>(other)] > 0 && !runs(core, other)))
            << "job " << start.job << " before job " << other;
      }
      EXPECT_TRUE(job.runs_in(start.allocation.pool));
      const std::int64_t size = hold(start.job, start.allocation);
      EXPECT_TRUE(job.runs_on(size));
      audit_shares(start.allocation, size);
      for (const auto& [pool, outage] : w_.around.outages) {
        if (pool != start.allocation.pool || outage.to <= now) continue;
        const Tick plan = job.estimate == kNever ? job.work : job.estimate;
        const bool overlaps = std::any_of(start.allocation.nodes.begin(), start.allocation.nodes.end(), [&, &o = outage](const NodeRange& r) {
          return r.first < o.nodes.last && o.nodes.first < r.last;
        });
        if (overlaps && size == job.nodes) {
          EXPECT_LE(now + std::max<Tick>(plan, 1), outage.from);
        }
      }
    }
    audit_head(core);
  }

  void check_head(bool on) { check_head_ = on; }
  void check_cap(bool on) { capped_ = on; }

  void finish(const ReplayResult& result) {
    std::int64_t starts = 0;
    for (std::size_t i = 0; i < w_.jobs.size(); ++i) {
      std::int64_t most = 0;
      for (std::size_t p = 0; p < w_.pools.size(); ++p) {
        if (w_.jobs[i].runs_in(static_cast<std::int32_t>(p)))
          most = std::max(most, w_.pools[p].nodes);
      }
      const Job& job = w_.jobs[i];
      bool possible = job.nodes <= most;
      if (job.picky() && rejected_[i] > 0) possible = false;  // there may be no such place
      EXPECT_EQ(rejected_[i], possible ? 0 : 1) << "job " << i;
      EXPECT_EQ(result.ends[i] != kNever, possible) << "job " << i << " is lost";
      if (possible && w_.around.heat.empty() && !job.elastic() && result.preempted == 0 &&
          (result.requeued == 0 || job.checkpoint_interval == kNever)) {
        // Where it lies, blocks and the way of its data may make it later.
        EXPECT_GE(result.ends[i], result.starts[i] + job.work);
        if (job.staging_on.empty() && job.communication_frac == 0.0) {
          EXPECT_EQ(result.ends[i], result.starts[i] + job.work);
        }
      }
      starts += starts_[i];
      if (result.requeued + result.preempted == 0) {
        EXPECT_EQ(starts_[i], possible ? 1 : 0) << "job " << i;
      }
    }
    EXPECT_EQ(starts, static_cast<std::int64_t>(w_.jobs.size()) - result.rejected + result.requeued + result.preempted);
  }

 private:
  /// Notes the holder of each node; how many there are.
  std::int64_t hold(JobId id, const Allocation& allocation) {
    const auto pool = static_cast<std::size_t>(allocation.pool);
    std::int64_t size = 0;
    for (const NodeRange& range : allocation.nodes) {
      for (auto node = range.first; node < range.last; ++node, ++size) {
        JobId& holder = holder_[pool].at(static_cast<std::size_t>(node));
        EXPECT_EQ(holder, kNoJob) << "node " << node << " is given out twice";
        if (starts_[static_cast<std::size_t>(id)] == 0 || holder == kNoJob) {
          EXPECT_FALSE(down_[pool][static_cast<std::size_t>(node)] && !w_.jobs[static_cast<std::size_t>(id)].elastic());
        }
        holder = id;
      }
    }
    return size;
  }
  /// As many whole nodes as there can be, and the rest within one node.
  void audit_shares(const Allocation& allocation, std::int64_t size) const {
    const std::int64_t per_node = w_.pools[static_cast<std::size_t>(allocation.pool)].shares_per_node;
    std::vector<std::int64_t> nodes;
    for (const NodeRange& range : allocation.nodes) {
      for (auto share = range.first; share < range.last; ++share) nodes.push_back(share / per_node);
    }
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    EXPECT_EQ(static_cast<std::int64_t>(nodes.size()), (size + per_node - 1) / per_node);
  }
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
  bool check_head_ = false, capped_ = false;
  JobId head_ = kNoJob;
  Tick promise_ = kNever;
};

/// Runs the workload twice under a policy made anew each time: what it does must hold to the rules, and be the same.
struct Audit {
  bool head = false;    ///< the first of the queue is never delayed
  bool capped = false;  ///< no start leaves the expected draw above the limit
};
inline void audit(const Workload& w, const std::function<std::unique_ptr<Policy>()>& make, const Audit& what) {
  Auditor auditor(w);
  auditor.check_head(what.head);
  auditor.check_cap(what.capped);
  std::int64_t passes_now = 0;
  Tick last = -1;
  const auto result =
      replay(w.jobs, w.pools, make(), w.around, [&](Tick now, const SchedulerCore& core, const SchedulerCore::PassResult& pass) {
        passes_now = now == last ? passes_now + 1 : 1;
        last = now;
        // Jobs of no length end in the instant in which they start, each of them once for each time it was interrupted.
        ASSERT_LE(passes_now, 2 + 4 * static_cast<std::int64_t>(w.jobs.size())) << "endless passes at " << now;
        auditor.audit(now, core, pass);
      });
  auditor.finish(result);
  const auto again = replay(w.jobs, w.pools, make(), w.around);
  EXPECT_EQ(again.starts, result.starts);
  EXPECT_EQ(again.ends, result.ends);
  // Passes are bounded by what happens, not by how long the run lasts.
  EXPECT_LE(result.passes, 400 + 60 * static_cast<std::int64_t>(w.jobs.size()));
}

}  // namespace aifactory::scheduling
