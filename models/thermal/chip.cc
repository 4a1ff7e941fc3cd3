#include "models/thermal/chip.h"

#include <cmath>

namespace aifactory {

LeakageModel::LeakageModel(const Params& params) : params_(checked("chip leakage", params)) {}

LeakageModel::Output LeakageModel::evaluate(Power dynamic, Temperature coolant, ThermalResistance resistance) const {
  // Everything as a rise above the coolant, K.
  const double theta = params_.e_folding.si(), r = resistance.si();
  const double base = r * dynamic.si();
  const double leak = r * params_.leakage_at_reference.si() * std::exp((coolant - params_.reference).si() / theta);
  if (leak > 0.0) {
    // The excess base + leak e^(x/theta) - x is least where its slope is zero; positive there means no balance.
    const double lowest = theta * std::log(theta / leak);
    if (!(lowest > 0.0) || base + theta - lowest > 0.0) return {.runaway = true, .junction = {}, .power = {}};
  }
  double x = 0.0;
  for (int round = 0; round < 200; ++round) {
    const double leak_now = leak * std::exp(x / theta);
    const double gain = leak_now / theta;
    if (gain >= 1.0) break;  // at the tangent point itself, up to rounding
    const double step = (base + leak_now - x) / (1.0 - gain);
    x += step;
    if (std::abs(step) <= 1e-13 * (1.0 + std::abs(x))) break;
  }
  const double leak_now = leak * std::exp(x / theta);
  return {.runaway = false,
          .junction = coolant + TemperatureDelta(x),
          .power = Power((base + leak_now) / r),
          .loop_gain = leak_now / theta};
}

}  // namespace aifactory
