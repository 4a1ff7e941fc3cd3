#pragma once
#include "models/cooling/heat_rejection.h"
#include "models/cooling/psychrometrics.h"
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Wet cooling tower by Merkel's theory: counterflow eps-NTU between the water and air that stays saturated.
///
///     cpe = (h_s(Ta) - h_s(Twb)) / (Ta - Twb)           h_s enthalpy of saturated air at 101325 Pa, Ta wet bulb of
///     leaving air C_air = ma cpe,  C_w = mw cp,  NTU = UAe / C_min,  UAe = UA cpe / 1006 Q = eps C_min (T_in - Twb) =
///     ma (h_s(Ta) - h_s(Twb)) UA = UA0 f1 f2 f3
///       f1 = 1 + 0.0081 (Twb0 - Twb), argument -10..25 K, value 0.85..1.3
///       f2 = 1.3 x - 0.3 x^2,                    x = fan ratio in 0.2..1, value 0..1
///       f3 = 0.1082 + 1.667 x - 0.7713 x^2,      x = water over design water in 0.3..1, value 0.5..1.1
///     P_fan = fan_power_per_heat design_heat (f + (1 - f) r^3) duty
///
/// Q heat (W), T_in water inlet, Twb outdoor wet bulb (degC), ma = r * design air and mw flows (kg/s), r fan ratio. UA0
/// makes the design point with f1 = f2 = f3 = 1.  Water: air leaves saturated at outdoor enthalpy + Q / ma and station
/// pressure; evaporation = ma (w_s - w_outdoor); drift = drift_frac * design water * r * duty; blowdown =
/// evaporation / (cycles - 1) - drift.
///
/// Validity: fan ratio 0.2..1, water 0.3..1 of design (the factors hold still outside), approach > 0.  Against a day of
/// EnergyPlus the leaving water agrees within 0.03 K.
/// Thin air: the fans at full speed move d times the design air; d = air_density_ratio, times p / 101325 Pa with
/// `site_density`; by default 1, the reference's way.  *Not modelled*: natural draught with stopped fans, basin
/// mass, freezing and basin heaters, recirculation of plumes. Source: EnergyPlus Engineering Reference,
/// CoolingTower:VariableSpeed:Merkel (after Scheier) and its cooling tower water consumption (saturated exit); 0.0105
/// W/W is EnergyPlus' default fan power.
class MerkelTower {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "towers";
    Temperature design_wet_bulb;
    Temperature design_inlet;
    Temperature design_leaving;
    Power design_heat;
    double liquid_to_gas = 1.2;          ///< design water over design air, kg/kg; EnergyPlus default sizing is near it
    double fan_power_per_heat = 0.0105;  ///< W of full fan power per W of design heat: EnergyPlus default
    double fan_fixed_share = 0.0;        ///< the pure cube; EnergyPlus' Merkel example has 0.02
    double min_fan_ratio = 0.2;          ///< assumed: lower end of f2's range
    double drift_frac = 8e-5;            ///< of design water flow, at full fan; assumed, EnergyPlus' default
    double cycles_of_concentration = 4.0;  ///< assumed: 3 to 5 is usual
    double air_density_ratio = 1.0;        ///< of the air that fans move, over that of the design point
    bool site_density = false;             ///< times station pressure over that of sea level
    bool fan_power_follows_density = false;  ///< thin air is also lighter to move

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("design_wet_bulb", p.design_wet_bulb, between(-20.0, 40.0), "outdoor wet bulb of the design point");
      visit("design_inlet", p.design_inlet, kCelsius, "water to the tower at the design point");
      visit("design_leaving", p.design_leaving, kCelsius, "water from the tower at the design point");
      visit("design_heat", p.design_heat, kPositive, "heat rejected at the design point");
      visit("liquid_to_gas", p.liquid_to_gas, between(0.1, 10.0), "design water over design air, by mass");
      visit("fan_power_per_heat", p.fan_power_per_heat, between(0.0, 0.2), "full fan power over design heat");
      visit("fan_fixed_share", p.fan_fixed_share, kFraction, "part of fan power that does not fall with speed");
      visit("min_fan_ratio", p.min_fan_ratio, kPositiveFraction, "slowest fan speed over full speed");
      visit("drift_frac", p.drift_frac, between(0.0, 0.01), "droplets lost over design water flow, at full fan");
      visit("cycles_of_concentration", p.cycles_of_concentration, between(1.1, 100.0),
            "dissolved solids in the basin over those in the make-up");
      visit("air_density_ratio", p.air_density_ratio, between(0.3, 1.5), "density of the air that fans move over that of the design point");
      visit("site_density", p.site_density, kAny, "thin air of high sites: times station pressure over that of sea level");
      visit("fan_power_follows_density", p.fan_power_follows_density, kAny, "and takes less fan power");
    }
  };
  using Output = HeatRejection;

  /// @throws InputError naming the first parameter outside its range, or design temperatures that cross.
  explicit MerkelTower(const Params& params);

  /// Fans at a set speed.  Inlet below the wet bulb: the air warms the water, heat < 0.
  /// @param fan_ratio 0..1; 0 stops the fans and nothing happens.
  [[nodiscard]] Output at_fan_ratio(MassFlow water, Temperature inlet, const OutdoorAir& air, double fan_ratio) const;

  /// The control that rejects exactly `heat`: the fan ratio in [min_fan_ratio, 1] that does; below the slowest speed,
  /// the slowest with a duty; above full speed, full speed and less heat.  Fans stop when they would not help (no
  /// water, no heat, or an inlet not above the wet bulb).
  [[nodiscard]] Output holding(MassFlow water, Temperature inlet, Power heat, const OutdoorAir& air) const;

  /// Inlet at which fans at this ratio reject `heat`, in closed form: the tower's floating temperature.
  /// @pre water > 0, heat > 0, fan_ratio > 0.
  [[nodiscard]] Temperature required_inlet(MassFlow water, Power heat, const OutdoorAir& air,
                                           double fan_ratio = 1.0) const;

  /// The same tower with its fill at a share of its conductance (fouled).
  [[nodiscard]] MerkelTower with_conductance(double share) const {
    MerkelTower tower = *this;
    tower.ua_w_k_ *= share;
    return tower;
  }
  [[nodiscard]] ThermalConductance ua() const { return ThermalConductance(ua_w_k_); }  ///< UA0
  [[nodiscard]] MassFlow design_water() const { return MassFlow(design_water_kg_s_); }
  [[nodiscard]] MassFlow design_air() const { return MassFlow(design_air_kg_s_); }
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  struct Point;  // one evaluation's constants
  [[nodiscard]] Point point(MassFlow water, Temperature inlet, const OutdoorAir& air) const;
  [[nodiscard]] double needed_drive_k(const Point& point, double leaving_air_c, double heat_w, double air_kg_s) const;
  [[nodiscard]] double leaving_air_c(const Point& point, double air_kg_s, bool& converged) const;
  [[nodiscard]] Output finish(const Point& point, const OutdoorAir& air, double heat_w, double fan_ratio, double duty,
                              double leaving_air_c) const;

  Params params_;
  double design_water_kg_s_ = 0, design_air_kg_s_ = 0, ua_w_k_ = 0, fan_w_ = 0;
};

}  // namespace aifactory
