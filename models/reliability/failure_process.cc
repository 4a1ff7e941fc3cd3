#include "models/reliability/failure_process.h"

#include <cmath>
#include <numbers>

namespace aifactory {

Duration FailureProcess::scale() const {
  switch (distribution) {
    case LifeDistribution::fixed:
      return mean;
    case LifeDistribution::exponential:
      return mean;
    case LifeDistribution::weibull:
      return mean / std::tgamma(1.0 + 1.0 / shape);
    case LifeDistribution::lognormal:
      return mean * std::exp(-0.5 * sigma * sigma);
  }
  AIF_CHECK(false, "unknown distribution");
}

double FailureProcess::survival(Duration age) const {
  if (!(age.si() > 0.0)) return 1.0;
  const double x = age / scale();
  switch (distribution) {
    case LifeDistribution::fixed:
      return x < 1.0 ? 1.0 : 0.0;
    case LifeDistribution::exponential:
      return std::exp(-x);
    case LifeDistribution::weibull:
      return std::exp(-std::pow(x, shape));
    case LifeDistribution::lognormal:
      return 0.5 * std::erfc(std::log(x) / (sigma * std::numbers::sqrt2));
  }
  AIF_CHECK(false, "unknown distribution");
}

Frequency FailureProcess::hazard(Duration age) const {
  const double x = age / scale(), per_scale = 1.0 / scale().si();
  switch (distribution) {
    case LifeDistribution::fixed:
      return Frequency(x < 1.0 ? 0.0 : kInf);
    case LifeDistribution::exponential:
      return Frequency(per_scale);
    case LifeDistribution::weibull:
      return Frequency(per_scale * shape * std::pow(x, shape - 1.0));
    case LifeDistribution::lognormal: {
      const double z = std::log(x) / sigma;
      const double density = std::exp(-0.5 * z * z) / (age.si() * sigma * std::sqrt(2.0 * std::numbers::pi));
      return Frequency(density / survival(age));
    }
  }
  AIF_CHECK(false, "unknown distribution");
}

Duration FailureProcess::sample(Rng& rng) const {
  switch (distribution) {
    case LifeDistribution::fixed:
      return mean;
    case LifeDistribution::exponential:
      return Duration(rng.exponential(mean.si()));
    case LifeDistribution::weibull:
      return Duration(rng.weibull(shape, scale().si()));
    case LifeDistribution::lognormal:
      return Duration(rng.lognormal(scale().si(), sigma));
  }
  AIF_CHECK(false, "unknown distribution");
}

}  // namespace aifactory
