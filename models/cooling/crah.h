#pragma once
#include "models/cooling/heat_exchanger.h"
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Air handler or fan wall: takes the heat that racks give to the room into facility water.
///
///     fans    r = clamp(heat / net design heat, min_fan_ratio, 1),  P_fan = design_fan_power (f + (1 - f) r^3)
///     coil    Q = heat + P_fan = eps C_min (T_in - T_water),  cross-flow,  UA = UA0 * 2 / (r_air^-0.8 + r_water^-0.8)
///     air     T_supply = T_in - Q / C_air,  T_return = T_supply + heat / C_air,  T_in = T_return + P_fan / C_air
///
/// The fans keep the air's design temperature difference, so the room's heat sets their speed; their work heats the air
/// ahead of the coil.  C capacity rates (W/K).  Steady state.  Validity: dry coil (water above the room's dew point).
/// *Not modelled*: condensation, bypass and recirculation of air, filters, reheat.
/// Source: eps-NTU as in heat_exchanger.h, fan affinity law as in fan.h.
class Crah {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "crahs";
    Power design_heat;  ///< taken up by the water at the design point: room and fans
    Temperature design_water_supply;
    Temperature design_water_return;
    Temperature design_supply_air;
    Temperature design_return_air;
    Power design_fan_power;        ///< electric, at full speed
    double fan_fixed_share = 0.0;  ///< as in Fan
    double min_fan_ratio = 0.3;    ///< assumed: slowest speed of EC fans

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("design_heat", p.design_heat, kPositive, "heat into the water at the design point, fan heat included");
      visit("design_water_supply", p.design_water_supply, kCelsius, "facility water to the coil");
      visit("design_water_return", p.design_water_return, kCelsius, "facility water from the coil");
      visit("design_supply_air", p.design_supply_air, kCelsius, "air to the racks");
      visit("design_return_air", p.design_return_air, kCelsius, "air from the racks");
      visit("design_fan_power", p.design_fan_power, kNonNegative, "electric power of the fans at full speed");
      visit("fan_fixed_share", p.fan_fixed_share, kFraction, "part of fan power that does not fall with speed");
      visit("min_fan_ratio", p.min_fan_ratio, kPositiveFraction, "slowest fan speed over full speed");
    }
  };
  struct Output {
    Temperature supply_air, return_air, leaving_water;
    Power fan_power;
    Power coil_heat;  ///< heat + fan power: what the water takes
    double fan_ratio = kUnset;
  };

  /// @throws InputError naming the first parameter outside its range, or design temperatures that cross.
  explicit Crah(const Params& params);

  /// @param heat of the room, >= 0.  @param water capacity rate.  Temperatures are infinite without water.
  [[nodiscard]] Output evaluate(Power heat, Temperature water_supply, ThermalConductance water) const;
  /// Conductance between the air that enters the coil and the water that enters it.
  [[nodiscard]] HeatExchange exchange(double fan_ratio, ThermalConductance water) const;
  /// Fan speed that the control chooses for this heat.
  [[nodiscard]] double fan_ratio(Power heat) const;

  [[nodiscard]] ThermalConductance design_air() const { return design_air_; }
  [[nodiscard]] ThermalConductance design_water() const { return design_water_; }
  [[nodiscard]] ThermalConductance ua() const { return ua_; }
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  Params params_;
  ThermalConductance design_air_, design_water_, ua_;
};

}  // namespace aifactory
