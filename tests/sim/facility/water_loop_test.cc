#include "sim/facility/water_loop.h"

#include <gtest/gtest.h>

#include <random>

#include "models/cooling/psychrometrics.h"
#include "models/power/network.h"

namespace aifactory {
namespace {

Tick at(double seconds) {
  return to_ticks(seconds * s);
}

/// 1 MW loop: 20 L/kW of water, range 8 K.
WaterLoop::Params loop() {
  return {.capacity = kWater.heat_capacity(20.0 * m3), .start = Temperature::celsius(30.0)};
}
MerkelTower tower(Power heat) {
  MerkelTower::Params p;
  p.design_wet_bulb = Temperature::celsius(25.6);
  p.design_inlet = Temperature::celsius(37.5);
  p.design_leaving = Temperature::celsius(29.5);
  p.design_heat = heat;
  return MerkelTower(p);
}
/// One tower on the loop, pumps of this power at any head that gives it.
HeatPlant plant(Power heat, double pump_w = 0.0) {
  const VolumeFlow flow = 1.0 * MW / (kWater.specific_heat * (8.0 * K)) / kWater.density;
  return HeatPlant({.capacity = loop().capacity,
                    .design_heat = 1.0 * MW,
                    .set_point = Temperature::celsius(30.0),
                    .response = 300.0 * s,
                    .period = 60.0 * s,
                    .control = {},
                    .pumps = {.unit = 1,
                              .params = {.count = 1, .design_running = 1, .design_flow = flow,
                                         .design_head = Pressure(std::max(pump_w, 1e-9) * 0.75 / flow.si()), .efficiency = 0.75}},
                    .coolers = {{.whole = tower(heat), .cells = {{.unit = 0, .part = 0, .share = 1.0}}, .on_condenser = false, .wet = true,
                                 .design_approach = 3.9 * K}}});
}
Crah crah() {
  Crah::Params p;
  p.design_heat = 212.0 * kW;
  p.design_water_supply = Temperature::celsius(30.0);
  p.design_water_return = Temperature::celsius(38.0);
  p.design_supply_air = Temperature::celsius(35.0);
  p.design_return_air = Temperature::celsius(47.0);
  p.design_fan_power = 12.0 * kW;
  return Crah(p);
}
const OutdoorAir kMild = OutdoorAir::from_wet_bulb(Temperature::celsius(20.0), Temperature::celsius(15.0));
const OutdoorAir kHot = OutdoorAir::from_wet_bulb(Temperature::celsius(45.0), Temperature::celsius(34.0));

std::vector<LiquidBank> banks(int count) {
  const LiquidBank::Params p{.racks = 2,
                             .accelerators_per_rack = 72,
                             .chip = 60.0 * J_per_K,
                             .plate = 900.0 * J_per_K,
                             .chip_to_plate = 0.01 * K_per_W,
                             .coolant = 2.5e6 * J_per_K,
                             .start = Temperature::celsius(30.0)};
  const LiquidBank::Flow flow{
      .exchange = 3e4 * W_per_K, .secondary = 4e4 * W_per_K, .plate_to_coolant = 0.012 * K_per_W};
  return std::vector<LiquidBank>(static_cast<std::size_t>(count), LiquidBank(p, flow));
}

// 1 MW into 20 L/kW of water that nothing cools: 60 P / (rho cp V).  With 994 kg/m3 and 4180 J/kg K that is 0.7220
// K/min; with our water of 995.586 kg/m3 and 4184 J/kg K it is 1e6 * 60 / (995.586 * 4184 * 20) = 0.72020 K/min.
TEST(WaterLoop, WithoutRejectionTheSupplyRisesAtTheKnownRate) {
  std::vector<LiquidBank> none;
  WaterLoop water(loop(), plant(1.0 * MW), std::nullopt, &none);
  for (const Drive drive : {Drive::loop_pumps, Drive::fans, Drive::air_fans}) water.set_powered(0, drive, false);
  water.set_room_heat(0, 1.0 * MW);
  water.control(0, kMild);
  water.control(at(60), kMild);
  EXPECT_NEAR(water.supply().in_celsius() - 30.0, 0.72020, 5e-6);
  const double ratio = kWater.density.si() * kWater.specific_heat.si() / (994.0 * 4180.0);
  EXPECT_NEAR((water.supply().in_celsius() - 30.0) * ratio, 0.7220, 5e-5);
}

TEST(WaterLoop, HoldsItsSetPointWhileTheTowerCan) {
  std::vector<LiquidBank> none;
  WaterLoop water(loop(), plant(1.0 * MW, 5000.0), std::nullopt, &none);
  water.set_room_heat(0, 0.7 * MW);
  WaterLoop::Control out;
  for (int minute_number = 0; minute_number <= 120; ++minute_number)
    out = water.control(at(60.0 * minute_number), kMild);
  EXPECT_NEAR(water.supply().in_celsius(), 30.0, 1e-6);
  EXPECT_NEAR(water.plant().rejecting().si(), 705e3, 1.0);
  EXPECT_FALSE(out.plant.at_limit);
  EXPECT_NEAR(water.return_temperature().in_celsius(), 30.0 + 8.0 * 0.705, 1e-6);
}

TEST(WaterLoop, AnErrorDecaysByOneFifthEachMinute) {
  // Zero-order hold of a minute, response 300 s: the error falls by 1 - 60/300 each period.  The heat of one cold
  // minute (1 MW x 60 s / C = 0.7202 K) is the error.
  std::vector<LiquidBank> none;
  WaterLoop water(loop(), plant(1.0 * MW), std::nullopt, &none);
  water.set_room_heat(0, 0.3 * MW);
  water.control(0, kMild);
  water.set_room_heat(0, 0.5 * MW);  // 0.2 MW more than was asked for
  water.control(at(60), kMild);
  const double error_k = water.supply().in_celsius() - 30.0;
  EXPECT_NEAR(error_k, 0.2 * 0.72020, 1e-5);
  water.control(at(120), kMild);
  EXPECT_NEAR(water.supply().in_celsius() - 30.0, 0.8 * error_k, 1e-9);
  water.control(at(180), kMild);
  EXPECT_NEAR(water.supply().in_celsius() - 30.0, 0.64 * error_k, 1e-9);
}

TEST(WaterLoop, AtItsLimitTheTowerSaysSoAndTheSupplyRises) {
  std::vector<LiquidBank> none;
  WaterLoop water(loop(), plant(1.0 * MW), std::nullopt, &none);
  water.set_room_heat(0, 1.0 * MW);
  EXPECT_TRUE(water.control(0, kHot).plant.at_limit);
  const double rejected_w = water.plant().rejecting().si();
  EXPECT_LT(rejected_w, 1e6);
  water.control(at(60), kHot);
  EXPECT_NEAR(water.supply().in_celsius() - 30.0, 0.72020 * (1.0 - rejected_w / 1e6), 1e-5);
}

class WaterLoopSeeded : public testing::TestWithParam<std::uint64_t> {};
TEST_P(WaterLoopSeeded, ClosesThroughRestTouchAndPowerLoss) {
  std::mt19937_64 random(GetParam());
  const auto uniform = [&](double low, double high) { return std::uniform_real_distribution<>(low, high)(random); };
  auto units = banks(4);
  WaterLoop water(loop(), plant(1.2 * MW, 5000.0), SharedAir({.crah = crah(), .content = HeatCapacity(1e6)}), &units);
  double in_j = 0.0, room_w = 0.0, pump_w = 5000.0, crah_w = 0.0;  // pumps from the first control on, at 0
  Tick now = 0, next_control = 0;
  bool powered = true;
  const auto pass = [&](Tick to) {
    in_j += (room_w + pump_w + crah_w) * to_seconds(to - now);
    now = to;
  };
  for (int step = 0; step < 600; ++step) {
    // Long stretches without a change, so that banks come to rest.
    const Tick change = now + at(std::exponential_distribution<>(1.0 / (step % 50 < 30 ? 20.0 : 20000.0))(random));
    while (next_control <= change) {
      pass(next_control);
      crah_w = water.control(now, step % 50 < 30 && uniform(0, 1) < 0.5 ? kHot : kMild).crah_fan_power.si();
      next_control += at(60);
    }
    pass(change);
    const auto bank = std::uniform_int_distribution<std::size_t>(0, 3)(random);
    const double pick = uniform(0, 1);
    if (pick < 0.6) {
      water.touch(now, bank);
      const Power one = on_load_grid(uniform(0.0, 1.2) * kW);
      units[bank].set_rack(now, pick < 0.3 ? 0 : 1, one * 72.0, one);
    } else if (pick < 0.7) {
      water.touch(now, bank);
      units[bank].set_other_heat(now, uniform(0.0, 30.0) * kW);
    } else if (pick < 0.8) {
      water.touch(now, bank);
      const double u = uniform(0.0, 1.0);
      units[bank].set_flow(now, u < 0.3 ? LiquidBank::Flow{.exchange = 0.0 * W_per_K,
                                                           .secondary = 0.0 * W_per_K,
                                                           .plate_to_coolant = ThermalResistance(1.0 / 0.0)}
                                        : LiquidBank::Flow{.exchange = 3e4 * u * W_per_K,
                                                           .secondary = 4e4 * u * W_per_K,
                                                           .plate_to_coolant = 0.012 / u * K_per_W});
    } else if (pick < 0.9) {
      room_w = uniform(0.0, 200e3);
      water.set_room_heat(now, Power(room_w));
    } else {
      powered = !powered;
      for (const Drive drive : {Drive::loop_pumps, Drive::fans, Drive::air_fans}) water.set_powered(now, drive, powered);
      const auto out = water.control(now, kMild);
      pump_w = out.plant.loop_pumps.si();
      crah_w = out.crah_fan_power.si();
      EXPECT_EQ(pump_w, powered ? 5000.0 : 0.0);
    }
  }
  const auto t = water.totals(now);
  double bank_in_j = 0.0, bank_stored_j = 0.0;
  for (const LiquidBank& bank : units) {
    bank_in_j += bank.heat_in(now).si();
    bank_stored_j += bank.stored(now).si();
  }
  const double total_in_j = in_j + bank_in_j;
  EXPECT_NEAR((bank_in_j - t.bank_heat.si() - bank_stored_j) / bank_in_j, 0.0, 1e-12) << "seed " << GetParam();
  EXPECT_NEAR((total_in_j - t.plant.rejected.si() - t.stored.si() - t.in_air.si() - bank_stored_j) / total_in_j, 0.0, 1e-12)
      << "seed " << GetParam();
  EXPECT_NEAR((t.plant.make_up - t.plant.evaporation - t.plant.drift - t.plant.blowdown).si() / t.plant.make_up.si(), 0.0, 1e-12);
  EXPECT_GT(t.plant.rejected.si(), 0.0);
}
INSTANTIATE_TEST_SUITE_P(, WaterLoopSeeded, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace aifactory
