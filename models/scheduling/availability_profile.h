#pragma once
/// @file Free nodes of one pool over the future, as a step function.
#include <cstdint>
#include <vector>

#include "models/time.h"

namespace aifactory::scheduling {

/// How many nodes will be free at each future instant if running jobs end as planned and reservations are kept.
///
///     free(t) = free_now + sum of nodes returned by t - sum of nodes reserved over [start, start + duration) at t
///
/// Every reservation heuristic (EASY of any depth, conservative) asks the same three questions of it; they are
/// here once, tested by known answers.  Times are ticks; an interval is half open, so one job may start in the
/// very tick in which another ends.  A duration of zero counts as one tick: it occupies its instant.
/// Costs: O(log steps) to find an instant, O(steps) to change or to search.
/// *Not modelled*: which nodes; free(t) is a count (see EASY's `reservation: concrete` for node identities).
/// Source: the profile of Mu'alem and Feitelson, "Utilization, Predictability, Workloads, and User Runtime
/// Estimates in Scheduling the IBM SP2 with Backfilling", IEEE TPDS 12(6), 2001, section 2.
class AvailabilityProfile {
 public:
  struct Step {
    Tick at;            ///< from this tick on ...
    std::int64_t free;  ///< ... so many nodes are free, until the next step
  };

  AvailabilityProfile() = default;
  AvailabilityProfile(Tick now, std::int64_t free_now) { reset(now, free_now); }
  void reset(Tick now, std::int64_t free_now);

  /// `nodes` come back at `at` and stay.  Cheap when called in the order of time.
  void add_release(Tick at, std::int64_t nodes);
  /// First instant >= from at which `nodes` are free for the whole duration; kNever when there is none.
  [[nodiscard]] Tick earliest_start(std::int64_t nodes, Tick duration, Tick from) const;
  /// Smallest number of free nodes over [start, start + duration).
  [[nodiscard]] std::int64_t min_free(Tick start, Tick duration) const;
  [[nodiscard]] std::int64_t free_at(Tick at) const;
  void reserve(std::int64_t nodes, Tick start, Tick duration) { change(-nodes, start, duration); }
  /// Takes a reservation back.  @pre it was made with the same arguments.
  void cancel(std::int64_t nodes, Tick start, Tick duration) { change(nodes, start, duration); }

  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }

 private:
  void change(std::int64_t nodes, Tick start, Tick duration);
  [[nodiscard]] std::size_t index_at(Tick at) const;  ///< step that holds at `at`
  std::size_t split(Tick at);                         ///< index of a step that begins at `at`

  std::vector<Step> steps_;
};

/// a + b, never beyond kNever.  @pre b >= 0
inline Tick after(Tick a, Tick b) {
  return b >= kNever - (a > 0 ? a : 0) ? kNever : a + b;
}

}  // namespace aifactory::scheduling
