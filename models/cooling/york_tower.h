#pragma once
#include "models/cooling/heat_rejection.h"
#include "models/cooling/merkel_tower.h"
#include "models/cooling/psychrometrics.h"
#include "models/units.h"

namespace aifactory {

/// Wet cooling tower by the YorkCalc correlation, sized like a MerkelTower: the cross-check of that model.
///
///     T_out = Twb + approach(Twb, range, mw / mw_ref, r),  range = Q / (mw cp),  T_in = T_out + range
///
/// mw_ref is the water flow for which the correlation gives the design approach at the design range and wet bulb with full
/// fan, so a tower of any design approach can be written (as in Modelica Buildings).  Fans, density of the air, water
/// balance and duty below the slowest speed as MerkelTower.
/// Validity: that of YorkCalc; wet bulb and water flow are held at the border of the range, and the approach where it would
/// fall with a growing range (little air, cold); `inside` tells of all of it.  *Not modelled*: as MerkelTower.
/// Source: EnergyPlus Engineering Reference, variable speed tower, table 63; Modelica Buildings, CoolingTowers.YorkCalc.
class YorkTower {
 public:
  using Params = MerkelTower::Params;
  using Output = HeatRejection;

  /// @throws InputError naming the first parameter outside its range, or a design point that the correlation cannot reach.
  explicit YorkTower(const Params& params);

  [[nodiscard]] Output at_fan_ratio(MassFlow water, Temperature inlet, const OutdoorAir& air, double fan_ratio) const;
  /// The control that rejects exactly `heat`; same rules as MerkelTower::holding.
  [[nodiscard]] Output holding(MassFlow water, Temperature inlet, Power heat, const OutdoorAir& air) const;
  /// The same tower with less air for its size: a fouled fill, taken as a lower share of the reference flow.
  [[nodiscard]] YorkTower with_conductance(double share) const;
  [[nodiscard]] MassFlow design_water() const { return MassFlow(design_water_kg_s_); }
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  struct Point;
  [[nodiscard]] Point point(MassFlow water, Temperature inlet, const OutdoorAir& air) const;
  double approach_k(const Point& point, double range_k, double air_ratio, bool& inside) const;
  /// Range at this air ratio: approach + range = inlet - wet bulb.
  [[nodiscard]] double range_k(const Point& point, double air_ratio, bool& converged) const;
  [[nodiscard]] Output finish(const Point& point, const OutdoorAir& air, double heat_w, double fan_ratio, double duty) const;

  Params params_;
  double design_water_kg_s_ = 0, design_air_kg_s_ = 0, reference_water_kg_s_ = 0, fan_w_ = 0;
};

}  // namespace aifactory
