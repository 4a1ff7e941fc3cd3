#include "models/scheduling/topology.h"

#include <algorithm>

#include "models/error.h"

namespace aifactory::scheduling {
namespace {

template <class Fn>
void each_domain(const PoolSpec& pool, std::int64_t nodes, Fn&& fn) {
  const std::int64_t size = std::max<std::int64_t>(pool.domain_size(), 1);
  for (std::int64_t first = 0; first < nodes; first += size) fn(NodeRange{first, std::min(first + size, nodes)});
}

}  // namespace

std::optional<Slice> find_slice(const PoolSpec& pool, const NodeSet& free, const std::array<std::int32_t, 3>& extent,
                                std::vector<std::int32_t>& sums) {
  const auto [X, Y, Z] = pool.torus;
  AIF_CHECK(X > 0 && extent[0] > 0 && extent[1] > 0 && extent[2] > 0, "a slice of a torus");
  // sums(x, y, z): free nodes in the box from the origin to (x, y, z), that corner left out.
  const std::int64_t row = X + 1, plane = row * (Y + 1);
  const auto index = [&](std::int64_t x, std::int64_t y, std::int64_t z) {
    return static_cast<std::size_t>(x + row * y + plane * z);
  };
  sums.assign(static_cast<std::size_t>(plane * (Z + 1)), 0);
  std::int64_t node = 0;
  for (std::int64_t z = 1; z <= Z; ++z) {
    for (std::int64_t y = 1; y <= Y; ++y) {
      std::int32_t along = 0;
      for (std::int64_t x = 1; x <= X; ++x, ++node) {
        along += static_cast<std::int32_t>(free.count_in({node, node + 1}));
        sums[index(x, y, z)] =
            along + sums[index(x, y - 1, z)] + sums[index(x, y, z - 1)] - sums[index(x, y - 1, z - 1)];
      }
    }
  }
  constexpr std::array<std::array<std::size_t, 3>, 6> kOrientations{
      {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};
  for (const auto& order : kOrientations) {
    const std::int32_t a = extent[order[0]], b = extent[order[1]], c = extent[order[2]];
    if (a > X || b > Y || c > Z) continue;
    const std::int64_t wanted = std::int64_t{a} * b * c;
    for (std::int32_t z = 0; z + c <= Z; ++z) {
      for (std::int32_t y = 0; y + b <= Y; ++y) {
        for (std::int32_t x = 0; x + a <= X; ++x) {
          const auto sum = [&](std::int32_t i, std::int32_t j, std::int32_t k) {
            return std::int64_t{sums[index(x + i * a, y + j * b, z + k * c)]};
          };
          const std::int64_t inside = sum(1, 1, 1) - sum(0, 1, 1) - sum(1, 0, 1) - sum(1, 1, 0) + sum(0, 0, 1) +
                                      sum(0, 1, 0) + sum(1, 0, 0) - sum(0, 0, 0);
          if (inside == wanted) return Slice{{x, y, z}, {a, b, c}};
        }
      }
    }
  }
  return std::nullopt;
}

void append_slice(const PoolSpec& pool, const Slice& slice, std::vector<NodeRange>& out) {
  const std::int64_t X = pool.torus[0], Y = pool.torus[1];
  for (std::int64_t z = slice.at[2]; z < slice.at[2] + slice.extent[2]; ++z) {
    for (std::int64_t y = slice.at[1]; y < slice.at[1] + slice.extent[1]; ++y) {
      const std::int64_t first = slice.at[0] + X * (y + Y * z), last = first + slice.extent[0];
      if (!out.empty() && out.back().last == first) {
        out.back().last = last;
      } else {
        out.push_back({first, last});
      }
    }
  }
}

std::int64_t groups_that_fit(const PoolSpec& pool, const NodeSet& free, std::int64_t group) {
  std::int64_t groups = 0;
  each_domain(pool, free.size(), [&](NodeRange domain) { groups += free.count_in(domain) / group; });
  return groups;
}

double fragmentation(const PoolSpec& pool, const NodeSet& free, std::int64_t group) {
  if (free.count() == 0) return 0.0;
  const auto usable = static_cast<double>(group * groups_that_fit(pool, free, group));
  return 1.0 - usable / static_cast<double>(free.count());
}

bool crosses_domains(const PoolSpec& pool, const std::vector<NodeRange>& nodes, std::int64_t group) {
  if (group <= 1) return false;
  const std::int64_t size = std::max<std::int64_t>(pool.domain_size(), 1);
  std::int64_t place = 0, domain = -1;  // rank within the job, domain of the group begun
  for (const NodeRange& range : nodes) {
    for (std::int64_t node = range.first; node < range.last; ++node, ++place) {
      if (place % group == 0) domain = node / size;
      if (node / size != domain) return true;
    }
  }
  return false;
}

}  // namespace aifactory::scheduling
