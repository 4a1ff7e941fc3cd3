#pragma once
/// @file Root of one unknown inside a bracket, for models that are solved every simulated minute.
#include <algorithm>
#include <cmath>

namespace aifactory {

struct Root {
  double x = 0;
  bool converged = false;
};

/// Regula falsi with the weights of Anderson and Bjorck: never leaves the bracket, converges superlinearly, and needs
/// no derivative.  @pre f_low = f(low) and f_high = f(high) have opposite signs (or one is zero), low <= high.
/// Converged when |f| <= f_tolerance.  A short step would prove nothing: a crooked function makes secants creep.
template <class F>
[[nodiscard]] Root bracketed_root(F&& f, double low, double f_low, double high, double f_high, double f_tolerance) {
  if (f_low == 0.0) return {low, true};
  if (f_high == 0.0) return {high, true};
  bool high_is_newer = false;
  for (int step = 0; step < 100; ++step) {
    double x = (low * f_high - high * f_low) / (f_high - f_low);
    if (!(x > low && x < high)) x = 0.5 * (low + high);
    if (step > 50) x = 0.5 * (low + high);  // a function too crooked for secants still ends by bisection
    const double fx = f(x);
    if (std::fabs(fx) <= f_tolerance || !(high > std::nextafter(low, high))) return {x, true};
    if ((fx > 0.0) == (f_high > 0.0)) {
      if (step > 0 && high_is_newer) {  // the same end moved twice: lighten the other one
        const double weight = 1.0 - fx / f_high;
        f_low *= weight > 0.0 ? weight : 0.5;
      }
      high = x, f_high = fx, high_is_newer = true;
    } else {
      if (step > 0 && !high_is_newer) {
        const double weight = 1.0 - fx / f_low;
        f_high *= weight > 0.0 ? weight : 0.5;
      }
      low = x, f_low = fx, high_is_newer = false;
    }
  }
  return {0.5 * (low + high), false};
}

}  // namespace aifactory
