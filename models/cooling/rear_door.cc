#include "models/cooling/rear_door.h"

#include <algorithm>

#include <fmt/format.h>

namespace aifactory {

RearDoor::RearDoor(const Params& params) : params_(checked("rear door", params)) {
  const auto above = [](Temperature upper, const char* upper_key, Temperature lower, const char* lower_key) {
    if (upper > lower) return;
    throw InputError(fmt::format("rear door: {} = {:g} degC must be above {} = {:g} degC", upper_key, upper.in_celsius(), lower_key, lower.in_celsius()));
  };
  above(params.design_air_in, "design_air_in", params.design_air_out, "design_air_out");
  above(params.design_water_return, "design_water_return", params.design_water_supply, "design_water_supply");
  above(params.design_air_out, "design_air_out", params.design_water_supply, "design_water_supply");
  design_air_ = params.design_heat / (params.design_air_in - params.design_air_out);
  design_water_ = params.design_heat / (params.design_water_return - params.design_water_supply);
  const auto [low, high] = std::minmax(design_air_, design_water_);
  ua_ = crossflow_ntu(params.design_heat.si() / (low.si() * (params.design_air_in - params.design_water_supply).si()), low / high) * low;
}

HeatExchange RearDoor::exchange(ThermalConductance air, ThermalConductance water) const {
  return crossflow_exchange(ua_ * conductance_ratio(air / design_air_, water / design_water_), air, water);
}

}  // namespace aifactory
