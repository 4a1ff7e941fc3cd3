#pragma once
/// @file Models and machines that the tests of serving share.
#include "models/compute/accelerator.h"
#include "models/eval/builtin_catalog.h"
#include "models/inference/serving_machine.h"

namespace aifactory::reference {

/// A catalogue accelerator at fp8, or at bf16 where it has none.
inline ServingHardware serving_hardware(const char* accelerator) {
  const auto sheet = builtin_entry<AcceleratorParams>(accelerator);
  return hardware_for_serving(sheet, accelerator, sheet.peak_fp8 ? Precision::fp8 : Precision::bf16);
}

inline ServingModel llama2_70b(const char* accelerator, std::int64_t tensor, std::int64_t max_batch = 1024) {
  ServingLayout layout;
  layout.tensor = tensor;
  layout.max_batch = max_batch;
  return {builtin_entry<ModelShape>("llama2_70b"), serving_hardware(accelerator), layout};
}

}  // namespace aifactory::reference
