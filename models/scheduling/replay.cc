#include "models/scheduling/replay.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <queue>

#include "models/error.h"
#include "models/scheduling/availability_profile.h"
#include "models/scheduling/blocks.h"
#include "models/scheduling/policies.h"
#include "models/scheduling/topology.h"

namespace aifactory::scheduling {
namespace {

struct End {
  Tick at;
  JobId job;
  std::int32_t attempt;  ///< an end of an earlier attempt is stale
  friend bool operator>(const End& a, const End& b) { return a.at != b.at ? a.at > b.at : a.job > b.job; }
};

bool overlap(const Allocation& held, NodeRange lost) {
  return std::any_of(held.nodes.begin(), held.nodes.end(),
                     [&](const NodeRange& range) { return range.first < lost.last && lost.first < range.last; });
}

/// One replay: jobs in progress, and what is still to come.
class Replay {
 public:
  Replay(const std::vector<Job>& jobs, const std::vector<PoolSpec>& pools, std::unique_ptr<Policy> policy,
         const Surroundings& around)
      : jobs_(jobs), pools_(pools), around_(around), plain_(around.heat.empty() && around.crossing_speed == 1.0 && std::none_of(pools.begin(), pools.end(), [](const PoolSpec& pool) { return pool.has_blocks(); })), core_(jobs, pools, std::move(policy)), progress_(jobs.size()) {
    result_.starts.assign(jobs.size(), kNever);
    result_.ends.assign(jobs.size(), kNever);
    result_.lost.assign(jobs.size(), 0.0);
    submissions_.resize(jobs.size());
    std::iota(submissions_.begin(), submissions_.end(), 0);
    std::stable_sort(submissions_.begin(), submissions_.end(), [&](JobId a, JobId b) { return submit(a) < submit(b); });
    changes_ = around.changes;
    std::stable_sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    limits_ = around.limits;
    std::stable_sort(limits_.begin(), limits_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    std::int32_t sites = 1;
    for (std::size_t p = 0; p < pools.size(); ++p) {
      sites = std::max(sites, pools[p].site + 1);
      if (p < around.heat.size()) core_.set_headroom(static_cast<std::int32_t>(p), around.heat[p].headroom_k);
    }
    for (std::int32_t site = 0; site < sites; ++site) core_.set_forecasts(site, around.price, around.carbon);
    for (const auto& [pool, outage] : around.outages) {
      core_.add_outage(pool, outage, 0);
      wake_at_ = 0;
    }
  }

  ReplayResult run(const Observer& observe) {
    for (Tick now = next(); now != kNever; now = next()) {
      bring(now);
      const SchedulerCore::PassResult pass = core_.pass(now);
      carry_out(pass, now);
      if (observe) observe(now, core_, pass);
    }
    return std::move(result_);
  }

 private:
  struct Progress {
    double done = 0, saved = 0;  ///< ticks of work, as of `since`; kept by checkpoints
    double speed = 1;
    Tick since = 0;
    std::int32_t attempt = 0;  ///< odd while it runs
  };
  [[nodiscard]] const Job& job(JobId id) const { return jobs_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] Tick submit(JobId id) const { return job(id).submit; }
  Progress& progress(JobId id) { return progress_[static_cast<std::size_t>(id)]; }

  Tick next() {
    while (!ends_.empty() && progress(ends_.top().job).attempt != ends_.top().attempt) ends_.pop();
    Tick now = wake_at_;
    if (!ends_.empty()) now = std::min(now, ends_.top().at);
    if (submitted_ < jobs_.size()) now = std::min(now, submit(submissions_[submitted_]));
    if (changed_ < changes_.size()) now = std::min(now, changes_[changed_].at);
    if (limited_ < limits_.size()) now = std::min(now, limits_[limited_].at);
    return now;
  }

  void bring(Tick now) {
    for (; !ends_.empty() && ends_.top().at == now; ends_.pop()) {
      const End end = ends_.top();
      if (progress(end.job).attempt != end.attempt) continue;
      ++progress(end.job).attempt;
      result_.ends[static_cast<std::size_t>(end.job)] = now;
      core_.finish(end.job, now);
    }
    for (; changed_ < changes_.size() && changes_[changed_].at == now; ++changed_) change(changes_[changed_], now);
    for (; limited_ < limits_.size() && limits_[limited_].at == now; ++limited_) {
      core_.set_power_limit(limits_[limited_].site, limits_[limited_].limit);
    }
    for (; submitted_ < jobs_.size() && submit(submissions_[submitted_]) == now; ++submitted_) {
      core_.submit(submissions_[submitted_], now);
    }
    if (wake_at_ <= now) wake_at_ = kNever;
  }

  void change(const NodeChange& change, Tick now) {
    core_.set_nodes_up(change.pool, change.nodes, change.up, now);
    if (change.up) return;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      const auto id = static_cast<JobId>(i);
      if (progress_[i].attempt % 2 == 0) continue;
      const Allocation& held = core_.allocation(id);
      if (held.pool != change.pool || !overlap(held, change.nodes)) continue;
      ++result_.requeued;
      interrupt(id, false, now);
      core_.requeue(id, now);
    }
  }

  void advance(JobId id, Tick now) {
    Progress& own = progress(id);
    own.done += static_cast<double>(std::max<Tick>(0, now - own.since)) * own.speed;
    own.since = now;
  }

  void interrupt(JobId id, bool written, Tick now) {
    Progress& own = progress(id);
    advance(id, now);
    ++own.attempt;
    if (job(id).checkpoint_interval != kNever) {
      const auto interval = static_cast<double>(job(id).checkpoint_interval);
      own.saved = written ? own.done : std::max(own.saved, std::floor(own.done / interval) * interval);
    }
    result_.lost[static_cast<std::size_t>(id)] += own.done - own.saved;
    own.done = own.saved;
  }

  void go(JobId id, const Allocation& allocation, Tick now) {
    Progress& own = progress(id);
    own.since = now;
    own.speed = speed(job(id), allocation);
    if (own.speed == 1.0 && own.done == 0 && job(id).staging_on.empty()) {
      ends_.push({after(now, job(id).work), id, own.attempt});
      return;
    }
    const double left = std::max(0.0, static_cast<double>(job(id).work) - own.done) / own.speed;
    const Tick staged = after(now, job(id).staging_in(allocation.pool));
    own.since = staged;
    ends_.push({after(staged, static_cast<Tick>(std::ceil(left - 1e-6))), id, own.attempt});
  }

  [[nodiscard]] double speed(const Job& of, const Allocation& allocation) const {
    double speed = 1.0;
    if (plain_ && !of.elastic() && of.speed_on.empty()) return speed;
    speed = of.speed_in(allocation.pool);
    if (of.elastic()) {
      std::int64_t nodes = 0;
      for (const NodeRange& range : allocation.nodes) nodes += range.count();
      speed *= static_cast<double>(nodes) / static_cast<double>(of.nodes);
    }
    const auto pool = static_cast<std::size_t>(allocation.pool);
    if (pool < around_.heat.size() && !around_.heat[pool].speed.empty()) {
      double slowest = 1.0;
      for (const NodeRange& range : allocation.nodes) {
        for (auto node = range.first; node < range.last; ++node) {
          const auto rack = static_cast<std::size_t>(node / pools_[pool].nodes_per_rack);
          slowest = std::min(slowest, around_.heat[pool].speed[rack]);
        }
      }
      speed *= slowest;
    }
    if (around_.crossing_speed != 1.0 && crosses_domains(pools_[pool], allocation.nodes, of.domain_nodes * pools_[pool].shares_per_node)) {
      speed *= around_.crossing_speed;
    }
    speed *= pace_on(of, pools_[pool], allocation.nodes);
    AIF_CHECK(speed > 0, "a job that never ends");
    return speed;
  }

  void carry_out(const SchedulerCore::PassResult& pass, Tick now) {
    ++result_.passes;
    result_.rejected += static_cast<std::int64_t>(pass.rejections.size());
    wake_at_ = std::min(wake_at_, pass.wake_at);
    for (const auto& preemption : pass.preemptions) {
      ++result_.preempted;
      interrupt(preemption.job, preemption.checkpoint == Checkpoint::on_demand, now);
    }
    for (const auto& resize : pass.resizes) {
      ++result_.resized;
      advance(resize.job, now);
      progress(resize.job).attempt += 2;
      go(resize.job, resize.allocation, now);
    }
    for (const auto& start : pass.starts) {
      result_.starts[static_cast<std::size_t>(start.job)] = now;
      ++progress(start.job).attempt;
      go(start.job, start.allocation, now);
    }
  }

  const std::vector<Job>& jobs_;
  const std::vector<PoolSpec>& pools_;
  const Surroundings& around_;
  bool plain_;  ///< nothing slows jobs down
  SchedulerCore core_;
  std::vector<Progress> progress_;
  ReplayResult result_;
  std::vector<JobId> submissions_;
  std::vector<NodeChange> changes_;
  std::vector<LimitChange> limits_;
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
  std::size_t submitted_ = 0, changed_ = 0, limited_ = 0;
  Tick wake_at_ = kNever;
};

}  // namespace

ReplayResult replay(const std::vector<Job>& jobs, const std::vector<PoolSpec>& pools, const PolicyChoice& choice,
                    const Surroundings& surroundings, const Observer& observe) {
  return Replay(jobs, pools, make_policy(choice), surroundings).run(observe);
}

ReplayResult replay(const std::vector<Job>& jobs, const std::vector<PoolSpec>& pools, const PolicyChoice& choice,
                    const std::vector<NodeChange>& changes, const Observer& observe) {
  Surroundings surroundings;
  surroundings.changes = changes;
  return Replay(jobs, pools, make_policy(choice), surroundings).run(observe);
}

ReplayResult replay(const std::vector<Job>& jobs, const std::vector<PoolSpec>& pools, std::unique_ptr<Policy> policy,
                    const Surroundings& surroundings, const Observer& observe) {
  return Replay(jobs, pools, std::move(policy), surroundings).run(observe);
}

}  // namespace aifactory::scheduling
