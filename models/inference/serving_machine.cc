#include "models/inference/serving_machine.h"

#include <cmath>

namespace aifactory {

const char* name(ServingPrecision precision) {
  constexpr const char* kNames[] = {"bf16", "fp8", "fp4"};
  return kNames[static_cast<std::size_t>(precision)];
}

double bytes_of(ServingPrecision precision) {
  return precision == ServingPrecision::bf16 ? 2.0 : precision == ServingPrecision::fp8 ? 1.0 : 0.5;
}

ServingHardware hardware_for_serving(const AcceleratorParams& sheet, const std::string& accelerator,
                                     ServingPrecision precision, std::optional<double> gemm_efficiency) {
  ServingHardware p;
  const auto at = static_cast<std::size_t>(precision);
  const std::optional<FlopRate> peaks[] = {sheet.peak_bf16, sheet.peak_fp8, sheet.peak_fp4};
  const std::optional<FlopRate> ceilings[] = {sheet.attainable_bf16, sheet.attainable_fp8, {}};
  if (!peaks[at]) throw InputError(fmt::format("precision: {} has no {} peak", accelerator, name(precision)));
  p.gemm_peak = *peaks[at];
  p.attention_peak = sheet.peak_bf16.value_or(p.gemm_peak);
  p.memory = sheet.memory;
  if (sheet.memory_bandwidth) p.memory_bandwidth = *sheet.memory_bandwidth;
  if (sheet.scale_up) p.scale_up = *sheet.scale_up;
  for (std::size_t i = at + 1; i-- > 0 && std::isnan(p.gemm_efficiency);) {
    if (ceilings[i] && peaks[i]) p.gemm_efficiency = *ceilings[i] / *peaks[i];
  }
  if (gemm_efficiency) p.gemm_efficiency = *gemm_efficiency;
  if (std::isnan(p.gemm_efficiency)) {
    throw InputError(
        fmt::format("gemm_efficiency: nothing is known of {} at {}; give it", accelerator, name(precision)));
  }
  return p;
}

}  // namespace aifactory
