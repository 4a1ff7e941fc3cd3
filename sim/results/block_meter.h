#pragma once
/// @file In how many blocks of the scale-out fabric the jobs of a pool were started.
#include <cstdint>

namespace aifactory {

/// Every start counts once, restarts too.
struct BlockMeter {
  std::int64_t starts = 0, blocks = 0;  ///< blocks: sum over the starts of those that their nodes lie in
  std::int64_t across = 0;              ///< starts in more than one

  void add(std::int64_t spanned) {
    ++starts;
    blocks += spanned;
    across += spanned > 1 ? 1 : 0;
  }
  void add(const BlockMeter& other) {
    starts += other.starts;
    blocks += other.blocks;
    across += other.across;
  }
};

/// Heads of the queue that started later than they had been promised, by reason; see EasyBook.
struct SlipMeter {
  std::int64_t fault = 0, cap = 0, overrun = 0;
  double seconds = 0.0;  ///< of all together
};

}  // namespace aifactory
