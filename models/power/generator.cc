#include "models/power/generator.h"

namespace aifactory {

Generator::Generator(const Params& params) : params_(checked("generator", params)) {
  if (params.points.empty()) throw InputError("generator: points is not set");
  losses_ = LossCurve::piecewise(params.rating, params.points);
}

}  // namespace aifactory
