#pragma once
#include <array>
#include <cstddef>
#include <string_view>

#include "models/units.h"

namespace aifactory {

/// Why time that a job held (or waited for) accelerators made no lasting progress at full rate.
enum class GoodputLoss {
  queue,
  detection,
  node_wait,
  restart,
  staging,
  maintenance,
  rollback,
  checkpoint,
  bubble,
  exposed_communication,
  spread,
  straggler,
  data_stall,
  thermal,
  cap,
  curtailment,
  count
};
inline constexpr std::size_t kGoodputLosses = static_cast<std::size_t>(GoodputLoss::count);
[[nodiscard]] std::string_view name(GoodputLoss loss);

/// How time at work divides: shares of the wall-clock time, which add up to 1.
struct WorkShares {
  double useful = 1.0;
  double bubble = 0.0, exposed_communication = 0.0, straggler = 0.0, data_stall = 0.0;
  double thermal = 0.0, cap = 0.0, curtailment = 0.0;
};

/// The same step at a lower pace: the shares of a step at full clock shrink to `pace`, the rest is the reason's.
/// @pre 0 < pace <= 1
[[nodiscard]] WorkShares slowed(const WorkShares& full, double pace, double WorkShares::*reason);

/// Ideal minus losses = actual, in accelerator seconds.
///
///     ideal  = accelerators x (time held + time queued)
///     actual = accelerators x work that lasts x useful share
///
/// Every loss is added where it arises; none is the remainder, so that residual() shows what nobody has booked.
/// Sums are compensated.  Source: the waterfall of MegaScale (Jiang et al. 2024) and of Google's ML productivity
/// goodput.
class GoodputWaterfall {
 public:
  /// The job holds (or waits for) so many accelerators for this long.
  void hold(double accelerators, Duration time) { add(ideal_, accelerators * time.si()); }
  void lose(GoodputLoss loss, double accelerators, Duration time) {
    add(losses_[static_cast<std::size_t>(loss)], accelerators * time.si());
  }
  /// Work that lasts: its useful share is actual, the others are losses.
  void work(double accelerators, Duration time, const WorkShares& shares);

  [[nodiscard]] Duration ideal() const { return Duration(ideal_.value()); }  ///< accelerator seconds
  [[nodiscard]] Duration actual() const { return Duration(actual_.value()); }
  [[nodiscard]] Duration lost(GoodputLoss loss) const {
    return Duration(losses_[static_cast<std::size_t>(loss)].value());
  }
  [[nodiscard]] double goodput() const { return actual() / ideal(); }
  /// (ideal - losses - actual) / ideal.
  [[nodiscard]] double residual() const;

 private:
  // Neumaier's sum.
  struct Sum {
    double sum = 0.0, carry = 0.0;
    [[nodiscard]] double value() const { return sum + carry; }
  };
  static void add(Sum& to, double x);

  Sum ideal_, actual_;
  std::array<Sum, kGoodputLosses> losses_{};
};

}  // namespace aifactory
