#include "models/power/battery.h"

#include <algorithm>

#include "models/power/network.h"

namespace aifactory {

Battery::Battery(const Params& params, Power rating)
    : params_(checked("battery", params)), rating_(rating), capacity_(rating * params.autonomy / params.discharge_efficiency) {
  if (!(rating > 0.0 * W)) throw InputError(fmt::format("battery: rating = {:g} W must be > 0 W", rating.si()));
}

Battery::State Battery::advance(State state, Power charge, Power discharge, Duration t) const {
  // Not cut off at empty or full: an end that was rounded up to a tick leaves a joule too many, which must not vanish.
  return {state.content + rate(charge, discharge) * t};
}

Power Battery::loss(Power charge, Power discharge) const {
  return on_load_grid(charge * (1.0 - params_.charge_efficiency) + discharge * (1.0 / params_.discharge_efficiency - 1.0));
}

std::optional<Duration> Battery::time_to_empty(State state, Power charge, Power discharge, Energy floor) const {
  const Power r = rate(charge, discharge);
  if (!(r < 0.0 * W)) return std::nullopt;
  return std::max(0.0 * s, (state.content - floor) / -r);
}

std::optional<Duration> Battery::time_to_full(State state, Power charge, Power discharge) const {
  const Power r = rate(charge, discharge);
  if (!(r > 0.0 * W)) return std::nullopt;
  return std::max(0.0 * s, (capacity_ - state.content) / r);
}

}  // namespace aifactory
