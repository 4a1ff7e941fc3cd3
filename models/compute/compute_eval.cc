#include <cmath>

#include "models/compute/rack.h"
#include "models/eval/eval.h"
#include "models/eval/list_text.h"

namespace aifactory {
namespace {

std::int64_t count(const EvalArgs& args, const char* key) {
  const double value = args[key];
  if (value != std::floor(value)) throw InputError(fmt::format("{}: {:g} must be a whole number", key, value));
  return static_cast<std::int64_t>(value);
}

/// A rack with the electrical members of the arguments; what has no part in its power is filled with values that pass.
RackParams electrical(const EvalArgs& args) {
  RackParams p;
  p.accelerators = count(args, "accelerators");
  p.nodes = count(args, "nodes");
  p.accelerator_idle = Power(args["accelerator_idle"]);
  p.accelerator_max = Power(args["accelerator_max"]);
  p.node_base_idle = Power(args["node_base_idle"]);
  p.node_base_max = Power(args["node_base_max"]);
  p.rack_base = Power(args["rack_base"]);
  p.psu_rating = Power(args["psu_rating"]);
  for (const auto& [load, efficiency] : parse_pair_list("psu_points", args.text("psu_points"), "", "")) {
    p.psu_points.push_back({load, efficiency});
  }
  p.liquid_frac = args["liquid_frac"];
  p.power_exponent = args["power_exponent"];
  p.coolant_flow_per_power = VolumeFlowPerPower(args["coolant_flow_per_power"]);
  p.chip_resistance = p.plate_conduction = p.plate_convection = 1.0 * K_per_W;
  p.plate_nominal_flow = 1.0 * liter_per_min;
  p.resume_temp = Temperature::celsius(0.0);
  p.throttle_temp = Temperature::celsius(1.0);
  p.trip_temp = Temperature::celsius(2.0);
  p.peak_bf16 = FlopRate(0.0);
  p.capex = 0.0 * usd;
  return p;
}

std::vector<EvalOutput> rack_power(const EvalArgs& args) {
  const Rack rack(electrical(args));
  const double u = args["utilization"], speed = args["speed"];
  const auto nodes = static_cast<double>(rack.params().nodes);
  const double running = args["running"] < 0.0 ? nodes : static_cast<double>(count(args, "running"));
  if (running > nodes) throw InputError(fmt::format("running: {:g} must be in 0..{:g}", running, nodes));
  const Power node = rack.node_power(u, speed);
  const Power dc = rack.dc_power(running * node + (nodes - running) * rack.idle_node_power());
  const Power input = rack.input_power(dc);
  return {{"node", "W", node.si()},
          {"idle_node", "W", rack.idle_node_power().si()},
          {"dc", "W", dc.si()},
          {"shelf_loss", "W", rack.shelf_loss(dc).si()},
          {"input", "W", input.si()},
          {"rated_dc", "W", rack.rated_dc_power().si()},
          {"rated_input", "W", rack.rated_input_power().si()},
          {"liquid_heat", "W", rack.liquid_heat(input).si()},
          {"air_heat", "W", rack.air_heat(input).si()},
          {"design_flow", "m3/s", rack.design_flow().si()}};
}

std::vector<EvalOutput> accelerator_power(const EvalArgs& args) {
  const double idle_w = args["idle"], max_w = args["max"], u = args["utilization"], a = args["power_exponent"];
  if (max_w < idle_w) throw InputError(fmt::format("max: {:g} W must be >= idle = {:g} W", max_w, idle_w));
  const double dynamic_w = (max_w - idle_w) * u;
  double speed_under_limit = kUnset;
  if (args["limit"] > 0.0) {
    const double left_w = args["limit"] - idle_w;
    speed_under_limit = left_w < 0.0 ? 0.0 : left_w >= dynamic_w ? 1.0 : std::pow(left_w / dynamic_w, 1.0 / a);
  }
  return {{"power", "W", idle_w + dynamic_w * std::pow(args["speed"], a)},
          {"speed_under_limit", "", speed_under_limit}};
}

}  // namespace

std::vector<EvalModel> compute_eval_models() {
  const EvalKey utilization{"utilization", "", kFraction, 1.0, "dynamic power share of the work at full speed"};
  const EvalKey speed{"speed", "", kFraction, 1.0, "clock over full clock"};
  const EvalKey exponent{"power_exponent", "", between(1.0, 4.0), 2.4, "of dynamic power in speed (assumed)"};
  return {
      {"rack_power",
       "power and heat of a rack; not given: the numbers of a GB300 NVL72",
       "accelerator = idle + (max - idle) u s^a; node = accelerators + base; rack = nodes + rack_base + shelf loss",
       "utilization and speed 0..1",
       "NVIDIA Mission Control FAQ (GB300 budget); 80 PLUS Titanium",
       {utilization,
        speed,
        {"running", "", at_least(-1.0), -1.0, "nodes that run, the others idle; -1: all"},
        {"accelerators", "", kNonNegative, 72.0, "in the rack"},
        {"nodes", "", at_least(1.0), 18.0, "in the rack"},
        {"accelerator_idle", "W", kNonNegative, 170.0, "assumed"},
        {"accelerator_max", "W", kNonNegative, 1400.0, "package TDP"},
        {"node_base_idle", "W", kNonNegative, 400.0, "assumed"},
        {"node_base_max", "W", kNonNegative, 1000.0, "CPUs, NICs and drives of a busy node"},
        {"rack_base", "W", kNonNegative, 16200.0, "switch trays and fans"},
        {"psu_rating", "W", kPositive, 264000.0, "all shelves together"},
        {"psu_points", "", kAny, kUnset, "LOAD:EFFICIENCY,...", true, "0.1:0.9,0.2:0.94,0.5:0.96,1:0.91", false},
        {"liquid_frac", "", kFraction, 0.87, "of the heat (assumed)"},
        exponent,
        {"coolant_flow_per_power", "m3/s/W", kPositive, 1.5 / 6e7, "OCP guideline"}},
       {{"node", "W", kAny, kUnset, "DC of a running node"},
        {"idle_node", "W", kAny, kUnset, "DC of an idle node"},
        {"dc", "W", kAny, kUnset, "DC of the rack"},
        {"shelf_loss", "W", kAny, kUnset, "in the power shelves"},
        {"input", "W", kAny, kUnset, "drawn by the rack"},
        {"rated_dc", "W", kAny, kUnset, "all nodes at full load and speed"},
        {"rated_input", "W", kAny, kUnset, "the same through the shelves"},
        {"liquid_heat", "W", kAny, kUnset, "to the coolant"},
        {"air_heat", "W", kAny, kUnset, "to the room"},
        {"design_flow", "m3/s", kAny, kUnset, "coolant at rated input"}},
       rack_power},
      {"accelerator_power",
       "power of one accelerator at a speed, and its speed under a limit",
       "P = idle + (max - idle) u s^a",
       "utilization and speed 0..1",
       "dynamic power of scaled CMOS",
       {{"idle", "W", kNonNegative, kUnset, "idle power"},
        {"max", "W", kNonNegative, kUnset, "at full load and speed"},
        utilization,
        speed,
        exponent,
        {"limit", "W", kNonNegative, 0.0, "power cap; 0: none"}},
       {{"power", "W", kAny, kUnset, "at this speed"},
        {"speed_under_limit", "", kAny, kUnset, "greatest speed within the cap; undefined without one"}},
       accelerator_power},
  };
}

}  // namespace aifactory
