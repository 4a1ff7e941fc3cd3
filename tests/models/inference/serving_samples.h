#pragma once
/// @file Models and machines that the tests of serving share.
#include "models/compute/accelerator.h"
#include "models/eval/builtin_catalog.h"
#include "models/inference/serving_model.h"

namespace aifactory::reference {

/// A catalogue accelerator at fp8, or at bf16 where it has none.
inline ServingHardware serving_hardware(const char* accelerator) {
  const auto sheet = builtin_entry<AcceleratorParams>(accelerator);
  ServingHardware p;
  const bool fp8 = sheet.peak_fp8.has_value();
  p.gemm_peak = fp8 ? *sheet.peak_fp8 : *sheet.peak_bf16;
  p.attention_peak = *sheet.peak_bf16;
  const FlopRate ceiling = fp8 && sheet.attainable_fp8 ? *sheet.attainable_fp8 : *sheet.attainable_bf16;
  const FlopRate peak = fp8 && sheet.attainable_fp8 ? *sheet.peak_fp8 : *sheet.peak_bf16;
  p.gemm_efficiency = ceiling / peak;
  p.memory_bandwidth = *sheet.memory_bandwidth;
  p.memory = sheet.memory;
  p.scale_up = *sheet.scale_up;
  return p;
}

inline ServingModel llama2_70b(const char* accelerator, std::int64_t tensor, std::int64_t max_batch = 1024) {
  ServingLayout layout;
  layout.tensor = tensor;
  layout.max_batch = max_batch;
  return {builtin_entry<ModelShape>("llama2_70b"), serving_hardware(accelerator), layout};
}

}  // namespace aifactory::reference
