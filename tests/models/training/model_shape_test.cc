#include "models/training/model_shape.h"

#include <gmock/gmock.h>

#include "tests/models/training/reference_models.h"

namespace aifactory {
namespace {
using reference::gpt;

// Narayanan et al. 2021, table 1, first column, billions.
TEST(ModelShape, ParametersOfMegatronTable1) {
  struct Row {
    std::int64_t heads, hidden, layers;
    double billions;
  };
  for (const Row& row : {Row{24, 2304, 24, 1.7},
                         {32, 3072, 30, 3.6},
                         {32, 4096, 36, 7.5},
                         {48, 6144, 40, 18.4},
                         {64, 8192, 48, 39.1},
                         {80, 10240, 60, 76.1},
                         {96, 12288, 80, 145.6},
                         {128, 16384, 96, 310.1},
                         {128, 20480, 105, 529.6},
                         {160, 25600, 128, 1008.0}}) {
    EXPECT_NEAR(parameters(gpt(row.layers, row.hidden, row.heads)) / 1e9, row.billions, 0.0501) << row.billions;
  }
}

TEST(ModelShape, ClosedFormOfTheDenseShape) {
  const double l = 96, w = 12288, seq = 2048, v = 51200, b = 3;
  const ModelShape shape = gpt(96, 12288, 96);
  EXPECT_NEAR(parameters(shape) / (12 * l * w * w * (1 + 13 / (12 * w) + (v + seq) / (12 * l * w))), 1.0, 1e-12);
  EXPECT_NEAR(hardware_flops(shape, b, Recompute::full).si() /
                  (96 * b * seq * l * w * w * (1 + seq / (6 * w) + v / (16 * l * w))),
              1.0, 1e-12);
  EXPECT_NEAR(model_flops(shape, b).si() / (72 * b * seq * l * w * w * (1 + seq / (6 * w) + v / (12 * l * w))), 1.0,
              1e-12);
  EXPECT_NEAR(hardware_flops(shape, b, Recompute::selective).si() - model_flops(shape, b).si(),
              4 * b * seq * seq * w * l, 1e-9 * model_flops(shape, b).si());
}

// Llama 3: 405 billion weights, 3.8e25 FLOP for 15.6 trillion tokens; MLPerf Training v5.1 counts 2.515e12 FLOP per
// token.
TEST(ModelShape, Llama3) {
  const ModelShape shape = reference::llama3_405b();
  EXPECT_NEAR(parameters(shape) / 405e9, 1.0, 0.01);
  EXPECT_NEAR(six_n_d(parameters(shape), TokenCount(15.6e12)).si() / 3.8e25, 1.0, 0.01);
  EXPECT_NEAR(model_flops(shape, 1, AttentionCount::causal).si() / 8192.0 / 2.515e12, 1.0, 0.01);
}

// DeepSeek-V3: 671 billion weights, 37 billion active for each token (technical report, table of the architecture).
TEST(ModelShape, MixtureOfExperts) {
  ModelShape shape = gpt(61, 7168, 128);
  shape.sequence = 4096;
  shape.vocabulary = 129280;
  shape.head_size = 160;
  shape.ffn = 18432;
  shape.gated = true;
  shape.biases = shape.dropout = shape.learned_positions = shape.tied_embedding = false;
  shape.experts = 256;
  shape.active_experts = 8;
  shape.shared_experts = 1;
  shape.expert_ffn = 2048;
  shape.dense_layers = 3;
  shape.attention_parameters = 187105280;
  EXPECT_NEAR(parameters(shape) / 671e9, 1.0, 0.005);
  EXPECT_NEAR(active_parameters(shape) / 37e9, 1.0, 0.02);
}

// Narayanan et al. 2021, section 5.1: 34 days for 175B on 300 billion tokens, 84 days for 1T on 450 billion.
TEST(ModelShape, DaysOfTraining) {
  EXPECT_NEAR(training_time(175e9, TokenCount(300e9), 1024, 140.0 * TFLOP_per_s).in(day), 34.0, 0.34);
  EXPECT_NEAR(training_time(1e12, TokenCount(450e9), 3072, 163.0 * TFLOP_per_s).in(day), 84.0, 0.84);
}

TEST(ModelShape, ProblemsAreNamed) {
  ModelShape shape = gpt(96, 12288, 96);
  shape.hidden = ModelShape::kUnsetSize;
  EXPECT_THAT([&] { checked_shape(shape); }, testing::ThrowsMessage<InputError>("model: hidden is not set"));
  shape = gpt(96, 12288, 97);
  EXPECT_THAT([&] { checked_shape(shape); },
              testing::ThrowsMessage<InputError>("model: heads must divide hidden, or head_size be given"));
}

TEST(Parallelism, ProblemsAreNamed) {
  const ModelShape shape = gpt(96, 12288, 96);
  Parallelism split;
  EXPECT_THAT([&] { checked_split(shape, split); },
              testing::ThrowsMessage<InputError>("parallelism: global_batch is not set"));
  split.global_batch = 64;
  split.tensor = 5;
  EXPECT_THAT([&] { checked_split(shape, split); },
              testing::ThrowsMessage<InputError>("parallelism: tensor = 5 must divide heads = 96"));
  split.tensor = 8;
  split.data = 3;
  EXPECT_THAT([&] { checked_split(shape, split); },
              testing::ThrowsMessage<InputError>("parallelism: data x micro_batch = 3 must divide global_batch = 64"));
  split.data = 1;
  split.expert = 2;
  EXPECT_THAT([&] { checked_split(shape, split); },
              testing::ThrowsMessage<InputError>("parallelism: expert > 1 needs a model with experts"));
}

}  // namespace
}  // namespace aifactory
