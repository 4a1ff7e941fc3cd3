/// @file Placement on nodes that jobs share.
#include <algorithm>
#include <span>

#include "models/scheduling/place.h"

namespace aifactory::scheduling {
namespace {

/// Nodes with free shares: those of which all are go to scratch.whole_nodes; @return of the others, the one with the fewest
/// that has `rest` at least, the lowest on ties; -1: none.
std::int64_t sort_nodes(const PlaceRequest& request, std::int64_t per_node, std::int64_t rest, PlaceScratch& scratch) {
  const std::int64_t nodes = request.free.size() / per_node;
  if (scratch.whole_nodes.size() != nodes) scratch.whole_nodes = NodeSet(nodes);
  scratch.whole_nodes.erase({0, nodes});
  list_blocks(request.free, {0, request.free.size()}, per_node, scratch);
  std::int64_t best = -1, left = per_node;
  for (const PlaceScratch::Block& node : scratch.blocks) {
    if (node.free == per_node) {
      scratch.whole_nodes.insert({node.number, node.number + 1});
    } else if (node.free >= rest && node.free < left) {
      best = node.number;
      left = node.free;
    }
  }
  return best;
}

/// The pool as a pool of nodes.
PoolSpec in_nodes(const PoolSpec& pool) {
  PoolSpec nodes = pool;
  nodes.shares_per_node = 1;
  nodes.nodes /= pool.shares_per_node;
  nodes.nodes_per_rack /= pool.shares_per_node;
  nodes.nodes_per_domain /= pool.shares_per_node;
  nodes.nodes_per_block /= pool.shares_per_node;
  return nodes;
}

/// Of chosen nodes, that of which a part is enough: one beside the whole groups of its domain, else the last.
std::int64_t node_in_part(const PoolSpec& pool, std::span<const NodeRange> chosen, std::int64_t group) {
  const std::int64_t size = std::max<std::int64_t>(pool.domain_size(), 1);
  std::int64_t domain = -1, here = 0, last = -1;
  for (const NodeRange& range : chosen) {
    for (std::int64_t node = range.first; node < range.last; ++node) {
      if (node / size != domain) {
        if (group > 1 && here % group != 0) return last;
        domain = node / size;
        here = 0;
      }
      ++here;
      last = node;
    }
  }
  return last;
}

/// Puts `more` among ascending ranges from `begin` on, and joins those that touch.
void put_in(NodeRange more, std::size_t begin, std::vector<NodeRange>& out) {
  const auto place = std::find_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), [&](const NodeRange& one) { return one.first > more.first; });
  out.insert(place, more);
  std::size_t kept = begin;
  for (std::size_t i = begin + 1; i < out.size(); ++i) {
    if (out[i].first == out[kept].last) {
      out[kept].last = out[i].last;
    } else {
      out[++kept] = out[i];
    }
  }
  out.resize(kept + 1);
}

}  // namespace

// The rule chooses among wholly free nodes.  What is left over goes to the fullest node that holds it, so that whole nodes
// stay whole; under a rule that spreads, and for a job whose groups must be near each other, to a node of the rule's choice.
bool place_shares(const PlaceInfo& place, const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out) {
  const std::int64_t per_node = request.pool.shares_per_node, rest = request.nodes % per_node;
  std::int64_t nodes = request.nodes / per_node;
  const bool grouped = request.job != nullptr && request.job->domain_nodes > 0;
  const std::int64_t fullest = sort_nodes(request, per_node, rest, scratch);
  std::int64_t shared = rest > 0 ? fullest : -1;
  const bool room = scratch.whole_nodes.count() > nodes;
  if (rest > 0 && (shared < 0 || grouped || (place.spreads && room))) {
    shared = -1;
    ++nodes;
  }
  if (scratch.whole_nodes.count() < nodes) return false;
  const std::size_t begin = out.size();
  std::int64_t in_part = -1;
  if (nodes > 0) {
    const PoolSpec pool = in_nodes(request.pool);
    // The rule may use all of the scratch but this set.
    if (!place.choose({pool, scratch.whole_nodes, nodes, request.job, request.headroom_k}, scratch, out)) return false;
    if (rest > 0 && shared < 0) in_part = node_in_part(pool, std::span(out).subspan(begin), grouped ? request.job->domain_nodes : 1);
  }
  for (std::size_t i = begin; i < out.size(); ++i) {
    NodeRange& range = out[i];
    const bool cut = range.first <= in_part && in_part < range.last;
    const std::int64_t last = range.last;
    range = {range.first * per_node, (cut ? in_part : last) * per_node};
    if (!cut) continue;
    range.last += rest;
    if (in_part + 1 < last) out.insert(out.begin() + static_cast<std::ptrdiff_t>(++i), {(in_part + 1) * per_node, last * per_node});
  }
  if (shared < 0) return true;
  std::vector<NodeRange>& part = scratch.ranges;
  part.clear();
  request.free.append_lowest(rest, {shared * per_node, (shared + 1) * per_node}, part);
  for (const NodeRange& range : part) put_in(range, begin, out);
  return true;
}

}  // namespace aifactory::scheduling
