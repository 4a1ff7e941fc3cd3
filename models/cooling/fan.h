#pragma once
#include <algorithm>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Fan on a fixed duct, driven at variable speed.
///
///     flow = r * rated_flow,  P = rated_power * (fixed_share + (1 - fixed_share) r^3),  0 when stopped
///
/// r speed over full speed, in 0..1.  The fixed share (drive, bearings, controls) is what keeps a slow fan from costing
/// nothing.  Validity: no static pressure set point.  *Not modelled*: motor efficiency at part load, wind, icing.
/// Source: fan affinity laws; fixed share as in EnergyPlus' power-ratio polynomial (0.02 in its Merkel tower case).
class Fan {
 public:
  struct Params {
    Power rated_power;         ///< electric, at full speed
    VolumeFlow rated_flow;     ///< at full speed
    double fixed_share = 0.0;  ///< part of rated power that does not fall with speed
    double min_ratio = 0.0;    ///< slowest speed of the drive

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("rated_power", p.rated_power, kNonNegative, "electric power at full speed");
      visit("rated_flow", p.rated_flow, kPositive, "air flow at full speed");
      visit("fixed_share", p.fixed_share, kFraction, "part of rated power that does not fall with speed");
      visit("min_ratio", p.min_ratio, kFraction, "slowest speed over full speed");
    }
  };
  struct Output {
    VolumeFlow flow;
    Power power;
  };

  /// Power over rated power at speed ratio `r`: the one law that every fan here obeys.
  [[nodiscard]] static constexpr double power_ratio(double r, double fixed_share) {
    return r > 0.0 ? fixed_share + (1.0 - fixed_share) * r * r * r : 0.0;
  }

  /// @throws InputError naming the first parameter outside its range.
  explicit Fan(const Params& params) : params_(checked("fan", params)) {}
  /// Speeds between 0 and the drive's slowest run at the slowest; above 1 at full speed; 0 stops.
  [[nodiscard]] Output at_ratio(double ratio) const {
    const double r = ratio > 0.0 ? std::clamp(ratio, params_.min_ratio, 1.0) : 0.0;
    return {r * params_.rated_flow, power_ratio(r, params_.fixed_share) * params_.rated_power};
  }
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  Params params_;
};

}  // namespace aifactory
