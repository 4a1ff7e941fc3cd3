/// @file Conservative backfill: every waiting job holds a reservation.
#include <fmt/format.h>

#include <algorithm>

#include "models/scheduling/actions.h"
#include "models/scheduling/select.h"
#include "models/scheduling/start_bounds.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {
namespace {

/// Conservative backfill.
///
/// At each pass every waiting job, in queue order, is planned at the earliest instant that delays no job planned
/// before it; a job whose plan is now starts.  The option `promises` says what an earlier pass's plan is worth:
///
/// - `replan` (default): nothing.  Plans are made afresh, so a job early in the queue takes whatever has been freed.
///   A job behind it can then start later than an earlier pass had planned.
/// - `keep`: a plan is a promise that can move forward but never back.  Each plan is taken back and made again with
///   all others in place, in queue order.  When a promise cannot be kept (nodes are lost, or a job outlives its
///   estimate) all are dropped and made anew; a job that then starts later is noted as `slip`, as by EasyBook.
///
/// The two differ only where jobs end before their estimates.  Several pools: a job is planned in the pool where it
/// could start earliest, the first on ties.
/// Source: Mu'alem and Feitelson, IEEE TPDS 12(6), 2001, section 2.2; `keep` is the compression described there.
class Conservative final : public Policy {
 public:
  Conservative(const PolicyParts& parts, bool keep) : Policy(parts), keep_(keep) {}
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Conservative>(*this); }

  void schedule(const View& view, Actions& actions) override {
    const WaitingQueue& queue = view.queue();
    if (queue.empty()) return;
    const Tick now = view.now();
    ahead_.resize(static_cast<std::size_t>(view.pools()));
    if (!keep_ || !keep_promises(view)) {
      if (keep_) note_loss(view);
      for (std::size_t i = queue.begin(); i != queue.end(); i = queue.next(i)) {
        promise(queue[i].job).start = kNever;
        promise(queue[i].job).pool = -1;
      }
      fill(view);
    }
    for (std::size_t i = queue.begin(); i != queue.end(); i = queue.next(i)) {
      const WaitingQueue::Entry entry = queue[i];
      Promise& mine = promise(entry.job);
      if (mine.pool >= 0) ahead(mine.pool).cancel(entry.nodes, mine.start, entry.duration);
      Promise best;
      for (std::int32_t k = 0; k < view.pools(); ++k) {
        const std::int32_t pool = view.preferred(entry.job, k);
        if (!view.eligible(entry, pool)) continue;
        const Tick start = earliest_start(pool, entry, now);
        if (start < best.start) best = {start, pool};
      }
      mine.start = best.start;
      mine.pool = best.pool;
      if (keep_) mine.first = std::min(mine.first, best.start);
      if (best.pool < 0) continue;  // nodes are down: nothing can be promised now
      ahead(best.pool).reserve(entry.nodes, best.start, entry.duration);
      if (best.start != now || actions.start(entry.job, {.pool = best.pool}) != Refusal::none) continue;
      if (keep_ && now > mine.first) actions.note(entry.job, "slip", fmt::format("{} {}", lost_, to_seconds(now - mine.first)));
      mine = {};
    }
  }

 private:
  struct Promise {
    Tick start = kNever;
    std::int32_t pool = -1;  ///< -1: none
    Tick first = kNever;     ///< the earliest that it has been
  };
  /// Why promises cannot be kept.
  void note_loss(const View& view) {
    std::int64_t down = 0;
    for (std::int32_t pool = 0; pool < view.pools(); ++pool) down += view.pool(pool).down.count();
    lost_ = down > down_ ? "fault" : "overrun";
    down_ = down;
  }
  Promise& promise(JobId job) {
    const auto index = static_cast<std::size_t>(job);
    if (index >= promises_.size()) promises_.resize(std::max(index + 1, 2 * promises_.size()));
    return promises_[index];
  }
  AvailabilityProfile& ahead(std::int32_t pool) { return ahead_[static_cast<std::size_t>(pool)]; }

  void fill(const View& view) {
    bounds_.resize(ahead_.size());
    for (std::int32_t pool = 0; pool < view.pools(); ++pool) {
      view.fill(pool, ahead(pool));
      bounds_[static_cast<std::size_t>(pool)].reset(view.now(), view.pool(pool).spec.nodes);
    }
  }

  Tick earliest_start(std::int32_t pool, const WaitingQueue::Entry& entry, Tick now) {
    // A plan that is taken back gives nodes back, too: nothing can be learnt from those before it.
    if (keep_) return ahead(pool).earliest_start(entry.nodes, entry.duration, now);
    StartBounds& bounds = bounds_[static_cast<std::size_t>(pool)];
    const Tick start = ahead(pool).earliest_start(entry.nodes, entry.duration, bounds.bound(entry.nodes, entry.duration));
    bounds.learn(entry.nodes, entry.duration, start);
    return start;
  }

  /// Puts all promises into the profiles; false when one no longer fits.
  bool keep_promises(const View& view) {
    fill(view);
    const WaitingQueue& queue = view.queue();
    for (std::size_t i = queue.begin(); i != queue.end(); i = queue.next(i)) {
      const WaitingQueue::Entry& entry = queue[i];
      const Promise& kept = promise(entry.job);
      if (kept.pool < 0) continue;
      if (kept.start < view.now() || ahead(kept.pool).min_free(kept.start, entry.duration) < entry.nodes) return false;
      ahead(kept.pool).reserve(entry.nodes, kept.start, entry.duration);
    }
    return true;
  }

  bool keep_;
  std::int64_t down_ = 0;
  const char* lost_ = "overrun";
  std::vector<Promise> promises_;           ///< by job
  // Scratch, by pool.
  std::vector<AvailabilityProfile> ahead_;
  std::vector<StartBounds> bounds_;
};

}  // namespace

std::unique_ptr<Policy> make_conservative(const PolicyParts& parts, const OptionValues& options) {
  return std::make_unique<Conservative>(parts, options.text("promises") == "keep");
}

}  // namespace aifactory::scheduling
