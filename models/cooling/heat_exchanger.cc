#include "models/cooling/heat_exchanger.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/error.h"

namespace aifactory {
namespace {

HeatExchange exchange(double (*effectiveness)(double, double), ThermalConductance ua, ThermalConductance c1,
                      ThermalConductance c2) {
  const double low = std::min(c1.si(), c2.si()), high = std::max(c1.si(), c2.si());
  if (!(low > 0.0)) return {1.0, ThermalConductance(0.0)};
  const double eps = effectiveness(ua.si() / low, low / high);
  return {eps, ThermalConductance(eps * low)};
}

void require_reachable(double effectiveness) {
  if (!(effectiveness >= 0.0 && effectiveness < 1.0)) {
    throw InputError(
        fmt::format("heat exchanger: an effectiveness of {:g} cannot be reached; check that the design "
                    "temperatures leave a difference between the streams",
                    effectiveness));
  }
}

}  // namespace

double counterflow_effectiveness(double ntu, double capacity_ratio) {
  const double gap = 1.0 - capacity_ratio;
  if (gap < 1e-9) return ntu / (1.0 + ntu);
  const double cooled = -std::expm1(-ntu * gap);  // expm1 keeps the digits when both streams are nearly equal
  return cooled / (gap + capacity_ratio * cooled);
}

double crossflow_effectiveness(double ntu, double capacity_ratio) {
  if (!(ntu > 0.0)) return 0.0;
  if (capacity_ratio < 1e-9) return -std::expm1(-ntu);
  const double zn = capacity_ratio * std::pow(ntu, -0.22);
  return -std::expm1(std::expm1(-ntu * zn) / zn);
}

double counterflow_ntu(double effectiveness, double capacity_ratio) {
  require_reachable(effectiveness);
  const double gap = 1.0 - capacity_ratio;
  if (gap < 1e-9) return effectiveness / (1.0 - effectiveness);
  return std::log((1.0 - effectiveness * capacity_ratio) / (1.0 - effectiveness)) / gap;
}

double crossflow_ntu(double effectiveness, double capacity_ratio) {
  require_reachable(effectiveness);
  double low = 0.0, high = 1.0;
  while (crossflow_effectiveness(high, capacity_ratio) < effectiveness) {
    low = high, high *= 2.0;
    if (high > 1e6) {
      throw InputError(
          fmt::format("heat exchanger: no cross-flow coil reaches an effectiveness of {:g} at a capacity "
                      "ratio of {:g}",
                      effectiveness, capacity_ratio));
    }
  }
  for (int step = 0; step < 200 && high - low > 1e-15 * high; ++step) {
    const double mid = 0.5 * (low + high);
    (crossflow_effectiveness(mid, capacity_ratio) < effectiveness ? low : high) = mid;
  }
  return 0.5 * (low + high);
}

double conductance_ratio(double flow_ratio_1, double flow_ratio_2) {
  if (!(flow_ratio_1 > 0.0 && flow_ratio_2 > 0.0)) return 0.0;
  return 2.0 / (std::pow(flow_ratio_1, -0.8) + std::pow(flow_ratio_2, -0.8));
}

HeatExchange counterflow_exchange(ThermalConductance ua, ThermalConductance c1, ThermalConductance c2) {
  return exchange(&counterflow_effectiveness, ua, c1, c2);
}

HeatExchange crossflow_exchange(ThermalConductance ua, ThermalConductance c1, ThermalConductance c2) {
  return exchange(&crossflow_effectiveness, ua, c1, c2);
}

}  // namespace aifactory
