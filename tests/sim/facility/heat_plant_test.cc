/// Plants of every kind, driven without an engine: balances through any fault, and what each unit adds, by hand.
#include "sim/facility/heat_plant.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "models/power/network.h"

namespace aifactory {
namespace {

Tick at(double seconds) { return to_ticks(seconds * s); }
constexpr Power kDesign{10e6};

MerkelTower::Params tower_params(Power heat, double inlet_c = 35.0) {
  MerkelTower::Params p;
  p.design_wet_bulb = Temperature::celsius(25.6);
  p.design_inlet = Temperature::celsius(inlet_c);
  p.design_leaving = Temperature::celsius(29.5);
  p.design_heat = heat;
  return p;
}
CarnotChiller carnot(Power capacity) {
  CarnotChiller::Params p;
  p.design_capacity = capacity, p.cop = 6.84;
  p.rated_evaporator_leaving = Temperature::celsius(6.67), p.rated_condenser_leaving = Temperature::celsius(31.67);
  return CarnotChiller(p);
}
HeatPlant::Pumps pumps(std::size_t unit, Power heat, TemperatureDelta range, std::int64_t count = 2) {
  return {.unit = unit,
          .params = {.count = count + 1, .design_running = count, .design_flow = heat / (kWater.specific_heat * range) / kWater.density,
                     .design_head = Pressure(200e3), .efficiency = 0.75}};
}
HeatPlant::Coolers towers(std::size_t unit, Power heat, bool on_condenser, int cells = 4, double inlet_c = 35.0) {
  HeatPlant::Coolers c{.whole = MerkelTower(tower_params(heat, inlet_c)), .cells = {}, .on_condenser = on_condenser, .wet = true, .design_approach = 3.9 * K};
  for (int i = 0; i < cells; ++i) c.cells.push_back({.unit = unit, .part = i, .share = 1.0 / cells});
  return c;
}

/// Units: 0 towers, 1 pumps, 2 condenser pumps, 3 economizer, 4 water chillers, 5 air chillers, 6 tank, 7 reuse, 8 make-up.
HeatPlant::Params direct(double set_c = 30.0) {
  return {.capacity = kWater.heat_capacity(200.0 * m3), .design_heat = kDesign, .set_point = Temperature::celsius(set_c),
          .response = 300.0 * s, .period = 60.0 * s, .control = {}, .pumps = pumps(1, kDesign, 8.0 * K), .coolers = {towers(0, kDesign, false, 4, 37.5)}};
}
HeatPlant::Params chilled(bool economizer, double set_c = 18.0) {
  HeatPlant::Params p = direct(set_c);
  const Power heat = kDesign * 1.2;
  p.coolers = {towers(0, heat, true)};
  p.condenser = {.pumps = pumps(2, heat, 5.5 * K), .capacity = kWater.heat_capacity(100.0 * m3), .start = Temperature::celsius(25.0)};
  if (economizer) p.economizer = {.unit = 3, .ua = ThermalConductance(4e6), .count = 2};
  p.chillers = {{.unit = 4, .group = ChillerGroup(carnot(kDesign / 4.0)), .count = 5, .air = false}};
  return p;
}
const OutdoorAir kMild = OutdoorAir::from_wet_bulb(Temperature::celsius(20.0), Temperature::celsius(15.0));
const OutdoorAir kCold = OutdoorAir::from_wet_bulb(Temperature::celsius(2.0), Temperature::celsius(0.0));
const OutdoorAir kHot = OutdoorAir::from_wet_bulb(Temperature::celsius(40.0), Temperature::celsius(27.0));

/// A loop of the plant's capacity with constant heat, closed around it.
struct Loop {
  explicit Loop(HeatPlant::Params params) : capacity(params.capacity), supply(params.set_point), plant(std::move(params)) {}
  HeatPlant::Answer step(const OutdoorAir& air, Power heat) {
    const auto answer = plant.control({.now = now, .supply = supply, .heat = heat, .air = air});
    advance(60.0, answer, heat);
    return answer;
  }
  void advance(double seconds, const HeatPlant::Answer& answer, Power heat) {
    now += at(seconds);
    const Energy in = (heat + answer.loop_pumps) * to_duration(at(seconds));
    supply = supply + (in - answer.taken * to_duration(at(seconds))) / capacity;
    in_j += in.si();
    compressors_j += answer.compressors.si() * seconds;
    condenser_pumps_j += answer.condenser_pumps.si() * seconds;
  }
  HeatCapacity capacity;
  Temperature supply;
  Tick now = 0;
  double in_j = 0, compressors_j = 0, condenser_pumps_j = 0;
  HeatPlant plant;
};

// ---- balances, whatever happens

class PlantSeeded : public testing::TestWithParam<std::uint64_t> {};
TEST_P(PlantSeeded, ClosesItsHeatAndWaterThroughAnyFault) {
  std::mt19937_64 random(GetParam());
  const auto uniform = [&](double low, double high) { return std::uniform_real_distribution<>(low, high)(random); };
  HeatPlant::Params p = GetParam() % 3 == 0 ? direct() : chilled(GetParam() % 3 == 1, uniform(8.0, 28.0));
  if (GetParam() % 2 == 0) p.chillers.push_back({.unit = 5, .group = ChillerGroup(carnot(2.0 * MW), 10.0 * K), .count = 2, .air = true});
  if (GetParam() % 4 < 2) {
    p.tank = {.unit = 6, .config = {.tank = {.volume = 500.0 * m3, .cold = p.set_point - 2.0 * K, .warm = p.set_point + 6.0 * K, .power = 4.0 * MW, .loss = 15.0 * kW}}};
  }
  p.reuse = {.unit = 7, .config = {.most = 2.0 * MW, .min_return = p.set_point + 1.0 * K}};
  p.make_up = {.unit = 8, .config = {.storage = 40.0 * m3}};
  p.pumps.min_flow = GetParam() % 5 == 0 ? 0.5 : 1.0;
  const Temperature start = p.set_point;
  Loop loop(p);
  struct Open {
    std::size_t unit;
    std::int32_t part;
    Disturbance what;
  };
  std::vector<Open> open;
  const std::size_t units = 9;
  double worst_k = 0.0;
  for (int step = 0; step < 4000; ++step) {
    if (uniform(0, 1) < 0.03) {
      const Open one{.unit = static_cast<std::size_t>(uniform(0, units)), .part = static_cast<std::int32_t>(uniform(-1, 5)),
                     .what = {.kind = static_cast<Disturbance::Kind>(static_cast<int>(uniform(0, 3))), .factor = uniform(0.1, 0.9), .what = uniform(0, 1) < 0.3 ? "fouling" : "", .cause = "test"}};
      open.push_back(one);
      loop.plant.disturb(loop.now, one.unit, one.part, one.what, true);
    }
    if (!open.empty() && uniform(0, 1) < 0.05) {
      const auto i = static_cast<std::size_t>(uniform(0, static_cast<double>(open.size())));
      loop.plant.disturb(loop.now, open[i].unit, open[i].part, open[i].what, false);
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (uniform(0, 1) < 0.02) loop.plant.set_powered(loop.now, static_cast<Drive>(static_cast<int>(uniform(0, kDrives))), uniform(0, 1) < 0.5);
    if (step % 400 == 399) {
      for (std::size_t d = 0; d < kDrives; ++d) loop.plant.set_powered(loop.now, static_cast<Drive>(d), true);
    }
    const double pick = uniform(0, 1);
    const OutdoorAir& air = pick < 0.4 ? kMild : pick < 0.7 ? kCold : kHot;
    const Power heat(loop.supply.in_celsius() > 150.0 ? 0.0 : std::floor(uniform(0.0, 11e6)));
    const auto answer = loop.plant.control({.now = loop.now, .supply = loop.supply, .heat = heat, .air = air});
    EXPECT_TRUE(answer.converged) << "seed " << GetParam() << " step " << step;
    double span = std::floor(uniform(1.0, 60.0));
    if (answer.next < loop.now + at(span)) span = std::max(1e-6, to_seconds(answer.next - loop.now));
    loop.advance(span, answer, heat);
    worst_k = std::max(worst_k, std::fabs((loop.supply - start).si()));
  }
  const auto t = loop.plant.totals(loop.now);
  const double in_j = loop.in_j + loop.compressors_j + loop.condenser_pumps_j + t.tank_gain.si();
  const double out_j = t.rejected.si() + t.reused.si() + (loop.capacity * (loop.supply - start)).si() + t.condenser_stored.si() + t.tank_stored.si();
  EXPECT_NEAR((in_j - out_j) / in_j, 0.0, 1e-9) << "seed " << GetParam();
  EXPECT_NEAR((t.make_up - t.evaporation - t.drift - t.blowdown - t.water_stored).si() / std::max(1.0, t.make_up.si()), 0.0, 1e-9);
  EXPECT_NEAR(t.compressor_work.si(), loop.compressors_j, 1e-9 * std::max(1.0, loop.compressors_j));
  EXPECT_GE(loop.plant.water_share(), -1e-6);
  EXPECT_GE(loop.plant.tank_share(), -1e-9);
  EXPECT_LE(loop.plant.tank_share(), 1.0 + 1e-9);
}
INSTANTIATE_TEST_SUITE_P(, PlantSeeded, testing::Range<std::uint64_t>(1, 25));

// ---- condenser loop

TEST(HeatPlant, TheChillersHoldTheSupplyAndTheTowersTheCondenserWater) {
  Loop loop(chilled(false));
  HeatPlant::Answer answer;
  for (int i = 0; i < 300; ++i) answer = loop.step(kMild, 8.0 * MW);
  EXPECT_NEAR(loop.supply.in_celsius(), 18.0, 1e-4);
  EXPECT_NEAR(loop.plant.condenser_supply().in_celsius(), 15.0 + 6.0, 1e-4);  // wet bulb and the approach
  EXPECT_EQ(answer.chillers_running, 4);  // 8 MW over 2.5 MW at no more than 0.9
  // By hand: eta .7140 of Carnot between 18 - 2 and leaving water + 2.
  const double evaporator_w = 8e6 + answer.loop_pumps.si();
  const double flow_w_k = 12e6 / 5.5;
  double power_w = 0.0;
  for (int i = 0; i < 50; ++i) {
    const double leaving_k = 273.15 + 21.0 + (evaporator_w + power_w) / flow_w_k;
    power_w = evaporator_w / (0.713982 * (273.15 + 16.0) / (leaving_k + 2.0 - (273.15 + 16.0)));
  }
  EXPECT_NEAR(answer.compressors.si() / power_w, 1.0, 1e-4);
}

TEST(HeatPlant, TheEconomizerCarriesAllInTheColdAndChillersRest) {
  Loop loop(chilled(true));
  HeatPlant::Answer answer;
  for (int i = 0; i < 300; ++i) answer = loop.step(kCold, 8.0 * MW);
  EXPECT_EQ(answer.chillers_running, 0);
  EXPECT_EQ(answer.compressors.si(), 0.0);
  EXPECT_TRUE(answer.economizing);
  EXPECT_NEAR(loop.supply.in_celsius(), 18.0, 1e-3);
  EXPECT_FALSE(answer.at_limit);
}

TEST(HeatPlant, InBetweenTheEconomizerPrecoolsAndSavesChillerPower) {
  Loop with(chilled(true)), without(chilled(false));
  HeatPlant::Answer a, b;
  const auto air = OutdoorAir::from_wet_bulb(Temperature::celsius(18.0), Temperature::celsius(14.0));
  for (int i = 0; i < 600; ++i) a = with.step(air, 8.0 * MW), b = without.step(air, 8.0 * MW);
  EXPECT_TRUE(a.economizing);
  EXPECT_GT(a.compressors.si(), 0.0);
  EXPECT_LT(a.compressors.si(), 0.8 * b.compressors.si());
  EXPECT_NEAR(with.supply.in_celsius(), 18.0, 0.05);
}

TEST(HeatPlant, InTheHeatTheEconomizerStandsAside) {
  Loop loop(chilled(true));
  HeatPlant::Answer answer;
  for (int i = 0; i < 300; ++i) answer = loop.step(kHot, 8.0 * MW);
  EXPECT_FALSE(answer.economizing);
  EXPECT_EQ(answer.chillers_running, 4);
}

// ---- faults, each by itself

TEST(HeatPlant, ASpareChillerReplacesAFailedOne) {
  Loop loop(chilled(false));
  for (int i = 0; i < 100; ++i) loop.step(kMild, 9.5 * MW);
  loop.plant.disturb(loop.now, 4, 0, {.cause = "test"}, true);
  EXPECT_DOUBLE_EQ(loop.plant.capability(4), 0.8);
  auto answer = loop.step(kMild, 9.5 * MW);
  double warmest_c = 0.0;
  for (int i = 0; i < 100; ++i) {
    answer = loop.step(kMild, 9.5 * MW);
    warmest_c = std::max(warmest_c, loop.supply.in_celsius());
  }
  EXPECT_NEAR(loop.supply.in_celsius(), 18.0, 1e-3);
  EXPECT_LT(warmest_c, 19.0);
}

TEST(HeatPlant, AFailedCellIsToldByItsShareAndTheOthersHold) {
  Loop loop(direct());
  auto answer = loop.step(kMild, 8.0 * MW);
  for (int i = 0; i < 30; ++i) answer = loop.step(kMild, 8.0 * MW);
  const Power before = answer.fans;
  loop.plant.disturb(loop.now, 0, 1, {.cause = "test"}, true);
  loop.plant.disturb(loop.now, 0, 1, {.kind = Disturbance::Kind::maintain, .cause = "other"}, true);
  EXPECT_DOUBLE_EQ(loop.plant.capability(0), 0.75);
  for (int i = 0; i < 30; ++i) answer = loop.step(kMild, 8.0 * MW);
  EXPECT_GT(answer.fans, before);
  EXPECT_NEAR(loop.supply.in_celsius(), 30.0, 1e-3);
  // Two reasons: it is well when the last has gone.
  loop.plant.disturb(loop.now, 0, 1, {.cause = "test"}, false);
  EXPECT_DOUBLE_EQ(loop.plant.capability(0), 0.75);
  loop.plant.disturb(loop.now, 0, 1, {.kind = Disturbance::Kind::maintain, .cause = "other"}, false);
  EXPECT_DOUBLE_EQ(loop.plant.capability(0), 1.0);
}

TEST(HeatPlant, TheSpareFacilityPumpTakesOverAndASecondLossCostsFlow) {
  Loop loop(direct());
  EXPECT_EQ(loop.step(kMild, 8.0 * MW).flow_share, 1.0);
  loop.plant.disturb(loop.now, 1, 0, {.cause = "test"}, true);
  EXPECT_EQ(loop.step(kMild, 8.0 * MW).flow_share, 1.0);
  loop.plant.disturb(loop.now, 1, 1, {.cause = "test"}, true);
  // One of two pumps, shutoff head 1.25: 1/2 sqrt(1.25/(0.25 + 1/4)) = 0.790569.
  EXPECT_NEAR(loop.step(kMild, 8.0 * MW).flow_share, 0.790569, 1e-6);
}

TEST(HeatPlant, AfterALossOfPowerPumpsFansAndChillersComeBackInTheirTurn) {
  auto p = chilled(false);
  p.control.restart = {.pumps = 15.0 * s, .fans = 60.0 * s};
  Loop loop(p);
  for (int i = 0; i < 60; ++i) loop.step(kMild, 8.0 * MW);
  for (std::size_t d = 0; d < kDrives; ++d) loop.plant.set_powered(loop.now, static_cast<Drive>(d), false);
  auto answer = loop.step(kMild, 8.0 * MW);
  EXPECT_EQ(answer.taken.si() + answer.fans.si() + answer.loop_pumps.si() + answer.compressors.si() + answer.condenser_pumps.si(), 0.0);
  const Tick back = loop.now;
  for (std::size_t d = 0; d < kDrives; ++d) loop.plant.set_powered(loop.now, static_cast<Drive>(d), true);
  Tick pumps_at = kNever, fans_at = kNever, chillers_at = kNever;
  for (int i = 0; i < 40 && chillers_at == kNever; ++i) {
    answer = loop.plant.control({.now = loop.now, .supply = loop.supply, .heat = 8.0 * MW, .air = kMild});
    if (answer.loop_pumps.si() > 0.0) pumps_at = std::min(pumps_at, loop.now);
    if (answer.fans.si() > 0.0) fans_at = std::min(fans_at, loop.now);
    if (answer.compressors.si() > 0.0) chillers_at = std::min(chillers_at, loop.now);
    loop.advance(std::min(60.0, to_seconds(answer.next == kNever ? at(60) : answer.next - loop.now)), answer, 8.0 * MW);
  }
  EXPECT_EQ(pumps_at - back, at(15));
  // The machine that stood by starts with the pumps and takes 3 min; those that the loss stopped stay off for 5 min from
  // then, one minute of which was over when power came back.
  EXPECT_EQ(chillers_at - back, at(15 + 180));
  while (loop.plant.last().chillers_running < 4 && loop.now - back < at(3600)) {
    answer = loop.plant.control({.now = loop.now, .supply = loop.supply, .heat = 8.0 * MW, .air = kMild});
    if (answer.chillers_running >= 4) break;
    loop.advance(std::min(60.0, to_seconds(answer.next == kNever ? at(60) : answer.next - loop.now)), answer, 8.0 * MW);
  }
  EXPECT_EQ(loop.now - back, at(240 + 180));
  EXPECT_GE(fans_at - back, at(60));
}

TEST(HeatPlant, WithoutMakeUpTheStoreDrainsToTheSecondAndTheTowersAreDry) {
  auto p = direct();
  p.make_up = {.unit = 8, .config = {.storage = 10.0 * m3}};
  Loop loop(p);
  for (int i = 0; i < 30; ++i) loop.step(kMild, 8.0 * MW);
  loop.plant.disturb(loop.now, 8, -1, {.cause = "test"}, true);
  const Tick lost = loop.now;
  HeatPlant::Answer answer;
  double used_kg = 0.0;
  while (true) {
    answer = loop.plant.control({.now = loop.now, .supply = loop.supply, .heat = 8.0 * MW, .air = kMild});
    if (answer.dry) break;
    ASSERT_LT(loop.now - lost, at(36000));
    const auto before = loop.plant.totals(loop.now);
    const double span = answer.next == kNever ? 60.0 : to_seconds(answer.next - loop.now);
    loop.advance(std::min(60.0, span), answer, 8.0 * MW);
    const auto after = loop.plant.totals(loop.now);
    used_kg += (after.evaporation + after.drift + after.blowdown - before.evaporation - before.drift - before.blowdown).si();
  }
  EXPECT_NEAR(used_kg, 10.0 * 995.586 - 1.0, 1e-3);  // all but the last kilogram
  EXPECT_EQ(answer.taken.si(), 0.0);
  EXPECT_TRUE(answer.at_limit);
  EXPECT_NEAR(loop.plant.water_share(), 1.0 / 9955.86, 1e-7);
  loop.advance(60.0, answer, 8.0 * MW);
  loop.plant.disturb(loop.now, 8, -1, {.cause = "test"}, false);
  answer = loop.step(kMild, 8.0 * MW);
  EXPECT_FALSE(answer.dry);
  EXPECT_GT(answer.taken.si(), 8e6);
}

TEST(HeatPlant, PadsWithoutWaterLeaveADryCooler) {
  DryCooler::Params d;
  d.design_heat = kDesign, d.design_air = Temperature::celsius(35.0), d.design_inlet = Temperature::celsius(46.11), d.design_leaving = Temperature::celsius(40.55);
  d.design_fan_power = 400.0 * kW;
  const DryCooler dry(d);
  d.pad_effectiveness = 0.8;
  auto p = direct(35.0);
  p.coolers = {{.whole = DryCooler(d), .cells = {{.unit = 0, .part = 0, .share = 1.0}}, .on_condenser = false, .wet = false, .design_approach = 5.55 * K, .without_pads = dry}};
  p.make_up = {.unit = 8, .config = {.storage = 10.0 * m3}};
  Loop loop(p);
  auto answer = loop.step(kHot, 8.0 * MW);
  for (int i = 0; i < 60; ++i) answer = loop.step(kHot, 8.0 * MW);
  EXPECT_NEAR(loop.supply.in_celsius(), 35.0, 0.01);
  loop.plant.disturb(loop.now, 8, -1, {.cause = "test"}, true);
  for (int i = 0; i < 600; ++i) answer = loop.step(kHot, 8.0 * MW);
  EXPECT_TRUE(answer.dry);
  EXPECT_GT(loop.supply.in_celsius(), 40.0);  // air of 40 degC cannot do better
  EXPECT_NEAR(answer.taken.si(), 8e6 + answer.loop_pumps.si(), 1e4);
}

// ---- controls

TEST(HeatPlant, TheSetPointFollowsTheWetBulbAndStaysAboveTheDewPoint) {
  auto p = direct();
  p.control.reset = SetPointResetConfig{.approach = 6.0 * K, .min = Temperature::celsius(18.0), .max = Temperature::celsius(32.0)};
  {
    Loop loop(p);
    EXPECT_NEAR(loop.step(kMild, 1.0 * MW).set_point.in_celsius(), 21.0, 1e-9);
    EXPECT_NEAR(loop.step(kCold, 1.0 * MW).set_point.in_celsius(), 18.0, 1e-9);
    EXPECT_NEAR(loop.step(kHot, 1.0 * MW).set_point.in_celsius(), 32.0, 1e-9);
  }
  p.control.dew_point = DewPointGuardConfig{.room = Temperature::celsius(20.5), .margin = 2.0 * K};
  Loop loop(p);
  EXPECT_NEAR(loop.step(kMild, 1.0 * MW).set_point.in_celsius(), 22.5, 1e-9);
  p.control.dew_point = DewPointGuardConfig{};
  Loop outdoor(p);
  // 35 degC and 40 %: dew point 19.3846 degC (facts of psychrometrics).
  const auto humid = OutdoorAir::from_relative_humidity(Temperature::celsius(35.0), 0.4);
  EXPECT_NEAR(outdoor.step(humid, 1.0 * MW).set_point.in_celsius(), std::max(humid.wet_bulb.in_celsius() + 6.0, 21.3846), 1e-3);
}

TEST(HeatPlant, APiControllerHoldsTheSupplyToo) {
  auto p = direct();
  p.control.pi = PiControl::Params{.gain = 0.2, .integral = 600.0 * s};
  Loop loop(p);
  HeatPlant::Answer answer;
  for (int i = 0; i < 600; ++i) answer = loop.step(kMild, 7.0 * MW);
  EXPECT_NEAR(loop.supply.in_celsius(), 30.0, 1e-3);
  EXPECT_NEAR(answer.taken.si(), 7e6 + answer.loop_pumps.si(), 100.0);
}

TEST(HeatPlant, VariablePumpsFollowTheHeatByTheCube) {
  auto p = direct();
  p.pumps.min_flow = 0.4;
  Loop loop(p), full(direct());
  const auto half = loop.step(kMild, 5.0 * MW);
  EXPECT_NEAR(half.flow_share, 0.5, 1e-9);
  EXPECT_NEAR(half.loop_pumps / full.step(kMild, 5.0 * MW).loop_pumps, 0.125, 1e-6);  // no static head: n^3
  EXPECT_NEAR(loop.step(kMild, 1.0 * MW).flow_share, 0.4, 1e-9);
}

// ---- storage and reuse

TEST(HeatPlant, TheTankCarriesTheLoadWhileChillersAreOut) {
  auto p = chilled(false);
  p.tank = {.unit = 6, .config = {.tank = {.volume = 1000.0 * m3, .cold = Temperature::celsius(14.0), .warm = Temperature::celsius(24.0), .power = 12.0 * MW}}};
  Loop loop(p);
  for (int i = 0; i < 60; ++i) loop.step(kMild, 8.0 * MW);
  EXPECT_NEAR(loop.plant.tank_share(), 1.0, 1e-9);
  loop.plant.disturb(loop.now, 4, -1, {.cause = "test"}, true);
  const double full_j = 995.586 * 4184.0 * 1000.0 * 10.0;
  HeatPlant::Answer answer;
  double carried_s = 0.0;
  while (loop.plant.tank_share() > 0.05) {
    answer = loop.step(kMild, 8.0 * MW);
    carried_s += 60.0;
    ASSERT_LT(carried_s, 1e5);
  }
  EXPECT_NEAR(loop.supply.in_celsius(), 18.0, 0.05);
  EXPECT_NEAR(carried_s, 0.95 * full_j / (8e6 + answer.loop_pumps.si()), 90.0);
}

TEST(HeatPlant, ReusedHeatIsTakenBeforeAnythingElseAndNeverBelowTheNeighboursWater) {
  auto p = direct();
  p.reuse = {.unit = 7, .config = {.most = 3.0 * MW, .min_return = Temperature::celsius(30.0)}};
  Loop loop(p);
  HeatPlant::Answer answer;
  for (int i = 0; i < 120; ++i) answer = loop.step(kMild, 8.0 * MW);
  const auto before = loop.plant.totals(loop.now);
  loop.step(kMild, 8.0 * MW);
  const auto after = loop.plant.totals(loop.now);
  EXPECT_NEAR((after.reused - before.reused).si() / 60.0, 3e6, 1.0);
  EXPECT_NEAR((after.rejected - before.rejected).si() / 60.0, 5e6 + answer.loop_pumps.si(), 100.0);
  // At 1 MW the return is 0.8 K above 30 degC: 0.8 of 1.25 MW/K times that.
  for (int i = 0; i < 120; ++i) loop.step(kMild, 1.0 * MW);
  const auto a = loop.plant.totals(loop.now);
  answer = loop.step(kMild, 1.0 * MW);
  const auto b = loop.plant.totals(loop.now);
  EXPECT_NEAR((b.reused - a.reused).si() / 60.0, 0.8 * (1e6 + answer.loop_pumps.si()), 1e3);
}

TEST(HeatPlant, ADegradedNeighbourTakesLess) {
  auto p = direct();
  p.reuse = {.unit = 7, .config = {.most = 3.0 * MW, .min_return = Temperature::celsius(30.0)}};
  Loop loop(p);
  loop.plant.disturb(0, 7, -1, {.kind = Disturbance::Kind::degrade, .factor = 0.5, .cause = "test"}, true);
  for (int i = 0; i < 120; ++i) loop.step(kMild, 8.0 * MW);
  const auto before = loop.plant.totals(loop.now);
  loop.step(kMild, 8.0 * MW);
  EXPECT_NEAR((loop.plant.totals(loop.now).reused - before.reused).si() / 60.0, 1.5e6, 1.0);
}

TEST(HeatPlant, ATankGivesItsPowerOnceWhetherByTheClockOrForNeed) {
  auto p = chilled(false);
  p.tank = {.unit = 6, .config = {.tank = {.volume = 1000.0 * m3, .cold = Temperature::celsius(14.0), .warm = Temperature::celsius(24.0), .power = 2.0 * MW},
                                  .discharge = DayHoursConfig{.from = 0.0, .to = 24.0}}};
  Loop loop(p);
  loop.plant.disturb(0, 4, -1, {.cause = "test"}, true);
  for (int i = 0; i < 10; ++i) loop.step(kMild, 8.0 * MW);
  const auto before = loop.plant.totals(loop.now);
  loop.step(kMild, 8.0 * MW);
  EXPECT_NEAR((loop.plant.totals(loop.now).taken - before.taken).si() / 60.0, 2e6, 1.0);
}

TEST(HeatPlant, SlowPumpsMoveLess) {
  Loop loop(direct());
  EXPECT_NEAR(loop.step(kMild, 8.0 * MW).flow_share, 1.0, 1e-9);
  loop.plant.disturb(loop.now, 1, -1, {.kind = Disturbance::Kind::degrade, .factor = 0.5, .cause = "test"}, true);
  EXPECT_NEAR(loop.step(kMild, 8.0 * MW).flow_share, 0.5, 1e-6);
  EXPECT_NEAR(loop.plant.capability(1), 0.5, 1e-12);
}

TEST(HeatPlant, FiveChillersAtHalfTheirCapacityAreTwoAndAHalf) {
  // 2.5 MW each.
  Loop loop(chilled(false));
  loop.plant.disturb(0, 4, -1, {.kind = Disturbance::Kind::degrade, .factor = 0.5, .cause = "test"}, true);
  HeatPlant::Answer answer;
  for (int i = 0; i < 60; ++i) answer = loop.step(kMild, 8.0 * MW);
  EXPECT_EQ(answer.chillers_running, 5);
  EXPECT_NEAR(answer.taken.in(MW), 6.25, 1e-6);
}

TEST(HeatPlant, HeatOfOpenMotorsLeavesByTheMachineRoom) {
  ChillerEir::Params eir;
  eir.design_capacity = 2.5 * MW;
  eir.cop = 5.0;
  eir.design_evaporator_leaving = Temperature::celsius(18.0), eir.design_condenser_entering = Temperature::celsius(25.0);
  eir.min_evaporator_leaving = Temperature::celsius(4.0), eir.max_evaporator_leaving = Temperature::celsius(25.0);
  eir.min_condenser_entering = Temperature::celsius(5.0), eir.max_condenser_entering = Temperature::celsius(45.0);
  eir.min_part_load = eir.min_unloading = 0.1, eir.max_part_load = 1.0;
  eir.f1_a1 = eir.f2_a1 = 1.0, eir.f1_a2 = eir.f1_a3 = eir.f1_a4 = eir.f1_a5 = eir.f1_a6 = 0.0;
  eir.f2_a2 = eir.f2_a3 = eir.f2_a4 = eir.f2_a5 = eir.f2_a6 = 0.0;
  eir.f3_c1 = eir.f3_c3 = 0.0, eir.f3_c2 = 1.0;
  eir.motor_heat_frac = 0.9;
  auto p = chilled(false);
  p.chillers = {{.unit = 4, .group = ChillerGroup(ChillerEir(eir)), .count = 5, .air = false}};
  Loop loop(p);
  for (int i = 0; i < 240; ++i) loop.step(kMild, 8.0 * MW);
  // Each flow is checked where it passes; over all: in = out + stored.
  const auto t = loop.plant.totals(loop.now);
  EXPECT_GT(t.compressor_work.si(), 0.0);
  EXPECT_NEAR((t.taken + t.compressor_work + t.condenser_pump_work).si(), (t.rejected + t.condenser_stored).si(), 1e-6 * t.rejected.si());
}

}  // namespace
}  // namespace aifactory
