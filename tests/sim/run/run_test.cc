/// Whole runs: what a failure does, and when, against hand calculations.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

constexpr Tick kMinute = 60 * kTicksPerSecond, kHour = 60 * kMinute;
/// One rack at full work: 18 x (4 x 1200 + 1000) + 16200 W = 120.6 kW DC.  Its shelves of 264 kW lose 52.8 (1/0.94 - 1)
/// = 3.370213 kW at 20 % and 132 (1/0.96 - 1) = 5.5 kW at 50 %, linear between.  Input is held on a grid of 2^-10 W.
constexpr double kRackKw = 120.6 + 3.3702127659574 + (120.6 - 52.8) / (132.0 - 52.8) * (5.5 - 3.3702127659574);
/// Idle: 18 x (4 x 170 + 400) + 16200 W = 35.64 kW DC; 26.4 (1/0.9 - 1) kW are lost at 10 %.
constexpr double kIdleRackKw =
    35.64 + 2.9333333333333 + (35.64 - 26.4) / (52.8 - 26.4) * (3.3702127659574 - 2.9333333333333);

std::size_t lost(LossCause cause) {
  return static_cast<std::size_t>(cause);
}

TEST(Run, AHealthyHallClosesItsBooksAndRunsItsJobInTime) {
  const RunResult r = run_scenario(hall());
  expect_closed(r);
  ASSERT_EQ(r.jobs.size(), 1u);
  EXPECT_EQ(r.jobs[0].start, 0);
  EXPECT_EQ(r.jobs[0].finish, 6 * kHour);
  EXPECT_EQ(r.jobs[0].state, FinalState::completed_successfully);
  // The job's nodes, without the shelves: 24 x 120.6 kW x 6 h.
  EXPECT_NEAR(r.jobs[0].energy.in(MWh), 24 * 0.1206 * 6, 1e-9);
  EXPECT_NEAR(number(r, "energy.it_mwh"), 24 * (6 * kRackKw + 3 * kIdleRackKw) / 1e3, 1e-6);
  EXPECT_NEAR(number(r, "energy.peak_it_mw"), 24 * kRackKw / 1e3, 1e-8);
  EXPECT_EQ(number(r, "thermal.throttled_accelerator_h"), 0.0);
  EXPECT_EQ(number(r, "reliability.lost_accelerator_h.total"), 0.0);
  EXPECT_EQ(number(r, "kpi.goodput_frac"), 1.0);
  EXPECT_EQ(number(r, "kpi.ettr_frac"), 1.0);
  EXPECT_NEAR(number(r, "kpi.utilization_frac"), 6.0 / 9.0, 1e-12);
  EXPECT_GT(number(r, "kpi.pue"), 1.05);
  EXPECT_LT(number(r, "kpi.pue"), 1.15);
  EXPECT_NEAR(number(r, "grid.carbon_t"), 0.35 * number(r, "energy.facility_mwh"), 1e-9);
  EXPECT_NEAR(number(r, "kpi.cue_kg_per_kwh"), 0.35 * number(r, "kpi.pue"), 1e-12);
  // A Monday in May from midnight: six hours at 45, three at 65 USD/MWh; both parts bounded by the facility's means.
  EXPECT_GT(number(r, "grid.energy_cost_usd"), 45.0 * number(r, "energy.facility_mwh"));
  EXPECT_LT(number(r, "grid.energy_cost_usd"), 65.0 * number(r, "energy.facility_mwh"));
  EXPECT_EQ(number(r, "sites.a.energy.facility_mwh"), number(r, "energy.facility_mwh"));
}

/// What the chips of a bank on a CDU come to, from the published models alone.
struct BankByHand {
  explicit BankByHand(std::int64_t pumps = 4) {
    const auto run = prepare(read_scenario(hall()));
    const SitePlan& plan = run->sites[0].plan;
    const PlantEquipment equipment = build_plant(plan);
    const Rack rack(plan.clusters[0].config->rack.value);
    const auto pump = equipment.cdus[0].pumps().solve(pumps, 1.0);
    const double heat_w = 8 * 0.87 * kRackKw * 1e3 + pump.power.si();
    supply_c = equipment.cdus[0]
                   .supply(Power(heat_w), Temperature::celsius(30.0), equipment.primary[0],
                           equipment.cdus[0].coolant().capacity_rate(pump.flow))
                   .in_celsius();
    plate_k_w = rack.plate_resistance(rack.plate_flow(pump.flow / 8.0)).si();
    chip_c = supply_c + 1200.0 * (0.010 + plate_k_w);
  }
  double supply_c, plate_k_w, chip_c;
};

TEST(Run, APumpLostMovesTheOthersAlongTheirCurveAndNothingThrottles) {
  const RunResult r = run_scenario(hall("events: [{at: 2 h, fail: a.cooling.cdu_01.pump_a, for: 30 min}]\n"));
  expect_closed(r);
  // Three of four pumps with a shutoff head of 1.25: 3/4 sqrt(1.25 / (0.25 + 9/16)) = 0.930261 of the flow.
  const auto failures = events_of(r, "failure");
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].unit, "a.cooling.cdu_01.pump_a");
  EXPECT_NEAR(failures[0].value, 0.930261, 1e-6);
  EXPECT_EQ(failures[0].cause, "events[0]");
  EXPECT_NEAR(events_of(r, "repair").at(0).value, 1.0, 1e-12);
  const BankByHand healthy(4), three(3);
  // The first minutes of the job, when the plant follows its step, cost another tenth of a kelvin at most.
  EXPECT_GT(number(r, "thermal.max_chip_c"), three.chip_c - 0.02);
  EXPECT_LT(number(r, "thermal.max_chip_c"), three.chip_c + 0.2);
  EXPECT_GT(three.chip_c, healthy.chip_c + 0.3);
  EXPECT_LT(three.chip_c, healthy.chip_c + 4.0);
  EXPECT_EQ(number(r, "thermal.throttled_accelerator_h"), 0.0);
  EXPECT_EQ(r.jobs[0].finish, 6 * kHour);
}

TEST(Run, ACduLostThrottlesTripsAndTheJobRestartsFromItsCheckpoint) {
  const RunResult r = run_scenario(hall("events: [{at: 2 h, fail: a.cooling.cdu_01, for: 20 min}]\n"));
  expect_closed(r);
  // Without flow a chip (60 J/K) and its plate (900 J/K) behind 0.010 K/W warm together:
  //   T(t) = M + P t/960 + P R (900/960)^2 + (d - P R (900/960)^2) e^(-t/tau),  tau = R 60 900/960,
  // M the mean weighted by capacity and d the chip's lead over it, both from the steady state with flow.
  const double big = 960.0, share = 900.0 / big, tau_s = 0.010 * 60.0 * share;
  const auto time_to = [&](double from_mean_c, double from_lead_k, double power_w, double to_c) {
    const double lead_k = power_w * 0.010 * share * share;
    double low = 0.0, high = 1e4;
    for (int i = 0; i < 200; ++i) {
      const double t = (low + high) / 2.0;
      const double chip_c = from_mean_c + power_w * t / big + lead_k + (from_lead_k - lead_k) * std::exp(-t / tau_s);
      (chip_c < to_c ? low : high) = t;
    }
    return low;
  };
  const BankByHand bank;
  const double lead_k = 1200.0 * 0.010 * share, mean_c = bank.chip_c - lead_k;
  const double throttle_s = time_to(mean_c, lead_k, 1200.0, 87.0);
  const auto throttles = events_of(r, "throttle"), trips = events_of(r, "trip"), recovers = events_of(r, "recover");
  ASSERT_EQ(throttles.size(), 1u);
  EXPECT_EQ(throttles[0].unit, "a.h.c.rack_0-7");
  EXPECT_NEAR(to_seconds(throttles[0].at - 2 * kHour), throttle_s, 0.03);
  EXPECT_NEAR(throttles[0].value, 87.0, 1e-3);
  // At half the clock a chip draws 170 + 1030 x 0.5^2.4 W.  Its lead falls, the plate warms on until the trip at 92
  // degC.
  const double slow_w = 170.0 + 1030.0 * std::pow(0.5, 2.4);
  const double mean_then_c = mean_c + 1200.0 * throttle_s / big;
  const double trip_s = throttle_s + time_to(mean_then_c, 87.0 - mean_then_c, slow_w, 92.0);
  ASSERT_EQ(trips.size(), 1u);
  EXPECT_NEAR(to_seconds(trips[0].at - 2 * kHour), trip_s, 0.1);
  EXPECT_TRUE(events_of(r, "resume").empty());  // 83 degC is passed before the hold of 10 s is over
  // Asked for every ten minutes, the racks come back when flow has returned: 20 minutes after the trip.
  ASSERT_EQ(recovers.size(), 1u);
  EXPECT_EQ(recovers[0].at, trips[0].at + 20 * kMinute);
  const JobRecord& job = r.jobs[0];
  EXPECT_EQ(job.restarts, 1);
  EXPECT_EQ(job.finish, recovers[0].at + 4 * kHour);  // two hours are kept
  EXPECT_EQ(job.state, FinalState::completed_successfully);
  const double slow_span_s = to_seconds(trips[0].at - throttles[0].at);
  EXPECT_NEAR(job.lost[lost(LossCause::thermal)].si(), 0.5 * slow_span_s, 1e-6);
  EXPECT_NEAR(job.lost[lost(LossCause::rollback)].si(), to_seconds(throttles[0].at - 2 * kHour) + 0.5 * slow_span_s,
              1e-6);
  EXPECT_NEAR(job.lost[lost(LossCause::restart)].si(), 1200.0, 1e-9);
  EXPECT_EQ(job.lost[lost(LossCause::queue)].si(), 0.0);
  EXPECT_NEAR(number(r, "thermal.throttled_accelerator_h"), 8 * 72 * slow_span_s / 3600.0, 1e-6);
  EXPECT_NEAR(number(r, "thermal.max_chip_c"), 92.0, 1e-3);
  EXPECT_NEAR(number(r, "reliability.lost_accelerator_h.fault"), 8 * 72 * 1200.0 / 3600.0, 1e-6);
}

TEST(Run, OneUpsBlockOfThreeMayFail) {
  const RunResult r = run_scenario(hall("events: [{at: 1 h, fail: a.power.ups_01a, for: 4 h}]\n"));
  expect_closed(r);
  EXPECT_EQ(r.jobs[0].finish, 6 * kHour);
  EXPECT_EQ(number(r, "reliability.interruptions"), 0.0);
  EXPECT_NEAR(number(r, "energy.it_mwh"), 24 * (6 * kRackKw + 3 * kIdleRackKw) / 1e3, 1e-6);
}

TEST(Run, TwoUpsBlocksLostDropTheirRacksWhichComeBack) {
  const RunResult r = run_scenario(
      hall("events: [{at: 1 h, fail: a.power.ups_01a, for: 4 h}, {at: 2 h, fail: a.power.ups_01b, for: 30 min}]\n"));
  expect_closed(r);
  const auto off = events_of(r, "rack_off"), on = events_of(r, "recover");
  ASSERT_EQ(off.size(), 1u);
  EXPECT_EQ(off[0].unit, "a.h.c.rack_0-7");
  EXPECT_EQ(off[0].at, 2 * kHour);
  ASSERT_EQ(on.size(), 1u);
  EXPECT_EQ(on[0].at, 2 * kHour + 40 * kMinute);
  EXPECT_EQ(r.jobs[0].finish, 6 * kHour + 40 * kMinute);
  EXPECT_EQ(r.jobs[0].lost[lost(LossCause::rollback)].si(), 0.0);  // the checkpoint of the second hour
  EXPECT_NEAR(number(r, "reliability.lost_accelerator_h.fault"), 8 * 72 * 40.0 / 60.0, 1e-9);
  EXPECT_NEAR(number(r, "kpi.ettr_frac"), 6.0 / (6.0 + 40.0 / 60.0), 1e-9);
}

// Shorter than a control period, several periods long, on and off the control's own instants.
class FeedLoss : public testing::TestWithParam<const char*> {};
TEST_P(FeedLoss, StopsEverythingAndTheBooksStillClose) {
  const RunResult r =
      run_scenario(hall(fmt::format("events: [{{at: 1.009 h, fail: a.power.feed, for: {}}}]\n", GetParam())));
  expect_closed(r);
  EXPECT_EQ(r.jobs[0].restarts, 1);
  const auto on = events_of(r, "recover");
  ASSERT_EQ(on.size(), 1u);
  EXPECT_EQ(on[0].unit, "a.h.c.rack_0-23");
  EXPECT_EQ(r.jobs[0].finish, on[0].at + 5 * kHour);
  EXPECT_LT(number(r, "energy.peak_facility_mw"), 3.5);
}
INSTANTIATE_TEST_SUITE_P(, FeedLoss, testing::Values("20 s", "630 s", "1000 s"));

TEST(Run, ACurtailmentSlowsJobsUntilTheSiteIsBelowIt) {
  const RunResult r =
      run_scenario(hall("events: [{at: 1 h, curtail: a, to: 2.5 MW, for: 1 h}]\nrecord: {interval: 10 s}\n"));
  expect_closed(r);
  const std::size_t facility = column(r.series, "a.facility_mw"), speed = column(r.series, "a.speed_frac");
  double least_speed = 1.0, most_mw = 0.0, before_mw = 0.0;
  for (std::size_t row = 0; row < r.series.times().size(); ++row) {
    const Tick t = r.series.times()[row];
    if (t == kHour - 10 * kTicksPerSecond) before_mw = r.series.at(row, facility);
    if (t >= kHour + kMinute && t < 2 * kHour) {
      most_mw = std::max(most_mw, r.series.at(row, facility));
      least_speed = std::min(least_speed, r.series.at(row, speed));
    }
  }
  EXPECT_GT(before_mw, 3.0);
  EXPECT_LE(most_mw, 2.5);
  EXPECT_GT(most_mw, 2.4);
  EXPECT_LT(least_speed, 0.9);
  EXPECT_EQ(number(r, "grid.limit_violations"), 0.0);
  // The job ends later by what it lost to the curtailment.
  const double cap_s = r.jobs[0].lost[lost(LossCause::curtailment)].si();
  EXPECT_GT(cap_s, 300.0);
  EXPECT_NEAR(to_seconds(r.jobs[0].finish - 6 * kHour), cap_s, 2e-6);
  EXPECT_NEAR(number(r, "reliability.lost_accelerator_h.curtailment"), 24 * 72 * cap_s / 3600.0, 1e-6);
  // Accelerators at speed s draw 1030 (1 - s^2.4) W less; s is constant but for the first and last steps.
  const double mean_speed = 1.0 - cap_s / 3600.0;
  EXPECT_NEAR(number(r, "grid.curtailed_mwh"), 24 * 72 * 1030e-6 * (1.0 - std::pow(mean_speed, 2.4)), 0.02);
}

TEST(Run, ALimitThatCannotBeKeptIsAViolation) {
  const RunResult r = run_scenario(hall("events: [{at: 1 h, curtail: a, to: 0.5 MW, for: 10 min}]\n"));
  expect_closed(r);
  EXPECT_EQ(number(r, "grid.limit_violations"), 1.0);
}

TEST(Run, ARackLostInterruptsItsJobAndCountsItsRecoveryFromTheLastCause) {
  // Out for 5 minutes, and again before it had recovered: back ten minutes after the second repair.
  const RunResult r = run_scenario(
      hall("events: [{at: 1 h, fail: a.h.c.rack_3, for: 5 min}, {at: 72 min, fail: a.h.c.rack_3, for: 2 min}]\n"));
  expect_closed(r);
  const auto on = events_of(r, "recover");
  ASSERT_EQ(on.size(), 1u);
  EXPECT_EQ(on[0].unit, "a.h.c.rack_3");
  EXPECT_EQ(on[0].at, 84 * kMinute);
  EXPECT_EQ(r.jobs[0].finish, 84 * kMinute + 5 * kHour);
}

TEST(Run, WaitingBeforeTheFirstStartIsTheQueuesAndLaterTheInterruptions) {
  const RunResult r = run_scenario(R"(
format: 1
name: two_jobs
start: 2026-05-04
duration: workload
sites: {s: {grid: {capacity: 10 MW}, halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 2}}}}}}
workload:
  jobs:
    - {name: first, racks: 2, duration: 1 h}
    - {name: second, racks: 2, duration: 1 h, submit: 30 min}
scheduling: fcfs
events: [{at: 90 min, fail: s.h.c.rack_1, for: 10 min}]
)");
  expect_closed(r);
  const JobRecord& job = r.jobs[1];
  EXPECT_EQ(job.start, kHour);
  EXPECT_EQ(job.finish, 110 * kMinute + kHour);  // no checkpoint: all of it again, after repair and recovery
  EXPECT_EQ(number(r, "time.simulated_s"), 170.0 * 60);
  EXPECT_EQ(job.lost[lost(LossCause::queue)].si(), 1800.0);
  EXPECT_EQ(job.lost[lost(LossCause::rollback)].si(), 1800.0);
  EXPECT_EQ(job.lost[lost(LossCause::restart)].si(), 1200.0);
  EXPECT_NEAR(number(r, "kpi.ettr_frac"), 2.0 / (1.0 + 1.5 + 1.0 / 3.0), 1e-12);
}

TEST(Run, WalltimeKillsWhatThrottlingMadeLateAndStretchDoesNot) {
  const std::string events = "events: [{at: 1 h, curtail: a, to: 2.5 MW, for: 1 h}]\n";
  const std::string job = "walltime: 6.05 h";
  const auto state_and_end = [&](const char* rule) {
    return in_child([&] {
      const RunResult r =
          run_scenario(hall(events, job), {"scheduling={policy: easy_backfill, walltime: " + std::string(rule) + "}"});
      return fmt::format("{} {}", name_of(r.jobs[0].state), r.jobs[0].finish == to_ticks(6.05 * h));
    });
  };
  EXPECT_EQ(state_and_end("kill"), "COMPLETED_WALLTIME_REACHED true");
  EXPECT_EQ(state_and_end("stretch"), "COMPLETED_SUCCESSFULLY false");
}

std::string two_sites(bool second) {
  std::string text = R"(
format: 1
name: campus
start: 2026-07-06
duration: 12 h
sites:
  a:
    weather: dallas
    grid: {capacity: 12 MW, price: 50 USD/MWh, carbon: 400 g/kWh}
    power: {layout: N+1, block: 1.5 MW, group: 4, ups: double_conversion_1500kw, transformer: liquid_2500kva, hv_transformer: liquid_2500kva}
    cooling: {plant: dry_cooler, supply: 38 degC, dry_cooler: bac_tdfs1238n, cdu: cdu_1300kw, crah: fan_wall_warm_water}
    halls:
      h1: {clusters: {c1: {rack: gb200_nvl72, racks: 20}, c2: {rack: hgx_h100, racks: 12}}}
      h2: {clusters: {c3: {rack: gb200_nvl72, racks: 9}}}
)";
  if (second)
    text += R"(
  b:
    weather: denver
    grid: {capacity: 8 MW, tariff: us_time_of_use, carbon: 200 g/kWh}
    power: {layout: catcher, block: 1.5 MW, group: 2, ups: double_conversion_1500kw, transformer: liquid_2500kva, hv_transformer: liquid_2500kva}
    cooling: {plant: tower, supply: 28 degC, tower: merkel_range8, cdu: cdu_1300kw, crah: fan_wall_warm_water}
    halls: {h: {clusters: {c4: {rack: gb200_nvl72, racks: 16}}}}
)";
  text += R"(
workload:
  jobs:
    - {name: x, racks: 4, duration: 50 min, count: 30, every: 7 min, cluster: c1, checkpoint_interval: 10 min}
    - {name: y, nodes: 3, duration: 25 min, count: 80, every: 5 min, cluster: c2}
    - {name: z, racks: 9, duration: 3 h, count: 3, every: 1 h, cluster: c3}
)";
  if (second) text += "    - {name: w, racks: 5, duration: 2 h, count: 12, every: 20 min, cluster: c4}\n";
  text +=
      "events:\n  - {at: 3 h, fail: a.cooling.cdu_01, for: 15 min}\n  - {at: 5 h, fail: a.h2.c3.rack_2, for: 1 h}\n";
  if (second)
    text += "  - {at: 4 h, fail: b.power.ups_01a, for: 2 h}\n  - {at: 6 h, curtail: b, to: 1.2 MW, for: 1 h}\n";
  return text;
}

TEST(Run, SeveralClustersAndSitesClose) {
  const RunResult r = run_scenario(two_sites(true));
  expect_closed(r);
  EXPECT_EQ(number(r, "jobs.submitted"), 30.0 + 80 + 3 + 12);
  for (const char* key : {"energy.facility_mwh", "energy.it_mwh", "energy.cooling_mwh", "grid.water_m3",
                          "grid.energy_cost_usd", "grid.carbon_t"}) {
    EXPECT_NEAR(number(r, key), number(r, std::string("sites.a.") + key) + number(r, std::string("sites.b.") + key),
                1e-9 * number(r, key))
        << key;
  }
  // The two sites need not peak together.
  EXPECT_LE(number(r, "energy.peak_facility_mw"),
            number(r, "sites.a.energy.peak_facility_mw") + number(r, "sites.b.energy.peak_facility_mw"));
  EXPECT_GE(number(r, "energy.peak_facility_mw"), number(r, "sites.a.energy.peak_facility_mw"));
  EXPECT_NEAR(number(r, "clusters.c1.energy.it_mwh") + number(r, "clusters.c2.energy.it_mwh") +
                  number(r, "clusters.c3.energy.it_mwh"),
              number(r, "sites.a.energy.it_mwh"), 1e-9);
}

TEST(Repeatability, TheSameRunTwiceGivesTheSameBytes) {
  const std::string first = dump_of_child(two_sites(true));
  EXPECT_GT(first.size(), 1000u);
  EXPECT_EQ(first, dump_of_child(two_sites(true)));
}

TEST(Repeatability, NothingDependsOnTheRecording) {
  const std::string yaml =
      hall("events: [{at: 2 h, fail: a.cooling.cdu_01, for: 20 min}, {at: 3 h, curtail: a, to: 2.5 MW, for: 1 h}]\n");
  const std::string off = dump_of_child(yaml, {"record={series: false}"}, false);
  EXPECT_GT(off.size(), 1000u);
  EXPECT_EQ(off, dump_of_child(yaml, {"record={interval: 1 h}"}, false));
  EXPECT_EQ(off, dump_of_child(yaml, {"record={interval: 1 s}"}, false));
  EXPECT_EQ(off, dump_of_child(yaml, {"record={interval: 0.37 s}"}, false));
}

TEST(Repeatability, AnUnrelatedSiteMovesNothing) {
  const auto site_a = [](bool second) {
    return in_child([&] {
      const RunResult r = run_scenario(two_sites(second));
      std::string text = r.summary.json()["sites"]["a"].dump(1);
      for (const char* cluster : {"c1", "c2", "c3"}) text += r.summary.json()["clusters"][cluster].dump(1);
      for (const Ledger::Row& row : r.ledger.rows()) {
        if (row.name.rfind("a.", 0) == 0) text += fmt::format("\n{} {}", row.name, row.sum.value());
      }
      return text;
    });
  };
  const std::string alone = site_a(false);
  EXPECT_GT(alone.size(), 1000u);
  EXPECT_EQ(alone, site_a(true));
}

/// Power and cooling of a prepared site written as named units.
std::string written_out(const SitePlan& plan) {
  std::string text = "    power:\n      units:\n";
  const auto join = [](const std::vector<std::string>& names) { return fmt::format("[{}]", fmt::join(names, ", ")); };
  for (const auto& [name, u] : plan.power_units) {
    const char* kind = "";
    for (const auto& [label, value] : EnumNames<PowerKind>::values) {
      if (value == u.kind) kind = label;
    }
    text += fmt::format("        {}: {{kind: {}, from: {}, rating: {} W, indoors: {}, loss_at_rating: {}, share: {}",
                        name, kind, join(u.from), u.rating.si(), u.indoors, u.loss_at_rating,
                        u.share == SourceShare::primary ? "primary" : "even");
    if (u.transformer) text += fmt::format(", transformer: {}", u.transformer->base);
    if (u.ups) text += fmt::format(", ups: {}", u.ups->base);
    text += "}\n";
  }
  text += fmt::format("    cooling:\n      power: {}\n      units:\n", join(plan.mechanical));
  for (const auto& [name, u] : plan.cooling_units) {
    switch (u.kind) {
      case CoolingKind::tower:
        text +=
            fmt::format("        {}: {{kind: tower, tower: {}, rating: {} W}}\n", name, u.tower->base, u.rating->si());
        break;
      case CoolingKind::loop:
        text += fmt::format("        {}: {{kind: loop, rating: {} W, supply: {} degC, range: {} K, volume: {} m3/W}}\n",
                            name, u.rating->si(), u.supply->in_celsius(), u.range->si(), u.volume->si());
        break;
      case CoolingKind::crah:
        text += fmt::format("        {}: {{kind: crah, crah: {}, rating: {} W}}\n", name, u.crah->base, u.rating->si());
        break;
      case CoolingKind::cdu:
        text += fmt::format("        {}: {{kind: cdu, cdu: {}}}\n", name, u.cdu->base);
        break;
      case CoolingKind::dry_cooler:
        text += fmt::format("        {}: {{kind: dry_cooler, dry_cooler: {}, rating: {} W}}\n", name,
                            u.dry_cooler->base, u.rating->si());
        break;
      default:
        ADD_FAILURE() << name << ": a unit that no template of this test makes";
    }
  }
  return text;
}

TEST(Plan, RacksAreDealtEvenlyOverSupplies) {
  // 24 racks of 126 kW on blocks of 1 MW in 3N/2: two groups, six supplies, four racks each, however many CDUs there are.
  const auto run = prepare(read_scenario(hall(), {"sites.a.power.block=1 MW"}));
  std::map<std::vector<std::string>, std::int64_t> racks;
  std::int64_t next = 0;
  for (const BankPlan& bank : run->sites[0].plan.clusters[0].banks) {
    EXPECT_EQ(bank.first_rack, next);
    next += bank.racks;
    racks[bank.supply] += bank.racks;
  }
  EXPECT_EQ(next, 24);
  ASSERT_EQ(racks.size(), 6u);
  for (const auto& [supply, count] : racks) EXPECT_EQ(count, 4) << fmt::format("{}", fmt::join(supply, "+"));
}

TEST(Run, AQueueThatCanNeverStartEndsTheRun) {
  std::string yaml = hall("events: [{at: 1 h, fail: a.h.c.rack_3}]\n");
  yaml.replace(yaml.find("duration: 9 h"), 13, "duration: workload");
  const RunResult r = run_scenario(yaml);
  expect_closed(r);
  EXPECT_EQ(number(r, "jobs.queued_at_end"), 1.0);
  // A day after the last event, and the ten minutes that a rack takes to recover.
  EXPECT_EQ(number(r, "time.simulated_s"), 3600.0 + 86400.0);
  EXPECT_THAT(r.summary.notes(), testing::Contains("1 jobs never started: the nodes they need did not come back"));
}

class Expansions : public testing::TestWithParam<const char*> {};
TEST_P(Expansions, GiveTheSameBytesAsTheirTemplate) {
  const std::string events =
      "events: [{at: 1 h, fail: a.power.ups_01a, for: 3 h}, {at: 2 h, fail: a.cooling.cdu_02, for: 15 min}]\n";
  std::string yaml = hall(events);
  yaml.replace(yaml.find("layout: 3N/2"), 12, std::string("layout: ") + GetParam());
  const auto run = prepare(read_scenario(yaml));
  const SitePlan& plan = run->sites[0].plan;
  std::string units = yaml;
  const std::size_t begin = units.find("    power:"), end = units.find("    halls:");
  std::vector<std::string> supplies, cdus;
  for (const BankPlan& bank : plan.clusters[0].banks) {
    // A supply goes on from one CDU to the next; a layout names it once.
    const std::string supply = fmt::format("[{}]", fmt::join(bank.supply, ", "));
    if (supplies.empty() || supplies.back() != supply) supplies.push_back(supply);
  }
  units.replace(begin, end - begin, written_out(plan));
  const std::string rack = "racks: 24}";
  units.replace(
      units.find(rack), rack.size(),
      fmt::format("racks: 24, power: [{}], cooling: [{}]}}", fmt::join(supplies, ", "), fmt::join(plan.cdus, ", ")));
  const std::string expected = dump_of_child(yaml);
  EXPECT_GT(expected.size(), 1000u);
  EXPECT_EQ(dump_of_child(units), expected) << units;
}
INSTANTIATE_TEST_SUITE_P(, Expansions, testing::Values("N", "2N", "N+1", "3N/2", "4N/3", "catcher"));

}  // namespace
}  // namespace aifactory
