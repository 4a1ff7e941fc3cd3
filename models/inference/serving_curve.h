#pragma once
#include <vector>

#include "models/inference/fluid_serving.h"

namespace aifactory {

/// What replicas do at a share of their greatest rate, in the mean: a table of FluidServing.
///
/// A replica is busy all the time long before it is full: the batch grows, and an iteration serves more.  Hence load is rate
/// over the greatest rate, not busy share.  A replica that is slowed to v is, but for the pace, one with the load over v.
class ServingCurve {
 public:
  ServingCurve() = default;  ///< of none: no rate at all
  /// @param replicas alike, that share the load evenly
  ServingCurve(const FluidServing& flow, double replicas);

  /// The greatest rate of all of them.
  [[nodiscard]] Frequency capacity() const { return capacity_; }
  /// Share of the time in which they work.  @param load clamped to 0..1
  [[nodiscard]] double busy(double load) const { return at(busy_, load); }
  /// Dynamic power over its maximum, as ServiceStep::utilization.
  [[nodiscard]] double utilization(double load) const { return at(utilization_, load); }

 private:
  [[nodiscard]] static double at(const std::vector<double>& table, double load);

  Frequency capacity_{0.0};
  std::vector<double> busy_, utilization_;  // at equal distances, 0 to 1
};

}  // namespace aifactory
