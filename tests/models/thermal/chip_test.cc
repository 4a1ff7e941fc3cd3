#include "models/thermal/chip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace aifactory {
namespace {

const LeakageModel::Params kHundredWattsAtSixty{
    .leakage_at_reference = 100.0 * W, .reference = Temperature::celsius(60.0), .e_folding = 60.0 * K};

TEST(ChipLeakage, MatchesIndependentFixedPoints) {
  // Fixed-point iteration of the two equations in 50-digit arithmetic by a separate script, R = 0.025 K/W, Pd = 900 W.
  const LeakageModel chip(kHundredWattsAtSixty);
  const auto cool = chip.evaluate(900.0 * W, Temperature::celsius(45.0), 0.025 * K_per_W);
  EXPECT_NEAR(cool.junction.in_celsius(), 70.47697279978, 1e-10);
  EXPECT_NEAR(cool.power.in(W), 1019.07891199128, 1e-10);
  const auto warm = chip.evaluate(900.0 * W, Temperature::celsius(55.0), 0.025 * K_per_W);
  EXPECT_NEAR(warm.junction.in_celsius(), 81.05066590068, 1e-10);
  EXPECT_NEAR(warm.power.in(W), 1042.02663602705, 1e-10);
}

TEST(ChipLeakage, RunsAwayExactlyWhereTheCurvesCeaseToTouch) {
  // Tangency by hand: R Pl0/theta e^((T-T0)/theta) = 1 at T* = T0 + theta ln(theta/(R Pl0)) = 60 + 60 ln 24, and
  // the balance touches it when T_c + R Pd + theta = T*, so T_c = 60 ln 24 - 22.5 C.
  const double last_stable = 60.0 * std::log(24.0) - 22.5;
  const LeakageModel chip(kHundredWattsAtSixty);
  const auto below = chip.evaluate(900.0 * W, Temperature::celsius(last_stable - 1e-3), 0.025 * K_per_W);
  EXPECT_FALSE(below.runaway);
  EXPECT_LT(below.loop_gain, 1.0);
  EXPECT_GT(below.loop_gain, 0.98);
  EXPECT_TRUE(chip.evaluate(900.0 * W, Temperature::celsius(last_stable + 1e-3), 0.025 * K_per_W).runaway);
  EXPECT_TRUE(chip.evaluate(900.0 * W, Temperature::celsius(600.0), 0.025 * K_per_W).runaway);
}

TEST(ChipLeakage, WithoutLeakageIsAResistance) {
  auto params = kHundredWattsAtSixty;
  params.leakage_at_reference = 0.0 * W;
  const auto out = LeakageModel(params).evaluate(1000.0 * W, Temperature::celsius(45.0), 0.025 * K_per_W);
  EXPECT_DOUBLE_EQ(out.junction.in_celsius(), 70.0);
  EXPECT_DOUBLE_EQ(out.power.in(W), 1000.0);
}

TEST(ChipLeakage, NamesTheParameterItRefuses) {
  auto forgotten = kHundredWattsAtSixty;
  forgotten.reference = {};
  EXPECT_THAT([&] { LeakageModel{forgotten}; },
              testing::ThrowsMessage<InputError>("chip leakage: reference is not set"));
}

}  // namespace
}  // namespace aifactory
