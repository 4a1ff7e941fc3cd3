#pragma once
/// @file Which scale-up domains of a pool are wholly free.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/scheduling/node_set.h"

namespace aifactory::scheduling {

/// Follows the free nodes of a pool, domain by domain, so that their fragmentation is known at any time.
///
///     stranded = free nodes in domains of which some node is not free
///
/// It is what `fragmentation` (topology.h) counts for groups of a whole domain, with one difference: a last domain that
/// the pool does not fill counts as whole when all nodes that it has are free.  A change costs its own domains only, never
/// the pool: following 400,000 nodes costs what the jobs that come and go touch.
class DomainCounts {
 public:
  DomainCounts() = default;
  /// @param size nodes of a domain; below 2: no node is ever stranded
  DomainCounts(const NodeSet& free, std::int64_t size) : size_(size) {
    if (size_ < 2) return;
    whole_.assign(static_cast<std::size_t>((free.size() + size_ - 1) / size_), false);
    follow(free, {0, free.size()});
  }

  /// Nodes of `range` have become free or have ceased to be.
  void follow(const NodeSet& free, NodeRange range) {
    if (size_ < 2 || range.last <= range.first) return;
    for (std::int64_t d = range.first / size_; d * size_ < range.last; ++d) {
      const NodeRange domain{d * size_, std::min((d + 1) * size_, free.size())};
      const bool whole = free.count_in(domain) == domain.count();
      const auto at = static_cast<std::size_t>(d);
      if (whole == whole_[at]) continue;
      whole_[at] = whole;
      in_whole_ += whole ? domain.count() : -domain.count();
    }
  }
  /// @pre every change of `free` has been followed.
  [[nodiscard]] std::int64_t stranded(const NodeSet& free) const { return size_ < 2 ? 0 : free.count() - in_whole_; }

 private:
  std::int64_t size_ = 0, in_whole_ = 0;
  std::vector<bool> whole_;
};

}  // namespace aifactory::scheduling
