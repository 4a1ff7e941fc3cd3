#include "sim/report/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace aifactory {
namespace {
using testing::ElementsAre;

// Student's sleep data (Biometrika 6, 1908): hours gained by ten patients under two drugs; mean difference 1.58, sd 1.23,
// t_{0.975, 9} = 2.262: half width .8799.  As independent samples Welch gives 17.776 degrees and (-0.2055, 3.3655).
const std::vector<double> kFirst{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
const std::vector<double> kSecond{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

std::vector<std::pair<std::uint64_t, double>> with_seeds(const std::vector<double>& values, std::uint64_t from) {
  std::vector<std::pair<std::uint64_t, double>> out;
  for (const double value : values) out.emplace_back(from++, value);
  return out;
}

TEST(Compare, PairsOfOneSeedGiveStudentsInterval) {
  const ComparedCell cell = compare_values(with_seeds(kFirst, 1), with_seeds(kSecond, 1));
  EXPECT_EQ(cell.pairs, 10);
  EXPECT_NEAR(cell.difference, 1.58, 1e-12);
  EXPECT_NEAR(cell.difference_half, 0.8799, 5e-5);
}

TEST(Compare, OtherSeedsGiveWelchsInterval) {
  const ComparedCell cell = compare_values(with_seeds(kFirst, 1), with_seeds(kSecond, 101));
  EXPECT_EQ(cell.pairs, 0);
  EXPECT_NEAR(cell.difference, 1.58, 1e-12);
  // 17 whole degrees instead of 17.776: 2.1098 instead of 2.1029 times .8491.
  EXPECT_NEAR(cell.difference_half, 1.7855 * 2.1098 / 2.1029, 2e-3);
}

TEST(Compare, OneRunHasNoInterval) {
  const ComparedCell cell = compare_values(with_seeds({2.0}, 1), with_seeds({5.0}, 1));
  EXPECT_EQ(cell.difference, 3.0);
  EXPECT_TRUE(std::isnan(cell.half));
  EXPECT_TRUE(std::isnan(cell.difference_half));
  EXPECT_TRUE(std::isnan(compare_values({}, with_seeds({5.0}, 1)).difference));
}

TEST(Compare, IntervalsCoverInNinetyFiveOfAHundred) {
  // Noise that pairs share is ten times that of their difference.
  std::mt19937_64 random(20'260'701);
  std::normal_distribution<double> shared(50.0, 10.0), own(0.0, 1.0);
  int covered = 0;
  double paired = 0.0, independent = 0.0;
  constexpr int kTimes = 1000;
  for (int i = 0; i < kTimes; ++i) {
    std::vector<double> base, other;
    for (int seed = 0; seed < 8; ++seed) {
      const double common = shared(random);
      base.push_back(common + own(random));
      other.push_back(common + 2.0 + own(random));
    }
    const ComparedCell cell = compare_values(with_seeds(base, 1), with_seeds(other, 1));
    covered += std::fabs(cell.difference - 2.0) <= cell.difference_half;
    paired += cell.difference_half;
    independent += compare_values(with_seeds(base, 1), with_seeds(other, 100)).difference_half;
  }
  EXPECT_GE(covered, 930);
  EXPECT_LE(covered, 970);
  EXPECT_LT(paired, 0.2 * independent);
}

TEST(Compare, FrontHoldsWhatNothingDominates) {
  const std::vector<Aim> aims{{"cost", false}, {"goodput", true}};
  EXPECT_THAT(pareto_front({{1, 1}, {2, 3}, {3, 2}, {4, 4}, {1, 1}, {0.5, NAN}}, aims), ElementsAre(0u, 1u, 3u, 4u));
  EXPECT_THAT(pareto_front({{2, 0}, {1, 0}}, {{"cost", false}, {"same", true}}), ElementsAre(1u));
}

}  // namespace
}  // namespace aifactory
