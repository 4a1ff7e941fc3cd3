/// The valve that holds a bank's supply: against an integration of the equations in small steps, and its books.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "models/power/network.h"
#include "sim/facility/liquid_bank.h"

namespace aifactory {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kN = 576, kC1 = 60, kC2 = 900, kR1 = 0.013, kCs = 1.5e7;

LiquidBank::Params params() {
  return {.racks = 8, .accelerators_per_rack = 72, .chip = kC1 * J_per_K, .plate = kC2 * J_per_K, .chip_to_plate = kR1 * K_per_W,
          .coolant = kCs * J_per_K, .start = Temperature::celsius(30.0)};
}
LiquidBank::Flow flow(double exchange, double secondary, double plate) {
  return {.exchange = exchange * W_per_K, .secondary = secondary * W_per_K, .plate_to_coolant = plate * K_per_W};
}
Tick at(double seconds) { return to_ticks(seconds * s); }

/// The equations as liquid_bank.h states them, in steps of 1 ms by the classical Runge-Kutta rule.  At its set point the
/// valve passes what keeps it there at the end of the step, within what it can.
struct Reference {
  double chip = 30, plate = 30, supply = 30, facility = 30;  // degC
  double power_w = 0, other_w = 0, g = 0, w = 0, r2 = 0, set = kInfinite;
  bool controlled = false;
  double rejected_j = 0;

  double heat(double m2, double ts) const { return w > 0.0 ? kN * (m2 - ts) / r2 + other_w : other_w; }
  double leaves(double m2, double ts, double step) const {
    if (!(w > 0.0)) return 0.0;
    const double q = heat(m2, ts), most = g * (ts + q / w - facility);
    if (!controlled) return most;
    return std::clamp(q + kCs * (ts - set) / step, 0.0, std::max(0.0, most));
  }
  void advance(double seconds) {
    constexpr double h = 1e-3;
    using State = std::array<double, 4>;
    const auto slope = [&](const State& y) -> State {
      const double between = kN * (y[0] - y[1]) / kR1, out = w > 0.0 ? kN * (y[1] - y[2]) / r2 : 0.0, x = leaves(y[1], y[2], h);
      return {(power_w - between) / (kN * kC1), (between - out) / (kN * kC2), (heat(y[1], y[2]) - x) / kCs, x};
    };
    const auto plus = [](State y, const State& k, double f) {
      for (std::size_t i = 0; i < y.size(); ++i) y[i] += f * k[i];
      return y;
    };
    State y{chip, plate, supply, 0.0};
    for (auto n = std::llround(seconds / h); n > 0; --n) {
      const State a = slope(y), b = slope(plus(y, a, h / 2)), c = slope(plus(y, b, h / 2)), d = slope(plus(y, c, h));
      for (std::size_t i = 0; i < y.size(); ++i) y[i] += h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
    }
    chip = y[0], plate = y[1], supply = y[2], rejected_j += y[3];
  }
};

TEST(SupplyValve, AHallWithItsLoopsFollowsAStepwiseIntegration) {
  // Racks, CDU and a facility loop of 1e8 J/K that a plant cools by 0.6 MW, held for 60 s each: load steps, a warm
  // hour, a pump stop, a set point that moves.  Every regime is passed through.
  LiquidBank bank(params(), flow(9e4, 1.3e5, 0.012));
  Reference ref;
  ref.g = 9e4, ref.w = 1.3e5, ref.r2 = 0.012;
  double loop_c = 30.0;
  int seen[3] = {0, 0, 0};
  Tick now = 0;
  const auto load = [&](double chip_w) {
    const Power one = on_load_grid(chip_w * W);
    for (int r = 0; r < 8; ++r) bank.set_rack(now, r, one * 72.0, one);
    ref.power_w = one.si() * kN;
  };
  for (int minute = 0; minute < 40; ++minute) {
    if (minute == 0) {
      bank.set_other_heat(now, 100.0 * kW);
      bank.set_supply_set_point(now, Temperature::celsius(40.0));
      ref.other_w = 1e5, ref.set = 40.0, ref.controlled = true;
      load(900.0);
    }
    if (minute == 8) load(1200.0);
    if (minute == 14) load(200.0);
    if (minute == 20) load(1000.0);
    if (minute == 22) {
      bank.set_supply_set_point(now, Temperature::celsius(44.0));
      ref.set = 44.0;
    }
    if (minute == 30 || minute == 31) {
      const bool stops = minute == 30;
      bank.set_flow(now, stops ? flow(0.0, 0.0, kInfinite) : flow(9e4, 1.3e5, 0.012));
      ref.w = stops ? 0.0 : 1.3e5;
      load(stops ? 300.0 : 1000.0);
    }
    for (int second = 0; second < 60; second += 5) {
      now += at(5);
      ref.advance(5.0);
      ++seen[static_cast<int>(bank.valve(now))];
      ASSERT_NEAR(bank.supply(now).in_celsius(), ref.supply, 2e-4) << minute << " min " << second << " s";
      ASSERT_NEAR(bank.chip(now, 3).in_celsius(), ref.chip, 2e-4) << minute << " min " << second << " s";
    }
    const double given = bank.take_rejected(now).si();
    ASSERT_NEAR(given, ref.rejected_j, 5e-5 * 4e7) << minute << " min";
    ref.rejected_j = 0.0;
    loop_c += (given - 6e5 * 60.0) / 1e8;
    ref.facility = loop_c;
    bank.set_facility_supply(now, Temperature::celsius(loop_c));
  }
  EXPECT_GT(seen[0], 10);  // open, holding, shut
  EXPECT_GT(seen[1], 50);
  EXPECT_GT(seen[2], 20);
}

TEST(SupplyValve, HoldsWhatItCanAndFloatsAboveWhenItCannot) {
  // At g = 9e4, W = 1.3e5 and T_f = 30 the valve takes up to g (T_set - T_f)/(1 - g/W) = 2.925 MW at 40 degC.
  for (const double heat_w : {1e5, 2.9e6, 3.0e6}) {
    LiquidBank bank(params(), flow(9e4, 1.3e5, 0.012));
    bank.set_supply_set_point(0, Temperature::celsius(40.0));
    bank.set_other_heat(0, heat_w * W);
    const Tick late = at(1e6);
    const double open_c = 30.0 + heat_w * (1.0 / 9e4 - 1.0 / 1.3e5);
    EXPECT_NEAR(bank.supply(late).in_celsius(), std::max(40.0, open_c), 1e-4) << heat_w;
    EXPECT_NEAR(bank.rejecting(late).si(), heat_w, 1e-6 * heat_w);
    EXPECT_EQ(bank.valve(late), heat_w < 2.925e6 ? LiquidBank::Valve::holding : LiquidBank::Valve::open);
    EXPECT_NEAR(bank.exchanging(late).si(), heat_w < 2.925e6 ? heat_w / (10.0 + heat_w / 1.3e5) : 9e4, 1.0) << heat_w;
  }
}

TEST(SupplyValve, OpensAtTheComputedInstant) {
  // From rest at 40 degC and 2.8 MW beside the chips, 0.2 MW more come from them.  The valve is full when the plates give
  // 2.925 - 2.8 = 0.125 MW: M2 = 40 + 125000 x 0.012/576 K, a crossing of the two-node chain above a held coolant.
  LiquidBank bank(params(), flow(9e4, 1.3e5, 0.012));
  bank.set_supply_set_point(0, Temperature::celsius(40.0));
  bank.set_other_heat(0, 2.8 * MW);
  const Tick start = at(1e5);
  const Power one = on_load_grid(200.0 / kN * kW);
  for (int r = 0; r < 8; ++r) bank.set_rack(start, r, one * 72.0, one);
  const ThermalNetwork chain({.capacities = {kC1 * J_per_K, kC2 * J_per_K}, .links = {{0, 1, 1.0 / kR1 * W_per_K}}, .boundary_links = {{1, 0, 1.0 / 0.012 * W_per_K}}});
  ThermalNetwork::State state;
  state.node.fill(bank.supply(start));
  ThermalNetwork::Inputs inputs;
  inputs.power[0] = one, inputs.power[1] = 0.0 * W, inputs.boundary[0] = bank.supply(start);
  const double most = 9e4 * (bank.supply(start).in_celsius() - 30.0) / (1.0 - 9.0 / 13.0);
  const auto hand = chain.next_crossing(state, inputs, 1, bank.supply(start) + TemperatureDelta((most - 2.8e6) * 0.012 / kN), Crossing::rising, 1.0 * h);
  ASSERT_TRUE(hand.has_value());
  EXPECT_NEAR(to_seconds(bank.next_change(start) - start), hand->si(), 2e-6);
  EXPECT_EQ(bank.valve(bank.next_change(start) - 1), LiquidBank::Valve::holding);
  EXPECT_EQ(bank.valve(bank.next_change(start)), LiquidBank::Valve::open);
}

class RandomInputs : public testing::TestWithParam<std::uint64_t> {};
TEST_P(RandomInputs, BooksCloseBoundsHoldAndLookingChangesNothing) {
  std::mt19937_64 random(GetParam());
  const auto u = [&] { return std::uniform_real_distribution<>(0.0, 1.0)(random); };
  LiquidBank bank(params(), flow(9e4, 1.3e5, 0.012)), unseen = bank;
  const auto both = [&](auto&& act) { act(bank), act(unseen); };
  Tick now = 0;
  double out_j = 0, bound_c = kInfinite;
  for (int step = 0; step < 300; ++step) {
    const int pick = static_cast<int>(u() * 12.0);
    const double a = u(), b = u();
    if (pick < 5) {
      const Power one = on_load_grid(a < 0.2 ? 0.0 * W : a * 1200.0 * W);
      const auto r = static_cast<std::int64_t>(b * 8.0);
      both([&](LiquidBank& x) { x.set_rack(now, r, one * 72.0, one); });
    } else if (pick < 7) {
      both([&](LiquidBank& x) { x.set_other_heat(now, on_load_grid(a * 2.0 * MW)); });
    } else if (pick == 7) {
      both([&](LiquidBank& x) { x.set_facility_supply(now, Temperature::celsius(25.0 + 20.0 * a)); });
    } else if (pick == 8) {
      both([&](LiquidBank& x) { x.set_supply_set_point(now, b < 0.2 ? std::nullopt : std::optional(Temperature::celsius(35.0 + 10.0 * a))); });
    } else if (pick == 9) {
      both([&](LiquidBank& x) { x.set_coolant(now, kCs * (0.5 + a) * J_per_K); });
    } else {
      const auto f = a < 0.15 ? flow(0, 0, kInfinite) : flow(b < 0.2 ? 0.0 : 9e4 * b, 1.3e5, 0.012 / a);
      both([&](LiquidBank& x) { x.set_flow(now, f); });
    }
    bound_c = bank.chip_bound(now).in_celsius();
    const Tick end = now + at(std::exponential_distribution<>(1.0 / (step % 3 == 0 ? 600.0 : 20.0))(random));
    for (int look = 0; look < 5; ++look) {
      now += (end - now) / 3;
      for (int r = 0; r < 8; ++r) ASSERT_LE(bank.chip(now, r).in_celsius(), bound_c + 1e-6) << "step " << step;
      if (look == 2) {
        const double a_j = bank.take_rejected(now).si();
        out_j += a_j;
        ASSERT_EQ(unseen.take_rejected(now).si(), a_j) << "step " << step;
      }
      const double in = bank.heat_in(now).si();
      const LiquidBank copy = bank;
      ASSERT_NEAR(out_j + LiquidBank(copy).take_rejected(now).si() + bank.stored(now).si() + bank.lost().si(), in, 1e-10 * std::max(1e9, in)) << "step " << step;
    }
    now = end;
    ASSERT_EQ(bank.supply(now).in_kelvin(), unseen.supply(now).in_kelvin()) << "step " << step;
  }
}
INSTANTIATE_TEST_SUITE_P(, RandomInputs, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace aifactory
