#include "models/grid/itic.h"

#include <gtest/gtest.h>

#include "models/grid/sag_counter.h"
#include "tests/accuracy.h"

namespace aifactory {
namespace {

struct Row {
  double pu, span_s;
  VoltageRegion expected;
};

TEST(Itic, PointsOnBothSidesOfThePublishedCurve) {
  // Read off the figure of the ITI (CBEMA) curve: 0 % 20 ms, 70 % .5 s, 80 % 10 s, 120 % .5 s, 110 % steady.
  const Row rows[] = {
      {0.0, 0.019, VoltageRegion::ride},   {0.0, 0.021, VoltageRegion::trip},  {0.69, 0.3, VoltageRegion::trip},
      {0.71, 0.49, VoltageRegion::ride},   {0.75, 5.0, VoltageRegion::trip},   {0.85, 9.9, VoltageRegion::ride},
      {0.85, 11.0, VoltageRegion::trip},   {1.15, 0.4, VoltageRegion::ride},   {1.15, 0.6, VoltageRegion::damage},
      {0.95, 1e9, VoltageRegion::ride},    {1.09, 1e9, VoltageRegion::ride},   {1.3, 0.002, VoltageRegion::ride},
      {1.3, 0.004, VoltageRegion::damage}, {6.0, 1e-6, VoltageRegion::damage},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(testing::Message() << row.pu << " for " << row.span_s << " s");
    accuracy("ride_through", itic_region(row.pu, Duration(row.span_s)) == row.expected ? 0.0 : 1.0, 0.0);
  }
}

TEST(Itic, BoundsBelongToTheMilderSide) {
  EXPECT_TRUE(itic_rides(0.7, 0.5 * s));
  EXPECT_TRUE(itic_rides(0.8, 10.0 * s));
  EXPECT_TRUE(itic_rides(0.9, 1e9 * s));
  EXPECT_TRUE(itic_rides(1.1, 1e9 * s));
  EXPECT_TRUE(itic_rides(0.0, 0.020 * s));
}

TEST(Itic, ADeeperSagNeverLastsLonger) {
  for (double pu = 0.0; pu < 1.0; pu += 0.001) EXPECT_LE(itic_tolerated(pu), itic_tolerated(pu + 0.001)) << pu;
  for (double pu = 1.0; pu < 6.0; pu += 0.001) EXPECT_GE(itic_tolerated(pu), itic_tolerated(pu + 0.001)) << pu;
}

TEST(SagCounter, SixSagsInEightySecondsLatchAtTheThird) {
  // The incident of 10 July 2024 as a test: six sags of .1 s at 0, 16 ... 80 s, three in 60 s latch.
  const SagCounter counter({});
  SagCounter::State state;
  for (int i = 0; i < 6; ++i) EXPECT_EQ(counter.sag(state, i * 16 * kTicksPerSecond), i >= 2) << i;
  SagCounter::reset(state);
  EXPECT_FALSE(counter.sag(state, 96 * kTicksPerSecond));
}

TEST(SagCounter, SagsAWindowApartNeverMeet) {
  const SagCounter counter({.count = 2, .window = 60.0 * s});
  SagCounter::State state;
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(counter.sag(state, i * 60 * kTicksPerSecond)) << i;
  EXPECT_TRUE(counter.sag(state, (9 * 60 + 59) * kTicksPerSecond));
}

}  // namespace
}  // namespace aifactory
