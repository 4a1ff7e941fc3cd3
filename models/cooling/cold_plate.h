#pragma once
#include <cmath>
#include <limits>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Cold plate between one package and the coolant that enters it.
///
///     R(V) = Rc + Rv (V / V0)^-n,  T_junction = T_inlet + P R(V)
///
/// R junction to coolant inlet (K/W): Rc conduction through die, interface and plate; Rv convection and caloric rise at
/// the reference flow V0; n about 0.65.  Published targets: below 0.03 K/W for GB200; 0.025-0.035 K/W at 1400 W
/// (vendor CFD).  Validity: single phase, V within about 0.3-2 V0.  *Not modelled*: hot spots, boiling, pressure drop,
/// fouling.  Source: the usual two-term fit of vendors' curves.
class ColdPlate {
 public:
  struct Params {
    ThermalResistance conduction;  ///< Rc
    ThermalResistance convection;  ///< Rv, at the reference flow
    VolumeFlow reference_flow;     ///< V0
    double exponent = 0.65;        ///< n; assumed: between laminar 1/3 and turbulent 0.8 channels

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("conduction", p.conduction, kNonNegative, "resistance that does not depend on flow");
      visit("convection", p.convection, kNonNegative, "resistance of the coolant side at the reference flow");
      visit("reference_flow", p.reference_flow, kPositive, "flow through one plate at which convection is given");
      visit("exponent", p.exponent, between(0.0, 1.0), "fall of the convection resistance with flow");
    }
  };

  /// @throws InputError naming the first parameter outside its range.
  explicit ColdPlate(const Params& params) : params_(checked("cold plate", params)) {}

  /// Infinite without flow.
  [[nodiscard]] ThermalResistance resistance(VolumeFlow flow) const {
    if (!(flow.si() > 0.0)) return ThermalResistance(std::numeric_limits<double>::infinity());
    return params_.conduction + params_.convection * std::pow(flow / params_.reference_flow, -params_.exponent);
  }
  /// Steady junction temperature.
  [[nodiscard]] Temperature junction(Power power, Temperature inlet, VolumeFlow flow) const {
    return power.si() == 0.0 ? inlet : inlet + power * resistance(flow);
  }
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  Params params_;
};

}  // namespace aifactory
