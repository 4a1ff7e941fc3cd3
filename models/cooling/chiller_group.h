#pragma once
#include <cstdint>
#include <variant>

#include "models/cooling/chiller_carnot.h"
#include "models/cooling/chiller_eir.h"
#include "models/units.h"

namespace aifactory {

/// Like chillers in parallel that share a load evenly.
///
///     heat of one = min(heat / running, its capacity),   group = running times one
///
/// A machine by curves takes the fluid that enters its condenser; one by share of Carnot the fluid that leaves, which is
/// entering + rejected / W (water, solved to 1e-10) or entering + air_rise (air).
/// `running` may be a fraction: machines that work with a part of their capacity count for that part.
/// *Not modelled*: unequal loading, bypass through machines at rest.
class ChillerGroup {
 public:
  using Machine = std::variant<ChillerEir, CarnotChiller>;
  struct Output {
    Power heat = Power(0.0), power = Power(0.0);
    Power rejected = Power(0.0);   ///< to the condenser
    Power capacity = Power(0.0);   ///< of what runs, at these temperatures
    double part_load = 0.0;
    bool inside = true;            ///< within the validity of the curves
    bool converged = true;
  };

  /// @param machine one of them.  @param air_rise for machines by Carnot with an air condenser.
  explicit ChillerGroup(Machine machine, TemperatureDelta air_rise = 0.0 * K) : machine_(std::move(machine)), air_rise_(air_rise) {}

  /// @param condenser_entering water or outdoor air.  @param condenser_flow capacity rate through all that run; infinite: air.
  [[nodiscard]] Output evaluate(double running, Power heat, Temperature evaporator_leaving, Temperature condenser_entering,
                                ThermalConductance condenser_flow) const;
  /// Of one machine at these temperatures.
  [[nodiscard]] Power capacity(Temperature evaporator_leaving, Temperature condenser_entering) const;
  /// Part of the compressors' power that the condenser takes; the rest warms the machine room.
  [[nodiscard]] double motor_heat_frac() const;
  [[nodiscard]] Power rated_power() const;  ///< electric power of one at its reference
  [[nodiscard]] const Machine& machine() const { return machine_; }

 private:
  Machine machine_;
  TemperatureDelta air_rise_;
};

}  // namespace aifactory
