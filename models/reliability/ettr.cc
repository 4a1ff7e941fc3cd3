#include "models/reliability/ettr.h"

#include <cmath>

namespace aifactory {

double ettr(const CheckpointPlan& plan) {
  const double work = plan.interval / plan.mtti;
  const double tries = std::expm1((plan.interval + plan.write) / plan.mtti);
  return work / (std::exp(plan.restart / plan.mtti) * tries);
}

TimeSplit time_split(const CheckpointPlan& plan) {
  const double work = plan.interval / plan.mtti, write = plan.write / plan.mtti;
  const double tries = std::expm1(work + write);
  const double whole = std::exp(plan.restart / plan.mtti) * tries;
  // Beyond the range of numbers nothing lasts; between two infinities the restarts and lost work cannot be told apart.
  if (std::isinf(whole)) return {0.0, 0.0, kUnset, kUnset};
  return {work / whole, write / whole, (tries - work - write) / whole, -std::expm1(-plan.restart / plan.mtti)};
}

double ettr_estimate(const CheckpointPlan& plan) {
  return (1.0 - estimate_smallness(plan)) / (1.0 + plan.write / plan.interval);
}

double estimate_smallness(const CheckpointPlan& plan) {
  return (plan.restart + 0.5 * plan.interval) / plan.mtti;
}

Duration daly_interval(Duration write, Duration mtti) {
  if (write >= 2.0 * mtti) return mtti;
  return Duration(std::sqrt(2.0 * write.si() * mtti.si())) - write;
}

Duration daly_interval_higher_order(Duration write, Duration mtti) {
  if (write >= 2.0 * mtti) return mtti;
  const double x = 0.5 * (write / mtti);
  return Duration(std::sqrt(2.0 * write.si() * mtti.si())) * (1.0 + std::sqrt(x) / 3.0 + x / 9.0) - write;
}

Duration best_interval(Duration write, Duration mtti) {
  // (1 - y) e^(y + w/M) - 1 falls from e^(w/M) - 1 > 0 at y = 0 to -1 at y = 1: one root, halved down to the last bit.
  const double write_share = write / mtti;
  double low = 0.0, high = 1.0;
  while (true) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    // log1p form keeps its digits where the root is small and does not overflow where w/M is large.
    (std::log1p(-middle) + middle + write_share > 0.0 ? low : high) = middle;
  }
  return 0.5 * (low + high) * mtti;
}

}  // namespace aifactory
