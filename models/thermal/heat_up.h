#pragma once
/// @file How long something takes to warm up when nothing cools it.
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Adiabatic warming: dT/dt = P / C, C = m c + V rho c_l, of a solid of mass m and the liquid of volume V in it.
///
/// It bounds from below the time that anyone has after cooling is lost: seconds at the chip, minutes in the loop.
/// Validity: no heat leaves.  *Not modelled*: gradients, boiling, the fall of power with throttling.
/// Source: the energy balance; copper 385 J/kg/K.
struct HeatStore {
  Mass solid{0.0};
  SpecificHeat solid_heat{385.0};  ///< copper
  Volume liquid{0.0};
  Density liquid_density;
  SpecificHeat liquid_heat;

  [[nodiscard]] HeatCapacity capacity() const { return solid * solid_heat + liquid * liquid_density * liquid_heat; }
  /// Kelvin in each second.
  [[nodiscard]] double rate_k_per_s(Power power) const { return (power / capacity()).si(); }
  [[nodiscard]] Duration time_to_rise(Power power, TemperatureDelta rise) const { return capacity() * rise / power; }
};

}  // namespace aifactory
