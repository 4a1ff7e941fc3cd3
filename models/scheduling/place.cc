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

std::int64_t rack_size(const PlaceRequest& request) { return std::max<std::int64_t>(request.pool.nodes_per_rack, 1); }

void append_from_rack(const PlaceRequest& request, std::int64_t rack, std::int64_t nodes, std::vector<NodeRange>& out) {
  const std::int64_t per_rack = rack_size(request);
  request.free.append_lowest(nodes, {rack * per_rack, std::min((rack + 1) * per_rack, request.free.size())}, out);
}

// As evenly as possible: each rack gives up to k nodes, the smallest k that yields enough; what that is too many is
// taken off the racks with the highest numbers.
bool spread(const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out) {
  list_blocks(request.free, {0, request.free.size()}, rack_size(request), scratch);
  const auto yields = [&](std::int64_t level) {
    std::int64_t sum = 0;
    for (const auto& rack : scratch.blocks) sum += std::min(rack.free, level);
    return sum;
  };
  std::int64_t low = 0, high = rack_size(request);
  while (high - low > 1) (yields((low + high) / 2) >= request.nodes ? high : low) = (low + high) / 2;
  std::int64_t at_level = request.nodes - yields(low);  // racks that give `high` nodes
  for (const auto& rack : scratch.blocks) {
    std::int64_t take = std::min(rack.free, low);
    if (rack.free >= high && at_level > 0) {
      take = high;
      --at_level;
    }
    if (take > 0) append_from_rack(request, rack.number, take, out);
  }
  return true;
}

// Racks with the most degrees to their limit first, the lowest number on ties: without temperatures, or where all are
// alike, that is first_fit.  A heap: only so many racks are put in order as are needed.
bool coolest(const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out) {
  if (request.headroom_k.empty()) return first_fit(request, scratch, out);
  list_blocks(request.free, {0, request.free.size()}, rack_size(request), scratch);
  using Block = PlaceScratch::Block;
  const auto later = [&](const Block& a, const Block& b) {
    const double of_a = request.headroom_k[static_cast<std::size_t>(a.number)], of_b = request.headroom_k[static_cast<std::size_t>(b.number)];
    return of_a != of_b ? of_a < of_b : a.number > b.number;
  };
  auto& blocks = scratch.blocks;
  std::make_heap(blocks.begin(), blocks.end(), later);
  auto first_taken = blocks.end();  // those from here on are taken, the last of them in part
  // A reservation may ask for more than there will be: nodes may leave until then.
  for (std::int64_t left = request.nodes; left > 0 && first_taken != blocks.begin();) {
    std::pop_heap(blocks.begin(), first_taken, later);
    --first_taken;
    first_taken->free = std::min(first_taken->free, left);
    left -= first_taken->free;
  }
  std::sort(first_taken, blocks.end(), [](const Block& a, const Block& b) { return a.number < b.number; });
  for (auto rack = first_taken; rack != blocks.end(); ++rack) append_from_rack(request, rack->number, rack->free, out);
  return true;
}

constexpr PlaceInfo kPlaces[] = {
    {"first_fit", "the lowest free node numbers", first_fit},
    {"consolidated", "best fit by rack: as few racks as possible, the fullest that hold the rest", consolidated},
    {"spread", "over as many racks as possible, as evenly as possible", spread, true},
    {"topology", "groups within scale-up domains, contiguous torus slices; few blocks of the fabric; else consolidated by domain",
     place_topology},
    {"coolest", "racks with the most degrees between their coolant and its limit first", coolest},
};

}  // namespace

void list_blocks(const NodeSet& free, NodeRange within, std::int64_t size, PlaceScratch& scratch) {
  scratch.blocks.clear();
  scratch.ranges.clear();
  free.append_lowest(free.count_in(within), within, scratch.ranges);
  for (const NodeRange& range : scratch.ranges) {
    for (std::int64_t first = range.first; first < range.last;) {
      const std::int64_t block = (first - within.first) / size, last = std::min(range.last, within.first + (block + 1) * size);
      if (scratch.blocks.empty() || scratch.blocks.back().number != block) scratch.blocks.push_back({block, 0});
      scratch.blocks.back().free += last - first;
      first = last;
    }
  }
}

// As few racks as possible: while the rest does not fit into one rack, take the emptiest; then take the fullest
// rack that still holds the rest, so that empty racks stay whole.  Ties fall to the lowest rack.  Taking the
// largest free counts first gives the fewest racks; the last choice does not change their number.
void consolidate(const NodeSet& free, NodeRange within, std::int64_t block, std::int64_t nodes, PlaceScratch& scratch,
                 std::vector<NodeRange>& out) {
  const std::int64_t per_rack = std::max<std::int64_t>(block, 1);
  const auto nodes_of = [&](std::int64_t rack) {
    return NodeRange{within.first + rack * per_rack, std::min(within.first + (rack + 1) * per_rack, within.last)};
  };
  list_blocks(free, within, per_rack, scratch);
  // Racks by free count, emptiest first, by counting: a count never exceeds per_rack.
  scratch.counts.assign(static_cast<std::size_t>(per_rack) + 1, 0);
  std::vector<std::int64_t>& racks_with = scratch.counts;
  for (const auto& rack : scratch.blocks) ++racks_with[static_cast<std::size_t>(rack.free)];
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
  for (const auto& rack : scratch.blocks) {
    if (rack.free > level || (rack.free == level && seen_at_level++ < taken_at_level)) continue;
    if (rack.free >= left && rack.free < last_count) {
      last_rack = rack.number;
      last_count = rack.free;
    }
  }
  seen_at_level = 0;
  for (const auto& rack : scratch.blocks) {
    const bool whole = rack.free > level || (rack.free == level && seen_at_level++ < taken_at_level);
    if (whole) {
      free.append_lowest(rack.free, nodes_of(rack.number), out);
    } else if (rack.number == last_rack) {
      free.append_lowest(left, nodes_of(rack.number), out);
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

bool choose_nodes(const PlaceInfo& place, const PlaceRequest& request, PlaceScratch& scratch, std::vector<NodeRange>& out) {
  static constexpr PlaceInfo kNear{"topology", "", place_topology};
  const PlaceInfo& rule = request.job != nullptr && request.job->keeps_domains ? kNear : place;
  return request.pool.shares_per_node > 1 ? place_shares(rule, request, scratch, out) : rule.choose(request, scratch, out);
}

}  // namespace aifactory::scheduling
