#pragma once
/// @file The reservations of one pass of EASY backfill, for every selection that backfills.
#include <cstdint>
#include <utility>
#include <vector>

#include "models/scheduling/actions.h"
#include "models/scheduling/place.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {

/// Who may start without delaying the reserved heads.  A selection offers jobs in its own order: first with
/// offer(), which starts a job or makes it a head, as long as some pool lacks a head; then with backfill().
///
/// A head can start at its shadow time, when running jobs have ended as planned; `extra` nodes are free then beyond
/// its own.  Another job may start if it ends by the shadow time (exactly at it is allowed) or needs at most the extra
/// nodes, which it then uses up.
///
/// - depth > 1: each further job that does not fit is given its earliest start behind those before it.
/// - concrete: the head is pinned to the nodes that Place would give it at the shadow time, which a job that ends later
///   must avoid: extra nodes are lost where they overlap.  A head that needs its nodes to lie in a certain way gets the
///   first instant at which Place finds some.  Pools whose nodes are shared are always planned so, at depth 1.
/// - power: power is a second thing to reserve.  A job starts only if its expected power fits below the site's
///   limit; a head's shadow time is when both its nodes and its power are there, and a job that ends later must leave
///   it both.
///
/// A head that starts later than it was promised has slipped: a note `slip` of the decision log says why and by how many
/// seconds.  `fault`: nodes of its pool were lost meanwhile; `cap`: the site's power limit fell; `overrun`: a job outlived its plan
/// (slowed by heat or a cap under `walltime: stretch`, or without a limit).
class EasyBook {
 public:
  struct Rules {
    std::int64_t depth = 1;  ///< heads of each pool
    bool concrete = false;
    bool power = false;
  };
  explicit EasyBook(const Rules& rules) : rules_(rules) {}

  void begin(const View& view);  ///< of a pass
  /// Some pool may still take a reservation.
  [[nodiscard]] bool lacking() const { return lacking_ > 0; }
  [[nodiscard]] bool has_head(std::int32_t pool) const { return at(pool).reservations > 0; }
  enum class Outcome { started, head, left };
  Outcome offer(const View& view, Actions& actions, const PlaceInfo& place, const WaitingQueue::Entry& entry);
  /// Starts the job in the first pool where it fits and delays no head.
  bool backfill(const View& view, Actions& actions, const WaitingQueue::Entry& entry) {
    return !is_head(entry.job) && start_below(view, actions, entry, kNever);
  }
  [[nodiscard]] bool is_head(JobId job) const;

  /// What the most generous pool offers: a job beyond all three needs no closer look.
  struct Bounds {
    std::int64_t free = 0;
    Tick slack = 0;
    std::int64_t extra = 0;
  };
  [[nodiscard]] Bounds bounds(const View& view) const;

 private:
  struct Pool {
    std::int64_t reservations = 0;
    Tick slack = kNever;        ///< shadow time - now; kNever: nothing to respect
    std::int64_t extra = 0;     ///< nodes that a longer job may still take
    NodeSet reserved;           ///< concrete: the head's nodes ...
    std::vector<NodeRange> reserved_ranges;  ///< ... as intervals
    AvailabilityProfile ahead;  ///< depth > 1: running jobs, reservations and what this pass has started
  };
  struct Site {
    Tick slack = kNever;  ///< power: as of pools
    std::int64_t extra_mw = 0;
  };
  struct Plan {
    View::Shadow shadow{kNever, 0};
    std::int64_t headroom_mw = 0;  ///< then
  };
  /// The earliest start that the first head of a pool has been promised, and what has moved it since.
  struct Promise {
    JobId job = kNoJob;
    Tick at = kNever;
    std::int64_t down = 0, limit_mw = 0;
    const char* slipped = nullptr;  ///< null: it has not
  };
  void promise(const View& view, std::int32_t p, JobId job, Tick when);
  void keep_promise(const View& view, Actions& actions, JobId job);
  [[nodiscard]] const Pool& at(std::int32_t p) const { return pools_[static_cast<std::size_t>(p)]; }
  Pool& at(std::int32_t p) { return pools_[static_cast<std::size_t>(p)]; }
  Site& site_of(const View& view, std::int32_t p) {
    return sites_[static_cast<std::size_t>(view.pool(p).spec.site)];
  }
  bool start_below(const View& view, Actions& actions, const WaitingQueue::Entry& entry, std::int64_t reservations);
  /// Where nodes are shared, counting says too little: a job of a whole node would wait behind ever new small ones.
  [[nodiscard]] bool concrete(const View& view, std::int32_t p) const {
    return rules_.concrete || (rules_.depth == 1 && view.pool(p).spec.shares_per_node > 1);
  }
  Plan plan(const View& view, const PlaceInfo& place, std::int32_t p, const WaitingQueue::Entry& entry);
  Plan plan_with_power(const View& view, std::int32_t p, const WaitingQueue::Entry& entry);
  View::Shadow plan_as_it_lies(const View& view, const PlaceInfo& place, std::int32_t p,
                               const WaitingQueue::Entry& entry);
  void reserve(const View& view, const PlaceInfo& place, std::int32_t p, const WaitingQueue::Entry& entry,
               const Plan& plan);
  void pin(const View& view, const PlaceInfo& place, std::int32_t p, const WaitingQueue::Entry& entry, Tick when);
  void free_by(const View& view, std::int32_t p, Tick when);
  /// Free nodes that are not the head's.
  static std::int64_t outside(const PoolState& state, const Pool& pool) {
    std::int64_t outside = state.free.count();
    for (const NodeRange& range : pool.reserved_ranges) outside -= state.free.count_in(range);
    return outside;
  }

  Rules rules_;
  std::int32_t lacking_ = 0;
  std::vector<Promise> promises_;  ///< by pool, from pass to pass
  // Scratch of one pass, kept so that a pass does not allocate.
  std::vector<Pool> pools_;
  std::vector<Site> sites_;
  std::vector<JobId> heads_;
  NodeSet free_then_;
  std::vector<NodeRange> ranges_;
  std::vector<RunningJobs::const_reverse_iterator> ends_;  ///< by pool: who ends next, in a look ahead
  PlaceScratch scratch_;
};

}  // namespace aifactory::scheduling
