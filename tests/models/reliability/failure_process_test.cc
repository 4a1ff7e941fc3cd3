#include "models/reliability/failure_process.h"

#include <gmock/gmock.h>

#include <cmath>

namespace aifactory {
namespace {

const FailureProcess kProcesses[] = {{LifeDistribution::exponential, 100.0 * h},
                                     {LifeDistribution::weibull, 100.0 * h, 0.7},
                                     {LifeDistribution::weibull, 100.0 * h, 2.5},
                                     {LifeDistribution::lognormal, 100.0 * h, 1.0, 0.8}};

// By hand: Gamma(1 + 1/2) = sqrt(pi)/2, so a Weibull of shape 2 and mean 1 h has the scale 2/sqrt(pi) h.
TEST(FailureProcess, ClosedForms) {
  const FailureProcess weibull{LifeDistribution::weibull, 1.0 * h, 2.0};
  EXPECT_NEAR(weibull.scale().in(h), 1.1283791670955126, 1e-14);
  EXPECT_NEAR(weibull.survival(1.0 * h), std::exp(-M_PI / 4.0), 1e-14);
  const FailureProcess lognormal{LifeDistribution::lognormal, 1.0 * h, 1.0, 1.0};
  EXPECT_NEAR(lognormal.survival(lognormal.scale()), 0.5, 1e-15);
  EXPECT_NEAR(lognormal.scale().in(h), std::exp(-0.5), 1e-15);
  EXPECT_NEAR(kProcesses[0].survival(100.0 * h), std::exp(-1.0), 1e-15);
  for (const FailureProcess& process : kProcesses) EXPECT_EQ(process.survival(0.0 * h), 1.0);
}

TEST(FailureProcess, TheHazardIsTheSlopeOfTheLogOfSurvival) {
  for (const FailureProcess& process : kProcesses) {
    for (const double age : {3.0, 40.0, 250.0}) {
      const double d = 1e-4 * age;
      const double slope =
          (std::log(process.survival((age - d) * h)) - std::log(process.survival((age + d) * h))) / (2.0 * d * 3600.0);
      EXPECT_NEAR(process.hazard(age * h).si() / slope, 1.0, 1e-6);
    }
  }
}

// 100,000 draws: the mean within 5 standard errors, and each tenth of lives holds a tenth of the draws.
TEST(FailureProcess, SamplesFollowTheDistribution) {
  for (const FailureProcess& process : kProcesses) {
    Rng rng(11, "test/lives");
    double sum = 0, squares = 0;
    int tenth[10] = {};
    const int n = 100'000;
    for (int i = 0; i < n; ++i) {
      const Duration life = process.sample(rng);
      sum += life.in(h);
      squares += life.in(h)*life.in(h);
      ++tenth[std::min(9, static_cast<int>(10.0 * process.survival(life)))];
    }
    const double error = std::sqrt((squares / n - 1e4) / n);
    EXPECT_NEAR(sum / n, 100.0, 5.0 * error);
    for (const int count : tenth) EXPECT_NEAR(count, n / 10, 500);
  }
}

// The fault injector takes the first number of a stream for each time: they must be as good as the numbers of one stream.
TEST(FailureProcess, FirstNumbersOfNumberedStreamsFollowTheDistributionAndAreIndependent) {
  const int n = 50'000;
  int tenth[10] = {};
  double products = 0, last = 0;
  for (int i = 0; i < n; ++i) {
    Rng rng(3, fmt::format("faults/a.power.ups_01/faults.ups/life/{}", i));
    const double u = kProcesses[0].survival(kProcesses[0].sample(rng));
    ++tenth[std::min(9, static_cast<int>(10.0 * u))];
    products += (u - 0.5) * (last - 0.5);
    last = u;
  }
  for (const int count : tenth) EXPECT_NEAR(count, n / 10, 5.0 * std::sqrt(0.09 * n));
  // Variance of a product of two uniform numbers about 0: 1/144.
  EXPECT_NEAR(products / n, 0.0, 5.0 / 12.0 / std::sqrt(n));
}

TEST(FailureProcess, AFixedLifeEndsAtItsMean) {
  const FailureProcess fixed{LifeDistribution::fixed, 100.0 * h};
  Rng rng(1, "test");
  EXPECT_EQ(fixed.sample(rng), 100.0 * h);
  EXPECT_EQ(fixed.survival(99.0 * h), 1.0);
  EXPECT_EQ(fixed.survival(100.0 * h), 0.0);
  EXPECT_EQ(fixed.hazard(99.0 * h).si(), 0.0);
  EXPECT_TRUE(std::isinf(fixed.hazard(101.0 * h).si()));
}

TEST(FailureProcess, AMissingMeanIsNamed) {
  EXPECT_THAT([] { (void)checked("failures", FailureProcess{}); },
              testing::ThrowsMessage<InputError>("failures: mean is not set"));
}

}  // namespace
}  // namespace aifactory
