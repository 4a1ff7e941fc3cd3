/// @file Conservative backfill: every waiting job holds a reservation.
#include <algorithm>

#include "models/scheduling/actions.h"
#include "models/scheduling/select.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {
namespace {

/// Conservative backfill.
///
/// A job is promised a start when it arrives: the earliest that delays no promise made before.  At each pass every
/// promise is taken back and made again at the earliest instant, in queue order, with all others in place: it
/// can move forward (a job has ended early) but never back.  A job whose promise is now starts.
///
/// When a promise cannot be kept (nodes are lost, or a job outlives its estimate) all are dropped and made anew in
/// queue order.  Several pools: the promise is in the pool where the job could start earliest, the first on ties.
/// Source: Mu'alem and Feitelson, IEEE TPDS 12(6), 2001, section 2.2 (the order of compression is the queue's).
class Conservative final : public Policy {
 public:
  explicit Conservative(const PolicyParts& parts) : Policy(parts) {}
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Conservative>(*this); }

  void schedule(const View& view, Actions& actions) override {
    const WaitingQueue& queue = view.queue();
    if (queue.empty()) return;
    const Tick now = view.now();
    ahead_.resize(static_cast<std::size_t>(view.pools()));
    if (!keep_promises(view)) {
      for (std::size_t i = queue.begin(); i != queue.end(); i = queue.next(i)) promise(queue[i].job) = {};
      fill(view);
    }
    for (std::size_t i = queue.begin(); i != queue.end(); i = queue.next(i)) {
      const WaitingQueue::Entry entry = queue[i];
      Promise& mine = promise(entry.job);
      if (mine.pool >= 0) ahead(mine.pool).cancel(entry.nodes, mine.start, entry.duration);
      Promise best;
      for (std::int32_t pool = 0; pool < view.pools(); ++pool) {
        if (!view.eligible(entry, pool)) continue;
        const Tick start = ahead(pool).earliest_start(entry.nodes, entry.duration, now);
        if (start < best.start) best = {start, pool};
      }
      mine = best;
      if (best.pool < 0) continue;  // nodes are down: nothing can be promised now
      ahead(best.pool).reserve(entry.nodes, best.start, entry.duration);
      if (best.start == now && actions.start(entry.job, {.pool = best.pool}) == Refusal::none) mine = {};
    }
  }

 private:
  struct Promise {
    Tick start = kNever;
    std::int32_t pool = -1;  ///< -1: none
  };
  Promise& promise(JobId job) {
    const auto index = static_cast<std::size_t>(job);
    if (index >= promises_.size()) promises_.resize(std::max(index + 1, 2 * promises_.size()));
    return promises_[index];
  }
  AvailabilityProfile& ahead(std::int32_t pool) { return ahead_[static_cast<std::size_t>(pool)]; }

  void fill(const View& view) {
    for (std::int32_t pool = 0; pool < view.pools(); ++pool) view.fill(pool, ahead(pool));
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

  std::vector<Promise> promises_;           ///< by job
  std::vector<AvailabilityProfile> ahead_;  // scratch, by pool
};

}  // namespace

std::unique_ptr<Policy> make_conservative(const PolicyParts& parts, const OptionValues&) {
  return std::make_unique<Conservative>(parts);
}

}  // namespace aifactory::scheduling
