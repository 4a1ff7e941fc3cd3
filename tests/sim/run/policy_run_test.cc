/// Whole runs under policies that preempt, resize, and look at the site.  One hall of 24 racks (432 nodes) throughout.
#include <map>
#include <sstream>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

std::string site(const std::string& policy, const std::string& jobs, const std::string& grid = "capacity: 6 MW, price: 60 USD/MWh, carbon: 350 g/kWh") {
  return R"(
format: 1
name: policies
start: 2026-05-04
duration: workload
sites:
  a:
    weather: {constant: {dry_bulb: 20 degC, wet_bulb: 12 degC}}
    grid: {)" + grid + R"(}
    power: {layout: N, block: 1.7 MW, ups: double_conversion_1mw, transformer: liquid_2500kva, hv_transformer: liquid_2500kva, breakers: false, batteries: false}
    cooling: {plant: tower, supply: 25 degC, tower: merkel_range8, cdu: cdu_1300kw, crah: fan_wall_warm_water}
    halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 24}}}}
workload:
  jobs:
)" + jobs + "scheduling: " + policy + "\n";
}

/// What the tests look at, of a run in a process of its own.
class Outcome {
 public:
  explicit Outcome(const std::string& text) {
    std::istringstream lines(text);
    std::string key, value;
    while (lines >> key >> value) values_[key] = std::stod(value);
  }
  double operator[](const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? 0.0 : found->second;
  }

 private:
  std::map<std::string, double> values_;
};

Outcome run(const std::string& yaml, const std::vector<std::string>& sets = {}) {
  return Outcome(in_child([&] {
    const RunResult result = run_scenario(yaml, sets);
    std::string text;
    const auto say = [&](const std::string& key, double value) { text += fmt::format("{} {}\n", key, value); };
    for (const JobRecord& job : result.jobs) {
      say("start." + job.job_id, to_seconds(job.start));
      say("end." + job.job_id, to_seconds(job.finish));
      say("held." + job.job_id, to_seconds(job.held));
      say("restarts." + job.job_id, job.restarts);
      say("rollback." + job.job_id, job.lost[static_cast<std::size_t>(LossCause::rollback)].si());
      say("success." + job.job_id, job.state == FinalState::completed_successfully ? 1 : 0);
    }
    for (const char* kind : {"preempt", "cap"}) {
      const auto events = events_of(result, kind);
      say(std::string("events.") + kind, static_cast<double>(events.size()));
      if (!events.empty()) say(std::string("value.") + kind, events[0].value);
    }
    for (const char* key : {"reliability.interruptions", "grid.energy_cost_usd", "jobs.completed"}) say(key, number(result, key));
    double worst = std::abs(number(result, "ledger.jobs_residual"));
    for (const char* account : {"energy", "heat", "water", "money"}) {
      worst = std::max(worst, std::abs(result.summary.number(fmt::format("ledger.{}_residual_frac", account)).value_or(0.0)));
    }
    say("residual", result.ledger.imbalances().empty() ? worst : 1.0);
    return text;
  }));
}

const std::string kUrgent = R"(
    - {name: low, racks: 24, duration: 6 h, utilization: 0.5, checkpoint_interval: 30 min, tokens_per_accelerator_s: 1}
    - {name: urgent, racks: 6, duration: 1 h, submit: 70 min, tier: 1, utilization: 0.5}
)";

// At 70 min the large job has done 60 min up to its last checkpoint.  It goes on at 130 min with 5 h to go; 10 min are lost.
TEST(PolicyRun, AnUrgentJobTakesRacksFromALowerTier) {
  const Outcome blind = run(site("easy_backfill", kUrgent));
  EXPECT_EQ(blind["start.urgent"], 21600);
  const Outcome result = run(site("gang_preemptive", kUrgent));
  EXPECT_EQ(result["start.urgent"], 4200);
  EXPECT_EQ(result["end.urgent"], 7800);
  EXPECT_EQ(result["end.low"], 7800 + 18000);
  EXPECT_EQ(result["restarts.low"], 1);
  EXPECT_EQ(result["rollback.low"], 600.0);
  EXPECT_EQ(result["reliability.interruptions"], 0.0);  // nothing has failed
  EXPECT_EQ(result["events.preempt"], 1);
  EXPECT_EQ(result["value.preempt"], 3600.0);  // kept, s
  EXPECT_LT(result["residual"], 1e-12);
  // Written on demand, nothing is lost.
  const Outcome asked = run(site("{policy: gang_preemptive, options: {checkpoint: on_demand}}", kUrgent));
  EXPECT_EQ(asked["end.low"], 7800 + 21600 - 4200);
}

// The elastic job lends 6 of its 24 racks for an hour, in which it does 45 min: it ends 15 min late and loses nothing.
TEST(PolicyRun, AnElasticJobLendsRacks) {
  const Outcome result = run(site("gang_preemptive", R"(
    - {name: low, nodes: 432, min_nodes: 108, max_nodes: 432, duration: 6 h, walltime: 6 h, utilization: 0.5}
    - {name: urgent, racks: 6, duration: 1 h, submit: 70 min, tier: 1, utilization: 0.5}
)"));
  EXPECT_EQ(result["start.urgent"], 4200);
  EXPECT_EQ(result["end.low"], 21600 + 900);
  EXPECT_EQ(result["restarts.low"], 0);
  EXPECT_EQ(result["success.low"], 1);  // its limit is stretched by as much
  EXPECT_EQ(result["held.low"], 22500);
  EXPECT_EQ(result["events.preempt"], 0);
  EXPECT_LT(result["residual"], 1e-12);
}

// Each of the two jobs fits below 3 MW alone.  The blind policy starts both and the cap slows them down; the aware one runs
// them one after the other at full speed.
TEST(PolicyRun, APowerCappedSiteNeverNeedsTheCap) {
  const std::string jobs = R"(
    - {name: one, racks: 12, duration: 2 h, utilization: 1}
    - {name: two, racks: 12, duration: 2 h, utilization: 1}
)";
  const std::string grid = "capacity: 3 MW, price: 60 USD/MWh, carbon: 350 g/kWh";
  const Outcome blind = run(site("easy_backfill", jobs, grid));
  EXPECT_GT(blind["events.cap"], 0);
  EXPECT_GT(blind["end.one"], 7200);
  const Outcome result = run(site("power_capped", jobs, grid));
  EXPECT_EQ(result["events.cap"], 0);
  EXPECT_EQ(result["start.one"], 0);
  EXPECT_EQ(result["end.one"], 7200);
  EXPECT_EQ(result["start.two"], 7200);
  EXPECT_EQ(result["end.two"], 14400);
  EXPECT_LT(result["residual"], 1e-12);
}

// A working day's tariff: the aware policy waits for the night, and pays less for the same job.
TEST(PolicyRun, APriceAwareJobPaysLess) {
  const std::string jobs = R"(
    - {name: one, racks: 24, duration: 2 h, submit: 13 h, utilization: 1, deadline: 14 h}
)";
  const std::string grid = "capacity: 6 MW, tariff: us_time_of_use, carbon: 350 g/kWh";
  const std::vector<std::string> day = {"duration=30 h"};
  const Outcome blind = run(site("easy_backfill", jobs, grid), day);
  const Outcome result = run(site("price_aware", jobs, grid), day);
  EXPECT_EQ(blind["start.one"], 13 * 3600.0);
  EXPECT_GT(result["start.one"], 13 * 3600.0);
  EXPECT_LE(result["end.one"], 27 * 3600.0);
  EXPECT_LT(result["grid.energy_cost_usd"], blind["grid.energy_cost_usd"]);
  EXPECT_LT(result["residual"], 1e-12);
  // A price that never moves holds nobody back.
  EXPECT_EQ(run(site("price_aware", jobs), day)["start.one"], 13 * 3600.0);
}

TEST(PolicyRun, JobsWaitForThoseTheyComeAfter) {
  const Outcome result = run(site("easy_backfill", R"(
    - {name: train, racks: 2, duration: 1 h, count: 2, every: 10 min}
    - {name: tune, racks: 2, duration: 1 h, after: [train]}
    - {name: night, racks: 2, duration: 1 h, earliest_start: 3 h}
)"));
  EXPECT_EQ(result["start.tune"], 4200);
  EXPECT_EQ(result["start.night"], 3 * 3600.0);
  EXPECT_LT(result["residual"], 1e-12);
}

// Every policy ends a mixed workload with closed books.
TEST(PolicyRun, EveryPolicyClosesTheBooks) {
  for (const char* policy : {"fair_share", "topology_aware", "thermal_aware", "carbon_aware", "slurm_backfill", "gang_preemptive", "power_capped"}) {
    SCOPED_TRACE(policy);
    const Outcome result = run(site(policy, R"(
    - {name: a, racks: 5, duration: 1 h, count: 6, every: 10 min, tenant: x, utilization: 0.7, walltime: 2 h}
    - {name: b, nodes: 18, group_nodes: 18, duration: 30 min, submit: 5 min, count: 8, every: 7 min, tenant: y, walltime: 1 h}
    - {name: c, racks: 20, duration: 20 min, submit: 1 h, tier: 2, tenant: y, walltime: 40 min}
)"));
    EXPECT_EQ(result["jobs.completed"], 15.0);
    EXPECT_LT(result["residual"], 1e-12);
  }
}

}  // namespace
}  // namespace aifactory
