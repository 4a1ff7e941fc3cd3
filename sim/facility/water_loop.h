#pragma once
/// @file Facility water between the CDUs, the air handlers and what rejects their heat.
#include <cstdint>
#include <optional>
#include <vector>

#include "models/cooling/cdu.h"
#include "models/cooling/crah.h"
#include "sim/facility/heat_plant.h"
#include "sim/facility/liquid_bank.h"
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
/// *Not modelled*: transport delay, bypass and valve dynamics, heat exchanged with the ground.
class WaterLoop {
 public:
  struct Params {
    HeatCapacity capacity;
    Temperature start;
  };
  WaterLoop(const Params& params, HeatPlant plant, std::optional<Crah> crah, std::vector<LiquidBank>* banks);

  /// Heat to the room: of racks, and of indoor losses.
  void set_room_heat(Tick now, Power heat);
  /// A bank's input or flow is about to change at `now` (call before), and has changed (call after).
  void touch(Tick now, std::size_t bank);
  /// Machines of one kind have electric supply or not.
  void set_powered(Tick now, Drive drive, bool powered);
  /// As HeatPlant::disturb.
  void disturb(Tick now, std::size_t unit, std::int32_t part, const Disturbance& disturbance, bool begins) {
    book(now);
    plant_.disturb(now, unit, part, disturbance, begins);
  }

  struct Control {
    HeatPlant::Answer plant;
    Power crah_fan_power;
    std::vector<std::size_t> moved;  ///< banks whose facility water supply was moved
  };
  /// One control instant: books the period that ends, chooses the next one.
  Control control(Tick now, const OutdoorAir& air);
  /// Banks whose heat flow had not come to rest before the last control instant: the only ones with news.
  [[nodiscard]] const std::vector<std::size_t>& evaluated() const { return evaluated_; }

  struct Totals {
    Energy bank_heat, room_heat, pump_work, crah_fan_work, stored;
    HeatPlant::Totals plant;
  };
  /// Since the start, booked up to `now`.
  [[nodiscard]] Totals totals(Tick now);
  [[nodiscard]] Temperature supply() const { return supply_; }
  [[nodiscard]] Temperature return_temperature() const { return return_; }
  [[nodiscard]] Temperature supply_air() const { return supply_air_; }
  [[nodiscard]] HeatPlant& plant() { return plant_; }
  [[nodiscard]] const HeatPlant& plant() const { return plant_; }

 private:
  void book(Tick now);
  Params params_;
  HeatPlant plant_;
  std::optional<Crah> crah_;
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
  Temperature supply_, held_, return_, supply_air_;
  Power room_ = 0.0 * W, crah_fan_ = 0.0 * W, pump_ = 0.0 * W, taken_ = 0.0 * W;
  Tick now_ = 0;
  double pending_j_ = 0;  ///< heat into the loop since the last control instant
  Accumulator bank_j_, room_j_, pump_j_, crah_fan_j_;
};

}  // namespace aifactory
