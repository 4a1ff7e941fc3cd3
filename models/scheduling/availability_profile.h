#pragma once
/// @file Free nodes of one pool over the future, as a step function.
#include <array>
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
///
/// Steps are the leaves of a B+ tree, each of whose inner entries keeps the least and the most free nodes below it and a
/// number to be added to all of them.  With n steps, min_free(), reserve() and cancel() take O(log n), and earliest_start()
/// O(log n) for each candidate that it rejects: callers that have planned others before bound `from` by what they have
/// learnt (StartBounds).  A release behind all others takes O(1) where it leaves the tree as high as it is.
/// *Not modelled*: which nodes; free(t) is a count (see EASY's `reservation: concrete` for node identities).
/// Source: the profile of Mu'alem and Feitelson, "Utilization, Predictability, Workloads, and User Runtime
/// Estimates in Scheduling the IBM SP2 with Backfilling", IEEE TPDS 12(6), 2001, section 2; pending additions as in
/// range updates of segment trees.
class AvailabilityProfile {
 public:
  struct Step {
    Tick at;            ///< from this tick on ...
    std::int64_t free;  ///< ... so many nodes are free, until the next step
  };

  AvailabilityProfile() = default;
  AvailabilityProfile(Tick now, std::int64_t free_now) { reset(now, free_now); }
  /// Keeps its memory: from then on no call allocates before there are more steps than ever before.
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
  static constexpr std::size_t kSteps = 64, kChildren = 16;  ///< in a node, at most; both measured
  static constexpr std::size_t kLevels = 12;                 ///< of half-full nodes: 10^11 steps
  struct Leaf {
    std::size_t count = 0;
    std::array<Step, kSteps> items{};  ///< in the order of time; `free` without what is to be added above
  };
  /// Entry of an inner node.
  struct Child {
    Tick at;                       ///< its first step
    std::int64_t least, most;      ///< of its steps, with `added`, without what is to be added above
    std::int64_t added;            ///< to all of its steps
    std::size_t node;              ///< a leaf if the entry is on level 1, else an inner node
  };
  struct Inner {
    std::size_t count = 0;
    std::array<Child, kChildren> items{};
  };
  /// A step, and the way to it.  Level 0 is that of the leaves, level height_ that of the root.
  struct Finger {
    struct {
      std::size_t node, slot;
      std::int64_t added;  ///< to the items of the node
    } on[kLevels];
  };
  enum class Want : bool { enough, lack };

  void change(std::int64_t nodes, Tick start, Tick duration);
  /// Adds to the steps over [begin, end) below a node that ends at `until`.  @pre steps begin at both, or end is kNever.
  void add(std::size_t level, std::size_t node, Tick until, Tick begin, Tick end, std::int64_t nodes);
  [[nodiscard]] std::int64_t least(std::size_t level, std::size_t node, Tick until, Tick begin, Tick end) const;
  [[nodiscard]] Finger find(Tick at) const;  ///< step that holds at `at`
  /// The first step from this one on that begins before `end` and has so many nodes, or has not; false: there is none.
  template <Want want>
  bool seek(std::int64_t nodes, Tick end, Finger& step) const;
  [[nodiscard]] Tick time(const Finger& step) const { return leaves_[step.on[0].node].items[step.on[0].slot].at; }

  void split(Tick at);  ///< makes a step begin there
  void insert(Finger& behind, const Step& step);
  void make_room(Finger& behind, std::size_t level);
  [[nodiscard]] Child entry(std::size_t level, std::size_t node, std::int64_t added) const;
  std::size_t new_node(std::size_t level);

  std::vector<Leaf> leaves_;
  std::vector<Inner> inners_;
  std::size_t used_leaves_ = 0, used_inners_ = 0;  ///< the others are spare
  std::size_t root_ = 0, height_ = 0;              ///< height 0: the root is a leaf
  Finger last_{};                                  ///< the last step, as long as steps have only been put behind it
  bool last_known_ = false;
};

/// a + b, never beyond kNever.  @pre b >= 0
inline Tick after(Tick a, Tick b) {
  return b >= kNever - (a > 0 ? a : 0) ? kNever : a + b;
}

}  // namespace aifactory::scheduling
