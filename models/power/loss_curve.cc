#include "models/power/loss_curve.h"

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {

void require(bool good, const std::string& message) {
  if (!good) throw InputError("loss curve: " + message);
}

void check_rating(Power rating) {
  require(kPositive.contains(rating.si()) && std::isfinite(rating.si()),
          fmt::format("rating = {:g} W must be > 0 W", rating.si()));
}

double share_of(const LoadPoint& point, double highest) {
  const double x = point.load, e = point.efficiency;
  require(x > 0.0 && x <= highest, fmt::format("load = {:g} must be in above 0..{:g}", x, highest));
  require(e > 0.0 && e <= 1.0, fmt::format("efficiency = {:g} must be in above 0..1", e));
  return x / e - x;
}

}  // namespace

LossCurve LossCurve::quadratic(Power rating, double a, double b, double c) {
  check_rating(rating);
  require(a >= 0.0, fmt::format("no-load loss = {:g} of the rating must be >= 0", a));
  require(1.0 + b > 0.0 && 1.0 + b + 2.0 * c * kHighestLoad > 0.0,
          fmt::format("a = {:g}, b = {:g}, c = {:g}: the input must rise with the output", a, b, c));
  // The least loss within the loads in use, at the vertex or at the far end.
  const double vertex = c > 0.0 ? std::clamp(-b / (2.0 * c), 0.0, kHighestLoad) : kHighestLoad;
  require(a + vertex * (b + vertex * c) >= 0.0,
          fmt::format("a = {:g}, b = {:g}, c = {:g}: the loss is negative at load {:g}", a, b, c, vertex));
  LossCurve curve;
  curve.rating_w_ = rating.si();
  curve.a_ = a;
  curve.b_ = b;
  curve.c_ = c;
  curve.far_ = a / kHighestLoad + b + c * kHighestLoad;
  return curve;
}

LossCurve LossCurve::through(Power rating, std::span<const LoadPoint> p) {
  require(p.size() == 3, fmt::format("{} points must be 3 for a quadratic", p.size()));
  const double x0 = p[0].load, x1 = p[1].load, x2 = p[2].load;
  require(x0 < x1 && x1 < x2, "loads must ascend");
  const double y0 = share_of(p[0], kHighestLoad), y1 = share_of(p[1], kHighestLoad), y2 = share_of(p[2], kHighestLoad);
  // Newton's divided differences, then expanded.
  const double first = (y1 - y0) / (x1 - x0);
  const double c = ((y2 - y1) / (x2 - x1) - first) / (x2 - x0);
  const double b = first - c * (x0 + x1);
  return quadratic(rating, y0 - x0 * (first - c * x1), b, c);
}

LossCurve LossCurve::piecewise(Power rating, std::span<const LoadPoint> points) {
  check_rating(rating);
  require(!points.empty() && points.size() <= kMaxPoints,
          fmt::format("{} points must be in 1..{}", points.size(), kMaxPoints));
  if (points.size() == 1) return quadratic(rating, 0.0, share_of(points[0], kHighestLoad) / points[0].load, 0.0);
  LossCurve curve;
  curve.rating_w_ = rating.si();
  for (const LoadPoint& point : points) {
    const auto k = static_cast<std::size_t>(curve.points_++);
    curve.x_[k] = point.load;
    curve.share_[k] = share_of(point, kHighestLoad);
    if (k == 0) continue;
    require(curve.x_[k] > curve.x_[k - 1], "loads must ascend");
    require(
        curve.x_[k] + curve.share_[k] > curve.x_[k - 1] + curve.share_[k - 1],
        fmt::format("the input must rise with the output between loads {:g} and {:g}", curve.x_[k - 1], curve.x_[k]));
  }
  return curve;
}

double LossCurve::piecewise_share(double x) const {
  std::size_t k = 1;
  while (k + 1 < static_cast<std::size_t>(points_) && x > x_[k]) ++k;
  const double slope = (share_[k] - share_[k - 1]) / (x_[k] - x_[k - 1]);
  return std::max(share_[k - 1] + slope * (x - x_[k - 1]), 0.0);
}

Power LossCurve::output_for_input(Power input) const {
  const double y = input.si() / rating_w_;
  if (!(y > loss_share(0.0))) return 0.0 * W;
  if (points_ == 0) {
    // c x^2 + (1 + b) x + (a - y) = 0, in the form that does not cancel for small c.
    if (c_ < 0.0 && y > kHighestLoad * (1.0 + far_)) return Power(rating_w_ * y / (1.0 + far_));
    const double half = 0.5 * (1.0 + b_);
    return Power(rating_w_ * (y - a_) / (half + std::sqrt(half * half + c_ * (y - a_))));
  }
  std::size_t k = 1;
  while (k + 1 < static_cast<std::size_t>(points_) && y > x_[k] + share_[k]) ++k;
  const double slope = (share_[k] - share_[k - 1]) / (x_[k] - x_[k - 1]);
  const double x = x_[k - 1] + (y - x_[k - 1] - share_[k - 1]) / (1.0 + slope);
  // Where the extended first piece would have gone below zero loss, output and input are the same.
  const bool lossless = share_[k - 1] + slope * (x - x_[k - 1]) < 0.0;
  return Power(rating_w_ * std::max(lossless ? y : x, 0.0));
}

}  // namespace aifactory
