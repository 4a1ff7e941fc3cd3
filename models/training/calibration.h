#pragma once
/// @file Every constant of the training step that does not follow from the shape, the split or the data sheet.
///
/// Two are fitted, both to table 1 of Narayanan et al., "Efficient Large-Scale Language Model Training on GPU Clusters
/// Using Megatron-LM", SC21 (ten rows, A100, full recomputation): kMegatron2021.gemm_efficiency and
/// kElementwisePasses.  They minimise the mean residual of the ten rows.  Everything else is a published measurement
/// or is marked assumed.  A further anchor is ONE measured row that sets the GEMM efficiency of one (accelerator,
/// precision, software) and nothing else.
#include <span>
#include <string_view>

#include "models/units.h"

namespace aifactory {

/// GEMM rate over dense peak, sustained through a whole step.
struct GemmAnchor {
  std::string_view accelerator;  ///< catalogue name
  std::string_view precision;    ///< bf16, fp8
  std::string_view software;
  double gemm_efficiency;
  std::string_view source;
};

/// Element-wise kernels read and write each kept activation byte this often in a forward pass; the backward pass
/// counts twice (see TrainingStep).  Fitted.
inline constexpr double kElementwisePasses = 2.25;

inline constexpr GemmAnchor kMegatron2021{"a100_sxm_80gb", "bf16", "Megatron-LM 2021", 0.72,
                                          "Narayanan et al. 2021, table 1, ten rows (fitted)"};

inline constexpr GemmAnchor kGemmAnchors[] = {
    kMegatron2021,
    {"a100_sxm_80gb", "bf16", "Megatron-LM 2022", 0.775, "Korthikanti et al. 2022, table 5, 175B full recomputation"},
    {"h100_sxm", "bf16", "Llama 3 2024", 0.588, "Llama Team, The Llama 3 Herd of Models, table 4, 8192 GPUs"},
    {"h100_sxm", "fp8", "Megatron-Bridge 2025", 0.544,
     "NVIDIA-NeMo/Megatron-Bridge performance summary @067f987: Llama 3.1 405B on 1024, 327 tokens/s each"},
    {"b200_gb200", "fp8", "Megatron-Bridge 2025", 0.524,
     "NVIDIA-NeMo/Megatron-Bridge performance summary @067f987: Llama 3.1 405B on 256, 843 tokens/s each"},
};

/// Share of the best-shape matmul rate that a step sustains where no anchor exists: the mean of A100 .70 / .869 and
/// H100 .68 / .803, kernel fits to microsoft/vidur's profiles over the best-shape rates of stas00/ml-engineering.
inline constexpr double kUncalibratedShareOfCeiling = 0.83;

/// Memory bandwidth reached by streaming kernels over data sheet; fit to microsoft/vidur's H100 GEMM profiles.
inline constexpr double kMemoryEfficiency = 0.92;

// Achieved over nominal bandwidth of large messages.
inline constexpr double kScaleUpCollective = 0.77;     ///< assumed: all-reduce at 231 of 300 GB/s (A100 NVLink)
inline constexpr double kScaleOutCollective = 0.74;    ///< assumed: 18.5 of 25 GB/s (200 Gb/s InfiniBand)
inline constexpr double kScaleOutPointToPoint = 0.85;  ///< assumed: one large message

/// Bytes that Adam moves for each weight: reads and writes of master weight and moments, gradient read, weight written.
inline constexpr DataSize kOptimizerTraffic{30.0};

/// Latency of one message of a collective.  Assumed; their share of a large step is below 1 %.
inline constexpr Duration kScaleUpLatency{1e-6}, kScaleOutLatency{5e-6};

[[nodiscard]] inline std::span<const GemmAnchor> gemm_anchors() {
  return kGemmAnchors;
}

/// The newest anchor of this accelerator and precision; else kUncalibratedShareOfCeiling of the measured ceiling; NaN
/// when neither is known (a ceiling that is not set is NaN).
[[nodiscard]] inline double default_gemm_efficiency(std::string_view accelerator, std::string_view precision,
                                                    FlopRate peak, FlopRate ceiling) {
  double efficiency = kUncalibratedShareOfCeiling * (ceiling / peak);
  for (const GemmAnchor& anchor : kGemmAnchors) {
    if (anchor.accelerator == accelerator && anchor.precision == precision) efficiency = anchor.gemm_efficiency;
  }
  return efficiency;
}

}  // namespace aifactory
