#pragma once
#include <optional>
#include <string>

#include "models/compute/accelerator.h"
#include "models/inference/serving_model.h"

namespace aifactory {

/// An accelerator's data sheet as serving meets it.  The sustained rate of products is the best measured one; where none
/// has been measured at this precision, its share of the peak is taken to be that of the next wider one.
/// @param gemm_efficiency wins over what has been measured.
/// @throws InputError naming the key that lacks a number.
[[nodiscard]] ServingHardware hardware_for_serving(const AcceleratorParams& sheet, const std::string& accelerator,
                                                   Precision precision, std::optional<double> gemm_efficiency = {});

}  // namespace aifactory
