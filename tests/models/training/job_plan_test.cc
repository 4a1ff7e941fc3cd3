#include "models/training/job_plan.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>

#include "models/eval/builtin_catalog.h"
#include "models/training/run_power.h"
#include "tests/models/training/reference_models.h"

namespace aifactory {
namespace {

TrainingStep llama3(DataSize memory) {
  TrainingHardware hardware =
      training_hardware(builtin_entry<AcceleratorParams>("h100_sxm"), "h100_sxm", Precision::bf16);
  hardware.memory = memory;
  TrainingSoftware software;
  software.attention = AttentionKernel::fused;
  software.data_overlap = software.pipeline_overlap = 1.0;
  return {builtin_entry<ModelShape>("llama3_405b"), hardware, software};
}

TEST(TrainingPlan, IsTheStepWithAllThatFollows) {
  const TrainingPlan plan = training_plan(llama3(90.0 * GB), reference::llama3_split(128));
  const WorkShares& s = plan.shares;
  EXPECT_NEAR(s.useful + s.bubble + s.exposed_communication + s.straggler, 1.0, 1e-12);
  EXPECT_NEAR(plan.checkpoint.si() / 16384 / 1e6, 346.0, 3.0);  // MB of each accelerator
  EXPECT_GT(plan.utilization, 0.7);
  EXPECT_LT(plan.utilization, 1.0);
  EXPECT_NEAR(plan.tokens_per_accelerator.si() * 16384 * plan.time_for(TokenCount(15.6e12)).si() / 15.6e12, 1.0, 1e-12);
  // 15.6e12 tokens at 400 TFLOP/s each are two months without interruptions.
  EXPECT_NEAR(plan.time_for(TokenCount(15.6e12)).in(day), 70.0, 5.0);
  const TrainingPlan measured = training_plan(llama3(90.0 * GB), reference::llama3_split(128), {.step = Duration(10.0), .mfu = {}});
  EXPECT_EQ(measured.step.total.si(), 10.0);
  EXPECT_NEAR(measured.shares.bubble, s.bubble, 1e-12);
}

TEST(TrainingPlan, RefusesWhatDoesNotFit) {
  EXPECT_THAT([] { (void)training_plan(llama3(40.0 * GB), reference::llama3_split(128)); },
              testing::ThrowsMessage<InputError>(
                  testing::AllOf(testing::StartsWith("training: needs "), testing::HasSubstr(" of 40.0 GB"))));
}

// From the shape to a goodput without a remainder: the step's shares within the run's.
TEST(TrainingPlan, GivesTheWaterfallItsShares) {
  const TrainingPlan plan = training_plan(llama3(90.0 * GB), reference::llama3_split(128));
  TrainingRunParams p;
  p.nodes = 2048;
  p.failure_rate = Frequency(419.0 / (2048.0 * 54.0 * 86400.0));
  p.restart = Duration(420.0);
  p.interval = Duration(300.0);
  p.stall = Duration(3.0);
  const TrainingRunResult run = TrainingRun(p, llama3_run_causes()).run(54.0 * day, 1);
  const GoodputWaterfall fall = waterfall(run, 16384.0, plan.shares);
  EXPECT_LT(std::abs(fall.residual()), 1e-12);
  EXPECT_NEAR(fall.lost(GoodputLoss::bubble) / fall.ideal(), run.ettr() * plan.shares.bubble, 1e-12);
}

// 54 days of Llama 3: the energy is that of the states, up to the parts of steps that interruptions cut off; a rendered
// window holds its energy at any rate.
TEST(RunPower, IsTheStatesOfTheRun) {
  const TrainingPlan plan = training_plan(llama3(90.0 * GB), reference::llama3_split(128));
  TrainingRunParams p;
  p.nodes = 2048;
  p.failure_rate = Frequency(419.0 / (2048.0 * 54.0 * 86400.0));
  p.planned_rate = Frequency(47.0 / (54.0 * 86400.0));
  p.planned_stop = Duration(900.0);
  p.detection = Duration(60.0);
  p.restart = Duration(420.0);
  p.interval = Duration(600.0);
  p.stall = Duration(3.0);
  const TrainingRun run(p, llama3_run_causes());
  const TrainingRunResult result = run.run(54.0 * day, 1);
  const Power idle = 85.0 * W, max = 700.0 * W;
  const PowerTimeline line = run_power(run, 54.0 * day, 1, plan, idle, max);
  EXPECT_LT(line.pieces(), 20000u);
  const ActivityLevels levels;
  const double u_s = plan.utilization * (result.productive + result.rollback).si() +
                     levels.stalled * (result.checkpoint + result.restart).si() +
                     levels.waiting * result.detection.si();
  const Energy expected = idle * result.elapsed + (max - idle) * Duration(u_s);
  EXPECT_NEAR(line.energy(Duration(0.0), result.elapsed) / expected, 1.0, 2e-3);
  const Duration from = 20.0 * day;
  double fine_j = 0.0, coarse_j = 0.0;
  for (const Power bin : line.render(from, Frequency(100.0), 180000)) fine_j += bin.si() / 100.0;
  for (const Power bin : line.render(from, Frequency(1.0 / 900.0), 2)) coarse_j += bin.si() * 900.0;
  EXPECT_NEAR(fine_j / coarse_j, 1.0, 1e-12);
}

// What the observer hears adds up to what the run books.
TEST(RunPower, TheObserverHearsEveryState) {
  TrainingRunParams p;
  p.nodes = 1000;
  p.failure_rate = Frequency(20.0 / (1000.0 * 86400.0));
  p.planned_rate = Frequency(1.0 / 86400.0);
  p.planned_stop = Duration(900.0);
  p.detection = Duration(60.0);
  p.node_swap = Duration(30.0);
  p.restart = Duration(420.0);
  p.interval = Duration(600.0);
  p.stall = Duration(3.0);
  const TrainingRun run(p, llama3_run_causes());
  std::array<double, kRunStates> time_s{};
  double last_s = 0.0;
  auto last = RunState::count;
  const auto close = [&](double now_s) {
    EXPECT_GE(now_s, last_s);
    if (last != RunState::count) time_s[static_cast<std::size_t>(last)] += now_s - last_s;
    last_s = now_s;
  };
  const TrainingRunResult result = run.run(30.0 * day, 2, [&](Duration from, RunState state) {
    close(from.si());
    last = state;
  });
  close(result.elapsed.si());
  const auto of = [&](RunState state) { return time_s[static_cast<std::size_t>(state)]; };
  EXPECT_NEAR(of(RunState::work) + of(RunState::checkpoint),
              (result.productive + result.checkpoint + result.rollback).si(), 1e-3);
  EXPECT_NEAR(of(RunState::detection), result.detection.si(), 1e-3);
  EXPECT_NEAR(of(RunState::node_wait), result.node_wait.si(), 1e-3);
  EXPECT_NEAR(of(RunState::restart), result.restart.si(), 1e-3);
  EXPECT_NEAR(of(RunState::maintenance), result.maintenance.si(), 1e-3);
  EXPECT_EQ(result.interruptions, run.run(30.0 * day, 2).interruptions);
}

// A torus pod is one domain: nothing leaves it.
TEST(TrainingPlan, PodsOfATorusNeedNoScaleOut) {
  const TrainingHardware v5p =
      training_hardware(builtin_entry<AcceleratorParams>("tpu_v5p"), "tpu_v5p", Precision::bf16);
  EXPECT_EQ(v5p.scale_out, v5p.scale_up);
  EXPECT_TRUE(std::isnan(v5p.gemm_efficiency));  // no product measured: to be given
}

}  // namespace
}  // namespace aifactory
