/// @file What the caller of SchedulerCore reports, and the passes.
#include "models/scheduling/scheduler_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/error.h"
#include "models/scheduling/order.h"

namespace aifactory::scheduling {

SchedulerCore::State::State(const std::vector<Job>& jobs, std::vector<PoolSpec> specs, std::unique_ptr<Policy> chosen)
    : policy(std::move(chosen)) {
  AIF_CHECK(policy && policy->parts().order && policy->parts().place, "a policy without order or place");
  jobs_ = &jobs;
  two_queues_ = policy->parts().backfill_order != nullptr;
  if (specs.empty() && !jobs.empty()) throw InputError("scheduling: there is no pool of nodes");
  std::int32_t sites = 1;
  for (PoolSpec& spec : specs) {
    if (spec.nodes < 1 || spec.nodes > kMaxNodes || spec.nodes_per_rack < 1) {
      throw InputError(fmt::format("scheduling: pool {}: {} nodes, {} to a rack; must be 1..{} and at least 1", spec.name,
                                   spec.nodes, spec.nodes_per_rack, kMaxNodes));
    }
    const auto [x, y, z] = spec.torus;
    if (x != 0 && (x < 1 || y < 1 || z < 1 || std::int64_t{x} * y * z != spec.nodes)) {
      throw InputError(
          fmt::format("scheduling: pool {}: a torus of {} x {} x {} has not {} nodes", spec.name, x, y, z, spec.nodes));
    }
    AIF_CHECK(spec.site >= 0 && spec.nodes_per_domain >= 0, spec.name);
    const std::int64_t shares = spec.shares_per_node;
    if (shares < 1 || spec.nodes % shares != 0 || spec.nodes_per_rack % shares != 0 || spec.nodes_per_domain % shares != 0 ||
        spec.nodes_per_block % shares != 0 || (shares > 1 && x != 0)) {
      throw InputError(fmt::format("scheduling: pool {}: {} shares of a node must divide its counts of nodes, and go with no torus", spec.name, shares));
    }
    if (spec.has_blocks()) {
      if (spec.nodes_per_block % spec.domain_size() != 0 || x != 0 || !(spec.oversubscription >= 1.0)) {
        throw InputError(fmt::format("scheduling: pool {}: blocks of {} nodes, oversubscribed {}: must be whole scale-up domains of {}, at "
                                     "least 1, and of no torus",
                                     spec.name, spec.nodes_per_block, spec.oversubscription, spec.domain_size()));
      }
      most_oversubscribed = std::max(most_oversubscribed, spec.oversubscription);
    }
    sites = std::max(sites, spec.site + 1);
    milli_per_node.push_back(std::llround(1e3 * spec.accelerators_per_node));
    PoolState pool;
    pool.free = NodeSet(spec.nodes, true);
    pool.busy = NodeSet(spec.nodes);
    pool.down = NodeSet(spec.nodes);
    pool.domains = DomainCounts(pool.free, spec.domain_size());
    pool.shares = ShareCounts(pool.free, spec.shares_per_node);
    pool.installed = spec.nodes;
    pool.spec = std::move(spec);
    pools_.push_back(std::move(pool));
  }
  sites_.resize(static_cast<std::size_t>(sites));
  usage_.set_capacity(capacity());
  for (const auto& [tenant, nodes] : policy->parts().quotas) usage_.set_quota(tenant, nodes);
  usage_.set_half_life(policy->parts().half_life);
  for (const auto& [tenant, weight] : policy->parts().weights) usage_.set_weight(tenant, weight);
  reserve_for(jobs.size());
}

void SchedulerCore::State::reserve_for(std::size_t count) {
  if (count <= stage.size()) return;
  count = std::max(count, stage.size() + stage.size() / 2);
  stage.resize(count, Stage::absent);
  arrival.resize(count, -1);
  slot_of.resize(count, -1);
  tenant_of_.resize(count, -1);
}

void SchedulerCore::State::expect(JobId id, Stage wanted, const char* call) {
  AIF_CHECK(id >= 0 && static_cast<std::size_t>(id) < jobs_->size(), fmt::format("{}: job {}", call, id));
  reserve_for(jobs_->size());
  AIF_CHECK(stage_of(id) == wanted,
            fmt::format("{}: job {} is in stage {}", call, id, static_cast<int>(stage_of(id))));
}

WaitingQueue::Entry SchedulerCore::State::entry_of(JobId id, const OrderInfo& order) const {
  const Job& wanted = job(id);
  const Tick duration = planned(wanted);
  const double key = order.key(wanted, planned_work(wanted));
  AIF_CHECK(!std::isnan(key), fmt::format("job {} has no place in order {}", id, order.name));
  return {key, arrival[static_cast<std::size_t>(id)], id, wanted.pool, wanted.nodes, duration};
}

void SchedulerCore::State::enqueue(JobId id) {
  const std::int32_t owner = tenant(id);
  if (usage_.quota(owner) == TenantUsage::kNoQuota) return join(id);
  quotas[owner].waiting.emplace(arrival[static_cast<std::size_t>(id)], id);
  stage_of(id) = Stage::held;
  ++held_count;
  admit(owner);
}

std::int64_t SchedulerCore::State::quota_left(std::int32_t owner) const {
  if (usage_.quota(owner) == TenantUsage::kNoQuota) return TenantUsage::kNoQuota;
  const auto found = quotas.find(owner);
  const std::int64_t queued = found == quotas.end() ? 0 : found->second.queued;
  return usage_.quota(owner) - usage_.held_nodes(owner) - queued;
}

bool SchedulerCore::State::over_quota(JobId id) const {
  const auto found = quotas.find(tenant(id));
  return found != quotas.end() && found->second.waiting.contains(arrival[static_cast<std::size_t>(id)]);
}

void SchedulerCore::State::admit(std::int32_t owner) {
  const auto found = quotas.find(owner);
  if (found == quotas.end()) return;
  auto& waiting = found->second.waiting;
  while (!waiting.empty() && job(waiting.begin()->second).nodes <= quota_left(owner)) {
    const JobId id = waiting.begin()->second;
    waiting.erase(waiting.begin());
    --held_count;
    join(id);
  }
}

void SchedulerCore::State::join(JobId id) {
  if (const auto found = quotas.find(tenant(id)); found != quotas.end()) found->second.queued += job(id).nodes;
  queue_.insert(entry_of(id, *policy->parts().order));
  if (two_queues_) backfill_.insert(entry_of(id, *policy->parts().backfill_order));
  stage_of(id) = Stage::waiting;
  fresh_.push_back(id);
}

void SchedulerCore::State::dequeue(JobId id) {
  const auto entry = entry_of(id, *policy->parts().order);
  queue_.remove(entry.key, entry.arrival);
  if (const auto found = quotas.find(tenant(id)); found != quotas.end()) found->second.queued -= job(id).nodes;
  if (!two_queues_) return;
  const auto behind = entry_of(id, *policy->parts().backfill_order);
  backfill_.remove(behind.key, behind.arrival);
}

void SchedulerCore::State::hold_until(JobId id, Tick until) {
  stage_of(id) = Stage::held;
  ++held_count;
  held_until[id] = until;
  if (until != kNever) due.emplace(until, id);
}

void SchedulerCore::State::queue_or_hold(JobId id) {
  if (waits_for.contains(id)) {
    hold_until(id, kNever);
  } else if (job(id).earliest_start > now_) {
    hold_until(id, job(id).earliest_start);
  } else {
    enqueue(id);
  }
}

void SchedulerCore::State::leave(JobId id) {
  stage_of(id) = Stage::gone;
  if (waited_for_by.empty()) return;
  const auto found = waited_for_by.find(id);
  if (found == waited_for_by.end()) return;
  const std::vector<JobId> followers = std::move(found->second);
  waited_for_by.erase(found);
  for (const JobId follower : followers) {
    const auto waits = waits_for.find(follower);
    if (waits == waits_for.end() || --waits->second > 0) continue;
    waits_for.erase(waits);
    if (!in_stage(follower, Stage::held)) continue;
    --held_count;
    held_until.erase(follower);
    queue_or_hold(follower);
  }
}

void SchedulerCore::State::release_due() {
  for (; !due.empty() && due.top().first <= now_; due.pop()) {
    const auto [at, id] = due.top();
    const auto held = held_until.find(id);
    if (!in_stage(id, Stage::held) || held == held_until.end() || held->second != at) continue;
    held_until.erase(held);
    --held_count;
    enqueue(id);
  }
}

bool SchedulerCore::State::lies_in(std::int32_t p, const Job& wanted) {
  const auto& [x, y, z] = wanted.slice;
  const auto [found, fresh] = lies.try_emplace({p, wanted.nodes, wanted.domain_nodes, wanted.keeps_domains, x, y, z}, false);
  if (fresh) {
    NodeSet all(pool(p).spec.nodes);
    all.insert({0, pool(p).installed});
    chosen_ranges.clear();
    found->second = choose_nodes(*policy->parts().place, {pool(p).spec, all, wanted.nodes, &wanted, {}}, scratch, chosen_ranges);
  }
  return found->second;
}

std::string SchedulerCore::State::impossible(JobId id) {
  const Job& wanted = job(id);
  std::int64_t most = 0;
  bool fits = false;
  for (std::int32_t p = 0; p < pools(); ++p) {
    if (!wanted.runs_in(p)) {
      if (!wanted.speed_on.empty() || !wanted.staging_on.empty()) barred_.insert(barred_key(id, p));
      continue;
    }
    most = std::max(most, pool(p).installed);
    if (wanted.nodes > pool(p).installed || !wanted.picky()) continue;
    const bool here = lies_in(p, wanted);
    if (!here) barred_.insert(barred_key(id, p));
    fits = fits || here;
  }
  if (most == 0) return "no pool may run it";
  if (wanted.nodes > most) {
    return fmt::format("needs {} nodes, the largest pool that may run it has {}", wanted.nodes, most);
  }
  if (const std::int64_t quota = usage_.quota(tenant(id)); wanted.nodes > quota) {
    return fmt::format("needs {} nodes, tenant {} may hold {}", wanted.nodes, wanted.tenant.text(), quota);
  }
  if (wanted.picky() && !fits) {
    return fmt::format("no pool that may run it can ever place its {} nodes as asked for", wanted.nodes);
  }
  return "";
}

void SchedulerCore::State::apply_submit(JobId id) {
  const Job& wanted = job(id);
  AIF_CHECK(wanted.nodes >= 1 && wanted.work >= 0 && planned(wanted) >= 0 && wanted.pool < pools(),
            fmt::format("job {}: {} nodes, {} ticks, pool {}", id, wanted.nodes, wanted.work, wanted.pool));
  AIF_CHECK(wanted.speed_on.empty() || wanted.speed_on.size() == pools_.size(), fmt::format("job {}: {} speeds", id, wanted.speed_on.size()));
  AIF_CHECK(wanted.staging_on.empty() || wanted.staging_on.size() == pools_.size(), fmt::format("job {}: {} stagings", id, wanted.staging_on.size()));
  staged_ = staged_ || !wanted.staging_on.empty();
  AIF_CHECK(!wanted.elastic() || (wanted.min_nodes >= 1 && wanted.min_nodes <= wanted.max_nodes),
            fmt::format("job {}: {}..{} nodes", id, wanted.min_nodes, wanted.max_nodes));
  arrival[static_cast<std::size_t>(id)] = arrivals++;
  tenant_of_[static_cast<std::size_t>(id)] = usage_.index(wanted.tenant);
  if (std::string reason = impossible(id); !reason.empty()) {
    // No policy need see it; waiting at the head it would block the queue for ever.
    result.rejections.push_back({id, std::move(reason)});
    result.steps.push_back(Step::reject);
    leave(id);
    return;
  }
  for (const JobId other : wanted.after) {
    AIF_CHECK(other >= 0 && static_cast<std::size_t>(other) < jobs_->size() && other != id, fmt::format("job {}", id));
    if (in_stage(other, Stage::gone)) continue;
    ++waits_for[id];
    waited_for_by[other].push_back(id);
  }
  queue_or_hold(id);
}

void SchedulerCore::State::refresh_returning(PoolState& pool) {
  pool.running.for_each([&](RunningJob& running) {
    std::int64_t returning = 0;
    for (const NodeRange& held : allocation(running).nodes) returning += held.count() - pool.down.count_in(held);
    running.returning = returning;
  });
}

/// Nodes of `range` that are out join the counts by reason, or leave them.
void SchedulerCore::State::count_out(PoolState& pool, NodeRange range, std::int64_t sign) {
  if (pool.reason.empty() || pool.down.count_in(range) == 0) return;
  for (auto node = range.first; node < range.last; ++node) {
    if (pool.down.count_in({node, node + 1}) > 0) pool.out[static_cast<std::size_t>(pool.reason[static_cast<std::size_t>(node)])] += sign;
  }
}

void SchedulerCore::State::apply_nodes(std::int32_t p, NodeRange range, NodeState state) {
  PoolState& pool = pools_[static_cast<std::size_t>(p)];
  count_out(pool, range, -1);
  if (state == NodeState::idle || state == NodeState::allocated) {
    pool.down.erase(range);
    pool.free.insert_outside(range, pool.busy, pool.down);
  } else {
    pool.down.insert(range);
    pool.free.erase(range);
    if (pool.reason.empty() && state != NodeState::down) {
      pool.reason.assign(static_cast<std::size_t>(pool.spec.nodes), NodeState::down);
      pool.out[static_cast<std::size_t>(NodeState::down)] = pool.down.count() - pool.down.count_in(range);
    }
    if (!pool.reason.empty()) {
      std::fill(pool.reason.begin() + range.first, pool.reason.begin() + range.last, state);
    }
    count_out(pool, range, +1);
  }
  pool.follow(range);
  if (pool.busy.count_in(range) > 0) refresh_returning(pool);
}

void SchedulerCore::State::plan_outage(std::int32_t p, const Outage& outage, Tick now) {
  AIF_CHECK(now >= now_ && p >= 0 && p < pools() && outage.from < outage.to && outage.nodes.first >= 0 &&
                outage.nodes.count() > 0 && outage.nodes.last <= pool(p).spec.nodes,
            fmt::format("pool {}: an outage of [{}, {})", p, outage.nodes.first, outage.nodes.last));
  now_ = now;
  pools_[static_cast<std::size_t>(p)].outages.push_back(outage);
}

void SchedulerCore::State::forecasts(std::int32_t site, std::shared_ptr<const Forecast> price,
                                     std::shared_ptr<const Forecast> carbon) {
  SiteSignals& signals = sites_.at(static_cast<std::size_t>(site));
  signals.price = std::move(price);
  signals.carbon = std::move(carbon);
}

void SchedulerCore::State::headroom(std::int32_t p, const std::vector<double>& headroom_k) {
  PoolState& pool = pools_.at(static_cast<std::size_t>(p));
  const std::int64_t racks = (pool.spec.nodes + pool.spec.nodes_per_rack - 1) / pool.spec.nodes_per_rack;
  AIF_CHECK(headroom_k.empty() || static_cast<std::int64_t>(headroom_k.size()) == racks,
            fmt::format("{} racks, {} temperatures", racks, headroom_k.size()));
  pool.headroom_k = headroom_k;
}

void SchedulerCore::State::begin_outages() {
  for (std::int32_t p = 0; p < pools(); ++p) {
    auto& outages = pools_[static_cast<std::size_t>(p)].outages;
    for (std::size_t i = 0; i < outages.size();) {
      const Outage outage = outages[i];
      const PoolState& pool = pools_[static_cast<std::size_t>(p)];
      if (outage.to <= now_) {
        outages.erase(outages.begin() + static_cast<std::ptrdiff_t>(i));
        // Those that have failed meanwhile stay out.
        for (auto node = outage.nodes.first; node < outage.nodes.last; ++node) {
          if (pool.down.count_in({node, node + 1}) > 0 && !pool.reason.empty() &&
              pool.reason[static_cast<std::size_t>(node)] == NodeState::maintenance) {
            apply_nodes(p, {node, node + 1}, NodeState::idle);
          }
        }
        continue;
      }
      if (outage.from <= now_) {
        for (auto node = outage.nodes.first; node < outage.nodes.last; ++node) {
          if (pool.down.count_in({node, node + 1}) == 0) apply_nodes(p, {node, node + 1}, NodeState::maintenance);
        }
      }
      const Tick next = outage.from > now_ ? outage.from : outage.to;
      if (next != kNever) result.wake_at = std::min(result.wake_at, next);
      ++i;
    }
  }
}

void SchedulerCore::State::apply(const Event& event) {
  switch (event.kind) {
    case Event::submit:
      apply_submit(event.job);
      break;
    case Event::finish:
      release(event.job);
      if (!quotas.empty()) admit(tenant(event.job));
      leave(event.job);
      break;
    case Event::requeue: {
      const std::int32_t slot = slot_of[static_cast<std::size_t>(event.job)];
      if (slot >= 0 && job(event.job).checkpoint_interval != kNever) {
        const auto index = static_cast<std::size_t>(event.job);
        const RunningJob& running = find_running(event.job);
        const double kept_work = kept(running, reached(running));
        if (saved_.size() <= index) saved_.resize(stage.size());
        saved_[index] = kept_work;
      }
      release(event.job);
      enqueue(event.job);
      break;
    }
    case Event::remove:
      if (stage_of(event.job) == Stage::held) {
        --held_count;
        held_until.erase(event.job);
        if (over_quota(event.job)) quotas[tenant(event.job)].waiting.erase(arrival[static_cast<std::size_t>(event.job)]);
      } else if (stage_of(event.job) == Stage::waiting) {
        dequeue(event.job);
        if (!quotas.empty()) admit(tenant(event.job));
      } else {
        break;  // per_event: rejected for its size a moment ago
      }
      leave(event.job);
      break;
    case Event::nodes:  // has taken effect when it was told
      break;
  }
}

void SchedulerCore::State::happen(const Event& event, Tick now) {
  AIF_CHECK(now >= now_, fmt::format("time runs back from {} to {}", now_, now));
  now_ = now;
  // A node that is lost in this instant must not be given out by any pass of it.
  if (event.kind == Event::nodes) apply_nodes(event.pool, event.range, event.state);
  if (policy->parts().same_instant == SameInstant::per_event) {
    pending.push_back(event);
  } else {
    apply(event);
  }
}

/// It holds its nodes as before, for as long as its epilog takes, and no policy may touch it any more.
void SchedulerCore::State::complete(JobId id, Tick now) {
  const std::int32_t slot = slot_of[static_cast<std::size_t>(id)];
  Run& run = runs_[static_cast<std::size_t>(slot)];
  if (run.changed_in == kCompleting) return;
  run.changed_in = kCompleting;
  ++completing_count;
  PoolState& pool = pools_[static_cast<std::size_t>(slots_[static_cast<std::size_t>(slot)].pool)];
  RunningJob running = find_running(id);
  pool.running.erase(running.end, id);
  running.end = run.end = after(now, epilog);
  pool.running.insert(running);
}

void SchedulerCore::State::run_pass(Tick now) {
  now_ = now;
  ++pass_;
  begin_outages();
  release_due();
  const auto ask = [&] {
    policy->schedule(*this, *this);
    fresh_.clear();
    while (!to_admit.empty()) {
      const std::vector<std::int32_t> owners = std::move(to_admit);
      to_admit.clear();
      for (const std::int32_t owner : owners) admit(owner);
      if (fresh_.empty()) break;
      policy->schedule(*this, *this);
      fresh_.clear();
    }
  };
  if (policy->parts().same_instant == SameInstant::batched) {
    ask();
  } else {
    for (const Event& event : pending) {
      if (event.kind != Event::finish && event.kind != Event::requeue) continue;
      const std::int32_t slot = slot_of[static_cast<std::size_t>(event.job)];
      if (runs_[static_cast<std::size_t>(slot)].end <= now_) release(event.job);
    }
    for (const bool submissions : {true, false}) {
      for (std::size_t i = 0; i < pending.size(); ++i) {
        const Event event = pending[i];
        if ((event.kind == Event::submit) != submissions) continue;
        apply(event);
        pending[i].job = kNoJob;
        ask();
      }
    }
    if (pending.empty()) ask();  // a wake-up
    pending.clear();
  }
  if (due.empty()) return;
  // What is due next; entries of jobs that have left are stale.
  while (!due.empty()) {
    const auto held = held_until.find(due.top().second);
    if (held != held_until.end() && held->second == due.top().first) break;
    due.pop();
  }
  if (!due.empty()) result.wake_at = std::min(result.wake_at, due.top().first);
}

}  // namespace aifactory::scheduling
