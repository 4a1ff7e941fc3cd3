#include "models/grid/battery.h"

#include <algorithm>
#include <limits>

namespace aifactory {

BatteryStorage::BatteryStorage(const Params& params) : params_(checked("battery", params)) {
  if (!(params_.min_soc < params_.max_soc)) {
    throw InputError(fmt::format("battery: min_soc = {:g} must be below max_soc = {:g}", params_.min_soc, params_.max_soc));
  }
}

Power BatteryStorage::accept(const State& state, Power wanted) const {
  if (wanted > 0.0 * W) return state.soc >= params_.max_soc ? 0.0 * W : std::min(wanted, params_.max_charge);
  return state.soc <= params_.min_soc ? 0.0 * W : std::max(wanted, -params_.max_discharge);
}

Power BatteryStorage::into_store(Power power) const {
  return (power > 0.0 * W ? power * params_.charge_efficiency : power / params_.discharge_efficiency) - params_.idle_loss;
}

Duration BatteryStorage::lasts(const State& state, Power power) const {
  const Power flow = into_store(power);
  if (flow == 0.0 * W) return Duration(std::numeric_limits<double>::infinity());
  const double bound = flow > 0.0 * W ? params_.max_soc : params_.min_soc;
  return std::max(Duration(0.0), params_.capacity * (bound - state.soc) / flow);
}

BatteryStorage::State BatteryStorage::advance(const State& state, Power power, Duration span) const {
  const double soc = state.soc + into_store(power) * span / params_.capacity;
  constexpr double kHair = 1e-9;  // a step to the bound itself may end a rounding error beyond it
  AIF_CHECK(soc >= params_.min_soc - kHair && soc <= params_.max_soc + kHair, fmt::format("battery at {} outside {}..{}", soc, params_.min_soc, params_.max_soc));
  return {std::clamp(soc, params_.min_soc, params_.max_soc)};
}

Power BatteryStorage::loss(Power power) const { return power - into_store(power); }

}  // namespace aifactory
