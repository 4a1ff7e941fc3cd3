#pragma once
#include <string>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Electric chiller by the DOE-2 energy-input-ratio curves, as catalogued for 160 machines.
///
///     capacity = design_capacity f1(Te, Tc)
///     P = capacity / cop * f2(Te, Tc) * f3(PLR) * CR
///     f1, f2 = a1 + a2 Te + a3 Te^2 + a4 Tc + a5 Tc^2 + a6 Te Tc,   f3 = c1 + c2 PLR + c3 PLR^2
///     PLR = min(heat / capacity, max_part_load),  f3 at max(PLR, min_unloading),  CR = min(1, PLR / min_part_load)
///     heat rejected = heat + P motor_heat_frac
///
/// Te water leaving the evaporator, Tc fluid ENTERING the condenser (water, or outdoor dry bulb), degC.
/// Validity: the Te and Tc ranges of the curves.  No published set covers warm-water loops (highest leaving evaporator
/// 12.78 degC): for those see CarnotChiller.  Outside, `clamp_outside` holds the curves at the border (capacity and
/// efficiency of the nearest valid point); else they are extrapolated.  `Output.inside` tells.
/// 36 of the 160 sets miss 1 by more than 3 % at their own reference point; `renormalise` divides f1 and f2 by their
/// value there, without it such a set is refused. *Not modelled*: start-up, flow through evaporator and condenser, ice,
/// hot-gas bypass beyond cycling losses. Source: EnergyPlus Engineering Reference, Chiller:Electric:EIR; coefficients
/// from EnergyPlus' data sets Chillers.idf and AirCooledChiller.idf.
class ChillerEir {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "chillers";
    Power design_capacity;
    double cop = kUnset;
    Temperature design_evaporator_leaving, design_condenser_entering;
    Temperature min_evaporator_leaving, max_evaporator_leaving;
    Temperature min_condenser_entering, max_condenser_entering;
    double min_part_load = kUnset, max_part_load = kUnset;
    double min_unloading = kUnset;  ///< usually equal to min_part_load
    double motor_heat_frac = 1.0;   ///< hermetic compressor: all its power reaches the condenser
    double f1_a1 = kUnset, f1_a2 = kUnset, f1_a3 = kUnset, f1_a4 = kUnset, f1_a5 = kUnset, f1_a6 = kUnset;
    double f2_a1 = kUnset, f2_a2 = kUnset, f2_a3 = kUnset, f2_a4 = kUnset, f2_a5 = kUnset, f2_a6 = kUnset;
    double f3_c1 = kUnset, f3_c2 = kUnset, f3_c3 = kUnset;
    bool renormalise = false;
    bool clamp_outside = true;

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("design_capacity", p.design_capacity, kPositive, "heat taken up at the reference point");
      visit("cop", p.cop, kPositive, "heat over electric power at the reference point");
      visit("design_evaporator_leaving", p.design_evaporator_leaving, kCelsius, "reference point of the curves");
      visit("design_condenser_entering", p.design_condenser_entering, kCelsius, "reference point of the curves");
      visit("min_evaporator_leaving", p.min_evaporator_leaving, kCelsius, "validity of the curves");
      visit("max_evaporator_leaving", p.max_evaporator_leaving, kCelsius, "validity of the curves");
      visit("min_condenser_entering", p.min_condenser_entering, kCelsius, "validity of the curves");
      visit("max_condenser_entering", p.max_condenser_entering, kCelsius, "validity of the curves");
      visit("min_part_load", p.min_part_load, kPositiveFraction, "below it the machine cycles");
      visit("max_part_load", p.max_part_load, between(0.5, 2.0), "most it carries, over its capacity");
      visit("min_unloading", p.min_unloading, kFraction, "below it efficiency is held by hot-gas bypass");
      visit("motor_heat_frac", p.motor_heat_frac, kFraction, "part of the electric power that reaches the condenser");
      visit("f1_a1", p.f1_a1, kAny, "capacity curve");
      visit("f1_a2", p.f1_a2, kAny, "capacity curve");
      visit("f1_a3", p.f1_a3, kAny, "capacity curve");
      visit("f1_a4", p.f1_a4, kAny, "capacity curve");
      visit("f1_a5", p.f1_a5, kAny, "capacity curve");
      visit("f1_a6", p.f1_a6, kAny, "capacity curve");
      visit("f2_a1", p.f2_a1, kAny, "energy input ratio over temperature");
      visit("f2_a2", p.f2_a2, kAny, "energy input ratio over temperature");
      visit("f2_a3", p.f2_a3, kAny, "energy input ratio over temperature");
      visit("f2_a4", p.f2_a4, kAny, "energy input ratio over temperature");
      visit("f2_a5", p.f2_a5, kAny, "energy input ratio over temperature");
      visit("f2_a6", p.f2_a6, kAny, "energy input ratio over temperature");
      visit("f3_c1", p.f3_c1, kAny, "energy input ratio over part load");
      visit("f3_c2", p.f3_c2, kAny, "energy input ratio over part load");
      visit("f3_c3", p.f3_c3, kAny, "energy input ratio over part load");
      visit("renormalise", p.renormalise, kAny, "divide the curves by their value at the reference point");
      visit("clamp_outside", p.clamp_outside, kAny, "hold the curves at the border of their range");
    }
  };
  struct Output {
    Power heat;      ///< taken up: what was asked, or the most it can
    Power power;     ///< electric
    Power rejected;  ///< to the condenser
    Power capacity;  ///< at these temperatures
    double part_load = kUnset;
    double f1 = kUnset, f2 = kUnset, f3 = kUnset;
    bool inside = false;  ///< both temperatures within the curves' range
    [[nodiscard]] double cop() const { return heat / power; }
  };

  /// @throws InputError naming the first parameter outside its range, or curves that miss their reference point by more
  /// than 3 % without `renormalise`.
  explicit ChillerEir(const Params& params);

  /// @param heat to take up, >= 0; 0 is a machine at rest.
  [[nodiscard]] Output evaluate(Power heat, Temperature evaporator_leaving, Temperature condenser_entering) const;
  /// Capacity factor at the reference point, before renormalising: 1 for a consistent set.
  [[nodiscard]] double reference_f1() const { return reference_f1_; }
  [[nodiscard]] double reference_f2() const { return reference_f2_; }
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  [[nodiscard]] double f1(double te_c, double tc_c) const;
  [[nodiscard]] double f2(double te_c, double tc_c) const;

  Params params_;
  double reference_f1_ = 1.0, reference_f2_ = 1.0;
  double f1_scale_ = 1.0, f2_scale_ = 1.0;
};

}  // namespace aifactory
