#include "models/power/conversion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/accuracy.h"

namespace aifactory {
namespace {

using testing::ThrowsMessage;

/// What a number may differ from the one that it is printed as with `digits` decimals.
double half_a_digit(int digits) {
  double half = 0.5 * 1.0000001;
  for (int i = 0; i < digits; ++i) half /= 10.0;
  return half;
}
void expect_printed(double value, double printed, int digits) {
  EXPECT_NEAR(value, printed, half_a_digit(digits));
}
void expect_efficiency(double value, double printed, int digits) {
  accuracy_near("conversion", value, printed, half_a_digit(digits));
}

// 1000 kVA dry-type, 99.28 % at 35 % load: 10 CFR 431.196 (2016 and later).  2500 kVA liquid-filled, 99.53 % at 50 %.
// Split by hand: P0 = rating x (1/e - 1)/2, Pk = P0/x^2.
const Transformer::Params kDry{
    .rating = 1000.0 * kW, .efficiency = 0.9928, .efficiency_load = 0.35, .no_load_loss = {}, .load_loss = {}};
const Transformer::Params kLiquid{
    .rating = 2500.0 * kW, .efficiency = 0.9953, .efficiency_load = 0.5, .no_load_loss = {}, .load_loss = {}};

TEST(Transformer, SplitsTheCertifiedLossAtTheOptimum) {
  const Transformer dry(kDry), liquid(kLiquid);
  expect_printed(dry.no_load_loss().in(kW), 1.26914, 5);
  expect_printed(dry.load_loss().in(kW), 10.36031, 5);
  expect_printed(liquid.no_load_loss().in(kW), 2.9514, 4);
  expect_printed(liquid.load_loss().in(kW), 11.8055, 4);
}

struct EfficiencyRow {
  double load, efficiency;
};
class DryTransformer : public testing::TestWithParam<EfficiencyRow> {};
TEST_P(DryTransformer, HasTheEfficiencyOfTheHandCalculation) {
  expect_efficiency(Transformer(kDry).curve().efficiency(GetParam().load * 1000.0 * kW), GetParam().efficiency, 6);
}
INSTANTIATE_TEST_SUITE_P(, DryTransformer,
                         testing::Values(EfficiencyRow{0.1, 0.986458}, EfficiencyRow{0.35, 0.992800},
                                         EfficiencyRow{0.5, 0.992341}, EfficiencyRow{1.0, 0.988504}));

TEST(Transformer, LiquidFilledLossesByHand) {
  const Transformer liquid(kLiquid);
  expect_printed(liquid.loss(625.0 * kW).in(kW), 3.6892, 4);
  expect_printed(liquid.loss(1250.0 * kW).in(kW), 5.9027, 4);
  expect_printed(liquid.loss(2500.0 * kW).in(kW), 14.7569, 4);
  EXPECT_EQ(liquid.loss(0.0 * W), liquid.no_load_loss());
}

TEST(Transformer, TakesGivenLossesAsTheyAre) {
  const Transformer given(
      {.rating = 1.0 * MW, .efficiency = {}, .efficiency_load = {}, .no_load_loss = 2.0 * kW, .load_loss = 10.0 * kW});
  EXPECT_DOUBLE_EQ(given.loss(500.0 * kW).in(kW), 4.5);  // 2 + 10/4
}

TEST(Transformer, RefusesHalfADescription) {
  auto half = kDry;
  half.efficiency_load = {};
  EXPECT_THAT([&] { Transformer{half}; },
              ThrowsMessage<InputError>(
                  "transformer: efficiency must be given with efficiency_load, or else no_load_loss with load_loss"));
  auto both = kDry;
  both.no_load_loss = 1.0 * kW;
  both.load_loss = 1.0 * kW;
  EXPECT_THROW(Transformer{both}, InputError);
  auto unrated = kDry;
  unrated.rating = {};
  EXPECT_THAT([&] { Transformer{unrated}; }, ThrowsMessage<InputError>("transformer: rating is not set"));
}

// Double conversion .955/.966/.960 at 25/50/100 %; the coefficients solve the three equations by a separate script.
const Ups::Params kUps{.rating = 1.0 * MW,
                       .double_conversion = {{0.25, 0.955}, {0.5, 0.966}, {1.0, 0.960}},
                       .eco = {{0.25, 0.985}, {1.0, 0.99}}};

TEST(Ups, QuadraticThroughThreeCertifiedPoints) {
  const Ups ups(kUps);
  const auto [a, b, c] = ups.curve(UpsMode::double_conversion).coefficients();
  expect_printed(a, 0.010106, 6);
  expect_printed(b, -0.001591, 6);
  expect_printed(c, 0.033152, 6);
  const auto efficiency = [&](double x) { return ups.curve(UpsMode::double_conversion).efficiency(x * MW); };
  expect_efficiency(efficiency(0.1), 0.90680, 5);
  expect_efficiency(efficiency(0.3), 0.95966, 5);
  expect_efficiency(efficiency(0.75), 0.96456, 5);
  accuracy_near("conversion", efficiency(0.25), 0.955, 1e-12);
  accuracy_near("conversion", efficiency(1.0), 0.960, 1e-12);
}

TEST(Ups, EcoModeHasItsOwnPoints) {
  const Ups ups(kUps);
  // Loss at 62.5 %: midway between .25 (1/.985 - 1) and 1/.99 - 1.
  const double expected = 0.5 * (0.25 * (1 / 0.985 - 1) + (1 / 0.99 - 1));
  EXPECT_NEAR(ups.loss(0.625 * MW, UpsMode::eco).in(MW), expected, 1e-15);
  EXPECT_LT(ups.loss(0.625 * MW, UpsMode::eco), ups.loss(0.625 * MW));
}

// 80 PLUS Titanium, redundant: 94/96/91 % at 20/50/100 %, 90 % at 10 %.  Ruby: 90/91/95/96.5/92 at 5/10/20/50/100.
const Psu::Params kTitanium{.rating = 1000.0 * W, .points = {{0.1, 0.90}, {0.2, 0.94}, {0.5, 0.96}, {1.0, 0.91}}};

TEST(Psu, MeetsEveryCertifiedPoint) {
  const Psu titanium(kTitanium);
  for (const auto& point : kTitanium.points) {
    accuracy_near("conversion", titanium.curve().efficiency(point.load * 1000.0 * W), point.efficiency, 1e-14);
  }
  const Psu ruby({.rating = 1000.0 * W, .points = {{0.05, 0.90}, {0.1, 0.91}, {0.2, 0.95}, {0.5, 0.965}, {1.0, 0.92}}});
  accuracy_near("conversion", ruby.curve().efficiency(500.0 * W), 0.965, 1e-14);
}

TEST(Psu, InterpolatesLossNotEfficiency) {
  // Midway between 20 % (12.7660 W) and 50 % (20.8333 W): 16.79965 W at 350 W, efficiency .954198 (not .95).
  const Psu titanium(kTitanium);
  expect_printed(titanium.loss(350.0 * W).in(W), 16.79965, 5);
  accuracy_near("conversion", titanium.curve().efficiency(350.0 * W), 0.954200, 5e-6);
}

TEST(Psu, HasNoFalsePeakBetweenPoints) {
  // The quadratic through 20/50/100 % would reach .964 near 38 %; a label promises no more than its best point.
  const Psu titanium(kTitanium);
  const std::vector<LoadPoint> three{{0.2, 0.94}, {0.5, 0.96}, {1.0, 0.91}};
  const auto bent = LossCurve::through(1000.0 * W, three);
  EXPECT_GT(bent.efficiency(380.0 * W), 0.963);
  for (int i = 1; i <= 100; ++i) EXPECT_LE(titanium.curve().efficiency(10.0 * i * W), 0.96 + 1e-14);
}

TEST(LossCurve, InverseUndoesTheInput) {
  const Ups ups(kUps);
  const Psu titanium(kTitanium);
  const LossCurve low = LossCurve::piecewise(1000.0 * W, std::vector<LoadPoint>{{0.1, 0.99}, {0.2, 0.94}, {1.0, 0.9}});
  for (int i = 0; i <= 150; ++i) {
    const double x = 0.01 * i;
    const auto back = [&](const LossCurve& curve, Power output) {
      EXPECT_NEAR(curve.output_for_input(curve.input(output)) / output, 1.0, 1e-12) << x;
    };
    if (i == 0) continue;
    back(ups.curve(UpsMode::double_conversion), x * MW);
    back(ups.curve(UpsMode::eco), x * MW);
    back(titanium.curve(), x * 1000.0 * W);
    back(low, x * 1000.0 * W);
  }
  EXPECT_EQ(ups.output_for_input(5.0 * kW), 0.0 * W);  // less than the 10.1 kW it needs idle
}

// The eco curve of a UPS bends down: 0.51, 0.76 and 1.01 % of its rating are lost at 25, 50 and 100 %, and less than nothing at
// twelve times its rating.
TEST(LossCurve, ThatBendsDownGivesNothingAway) {
  const LoadPoint points[] = {{0.25, 0.98}, {0.5, 0.985}, {1.0, 0.99}};
  const LossCurve eco = LossCurve::through(500.0 * kW, points);
  ASSERT_LT(eco.coefficients()[2], 0.0);
  double last = 0.0;
  for (const double load : {1.0, 1.4999, 1.5, 1.5001, 3.0, 12.0, 400.0}) {
    const Power output = load * 500.0 * kW;
    EXPECT_GT(eco.loss(output).si(), 0.0) << load;
    EXPECT_GT(eco.input(output).si(), last) << load;
    last = eco.input(output).si();
    EXPECT_NEAR(eco.output_for_input(eco.input(output)) / output, 1.0, 1e-12) << load;
    if (load > 1.5) {
      EXPECT_NEAR(eco.efficiency(output), eco.efficiency(1.5 * 500.0 * kW), 1e-15) << load;
    }
  }
  EXPECT_NEAR(eco.loss(1.5001 * 500.0 * kW) / eco.loss(1.4999 * 500.0 * kW), 1.0, 2e-4);
}

TEST(LossCurve, WithoutPointsLosesNothing) {
  EXPECT_EQ(LossCurve().loss(123.0 * kW), 0.0 * W);
  EXPECT_EQ(LossCurve().output_for_input(123.0 * kW), 123.0 * kW);
}

TEST(LossCurve, RefusesWhatIsNoCurve) {
  auto ups = kUps;
  ups.double_conversion = {};
  EXPECT_THAT([&] { Ups{ups}; }, ThrowsMessage<InputError>("UPS: double_conversion is not set"));
  ups.double_conversion = {{0.5, 0.96}, {0.25, 0.95}, {1.0, 0.9}};
  EXPECT_THAT([&] { Ups{ups}; }, ThrowsMessage<InputError>("loss curve: loads must ascend"));
  ups.double_conversion = {{0.5, 1.2}, {0.6, 0.9}};
  EXPECT_THAT([&] { Ups{ups}; },
              ThrowsMessage<InputError>("UPS: double_conversion: efficiency = 1.2 must be in above 0..1"));
  EXPECT_THROW(LossCurve::quadratic(1.0 * MW, -0.1, 0.0, 0.1), InputError);
  EXPECT_THROW(LossCurve::quadratic(1.0 * MW, 0.1, -0.9, -0.2), InputError);
}

}  // namespace
}  // namespace aifactory
