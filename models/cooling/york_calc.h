#pragma once
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Wet cooling tower by the YorkCalc correlation: a second opinion on MerkelTower inside its fitted range.
///
///     approach = sum over L in {1, LG, LG^2}, R in {1, Tr, Tr^2}, W in {1, Twb, Twb^2} of c * L * R * W
///
/// approach leaving water over wet bulb (K), LG = water ratio / air ratio (each over design), Tr range (K), Twb (degC).
/// Validity: Twb -34.4..26.7 degC, Tr 1.1..22.2 K, approach 1.1..40 K, water ratio 0.75..1.25, LG <= 8; reference point
/// 25.6 degC wet bulb, 35 -> 29.4 degC, 0.043 L/s per kW.  Evaluated as it is: `Output.inside` tells whether the point
/// lies in the range.  *Not modelled*: other towers; the correlation belongs to one reference design. Source:
/// EnergyPlus Engineering Reference, variable speed cooling towers, YorkCalc; Modelica Buildings yorkCalc.
struct YorkCalc {
  struct Output {
    TemperatureDelta approach;
    bool inside = false;  ///< the point and its answer are in the fitted range
  };
  [[nodiscard]] static Output approach(Temperature wet_bulb, TemperatureDelta range, double water_ratio,
                                       double air_ratio);
};

}  // namespace aifactory
