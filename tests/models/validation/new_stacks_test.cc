// Training systems of 2025 that no constant has seen: what the model says without an anchor, and what one anchor makes
// of it.
#include <gtest/gtest.h>

#include <cmath>

#include "models/eval/builtin_catalog.h"
#include "models/training/job_plan.h"
#include "models/training/parallelism_search.h"
#include "tests/accuracy.h"

namespace aifactory {
namespace {

struct Row {
  const char *what, *model, *accelerator;
  std::int64_t accelerators, batch;
  double published;  // tokens/s of one accelerator
  double accepted;
  bool anchor = false;
};

// Sequences of 8,192 (DeepSeek-V3: 4,096), fp8: NVIDIA-NeMo/Megatron-Bridge performance summary @067f987 and MLPerf
// Training v5.1 (mlcommons/training_results_v5.1 @441d65f).  How the systems split their jobs is not published with
// them: the fastest split of the model is taken, with global batches of a few sequences for each accelerator where none
// is given.  Hidden gradient, stage and most tensor traffic are assumed; all-to-alls are exposed.
//
// 405B on H100 and GB200 are anchors, all others are held out.  Two are far off: the B200 system reaches three quarters
// of what the same chip does in GB200, for reasons that no data sheet holds; DeepSeek-V3 on H100 is two thirds of the
// model, which knows neither uneven experts nor the all-to-alls of many small messages across nodes.
TEST(NewStacks, Fp8TrainingOf2025) {
  TrainingSoftware software;
  software.attention = AttentionKernel::fused;
  software.data_overlap = software.pipeline_overlap = 1.0;
  software.tensor_overlap = 0.8;
  for (const Row& row : {Row{"405B, H100 (anchor)", "llama3_405b", "h100_sxm", 1024, 512, 327, 0.01, true},
                         Row{"405B, GB200 (anchor)", "llama3_405b", "b200_gb200", 256, 512, 843, 0.01, true},
                         Row{"70B, H100", "llama3_70b", "h100_sxm", 64, 128, 1664, 0.08},
                         Row{"70B, GB200", "llama3_70b", "b200_gb200", 64, 128, 4224, 0.08},
                         Row{"405B, H200, MLPerf", "llama3_405b", "h200_sxm", 512, 1152, 369, 0.15},
                         Row{"405B, B200, MLPerf", "llama3_405b", "b200_hgx", 256, 576, 667, 0.40},
                         Row{"DeepSeek-V3, GB200", "deepseek_v3", "b200_gb200", 256, 2048, 4912, 0.15},
                         Row{"DeepSeek-V3, H100", "deepseek_v3", "h100_sxm", 1024, 8192, 1297, 0.60}}) {
    SearchLimits limits;
    limits.keep = 1;
    const TrainingStep model(
        builtin_entry<ModelShape>(row.model),
        training_hardware(builtin_entry<AcceleratorParams>(row.accelerator), row.accelerator, Precision::fp8),
        software);
    const auto found = best_parallelism(model, row.accelerators, row.batch, limits);
    ASSERT_FALSE(found.empty()) << row.what;
    const Parallelism& split = found.front().split;
    const double rate = found.front().step.token_rate().si() / static_cast<double>(row.accelerators);
    std::printf(
        "%-22s model %6.0f published %6.0f tokens/s residual %+5.1f %%  (tp %ld pp %ld v %ld cp %ld dp %ld ep %ld mbs "
        "%ld)\n",
        row.what, rate, row.published, 100.0 * (rate / row.published - 1.0), static_cast<long>(split.tensor),
        static_cast<long>(split.pipeline), static_cast<long>(split.virtual_stages), static_cast<long>(split.context),
        static_cast<long>(split.data), static_cast<long>(split.expert), static_cast<long>(split.micro_batch));
    SCOPED_TRACE(row.what);
    accuracy_relative(row.anchor ? "fp8_anchors" : "fp8_held_out", rate, row.published, row.accepted);
  }
}

}  // namespace
}  // namespace aifactory
