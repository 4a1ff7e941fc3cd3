/// Stores, charging and switches in a power network.
#include <gmock/gmock.h>

#include <random>

#include "models/power/network.h"

namespace aifactory {
namespace {
using What = PowerNetwork::Change::What;
using testing::ElementsAre;
using testing::IsEmpty;

/// feed and gen -> ats -> ups (5 % loss) -> it.
PowerNetwork chain() {
  std::vector<PowerNetwork::Unit> units;
  const auto unit = [&](const char* name, UnitKind kind, std::vector<std::string> sources) {
    PowerNetwork::Unit u;
    u.name = name, u.kind = kind, u.sources = std::move(sources), u.rating = 1.0 * MW;
    if (kind == UnitKind::ups) u.loss = LossCurve::quadratic(1.0 * MW, 0.0, 0.05, 0.0);
    units.push_back(u);
  };
  unit("feed", UnitKind::utility_feed, {});
  unit("gen", UnitKind::generator, {});
  unit("ats", UnitKind::switchboard, {"feed", "gen"});
  unit("ups", UnitKind::ups, {"ats"});
  unit("it", UnitKind::load, {"ups"});
  PowerNetwork network(units);
  network.set_load(4, 800.0 * kW);
  network.settle();
  return network;
}
PowerNetwork::SupplyChange apply(PowerNetwork& n, std::vector<PowerNetwork::Change> changes) { return n.apply(changes); }
void expect_balance(const PowerNetwork& n) {
  EXPECT_EQ((n.total_input() + n.total_stored_out()).si(), (n.total_served() + n.total_loss() + n.total_charge()).si());
  double losses = 0.0;
  for (int k = 0; k < kUnitKinds; ++k) losses += n.loss_of_kind(static_cast<UnitKind>(k)).si();
  EXPECT_EQ(n.total_loss().si(), losses);
}

TEST(NetworkStore, CarriesTheLoadWithoutASourceAndNothingIsDropped) {
  PowerNetwork n = chain();
  apply(n, {{1, What::available, 0.0}, {3, What::store, 1.0}});
  EXPECT_THAT(apply(n, {{0, What::available, 0.0}}).dropped, IsEmpty());
  EXPECT_TRUE(n.live(3));
  EXPECT_FALSE(n.fed(3));
  EXPECT_NEAR(n.from_store(3).in(kW), 800.0, 1e-6);  // no loss of its own
  EXPECT_EQ(n.total_input().si(), 0.0);
  expect_balance(n);
  EXPECT_THAT(apply(n, {{3, What::store, 0.0}}).dropped, ElementsAre(4));
  EXPECT_THAT(apply(n, {{0, What::available, 1.0}}).regained, ElementsAre(4));
}

TEST(NetworkStore, SharesWithLiveSources) {
  PowerNetwork n = chain();
  apply(n, {{3, What::store, 1.0}, {3, What::share, 0.25}});
  EXPECT_NEAR(n.from_store(3).in(kW), 200.0, 1e-6);  // a quarter of the load
  EXPECT_NEAR(n.input(3).in(kW), 630.0, 1e-6);       // the rest, with three quarters of 40 kW
  expect_balance(n);
  apply(n, {{3, What::share, 1.0}});
  EXPECT_EQ(n.input(3).si(), 0.0);
  EXPECT_NEAR(n.from_store(3).in(kW), 800.0, 1e-6);
  n.set_load(4, 400.0 * kW);
  n.settle();
  EXPECT_NEAR(n.from_store(3).in(kW), 400.0, 1e-6);
  expect_balance(n);
}

TEST(NetworkStore, IsChargedFromWhatIsLive) {
  PowerNetwork n = chain();
  apply(n, {{3, What::store, 1.0}});
  n.set_charge(3, 100.0 * kW);
  n.settle();
  EXPECT_NEAR(n.input(3).in(kW), 940.0, 1e-6);
  EXPECT_NEAR(n.total_charge().in(kW), 100.0, 1e-6);
  expect_balance(n);
  apply(n, {{0, What::available, 0.0}, {1, What::available, 0.0}});
  EXPECT_EQ(n.total_charge().si(), 0.0);
  expect_balance(n);
}

TEST(NetworkSwitch, IsOnOneSourceOrOpen) {
  PowerNetwork n = chain();
  apply(n, {{2, What::select, 0.0}});
  EXPECT_NEAR(n.output(0).in(kW), 840.0, 1e-6);
  EXPECT_EQ(n.total_generated().si(), 0.0);
  EXPECT_THAT(apply(n, {{2, What::select, static_cast<double>(PowerNetwork::kOpen)}}).dropped, ElementsAre(4));
  EXPECT_THAT(apply(n, {{2, What::select, 1.0}}).regained, ElementsAre(4));
  EXPECT_NEAR(n.total_generated().in(kW), 840.0, 1e-6);
  // The live source that is not selected does not help.
  EXPECT_THAT(apply(n, {{1, What::available, 0.0}}).dropped, ElementsAre(4));
}

TEST(NetworkStore, BalancesThroughAnyHistory) {
  PowerNetwork n = chain();
  std::mt19937_64 random(7);
  for (int step = 0; step < 2000; ++step) {
    const auto pick = random() % 6;
    if (pick == 0) n.set_load(4, Power(static_cast<double>(random() % 1000) * 1e3));
    if (pick == 1) n.set_charge(3, Power(static_cast<double>(random() % 100) * 1e3));
    if (pick == 2) apply(n, {{static_cast<PowerNetwork::UnitId>(random() % 5), What::available, random() % 3 ? 1.0 : 0.0}});
    if (pick == 3) apply(n, {{3, What::store, random() % 2 ? 1.0 : 0.0}});
    if (pick == 4) apply(n, {{3, What::share, static_cast<double>(random() % 5) / 4.0}});
    if (pick == 5) apply(n, {{2, What::select, static_cast<double>(random() % 4) - 2.0}});
    n.settle();
    expect_balance(n);
  }
}

}  // namespace
}  // namespace aifactory
