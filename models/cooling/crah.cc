#include "models/cooling/crah.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "models/cooling/fan.h"

namespace aifactory {
namespace {

void require_above(Temperature upper, const char* upper_key, Temperature lower, const char* lower_key) {
  if (!(upper > lower)) {
    throw InputError(fmt::format("CRAH: {} = {:g} degC must be above {} = {:g} degC", upper_key, upper.in_celsius(),
                                 lower_key, lower.in_celsius()));
  }
}

}  // namespace

Crah::Crah(const Params& params) : params_(checked("CRAH", params)) {
  require_above(params.design_return_air, "design_return_air", params.design_supply_air, "design_supply_air");
  require_above(params.design_water_return, "design_water_return", params.design_water_supply, "design_water_supply");
  require_above(params.design_supply_air, "design_supply_air", params.design_water_supply, "design_water_supply");
  if (!(params.design_heat > params.design_fan_power)) {
    throw InputError(fmt::format("CRAH: design_fan_power = {:g} W must be below design_heat = {:g} W",
                                 params.design_fan_power.si(), params.design_heat.si()));
  }
  const Power room = params.design_heat - params.design_fan_power;
  design_air_ = room / (params.design_return_air - params.design_supply_air);
  design_water_ = params.design_heat / (params.design_water_return - params.design_water_supply);
  const auto [low, high] = std::minmax(design_air_, design_water_);
  const Temperature coil_inlet = params.design_return_air + params.design_fan_power / design_air_;
  ua_ =
      crossflow_ntu(params.design_heat.si() / (low.si() * (coil_inlet - params.design_water_supply).si()), low / high) *
      low;
}

double Crah::fan_ratio(Power heat) const {
  return std::clamp(heat / (params_.design_heat - params_.design_fan_power), params_.min_fan_ratio, 1.0);
}

HeatExchange Crah::exchange(double fan_ratio, ThermalConductance water) const {
  return crossflow_exchange(ua_ * conductance_ratio(fan_ratio, water / design_water_), fan_ratio * design_air_, water);
}

Crah::Output Crah::evaluate(Power heat, Temperature water_supply, ThermalConductance water) const {
  Output out;
  out.fan_ratio = fan_ratio(heat);
  out.fan_power = Fan::power_ratio(out.fan_ratio, params_.fan_fixed_share) * params_.design_fan_power;
  out.coil_heat = heat + out.fan_power;
  const ThermalConductance air = out.fan_ratio * design_air_, g = exchange(out.fan_ratio, water).conductance;
  if (!(g.si() > 0.0)) {
    const Temperature never = Temperature::kelvin(std::numeric_limits<double>::infinity());
    out.supply_air = out.return_air = out.leaving_water = never;
    return out;
  }
  out.supply_air = water_supply + out.coil_heat / g - out.coil_heat / air;
  out.return_air = out.supply_air + heat / air;
  out.leaving_water = water_supply + out.coil_heat / water;
  return out;
}

}  // namespace aifactory
