#pragma once
/// @file How free nodes lie: scale-up domains, boxes of a torus, fragmentation.
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/scheduling/node_set.h"
#include "models/scheduling/policy.h"

namespace aifactory::scheduling {

/// A box of a 3D torus: corner and extent in nodes.  It does not wrap around.
struct Slice {
  std::array<std::int32_t, 3> at{}, extent{};
};

/// The first free box of the given extent in any of its orientations: the orientation as given first, then by permutation;
/// within one, the corner with the lowest node number.  O(nodes), by a summed-area table kept in `sums`.
/// @pre the pool has a torus.
[[nodiscard]] std::optional<Slice> find_slice(const PoolSpec& pool, const NodeSet& free,
                                              const std::array<std::int32_t, 3>& extent,
                                              std::vector<std::int32_t>& sums);
/// Its nodes as ascending intervals.
void append_slice(const PoolSpec& pool, const Slice& slice, std::vector<NodeRange>& out);

/// Groups of `group` nodes that could start now, each within one scale-up domain.
[[nodiscard]] std::int64_t groups_that_fit(const PoolSpec& pool, const NodeSet& free, std::int64_t group);

/// Share of the free nodes that groups of `group` nodes cannot use, because they lie in domains with too few:
///
///     1 - group * sum over domains of floor(free_d / group) / sum of free_d        (0 when nothing is free)
[[nodiscard]] double fragmentation(const PoolSpec& pool, const NodeSet& free, std::int64_t group);

/// Does any group of `group` nodes of an allocation (in ascending order) lie in more than one domain?
[[nodiscard]] bool crosses_domains(const PoolSpec& pool, const std::vector<NodeRange>& nodes, std::int64_t group);

}  // namespace aifactory::scheduling
