/// A bank that takes over racks from others.
#include <gtest/gtest.h>

#include <vector>

#include "sim/facility/liquid_bank.h"

namespace aifactory {
namespace {

LiquidBank::Params params(std::int64_t racks) {
  return {.racks = racks, .accelerators_per_rack = 72, .chip = 60.0 * J_per_K, .plate = 900.0 * J_per_K, .chip_to_plate = 0.013 * K_per_W,
          .coolant = 2e6 * J_per_K, .start = Temperature::celsius(30.0)};
}
LiquidBank::Flow flow() { return {.exchange = 2e4 * W_per_K, .secondary = 4e4 * W_per_K, .plate_to_coolant = 0.012 * K_per_W}; }
Tick at(double seconds) { return to_ticks(seconds * s); }

/// Four racks, each with a power of its own, for 40 s: nothing is at rest.
LiquidBank heated() {
  LiquidBank bank(params(4), flow());
  for (std::int64_t rack = 0; rack < 4; ++rack) {
    const Power one = (200.0 + 300.0 * static_cast<double>(rack)) * W;
    bank.set_rack(at(2.0 * static_cast<double>(rack)), rack, one * 72.0, one);
  }
  bank.advance(at(40.0));
  return bank;
}
std::vector<LiquidBank::Moved> racks_of(const LiquidBank& bank, const std::vector<std::int64_t>& racks) {
  std::vector<LiquidBank::Moved> out;
  for (const std::int64_t rack : racks) out.push_back({.from = &bank, .rack = rack});
  return out;
}

// The same racks on the same coolant, in another order: every temperature goes on as it would have.
TEST(BankExchange, TheSameRacksGoOnAsTheyWere) {
  LiquidBank bank = heated();
  LiquidBank next(at(40.0), params(4), flow(), &bank, Temperature::celsius(30.0), racks_of(bank, {2, 0, 3, 1}));
  const std::vector<std::int64_t> was{2, 0, 3, 1};
  for (const double t : {40.0, 41.0, 60.0, 300.0}) {
    for (std::int64_t rack = 0; rack < 4; ++rack) {
      EXPECT_NEAR(next.chip(at(t), rack).in_celsius(), bank.chip(at(t), was[static_cast<std::size_t>(rack)]).in_celsius(), 1e-9) << t << " " << rack;
    }
    EXPECT_NEAR(next.supply(at(t)).in_celsius(), bank.supply(at(t)).in_celsius(), 1e-9);
    EXPECT_NEAR(next.rejecting(at(t)).si(), bank.rejecting(at(t)).si(), 1e-6);
  }
  EXPECT_EQ(next.heat_flow_in(), bank.heat_flow_in());
}

// Two banks of two racks, and a third rack that comes in: chips stay as warm, the rack that is new is as warm as its coolant, and what goes
// in from then on is stored or rejected.
TEST(BankExchange, RacksKeepTheirTemperaturesAndHeatIsConserved) {
  LiquidBank bank = heated();
  const double before_k[4] = {bank.chip(at(40.0), 0).in_kelvin(), bank.chip(at(40.0), 1).in_kelvin(), bank.chip(at(40.0), 2).in_kelvin(), bank.chip(at(40.0), 3).in_kelvin()};
  LiquidBank first(at(40.0), params(2), flow(), &bank, Temperature::celsius(30.0), racks_of(bank, {0, 3}));
  std::vector<LiquidBank::Moved> others = racks_of(bank, {1, 2});
  others.push_back({});
  LiquidBank second(at(40.0), params(3), flow(), nullptr, Temperature::celsius(28.0), others);
  EXPECT_NEAR(first.chip(at(40.0), 0).in_kelvin(), before_k[0], 1e-9);
  EXPECT_NEAR(first.chip(at(40.0), 1).in_kelvin(), before_k[3], 1e-9);
  EXPECT_NEAR(second.chip(at(40.0), 0).in_kelvin(), before_k[1], 1e-9);
  EXPECT_NEAR(second.chip(at(40.0), 1).in_kelvin(), before_k[2], 1e-9);
  EXPECT_NEAR(second.chip(at(40.0), 2).in_celsius(), 28.0, 1e-9);
  EXPECT_EQ(first.stored(at(40.0)).si(), 0.0);
  for (LiquidBank* one : {&first, &second}) {
    const double in_j = (one->heat_flow_in() * (500.0 * s)).si();
    const double out_j = one->take_rejected(at(540.0)).si();
    EXPECT_NEAR(in_j, out_j + one->stored(at(540.0)).si(), 1e-9 * in_j);
  }
  // A rack alone with a like one is, after a while, at the closed form above its coolant: 500 W over 0.025 K/W.
  EXPECT_NEAR((second.chip(at(4000.0), 0) - second.supply(at(4000.0))).si(), 500.0 * 0.025, 1e-6);
  // And no chip passes the bound that was told.
  EXPECT_GE(second.chip_bound(at(540.0)), second.chip(at(700.0), 1));
}

TEST(BankExchange, APlaceWithoutRacksIsAtRest) {
  LiquidBank bank(params(0), {.exchange = 0.0 * W_per_K, .secondary = 0.0 * W_per_K, .plate_to_coolant = ThermalResistance(kInf)});
  EXPECT_EQ(bank.take_rejected(at(1e6)).si(), 0.0);
  EXPECT_EQ(bank.stored(at(1e6)).si(), 0.0);
  EXPECT_EQ(bank.rejecting(at(1e6)).si(), 0.0);
}

}  // namespace
}  // namespace aifactory
