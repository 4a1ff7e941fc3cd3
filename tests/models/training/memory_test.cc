#include "models/training/memory.h"

#include <gmock/gmock.h>

#include "tests/models/training/reference_models.h"

namespace aifactory {
namespace {
using reference::gpt;

// Rajbhandari et al. 2020, figure 1: 7.5 billion weights on 64 ranks, 2 + 2 + 12 bytes: 120, 31.4, 16.6, 1.9 GB.
TEST(Memory, ZeroStages) {
  const StateBytes bytes{DataSize(2.0), DataSize(2.0), DataSize(12.0)};
  const double published_gb[] = {120.0, 31.4, 16.6, 1.9};
  for (int stage = 0; stage < 4; ++stage) {
    EXPECT_NEAR(model_states(7.5e9, 64, stage, bytes).total().in(GB), published_gb[stage], 0.05) << stage;
  }
}

// Korthikanti et al. 2022, figure 1, in GiB of an A100 80 GB: weights with optimizer state, and activations without and
// with sequence parallelism and selective recomputation; numbers as in calculon-ai/calculon, calculon/llm/validation.py
// @2dd9c5c.  Weights there leave the embedding out.
TEST(Memory, ActivationsOfKorthikantiFigure1) {
  struct Row {
    std::int64_t layers, hidden, heads, pipeline, chunks, micro_batch;
    double states, none, selective;
  };
  for (const Row& row : {Row{48, 6144, 64, 1, 1, 4, 45.5625, 59.25, 9.5625},
                         {96, 12288, 96, 8, 3, 1, 45.5625, 66.84375, 12.3515625},
                         {105, 20480, 128, 35, 3, 1, 31.640625, 114.0234375, 23.076171875},
                         {128, 25600, 160, 64, 1, 1, 32.958984375, 131.25, 26.5625}}) {
    const ModelShape shape = gpt(row.layers, row.hidden, row.heads);
    Parallelism split;
    split.tensor = 8;
    split.pipeline = row.pipeline;
    split.virtual_stages = row.chunks;
    split.micro_batch = row.micro_batch;
    split.global_batch = 512 * row.micro_batch;
    const MemoryNeed none = memory_need(shape, split, AttentionKernel::unfused);
    EXPECT_NEAR(none.activations.in(GiB) / row.none, 1.0, 1e-9) << row.hidden;
    split.recompute = Recompute::selective;
    split.sequence_parallel = true;
    const MemoryNeed selective = memory_need(shape, split, AttentionKernel::unfused);
    const DataSize working = layer_activations(shape, split, AttentionKernel::unfused).scores;
    EXPECT_NEAR((selective.activations - working).in(GiB) / row.selective, 1.0, 1e-9) << row.hidden;
    const double embedding = 18.0 * (51200.0 + 2048.0) * static_cast<double>(row.hidden) / 8.0;
    EXPECT_NEAR((none.states().si() - embedding) / GiB.si() / row.states, 1.0, 5e-4) << row.hidden;
  }
}

TEST(Memory, RefusalSaysWhatWouldHelp) {
  const ModelShape shape = gpt(96, 12288, 96);
  Parallelism split;
  split.tensor = 8;
  split.global_batch = 64;
  split.data = 8;
  const MemoryNeed need = memory_need(shape, split, AttentionKernel::fused);
  EXPECT_THAT(
      memory_refusal(need, 80.0 * GB, split),
      testing::AllOf(testing::StartsWith("needs "), testing::HasSubstr(" of 80.0 GB: weights 43.7, gradients 87.3, "),
                     testing::EndsWith("would help: a higher zero_stage, recompute, more tensor, pipeline or "
                                       "context ways")));
  EXPECT_EQ(memory_refusal(need, 1e4 * GB, split), "");
}

}  // namespace
}  // namespace aifactory
