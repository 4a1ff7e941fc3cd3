/// A facility water loop with headers: when the racks see what the plant does, and what the pipes hold.
#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <random>

#include "models/cooling/psychrometrics.h"
#include "sim/facility/water_loop.h"

namespace aifactory {
namespace {

Tick at(double seconds) { return to_ticks(seconds * s); }

constexpr double kHeat_w = 1e6, kRange_k = 8.0;
const VolumeFlow kFlow = 1.0 * MW / (kWater.specific_heat * (kRange_k * K)) / kWater.density;  // 30 L/s
const OutdoorAir kMild = OutdoorAir::from_wet_bulb(Temperature::celsius(20.0), Temperature::celsius(15.0));

MerkelTower tower() {
  MerkelTower::Params p;
  p.design_wet_bulb = Temperature::celsius(25.6);
  p.design_inlet = Temperature::celsius(37.5);
  p.design_leaving = Temperature::celsius(29.5);
  p.design_heat = 1.5 * MW;
  return MerkelTower(p);
}
HeatPlant plant(HeatCapacity mixed, double min_flow = 1.0) {
  return HeatPlant({.capacity = mixed,
                    .design_heat = 1.0 * MW,
                    .set_point = Temperature::celsius(30.0),
                    .response = 300.0 * s,
                    .period = 60.0 * s,
                    .control = {},
                    .pumps = {.unit = 1, .params = {.count = 1, .design_running = 1, .design_flow = kFlow, .design_head = Pressure(250e3), .efficiency = 0.75}, .min_flow = min_flow},
                    .coolers = {{.whole = tower(), .cells = {{.unit = 0, .part = 0, .share = 1.0}}, .on_condenser = false, .wet = true, .design_approach = 3.9 * K}}});
}
LiquidBank bank() {
  const LiquidBank::Params p{.racks = 2, .accelerators_per_rack = 72, .chip = 60.0 * J_per_K, .plate = 900.0 * J_per_K, .chip_to_plate = 0.01 * K_per_W,
                             .coolant = 2.5e6 * J_per_K, .start = Temperature::celsius(30.0)};
  return LiquidBank(p, {.exchange = 3e4 * W_per_K, .secondary = 4e4 * W_per_K, .plate_to_coolant = 0.012 * K_per_W});
}
WaterLoop::Params loop(Volume mixed, Duration supply, Duration back) {
  return {.capacity = kWater.heat_capacity(mixed), .start = Temperature::celsius(30.0),
          .pipes = LoopPipes::Params{.supply = kFlow * supply, .back = kFlow * back, .design_flow = kFlow, .start = Temperature::celsius(30.0)}};
}

// The fans stop with 1 MW in the loop.  With water of volume V at the plant and headers of d_s and d_r,
//     V rho cp dT/dt = P_pumps + W (T_back - T),  T_there(t) = T(t - d_s),  T_back(t) = T_there(t - d_r) + Q/W
// by Euler's rule in steps of 0.1 s.  The loop holds T for a period, here of 5 s, and the return for the mean of a period: 0.12 K each.
TEST(LoopWithHeaders, WarmsAsTheEquationWithDelaysSays) {
  constexpr double kMixed_m3 = 10.0, kSupply_s = 400.0, kBack_s = 250.0, kStep_s = 0.1;
  std::vector<LiquidBank> none;
  WaterLoop water(loop(kMixed_m3 * m3, kSupply_s * s, kBack_s * s), plant(kWater.heat_capacity(kMixed_m3 * m3)), std::nullopt, &none);
  water.set_room_heat(0, Power(kHeat_w));
  for (int minute_number = 0; minute_number < 120; ++minute_number) water.control(at(60.0 * minute_number), kMild);
  EXPECT_NEAR(water.supply().in_celsius(), 30.0, 0.011);
  EXPECT_NEAR(water.plant().rejecting().si(), kHeat_w + water.plant().last().loop_pumps.si(), 2e3);
  water.set_powered(at(7200), Drive::fans, false);
  const double pumps_w = water.plant().last().loop_pumps.si(), w = kWater.capacity_rate(kFlow).si(), c = kWater.heat_capacity(kMixed_m3 * m3).si();
  std::deque<double> supply(static_cast<std::size_t>(kSupply_s / kStep_s), 30.0), back(static_cast<std::size_t>(kBack_s / kStep_s), 30.0 + kHeat_w / w);
  double mixed = 30.0;
  constexpr double kPeriod_s = 5.0;
  Tick arrival = kNever;
  for (double after_s = 0.0; after_s <= 3600.0; after_s += kPeriod_s) {
    while (arrival < at(7200.0 + after_s)) arrival = water.arrive(arrival).next_arrival;
    arrival = water.control(at(7200.0 + after_s), kMild).next_arrival;
    ASSERT_NEAR(water.supply().in_celsius(), mixed, 0.15) << after_s;
    ASSERT_NEAR(water.supply_there().in_celsius(), supply.front(), 0.25) << after_s;
    for (int i = 0; i < static_cast<int>(kPeriod_s / kStep_s); ++i) {
      const double there = supply.front(), returns = back.front();
      supply.pop_front();
      back.pop_front();
      supply.push_back(mixed);
      back.push_back(there + kHeat_w / w);
      mixed += kStep_s * (pumps_w + w * (returns - mixed)) / c;
    }
  }
  EXPECT_GT(mixed, 45.0);
}

// A step of the water at the plant reaches the bank after 400 s, at its own instant and not at the next control instant.
TEST(LoopWithHeaders, TellsTheBanksWhenTheStepArrives) {
  std::vector<LiquidBank> banks{bank()};
  banks[0].set_rack(0, 0, 200.0 * kW, 1.4 * kW);
  WaterLoop water(loop(10.0 * m3, 400.0 * s, 0.0 * s), plant(kWater.heat_capacity(10.0 * m3)), std::nullopt, &banks);
  water.set_powered(0, Drive::fans, false);
  water.set_room_heat(0, Power(kHeat_w));
  water.control(0, kMild);
  EXPECT_EQ(water.control(0, kMild).next_arrival, kNever);
  auto out = water.control(at(60), kMild);  // the first minute's heat is in the water at the plant
  const double first_k = (water.supply() - Temperature::celsius(30.0)).si();
  EXPECT_GT(first_k, 0.5);
  EXPECT_NEAR(to_seconds(out.next_arrival), 460.0, 2e-6);
  for (int minute_number = 2; minute_number <= 7; ++minute_number) out = water.control(at(60.0 * minute_number), kMild);
  EXPECT_TRUE(out.moved.empty());
  EXPECT_NEAR(to_seconds(out.next_arrival), 460.0, 2e-6);
  EXPECT_NEAR(water.supply_there().in_celsius(), 30.0, 1e-12);
  out = water.arrive(out.next_arrival);
  EXPECT_EQ(out.moved, std::vector<std::size_t>{0});
  EXPECT_NEAR(water.supply_there().in_celsius(), 30.0 + first_k, 1e-9);
  EXPECT_NEAR(to_seconds(out.next_arrival), 520.0, 4e-6);
}

// All heat is somewhere: in the water, the pipes, the banks, or rejected; through stops of pumps and fans, with flow that follows the heat.
class LoopWithHeadersRandom : public testing::TestWithParam<std::uint64_t> {};
TEST_P(LoopWithHeadersRandom, Closes) {
  std::mt19937_64 random(GetParam());
  const auto u = [&] { return std::uniform_real_distribution<>(0.0, 1.0)(random); };
  std::vector<LiquidBank> banks{bank(), bank(), bank()};
  const double mixed_m3 = 4.0 + 8.0 * u();
  WaterLoop water(loop(mixed_m3 * m3, 900.0 * u() * s, 900.0 * u() * s), plant(kWater.heat_capacity(mixed_m3 * m3), GetParam() % 2 ? 0.4 : 1.0), std::nullopt, &banks);
  double in_j = 0.0, room_w = 0.0, chips_w[3] = {0.0, 0.0, 0.0};
  Tick now = 0, arrival = kNever, next_control = 0;
  for (int step = 0; step < 2000; ++step) {
    const Tick change = now + at(90.0 * u());
    const Tick to = std::min({change, arrival, next_control});
    in_j += (room_w + chips_w[0] + chips_w[1] + chips_w[2]) * to_seconds(to - now);
    now = to;
    if (now == next_control) {
      next_control = now + at(60);
      arrival = water.control(now, kMild).next_arrival;
    } else if (now == arrival) {
      arrival = water.arrive(now).next_arrival;
    } else if (u() < 0.7) {
      const auto b = static_cast<std::size_t>(3.0 * u());
      water.touch(now, b);
      chips_w[b] = u() < 0.3 ? 0.0 : 300e3 * u();
      banks[b].set_rack(now, 0, Power(chips_w[b]), Power(chips_w[b] / 72.0));
    } else if (u() < 0.5) {
      room_w = 300e3 * u();
      water.set_room_heat(now, Power(room_w));
    } else {
      const bool pumps = u() < 0.5, on = u() < 0.6;
      water.set_powered(now, pumps ? Drive::loop_pumps : Drive::fans, on);
      auto out = water.control(now, kMild);
      const double flow = out.plant.flow_share;
      for (std::size_t b = 0; b < banks.size(); ++b) {
        water.touch(now, b);
        banks[b].set_flow(now, {.exchange = flow > 0.0 ? 3e4 * W_per_K : 0.0 * W_per_K, .secondary = 4e4 * W_per_K, .plate_to_coolant = 0.012 * K_per_W});
      }
      arrival = water.control(now, kMild).next_arrival;
    }
  }
  const auto t = water.totals(now);
  double stored_j = t.stored.si() + t.in_pipes.si();
  for (LiquidBank& one : banks) stored_j += one.stored(now).si();
  const double total_j = in_j + t.pump_work.si();
  EXPECT_NEAR((t.plant.rejected.si() + stored_j) / total_j, 1.0, 1e-11);
}
INSTANTIATE_TEST_SUITE_P(, LoopWithHeadersRandom, testing::Range<std::uint64_t>(1, 11));

}  // namespace
}  // namespace aifactory
