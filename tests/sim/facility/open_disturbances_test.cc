/// What several disturbances of one unit leave of it.
#include "sim/facility/open_disturbances.h"

#include <gtest/gtest.h>

namespace aifactory {
namespace {

Disturbance degrade(double factor, const char* what = "") {
  return {.kind = Disturbance::Kind::degrade, .factor = factor, .what = what};
}

TEST(OpenDisturbances, TheSmallestShareOfAPropertyHolds) {
  OpenDisturbances open;
  EXPECT_TRUE(open.none());
  open.begin(0, degrade(0.8, "flow"));
  open.begin(0, degrade(0.5, "flow"));
  open.begin(0, degrade(0.3, "fouling"));
  open.begin(1, degrade(0.1, "flow"));
  EXPECT_EQ(open.left(0, "flow", true), 0.5);
  EXPECT_EQ(open.left(0, "fouling", false), 0.3);
  EXPECT_EQ(open.left(0), 0.3);
  EXPECT_EQ(open.left(-1, "flow", true), 1.0);
  open.end(0, degrade(0.5, "flow"));
  EXPECT_EQ(open.left(0, "flow", true), 0.8);
  open.end(0, degrade(0.8, "flow"));
  EXPECT_EQ(open.left(0, "flow", true), 1.0);
}

TEST(OpenDisturbances, WithoutAPropertyTheMainOneIsMeant) {
  OpenDisturbances open;
  open.begin(-1, degrade(0.6));
  EXPECT_EQ(open.left(-1, "flow", true), 0.6);
  EXPECT_EQ(open.left(-1, "fouling", false), 1.0);
}

TEST(OpenDisturbances, OutUntilTheLastHasEnded) {
  OpenDisturbances open;
  const Disturbance failure{.kind = Disturbance::Kind::fail}, service{.kind = Disturbance::Kind::maintain};
  open.change(2, failure, true);
  open.change(2, service, true);
  open.change(2, degrade(0.5), true);
  EXPECT_TRUE(open.out(2));
  EXPECT_FALSE(open.out(-1));
  open.change(2, failure, false);
  EXPECT_TRUE(open.out(2));
  open.change(2, service, false);
  EXPECT_FALSE(open.out(2));
  EXPECT_EQ(open.left(2), 0.5);
  open.change(2, degrade(0.5), false);
  EXPECT_TRUE(open.none());
}

}  // namespace
}  // namespace aifactory
