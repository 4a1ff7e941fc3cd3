#include "sim/facility/liquid_bank.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "models/power/network.h"

namespace aifactory {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// A chip of 60 J/K, 0.013 K/W to a plate of 900 J/K; the plate's way to the coolant stands in the flow.
LiquidBank::Params params(std::int64_t racks, std::int64_t per_rack, double coolant_j_k, double start_c) {
  return {.racks = racks,
          .accelerators_per_rack = per_rack,
          .chip = 60.0 * J_per_K,
          .plate = 900.0 * J_per_K,
          .chip_to_plate = 0.013 * K_per_W,
          .coolant = coolant_j_k * J_per_K,
          .start = Temperature::celsius(start_c)};
}
LiquidBank::Flow flow(double exchange_w_k, double secondary_w_k, double plate_k_w = 0.012) {
  return {.exchange = exchange_w_k * W_per_K,
          .secondary = secondary_w_k * W_per_K,
          .plate_to_coolant = plate_k_w * K_per_W};
}
LiquidBank::Flow no_flow() {
  return flow(0.0, 0.0, kInfinite);
}
Tick at(double seconds) {
  return to_ticks(seconds * s);
}

// Two nodes above a coolant of 45 degC at 1 kW: the closed-form answers of a two-node RC chain (60 and 900 J/K, 0.013
// and 0.012 K/W, time constants 0.7279616 and 11.5720384 s).  A coolant of 1e15 J/K does not move.
struct TwoNodeRow {
  double t_s, chip_c;
};
class TwoNodes : public testing::TestWithParam<TwoNodeRow> {};
TEST_P(TwoNodes, FollowTheClosedFormAboveACoolantThatDoesNotMove) {
  LiquidBank bank(params(1, 1, 1e15, 45.0), flow(1e3, 2e3));
  bank.set_rack(0, 0, 1.0 * kW, 1.0 * kW);
  EXPECT_NEAR(bank.chip(at(GetParam().t_s), 0).in_celsius(), GetParam().chip_c, 2e-8);
}
INSTANTIATE_TEST_SUITE_P(, TwoNodes,
                         testing::Values(TwoNodeRow{1.0, 54.55272679}, TwoNodeRow{10.0, 64.21358755},
                                         TwoNodeRow{60.0, 69.92310001}, TwoNodeRow{1e4, 70.0}));

TEST(LiquidBank, CrossesWhenTheClosedFormDoes) {
  LiquidBank bank(params(1, 1, 1e15, 45.0), flow(1e3, 2e3));
  bank.set_rack(0, 0, 1.0 * kW, 1.0 * kW);
  const auto found = bank.crossing(0, 0, Temperature::celsius(65.0), Crossing::rising, at(3600));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found, 11'690'359);  // 11.690358987 s, up to the next microsecond
}

TEST(LiquidBank, ComesToRestWhereEffectivenessAndFlowSay) {
  // 2 racks x 3 chips x 900 W and 600 W elsewhere: 6 kW.  T_s = T_f + Q (1/g - 1/W) = 30 + 6 (1/0.5 - 1/0.8) = 34.5
  // degC, return 34.5 + 6/0.8 = 42 degC, chip 34.5 + 0.9 * 25 = 57 degC.
  LiquidBank bank(params(2, 3, 5e4, 30.0), flow(500.0, 800.0));
  for (std::int64_t r : {0, 1}) bank.set_rack(0, r, 2.7 * kW, 0.9 * kW);
  bank.set_other_heat(0, 0.6 * kW);
  const Tick late = at(1e5);
  EXPECT_NEAR(bank.supply(late).in_celsius(), 34.5, 1e-9);
  EXPECT_NEAR(bank.return_temperature(late).in_celsius(), 42.0, 1e-9);
  EXPECT_NEAR(bank.chip(late, 1).in_celsius(), 57.0, 1e-9);
  EXPECT_NEAR(bank.rejecting(late).si(), 6000.0, 1e-6);
}

TEST(LiquidBank, WithoutFlowChipsHeatTheirPlatesAndNothingLeaves) {
  // 1 kW into 60 + 900 J/K: 1000/960 K/s; the chip leads the lumps' mean by P R1 C2^2/(C1+C2)^2 = 11.4258 K once the
  // chain's own mode (0.7312 s) has died out.
  LiquidBank bank(params(1, 1, 5e4, 45.0), no_flow());
  bank.set_rack(0, 0, 1.0 * kW, 1.0 * kW);
  const double mean_c = 45.0 + 1000.0 * 30.0 / 960.0;
  EXPECT_NEAR(bank.chip(at(30), 0).in_celsius(), mean_c + 1000.0 * 0.013 * std::pow(900.0 / 960.0, 2), 1e-9);
  EXPECT_EQ(bank.take_rejected(at(30)).si(), 0.0);
  EXPECT_EQ(bank.supply(at(30)).in_celsius(), 45.0);
}

// Two racks, chips and plates of each on their own, one coolant: five nodes solved together.
TEST(LiquidBank, ARacksChipIsThatOfTheFullNetwork) {
  std::mt19937_64 random(7);
  const double coolant_j_k = 4e4;
  auto flow_now = flow(3e3, 5e3);
  LiquidBank bank(params(2, 4, coolant_j_k, 30.0), flow_now);
  const auto network_of = [&](const LiquidBank::Flow& f) {
    const double n = 4.0, share = f.secondary.si() > 0.0 ? f.exchange / f.secondary : 0.0;
    const double plate = f.secondary.si() > 0.0 ? n / f.plate_to_coolant.si() : 0.0;
    return ThermalNetwork({.capacities = {n * 60.0 * J_per_K, n * 900.0 * J_per_K, n * 60.0 * J_per_K,
                                          n * 900.0 * J_per_K, coolant_j_k / (1.0 - share) * J_per_K},
                           .links = {{0, 1, n / 0.013 * W_per_K},
                                     {2, 3, n / 0.013 * W_per_K},
                                     {1, 4, plate * W_per_K},
                                     {3, 4, plate * W_per_K}},
                           .boundary_links = {{4, 0, f.exchange / (1.0 - share)}}});
  };
  ThermalNetwork::State state;
  state.node.fill(Temperature::celsius(30.0));
  ThermalNetwork::Inputs inputs;
  inputs.power.fill(0.0 * W);
  inputs.boundary[0] = Temperature::celsius(30.0);
  Tick now = 0;
  for (int step = 0; step < 300; ++step) {
    const auto pick = std::uniform_int_distribution<int>(0, 9)(random);
    const double u = std::uniform_real_distribution<>(0.0, 1.0)(random);
    if (pick < 6) {
      const std::int64_t rack = pick % 2;
      const Power one = on_load_grid(u * 1.2 * kW);
      bank.set_rack(now, rack, one * 4.0, one);
      inputs.power[rack == 0 ? 0 : 2] = one * 4.0;
    } else if (pick == 6) {
      bank.set_facility_supply(now, Temperature::celsius(25.0 + 10.0 * u));
      inputs.boundary[0] = Temperature::celsius(25.0 + 10.0 * u);
    } else if (pick == 7) {
      bank.set_other_heat(now, u * 2.0 * kW);
      inputs.power[4] = u * 2.0 * kW;
    } else {
      flow_now = u < 0.3 ? no_flow() : flow(3e3 * u, 5e3 * u, 0.012 / u);
      bank.set_flow(now, flow_now);
    }
    const Tick next = now + at(std::exponential_distribution<>(0.2)(random));
    state = network_of(flow_now).advance(state, inputs, to_duration(next - now));
    now = next;
    ASSERT_NEAR(bank.chip(now, 0).in_celsius(), state.node[0].in_celsius(), 1e-8) << "step " << step;
    ASSERT_NEAR(bank.chip(now, 1).in_celsius(), state.node[2].in_celsius(), 1e-8) << "step " << step;
    ASSERT_NEAR(bank.supply(now).in_celsius(), state.node[4].in_celsius(), 1e-8) << "step " << step;
  }
}

/// Random inputs; calls `check` between any two of them.
template <class Check>
void drive(LiquidBank& bank, std::int64_t racks, std::uint64_t seed, double mean_step_s, Check&& check) {
  std::mt19937_64 random(seed);
  Tick now = 0;
  for (int step = 0; step < 400; ++step) {
    const auto pick = std::uniform_int_distribution<int>(0, 9)(random);
    const double u = std::uniform_real_distribution<>(0.0, 1.0)(random);
    if (pick < 7) {
      const auto rack = std::uniform_int_distribution<std::int64_t>(0, racks - 1)(random);
      const Power hottest = on_load_grid(u < 0.3 ? 0.0 * kW : u * 1.2 * kW);
      bank.set_rack(now, rack, hottest * (u < 0.6 ? 1.0 : 3.0), hottest);
    } else if (pick == 7) {
      bank.set_facility_supply(now, Temperature::celsius(20.0 + 20.0 * u));
    } else if (pick == 8) {
      bank.set_other_heat(now, u * 5.0 * kW);
    } else {
      bank.set_flow(now, u < 0.2 ? no_flow() : flow(2e3 * u, 3e3 * u, 0.004 + 0.008 / u));
    }
    const Tick next = now + at(std::exponential_distribution<>(1.0 / mean_step_s)(random));
    check(now, next);
    now = next;
  }
}

class LiquidBankSeeded : public testing::TestWithParam<std::uint64_t> {};

TEST_P(LiquidBankSeeded, HeatThatEnteredHasLeftOrIsStored) {
  LiquidBank bank(params(5, 3, 2e5, 33.0), flow(2e3, 3e3));
  double rejected_j = 0.0;
  drive(bank, 5, GetParam(), 40.0, [&](Tick now, Tick next) {
    rejected_j += bank.take_rejected(now).si();
    const double in_j = bank.heat_in(next).si();
    const double out_j = rejected_j + LiquidBank(bank).take_rejected(next).si() + bank.stored(next).si();
    if (in_j > 1e6) {
      ASSERT_NEAR((in_j - out_j) / in_j, 0.0, 1e-12) << "seed " << GetParam() << " at " << next;
    }
  });
}

TEST_P(LiquidBankSeeded, NoChipPassesTheBoundWithinTheHour) {
  LiquidBank bank(params(4, 3, 2e4, 33.0), flow(2e3, 3e3));
  std::mt19937_64 random(GetParam());
  drive(bank, 4, GetParam(), 3.0, [&](Tick now, Tick) {
    const double bound_c = bank.chip_bound(now).in_celsius();
    for (double t_s : {0.0, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 600.0, 3600.0}) {
      for (std::int64_t r = 0; r < 4; ++r) {
        ASSERT_LE(bank.chip(now + at(t_s), r).in_celsius(), bound_c + 1e-9)
            << "seed " << GetParam() << " at " << now << " + " << t_s << " s, rack " << r;
      }
    }
  });
}

TEST_P(LiquidBankSeeded, TheSolvedCrossingIsTheFirstTickAtOrBeyondTheThreshold) {
  LiquidBank bank(params(4, 3, 2e4, 33.0), flow(2e3, 3e3));
  int found = 0;
  drive(bank, 4, GetParam(), 10.0, [&](Tick now, Tick) {
    const double threshold_c = 50.0;
    for (std::int64_t r = 0; r < 4; ++r) {
      const bool above = bank.chip(now, r).in_celsius() >= threshold_c;
      const auto crossing = bank.crossing(now, r, Temperature::celsius(threshold_c),
                                          above ? Crossing::falling : Crossing::rising, now + at(600));
      if (!crossing) continue;
      ++found;
      const double sign = above ? -1.0 : 1.0;
      ASSERT_GE(sign * (bank.chip(*crossing, r).in_celsius() - threshold_c), -1e-9) << "seed " << GetParam();
      if (*crossing > now) {
        ASSERT_LE(sign * (bank.chip(*crossing - 1, r).in_celsius() - threshold_c), 1e-9) << "seed " << GetParam();
      }
    }
  });
  EXPECT_GT(found, 10);
}
INSTANTIATE_TEST_SUITE_P(, LiquidBankSeeded, testing::Range<std::uint64_t>(1, 9));

TEST(LiquidBank, TheBoundKnowsOfHeatThatIsStillInTheChips) {
  // One rack at full power; three were switched on for 0.7 s, so their heat is in the chips and not yet in the coolant.
  LiquidBank bank(params(4, 3, 2e4, 33.0), flow(2e3, 3e3));
  bank.set_rack(0, 0, 3.6 * kW, 1.2 * kW);
  for (std::int64_t r : {1, 2, 3}) bank.set_rack(at(1000), r, 3.6 * kW, 1.2 * kW);
  for (std::int64_t r : {1, 2, 3}) bank.set_rack(at(1000.7), r, 0.0 * kW, 0.0 * kW);
  const double bound_c = bank.chip_bound(at(1000.7)).in_celsius();
  double hottest_c = 0.0;
  for (double t_s = 0.0; t_s < 60.0; t_s += 0.1)
    hottest_c = std::max(hottest_c, bank.chip(at(1000.7 + t_s), 0).in_celsius());
  EXPECT_LE(hottest_c, bound_c);
  EXPECT_GT(hottest_c, bound_c - 0.5);
}

TEST(LiquidBank, TheBoundIsNearTheHottestChipSoThatHealthyBanksCostNothing) {
  // 8 racks of 72 chips at 1.2 kW: within a kelvin of the steady chip, also just after half of them stopped.
  LiquidBank bank(params(8, 72, 1.5e7, 40.0), flow(9e4, 1.2e5));
  for (std::int64_t r = 0; r < 8; ++r) bank.set_rack(0, r, 86.4 * kW, 1.2 * kW);
  const Tick later = at(7200);
  const double steady_c = bank.chip(later, 0).in_celsius();
  EXPECT_LT(bank.chip_bound(later).in_celsius(), steady_c + 0.01);
  for (std::int64_t r = 0; r < 4; ++r) bank.set_rack(later, r, 0.0 * kW, 0.0 * kW);
  EXPECT_LT(bank.chip_bound(later).in_celsius(), steady_c + 1.0);
}

TEST(LiquidBank, RacksSetTogetherAreThoseSetOneByOne) {
  LiquidBank one(params(6, 72, 1.5e6, 40.0), flow(9e4, 1.2e5)), together = one;
  std::mt19937_64 bits(3);
  std::vector<std::int64_t> all{0, 1, 2, 3, 4, 5};
  for (int step = 1; step < 60; ++step) {
    const Tick now = at(7.3 * step);
    // Equal racks and different ones, rising and falling.
    std::vector<LiquidBank::RackPower> powers;
    for (std::int64_t r = 0; r < 6; ++r) {
      const Power chip = on_load_grid(static_cast<double>(bits() % 3 + (r < 3 ? 0 : bits() % 4)) * 250.0 * W);
      powers.push_back({.rack = r, .chips = 72.0 * chip, .hottest = chip});
    }
    double hottest_c = 0.0;
    for (std::int64_t r = 0; r < 6; ++r) hottest_c = std::max(hottest_c, one.chip(now, r).in_celsius());
    ASSERT_NEAR(together.hottest_chip(now, all).in_celsius(), hottest_c, 1e-9);
    for (const auto& p : powers) one.set_rack(now, p.rack, p.chips, p.hottest);
    together.set_racks(now, powers);
    ASSERT_EQ(one.heat_flow_in().si(), together.heat_flow_in().si());
    for (std::int64_t r = 0; r < 6; ++r) ASSERT_EQ(one.chip(now + at(1), r).in_kelvin(), together.chip(now + at(1), r).in_kelvin());
    ASSERT_EQ(one.chip_bound(now).in_kelvin(), together.chip_bound(now).in_kelvin());
  }
  EXPECT_EQ(one.take_rejected(at(500)).si(), together.take_rejected(at(500)).si());
}

TEST(LiquidBank, AnEarlierBoundHoldsUntilAnInputChanges) {
  LiquidBank bank(params(2, 72, 1.5e6, 40.0), flow(9e4, 1.2e5));
  bank.set_rack(0, 0, 86.4 * kW, 1.2 * kW);
  bank.set_rack(at(600), 0, 0.0 * kW, 0.0 * kW);
  const Temperature hot = bank.chip_bound(at(600));
  EXPECT_EQ(bank.chip_bound(at(1200), hot), hot);  // good enough
  EXPECT_LT(bank.chip_bound(at(1200)), hot);       // everything has cooled down
  bank.set_rack(at(1800), 0, 172.8 * kW, 2.4 * kW);
  EXPECT_GT(bank.chip_bound(at(1800), hot), hot);
}

}  // namespace
}  // namespace aifactory
