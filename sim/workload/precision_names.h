#pragma once
/// @file Words of a scenario for the precision of a model, trained or served.
#include <utility>

#include "models/compute/precision.h"
#include "sim/scenario/types.h"

namespace aifactory {

template <>
struct EnumNames<Precision> {
  static constexpr std::pair<const char*, Precision> values[] = {
      {"bf16", Precision::bf16}, {"fp8", Precision::fp8}, {"fp4", Precision::fp4}};
};

}  // namespace aifactory
