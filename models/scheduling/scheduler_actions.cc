/// @file What a policy may do, checked and carried out in the book.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/error.h"
#include "models/scheduling/blocks.h"
#include "models/scheduling/scheduler_state.h"

namespace aifactory::scheduling {

std::string_view to_string(Refusal refusal) {
  switch (refusal) {
    case Refusal::none: return "done";
    case Refusal::not_waiting: return "the job is not waiting";
    case Refusal::unknown_pool: return "no such pool";
    case Refusal::wrong_pool: return "the job may not run in this pool";
    case Refusal::too_few_free: return "too few free nodes";
    case Refusal::wrong_size: return "not as many nodes as the job asks for";
    case Refusal::bad_allocation: return "intervals out of range, order or shape";
    case Refusal::node_not_free: return "a node is busy or down";
    case Refusal::not_in_future: return "not in the future";
    case Refusal::does_not_fit: return "the free nodes do not lie as the job needs them";
    case Refusal::not_running: return "the job is not running";
    case Refusal::not_preemptible: return "the job may not be interrupted";
    case Refusal::not_elastic: return "the job runs on one number of nodes only";
    case Refusal::just_started: return "the job was started or changed in this pass, or has ended";
    case Refusal::not_held: return "the job is not held back";
    case Refusal::over_quota: return "its tenant may not hold so many nodes";
    case Refusal::out_of_range: return "a negative or undefined value";
  }
  return "";
}

/// A plan for full speed, at another.
Tick SchedulerCore::State::stretched(Tick plan, double speed) {
  if (speed == 1.0 || plan == kNever) return plan;
  const double ticks = std::ceil(static_cast<double>(plan) / speed);
  return ticks < 9e18 ? static_cast<Tick>(ticks) : kNever;
}

Tick SchedulerCore::State::planned(const Job& job, std::int64_t nodes) const {
  return with_overheads(stretched(planned_work(job), static_cast<double>(nodes) / static_cast<double>(job.nodes)));
}

Tick SchedulerCore::State::planned_at_worst(const Job& job, Tick plan) const {
  if (!job.speed_on.empty()) plan = stretched(plan, slowest(job));
  // A wall-clock limit holds wherever it lies.
  if (job.estimate == kNever) plan = stretched(plan, spread_pace(job.communication_frac, most_oversubscribed));
  Tick staging = 0;
  for (const Tick here : job.staging_on) {
    if (here != kNever) staging = std::max(staging, here);
  }
  return after(staging, plan);
}

Tick SchedulerCore::State::planned(const Job& job, std::int64_t nodes, const Allocation& where) const {
  const Tick plan = job.estimate == kNever ? job.work : job.estimate;
  double speed = job.speed_in(where.pool) * static_cast<double>(nodes) / static_cast<double>(job.nodes);
  if (job.estimate == kNever) speed *= pace_on(job, pool(where.pool).spec, where.nodes);
  return with_overheads(after(job.staging_in(where.pool), stretched(plan, speed)));
}

void SchedulerCore::State::book(JobId id, std::int32_t p, std::int64_t nodes, std::int64_t mw, std::int64_t jobs) {
  const PoolSpec& spec = pool(p).spec;
  sites_[static_cast<std::size_t>(spec.site)].booked_mw += mw;
  usage_.change(tenant(id), {nodes, milli_per_node[static_cast<std::size_t>(p)] * nodes, mw}, jobs, now_);
}

const RunningJob& SchedulerCore::State::find_running(JobId id) const {
  const auto slot = static_cast<std::size_t>(slot_of[static_cast<std::size_t>(id)]);
  const RunningJob* found = pool(slots_[slot].pool).running.find(runs_[slot].end, id);
  AIF_CHECK(found != nullptr, fmt::format("job {} is not in its pool's list", id));
  return *found;
}

void SchedulerCore::State::occupy(JobId id, Allocation&& allocation) {
  PoolState& pool = pools_[static_cast<std::size_t>(allocation.pool)];
  std::int64_t nodes = 0;
  for (const NodeRange& range : allocation.nodes) {
    pool.free.erase(range);
    pool.follow(range);
    pool.busy.insert(range);
    nodes += range.count();
  }
  auto slot = static_cast<std::int32_t>(slots_.size());
  if (free_slots.empty()) {
    slots_.emplace_back();
    runs_.emplace_back();
  } else {
    slot = free_slots.back();
    free_slots.pop_back();
  }
  const auto at = static_cast<std::size_t>(slot);
  result.starts.push_back({id, allocation});
  result.steps.push_back(Step::start);
  const std::int64_t mw = power_mw(id, allocation.pool, nodes);
  book(id, allocation.pool, nodes, mw, 1);
  slots_[at] = std::move(allocation);
  slot_of[static_cast<std::size_t>(id)] = slot;
  const Job& of = job(id);
  const RunningJob started{after(now_, planned(of, nodes, slots_[at])), id, slot, nodes, of.tier, of.preemptible, of.elastic()};
  runs_[at] = {started.end, now_, after(after(now_, prolog), of.staging_in(slots_[at].pool)), saved(id), pass_, mw, of.checkpoint_interval, saved(id)};
  pool.running.insert(started);
  stage_of(id) = Stage::running;
  ++running_count;
}

/// Gives the nodes of a running job back, except for those that are down.
void SchedulerCore::State::release(JobId id) {
  const std::int32_t slot = slot_of[static_cast<std::size_t>(id)];
  if (slot < 0) return;  // per_event: already given back at the start of the pass
  const auto at = static_cast<std::size_t>(slot);
  const Allocation& allocation = slots_[at];
  PoolState& pool = pools_[static_cast<std::size_t>(allocation.pool)];
  std::int64_t nodes = 0;
  for (const NodeRange& range : allocation.nodes) {
    pool.busy.erase(range);
    pool.free.insert_outside(range, pool.down, pool.busy);
    pool.follow(range);
    nodes += range.count();
  }
  if (runs_[at].changed_in == kCompleting) --completing_count;
  book(id, allocation.pool, -nodes, -runs_[at].booked_mw, -1);
  pool.running.erase(runs_[at].end, id);
  slot_of[static_cast<std::size_t>(id)] = -1;
  free_slots.push_back(slot);
  --running_count;
}

Refusal SchedulerCore::State::may_start(JobId id, std::int32_t p) const {
  if (!in_stage(id, Stage::waiting)) return Refusal::not_waiting;
  if (p < 0 || p >= pools()) return Refusal::unknown_pool;
  if (!job(id).runs_in(p)) return Refusal::wrong_pool;
  return Refusal::none;
}

/// Takes the nodes of outages that begin before now + duration out of `from`; false: there are none.
bool SchedulerCore::State::without_outages(const PoolState& pool, Tick duration, NodeSet& from) const {
  bool any = false;
  for (const Outage& outage : pool.outages) {
    if (outage.from >= after(now_, std::max<Tick>(duration, 1)) || outage.to <= now_) continue;
    if (!any && &from != &pool.free && from.size() == 0) from = pool.free;
    from.erase(outage.nodes);
    any = true;
  }
  return any;
}

Refusal SchedulerCore::State::start(JobId id, const Constraint& where) {
  if (const Refusal refusal = may_start(id, where.pool); refusal != Refusal::none) return refusal;
  const PoolState& target = pool(where.pool);
  const Job& wanted = job(id);
  const std::int64_t nodes = where.nodes == 0 ? wanted.nodes : where.nodes;
  if (!wanted.runs_on(nodes)) return Refusal::wrong_size;
  if (nodes > wanted.nodes && nodes - wanted.nodes > quota_left(tenant(id))) return Refusal::over_quota;
  const NodeSet* from = &target.free;
  if (where.avoid != nullptr) {
    if (where.avoid->size() != target.spec.nodes) return Refusal::bad_allocation;
    narrowed = target.free;
    narrowed.erase_all(*where.avoid);
    from = &narrowed;
  }
  if (!target.outages.empty()) {
    if (from != &narrowed) narrowed = target.free;
    if (without_outages(target, planned(wanted, nodes), narrowed)) from = &narrowed;
  }
  if (from->count() < nodes) return Refusal::too_few_free;
  if (from == &target.free && !target.shares.fits(nodes)) return Refusal::does_not_fit;
  Allocation allocation{where.pool, {}};
  if (!choose_nodes(*policy->parts().place, {target.spec, *from, nodes, &wanted, target.headroom_k}, scratch,
                                     allocation.nodes)) {
    return Refusal::does_not_fit;
  }
  return take(id, std::move(allocation));
}

Refusal SchedulerCore::State::start_on(JobId id, const Allocation& nodes) { return take(id, Allocation(nodes)); }

Refusal SchedulerCore::State::take(JobId id, Allocation&& nodes) {
  if (const Refusal refusal = may_start(id, nodes.pool); refusal != Refusal::none) return refusal;
  const PoolState& target = pool(nodes.pool);
  std::int64_t size = 0, last = -1;
  for (const NodeRange& range : nodes.nodes) {
    if (range.first <= last || range.count() < 1 || range.last > target.spec.nodes) return Refusal::bad_allocation;
    size += range.count();
    last = range.last;
  }
  if (!job(id).runs_on(size)) return Refusal::wrong_size;
  for (const NodeRange& range : nodes.nodes) {
    if (target.free.count_in(range) != range.count()) return Refusal::node_not_free;
  }
  dequeue(id);
  occupy(id, std::move(nodes));
  return Refusal::none;
}

Refusal SchedulerCore::State::reject(JobId id, std::string reason) {
  if (!in_stage(id, Stage::waiting)) return Refusal::not_waiting;
  dequeue(id);
  if (!quotas.empty()) to_admit.push_back(tenant(id));
  result.rejections.push_back({id, std::move(reason)});
  result.steps.push_back(Step::reject);
  leave(id);
  return Refusal::none;
}

/// Whether a policy may interrupt or resize a running job now.
Refusal SchedulerCore::State::may_change(JobId id) {
  if (!in_stage(id, Stage::running) || slot_of[static_cast<std::size_t>(id)] < 0) return Refusal::not_running;
  for (const Event& event : pending) {  // per_event: it ends in this instant, and its turn has not come
    if (event.job == id) return Refusal::not_running;
  }
  return settled(find_running(id)) ? Refusal::none : Refusal::just_started;
}

Refusal SchedulerCore::State::preempt(JobId id, Checkpoint checkpoint) {
  if (const Refusal refusal = may_change(id); refusal != Refusal::none) return refusal;
  const Job& victim = job(id);
  if (!victim.preemptible) return Refusal::not_preemptible;
  const RunningJob& running = find_running(id);
  const double done = reached(running);
  const bool written = checkpoint == Checkpoint::on_demand && victim.checkpoint_interval != kNever;
  const double keeps = written ? done : kept(running, done);
  if (keeps > 0) {
    if (saved_.size() < stage.size()) saved_.resize(stage.size());
    saved_[static_cast<std::size_t>(id)] = keeps;
  }
  release(id);
  enqueue(id);
  result.preemptions.push_back({id, checkpoint});
  result.steps.push_back(Step::preempt);
  return Refusal::none;
}

Refusal SchedulerCore::State::resize(JobId id, std::int64_t nodes) {
  if (const Refusal refusal = may_change(id); refusal != Refusal::none) return refusal;
  const Job& wanted = job(id);
  if (!wanted.elastic() || picky(id, held_by(id).pool)) return Refusal::not_elastic;
  RunningJob running = find_running(id);
  const std::int64_t held = held_nodes(running);
  if (!wanted.runs_on(nodes) || nodes == held) return Refusal::wrong_size;
  if (nodes > held && nodes - held > quota_left(tenant(id))) return Refusal::over_quota;
  const auto at = static_cast<std::size_t>(running.slot);
  Allocation& allocation = slots_[at];
  PoolState& pool = pools_[static_cast<std::size_t>(allocation.pool)];
  NodeSet mine(pool.spec.nodes);
  for (const NodeRange& range : allocation.nodes) mine.insert(range);
  if (nodes > held) {
    narrowed = pool.free;
    without_outages(pool, running.end > now_ ? running.end - now_ : 1, narrowed);
    if (narrowed.count() < nodes - held) return Refusal::too_few_free;
    chosen_ranges.clear();
    if (!choose_nodes(*policy->parts().place, {pool.spec, narrowed, nodes - held, &wanted, pool.headroom_k}, scratch,
                                       chosen_ranges)) {
      return Refusal::does_not_fit;
    }
    for (const NodeRange& range : chosen_ranges) mine.insert(range);
  } else {
    // The lowest stay, down or not: whoever loses nodes to a failure is told so by the caller.
    chosen_ranges.clear();
    mine.append_lowest(nodes, chosen_ranges);
    mine = NodeSet(pool.spec.nodes);
    for (const NodeRange& range : chosen_ranges) mine.insert(range);
  }
  runs_[at].reached = reached(running);
  runs_[at].since = std::max(now_, runs_[at].since);
  for (const NodeRange& range : allocation.nodes) {
    pool.busy.erase(range);
    pool.free.insert_outside(range, pool.down, pool.busy);
    pool.follow(range);
  }
  pool.running.erase(runs_[at].end, id);
  allocation.nodes.clear();
  mine.append_lowest(nodes, allocation.nodes);
  running.returning = 0;
  for (const NodeRange& range : allocation.nodes) {
    pool.free.erase(range);
    pool.follow(range);
    pool.busy.insert(range);
    running.returning += range.count() - pool.down.count_in(range);
  }
  const std::int64_t mw = power_mw(id, allocation.pool, nodes);
  book(id, allocation.pool, nodes - held, mw - runs_[at].booked_mw, 0);
  runs_[at].booked_mw = mw;
  if (running.end != kNever && running.end > now_) {
    // What is left of a prolog, and the epilog, last as long on any number of nodes.
    const Tick around = std::min(running.end - now_, epilog + (runs_[at].since - now_));
    const double left = static_cast<double>(running.end - now_ - around) * static_cast<double>(held);
    running.end = after(now_ + around, static_cast<Tick>(std::ceil(left / static_cast<double>(nodes))));
  }
  runs_[at].end = running.end;
  runs_[at].changed_in = pass_;
  pool.running.insert(running);
  result.resizes.push_back({id, allocation});
  result.steps.push_back(Step::resize);
  return Refusal::none;
}

Refusal SchedulerCore::State::hold(JobId id, Tick until) {
  if (!in_stage(id, Stage::waiting)) return Refusal::not_waiting;
  if (until <= now_) return Refusal::not_in_future;
  dequeue(id);
  hold_until(id, until);
  if (!quotas.empty()) to_admit.push_back(tenant(id));
  return Refusal::none;
}

Refusal SchedulerCore::State::resume(JobId id) {
  if (!in_stage(id, Stage::held) || over_quota(id) || waits_for.contains(id) || job(id).earliest_start > now_) return Refusal::not_held;
  --held_count;
  held_until.erase(id);
  enqueue(id);
  return Refusal::none;
}

Refusal SchedulerCore::State::wake_at(Tick at) {
  if (at <= now_) return Refusal::not_in_future;
  result.wake_at = std::min(result.wake_at, at);
  return Refusal::none;
}

Refusal SchedulerCore::State::set_cap(std::int32_t p, Power cap) {
  if (p < 0 || p >= pools()) return Refusal::unknown_pool;
  if (!(cap.si() >= 0)) return Refusal::out_of_range;
  result.caps.push_back({p, cap});
  return Refusal::none;
}

Refusal SchedulerCore::State::note(JobId id, std::string key, std::string value) {
  result.notes.push_back({id, std::move(key), std::move(value)});
  return Refusal::none;
}

}  // namespace aifactory::scheduling
