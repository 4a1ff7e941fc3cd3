#pragma once
/// @file A battery as a store of energy between the grid and its load.
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// State of charge under a power at the terminals, positive when it charges:
///
///     E dsoc/dt = P eta_c - P_idle   for P > 0,     P / eta_d - P_idle   for P <= 0
///
/// E capacity (J), eta_c and eta_d efficiencies each way, P_idle standing loss (W).  Linear between changes of power, so
/// every step is exact, and the instant at which a bound of the window is reached is solved for, not sampled.
///
/// Validity: powers within the limits, soc within the window.  *Not modelled*: voltage and efficiency that fall with
/// the state of charge, temperature, ageing.
/// Source: the energy balance; a round trip of .85 (.921954 each way) is an assumed figure for lithium-ion systems.
class BatteryStorage {
 public:
  struct Params {
    Energy capacity;
    Power max_charge, max_discharge;
    double charge_efficiency = kUnset, discharge_efficiency = kUnset;
    double min_soc = 0.0, max_soc = 1.0;
    Power idle_loss{0.0};

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("capacity", p.capacity, kPositive, "energy between empty and full");
      visit("max_charge", p.max_charge, kNonNegative, "greatest power at the terminals while charging");
      visit("max_discharge", p.max_discharge, kNonNegative, "greatest power at the terminals while discharging");
      visit("charge_efficiency", p.charge_efficiency, kPositiveFraction, "stored over drawn");
      visit("discharge_efficiency", p.discharge_efficiency, kPositiveFraction, "delivered over taken from the store");
      visit("min_soc", p.min_soc, kFraction, "state of charge at which it stops discharging");
      visit("max_soc", p.max_soc, kFraction, "state of charge at which it stops charging");
      visit("idle_loss", p.idle_loss, kNonNegative, "standing loss, taken from the store");
    }
  };
  struct State {
    double soc = kUnset;  ///< stored over capacity
  };

  /// @throws InputError naming the first parameter outside its range, or a window that is none.
  explicit BatteryStorage(const Params& params);

  [[nodiscard]] const Params& params() const { return params_; }
  /// What of `wanted` it takes (> 0) or gives (< 0) now: within its limits, nothing at the bound that it drives to.
  [[nodiscard]] Power accept(const State& state, Power wanted) const;
  /// How long it can go on at a power that it accepts, until a bound of the window; infinite when it never gets there.
  [[nodiscard]] Duration lasts(const State& state, Power power) const;
  /// @pre span <= lasts(state, power), up to rounding.
  [[nodiscard]] State advance(const State& state, Power power, Duration span) const;
  [[nodiscard]] Energy stored(const State& state) const { return params_.capacity * state.soc; }
  /// What is lost while it runs so: drawn minus stored, or taken from the store minus delivered.
  [[nodiscard]] Power loss(Power power) const;

 private:
  /// Power into the store; negative out of it.
  [[nodiscard]] Power into_store(Power power) const;
  Params params_;
};

/// Energy that a store must give for a load of `power` over `span` through a conversion of that efficiency: a UPS
/// battery behind its inverter.  @pre efficiency in (0, 1].
[[nodiscard]] inline Energy ride_through_energy(Power power, Duration span, double efficiency) { return power * span / efficiency; }

}  // namespace aifactory
