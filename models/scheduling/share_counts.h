#pragma once
/// @file How many shares of each node of a pool are free.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/scheduling/node_set.h"

namespace aifactory::scheduling {

/// Follows the free shares of a pool whose nodes are shared, node by node, so that whether a job fits is known without
/// looking at the nodes.
///
/// A pool counts in shares; node n has the shares n k .. n k + k - 1.  A job of w k + r shares (r < k) takes w whole nodes,
/// and r shares of one other node.
class ShareCounts {
 public:
  ShareCounts() = default;
  /// @param per_node shares of a node, k; 1: nodes are not shared, and nothing is followed.
  ShareCounts(const NodeSet& free, std::int64_t per_node) : per_node_(per_node) {
    if (per_node_ < 2) return;
    const std::int64_t nodes = free.size() / per_node_;
    free_of_.assign(static_cast<std::size_t>(nodes), 0);
    with_.assign(static_cast<std::size_t>(per_node_) + 1, 0);
    with_[0] = nodes;
    follow(free, {0, free.size()});
  }

  /// Shares of `range` have become free or have ceased to be.
  void follow(const NodeSet& free, NodeRange range) {
    if (per_node_ < 2 || range.last <= range.first) return;
    for (std::int64_t n = range.first / per_node_; n * per_node_ < range.last; ++n) {
      const auto now = static_cast<std::int32_t>(free.count_in({n * per_node_, (n + 1) * per_node_}));
      std::int32_t& was = free_of_[static_cast<std::size_t>(n)];
      --with_[static_cast<std::size_t>(was)];
      ++with_[static_cast<std::size_t>(now)];
      was = now;
    }
  }
  /// Could a job of so many shares be placed?  @pre shares >= 1, and every change of `free` has been followed.
  [[nodiscard]] bool fits(std::int64_t shares) const {
    if (per_node_ < 2) return true;
    const std::int64_t whole = shares / per_node_, rest = shares % per_node_, free = with_.back();
    if (free < whole) return false;
    if (rest == 0 || free > whole) return true;
    return std::any_of(with_.begin() + rest, with_.end() - 1, [](std::int64_t nodes) { return nodes > 0; });
  }

 private:
  std::int64_t per_node_ = 1;
  std::vector<std::int32_t> free_of_;  ///< by node
  std::vector<std::int64_t> with_;     ///< nodes, by how many of their shares are free
};

}  // namespace aifactory::scheduling
