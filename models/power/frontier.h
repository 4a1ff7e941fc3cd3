#pragma once
/// @file The power chain of the Frontier supercomputer, node to system.
#include <cstdint>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Power of a system in which every node runs alike, from the published chain of ORNL's Frontier:
///
///     node      = CPU(u_c) + 4 GPU(u_g) + memory + 4 NICs + NVMe,  CPU and GPU linear in utilisation idle..max
///     SIVOC     = (node + 13 W) / 0.98                     one per node
///     rectifier = (quarter of [16 SIVOC + 4 switches x 250 W] + 17 W) / 0.96    four per chassis of 16 nodes
///     rack      = 8 chassis
///     system    = 74 racks + 25 CDUs x 8473.47 W
///
/// u_g is the mean utilisation of the node's GPUs.  CDU power is added without conversion loss.
///
/// Validity: utilisations 0..1.  *Not modelled*: rectifier staging, storage and service nodes, cooling plant.
/// Source: ExaDigiT/RAPS, config/frontier.yaml and its power module; Brewer et al., SC24 (digital twin of Frontier).
class FrontierPower {
 public:
  struct Params {
    std::int64_t nodes_per_chassis = 16, chassis_per_rack = 8, racks = 74, cdus = 25;
    std::int64_t gpus_per_node = 4, nics_per_node = 4, switches_per_chassis = 4, rectifiers_per_chassis = 4;
    Power cpu_idle{90.0}, cpu_max{280.0}, gpu_idle{88.0}, gpu_max{560.0};
    Power memory{74.26}, nic{20.0}, nvme{30.0}, switch_power{250.0}, cdu{8473.47};
    Power sivoc_fixed_loss{13.0}, rectifier_fixed_loss{17.0};
    double sivoc_efficiency = 0.98, rectifier_efficiency = 0.96;

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("nodes_per_chassis", p.nodes_per_chassis, at_least(1), "");
      visit("chassis_per_rack", p.chassis_per_rack, at_least(1), "");
      visit("racks", p.racks, at_least(1), "");
      visit("cdus", p.cdus, kNonNegative, "");
      visit("gpus_per_node", p.gpus_per_node, kNonNegative, "");
      visit("nics_per_node", p.nics_per_node, kNonNegative, "");
      visit("switches_per_chassis", p.switches_per_chassis, kNonNegative, "");
      visit("rectifiers_per_chassis", p.rectifiers_per_chassis, at_least(1), "");
      visit("cpu_idle", p.cpu_idle, kNonNegative, "");
      visit("cpu_max", p.cpu_max, kNonNegative, "");
      visit("gpu_idle", p.gpu_idle, kNonNegative, "");
      visit("gpu_max", p.gpu_max, kNonNegative, "");
      visit("memory", p.memory, kNonNegative, "all memory of a node");
      visit("nic", p.nic, kNonNegative, "each");
      visit("nvme", p.nvme, kNonNegative, "all drives of a node");
      visit("switch_power", p.switch_power, kNonNegative, "each");
      visit("cdu", p.cdu, kNonNegative, "pumps of one CDU");
      visit("sivoc_fixed_loss", p.sivoc_fixed_loss, kNonNegative, "");
      visit("rectifier_fixed_loss", p.rectifier_fixed_loss, kNonNegative, "");
      visit("sivoc_efficiency", p.sivoc_efficiency, kPositiveFraction, "");
      visit("rectifier_efficiency", p.rectifier_efficiency, kPositiveFraction, "");
    }
  };

  /// The published machine.
  FrontierPower() : FrontierPower(Params{}) {}
  /// @throws InputError naming the first parameter outside its range.
  explicit FrontierPower(const Params& params);

  /// DC power of one node.  @pre utilisations in 0..1.
  [[nodiscard]] Power node(double cpu_utilization, double gpu_utilization) const;
  /// What one node draws from the chassis bus, through its SIVOC.
  [[nodiscard]] Power sivoc_input(double cpu_utilization, double gpu_utilization) const;
  /// AC input of one rack whose nodes all run so.
  [[nodiscard]] Power rack(double cpu_utilization, double gpu_utilization) const;
  /// All racks and CDUs.
  [[nodiscard]] Power system(double cpu_utilization, double gpu_utilization) const;
  [[nodiscard]] std::int64_t nodes() const {
    return params_.racks * params_.chassis_per_rack * params_.nodes_per_chassis;
  }

 private:
  Params params_;
};

}  // namespace aifactory
