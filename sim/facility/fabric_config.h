#pragma once
#include <cstdint>

#include "models/fields.h"

namespace aifactory {

/// The scale-out fabric of a cluster: blocks of racks within which every node has its full bandwidth to every other, and what
/// is left of it on the way out of a block.
struct FabricConfig {
  std::int64_t block_racks = INT64_MIN;  ///< unset
  double oversubscription = kUnset;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("block_racks", p.block_racks, between(1, 10'000'000), "racks of one block, counted from rack 0");
    visit("oversubscription", p.oversubscription, between(1.0, 1000.0), "bandwidth of a block's nodes over that of its way out: 1 is none, 4 leaves a quarter");
  }
};

}  // namespace aifactory
