#include "models/inference/serving_statistics.h"

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {

LatencyStatistics latencies(std::vector<double> values) {
  LatencyStatistics out;
  if (values.empty()) return out;
  std::sort(values.begin(), values.end());
  double sum = 0.0;
  for (const double value : values) sum += value;
  out.mean_s = sum / static_cast<double>(values.size());
  out.p50_s = percentile_of_sorted(values, 0.5);
  out.p90_s = percentile_of_sorted(values, 0.9);
  out.p99_s = percentile_of_sorted(values, 0.99);
  out.max_s = values.back();
  return out;
}

}  // namespace

double percentile_of_sorted(std::span<const double> sorted, double p) {
  if (sorted.empty()) return kUnset;
  return sorted[static_cast<std::size_t>(std::floor(static_cast<double>(sorted.size() - 1) * p))];
}

ServingStatistics serving_statistics(std::span<const Request> requests, std::span<const Served> served,
                                     const ServiceLimits& limits) {
  AIF_CHECK(requests.size() == served.size(), fmt::format("{} requests, {} answers", requests.size(), served.size()));
  ServingStatistics out;
  out.requests = static_cast<std::int64_t>(requests.size());
  std::vector<double> ttft, tpot, whole;
  std::int64_t within = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (std::isnan(served[i].finished.si())) continue;
    ++out.served;
    out.input_tokens += requests[i].input_tokens;
    out.output_tokens += requests[i].output_tokens;
    out.until = std::max(out.until, served[i].finished);
    const double first_s = (served[i].first_token - requests[i].arrival).si();
    ttft.push_back(first_s);
    whole.push_back((served[i].finished - requests[i].arrival).si());
    double each_s = 0.0;
    if (requests[i].output_tokens > 1) {
      each_s = (served[i].finished - served[i].first_token).si() / static_cast<double>(requests[i].output_tokens - 1);
      tpot.push_back(each_s);
    }
    if (first_s <= limits.ttft.si() && each_s <= limits.tpot.si()) ++within;
  }
  out.ttft = latencies(std::move(ttft));
  out.tpot = latencies(std::move(tpot));
  out.whole = latencies(std::move(whole));
  if (out.requests > 0) out.attainment = static_cast<double>(within) / static_cast<double>(out.requests);
  return out;
}

}  // namespace aifactory
