#pragma once
/// @file Facility water between the CDUs, the air handlers and what rejects their heat.
#include <cstdint>
#include <optional>
#include <vector>

#include "models/cooling/cdu.h"
#include "sim/facility/heat_plant.h"
#include "sim/facility/liquid_bank.h"
#include "sim/facility/loop_pipes.h"
#include "sim/facility/shared_air.h"
#include "sim/results/accumulator.h"

namespace aifactory {

/// One facility water loop: a well-mixed volume at its supply temperature,
///
///     C dT_f/dt = sum over banks Q_x + Q_air + P_pump - Q_rejected
///
/// Banks give their heat exactly as their own networks integrate it; heat that leaves by air, indoor losses and pump
/// work are constant between changes; Q_rejected is held between two control instants (zero-order hold).  So the
/// content of the loop closes to rounding at each control instant, whatever the controller does.
///
/// What is taken out, and the pumps that move the water, are the HeatPlant's.
///
/// Banks see T_f in steps of a quantum (0.01 K), so that a loop that is held costs nothing; a bank whose heat flow has
/// come to rest (to 1e-5) is booked as constant and settled to the last joule when it next changes.
///
/// **Pipes.**  With headers (LoopPipes) T_f is the water at the plant, which alone mixes; it enters the supply header in the same
/// steps of a quantum, and each step reaches the banks at its own instant.  Their heat returns with the water of its period.
/// *Not modelled*: bypass and valve dynamics, heat exchanged with the ground.
class WaterLoop {
 public:
  struct Params {
    HeatCapacity capacity;  ///< of what mixes
    Temperature start;
    std::optional<LoopPipes::Params> pipes = {};
  };
  WaterLoop(const Params& params, HeatPlant plant, std::optional<SharedAir> air, std::vector<LiquidBank>* banks);

  /// Heat to the room: of racks, and of indoor losses.
  void set_room_heat(Tick now, Power heat);
  /// A bank's input or flow is about to change at `now` (call before), and has changed (call after).
  void touch(Tick now, std::size_t bank);
  /// Another bank is about to take the place of this one: what it has given is booked.  Banks see the facility water supply_there().
  void close(Tick now, std::size_t bank);
  /// Machines of one kind have electric supply or not.
  void set_powered(Tick now, Drive drive, bool powered);
  /// As HeatPlant::disturb.
  void disturb(Tick now, std::size_t unit, std::int32_t part, const Disturbance& disturbance, bool begins) {
    book(now);
    plant_.disturb(now, unit, part, disturbance, begins);
  }

  /// Another plant takes the place of the present one, with other water and air handlers: what has been booked stays, and the new
  /// water has the temperature of the old.  @pre pipes as before, air handlers if there were any before.
  void exchange(Tick now, const Params& params, HeatPlant::Params plant, const std::optional<SharedAir>& air);

  struct Control {
    HeatPlant::Answer plant;
    Power crah_fan_power;
    std::vector<std::size_t> moved;  ///< banks whose facility water supply was moved
    Tick next_arrival = kNever;      ///< other water reaches the banks: call arrive()
    bool hot_air = false;            ///< supply air is above its limit
  };
  /// One control instant: books the period that ends, chooses the next one.
  Control control(Tick now, const OutdoorAir& air);
  /// Between control instants: other water has reached the banks.  Only `moved` and `next_arrival` of the answer are set.
  Control arrive(Tick now);
  /// Banks whose heat flow had not come to rest before the last control instant: the only ones with news.
  [[nodiscard]] const std::vector<std::size_t>& evaluated() const { return evaluated_; }

  struct Totals {
    Energy bank_heat, room_heat, pump_work, crah_fan_work, stored, in_pipes, in_air;
    HeatPlant::Totals plant;
  };
  /// Since the start, booked up to `now`.
  [[nodiscard]] Totals totals(Tick now);
  [[nodiscard]] Temperature supply() const { return supply_; }
  [[nodiscard]] Temperature return_temperature() const { return return_; }
  /// Facility water as it reaches the banks, and as it leaves them.
  [[nodiscard]] Temperature supply_there() const { return seen_; }
  [[nodiscard]] const LoopPipes* pipes() const { return pipes_ ? &*pipes_ : nullptr; }
  [[nodiscard]] Temperature supply_air() const { return supply_air_; }
  [[nodiscard]] const SharedAir* air() const { return air_ ? &*air_ : nullptr; }
  [[nodiscard]] HeatPlant& plant() { return plant_; }
  [[nodiscard]] const HeatPlant& plant() const { return plant_; }

 private:
  void book(Tick now);
  /// What has come into the water that mixes moves its temperature.
  void settle();
  /// Where the supply air stands to its limit, and when that changes.
  void follow_air(Tick now, Control& out);
  /// Tells the banks of the water that reaches them.
  void tell(Tick now, Control& out);
  /// Heat into the water at the banks, since the last control instant.
  [[nodiscard]] double& into_water() { return pipes_ ? at_banks_j_ : pending_j_; }
  Params params_;
  HeatPlant plant_;
  std::optional<SharedAir> air_;
  std::optional<LoopPipes> pipes_;
  std::vector<LiquidBank>& banks_;
  struct BankState {
    bool active = true;
    double settled_w = 0;
    Tick since = 0;  ///< settled: heat credited up to here
    double owed_j = 0;  ///< exact minus credited, settled when the bank wakes
  };
  std::vector<BankState> states_;
  std::vector<std::size_t> active_, evaluated_;
  double settled_w_ = 0;
  bool hot_air_ = false;
  Temperature supply_, held_, seen_, return_, supply_air_;  ///< at the plant; in quanta as it leaves it and as banks have it
  Power room_ = 0.0 * W, crah_fan_ = 0.0 * W, pump_ = 0.0 * W, taken_ = 0.0 * W;
  Tick now_ = 0;
  double kept_j_ = 0;       ///< stored in water that has been exchanged since, relative to the start
  double pending_j_ = 0;    ///< heat into the water that mixes since the last control instant
  double at_banks_j_ = 0;   ///< with pipes: into the water at the banks
  Accumulator bank_j_, room_j_, pump_j_, crah_fan_j_;
};

}  // namespace aifactory
