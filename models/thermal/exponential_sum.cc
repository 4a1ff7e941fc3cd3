#include "models/thermal/exponential_sum.h"

#include <algorithm>
#include <cmath>

#include "models/fields.h"

namespace aifactory {
namespace {

constexpr int kMax = ExponentialSum::kMaxTerms;
constexpr double kToleranceS = 2e-11;  // well inside the promised 1e-9 s

/// g(t) = sign (f(t) - threshold), searched for its first t with g >= 0.
struct Search {
  double constant = 0.0, slope = 0.0;
  int count = 0;
  std::array<double, kMax> a{}, rate{};

  /// The function at one instant, with the exponentials kept: the bounds over an interval need only its ends.
  struct Point {
    double t = 0.0, g = 0.0;
    std::array<double, kMax> e;
  };

  void at(double t, Point& p) const {
    p.t = t;
    p.g = constant + slope * t;
    for (int i = 0; i < count; ++i) {
      const auto k = static_cast<std::size_t>(i);
      p.e[k] = a[k] * std::exp(-rate[k] * t);
      p.g += p.e[k];
    }
  }

  double root(double low, double high) const;
  std::optional<double> first(const Point& low, const Point& high, int depth) const;
};

/// Root of an increasing g with g(low) < 0 <= g(high): Newton kept inside the bracket, bisection when it is slow.
double Search::root(double low, double high) const {
  double x = 0.5 * (low + high);
  double last = low;
  for (int round = 0; round < 200; ++round) {
    const double tolerance = std::max(kToleranceS, 4.0 * std::numeric_limits<double>::epsilon() * high);
    if (high - low <= tolerance) break;
    double g = constant + slope * x;
    double dg = slope;
    for (int i = 0; i < count; ++i) {
      const auto k = static_cast<std::size_t>(i);
      const double e = a[k] * std::exp(-rate[k] * x);
      g += e;
      dg -= rate[k] * e;
    }
    (g < 0.0 ? low : high) = x;
    double next = dg > 0.0 ? x - g / dg : low;
    // Newton comes from one side; a step just past the estimate closes the bracket from the other.
    if (std::abs(next - x) < 0.25 * tolerance) next = g < 0.0 ? x + 0.5 * tolerance : x - 0.5 * tolerance;
    const bool slow = round > 6 && round % 2 == 1;
    if (slow || !(next > low && next < high) || next == last) next = 0.5 * (low + high);
    last = x;
    x = next;
  }
  return high;
}

/// First crossing in [low, high], g(low) < 0.  Every term is monotone in t, so its range over the interval is given
/// by the ends; the sums of those ranges bound g and g'.
std::optional<double> Search::first(const Point& low, const Point& high, int depth) const {
  double above = constant + std::max(slope * low.t, slope * high.t);
  double least_slope = slope, most_slope = slope;
  for (int i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    above += std::max(low.e[k], high.e[k]);
    const double d0 = -rate[k] * low.e[k], d1 = -rate[k] * high.e[k];
    least_slope += std::min(d0, d1);
    most_slope += std::max(d0, d1);
  }
  if (above < 0.0 && high.g < 0.0) return std::nullopt;
  if (least_slope >= 0.0) {
    if (high.g < 0.0) return std::nullopt;
    return root(low.t, high.t);
  }
  if (most_slope <= 0.0 && high.g < 0.0) return std::nullopt;
  const double width = high.t - low.t;
  if (depth > 200 || width <= std::max(kToleranceS, 2.0 * std::numeric_limits<double>::epsilon() * high.t)) {
    if (high.g >= 0.0) return high.t;
    return std::nullopt;
  }
  Point middle;
  // Time scales lie apart by orders of magnitude: near t = 0 an uneven split finds the fast ones sooner.
  at(low.t == 0.0 ? 0.125 * high.t : low.t + 0.5 * width, middle);
  if (auto t = first(low, middle, depth + 1)) return t;
  if (middle.g >= 0.0) return middle.t;
  return first(middle, high, depth + 1);
}

}  // namespace

void ExponentialSum::add_exponential(double a, Frequency l) {
  const double rate = l.si();
  AIF_CHECK(rate >= 0.0, fmt::format("rate {} 1/s", rate));
  if (a == 0.0) return;
  if (rate == 0.0) {
    constant_ += a;
    return;
  }
  for (int i = 0; i < count_; ++i) {
    const auto k = static_cast<std::size_t>(i);
    if (rate_per_s_[k] == rate) {  // like networks superpose without growing the sum
      a_[k] += a;
      return;
    }
  }
  AIF_CHECK(count_ < kMaxTerms, fmt::format("more than {} exponentials", kMaxTerms));
  const auto k = static_cast<std::size_t>(count_++);
  a_[k] = a;
  rate_per_s_[k] = rate;
}

ExponentialSum& ExponentialSum::operator+=(const ExponentialSum& other) {
  constant_ += other.constant_;
  slope_per_s_ += other.slope_per_s_;
  for (int i = 0; i < other.count_; ++i) {
    const auto k = static_cast<std::size_t>(i);
    add_exponential(other.a_[k], Frequency(other.rate_per_s_[k]));
  }
  return *this;
}

ExponentialSum& ExponentialSum::operator*=(double factor) {
  constant_ *= factor;
  slope_per_s_ *= factor;
  for (int i = 0; i < count_; ++i) a_[static_cast<std::size_t>(i)] *= factor;
  return *this;
}

double ExponentialSum::value(Duration t) const {
  double f = constant_ + slope_per_s_ * t.si();
  for (int i = 0; i < count_; ++i) {
    const auto k = static_cast<std::size_t>(i);
    f += a_[k] * std::exp(-rate_per_s_[k] * t.si());
  }
  return f;
}

double ExponentialSum::derivative(Duration t) const {
  double f = slope_per_s_;
  for (int i = 0; i < count_; ++i) {
    const auto k = static_cast<std::size_t>(i);
    f -= rate_per_s_[k] * a_[k] * std::exp(-rate_per_s_[k] * t.si());
  }
  return f;
}

double ExponentialSum::integral(Duration t) const {
  double f = constant_ * t.si() + 0.5 * slope_per_s_ * t.si() * t.si();
  for (int i = 0; i < count_; ++i) {
    const auto k = static_cast<std::size_t>(i);
    f -= a_[k] / rate_per_s_[k] * std::expm1(-rate_per_s_[k] * t.si());
  }
  return f;
}

double ExponentialSum::limit() const {
  if (slope_per_s_ == 0.0) return constant_;
  return slope_per_s_ > 0.0 ? kInf : -kInf;
}

std::optional<Duration> ExponentialSum::first_crossing(double threshold, Crossing direction, Duration horizon) const {
  const double sign = direction == Crossing::rising ? 1.0 : -1.0;
  double horizon_s = horizon.si();
  AIF_CHECK(horizon_s >= 0.0, fmt::format("horizon {} s", horizon_s));
  Search search;
  search.constant = sign * (constant_ - threshold);
  search.slope = sign * slope_per_s_;
  search.count = count_;
  double now = search.constant, most = search.constant, size = std::abs(search.constant);
  double slowest = kInf;
  for (int i = 0; i < count_; ++i) {
    const auto k = static_cast<std::size_t>(i);
    search.a[k] = sign * a_[k];
    search.rate[k] = rate_per_s_[k];
    now += search.a[k];
    most += std::max(search.a[k], 0.0);
    size += std::abs(search.a[k]);
    slowest = std::min(slowest, rate_per_s_[k]);
  }
  if (now >= 0.0) return 0.0 * s;
  // The usual answer, found without a single exponential: the threshold is out of reach.
  if (search.slope <= 0.0 && most < 0.0) return std::nullopt;
  // After 750 of the slowest time constants every exponential is zero, and only the slope is left to act.
  double settled_s = count_ > 0 ? 750.0 / slowest : 0.0;
  if (search.slope > 0.0) settled_s = std::max(settled_s, 2.0 * size / search.slope);
  horizon_s = std::min(horizon_s, settled_s);
  if (search.slope > 0.0 && most + search.slope * horizon_s < 0.0) return std::nullopt;
  Search::Point low, high;
  search.at(0.0, low);
  low.g = now;
  search.at(horizon_s, high);
  if (auto t = search.first(low, high, 0)) return Duration(*t);
  return std::nullopt;
}

}  // namespace aifactory
