#pragma once
/// @file Free nodes of one pool over the future, as a step function.
#include <cstddef>
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
/// Steps are kept in blocks, each with its least and most free nodes: with n steps, a search or a change looks at the steps
/// of a few blocks of 128 and passes over the other n / 128 whole.  A plan of 10,000 waiting jobs on a machine that runs
/// 30,000 asks as many times.
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

 private:
  struct Block {
    std::vector<Step> steps;                  ///< in the order of time, never empty; of their `free`,
    std::int64_t least = 0, most = 0;         ///< the least and the most
    std::int64_t added = 0;                   ///< to be added to all three
    [[nodiscard]] std::int64_t free(std::size_t step) const { return steps[step].free + added; }
    void measure();
  };
  struct Place {
    std::size_t block, step;
  };
  static constexpr std::size_t kMost = 128;  ///< steps in a block
  void change(std::int64_t nodes, Tick start, Tick duration);
  /// Adds to the steps from `first` up to, but not including, `last`; the latter may be one past the end.
  void add(std::int64_t nodes, Place first, Place last);
  [[nodiscard]] Place find(Tick at) const;   ///< step that holds at `at`
  Place split(Tick at);                      ///< step that begins at `at`
  [[nodiscard]] bool seek(std::int64_t nodes, Place& from) const;              ///< next step with so many; false: none
  [[nodiscard]] bool lasts(std::int64_t nodes, Place& from, Tick end) const;   ///< until `end`; false: `from` has fewer
  Block& insert_block(std::size_t at);

  std::vector<Block> blocks_;
  std::vector<std::vector<Step>> spare_;  ///< room of blocks that reset() has taken away
};

/// a + b, never beyond kNever.  @pre b >= 0
inline Tick after(Tick a, Tick b) {
  return b >= kNever - (a > 0 ? a : 0) ? kNever : a + b;
}

}  // namespace aifactory::scheduling
