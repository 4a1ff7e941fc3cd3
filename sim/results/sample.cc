#include "sim/results/sample.h"

#include <algorithm>

#include "sim/results/accumulator.h"

namespace aifactory {
namespace {

/// The q-quantile of `values`, of which those in front of `end` are no greater than the others and in any order;
/// afterwards `end` stands at the quantile.  Asked for in falling order, all quantiles together take linear time.
double quantile(std::vector<double>& values, std::vector<double>::iterator& end, double q) {
  const double position = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(position);
  const double part = position - static_cast<double>(below);
  const auto at = values.begin() + below;
  if (at < end) std::nth_element(values.begin(), at, end);
  const double low = *at;
  const auto next = std::min_element(at + 1, values.end());
  end = std::min(end, at + 1);
  return next == values.end() ? low : low + part * (*next - low);
}

}  // namespace

SampleStatistics Sample::statistics() const {
  SampleStatistics out;
  out.count = count();
  if (values_.empty()) return out;
  Accumulator sum, weighted, weights;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    sum.add(values_[i]);
    weighted.add(values_[i] * weights_[i]);
    weights.add(weights_[i]);
  }
  out.total = sum.value();
  out.mean = out.total / static_cast<double>(values_.size());
  if (weights.value() > 0.0) out.weighted_mean = weighted.value() / weights.value();
  std::vector<double> values = values_;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  out.max = *most;
  if (*least == *most) {
    out.p99 = out.p95 = out.median = out.max;
    return out;
  }
  auto end = values.end();
  out.p99 = quantile(values, end, 0.99);
  out.p95 = quantile(values, end, 0.95);
  out.median = quantile(values, end, 0.5);
  return out;
}

}  // namespace aifactory
