/// Equipment of a plant in numbers larger than one: cells, chillers, their sequence, the tank, the PI controller.
#include <gtest/gtest.h>

#include <random>

#include "models/cooling/chiller_group.h"
#include "models/cooling/cooler_group.h"
#include "models/cooling/staging.h"
#include "models/cooling/storage_tank.h"
#include "models/cooling/supply_control.h"
#include "models/cooling/york_calc.h"
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
DryCooler::Params dry_params() {
  DryCooler::Params p;
  p.design_heat = 2931.0 * kW;
  p.design_air = Temperature::celsius(35.0);
  p.design_inlet = Temperature::celsius(46.11);
  p.design_leaving = Temperature::celsius(40.55);
  p.design_fan_power = 117.68 * kW;
  return p;
}
const OutdoorAir kAir = OutdoorAir::from_wet_bulb(Temperature::celsius(28.0), Temperature::celsius(20.0));
Tick at(double minutes) { return to_ticks(minutes * minute); }

std::vector<CoolerGroup::Cell> cells(int count) {
  return std::vector<CoolerGroup::Cell>(static_cast<std::size_t>(count), {.share = 1.0 / count});
}

// ---- cells in parallel

TEST(CoolerGroup, WithAllCellsWorkingIsTheWholeTower) {
  const MerkelTower whole(tower_params(10.0 * MW));
  const CoolerGroup group(whole, cells(7));
  const Temperature inlet = Temperature::celsius(34.0);
  const auto a = group.holding(whole.design_water(), inlet, 6.0 * MW, kAir), b = whole.holding(whole.design_water(), inlet, 6.0 * MW, kAir);
  EXPECT_EQ(a.fan_power.si(), b.fan_power.si());
  EXPECT_EQ(a.evaporation.si(), b.evaporation.si());
  EXPECT_EQ(a.leaving_water.in_celsius(), b.leaving_water.in_celsius());
}

TEST(CoolerGroup, ACellThatIsOutLeavesItsWaterToTheOthers) {
  // Three cells of four are a tower of 3/4 of the size with all the water.
  const MerkelTower whole(tower_params(10.0 * MW)), smaller(tower_params(7.5 * MW));
  auto some = cells(4);
  some[2].out = true;
  const CoolerGroup group(whole, some);
  const Temperature inlet = Temperature::celsius(36.0);
  const auto a = group.holding(whole.design_water(), inlet, 6.0 * MW, kAir), b = smaller.holding(whole.design_water(), inlet, 6.0 * MW, kAir);
  EXPECT_NEAR(a.heat.si(), 6e6, 1.0);
  EXPECT_NEAR(a.fan_power / b.fan_power, 1.0, 1e-9);
  EXPECT_NEAR(a.evaporation / b.evaporation, 1.0, 1e-9);
  EXPECT_NEAR(a.fan_ratio, b.fan_ratio, 1e-9);
  EXPECT_GT(a.fan_power, CoolerGroup(whole, cells(4)).holding(whole.design_water(), inlet, 6.0 * MW, kAir).fan_power);
}

TEST(CoolerGroup, ABlockedCellMakesTheOthersWorkHarder) {
  const MerkelTower whole(tower_params(10.0 * MW));
  const Temperature inlet = Temperature::celsius(35.0);
  double before_w = 0.0;
  for (const double air : {1.0, 0.7, 0.4}) {
    auto some = cells(4);
    some[0].air = air;
    const auto out = CoolerGroup(whole, some).holding(whole.design_water(), inlet, 7.0 * MW, kAir);
    EXPECT_TRUE(out.converged);
    EXPECT_NEAR(out.heat.si() / 7e6, 1.0, 1e-9);
    EXPECT_NEAR((inlet - out.leaving_water).si() * whole.design_water().si() * 4184.0, 7e6, 1.0);
    EXPECT_GT(out.fan_power.si(), before_w);
    before_w = out.fan_power.si();
  }
}

TEST(CoolerGroup, ABlockedCellAtFullFansGivesWhatItsOwnAirGives) {
  const DryCooler whole(dry_params());
  const Temperature inlet = Temperature::celsius(46.11);
  auto some = cells(2);
  some[1].air = 0.5;
  const auto out = CoolerGroup(whole, some).holding(whole.design_water(), inlet, 99.0 * MW, OutdoorAir::from_wet_bulb(Temperature::celsius(25.0), Temperature::celsius(15.0)));
  // Facts of the cooler at 25 degC air: 5569.2 kW at full speed, 3728.3 kW at half; fans all at full speed.
  EXPECT_NEAR(out.heat.si() / 1e3, 0.5 * (5569.2 + 3728.3), 0.1);
  EXPECT_NEAR(out.fan_power.si(), 117.68e3, 1e-6);
}

TEST(CoolerGroup, AFouledCellIsACellOfLessConductance) {
  const DryCooler whole(dry_params());
  auto some = cells(2);
  for (auto& cell : some) cell.conductance = 0.8;
  const Temperature inlet = Temperature::celsius(46.11);
  const auto fouled = CoolerGroup(whole, some).holding(whole.design_water(), inlet, 99.0 * MW, kAir);
  EXPECT_NEAR(fouled.heat.si(), whole.with_conductance(0.8).at_fan_ratio(whole.design_water(), inlet, kAir, 1.0).heat.si(), 1e-6);
}

TEST(CoolerGroup, NoCellNoHeat) {
  auto none = cells(2);
  for (auto& cell : none) cell.out = true;
  const auto out = CoolerGroup(MerkelTower(tower_params(1.0 * MW)), none).holding(MassFlow(40.0), Temperature::celsius(35.0), 1.0 * MW, kAir);
  EXPECT_EQ(out.heat.si(), 0.0);
  EXPECT_EQ(out.fan_power.si(), 0.0);
  EXPECT_EQ(out.leaving_water.in_celsius(), Temperature::celsius(35.0).in_celsius());
}

TEST(CoolerGroup, BoilingWaterMeetsAirAsIfItHadNinetyDegrees) {
  const MerkelTower whole(tower_params(1.0 * MW));
  const auto hot = CoolerGroup(whole, cells(1)).holding(whole.design_water(), Temperature::celsius(200.0), 50.0 * MW, kAir);
  const auto ninety = whole.holding(whole.design_water(), Temperature::celsius(90.0), 50.0 * MW, kAir);
  EXPECT_EQ(hot.heat.si(), ninety.heat.si());
  EXPECT_NEAR(hot.leaving_water.in_celsius(), 200.0 - hot.heat.si() / (whole.design_water().si() * 4184.0), 1e-9);
}

TEST(MerkelTower, ThinAirNeedsFasterFansForTheSameMassFlow) {
  // Fans move volume: at 0.8 of the density the same air needs 1/0.8 of the speed.
  auto thin = tower_params(10.0 * MW);
  thin.air_density_ratio = 0.8;
  const MerkelTower sea(tower_params(10.0 * MW)), high(thin);
  const Temperature inlet = Temperature::celsius(35.0);
  const auto a = sea.holding(sea.design_water(), inlet, 7.0 * MW, kAir), b = high.holding(sea.design_water(), inlet, 7.0 * MW, kAir);
  EXPECT_NEAR(b.fan_ratio, a.fan_ratio / 0.8, 1e-9);
  EXPECT_NEAR(b.evaporation / a.evaporation, 1.0, 1e-9);
}

TEST(DryCooler, SitePressureAndADensityRatioOfTheSameSizeAreTheSame) {
  auto by_pressure = dry_params(), by_ratio = dry_params();
  by_pressure.site_density = true;
  by_ratio.air_density_ratio = 84000.0 / 101325.0;
  const auto air = OutdoorAir::from_relative_humidity(Temperature::celsius(25.0), 0.4, Pressure(84000.0));
  const DryCooler a(by_pressure), b(by_ratio);
  EXPECT_EQ(a.holding(a.design_water(), Temperature::celsius(44.0), 2.0 * MW, air).fan_power.si(),
            b.holding(b.design_water(), Temperature::celsius(44.0), 2.0 * MW, air).fan_power.si());
}

// ---- YorkCalc as a tower

TEST(YorkTower, AtItsReferencePointIsTheCorrelation) {
  // Design wet bulb 25.55, range 5.56 and the correlation's own approach 3.844515 K: the reference flow is the design flow.
  auto p = tower_params(1.0 * MW);
  p.design_wet_bulb = Temperature::celsius(25.55);
  p.design_leaving = p.design_wet_bulb + 3.844515 * K;
  p.design_inlet = p.design_leaving + 5.56 * K;
  const YorkTower tower(p);
  const auto design = OutdoorAir::from_wet_bulb(Temperature::celsius(30.0), p.design_wet_bulb);
  const auto full = tower.at_fan_ratio(tower.design_water(), p.design_inlet, design, 1.0);
  EXPECT_NEAR(full.heat.si(), 1e6, 1.0);
  EXPECT_TRUE(full.inside);
  // Half the air: approach 8.682718 K at the same range, so water enters 4.838203 K warmer for the same heat.
  const auto half = tower.at_fan_ratio(tower.design_water(), p.design_inlet + (8.682718 - 3.844515) * K, design, 0.5);
  EXPECT_NEAR(half.heat.si(), 1e6, 1.0);
  const auto held = tower.holding(tower.design_water(), p.design_inlet + (8.682718 - 3.844515) * K, 1.0 * MW, design);
  EXPECT_NEAR(held.fan_ratio, 0.5, 1e-6);
}

TEST(YorkTower, AgreesWithMerkelOnFanPowerWithinItsRange) {
  // The two models share the design point and nothing else.
  const MerkelTower merkel(tower_params(1.0 * MW));
  const YorkTower york(tower_params(1.0 * MW));
  for (const double wet_bulb_c : {24.0, 20.0, 16.0}) {
    const auto air = OutdoorAir::from_wet_bulb(Temperature::celsius(wet_bulb_c + 6.0), Temperature::celsius(wet_bulb_c));
    for (const double load : {1.0, 0.8}) {
      const Temperature inlet = Temperature::celsius(29.4 + 5.6 * load);
      const auto a = merkel.holding(merkel.design_water(), inlet, load * MW, air), b = york.holding(york.design_water(), inlet, load * MW, air);
      EXPECT_NEAR(a.fan_ratio, b.fan_ratio, 0.06) << wet_bulb_c << " " << load;
    }
  }
}

TEST(YorkTower, SaysWhenItIsOutsideAndCyclesBelowItsSlowestFan) {
  const YorkTower tower(tower_params(1.0 * MW));
  const auto cold = OutdoorAir::from_wet_bulb(Temperature::celsius(-2.0), Temperature::celsius(-5.0));
  const auto out = tower.holding(tower.design_water(), Temperature::celsius(35.0), 0.15 * MW, cold);
  EXPECT_NEAR(out.heat.si(), 0.15e6, 1e-6);
  EXPECT_EQ(out.fan_ratio, 0.2);
  EXPECT_LT(out.duty, 1.0);
  const auto little = tower.holding(tower.design_water() * 0.4, Temperature::celsius(35.0), 0.3 * MW, kAir);
  EXPECT_FALSE(little.inside);
}

// ---- chillers

ChillerEir::Params carrier() {  // Carrier 19XR 1407kW/6.04COP/VSD of EnergyPlus' Chillers.idf
  ChillerEir::Params p;
  p.design_capacity = 1406.6 * kW;
  p.cop = 6.04;
  p.design_evaporator_leaving = Temperature::celsius(6.67), p.design_condenser_entering = Temperature::celsius(29.44);
  p.min_evaporator_leaving = Temperature::celsius(4.44), p.max_evaporator_leaving = Temperature::celsius(10.0);
  p.min_condenser_entering = Temperature::celsius(12.78), p.max_condenser_entering = Temperature::celsius(32.22);
  p.min_part_load = p.min_unloading = 0.2, p.max_part_load = 1.04;
  p.f1_a1 = 1.042261, p.f1_a2 = .002644821, p.f1_a3 = -.001468026, p.f1_a4 = .01366256, p.f1_a5 = -.0008302334, p.f1_a6 = .001573579;
  p.f2_a1 = 1.02634, p.f2_a2 = -.01612819, p.f2_a3 = -.001092591, p.f2_a4 = -.01784393, p.f2_a5 = .0007961842, p.f2_a6 = -9.586049e-5;
  p.f3_c1 = .118888, p.f3_c2 = .6723542, p.f3_c3 = .2068754;
  return p;
}

TEST(ChillerGroup, DealsItsLoadEvenly) {
  // Three machines at half load each, 8 degC and 20 degC: 3 x 106133.6 W (facts of the one machine).
  const ChillerGroup group{ChillerEir(carrier())};
  const Power capacity = 1406.6 * kW * 1.162396;
  const auto out = group.evaluate(3.0, capacity * 1.5, Temperature::celsius(8.0), Temperature::celsius(20.0), ThermalConductance(1e6));
  EXPECT_NEAR(out.power.si(), 3 * 106133.6, 0.5);
  EXPECT_NEAR(out.heat / capacity, 1.5, 1e-9);
  EXPECT_NEAR((out.rejected - out.heat - out.power).si(), 0.0, 1e-6);
  EXPECT_TRUE(out.inside);
  EXPECT_FALSE(group.evaluate(3.0, capacity, Temperature::celsius(25.0), Temperature::celsius(20.0), ThermalConductance(1e6)).inside);
}

TEST(ChillerGroup, ByCarnotClosesOnTheWaterThatLeavesItsCondenser) {
  // Anchor: COP 6.84 at leaving 6.67/31.67 with approaches of 2 K; at (25, 35) it is 15.103.
  CarnotChiller::Params p;
  p.design_capacity = 1.0 * MW, p.cop = 6.84;
  p.rated_evaporator_leaving = Temperature::celsius(6.67), p.rated_condenser_leaving = Temperature::celsius(31.67);
  const ChillerGroup group{CarnotChiller(p)};
  // Entering water chosen so that it leaves at 35: rejected = 2 MW (1 + 1/15.103), flow 400 kW/K.
  const double rejected_w = 2e6 * (1.0 + 1.0 / 15.103);
  const auto out = group.evaluate(2.0, 2.0 * MW, Temperature::celsius(25.0), Temperature::celsius(35.0 - rejected_w / 4e5), ThermalConductance(4e5));
  EXPECT_NEAR(out.heat / out.power, 15.103, 5e-4);
  EXPECT_TRUE(out.converged);
}

// ---- the sequence

Staging::Params delays() { return {}; }  // up 5 min, down 10, run 20, off 5, start 3

TEST(Staging, FindsThePlantAsIfItHadBeenRunning) {
  const Staging staging(delays());
  Staging::State state;
  state.machines.resize(4);
  staging.advance(state, 0, 1.9, true);  // 1.9 / 0.9 -> 3
  EXPECT_EQ(state.running(), 3);
}

TEST(Staging, AnotherStartsAfterTheDelayAndCarriesLoadAfterItsStart) {
  const Staging staging(delays());
  Staging::State state;
  state.machines.resize(3);
  staging.advance(state, 0, 0.8, true);
  EXPECT_EQ(state.running(), 1);
  for (int t = 30; t <= 34; ++t) staging.advance(state, at(t), 0.95, true);
  EXPECT_EQ(state.on(), 1);  // 0.95 > 0.9 for 4 min
  staging.advance(state, at(35), 0.95, true);
  EXPECT_EQ(state.on(), 2);
  EXPECT_EQ(state.running(), 1);
  EXPECT_EQ(staging.next_start(state, at(35)), at(38));
  staging.advance(state, at(38), 0.95, true);
  EXPECT_EQ(state.running(), 2);
}

TEST(Staging, AShortPeakStartsNothing) {
  const Staging staging(delays());
  Staging::State state;
  state.machines.resize(3);
  staging.advance(state, 0, 0.8, true);
  for (int t = 1; t < 60; ++t) staging.advance(state, at(t), t % 4 == 0 ? 0.8 : 1.5, true);
  EXPECT_EQ(state.on(), 1);
}

TEST(Staging, HysteresisKeepsOneFromStoppingTooSoon) {
  const Staging staging(delays());
  Staging::State state;
  state.machines.resize(3);
  staging.advance(state, 0, 1.5, true);
  EXPECT_EQ(state.running(), 2);
  // 0.8 is below 0.9 of one machine but above 0.75: two stay.
  for (int t = 1; t < 120; ++t) staging.advance(state, at(t), 0.8, true);
  EXPECT_EQ(state.running(), 2);
  for (int t = 120; t < 130; ++t) staging.advance(state, at(t), 0.7, true);
  EXPECT_EQ(state.running(), 2);
  staging.advance(state, at(130), 0.7, true);
  EXPECT_EQ(state.running(), 1);
}

TEST(Staging, AMachineRunsItsLeastTime) {
  const Staging staging(delays());
  Staging::State state;
  state.machines.resize(2);
  staging.advance(state, 0, 1.5, true);
  for (int t = 1; t < 20; ++t) staging.advance(state, at(t), 0.5, true);
  EXPECT_EQ(state.running(), 2);  // wanted 1 since minute 11, but they have not run 20 min
  staging.advance(state, at(20), 0.5, true);
  EXPECT_EQ(state.running(), 1);
}

TEST(Staging, AfterALossOfPowerMachinesComeBackAfterMinutes) {
  const Staging staging(delays());
  Staging::State state;
  state.machines.resize(2);
  staging.advance(state, 0, 1.5, true);
  staging.advance(state, at(60), 1.5, false);
  EXPECT_EQ(state.on(), 0);
  staging.advance(state, at(61), 1.5, true);
  EXPECT_EQ(state.on(), 0);
  EXPECT_EQ(staging.next_start(state, at(61)), at(65));  // five minutes after they stopped
  staging.advance(state, at(65), 1.5, true);
  EXPECT_EQ(state.on(), 2);
  EXPECT_EQ(state.running(), 0);
  staging.advance(state, at(68), 1.5, true);
  EXPECT_EQ(state.running(), 2);
}

TEST(Staging, TheOneThatStandsByReplacesAFailedOneAtOnce) {
  const Staging staging(delays());
  Staging::State state;
  state.machines.resize(3);
  staging.advance(state, 0, 1.5, true);
  state.machines[0].available = false;
  staging.advance(state, at(30), 1.5, true);
  EXPECT_EQ(state.running(), 1);
  EXPECT_EQ(state.machines[2].mode, Staging::Mode::starting);
  staging.advance(state, at(33), 1.5, true);
  EXPECT_EQ(state.running(), 2);
}

TEST(Staging, NeverRunsMoreThanThereAreNorAgainstTheirTimers) {
  std::mt19937_64 random(7);
  const Staging staging(delays());
  Staging::State state;
  state.machines.resize(5);
  Tick now = 0;
  for (int step = 0; step < 20000; ++step) {
    const auto before = state.machines;
    for (auto& machine : state.machines) {
      if (std::uniform_real_distribution<>(0, 1)(random) < 0.002) machine.available = !machine.available;
    }
    const bool powered = std::uniform_real_distribution<>(0, 1)(random) > 0.01;
    staging.advance(state, now, std::uniform_real_distribution<>(0, 6)(random), powered);
    for (std::size_t i = 0; i < state.machines.size(); ++i) {
      const auto& was = before[i];
      const auto& is = state.machines[i];
      if (!is.available || !powered) ASSERT_EQ(is.mode, Staging::Mode::off);
      if (step > 0 && was.mode == Staging::Mode::off && is.mode != Staging::Mode::off) ASSERT_GE(now - was.since, at(5));
      if (was.mode == Staging::Mode::running && is.mode == Staging::Mode::off && is.available && powered) ASSERT_GE(now - was.since, at(20));
    }
    now += to_ticks(Duration(std::uniform_real_distribution<>(1, 120)(random)));
  }
}

TEST(Staging, RefusesAHysteresisThatIsNone) {
  auto p = delays();
  p.stage_down = 0.95;
  try {
    Staging s1(p);
    FAIL();
  } catch (const InputError& e) {
    EXPECT_STREQ(e.what(), "staging: stage_down = 0.95 must be < stage_up = 0.9");
  }
}

// ---- tank and PI

TEST(StorageTank, HoldsWhatItsTwoZonesDiffer) {
  // 1000 m3 over 10 K: 995.586 * 4184 * 1000 * 10 J = 11.571 MWh.
  StorageTank::Params p{.volume = 1000.0 * m3, .cold = Temperature::celsius(6.0), .warm = Temperature::celsius(16.0), .power = 5.0 * MW, .loss = 20.0 * kW};
  const StorageTank tank(p);
  EXPECT_NEAR(tank.full().in(MWh), 995.586 * 4184.0 * 1e4 / 3.6e9, 1e-12);
  EXPECT_EQ(tank.loss(tank.full() * 0.5).si(), 10e3);
  EXPECT_EQ(tank.most_discharge(tank.full(), 60.0 * s).in(MW), 5.0);
  EXPECT_NEAR(tank.most_discharge(Energy(60e6), 60.0 * s).si(), 1e6 - 20e3 * (60e6 / tank.full().si()), 1e-6);
  EXPECT_EQ(tank.most_charge(tank.full(), 60.0 * s).si(), 0.0);
  p.cold = p.warm;
  EXPECT_THROW(StorageTank{p}, InputError);
}

TEST(PiControl, RemovesAConstantDisturbanceWithoutAnError) {
  // A loop of 1 MW and 20 m3 sampled each minute: dT = (heat - Q) dt / C.
  const PiControl pi({.gain = 0.2, .integral = 600.0 * s});
  PiControl::State state;
  const double capacity_j_k = 995.586 * 4184.0 * 20.0;
  double error_k = 0.0, worst_k = 0.0;
  Power q = 0.0 * W;
  for (int t = 0; t < 240; ++t) {
    q = pi.sample(state, TemperatureDelta(error_k), 60.0 * s, 1.0 * MW, 1.5 * MW);
    error_k += (0.8e6 - q.si()) * 60.0 / capacity_j_k;
    worst_k = std::max(worst_k, error_k);
  }
  EXPECT_NEAR(q.si(), 0.8e6, 100.0);
  EXPECT_NEAR(error_k, 0.0, 1e-3);
  EXPECT_LT(worst_k, 4.0);
}

TEST(PiControl, DoesNotWindUpAtItsLimit) {
  const PiControl pi({.gain = 0.2, .integral = 600.0 * s});
  PiControl::State state;
  for (int t = 0; t < 1000; ++t) (void)pi.sample(state, 20.0 * K, 60.0 * s, 1.0 * MW, 1.0 * MW);
  // As soon as the error turns, so does the output.
  EXPECT_LT(pi.sample(state, -2.0 * K, 60.0 * s, 1.0 * MW, 1.0 * MW).si(), 0.7e6);
}

}  // namespace
}  // namespace aifactory
