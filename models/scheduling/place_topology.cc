/// @file Placement that keeps what must be close together: tensor-parallel groups, torus slices, blocks of the fabric.
#include <algorithm>
#include <numeric>

#include "models/scheduling/place.h"
#include "models/scheduling/topology.h"

namespace aifactory::scheduling {
namespace {

/// Whole groups of g nodes, each within one scale-up domain, in as few domains as possible: first the domains that
/// hold most groups, the last one being the fullest that holds what is left.  A last group that is smaller than g
/// goes where it fits tightest.  @param within begins with a domain
bool place_groups(const PlaceRequest& request, NodeRange within, std::int64_t nodes, std::int64_t group, PlaceScratch& scratch,
                  std::vector<NodeRange>& out) {
  const std::int64_t size = std::max<std::int64_t>(request.pool.domain_size(), 1);
  list_blocks(request.free, within, size, scratch);
  using Block = PlaceScratch::Block;
  std::vector<Block>& domains = scratch.blocks;
  std::int64_t groups = nodes / group;
  const std::int64_t rest = nodes % group;
  std::stable_sort(domains.begin(), domains.end(), [&](const Block& a, const Block& b) { return a.free / group > b.free / group; });
  std::vector<std::int64_t>& taken = scratch.counts;
  taken.assign(domains.size(), 0);
  for (std::size_t i = 0; i < domains.size() && groups > 0; ++i) {
    const std::int64_t here = domains[i].free / group;
    if (here == 0) break;
    if (here < groups) {
      taken[i] = here * group;
      groups -= here;
      continue;
    }
    // The last domain: the one with the fewest free nodes that holds all that is left.
    std::size_t best = i;
    for (std::size_t other = 0; other < domains.size(); ++other) {
      if (taken[other] == 0 && domains[other].free / group >= groups && domains[other].free < domains[best].free) best = other;
    }
    taken[best] = groups * group;
    groups = 0;
  }
  if (groups > 0) return false;
  if (rest > 0) {
    std::size_t best = domains.size();
    std::int64_t best_left = 0;
    for (std::size_t i = 0; i < domains.size(); ++i) {
      const std::int64_t left = domains[i].free - taken[i];
      if (left < rest) continue;
      const bool tighter = best == domains.size() || left < best_left;
      if (tighter || (left == best_left && domains[i].number < domains[best].number)) {
        best = i;
        best_left = left;
      }
    }
    if (best == domains.size()) return false;
    taken[best] += rest;
  }
  for (std::size_t i = 0; i < domains.size(); ++i) domains[i].free = taken[i];
  std::sort(domains.begin(), domains.end(), [](const Block& a, const Block& b) { return a.number < b.number; });
  for (const Block& domain : domains) {
    if (domain.free == 0) continue;
    const std::int64_t first = within.first + domain.number * size;
    request.free.append_lowest(domain.free, {first, std::min(first + size, within.last)}, out);
  }
  return true;
}

bool place_within(const PlaceRequest& request, NodeRange within, std::int64_t nodes, std::int64_t group, PlaceScratch& scratch,
                  std::vector<NodeRange>& out) {
  if (group > 1) return place_groups(request, within, nodes, group, scratch, out);
  if (request.free.count_in(within) < nodes) return false;
  consolidate(request.free, within, request.pool.domain_size(), nodes, scratch, out);
  return true;
}

/// Groups of `group` nodes that a block could take, each within one of its domains.
std::int64_t groups_in(const PlaceRequest& request, NodeRange block, std::int64_t group) {
  if (group == 1) return request.free.count_in(block);
  const std::int64_t size = std::max<std::int64_t>(request.pool.domain_size(), 1);
  std::int64_t groups = 0;
  for (std::int64_t first = block.first; first < block.last; first += size) {
    groups += request.free.count_in({first, std::min(first + size, block.last)}) / group;
  }
  return groups;
}

/// One block of the scale-out fabric if one holds the job: the fullest.  Else as few as possible: those that hold most are used
/// up, the last one is the fullest that holds what is left.  Ties fall to the lowest block.
bool place_in_blocks(const PlaceRequest& request, std::int64_t group, PlaceScratch& scratch, std::vector<NodeRange>& out) {
  const std::int64_t size = request.pool.nodes_per_block, total = request.free.size(), blocks = (total + size - 1) / size;
  const auto nodes_of = [&](std::size_t b) {
    const auto first = static_cast<std::int64_t>(b) * size;
    return NodeRange{first, std::min(first + size, total)};
  };
  std::vector<std::int64_t>& holds = scratch.block_holds;
  std::vector<std::int64_t>& share = scratch.block_share;  // groups
  holds.resize(static_cast<std::size_t>(blocks));
  share.assign(holds.size(), 0);
  for (std::size_t b = 0; b < holds.size(); ++b) holds[b] = groups_in(request, nodes_of(b), group);
  const std::int64_t rest = request.nodes % group;
  std::int64_t groups = request.nodes / group;
  std::vector<std::int64_t>& order = scratch.block_order;
  order.resize(holds.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  const auto held_by = [&](std::int64_t b) { return holds[static_cast<std::size_t>(b)]; };
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) { return held_by(a) > held_by(b); });
  for (std::size_t i = 0; i < order.size() && groups > 0; ++i) {
    std::int64_t next = order[i];
    // The last in this order that holds what is left holds least; the lowest of those that hold as much.
    for (std::size_t k = i; k < order.size() && held_by(order[k]) >= groups; ++k) {
      if (held_by(order[k]) < held_by(next)) next = order[k];
    }
    share[static_cast<std::size_t>(next)] = std::min(held_by(next), groups);
    groups -= share[static_cast<std::size_t>(next)];
  }
  if (groups > 0) return false;
  // A last group that is smaller goes beside the others, if it can.
  std::size_t with_rest = holds.size();
  for (const bool used : {true, false}) {
    for (std::size_t b = 0; b < holds.size() && rest > 0 && with_rest == holds.size(); ++b) {
      if ((share[b] > 0) != used) continue;
      const std::size_t before = out.size();
      if (place_within(request, nodes_of(b), share[b] * group + rest, group, scratch, out)) with_rest = b;
      out.resize(before);
    }
  }
  if (rest > 0 && with_rest == holds.size()) return false;
  for (std::size_t b = 0; b < holds.size(); ++b) {
    const std::int64_t nodes = share[b] * group + (b == with_rest ? rest : 0);
    if (nodes > 0) (void)place_within(request, nodes_of(b), nodes, group, scratch, out);
  }
  return true;
}

}  // namespace

bool place_topology(const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out) {
  const Job* job = request.job;
  if (job != nullptr && job->slice[0] > 0) {
    if (request.pool.torus[0] == 0) return false;
    const auto slice = find_slice(request.pool, request.free, job->slice, scratch.sums);
    if (!slice) return false;
    append_slice(request.pool, *slice, out);
    return true;
  }
  const std::int64_t group = job != nullptr ? std::max<std::int64_t>(job->domain_nodes, 1) : 1;
  if (request.pool.has_blocks()) return place_in_blocks(request, group, scratch, out);
  return place_within(request, {0, request.free.size()}, request.nodes, group, scratch, out);
}

}  // namespace aifactory::scheduling
