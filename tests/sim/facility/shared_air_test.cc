#include "sim/facility/shared_air.h"

#include <gtest/gtest.h>

#include <cmath>

namespace aifactory {
namespace {

Crah crah() {
  Crah::Params p;
  p.design_heat = 1060.0 * kW;
  p.design_water_supply = Temperature::celsius(30.0);
  p.design_water_return = Temperature::celsius(38.0);
  p.design_supply_air = Temperature::celsius(35.0);
  p.design_return_air = Temperature::celsius(47.0);
  p.design_fan_power = 60.0 * kW;
  return Crah(p);
}
const Temperature kWaterSupply = Temperature::celsius(30.0);
constexpr HeatCapacity kContent{5.2e6};

SharedAir air() { return SharedAir({.crah = crah(), .content = kContent, .count = 4}); }

TEST(SharedAir, SoundAirHandlersPassHeatOnAtOnce) {
  SharedAir shared = air();
  const auto out = shared.control(1.0 * MW, kWaterSupply, {}, true);
  EXPECT_DOUBLE_EQ(out.fans.si(), 60e3);
  EXPECT_NEAR(shared.supply().in_celsius(), 35.0, 1e-9);
  EXPECT_EQ(shared.keeping(1.06 * MW).si(), 0.0);
  EXPECT_EQ(shared.pass(1.06 * MW, 60.0 * s).si(), 0.0);
}

// Nothing left: a closed box.  1 MW x 26 s / 5.2 MJ/K = 5 K.
TEST(SharedAir, WithNothingLeftItIsAClosedBox) {
  SharedAir shared = air();
  const auto out = shared.control(1.0 * MW, kWaterSupply, {.moves = 0.0, .turns = 0.0}, true);
  EXPECT_EQ(out.fans.si(), 0.0);
  EXPECT_DOUBLE_EQ(shared.pass(1.0 * MW, 26.0 * s).si(), 26e6);
  EXPECT_NEAR(shared.supply().in_celsius(), 40.0, 1e-9);
}

TEST(SharedAir, WithoutWaterTheFansWarmItToo) {
  SharedAir shared = air();
  const auto out = shared.control(1.0 * MW, kWaterSupply, {}, false);
  EXPECT_DOUBLE_EQ(out.fans.si(), 60e3);
  EXPECT_DOUBLE_EQ(shared.pass(1.0 * MW + out.fans, 10.0 * s).si(), 10.6e6);
}

// Half of them carry half of the design heat as the whole carries the whole: supply at 35 degC, fans of half at full speed.  All of
// the heat on half of them: each coil takes twice as much at full speed, and the air leaves warmer by that.
TEST(SharedAir, WhatIsLeftComesToTheRestOfFewerAirHandlers) {
  SharedAir shared = air();
  auto out = shared.control(0.5 * MW, kWaterSupply, {.moves = 0.5, .turns = 0.5}, true);
  EXPECT_NEAR(out.fans.si(), 30e3, 1e-6);
  shared.pass(0.53 * MW, 1.0 * h);
  EXPECT_NEAR(shared.supply().in_celsius(), 35.0, 1e-9);
  // 2 MW of room and 0.06 MW of fans through one whole of design flows: Q (1/g - 1/W).
  out = shared.control(1.0 * MW, kWaterSupply, {.moves = 0.5, .turns = 0.5}, true);
  shared.pass(1.03 * MW, 1.0 * h);
  const double g = crah().exchange(1.0, crah().design_water()).conductance.si(), w = crah().design_air().si();
  EXPECT_NEAR(shared.supply().in_celsius(), 30.0 + 2.06e6 * (1.0 / g - 1.0 / w), 1e-9);
  EXPECT_NEAR(shared.keeping(1.03 * MW).si(), 0.0, 1.0);
}

TEST(SharedAir, KnowsWhenItReachesATemperature) {
  SharedAir shared = air();
  shared.control(1.0 * MW, kWaterSupply, {.moves = 0.0, .turns = 0.0}, true);
  ASSERT_TRUE(shared.until(Temperature::celsius(40.0), 1.0 * MW).has_value());
  EXPECT_NEAR(shared.until(Temperature::celsius(40.0), 1.0 * MW)->si(), 26.0, 1e-9);
  EXPECT_FALSE(shared.until(Temperature::celsius(34.0), 1.0 * MW).has_value());
  shared.pass(1.0 * MW, 52.0 * s);  // 45 degC
  shared.control(1.0 * MW, kWaterSupply, {}, true);
  EXPECT_FALSE(shared.until(Temperature::celsius(34.9), 1.06 * MW).has_value());  // below where it comes to rest
  const auto wait = shared.until(Temperature::celsius(40.0), 1.06 * MW);
  ASSERT_TRUE(wait.has_value());
  shared.pass(1.06 * MW, *wait);
  EXPECT_NEAR(shared.supply().in_celsius(), 40.0, 1e-9);
}

// dE/dt = G (T_rest - T), by the classical rule in steps of 10 ms.
TEST(SharedAir, ReturnsItsHeatByOneExponential) {
  SharedAir shared = air();
  shared.control(1.0 * MW, kWaterSupply, {.moves = 0.0, .turns = 0.0}, true);
  const double kept_j = shared.pass(1.0 * MW, 60.0 * s).si();
  EXPECT_DOUBLE_EQ(kept_j, 60e6);
  shared.control(1.0 * MW, kWaterSupply, {}, true);
  const double g = crah().exchange(1.0, crah().design_water()).conductance.si(), w = crah().design_air().si();
  const double conductance = 1.0 / (1.0 / g - 1.0 / w);
  double kelvin = kept_j / kContent.si();
  for (int i = 0; i < 3000; ++i) {
    const double a = -conductance * kelvin / kContent.si(), b = -conductance * (kelvin + 0.005 * a) / kContent.si();
    kelvin += 0.01 * b;
  }
  const double back_j = -shared.pass(1.06 * MW, 30.0 * s).si();
  EXPECT_NEAR(shared.above_sound().si(), kelvin, 1e-6);
  EXPECT_NEAR(back_j, kept_j - kelvin * kContent.si(), 10.0);
  EXPECT_NEAR(shared.stored().si(), kept_j - back_j, 1e-6);
  // At last the rest goes at once, and nothing is followed any more.
  shared.pass(1.06 * MW, 1.0 * h);
  const auto out = shared.control(1.0 * MW, kWaterSupply, {}, true);
  EXPECT_LT(std::fabs(out.released.si()), 1e-3 * kContent.si());
  EXPECT_EQ(shared.stored().si(), 0.0);
  EXPECT_EQ(shared.pass(1.06 * MW, 60.0 * s).si(), 0.0);
}

}  // namespace
}  // namespace aifactory
