#pragma once
/// @file Heat exchangers by effectiveness and number of transfer units.
///
///     N = UA / C_min,  z = C_min / C_max,  Q = eps C_min (T_hot,in - T_cold,in)
///     counterflow             eps = (1 - e^{-N(1-z)}) / (1 - z e^{-N(1-z)}),  z = 1: N / (1 + N)
///     cross-flow, both unmixed  eps = 1 - exp[(e^{-N z N^-0.22} - 1) / (z N^-0.22)],  z = 0: 1 - e^{-N}
///     UA off design           UA / UA0 = 2 / (r1^-0.8 + r2^-0.8)
///
/// C = m cp are capacity rates (W/K), r the flows of the two sides over their design flows.  The last line is two equal
/// film resistances in series, each following turbulent pipe or plate flow.  Validity: turbulent on both sides, no
/// phase change; the cross-flow formula is a fit (2 % of the exact series). *Not modelled*: fouling, wall resistance,
/// laminar flow, viscosity. Source: Incropera et al., Fundamentals of Heat and Mass Transfer, chapter 11 (eps-NTU
/// relations and cross-flow fit, also in the EnergyPlus Engineering Reference under fluid coolers); exponent 0.8:
/// Dittus-Boelter.
#include "models/units.h"

namespace aifactory {

/// What a heat exchanger does between two inlet temperatures: Q = conductance * (T_hot,in - T_cold,in).
struct HeatExchange {
  double effectiveness = kUnset;   ///< 0..1
  ThermalConductance conductance;  ///< eps C_min, W/K
};

/// Not-a-number-free for N in 0..inf and z in 0..1.
[[nodiscard]] double counterflow_effectiveness(double ntu, double capacity_ratio);
[[nodiscard]] double crossflow_effectiveness(double ntu, double capacity_ratio);
/// Inverses, for sizing from a design point.
/// @throws InputError when no finite size reaches the effectiveness (it must be in 0..1).
[[nodiscard]] double counterflow_ntu(double effectiveness, double capacity_ratio);
[[nodiscard]] double crossflow_ntu(double effectiveness, double capacity_ratio);

/// UA / UA0 from the flow ratios of both sides; 0 when either side stands still.
[[nodiscard]] double conductance_ratio(double flow_ratio_1, double flow_ratio_2);

/// Two streams at this UA; no flow on a side: effectiveness 1, conductance 0.
[[nodiscard]] HeatExchange counterflow_exchange(ThermalConductance ua, ThermalConductance c1, ThermalConductance c2);
[[nodiscard]] HeatExchange crossflow_exchange(ThermalConductance ua, ThermalConductance c1, ThermalConductance c2);

}  // namespace aifactory
