#include "models/scheduling/easy_book.h"

#include <fmt/format.h>

#include <algorithm>

namespace aifactory::scheduling {

void EasyBook::begin(const View& view) {
  heads_.clear();
  pools_.resize(static_cast<std::size_t>(view.pools()));
  promises_.resize(pools_.size());
  for (Pool& pool : pools_) {
    pool.reservations = 0;
    pool.slack = kNever;
    pool.extra = 0;
  }
  sites_.assign(static_cast<std::size_t>(view.sites()), {});
  lacking_ = rules_.depth > 0 ? view.pools() : 0;
}

bool EasyBook::is_head(JobId job) const {
  return std::find(heads_.begin(), heads_.end(), job) != heads_.end();
}

EasyBook::Outcome EasyBook::offer(const View& view, Actions& actions, const PlaceInfo& place,
                                  const WaitingQueue::Entry& entry) {
  if (start_below(view, actions, entry, rules_.depth)) return Outcome::started;
  std::int32_t best = -1;
  Plan best_plan;
  for (std::int32_t i = 0; i < view.pools(); ++i) {
    const std::int32_t p = view.preferred(entry.job, i);
    if (at(p).reservations == rules_.depth || !view.eligible(entry, p)) continue;
    const Plan here = plan(view, place, p, entry);
    if (best < 0 || here.shadow.at < best_plan.shadow.at) {
      best = p;
      best_plan = here;
    }
  }
  if (best < 0) return Outcome::left;  // its pools have their heads: it is left to backfilling
  heads_.push_back(entry.job);
  reserve(view, place, best, entry, best_plan);
  if (at(best).reservations == rules_.depth) --lacking_;
  return Outcome::head;
}

EasyBook::Plan EasyBook::plan(const View& view, const PlaceInfo& place, std::int32_t p,
                              const WaitingQueue::Entry& entry) {
  if (rules_.power && view.site(view.pool(p).spec.site).headroom_mw() != SiteSignals::kUnlimited) {
    return plan_with_power(view, p, entry);
  }
  Pool& pool = at(p);
  if (pool.reservations > 0) {
    return {{pool.ahead.earliest_start(entry.nodes, entry.duration, view.now()), 0}, 0};
  }
  if (!view.pool(p).outages.empty()) {
    // Free now is not free for long enough.
    view.fill(p, pool.ahead);
    const Tick when = pool.ahead.earliest_start(entry.nodes, entry.duration, view.now());
    return {{when, when == kNever ? 0 : pool.ahead.min_free(when, entry.duration)}, 0};
  }
  if (concrete(view, p) && view.picky(entry.job, p)) return {plan_as_it_lies(view, place, p, entry), 0};
  return {view.shadow(p, entry.nodes), 0};
}

/// When both nodes and power are there.  Jobs of other pools of the site give power back, too.
EasyBook::Plan EasyBook::plan_with_power(const View& view, std::int32_t p, const WaitingQueue::Entry& entry) {
  const std::int32_t site = view.pool(p).spec.site;
  const std::int64_t need = view.power_mw(entry.job, p, entry.nodes);
  std::int64_t free = view.free_nodes(p), headroom = view.site(site).headroom_mw();
  if (free >= entry.nodes && headroom >= need) return {{view.now(), free}, headroom};
  // Each pool's list is in the order of the ends: what ends next is at the back of one of them.
  ends_.clear();
  for (std::int32_t other = 0; other < view.pools(); ++other) ends_.push_back(view.pool(other).running.rbegin());
  const auto next_end = [&](std::int32_t other) {
    const PoolState& pool = view.pool(other);
    const auto& next = ends_[static_cast<std::size_t>(other)];
    return next == pool.running.rend() || pool.spec.site != site ? kNever : view.planned_end(*next);
  };
  for (;;) {
    Tick when = kNever;
    for (std::int32_t other = 0; other < view.pools(); ++other) when = std::min(when, next_end(other));
    if (when == kNever) break;
    for (std::int32_t other = 0; other < view.pools(); ++other) {
      for (auto& next = ends_[static_cast<std::size_t>(other)]; next_end(other) == when; ++next) {
        if (other == p) free += next->returning;
        headroom += view.booked_mw(*next);
      }
    }
    if (free >= entry.nodes && headroom >= need) return {{when, free}, headroom};
  }
  return {{kNever, free}, headroom};
}

/// The first instant at which Place finds nodes that lie as the job needs them.
View::Shadow EasyBook::plan_as_it_lies(const View& view, const PlaceInfo& place, std::int32_t p,
                                       const WaitingQueue::Entry& entry) {
  const PoolState& state = view.pool(p);
  ShareCounts shares = state.shares;
  const auto fits = [&] {
    ranges_.clear();
    return free_then_.count() >= entry.nodes && shares.fits(entry.nodes) &&
           choose_nodes(place, {state.spec, free_then_, entry.nodes, &view.job(entry.job), state.headroom_k}, scratch_,
                        ranges_);
  };
  free_then_ = state.free;
  if (fits()) return {view.now(), free_then_.count()};
  for (auto running = state.running.rbegin(); running != state.running.rend();) {
    const Tick when = view.planned_end(*running);
    for (; running != state.running.rend() && view.planned_end(*running) == when; ++running) {
      for (const NodeRange& range : view.allocation(*running).nodes) {
        free_then_.insert_outside(range, state.down, state.down);
        shares.follow(free_then_, range);
      }
    }
    if (fits()) return {when, free_then_.count()};
  }
  return {kNever, free_then_.count()};
}

void EasyBook::reserve(const View& view, const PlaceInfo& place, std::int32_t p, const WaitingQueue::Entry& entry,
                       const Plan& plan) {
  Pool& pool = at(p);
  if (rules_.depth > 1 && pool.reservations == 0) view.fill(p, pool.ahead);
  ++pool.reservations;
  const Tick when = plan.shadow.at;
  if (pool.reservations == 1) promise(view, p, entry.job, when);
  if (when == kNever) return;  // no promise can be made
  if (rules_.depth > 1) {
    pool.ahead.reserve(entry.nodes, when, entry.duration);
    pool.slack = 0;
    return;
  }
  pool.slack = when - view.now();
  pool.extra = plan.shadow.free - entry.nodes;
  if (concrete(view, p)) pin(view, place, p, entry, when);
  if (!rules_.power || view.site(view.pool(p).spec.site).headroom_mw() == SiteSignals::kUnlimited) return;
  Site& site = site_of(view, p);
  const std::int64_t extra = plan.headroom_mw - view.power_mw(entry.job, p, entry.nodes);
  // Heads of several pools: what all of them can spare, until the first of them starts.
  site.extra_mw = site.slack == kNever ? extra : std::min(site.extra_mw, extra);
  site.slack = std::min(site.slack, pool.slack);
}

void EasyBook::promise(const View& view, std::int32_t p, JobId job, Tick when) {
  Promise& mine = promises_[static_cast<std::size_t>(p)];
  const PoolState& state = view.pool(p);
  const std::int64_t down = state.down.count(), limit_mw = view.site(state.spec.site).limit_mw;
  if (mine.job != job || when <= mine.at) {
    mine = {job, when, down, limit_mw, nullptr};
    return;
  }
  const bool capped = rules_.power && limit_mw < mine.limit_mw;
  mine.slipped = down > mine.down ? "fault" : capped ? "cap" : mine.slipped ? mine.slipped : "overrun";
  mine.down = down;
  mine.limit_mw = limit_mw;
}

/// The job has started.
void EasyBook::keep_promise(const View& view, Actions& actions, JobId job) {
  for (Promise& promise : promises_) {
    if (promise.job != job) continue;
    if (view.now() > promise.at) {
      const char* why = promise.slipped ? promise.slipped : "overrun";
      actions.note(job, "slip", fmt::format("{} {}", why, to_seconds(view.now() - promise.at)));
    }
    promise = {};
  }
}

void EasyBook::free_by(const View& view, std::int32_t p, Tick when) {
  const PoolState& state = view.pool(p);
  free_then_ = state.free;
  for (auto running = state.running.rbegin(); running != state.running.rend() && view.planned_end(*running) <= when;
       ++running) {
    for (const NodeRange& range : view.allocation(*running).nodes) {
      free_then_.insert_outside(range, state.down, state.down);
    }
  }
}

/// Picks the head's nodes among those that are free at the shadow time.
void EasyBook::pin(const View& view, const PlaceInfo& place, std::int32_t p, const WaitingQueue::Entry& entry,
                   Tick when) {
  const PoolState& state = view.pool(p);
  Pool& pool = at(p);
  free_by(view, p, when);
  if (pool.reserved.size() == state.spec.nodes) {
    for (const NodeRange& range : pool.reserved_ranges) pool.reserved.erase(range);
  } else {
    pool.reserved = NodeSet(state.spec.nodes);
  }
  pool.reserved_ranges.clear();
  (void)choose_nodes(place, {state.spec, free_then_, entry.nodes, &view.job(entry.job), state.headroom_k}, scratch_, pool.reserved_ranges);
  for (const NodeRange& range : pool.reserved_ranges) pool.reserved.insert(range);
  pool.extra = outside(state, pool);
}

EasyBook::Bounds EasyBook::bounds(const View& view) const {
  Bounds most;
  for (std::int32_t p = 0; p < view.pools(); ++p) {
    const Pool& pool = at(p);
    most.free = std::max(most.free, view.free_nodes(p));
    most.slack = std::max(most.slack, rules_.depth > 1 ? kNever : pool.slack);
    most.extra = std::max(most.extra, pool.extra);
  }
  return most;
}

/// In the first pool with fewer than so many reservations.
bool EasyBook::start_below(const View& view, Actions& actions, const WaitingQueue::Entry& entry,
                           std::int64_t reservations) {
  for (std::int32_t i = 0; i < view.pools(); ++i) {
    const std::int32_t p = view.preferred(entry.job, i);
    Pool& pool = at(p);
    if (pool.reservations >= reservations || !view.eligible(entry, p) || entry.nodes > view.free_nodes(p)) continue;
    const bool promised = pool.slack != kNever;
    const bool late = promised && entry.duration > pool.slack;
    if (rules_.depth > 1) {
      if (promised && pool.ahead.min_free(view.now(), entry.duration) < entry.nodes) continue;
    } else if (late && entry.nodes > pool.extra) {
      continue;
    }
    std::int64_t need = 0;
    bool takes_power = false;
    if (rules_.power) {
      need = view.power_mw(entry.job, p, entry.nodes);
      if (need > view.site(view.pool(p).spec.site).headroom_mw()) continue;
      const Site& site = site_of(view, p);
      takes_power = site.slack != kNever && entry.duration > site.slack;
      if (takes_power && need > site.extra_mw) continue;
    }
    const bool avoid = late && concrete(view, p);
    if (actions.start(entry.job, {.pool = p, .avoid = avoid ? &pool.reserved : nullptr}) != Refusal::none) continue;
    keep_promise(view, actions, entry.job);
    if (takes_power) site_of(view, p).extra_mw -= need;
    if (rules_.depth > 1) {
      if (pool.reservations > 0) pool.ahead.reserve(entry.nodes, view.now(), entry.duration);
    } else if (promised && concrete(view, p)) {
      pool.extra = outside(view.pool(p), pool);
    } else if (late) {
      pool.extra -= entry.nodes;
    }
    return true;
  }
  return false;
}

}  // namespace aifactory::scheduling
