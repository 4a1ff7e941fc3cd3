#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "models/fields.h"
#include "models/random.h"

namespace aifactory {

/// One request to a served model.
struct Request {
  Duration arrival;  ///< after the start of the stream
  std::int64_t input_tokens = 1;
  std::int64_t output_tokens = 1;
  std::int32_t home = 0;  ///< site that it comes to
};

/// Lengths of one side of requests: lognormal, cut to 1..max.
///
/// sigma 0: all are `mean`.  The mean is of the uncut distribution; median = mean e^(-sigma^2 / 2).
struct TokenLengths {
  double mean = kUnset;
  double sigma = 0.0;
  std::int64_t max = 1'000'000;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("mean", p.mean, at_least(1.0), "mean tokens");
    visit("sigma", p.sigma, between(0.0, 5.0), "standard deviation of the logarithm; 0: all alike");
    visit("max", p.max, at_least(1), "longest");
  }
  [[nodiscard]] std::int64_t sample(Rng& rng) const;
};

/// Requests at random instants.
///
///     rate(t) = rate (1 + swing cos(2 pi (t - peak) / 24 h)),  gaps gamma-distributed with this coefficient of
///     variation
///
/// Variation 1 is a Poisson stream; above 1 requests come in bursts.  The gaps are drawn at rate 1 and stretched by the
/// integral of rate(t), so that swing and bursts combine.  Published: Azure 2023 conversation 1.09, code 13.15.
struct RequestStreamParams {
  Frequency rate;                ///< mean requests per time
  double swing = 0.0;            ///< of the day, over the mean
  Duration peak{15.0 * 3600.0};  ///< time of day of the greatest rate; assumed: 15 h
  double variation = 1.0;        ///< standard deviation of gaps over their mean
  TokenLengths input, output;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("rate", p.rate, kPositive, "mean requests per time");
    visit("swing", p.swing, kFraction, "daily swing of the rate over its mean");
    visit("peak", p.peak, kNonNegative, "time of day of the greatest rate (assumed)");
    visit("variation", p.variation, between(0.05, 100.0), "standard deviation of gaps over their mean; 1: Poisson");
  }
};

class RequestStream {
 public:
  /// @throws InputError naming the first problem.
  RequestStream(const RequestStreamParams& params, std::uint64_t seed);
  /// The next request; arrivals never descend.
  [[nodiscard]] Request next();
  /// All requests before `span`.
  [[nodiscard]] std::vector<Request> until(Duration span);

 private:
  RequestStreamParams params_;
  Rng gaps_, inputs_, outputs_;
  double due_ = 0.0;  // expected requests so far
  double time_s_ = 0.0;
};

/// Mean, percentiles and burstiness of a stream, as facts about traces are stated: the p-percentile is the sorted value
/// number floor((n - 1) p).
struct StreamStatistics {
  std::int64_t requests = 0;
  Duration span{0.0};  ///< from the first to the last arrival
  double gap_variation = kUnset;
  struct Side {
    double mean = kUnset, p50 = kUnset, p90 = kUnset, p99 = kUnset, max = kUnset;
    std::int64_t sum = 0;
  } input, output;
  [[nodiscard]] double rate_per_s() const { return static_cast<double>(requests) / span.si(); }
};
[[nodiscard]] StreamStatistics stream_statistics(std::span<const Request> requests);

}  // namespace aifactory
