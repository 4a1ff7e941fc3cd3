// The training step against published step times.  Each test prints its residuals.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/accuracy.h"
#include "tests/models/training/reference_models.h"

namespace aifactory {
namespace {
using reference::gpt;

struct Residuals {
  double sum = 0.0, worst = 0.0;
  int rows = 0;
  void add(const char* row, double model, double published, const char* unit) {
    const double residual = model / published - 1.0;
    sum += std::abs(residual);
    worst = std::max(worst, std::abs(residual));
    ++rows;
    std::printf("%-12s model %8.2f published %8.2f %-9s residual %+5.1f %%\n", row, model, published, unit,
                100.0 * residual);
  }
  [[nodiscard]] double mean() const { return sum / rows; }
  ~Residuals() { std::printf("mean %.2f %%, worst %.2f %%\n", 100.0 * mean(), 100.0 * worst); }
};

// Narayanan et al. 2021, table 1; micro-batch and virtual stages from NVIDIA/Megatron-LM examples/sc21/run_table_1.sh.
struct Megatron {
  const char* name;
  std::int64_t heads, hidden, layers, tensor, pipeline, accelerators, batch, micro_batch, chunks;
  double tflops;
};
constexpr Megatron kTable1[] = {
    {"1.7B", 24, 2304, 24, 1, 1, 32, 512, 16, 1, 137},         {"3.6B", 32, 3072, 30, 2, 1, 64, 512, 16, 1, 138},
    {"7.5B", 32, 4096, 36, 4, 1, 128, 512, 16, 1, 142},        {"18.4B", 48, 6144, 40, 8, 1, 256, 1024, 8, 1, 135},
    {"39.1B", 64, 8192, 48, 8, 2, 512, 1536, 4, 1, 138},       {"76.1B", 80, 10240, 60, 8, 4, 1024, 1792, 2, 3, 140},
    {"145.6B", 96, 12288, 80, 8, 8, 1536, 2304, 2, 2, 148},    {"310.1B", 128, 16384, 96, 8, 16, 1920, 2160, 1, 2, 155},
    {"529.6B", 128, 20480, 105, 8, 35, 2520, 2520, 1, 3, 163}, {"1008B", 160, 25600, 128, 8, 64, 3072, 3072, 1, 1, 163},
};
Parallelism split_of(const Megatron& row) {
  Parallelism split;
  split.tensor = row.tensor;
  split.pipeline = row.pipeline;
  split.virtual_stages = row.chunks;
  split.data = row.accelerators / (row.tensor * row.pipeline);
  split.micro_batch = row.micro_batch;
  split.global_batch = row.batch;
  split.recompute = Recompute::full;
  return split;
}

TEST(MegatronTable1, TenRowsWithinThreePercentMeanAndSixWorst) {
  Residuals residuals;
  for (const Megatron& row : kTable1) {
    const TrainingStep model(gpt(row.layers, row.hidden, row.heads), reference::a100(kMegatron2021.gemm_efficiency),
                             {});
    residuals.add(row.name, model.evaluate(split_of(row)).hardware_rate().in(TFLOP_per_s), row.tflops, "TFLOP/s");
  }
  EXPECT_LE(residuals.mean(), 0.03);
  EXPECT_LE(residuals.worst, 0.06);
}

// Korthikanti et al. 2022, table 5: seconds of an iteration with full recomputation, and with sequence parallelism and
// selective recomputation; both as calculon-ai/calculon validates against, calculon/llm/validation.py @2dd9c5c.
struct Korthikanti {
  const char* name;
  std::int64_t heads, hidden, layers, pipeline, batch, micro_batch, chunks;
  double full_s, selective_s;
};
constexpr Korthikanti kTable5[] = {
    {"22B", 64, 6144, 48, 1, 4, 4, 1, 1.42, 1.10},
    {"175B", 96, 12288, 96, 8, 64, 1, 3, 18.13, 13.75},
    {"530B", 128, 20480, 105, 35, 280, 1, 3, 49.05, 37.83},
    {"1T", 160, 25600, 128, 64, 512, 1, 1, 94.42, 71.49},
};
StepTime korthikanti(const Korthikanti& row, bool full) {
  Parallelism split;
  split.tensor = 8;
  split.pipeline = row.pipeline;
  split.virtual_stages = row.chunks;
  split.micro_batch = row.micro_batch;
  split.global_batch = row.batch;
  split.recompute = full ? Recompute::full : Recompute::selective;
  split.sequence_parallel = !full;
  return TrainingStep(gpt(row.layers, row.hidden, row.heads), reference::a100(gemm_anchors()[1].gemm_efficiency), {})
      .evaluate(split);
}

TEST(KorthikantiTable5, FullRecomputationWithinNinePercentFromOneAnchor) {
  Residuals residuals;
  for (const Korthikanti& row : kTable5) residuals.add(row.name, korthikanti(row, true).total.si(), row.full_s, "s");
  EXPECT_LE(residuals.worst, 0.09);
}

// Held out: no constant has seen these rows.
TEST(KorthikantiTable5, SequenceParallelSelectiveRecomputationIsPredicted) {
  Residuals residuals;
  for (const Korthikanti& row : kTable5) {
    const double model_s = korthikanti(row, false).total.si();
    residuals.add(row.name, model_s, row.selective_s, "s");
    accuracy_relative("korthikanti_selective", model_s, row.selective_s, 0.10);
  }
  EXPECT_LE(residuals.mean(), 0.06);
}

// Llama Team, "The Llama 3 Herd of Models", table 4: TP 8, PP 16, 16 million tokens in a step.  Interleaving with one
// layer in each chunk (126 layers in 128 places) and hidden gradient and stage traffic are assumed.
struct Llama3 {
  const char* name;
  std::int64_t context, data, batch, sequence;
  double tflops;
};
FlopRate llama3(const Llama3& row, bool print) {
  Parallelism split = reference::llama3_split(row.data);
  split.context = row.context;
  split.global_batch = row.batch;
  TrainingSoftware software = reference::llama3_software();
  software.context_overlap = 0.0;  // keys and values are gathered before attention starts (section 3.3.2)
  ModelShape shape = reference::llama3_405b();
  shape.sequence = row.sequence;
  const TrainingStep model(shape, reference::h100(gemm_anchors()[2].gemm_efficiency), software);
  const StepTime step = model.evaluate(split);
  for (std::size_t i = 0; print && i < kStepParts; ++i) {
    const auto part = static_cast<StepPart>(i);
    std::printf("  %-15s %5.1f %%\n", name(part).data(), 100.0 * step.share(part));
  }
  const auto sequences = static_cast<double>(row.batch);
  return model_flops(shape, sequences, AttentionCount::causal) / (step.total * step.accelerators);
}

TEST(Llama3, AnchorRowOf8192) {
  const Llama3 row{"8192", 1, 64, 2048, 8192, 430};
  Residuals residuals;
  residuals.add(row.name, llama3(row, true).in(TFLOP_per_s), row.tflops, "TFLOP/s");
  EXPECT_LE(residuals.worst, 0.01);
}

// Held out (MFU published as 41 % and 38 %): twice the replicas at the same batch; and sequences of 131,072 over 16
// context ranks.
TEST(Llama3, RowsOf16384ArePredicted) {
  Residuals residuals;
  for (const Llama3& row : {Llama3{"16384", 1, 128, 2048, 8192, 400}, {"16384 long", 16, 8, 128, 131072, 380}}) {
    const double model = llama3(row, false).in(TFLOP_per_s);
    residuals.add(row.name, model, row.tflops, "TFLOP/s");
    accuracy_relative("llama3_held_out", model, row.tflops, 0.10);
  }
  EXPECT_LE(residuals.mean(), 0.06);
}

}  // namespace
}  // namespace aifactory
