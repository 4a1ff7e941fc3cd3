/// What jobs draw as their work goes on: edges as events, checkpoints, pace, and what is too short to be one.
#include <gmock/gmock.h>

#include "tests/sim/run/shaped_jobs.h"
#include "tests/sim/workload/temporary_file.h"

namespace aifactory {
namespace {

/// A node of hgx_h100 at utilization u, behind its shelves: 8 (85 + 615 u) + 900 + 1,538 u W.
constexpr double node_w(double u) { return 8 * (85 + 615 * u) + 900 + 1538 * u; }
constexpr double kMinute = 60.0;

std::string jobs(const std::string& lines, const std::string& more = "", const std::string& cluster = "") {
  return cluster_of(lines, cluster, more, 16, "workload");
}
double energy(const RunResult& r, std::size_t job = 0) { return r.jobs.at(job).energy.si(); }
void expect_energy(const RunResult& r, double expected_j, std::size_t job = 0) { EXPECT_NEAR(energy(r, job) / expected_j, 1.0, 1e-12); }

// 10 min at 1, 20 min at 0.25, then 30 min at 0.5, on two nodes.
constexpr double kHandJ = 2 * kMinute * (10 * node_w(1.0) + 20 * node_w(0.25) + 30 * node_w(0.5));
constexpr const char* kHand = "power_profile: {phases: [{duration: 10 min, utilization: 1}, {duration: 20 min, utilization: 0.25}, {duration: 5 min, utilization: 0.5}]}";

TEST(PowerProfileRun, EnergyIsTheIntegral) {
  const RunResult r = run_scenario(jobs(std::string("    - {name: a, nodes: 2, duration: 1 h, ") + kHand + "}\n", "record: {waveform: {from: 0 s, to: 1 h, rate: 0.1 Hz}}\n"));
  expect_closed(r);
  expect_waterfall(r);
  EXPECT_EQ(to_seconds(r.jobs[0].held), 3600.0);
  expect_energy(r, kHandJ);
  // Edges are events of the run, so that the waveform has nothing to add.
  std::vector<double> steps;
  for (std::size_t i = 0; i < r.waveform.times().size(); ++i) {
    EXPECT_EQ(r.waveform.at(i, 0), r.waveform.at(i, 1));
    if (i > 0 && r.waveform.at(i, 0) != r.waveform.at(i - 1, 0)) steps.push_back(to_seconds(r.waveform.times()[i]) / kMinute);
  }
  EXPECT_THAT(steps, testing::ElementsAre(10.0, 30.0));
}

// The same by shares of the work, from a file, by name, and by the job's kind.
TEST(PowerProfileRun, IsGivenInFourWays) {
  const TemporaryFile file("time_s,utilization\n0,1\n600,0.25\n1800,0.5\n", ".csv");
  const auto with = [&](const std::string& job, const std::string& workload) {
    std::string yaml = jobs("    - {name: a, nodes: 2, duration: 1 h, kind: k" + job);
    return yaml.insert(yaml.find("scheduling:"), workload);
  };
  const std::string named = "  power_profiles: {hand: {file: " + file.path() + "}}\n";
  for (const std::string& yaml :
       {with(", power_profile: {phases: [{share: 0.166666666666666666, utilization: 1}, {share: 0.333333333333333333, utilization: 0.25}, {share: 0.5, utilization: 0.5}]}}\n", ""),
        with(", power_profile: {file: " + file.path() + "}}\n", ""), with(", power_profile: hand}\n", named), with("}\n", named + "  kinds: {k: {power_profile: hand}}\n")}) {
    EXPECT_EQ(in_child([&] {
                const RunResult r = run_scenario(yaml);
                expect_closed(r);
                return fmt::format("{:.6f}", energy(r));
              }),
              fmt::format("{:.6f}", kHandJ));
  }
}

// On racks of half the speed every level lasts twice as long.
TEST(PowerProfileRun, GoesOnWithTheWork) {
  std::string yaml = jobs(std::string("    - {name: a, nodes: 2, duration: 1 h, kind: k, ") + kHand + "}\n");
  yaml.insert(yaml.find("scheduling:"), "  kinds: {k: {speeds: {c: 0.5}}}\n");
  const RunResult r = run_scenario(yaml);
  EXPECT_EQ(to_seconds(r.jobs[0].held), 7200.0);
  expect_energy(r, 2 * kHandJ);
}

// A cap within the first level makes that one longer; what follows is as long as ever.
TEST(PowerProfileRun, WaitsWhileItIsThrottled) {
  const std::string cap = "events: [{at: 2 min, curtail: a, to: 0.4 MW, for: 4 min}]\n";
  const auto run = [&](const std::string& power) {
    std::string yaml = jobs("    - {name: a, nodes: 64, duration: 1 h, " + power + "}\n", cap);
    return run_scenario(yaml);
  };
  double flat_j = 0.0, flat_s = 0.0;
  std::sscanf(in_child([&] {
                const RunResult r = run("utilization: 1");
                return fmt::format("{} {}", energy(r), to_seconds(r.jobs[0].held));
              }).c_str(),
              "%lf %lf", &flat_j, &flat_s);
  const RunResult r = run(kHand);
  EXPECT_GT(flat_s, 3600.0 + 30.0);
  EXPECT_EQ(to_seconds(r.jobs[0].held), flat_s);
  const double below_j = 64 * kMinute * (20 * (node_w(1.0) - node_w(0.25)) + 30 * (node_w(1.0) - node_w(0.5)));
  // Edges fall on whole ticks, at most one late.
  EXPECT_NEAR(energy(r), flat_j - below_j, 64 * 5e3 * 2e-6);
}

// Struck in minute 25, in its third level; it goes on from the checkpoint of minute 20, in its second, on other nodes.
TEST(PowerProfileRun, StartsAgainWhereItsCheckpointWas) {
  const RunResult r = run_scenario(jobs("    - {name: a, nodes: 4, duration: 1 h, checkpoint_interval: 10 min, power_profile: {phases: [{duration: 15 min, utilization: 1}, "
                                        "{duration: 9 min, utilization: 0.25}, {duration: 1 min, utilization: 0.5}]}}\n",
                                        "events: [{at: 25 min, fail: a.h.c.rack_0, for: 1 h}]\n"));
  expect_closed(r);
  expect_waterfall(r);
  EXPECT_EQ(r.jobs[0].restarts, 1);
  EXPECT_EQ(to_seconds(r.jobs[0].held) / kMinute, 65.0);
  expect_energy(r, 4 * kMinute * (15 * node_w(1.0) + 9 * node_w(0.25) + 1 * node_w(0.5) + 4 * node_w(0.25) + 36 * node_w(0.5)));
}

// Put back by a higher tier in minute 20 with all its work saved: no level is drawn twice or left out.
TEST(PowerProfileRun, SurvivesAPreemption) {
  std::string yaml = jobs(std::string("    - {name: a, nodes: 64, duration: 1 h, checkpoint_interval: 5 min, ") + kHand + "}\n    - {name: b, nodes: 64, duration: 30 min, submit: 20 min, tier: 1}\n");
  yaml.replace(yaml.find("scheduling: fcfs"), 16, "scheduling: gang_preemptive");
  const RunResult r = run_scenario(yaml);
  expect_closed(r);
  EXPECT_EQ(r.jobs[0].restarts, 1);
  EXPECT_EQ(to_seconds(r.jobs[0].held), 3600.0);
  expect_energy(r, 32 * kHandJ);
}

// Turns of 10 s within the resolution of a minute: the run draws the mean and has no more events than at one level; the waveform
// shows the levels, and has the energy of the run.
TEST(PowerProfileRun, ShortTurnsCostNoEvents) {
  const std::string record = "record: {waveform: {from: 10 min, to: 12 min, rate: 1 Hz}}\n";
  const auto yaml = [&](const std::string& power) { return jobs("    - {name: a, nodes: 2, duration: 30 d, " + power + "}\n", record); };
  const std::string flat = in_child([&] {
    const RunResult r = run_scenario(yaml("utilization: 0.55"));
    return fmt::format("{} {:.3f}", number(r, "time.events"), energy(r));
  });
  const RunResult r = run_scenario(yaml("power_profile: {phases: [{duration: 4 s, utilization: 1}, {duration: 6 s, utilization: 0.25}], repeat: true}"));
  EXPECT_EQ(fmt::format("{} {:.3f}", number(r, "time.events"), energy(r)), flat);
  ASSERT_EQ(r.waveform.times().size(), 120u);
  double sum = 0.0, mean = 0.0;
  for (std::size_t i = 0; i < 120; ++i) {
    const double level = i % 10 < 4 ? 1.0 : 0.25;
    EXPECT_NEAR(r.waveform.at(i, 0) - r.waveform.at(i, 1), 16 * 615 * (level - 0.55), 1e-6) << i;
    sum += r.waveform.at(i, 0);
    mean += r.waveform.at(i, 1);
  }
  EXPECT_NEAR(sum / mean, 1.0, 1e-12);
}

// The same of phases that come once: a minute is held at the mean of 20 s at 1 and 40 s at 0.25, and the waveform has both, stretched on racks
// of half the speed.
TEST(PowerProfileRun, ShortPhasesAreShownWhereTheyAre) {
  std::string yaml = jobs("    - {name: a, nodes: 2, duration: 1 h, kind: k, power_profile: {phases: [{duration: 20 s, utilization: 1}, {duration: 40 s, utilization: 0.25}, "
                          "{duration: 10 min, utilization: 0.75}]}}\n",
                          "record: {waveform: {from: 0 s, to: 3 min, rate: 0.1 Hz}}\n");
  yaml.insert(yaml.find("scheduling:"), "  kinds: {k: {speeds: {c: 0.5}}}\n");
  const RunResult r = run_scenario(yaml);
  expect_energy(r, 2 * 2 * kMinute * (node_w(0.5) + 59 * node_w(0.75)));
  ASSERT_EQ(r.waveform.times().size(), 18u);
  for (std::size_t i = 0; i < 18; ++i) {
    const double beyond = i < 4 ? 0.5 : i < 12 ? -0.25 : 0.0;
    EXPECT_NEAR(r.waveform.at(i, 0) - r.waveform.at(i, 1), 16 * 615 * beyond, 1e-6) << i;
  }
}

// A day of turns of two hours: 12 of them, whatever is recorded.
TEST(PowerProfileRun, LongTurnsAreEvents) {
  const std::string turns = "power_profile: {phases: [{duration: 30 min, utilization: 1}, {duration: 90 min, utilization: 0.5}], repeat: true}";
  const std::string yaml = jobs("    - {name: a, nodes: 2, duration: 1 d, " + turns + "}\n");
  const std::string other = dump_of_child(yaml, {"record.interval=7 s"}, false);
  const RunResult r = run_scenario(yaml);
  expect_energy(r, 2 * 12 * kMinute * (30 * node_w(1.0) + 90 * node_w(0.5)));
  EXPECT_EQ(dump(r, false), other);
}

// One level is no profile: the same bytes as with `utilization`, whatever happens to the job.
TEST(PowerProfileRun, OneLevelIsAUtilization) {
  const auto yaml = [](const std::string& power) {
    return jobs("    - {name: a, nodes: 14, duration: 10 h, checkpoint: {interval: 30 min, write: 2 min}, " + power + "}\n",
                "events: [{at: 2 h, fail: a.h.c.rack_1, for: 1 h}, {at: 5 h, curtail: a, to: 0.2 MW, for: 2 h}]\n",
                "interruptions: {table: llama3, scale: 300, detection: 2 min, restart: 4 min, repair: 3 h}");
  };
  const std::string flat = dump_of_child(yaml("utilization: 0.7"), {}, false);
  EXPECT_EQ(dump(run_scenario(yaml("power_profile: {phases: [{duration: 1 h, utilization: 0.7}]}")), false), flat);
}

// A limit must have room for the highest level: of some 330 kW beyond idle nodes a job of 32 nodes takes 207 at its peak.  Two wait
// for each other, though the mean of both would fit.
TEST(PowerProfileRun, PowerLimitsAreMetAtTheHighestLevel) {
  std::string yaml = jobs("    - {name: a, nodes: 32, duration: 2 h, power_profile: p}\n    - {name: b, nodes: 32, duration: 2 h, power_profile: p}\n");
  yaml.insert(yaml.find("scheduling:"), "  power_profiles: {p: {phases: [{duration: 110 min, utilization: 0.25}, {duration: 10 min, utilization: 1}]}}\n");
  yaml.replace(yaml.find("scheduling: fcfs"), 16, "scheduling: power_capped");
  yaml.replace(yaml.find("capacity: 60 MW"), 15, "capacity: 0.45 MW");
  const RunResult r = run_scenario(yaml);
  EXPECT_EQ(to_seconds(r.jobs[0].start), 0.0);
  EXPECT_EQ(to_seconds(r.jobs[1].start), 7200.0);
}

TEST(PowerProfileRun, RefusalsNameTheKeyAndTheWayOut) {
  const auto refusal = [](const std::string& job, const std::string& workload = "") {
    std::string yaml = jobs("    - {name: a, " + job + "}\n");
    yaml.insert(yaml.find("scheduling:"), workload);
    return refusal_of(yaml);
  };
  const std::string named = "  power_profiles: {burst: {phases: [{duration: 1 h, utilization: 1}]}}\n";
  EXPECT_EQ(refusal("nodes: 2, duration: 1 h, power_profile: brust", named),
            "workload.jobs[0].power_profile: no profile of workload.power_profiles is named brust (did you mean \"burst\"?) (profiles: burst)");
  EXPECT_EQ(refusal("nodes: 2, duration: 1 h, power_profile: burst"), "workload.jobs[0].power_profile: no profile of workload.power_profiles is named burst; there is none");
  EXPECT_EQ(refusal("nodes: 2, min_nodes: 1, max_nodes: 4, duration: 1 h, kind: k", named + "  kinds: {k: {power_profile: burst}}\n"),
            "workload: job a has an elastic size, which does not go with a power profile");
  const auto bad_file = [&](const std::string& text, const std::string& more = "") {
    const TemporaryFile file(text, ".csv");
    std::string message = refusal("nodes: 2, duration: 1 h, power_profile: {file: " + file.path() + more + "}");
    const std::size_t at = message.find(file.path());
    return at == std::string::npos ? message : message.replace(at, file.path().size(), "FILE");
  };
  EXPECT_EQ(bad_file("time_s,utilization\n0,1\n10,0.5\n10,1\n"), "FILE:4: time_s: 10 s does not come after the 10 s of the row before it");
  EXPECT_EQ(bad_file("time_s,utilization\n5,1\n"), "FILE:2: time_s: the first row is at 5 s; must be 0, the beginning of the work");
  EXPECT_EQ(bad_file("time_s,utilization\n0,1.5\n"), "FILE:2: utilization: \"1.5\" must be in 0..1");
  EXPECT_EQ(bad_file("time_s,utilization\nzero,1\n"), "FILE:2: time_s: \"zero\" must be a number of seconds, at most 3e+10");
  EXPECT_EQ(bad_file("time_s,utilization\n"), "FILE: holds no row");
  EXPECT_THAT(bad_file("time_s,power\n0,1\n"), testing::HasSubstr("utilization"));
  EXPECT_EQ(bad_file("time_s,utilization\n0,1\n60,0.5\n", ", repeat: true, period: 1 min"), "FILE:3: the last row is at 60 s, and the profile's period is 60 s");
}

}  // namespace
}  // namespace aifactory
