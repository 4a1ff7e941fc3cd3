#include "models/power/frontier.h"

#include <gtest/gtest.h>

#include "tests/accuracy.h"

namespace aifactory {
namespace {

TEST(FrontierPower, HalfLoadedSystemMatchesRaps) {
  // Every node with its CPU at .5 and two of four GPUs at full load: 17.7672 MW, computed with the
  // configuration of ExaDigiT/RAPS and again by hand.
  accuracy_near("frontier_half_load", FrontierPower().system(0.5, 0.5).si(), 17.7672e6, 50.0);
  EXPECT_EQ(FrontierPower().nodes(), 9472);
}

TEST(FrontierPower, NodeRunsFromIdleToFull) {
  EXPECT_NEAR(FrontierPower().node(0.0, 0.0).in(W), 626.26, 1e-9);   // 90 + 4 x 88 + 74.26 + 80 + 30
  EXPECT_NEAR(FrontierPower().node(1.0, 1.0).in(W), 2704.26, 1e-9);  // 280 + 4 x 560 + 184.26
}

TEST(FrontierPower, RackByHand) {
  // Node 1665.26 W; SIVOC (1665.26 + 13)/.98 = 1712.510204; bus 16 x that + 1000 = 28400.163265; a quarter and 17 W
  // over .96 = 7413.584184 W; 32 of those.
  EXPECT_NEAR(FrontierPower().sivoc_input(0.5, 0.5).in(W), 1712.510204, 1e-6);
  EXPECT_NEAR(FrontierPower().rack(0.5, 0.5).in(W), 237234.6939, 1e-3);
}

}  // namespace
}  // namespace aifactory
