#include "models/power/conversion.h"

namespace aifactory {
namespace {

struct FirstProblem {
  const char* model;
  void error(const char* key, const char* message) const {
    throw InputError(fmt::format("{}: {} {}", model, key, message));
  }
};

void check_points(const char* model, const char* key, const std::vector<LoadPoint>& points) {
  if (points.empty()) throw InputError(fmt::format("{}: {} is not set", model, key));
  for (const LoadPoint& point : points) checked(fmt::format("{}: {}", model, key), point);
}

}  // namespace

Transformer::Transformer(const Params& params) : rating_(checked("transformer", params).rating) {
  FirstProblem report{"transformer"};
  params.validate(report);
  if (params.efficiency) {
    const double x = *params.efficiency_load, e = *params.efficiency;
    if (!(e > 0.0 && e <= 1.0))
      throw InputError(fmt::format("transformer: efficiency = {:g} must be in above 0..1", e));
    if (!(x > 0.0 && x <= 1.0))
      throw InputError(fmt::format("transformer: efficiency_load = {:g} must be in above 0..1", x));
    no_load_loss_ = 0.5 * x * (1.0 / e - 1.0) * rating_;
    load_loss_ = no_load_loss_ / (x * x);
  } else {
    no_load_loss_ = *params.no_load_loss;
    load_loss_ = *params.load_loss;
  }
  curve_ = LossCurve::quadratic(rating_, no_load_loss_ / rating_, 0.0, load_loss_ / rating_);
}

Ups::Ups(const Params& params) : rating_(checked("UPS", params).rating) {
  const auto curve_of = [&](const std::vector<LoadPoint>& points) {
    return points.size() == 3 ? LossCurve::through(rating_, points) : LossCurve::piecewise(rating_, points);
  };
  check_points("UPS", "double_conversion", params.double_conversion);
  double_conversion_ = curve_of(params.double_conversion);
  if (!params.eco.empty()) {
    check_points("UPS", "eco", params.eco);
    eco_ = curve_of(params.eco);
  }
}

Psu::Psu(const Params& params) : rating_(checked("PSU", params).rating) {
  check_points("PSU", "points", params.points);
  curve_ = LossCurve::piecewise(rating_, params.points);
}

}  // namespace aifactory
