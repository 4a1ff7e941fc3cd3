#include "models/power/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "models/power/conversion.h"
#include "tests/accuracy.h"

namespace aifactory {
namespace {

using Network = PowerNetwork;
using Unit = PowerNetwork::Unit;
using testing::ElementsAre;
using testing::IsEmpty;

Unit feed(const std::string& name) {
  return {name, UnitKind::utility_feed, kInf * W, {}, {}, SourceShare::even};
}
Unit ups(const std::string& name, double rating_kw, std::vector<std::string> sources) {
  return {name, UnitKind::ups, rating_kw * kW, {}, std::move(sources), SourceShare::even};
}
Unit load(const std::string& name, std::vector<std::string> sources, SourceShare share = SourceShare::even) {
  return {name, UnitKind::load, 1e6 * kW, {}, std::move(sources), share};
}
double load_of(const Network& n, const std::string& name) {
  const auto id = n.find(name);
  return n.output(id) / n.unit(id).rating;
}

TEST(PowerNetwork, AddsLossesUpTheTree) {
  // By hand: two racks of 100 kW; UPS 1 MW double conversion .955/.966/.960 at .25/.5/1, lossless PDU, transformer
  // P0 2 kW, Pk 10 kW of 1 MW.  At 250 kW the UPS takes 250/.955 = 261.780 kW, the transformer 2 + 10 x .26178^2.
  const Ups model({.rating = 1.0 * MW, .double_conversion = {{0.25, 0.955}, {0.5, 0.966}, {1.0, 0.960}}, .eco = {}});
  Network n({load("r1", {"pdu"}),
             load("r2", {"pdu"}),
             {"pdu", UnitKind::pdu, 400.0 * kW, {}, {"ups"}, SourceShare::even},
             {"ups", UnitKind::ups, 1.0 * MW, model.curve(UpsMode::double_conversion), {"tx"}, SourceShare::even},
             {"tx", UnitKind::transformer, 1.0 * MW, LossCurve::quadratic(1.0 * MW, 0.002, 0.0, 0.010), {"grid"}, {}},
             feed("grid")});
  n.set_load(n.find("r1"), 100.0 * kW);
  n.set_load(n.find("r2"), 150.0 * kW);
  n.settle();
  const double ups_in = 250.0 / 0.955, tx_in = ups_in + 2.0 + 10.0 * (ups_in / 1000.0) * (ups_in / 1000.0);
  EXPECT_NEAR(n.input(n.find("ups")).in(kW), ups_in, 1e-8);
  EXPECT_NEAR(n.total_input().in(kW), tx_in, 1e-8);
  EXPECT_NEAR(n.loss_of_kind(UnitKind::ups).in(kW), ups_in - 250.0, 1e-8);
  EXPECT_NEAR(n.headroom(n.find("pdu")).in(kW), 150.0, 1e-9);
  EXPECT_EQ(n.total_served(), 250.0 * kW);
  EXPECT_EQ(n.total_input(), n.total_served() + n.total_loss());
  EXPECT_EQ(n.total_loss(), n.loss_of_kind(UnitKind::ups) + n.loss_of_kind(UnitKind::transformer));
  EXPECT_EQ(n.changed().size(), 6u);
  n.settle();
  EXPECT_THAT(n.changed(), IsEmpty());
}

// Load shares of surviving blocks: the arithmetic of each layout at full design load.
TEST(RedundancyShares, NPlusOneModulesOnOneBus) {
  // Five modules of 1 MW carry 4 MW: (n - 1)/n = .8, and 1 after a loss.
  Network n({feed("grid"),
             ups("u1", 1000, {"grid"}),
             ups("u2", 1000, {"grid"}),
             ups("u3", 1000, {"grid"}),
             ups("u4", 1000, {"grid"}),
             ups("u5", 1000, {"grid"}),
             {"bus", UnitKind::switchboard, 5000.0 * kW, {}, {"u1", "u2", "u3", "u4", "u5"}, SourceShare::even},
             load("it", {"bus"})});
  n.set_load(n.find("it"), 4000.0 * kW);
  n.settle();
  for (const char* u : {"u1", "u2", "u3", "u4", "u5"}) accuracy_near("redundancy", load_of(n, u), 0.8, 1e-12);
  EXPECT_THAT(n.set_available(n.find("u3"), false).dropped, IsEmpty());
  for (const char* u : {"u1", "u2", "u4", "u5"}) accuracy_near("redundancy", load_of(n, u), 1.0, 1e-12);
  EXPECT_EQ(load_of(n, "u3"), 0.0);
}

TEST(RedundancyShares, TwoN) {
  Network n({feed("grid"), ups("a", 1000, {"grid"}), ups("b", 1000, {"grid"}), load("it", {"a", "b"})});
  n.set_load(n.find("it"), 1000.0 * kW);
  n.settle();
  accuracy_near("redundancy", load_of(n, "a"), 0.5, 1e-12);
  accuracy_near("redundancy", load_of(n, "b"), 0.5, 1e-12);
  EXPECT_EQ(n.drawn_from(n.find("it"), 1), 500.0 * kW);
  n.set_available(n.find("a"), false);
  accuracy_near("redundancy", load_of(n, "b"), 1.0, 1e-12);
  EXPECT_EQ(n.drawn_from(n.find("it"), 0), 0.0 * W);
}

TEST(RedundancyShares, ThreeToMakeTwo) {
  Network n({feed("grid"), ups("a", 1500, {"grid"}), ups("b", 1500, {"grid"}), ups("c", 1500, {"grid"}),
             load("ab", {"a", "b"}), load("bc", {"b", "c"}), load("ca", {"c", "a"})});
  for (const char* pair : {"ab", "bc", "ca"}) n.set_load(n.find(pair), 1000.0 * kW);
  n.settle();
  for (const char* block : {"a", "b", "c"}) accuracy_near("redundancy", load_of(n, block), 2.0 / 3.0, 1e-12);
  EXPECT_THAT(n.set_available(n.find("a"), false).dropped, IsEmpty());
  accuracy_near("redundancy", load_of(n, "b"), 1.0, 1e-12);
  accuracy_near("redundancy", load_of(n, "c"), 1.0, 1e-12);
  // A second loss: the pair AB has nothing left, C carries 4/3 of its rating.
  EXPECT_THAT(n.set_available(n.find("b"), false).dropped, ElementsAre(n.find("ab")));
  accuracy_near("redundancy", load_of(n, "c"), 4.0 / 3.0, 1e-12);
  EXPECT_EQ(n.headroom(n.find("c")), -500.0 * kW);
  EXPECT_EQ(n.total_served(), 2000.0 * kW);
  EXPECT_EQ(n.demand(n.find("ab")), 1000.0 * kW);
  EXPECT_THAT(n.set_available(n.find("a"), true).regained, ElementsAre(n.find("ab")));
  EXPECT_EQ(n.total_served(), 3000.0 * kW);
}

TEST(RedundancyShares, FourToMakeThree) {
  std::vector<Unit> units{feed("grid")};
  const std::vector<std::string> blocks{"a", "b", "c", "d"};
  for (const auto& block : blocks) units.push_back(ups(block, 1000, {"grid"}));
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = i + 1; j < 4; ++j) units.push_back(load(blocks[i] + blocks[j], {blocks[i], blocks[j]}));
  }
  Network n(units);
  for (const auto id : n.loads()) n.set_load(id, 500.0 * kW);
  n.settle();
  for (const auto& block : blocks) accuracy_near("redundancy", load_of(n, block), 0.75, 1e-12);
  EXPECT_THAT(n.set_available(n.find("a"), false).dropped, IsEmpty());
  for (const char* block : {"b", "c", "d"}) accuracy_near("redundancy", load_of(n, block), 1.0, 1e-12);
}

TEST(RedundancyShares, CatcherStandsEmptyUntilItCatches) {
  Network n({feed("grid"), ups("a", 1000, {"grid"}), ups("b", 1000, {"grid"}), ups("catcher", 1000, {"grid"}),
             load("la", {"a", "catcher"}, SourceShare::primary), load("lb", {"b", "catcher"}, SourceShare::primary)});
  n.set_load(n.find("la"), 1000.0 * kW);
  n.set_load(n.find("lb"), 1000.0 * kW);
  n.settle();
  accuracy_near("redundancy", load_of(n, "a"), 1.0, 1e-12);
  accuracy_near("redundancy", load_of(n, "catcher"), 0.0, 1e-12);
  n.set_available(n.find("a"), false);
  accuracy_near("redundancy", load_of(n, "catcher"), 1.0, 1e-12);
  accuracy_near("redundancy", load_of(n, "b"), 1.0, 1e-12);
  n.set_available(n.find("a"), true);
  accuracy_near("redundancy", load_of(n, "catcher"), 0.0, 1e-12);
}

TEST(PowerNetwork, LossOfTheFeedDropsEverythingAndItsNoLoadLosses) {
  Network n({feed("grid"),
             {"tx", UnitKind::transformer, 1.0 * MW, LossCurve::quadratic(1.0 * MW, 0.002, 0.0, 0.01), {"grid"}, {}},
             load("it", {"tx"})});
  EXPECT_EQ(n.total_input(), 2.0 * kW);  // energised, no load
  n.set_load(n.find("it"), 10.0 * kW);
  EXPECT_THAT(n.set_available(n.find("grid"), false).dropped, ElementsAre(n.find("it")));
  EXPECT_EQ(n.total_input(), 0.0 * W);
  EXPECT_FALSE(n.live(n.find("tx")));
  EXPECT_TRUE(n.available(n.find("tx")));
  n.set_load(n.find("it"), 20.0 * kW);  // a dropped load may change what it will ask for
  n.settle();
  EXPECT_EQ(n.total_served(), 0.0 * W);
  EXPECT_THAT(n.set_available(n.find("grid"), true).regained, ElementsAre(n.find("it")));
  EXPECT_EQ(n.total_served(), 20.0 * kW);
}

/// A random graph: 1-3 feeds, layers of units with 1-3 sources each from the layers above, loads at the end.
std::vector<Unit> random_units(std::mt19937_64& bits) {
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53);
  };
  std::vector<Unit> units;
  const int feeds = 1 + static_cast<int>(bits() % 3), inner = 3 + static_cast<int>(bits() % 20),
            loads = 1 + static_cast<int>(bits() % 60);
  for (int i = 0; i < feeds + inner + loads; ++i) {
    Unit u = feed(fmt::format("u{}", i));
    if (i >= feeds) {
      const int above = std::min(i, feeds + inner);
      u.kind = i >= feeds + inner ? UnitKind::load : static_cast<UnitKind>(1 + bits() % 4);
      u.rating = uniform(1e5, 1e7) * W;
      u.share = bits() % 2 ? SourceShare::even : SourceShare::primary;
      if (u.kind != UnitKind::load) {
        u.loss = LossCurve::quadratic(u.rating, uniform(0, 0.02), uniform(0, 0.02), uniform(0, 0.01));
      }
      const int wanted = std::min(above, 1 + static_cast<int>(bits() % 3));
      while (static_cast<int>(u.sources.size()) < wanted) {
        const std::string name = fmt::format("u{}", bits() % static_cast<unsigned>(above));
        if (std::find(u.sources.begin(), u.sources.end(), name) == u.sources.end()) u.sources.push_back(name);
      }
    }
    units.push_back(u);
  }
  return units;
}

TEST(PowerNetwork, ConservesPowerThroughAnyHistoryAndForgetsIt) {
  for (unsigned seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 bits(seed);
    const auto units = random_units(bits);
    Network n(units);
    for (int step = 0; step < 60; ++step) {
      const int changes = 1 + static_cast<int>(bits() % 5);
      for (int i = 0; i < changes; ++i) {
        const auto id = n.loads()[bits() % n.loads().size()];
        n.set_load(id, static_cast<double>(bits() >> 11) * 0x1p-53 * 2e5 * W);
      }
      if (bits() % 3 == 0) {
        const auto id = static_cast<Network::UnitId>(bits() % static_cast<unsigned>(n.size()));
        n.set_available(id, !n.available(id));
      } else {
        n.settle();
      }
      Power roots = 0.0 * W, served = 0.0 * W, losses = 0.0 * W;
      std::array<Power, kUnitKinds> by_kind;
      by_kind.fill(0.0 * W);
      for (Network::UnitId id = 0; id < n.size(); ++id) {
        if (n.sources(id).empty()) roots += n.input(id);
        if (n.unit(id).kind == UnitKind::load) served += n.output(id);
        losses += n.loss(id);
        by_kind[static_cast<std::size_t>(n.unit(id).kind)] += n.loss(id);
        // What it hands out is what its consumers draw from it.
        Power drawn = 0.0 * W;
        for (const auto consumer : n.consumers(id)) {
          for (int k = 0; k < static_cast<int>(n.sources(consumer).size()); ++k) {
            if (n.sources(consumer)[static_cast<std::size_t>(k)] == id) drawn += n.drawn_from(consumer, k);
          }
        }
        if (n.unit(id).kind != UnitKind::load) {
          ASSERT_EQ(drawn, n.output(id));
        }
        if (!n.live(id)) {
          ASSERT_EQ(n.input(id), 0.0 * W);
        }
        // A load is served in full or not at all.
        if (n.unit(id).kind == UnitKind::load) {
          ASSERT_EQ(n.output(id), n.live(id) ? n.demand(id) : 0.0 * W);
        }
      }
      // Exact, not to a tolerance: every power is a whole number of microwatts.
      ASSERT_EQ(roots, served + losses);
      ASSERT_EQ(roots, n.total_input());
      ASSERT_EQ(served, n.total_served());
      ASSERT_EQ(losses, n.total_loss());
      for (std::size_t kind = 0; kind < kUnitKinds; ++kind) {
        ASSERT_EQ(by_kind[kind], n.loss_of_kind(static_cast<UnitKind>(kind)));
      }
    }
    // A network that was born in this state has it to the last bit.
    Network fresh(units);
    std::vector<Network::UnitId> failed;
    for (Network::UnitId id = 0; id < n.size(); ++id) {
      if (!n.available(id)) failed.push_back(id);
    }
    for (auto it = n.loads().rbegin(); it != n.loads().rend(); ++it) fresh.set_load(*it, n.demand(*it));
    fresh.set_available(failed, false);
    for (Network::UnitId id = 0; id < n.size(); ++id) {
      ASSERT_EQ(fresh.output(id), n.output(id));
      ASSERT_EQ(fresh.input(id), n.input(id));
      ASSERT_EQ(fresh.loss(id), n.loss(id));
    }
  }
}

TEST(PowerNetwork, LossFollowsTheCurveToAMicrowatt) {
  std::mt19937_64 bits(7);
  Network n(random_units(bits));
  for (const auto id : n.loads()) n.set_load(id, 12345.678 * W);
  n.settle();
  for (Network::UnitId id = 0; id < n.size(); ++id) {
    EXPECT_NEAR(n.loss(id).si(), n.unit(id).loss.loss(n.output(id)).si(), 0.5001 * 0x1p-20) << n.unit(id).name;
  }
}

TEST(PowerNetwork, TouchesOnlyTheSupplyPath) {
  std::vector<Unit> units{feed("grid")};
  for (int i = 0; i < 50; ++i) {
    units.push_back({fmt::format("pdu{}", i), UnitKind::pdu, 1.0 * MW, {}, {"grid"}, SourceShare::even});
    for (int j = 0; j < 20; ++j) {
      units.push_back(load(fmt::format("r{}_{}", i, j), {fmt::format("pdu{}", i)}));
    }
  }
  Network n(units);
  n.set_load(n.find("r7_3"), 10.0 * kW);
  n.settle();
  EXPECT_THAT(n.changed(), testing::UnorderedElementsAre(n.find("r7_3"), n.find("pdu7"), n.find("grid")));
}

TEST(PowerNetwork, ModeOfAUnitChangesItsLoss) {
  Network n({feed("grid"), ups("u", 1000, {"grid"}), load("it", {"u"})});
  n.set_load(n.find("it"), 500.0 * kW);
  n.settle();
  EXPECT_EQ(n.total_loss(), 0.0 * W);
  n.set_loss(n.find("u"), LossCurve::quadratic(1.0 * MW, 0.01, 0.0, 0.0));
  n.settle();
  EXPECT_EQ(n.total_loss(), 10.0 * kW);
}

// 1 MW with 0.01 + 0.01 x + 0.02 x^2 at 0.8: 10 + 8 + 12.8 = 30.8 kW, all of it on the input path, by quarters less as the
// store carries more of the 800 kW.  Charging comes on top, and only from live sources.
TEST(PowerNetwork, EachPathOfAUpsLosesForThePartThatItCarries) {
  Network n({feed("grid"), {"u", UnitKind::ups, 1.0 * MW, LossCurve::quadratic(1.0 * MW, 0.01, 0.01, 0.02), {"grid"}, {}}, load("it", {"u"})});
  const auto u = n.find("u");
  using What = Network::Change::What;
  n.set_load(n.find("it"), 800.0 * kW);
  n.set_charge(u, 50.0 * kW);
  n.settle();
  struct Row {
    double share, from_store_kw, loss_kw, input_kw;
  };
  for (const Row& row : {Row{0.0, 0.0, 30.8, 880.8}, Row{0.25, 200.0, 23.1, 673.1}, Row{0.5, 400.0, 15.4, 465.4},
                         Row{0.75, 600.0, 7.7, 257.7}, Row{1.0, 800.0, 0.0, 0.0}}) {
    n.apply(std::vector<Network::Change>{{u, What::store, 1.0}, {u, What::share, row.share}});
    EXPECT_NEAR(n.from_store(u).in(kW), row.from_store_kw, 1e-9) << row.share;
    EXPECT_NEAR(n.loss(u).in(kW), row.loss_kw, 1e-9) << row.share;
    EXPECT_NEAR(n.input(u).in(kW), row.input_kw, 1e-9) << row.share;
    EXPECT_EQ(n.total_input() + n.total_stored_out(), n.total_served() + n.total_loss() + n.total_charge());
  }
  // A share of a store that is not ready is none.
  n.apply(std::vector<Network::Change>{{u, What::store, 0.0}, {u, What::share, 0.75}});
  EXPECT_NEAR(n.input(u).in(kW), 880.8, 1e-9);
}

TEST(PowerNetwork, RefusesWhatIsNoSupply) {
  const auto refuses = [](std::vector<Unit> units, const char* message) {
    EXPECT_THAT([&] { Network{units}; }, testing::ThrowsMessage<InputError>(message));
  };
  refuses({feed("g"), feed("g")}, "power network: g is there twice");
  refuses({feed("g"), load("r", {"x"})}, "power network: r: source x is not a unit");
  refuses({feed("g"), load("r", {})}, "power network: r: has no source; only a utility feed or a generator may stand alone");
  refuses({feed("g"), load("r", {"g"}), load("q", {"r"})}, "power network: q: source r is a load");
  refuses({feed("g"), ups("a", 1, {"b", "g"}), ups("b", 1, {"a"})}, "power network: a: is fed in a loop");
  refuses({feed("g"), load("r", {"g", "g"})}, "power network: r: source g is named twice");
  auto unrated = ups("a", 1, {"g"});
  unrated.rating = {};
  refuses({feed("g"), unrated}, "power network: a: rating is not set");
}

}  // namespace
}  // namespace aifactory
