#include "sim/facility/power_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "models/power/network.h"

namespace aifactory {
namespace {
using testing::ElementsAre;

PowerConfig config(PowerLayout layout, std::int64_t group = 5) {
  PowerConfig c;
  c.layout = layout;
  c.block = 3.0 * MW;
  c.group = group;
  return c;
}

/// The expansion as a lossless network with one load of the same power on each supply.
struct Loaded {
  explicit Loaded(const PowerExpansion& expansion, Power it) {
    std::vector<PowerNetwork::Unit> units;
    for (const auto& [name, c] : expansion.units) {
      PowerNetwork::Unit unit;
      unit.name = name, unit.rating = c.rating, unit.sources = c.from, unit.share = c.share;
      unit.kind = c.kind == PowerKind::utility_feed ? UnitKind::utility_feed
                  : c.kind == PowerKind::ups        ? UnitKind::ups
                                                    : UnitKind::switchboard;
      units.push_back(unit);
    }
    for (std::size_t i = 0; i < expansion.supplies.size(); ++i) {
      PowerNetwork::Unit unit;
      unit.name = "load_" + std::to_string(i), unit.kind = UnitKind::load, unit.sources = expansion.supplies[i];
      unit.rating = Power(std::numeric_limits<double>::infinity());
      units.push_back(unit);
    }
    network.emplace(std::move(units));
    for (const auto load : network->loads())
      network->set_load(load, it / static_cast<double>(expansion.supplies.size()));
    network->settle();
  }
  /// Output over rating of each UPS block.
  std::vector<double> shares() const {
    std::vector<double> out;
    for (int u = 0; u < network->size(); ++u) {
      if (network->unit(u).kind == UnitKind::ups)
        out.push_back(std::round(network->output(u) / network->unit(u).rating * 1e5) / 1e5);
    }
    return out;
  }
  std::optional<PowerNetwork> network;
};

// Load of the blocks over their rating at the largest IT power that the layout is meant to carry, then with block a
// lost, as in the textbook definitions: N+1 with n units (n-1)/n -> 1; 2N 1/2 -> 1; 3N/2 2/3 -> 1; 4N/3 3/4 -> 1;
// catcher 1 / 0 -> 1 / 1.
struct LayoutRow {
  const char* name;
  PowerLayout layout;
  double it_mw;
  std::size_t supplies;
  std::vector<double> normal, one_lost;
};
class Layouts : public testing::TestWithParam<LayoutRow> {};
TEST_P(Layouts, BlocksCarryTheSharesOfTheirDefinition) {
  const auto& row = GetParam();
  const auto expansion = expand_power(config(row.layout), row.it_mw * MW, 40.0 * MW, 0.5 * MW);
  EXPECT_EQ(expansion.supplies.size(), row.supplies);
  Loaded loaded(expansion, row.it_mw * MW);
  const auto rounded = [](std::vector<double> shares) {
    for (double& share : shares) share = std::round(share * 1e5) / 1e5;
    return shares;
  };
  EXPECT_EQ(loaded.shares(), rounded(row.normal));
  const auto change = loaded.network->set_available(loaded.network->find("ups_01a"), false);
  EXPECT_EQ(change.dropped.empty(), !row.one_lost.empty());
  if (!row.one_lost.empty()) {
    EXPECT_EQ(loaded.shares(), row.one_lost);
  }
}
INSTANTIATE_TEST_SUITE_P(
    , Layouts,
    testing::Values(LayoutRow{"N", PowerLayout::n, 3.0, 1, {1.0}, {}},
                    LayoutRow{"N_plus_1",
                              PowerLayout::n_plus_1,
                              15.0,
                              1,
                              {5 / 6.0, 5 / 6.0, 5 / 6.0, 5 / 6.0, 5 / 6.0, 5 / 6.0},
                              {0, 1, 1, 1, 1, 1}},
                    LayoutRow{"two_N", PowerLayout::two_n, 3.0, 1, {0.5, 0.5}, {0, 1}},
                    LayoutRow{"three_N_2", PowerLayout::three_n_2, 6.0, 3, {2 / 3.0, 2 / 3.0, 2 / 3.0}, {0, 1, 1}},
                    LayoutRow{"four_N_3", PowerLayout::four_n_3, 9.0, 6, {0.75, 0.75, 0.75, 0.75}, {0, 1, 1, 1}},
                    LayoutRow{"catcher", PowerLayout::catcher, 15.0, 5, {1, 1, 1, 1, 1, 0}, {0, 1, 1, 1, 1, 1}}),
    [](const auto& instance) { return instance.param.name; });
void PrintTo(const LayoutRow& row, std::ostream* out) {
  *out << row.name;
}

TEST(ExpandPower, ASecondLossIn3N2DropsTheirPairAndOverloadsTheSurvivor) {
  Loaded loaded(expand_power(config(PowerLayout::three_n_2), 6.0 * MW, 40.0 * MW, 0.5 * MW), 6.0 * MW);
  PowerNetwork& network = *loaded.network;
  EXPECT_TRUE(network.set_available(network.find("ups_01a"), false).dropped.empty());
  EXPECT_THAT(network.set_available(network.find("ups_01b"), false).dropped, ElementsAre(network.find("load_0")));
  EXPECT_NEAR(network.output(network.find("ups_01c")) / (3.0 * MW), 4 / 3.0, 1e-6);
}

TEST(ExpandPower, GroupsAreAsManyAsTheRatedPowerNeedsAndNeighboursTakeDifferentOnes) {
  const auto expansion = expand_power(config(PowerLayout::four_n_3), 9.1 * MW, 40.0 * MW, 0.0 * MW);
  EXPECT_EQ(expansion.supplies.size(), 12u);
  EXPECT_THAT(expansion.supplies[0], ElementsAre("bus_01a", "bus_01b"));
  EXPECT_THAT(expansion.supplies[1], ElementsAre("bus_02a", "bus_02b"));
  EXPECT_THAT(expansion.supplies[2], ElementsAre("bus_01c", "bus_01d"));
  EXPECT_THAT(expansion.mechanical, ElementsAre("mv"));
}

TEST(ExpandPower, WithoutALayoutRacksHangOnTheFeed) {
  const auto expansion = expand_power(PowerConfig(), 5.0 * MW, 40.0 * MW, 1.0 * MW);
  EXPECT_EQ(expansion.units.size(), 1u);
  EXPECT_THAT(expansion.supplies, ElementsAre(ElementsAre("feed")));
  EXPECT_THAT(expansion.mechanical, ElementsAre("feed"));
}

}  // namespace
}  // namespace aifactory
