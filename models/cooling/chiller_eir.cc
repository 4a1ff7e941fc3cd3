#include "models/cooling/chiller_eir.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {

constexpr double kReferenceTolerance = 0.03;

double biquadratic(double a1, double a2, double a3, double a4, double a5, double a6, double x, double y) {
  return a1 + x * (a2 + a3 * x) + y * (a4 + a5 * y) + a6 * x * y;
}

}  // namespace

double ChillerEir::f1(double te_c, double tc_c) const {
  return biquadratic(params_.f1_a1, params_.f1_a2, params_.f1_a3, params_.f1_a4, params_.f1_a5, params_.f1_a6, te_c,
                     tc_c);
}
double ChillerEir::f2(double te_c, double tc_c) const {
  return biquadratic(params_.f2_a1, params_.f2_a2, params_.f2_a3, params_.f2_a4, params_.f2_a5, params_.f2_a6, te_c,
                     tc_c);
}

ChillerEir::ChillerEir(const Params& params) : params_(checked("chiller", params)) {
  const double te_c = params.design_evaporator_leaving.in_celsius(),
               tc_c = params.design_condenser_entering.in_celsius();
  if (!(params.min_evaporator_leaving < params.max_evaporator_leaving &&
        params.min_condenser_entering < params.max_condenser_entering)) {
    throw InputError("chiller: the validity ranges must have their minimum below their maximum");
  }
  reference_f1_ = f1(te_c, tc_c);
  reference_f2_ = f2(te_c, tc_c);
  if (params.renormalise) {
    if (!(reference_f1_ > 0.1 && reference_f2_ > 0.1)) {
      throw InputError(fmt::format("chiller: curves of {:g} and {:g} at their reference point cannot be renormalised",
                                   reference_f1_, reference_f2_));
    }
    f1_scale_ = 1.0 / reference_f1_;
    f2_scale_ = 1.0 / reference_f2_;
  } else if (std::fabs(reference_f1_ - 1.0) > kReferenceTolerance ||
             std::fabs(reference_f2_ - 1.0) > kReferenceTolerance) {
    throw InputError(
        fmt::format("chiller: at their own reference point the capacity curve gives {:.4f} and the energy "
                    "input ratio curve {:.4f}; both must be within 3 % of 1, or set renormalise: true",
                    reference_f1_, reference_f2_));
  }
}

ChillerEir::Output ChillerEir::evaluate(Power heat, Temperature evaporator_leaving,
                                        Temperature condenser_entering) const {
  Output out;
  const Temperature te = std::clamp(evaporator_leaving, params_.min_evaporator_leaving, params_.max_evaporator_leaving);
  const Temperature tc = std::clamp(condenser_entering, params_.min_condenser_entering, params_.max_condenser_entering);
  out.inside = te == evaporator_leaving && tc == condenser_entering;
  const double te_c = (params_.clamp_outside ? te : evaporator_leaving).in_celsius();
  const double tc_c = (params_.clamp_outside ? tc : condenser_entering).in_celsius();
  out.f1 = std::max(0.0, f1_scale_ * f1(te_c, tc_c));
  out.f2 = std::max(0.0, f2_scale_ * f2(te_c, tc_c));
  out.capacity = out.f1 * params_.design_capacity;
  if (!(heat.si() > 0.0 && out.capacity.si() > 0.0)) {
    out.heat = out.power = out.rejected = Power(0.0);
    out.part_load = out.f3 = 0.0;
    return out;
  }
  out.part_load = std::min(heat / out.capacity, params_.max_part_load);
  const double x = std::max(out.part_load, params_.min_unloading);
  out.f3 = params_.f3_c1 + x * (params_.f3_c2 + x * params_.f3_c3);
  const double cycling = std::min(1.0, out.part_load / params_.min_part_load);
  out.heat = std::min(heat, params_.max_part_load * out.capacity);
  out.power = out.capacity / params_.cop * (out.f2 * out.f3 * cycling);
  out.rejected = out.heat + params_.motor_heat_frac * out.power;
  return out;
}

}  // namespace aifactory
