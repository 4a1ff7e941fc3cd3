#include "models/grid/onsite.h"

#include <algorithm>
#include <cmath>

namespace aifactory {

Temperature PvField::cell(double irradiance_w_m2, Temperature air) const {
  return air + TemperatureDelta((params_.noct.in_celsius() - 20.0) / 800.0 * irradiance_w_m2);
}

Power PvField::dc(double irradiance_w_m2, Temperature cell) const {
  const double warm = 1.0 + params_.per_kelvin * (cell.in_celsius() - 25.0);
  return std::max(0.0 * W, params_.rating * (irradiance_w_m2 / 1000.0 * warm));
}

Power PvField::power(double irradiance_w_m2, Temperature cell) const {
  return std::min(dc(irradiance_w_m2, cell), params_.inverter);
}

WindFarm::WindFarm(const Params& params) : params_(checked("wind farm", params)) {
  if (!(params_.cut_in_m_s < params_.rated_m_s && params_.rated_m_s <= params_.cut_out_m_s)) {
    throw InputError(fmt::format("wind farm: cut_in = {:g}, rated_wind = {:g} and cut_out = {:g} m/s must ascend",
                                 params_.cut_in_m_s, params_.rated_m_s, params_.cut_out_m_s));
  }
}

Power WindFarm::power(double wind_m_s) const {
  if (wind_m_s < params_.cut_in_m_s || wind_m_s >= params_.cut_out_m_s) return 0.0 * W;
  if (wind_m_s >= params_.rated_m_s) return params_.rating;
  const auto cube = [](double v) { return v * v * v; };
  return params_.rating * ((cube(wind_m_s) - cube(params_.cut_in_m_s)) / (cube(params_.rated_m_s) - cube(params_.cut_in_m_s)));
}

Power GasTurbine::capacity(Temperature air) const {
  const double above_k = std::max(0.0, air.in_celsius() - 15.0);
  return params_.rating * std::max(0.0, 1.0 - params_.derate_per_kelvin * above_k);
}

GasTurbine::Output GasTurbine::at(Power wanted, Temperature air) const {
  Output out{.power = 0.0 * W, .fuel = 0.0 * W, .capacity = capacity(air), .carbon = {}};
  if (!(wanted > 0.0 * W) || wanted < out.capacity * params_.min_load || out.capacity == 0.0 * W) return out;
  out.power = std::min(wanted, out.capacity);
  const double b = params_.no_load_share;
  out.heat_rate = params_.heat_rate * (1.0 - b + b / (out.power / out.capacity));
  out.fuel = out.power * out.heat_rate;
  out.carbon = params_.fuel_carbon * out.heat_rate;
  return out;
}

Duration GasTurbine::time_to(Power from, Power to) const {
  const Power change = to > from ? to - from : from - to;
  return change / params_.ramp + (from == 0.0 * W && to > from ? params_.start : 0.0 * s);
}

double matched_share(std::span<const Power> load, std::span<const Power> clean) {
  AIF_CHECK(load.size() == clean.size() && !load.empty(), "loads and supplies of different lengths");
  double matched_w = 0.0, load_w = 0.0;
  for (std::size_t i = 0; i < load.size(); ++i) {
    matched_w += std::min(load[i], clean[i]).si();
    load_w += load[i].si();
  }
  return load_w > 0.0 ? matched_w / load_w : kUnset;
}

CarbonIntensity mix_intensity(std::span<const GenerationShare> mix) {
  double carbon_kg = 0.0, energy_j = 0.0;
  for (const GenerationShare& share : mix) {
    carbon_kg += (share.energy * share.intensity).si();
    energy_j += share.energy.si();
  }
  AIF_CHECK(energy_j > 0.0, "a mix without generation");
  return CarbonIntensity(carbon_kg / energy_j);
}

}  // namespace aifactory
