#pragma once
/// @file Junction temperature of a chip whose leakage grows with it.
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Steady junction temperature and power of a chip with temperature-dependent leakage:
///
///     T_j = T_c + P R,   P = P_d + P_l0 exp((T_j - T_0) / theta)
///
/// T_c coolant (or air) temperature, R junction-to-coolant resistance K/W, P_d dynamic power, P_l0 leakage at T_0,
/// theta e-folding temperature of leakage (about 50-70 K, an assumed band).  The balance is convex in T_j: it has two
/// roots, one or none.  The lower one is stable (R dP/dT < 1) and is the answer; without one the chip runs away.
/// Solved by Newton from the cold side, which climbs to the lower root and cannot pass it.
///
/// Validity: R > 0, theta > 0, P_l0 >= 0.
/// *Not modelled*: gradients across the die, leakage that depends on voltage.
/// Source: exponential leakage with temperature as in Liao, He and Lepak, IEEE TCAD 24(7), 2005 (linearised exponent).
class LeakageModel {
 public:
  struct Params {
    Power leakage_at_reference;        ///< P_l0
    Temperature reference;             ///< T_0
    TemperatureDelta e_folding{60.0};  ///< theta; assumed, the middle of 50-70 K

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("leakage_at_reference", p.leakage_at_reference, kNonNegative, "leakage power at the reference temperature");
      visit("reference", p.reference, kCelsius, "junction temperature that the leakage is given for");
      visit("e_folding", p.e_folding, kPositive, "rise that multiplies leakage by e");
    }
  };
  struct Output {
    bool runaway = false;  ///< no stable balance exists; the other members are then unset
    Temperature junction;
    Power power;
    double loop_gain = kUnset;  ///< R dP/dT at the balance, below 1
  };

  /// @throws InputError naming the first parameter outside its range.
  explicit LeakageModel(const Params& params);
  /// @pre dynamic >= 0, resistance > 0.
  [[nodiscard]] Output evaluate(Power dynamic, Temperature coolant, ThermalResistance resistance) const;

 private:
  Params params_;
};

}  // namespace aifactory
