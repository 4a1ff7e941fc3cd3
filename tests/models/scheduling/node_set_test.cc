#include "models/scheduling/node_set.h"

#include <gtest/gtest.h>

#include <set>

#include "models/random.h"

namespace aifactory::scheduling {
namespace {

std::vector<NodeRange> lowest(const NodeSet& set, std::int64_t nodes) {
  std::vector<NodeRange> out;
  set.append_lowest(nodes, out);
  return out;
}

TEST(NodeSet, ReadsAsOrderedIntervals) {
  NodeSet set(200);
  EXPECT_EQ(set.insert({10, 20}), 10);
  EXPECT_EQ(set.insert({60, 70}), 10);  // across the boundary of two words
  EXPECT_EQ(set.insert({15, 25}), 5);
  EXPECT_EQ(set.erase({12, 14}), 2);
  EXPECT_EQ(set.count(), 23);
  EXPECT_EQ(lowest(set, 23), (std::vector<NodeRange>{{10, 12}, {14, 25}, {60, 70}}));
  EXPECT_EQ(lowest(set, 3), (std::vector<NodeRange>{{10, 12}, {14, 15}}));
  EXPECT_EQ(set.count_in({11, 61}), 1 + 11 + 1);
}

TEST(NodeSet, JoinsAcrossWords) {
  const NodeSet set(1000, true);
  EXPECT_EQ(lowest(set, 777), (std::vector<NodeRange>{{0, 777}}));
  EXPECT_EQ(set.count(), 1000);
}

TEST(NodeSet, AgreesWithASetOfNumbers) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Rng rng(seed, "test/node_set");
    const std::int64_t size = rng.uniform_int(1, seed % 5 == 0 ? 30'000 : 300);
    NodeSet set(size), other(size), none(size);
    other.insert({size / 3, size / 2});
    std::set<std::int64_t> reference;
    for (int step = 0; step < (size > 300 ? 30 : 300); ++step) {
      const std::int64_t first = rng.uniform_int(0, size), last = rng.uniform_int(first, size);
      const auto kind = rng.uniform_int(0, 2);
      for (std::int64_t node = first; node < last; ++node) {
        if (kind == 0) reference.insert(node);
        if (kind == 1) reference.erase(node);
        if (kind == 2 && !(node >= size / 3 && node < size / 2)) reference.insert(node);
      }
      if (kind == 0) set.insert({first, last});
      if (kind == 1) set.erase({first, last});
      if (kind == 2) set.insert_outside({first, last}, other, none);
      ASSERT_EQ(set.count(), static_cast<std::int64_t>(reference.size()));
      std::vector<NodeRange> expected;
      for (const std::int64_t node : reference) {
        if (!expected.empty() && expected.back().last == node) {
          ++expected.back().last;
        } else {
          expected.push_back({node, node + 1});
        }
      }
      ASSERT_EQ(lowest(set, size), expected);
      std::int64_t outside = 0;
      for (const std::int64_t node : reference) outside += !(node >= size / 3 && node < size / 2);
      ASSERT_EQ(set.count_outside(other, {0, size}), outside);
      NodeSet left = set;
      left.erase_all(other);
      ASSERT_EQ(left.count(), outside);
      std::int64_t listed = 0;
      for (const NodeRange& range : lowest(left, size)) listed += range.count() - other.count_in(range);
      ASSERT_EQ(listed, outside);
    }
  }
}

}  // namespace
}  // namespace aifactory::scheduling
