#pragma once
/// @file A distribution as scenarios write it.
#include <optional>
#include <vector>

#include "models/fields.h"
#include "models/random.h"

namespace aifactory {

/// A distribution of numbers, durations, ...: exactly one of its shapes.  A bare value is `constant`.
template <class Q>
struct Distribution {
  struct Uniform {
    Q low{kUnset}, high{kUnset};
    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("low", p.low, kNonNegative, "smallest value");
      visit("high", p.high, kNonNegative, "largest value");
    }
  };
  struct Lognormal {
    Q median{kUnset};
    double sigma = kUnset;
    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("median", p.median, kPositive, "half of the values are below");
      visit("sigma", p.sigma, between(0.0, 10.0), "standard deviation of the natural logarithm");
    }
  };
  struct Exponential {
    Q mean{kUnset};
    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("mean", p.mean, kPositive, "mean value");
    }
  };
  struct Choice {
    std::vector<Q> values;
    std::vector<double> weights;
    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("values", p.values, kNonNegative, "the values that occur");
      visit("weights", p.weights, kNonNegative, "how often, relative to each other; none given: equally often");
    }
  };
  std::optional<Q> constant;
  std::optional<Uniform> uniform;
  std::optional<Lognormal> lognormal;
  std::optional<Exponential> exponential;
  std::optional<Choice> choice;

  static constexpr const char* kShorthand = "constant";
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("constant", p.constant, kNonNegative, "always this value");
    visit("uniform", p.uniform, kAny, "equally likely between low and high");
    visit("lognormal", p.lognormal, kAny, "median and spread of the logarithm");
    visit("exponential", p.exponential, kAny, "memoryless, by its mean");
    visit("choice", p.choice, kAny, "one of a list, by weight");
  }
  [[nodiscard]] int shapes() const {
    return constant.has_value() + uniform.has_value() + lognormal.has_value() + exponential.has_value() +
           choice.has_value();
  }
  template <class Report>
  void validate(Report& report) const {
    if (shapes() != 1)
      report.error("", "exactly one of constant, uniform, lognormal, exponential, choice must be given");
    if (uniform && !(plain(uniform->low) <= plain(uniform->high))) {
      report.error("uniform", "low must not be above high");
    }
    if (!choice) return;
    double sum = 0;
    for (const double weight : choice->weights) sum += weight;
    if (choice->values.empty()) report.error("choice", "values must not be empty");
    if (!choice->weights.empty() && choice->weights.size() != choice->values.size()) {
      report.error("choice", "weights must be as many as values");
    } else if (!choice->weights.empty() && !(sum > 0)) {
      report.error("choice", "one weight must be above 0");
    }
  }
};

/// One value, in SI units.  @pre the distribution has passed validation.
[[nodiscard]] double draw(const Distribution<double>& from, Rng& rng);
[[nodiscard]] double draw(const Distribution<Duration>& from, Rng& rng);

}  // namespace aifactory
