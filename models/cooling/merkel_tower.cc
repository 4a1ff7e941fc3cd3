#include "models/cooling/merkel_tower.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cooling/fan.h"
#include "models/cooling/fluid.h"
#include "models/cooling/heat_exchanger.h"
#include "models/cooling/root.h"
#include "models/cooling/tower_water.h"

namespace aifactory {
namespace {

constexpr double kWaterHeat_j_kg_k = 4184.0;
constexpr double kAirHeat_j_kg_k = 1006.0;
constexpr double kTolerance = 1e-10;  // of the inlet difference

double saturated_j_kg(double t_c) {
  return psychro::saturation_enthalpy(Temperature::celsius(t_c), kSeaLevelPressure).si();
}

double wet_bulb_factor(double below_design_k) {
  return std::clamp(1.0 + 0.0081 * std::clamp(below_design_k, -10.0, 25.0), 0.85, 1.3);
}
double air_factor(double ratio) {
  const double x = std::clamp(ratio, 0.2, 1.0);
  return std::clamp(x * (1.3 - 0.3 * x), 0.0, 1.0);
}
double water_factor(double ratio) {
  const double x = std::clamp(ratio, 0.3, 1.0);
  return std::clamp(0.1082 + x * (1.667 - 0.7713 * x), 0.5, 1.1);
}

}  // namespace

struct MerkelTower::Point {
  double inlet_c, wet_bulb_c, wet_bulb_j_kg;
  double water_kg_s, water_w_k;
  double ua_w_k;  // UA0 f1 f3
  double density_ratio;  // of the air that fans move, over that of the design point
};

MerkelTower::MerkelTower(const Params& params) : params_(checked("cooling tower", params)) {
  const double inlet_c = params.design_inlet.in_celsius(), leaving_c = params.design_leaving.in_celsius();
  const double wet_bulb_c = params.design_wet_bulb.in_celsius(), heat_w = params.design_heat.si();
  if (!(inlet_c > leaving_c && leaving_c > wet_bulb_c)) {
    throw InputError(
        fmt::format("cooling tower: design_inlet = {:g} degC, design_leaving = {:g} degC and "
                    "design_wet_bulb = {:g} degC must fall in this order",
                    inlet_c, leaving_c, wet_bulb_c));
  }
  design_water_kg_s_ = heat_w / (kWaterHeat_j_kg_k * (inlet_c - leaving_c));
  design_air_kg_s_ = design_water_kg_s_ / params.liquid_to_gas;
  fan_w_ = params.fan_power_per_heat * heat_w;

  const double wet_bulb_j_kg = saturated_j_kg(wet_bulb_c);
  const double leaving_air_c = psychro::saturated_at_enthalpy(SpecificEnergy(wet_bulb_j_kg + heat_w / design_air_kg_s_),
                                                              kSeaLevelPressure, params.design_inlet)
                                   .temperature.in_celsius();
  const double air_w_k = heat_w / (leaving_air_c - wet_bulb_c), water_w_k = design_water_kg_s_ * kWaterHeat_j_kg_k;
  const double low = std::min(air_w_k, water_w_k), high = std::max(air_w_k, water_w_k);
  const double eps = heat_w / (low * (inlet_c - wet_bulb_c));
  if (!(eps < 1.0)) {
    throw InputError(
        fmt::format("cooling tower: liquid_to_gas = {:g} gives too little air for the design point: it "
                    "would have to leave warmer than the water enters",
                    params.liquid_to_gas));
  }
  ua_w_k_ = counterflow_ntu(eps, low / high) * low * kAirHeat_j_kg_k * design_air_kg_s_ / air_w_k;
}

MerkelTower::Point MerkelTower::point(MassFlow water, Temperature inlet, const OutdoorAir& air) const {
  const double wet_bulb_c = air.wet_bulb.in_celsius();
  return {.inlet_c = inlet.in_celsius(),
          .wet_bulb_c = wet_bulb_c,
          .wet_bulb_j_kg = saturated_j_kg(wet_bulb_c),
          .water_kg_s = water.si(),
          .water_w_k = water.si() * kWaterHeat_j_kg_k,
          .ua_w_k = ua_w_k_ * wet_bulb_factor((params_.design_wet_bulb - air.wet_bulb).si()) *
                    water_factor(water.si() / design_water_kg_s_),
          .density_ratio = params_.air_density_ratio * (params_.site_density ? air.pressure / kSeaLevelPressure : 1.0)};
}

// With the leaving air known, so are C_air and NTU, and Q = eps C_min dT gives the inlet difference that heat needs.
double MerkelTower::needed_drive_k(const Point& p, double leaving_air_c, double heat_w, double air_kg_s) const {
  const double air_w_k = heat_w / (leaving_air_c - p.wet_bulb_c);
  const double ua_w_k = p.ua_w_k * air_factor(air_kg_s / design_air_kg_s_) * air_w_k / (air_kg_s * kAirHeat_j_kg_k);
  const double low = std::min(air_w_k, p.water_w_k), high = std::max(air_w_k, p.water_w_k);
  return heat_w / (counterflow_effectiveness(ua_w_k / low, low / high) * low);
}

// Leaving air at a given air flow.  Both sides of Ta - Twb = eps C_min / C_air (T_in - Twb) are 0 at most at Twb and
// the right one falls with Ta (NTU on the air side does not move, C_air / C_w rises), so the root is the only one.
double MerkelTower::leaving_air_c(const Point& p, double air_kg_s, bool& converged) const {
  const double drive_k = p.inlet_c - p.wet_bulb_c;
  const double air_ntu = p.ua_w_k * air_factor(air_kg_s / design_air_kg_s_) / (air_kg_s * kAirHeat_j_kg_k);
  const auto excess = [&](double rise_k) {
    const double cpe =
        std::fabs(rise_k) > 1e-6
            ? (saturated_j_kg(p.wet_bulb_c + rise_k) - p.wet_bulb_j_kg) / rise_k
            : psychro::saturation_enthalpy_slope(Temperature::celsius(p.wet_bulb_c), kSeaLevelPressure).si();
    const double air_w_k = air_kg_s * cpe;
    const double low = std::min(air_w_k, p.water_w_k), high = std::max(air_w_k, p.water_w_k);
    return rise_k - counterflow_effectiveness(air_ntu * air_w_k / low, low / high) * (low / air_w_k) * drive_k;
  };
  const double a = std::min(0.0, drive_k), b = std::max(0.0, drive_k);
  const Root root = bracketed_root(excess, a, excess(a), b, excess(b), kTolerance * std::fabs(drive_k));
  converged = converged && root.converged;
  return p.wet_bulb_c + root.x;
}

MerkelTower::Output MerkelTower::finish(const Point& p, const OutdoorAir& air, double heat_w, double fan_ratio,
                                        double duty, double leaving_air_c) const {
  Output out;
  out.heat = Power(heat_w);
  out.leaving_water = Temperature::celsius(p.water_kg_s > 0.0 ? p.inlet_c - heat_w / p.water_w_k : p.inlet_c);
  out.fan_ratio = fan_ratio;
  out.duty = duty;
  const double lightness = params_.fan_power_follows_density ? p.density_ratio : 1.0;
  out.fan_power = Power(fan_w_ * Fan::power_ratio(fan_ratio, params_.fan_fixed_share) * duty * lightness);
  const double drift_kg_s = params_.drift_frac * design_water_kg_s_ * fan_ratio * duty;
  const double air_kg_s = design_air_kg_s_ * p.density_ratio * fan_ratio * duty;
  const TowerWater water = tower_water(Power(heat_w), MassFlow(air_kg_s), air, Temperature::celsius(leaving_air_c), MassFlow(drift_kg_s), params_.cycles_of_concentration);
  out.evaporation = water.evaporation;
  out.drift = water.drift;
  out.blowdown = water.blowdown;
  return out;
}

MerkelTower::Output MerkelTower::at_fan_ratio(MassFlow water, Temperature inlet, const OutdoorAir& air,
                                              double fan_ratio) const {
  const Point p = point(water, inlet, air);
  if (!(fan_ratio > 0.0) || !(p.water_kg_s > 0.0))
    return finish(p, air, 0.0, std::max(fan_ratio, 0.0), fan_ratio > 0.0, p.wet_bulb_c);
  const double air_kg_s = fan_ratio * design_air_kg_s_ * p.density_ratio;
  bool converged = true;
  const double leaving_c = leaving_air_c(p, air_kg_s, converged);
  const double heat_w = air_kg_s * (saturated_j_kg(leaving_c) - p.wet_bulb_j_kg);
  Output out = finish(p, air, heat_w, fan_ratio, 1.0, leaving_c);
  out.converged = converged;
  return out;
}

MerkelTower::Output MerkelTower::holding(MassFlow water, Temperature inlet, Power heat, const OutdoorAir& air) const {
  const Point p = point(water, inlet, air);
  const double heat_w = heat.si(), drive_k = p.inlet_c - p.wet_bulb_c;
  if (!(heat_w > 0.0 && p.water_kg_s > 0.0 && drive_k > 0.0)) return finish(p, air, 0.0, 0.0, 0.0, p.wet_bulb_c);

  // The heat fixes the leaving air for every air flow; the inlet difference it needs falls as the air flow grows.
  const double full_kg_s = design_air_kg_s_ * p.density_ratio;
  const auto saturated_c = [&](double air_kg_s) {
    return psychro::saturated_at_enthalpy(SpecificEnergy(p.wet_bulb_j_kg + heat_w / air_kg_s), kSeaLevelPressure,
                                          Temperature::celsius(p.wet_bulb_c + 0.7 * drive_k))
        .temperature.in_celsius();
  };
  const double coldest_c = saturated_c(full_kg_s);
  const double over_at_full_k = needed_drive_k(p, coldest_c, heat_w, full_kg_s) - drive_k;
  bool converged = true;
  if (over_at_full_k > 0.0) {
    const double leaving_c = leaving_air_c(p, full_kg_s, converged);
    const double most_w = full_kg_s * (saturated_j_kg(leaving_c) - p.wet_bulb_j_kg);
    Output out = finish(p, air, std::min(most_w, heat_w), 1.0, 1.0, leaving_c);
    out.converged = converged;
    return out;
  }
  // Air cannot leave warmer than the water enters, so the inlet bounds the search when the slowest air would have to.
  const double slow_kg_s = full_kg_s * params_.min_fan_ratio, inlet_j_kg = saturated_j_kg(p.inlet_c);
  double warmest_c = p.inlet_c, warmest_kg_s = heat_w / (inlet_j_kg - p.wet_bulb_j_kg);
  if (warmest_kg_s < slow_kg_s) {
    warmest_kg_s = slow_kg_s;
    warmest_c = saturated_c(slow_kg_s);
  }
  const double over_at_slow_k = needed_drive_k(p, warmest_c, heat_w, warmest_kg_s) - drive_k;
  if (over_at_slow_k <= 0.0 && warmest_kg_s == slow_kg_s) {
    const double leaving_c = leaving_air_c(p, slow_kg_s, converged);
    const double slow_w = slow_kg_s * (saturated_j_kg(leaving_c) - p.wet_bulb_j_kg);
    Output out = finish(p, air, heat_w, params_.min_fan_ratio, std::min(1.0, heat_w / slow_w), leaving_c);
    out.converged = converged;
    return out;
  }
  double air_kg_s = full_kg_s;
  const auto over_k = [&](double leaving_air_c) {
    air_kg_s = heat_w / (saturated_j_kg(leaving_air_c) - p.wet_bulb_j_kg);
    return needed_drive_k(p, leaving_air_c, heat_w, air_kg_s) - drive_k;
  };
  const Root root =
      bracketed_root(over_k, coldest_c, over_at_full_k, warmest_c, std::max(over_at_slow_k, 0.0), kTolerance * drive_k);
  if (root.x == warmest_c) air_kg_s = warmest_kg_s;  // an end that was already exact is not evaluated again
  Output out = finish(p, air, heat_w, std::clamp(air_kg_s / full_kg_s, params_.min_fan_ratio, 1.0), 1.0, root.x);
  out.converged = root.converged;
  return out;
}

Temperature MerkelTower::required_inlet(MassFlow water, Power heat, const OutdoorAir& air, double fan_ratio) const {
  AIF_CHECK(water.si() > 0.0 && heat.si() > 0.0 && fan_ratio > 0.0,
            fmt::format("water = {} kg/s, heat = {} W, fan_ratio = {}", water.si(), heat.si(), fan_ratio));
  const Point p = point(water, air.wet_bulb, air);
  const double air_kg_s = fan_ratio * design_air_kg_s_ * p.density_ratio;
  const double leaving_c = psychro::saturated_at_enthalpy(SpecificEnergy(p.wet_bulb_j_kg + heat.si() / air_kg_s),
                                                          kSeaLevelPressure, air.wet_bulb + 10.0 * K)
                               .temperature.in_celsius();
  return air.wet_bulb + needed_drive_k(p, leaving_c, heat.si(), air_kg_s) * K;
}

}  // namespace aifactory
