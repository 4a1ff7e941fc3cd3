#include "models/inference/serving_curve.h"

#include <algorithm>
#include <cmath>

#include "models/inference/serving_cluster.h"

namespace aifactory {
namespace {
constexpr std::size_t kParts = 64;
}  // namespace

ServingCurve::ServingCurve(const FluidServing& flow, double replicas) : capacity_(flow.capacity() * replicas) {
  for (std::size_t i = 0; i <= kParts; ++i) {
    const FluidState state = flow.at(static_cast<double>(i) / static_cast<double>(kParts) * flow.capacity());
    ReplicaTime time;
    time.prefill = state.prefill;
    time.decode = state.decode;
    busy_.push_back(std::min(1.0, state.busy_fraction));
    utilization_.push_back(std::min(1.0, serving_energy(time, 0.0, 0.0 * W, 1.0 * W).si()));
  }
}

double ServingCurve::at(const std::vector<double>& table, double load) {
  if (table.empty()) return 0.0;
  const double place = std::clamp(load, 0.0, 1.0) * static_cast<double>(kParts);
  const std::size_t below = std::min(static_cast<std::size_t>(place), kParts - 1);
  return std::lerp(table[below], table[below + 1], place - static_cast<double>(below));
}

}  // namespace aifactory
