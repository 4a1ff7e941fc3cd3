#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "models/inference/request_stream.h"

namespace aifactory {

/// When a request was answered.  Unset times: it was never served.
struct Served {
  Duration first_token;  ///< instant, after the start of the stream
  Duration finished;
};

/// Limits that a request should be answered within.  Unset (infinite) limits hold always.
struct ServiceLimits {
  Duration ttft{kInf};  ///< time to first token
  Duration tpot{kInf};  ///< time per output token after the first
};

/// The value number floor((n - 1) p) of n sorted values; unset when there is none.
[[nodiscard]] double percentile_of_sorted(std::span<const double> sorted, double p);

struct LatencyStatistics {
  double mean_s = kUnset, p50_s = kUnset, p90_s = kUnset, p99_s = kUnset, max_s = kUnset;
};

/// Latencies of the requests that were served.  TTFT = first token - arrival; TPOT = (finished - first token) / (output
/// - 1), of requests with two tokens or more.  Attainment counts requests within both limits, over all requests.
struct ServingStatistics {
  std::int64_t requests = 0, served = 0;
  std::int64_t input_tokens = 0, output_tokens = 0;  ///< of the served ones
  Duration until{0.0};                               ///< the last answer
  LatencyStatistics ttft, tpot, whole;
  double attainment = kUnset;
};
[[nodiscard]] ServingStatistics serving_statistics(std::span<const Request> requests, std::span<const Served> served,
                                                   const ServiceLimits& limits = {});

}  // namespace aifactory
