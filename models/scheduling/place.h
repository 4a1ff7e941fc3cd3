#pragma once
/// @file Place: which nodes a job gets.
#include <span>
#include <string_view>
#include <vector>

#include "models/scheduling/node_set.h"
#include "models/scheduling/policy.h"

namespace aifactory::scheduling {

/// What is to be placed, and on what.
struct PlaceRequest {
  const PoolSpec& pool;
  const NodeSet& free;
  std::int64_t nodes;                  ///< free.count() has as many
  const Job* job = nullptr;            ///< for its domain_nodes and slice; null: neither
  std::span<const double> headroom_k;  ///< by rack; empty: not known
};

/// Memory that a placement may use, kept between calls so that placing does not allocate.
struct PlaceScratch {
  std::vector<std::int64_t> rack_free;
  std::vector<std::int64_t> racks;
  std::vector<std::int64_t> block_holds, block_share, block_order;
  std::vector<std::int32_t> sums;
};

/// One rule of placement.  `choose` appends `nodes` members of `free` to `out` as ascending intervals that do not
/// touch, or nothing, and returns false, when the rule finds none that lie as the job needs them.  Rules that do not
/// look at a job's domain_nodes and slice always find some.
struct PlaceInfo {
  std::string_view name, summary;
  bool (*choose)(const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out);
};

/// Every placement, in the order of the documentation.
[[nodiscard]] std::span<const PlaceInfo> known_places();
[[nodiscard]] const PlaceInfo* find_place(std::string_view name);  ///< null: none of that name

/// As few blocks of `block` nodes as possible; among the last, the fullest that holds the rest.
/// @param within begins with a block
void consolidate(const NodeSet& free, NodeRange within, std::int64_t block, std::int64_t nodes, PlaceScratch& scratch,
                 std::vector<NodeRange>& out);

// place_topology.cc
bool place_topology(const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out);

}  // namespace aifactory::scheduling
