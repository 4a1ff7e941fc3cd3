#include "models/scheduling/place.h"

#include <algorithm>

namespace aifactory::scheduling {
namespace {

void first_fit(const PoolSpec&, const NodeSet& free, std::int64_t nodes, PlaceScratch&, std::vector<NodeRange>& out) {
  free.append_lowest(nodes, out);
}

// As few racks as possible: while the rest does not fit into one rack, take the emptiest; then take the fullest
// rack that still holds the rest, so that empty racks stay whole.  Ties fall to the lowest rack.  Taking the
// largest free counts first gives the fewest racks; the last choice does not change their number.
void consolidated(const PoolSpec& pool, const NodeSet& free, std::int64_t nodes, PlaceScratch& scratch,
                  std::vector<NodeRange>& out) {
  const std::int64_t per_rack = std::max<std::int64_t>(pool.nodes_per_rack, 1);
  const std::int64_t racks = (free.size() + per_rack - 1) / per_rack;
  const auto nodes_of = [&](std::int64_t rack) {
    return NodeRange{rack * per_rack, std::min((rack + 1) * per_rack, free.size())};
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

constexpr PlaceInfo kPlaces[] = {
    {"first_fit", "the lowest free node numbers", first_fit},
    {"consolidated", "best fit by rack: as few racks as possible, the fullest that hold the rest", consolidated},
};

}  // namespace

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
