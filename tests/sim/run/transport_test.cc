/// Whole runs in which the way of water and air takes time: headers of the facility loop, air handlers of the plant and of rooms.
#include <algorithm>
#include <cmath>
#include <deque>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return text.replace(place, from.size(), to);
}
/// The hall with more to say about its plant.
std::string plant_with(const std::string& keys, const std::string& events = "") {
  return with(hall(events), "cooling: {plant: tower,", "cooling: {plant: tower, " + keys + ",");
}
const char* kTowersFail = "events: [{at: 1 h, fail: a.cooling.towers}]\n";

TEST(Headers, TheRacksSeeTheSupplyOfTenMinutesAgo) {
  const auto result = run_scenario(plant_with("volume: 40 L/kW, supply_header: {delay: 10 min}, return_header: {length: 400 m, diameter: 350 mm}", kTowersFail));
  expect_closed(result);
  const std::size_t plant = column(result.series, "a.facility_supply_c"), racks = column(result.series, "a.supply_at_racks_c");
  const auto at = [&](std::size_t row, std::size_t c) { return result.series.at(row, c); };
  double moved_k = 0.0;
  for (std::size_t row = 11; row < 300; ++row) {
    // A step of the plant's minute enters when it is taken; a quantum of 0.01 K is not told.
    const double then_c = at(row - 10, plant), before_c = at(row - 11, plant);
    EXPECT_GE(at(row, racks), std::min(then_c, before_c) - 0.0101) << row;
    EXPECT_LE(at(row, racks), std::max(then_c, before_c) + 0.0101) << row;
    moved_k = std::max(moved_k, at(row, racks) - 30.0);
  }
  EXPECT_GT(moved_k, 20.0);
  EXPECT_NEAR(number(result, "plant.max_facility_supply_c"), number(result, "plant.max_supply_at_racks_c"), 3.0);
}

TEST(Headers, AtRestNothingIsDifferent) {
  const std::string plain = in_child([] {
    const auto r = run_scenario(plant_with("volume: 40 L/kW"));
    return fmt::format("{:.9g} {:.9g}", number(r, "energy.facility_mwh"), number(r, "thermal.max_chip_c"));
  });
  const auto result = run_scenario(plant_with("volume: 40 L/kW, supply_header: {delay: 5 min}, return_header: {delay: 5 min}"));
  expect_closed(result);
  double facility_mwh = 0.0, chip_c = 0.0;
  ASSERT_EQ(std::sscanf(plain.c_str(), "%lf %lf", &facility_mwh, &chip_c), 2);
  EXPECT_NEAR(number(result, "energy.facility_mwh") / facility_mwh, 1.0, 2e-4);  // fans follow the job ten minutes late
  EXPECT_NEAR(number(result, "thermal.max_chip_c"), chip_c, 0.5);
}

// Towers fail at full load and the pumps go on.  By hand, with b the rise of the technology loops, d and m those of the water at the
// racks and at the plant, W the loop's flow, g the exchangers, all from rest:
//     C_s db/dt = -g (b - d),   C_m dm/dt = Q + P + W (d - m) + g (b - d) - Q_0,   d(t) = m(t - delay)
// where Q + P is what the towers rejected, and Q_0 = W (8 K) stands for the warm return.  The chips throttle at the same b.
TEST(Headers, ALongSupplyHeaderPutsTheThrottleOff) {
  const auto throttle_s = [](const RunResult& r) {
    for (const EventRecord& event : r.events) {
      if (event.kind == "throttle") return to_seconds(event.at) - 3600.0;
    }
    return kUnset;
  };
  const double mixed_l_kw = 20.0, delay_s = 600.0, flow_l_s_kw = 1e3 / (kWater.specific_heat.si() * 8.0 * kWater.density.si()) * 1e3;
  const std::string plain = in_child([&] { return fmt::format("{:.6f}", throttle_s(run_scenario(plant_with("volume: 20 L/kW", kTowersFail)))); });
  const auto result = run_scenario(plant_with(fmt::format("volume: {:.6f} L/kW, supply_header: {{delay: 10 min}}", mixed_l_kw + delay_s * flow_l_s_kw), kTowersFail));
  expect_closed(result);
  const double without_s = std::stod(plain), with_s = throttle_s(result);
  ASSERT_GT(without_s, 600.0);
  EXPECT_GT(with_s, without_s + delay_s);  // the water that comes back is colder, too

  const std::size_t row = 58;  // before the towers fail
  const double rejected_w = result.series.at(row, column(result.series, "a.rejected_mw")) * 1e6;
  const auto prepared = prepare(read_scenario(plant_with("volume: 20 L/kW")));
  const SitePlan& plan = prepared->sites.front().plan;
  const double design_w = plan.design_heat.si(), w = design_w / 8.0, c_m = kWater.heat_capacity(Volume(mixed_l_kw * 1e-6 * design_w)).si();
  const PlantEquipment plant = build_plant(plan);
  double c_s = 0.0, g = 0.0;
  for (std::size_t i = 0; i < plant.cdus.size(); ++i) {
    c_s += plant.cdus[i].secondary_heat_capacity().si() + 8.0 * 72.0 * 960.0;  // with chips and plates of its racks
    g += plant.cdus[i].exchange(plant.primary[i], plant.cdus[i].design_secondary()).conductance.si();
  }
  // Rise of the loops at `until_s`, or the time at which it has reached `limit_k`.
  const auto by_hand = [&](double delay, double until_s, double limit_k) {
    constexpr double kStep_s = 0.25;
    std::deque<double> pipe(static_cast<std::size_t>(delay / kStep_s), 0.0);
    double b = 0.0, m = 0.0, t = 0.0;
    for (; t < until_s && b < limit_k; t += kStep_s) {
      pipe.push_back(m);
      const double d = pipe.front();
      pipe.pop_front();
      const double out_w = g * (b - d);
      b -= kStep_s * out_w / c_s;
      m += kStep_s * (rejected_w + w * (d - m) + out_w) / c_m;
    }
    return std::pair(b, t);
  };
  const double limit_k = by_hand(0.0, without_s, 1e9).first;
  EXPECT_NEAR(with_s, by_hand(delay_s, 1e9, limit_k).second, 60.0);  // the loop holds each step for a minute
}

TEST(Headers, ThatLeaveTooLittleToMixAreRefusedWithAWayOut) {
  try {
    prepare(read_scenario(plant_with("supply_header: {delay: 10 min}, return_header: {delay: 10 min}")));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("raise `volume` to 37.8 L/kW or more, or shorten the headers"), std::string::npos) << error.what();
  }
}

// Pumps, fans and air handlers come and go, with flow that follows the heat.
class HeadersThroughFaults : public testing::TestWithParam<std::uint64_t> {};
TEST_P(HeadersThroughFaults, BooksClose) {
  const std::uint64_t seed = GetParam();
  const auto u = [state = seed * 2654435761U]() mutable { return static_cast<double>((state = (state * 1103515245U + 12345U) % 2147483648U)) / 2147483648.0; };
  const char* units[] = {"a.cooling.towers", "a.cooling.towers.cell_01", "a.cooling.fws.pump_a", "a.cooling.fws", "a.cooling.air", "a.power.mech", "a.cooling.cdu_02"};
  std::string events = "events:\n";
  auto draw = u;
  for (int e = 0; e < 14; ++e) {
    const double at_s = 1800.0 + 25000.0 * draw();
    const auto unit = static_cast<std::size_t>(draw() * std::size(units));
    events += fmt::format("  - {{at: {:.0f} s, fail: {}, for: {:.0f} s}}\n", at_s, units[unit], 20.0 + 1500.0 * draw());
  }
  const auto result = run_scenario(plant_with(fmt::format("volume: 40 L/kW, supply_header: {{delay: {:.0f} s}}, return_header: {{delay: {:.0f} s}}, min_flow: 0.4", 10.0 + 500.0 * draw(), 10.0 + 500.0 * draw()), events));
  expect_closed(result, 1e-9);
}
INSTANTIATE_TEST_SUITE_P(, HeadersThroughFaults, testing::Range<std::uint64_t>(1, 7));

// The air handlers of the plant fail for five minutes: what leaves racks by air, and the losses, warm air and steel of 5.2 kJ/K for
// each kW that they are built for, and reach the water when they are back.
TEST(PlantAirHandlers, ThatFailLetTheHallsWarm) {
  const auto result = run_scenario(hall("events: [{at: 2 h, fail: a.cooling.air, for: 5 min}]\n"));
  expect_closed(result);
  const auto prepared = prepare(read_scenario(hall()));
  const double rating_w = prepared->sites.front().plan.air_heat.si(), content_j_k = rating_w * 1e-3 * (0.35 * 1.2 * 1006.0 + 10.0 * 480.0);
  const std::size_t air = column(result.series, "a.supply_air_c"), it = column(result.series, "a.it_mw"), loss = column(result.series, "a.power_loss_mw");
  const double before_c = result.series.at(119, air), after_c = result.series.at(125, air);
  const double by_air_w = result.series.at(122, it) * 1e6 * 0.13, losses_w = result.series.at(122, loss) * 1e6;
  const double minute_k = result.series.at(123, air) - result.series.at(122, air);
  EXPECT_NEAR(minute_k, result.series.at(124, air) - result.series.at(123, air), 1e-9);
  EXPECT_GT(minute_k, by_air_w * 60.0 / content_j_k);                 // losses of what stands indoors come on top
  EXPECT_LT(minute_k, (by_air_w + losses_w) * 60.0 / content_j_k);
  EXPECT_GT(after_c, before_c + 4.0 * minute_k);
  EXPECT_NEAR(number(result, "plant.max_supply_air_c"), after_c, minute_k);
  const auto limits = events_of(result, "limit");
  ASSERT_EQ(limits.size(), 2u);
  EXPECT_EQ(limits[0].what, "air handlers do not carry the heat, supply_air_c");
  EXPECT_EQ(limits[0].cause, "a.cooling.air");
  EXPECT_EQ(limits[1].what, "air handlers carry the heat, supply_air_c");
  EXPECT_LT(to_seconds(limits[1].at), 7200.0 + 600.0);
  EXPECT_NEAR(result.series.at(140, air), before_c, 0.1);  // the water is a little warmer for what came late
}

// The same for half an hour with a limit of 45 degC: the racks go off when the closed box has come to it, and come back.
TEST(PlantAirHandlers, RacksGoOffAtTheInstantTheAirReachesItsLimit) {
  const auto result = run_scenario(plant_with("air_limit: 45 degC, control_period: 5 s", "record: {interval: 5 s}\nevents: [{at: 2 h, fail: a.cooling.air, for: 30 min}]\n"));
  expect_closed(result);
  const std::size_t air = column(result.series, "a.supply_air_c");
  // A straight line once the fans' own losses are gone, from the row five seconds after the failure on.
  const double first_c = result.series.at(1441, air), row_k = result.series.at(1442, air) - first_c;
  const auto off = events_of(result, "rack_off");
  ASSERT_EQ(off.size(), 1u);
  EXPECT_EQ(off[0].unit, "a.h.c.rack_0-23");
  EXPECT_NEAR(to_seconds(off[0].at) - 7205.0, (45.0 - first_c) / row_k * 5.0, 1e-3);
  EXPECT_EQ(off[0].cause, "a.cooling.air_limit");
  ASSERT_EQ(events_of(result, "recover").size(), 1u);
  EXPECT_GT(to_seconds(events_of(result, "recover")[0].at), 9000.0);
  EXPECT_EQ(number(result, "reliability.interruptions"), 1.0);
}

TEST(PlantAirHandlers, OneOfFourWithASpareIsNotMissed) {
  const std::string units = "cooling: {units: {towers: {kind: tower, tower: merkel_range8, rating: 4 MW}, fws: {kind: loop, rating: 4 MW, supply: 30 degC, range: 8 K, volume: 20 L/kW}, "
                            "c1: {kind: cdu, cdu: cdu_1300kw}, c2: {kind: cdu, cdu: cdu_1300kw}, c3: {kind: cdu, cdu: cdu_1300kw}, "
                            "air: {kind: crah, crah: fan_wall_warm_water, rating: 700 kW, count: 3, redundancy: N+1}}}";
  const std::string text = with(with(hall("events: [{at: 2 h, fail: a.cooling.air.crah_02, for: 2 h}, {at: 6 h, fail: a.cooling.air.crah_*, for: 1 min}]\n"),
                                     "cooling: {plant: tower, supply: 30 degC, tower: merkel_range8, cdu: cdu_1300kw, crah: fan_wall_warm_water}", units),
                                "racks: 24}}}}", "racks: 24, cooling: [c1, c2, c3]}}}}");
  const auto result = run_scenario(text);
  expect_closed(result);
  const auto failures = events_of(result, "failure");
  ASSERT_FALSE(failures.empty());
  EXPECT_EQ(failures[0].unit, "a.cooling.air.crah_02");
  EXPECT_NEAR(failures[0].value, 0.75, 1e-12);
  const std::size_t air = column(result.series, "a.supply_air_c");
  EXPECT_GT(result.series.at(180, air), result.series.at(110, air) + 1.0);  // three turn faster, and stay below the 35 degC that they are built for
  EXPECT_LT(result.series.at(180, air), 35.0);
  for (const EventRecord& limit : events_of(result, "limit")) EXPECT_GT(to_seconds(limit.at), 5.9 * 3600.0) << limit.what;
}

/// Twenty air-cooled racks under six air handlers in two clusters or one.
std::string air_hall(const std::string& clusters, const std::string& jobs, const std::string& room = "", const std::string& events = "") {
  return R"(
format: 1
name: air
start: 2026-05-04
duration: 3 h
sites:
  a:
    weather: {constant: {dry_bulb: 20 degC, wet_bulb: 10 degC}}
    grid: {capacity: 6 MW}
    power: {layout: 3N/2, block: 1 MW, ups: double_conversion_1mw, transformer: liquid_2500kva, hv_transformer: liquid_2500kva}
    cooling: {plant: tower, supply: 18 degC, tower: {base: merkel_range8, design_wet_bulb: 14 degC, design_inlet: 26 degC, design_leaving: 18 degC}}
    halls: {h: {room: {supply: 25 degC, crahs: 6, crah: {base: fan_wall_generic, design_heat: 350 kW, design_fan_power: 16 kW})" + room + R"(}, clusters: {)" + clusters + R"(}}}
workload:
  jobs: [)" + jobs + "]\n" + events;
}

TEST(Rooms, TwoClustersOfLikeRacksShareTheAir) {
  const std::string fail = "events: [{at: 1 h, fail: \"a.h.crah_*\", for: 30 min}]\n";
  const auto outcome = [](const RunResult& r) {
    std::string text = fmt::format("{:.9g} {:.6f} {:.6f}", number(r, "energy.it_mwh"), number(r, "thermal.max_chip_c"), number(r, "thermal.max_supply_air_c"));
    for (const char* kind : {"throttle", "trip"}) text += fmt::format(" {}", to_seconds(events_of(r, kind).at(0).at));
    return text;
  };
  const std::string one = in_child([&] { return outcome(run_scenario(air_hall("c: {rack: trn2_ultraserver, racks: 20}", "{name: big, racks: 20, duration: 10 h, utilization: 1, walltime: 30 d}", "", fail))); });
  const auto two = run_scenario(air_hall("c: {rack: trn2_ultraserver, racks: 12}, d: {rack: trn2_ultraserver, racks: 8}",
                                         "{name: b1, racks: 12, duration: 10 h, utilization: 1, walltime: 30 d}, {name: b2, racks: 8, duration: 10 h, utilization: 1, walltime: 30 d}", "", fail));
  expect_closed(two);
  EXPECT_EQ(outcome(two), one);
}

TEST(Rooms, ALostSupplyTakesItsAirHandlersAlone) {
  const auto result = run_scenario(air_hall("c: {rack: trn2_ultraserver, racks: 20}", "{name: big, racks: 20, duration: 10 h, utilization: 1, walltime: 30 d}",
                                            ", supplies: [[bus_01a], [bus_01b], [bus_01c]]", "events: [{at: 1 h, fail: a.power.bus_01b, for: 30 min}]\n"));
  expect_closed(result);
  std::vector<std::string> told;
  for (const EventRecord& event : result.events) {
    if (event.unit == "a.h") told.push_back(event.what);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"air handlers 3-4 off", "air handlers 3-4 on"}));
  // Four of six carry what is left; the racks' power brake takes a third of it.
  EXPECT_EQ(events_of(result, "throttle").size(), 0u);
  const std::size_t ratio = column(result.series, "a.h.fan_ratio_frac");
  const std::size_t it = column(result.series, "a.it_mw");
  const double heat = result.series.at(70, it) / result.series.at(50, it), fans = result.series.at(70, ratio) / result.series.at(50, ratio);
  EXPECT_NEAR(fans / heat, 6.0 / 4.0, 0.06);  // in steps of 0.02
}

}  // namespace
}  // namespace aifactory
