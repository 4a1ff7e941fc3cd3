#include "models/thermal/exponential_sum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "models/fields.h"
#include "tests/accuracy.h"

namespace aifactory {
namespace {

constexpr Frequency hz{1.0};

TEST(ExponentialSum, ValueDerivativeAndIntegralByHand) {
  ExponentialSum f(3.0, 2.0);
  f.add_exponential(-4.0, 0.5 * hz);
  EXPECT_DOUBLE_EQ(f.value(2.0 * s), 7.0 - 4.0 * std::exp(-1.0));
  EXPECT_DOUBLE_EQ(f.derivative(2.0 * s), 2.0 + 2.0 * std::exp(-1.0));
  EXPECT_DOUBLE_EQ(f.integral(2.0 * s), 6.0 + 4.0 - 8.0 * (1.0 - std::exp(-1.0)));
}

TEST(ExponentialSum, LikeRatesShareATerm) {
  ExponentialSum f(0.0), g(1.0);
  f.add_exponential(2.0, 3.0 * hz);
  g.add_exponential(4.0, 3.0 * hz);
  f += g;
  EXPECT_EQ(f.terms(), 1);
  EXPECT_DOUBLE_EQ(f.value(0.0 * s), 7.0);
}

struct Row {
  const char* name;
  double constant, slope, a1, l1, a2, l2, threshold;
  Crossing direction;
  double horizon_s, expected_s;  ///< NaN: never
};
class FirstCrossing : public testing::TestWithParam<Row> {};
TEST_P(FirstCrossing, MatchesHandCalculation) {
  const Row& row = GetParam();
  ExponentialSum f(row.constant, row.slope);
  f.add_exponential(row.a1, row.l1 * hz);
  f.add_exponential(row.a2, row.l2 * hz);
  const auto t = f.first_crossing(row.threshold, row.direction, row.horizon_s * s);
  if (std::isnan(row.expected_s)) {
    EXPECT_FALSE(t.has_value()) << t->si();
  } else {
    ASSERT_TRUE(t.has_value());
    accuracy_near("crossing", t->si(), row.expected_s, 1e-9);
  }
}
// With y = e^-t the rows with rates 1 and 2 are quadratics: the bump 4 (y - y^2) peaks at 1 (y = 1/2), crosses 0.75
// at y = 3/4 first, and touches 1 at t = ln 2.
INSTANTIATE_TEST_SUITE_P(
    , FirstCrossing,
    testing::Values(Row{"OneTimeConstant", 1, 0, -1, 1, 0, 0, 0.5, Crossing::rising, 10, 0.693147180559945},
                    Row{"AtOnce", 1, 0, -1, 1, 0, 0, 0.0, Crossing::rising, 10, 0.0},
                    Row{"BeyondTheHorizon", 1, 0, -1, 1, 0, 0, 0.5, Crossing::rising, 0.69, kUnset},
                    Row{"AboveTheLimit", 1, 0, -1, 1, 0, 0, 1.001, Crossing::rising, 1e9, kUnset},
                    Row{"BumpUp", 0, 0, 4, 1, -4, 2, 0.75, Crossing::rising, 1e9, 0.287682072451781},
                    Row{"BumpTop", 0, 0, 4, 1, -4, 2, 1.0 - 1e-12, Crossing::rising, 1e9, 0.693146180559},
                    Row{"BumpTooLow", 0, 0, 4, 1, -4, 2, 1.0 + 1e-12, Crossing::rising, 1e9, kUnset},
                    Row{"LineOnly", 2, 0.25, 0, 0, 0, 0, 3.0, Crossing::rising, 1e9, 4.0},
                    Row{"LineOnlyInfiniteHorizon", 2, 0.25, 0, 0, 0, 0, 3.0, Crossing::rising, kInf, 4.0},
                    Row{"LineDown", 2, -0.25, 0, 0, 0, 0, 1.0, Crossing::falling, 1e9, 4.0},
                    Row{"LineDownNeverRises", 2, -0.25, 0, 0, 0, 0, 3.0, Crossing::rising, kInf, kUnset},
                    // A microsecond bump within a year: 4 (e^-1e6 t - e^-2e6 t) as above, a million times faster.
                    Row{"ShortBumpLongHorizon", 0, 0, 4, 1e6, -4, 2e6, 0.75, Crossing::rising, 3.15e7,
                        0.287682072451781e-6}),
    [](const auto& instance) { return instance.param.name; });

TEST(ExponentialSum, FindsTheFirstCrossingThatAFineScanFinds) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 bits(seed);
    const auto uniform = [&](double low, double high) {
      return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53);
    };
    ExponentialSum f(uniform(-1, 1), seed % 3 == 0 ? uniform(-0.2, 0.2) : 0.0);
    for (int i = 0; i < 5; ++i) f.add_exponential(uniform(-2, 2), uniform(0.02, 3.0) * hz);
    const double threshold = uniform(-1.5, 1.5);
    const Crossing direction = seed % 2 == 0 ? Crossing::rising : Crossing::falling;
    const double sign = direction == Crossing::rising ? 1.0 : -1.0;
    const auto t = f.first_crossing(threshold, direction, 40.0 * s);
    const int steps = 8000;
    int hit = -1;
    for (int i = 0; i <= steps && hit < 0; ++i) {
      if (sign * (f.value(40.0 * i / steps * s) - threshold) >= 0.0) hit = i;
    }
    if (hit < 0) {
      // A scan may step over a short visit; then the answer must prove itself.
      if (t) {
        EXPECT_GE(sign * (f.value(*t) - threshold), 0.0) << "seed " << seed;
      }
      continue;
    }
    ASSERT_TRUE(t.has_value()) << "seed " << seed;
    EXPECT_LE(t->si(), 40.0 * hit / steps + 1e-9) << "seed " << seed;
    EXPECT_GE(sign * (f.value(*t) - threshold), -1e-12) << "seed " << seed;
    if (t->si() > 1e-9) {
      EXPECT_LT(sign * (f.value(*t - 1e-9 * s) - threshold), 1e-12) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace aifactory
