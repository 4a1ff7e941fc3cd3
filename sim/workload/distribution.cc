#include "sim/workload/distribution.h"

#include "models/error.h"

namespace aifactory {
namespace {

double value_si(double v) { return v; }
double value_si(Duration v) { return v.si(); }

template <class Q>
double draw_any(const Distribution<Q>& from, Rng& rng) {
  if (from.uniform) return rng.uniform(value_si(from.uniform->low), value_si(from.uniform->high));
  if (from.lognormal) return rng.lognormal(value_si(from.lognormal->median), from.lognormal->sigma);
  if (from.exponential) return rng.exponential(value_si(from.exponential->mean));
  if (from.choice) {
    const auto& [values, weights] = *from.choice;
    const std::size_t pick =
        weights.empty() ? static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(values.size()) - 1))
                        : rng.choice(weights);
    return value_si(values[pick]);
  }
  AIF_CHECK(from.constant.has_value(), "a distribution without a shape passed validation");
  return value_si(*from.constant);
}

}  // namespace

double draw(const Distribution<double>& from, Rng& rng) { return draw_any(from, rng); }
double draw(const Distribution<Duration>& from, Rng& rng) { return draw_any(from, rng); }

}  // namespace aifactory
