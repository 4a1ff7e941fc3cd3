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
  const std::int64_t domains = (total + size - 1) / size;
  const auto nodes_of = [&](std::int64_t d) { return NodeRange{d * size, std::min((d + 1) * size, total)}; };
  std::vector<std::int64_t>& free = scratch.rack_free;
  std::vector<std::int64_t>& order = scratch.racks;
  free.resize(static_cast<std::size_t>(domains));
  order.resize(static_cast<std::size_t>(domains));
  for (std::int64_t d = 0; d < domains; ++d) {
    free[static_cast<std::size_t>(d)] = request.free.count_in(nodes_of(d));
    order[static_cast<std::size_t>(d)] = d;
  }
  const auto count = [&](std::int64_t d) { return free[static_cast<std::size_t>(d)]; };
  std::int64_t groups = request.nodes / group;
  const std::int64_t rest = request.nodes % group;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int64_t a, std::int64_t b) { return count(a) / group > count(b) / group; });
  std::vector<std::int64_t> taken(static_cast<std::size_t>(domains), 0);
  for (const std::int64_t d : order) {
    const std::int64_t here = count(d) / group;
    if (groups == 0 || here == 0) break;
    if (here < groups) {
      taken[static_cast<std::size_t>(d)] = here * group;
      groups -= here;
      continue;
    }
    // The last domain: the one with the fewest free nodes that holds all that is left.
    std::int64_t best = d;
    for (const std::int64_t other : order) {
      if (taken[static_cast<std::size_t>(other)] == 0 && count(other) / group >= groups && count(other) < count(best)) {
        best = other;
      }
    }
    taken[static_cast<std::size_t>(best)] = groups * group;
    groups = 0;
  }
  if (groups > 0) return false;
  if (rest > 0) {
    std::int64_t best = -1, best_left = 0;
    for (std::int64_t d = 0; d < domains; ++d) {
      const std::int64_t left = count(d) - taken[static_cast<std::size_t>(d)];
      if (left >= rest && (best < 0 || left < best_left)) {
        best = d;
        best_left = left;
      }
    }
    if (best < 0) return false;
    taken[static_cast<std::size_t>(best)] += rest;
  }
  for (std::int64_t d = 0; d < domains; ++d) {
    if (taken[static_cast<std::size_t>(d)] > 0) {
      request.free.append_lowest(taken[static_cast<std::size_t>(d)], nodes_of(d), out);
    }
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
