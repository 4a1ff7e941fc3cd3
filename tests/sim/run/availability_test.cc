/// Availability from repeated long runs against closed forms: redundancy, common causes, few crews.
#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <sstream>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

constexpr int kSeeds = 24;
/// Student's t for 23 degrees of freedom, two-sided, such that all six comparisons together hold with 99 % (Bonferroni:
/// 1 - 0.01/6 each).  Of six intervals of 99 % each, one in seventeen studies would miss one.
constexpr double kStudent = 3.560;

/// Groups of switchboards that nothing couples but what each group is about; each unit lives 1,000 h and is repaired in 100 h.
/// The rack hangs on r1 and r2: its supply is a 2N pair.
constexpr const char* kSite = R"(
format: 1
name: availability
start: 2026-01-01
duration: 100 year
record: {series: false, jobs: false, events: false}
sites:
  a:
    grid: {capacity: 6 MW}
    power:
      units:
        feed: {kind: utility_feed, rating: 6 MW}
        r1: {kind: switchboard, from: [feed], rating: 6 MW}
        r2: {kind: switchboard, from: [feed], rating: 6 MW}
        n1: {kind: switchboard, from: [feed], rating: 6 MW}
        n2: {kind: switchboard, from: [feed], rating: 6 MW}
        n3: {kind: switchboard, from: [feed], rating: 6 MW}
        k1: {kind: switchboard, from: [feed], rating: 6 MW}
        k2: {kind: switchboard, from: [feed], rating: 6 MW}
        k3: {kind: switchboard, from: [feed], rating: 6 MW}
        c1: {kind: switchboard, from: [feed], rating: 6 MW}
        c2: {kind: switchboard, from: [feed], rating: 6 MW}
        w1: {kind: switchboard, from: [feed], rating: 6 MW}
    halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 1, recovery: 1 s, hold_up: 0 s, power: [[r1, r2]]}}}}
    faults:
      failures:
        exponential: {units: ["power.r?", "power.n?", "power.k?", "power.c?"], life: 1000 h, repair: 100 h}
        scattered: {units: power.w1, life: {mean: 1000 h, distribution: weibull, shape: 1.8}, repair: {mean: 100 h, distribution: lognormal, sigma: 0.9}}
      common_causes: {fire: {units: ["power.c?"], every: 4000 h, repair: 100 h}}
      crews: {one: {units: ["power.k?"], count: 1}}
      groups:
        two_n: {units: ["power.r?"], need: 1}
        n_plus_1: {units: ["power.n?"], need: 2}
        one_crew: {units: ["power.k?"], need: 2}
        common: {units: ["power.c?"], need: 1}
)";

struct Sample {
  std::vector<double> values;
  [[nodiscard]] double mean() const {
    double sum = 0.0;
    for (const double v : values) sum += v;
    return sum / static_cast<double>(values.size());
  }
  [[nodiscard]] double half_width() const {
    double sum = 0.0;
    for (const double v : values) sum += (v - mean()) * (v - mean());
    const auto n = static_cast<double>(values.size());
    return kStudent * std::sqrt(sum / (n - 1.0) / n);
  }
};

/// Unavailability of each row of units.csv over all seeds.
const std::map<std::string, Sample>& study() {
  static const std::map<std::string, Sample> kStudy = [] {
    std::map<std::string, Sample> out;
    for (int seed = 1; seed <= kSeeds; ++seed) {
      std::istringstream rows(in_child([&] {
        std::string text;
        for (const UnitRecord& unit : run_scenario(kSite, {fmt::format("seed={}", seed)}).units) {
          text += fmt::format("{} {}\n", unit.unit, 1.0 - unit.availability());
        }
        return text;
      }));
      std::string unit;
      for (double value = 0; rows >> unit >> value;) out[unit].values.push_back(value);
    }
    return out;
  }();
  return kStudy;
}

/// The closed form lies in the interval that the study gives, and that is narrow enough to tell.
void expect_within(const std::string& row, double closed) {
  ASSERT_TRUE(study().contains(row)) << row;
  const Sample& sample = study().at(row);
  ASSERT_EQ(sample.values.size(), static_cast<std::size_t>(kSeeds));
  EXPECT_NEAR(sample.mean(), closed, sample.half_width()) << row;
  EXPECT_LT(sample.half_width(), 0.12 * closed) << row;
  std::printf("%s: %.5f +- %.5f, closed form %.5f\n", row.c_str(), sample.mean(), sample.half_width(), closed);
}

constexpr double kLambda = 1.0 / 1000.0, kMu = 1.0 / 100.0, kRho = kLambda / kMu;
constexpr double kDown = kLambda / (kLambda + kMu);  // of one unit

// One test: the study is made once in a process.
TEST(Availability, MonteCarloMeetsTheClosedForms) {
  // Independent units, repaired at once: A = MTBF / (MTBF + MTTR), whatever the distributions (alternating renewal process;
  // Barlow and Proschan, Mathematical Theory of Reliability, 1965, chapter 3).
  expect_within("a.power.n1", kDown);
  expect_within("a.power.w1", kDown);
  // 2N: both of two; N+1: two or more of three.
  expect_within("a.groups.two_n", kDown * kDown);
  expect_within("a.groups.n_plus_1", 3.0 * kDown * kDown * (1.0 - kDown) + kDown * kDown * kDown);
  // What the power network makes of the 2N pair is the same: the rack without supply.
  EXPECT_EQ(study().at("a.supply.c.racks_0-0").values, study().at("a.groups.two_n").values);
  // One crew for three units: birth and death, p_k = 3! / (3 - k)! rho^k p_0 (machine repair model).
  const double p0 = 1.0 / (1.0 + 3.0 * kRho + 6.0 * kRho * kRho + 6.0 * kRho * kRho * kRho);
  expect_within("a.groups.one_crew", (6.0 * kRho * kRho + 6.0 * kRho * kRho * kRho) * p0);
  // A common cause that takes both: from 0, 1 and 2 units down
  //   p0 (2 lambda + c) = p1 mu,   p2 2 mu = p0 c + p1 (lambda + c),   p0 + p1 + p2 = 1.
  constexpr double kCommon = 1.0 / 4000.0;
  const double q1 = (2.0 * kLambda + kCommon) / kMu, q2 = (kCommon + q1 * (kLambda + kCommon)) / (2.0 * kMu);
  expect_within("a.groups.common", q2 / (1.0 + q1 + q2));
}

}  // namespace
}  // namespace aifactory
