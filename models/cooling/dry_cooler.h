#pragma once
#include "models/cooling/heat_rejection.h"
#include "models/cooling/psychrometrics.h"
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Dry cooler: water in finned coils, outdoor air drawn across by fans; with wetted pads an adiabatic cooler.
///
///     Q = eps C_min (T_in - T_air),  cross-flow, both unmixed
///     1/UA = 1/hA_air + 1/hA_water,  hA_air = hA_air0 a^0.8,  hA_water = hA_water0 w^0.85,  hA_air0 = 0.5 hA_water0
///     C_air = C_air0 a,  a = r d
///     P_fan = design_fan_power (f + (1 - f) r^3) duty  [times d if fan_power_follows_density]
///     pads    T_air = T_db - e (T_db - T_wb)  while wetted, water evaporated = m_air (w_after - w_before)
///
/// T_in water inlet, T_air air at the coil (degC), r fan ratio, w water over design water, d air density over that of
/// the design point: air_density_ratio (1), times p / 101325 Pa with `site_density`.  C capacity rates m cp (W/K), water 4184 J/kg/K.  UA0
/// makes the design point with C_air0 = air_capacity_ratio * C_water0.
///
/// Validity: w 0.3..1.2, r 0.1..1; anchored at one catalogue point.  *Not modelled*: freezing and drain-down, wind and
/// recirculation, coil fouling, pad pressure drop, air temperature in the density (only altitude).
/// Source: Modelica Buildings, Fluid.HeatExchangers.CoolingTowers DryCooler (film exponents and ratio) with the record
/// of BAC Trillium TDFS1238N; cross-flow formula as in EnergyPlus' fluid cooler; fan affinity law.
class DryCooler {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "dry_coolers";
    Power design_heat;
    Temperature design_air;
    Temperature design_inlet;
    Temperature design_leaving;
    Power design_fan_power;                               ///< electric, at full speed
    double air_capacity_ratio = 1.0;                      ///< C_air / C_water at design: Modelica Buildings' default
    double film_ratio = 0.5;                              ///< hA_air / hA_water at design: Modelica Buildings' record
    double fan_fixed_share = 0.0;                         ///< the pure cube
    double min_fan_ratio = 0.1;                           ///< slowest speed of EC fans, assumed
    double air_density_ratio = 1.0;                       ///< of the air that fans move, over that of the design point
    bool site_density = false;                            ///< false: sea-level air everywhere
    bool fan_power_follows_density = false;               ///< with site_density: thin air is also lighter to move
    double pad_effectiveness = 0.0;                       ///< 0: dry.  Wetted pads reach 0.7-0.9 (assumed)
    Temperature pads_above = Temperature::celsius(25.0);  ///< dry bulb from which pads are wetted; assumed
    double cycles_of_concentration = 4.0;                 ///< of the pads' water; assumed

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("design_heat", p.design_heat, kPositive, "heat rejected at the design point");
      visit("design_air", p.design_air, kCelsius, "outdoor dry bulb of the design point");
      visit("design_inlet", p.design_inlet, kCelsius, "water to the cooler at the design point");
      visit("design_leaving", p.design_leaving, kCelsius, "water from the cooler at the design point");
      visit("design_fan_power", p.design_fan_power, kNonNegative, "electric power of the fans at full speed");
      visit("air_capacity_ratio", p.air_capacity_ratio, between(0.1, 10.0), "air over water capacity rate at design");
      visit("film_ratio", p.film_ratio, between(0.01, 100.0), "air-side over water-side film conductance at design");
      visit("fan_fixed_share", p.fan_fixed_share, kFraction, "part of fan power that does not fall with speed");
      visit("min_fan_ratio", p.min_fan_ratio, kPositiveFraction, "slowest fan speed over full speed");
      visit("air_density_ratio", p.air_density_ratio, between(0.3, 1.5), "density of the air that fans move over that of the design point");
      visit("site_density", p.site_density, kAny, "thin air of high sites carries less heat");
      visit("fan_power_follows_density", p.fan_power_follows_density, kAny, "and takes less fan power");
      visit("pad_effectiveness", p.pad_effectiveness, kFraction,
            "adiabatic pads: share of the wet-bulb depression; 0 is dry");
      visit("pads_above", p.pads_above, kCelsius, "dry bulb from which pads are wetted");
      visit("cycles_of_concentration", p.cycles_of_concentration, between(1.1, 100.0),
            "dissolved solids in the pads' water over those in the make-up");
    }
  };
  using Output = HeatRejection;

  /// @throws InputError naming the first parameter outside its range, or a design point that cannot be reached.
  explicit DryCooler(const Params& params);

  /// Fans at a set speed.  Inlet below the air: the air warms the water, heat < 0.
  [[nodiscard]] Output at_fan_ratio(MassFlow water, Temperature inlet, const OutdoorAir& air, double fan_ratio) const;
  /// The control that rejects exactly `heat`; same rules as MerkelTower::holding.
  [[nodiscard]] Output holding(MassFlow water, Temperature inlet, Power heat, const OutdoorAir& air) const;
  /// Inlet at which fans at this ratio reject `heat`.  @pre water > 0, heat > 0, fan_ratio > 0.
  [[nodiscard]] Temperature required_inlet(MassFlow water, Power heat, const OutdoorAir& air,
                                           double fan_ratio = 1.0) const;

  /// The same cooler with its coils at a share of their conductance (fouled).
  [[nodiscard]] DryCooler with_conductance(double share) const {
    DryCooler cooler = *this;
    cooler.film_air_w_k_ *= share;
    cooler.film_water_w_k_ *= share;
    return cooler;
  }
  [[nodiscard]] ThermalConductance ua() const { return ThermalConductance(ua_w_k_); }  ///< at the design point
  [[nodiscard]] double design_ntu() const { return ntu_; }
  [[nodiscard]] MassFlow design_water() const { return MassFlow(design_water_kg_s_); }
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  struct Point;
  [[nodiscard]] Point point(MassFlow water, const OutdoorAir& air) const;
  [[nodiscard]] double conductance_w_k(const Point& point, double fan_ratio) const;
  [[nodiscard]] Output finish(const Point& point, Temperature inlet, double heat_w, double fan_ratio,
                              double duty) const;

  Params params_;
  double design_water_kg_s_ = 0, design_air_w_k_ = 0, ua_w_k_ = 0, ntu_ = 0;
  double film_air_w_k_ = 0, film_water_w_k_ = 0;
};

}  // namespace aifactory
