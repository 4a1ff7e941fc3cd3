#include "models/scheduling/place.h"

#include <algorithm>

namespace aifactory::scheduling {
namespace {

bool first_fit(const PlaceRequest& request, PlaceScratch&, std::vector<NodeRange>& out) {
  request.free.append_lowest(request.nodes, out);
  return true;
}

bool consolidated(const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out) {
  consolidate(request.free, {0, request.free.size()}, request.pool.nodes_per_rack, request.nodes, scratch, out);
  return true;
}

/// Free nodes by rack into scratch.rack_free; the number of racks.
std::int64_t count_racks(const PlaceRequest& request, PlaceScratch& scratch) {
  const std::int64_t per_rack = std::max<std::int64_t>(request.pool.nodes_per_rack, 1), total = request.free.size();
  const std::int64_t racks = (total + per_rack - 1) / per_rack;
  scratch.rack_free.resize(static_cast<std::size_t>(racks));
  for (std::int64_t rack = 0; rack < racks; ++rack) {
    scratch.rack_free[static_cast<std::size_t>(rack)] =
        request.free.count_in({rack * per_rack, std::min((rack + 1) * per_rack, total)});
  }
  return racks;
}

void append_from_rack(const PlaceRequest& request, std::int64_t rack, std::int64_t nodes, std::vector<NodeRange>& out) {
  const std::int64_t per_rack = std::max<std::int64_t>(request.pool.nodes_per_rack, 1);
  request.free.append_lowest(nodes, {rack * per_rack, std::min((rack + 1) * per_rack, request.free.size())}, out);
}

// As evenly as possible: each rack gives up to k nodes, the smallest k that yields enough; what that is too many is
// taken off the racks with the highest numbers.
bool spread(const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out) {
  const std::int64_t racks = count_racks(request, scratch);
  const auto free = [&](std::int64_t rack) { return scratch.rack_free[static_cast<std::size_t>(rack)]; };
  const auto yields = [&](std::int64_t level) {
    std::int64_t sum = 0;
    for (std::int64_t rack = 0; rack < racks; ++rack) sum += std::min(free(rack), level);
    return sum;
  };
  std::int64_t low = 0, high = std::max<std::int64_t>(request.pool.nodes_per_rack, 1);
  while (high - low > 1) (yields((low + high) / 2) >= request.nodes ? high : low) = (low + high) / 2;
  std::int64_t at_level = request.nodes - yields(low);  // racks that give `high` nodes
  for (std::int64_t rack = 0; rack < racks; ++rack) {
    std::int64_t take = std::min(free(rack), low);
    if (free(rack) >= high && at_level > 0) {
      take = high;
      --at_level;
    }
    if (take > 0) append_from_rack(request, rack, take, out);
  }
  return true;
}

// Racks with the most degrees to their limit first, the lowest number on ties: without temperatures, or where all are
// alike, that is first_fit.
bool coolest(const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out) {
  if (request.headroom_k.empty()) return first_fit(request, scratch, out);
  const std::int64_t racks = count_racks(request, scratch);
  std::vector<std::int64_t>& order = scratch.racks;
  order.resize(static_cast<std::size_t>(racks));
  for (std::int64_t rack = 0; rack < racks; ++rack) order[static_cast<std::size_t>(rack)] = rack;
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return request.headroom_k[static_cast<std::size_t>(a)] > request.headroom_k[static_cast<std::size_t>(b)];
  });
  std::int64_t left = request.nodes;
  for (const std::int64_t rack : order) {
    std::int64_t& here = scratch.rack_free[static_cast<std::size_t>(rack)];
    here = std::min(here, left);
    left -= here;
  }
  for (std::int64_t rack = 0; rack < racks; ++rack) {
    const std::int64_t take = scratch.rack_free[static_cast<std::size_t>(rack)];
    if (take > 0) append_from_rack(request, rack, take, out);
  }
  return true;
}

constexpr PlaceInfo kPlaces[] = {
    {"first_fit", "the lowest free node numbers", first_fit},
    {"consolidated", "best fit by rack: as few racks as possible, the fullest that hold the rest", consolidated},
    {"spread", "over as many racks as possible, as evenly as possible", spread},
    {"topology", "groups within scale-up domains, contiguous torus slices; few blocks of the fabric; else consolidated by domain",
     place_topology},
    {"coolest", "racks with the most degrees between their coolant and its limit first", coolest},
};

}  // namespace

// As few racks as possible: while the rest does not fit into one rack, take the emptiest; then take the fullest
// rack that still holds the rest, so that empty racks stay whole.  Ties fall to the lowest rack.  Taking the
// largest free counts first gives the fewest racks; the last choice does not change their number.
void consolidate(const NodeSet& free, NodeRange within, std::int64_t block, std::int64_t nodes, PlaceScratch& scratch,
                 std::vector<NodeRange>& out) {
  const std::int64_t per_rack = std::max<std::int64_t>(block, 1);
  const std::int64_t racks = (within.count() + per_rack - 1) / per_rack;
  const auto nodes_of = [&](std::int64_t rack) {
    return NodeRange{within.first + rack * per_rack, std::min(within.first + (rack + 1) * per_rack, within.last)};
  };
  scratch.rack_free.resize(static_cast<std::size_t>(racks));
  // Racks by free count, emptiest first, by counting: a count never exceeds per_rack.
  scratch.racks.assign(static_cast<std::size_t>(per_rack) + 2, 0);
  std::vector<std::int64_t>& racks_with = scratch.racks;
  for (std::int64_t rack = 0; rack < racks; ++rack) {
    const std::int64_t count = free.count_in(nodes_of(rack));
    scratch.rack_free[static_cast<std::size_t>(rack)] = count;
    ++racks_with[static_cast<std::size_t>(count)];
  }
  // Racks with more than `level` free nodes are taken whole, and `taken_at_level` of those with exactly so many.
  std::int64_t left = nodes, level = per_rack, taken_at_level = 0;
  for (; level > 0; --level) {
    const std::int64_t here = racks_with[static_cast<std::size_t>(level)];
    taken_at_level = 0;
    if (here == 0) continue;
    if (left <= level) break;                             // one more rack is enough
    taken_at_level = std::min(here, (left - 1) / level);  // leave 1 .. level nodes for the last rack
    left -= taken_at_level * level;
    if (taken_at_level < here) break;
  }
  // The fullest of the others that holds the rest.
  std::int64_t last_rack = -1, last_count = per_rack + 1, seen_at_level = 0;
  for (std::int64_t rack = 0; rack < racks; ++rack) {
    const std::int64_t count = scratch.rack_free[static_cast<std::size_t>(rack)];
    if (count > level || (count == level && seen_at_level++ < taken_at_level)) continue;
    if (count >= left && count < last_count) {
      last_rack = rack;
      last_count = count;
    }
  }
  seen_at_level = 0;
  for (std::int64_t rack = 0; rack < racks; ++rack) {
    const std::int64_t count = scratch.rack_free[static_cast<std::size_t>(rack)];
    const bool whole = count > level || (count == level && seen_at_level++ < taken_at_level);
    if (whole) {
      free.append_lowest(count, nodes_of(rack), out);
    } else if (rack == last_rack) {
      free.append_lowest(left, nodes_of(rack), out);
    }
  }
}

std::span<const PlaceInfo> known_places() {
  return kPlaces;
}

const PlaceInfo* find_place(std::string_view name) {
  for (const PlaceInfo& place : kPlaces) {
    if (place.name == name) return &place;
  }
  return nullptr;
}

}  // namespace aifactory::scheduling
