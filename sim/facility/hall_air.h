#pragma once
/// @file Air of halls, and the steel that warms with it: in rooms of their own, and around the air handlers of a plant.
#include "models/units.h"

namespace aifactory::hall_air {

inline constexpr SpecificHeat kAirHeat{1006.0}, kSteelHeat{480.0};  ///< dry air, as in psychrometrics; carbon steel
inline constexpr Density kAirDensity{1.2};                          ///< at 20 degC and sea level

/// Where the scenario says nothing: 0.35 m3 of air and 10 kg of steel for each kW of rated heat to air.  Assumed.
[[nodiscard]] constexpr Volume default_air(Power rated_heat) { return Volume(0.35 * (rated_heat.si() / 1e3)); }
[[nodiscard]] constexpr Mass default_steel(Power rated_heat) { return Mass(10.0 * (rated_heat.si() / 1e3)); }

}  // namespace aifactory::hall_air
