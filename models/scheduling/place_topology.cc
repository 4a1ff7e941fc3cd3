/// @file Placement that keeps what must be close together: tensor-parallel groups, torus slices.
#include <algorithm>

#include "models/scheduling/place.h"
#include "models/scheduling/topology.h"

namespace aifactory::scheduling {
namespace {

/// Whole groups of g nodes, each within one scale-up domain, in as few domains as possible: first the domains that
/// hold most groups, the last one being the fullest that holds what is left.  A last group that is smaller than g
/// goes where it fits tightest.
bool place_groups(const PlaceRequest& request, std::int64_t group, PlaceScratch& scratch,
                  std::vector<NodeRange>& out) {
  const std::int64_t size = std::max<std::int64_t>(request.pool.domain_size(), 1), total = request.free.size();
  list_blocks(request.free, size, scratch);
  using Block = PlaceScratch::Block;
  std::vector<Block>& domains = scratch.blocks;
  std::int64_t groups = request.nodes / group;
  const std::int64_t rest = request.nodes % group;
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
    const std::int64_t first = domain.number * size;
    request.free.append_lowest(domain.free, {first, std::min(first + size, total)}, out);
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
  if (job != nullptr && job->domain_nodes > 1) return place_groups(request, job->domain_nodes, scratch, out);
  consolidate(request.free, request.pool.domain_size(), request.nodes, scratch, out);
  return true;
}

}  // namespace aifactory::scheduling
