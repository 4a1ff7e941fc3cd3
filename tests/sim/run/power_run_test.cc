/// Whole runs through losses of power: who carries what, what trips when, what drops, in which order.
#include <gmock/gmock.h>

#include <cmath>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {
using testing::ElementsAre;

constexpr Tick kMinute = 60 * kTicksPerSecond, kHour = 60 * kMinute;
/// Input of a rack at full work, as run_test.cc derives it.
constexpr double kRackKw = 120.6 + 3.3702127659574 + (120.6 - 52.8) / (132.0 - 52.8) * (5.5 - 3.3702127659574);

/// The hall of run_support.h with whatever stands by: `power` is added to its layout.
std::string hall_with(const std::string& power, const std::string& events, const std::string& layout = "3N/2") {
  std::string yaml = hall(events);
  const auto put = [&](const std::string& what, const std::string& with) { yaml.replace(yaml.find(what), what.size(), with); };
  put(", breakers: false, batteries: false", power.empty() ? "" : ", " + power);
  put("layout: 3N/2", "layout: " + layout);
  put("hold_up: 0 s, ", "");
  return yaml;
}

/// "seconds kind unit what" of the events of some kinds.
std::vector<std::string> told(const RunResult& r, const std::vector<std::string>& kinds, Tick zero = 0) {
  std::vector<std::string> lines;
  for (const EventRecord& e : r.events) {
    if (std::find(kinds.begin(), kinds.end(), e.kind) == kinds.end()) continue;
    lines.push_back(fmt::format("{:.3f} {} {} {} < {}", to_seconds(e.at - zero), e.kind, e.unit, e.what, e.cause));
  }
  return lines;
}
std::size_t count(const RunResult& r, const std::string& kind) { return events_of(r, kind).size(); }

/// Three UPS of which each pair feeds eight racks; a block is rated for three quarters of what two groups draw.
std::string pairs(const std::string& events) {
  const std::string ups = fmt::format("{{kind: ups, from: [feed], ups: double_conversion_1mw, rating: {:.6f} kW, breaker: iec_ei, battery: {{}}}}", 12 * kRackKw);
  return fmt::format(R"(
format: 1
name: pairs
start: 2026-05-04
duration: 2 h
sites:
  s:
    grid: {{capacity: 6 MW}}
    power:
      units:
        feed: {{kind: utility_feed, rating: 6 MW}}
        a: {0}
        b: {0}
        c: {0}
    halls:
      h:
        clusters:
          ab: {{rack: gb200_nvl72, racks: 8, power: [[a, b]]}}
          bc: {{rack: gb200_nvl72, racks: 8, power: [[b, c]]}}
          ca: {{rack: gb200_nvl72, racks: 8, power: [[c, a]]}}
workload:
  jobs:
    - {{name: j_ab, racks: 8, duration: 5 h, utilization: 1, cluster: ab}}
    - {{name: j_bc, racks: 8, duration: 5 h, utilization: 1, cluster: bc}}
    - {{name: j_ca, racks: 8, duration: 5 h, utilization: 1, cluster: ca}}
scheduling: fcfs
{1}
)", ups, events);
}

TEST(Power, InPairsOfThreeBlocksTwoLostOverloadTheThirdWhichTripsByItsCurve) {
  const RunResult r = run_scenario(pairs("events: [{at: 10 min, fail: s.power.a}, {at: 20 min, fail: s.power.b}]\n"));
  expect_closed(r);
  // A lost: B and C carry 1.5 groups each, 1.0 of their rating.  B lost too: AB drops, C carries two groups, 4/3.
  const double multiple = (4.0 / 3.0) / 1.05, trip_s = 80.0 / (multiple * multiple - 1.0);
  EXPECT_NEAR(trip_s, 130.6129, 1e-4);
  const auto off = events_of(r, "rack_off"), trips = events_of(r, "breaker_trip"), over = events_of(r, "overload");
  ASSERT_EQ(over.size(), 1u);
  EXPECT_EQ(over[0].at, 20 * kMinute);
  EXPECT_EQ(over[0].unit, "s.power.c");
  EXPECT_NEAR(over[0].value, 4.0 / 3.0, 1e-6);
  EXPECT_EQ(over[0].cause, "s.power.b");
  ASSERT_EQ(trips.size(), 1u);
  EXPECT_NEAR(to_seconds(trips[0].at - 20 * kMinute), trip_s, 1e-3);
  EXPECT_EQ(trips[0].cause, "s.power.b");
  // The shelves hold each group up for 20 ms at full load.
  ASSERT_EQ(off.size(), 3u);
  EXPECT_EQ(off[0].unit, "s.h.ab.rack_0-7");
  EXPECT_EQ(off[0].cause, "s.power.b");
  EXPECT_NEAR(to_seconds(off[0].at - 20 * kMinute), 0.020, 2e-6);
  EXPECT_EQ(off[1].unit, "s.h.bc.rack_0-7");
  EXPECT_EQ(off[1].cause, "s.power.c");
  EXPECT_NEAR(to_seconds(off[1].at - trips[0].at), 0.020, 2e-6);
  EXPECT_EQ(off[2].unit, "s.h.ca.rack_0-7");
  EXPECT_EQ(number(r, "grid.breaker_trips"), 1.0);
}

TEST(Power, WithABlockBackInTimeTheBreakerRests) {
  const RunResult r = run_scenario(pairs("events: [{at: 10 min, fail: s.power.a}, {at: 20 min, fail: s.power.b, for: 2 min}]\n"));
  expect_closed(r);
  EXPECT_EQ(count(r, "breaker_trip"), 0u);
  EXPECT_EQ(count(r, "overload"), 2u);
}

TEST(Power, ABatteryCarriesTheRacksForAsLongAsItsEnergyLasts) {
  // C at 4/3 of its block would trip; here nothing fails but the feed, for 10 minutes.
  const RunResult r = run_scenario(pairs("events: [{at: 10 min, fail: s.power.feed, for: 10 min}]\n"));
  expect_closed(r);
  // Each block carries 8 of the 12 rack loads that it is rated for: 5 min x 12/8.
  const auto empty = events_of(r, "battery_empty"), off = events_of(r, "rack_off");
  ASSERT_EQ(empty.size(), 3u);
  EXPECT_NEAR(to_seconds(empty[0].at - 10 * kMinute), 450.0, 1e-3);
  ASSERT_EQ(off.size(), 3u);
  EXPECT_NEAR(to_seconds(off[0].at - empty[0].at), 0.020, 2e-6);
  EXPECT_NEAR(number(r, "grid.ups_battery_h"), 3 * 450.0 / 3600.0, 1e-6);
  EXPECT_NEAR(number(r, "grid.least_battery_charge_frac"), 0.0, 1e-6);
  // The batteries are charged again when the feed is back: what was lost is in the ledger.
  EXPECT_GT(number(r, "energy.storage_loss_mwh"), 0.0);
}

TEST(Power, AFeedLostForTwentySecondsReachesNoChipWithPumpsOnAUps) {
  const RunResult r = run_scenario(hall_with("pump_ups: true", "events: [{at: 1 h, fail: a.power.feed, for: 20 s}]\n"));
  expect_closed(r);
  EXPECT_EQ(r.jobs[0].finish, 6 * kHour);
  EXPECT_EQ(count(r, "rack_off") + count(r, "throttle") + count(r, "trip"), 0u);
  EXPECT_EQ(number(r, "reliability.interruptions"), 0.0);
  EXPECT_GT(number(r, "grid.ups_battery_h"), 0.0);
}

// Without flow chips at full work reach their throttle limit after 24 s: 20 s warm them, longer is felt.
TEST(Power, AFeedLostForTwentySecondsStopsPumpsThatHaveNoUps) {
  const RunResult r = run_scenario(hall_with("", "events: [{at: 1 h, fail: a.power.feed, for: 20 s}]\n"));
  expect_closed(r);
  EXPECT_EQ(count(r, "rack_off") + count(r, "throttle"), 0u);
  EXPECT_GT(number(r, "thermal.max_chip_c"), 80.0);
}

TEST(Power, AFeedLostForTwentyMinutesThrottlesAndTripsRacksWhosePumpsHaveNoUps) {
  const RunResult r = run_scenario(hall_with("", "events: [{at: 1 h, fail: a.power.feed, for: 20 min}]\n"));
  expect_closed(r);
  const auto throttles = events_of(r, "throttle"), trips = events_of(r, "trip");
  ASSERT_FALSE(throttles.empty());
  ASSERT_FALSE(trips.empty());
  EXPECT_NEAR(to_seconds(throttles[0].at - kHour), 23.7, 0.5);
  EXPECT_LT(to_seconds(trips[0].at - kHour), 120.0);  // the heat is faster than the batteries
  EXPECT_EQ(count(r, "battery_empty"), 0u);
}

TEST(Power, ABlackoutOfTwentySecondsIsToldAsOperatorsTellIt) {
  const RunResult r = run_scenario(hall_with("generators: diesel_3mw, pump_ups: true", "events: [{at: 1 h, fail: a.power.feed, for: 20 s}]\n"));
  expect_closed(r);
  const auto lines = told(r, {"failure", "repair", "ups", "generator", "transfer"}, kHour);
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  const auto at = [&](const std::string& what) {
    const auto place = text.find(what);
    EXPECT_NE(place, std::string::npos) << what << "\n" << text;
    return place;
  };
  const std::size_t steps[] = {
      at("0.000 failure a.power.feed"),
      at("0.000 ups a.power.ups_01a on battery, charge_frac < a.power.feed"),
      at("0.000 generator a.power.gen_01 start requested < a.power.feed"),
      at("11.000 generator a.power.gen_01 running"),
      at("11.100 transfer a.power.mv on gen"),
      at("11.100 ups a.power.ups_01a input back, load walks in < a.power.mv"),
      at("20.000 repair a.power.feed"),
      at("21.100 ups a.power.ups_01a on input"),
      at("320.000 transfer a.power.mv back on mv_utility"),
      at("320.000 generator a.power.gen_01 stopped"),
  };
  EXPECT_TRUE(std::is_sorted(std::begin(steps), std::end(steps))) << text;
  EXPECT_EQ(r.jobs[0].finish, 6 * kHour);
  EXPECT_EQ(count(r, "rack_off") + count(r, "throttle"), 0u);
  EXPECT_EQ(number(r, "grid.generator_starts"), 3.0);
  EXPECT_GT(number(r, "energy.generator_mwh"), 0.0);
  EXPECT_GT(number(r, "grid.fuel_m3"), 0.0);
  EXPECT_NEAR(number(r, "grid.generator_carbon_t"), number(r, "grid.fuel_m3") * 35.9e9 * 74.1e-9 / 1e3, 1e-6 * number(r, "grid.generator_carbon_t"));
}

/// The same hall with a controller, pumps and fans that take their time.
std::string staged(const std::string& events) {
  std::string yaml = hall_with("generators: diesel_3mw", events);
  const std::string crah = "crah: fan_wall_warm_water";
  yaml.replace(yaml.find(crah), crah.size(), crah + ", cdu_control: {restart: 10 s}, control: {restart: {pumps: 15 s, fans: 30 s}}");
  return yaml;
}

// Pumps have no UPS: CDUs are back 10 s, facility pumps 15 s and fans 30 s after the generators have taken over.  The chips
// would reach their throttle limit after 23.7 s without flow, and have it again after 21.1 s.
TEST(Power, AfterABlackoutTheCoolingRestartsInStages) {
  const RunResult r = run_scenario(staged("events: [{at: 1 h, fail: a.power.feed, for: 20 min}]\n"));
  expect_closed(r);
  std::vector<std::string> lines;
  for (const EventRecord& e : r.events) {
    if (e.unit.find("cooling") != std::string::npos && e.at >= kHour && e.at < kHour + kMinute) lines.push_back(fmt::format("{:.3f} {} {} {} < {}", to_seconds(e.at - kHour), e.kind, e.unit, e.what, e.cause));
  }
  EXPECT_THAT(lines, ElementsAre("0.000 failure a.cooling 3 CDUs: pumps off < a.power.feed",
                                 "0.000 failure a.cooling pumps, fans, air handlers off < a.power.feed",
                                 "11.100 repair a.cooling 3 CDUs: supply back, controller restarts < a.power.mv",
                                 "11.100 repair a.cooling pumps, fans, air handlers have power < a.power.mv",
                                 "11.100 limit a.cooling air handlers do not carry the heat, supply_air_c < machines restart",
                                 "21.100 start a.cooling.cdu_01 coolant_flow_frac < controller has restarted",
                                 "21.100 start a.cooling.cdu_02 coolant_flow_frac < controller has restarted",
                                 "21.100 start a.cooling.cdu_03 coolant_flow_frac < controller has restarted",
                                 "26.100 limit a.cooling heat rejection at full speed, supply_c < machines restart",
                                 "26.100 start a.cooling pumps run < restarted after their delay",
                                 "41.100 start a.cooling fans, air handlers run < restarted after their delay"));
  EXPECT_EQ(count(r, "throttle") + count(r, "rack_off"), 0u);
}

// The load of the UPSs is 3.0 MW; what their rooms take is never more than while they run on their input.
TEST(Power, ABlackoutOfTwentySecondsCrossesNoLimit) {
  const RunResult r = run_scenario(hall_with("generators: diesel_3mw, pump_ups: true", "events: [{at: 1 h, fail: a.power.feed, for: 20 s}]\n"));
  expect_closed(r);
  EXPECT_THAT(told(r, {"limit", "limit crossed", "overload", "block_step"}), ElementsAre());
}

TEST(Power, ABlackoutOfTwentyMinutesIsCarriedByGenerators) {
  const RunResult r = run_scenario(hall_with("generators: diesel_3mw, pump_ups: true", "events: [{at: 1 h, fail: a.power.feed, for: 20 min}]\n"));
  expect_closed(r);
  EXPECT_EQ(r.jobs[0].finish, 6 * kHour);
  EXPECT_EQ(count(r, "rack_off"), 0u);
  EXPECT_EQ(count(r, "block_step"), 0u);
  // 20 minutes and the five of the retransfer less the start, three sets.
  EXPECT_NEAR(number(r, "grid.generator_h"), 3 * (1500.0 - 11.0) / 3600.0, 1e-6);
  EXPECT_GT(number(r, "energy.generator_mwh"), 3.2 * (1500.0 - 30.0) / 3600.0);
}

TEST(Power, ABlackoutOfTwentyMinutesWithoutGeneratorsDropsTheRacks) {
  const RunResult r = run_scenario(hall_with("pump_ups: true", "events: [{at: 1 h, fail: a.power.feed, for: 20 min}]\n"));
  expect_closed(r);
  EXPECT_GT(count(r, "battery_empty"), 0u);
  EXPECT_GT(count(r, "rack_off"), 0u);
  EXPECT_EQ(r.jobs[0].restarts, 1);
}

TEST(Power, ACatcherPicksUpThroughItsStaticSwitch) {
  const RunResult r = run_scenario(hall_with("group: 2, pump_ups: true", "events: [{at: 1 h, fail: a.power.ups_01a, for: 1 h}]\n", "catcher"));
  expect_closed(r);
  EXPECT_THAT(told(r, {"transfer"}, kHour),
              ElementsAre("0.005 transfer a.power.sts_01_1 on bus_01c < a.power.ups_01a", "3610.000 transfer a.power.sts_01_1 back on bus_01a < a.power.bus_01a"));
  EXPECT_EQ(count(r, "rack_off"), 0u);  // the shelves hold 20 ms
  EXPECT_EQ(r.jobs[0].finish, 6 * kHour);
}

TEST(Power, ARackOnTwoPathsRidesTheLossOfOne) {
  const RunResult r = run_scenario(hall_with("pump_ups: true", "events: [{at: 1 h, fail: a.power.tx_01a, for: 20 min}, {at: 2 h, fail: a.power.ups_01b, for: 20 min}]\n", "2N"),
                                   {"sites.a.power.block=3.5 MW"});
  expect_closed(r);
  EXPECT_EQ(count(r, "rack_off") + count(r, "throttle") + count(r, "trip") + count(r, "power_brake"), 0u);
  EXPECT_EQ(r.jobs[0].finish, 6 * kHour);
}

TEST(Power, ALostCordBrakesRacksWhoseShelvesThenFallShort) {
  std::string yaml = hall_with("pump_ups: true", "events: [{at: 1 h, fail: a.power.ups_01a, for: 1 h}]\n");
  // Shelves for 1.2 times the rack: half of them cannot carry it.
  const std::string rack = "rack: gb200_nvl72";
  yaml.replace(yaml.find(rack), rack.size(), "rack: {base: gb200_nvl72, psu_rating: 145 kW}");
  const RunResult r = run_scenario(yaml);
  expect_closed(r);
  const auto brakes = events_of(r, "power_brake");
  ASSERT_EQ(brakes.size(), 4u);  // two of the three groups hang on block a; on and off
  EXPECT_EQ(brakes[0].value, 0.5);
  EXPECT_EQ(brakes[0].cause, "a.power.ups_01a");
  EXPECT_EQ(brakes[2].value, 1.0);
  EXPECT_EQ(count(r, "rack_off"), 0u);
  // The gang runs at its slowest rack: an hour at half speed.
  EXPECT_NEAR(to_seconds(r.jobs[0].finish - 6 * kHour), 1800.0, 1e-3);
  EXPECT_NEAR(r.jobs[0].lost[static_cast<std::size_t>(LossCause::fault)].si(), 1800.0, 1e-3);
}

class Layouts : public testing::TestWithParam<const char*> {};
TEST_P(Layouts, CloseTheirBooksThroughEveryFault) {
  const RunResult r = run_scenario(hall_with("generators: diesel_3mw, generators_at: block, mechanical_boards: 2",
                                             "events:\n"
                                             "  - {at: 1 h, fail: a.power.feed, for: 20 s}\n"
                                             "  - {at: 2 h, fail: a.power.feed, for: 20 min}\n"
                                             "  - {at: 3 h, fail: a.power.ups_01a, for: 10 min}\n"
                                             "  - {at: 4 h, fail: a.power.mech_a, for: 10 min}\n",
                                             GetParam()));
  expect_closed(r);
  EXPECT_GT(number(r, "energy.generator_mwh"), 0.0);
}
INSTANTIATE_TEST_SUITE_P(, Layouts, testing::Values("N", "2N", "N+1", "3N/2", "4N/3", "catcher"));

}  // namespace
}  // namespace aifactory
