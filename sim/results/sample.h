#pragma once
/// @file Mean, median and percentiles of a list of numbers.
#include <array>
#include <cstdint>
#include <span>
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

/// In time linear in the numbers.  @param values in any order; unset ones are left out; it is used up.
[[nodiscard]] SampleStatistics statistics_of(std::vector<double>& values, std::span<const double> weights);

class Sample {
 public:
  void add(double value, double weight = 1.0) {
    values_.push_back(value);
    weights_.push_back(weight);
  }
  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(values_.size()); }
  /// The sample may be added to afterwards.
  [[nodiscard]] SampleStatistics statistics() const {
    std::vector<double> values = values_;
    return statistics_of(values, weights_);
  }

 private:
  std::vector<double> values_, weights_;
};

/// N numbers of each of many things, which weigh the same in all of them.
template <std::size_t N>
class SampleColumns {
 public:
  /// Grown step by step the columns would at times be held twice.
  void reserve(std::size_t count) {
    weights_.reserve(count);
    for (auto& column : columns_) column.reserve(count);
  }
  /// @param values unset (or infinite) where the thing has no such number.
  void add(const std::array<double, N>& values, double weight) {
    weights_.push_back(weight);
    for (std::size_t i = 0; i < N; ++i) columns_[i].push_back(values[i]);
  }
  [[nodiscard]] double at(std::size_t thing, std::size_t column) const { return columns_[column][thing]; }
  [[nodiscard]] double weight(std::size_t thing) const { return weights_[thing]; }
  /// Of a number that follows from the others.  @param value_of takes the thing's place.
  template <class ValueOf>
  [[nodiscard]] SampleStatistics derive(ValueOf&& value_of) const {
    std::vector<double> values(weights_.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = value_of(i);
    return statistics_of(values, weights_);
  }
  /// Of one column, which is used up.
  [[nodiscard]] SampleStatistics take(std::size_t column) {
    const SampleStatistics out = statistics_of(columns_[column], weights_);
    columns_[column] = {};
    return out;
  }

 private:
  std::vector<double> weights_;
  std::array<std::vector<double>, N> columns_;
};

}  // namespace aifactory
