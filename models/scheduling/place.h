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
  /// A rack, or a scale-up domain, with free nodes.
  struct Block {
    std::int64_t number, free;
  };
  std::vector<Block> blocks;
  std::vector<NodeRange> ranges;
  std::vector<std::int64_t> counts;
  std::vector<std::int64_t> block_holds, block_share, block_order;
  std::vector<std::int32_t> sums;
  NodeSet whole_nodes;  ///< of a pool whose nodes are shared
};

/// Lists the blocks of `size` nodes that have members, ascending, in scratch.blocks: a full machine has few of them.
/// @param within begins with block number 0
void list_blocks(const NodeSet& free, NodeRange within, std::int64_t size, PlaceScratch& scratch);

/// One rule of placement.  `choose` appends `nodes` members of `free` to `out` as ascending intervals that do not
/// touch, or nothing, and returns false, when the rule finds none that lie as the job needs them.  Rules that do not
/// look at a job's domain_nodes and slice always find some.
struct PlaceInfo {
  std::string_view name, summary;
  bool (*choose)(const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out);
  bool spreads = false;  ///< it avoids nodes that others use
};

/// As the rule chooses; the nodes of a job that keeps its groups in domains as place_topology() does; of a pool whose nodes are
/// shared, as place_shares() does.
[[nodiscard]] bool choose_nodes(const PlaceInfo& place, const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out);

/// Every placement, in the order of the documentation.
[[nodiscard]] std::span<const PlaceInfo> known_places();
[[nodiscard]] const PlaceInfo* find_place(std::string_view name);  ///< null: none of that name

/// As few blocks of `block` nodes as possible; among the last, the fullest that holds the rest.
/// @param within begins with a block
void consolidate(const NodeSet& free, NodeRange within, std::int64_t block, std::int64_t nodes, PlaceScratch& scratch,
                 std::vector<NodeRange>& out);

// place_shares.cc
/// On a pool whose nodes are shared: whole nodes by the rule, and what is left over within one node.
[[nodiscard]] bool place_shares(const PlaceInfo& place, const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out);

// place_topology.cc
bool place_topology(const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out);

}  // namespace aifactory::scheduling
