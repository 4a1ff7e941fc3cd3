#pragma once
#include <span>
#include <string_view>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// What a kind of work makes of the clock.
struct WorkloadKind {
  double compute_share = kUnset;  ///< c: part of its time at full clock that shrinks with the clock; the rest waits for
                                  ///< memory or the fabric
  double utilization = kUnset;    ///< u: dynamic power at full clock over (max - idle)
  double clocked_share = kUnset;  ///< k: part of that dynamic power that follows the clock; memory and links do not

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("compute_share", p.compute_share, kFraction, "time at full clock that shrinks with the clock");
    visit("utilization", p.utilization, kFraction, "dynamic power at full clock over (max - idle)");
    visit("clocked_share", p.clocked_share, kFraction, "dynamic power that follows the clock");
  }
};

struct NamedWorkloadKind {
  std::string_view name;
  WorkloadKind kind;
  std::string_view source;
};
/// gemm, training, prefill, decode, mixed_serving.
[[nodiscard]] std::span<const NamedWorkloadKind> workload_kinds();
/// @throws InputError when the name is unknown.
[[nodiscard]] const WorkloadKind& workload_kind(std::string_view name);

/// Clock, power and pace of one accelerator under a power cap.
///
///     P(f) = idle + (max - idle) u (1 - k + k g(f)),   g = f^a above the voltage floor f_v, f_v^(a-1) f below it
///     pace(f) = 1 / (c / f + 1 - c)
///
/// f clock over full clock, a exponent while voltage scales with the clock, f_v the clock below which voltage stays.
/// With c = k = 1 and f above f_v it is the law of models/compute/rack.h.
/// Validity: f in 0.2..1.  *Not modelled*: boost clocks, the controller's settling, leakage by temperature.
/// Source: dynamic power of scaled CMOS (C V^2 f); roofline of two resources that do not overlap.
struct PowerCapParams {
  Power idle, max;
  double power_exponent = 2.4;  ///< assumed: 2-3 while voltage scales
  double voltage_floor = 0.5;   ///< assumed
  double lowest_clock = 0.2;    ///< assumed: about 400 of 1,980 MHz

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("idle", p.idle, kNonNegative, "power of the idle accelerator");
    visit("max", p.max, kPositive, "power at full load and clock");
    visit("power_exponent", p.power_exponent, between(1.0, 4.0), "of dynamic power in the clock while voltage scales");
    visit("voltage_floor", p.voltage_floor, kFraction, "clock over full clock below which voltage stays");
    visit("lowest_clock", p.lowest_clock, kPositiveFraction, "lowest clock over full clock");
  }
};

class PowerCap {
 public:
  struct Point {
    double clock = 1.0;  ///< over full clock
    Power power;
    double pace = 1.0;    ///< work per time over that at full clock
    double energy = 1.0;  ///< energy per work over that at full clock
    bool held = true;     ///< the cap is met; false: the lowest clock draws more
  };

  /// @throws InputError naming the first problem.
  PowerCap(const PowerCapParams& params, const WorkloadKind& kind);

  [[nodiscard]] Power power(double clock) const;
  [[nodiscard]] double pace(double clock) const;
  /// The highest clock whose power is within `cap`.
  [[nodiscard]] Point under(Power cap) const;
  [[nodiscard]] Point at(double clock) const;
  /// The lowest clock that keeps this pace.  @pre 0 < pace <= 1
  [[nodiscard]] Point for_pace(double pace) const;

 private:
  PowerCapParams params_;
  WorkloadKind kind_;
};

}  // namespace aifactory
