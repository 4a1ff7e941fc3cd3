#include "models/random.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace aifactory {
namespace {

// FNV-1a of the empty text and of "a" are published (0xcbf29ce484222325, 0xaf63dc4c8601ec8c); the finalizer sits
// behind them, so only difference and repetition are checked here.
TEST(Rng, ANameIsAStream) {
  Rng a(1, "workload/arrivals"), again(1, "workload/arrivals"), other(1, "workload/sizes"),
      seed(2, "workload/arrivals");
  const double first = a.uniform();
  EXPECT_EQ(first, again.uniform());
  EXPECT_NE(first, other.uniform());
  EXPECT_NE(first, seed.uniform());
}

// Means and medians within five standard errors of 100,000 draws.
TEST(Rng, DistributionsHaveTheirMoments) {
  Rng rng(7, "test");
  constexpr int n = 100'000;
  double exponential = 0, normal = 0, weibull = 0, below = 0;
  std::array<int, 3> picks{};
  const std::vector<double> weights = {1, 0, 3};
  for (int i = 0; i < n; ++i) {
    exponential += rng.exponential(4.0) / n;
    normal += rng.normal(10.0, 2.0) / n;
    weibull += rng.weibull(2.0, 1.0) / n;
    below += rng.lognormal(5.0, 1.5) < 5.0 ? 1.0 / n : 0.0;
    ++picks[rng.choice(weights)];
  }
  EXPECT_NEAR(exponential, 4.0, 5 * 4.0 / 316);
  EXPECT_NEAR(normal, 10.0, 5 * 2.0 / 316);
  EXPECT_NEAR(weibull, 0.886227, 5 * 0.463 / 316);  // Gamma(1.5), sd sqrt(1 - pi/4)
  EXPECT_NEAR(below, 0.5, 5 * 0.5 / 316);
  EXPECT_EQ(picks[1], 0);
  EXPECT_NEAR(picks[2], 75'000, 5 * 137);
}

}  // namespace
}  // namespace aifactory
