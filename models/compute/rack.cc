#include "models/compute/rack.h"

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {

struct FirstProblem {
  void error(const char* key, const char* message) const { throw InputError(fmt::format("rack: {} {}", key, message)); }
};

}  // namespace

RackParams in_shares(const RackParams& rack, std::int64_t shares) {
  RackParams out = rack;
  if (shares == 1) return out;
  const std::int64_t each = rack.nodes > 0 ? rack.accelerators / rack.nodes : 0;
  if (each % shares != 0) {
    throw InputError(fmt::format("{} shares of a node with {} accelerators: must divide them (their parts cannot be shared)", shares, each));
  }
  out.nodes *= shares;
  out.node_base_idle = rack.node_base_idle / static_cast<double>(shares);
  out.node_base_max = rack.node_base_max / static_cast<double>(shares);
  return out;
}

Rack::Rack(const RackParams& params) : params_(checked("rack", params)) {
  FirstProblem report;
  params_.validate(report);
  for (const LoadPoint& point : params_.psu_points) checked("rack: psu_points", point);
  shelf_ = LossCurve::piecewise(params_.psu_rating, params_.psu_points);
  accelerators_per_node_ = static_cast<double>(accelerators_per_node());
}

Power Rack::accelerator_power(double utilization, double speed) const {
  const double scale = speed == 1.0 ? 1.0 : std::pow(speed, params_.power_exponent);
  return params_.accelerator_idle + (params_.accelerator_max - params_.accelerator_idle) * (utilization * scale);
}

Power Rack::node_power(double utilization, double speed) const {
  return accelerators_per_node_ * accelerator_power(utilization, speed) + params_.node_base_idle +
         (params_.node_base_max - params_.node_base_idle) * utilization;
}

Power Rack::leakage_change(Temperature junction) const {
  if (!params_.leakage) return Power(0.0);
  const auto& leak = *params_.leakage;
  return leak.leakage_at_reference * std::expm1((junction - leak.reference) / leak.e_folding);
}

Power Rack::rated_dc_power() const {
  return dc_power(static_cast<double>(params_.nodes) * node_power(1.0, 1.0));
}

Power Rack::idle_input_power() const {
  return input_power(dc_power(static_cast<double>(params_.nodes) * idle_node_power()));
}

double Rack::speed_for_accelerator_power(Power limit, double utilization) const {
  const Power dynamic = (params_.accelerator_max - params_.accelerator_idle) * utilization;
  const Power left = limit - params_.accelerator_idle;
  if (left >= dynamic) return left >= 0.0 * W ? 1.0 : 0.0;
  if (!(left > 0.0 * W)) return 0.0;
  return std::min(std::pow(left / dynamic, 1.0 / params_.power_exponent), 1.0);
}

double Rack::speed_for_node_power(Power limit, double utilization) const {
  const Power base = params_.node_base_idle + (params_.node_base_max - params_.node_base_idle) * utilization;
  const Power left = limit - base;
  if (accelerators_per_node_ == 0.0) return left >= 0.0 * W ? 1.0 : 0.0;
  return speed_for_accelerator_power(left / accelerators_per_node_, utilization);
}

double Rack::speed_for_input_power(Power limit, double utilization, std::int64_t running) const {
  AIF_CHECK(running >= 0 && running <= params_.nodes, fmt::format("{} of {} nodes run", running, params_.nodes));
  if (running == 0) return 1.0;
  const auto busy = static_cast<double>(running), idle = static_cast<double>(params_.nodes - running);
  // Through the curve and back costs a few bits; a limit that is just met at full speed must not slow anything.
  if (input_power(dc_power(busy * node_power(utilization, 1.0) + idle * idle_node_power())) <= limit) return 1.0;
  const Power nodes = shelf_.output_for_input(limit) - params_.rack_base - idle * idle_node_power();
  return speed_for_node_power(nodes / busy, utilization);
}

VolumeFlow Rack::plate_flow(VolumeFlow rack_flow) const {
  return rack_flow * (params_.accelerator_max / rated_input_power());
}

ThermalResistance Rack::plate_resistance(VolumeFlow plate_flow) const {
  if (!(plate_flow.si() > 0.0)) return ThermalResistance(kInf);
  const double share = plate_flow / params_.plate_nominal_flow;
  return params_.plate_conduction + params_.plate_convection * std::pow(share, -params_.plate_exponent);
}

}  // namespace aifactory
