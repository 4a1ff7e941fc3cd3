#pragma once
#include "models/cooling/heat_exchanger.h"
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Rear-door heat exchanger: a passive air coil behind one rack.  The rack's own fans push its air through.
///
///     C_air = design_heat / (design_air_in - design_air_out),  C_w = design_heat / (design_water_return - design_water_supply)
///     Q = eps C_min (T_air,in - T_water),  cross-flow,  UA = UA0 * 2 / (r_air^-0.8 + r_water^-0.8)
///
/// C capacity rates (W/K), r flows over design flows, UA0 from the design point.  Validity: dry coil (water above the
/// room's dew point), flows above about 0.2 of design.  *Not modelled*: condensation, the door's pressure drop, air that
/// bypasses the coil.  Source: eps-NTU as in heat_exchanger.h.
class RearDoor {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "rear_doors";
    Power design_heat;  ///< of one door
    Temperature design_air_in, design_air_out;
    Temperature design_water_supply, design_water_return;

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("design_heat", p.design_heat, kPositive, "heat from air to water at the design point, of one door");
      visit("design_air_in", p.design_air_in, kCelsius, "air from the rack");
      visit("design_air_out", p.design_air_out, kCelsius, "air to the room");
      visit("design_water_supply", p.design_water_supply, kCelsius, "facility water to the coil");
      visit("design_water_return", p.design_water_return, kCelsius, "facility water from the coil");
    }
  };

  /// @throws InputError naming the first parameter outside its range, or design temperatures that cross.
  explicit RearDoor(const Params& params);

  /// Conductance between the air that enters the coil and the water that enters it.
  [[nodiscard]] HeatExchange exchange(ThermalConductance air, ThermalConductance water) const;
  [[nodiscard]] ThermalConductance design_air() const { return design_air_; }
  [[nodiscard]] ThermalConductance design_water() const { return design_water_; }
  [[nodiscard]] ThermalConductance ua() const { return ua_; }
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  Params params_;
  ThermalConductance design_air_, design_water_, ua_;
};

}  // namespace aifactory
