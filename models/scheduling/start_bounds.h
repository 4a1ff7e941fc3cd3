#pragma once
/// @file What the plans of one pass say about those still to be made.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/time.h"

namespace aifactory::scheduling {

/// Where one job after another is planned in an AvailabilityProfile from which nodes are only taken, a job that needs at
/// least as many nodes, for at least as long, as one planned before it cannot start earlier than that one did:
///
///     bound(n, d) = max { t : (n', d', t) learnt, n' <= n, d' <= d },   or `now` if there is none
///
/// So a search that begins there finds the same start, and need not reject again what was rejected before it.  Without it
/// the candidates that a plan rejects grow with the queue: of 10,000 jobs each rejects 390 of them, with it 2.5.
///
/// Sizes are sorted into classes, eight to each power of two: learnt in the class from below which they are not, asked for in
/// the class up to which they reach, so that the bound is never too late.  Sizes of up to four binary digits (48, 96, 144) have
/// a class of their own.  Prefixes of classes keep the (d', t) that no other one makes superfluous, as a Fenwick tree keeps sums.
/// Cost: O(log classes x log jobs) to ask, and to learn as much but for shifting what a list holds behind it.
/// Source: P. M. Fenwick, "A New Data Structure for Cumulative Frequency Tables", Software: Practice and Experience 24(3), 1994.
class StartBounds {
 public:
  /// Forgets all.  @param most_nodes that will be asked for
  void reset(Tick now, std::int64_t most_nodes);
  /// No job of so many nodes and of this duration can start earlier.
  [[nodiscard]] Tick bound(std::int64_t nodes, Tick duration) const;
  /// The earliest start of such a job in the profile as it was then.
  void learn(std::int64_t nodes, Tick duration, Tick start);

 private:
  struct Known {
    Tick duration, start;
  };
  static std::size_t class_up_to(std::int64_t nodes);
  static std::size_t class_from(std::int64_t nodes);

  Tick now_ = 0;
  std::size_t classes_ = 0;
  std::vector<std::vector<Known>> known_;  ///< by class, from 1; of each list both members increase
  std::vector<std::size_t> touched_;       ///< lists that are not empty
};

}  // namespace aifactory::scheduling
