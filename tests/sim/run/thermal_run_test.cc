/// Whole runs of halls that lose their cooling: the sequence, its instants by an integration in small steps, the books.
#include <array>
#include <cmath>
#include <random>

#include "models/thermal/chip.h"
#include "tests/sim/run/air_hall.h"
#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

RackParams rack_of(const std::string& scenario) {
  return read_scenario(scenario).sites.items.front().second.halls.items.front().second.clusters.items.front().second.rack.value;
}

const EventRecord* first(const RunResult& result, const std::string& kind, Tick after = 0) {
  for (const EventRecord& event : result.events) {
    if (event.kind == kind && event.at >= after) return &event;
  }
  return nullptr;
}

TEST(Rooms, AHealthyHallHoldsItsAirAndCloses) {
  const auto result = run_scenario(AirHall().yaml());
  expect_closed(result);
  const std::size_t air = column(result.series, "a.h.supply_air_c");
  EXPECT_NEAR(result.series.at(result.series.times().size() - 1, air), 25.0, 1e-3);
  EXPECT_EQ(first(result, "throttle"), nullptr);
  // 25 degC + 500 W x (0.02 + 0.01 + 0.06) K/W
  EXPECT_NEAR(number(result, "thermal.max_chip_c"), 70.0, 0.1);
  EXPECT_NEAR(number(result, "thermal.max_supply_air_c"), 25.0, 1e-3);
}

TEST(Rooms, OneAirHandlerOfSixMayFail) {
  const auto result = run_scenario(AirHall{.events = "events: [{at: 1 h, fail: a.h.crah_03, for: 30 min}]\n"}.yaml());
  expect_closed(result);
  EXPECT_EQ(first(result, "throttle"), nullptr);
  EXPECT_LT(number(result, "thermal.max_supply_air_c"), 26.0);
  ASSERT_NE(first(result, "failure"), nullptr);
  EXPECT_EQ(first(result, "failure")->unit, "a.h.crah_03");
}

TEST(Rooms, WithAllAirHandlersLostTheRacksThrottleWhenAnIntegrationSays) {
  const auto result = run_scenario(AirHall{.events = "events: [{at: 1 h, fail: \"a.h.crah_*\", for: 30 min}]\n"}.yaml());
  expect_closed(result);
  const EventRecord* throttle = first(result, "throttle");
  ASSERT_NE(throttle, nullptr);
  const EventRecord* trip = first(result, "trip");
  ASSERT_NE(trip, nullptr);
  // The hall by hand: chips, heat sinks, air and steel from rest at 25 degC supply air; heat stays in the room.
  const Rack rack(rack_of(AirHall().yaml()));
  const auto& p = rack.params();
  const double n = 20.0 * 64.0, input = rack.rated_input_power().si() * 20.0, kw = input / 1e3;
  const double air = 0.35 * kw * 1.2 * 1006.0, steel = 10.0 * kw * 480.0, area = 12.7 * kw;
  const double r1 = p.chip_resistance.si(), r2 = rack.plate_resistance(rack.plate_flow(rack.design_flow())).si();
  const auto simulate_until = [&](double limit_c) {
    double chips = n * p.accelerator_max.si();
    const double losses = input - chips;
    std::array<double, 4> y{25.0 + 500.0 * (r1 + r2), 25.0 + 500.0 * r2, 25.0, 25.0};
    const auto slope = [&](const std::array<double, 4>& z) {
      const double up = n * (z[0] - z[1]) / r1, out = n * (z[1] - z[2]) / r2, st = area * (z[3] - z[2]);
      return std::array<double, 4>{(chips - up) / (n * p.chip_capacity.si()), (up - out) / (n * p.plate_capacity.si()), (out + losses + st) / air, -st / steel};
    };
    double t = 0.0;
    constexpr double dt = 1e-2;
    while (y[0] < limit_c && t < 3600.0) {
      const auto a = slope(y);
      auto z = y;
      for (std::size_t i = 0; i < 4; ++i) z[i] += 0.5 * dt * a[i];
      const auto b = slope(z);
      for (std::size_t i = 0; i < 4; ++i) y[i] += dt * b[i];
      t += dt;
    }
    return t;
  };
  // Losses of power rooms (6 % at most) also go to this air: a little earlier than by hand, and by no more than that.
  const double hand_s = simulate_until(p.throttle_temp.in_celsius()), told_s = to_seconds(throttle->at) - 3600.0;
  EXPECT_LT(told_s, hand_s);
  EXPECT_GT(told_s, 0.9 * hand_s);
  EXPECT_GT(trip->at, throttle->at);
  EXPECT_GT(number(result, "thermal.throttled_accelerator_h"), 0.0);
}

TEST(Rooms, RearDoorsGoOnWithoutAirHandlers) {
  const auto result = run_scenario(AirHall{.room = "rear_door: {base: passive_40kw, design_heat: 90 kW}, crahs: 3, crah: {base: fan_wall_generic, design_heat: 350 kW, design_fan_power: 16 kW}", .events = "events: [{at: 1 h, fail: \"a.h.crah_*\", for: 90 min}]\n"}.yaml());
  expect_closed(result);
  EXPECT_EQ(first(result, "trip"), nullptr);
  EXPECT_EQ(first(result, "throttle"), nullptr);
}

TEST(Rooms, TakeTheResidualOfLiquidRacks) {
  const std::string text = hall();
  auto room = text;
  const std::string from = "halls: {h: {clusters:", to = "halls: {h: {room: {crah: fan_wall_warm_water, crahs: 4}, clusters:";
  room.replace(room.find(from), from.size(), to);
  const auto result = run_scenario(room);
  expect_closed(result);
  EXPECT_GT(number(result, "thermal.max_supply_air_c"), 30.0);
  EXPECT_LT(number(result, "thermal.max_supply_air_c"), 40.0);
}

// Pumps stop: chips and plates keep their heat.  From rest at a supply of 40 degC, with lumps C1 and C2 and C = C1 + C2,
//     T_chip(t) = 40 + P R2 + P R1 C1/C + P t/C + P R1 (C2/C)^2   once the chain's own mode (0.6 s) has died out.
TEST(LossOfCooling, ChipsThrottleWhenTheirHeatCapacitySays) {
  const auto config = read_or_throw<ScenarioConfig>(load_document(AIFACTORY_SOURCE_DIR "/scenarios/loss_of_cooling/scenario.yaml"), Catalog::standard());
  const auto prepared = prepare(config);
  std::vector<std::pair<std::string, double>> by_hand;
  for (const ClusterPlan& cluster : prepared->sites.front().plan.clusters) {
    const Rack rack(cluster.config->rack.value);
    const RackParams& p = rack.params();
    const auto racks = static_cast<double>(cluster.banks.front().cdu_racks);
    const VolumeFlow flow = VolumeFlow(1.5e-3 / 60.0 * 1300.0 / racks);  // of a CDU of 1.3 MW, over its racks
    const double r1 = p.chip_resistance.si(), r2 = rack.plate_resistance(rack.plate_flow(flow)).si(), power = p.accelerator_max.si();
    const double c1 = p.chip_capacity.si(), c2 = p.plate_capacity.si(), c = c1 + c2;
    const double rest_c = 40.0 + power * (r2 + r1 * c1 / c + r1 * (c2 / c) * (c2 / c));
    by_hand.emplace_back(cluster.unit, (p.throttle_temp.in_celsius() - rest_c) * c / power);
  }
  const auto result = simulate(*prepared);
  expect_closed(result);
  for (const auto& [unit, hand_s] : by_hand) {
    double told_s = kUnset, trip_s = kUnset;
    for (const EventRecord& event : result.events) {
      if (event.unit.rfind(unit + ".", 0) != 0) continue;
      if (event.kind == "throttle" && std::isnan(told_s)) told_s = to_seconds(event.at) - 1800.0;
      if (event.kind == "trip" && std::isnan(trip_s)) trip_s = to_seconds(event.at) - 1800.0;
    }
    EXPECT_NEAR(told_s, hand_s, 0.02) << unit;
    EXPECT_GT(trip_s, told_s) << unit;
  }
}

// With a UPS behind the board of pumps and fans the same happens when its battery is empty, and not before.
TEST(LossOfCooling, APumpUpsAddsWhatItsBatteryHolds) {
  const auto config = read_or_throw<ScenarioConfig>(load_document(AIFACTORY_SOURCE_DIR "/scenarios/loss_of_cooling/scenario.yaml"), Catalog::standard());
  const auto result = simulate(*prepare(config));
  expect_closed(result);
  const auto of = [&](const std::string& kind, const std::string& unit) -> const EventRecord* {
    for (const EventRecord& event : result.events) {
      if (event.kind == kind && event.unit.rfind(unit, 0) == 0) return &event;
    }
    return nullptr;
  };
  const EventRecord* battery = of("ups", "pump_ups.power.ups_mech");
  const EventRecord* empty = of("battery_empty", "pump_ups.power.ups_mech");
  const EventRecord* pumps = of("failure", "pump_ups.cooling");
  ASSERT_TRUE(battery && empty && pumps);
  EXPECT_EQ(battery->cause, "pump_ups.power.mech");
  EXPECT_EQ(battery->at, 1800 * kTicksPerSecond);
  EXPECT_EQ(empty->cause, "pump_ups.power.mech");
  EXPECT_EQ(pumps->cause, "pump_ups.power.ups_mech");
  EXPECT_EQ(pumps->at, empty->at);
  const Tick gained = empty->at - battery->at;
  EXPECT_NEAR(to_seconds(gained), 471.87, 0.01);
  EXPECT_NEAR(empty->value, to_seconds(gained), 1e-9);
  for (const char* rack : {"37kw", "82kw", "126kw", "232kw"}) {
    for (const char* kind : {"throttle", "trip"}) {
      const EventRecord* without = of(kind, fmt::format("pumps_stop.hall_a.a_{}.", rack));
      const EventRecord* with = of(kind, fmt::format("pump_ups.hall_c.c_{}.", rack));
      ASSERT_TRUE(without && with) << kind << " " << rack;
      EXPECT_NEAR(to_seconds(with->at - without->at), to_seconds(gained), 1e-5) << kind << " " << rack;
    }
  }
  for (const EventRecord& event : result.events) EXPECT_FALSE(event.cause.empty()) << event.kind << " " << event.unit;
}

/// One CDU with eight racks whose chips leak.
std::string leaking(const std::string& rack, const std::string& events = "") {
  auto text = hall(events, "walltime: 30 d");
  const auto put = [&](const std::string& from, const std::string& to) { text.replace(text.find(from), from.size(), to); };
  put("rack: gb200_nvl72, hold_up: 0 s, racks: 24", "rack: {base: gb200_nvl72, " + rack + "}, racks: 8");
  put("racks: 24, duration: 6 h", "racks: 8, duration: 6 h");
  put("duration: 9 h", "duration: 2 h");
  put("cdu: cdu_1300kw,", "cdu: cdu_1300kw, cdu_control: {supply: 40 degC},");
  return text;
}

TEST(Leakage, ComesToTheBalanceOfTheFixedPoint) {
  const auto result = run_scenario(leaking("leakage: {leakage_at_reference: 100 W, reference: 60 degC, e_folding: 60 K}"));
  expect_closed(result);
  // Without leakage 1200 W; of those 100 W at 60 degC leak.  The supply is held at 40 degC.
  const Rack rack(rack_of(hall()));
  const LeakageModel model({.leakage_at_reference = 100.0 * W, .reference = Temperature::celsius(60.0), .e_folding = 60.0 * K});
  const VolumeFlow flow = VolumeFlow(1.5e-3 / 60.0 * 1300.0 / 8.0);  // 1.5 L/min/kW x 1.3 MW over eight racks
  const auto by_hand = model.evaluate(1100.0 * W, Temperature::celsius(40.0), rack.params().chip_resistance + rack.plate_resistance(rack.plate_flow(flow)));
  EXPECT_NEAR(number(result, "thermal.max_chip_c"), by_hand.junction.in_celsius(), 0.15);
  const std::size_t it = column(result.series, "c.it_mw");
  const double per_rack_w = result.series.at(result.series.times().size() - 2, it) * 1e6 / 8.0;
  const double expected_w = rack.input_power(rack.rated_dc_power() + 72.0 * (by_hand.power - 1200.0 * W)).si();
  EXPECT_NEAR(per_rack_w / expected_w, 1.0, 5e-4);  // a quantum of 0.25 K moves 100 W by half a watt of 1200
  EXPECT_TRUE(events_of(result, "runaway").empty());
}

TEST(Leakage, ThatOutrunsTheCoolantIsToldAndTrips) {
  // 170 W at 50 degC, e-folding in 14 K: at 70 degC the loop gain R dP/dT passes 1.
  const auto result = run_scenario(leaking("throttle_speed: 1, leakage: {leakage_at_reference: 170 W, reference: 50 degC, e_folding: 14 K}"));
  expect_closed(result);
  ASSERT_FALSE(events_of(result, "runaway").empty());
  ASSERT_FALSE(events_of(result, "trip").empty());
  EXPECT_LE(events_of(result, "runaway").front().at, events_of(result, "trip").front().at);
}

// Chips of one bank by hand: the same equations with leakage at each instant, in steps of 1 ms.
TEST(Leakage, ByQuantaDrawsTheEnergyOfLeakageAtEachInstant) {
  const auto result = run_scenario(leaking("leakage: {leakage_at_reference: 150 W, reference: 60 degC, e_folding: 40 K}"));
  const Rack rack(rack_of(hall()));
  const RackParams& p = rack.params();
  const VolumeFlow flow = VolumeFlow(1.5e-3 / 60.0 * 1300.0 / 8.0);
  const double r1 = p.chip_resistance.si(), r2 = rack.plate_resistance(rack.plate_flow(flow)).si();
  double chip = 40.0, plate = 40.0, extra_j = 0.0;  // the supply is at 40 degC from the first minutes on, and its rise is left out
  constexpr double dt = 1e-2;
  for (double t = 0.0; t < 7200.0; t += dt) {
    const double extra_w = 150.0 * std::expm1((chip - 60.0) / 40.0), between = (chip - plate) / r1, out = (plate - 40.0) / r2;
    chip += dt * (1200.0 + extra_w - between) / p.chip_capacity.si();
    plate += dt * (between - out) / p.plate_capacity.si();
    extra_j += extra_w * dt;
  }
  const double without_w = rack.rated_dc_power().si(), mean_w = without_w + 72.0 * extra_j / 7200.0;
  const double told_w = number(result, "energy.it_mwh") * 3.6e9 / 7200.0 / 8.0;
  EXPECT_NEAR(told_w / rack.input_power(Power(mean_w)).si(), 1.0, 1e-3);
}

TEST(Leak, InARackTakesItOutAndTheLoopLosesCoolant) {
  const auto result = run_scenario(hall("events: [{at: 1 h, leak: a.h.c.rack_3, for: 2 h}]\n"));
  expect_closed(result);
  EXPECT_EQ(number(result, "reliability.interruptions"), 1.0);
  ASSERT_FALSE(events_of(result, "leak").empty());
  EXPECT_EQ(events_of(result, "leak").front().unit, "a.cooling.cdu_01");
  EXPECT_NEAR(events_of(result, "leak").front().value, 1.0 - 0.5 / 3900.0, 1e-9);  // 1 L/min for 30 s of 3.9 m3
}

class RandomFaults : public testing::TestWithParam<std::uint64_t> {};
TEST_P(RandomFaults, BooksCloseAndNothingIsColderThanItsSetPoint) {
  std::mt19937_64 random(GetParam());
  const auto u = [&] { return std::uniform_real_distribution<>(0.0, 1.0)(random); };
  const char* units[] = {"a.cooling.cdu_01", "a.cooling.cdu_02.pump_a", "a.cooling.cdu_02.pump_b", "a.cooling.cdu_03.valve", "a.cooling.cdu_01.exchanger",
                         "a.cooling.cdu_03.controller", "a.h.crah_01", "\"a.h.crah_*\"", "a.power.mech", "a.h.c.rack_3", "a.cooling.cdu_02"};
  std::string events = "events:\n";
  for (int e = 0; e < 12; ++e) {
    const auto unit = static_cast<std::size_t>(u() * std::size(units));
    events += fmt::format("  - {{at: {:.0f} s, fail: {}, for: {:.0f} s}}\n", 1800.0 + 25000.0 * u(), units[unit], 20.0 + 1500.0 * u());
  }
  auto text = hall(events);
  const std::string from = "halls: {h: {clusters:", to = "halls: {h: {room: {crah: fan_wall_warm_water, crahs: 4, supply: 36 degC}, clusters:";
  text.replace(text.find(from), from.size(), to);
  const std::string cdu = "cdu: cdu_1300kw,", control = "cdu: cdu_1300kw, cdu_control: {supply: 40 degC, room_dew_point: 16 degC, restart: 30 s, standby_start: 5 s, pump_speed: by_load},";
  text.replace(text.find(cdu), cdu.size(), control);
  const auto result = run_scenario(text);
  expect_closed(result, 1e-9);
  const std::size_t supply = column(result.series, "a.coolant_supply_max_c");
  for (std::size_t row = 0; row < result.series.times().size(); ++row) EXPECT_GT(result.series.at(row, supply), 18.0);
}
INSTANTIATE_TEST_SUITE_P(, RandomFaults, testing::Range<std::uint64_t>(1, 11));

}  // namespace
}  // namespace aifactory
