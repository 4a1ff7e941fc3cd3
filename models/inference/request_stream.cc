#include "models/inference/request_stream.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/inference/serving_statistics.h"

namespace aifactory {

std::int64_t TokenLengths::sample(Rng& rng) const {
  double tokens = mean;
  if (sigma > 0.0) tokens = rng.lognormal(mean * std::exp(-0.5 * sigma * sigma), sigma);
  return std::clamp<std::int64_t>(std::llround(std::min(tokens, 1e9)), 1, max);
}

RequestStream::RequestStream(const RequestStreamParams& params, std::uint64_t seed)
    : params_(checked("requests", params)),
      gaps_(seed, "inference/gaps"),
      inputs_(seed, "inference/input_tokens"),
      outputs_(seed, "inference/output_tokens") {
  checked("requests: input", params_.input);
  checked("requests: output", params_.output);
}

Request RequestStream::next() {
  const double v2 = params_.variation * params_.variation;
  due_ += params_.variation == 1.0 ? gaps_.exponential(1.0) : gaps_.gamma(1.0 / v2, v2);
  const double rate = params_.rate.si(), day_s = 86400.0, turn = 2.0 * std::numbers::pi / day_s;
  if (params_.swing == 0.0) {
    time_s_ = due_ / rate;
  } else {
    // Expected requests until t grow without a stop, so that the root is between t now and where even the lowest rate
    // has brought them.
    const auto expected = [&](double t) {
      return rate * (t + params_.swing / turn *
                             (std::sin(turn * (t - params_.peak.si())) + std::sin(turn * params_.peak.si())));
    };
    double low = time_s_, high = due_ / rate + 2.0 * params_.swing / turn;
    for (int i = 0; i < 100 && high - low > 1e-9 * std::max(1.0, high); ++i) {
      const double middle = 0.5 * (low + high);
      (expected(middle) < due_ ? low : high) = middle;
    }
    time_s_ = high;
  }
  return {Duration(time_s_), params_.input.sample(inputs_), params_.output.sample(outputs_), 0};
}

std::vector<Request> RequestStream::until(Duration span) {
  std::vector<Request> out;
  while (true) {
    const Request request = next();
    if (!(request.arrival < span)) return out;
    out.push_back(request);
  }
}

StreamStatistics stream_statistics(std::span<const Request> requests) {
  StreamStatistics out;
  out.requests = static_cast<std::int64_t>(requests.size());
  if (requests.empty()) return out;
  out.span = requests.back().arrival - requests.front().arrival;
  const auto side = [&](std::int64_t Request::*tokens) {
    StreamStatistics::Side out_side;
    std::vector<double> values;
    for (const Request& request : requests) {
      values.push_back(static_cast<double>(request.*tokens));
      out_side.sum += request.*tokens;
    }
    std::sort(values.begin(), values.end());
    out_side.mean = static_cast<double>(out_side.sum) / static_cast<double>(values.size());
    out_side.p50 = percentile_of_sorted(values, 0.5);
    out_side.p90 = percentile_of_sorted(values, 0.9);
    out_side.p99 = percentile_of_sorted(values, 0.99);
    out_side.max = values.back();
    return out_side;
  };
  out.input = side(&Request::input_tokens);
  out.output = side(&Request::output_tokens);
  if (requests.size() > 2) {
    double sum = 0.0, squares = 0.0;
    for (std::size_t i = 1; i < requests.size(); ++i) {
      const double gap_s = (requests[i].arrival - requests[i - 1].arrival).si();
      sum += gap_s;
      squares += gap_s * gap_s;
    }
    const auto n = static_cast<double>(requests.size() - 1);
    const double mean_s = sum / n;
    out.gap_variation = std::sqrt(std::max(squares / n - mean_s * mean_s, 0.0)) / mean_s;
  }
  return out;
}

}  // namespace aifactory
