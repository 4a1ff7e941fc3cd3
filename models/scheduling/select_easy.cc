/// @file EASY: backfill that does not delay the reserved heads of the queue.
#include <fmt/format.h>

#include <algorithm>

#include "models/error.h"
#include "models/scheduling/actions.h"
#include "models/scheduling/place.h"
#include "models/scheduling/select.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {
namespace {

/// EASY backfill.
///
/// 1. The queue is walked in order and what fits starts, until a job does not fit: the head.  With the running
///    jobs ending as planned, the head can start at its shadow time; `extra` nodes are free then beyond its own.
/// 2. The others are tried in backfill order.  One starts if it fits now and either ends by the shadow time
///    (exactly at it is allowed) or needs at most the extra nodes, which it then uses up.
///
/// `depth` heads hold a reservation (1: the textbook; 0: none, which is greedy; more: each further job that does
/// not fit is given its earliest start behind those before it).  `reservation: concrete` pins the head to the
/// nodes that Place would give it at the shadow time, and a job that ends later must avoid exactly those: extra
/// nodes are lost where they overlap.
///
/// Several pools: each pool has its own heads.  A job that does not fit is reserved in the pool (among those it
/// may run in that still lack a head) where it could start earliest, the first one on ties; what is behind it
/// may use the other pools freely.  Nodes down: a head that cannot start even when all running jobs have ended
/// is promised nothing until nodes return; everyone who fits may pass it meanwhile.  Without such loss, and with
/// jobs ending by their estimates, no backfilled job delays the head beyond the start computed for it.
///
/// Source: D. Lifka, "The ANL/IBM SP Scheduling System", JSSPP 1995; the shadow time and extra nodes as in Mu'alem
/// and Feitelson, IEEE TPDS 12(6), 2001, section 2.1.  Concrete nodes: easy_bf of the batsched repository.
class Easy final : public Policy {
 public:
  Easy(const PolicyParts& parts, std::int64_t depth, bool concrete)
      : Policy(parts), depth_(depth), concrete_(concrete) {}
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Easy>(*this); }

  void schedule(const View& view, Actions& actions) override {
    if (view.queue().empty()) return;
    heads_.clear();
    pools_.resize(static_cast<std::size_t>(view.pools()));
    for (Pool& pool : pools_) {
      pool.reservations = 0;
      pool.slack = kNever;
      pool.extra = 0;
    }
    reserve_heads(view, actions);
    backfill(view, actions);
  }

 private:
  struct Pool {
    std::int64_t reservations = 0;
    Tick slack = kNever;        ///< shadow time - now; kNever: nothing to respect
    std::int64_t extra = 0;     ///< nodes that a longer job may still take
    NodeSet reserved;           ///< concrete: the head's nodes
    AvailabilityProfile ahead;  ///< depth > 1: running jobs, reservations and what this pass has started
  };

  void reserve_heads(const View& view, Actions& actions) {
    std::int32_t lacking = depth_ > 0 ? view.pools() : 0;  // pools that may still take a reservation
    const WaitingQueue& queue = view.queue();
    for (std::size_t i = queue.begin(); i != queue.end() && lacking > 0; i = queue.next(i)) {
      const WaitingQueue::Entry entry = queue[i];
      if (start_somewhere(view, actions, entry, depth_)) continue;
      std::int32_t best = -1;
      View::Shadow best_shadow{kNever, 0};
      for (std::int32_t p = 0; p < view.pools(); ++p) {
        if (pools_[static_cast<std::size_t>(p)].reservations == depth_ || !view.eligible(entry, p)) continue;
        const View::Shadow shadow = shadow_of(view, p, entry);
        if (best < 0 || shadow.at < best_shadow.at) {
          best = p;
          best_shadow = shadow;
        }
      }
      if (best < 0) continue;  // its pools have their heads: it is left to backfilling
      heads_.push_back(entry.job);
      reserve(view, best, entry, best_shadow);
      if (pools_[static_cast<std::size_t>(best)].reservations == depth_) --lacking;
    }
  }

  View::Shadow shadow_of(const View& view, std::int32_t p, const WaitingQueue::Entry& entry) {
    Pool& pool = pools_[static_cast<std::size_t>(p)];
    if (pool.reservations == 0) return view.shadow(p, entry.nodes);
    return {pool.ahead.earliest_start(entry.nodes, entry.duration, view.now()), 0};
  }

  void reserve(const View& view, std::int32_t p, const WaitingQueue::Entry& entry, const View::Shadow& shadow) {
    Pool& pool = pools_[static_cast<std::size_t>(p)];
    if (depth_ > 1 && pool.reservations == 0) view.fill(p, pool.ahead);
    ++pool.reservations;
    if (shadow.at == kNever) return;  // no promise can be made
    if (depth_ > 1) {
      pool.ahead.reserve(entry.nodes, shadow.at, entry.duration);
      pool.slack = 0;
      return;
    }
    pool.slack = shadow.at - view.now();
    pool.extra = shadow.free - entry.nodes;
    if (concrete_) pin(view, p, entry.nodes, shadow.at);
  }

  /// Picks the head's nodes among those that are free at the shadow time.
  void pin(const View& view, std::int32_t p, std::int64_t nodes, Tick at) {
    const PoolState& state = view.pool(p);
    Pool& pool = pools_[static_cast<std::size_t>(p)];
    free_then_ = state.free;
    for (auto running = state.running.rbegin(); running != state.running.rend() && view.planned_end(*running) <= at;
         ++running) {
      for (const NodeRange& range : view.allocation(*running).nodes) {
        free_then_.insert_outside(range, state.down, state.down);
      }
    }
    ranges_.clear();
    parts().place->choose(state.spec, free_then_, nodes, scratch_, ranges_);
    pool.reserved = NodeSet(state.spec.nodes);
    for (const NodeRange& range : ranges_) pool.reserved.insert(range);
    pool.extra = outside(state, pool);
  }

  static std::int64_t outside(const PoolState& state, const Pool& pool) {
    return state.free.count_outside(pool.reserved, {0, state.spec.nodes});
  }

  void backfill(const View& view, Actions& actions) {
    const WaitingQueue& queue = view.backfill_queue();
    Bounds most = bounds(view);
    for (std::size_t i = queue.next_backfill(queue.begin(), most.free, most.slack, most.extra); i != queue.end();
         i = queue.next_backfill(i + 1, most.free, most.slack, most.extra)) {
      const WaitingQueue::Entry entry = queue[i];
      if (std::find(heads_.begin(), heads_.end(), entry.job) != heads_.end()) continue;
      if (!start_somewhere(view, actions, entry, kNever)) continue;
      most = bounds(view);
      if (most.free == 0) break;
    }
  }

  /// What the most generous pool offers: a job beyond all three needs no closer look.
  struct Bounds {
    std::int64_t free = 0;
    Tick slack = 0;
    std::int64_t extra = 0;
  };
  [[nodiscard]] Bounds bounds(const View& view) const {
    Bounds most;
    for (std::int32_t p = 0; p < view.pools(); ++p) {
      const Pool& pool = pools_[static_cast<std::size_t>(p)];
      most.free = std::max(most.free, view.free_nodes(p));
      most.slack = std::max(most.slack, depth_ > 1 ? kNever : pool.slack);
      most.extra = std::max(most.extra, pool.extra);
    }
    return most;
  }

  /// Starts the job in the first pool with fewer than `below` reservations where it fits and delays no head.
  bool start_somewhere(const View& view, Actions& actions, const WaitingQueue::Entry& entry, std::int64_t below) {
    for (std::int32_t p = 0; p < view.pools(); ++p) {
      Pool& pool = pools_[static_cast<std::size_t>(p)];
      if (pool.reservations >= below || !view.eligible(entry, p) || entry.nodes > view.free_nodes(p)) continue;
      const bool promised = pool.slack != kNever;
      const bool late = promised && entry.duration > pool.slack;
      if (depth_ > 1) {
        if (promised && pool.ahead.min_free(view.now(), entry.duration) < entry.nodes) continue;
      } else if (late && entry.nodes > pool.extra) {
        continue;
      }
      const bool avoid = late && concrete_;
      if (actions.start(entry.job, {.pool = p, .avoid = avoid ? &pool.reserved : nullptr}) != Refusal::none) continue;
      if (depth_ > 1) {
        if (pool.reservations > 0) pool.ahead.reserve(entry.nodes, view.now(), entry.duration);
      } else if (promised && concrete_) {
        pool.extra = outside(view.pool(p), pool);
      } else if (late) {
        pool.extra -= entry.nodes;
      }
      return true;
    }
    return false;
  }

  std::int64_t depth_;
  bool concrete_;
  // Scratch of one pass, kept so that a pass does not allocate.
  std::vector<Pool> pools_;
  std::vector<JobId> heads_;
  NodeSet free_then_;
  std::vector<NodeRange> ranges_;
  PlaceScratch scratch_;
};

}  // namespace

std::unique_ptr<Policy> make_easy(const PolicyParts& parts, const OptionValues& options) {
  const std::int64_t depth = options.integer("depth");
  const bool concrete = options.text("reservation") == "concrete";
  if (concrete && depth != 1) {
    throw InputError(fmt::format("scheduling: reservation = concrete needs depth = 1, not {}", depth));
  }
  return std::make_unique<Easy>(parts, depth, concrete);
}

}  // namespace aifactory::scheduling
