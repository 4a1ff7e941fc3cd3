/// Corners of the plant's equipment: low loads, groups with both lost and blocked cells, what groups say of themselves.
#include <gtest/gtest.h>

#include "models/cooling/chiller_group.h"
#include "models/cooling/cooler_group.h"
#include "models/cooling/staging.h"
#include "models/cooling/york_tower.h"

namespace aifactory {
namespace {

MerkelTower::Params tower_params(Power heat) {
  MerkelTower::Params p;
  p.design_wet_bulb = Temperature::celsius(25.6);
  p.design_inlet = Temperature::celsius(35.0);
  p.design_leaving = Temperature::celsius(29.4);
  p.design_heat = heat;
  p.fan_fixed_share = 0.02;
  return p;
}
const OutdoorAir kAir = OutdoorAir::from_wet_bulb(Temperature::celsius(28.0), Temperature::celsius(20.0));
Tick at(double minutes) { return to_ticks(minutes * minute); }

std::vector<CoolerGroup::Cell> cells(int count) {
  return std::vector<CoolerGroup::Cell>(static_cast<std::size_t>(count), {.share = 1.0 / count});
}

// ---- cells

TEST(CoolerGroupEdges, TheWaterOfALostCellGoesToBlockedOnesToo) {
  // Three of four at 0.7 of their air are a tower of 3/4 of the size at 0.7 of its speed.
  const MerkelTower whole(tower_params(10.0 * MW)), smaller(tower_params(7.5 * MW));
  auto some = cells(4);
  for (auto& cell : some) cell.air = 0.7;
  some[3].out = true;
  const Temperature inlet = Temperature::celsius(36.0);
  const auto out = CoolerGroup(whole, some).at_fan_ratio(whole.design_water(), inlet, kAir, 1.0);
  EXPECT_NEAR(out.heat / smaller.at_fan_ratio(whole.design_water(), inlet, kAir, 0.7).heat, 1.0, 1e-9);
}

TEST(CoolerGroupEdges, WithABlockedCellALittleHeatCyclesTheFans) {
  const MerkelTower whole(tower_params(10.0 * MW));
  auto some = cells(4);
  some[0].air = 0.5;
  const CoolerGroup group(whole, some);
  const Temperature inlet = Temperature::celsius(36.0);
  const auto slow = group.at_fan_ratio(whole.design_water(), inlet, kAir, whole.params().min_fan_ratio);
  const auto out = group.holding(whole.design_water(), inlet, slow.heat * 0.25, kAir);
  EXPECT_NEAR(out.heat / slow.heat, 0.25, 1e-12);
  EXPECT_NEAR(out.duty, 0.25, 1e-12);
  EXPECT_NEAR(out.fan_power / slow.fan_power, 0.25, 1e-12);
}

TEST(YorkTowerEdges, AFouledFillIsATowerForLessWater) {
  const YorkTower whole(tower_params(1.0 * MW)), smaller(tower_params(0.8 * MW));
  const Temperature inlet = Temperature::celsius(34.0);
  const auto fouled = whole.with_conductance(0.8).at_fan_ratio(smaller.design_water(), inlet, kAir, 1.0);
  EXPECT_NEAR(fouled.heat / smaller.at_fan_ratio(smaller.design_water(), inlet, kAir, 1.0).heat, 1.0, 1e-9);
}

TEST(YorkTowerEdges, ThinAirNeedsFasterFansOfWhichEachTakesLess) {
  auto thin = tower_params(1.0 * MW), light = thin;
  thin.air_density_ratio = light.air_density_ratio = 0.8;
  light.fan_power_follows_density = true;
  const YorkTower sea(tower_params(1.0 * MW)), high(thin), follows(light);
  const Temperature inlet = Temperature::celsius(35.0);
  const auto a = sea.holding(sea.design_water(), inlet, 0.7 * MW, kAir), b = high.holding(sea.design_water(), inlet, 0.7 * MW, kAir);
  EXPECT_NEAR(b.fan_ratio, a.fan_ratio / 0.8, 1e-6);
  EXPECT_NEAR(follows.holding(sea.design_water(), inlet, 0.7 * MW, kAir).fan_power / b.fan_power, 0.8, 1e-9);
  EXPECT_NEAR(a.drift / (sea.design_water() * sea.params().drift_frac), a.fan_ratio, 1e-12);
}

TEST(YorkTowerEdges, CyclesAsLongAsItsSlowestFanNeeds) {
  const YorkTower tower(tower_params(1.0 * MW));
  const auto cold = OutdoorAir::from_wet_bulb(Temperature::celsius(-2.0), Temperature::celsius(-5.0));
  const Temperature inlet = Temperature::celsius(35.0);
  const auto slow = tower.at_fan_ratio(tower.design_water(), inlet, cold, tower.params().min_fan_ratio);
  const auto out = tower.holding(tower.design_water(), inlet, slow.heat * 0.4, cold);
  EXPECT_NEAR(out.duty, 0.4, 1e-9);
  EXPECT_NEAR(out.fan_power / slow.fan_power, 0.4, 1e-9);
}

TEST(YorkTowerEdges, AFasterFanNeverCoolsLessWhateverTheWeather) {
  // The polynomial's approach falls with the range where there is little air: that is no cooling for nothing.
  const YorkTower tower(tower_params(1.0 * MW));
  for (double wet_bulb_c = -20.0; wet_bulb_c <= 26.0; wet_bulb_c += 2.0) {
    const auto air = OutdoorAir::from_wet_bulb(Temperature::celsius(wet_bulb_c + 3.0), Temperature::celsius(wet_bulb_c));
    double last_w = 0.0;
    for (double ratio = 0.2; ratio < 1.01; ratio += 0.1) {
      const double heat_w = tower.at_fan_ratio(tower.design_water(), Temperature::celsius(35.0), air, ratio).heat.si();
      EXPECT_GT(heat_w, last_w) << wet_bulb_c << " " << ratio;
      last_w = heat_w;
    }
  }
}

// ---- chillers

ChillerEir::Params flat() {  // 1 MW at COP 5 at every temperature
  ChillerEir::Params p;
  p.design_capacity = 1.0 * MW;
  p.cop = 5.0;
  p.design_evaporator_leaving = Temperature::celsius(6.67), p.design_condenser_entering = Temperature::celsius(29.44);
  p.min_evaporator_leaving = Temperature::celsius(4.0), p.max_evaporator_leaving = Temperature::celsius(20.0);
  p.min_condenser_entering = Temperature::celsius(12.0), p.max_condenser_entering = Temperature::celsius(40.0);
  p.min_part_load = p.min_unloading = 0.1, p.max_part_load = 1.04;
  p.f1_a1 = p.f2_a1 = 1.0, p.f1_a2 = p.f1_a3 = p.f1_a4 = p.f1_a5 = p.f1_a6 = 0.0;
  p.f2_a2 = p.f2_a3 = p.f2_a4 = p.f2_a5 = p.f2_a6 = 0.0;
  p.f3_c1 = p.f3_c3 = 0.0, p.f3_c2 = 1.0;
  p.motor_heat_frac = 0.9;
  return p;
}

TEST(ChillerGroupEdges, CountsWhatItsMachinesCanDoAboveTheirDesign) {
  const ChillerGroup group{ChillerEir(flat())};
  const Temperature evaporator = Temperature::celsius(8.0), condenser = Temperature::celsius(25.0);
  EXPECT_NEAR(group.capacity(evaporator, condenser).in(MW), 1.04, 1e-12);
  const auto out = group.evaluate(3.0, 9.0 * MW, evaporator, condenser, ThermalConductance(1e6));
  EXPECT_NEAR(out.capacity.in(MW), 3.12, 1e-12);
  EXPECT_NEAR(out.heat.in(MW), 3.12, 1e-12);
  EXPECT_NEAR(group.rated_power().in(kW), 200.0, 1e-9);
  EXPECT_EQ(group.motor_heat_frac(), 0.9);
  // 3.12 MW at COP 5, of which 0.9 reaches the condenser.
  EXPECT_NEAR(out.rejected.in(MW), 3.12 + 0.9 * 3.12 / 5.0, 1e-9);
}

TEST(ChillerGroupEdges, ByCarnotInAirCondensesAboveTheAir) {
  // Anchor: COP 6.84 at leaving 6.67/31.67 with approaches of 2 K; at (25, 35) it is 15.103.  Air of 30 that leaves at 35.
  CarnotChiller::Params p;
  p.design_capacity = 1.0 * MW, p.cop = 6.84;
  p.rated_evaporator_leaving = Temperature::celsius(6.67), p.rated_condenser_leaving = Temperature::celsius(31.67);
  const ChillerGroup group(CarnotChiller(p), 5.0 * K);
  const auto out = group.evaluate(2.0, 1.5 * MW, Temperature::celsius(25.0), Temperature::celsius(30.0), ThermalConductance(kInf));
  EXPECT_NEAR(out.heat / out.power, 15.103, 5e-4);
  EXPECT_NEAR(out.part_load, 0.75, 1e-12);
  EXPECT_NEAR(group.rated_power().in(kW), 1000.0 / 6.84, 1e-9);
}

// ---- the sequence; delays: up 5 min, down 10, run 20, off 5, start 3

TEST(StagingEdges, ALoadAtTheSwitchingPointIsNotAboveIt) {
  // 2.7 / 0.9 is three and a last bit.
  const Staging staging(Staging::Params{});
  Staging::State state;
  state.machines.resize(5);
  staging.advance(state, 0, 2.7, true);
  EXPECT_EQ(state.running(), 3);
}

TEST(StagingEdges, TheOneThatHasRunLongestStopsFirst) {
  const Staging staging(Staging::Params{});
  Staging::State state;
  state.machines.resize(2);
  staging.advance(state, 0, 0.8, true);
  for (int t = 30; t <= 38; ++t) staging.advance(state, at(t), 0.95, true);
  EXPECT_EQ(state.running(), 2);
  for (int t = 70; t <= 80; ++t) staging.advance(state, at(t), 0.5, true);
  EXPECT_EQ(state.machines[0].mode, Staging::Mode::off);
  EXPECT_EQ(state.machines[1].mode, Staging::Mode::running);
}

TEST(StagingEdges, AStartEndsWhenItIsOverAndNotWhenSomebodyLooks) {
  const Staging staging(Staging::Params{});
  Staging::State state;
  state.machines.resize(2);
  staging.advance(state, 0, 0.8, true);
  for (int t = 30; t <= 35; ++t) staging.advance(state, at(t), 0.95, true);
  staging.advance(state, at(44), 0.95, true);
  EXPECT_EQ(state.machines[1].mode, Staging::Mode::running);
  EXPECT_EQ(state.machines[1].since, at(38));
}

TEST(StagingEdges, WithoutLoadTheLastOneStops) {
  const Staging staging(Staging::Params{});
  Staging::State state;
  state.machines.resize(2);
  staging.advance(state, 0, 0.5, true);
  for (int t = 30; t < 40; ++t) staging.advance(state, at(t), 0.04, true);
  EXPECT_EQ(state.running(), 1);
  staging.advance(state, at(40), 0.04, true);
  EXPECT_EQ(state.running(), 0);
}

}  // namespace
}  // namespace aifactory
