#pragma once
#include <cstdint>
#include <string>

#include "models/compute/rack.h"

namespace aifactory {

/// Racks that are sold and wired together: the unit that sites are counted in.
struct PodParams {
  static constexpr const char* kCatalogKind = "pods";
  std::string rack;  ///< in the catalogue of racks
  std::int64_t racks = RackParams::kUnsetCount64;
  std::int64_t accelerators = RackParams::kUnsetCount64;  ///< as the maker states; racks x those of a rack
  Power network{0.0};                                     ///< switches outside the racks, always on

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("rack", p.rack, kAny, "its racks, in the catalogue");
    visit("racks", p.racks, between(1, 1e6), "racks of the pod");
    visit("accelerators", p.accelerators, between(1, 1e8), "accelerators of the pod, as the maker states");
    visit("network", p.network, kNonNegative, "switches outside the racks, always on");
  }
};

/// Composition from below: accelerator, node, rack, pod.
///
///     rack = nodes x (accelerators per node x accelerator + node base) + rack base + shelf loss,  pod = racks x rack +
///     network
struct PodPower {
  Power accelerator, node, rack_dc, rack_input, pod;
};

/// All at full load.
/// @throws InputError when the accelerators of pod and racks differ.
[[nodiscard]] inline PodPower rated_power(const PodParams& pod, const Rack& rack) {
  checked("pod", pod);
  if (pod.accelerators != pod.racks * rack.params().accelerators) {
    throw InputError(fmt::format("pod: accelerators = {} must be racks x accelerators of a rack = {} x {}",
                                 pod.accelerators, pod.racks, rack.params().accelerators));
  }
  return {rack.accelerator_power(1.0, 1.0), rack.node_power(1.0, 1.0), rack.rated_dc_power(), rack.rated_input_power(),
          static_cast<double>(pod.racks) * rack.rated_input_power() + pod.network};
}

}  // namespace aifactory
