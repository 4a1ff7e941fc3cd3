#include "models/power/breaker.h"

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {

struct Constants {
  double a_s, b_s, p;
};
constexpr double kSaturation = 20.0;

Constants constants_of(BreakerCurve curve) {
  switch (curve) {
    case BreakerCurve::iec_standard_inverse:
      return {0.14, 0.0, 0.02};
    case BreakerCurve::iec_very_inverse:
      return {13.5, 0.0, 1.0};
    case BreakerCurve::iec_extremely_inverse:
      return {80.0, 0.0, 2.0};
    case BreakerCurve::ieee_moderately_inverse:
      return {0.0515, 0.1140, 0.02};
    case BreakerCurve::ieee_very_inverse:
      return {19.61, 0.491, 2.0};
    case BreakerCurve::ieee_extremely_inverse:
      return {28.2, 0.1217, 2.0};
  }
  AIF_CHECK(false, "unknown breaker curve");
}

}  // namespace

Breaker::Breaker(const Params& params) : params_(checked("breaker", params)) {
  if (params.instantaneous && !(*params.instantaneous > 1.0)) {
    throw InputError(fmt::format("breaker: instantaneous = {:g} must be > 1", *params.instantaneous));
  }
}

std::optional<Duration> Breaker::trip_time(double load) const {
  const double multiple = load / params_.pickup;
  if (params_.instantaneous && multiple >= *params_.instantaneous) return 0.0 * s;
  if (!(multiple > 1.0)) return std::nullopt;
  const auto [a_s, b_s, p] = constants_of(params_.curve);
  return Duration(params_.time_multiplier * (a_s / (std::pow(std::min(multiple, kSaturation), p) - 1.0) + b_s));
}

Breaker::State Breaker::advance(State state, double load, Duration t) const {
  if (state.tripped()) return state;
  if (const auto trip = trip_time(load)) {
    // The instant that time_to_trip() announced must find the breaker tripped, whatever the last bit says.
    const auto left = time_to_trip(state, load);
    state.share = t >= *left ? 1.0 : std::min(state.share + t / *trip, 1.0);
    return state;
  }
  const double multiple = load / params_.pickup;
  if (params_.reset == 0.0 * s) {
    if (t > 0.0 * s) state.share = 0.0;
  } else {
    state.share = std::max(state.share - t / params_.reset * (1.0 - multiple * multiple), 0.0);
  }
  return state;
}

std::optional<Duration> Breaker::time_to_trip(State state, double load) const {
  if (state.tripped()) return 0.0 * s;
  const auto trip = trip_time(load);
  if (!trip) return std::nullopt;
  return (1.0 - state.share) * *trip;
}

}  // namespace aifactory
