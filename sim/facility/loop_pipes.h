#pragma once
/// @file The pipes between a plant and what it cools.
#include <optional>

#include "models/thermal/transport_line.h"
#include "models/time.h"
#include "models/units.h"

namespace aifactory {

/// Supply header and return header of a facility water loop, in plug flow (TransportLine), either of which may be missing:
///
///     plant -- T_in --> supply header -- T_there --> racks, + Q --> return header -- T_back --> plant
///
/// T_in and the flow hold until they are set again, so what reaches the racks is exact, and so is the instant at which it
/// changes.  The heat Q that the racks give is known when a period is closed: the water of that period enters the return
/// header with one temperature, that of its mean.
///
///     heat back at the plant = rho cp (volume (T_back - T_in)),  content = rho cp sum of volume (T - T_start)
///
/// so that heat in - heat back = change of content, to rounding.  Without flow nothing moves; heat that something gives to
/// standing water is handed on to the plant.  Periods in which less than a second of design flow has passed are closed together
/// with the next one: heat that is settled late then finds enough water.
/// *Not modelled*: axial mixing, heat to walls and surroundings, branches of different length, reversal.
class LoopPipes {
 public:
  struct Params {
    Volume supply{0.0}, back{0.0};  ///< 0: none
    VolumeFlow design_flow;
    Temperature start;
  };
  /// @pre one of the volumes is positive.
  explicit LoopPipes(const Params& params);

  /// Water moves on up to `now`.
  void advance(Tick now);
  /// From now on.  @pre advanced to this instant.
  void set(Temperature inlet, double flow_share);
  /// Ends a period in which the racks have given `heat`.  @return heat back at the plant since the last period.
  Energy close(Tick now, Energy heat);

  [[nodiscard]] Temperature supply() const { return supply_ ? supply_->outlet() : inlet_; }  ///< at the racks
  [[nodiscard]] bool has_return() const { return return_.has_value(); }
  /// Return water at the plant, as it comes out of the return header next.  @pre there is one.
  [[nodiscard]] Temperature back() const { return return_->outlet(); }
  /// When supply() changes if nothing is set before; kNever: not.  @pre advanced to `now`.
  [[nodiscard]] Tick next_arrival(Tick now) const;
  /// Heat in the pipes, and on its way into and out of them, relative to the start.
  [[nodiscard]] Energy stored() const;

 private:
  Params params_;
  std::optional<TransportLine> supply_, return_;
  Temperature inlet_;
  VolumeFlow flow_;
  Tick now_ = 0;
  // Of the period that is open: what has passed, and its temperature above the start where it came in and where it arrived.
  double through_m3_ = 0, entered_m3_k_ = 0, arrived_m3_k_ = 0;
  double waiting_j_ = 0;  ///< heat of the racks in periods that were too short to close
};

}  // namespace aifactory
