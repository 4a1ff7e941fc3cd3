#include <gmock/gmock.h>

#include "models/training/parallelism_search.h"
#include "tests/models/training/reference_models.h"

namespace aifactory {
namespace {
using reference::gpt;

TEST(TrainingStep, PartsAddUpForEveryKindOfSplit) {
  for (const std::int64_t t : {1, 4, 16}) {
    for (const std::int64_t c : {1, 2}) {
      for (const std::int64_t p : {1, 8}) {
        for (const Recompute recompute : {Recompute::none, Recompute::selective, Recompute::full}) {
          for (const std::int64_t zero : {0, 1, 3}) {
            Parallelism split;
            split.tensor = t;
            split.context = c;
            split.pipeline = p;
            split.data = 4;
            split.global_batch = 64;
            split.recompute = recompute;
            split.zero_stage = zero;
            split.sequence_parallel = t > 1;
            const StepTime step = TrainingStep(gpt(96, 12288, 96), reference::a100(0.72), {}).evaluate(split);
            double sum_s = 0;
            for (const Duration part : step.parts) {
              EXPECT_GE(part.si(), 0.0);
              sum_s += part.si();
            }
            EXPECT_NEAR(sum_s / step.total.si(), 1.0, 1e-12);
            EXPECT_GE(step.hfu(), step.mfu());
            EXPECT_LT(step.hfu(), 0.72);
          }
        }
      }
    }
  }
}

Parallelism plain() {
  Parallelism split;
  split.tensor = 8;
  split.pipeline = 8;
  split.data = 4;
  split.global_batch = 256;
  return split;
}

// What must hold of any such model, whatever its constants.
TEST(TrainingStep, MoreBandwidthOrOverlapNeverSlowsAStep) {
  const ModelShape shape = gpt(96, 12288, 96);
  const TrainingHardware base = reference::a100(0.72);
  const Duration start = TrainingStep(shape, base, {}).evaluate(plain()).total;
  TrainingHardware faster = base;
  faster.scale_up = 2.0 * base.scale_up;
  EXPECT_LT(TrainingStep(shape, faster, {}).evaluate(plain()).total, start);
  faster = base;
  faster.scale_out = 2.0 * base.scale_out;
  EXPECT_LT(TrainingStep(shape, faster, {}).evaluate(plain()).total, start);
  faster = base;
  faster.memory_bandwidth = 2.0 * base.memory_bandwidth;
  EXPECT_LT(TrainingStep(shape, faster, {}).evaluate(plain()).total, start);
  TrainingHardware swapped = base;
  std::swap(swapped.scale_up, swapped.scale_out);
  EXPECT_GT(TrainingStep(shape, swapped, {}).evaluate(plain()).total, 1.5 * start);
  for (double TrainingSoftware::*overlap :
       {&TrainingSoftware::tensor_overlap, &TrainingSoftware::pipeline_overlap, &TrainingSoftware::data_overlap}) {
    TrainingSoftware software;
    software.*overlap = 0.5;
    const Duration half = TrainingStep(shape, base, software).evaluate(plain()).total;
    EXPECT_LT(half, start);
    software.*overlap = 1.0;
    // Not strictly: gradients hide behind the last backward pass only.
    EXPECT_LE(TrainingStep(shape, base, software).evaluate(plain()).total, half);
  }
  TrainingSoftware uneven;
  uneven.step_jitter = 0.01;
  // 256 accelerators in 32 domains: 1 % x sqrt(2 ln 32).
  EXPECT_NEAR(TrainingStep(shape, base, uneven).evaluate(plain()).total / start, 1.0 + 0.01 * 2.6327688477, 1e-9);
}

// Narayanan et al. 2021, section 2.2: bubble over ideal time is (p - 1) / (v m).
TEST(TrainingStep, BubbleOfAnInterleavedPipeline) {
  for (const std::int64_t v : {1, 2, 3}) {
    Parallelism split = plain();
    split.virtual_stages = v;
    ModelShape shape = gpt(96, 12288, 96);
    shape.vocabulary = 1;  // no logits: all stages alike
    TrainingSoftware software;
    software.pipeline_overlap = 1.0;
    const StepTime step = TrainingStep(shape, reference::a100(0.72), software).evaluate(split);
    const Duration ideal = step.total - step[StepPart::bubble] - step[StepPart::data_comm] - step[StepPart::optimizer];
    EXPECT_NEAR(step[StepPart::bubble] / ideal, 7.0 / (64.0 * static_cast<double>(v)), 1e-4);
  }
}

TEST(TrainingStep, AMeasurementWins) {
  const TrainingStep model(gpt(96, 12288, 96), reference::a100(0.72), {});
  const StepTime free = model.evaluate(plain());
  const StepTime by_time = model.evaluate(plain(), {.step = 30.0 * s, .mfu = {}});
  EXPECT_EQ(by_time.total, 30.0 * s);
  EXPECT_TRUE(by_time.measured);
  EXPECT_NEAR(by_time.share(StepPart::bubble), free.share(StepPart::bubble), 1e-15);
  const StepTime by_mfu = model.evaluate(plain(), {.step = {}, .mfu = 0.38});
  EXPECT_NEAR(by_mfu.mfu(), 0.38, 1e-15);
  EXPECT_THAT(
      [&] { (void)model.evaluate(plain(), {.step = 30.0 * s, .mfu = 0.4}); },
      testing::ThrowsMessage<InputError>("training step: give a measured step time or a measured MFU, not both"));
  EXPECT_THAT([&] { (void)model.evaluate(plain(), {.step = {}, .mfu = 1.4}); },
              testing::ThrowsMessage<InputError>("training step: measured MFU = 1.4 must be in above 0..1"));
}

TEST(TrainingStep, ExpertsCostWhatOneTokenMeets) {
  ModelShape moe = gpt(32, 4096, 32);
  moe.biases = false;
  moe.experts = 64;
  moe.active_experts = 2;
  moe.expert_ffn = 8192;  // two of them make the dense width
  ModelShape dense = gpt(32, 4096, 32);
  dense.biases = false;
  Parallelism split;
  split.data = 8;
  split.expert = 8;
  split.global_batch = 64;
  Parallelism plain_split = split;
  plain_split.expert = 1;
  const StepTime a = TrainingStep(moe, reference::a100(0.72), {}).evaluate(split);
  const StepTime b = TrainingStep(dense, reference::a100(0.72), {}).evaluate(plain_split);
  EXPECT_NEAR(a.model_flops / b.model_flops, 1.0, 0.01);
  EXPECT_GT(a[StepPart::expert_comm].si(), 0.0);
  EXPECT_GT(a.total, b.total);
  EXPECT_LT(a[StepPart::forward_gemm] / b[StepPart::forward_gemm], 1.2);
}

TEST(Search, FindsAtLeastThePublishedSplit) {
  // Table 1's 145.6B row on 1536 A100 with full recomputation is one of the candidates.
  const TrainingStep model(gpt(80, 12288, 96), reference::a100(0.72), {});
  Parallelism published;
  published.tensor = published.pipeline = 8;
  published.virtual_stages = 2;
  published.data = 24;
  published.micro_batch = 2;
  published.global_batch = 2304;
  published.recompute = Recompute::full;
  const auto found = best_parallelism(model, 1536, 2304);
  ASSERT_FALSE(found.empty());
  EXPECT_LE(found.front().step.total, model.evaluate(published).total);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].split.accelerators(), 1536);
    EXPECT_LE(found[i].memory.total(), 72.0 * GB);
    EXPECT_EQ(split_problem(model.shape(), found[i].split), "");
    EXPECT_GE(found[i].step.total, found[i > 0 ? i - 1 : 0].step.total);
  }
  const auto again = best_parallelism(model, 1536, 2304);
  EXPECT_EQ(found.front().step.total, again.front().step.total);
}

TEST(Search, NothingFitsOneSmallDevice) {
  const TrainingStep model(gpt(80, 12288, 96), reference::a100(0.72), {});
  EXPECT_TRUE(best_parallelism(model, 1, 8).empty());
  EXPECT_THAT([&] { (void)best_parallelism(model, 0, 8); },
              testing::ThrowsMessage<InputError>("accelerators = 0 must be >= 1"));
}

}  // namespace
}  // namespace aifactory
