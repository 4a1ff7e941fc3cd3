#pragma once
/// @file Place: which nodes a job gets.
#include <span>
#include <string_view>
#include <vector>

#include "models/scheduling/node_set.h"
#include "models/scheduling/policy.h"

namespace aifactory::scheduling {

/// Memory that a placement may use, kept between calls so that placing does not allocate.
struct PlaceScratch {
  std::vector<std::int64_t> rack_free;
  std::vector<std::int64_t> racks;
};

/// One rule of placement.  `choose` appends `nodes` members of `free` to `out` as ascending intervals that do not
/// touch.  @pre free.count() >= nodes.
struct PlaceInfo {
  std::string_view name, summary;
  void (*choose)(const PoolSpec& pool, const NodeSet& free, std::int64_t nodes, PlaceScratch& scratch,
                 std::vector<NodeRange>& out);
};

/// Every placement, in the order of the documentation.
[[nodiscard]] std::span<const PlaceInfo> known_places();
[[nodiscard]] const PlaceInfo* find_place(std::string_view name);  ///< null: none of that name

}  // namespace aifactory::scheduling
