#include "models/inference/serving_machine.h"

#include <cmath>

namespace aifactory {

ServingHardware hardware_for_serving(const AcceleratorParams& sheet, const std::string& accelerator,
                                     Precision precision, std::optional<double> gemm_efficiency) {
  ServingHardware p;
  const std::optional<FlopRate> peak = sheet.peak(precision);
  if (!peak) throw InputError(fmt::format("precision: {} has no {} peak", accelerator, name(precision)));
  p.gemm_peak = *peak;
  p.attention_peak = sheet.peak_bf16.value_or(p.gemm_peak);
  p.memory = sheet.memory;
  if (sheet.memory_bandwidth) p.memory_bandwidth = *sheet.memory_bandwidth;
  if (sheet.scale_up) p.scale_up = *sheet.scale_up;
  for (int i = static_cast<int>(precision); i >= 0 && std::isnan(p.gemm_efficiency); --i) {
    const auto wider = static_cast<Precision>(i);
    if (sheet.attainable(wider) && sheet.peak(wider)) p.gemm_efficiency = *sheet.attainable(wider) / *sheet.peak(wider);
  }
  if (gemm_efficiency) p.gemm_efficiency = *gemm_efficiency;
  if (std::isnan(p.gemm_efficiency)) {
    throw InputError(
        fmt::format("gemm_efficiency: nothing is known of {} at {}; give it", accelerator, name(precision)));
  }
  return p;
}

}  // namespace aifactory
