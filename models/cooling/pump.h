#pragma once
#include <cstdint>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Identical centrifugal pumps in parallel on one loop, with a common speed.
///
///     pump      H = n^2 H0 - k q^2                 H0 = shutoff_head_ratio * design_head
///     loop      H = Hs + c Q^2,  Q = N q           Hs = static_head_frac * design_head
///     together  q = sqrt((n^2 H0 - Hs) / (k + c N^2)),  0 when n^2 H0 <= Hs
///     power     P = N q H / eta,  eta = efficiency * max(2x - x^2, 0.25) for x > 1, efficiency * (2x - x^2) below
///
/// H head (Pa), q flow of one pump and Q of the loop (m3/s), n speed over full speed, N pumps running, x = q over the
/// design flow at this speed (q / (n q0)).  k and c pass both curves through the design point.  Because the head curve
/// is flat, survivors move out along it: three of four pumps at shutoff_head_ratio 1.25 still move 93 % of the flow.
/// With Hs = 0 the affinity laws hold exactly: Q ~ n, H ~ n^2, P ~ n^3. Validity: 0 <= n <= 1, x up to about 1.9;
/// further right a real pump is beyond the end of its curve and cavitates
/// (`flow_ratio` tells).  A pump against a closed loop still draws P = n^3 H0 q0 / (2 efficiency).
/// *Not modelled*: check-valve leakage, NPSH, change of the loop curve by valves, drive losses at low speed (the
/// efficiency is wire to water).
/// Source: affinity laws and curve shapes: ASHRAE Handbook HVAC Systems and Equipment, centrifugal pumps; parabolic
/// efficiency around the best efficiency point: common textbook form.
class PumpGroup {
 public:
  struct Params {
    std::int64_t count = INT64_MIN;           ///< pumps installed
    std::int64_t design_running = INT64_MIN;  ///< pumps that run at the design point
    VolumeFlow design_flow;                   ///< of the loop
    Pressure design_head;                     ///< of the loop at design flow
    double efficiency = kUnset;               ///< wire to water, at the design point
    double shutoff_head_ratio = 1.25;         ///< assumed: between the 1.1 and 1.4 of usual centrifugal pumps
    double static_head_frac = 0.0;            ///< closed loops have none; an open tower's lift is one

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("count", p.count, at_least(1), "pumps installed");
      visit("design_running", p.design_running, at_least(1), "pumps that run at the design point");
      visit("design_flow", p.design_flow, kPositive, "flow of the loop at the design point");
      visit("design_head", p.design_head, kPositive, "head of the loop at the design flow");
      visit("efficiency", p.efficiency, kPositiveFraction, "hydraulic over electric power at the design point");
      visit("shutoff_head_ratio", p.shutoff_head_ratio, between(1.01, 3.0), "head at zero flow over design head");
      visit("static_head_frac", p.static_head_frac, between(0.0, 0.99), "lift over design head");
    }
  };
  struct Output {
    VolumeFlow flow;  ///< of the loop
    Pressure head;
    Power power;                 ///< electric, all running pumps
    double flow_ratio = kUnset;  ///< x: flow of one pump over its design flow at this speed
  };

  /// @throws InputError naming the first parameter outside its range, or design_running > count.
  explicit PumpGroup(const Params& params);

  /// @param running pumps that turn, 0..count.  @param speed over full speed, >= 0.
  [[nodiscard]] Output solve(std::int64_t running, double speed) const;
  /// Speed at which `running` pumps move `flow`, however large: above 1 they cannot.  @pre running > 0
  [[nodiscard]] double speed_for(std::int64_t running, VolumeFlow flow) const;
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  Params params_;
  double shutoff_pa_ = 0, static_pa_ = 0, pump_curve_ = 0, loop_curve_ = 0;  // H0, Hs, k, c (Pa, Pa s2/m6)
  double best_flow_m3_s_ = 0;                                                // q0
};

}  // namespace aifactory
