#pragma once
/// @file One rack of like nodes: what it draws, what it heats, how fast it runs under a cap.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/fields.h"
#include "models/power/loss_curve.h"
#include "models/thermal/chip.h"
#include "models/units.h"

namespace aifactory {

/// A rack type, as the catalogue describes it.  Powers of nodes are DC, behind the rack's power shelf or supplies.
struct RackParams {
  static constexpr const char* kCatalogKind = "racks";
  static constexpr std::int64_t kUnsetCount64 = INT64_MIN;  ///< a count that nobody has set

  std::optional<std::string> accelerator_name;  ///< in the catalogue of accelerators: for training steps and serving
  std::int64_t accelerators = kUnsetCount64;    ///< in the rack; a multiple of `nodes`, or 0
  std::int64_t nodes = kUnsetCount64;
  Power accelerator_idle, accelerator_max;
  Power node_base_idle, node_base_max;  ///< CPUs, NICs, drives, node fans
  Power rack_base;                      ///< switch trays, rack fans, management; always on
  Power psu_rating;                     ///< DC rating of all shelves together
  std::vector<LoadPoint> psu_points;    ///< efficiency against rack load over psu_rating
  std::optional<std::int64_t> power_shelves;  ///< like ones that share psu_rating; absent: not told apart
  double liquid_frac = kUnset;          ///< of the rack's heat; the rest goes to room air
  double power_exponent = 2.4;          ///< a; assumed: 2-3 while voltage scales with frequency

  HeatCapacity chip_capacity{60.0};                      ///< assumed: die, lid and interface
  HeatCapacity plate_capacity{900.0};                    ///< assumed: 1 kg of copper and the coolant in it, per package
  ThermalResistance chip_resistance;                     ///< junction to plate
  ThermalResistance plate_conduction;                    ///< Rc of the plate, does not depend on flow
  ThermalResistance plate_convection;                    ///< Rv, at the nominal flow
  double plate_exponent = 0.65;                          ///< n; assumed: between laminar 1/3 and turbulent 0.8 channels
  VolumeFlow plate_nominal_flow;                         ///< V0, per package
  VolumeFlowPerPower coolant_flow_per_power{1.5 / 6e7};  ///< 1.5 L/min/kW: OCP guideline for rises up to 10 K
  Temperature throttle_temp, resume_temp, trip_temp;
  double throttle_speed = 0.5;  ///< assumed: clock left while thermally throttled
  std::optional<LeakageModel::Params> leakage;  ///< of one package; absent: its power does not depend on its temperature

  FlopRate peak_bf16;                ///< dense, per accelerator; 0 for none
  std::optional<FlopRate> peak_fp8;  ///< dense, per accelerator; absent: no such unit
  Money capex;                       ///< of the rack with its nodes

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("accelerator_name", p.accelerator_name, kAny, "its accelerator in the catalogue; absent: nothing is known of its steps");
    visit("accelerators", p.accelerators, kNonNegative, "accelerators in the rack");
    visit("nodes", p.nodes, at_least(1), "nodes in the rack");
    visit("accelerator_idle", p.accelerator_idle, kNonNegative, "power of one idle accelerator");
    visit("accelerator_max", p.accelerator_max, kNonNegative, "power of one accelerator at full load and speed");
    visit("node_base_idle", p.node_base_idle, kNonNegative, "CPUs, NICs, drives and fans of an idle node");
    visit("node_base_max", p.node_base_max, kNonNegative, "CPUs, NICs, drives and fans of a busy node");
    visit("rack_base", p.rack_base, kNonNegative, "switch trays and rack fans, always on");
    visit("psu_rating", p.psu_rating, kPositive, "DC rating of all power shelves together");
    visit("psu_points", p.psu_points, kAny, "shelf efficiency against rack load over psu_rating");
    visit("power_shelves", p.power_shelves, between(1, 100), "like power shelves (or supplies) that share psu_rating and fail one by one, rack_N.shelf_01 ...; absent: none of its own can fail");
    visit("liquid_frac", p.liquid_frac, kFraction, "part of the heat that goes to liquid");
    visit("power_exponent", p.power_exponent, between(1.0, 4.0), "exponent of dynamic power in speed");
    visit("chip_capacity", p.chip_capacity, kPositive, "heat capacity of one package");
    visit("plate_capacity", p.plate_capacity, kPositive, "heat capacity of its cold plate or heat sink");
    visit("chip_resistance", p.chip_resistance, kPositive, "junction to plate");
    visit("plate_conduction", p.plate_conduction, kNonNegative, "plate, part that does not depend on flow");
    visit("plate_convection", p.plate_convection, kPositive, "plate to coolant inlet at the nominal flow");
    visit("plate_exponent", p.plate_exponent, between(0.0, 1.0), "fall of plate_convection with flow");
    visit("plate_nominal_flow", p.plate_nominal_flow, kPositive,
          "coolant (or air) through one plate at which plate_convection holds");
    visit("coolant_flow_per_power", p.coolant_flow_per_power, kPositive, "design coolant flow for rack input power");
    visit("throttle_temp", p.throttle_temp, kCelsius, "junction temperature at which the clock is cut");
    visit("resume_temp", p.resume_temp, kCelsius, "junction temperature at which it is restored");
    visit("trip_temp", p.trip_temp, kCelsius, "junction temperature at which the node is shut down");
    visit("throttle_speed", p.throttle_speed, kPositiveFraction, "speed while throttled");
    visit("leakage", p.leakage, kAny, "leakage of one accelerator: the powers above hold at its reference temperature and move with it; absent: they do not");
    visit("peak_bf16", p.peak_bf16, kNonNegative, "dense bf16 peak of one accelerator");
    visit("peak_fp8", p.peak_fp8, kNonNegative, "dense fp8 peak of one accelerator");
    visit("capex", p.capex, kNonNegative, "price of the rack with its nodes");
  }
  /// What ranges of single members cannot say.
  template <class Report>
  void validate(Report& report) const {
    if (nodes >= 1 && accelerators % nodes != 0) report.error("accelerators", "must be a multiple of nodes");
    if (accelerator_max < accelerator_idle) report.error("accelerator_max", "must be at least accelerator_idle");
    if (node_base_max < node_base_idle) report.error("node_base_max", "must be at least node_base_idle");
    if (!(resume_temp < throttle_temp)) report.error("resume_temp", "must be below throttle_temp");
    if (!(throttle_temp < trip_temp)) report.error("throttle_temp", "must be below trip_temp");
    if (leakage && leakage->leakage_at_reference > accelerator_idle) report.error("leakage", "leakage_at_reference must be at most accelerator_idle: an idle package leaks too");
    if (psu_points.empty()) report.error("psu_points", "is not set");
  }
};

/// The same rack, whose nodes are the `shares` like shares of its nodes: accelerators are dealt out, and so are the powers of the
/// node's CPUs, NICs, drives and fans.
/// @throws InputError when the accelerators of a node cannot be dealt out evenly.  @pre shares >= 1
[[nodiscard]] RackParams in_shares(const RackParams& rack, std::int64_t shares);

/// Power of a rack from the work of its nodes:
///
///     accelerator = idle + (max - idle) u s^a
///     node        = accelerators per node x accelerator + base_idle + (base_max - base_idle) u
///     rack DC     = sum of nodes + rack_base
///     rack input  = DC + shelf loss(DC);   with the share k of the shelves:  DC + k shelf loss(DC / k)
///
/// u utilisation (dynamic power share of the work at full speed, 0..1), s speed (clock over full clock, 0..1), a
/// power_exponent.  CPUs and NICs follow the work, not the accelerators' clock.  Everything drawn becomes heat in the
/// rack, liquid_frac of it in the liquid.
///
/// Validity: u and s in 0..1.  *Not modelled*: transients above the rated power, power smoothing by the shelves,
/// fan speed, spread between chips.  Leakage moves accelerator power with temperature: leakage_change().
/// Source: dynamic power of scaled CMOS (C V^2 f); rack budgets as cited in the catalogue.
class Rack {
 public:
  /// @throws InputError naming the first problem.
  explicit Rack(const RackParams& params);

  [[nodiscard]] const RackParams& params() const { return params_; }
  [[nodiscard]] std::int64_t accelerators_per_node() const { return params_.accelerators / params_.nodes; }
  [[nodiscard]] const LossCurve& shelf() const { return shelf_; }

  // @pre for all below: utilization and speed in 0..1.
  [[nodiscard]] Power accelerator_power(double utilization, double speed) const;
  [[nodiscard]] Power node_power(double utilization, double speed) const;
  [[nodiscard]] Power idle_node_power() const { return node_power(0.0, 1.0); }
  /// What an accelerator draws more (or less) at this temperature than at the leakage's reference; 0 without leakage.
  [[nodiscard]] Power leakage_change(Temperature junction) const;
  /// DC of the rack whose nodes draw `nodes` together.
  [[nodiscard]] Power dc_power(Power nodes) const { return nodes + params_.rack_base; }
  /// What the rack draws from its feeds for that DC power.
  [[nodiscard]] Power input_power(Power dc) const { return shelf_.input(dc); }
  [[nodiscard]] Power shelf_loss(Power dc) const { return shelf_.loss(dc); }
  /// The same while the share `shelves` of them carries all of it.  @pre shelves in (0, 1].
  [[nodiscard]] Power input_power(Power dc, double shelves) const { return dc + shelves * shelf_.loss(dc / shelves); }

  /// All nodes at full load and speed; and all nodes idle.
  [[nodiscard]] Power rated_dc_power() const;
  [[nodiscard]] Power rated_input_power() const { return input_power(rated_dc_power()); }
  [[nodiscard]] Power idle_input_power() const;

  /// Greatest speed at which an accelerator (a node) with this work stays within `limit`: 1 when it may run free,
  /// 0 when even its standing power is more.
  [[nodiscard]] double speed_for_accelerator_power(Power limit, double utilization) const;
  [[nodiscard]] double speed_for_node_power(Power limit, double utilization) const;
  /// Greatest common speed of `running` nodes with this work, the others idle, that keeps the rack's input within
  /// `limit`.
  [[nodiscard]] double speed_for_input_power(Power limit, double utilization, std::int64_t running) const;

  [[nodiscard]] Power liquid_heat(Power input) const { return params_.liquid_frac * input; }
  [[nodiscard]] Power air_heat(Power input) const { return input - liquid_heat(input); }
  /// Coolant flow that the rack is designed for.
  [[nodiscard]] VolumeFlow design_flow() const { return params_.coolant_flow_per_power * rated_input_power(); }
  /// Part of the rack's coolant that passes one package, shared in proportion to rated power.
  [[nodiscard]] VolumeFlow plate_flow(VolumeFlow rack_flow) const;
  /// Plate to coolant inlet, Rc + Rv (V/V0)^-n for V through one package; infinite without flow.
  [[nodiscard]] ThermalResistance plate_resistance(VolumeFlow plate_flow) const;

 private:
  RackParams params_;
  LossCurve shelf_;
  double accelerators_per_node_ = 0.0;
};

}  // namespace aifactory
