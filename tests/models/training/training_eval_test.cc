// The tables behind `eval` of training and reliability, and the catalogue entries they know by name.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "models/compute/accelerator.h"
#include "models/eval/builtin_catalog.h"
#include "models/training/training_step.h"
#include "tests/models/power/eval_support.h"

namespace aifactory {
namespace {

struct NoProblem {
  std::string name;
  void error(const char* key, const char* message) const { ADD_FAILURE() << name << ": " << key << " " << message; }
};

TEST(BuiltinCatalog, EveryModelIsAModel) {
  const auto names = builtin_names("models");
  EXPECT_THAT(names, testing::IsSupersetOf({"gpt3_175b", "llama2_70b", "llama3_405b", "deepseek_v3", "megatron_1t"}));
  for (const auto& name : names) EXPECT_NO_THROW(checked_shape(builtin_entry<ModelShape>(name))) << name;
  // Weights by name, billions: the publications' titles.
  for (const auto& [name, billions] :
       {std::pair{"gpt3_175b", 175.0}, std::pair{"llama2_70b", 69.0}, std::pair{"llama3_8b", 8.03},
        std::pair{"llama3_70b", 70.6}, std::pair{"llama3_405b", 405.9}, std::pair{"deepseek_v3", 671.0},
        std::pair{"megatron_22b", 22.0}, std::pair{"megatron_1t", 1008.0}}) {
    EXPECT_NEAR(parameters(builtin_entry<ModelShape>(name)) / 1e9 / billions, 1.0, 0.01) << name;
  }
}

TEST(BuiltinCatalog, EveryAcceleratorIsAnAccelerator) {
  const auto names = builtin_names("accelerators");
  EXPECT_GE(names.size(), 22u);
  for (const auto& name : names) {
    const auto sheet = builtin_entry<AcceleratorParams>(name);
    EXPECT_GT(sheet.memory.in(GB), 1.0) << name;
    EXPECT_TRUE(sheet.peak_bf16 || sheet.peak_fp4) << name;
    if (sheet.peak_bf16 && sheet.peak_fp8) {
      EXPECT_GT(*sheet.peak_fp8, 1.9 * *sheet.peak_bf16) << name;
    }
    NoProblem report{name};
    sheet.validate(report);
  }
  const auto h100 = builtin_entry<AcceleratorParams>("h100_sxm");
  EXPECT_DOUBLE_EQ(h100.peak_bf16->in(TFLOP_per_s), 989.0);
  EXPECT_DOUBLE_EQ(h100.attainable_bf16->in(TFLOP_per_s) / h100.peak_bf16->in(TFLOP_per_s), 794.0 / 989.0);
  EXPECT_EQ(h100.scale_up_domain, 8);
  EXPECT_EQ(h100.coolant, "air");
  EXPECT_FALSE(h100.peak_fp4);
  EXPECT_THAT(
      [] { (void)builtin_entry<AcceleratorParams>("h100_smx"); },
      testing::ThrowsMessage<InputError>(testing::StartsWith(
          "\"h100_smx\" is not in the catalogue of accelerators (did you mean \"h100_sxm\"?); there are a100")));
}

TEST(TrainingEval, TrainingStepOfTheLargestMegatronRow) {
  const auto out =
      evaluate(training_eval_models(), "training_step",
               {{"gemm_efficiency", 0.72}, {"tensor", 8}, {"pipeline", 64}, {"data", 6}, {"global_batch", 3072}},
               {{"model", "megatron_1t"}, {"accelerator", "a100_sxm_80gb"}, {"recompute", "full"}});
  EXPECT_EQ(number_of(out, "accelerators"), 3072.0);
  EXPECT_NEAR(number_of(out, "hardware_flop_rate") / 163e12, 1.0, 0.06);
  EXPECT_TRUE(std::get<bool>(value_of(out, "memory_fits")));
  EXPECT_NEAR(number_of(out, "parameters") / 1008e9, 1.0, 0.001);
}

TEST(TrainingEval, DefaultEfficiencyIsTheNewestAnchorOrAShareOfTheCeiling) {
  const std::map<std::string, double> split{{"tensor", 8}, {"global_batch", 8}, {"pipeline", 8}};
  const auto efficiency = [&](const std::string& accelerator, const std::string& precision) {
    return number_of(evaluate(training_eval_models(), "training_step", split,
                              {{"model", "gpt3_175b"}, {"accelerator", accelerator}, {"precision", precision}}),
                     "gemm_efficiency");
  };
  EXPECT_DOUBLE_EQ(efficiency("a100_sxm_80gb", "bf16"), 0.775);
  EXPECT_NEAR(efficiency("b200_hgx", "bf16"), 0.83 * 1745 / 2250, 1e-12);
  EXPECT_DOUBLE_EQ(efficiency("h100_sxm", "fp8"), 0.544);
  EXPECT_NEAR(efficiency("h200_sxm", "fp8"), 0.83 * 1453 / 1979, 1e-12);
  EXPECT_THAT([&] { (void)efficiency("b300_gb300", "fp4"); },
              testing::ThrowsMessage<InputError>("gemm_efficiency: nothing is known of b300_gb300 at fp4; give it"));
  EXPECT_THAT(
      [&] { (void)efficiency("h100_sxm", "bf61"); },
      testing::ThrowsMessage<InputError>("precision: \"bf61\" must be bf16, fp8 or fp4 (did you mean \"bf16\"?)"));
  EXPECT_THAT([&] { (void)efficiency("tpu_v4", "bf16"); }, testing::Throws<InputError>());
}

TEST(TrainingEval, AcceleratorsGiveTheReplicas) {
  const std::map<std::string, std::string> texts{{"model", "gpt3_175b"}, {"accelerator", "a100_sxm_80gb"}, {"recompute", "full"}};
  const auto by_count = evaluate(training_eval_models(), "training_step",
                                 {{"tensor", 8}, {"pipeline", 8}, {"accelerators", 256}, {"global_batch", 256}}, texts);
  const auto by_ways = evaluate(training_eval_models(), "training_step", {{"tensor", 8}, {"pipeline", 8}, {"data", 4}, {"global_batch", 256}}, texts);
  EXPECT_EQ(number_of(by_count, "step"), number_of(by_ways, "step"));
  EXPECT_EQ(number_of(by_ways, "accelerators"), 256.0);
  double shares = 0.0, phases_s = 0.0;
  for (std::size_t i = 0; i < kStepParts; ++i) shares += number_of(by_ways, std::string(name(static_cast<StepPart>(i))) + "_share_frac");
  EXPECT_NEAR(shares, 1.0, 1e-12);
  for (const char* phase : {"forward", "backward", "bubble", "communication", "optimizer", "straggler"}) {
    phases_s += number_of(by_ways, std::string(phase) + "_phase");
  }
  EXPECT_NEAR(phases_s / number_of(by_ways, "step"), 1.0, 1e-12);
  const double mean = number_of(by_ways, "mean_utilization_frac");
  EXPECT_NEAR(number_of(by_ways, "accelerator_power"), 63 + (400 - 63) * mean, 1e-9);
  EXPECT_THAT([&] { (void)evaluate(training_eval_models(), "training_step", {{"tensor", 8}, {"accelerators", 100}, {"global_batch", 256}}, texts); },
              testing::ThrowsMessage<InputError>("accelerators: 100 must be a multiple of tensor x pipeline x context = 8"));
  EXPECT_THAT([&] {
    (void)evaluate(training_eval_models(), "training_step", {{"tensor", 8}, {"data", 2}, {"accelerators", 64}, {"global_batch", 256}}, texts);
  }, testing::ThrowsMessage<InputError>("data: 2 replicas of 8 are not 64 accelerators; leave one of them out"));
}

TEST(TrainingEval, TrainingSearch) {
  const auto out = evaluate(training_eval_models(), "training_search", {{"accelerators", 1024}, {"global_batch", 1024}},
                            {{"model", "llama3_70b"}, {"accelerator", "h100_sxm"}, {"attention", "fused"}});
  EXPECT_GT(number_of(out, "mfu_frac"), 0.3);
  EXPECT_LT(number_of(out, "memory_needed"), 72e9);
  EXPECT_EQ(number_of(out, "tensor") * number_of(out, "pipeline") * number_of(out, "data") * number_of(out, "context"),
            1024.0);
}

TEST(TrainingEval, Collective) {
  // 1 GB among 8 at 370 GB/s: 14/8 / 370 s and 14 messages of 1 us.
  const auto out = evaluate(training_eval_models(), "collective",
                            {{"members", 8}, {"size", 1e9}, {"scale_up", 370e9}, {"scale_out", 45e9}});
  EXPECT_NEAR(number_of(out, "time"), 1.75 / 370 + 14e-6, 1e-12);
  EXPECT_NEAR(number_of(out, "bus_bandwidth") / 370e9, 1.0, 0.005);
  for (const char* operation : {"reduce_scatter", "all_gather", "all_to_all", "double_tree", "in_network"}) {
    EXPECT_GT(number_of(evaluate(training_eval_models(), "collective",
                                 {{"members", 64}, {"size", 1e9}, {"scale_up", 370e9}, {"scale_out", 45e9}},
                                 {{"operation", operation}}),
                        "time"),
              0.001);
  }
}

TEST(ReliabilityEval, Ettr) {
  const auto out = evaluate(reliability_eval_models(), "ettr",
                            {{"interval", 3600},
                             {"write", 60},
                             {"restart", 900},
                             {"nodes", 2048},
                             {"failure_rate", 6.5 / (1000.0 * 86400.0)}});
  EXPECT_NEAR(number_of(out, "ettr_frac"), .637, 5.01e-4);
  EXPECT_NEAR(number_of(out, "ettr_estimate_frac"), .574, 5.01e-4);
  EXPECT_NEAR(number_of(out, "mtti"), 6491.4, 3.0);
  EXPECT_NEAR(number_of(out, "ettr_frac") + number_of(out, "checkpoint_frac") + number_of(out, "rollback_frac") +
                  number_of(out, "restart_frac"),
              1.0, 1e-14);
  EXPECT_THAT(
      [] {
        (void)evaluate(reliability_eval_models(), "ettr", {{"interval", 3600}});
      },
      testing::ThrowsMessage<InputError>("mtti: give it, or nodes with failure_rate"));
}

TEST(ReliabilityEval, CheckpointInterval) {
  const auto given = evaluate(reliability_eval_models(), "checkpoint_interval", {{"write", 60}, {"mtti", 108.19 * 60}});
  EXPECT_NEAR(number_of(given, "daly_interval"), 13.7 * 60, 3.01);
  // BLOOM: 176 billion weights at 57.5 GB/s took 40 s (published: 2.3 TB; 14 bytes a weight give 2.47 TB and 43 s).
  const auto bloom = evaluate(reliability_eval_models(), "checkpoint_interval",
                              {{"weights", 176e9}, {"bandwidth", 57.5e9}, {"mtti", 86400}});
  EXPECT_NEAR(number_of(bloom, "write"), 40.0, 4.0);
}

TEST(ReliabilityEval, TrainingRunOfLlama3) {
  const auto out = evaluate(training_run_eval_models(), "training_run",
                            {{"nodes", 2048}, {"failure_rate", 419.0 / (2048.0 * 54.0 * 86400.0)}, {"span", 54.0 * 86400.0}});
  EXPECT_NEAR(number_of(out, "interruptions"), 419.0, 8.2);
  EXPECT_NEAR(number_of(out, "interruptions_deviation"), 20.5, 5.0);
  EXPECT_LT(number_of(out, "residual_frac"), 1e-12);
  EXPECT_THAT([] { (void)evaluate(training_run_eval_models(), "training_run", {{"nodes", 8}, {"failure_rate", 1e-6}, {"span", 1e5}}, {{"causes", "x"}}); },
              testing::ThrowsMessage<InputError>("causes: \"x\" must be llama_3 or any"));
  EXPECT_THAT([] { (void)evaluate(training_run_eval_models(), "training_run", {{"nodes", 8}, {"failure_rate", 1e-6}, {"span", 1e12}}); },
              testing::ThrowsMessage<InputError>(testing::StartsWith("seeds: 5.64e+10 checkpoints and failures are more than 1e8")));
}

TEST(StepPowerEval, WaveformAndCap) {
  const auto wave = evaluate(step_power_eval_models(), "waveform", {{"sampling", 4.0}, {"lines", 3}}, {{"phases", "0.25s:1.4kW,0.25s:0.4kW"}});
  EXPECT_EQ(std::get<std::vector<double>>(value_of(wave, "bins")), (std::vector<double>{1400, 400, 1400, 400}));
  EXPECT_EQ(number_of(wave, "energy"), 900.0);
  const auto cap = evaluate(step_power_eval_models(), "power_cap", {{"cap", 400.0}}, {{"workload", "gemm"}, {"accelerator", "h100_sxm"}});
  EXPECT_NEAR(number_of(cap, "clock_frac"), std::pow(315.0 / 615.0, 1 / 2.4), 1e-12);
  EXPECT_THAT([] { (void)evaluate(step_power_eval_models(), "power_cap", {{"cap", 400.0}, {"pace", 0.9}}, {{"accelerator", "h100_sxm"}}); },
              testing::ThrowsMessage<InputError>("power_cap: give a cap or a pace, not both"));
  EXPECT_THAT([] { (void)evaluate(step_power_eval_models(), "power_cap", {{"cap", 400.0}}); },
              testing::ThrowsMessage<InputError>("power_cap: not given: accelerator=... (its idle and rated power), or idle=\"85 W\" and max=\"700 W\""));
  EXPECT_THAT([] { (void)evaluate(step_power_eval_models(), "power_cap", {{"compute_share", -0.5}}, {{"accelerator", "h100_sxm"}}); },
              testing::ThrowsMessage<InputError>("workload: compute_share = -0.5 must be in 0..1"));
}

// Every unit of the tables must be known to the program: a symbol of a quantity, or none.
TEST(EvalTables, UnitsAreKnown) {
  for (const auto& table : {training_eval_models(), reliability_eval_models(), training_run_eval_models(), step_power_eval_models()}) {
    for (const EvalModel& model : table) {
      for (const auto& keys : {model.inputs, model.outputs}) {
        for (const EvalKey& key : keys)
          EXPECT_NO_THROW((void)Wanted::by_symbol(key.unit)) << model.name << " " << key.key;
      }
    }
  }
}

}  // namespace
}  // namespace aifactory
