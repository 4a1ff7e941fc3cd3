/// What surrounds a job's work: prolog, epilog, and what a cap takes of its speed.
#include <cmath>

#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

constexpr std::size_t lost(LossCause cause) { return static_cast<std::size_t>(cause); }

std::string two_racks(const std::string& jobs, const std::string& scheduling) {
  return R"(
format: 1
name: overheads
start: 2026-05-04
duration: workload
sites: {s: {grid: {capacity: 10 MW}, halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 2}}}}}}
workload:
  jobs:
)" + jobs + "scheduling: " + scheduling + "\n";
}

// a works from 120 s on, ends at 3,720 and gives its nodes back at 4,020; b's limit of an hour begins after its prolog.
TEST(JobOverheads, PrologAndEpilogHoldNodes) {
  const RunResult r = run_scenario(two_racks(R"(
    - {name: a, racks: 2, duration: 1 h}
    - {name: b, racks: 2, duration: 1 h, walltime: 1 h}
)", "{policy: fcfs, prolog: 2 min, epilog: 5 min}"));
  expect_closed(r);
  EXPECT_EQ(to_seconds(r.jobs[0].start), 0.0);
  EXPECT_EQ(to_seconds(r.jobs[0].finish), 3720.0);
  EXPECT_EQ(to_seconds(r.jobs[1].start), 4020.0);
  EXPECT_EQ(to_seconds(r.jobs[1].finish), 7740.0);
  for (const JobRecord& job : r.jobs) {
    EXPECT_EQ(job.state, FinalState::completed_successfully);
    EXPECT_EQ(job.lost[lost(LossCause::restart)].si(), 120.0);
  }
  EXPECT_EQ(r.jobs[1].lost[lost(LossCause::queue)].si(), 4020.0);
  EXPECT_NEAR(number(r, "kpi.ettr_frac"), 7200.0 / 7440.0, 1e-12);  // the queue before the first start is not in it
  ASSERT_EQ(r.machine_states.rows().size(), 1u);  // a's nodes pass to b without standing free
  EXPECT_EQ(r.machine_states.rows()[0].computing, 36);
}

// While a's nodes are in the epilog nobody can take them from it, and the run may end in it with all jobs accounted for.
TEST(JobOverheads, NobodyIsInterruptedInItsEpilog) {
  const RunResult r = run_scenario(two_racks(R"(
    - {name: a, racks: 2, duration: 1 h, checkpoint_interval: 1 min}
    - {name: urgent, racks: 2, duration: 1 h, submit: 3700 s, tier: 2}
)", "{policy: gang_preemptive, epilog: 5 min}"), {"duration=3800 s"});
  expect_closed(r);
  EXPECT_EQ(r.jobs[0].state, FinalState::completed_successfully);
  EXPECT_EQ(r.jobs[1].state, FinalState::queued);
  EXPECT_EQ(number(r, "jobs.queued_at_end"), 1.0);
}

// Under a cap the racks' clock s is the same whatever the job says; at power share s^2.4 a job of slowdown k works at
// 1 - k (1 - s^2.4).  What the cap withholds of 24 racks is 24 x 72 x 1,030 W x (1 - s^2.4), integrated.
TEST(JobOverheads, AKindLosesWhatItSaysOfItsSpeed) {
  const std::string yaml = hall("events: [{at: 1 h, curtail: a, to: 2.5 MW, for: 1 h}]\n", "kind: training, walltime: 30 d");
  const auto run = [&](const std::string& slowdown) {
    return in_child([&] {
      const RunResult r = run_scenario(yaml, {"workload.kinds={training: {slowdown_per_cap: " + slowdown + "}}"});
      expect_closed(r);
      return fmt::format("{} {} {}", r.jobs[0].lost[lost(LossCause::curtailment)].si(), to_seconds(r.jobs[0].finish),
                         number(r, "grid.curtailed_mwh"));
    });
  };
  const auto numbers = [](const std::string& text) {
    std::vector<double> out(3);
    std::sscanf(text.c_str(), "%lf %lf %lf", &out[0], &out[1], &out[2]);
    return out;
  };
  const auto none = numbers(run("0")), one = numbers(run("1")), half = numbers(run("0.5"));
  EXPECT_EQ(none[0], 0.0);
  EXPECT_EQ(none[1], 6 * 3600.0);
  EXPECT_GT(one[0], 600.0);
  EXPECT_NEAR(half[0], one[0] / 2, 1e-5);
  EXPECT_NEAR(one[1], 6 * 3600.0 + one[0], 1e-5);
  EXPECT_NEAR(one[0], one[2] / (24 * 72 * 1030e-6) * 3600.0, 0.02 * one[0]);
  EXPECT_EQ(none[2], one[2]);
}

TEST(JobOverheads, AKindThatNoJobIsOfIsRefused) {
  try {
    run_scenario(two_racks("    - {name: a, racks: 2, duration: 1 h, kind: training}\n", "fcfs"),
                 {"workload.kinds={trainnig: {slowdown_per_cap: 1}}"});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "workload.kinds.trainnig: no job is of this kind (did you mean \"training\"?)");
  }
}

// Tuning runs at full speed on GB200 and at 0.4 on H100, and may not run elsewhere: a takes the GB200 racks, b the H100 ones,
// where an hour takes two and a half, its limit stretched by as much; c waits for the GB200 racks rather than take the A100s.
TEST(JobOverheads, KindsOfRacksHaveSpeeds) {
  const RunResult r = run_scenario(R"(
format: 1
name: kinds
start: 2026-05-04
duration: workload
sites:
  s:
    grid: {capacity: 10 MW}
    halls: {h: {clusters: {new: {rack: gb200_nvl72, racks: 1}, old: {rack: hgx_h100, racks: 5}, older: {rack: dgx_a100, racks: 5}}}}
workload:
  jobs:
    - {name: a, nodes: 18, duration: 1 h, kind: tuning}
    - {name: b, nodes: 18, duration: 1 h, walltime: 61 min, kind: tuning}
    - {name: c, nodes: 18, duration: 1 h, kind: tuning}
  kinds: {tuning: {speeds: {new: 1, hgx_h100: 0.4}}}
scheduling: easy_backfill
)");
  expect_closed(r);
  ASSERT_EQ(r.jobs.size(), 3u);
  EXPECT_EQ(r.jobs[0].cluster, "new");
  EXPECT_EQ(to_seconds(r.jobs[0].finish), 3600.0);
  EXPECT_EQ(r.jobs[1].cluster, "old");
  EXPECT_EQ(to_seconds(r.jobs[1].finish), 9000.0);
  EXPECT_EQ(r.jobs[1].state, FinalState::completed_successfully);
  EXPECT_EQ(r.jobs[2].cluster, "new");
  EXPECT_EQ(to_seconds(r.jobs[2].start), 3600.0);
}

}  // namespace
}  // namespace aifactory
