// Heat exchangers, fluids, pumps, fans, cold plate, CDU and CRAH.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/cooling/cdu.h"
#include "models/cooling/cold_plate.h"
#include "models/cooling/crah.h"
#include "models/cooling/fan.h"
#include "models/cooling/fluid.h"
#include "models/cooling/heat_exchanger.h"
#include "models/cooling/pump.h"

namespace aifactory {
namespace {

Temperature celsius(double t) {
  return Temperature::celsius(t);
}

struct EffectivenessRow {
  double ntu, capacity_ratio, effectiveness;
};

// Incropera et al., chapter 11, table 11.3, worked by hand: counterflow at N = 2, z = 1 is 2/3; N = 0.5, z = 0 is
// 1 - e^-0.5.  Six printed digits.
TEST(Counterflow, MatchesTheTextbookFormula) {
  for (const auto& row : {EffectivenessRow{1, .5, .564733}, {2, 1, .666667}, {3, .75, .817118}, {.5, 0, .393469}}) {
    EXPECT_NEAR(counterflow_effectiveness(row.ntu, row.capacity_ratio), row.effectiveness, 6e-7) << row.ntu;
    EXPECT_NEAR(counterflow_ntu(row.effectiveness, row.capacity_ratio), row.ntu, 2e-5) << row.ntu;
  }
}

// The same table, cross-flow with both streams unmixed.
TEST(Crossflow, MatchesTheTextbookFormula) {
  for (const auto& row : {EffectivenessRow{1, .5, .544764}, {2, 1, .615407}, {3, .75, .755313}}) {
    EXPECT_NEAR(crossflow_effectiveness(row.ntu, row.capacity_ratio), row.effectiveness, 6e-7) << row.ntu;
    EXPECT_NEAR(crossflow_ntu(row.effectiveness, row.capacity_ratio), row.ntu, 2e-5) << row.ntu;
  }
}

TEST(HeatExchanger, IsSmoothWhereTheFormulasChange) {
  for (double ntu : {0.1, 1.0, 5.0}) {
    EXPECT_NEAR(counterflow_effectiveness(ntu, 1.0 - 1e-8), counterflow_effectiveness(ntu, 1.0), 1e-8);
    EXPECT_NEAR(crossflow_effectiveness(ntu, 1e-8), crossflow_effectiveness(ntu, 0.0), 1e-7);
  }
}

TEST(HeatExchanger, EffectivenessRisesWithSizeAndStaysBelowOne) {
  for (double z = 0.0; z <= 1.0; z += 0.1) {
    double last_counter = -1, last_cross = -1;
    for (double ntu = 0.0; ntu < 12.0; ntu += 0.25) {
      const double counter = counterflow_effectiveness(ntu, z), cross = crossflow_effectiveness(ntu, z);
      EXPECT_GT(counter, last_counter);
      EXPECT_GT(cross, last_cross);
      EXPECT_LE(cross, counter + 1e-12);  // nothing beats counterflow
      EXPECT_LT(counter, 1.0);
      last_counter = counter, last_cross = cross;
    }
  }
}

TEST(HeatExchanger, StandingStillTransfersNothing) {
  EXPECT_EQ(conductance_ratio(0.0, 1.0), 0.0);
  EXPECT_DOUBLE_EQ(conductance_ratio(1.0, 1.0), 1.0);
  // By hand: 2 / (1 + 2^0.8) = 2 / 2.7411011 and 2 / (2^0.8 + 4^0.8) = 2 / 4.7725342, whichever side is the slow one.
  EXPECT_NEAR(conductance_ratio(1.0, 0.5), 0.7296338, 1e-7);
  EXPECT_NEAR(conductance_ratio(0.5, 1.0), 0.7296338, 1e-7);
  EXPECT_NEAR(conductance_ratio(0.5, 0.25), 0.4190645, 1e-7);
  const auto stopped = counterflow_exchange(1e3 * W_per_K, 0.0 * W_per_K, 10.0 * W_per_K);
  EXPECT_EQ(stopped.conductance.si(), 0.0);
}

// By hand: 1017 * 3930 / 60000 = 66.6135 W/K per L/min; 1 kW over 1.25, 1.5 and 2.0 L/min warms by 12.0096, 10.0080 and
// 7.5060 K.
TEST(Fluid, Pg25WarmsAsByHand) {
  EXPECT_NEAR(kPg25.capacity_rate(1.0 * liter_per_min).si(), 66.6135, 1e-9);
  EXPECT_NEAR((1.0 * kW / kPg25.capacity_rate(1.25 * liter_per_min)).si(), 12.0096, 6e-5);
  EXPECT_NEAR((1.0 * kW / kPg25.capacity_rate(1.5 * liter_per_min)).si(), 10.0080, 6e-5);
  EXPECT_NEAR((1.0 * kW / kPg25.capacity_rate(2.0 * liter_per_min)).si(), 7.5060, 6e-5);
  EXPECT_THAT([] { (void)fluid_named("oil"); },
              testing::ThrowsMessage<InputError>("coolant: \"oil\" must be water or pg25"));
}

PumpGroup::Params four_pumps() {
  return {.count = 4,
          .design_running = 4,
          .design_flow = 50.0 * liter_per_s,
          .design_head = 300.0 * kPa,
          .efficiency = 0.75};
}

TEST(PumpGroup, DesignPointIsHydraulicPowerOverEfficiency) {
  // By hand: 0.050 m3/s * 300 kPa / 0.75 = 20.00 kW.
  const auto out = PumpGroup(four_pumps()).solve(4, 1.0);
  EXPECT_NEAR(out.flow.in(liter_per_s), 50.0, 1e-9);
  EXPECT_NEAR(out.head.in(kPa), 300.0, 1e-9);
  EXPECT_NEAR(out.power.in(kW), 20.0, 1e-9);
  EXPECT_NEAR(out.flow_ratio, 1.0, 1e-12);
}

TEST(PumpGroup, ObeysTheAffinityLawsWithoutStaticHead) {
  // 0.8^3 = 0.512.
  const auto out = PumpGroup(four_pumps()).solve(4, 0.8);
  EXPECT_NEAR(out.flow.in(liter_per_s), 40.0, 1e-9);
  EXPECT_NEAR(out.head.in(kPa), 192.0, 1e-9);
  EXPECT_NEAR(out.power.in(kW), 0.512 * 20.0, 1e-9);
}

TEST(PumpGroup, SurvivorsMoveOutAlongTheirCurve) {
  // By hand with H0 = 1.25 Hd, k q0^2 = 0.25 Hd, c Q0^2 = Hd: q/q0 = sqrt(1.25 / (0.25 + (N/4)^2)).  Three pumps:
  // sqrt(1.25 / 0.8125) = 1.24035, flow 0.930261 of design; two: sqrt(2.5) = 1.58114, flow 0.790569.
  const PumpGroup pumps(four_pumps());
  EXPECT_NEAR(pumps.solve(3, 1.0).flow.in(liter_per_s), 46.51302, 1e-5);
  EXPECT_NEAR(pumps.solve(3, 1.0).flow_ratio, 1.240347, 1e-6);
  EXPECT_NEAR(pumps.solve(2, 1.0).flow.in(liter_per_s), 39.52847, 1e-5);
  // Power of three: 3 q H / eta with H = 1.25 - 0.25 x^2 = 0.865385 Hd, eta = 0.75 (2x - x^2) = 0.75 * 0.942234:
  // 15 kW * 0.930261 * 0.865385 / (0.75 * 0.942234) = 17.0880 kW.
  EXPECT_NEAR(pumps.solve(3, 1.0).power.in(kW), 17.0880, 1e-3);
}

TEST(PumpGroup, NoneRunningMovesNothing) {
  const auto out = PumpGroup(four_pumps()).solve(0, 1.0);
  EXPECT_EQ(out.flow.si(), 0.0);
  EXPECT_EQ(out.power.si(), 0.0);
}

TEST(PumpGroup, BelowTheStaticHeadChurns) {
  auto open = four_pumps();
  open.static_head_frac = 0.5;  // needs n^2 * 1.25 > 0.5: n > 0.632
  const PumpGroup pumps(open);
  EXPECT_EQ(pumps.solve(4, 0.6).flow.si(), 0.0);
  EXPECT_GT(pumps.solve(4, 0.6).power.si(), 0.0);
  EXPECT_GT(pumps.solve(4, 0.64).flow.si(), 0.0);
  EXPECT_NEAR(pumps.solve(4, 1.0).flow.in(liter_per_s), 50.0, 1e-9);
}

TEST(PumpGroup, SpeedForInvertsSolve) {
  auto open = four_pumps();
  open.static_head_frac = 0.3;
  const PumpGroup pumps(open);
  for (std::int64_t running = 1; running <= 4; ++running) {
    for (double speed = 0.6; speed <= 1.0; speed += 0.1) {
      EXPECT_NEAR(pumps.speed_for(running, pumps.solve(running, speed).flow), speed, 1e-12);
    }
  }
}

TEST(PumpGroup, MorePumpsAndMoreSpeedMoveMore) {
  const PumpGroup pumps(four_pumps());
  for (std::int64_t running = 1; running <= 4; ++running) {
    VolumeFlow last(0.0);
    for (double speed = 0.1; speed <= 1.0; speed += 0.1) {
      const auto out = pumps.solve(running, speed);
      EXPECT_GT(out.flow, last);
      EXPECT_GT(out.flow, pumps.solve(running - 1, speed).flow);
      EXPECT_GE(out.power * 1.0, out.flow * out.head);  // never better than loss-free
      last = out.flow;
    }
  }
}

TEST(PumpGroup, NamesTheParameterItRefuses) {
  auto more = four_pumps(), none = four_pumps();
  more.design_running = 5;
  none.count = INT64_MIN;
  EXPECT_THAT([&] { PumpGroup{more}; },
              testing::ThrowsMessage<InputError>("pump group: design_running = 5 must be <= count = 4"));
  EXPECT_THAT([&] { PumpGroup{none}; }, testing::ThrowsMessage<InputError>("pump group: count is not set"));
}

TEST(Fan, FollowsTheCubeWithAFixedShare) {
  const Fan fan({.rated_power = 10.0 * kW, .rated_flow = 8.0 * m3_per_s, .fixed_share = 0.02, .min_ratio = 0.2});
  EXPECT_NEAR(fan.at_ratio(0.5).power.in(kW), 10.0 * (0.02 + 0.98 * 0.125), 1e-12);
  EXPECT_NEAR(fan.at_ratio(0.5).flow.si(), 4.0, 1e-12);
  EXPECT_EQ(fan.at_ratio(0.1).flow.si(), fan.at_ratio(0.2).flow.si());
  EXPECT_EQ(fan.at_ratio(0.0).power.si(), 0.0);
  EXPECT_NEAR(fan.at_ratio(1.7).power.in(kW), 10.0, 1e-12);
}

TEST(ColdPlate, MatchesHandCalculation) {
  // Rc 0.012, Rv 0.013 K/W at 1.5 L/min, n 0.65; 2.1 L/min: 0.012 + 0.013 * 1.4^-0.65 = 0.022446 K/W.
  const ColdPlate plate({.conduction = 0.012 * K_per_W,
                         .convection = 0.013 * K_per_W,
                         .reference_flow = 1.5 * liter_per_min,
                         .exponent = 0.65});
  const struct {
    double power_w, flow_l_min, r, junction_c;
  } rows[] = {{1000, 1.5, .025, 70.0}, {1400, 2.1, .022446, 76.4247}, {1000, .75, .032399, 72.3992}};
  for (const auto& row : rows) {
    const double inlet_c = row.flow_l_min < 1.0 ? 40.0 : 45.0;
    EXPECT_NEAR(plate.resistance(row.flow_l_min * liter_per_min).si(), row.r, 6e-7);
    EXPECT_NEAR(plate.junction(row.power_w * W, celsius(inlet_c), row.flow_l_min * liter_per_min).in_celsius(),
                row.junction_c, 6e-5);
  }
  EXPECT_TRUE(std::isinf(plate.resistance(0.0 * liter_per_min).si()));
  EXPECT_EQ(plate.junction(0.0 * W, celsius(40), 0.0 * liter_per_min), celsius(40));
}

Cdu::Params megawatt_cdu() {
  Cdu::Params p;
  p.rated_heat = 1.3 * MW;
  p.design_supply = celsius(40);
  p.design_primary_supply = celsius(36);
  p.pump_count = p.pumps_running = 4;
  p.pump_head = 276.0 * kPa;
  p.pump_efficiency = 0.6;
  return p;
}

TEST(Cdu, IsSizedByItsDesignPoint) {
  // By hand: C = 1300 * 1.5 * 66.6135 = 129896.3 W/K; return 50.008; eps = 10.008 / 14.008 = 0.71445;
  // N = eps / (1 - eps) = 2.50200; UA = 325.0 kW/K.
  const Cdu cdu(megawatt_cdu());
  EXPECT_NEAR(cdu.design_secondary().si(), 129896.3, 0.06);
  EXPECT_NEAR(cdu.ua().si() / 129896.3, 2.50200, 6e-6);
  const auto at_design = cdu.exchange(cdu.design_primary(), cdu.design_secondary());
  EXPECT_NEAR(at_design.effectiveness, .71445, 6e-6);
  EXPECT_NEAR(cdu.supply(1.3 * MW, celsius(36), cdu.design_primary(), cdu.design_secondary()).in_celsius(), 40.0, 1e-9);
  EXPECT_NEAR(cdu.secondary_heat_capacity().si(), 3.9 * 1017 * 3930, 1.0);
  // 1300 kW * 1.5 L/min/kW = 32.5 L/s at 276 kPa and 0.6: 14.95 kW.
  EXPECT_NEAR(cdu.pumps().solve(4, 1.0).power.in(kW), 14.95, 1e-6);
}

TEST(Cdu, LessFacilityWaterWarmsTheTechnologyLoop) {
  // Computed by an independent program from the same formulas: primary flow x 0.7 -> 43.1294, x 0.5 -> 47.9303 degC.
  const Cdu cdu(megawatt_cdu());
  const auto supply = [&](double r) {
    return cdu.supply(1.3 * MW, celsius(36), r * cdu.design_primary(), cdu.design_secondary()).in_celsius();
  };
  EXPECT_NEAR(supply(0.7), 43.1294, 6e-5);
  EXPECT_NEAR(supply(0.5), 47.9303, 6e-5);
  EXPECT_TRUE(std::isinf(supply(0.0)));
}

TEST(Cdu, RefusesTemperaturesWithoutADifference) {
  auto cold = megawatt_cdu(), equal = megawatt_cdu();
  cold.design_supply = celsius(20);
  equal.design_supply = equal.design_primary_supply;
  EXPECT_THAT([&] { Cdu{cold}; }, testing::Throws<InputError>());
  EXPECT_THAT([&] { Cdu{equal}; }, testing::Throws<InputError>());
}

Crah::Params fan_wall() {
  return {.design_heat = 210.0 * kW,
          .design_water_supply = celsius(20),
          .design_water_return = celsius(28),
          .design_supply_air = celsius(25),
          .design_return_air = celsius(37),
          .design_fan_power = 10.0 * kW};
}

TEST(Crah, ReturnsItsDesignPoint) {
  const Crah crah(fan_wall());
  const auto out = crah.evaluate(200.0 * kW, celsius(20), crah.design_water());
  EXPECT_NEAR(out.supply_air.in_celsius(), 25.0, 1e-9);
  EXPECT_NEAR(out.return_air.in_celsius(), 37.0, 1e-9);
  EXPECT_NEAR(out.leaving_water.in_celsius(), 28.0, 1e-9);
  EXPECT_NEAR(out.fan_power.in(kW), 10.0, 1e-12);
  EXPECT_NEAR(out.coil_heat.in(kW), 210.0, 1e-12);
}

TEST(Crah, AtHalfHeatFansFollowTheCubeAndBalancesHold) {
  const Crah crah(fan_wall());
  const auto out = crah.evaluate(100.0 * kW, celsius(20), crah.design_water());
  EXPECT_NEAR(out.fan_ratio, 0.5, 1e-12);
  EXPECT_NEAR(out.fan_power.in(kW), 1.25, 1e-12);
  EXPECT_NEAR((out.return_air - out.supply_air).si(), 12.0, 1e-9);  // design difference, by its control
  EXPECT_NEAR(((out.leaving_water - celsius(20)) * crah.design_water()).in(kW), 101.25, 1e-9);
  EXPECT_LT(out.supply_air.in_celsius(), 25.0);
  EXPECT_GT(out.supply_air.in_celsius(), 20.0);
}

TEST(Crah, LosingANeighbourWarmsTheAir) {
  const Crah crah(fan_wall());
  const auto over = crah.evaluate(250.0 * kW, celsius(20), crah.design_water());
  EXPECT_EQ(over.fan_ratio, 1.0);
  EXPECT_GT(over.supply_air.in_celsius(), 25.0);
  EXPECT_TRUE(std::isinf(crah.evaluate(1.0 * kW, celsius(20), 0.0 * W_per_K).supply_air.in_kelvin()));
}

}  // namespace
}  // namespace aifactory
