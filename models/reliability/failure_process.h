#pragma once
#include "models/fields.h"
#include "models/random.h"

namespace aifactory {

enum class LifeDistribution { exponential, weibull, lognormal, fixed };

/// Time from the start (or repair) of a unit to its failure.
///
///     exponential  S(t) = e^(-t/mean)
///     weibull      S(t) = e^(-(t/scale)^shape),  scale = mean / Gamma(1 + 1/shape)
///     lognormal    S(t) = erfc((ln t - ln median) / (sigma sqrt 2)) / 2,  median = mean e^(-sigma^2/2)
///     fixed        S(t) = 1 before the mean, 0 from it on
///
/// `shape`: of Weibull; 1 is exponential, below 1 the hazard falls with age (infant failures), above 1 it rises.
/// `sigma`: of the logarithm.  The streams are the caller's, one name for each unit or class (models/random.h).
/// *Not modelled*: failures that depend on each other.  Source: NIST/SEMATECH e-Handbook, section 8.1.6.
struct FailureProcess {
  LifeDistribution distribution = LifeDistribution::exponential;
  Duration mean;
  double shape = 1.0;
  double sigma = 1.0;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("distribution", p.distribution, kAny, "exponential, weibull, lognormal or fixed");
    visit("mean", p.mean, kPositive, "mean time to failure");
    visit("shape", p.shape, between(0.1, 20.0), "shape of Weibull");
    visit("sigma", p.sigma, between(1e-3, 10.0), "standard deviation of the logarithm of a lognormal");
  }

  /// Probability to live longer than `age`; 1 up to age 0.
  [[nodiscard]] double survival(Duration age) const;
  /// Failures per time of a unit that has reached `age`; infinite at the end of a fixed life.  @pre age > 0
  [[nodiscard]] Frequency hazard(Duration age) const;
  [[nodiscard]] Duration sample(Rng& rng) const;
  /// Weibull's scale, the lognormal's median, the mean of an exponential or a fixed life.
  [[nodiscard]] Duration scale() const;
};

}  // namespace aifactory
