/// Limits by design and after a run, against hand calculations.
#include <gmock/gmock.h>

#include <map>

#include "sim/facility/site_rating.h"
#include "sim/results/result_directory.h"
#include "sim/run/limit_graph.h"
#include "tests/sim/results/temporary_directory.h"
#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

/// Air-cooled racks of 10 kW and less on named units without losses: rated DC 10 kW, shelves of 20 kW without loss.
std::string plain(const std::string& units, const std::string& clusters, const std::string& more = "") {
  return R"(
format: 1
name: plain
start: 2026-05-04
duration: 1 d
sites:
  a:
    grid: {capacity: 10 MW}
    power: {units: {)" +
         units + R"(}}
    halls: {h: {clusters: {)" +
         clusters + "}}}\n" + more;
}
std::string rack() {
  return "rack: {base: cpu_node, nodes: 1, accelerators: 0, accelerator_idle: 0 W, accelerator_max: 0 W, node_base_idle: 2 kW, "
         "node_base_max: 10 kW, rack_base: 0 W, psu_rating: 20 kW, psu_points: [{load: 1, efficiency: 1}]}";
}
const char* kPair =
    "feed: {kind: utility_feed, rating: 10 MW}, a: {kind: switchboard, from: [feed], rating: 100 kW}, b: {kind: switchboard, from: [feed], rating: 100 kW}";

LimitGraph graph_of(const std::string& yaml) {
  const auto run = prepare(read_scenario(yaml));
  return LimitGraph(run->sites[0].plan);
}
std::size_t node(const LimitGraph& graph, const std::string& name) {
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    if (graph.nodes()[i].name == name) return i;
  }
  ADD_FAILURE() << "no unit " << name;
  return 0;
}

TEST(LimitGraph, ARedundantPairIsHalfStrandedByTheFailureOfTheOther) {
  // Eight racks of 10 kW on a and b: 40 kW each, 80 kW on one when the other is lost: 20 kW more are possible, 10 kW through each.
  const LimitGraph graph = graph_of(plain(kPair, "c: {" + rack() + ", racks: 8, power: [[a, b]]}"));
  const std::size_t a = node(graph, "a");
  EXPECT_NEAR(graph.nodes()[a].design.si(), 40e3, 1e-6);
  EXPECT_NEAR(graph.nodes()[a].worst.si(), 80e3, 1e-6);
  EXPECT_EQ(graph.nodes()[a].worst_failure, "b");
  EXPECT_NEAR(graph.nodes()[a].nameplate.si(), 80e3, 1e-6);  // shelves of 20 kW
  const auto use = graph.uses({})[a];
  EXPECT_NEAR(use.usable.si(), 10e3, 1e-6);
  EXPECT_NEAR(use.stranded.si(), 50e3, 1e-6);
  EXPECT_EQ(use.binds, "failure of b");
}

TEST(LimitGraph, HeadroomAboveAFullBuswayIsStrandedByIt) {
  // 50 kW of racks on a busway of 60 kW below a board of 100 kW: 10 kW of the board's 50 kW of headroom can be used.
  const LimitGraph graph = graph_of(
      plain("feed: {kind: utility_feed, rating: 10 MW}, board: {kind: switchboard, from: [feed], rating: 100 kW}, bus: {kind: busway, from: [board], rating: 60 kW}",
            "c: {" + rack() + ", racks: 5, power: [[bus]]}"));
  const auto board = graph.uses({})[node(graph, "board")];
  EXPECT_NEAR(board.usable.si(), 10e3, 1e-6);
  EXPECT_NEAR(board.stranded.si(), 40e3, 1e-6);
  EXPECT_EQ(board.binds, "bus");
  const auto bus = graph.uses({})[node(graph, "bus")];
  EXPECT_NEAR(bus.usable.si(), 10e3, 1e-6);
  EXPECT_EQ(bus.stranded.si(), 0.0);
  EXPECT_EQ(bus.binds, "");
}

TEST(LimitGraph, ASpareBlockIsReserve) {
  const LimitGraph graph = graph_of(plain(std::string(kPair) + ", sts: {kind: switchboard, from: [a, b], share: primary, rating: 100 kW}",
                                          "c: {" + rack() + ", racks: 8, power: [[sts]]}"));
  const std::size_t b = node(graph, "b");
  EXPECT_EQ(graph.nodes()[b].design.si(), 0.0);
  EXPECT_NEAR(graph.nodes()[b].worst.si(), 80e3, 1e-6);
  EXPECT_EQ(graph.uses({})[b].binds, "reserve");
  EXPECT_NEAR(graph.uses({})[b].stranded.si(), 100e3, 1e-6);
  EXPECT_NEAR(graph.uses({})[node(graph, "a")].usable.si(), 20e3, 1e-6);
}

TEST(LimitGraph, MeasuredLoadsLeaveMoreRoom) {
  // Half the design load: 20 kW on each of the pair, 40 kW after a failure: 60 kW more together, 30 kW through each.
  const LimitGraph graph = graph_of(plain(kPair, "c: {" + rack() + ", racks: 8, power: [[a, b]]}"));
  std::vector<Power> loads;
  for (const auto& unit : graph.nodes()) loads.push_back(unit.design * 0.5);
  const auto use = graph.uses(loads)[node(graph, "a")];
  EXPECT_NEAR(use.usable.si(), 30e3, 1e-6);
  EXPECT_NEAR(use.stranded.si(), 50e3, 1e-6);
}

TEST(LimitGraph, ContinuousLoadsTakeEightyPercentOfBreakersUnderNec) {
  const LimitGraph graph = graph_of(plain(kPair, "c: {" + rack() + ", racks: 8, power: [[a, b]]}", "    limits: {continuous: nec}\n"));
  EXPECT_NEAR(graph.nodes()[node(graph, "a")].continuous.si(), 80e3, 1e-6);
  EXPECT_NEAR(graph.nodes()[node(graph, "feed")].continuous.si(), 10e6, 1e-6);
  EXPECT_NEAR(graph.uses({})[node(graph, "a")].usable.si(), 0.0, 1e-6);
}

TEST(SiteRating, UnitsOfAHighSiteCarryLess) {
  const auto run = prepare(read_scenario(hall(), {"sites.a.location.elevation=3000 m"}));
  const SitePlan& plan = run->sites[0].plan;
  const LimitGraph graph(plan);
  const auto& ups = graph.nodes()[node(graph, "ups_01a")];
  EXPECT_NEAR(ups.rating.in(MW), 1.7, 1e-12);
  EXPECT_NEAR(ups.site_rating.in(MW), 1.7 * ups_derating({.elevation = 3000.0 * m, .hottest = {}}), 1e-12);
  EXPECT_NEAR(graph.nodes()[node(graph, "feed")].site_rating.in(MW), 6.0, 1e-12);
  // The network of the run has the same ratings, and the losses of the nameplate.
  const SiteNetwork network = build_network(plan);
  const auto id = network.network.find("ups_01a");
  EXPECT_EQ(network.network.unit(id).rating.si(), ups.site_rating.si());
  const auto at_sea = prepare(read_scenario(hall()));
  const SiteNetwork low = build_network(at_sea->sites[0].plan);
  EXPECT_EQ(network.network.loss(id).si(), low.network.loss(id).si());
  const auto off = prepare(read_scenario(hall(), {"sites.a.location.elevation=3000 m", "sites.a.limits.derating=false"}));
  EXPECT_EQ(build_network(off->sites[0].plan).network.unit(id).rating.si(), 1.7e6);
}

const LimitRow& row(const RunResult& result, const std::string& unit) {
  for (const LimitRow& r : result.limits) {
    if (r.unit == unit) return r;
  }
  ADD_FAILURE() << "no row " << unit;
  return result.limits.front();
}

TEST(Limits, EveryUnitOfARunIsMetered) {
  const RunResult r = run_scenario(hall());
  expect_closed(r);
  std::map<std::string, int> kinds;
  for (const LimitRow& unit : r.limits) ++kinds[unit.kind];
  for (const char* kind : {"utility_feed", "transformer", "switchboard", "ups", "busway", "racks", "load", "tower", "loop", "cdu", "crah"}) {
    EXPECT_GT(kinds[kind], 0) << kind;
  }
  // The job runs six of nine hours at full load: P99.9 is the peak, and the feed's peak is that of the facility.
  const LimitRow& feed = row(r, "a.power.feed");
  EXPECT_NEAR(feed.peak.in(MW), number(r, "energy.peak_facility_mw"), 1e-9);
  EXPECT_NEAR(feed.mean.in(MW), number(r, "energy.mean_facility_mw"), 1e-9);
  EXPECT_LE(feed.p999.si(), feed.peak.si());
  const LimitRow& ups = row(r, "a.power.ups_01a");
  EXPECT_NEAR(ups.headroom.si(), ups.continuous.si() - ups.peak.si(), 1e-6);
  EXPECT_GT(ups.stranded.si(), 0.0);
  EXPECT_FALSE(ups.binds.empty());
  // All liquid heat of the racks: 8 racks of 24 on the CDU at full load, 87 % of it.
  const LimitRow& cdu = row(r, "a.cooling.cdu_01");
  EXPECT_NEAR(cdu.peak.in(kW), row(r, "a.power.c.racks_0-7").peak.in(kW) * 0.87, 1e-3);
  EXPECT_EQ(number(r, "limits.crossings"), 0.0);
  EXPECT_EQ(number(r, "sites.a.limits.units"), number(r, "limits.units"));
  EXPECT_EQ(r.summary.json()["limits"]["least_headroom_unit"].get<std::string>().substr(0, 2), "a.");
}

TEST(Limits, AnOverloadIsToldWhenItBeginsAndEnds) {
  // 24 racks of 125.8 kW on three blocks; while one is out, two carry 1.510 MW each and 0.5 % of busway loss: 1.517 MW at the UPS.
  const RunResult r = run_scenario(hall("events: [{at: 1 h, fail: a.power.ups_01a, for: 1 h}]\n"),
                                   {"sites.a.power.block=1.515 MW"});
  expect_closed(r);
  const auto crossed = events_of(r, "limit crossed"), left = events_of(r, "limit left");
  ASSERT_FALSE(crossed.empty());
  EXPECT_EQ(crossed.size(), left.size());
  EXPECT_EQ(crossed[0].at, to_ticks(1.0 * h));
  EXPECT_EQ(left[0].at, to_ticks(2.0 * h));
  EXPECT_EQ(crossed[0].cause, "rating 1.515 MW");
  const LimitRow& ups = row(r, "a.power.ups_01b");
  EXPECT_GT(ups.peak.si(), 1.515e6);
  EXPECT_NEAR(ups.above_rating.in(h), 1.0, 1e-9);
  EXPECT_EQ(ups.crossings, 1);
  EXPECT_LT(ups.headroom.si(), 0.0);
  EXPECT_EQ(crossed.size(), 2u);  // b and c; busways and transformers have room
  EXPECT_EQ(number(r, "limits.units_above"), 2.0);
}

TEST(Limits, TheBasisSaysWhatUnitsAreProvisionedFor) {
  const auto told = [](const std::string& basis, const std::string& unit) {
    return in_child([&] {
      const RunResult r = run_scenario(hall(), {"sites.a.limits.basis=" + basis});
      const LimitRow& of = row(r, unit);
      return fmt::format("{} {:.3f} {:.3f} {:.3f}", of.basis, of.provisioned.in(kW), of.peak.in(kW), of.p999.in(kW));
    });
  };
  const auto numbers = [](const std::string& text) {
    std::vector<double> out;
    for (std::size_t at = text.find(' '); at != std::string::npos; at = text.find(' ', at + 1)) out.push_back(std::stod(text.substr(at + 1)));
    return out;
  };
  const std::string peak = told("peak", "a.power.feed"), p999 = told("p999", "a.power.feed"), shelves = told("nameplate", "a.power.c.racks_0-7");
  EXPECT_THAT(peak, testing::StartsWith("peak "));
  EXPECT_EQ(numbers(peak)[0], numbers(peak)[1]);
  EXPECT_THAT(p999, testing::StartsWith("p999 "));
  EXPECT_EQ(numbers(p999)[0], numbers(p999)[2]);
  // Eight racks with shelves of 264 kW DC, at full load 91 % efficient: more than twice of what the racks draw.
  EXPECT_THAT(shelves, testing::StartsWith("nameplate "));
  EXPECT_NEAR(numbers(shelves)[0], 8 * 264.0 / 0.91, 1e-3);
  EXPECT_GT(numbers(shelves)[0], 2.0 * numbers(shelves)[1]);
}

TEST(Limits, TheFileReadsBackAsItWasWritten) {
  const RunResult r = run_scenario(hall());
  TemporaryDirectory folder;
  const std::string path = (folder.path() / "limits.csv").string();
  {
    OutputFile file(path);
    write_limits_csv(r.limits, file);
    file.close();
  }
  const auto rows = read_limits_csv(path);
  ASSERT_EQ(rows.size(), r.limits.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].unit, r.limits[i].unit);
    EXPECT_EQ(rows[i].binds, r.limits[i].binds);
    EXPECT_NEAR(rows[i].peak.si(), r.limits[i].peak.si(), 1e-6);
    EXPECT_EQ(rows[i].crossings, r.limits[i].crossings);
  }
}

}  // namespace
}  // namespace aifactory
