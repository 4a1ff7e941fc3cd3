/// Whole runs in which racks come and go, and hang on other supplies and coolant, from an instant on.
#include <algorithm>
#include <map>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

constexpr Tick kNoon = 12 * 3600 * kTicksPerSecond;

/// Racks of a known price and power on a feed, without losses or a plant; a day.
std::string bare(int racks, const std::string& jobs, const std::string& events = "", const std::string& more = "") {
  return fmt::format(R"(
format: 1
name: bare
start: 2026-05-04
duration: 24 h
sites:
  a:
    grid: {{capacity: 6 MW, price: 100 USD/MWh}}
    halls: {{h: {{clusters: {{c: {{rack: gb200_nvl72, hold_up: 0 s, racks: {}{}}}}}}}}}
workload: {{jobs: [{}]}}
finance: {{rate: 0.09, maintenance: 0.02, capex: {{it: {{rack_prices: true, life: 5 year}}}}}}
scheduling: easy_backfill
)",
                     racks, more, jobs) +
         (events.empty() ? "" : "events:\n" + events);
}
std::string racks_at(const std::string& at, int racks, const std::string& cluster = "sites.a.halls.h.clusters.c") {
  return fmt::format("  - {{at: {}, set: {{{}.racks: {}}}}}\n", at, cluster, racks);
}
/// A job that nobody submits within the day.
const std::string kNothing = "{name: never, racks: 1, duration: 1 h, submit: 20 d}";

double number_of_child(const std::string& yaml, const std::string& key) {
  return std::stod(in_child([&] { return fmt::format("{:.17g}", number(run_scenario(yaml), key)); }));
}

// Idle racks draw the same each: 4 for half a day and 8 for the other half are the sum of half a day of each, to the last bit but the
// rounding of one addition; and half as much again as 4 all day.
TEST(RacksComeIn, IdleEnergyIsTheSumOfBothHalves) {
  const double four = number_of_child(bare(4, kNothing), "energy.it_mwh"), eight = number_of_child(bare(8, kNothing), "energy.it_mwh");
  EXPECT_NEAR(eight, 2.0 * four, 1e-12 * eight);
  const RunResult r = run_scenario(bare(4, kNothing, racks_at("12 h", 8)));
  expect_closed(r);
  EXPECT_NEAR(number(r, "energy.it_mwh"), 0.5 * four + 0.5 * eight, 1e-12 * eight);
  EXPECT_NEAR(number(r, "energy.it_mwh"), 1.5 * four, 1e-12 * eight);
  const auto in = events_of(r, "rack_in");
  ASSERT_EQ(in.size(), 1U);
  EXPECT_EQ(in.front().at, kNoon);
  EXPECT_EQ(in.front().unit, "a.h.c.rack_4-7");
  EXPECT_EQ(in.front().cause, "events[0]");
}

TEST(RacksComeIn, IdleEnergyIsTheSumWhenTheyGoToo) {
  const double four = number_of_child(bare(4, kNothing), "energy.it_mwh");
  const RunResult r = run_scenario(bare(8, kNothing, racks_at("6 h", 4) + racks_at("18 h", 6)));
  expect_closed(r);
  EXPECT_NEAR(number(r, "energy.it_mwh"), four * (0.25 * 2.0 + 0.5 + 0.25 * 1.5), 1e-12 * four);
  EXPECT_EQ(events_of(r, "rack_out").front().unit, "a.h.c.rack_4-7");
  EXPECT_EQ(events_of(r, "rack_in").front().unit, "a.h.c.rack_4-5");
}

// Capital is paid for what stands: 4 racks for a day and 4 more for half of it; capex is that of the end.  Utilization is of the nodes
// that were there: a job on 4 racks for 12 h, over 4 x 24 + 4 x 12 rack hours.
TEST(RacksComeIn, FiguresCountWhatStands) {
  const std::string job = "{name: j, racks: 4, duration: 12 h, utilization: 1}";
  const std::string four = bare(4, job);
  const double capex = number_of_child(four, "money.capex_usd");
  const RunResult r = run_scenario(bare(4, job, racks_at("12 h", 8)));
  expect_closed(r);
  EXPECT_NEAR(number(r, "money.capex_usd"), 2.0 * capex, 1e-9 * capex);
  EXPECT_NEAR(number(r, "kpi.utilization_frac"), 48.0 / 144.0, 1e-12);
}

TEST(RacksComeIn, JobsStartOnThem) {
  const std::string jobs = "{name: a, racks: 4, duration: 6 h}, {name: b, racks: 4, duration: 20 h, submit: 1 h}, {name: c, racks: 4, duration: 4 h, submit: 2 h}";
  const RunResult r = run_scenario(bare(4, jobs, racks_at("12 h", 8)));
  expect_closed(r);
  std::map<std::string, JobRecord> by_name;
  for (const JobRecord& job : r.jobs) by_name[job.job_id] = job;
  EXPECT_EQ(by_name["b"].start, 6 * 3600 * kTicksPerSecond);
  EXPECT_EQ(by_name["c"].start, kNoon);
  ASSERT_EQ(by_name["c"].allocated.size(), 1U);
  EXPECT_GE(by_name["c"].allocated.front().first, 4 * 18);
}

// Racks that go end their jobs first: no job is interrupted, none starts on them, and they draw nothing once they are idle.
TEST(RacksGo, WhenTheirJobsHaveEnded) {
  const std::string jobs = "{name: a, racks: 8, duration: 10 h, utilization: 1}, {name: b, racks: 4, duration: 2 h, submit: 7 h}, {name: big, racks: 8, duration: 1 h, submit: 8 h}";
  const RunResult r = run_scenario(bare(8, jobs, racks_at("6 h", 4)));
  expect_closed(r);
  std::map<std::string, JobRecord> by_name;
  for (const JobRecord& job : r.jobs) by_name[job.job_id] = job;
  EXPECT_EQ(by_name["a"].state, FinalState::completed_successfully);
  EXPECT_EQ(by_name["a"].finish, 10 * 3600 * kTicksPerSecond);
  EXPECT_EQ(by_name["b"].start, 10 * 3600 * kTicksPerSecond);
  for (const NodeRange& nodes : by_name["b"].allocated) EXPECT_LE(nodes.last, 4 * 18);
  EXPECT_EQ(by_name["big"].state, FinalState::rejected);
  ASSERT_EQ(events_of(r, "rack_leaves").size(), 1U);
  ASSERT_EQ(events_of(r, "rack_out").size(), 1U);
  EXPECT_EQ(events_of(r, "rack_out").front().at, 10 * 3600 * kTicksPerSecond);
  EXPECT_EQ(number(r, "reliability.interruptions"), 0.0);
  // Nodes of racks that go are draining while they are held, and no nodes at all then.
  const auto& rows = r.machine_states.rows();
  const auto nodes_at = [&](Tick at) {
    MachineStates::Row last;
    for (const auto& row : rows) {
      if (row.at <= at) last = row;
    }
    return last;
  };
  EXPECT_EQ(nodes_at(7 * 3600 * kTicksPerSecond).draining, 4 * 18);
  const auto late = nodes_at(20 * 3600 * kTicksPerSecond);
  EXPECT_EQ(late.idle + late.computing + late.down, 4 * 18);
}

TEST(RacksGo, AndComeBackWhileTheyDrain) {
  const std::string jobs = "{name: a, racks: 8, duration: 10 h, utilization: 1}, {name: big, racks: 8, duration: 1 h, submit: 9 h}";
  const RunResult r = run_scenario(bare(8, jobs, racks_at("6 h", 4) + racks_at("8 h", 8)));
  expect_closed(r);
  EXPECT_EQ(r.jobs[1].start, 10 * 3600 * kTicksPerSecond);
  EXPECT_TRUE(events_of(r, "rack_out").empty());
  EXPECT_EQ(number(r, "reliability.interruptions"), 0.0);
}

// A rack that is not there has no faults; what an event does to it waits for it.
TEST(RacksComeIn, WhatBefallsThemWaits) {
  const RunResult r = run_scenario(bare(4, "{name: i, racks: 4, duration: 9 h, submit: 13 h}, {name: j, racks: 4, duration: 1 h, submit: 13 h}", racks_at("12 h", 8) + "  - {at: 1 h, fail: a.h.c.rack_6, for: 14 h}\n"));
  expect_closed(r);
  const auto in = events_of(r, "rack_in");
  ASSERT_EQ(in.size(), 3U);
  EXPECT_EQ(in[1].unit, "a.h.c.rack_6");
  EXPECT_EQ(in[1].what, "off");
  // Back at 15 h, and in service after its recovery of 10 minutes.
  EXPECT_EQ(r.jobs[0].start, 13 * 3600 * kTicksPerSecond);
  EXPECT_EQ(r.jobs[1].start, (15 * 3600 + 600) * kTicksPerSecond);
}

TEST(RacksComeIn, TheirFailureClocksBeginThen) {
  std::string yaml = bare(4, kNothing, racks_at("12 h", 8));
  yaml.insert(yaml.find("    halls:"), "    faults: {failures: {racks: {units: class:rack, life: {mean: 10 h, distribution: fixed}, repair: {mean: 1 h, distribution: fixed}}}}\n");
  const RunResult r = run_scenario(yaml);
  expect_closed(r);
  std::vector<std::pair<Tick, std::string>> off;
  for (const EventRecord& e : events_of(r, "rack_off")) off.emplace_back(e.at, e.unit);
  // 10 h, and 10 h after the repair at 11 h: 21 h; those that come at 12 h: 22 h.
  const std::vector<std::pair<Tick, std::string>> expected{{10 * 3600 * kTicksPerSecond, "a.h.c.rack_0-3"}, {21 * 3600 * kTicksPerSecond, "a.h.c.rack_0-3"}, {22 * 3600 * kTicksPerSecond, "a.h.c.rack_4-7"}};
  EXPECT_EQ(off, expected);
}

// ---- with losses, CDUs and a plant ----

/// The hall of run_support.h, with so many racks and other events; its job takes 8 racks.
std::string cooled(int racks, const std::string& events = "", const std::string& power = "layout: 3N/2, block: 1.7 MW, batteries: false") {
  std::string yaml = hall(events.empty() ? "" : "events:\n" + events);
  const auto put = [&](const std::string& was, const std::string& is) {
    const auto place = yaml.find(was);
    EXPECT_NE(place, std::string::npos) << was;
    yaml.replace(place, was.size(), is);
  };
  put("racks: 24}", fmt::format("racks: {}}}", racks));
  put("{name: big, racks: 24,", "{name: big, racks: 8,");
  put("layout: 3N/2, block: 1.7 MW, ", power + ", ");
  put(", breakers: false, batteries: false}", ", breakers: false}");
  return yaml;
}
const std::string kHall = "sites.a.halls.h.clusters.c";

TEST(Layout, GrowingHallClosesItsBooksAndKeepsItsPast) {
  const std::string before = in_child([] { return past(run_scenario(cooled(8)), 4 * 3600 * kTicksPerSecond); });
  const std::string late = in_child([&] {
    const RunResult whole = run_scenario(cooled(24));
    const std::size_t last = whole.series.times().size() - 1;
    return fmt::format("{:.17g} {:.17g}", whole.series.at(last, column(whole.series, "a.it_mw")), whole.series.at(last, column(whole.series, "a.facility_mw")));
  });
  const RunResult r = run_scenario(cooled(8, racks_at("4 h", 24)));
  EXPECT_EQ(past(r, 4 * 3600 * kTicksPerSecond), before);
  expect_closed(r);
  // 24 racks on three CDUs and the blocks of a larger layout; each meter has its row.
  std::vector<std::string> units;
  for (const LimitRow& row : r.limits) units.push_back(row.unit);
  for (const char* unit : {"a.cooling.cdu_01", "a.cooling.cdu_03", "a.power.ups_01a"}) {
    EXPECT_NE(std::find(units.begin(), units.end(), unit), units.end()) << unit;
  }
  // In the end it draws what a hall of 24 racks draws that has run the same job.
  const std::size_t facility = column(r.series, "a.facility_mw"), it = column(r.series, "a.it_mw");
  const std::size_t last = r.series.times().size() - 1;
  EXPECT_NEAR(r.series.at(last, it), std::stod(late), 1e-6);
  EXPECT_NEAR(r.series.at(last, facility), std::stod(late.substr(late.find(' '))), 1e-3 * r.series.at(last, facility));
}

TEST(Layout, ShrinkingHallClosesItsBooks) {
  const RunResult r = run_scenario(cooled(24, racks_at("4 h", 8) + racks_at("7 h", 12)));
  expect_closed(r);
  EXPECT_EQ(events_of(r, "rack_out").front().unit, "a.h.c.rack_8-23");
  EXPECT_EQ(number(r, "reliability.interruptions"), 0.0);
}

class EachLayout : public testing::TestWithParam<const char*> {};
TEST_P(EachLayout, ClosesItsBooks) {
  const RunResult r = run_scenario(cooled(12, fmt::format("  - {{at: 2 h, set: {{{}}}}}\n", GetParam())));
  expect_closed(r);
  EXPECT_EQ(number(r, "reliability.interruptions"), 0.0);
  EXPECT_EQ(number(r, "jobs.completed"), 1.0);
}
INSTANTIATE_TEST_SUITE_P(Layout, EachLayout,
                         testing::Values("sites.a.power.block: 1 MW", "sites.a.power.layout: 2N", "sites.a.power.ups_mode: eco", "sites.a.power.batteries: true",
                                         "sites.a.cooling.cdu: '{base: cdu_1300kw, rated_heat: 700 kW}'", "sites.a.cooling.plant: dry_cooler, sites.a.cooling.supply: 40 degC, sites.a.cooling.dry_cooler: bac_tdfs1238n",
                                         "sites.a.halls.h.clusters.c.racks: 30, sites.a.power.layout: 4N/3, sites.a.cooling.supply: 28 degC"));

// A UPS that is out when the network is exchanged stays out under its name, and its battery keeps its share.
TEST(Layout, WhatIsOutStaysOut) {
  const std::string power = "layout: 2N, block: 1.7 MW, batteries: true, battery: {autonomy: 10 min}";
  const RunResult r = run_scenario(cooled(8, "  - {at: 1 h, fail: a.power.ups_01a, for: 4 h}\n  - {at: 2 h, set: {sites.a.halls.h.clusters.c.racks: 24, sites.a.power.block: 2 MW}}\n"
                                             "  - {at: 6 h, fail: a.power.tx_01b, for: 2 min}\n",
                                          power));
  expect_closed(r);
  const auto found = std::find_if(r.units.begin(), r.units.end(), [](const UnitRecord& unit) { return unit.unit == "a.power.ups_01a"; });
  ASSERT_NE(found, r.units.end());
  EXPECT_EQ(found->down, 4 * 3600 * kTicksPerSecond);
  EXPECT_GT(number(r, "grid.ups_battery_h"), 0.03);
}

// A network whose only feed is lost: racks are off before and after the exchange, and on again when it is back.
TEST(Layout, SupplyThatIsLostStaysLost) {
  const RunResult r = run_scenario(cooled(8, "  - {at: 1 h, fail: a.power.feed, for: 3 h}\n" + racks_at("2 h", 12)));
  expect_closed(r);
  const std::size_t it = column(r.series, "a.it_mw");
  for (std::size_t row = 0; row < r.series.times().size(); ++row) {
    const Tick at = r.series.times()[row];
    if (at > 3700 * kTicksPerSecond && at < 4 * 3600 * kTicksPerSecond) {
      EXPECT_EQ(r.series.at(row, it), 0.0) << at;
    }
    if (at > 5 * 3600 * kTicksPerSecond) {
      EXPECT_GT(r.series.at(row, it), 0.1) << at;
    }
  }
}

TEST(Layout, WhatCannotBeIsToldWithWhy) {
  const std::string torus = bare(4, kNothing, racks_at("12 h", 8), ", torus: [2, 4, 9]");
  EXPECT_NE(refusal_of(torus).find("torus"), std::string::npos) << refusal_of(torus);
  const std::string load = bare(4, kNothing, racks_at("12 h", 8), ", load: 300 kW");
  EXPECT_NE(refusal_of(load).find("load"), std::string::npos) << refusal_of(load);
  EXPECT_NE(refusal_of(bare(4, kNothing, racks_at("12 h", 0))).find("events[0].set"), std::string::npos);
}

}  // namespace
}  // namespace aifactory
