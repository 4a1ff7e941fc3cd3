#include <gmock/gmock.h>

#include <algorithm>

#include "models/unit_strings.h"
#include "tests/models/power/eval_support.h"

namespace aifactory {
namespace {

TEST(InferenceEval, ServingByDefaultIsTheMlperfSystemOfH100) {
  const auto out = evaluate(inference_eval_models(), "serving", {});
  EXPECT_NEAR(number_of(out, "offline_per_accelerator") / 3902.0, 1.0, 0.15);
  EXPECT_EQ(number_of(out, "fluid_served_frac"), 1.0);
  EXPECT_EQ(number_of(out, "attainment_frac"), 1.0);
  EXPECT_NEAR(number_of(out, "rate") / number_of(out, "capacity"), 0.7, 1e-12);
  EXPECT_GT(number_of(out, "ttft_p99"), number_of(out, "ttft_p50"));
}

TEST(InferenceEval, RefusesWhatItDoesNotKnow) {
  const auto refuses = [](const std::map<std::string, std::string>& texts, const char* message) {
    EXPECT_THAT([&] { (void)evaluate(inference_eval_models(), "serving", {}, texts); },
                testing::ThrowsMessage<InputError>(testing::StartsWith(message)));
  };
  refuses({{"precision", "int3"}}, "precision: \"int3\" must be bf16, fp8 or fp4");
  refuses({{"precision", "fp4"}}, "precision: h100_sxm has no fp4 peak");
  refuses({{"accelerator", "tpu_v4"}, {"precision", "bf16"}},
          "gemm_efficiency: nothing is known of tpu_v4 at bf16; give it");
  refuses({{"model", "llama2"}}, "\"llama2\" is not in the catalogue of models");
}

TEST(InferenceEval, RefusesMoreRequestsThanAnybodyWaitsFor) {
  EXPECT_THAT(
      [] {
        (void)evaluate(inference_eval_models(), "serving", {{"rate", 1e6}});
      },
      testing::ThrowsMessage<InputError>("span: 6e+08 requests are more than 2e6; take a shorter span"));
}

TEST(InferenceEval, UnitsAreKnown) {
  for (const EvalModel& model : inference_eval_models()) {
    for (const auto& keys : {model.inputs, model.outputs}) {
      for (const EvalKey& key : keys) EXPECT_NO_THROW((void)Wanted::by_symbol(key.unit)) << key.key;
    }
  }
}

}  // namespace
}  // namespace aifactory
