#include "models/training/collectives.h"

#include <gtest/gtest.h>

namespace aifactory {
namespace {

const Link kUp{100.0 * GB_per_s, Duration(1e-6)};
const Link kOut{10.0 * GB_per_s, Duration(5e-6)};
const Fabric kFabric{kUp, kOut, 8};

// By hand from the alpha-beta formulas, S = 1 GB, a = 1 us, B = 100 GB/s: S/B = 10 ms.
TEST(Collectives, ClosedForms) {
  EXPECT_NEAR(ring_all_reduce(8, 1.0 * GB, kUp).si(), 14e-6 + 1.75 * 0.01, 1e-15);
  EXPECT_NEAR(ring_reduce_scatter(8, 1.0 * GB, kUp).si(), 7e-6 + 0.875 * 0.01, 1e-15);
  EXPECT_NEAR(double_tree_all_reduce(8, 1.0 * GB, kUp).si(), 6e-6 + 0.02, 1e-15);
  EXPECT_NEAR(in_network_all_reduce(8, 1.0 * GB, kUp).si(), 3e-6 + 0.01, 1e-15);
  EXPECT_NEAR(all_to_all(8, 1.0 * GB, kUp).si(), 7e-6 + 0.875 * 0.01, 1e-15);
  for (const auto collective :
       {ring_all_reduce, ring_reduce_scatter, double_tree_all_reduce, in_network_all_reduce, all_to_all}) {
    EXPECT_EQ(collective(1, 1.0 * GB, kUp).si(), 0.0);
  }
}

// 32 members, 8 in each of 4 domains.  Down: 7 us + 7/8 x 10 ms; across: 2 (3 x 5 us + 3/4 x 125 MB / 10 GB/s); up
// again.
TEST(Collectives, HierarchicalAllReduce) {
  const GroupLayout group = group_layout(32, 1, 8);
  EXPECT_EQ(group.per_domain, 8);
  EXPECT_NEAR(hierarchical_all_reduce(kFabric, group, 1.0 * GB).si(),
              2 * (7e-6 + 0.00875) + 2 * (15e-6 + 0.75 * 0.0125), 1e-12);
  EXPECT_NEAR(hierarchical_reduce_scatter(kFabric, group, 1.0 * GB).si() * 2,
              hierarchical_all_reduce(kFabric, group, 1.0 * GB).si(), 1e-15);
}

TEST(Collectives, AllToAllIsBoundByTheSlowerPath) {
  // 16 members in two domains: 8/16 of 1 GB leaves at 10 GB/s while 7/16 stays at 100 GB/s.
  EXPECT_NEAR(hierarchical_all_to_all(kFabric, group_layout(16, 1, 8), 1.0 * GB).si(), 8 * 5e-6 + 0.05, 1e-12);
  EXPECT_NEAR(hierarchical_all_to_all(kFabric, group_layout(8, 1, 8), 1.0 * GB).si(), all_to_all(8, 1.0 * GB, kUp).si(),
              1e-15);
}

TEST(Collectives, AGroupWithinADomainIsARing) {
  EXPECT_EQ(hierarchical_all_reduce(kFabric, group_layout(8, 1, 8), 1.0 * GB).si(),
            ring_all_reduce(8, 1.0 * GB, kUp).si());
  EXPECT_EQ(group_layout(64, 8, 8).per_domain, 1);
  EXPECT_EQ(group_layout(64, 2, 8).per_domain, 4);
  EXPECT_EQ(group_layout(4, 1, 72).per_domain, 4);
}

}  // namespace
}  // namespace aifactory
