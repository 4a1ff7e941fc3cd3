#pragma once
/// @file Liquids of the cooling loops, with constant properties near their working temperature.
///
/// | name  | density kg/m3 | specific heat J/kg/K | at     | source                                                |
/// |-------|---------------|----------------------|--------|-------------------------------------------------------|
/// | water | 995.586       | 4184                 | 30 degC | EnergyPlus, condenser loop of its Merkel tower case   |
/// | pg25  | 1017          | 3930                 | 40 degC | 25 % propylene glycol by volume, round figures        |
///
/// Constant properties keep every loop's energy balance exact; between 15 and 55 degC the product density * heat moves
/// by less than 1.5 %.  Freezing of pg25: -10 degC, assumed (its only use: to refuse colder set
/// points).  *Not modelled*: viscosity, freezing, other glycol shares.
#include <string_view>

#include "models/units.h"

namespace aifactory {

struct Fluid {
  const char* name = "";
  Density density;
  SpecificHeat specific_heat;
  Temperature freezing;  ///< first crystals

  [[nodiscard]] constexpr MassFlow mass_flow(VolumeFlow flow) const { return flow * density; }
  /// m cp, W/K.
  [[nodiscard]] constexpr ThermalConductance capacity_rate(VolumeFlow flow) const {
    return flow * density * specific_heat;
  }
  [[nodiscard]] constexpr ThermalConductance capacity_rate(MassFlow flow) const { return flow * specific_heat; }
  [[nodiscard]] constexpr VolumeFlow volume_flow(ThermalConductance capacity_rate) const {
    return VolumeFlow(capacity_rate.si() / (density.si() * specific_heat.si()));
  }
  [[nodiscard]] constexpr HeatCapacity heat_capacity(Volume volume) const { return volume * density * specific_heat; }
};

inline constexpr Fluid kWater{"water", 995.586 * kg_per_m3, 4184.0 * J_per_kg_K, Temperature::celsius(0.0)};
inline constexpr Fluid kPg25{"pg25", 1017.0 * kg_per_m3, 3930.0 * J_per_kg_K, Temperature::celsius(-10.0)};

/// @throws InputError for a name that is neither `water` nor `pg25`.
[[nodiscard]] const Fluid& fluid_named(std::string_view name);

}  // namespace aifactory
