// The intervals that studies and comparisons state, on cases whose answer is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "models/random.h"
#include "sim/report/compare.h"
#include "sim/results/replica_statistics.h"

namespace aifactory {
namespace {

constexpr int kRepetitions = 1000;

/// Normal with mean 10 and standard deviation 3, ten replicas: Student's interval is exact, and of 1,000 intervals 950 +- 20 (three standard
/// deviations of a binomial) are to hold the mean.
TEST(Interval, CoversTheMeanInNineteenOfTwentyRepetitions) {
  int covered = 0;
  for (int r = 0; r < kRepetitions; ++r) {
    Rng random(static_cast<std::uint64_t>(r), "interval/normal");
    std::vector<double> values(10);
    for (double& x : values) x = random.normal(10.0, 3.0);
    const ReplicaStatistic statistic = replica_statistic("x", values);
    covered += std::fabs(statistic.mean - 10.0) <= statistic.half ? 1 : 0;
  }
  EXPECT_GE(covered, 930);
  EXPECT_LE(covered, 970);
}

/// A queue with one server (M/M/1), by Lindley's recursion W' = max(0, W + S - A).  A variant serves with mean `service` for arrivals each 1 on
/// average; both variants get the same arrivals and the same service demands where random numbers are common.
double mean_wait(double service, std::uint64_t seed) {
  Rng arrivals(seed, "queue/arrivals"), services(seed, "queue/services");
  double wait = 0.0, sum = 0.0;
  constexpr int kCustomers = 400;
  for (int i = 0; i < kCustomers; ++i) {
    wait = std::max(0.0, wait + services.exponential(service) - arrivals.exponential(1.0));
    sum += wait;
  }
  return sum / kCustomers;
}


/// Difference of two variants over ten seeds, paired and not.
std::pair<ComparedCell, ComparedCell> differences(std::uint64_t first) {
  std::vector<std::pair<std::uint64_t, double>> base, common, other;
  for (std::uint64_t s = first; s < first + 10; ++s) {
    base.emplace_back(s, mean_wait(0.6, s));
    common.emplace_back(s, mean_wait(0.62, s));
    other.emplace_back(s + 1'000'000, mean_wait(0.62, s + 1'000'000));
  }
  return {compare_values(base, common), compare_values(base, other)};
}

TEST(Interval, CommonRandomNumbersShrinkThatOfADifference) {
  const auto [common, independent] = differences(1);
  EXPECT_EQ(common.pairs, 10);
  EXPECT_EQ(independent.pairs, 0);
  // 0.62/(1-0.62)*0.62 - 0.6/(1-0.6)*0.6 = 0.11 in the long run; the queue starts empty, so less here.
  EXPECT_GT(common.difference, 0.0);
  EXPECT_LT(common.difference_half, 0.3 * independent.difference_half);
}

/// The difference of two normal variants with a common part: true difference 1, paired by seed.
TEST(Interval, OfAPairedDifferenceCoversIt) {
  int paired = 0, welch = 0;
  double halves_paired = 0.0, halves_welch = 0.0;
  for (int r = 0; r < kRepetitions; ++r) {
    std::vector<std::pair<std::uint64_t, double>> base, same, other;
    for (std::uint64_t s = 0; s < 10; ++s) {
      Rng random(1000 * static_cast<std::uint64_t>(r) + s, "interval/pair");
      const double shared = random.normal(0.0, 5.0);
      base.emplace_back(s, shared + random.normal(0.0, 1.0));
      same.emplace_back(s, shared + 1.0 + random.normal(0.0, 1.0));
      other.emplace_back(100 + s, random.normal(1.0, std::sqrt(26.0)));
    }
    const ComparedCell a = compare_values(base, same), b = compare_values(base, other);
    paired += std::fabs(a.difference - 1.0) <= a.difference_half ? 1 : 0;
    welch += std::fabs(b.difference - 1.0) <= b.difference_half ? 1 : 0;
    halves_paired += a.difference_half;
    halves_welch += b.difference_half;
  }
  EXPECT_GE(paired, 930);
  EXPECT_LE(paired, 970);
  EXPECT_GE(welch, 930);
  EXPECT_LE(welch, 970);
  EXPECT_LT(halves_paired, 0.4 * halves_welch);
}

}  // namespace
}  // namespace aifactory
