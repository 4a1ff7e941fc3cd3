#include "models/cooling/york_tower.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cooling/fan.h"
#include "models/cooling/root.h"
#include "models/cooling/tower_water.h"
#include "models/cooling/york_calc.h"

namespace aifactory {
namespace {
constexpr double kWaterHeat_j_kg_k = 4184.0;
constexpr double kTolerance_k = 1e-9;
// Borders at which wet bulb and water flow are held.
constexpr double kColdest_c = -34.4, kWarmest_c = 26.7, kLeastWater = 0.75, kMostWater = 1.25;
/// Largest range of the fit, and steps in which the first root is looked for.
constexpr double kMostRange_k = 22.2;
constexpr int kRangeSteps = 24;
}  // namespace

struct YorkTower::Point {
  double drive_k;  // inlet - wet bulb
  double inlet_c, wet_bulb_c, water_kg_s, water_ratio, density_ratio;
};

YorkTower::YorkTower(const Params& params) : params_(checked("cooling tower", params)) {
  const double range = (params.design_inlet - params.design_leaving).si();
  const TemperatureDelta approach = params.design_leaving - params.design_wet_bulb;
  if (!(range > 0.0 && approach.si() > 0.0)) {
    throw InputError(fmt::format("cooling tower: design_inlet = {:g} degC, design_leaving = {:g} degC and design_wet_bulb = {:g} degC must fall in this order",
                                 params.design_inlet.in_celsius(), params.design_leaving.in_celsius(), params.design_wet_bulb.in_celsius()));
  }
  design_water_kg_s_ = params.design_heat.si() / (kWaterHeat_j_kg_k * range);
  design_air_kg_s_ = design_water_kg_s_ / params.liquid_to_gas;
  fan_w_ = params.fan_power_per_heat * params.design_heat.si();
  // More water over the reference flow: a larger approach.
  const auto excess = [&](double ratio) {
    return (YorkCalc::approach(params.design_wet_bulb, TemperatureDelta(range), ratio, 1.0).approach - approach).si();
  };
  const double low = 0.05, high = 5.0;
  if (!(excess(low) < 0.0 && excess(high) > 0.0)) {
    throw InputError(fmt::format("cooling tower: the YorkCalc correlation has no tower with an approach of {:g} K at a range of {:g} K and a wet bulb of {:g} degC",
                                 approach.si(), range, params.design_wet_bulb.in_celsius()));
  }
  reference_water_kg_s_ = design_water_kg_s_ / bracketed_root(excess, low, excess(low), high, excess(high), kTolerance_k).x;
}

YorkTower YorkTower::with_conductance(double share) const {
  YorkTower tower = *this;
  tower.reference_water_kg_s_ *= share;
  return tower;
}

YorkTower::Point YorkTower::point(MassFlow water, Temperature inlet, const OutdoorAir& air) const {
  return {.drive_k = (inlet - air.wet_bulb).si(),
          .inlet_c = inlet.in_celsius(),
          .wet_bulb_c = air.wet_bulb.in_celsius(),
          .water_kg_s = water.si(),
          .water_ratio = water.si() / reference_water_kg_s_,
          .density_ratio = params_.air_density_ratio * (params_.site_density ? air.pressure / kSeaLevelPressure : 1.0)};
}

double YorkTower::approach_k(const Point& p, double range, double air_ratio, bool& inside) const {
  const double held_c = std::clamp(p.wet_bulb_c, kColdest_c, kWarmest_c);
  const double water = std::clamp(p.water_ratio, kLeastWater, kMostWater);
  const auto out = YorkCalc::approach(Temperature::celsius(held_c), TemperatureDelta(range), water, air_ratio * p.density_ratio);
  inside = out.inside && held_c == p.wet_bulb_c && water == p.water_ratio;
  return std::max(0.0, out.approach.si());
}

double YorkTower::range_k(const Point& p, double air_ratio, bool& converged) const {
  bool inside = true;
  const auto excess = [&](double range) { return approach_k(p, range, air_ratio, inside) + range - p.drive_k; };
  double low = 0.0, at_low = excess(low);
  if (!(at_low < 0.0)) return 0.0;
  // The first root: with much water in little air the polynomial's approach falls again beyond some range, down to none.
  const double most = std::min(p.drive_k, kMostRange_k);
  for (int step = 1; step <= kRangeSteps; ++step) {
    const double high = most * step / kRangeSteps, at_high = excess(high);
    if (at_high >= 0.0) {
      const Root root = bracketed_root(excess, low, at_low, high, at_high, kTolerance_k);
      converged = converged && root.converged;
      return root.x;
    }
    if (at_high < at_low) break;
    low = high, at_low = at_high;
  }
  // Beyond where it turns, and beyond its fitted range, the approach is held.
  return p.drive_k - approach_k(p, low, air_ratio, inside);
}

YorkTower::Output YorkTower::finish(const Point& p, const OutdoorAir& air, double heat_w, double fan_ratio, double duty) const {
  Output out;
  out.heat = Power(heat_w);
  const double water_w_k = p.water_kg_s * kWaterHeat_j_kg_k;
  const double range = water_w_k > 0.0 ? heat_w / water_w_k : 0.0;
  out.leaving_water = Temperature::celsius(p.inlet_c - range);
  out.fan_ratio = fan_ratio;
  out.duty = duty;
  const double lightness = params_.fan_power_follows_density ? p.density_ratio : 1.0;
  out.fan_power = Power(fan_w_ * Fan::power_ratio(fan_ratio, params_.fan_fixed_share) * duty * lightness);
  const TowerWater water =
      tower_water(Power(heat_w), MassFlow(design_air_kg_s_ * p.density_ratio * fan_ratio * duty), air,
                  Temperature::celsius(p.wet_bulb_c + 0.7 * std::max(0.0, p.drive_k)),
                  MassFlow(params_.drift_frac * design_water_kg_s_ * fan_ratio * duty), params_.cycles_of_concentration);
  out.evaporation = water.evaporation;
  out.drift = water.drift;
  out.blowdown = water.blowdown;
  if (fan_ratio > 0.0 && duty > 0.0) approach_k(p, duty > 0.0 ? range / duty : range, fan_ratio, out.inside);
  return out;
}

YorkTower::Output YorkTower::at_fan_ratio(MassFlow water, Temperature inlet, const OutdoorAir& air, double fan_ratio) const {
  const Point p = point(water, inlet, air);
  if (!(fan_ratio > 0.0) || !(p.water_kg_s > 0.0)) return finish(p, air, 0.0, std::max(fan_ratio, 0.0), fan_ratio > 0.0);
  bool converged = true;
  const double range = p.drive_k > 0.0 ? range_k(p, fan_ratio, converged) : 0.0;
  Output out = finish(p, air, range * p.water_kg_s * kWaterHeat_j_kg_k, fan_ratio, 1.0);
  out.converged = converged;
  return out;
}

YorkTower::Output YorkTower::holding(MassFlow water, Temperature inlet, Power heat, const OutdoorAir& air) const {
  const Point p = point(water, inlet, air);
  const double water_w_k = p.water_kg_s * kWaterHeat_j_kg_k, slow = params_.min_fan_ratio;
  if (!(heat.si() > 0.0 && p.water_kg_s > 0.0 && p.drive_k > 0.0)) return finish(p, air, 0.0, 0.0, 0.0);
  const double range = heat.si() / water_w_k;
  bool inside = true, converged = true;
  const auto excess = [&](double slowness) { return approach_k(p, range, 1.0 / slowness, inside) + range - p.drive_k; };
  const double at_full = excess(1.0);
  if (at_full > 0.0) {
    Output out = finish(p, air, std::min(range_k(p, 1.0, converged) * water_w_k, heat.si()), 1.0, 1.0);
    out.converged = converged;
    return out;
  }
  const double at_slow = excess(1.0 / slow);
  if (at_slow <= 0.0) {
    const double slow_w = range_k(p, slow, converged) * water_w_k;
    Output out = finish(p, air, heat.si(), slow, slow_w > 0.0 ? std::min(1.0, heat.si() / slow_w) : 1.0);
    out.converged = converged;
    return out;
  }
  const Root root = bracketed_root(excess, 1.0, at_full, 1.0 / slow, at_slow, kTolerance_k);
  Output out = finish(p, air, heat.si(), 1.0 / root.x, 1.0);
  out.converged = root.converged;
  return out;
}

}  // namespace aifactory
