#pragma once
/// @file Mean, median and percentiles of a list of numbers.
#include <cstdint>
#include <vector>

#include "models/units.h"

namespace aifactory {

/// Numbers with weights.
///
/// The q-quantile of n sorted numbers x_0 .. x_{n-1} is x at position q (n - 1), linear between neighbours (type 7 of
/// R. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50(4), 1996: the default of
/// numpy and R).  All are unset for an empty sample.
struct SampleStatistics {
  std::int64_t count = 0;
  double total = kUnset, mean = kUnset, median = kUnset, p95 = kUnset, p99 = kUnset, max = kUnset;
  double weighted_mean = kUnset;  ///< sum of w x over sum of w; unset where the weights are all 0
};

class Sample {
 public:
  void add(double value, double weight = 1.0) {
    values_.push_back(value);
    weights_.push_back(weight);
  }
  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(values_.size()); }
  /// In time linear in the numbers; the sample may be added to afterwards.
  [[nodiscard]] SampleStatistics statistics() const;

 private:
  std::vector<double> values_, weights_;
};

}  // namespace aifactory
