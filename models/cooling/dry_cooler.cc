#include "models/cooling/dry_cooler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cooling/fan.h"
#include "models/cooling/heat_exchanger.h"
#include "models/cooling/root.h"

namespace aifactory {
namespace {

constexpr double kWaterHeat_j_kg_k = 4184.0;
constexpr double kAirHeat_j_kg_k = 1006.0;

}  // namespace

struct DryCooler::Point {
  double air_c;  // at the coil
  double density_ratio;
  double humidity_gain;  // by the pads, kg/kg
  double water_w_k;
  double film_water_w_k;
};

DryCooler::DryCooler(const Params& params) : params_(checked("dry cooler", params)) {
  const double inlet_c = params.design_inlet.in_celsius(), leaving_c = params.design_leaving.in_celsius();
  const double air_c = params.design_air.in_celsius(), heat_w = params.design_heat.si();
  if (!(inlet_c > leaving_c && leaving_c > air_c)) {
    throw InputError(
        fmt::format("dry cooler: design_inlet = {:g} degC, design_leaving = {:g} degC and design_air = {:g} "
                    "degC must fall in this order",
                    inlet_c, leaving_c, air_c));
  }
  const double water_w_k = heat_w / (inlet_c - leaving_c);
  design_water_kg_s_ = water_w_k / kWaterHeat_j_kg_k;
  design_air_w_k_ = params.air_capacity_ratio * water_w_k;
  const double low = std::min(water_w_k, design_air_w_k_), high = std::max(water_w_k, design_air_w_k_);
  ntu_ = crossflow_ntu(heat_w / (low * (inlet_c - air_c)), low / high);
  ua_w_k_ = ntu_ * low;
  film_water_w_k_ = ua_w_k_ * (1.0 + 1.0 / params.film_ratio);
  film_air_w_k_ = params.film_ratio * film_water_w_k_;
}

DryCooler::Point DryCooler::point(MassFlow water, const OutdoorAir& air) const {
  Point p{.air_c = air.dry_bulb.in_celsius(),
          .density_ratio = params_.air_density_ratio * (params_.site_density ? air.pressure / kSeaLevelPressure : 1.0),
          .humidity_gain = 0.0,
          .water_w_k = water.si() * kWaterHeat_j_kg_k,
          .film_water_w_k = water.si() > 0.0 ? film_water_w_k_ * std::pow(water.si() / design_water_kg_s_, 0.85) : 0.0};
  if (params_.pad_effectiveness > 0.0 && air.dry_bulb >= params_.pads_above) {
    // Pads cool along the line of constant wet bulb.
    const Temperature cooled = air.dry_bulb - params_.pad_effectiveness * (air.dry_bulb - air.wet_bulb);
    p.air_c = cooled.in_celsius();
    p.humidity_gain =
        std::max(0.0, psychro::humidity_ratio_from_wet_bulb(cooled, air.wet_bulb, air.pressure) - air.humidity_ratio);
  }
  return p;
}

double DryCooler::conductance_w_k(const Point& p, double fan_ratio) const {
  const double moved = fan_ratio * p.density_ratio, air_w_k = design_air_w_k_ * moved;
  const double film_air_w_k = film_air_w_k_ * std::pow(moved, 0.8);
  const double ua_w_k = film_air_w_k * p.film_water_w_k / (film_air_w_k + p.film_water_w_k);
  const double low = std::min(air_w_k, p.water_w_k), high = std::max(air_w_k, p.water_w_k);
  return crossflow_effectiveness(ua_w_k / low, low / high) * low;
}

DryCooler::Output DryCooler::finish(const Point& p, Temperature inlet, double heat_w, double fan_ratio,
                                    double duty) const {
  Output out;
  out.heat = Power(heat_w);
  out.leaving_water = p.water_w_k > 0.0 ? Temperature::celsius(inlet.in_celsius() - heat_w / p.water_w_k) : inlet;
  out.fan_ratio = fan_ratio;
  out.duty = duty;
  const double lightness = params_.fan_power_follows_density ? p.density_ratio : 1.0;
  out.fan_power = params_.design_fan_power * (Fan::power_ratio(fan_ratio, params_.fan_fixed_share) * duty * lightness);
  const double air_kg_s = design_air_w_k_ / kAirHeat_j_kg_k * fan_ratio * p.density_ratio * duty;
  out.evaporation = MassFlow(air_kg_s * p.humidity_gain);
  out.drift = MassFlow(0.0);
  out.blowdown = out.evaporation / (params_.cycles_of_concentration - 1.0);
  return out;
}

DryCooler::Output DryCooler::at_fan_ratio(MassFlow water, Temperature inlet, const OutdoorAir& air,
                                          double fan_ratio) const {
  const Point p = point(water, air);
  if (!(fan_ratio > 0.0) || !(p.water_w_k > 0.0))
    return finish(p, inlet, 0.0, std::max(fan_ratio, 0.0), fan_ratio > 0.0);
  return finish(p, inlet, conductance_w_k(p, fan_ratio) * (inlet.in_celsius() - p.air_c), fan_ratio, 1.0);
}

DryCooler::Output DryCooler::holding(MassFlow water, Temperature inlet, Power heat, const OutdoorAir& air) const {
  const Point p = point(water, air);
  const double heat_w = heat.si(), drive_k = inlet.in_celsius() - p.air_c, slow = params_.min_fan_ratio;
  if (!(heat_w > 0.0 && p.water_w_k > 0.0 && drive_k > 0.0)) return finish(p, inlet, 0.0, 0.0, 0.0);
  const double needed_w_k = heat_w / drive_k;
  const double at_full_w_k = conductance_w_k(p, 1.0);
  if (at_full_w_k <= needed_w_k) return finish(p, inlet, at_full_w_k * drive_k, 1.0, 1.0);
  const double at_slow_w_k = conductance_w_k(p, slow);
  if (at_slow_w_k >= needed_w_k) return finish(p, inlet, heat_w, slow, needed_w_k / at_slow_w_k);
  // 1/conductance is close to a straight line in 1/ratio: few secant steps.
  const auto over = [&](double slowness) { return 1.0 / conductance_w_k(p, 1.0 / slowness) - 1.0 / needed_w_k; };
  const Root root = bracketed_root(over, 1.0, 1.0 / at_full_w_k - 1.0 / needed_w_k, 1.0 / slow,
                                   1.0 / at_slow_w_k - 1.0 / needed_w_k, 1e-11 / needed_w_k);
  Output out = finish(p, inlet, heat_w, 1.0 / root.x, 1.0);
  out.converged = root.converged;
  return out;
}

Temperature DryCooler::required_inlet(MassFlow water, Power heat, const OutdoorAir& air, double fan_ratio) const {
  AIF_CHECK(water.si() > 0.0 && heat.si() > 0.0 && fan_ratio > 0.0,
            fmt::format("water = {} kg/s, heat = {} W, fan_ratio = {}", water.si(), heat.si(), fan_ratio));
  const Point p = point(water, air);
  return Temperature::celsius(p.air_c + heat.si() / conductance_w_k(p, fan_ratio));
}

}  // namespace aifactory
