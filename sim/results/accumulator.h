#pragma once
/// @file Compensated sums.
#include <cmath>

namespace aifactory {

/// A running sum that does not lose small amounts beside large ones (Neumaier's variant of Kahan summation).
///
///     t = s + x;  c += |s| >= |x| ? (s - t) + x : (x - t) + s;  s = t;  value = s + c
///
/// The error of `value()` is at most 2 u |sum| + O(n u^2) sum of |x|, u = 2^-53, against n u sum of |x| of a plain sum:
/// a year of microsecond events stays far inside the 1e-9 that the ledger allows.  Valid for finite terms whose
/// sum is finite; an unset (NaN) term makes the sum unset.  *Not modelled*: exactness; two orders of the same terms may
/// differ in the last bit.
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974) 39-51.
class Accumulator {
 public:
  void add(double x) {
    const double total = sum_ + x;
    carry_ += std::fabs(sum_) >= std::fabs(x) ? (sum_ - total) + x : (x - total) + sum_;
    sum_ = total;
  }
  void add(const Accumulator& other) {
    add(other.sum_);
    add(other.carry_);
  }
  [[nodiscard]] double value() const { return sum_ + carry_; }

 private:
  double sum_ = 0.0;
  double carry_ = 0.0;
};

/// The same sum with a dimension: `AccumulatorOf<Energy> it; it.add(power * span);`.
template <class Quantity>
class AccumulatorOf {
 public:
  void add(Quantity x) { sum_.add(x.si()); }
  void add(const AccumulatorOf& other) { sum_.add(other.sum_); }
  [[nodiscard]] Quantity value() const { return Quantity(sum_.value()); }

 private:
  Accumulator sum_;
};

}  // namespace aifactory
