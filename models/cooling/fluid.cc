#include "models/cooling/fluid.h"

#include <fmt/format.h>

#include "models/error.h"

namespace aifactory {

const Fluid& fluid_named(std::string_view name) {
  for (const Fluid* fluid : {&kWater, &kPg25}) {
    if (name == fluid->name) return *fluid;
  }
  throw InputError(fmt::format("coolant: \"{}\" must be water or pg25", name));
}

}  // namespace aifactory
