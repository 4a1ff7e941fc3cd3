#pragma once
#include <cstdint>
#include <string>

#include "models/cooling/fluid.h"
#include "models/cooling/heat_exchanger.h"
#include "models/cooling/pump.h"
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Coolant distribution unit: a liquid-to-liquid heat exchanger between facility water (primary) and technology loop
/// (secondary), with the pumps of the technology loop.
///
///     design   C_s = rated_heat * secondary_flow_per_power * rho cp,  C_p = primary_capacity_ratio * C_s
///              eps0 = rated_heat / (C_min (T_return - T_primary)),  T_return = design_supply + rated_heat / C_s,  UA0
///              from eps0
///     off it   UA = UA0 * 2 / (r_p^-0.8 + r_s^-0.8),  Q = eps C_min (T_return - T_primary)
///
/// C capacity rates (W/K), r flow ratios.  Counterflow.  Validity: turbulent plates, both flows above about 0.2 of
/// design. *Not modelled*: fouling, the control valve (its flow is an input), filters, heat loss to the room. Source:
/// eps-NTU as in heat_exchanger.h; flow per power: OCP guideline for direct liquid cooling (1.25-2.0, typically 1.5
/// L/min/kW).
class Cdu {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "cdus";
    Power rated_heat;
    VolumeFlowPerPower secondary_flow_per_power{1.5e-3 / 60.0 / 1e3};  ///< 1.5 L/min/kW: OCP guideline, typical
    Temperature design_supply;                                         ///< technology loop, to the racks
    Temperature design_primary_supply;                                 ///< facility water, to the CDU
    double primary_capacity_ratio = 1.0;                               ///< assumed: balanced streams
    VolumePerPower secondary_volume_per_power{3e-3 / 1e3};             ///< 3 L/kW, assumed: loop, manifolds and hoses
    std::string coolant = "pg25";                                      ///< of the technology loop
    std::int64_t pump_count = INT64_MIN;                               ///< installed
    std::int64_t pumps_running = INT64_MIN;                            ///< at design flow
    Pressure pump_head;                                                ///< technology loop at design flow
    double pump_efficiency = kUnset;                                   ///< wire to water
    double pump_shutoff_head_ratio = 1.25;                             ///< as in PumpGroup

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("rated_heat", p.rated_heat, kPositive, "heat exchanged at the design point");
      visit("secondary_flow_per_power", p.secondary_flow_per_power, kPositive, "technology loop flow per rated heat");
      visit("design_supply", p.design_supply, kCelsius, "coolant to the racks at the design point");
      visit("design_primary_supply", p.design_primary_supply, kCelsius,
            "facility water to the CDU at the design point");
      visit("primary_capacity_ratio", p.primary_capacity_ratio, between(0.1, 10.0),
            "capacity rate of facility water over that of the technology loop, at the design point");
      visit("secondary_volume_per_power", p.secondary_volume_per_power, kPositive,
            "coolant in the loop per rated heat");
      visit("coolant", p.coolant, kAny, "technology loop: water or pg25");
      visit("pump_count", p.pump_count, at_least(1), "pumps installed");
      visit("pumps_running", p.pumps_running, at_least(1), "pumps that run at design flow");
      visit("pump_head", p.pump_head, kPositive, "head of the technology loop at design flow");
      visit("pump_efficiency", p.pump_efficiency, kPositiveFraction, "hydraulic over electric power at design flow");
      visit("pump_shutoff_head_ratio", p.pump_shutoff_head_ratio, between(1.01, 3.0),
            "head at zero flow over design head");
    }
  };

  /// @throws InputError naming the first parameter outside its range, or design temperatures that leave no difference.
  explicit Cdu(const Params& params);

  /// Conductance between the return of the racks and the facility water that enters; 0 when either stands still.
  [[nodiscard]] HeatExchange exchange(ThermalConductance primary, ThermalConductance secondary) const;
  /// Steady temperature of the coolant to the racks.  Infinite when a stream stands still and heat > 0.
  [[nodiscard]] Temperature supply(Power heat, Temperature primary_supply, ThermalConductance primary,
                                   ThermalConductance secondary) const;

  [[nodiscard]] const PumpGroup& pumps() const { return pumps_; }
  [[nodiscard]] const Fluid& coolant() const { return *coolant_; }
  [[nodiscard]] ThermalConductance design_primary() const { return design_primary_; }
  [[nodiscard]] ThermalConductance design_secondary() const { return design_secondary_; }
  [[nodiscard]] ThermalConductance ua() const { return ua_; }  ///< at the design point
  /// Of the coolant in the technology loop.
  [[nodiscard]] HeatCapacity secondary_heat_capacity() const;
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  Params params_;
  const Fluid* coolant_;  // one of the constants of fluid.h
  ThermalConductance design_secondary_, design_primary_, ua_;
  PumpGroup pumps_;
};

}  // namespace aifactory
