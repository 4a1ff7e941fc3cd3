/// The analysis of a small hall: what must lose nothing, what must lose something, and in which order.
#include "sim/fmea/fmea.h"

#include <gmock/gmock.h>

#include <cmath>

#include "sim/fmea/fmea_table.h"
#include "sim/fmea/systems_test.h"
#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

constexpr Tick kMinute = 60 * kTicksPerSecond;

/// Four racks on a 2N pair, one CDU of four pumps, one job on all of them.
constexpr const char* kSmall = R"(
format: 1
name: small
start: 2026-07-01
duration: 90 min
sites:
  a:
    weather: {constant: {dry_bulb: 30 degC, wet_bulb: 22 degC}}
    grid: {capacity: 6 MW}
    power: {layout: 2N, block: 1.5 MW, ups: double_conversion_1500kw, transformer: liquid_2500kva, hv_transformer: liquid_2500kva}
    cooling: {plant: tower, tower: merkel_generic, cdu: cdu_1300kw, crah: fan_wall_generic}
    halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 4}}}}
workload: {jobs: [{name: big, racks: 4, duration: 1 d}]}
)";

class Fmea : public testing::Test {
 protected:
  static const FmeaResult& result() {
    static const FmeaResult kResult = [] {
      const auto run = prepare(read_scenario(kSmall));
      const std::atomic<bool> stop{false};
      return run_fmea(*run, options(), [](std::size_t, std::size_t) {}, stop);
    }();
    return kResult;
  }
  static FmeaOptions options() { return {.at = 60 * kMinute, .lead = 20 * kMinute, .jobs = 2, .pairs = true}; }
  static const FmeaCase& find(const std::string& failed, const std::string& maintained = "") {
    for (const FmeaCase& c : result().cases) {
      if (c.failed.name == failed && (c.maintained ? c.maintained->name : "") == maintained) return c;
    }
    static const FmeaCase kNone;
    ADD_FAILURE() << "no case " << failed << " / " << maintained;
    return kNone;
  }
};

TEST_F(Fmea, RunsEveryCaseAndClosesEveryLedger) {
  EXPECT_TRUE(result().complete);
  EXPECT_EQ(result().cases.size(), fmea_cases(*prepare(read_scenario(kSmall)), true).size());
  for (const FmeaCase& c : result().cases) {
    EXPECT_EQ(status_of(c.outcome), "ok") << c.failed.name << (c.maintained ? " / " + c.maintained->name : "");
  }
}

TEST_F(Fmea, A2NPairRidesThroughOneBlockAndDropsWithTwo) {
  const FmeaCase& one = find("a.power.ups_01a");
  EXPECT_EQ(one.alike, 2);
  EXPECT_NEAR(one.outcome.lost_mw, 0.0, 1e-9);
  EXPECT_EQ(one.outcome.jobs_interrupted, 0);
  const FmeaCase& both = find("a.power.ups_01b", "a.power.ups_01a");
  EXPECT_NEAR(both.outcome.lost_mw, result().base.it_at_failure_mw, 1e-9);
  EXPECT_LT(both.outcome.drop_min * 60.0, 0.1);  // what the shelves hold
  EXPECT_EQ(both.outcome.jobs_interrupted, 1);
  EXPECT_NEAR(both.outcome.lost_mwh, result().base.it_at_failure_mw * 0.5, 0.02);
}

// Racks that are idle at the failure and get work ten minutes later: the feed takes all of it, more than there was before, and
// never more than there would have been.
TEST(FmeaOfAGrowingLoad, LosesNoMoreThanTheUndisturbedRunDrawsAtThatInstant) {
  std::string yaml = kSmall;
  const std::string job = "duration: 1 d}";
  yaml.replace(yaml.find(job), job.size(), "duration: 1 d, submit: 70 min}");
  const auto run = prepare(read_scenario(yaml));
  const std::atomic<bool> stop{false};
  const FmeaResult result = run_fmea(*run, {.at = 60 * kMinute, .jobs = 2, .pairs = false}, [](std::size_t, std::size_t) {}, stop);
  ASSERT_TRUE(result.complete);
  EXPECT_GT(result.base.it_greatest_mw, 1.5 * result.base.it_at_failure_mw);
  double most = 0.0;
  for (const FmeaCase& c : result.cases) most = std::max(most, c.outcome.lost_mw);
  EXPECT_NEAR(most, result.base.it_greatest_mw, 1e-9);
  const FmeaOutcome again = parse_outcome(to_text(result.cases.front().outcome));
  EXPECT_EQ(again.lost_mw, result.cases.front().outcome.lost_mw);
  EXPECT_EQ(parse_base(to_text(result.base)).it_greatest_mw, result.base.it_greatest_mw);
}

// One of a rack's shelves, for all of them.
TEST_F(Fmea, APowerShelfIsCarriedByTheOthers) {
  const FmeaCase& shelf = find("a.h.c.rack_0.shelf_01");
  EXPECT_EQ(shelf.alike, 4 * 8);
  EXPECT_TRUE(shelf.outcome.harmless());
  EXPECT_EQ(shelf.also.front(), "a.h.c.rack_0.shelf_01 to a.h.c.rack_3.shelf_08");
}

TEST_F(Fmea, ACduThrottlesThenTripsItsRacks) {
  const FmeaOutcome& o = find("a.cooling.cdu_01").outcome;
  EXPECT_EQ(o.first_limit, "throttle");
  EXPECT_GT(o.throttle_min, 0.0);
  EXPECT_GT(o.trip_min, o.throttle_min);
  EXPECT_LT(o.trip_min, 5.0);
  EXPECT_EQ(o.first_limit_min, o.throttle_min);
  EXPECT_GT(o.lost_accelerator_h, 0.0);
}

TEST_F(Fmea, WorstComesFirst) {
  double last = kInf;
  bool adds = true;
  for (const FmeaCase& c : result().cases) {
    if (c.adds != adds) last = kInf;
    EXPECT_TRUE(adds || !c.adds) << "pairs that add nothing come last";
    adds = c.adds;
    EXPECT_LE(c.outcome.lost_mw, last + 1e-6);
    last = c.outcome.lost_mw;
  }
  EXPECT_FALSE(result().cases.front().outcome.harmless());
}

TEST_F(Fmea, APairCountsOnlyWhereItIsWorseThanItsUnitsAlone) {
  EXPECT_TRUE(find("a.power.ups_01b", "a.power.ups_01a").adds);
  EXPECT_FALSE(find("a.power.ups_01a", "a.power.feed").adds);      // the feed alone has taken everything
  EXPECT_FALSE(find("a.cooling.cdu_01", "a.power.ups_01a").adds);  // the CDU alone does the same
  EXPECT_EQ(result().alone(find("a.power.ups_01b", "a.power.ups_01a").failed), &find("a.power.ups_01a"));
}

TEST_F(Fmea, WritesATableAndAScript) {
  const std::string csv = fmea_csv(result());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), static_cast<std::ptrdiff_t>(result().cases.size()) + 1);
  EXPECT_THAT(csv, testing::HasSubstr(",a.power.ups_01b,ups,a.power.ups_01a,2,ok,1,"));
  const std::string script = systems_test(result(), "small", options(), 30 * kMinute);
  EXPECT_THAT(script, testing::HasSubstr("`a.power.ups_01b` fails while `a.power.ups_01a` is maintained"));
  EXPECT_THAT(script, testing::HasSubstr("| 1 | Open the output breaker of `a.power.ups_01a`, and wait 20 min |"));
  EXPECT_THAT(script, testing::HasSubstr("racks lose supply after 0 s"));
  EXPECT_THAT(script, testing::HasSubstr("## Ride-through"));
}

}  // namespace
}  // namespace aifactory
