#pragma once
/// @file Loss of a power conversion stage as a function of its output.
#include <array>
#include <span>
#include <string>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// A certified point: efficiency (output / input) at a load (output / rating).
struct LoadPoint {
  double load = kUnset;
  double efficiency = kUnset;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("load", p.load, Range{0.0, 1.5, false}, "output over rating");
    visit("efficiency", p.efficiency, kPositiveFraction, "output over input at that load");
  }
};

/// Loss against output, with x = output / rating and efficiency = x / (x + loss / rating):
///
///     quadratic         loss / rating = a + b x + c x^2
///     piecewise linear  loss / rating = straight between certified points (the LOSS, not the efficiency: it is the
///                       loss that is nearly straight), straight on with the outermost pieces, never below zero
///
/// An efficiency is never a constant: at light load the fixed part rules.  A quadratic through minimum limits of
/// a certification label can bend the wrong way (80 PLUS Titanium at 20/50/100 % gives b < 0 and a peak
/// that no supply has); use the piecewise form for labels, the quadratic for measured curves.
///
/// Validity: output >= 0; above rating the curve is continued (the overload is the caller's to judge).  A quadratic that bends
/// down is continued with the efficiency that it has at a load of 1.5: further on it would give power away.
/// input(x) = x + loss(x) must rise everywhere on 0..1.5, so that the inverse exists.
/// *Not modelled*: reactive power, harmonics, temperature, start-up energy.
class LossCurve {
 public:
  static constexpr int kMaxPoints = 12;

  /// No loss at all (a bus, a busway, a plug).
  LossCurve() = default;
  /// loss = rating (a + b x + c x^2).  @throws InputError when a < 0 or the input does not rise with the output.
  static LossCurve quadratic(Power rating, double a, double b, double c);
  /// The quadratic through exactly three points.  @throws InputError
  static LossCurve through(Power rating, std::span<const LoadPoint> three_points);
  /// Loss that is straight between the points, at least one, loads ascending.  One point: loss proportional to output.
  /// @throws InputError
  static LossCurve piecewise(Power rating, std::span<const LoadPoint> points);

  [[nodiscard]] Power loss(Power output) const {
    const double x = output.si() / rating_w_;
    return Power(rating_w_ * loss_share(x));
  }
  [[nodiscard]] Power input(Power output) const { return output + loss(output); }
  /// The output whose input is `input`; 0 W when the input does not even cover the no-load loss.
  [[nodiscard]] Power output_for_input(Power input) const;
  [[nodiscard]] double efficiency(Power output) const { return output / input(output); }
  /// Coefficients a, b, c of the quadratic form (zero for a piecewise curve).
  [[nodiscard]] std::array<double, 3> coefficients() const { return {a_, b_, c_}; }

 private:
  [[nodiscard]] double loss_share(double x) const {
    if (points_ > 0) return piecewise_share(x);
    return c_ < 0.0 && x > kHighestLoad ? x * far_ : a_ + x * (b_ + x * c_);
  }
  [[nodiscard]] double piecewise_share(double x) const;

  double rating_w_ = 1.0;
  static constexpr double kHighestLoad = 1.5;  ///< how far beyond its rating a curve must still make sense
  double a_ = 0.0, b_ = 0.0, c_ = 0.0;
  double far_ = 0.0;  ///< loss over output at that load
  int points_ = 0;  ///< 0: quadratic
  std::array<double, kMaxPoints> x_{}, share_{};
};

}  // namespace aifactory
