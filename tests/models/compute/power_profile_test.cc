#include "models/compute/power_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/error.h"
#include "models/random.h"

namespace aifactory {
namespace {

using Level = PowerProfile::Level;

const PowerProfile kOnce({{10.0 * s, 0.5}, {20.0 * s, 1.0}, {5.0 * s, 0.25}}, false);
const PowerProfile kTurns({{10.0 * s, 0.5}, {20.0 * s, 1.0}, {5.0 * s, 0.25}}, true);

TEST(PowerProfile, LevelsBeginAtTheirEdges) {
  struct Row {
    double work_s, once, turns, edge_once, edge_turns;
  };
  for (const Row& row : {Row{0, 0.5, 0.5, 10, 10}, {9.999, 0.5, 0.5, 10, 10}, {10, 1.0, 1.0, 30, 30}, {29, 1.0, 1.0, 30, 30}, {30, 0.25, 0.25, kInf, 35}, {35, 0.25, 0.5, kInf, 45}, {1000, 0.25, 1.0, kInf, 1010}}) {
    const Duration work(row.work_s);
    EXPECT_EQ(kOnce.at(work), row.once) << row.work_s;
    EXPECT_EQ(kTurns.at(work), row.turns) << row.work_s;
    EXPECT_EQ(kOnce.next_edge(work).si(), row.edge_once) << row.work_s;
    EXPECT_EQ(kTurns.next_edge(work).si(), row.edge_turns) << row.work_s;
  }
  EXPECT_EQ(PowerProfile::constant(0.3).next_edge(5.0 * s).si(), kInf);
  EXPECT_EQ(PowerProfile::constant(0.3).at(1e9 * s), 0.3);
}

// 10 x 0.5 + 20 x 1 + 5 x 0.25 = 26.25 in 35 s.
TEST(PowerProfile, MeansAreByHand) {
  EXPECT_EQ(kOnce.mean(35.0 * s), 26.25 / 35.0);
  EXPECT_EQ(kOnce.mean(20.0 * s), 15.0 / 20.0);
  EXPECT_EQ(kOnce.mean(65.0 * s), (26.25 + 30.0 * 0.25) / 65.0);
  EXPECT_EQ(kTurns.mean(70.0 * s), 52.5 / 70.0);
  EXPECT_EQ(kTurns.mean(80.0 * s), 57.5 / 80.0);
  EXPECT_EQ(kOnce.highest(), 1.0);
  EXPECT_EQ(kOnce.stretched(2.0).next_edge(0.0 * s).si(), 20.0);
}

TEST(PowerProfile, ShortLevelsGiveWayToTheirMean) {
  // A minute of seconds between two long levels; the last one of a profile that ends has no length.
  std::vector<Level> levels{{100.0 * s, 0.9}};
  for (int i = 0; i < 30; ++i) levels.insert(levels.end(), {{1.0 * s, 0.2}, {1.0 * s, 0.6}});
  levels.push_back({50.0 * s, 0.1});
  levels.push_back({1.0 * s, 0.7});
  const PowerProfile fine(levels, false), coarse = fine.coarse(20.0 * s);
  ASSERT_EQ(coarse.levels().size(), 6u);
  EXPECT_EQ(coarse.levels()[0].utilization, 0.9);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(coarse.levels()[i].length.si(), 20.0);
    EXPECT_NEAR(coarse.levels()[i].utilization, 0.4, 1e-15);
  }
  EXPECT_EQ(coarse.levels()[5].utilization, 0.7);
  for (const double whole_s : {100.0, 120.0, 160.0, 210.0, 500.0}) EXPECT_NEAR(coarse.mean(Duration(whole_s)), fine.mean(Duration(whole_s)), 1e-15);
  // Within the resolution it is one level.
  EXPECT_EQ(kTurns.coarse(35.0 * s).levels().size(), 1u);
  EXPECT_EQ(kTurns.coarse(35.0 * s).at(3.0 * s), 0.75);
  EXPECT_EQ(kTurns.coarse(34.0 * s).levels().size(), 1u);  // all are shorter, and together they are longer by one second
  EXPECT_EQ(kTurns.coarse(10.0 * s).levels().size(), 3u);
}

// Of any profile: the mean over whole turns stays, and an edge comes no more often than twice in a resolution.
TEST(PowerProfile, CoarseKeepsTheMeanAndBoundsTheEdges) {
  Rng rng(7, "power_profile");
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<Level> levels;
    const int count = 1 + static_cast<int>(rng.uniform() * 40);
    for (int i = 0; i < count; ++i) levels.push_back({Duration(std::exp(rng.uniform(-3.0, 6.0))), rng.uniform()});
    const PowerProfile fine(levels, true);
    const Duration resolution(std::exp(rng.uniform(-2.0, 7.0)));
    const PowerProfile coarse = fine.coarse(resolution);
    const Duration whole = fine.period() * 3.0;
    EXPECT_NEAR(coarse.period().si(), fine.period().si(), 1e-9 * fine.period().si());
    EXPECT_NEAR(coarse.mean(whole), fine.mean(whole), 1e-12);
    EXPECT_LE(coarse.highest(), fine.highest() + 1e-15);
    EXPECT_LE(static_cast<double>(coarse.levels().size()), 2.0 * (fine.period() / resolution) + 1.0);
  }
}

TEST(PowerProfile, RefusesWhatIsNone) {
  const auto refusal = [](std::vector<Level> levels) {
    try {
      static_cast<void>(PowerProfile(std::move(levels), true));
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(refusal({}), "power profile: there is no level");
  EXPECT_EQ(refusal({{0.0 * s, 0.5}}), "power profile: a length of 0 s must be > 0 s");
  EXPECT_EQ(refusal({{Duration(kInf), 0.5}}), "power profile: a length of inf s must be > 0 s");
  EXPECT_EQ(refusal({{1.0 * s, 1.5}}), "power profile: a utilization of 1.5 must be in 0..1");
}

}  // namespace
}  // namespace aifactory
