#include "sim/results/sample.h"

#include <algorithm>
#include <cmath>

#include "sim/results/accumulator.h"

namespace aifactory {
namespace {

/// The q-quantile of `values`, of which those from `begin` on are no smaller than the others and in any order; afterwards
/// `begin` stands behind the quantile.  Asked for in rising order, each looks at what the one before has left.
double quantile(std::vector<double>& values, std::vector<double>::iterator& begin, double q) {
  const double position = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(position);
  const double part = position - static_cast<double>(below);
  const auto at = values.begin() + below;
  if (at >= begin) std::nth_element(begin, at, values.end());
  const double low = *at;
  const auto next = std::min_element(at + 1, values.end());
  begin = std::max(begin, at + 1);
  return next == values.end() ? low : low + part * (*next - low);
}

}  // namespace

SampleStatistics statistics_of(std::vector<double>& values, std::span<const double> weights_of_all) {
  SampleStatistics out;
  Accumulator sum, weighted, weights;
  std::size_t count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i], weight = weights_of_all[i];
    if (!std::isfinite(value)) continue;
    values[count++] = value;
    sum.add(value);
    weighted.add(value * weight);
    weights.add(weight);
  }
  values.resize(count);
  out.count = static_cast<std::int64_t>(count);
  if (values.empty()) return out;
  out.total = sum.value();
  out.mean = out.total / static_cast<double>(values.size());
  if (weights.value() > 0.0) out.weighted_mean = weighted.value() / weights.value();
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  out.max = *most;
  if (*least == *most) {
    out.p99 = out.p95 = out.median = out.max;
    return out;
  }
  auto begin = values.begin();
  out.median = quantile(values, begin, 0.5);
  out.p95 = quantile(values, begin, 0.95);
  out.p99 = quantile(values, begin, 0.99);
  return out;
}

}  // namespace aifactory
