#include "models/thermal/thermal_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "models/fields.h"
#include "tests/accuracy.h"

namespace aifactory {
namespace {

using Network = ThermalNetwork;

/// A chip of 60 J/K behind 0.025 K/W, coolant 45 C, 1 kW.
Network one_node() {
  return Network({.capacities = {60.0 * J_per_K}, .links = {}, .boundary_links = {{0, 0, 40.0 * W_per_K}}});
}
/// Chip 60 J/K, 0.013 K/W to a plate of 900 J/K, 0.012 K/W to the coolant.
Network two_nodes() {
  return Network({.capacities = {60.0 * J_per_K, 900.0 * J_per_K},
                  .links = {{0, 1, 1.0 / 0.013 * W_per_K}},
                  .boundary_links = {{1, 0, 1.0 / 0.012 * W_per_K}}});
}
Network::State all_at(double celsius) {
  Network::State state;
  state.node.fill(Temperature::celsius(celsius));
  return state;
}
Network::Inputs heated(double first_w, double coolant_c) {
  Network::Inputs inputs;
  inputs.power.fill(0.0 * W);
  inputs.power[0] = first_w * W;
  inputs.boundary[0] = Temperature::celsius(coolant_c);
  return inputs;
}

struct OneNodeRow {
  double t_s, celsius;
};
class OneNode : public testing::TestWithParam<OneNodeRow> {};
TEST_P(OneNode, FollowsTheClosedForm) {
  const auto to = one_node().advance(all_at(45.0), heated(1000.0, 45.0), GetParam().t_s * s);
  EXPECT_NEAR(to.node[0].in_celsius(), GetParam().celsius, 5e-7);
}
// 45 + 25 (1 - e^(-t/1.5)), by hand to the printed digits.
INSTANTIATE_TEST_SUITE_P(, OneNode, testing::Values(OneNodeRow{1.0, 57.164572}, OneNodeRow{3.0, 66.616618}));

TEST(ThermalNetwork, OneNodeCrossesWhenTheLogarithmSays) {
  // 1.5 ln(25/5) = 2.414157 s.
  const auto t = one_node().next_crossing(all_at(45.0), heated(1000.0, 45.0), 0, Temperature::celsius(65.0),
                                          Crossing::rising, 3600.0 * s);
  ASSERT_TRUE(t.has_value());
  accuracy_near("crossing", t->si(), 1.5 * std::log(5.0), 1e-9);
}

struct TwoNodeRow {
  double t_s, chip_c, plate_c;
};
class TwoNodes : public testing::TestWithParam<TwoNodeRow> {};
TEST_P(TwoNodes, MatchesAnIndependentMatrixExponential) {
  const auto to = two_nodes().advance(all_at(45.0), heated(1000.0, 45.0), GetParam().t_s * s);
  accuracy_near("two_nodes", to.node[0].in_celsius(), GetParam().chip_c, 1e-11);
  accuracy_near("two_nodes", to.node[1].in_celsius(), GetParam().plate_c, 1e-11);
}
// Computed by a separate script with a general matrix exponential in 40-digit arithmetic; the last row is 45 + 1000 R.
INSTANTIATE_TEST_SUITE_P(, TwoNodes,
                         testing::Values(TwoNodeRow{1.0, 54.552726792056, 45.458513298159},
                                         TwoNodeRow{10.0, 64.213587548218, 51.603626295379},
                                         TwoNodeRow{60.0, 69.923100013437, 56.928283369009},
                                         TwoNodeRow{1e6, 70.0, 57.0}));

TEST(ThermalNetwork, TwoNodesHaveTheTimeConstantsAndCrossingOfTheScript) {
  const auto network = two_nodes();
  std::array<double, 2> tau{1.0 / network.rate(0).si(), 1.0 / network.rate(1).si()};
  if (tau[0] > tau[1]) std::swap(tau[0], tau[1]);
  EXPECT_NEAR(tau[0], 0.7279616, 5e-8);
  EXPECT_NEAR(tau[1], 11.5720384, 5e-8);
  const auto t = network.next_crossing(all_at(45.0), heated(1000.0, 45.0), 0, Temperature::celsius(65.0),
                                       Crossing::rising, 3600.0 * s);
  ASSERT_TRUE(t.has_value());
  accuracy_near("crossing", t->si(), 11.690358987, 1e-9);
}

TEST(ThermalNetwork, BothAtOnceAreTheTwoToTheLastBit) {
  const auto network = two_nodes();
  const auto inputs = heated(1000.0, 45.0);
  for (const double t_s : {0.0, 1e-6, 0.1, 3.0, 60.0, 1e4}) {
    const auto [state, sums] = network.advance_and_integrate(all_at(47.0), inputs, t_s * s);
    const auto state_alone = network.advance(all_at(47.0), inputs, t_s * s);
    const auto sums_alone = network.integrate(all_at(47.0), inputs, t_s * s);
    for (std::size_t node : {0u, 1u}) {
      EXPECT_EQ(state.node[node], state_alone.node[node]);
      EXPECT_EQ(sums.node[node].si(), sums_alone.node[node].si());
    }
    EXPECT_EQ(sums.heat_to_boundary[0].si(), sums_alone.heat_to_boundary[0].si());
  }
}

TEST(ThermalNetwork, SteadyIsResistancesInSeries) {
  const auto steady = two_nodes().steady(heated(1000.0, 45.0));
  ASSERT_TRUE(steady.has_value());
  EXPECT_NEAR(steady->node[0].in_celsius(), 70.0, 1e-12);
  EXPECT_NEAR(steady->node[1].in_celsius(), 57.0, 1e-12);
}

TEST(ThermalNetwork, NeverReachesWhatLiesBeyondTheSteadyState) {
  const auto network = two_nodes();
  const auto inputs = heated(1000.0, 45.0);
  const auto crossing = [&](double c, Crossing direction, double horizon_s) {
    return network.next_crossing(all_at(45.0), inputs, 0, Temperature::celsius(c), direction, horizon_s * s);
  };
  EXPECT_FALSE(crossing(70.001, Crossing::rising, kInf));
  EXPECT_FALSE(crossing(65.0, Crossing::rising, 11.69));
  EXPECT_FALSE(crossing(44.9, Crossing::falling, kInf));
  EXPECT_NEAR(crossing(45.0, Crossing::rising, kInf)->si(), 0.0, 1e-12);  // reached already
}

TEST(ThermalNetwork, WithoutFlowHeatsLinearly) {
  // No flow: 60 + 900 J/K at 1 kW warm by 1000/960 K/s on the mean, whatever the inner conductance.
  const Network sealed({.capacities = {60.0 * J_per_K, 900.0 * J_per_K},
                        .links = {{0, 1, 1.0 / 0.013 * W_per_K}},
                        .boundary_links = {{1, 0, 0.0 * W_per_K}}});
  EXPECT_EQ(std::min(sealed.rate(0).si(), sealed.rate(1).si()), 0.0);
  EXPECT_FALSE(sealed.steady(heated(1000.0, 45.0)).has_value());
  const double t = 3600.0;
  const auto to = sealed.advance(all_at(45.0), heated(1000.0, 45.0), t * s);
  const double mean = (60.0 * to.node[0].in_celsius() + 900.0 * to.node[1].in_celsius()) / 960.0;
  EXPECT_NEAR(mean, 45.0 + 1000.0 * t / 960.0, 1e-9);
  // Long after, both warm alike and the chip leads by P R C2/(C1 + C2) = 13 x 900/960.
  EXPECT_NEAR((to.node[0] - to.node[1]).si(), 13.0 * 900.0 / 960.0, 1e-9);
  // One lone node: 70 -> 87 C at 984.5 J/K and 1 kW in 17 x 0.9845 = 16.7365 s.
  const Network lone({.capacities = {984.5 * J_per_K}, .links = {}, .boundary_links = {}});
  const auto trip =
      lone.next_crossing(all_at(70.0), heated(1000.0, 45.0), 0, Temperature::celsius(87.0), Crossing::rising, kInf * s);
  ASSERT_TRUE(trip.has_value());
  EXPECT_NEAR(trip->si(), 16.7365, 1e-9);
}

TEST(ThermalNetwork, PartsThatDoNotTouchDoNotTouch) {
  // A sealed node beside a cooled pair: each behaves as if alone.
  const Network both({.capacities = {60.0 * J_per_K, 984.5 * J_per_K, 900.0 * J_per_K},
                      .links = {{0, 2, 1.0 / 0.013 * W_per_K}},
                      .boundary_links = {{2, 0, 1.0 / 0.012 * W_per_K}}});
  auto inputs = heated(1000.0, 45.0);
  inputs.power[1] = 1000.0 * W;
  const auto to = both.advance(all_at(45.0), inputs, 10.0 * s);
  EXPECT_NEAR(to.node[0].in_celsius(), 64.213587548218, 1e-11);
  EXPECT_NEAR(to.node[1].in_celsius(), 45.0 + 1e4 / 984.5, 1e-11);
  EXPECT_FALSE(both.steady(inputs).has_value());
}

/// A random connected network of n nodes; some have no boundary.
Network random_network(std::mt19937_64& bits, int n) {
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53);
  };
  Network::Params params;
  for (int i = 0; i < n; ++i) params.capacities.push_back(std::exp(uniform(3.0, 12.0)) * J_per_K);
  for (int i = 1; i < n; ++i) {
    params.links.push_back(
        {static_cast<int>(bits() % static_cast<unsigned>(i)), i, std::exp(uniform(0.0, 8.0)) * W_per_K});
  }
  if (bits() % 4 != 0) {
    params.boundary_links.push_back({0, 0, std::exp(uniform(0.0, 8.0)) * W_per_K});
    if (n > 2) params.boundary_links.push_back({n - 1, 1, std::exp(uniform(0.0, 8.0)) * W_per_K});
  }
  return Network(params);
}

TEST(ThermalNetwork, HeatInIsHeatStoredPlusHeatGone) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    std::mt19937_64 bits(seed);
    const auto uniform = [&](double low, double high) {
      return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53);
    };
    const int n = 1 + static_cast<int>(bits() % 8);
    std::mt19937_64 again = bits;  // the same capacities, read back for the ledger
    const Network network = random_network(bits, n);
    std::vector<double> capacity;
    for (int i = 0; i < n; ++i) {
      capacity.push_back(std::exp(3.0 + 9.0 * (static_cast<double>(again() >> 11) * 0x1p-53)));
    }
    Network::State from;
    Network::Inputs inputs;
    inputs.boundary.fill(Temperature::celsius(uniform(15, 45)));
    const double t = std::exp(uniform(-7.0, 14.0));
    double in = 0.0, size = 0.0;
    for (int i = 0; i < n; ++i) {
      from.node[static_cast<std::size_t>(i)] = Temperature::celsius(uniform(20, 80));
      inputs.power[static_cast<std::size_t>(i)] = uniform(0, 2000) * W;
      in += inputs.power[static_cast<std::size_t>(i)].si() * t;
    }
    const auto to = network.advance(from, inputs, t * s);
    const auto sums = network.integrate(from, inputs, t * s);
    double stored = 0.0, gone = 0.0;
    for (int i = 0; i < n; ++i) {
      const auto k = static_cast<std::size_t>(i);
      stored += capacity[k] * (to.node[k] - from.node[k]).si();
      // What the books can resolve: the heat that passes, and half a unit in the last place (3e-14 K) of each
      // temperature.
      size += std::abs(capacity[k] * (to.node[k] - from.node[k]).si()) + capacity[k] * 300.0 * 1e-3;
    }
    for (int b = 0; b < network.boundaries(); ++b) {
      gone += sums.heat_to_boundary[static_cast<std::size_t>(b)].si();
      size += std::abs(sums.heat_to_boundary[static_cast<std::size_t>(b)].si());
    }
    EXPECT_NEAR(in, stored + gone, 1e-13 * (size + in)) << "seed " << seed << " nodes " << n << " t " << t;
  }
}

TEST(ThermalNetwork, ManySmallStepsEqualOneLarge) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::mt19937_64 bits(seed);
    const Network network = random_network(bits, 1 + static_cast<int>(seed % 8));
    const auto inputs = [&] {
      auto both = heated(500.0, 30.0);
      both.boundary[1] = Temperature::celsius(20.0);
      return both;
    }();
    auto stepped = all_at(40.0);
    for (int i = 0; i < 100; ++i) stepped = network.advance(stepped, inputs, 3.7 * s);
    const auto once = network.advance(all_at(40.0), inputs, 370.0 * s);
    for (int i = 0; i < network.nodes(); ++i) {
      const auto k = static_cast<std::size_t>(i);
      EXPECT_NEAR(stepped.node[k].in_kelvin(), once.node[k].in_kelvin(), 1e-10) << "seed " << seed;
    }
  }
}

TEST(ThermalNetwork, IntegralIsThatOfTheCourse) {
  const auto network = two_nodes();
  const auto inputs = heated(1000.0, 45.0);
  for (const double t : {1e-3, 0.1, 1.0, 30.0, 1e5}) {
    const auto sums = network.integrate(all_at(50.0), inputs, t * s);
    for (int node = 0; node < 2; ++node) {
      const double expected = network.course(all_at(50.0), inputs, node).integral(t * s);
      EXPECT_NEAR(sums.node[static_cast<std::size_t>(node)].si(), expected, 1e-13 * expected) << t;
    }
  }
}

TEST(ThermalNetwork, CoursesSuperpose) {
  // A chip above a loop that itself warms: supply = loop network, chip = rise over a fixed 0 K boundary.
  const Network loop({.capacities = {1e5 * J_per_K}, .links = {}, .boundary_links = {}});
  const auto chip = one_node();
  const auto loop_inputs = heated(1000.0, 0.0);
  auto rise_inputs = heated(1000.0, 0.0);
  rise_inputs.boundary[0] = Temperature::kelvin(0.0);
  Network::State at_zero;
  at_zero.node[0] = Temperature::kelvin(0.0);
  ExponentialSum sum = loop.course(all_at(45.0), loop_inputs, 0);
  sum += chip.course(at_zero, rise_inputs, 0);
  // 45 + 0.01 t + 25 (1 - e^(-t/1.5)) = 72 when t = 200 s, the exponential being long gone.
  const auto t = sum.first_crossing(72.0 + 273.15, Crossing::rising, 1e6 * s);
  ASSERT_TRUE(t.has_value());
  EXPECT_NEAR(t->si(), 200.0, 1e-9);
}

TEST(ThermalNetwork, WeightsGiveTheDifferenceOfTwoNodes) {
  const std::array<double, 2> weights{1.0, -1.0};
  const auto t =
      two_nodes().next_crossing(all_at(45.0), heated(1000.0, 45.0), weights, 12.0 * K, Crossing::rising, kInf * s);
  ASSERT_TRUE(t.has_value());
  const auto to = two_nodes().advance(all_at(45.0), heated(1000.0, 45.0), *t);
  EXPECT_NEAR((to.node[0] - to.node[1]).si(), 12.0, 1e-9);
}

TEST(ThermalNetwork, RefusesWhatIsNoNetwork) {
  EXPECT_THAT([] { Network({.capacities = {}, .links = {}, .boundary_links = {}}); },
              testing::ThrowsMessage<InputError>("thermal network: 0 nodes must be in 1..8"));
  EXPECT_THAT([] { Network({.capacities = {0.0 * J_per_K}, .links = {}, .boundary_links = {}}); },
              testing::ThrowsMessage<InputError>("thermal network: capacity of node 0 = 0 J/K must be > 0 J/K"));
  EXPECT_THAT(
      [] {
        Network({.capacities = {1.0 * J_per_K}, .links = {{0, 1, 1.0 * W_per_K}}, .boundary_links = {}});
      },
      testing::ThrowsMessage<InputError>("thermal network: link 0-1 must join two of 1 nodes"));
}

}  // namespace
}  // namespace aifactory
