#pragma once
/// @file Random numbers by named stream.
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <boost/random/weibull_distribution.hpp>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <string_view>

#include "models/error.h"

namespace aifactory {

/// One stream of random numbers: `Rng(seed, "workload/arrivals")`.
///
/// Each purpose has its own name, so adding a component never moves another's numbers: the engine is seeded by a
/// hash of (seed, name) alone.  The generator's output is fixed by the C++ standard, the distributions are
/// Boost's, whose source is one for all compilers (the standard leaves std's distributions to each library).
/// Means and medians may carry any unit; they pass through.
/// Source of the hash: FNV-1a, 64 bits (G. Fowler, L. C. Noll, K.-P. Vo), then the finalizer of SplitMix64
/// (G. Steele, D. Lea, C. Flood, OOPSLA 2014).
class Rng {
 public:
  Rng(std::uint64_t seed, std::string_view stream) : engine_(hash(seed, stream)) {}

  /// In [0, 1).
  double uniform() { return boost::random::uniform_01<double>()(engine_); }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// In low .. high, both included.
  std::int64_t uniform_int(std::int64_t low, std::int64_t high) {
    return boost::random::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  double exponential(double mean) { return mean * boost::random::exponential_distribution<double>(1.0)(engine_); }
  double normal(double mean, double sd) { return mean + sd * boost::random::normal_distribution<double>()(engine_); }
  /// exp(N(ln median, sigma)).
  double lognormal(double median, double sigma) { return median * std::exp(normal(0.0, sigma)); }
  /// Shape 1 is exponential with mean = scale; below 1 the hazard falls with age.
  double weibull(double shape, double scale) {
    return scale * boost::random::weibull_distribution<double>(shape, 1.0)(engine_);
  }
  /// Mean shape x scale, variance shape x scale^2.
  double gamma(double shape, double scale) {
    return scale * boost::random::gamma_distribution<double>(shape, 1.0)(engine_);
  }
  /// Index drawn in proportion to its weight.  @pre weights >= 0 with a positive sum.
  std::size_t choice(std::span<const double> weights) {
    double sum = 0;
    for (const double weight : weights) sum += weight;
    AIF_CHECK(sum > 0 && std::isfinite(sum), "weights must have a positive sum");
    double left = uniform() * sum;
    std::size_t last = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] <= 0) continue;
      last = i;
      if (left < weights[i]) return i;
      left -= weights[i];
    }
    return last;  // rounding took `left` just past the sum
  }

  static constexpr std::uint64_t hash(std::uint64_t seed, std::string_view stream) {
    std::uint64_t state = 0xcbf29ce484222325u;
    const auto take = [&](std::uint64_t octet) { state = (state ^ octet) * 0x100000001b3u; };
    for (int shift = 0; shift < 64; shift += 8) take((seed >> shift) & 0xffu);
    for (const char c : stream) take(static_cast<unsigned char>(c));
    state ^= state >> 30;
    state *= 0xbf58476d1ce4e5b9u;
    state ^= state >> 27;
    state *= 0x94d049bb133111ebu;
    return state ^ (state >> 31);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace aifactory
