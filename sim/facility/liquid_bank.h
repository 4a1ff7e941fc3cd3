#pragma once
/// @file Racks behind one CDU: chips, cold plates and the technology loop, between two events.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/thermal/thermal_network.h"
#include "models/time.h"
#include "models/units.h"

namespace aifactory {

/// Like racks that share one technology loop.  Three lumps in a chain to the facility water:
///
///     n C1 dM1/dt = P_chip - n (M1 - M2)/R1                        chips (die and lid), mean of the bank
///     n C2 dM2/dt = n (M1 - M2)/R1 - n (M2 - T_s)/R2               cold plates, mean of the bank
///     C_s dT_s/dt = Q_r - Q_x,  Q_r = n (M2 - T_s)/R2 + P_other    coolant supplied to the racks
///     Q_x = g (T_s + Q_r/W_s - T_f)                                heat into facility water (CDU, eps-NTU: g = eps C_min)
///
/// n accelerators; R1 chip to plate, R2 plate to coolant at this flow; W_s coolant capacity rate; T_f facility water;
/// P_other heat that enters the coolant elsewhere (CPUs, switches, pump work).  With phi = g/W_s the last two lines are
/// an RC node of capacity C_s/(1-phi) held to T_f by g/(1-phi), so the chain is a ThermalNetwork and is stepped exactly.
///
/// All racks see the same coolant and have the same resistances, so a rack's own chips differ from the mean by a
/// response to power alone, which does not depend on the coolant:
///
///     T_chip(rack) = M1 + Y(rack) - Y(mean),   Y: two-node response to own power above a coolant of 0
///
/// A rack's Y changes only when its own power does; a bank changes only when its sum, its flow or T_f does.
///
/// **Supply control.**  With a set point the valve on the facility side passes any part of g, and the bank is in one of
/// three regimes, each a network of its own:
///
///     shut      T_s < T_set          Q_x = 0
///     holding   T_s = T_set          Q_x = Q_r, as long as 0 <= Q_r <= g (T_set - T_f)/(1 - phi)
///     open      T_s > T_set, or no set point: the chain above
///
/// Changes of regime are crossings of T_s or M2 and solved for like any other; they round up to the tick, and the supply
/// is held where it then is (within 1e-4 K of the set point).
///
/// The coolant may as well be the air of a room: T_s is what the racks draw in, W_s the air flow, P_other everything
/// that heats the air beside the chips, g the coils.  The room's structure (racks' steel, walls) is a fourth lump at the
/// warm side, C_st dT_st/dt = -h (T_st - T_s), whose heat joins Q_r on its way to the coils.  A bank without racks is a
/// room that is only heated: its chip and plate are a joule a kelvin each.
/// *Not modelled*: transport delay around the loop, flow differences between racks, heat from the loop to the room.
class LiquidBank {
 public:
  struct Params {
    std::int64_t racks = 0;
    std::int64_t accelerators_per_rack = 0;
    HeatCapacity chip, plate;          ///< of one accelerator
    ThermalResistance chip_to_plate;   ///< of one accelerator
    HeatCapacity coolant;              ///< whole loop
    Temperature start;                 ///< everything starts here
    HeatCapacity structure{0.0};       ///< of a room; 0: none
    ThermalConductance to_structure{0.0};
  };
  /// What flow makes of the bank.
  struct Flow {
    ThermalConductance exchange;        ///< g; 0 without flow on either side
    ThermalConductance secondary;       ///< W_s; 0 without flow
    ThermalResistance plate_to_coolant; ///< R2 of one accelerator; infinite without flow
  };

  /// Where the valve on the facility side stands.
  enum class Valve : std::uint8_t { open, holding, shut };

  LiquidBank(const Params& params, const Flow& flow);

  /// A rack of this bank and where it has been cooled so far.  No bank: it comes in, as warm as the coolant.
  struct Moved {
    const LiquidBank* from = nullptr;
    std::int64_t rack = 0;
  };
  /// A bank that takes over at `now` (liquid_bank_exchange.cc): its racks keep the temperatures of chips and plates, and their power.
  /// What is stored in it counts from now on.  Inputs other than chips (valve, other heat) are to be set.
  /// @param loop whose coolant it has; none: it is filled at the temperature of the facility water.  @param facility water supply.
  /// @pre all of them have been advanced to `now`, and all racks are of one kind.
  LiquidBank(Tick now, const Params& params, const Flow& flow, const LiquidBank* loop, Temperature facility, std::span<const Moved> racks);

  /// Brings the bank to `now` with the inputs so far.  All setters do this first.
  void advance(Tick now);
  void set_flow(Tick now, const Flow& flow);
  void set_facility_supply(Tick now, Temperature supply);
  /// Holds the supply at this temperature as far as the valve can; none: the valve stands open.
  void set_supply_set_point(Tick now, std::optional<Temperature> set_point);
  /// Coolant is lost (at the supply temperature) or filled in (at the starting temperature) until this much is left.
  void set_coolant(Tick now, HeatCapacity coolant);
  void set_other_heat(Tick now, Power other);
  /// @param chips power of all accelerators of the rack, for the sum; @param hottest that of its most loaded one.
  void set_rack(Tick now, std::int64_t rack, Power chips, Power hottest);
  struct RackPower {
    std::int64_t rack = 0;
    Power chips, hottest;
  };
  /// Several at once; racks in the same state are stepped once.
  void set_racks(Tick now, std::span<const RackPower> racks);

  /// Heat into facility water since the last call, exact.
  [[nodiscard]] Energy take_rejected(Tick now);
  /// Heat put in (chips and other) since the start, and heat stored relative to the start.
  [[nodiscard]] Energy heat_in(Tick now) const;
  [[nodiscard]] Energy stored(Tick now) const;
  /// Power that goes in now: chips and other.
  [[nodiscard]] Power heat_flow_in() const { return chip_sum_ + other_; }
  /// Heat that left with lost coolant, relative to the start.
  [[nodiscard]] Energy lost() const { return Energy(lost_j_); }
  /// Heat flow into facility water at `now`.
  [[nodiscard]] Power rejecting(Tick now) const;
  [[nodiscard]] Valve valve(Tick now) const { return at(now).valve; }
  /// Conductance to facility water that is in force: g when open, what holding takes, 0 when shut.
  [[nodiscard]] ThermalConductance exchanging(Tick now) const;
  [[nodiscard]] std::optional<Temperature> supply_set_point() const { return set_point_; }
  /// When, after `now`, the valve changes its regime by itself; kNever: not before inputs change.
  [[nodiscard]] Tick next_change(Tick now) const;
  [[nodiscard]] Temperature supply(Tick now) const;
  [[nodiscard]] Temperature return_temperature(Tick now) const;
  [[nodiscard]] Temperature chip(Tick now, std::int64_t rack) const;
  /// Hottest of those of some racks.
  [[nodiscard]] Temperature hottest_chip(Tick now, std::span<const std::int64_t> racks) const;
  [[nodiscard]] const Flow& flow() const { return flow_; }
  [[nodiscard]] std::int64_t racks() const { return params_.racks; }
  [[nodiscard]] HeatCapacity coolant() const { return params_.coolant; }
  /// No chip of the bank passes this before inputs change, and none is above it now.
  /// @param enough an earlier answer that still holds will do if it is not above this.
  [[nodiscard]] Temperature chip_bound(Tick now, Temperature enough = Temperature::kelvin(0.0)) const;
  /// First instant up to `until` (and to the next change of regime, after which the answer is another) at which the
  /// rack's hottest chip has reached the threshold.
  [[nodiscard]] std::optional<Tick> crossing(Tick now, std::int64_t rack, Temperature threshold, Crossing direction,
                                             Tick until) const;

 private:
  struct Rise {
    ThermalNetwork::State state;
    Power power = 0.0 * W;
    Tick last = 0;
    [[nodiscard]] bool same(const Rise& other) const {
      return state.node[0] == other.state.node[0] && state.node[1] == other.state.node[1] && power == other.power && last == other.last;
    }
  };
  /// Steps responses to one instant; those that are where the one before was are stepped with it.
  class Stepper {
   public:
    Stepper(const LiquidBank& bank, Tick now) : bank_(bank), now_(now) {}
    const Rise& operator()(const Rise& from) {
      if (!known_ || !from_.same(from)) {
        from_ = from;
        to_ = bank_.advanced(from, now_);
        known_ = true;
      }
      return to_;
    }

   private:
    const LiquidBank& bank_;
    Tick now_;
    Rise from_ = {}, to_ = {};
    bool known_ = false;
  };
  /// What moves by itself between inputs.
  struct Course {
    ThermalNetwork::State state;
    Valve valve = Valve::open;
    double leave_k = 0;  ///< open, shut: T_s (K) at which the regime is left
    Tick last = 0;
    double rejected_j = 0;
  };
  void rebuild();
  [[nodiscard]] Temperature bound_from(Tick now) const;
  [[nodiscard]] Rise advanced(const Rise& rise, Tick now) const;
  [[nodiscard]] ThermalNetwork::Inputs rise_inputs(Power power) const;
  /// The bank at `now`, whatever its valve does until then.
  [[nodiscard]] Course at(Tick now) const;
  void step(Course& course, Tick to) const;   ///< within one regime
  void choose_valve(Course& course) const;    ///< from temperatures and inputs
  [[nodiscard]] Tick change_after(const Course& course) const;
  [[nodiscard]] ExponentialSum course_of(const Course& course, int node) const;
  [[nodiscard]] ThermalNetwork::Inputs held_inputs(const Course& course) const;
  [[nodiscard]] ThermalNetwork::State held_state(const Course& course) const;
  [[nodiscard]] Power coolant_heat(const ThermalNetwork::State& state) const;
  [[nodiscard]] Power rejecting(const Course& course) const;
  [[nodiscard]] Energy content(const ThermalNetwork::State& state) const;
  /// Most that facility water can take while the supply is held, W.
  [[nodiscard]] double most_w(const Course& course) const;
  /// While the supply is held: heat into the coolant, W, in the course of time.
  [[nodiscard]] ExponentialSum held_heat(const Course& course) const;
  [[nodiscard]] bool structured() const { return params_.structure.si() > 0.0; }
  [[nodiscard]] bool flows() const { return flow_.secondary.si() > 0.0; }
  [[nodiscard]] Tick own_change() const;  ///< of now_
  void changed();  ///< an input has: the regime may be another

  Params params_;
  Flow flow_;
  std::optional<Temperature> set_point_;
  double accelerators_ = 0, share_ = 0, plates_w_k_ = 0;  // n, phi, n/R2
  std::optional<ThermalNetwork> chain_, shut_, held_, rise_;
  ThermalNetwork::Inputs inputs_;
  Course now_;
  mutable std::optional<Tick> change_;  ///< of now_, once it has been asked for
  mutable std::optional<Temperature> bound_;  ///< last answer of chip_bound(), until an input changes
  Power chip_sum_ = 0.0 * W, other_ = 0.0 * W, hottest_ = 0.0 * W;
  Rise mean_;
  std::vector<Rise> racks_;
  std::vector<Power> rack_chips_;
  double heat_in_j_ = 0, start_j_ = 0, lost_j_ = 0;
};

}  // namespace aifactory
