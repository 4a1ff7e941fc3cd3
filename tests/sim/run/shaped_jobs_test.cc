/// Jobs that are models on hardware, as a run meets them: pace, checkpoints, interruptions, goodput, waveform.
#include <gmock/gmock.h>

#include "models/reliability/ettr.h"
#include "models/reliability/failure_rates.h"
#include "tests/sim/run/shaped_jobs.h"

namespace aifactory {
namespace {

constexpr const char* kShape =
    "training: {model: llama3_70b, tensor: 8, pipeline: 4, global_batch: 1024, sequence_parallel: true, zero_stage: 1, attention: fused, recompute: full, steps: 2000}";

double lost_h(const RunResult& r, const std::string& cause) { return number(r, "reliability.lost_accelerator_h." + cause); }

TEST(ShapedJobs, HavePacePowerAndTokensFromTheirModel) {
  const RunResult r = run_scenario(cluster_of(std::string("    - {name: t, accelerators: 512, ") + kShape + "}\n", "", "", 16, "30 d"));
  expect_closed(r);
  expect_waterfall(r);
  const JobRecord& job = r.jobs.at(0);
  EXPECT_EQ(job.state, FinalState::completed_successfully);
  EXPECT_NEAR(job.tokens, 2000.0 * 1024 * 8192, 1.0);
  EXPECT_NEAR(number(r, "kpi.tokens_trained"), job.tokens, 1e-3);
  const double mfu = number(r, "kpi.mfu_frac");
  EXPECT_GT(mfu, 0.25);
  EXPECT_LT(mfu, 0.45);
  // 6 N D plus attention over peak and time, to the eighth that attention and the embedding make.
  EXPECT_NEAR(6.0 * 70.55e9 * job.tokens / (to_seconds(job.held) * 512 * 989e12) / mfu, 0.88, 0.05);
  EXPECT_EQ(r.goodput.at(0).mfu, mfu);
  EXPECT_GT(number(r, "reliability.goodput_accelerator_h.bubble"), 0.0);
  EXPECT_GT(number(r, "reliability.goodput_accelerator_h.exposed_communication"), 0.0);
}

TEST(ShapedJobs, MeasuredPaceWins) {
  const RunResult r = run_scenario(cluster_of("    - {name: t, accelerators: 512, training: {model: llama3_70b, tensor: 8, pipeline: 4, global_batch: 1024, sequence_parallel: true, "
                                              "zero_stage: 1, attention: fused, recompute: full, steps: 100, measured_step: 30 s}}\n"));
  EXPECT_EQ(r.jobs.at(0).held, to_ticks(3000.0 * s));
}

// 24 h of work, a checkpoint of 60 s after each 30 min but the last: 47 of them.
TEST(ShapedJobs, CheckpointsTakeTheirTime) {
  const RunResult r = run_scenario(cluster_of("    - {name: t, nodes: 64, duration: 24 h, checkpoint: {interval: 30 min, write: 60 s}}\n"));
  EXPECT_EQ(r.jobs.at(0).held, to_ticks(24.0 * h + 47 * 60.0 * s));
  EXPECT_NEAR(lost_h(r, "checkpoint"), 512 * 47 / 60.0, 1e-6);
  EXPECT_NEAR(number(r, "kpi.ettr_frac"), 24.0 / (24.0 + 47.0 / 60.0), 1e-12);
  expect_waterfall(r);
}

// 2 TB at 100 GB/s take 20 s; beside a job that writes all the time, twice that.
TEST(ShapedJobs, WritersShareTheStore) {
  const std::string first = "    - {name: b, nodes: 32, duration: 48 h, checkpoint: {interval: 1 ms, size: 100 TB}}\n";
  const std::string second = "    - {name: t, nodes: 32, submit: 1 s, duration: 1 h, checkpoint: {interval: 10 min, size: 2 TB}}\n";
  const std::string alone = in_child([&] { return fmt::format("{}", run_scenario(cluster_of(second)).jobs.at(0).held); });
  EXPECT_EQ(alone, fmt::format("{}", to_ticks(1.0 * h + 5 * 20.0 * s)));
  const RunResult r = run_scenario(cluster_of(first + second));
  EXPECT_NEAR(to_seconds(r.jobs.at(1).held), 3600.0 + 5 * 40.0, 0.01);
}

TEST(ShapedJobs, RackFailureRollsBackToTheLastCompleteCheckpoint) {
  const RunResult r = run_scenario(cluster_of("    - {name: t, nodes: 60, duration: 10 h, checkpoint: {interval: 1 h, write: 6 min, mode: blocking}}\n", "recovery: 10 min",
                                              "events:\n  - {at: 63 min, fail: a.h.c.rack_0, for: 1 h}\n"));
  // Struck within the first write: all of the hour is lost, and the checkpoint is read back in 6 min on the other nodes.
  EXPECT_NEAR(lost_h(r, "rollback"), 480 * 1.0, 1e-6);
  EXPECT_NEAR(number(r, "reliability.goodput_accelerator_h.restart"), 480 * 0.1, 1e-6);
  expect_waterfall(r);
}

/// Heavy weather: everything that costs time, at once.
constexpr const char* kHeavy =
    "interruptions: {table: llama3, scale: 200, detection: 2 min, restart: 4 min, repair: 3 h, planned_stop: 20 min, lemon_share: 0.05, lemon_factor: 10, lemon_eviction: 2, infant_factor: 2, infant_time: 1 d}";
std::string heavy() {
  return cluster_of("    - {name: t, accelerators: 384, training: {model: llama3_8b, tensor: 8, global_batch: 768, sequence_parallel: true, attention: fused, zero_stage: 1, tokens: 1e13}, "
                    "checkpoint: {mode: memory, interval: 5 min, store_every: 6, memory_survival: 0.5}}\n"
                    "    - {name: u, nodes: 14, submit: 5 h, duration: 60 h, checkpoint: {size: 1 TB}}\n"
                    "    - {name: e, nodes: 2, min_nodes: 1, max_nodes: 4, duration: 10 h, checkpoint_interval: 10 min}\n",
                    kHeavy,
                    "events:\n  - {at: 30 h, curtail: a, to: 0.3 MW, for: 5 h}\n  - {at: 50 h, fail: a.h.c.rack_3, for: 2 h}\n"
                    "record: {waveform: {from: 29 h, to: 31 h, rate: 1 Hz}}\n",
                    17, "5 d");
}

TEST(ShapedJobs, WaterfallIsExactWhateverHappens) {
  const std::string again = dump_of_child(heavy());
  const std::string unrecorded = dump_of_child(heavy(), {"record.waveform.rate=0.01 Hz", "record.interval=1 h"}, false);
  const RunResult r = run_scenario(heavy());
  expect_closed(r, 1e-9);
  expect_waterfall(r);
  for (const char* part : {"detection", "node_wait", "restart", "maintenance", "rollback", "checkpoint", "curtailment", "exposed_communication"}) {
    EXPECT_GT(number(r, "reliability.goodput_accelerator_h." + std::string(part)), 0.0) << part;
  }
  EXPECT_FALSE(events_of(r, "corruption").empty());
  EXPECT_FALSE(events_of(r, "planned_stop").empty());
  EXPECT_FALSE(events_of(r, "node_back").empty());
  for (const EventRecord& event : r.events) EXPECT_FALSE(event.kind == "interruption" && event.cause.empty());
  EXPECT_EQ(dump(r), again);
  EXPECT_EQ(dump(r, false), unrecorded);
}

// The exact time ratio of Daly for the same interval, write, restart and rate; a silent corruption costs more than it knows.
TEST(ShapedJobs, TimeRatioIsTheExactOne) {
  const RunResult r = run_scenario("seed: 3\n" + cluster_of("    - {name: t, nodes: 2048, duration: 4000 d, checkpoint: {interval: 30 min, write: 1 min}}\n",
                                                            "interruptions: {table: rsc_1, detection: 4 min, restart: 5 min, repair: 1 h}", "record: {series: false}\n", 530, "200 d"));
  const CheckpointPlan plan{.interval = 30.0 * minute, .write = 1.0 * minute, .restart = 10.0 * minute, .mtti = mean_time_to_interruption(2048, Frequency(6.5 / (1000 * 86400.0)))};
  accuracy_near("ettr_run", number(r, "kpi.ettr_frac"), ettr(plan), 0.012);
  EXPECT_NEAR(number(r, "reliability.mtti_h"), 1.80, 0.10);
}

TEST(ShapedJobs, WaveformHasTheEnergyOfTheRun) {
  const std::string yaml = cluster_of(std::string("    - {name: t, accelerators: 512, ") + kShape + ", checkpoint: {interval: 100 s, write: 20 s}}\n", "",
                                      "record: {waveform: {from: 1 h, to: 2 h, rate: 20 Hz}}\n");
  const std::string coarse = in_child([&] {
    const RunResult r = run_scenario(yaml, {"record.waveform.rate=0.01 Hz"});
    double sum = 0.0;
    for (std::size_t i = 0; i < r.waveform.times().size(); ++i) sum += r.waveform.at(i, 0) * 100.0;
    return fmt::format("{}", sum);
  });
  const RunResult r = run_scenario(yaml);
  ASSERT_EQ(r.waveform.times().size(), 72000u);
  double sum = 0.0, mean = 0.0, low = 1e300, high = 0.0;
  for (std::size_t i = 0; i < r.waveform.times().size(); ++i) {
    sum += r.waveform.at(i, 0) / 20.0;
    mean += r.waveform.at(i, 1) / 20.0;
    low = std::min(low, r.waveform.at(i, 0));
    high = std::max(high, r.waveform.at(i, 0));
  }
  accuracy_relative("waveform_run_energy", sum, std::stod(coarse), 1e-12);
  // 30 turns of checkpoints of 120 s; the steps do not come out even in them.
  EXPECT_NEAR(sum / mean, 1.0, 2e-3);
  // The swing is that of 512 accelerators between full products and a checkpoint.
  EXPECT_GT(high - low, 0.6 * 512 * 615.0);
  EXPECT_LT(high - low, 512 * 615.0);
}

TEST(ShapedJobs, RefusalsNameTheKeyAndTheWayOut) {
  const auto training = [](const std::string& keys, const std::string& job = "accelerators: 512") {
    return cluster_of("    - {name: t, " + job + ", training: {model: llama3_70b, global_batch: 1024, steps: 10, " + keys + "}}\n");
  };
  EXPECT_THAT(refusal_of(training("tensor: 8, pipeline: 4", "accelerators: 520")),
              testing::HasSubstr("workload.jobs[0].training: tensor 8 x context 1 x pipeline 4 is 32 accelerators, and the job has 520"));
  EXPECT_THAT(refusal_of(training("tensor: 8, pipeline: 4, data: 8")), testing::HasSubstr("tensor 8 x context 1 x pipeline 4 x data 8 is 256 accelerators, and the job has 512"));
  EXPECT_THAT(refusal_of(training("tensor: 8")), testing::AllOf(testing::StartsWith("workload.jobs[0].training: needs "), testing::HasSubstr(" of 80.0 GB")));
  EXPECT_THAT(refusal_of(training("tensor: 8, pipeline: 4, precision: fp4")), testing::HasSubstr("workload.jobs[0].training.precision: h100_sxm has no fp4 rate"));
  EXPECT_THAT(refusal_of(cluster_of("    - {name: t, nodes: 64, duration: 1 h, checkpoint: {write: 10 s}}\n")),
              testing::HasSubstr("workload.jobs[0].checkpoint.interval: is missing, and cluster c has no interruptions"));
  EXPECT_THAT(refusal_of(cluster_of("    - {name: t, nodes: 64}\n")), testing::HasSubstr("duration: is missing"));
}

}  // namespace
}  // namespace aifactory
