#pragma once
#include "models/units.h"

namespace aifactory {

/// What a cooling tower or dry cooler does at one instant, for one stream of condenser or facility water.
struct HeatRejection {
  Power heat;                 ///< out of the water; negative when warm air heats cold water
  Temperature leaving_water;  ///< inlet - heat / (m cp), exactly
  Power fan_power;            ///< electric, mean over the duty cycle
  MassFlow evaporation, drift, blowdown;
  double fan_ratio = kUnset;  ///< speed over full speed while the fans turn
  double duty = kUnset;       ///< share of time the fans turn; below 1 only at the slowest speed
  bool inside = true;         ///< within the validity of the model
  bool converged = true;      ///< false: the iteration did not close; the balances hold all the same

  [[nodiscard]] MassFlow makeup() const { return evaporation + drift + blowdown; }
};

}  // namespace aifactory
