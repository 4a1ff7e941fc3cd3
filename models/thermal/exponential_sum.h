#pragma once
/// @file A sum of decaying exponentials in time: what any linear quantity of RC networks does between two events.
#include <array>
#include <optional>

#include "models/units.h"

namespace aifactory {

/// Which way a quantity passes a threshold.
enum class Crossing { rising, falling };

/// f(t) = c + s t + sum_i a_i exp(-l_i t), with rates l_i >= 0 in 1/s and t >= 0 after the last event.
///
/// Values are plain numbers in the caller's unit (kelvin for temperatures), so that temperatures of several
/// networks, differences and weighted means superpose with `+=` and `*=`.  `s` is in that unit per second.
///
/// Validity: up to kMaxTerms exponentials.  A superposition beyond that is a broken invariant of the caller.
/// *Not modelled*: growing or oscillating terms; a passive RC network has real decay rates only.
class ExponentialSum {
 public:
  static constexpr int kMaxTerms = 24;

  ExponentialSum() = default;
  explicit ExponentialSum(double constant, double slope_per_s = 0.0) : constant_(constant), slope_per_s_(slope_per_s) {}

  /// Adds a exp(-l t).  A rate of zero joins the constant.
  void add_exponential(double a, Frequency l);
  void add_constant(double c) { constant_ += c; }
  void add_slope(double s_per_s) { slope_per_s_ += s_per_s; }
  ExponentialSum& operator+=(const ExponentialSum& other);
  ExponentialSum& operator*=(double factor);

  [[nodiscard]] double value(Duration t) const;
  /// Time derivative, unit per second.
  [[nodiscard]] double derivative(Duration t) const;
  /// Integral from 0 to t, unit times second.
  [[nodiscard]] double integral(Duration t) const;
  /// Where f goes as t grows; infinite (with its sign) while a slope remains.
  [[nodiscard]] double limit() const;

  /// First t in [0, horizon] at which f has reached `threshold`: f >= threshold when rising, f <= threshold when
  /// falling; so 0 when it is there already.  Exact to 1e-9 s (or the spacing of doubles at t, if wider), rounded
  /// towards the reached side: value(result) has reached the threshold.  No crossing is missed, however short:
  /// an interval is left only when bounds on f or on f' prove that nothing happens in it.
  /// `horizon` may be infinite.
  [[nodiscard]] std::optional<Duration> first_crossing(double threshold, Crossing direction, Duration horizon) const;

  [[nodiscard]] int terms() const { return count_; }

 private:
  double constant_ = 0.0;
  double slope_per_s_ = 0.0;
  int count_ = 0;
  std::array<double, kMaxTerms> a_{};
  std::array<double, kMaxTerms> rate_per_s_{};
};

}  // namespace aifactory
