#pragma once
#include <cstdint>
#include <vector>

#include "models/time.h"
#include "models/units.h"
#include "sim/results/accumulator.h"

namespace aifactory {

/// What a power did over time, for a power that is constant between changes: peak that lasted, mean, the value exceeded
/// only a given share of the time, time above limits.
///
///     quantile(q) = least value held of which the time above is at most (1 - q) of the whole
///
/// Time is kept in whole ticks, by bins of width scale/200 up to 16 times the scale; each bin remembers the greatest value
/// held in it.  The quantile is therefore a value that was held, at least the exact one and less than a bin above it, and
/// the exact one where a bin has seen one value only.  A change costs O(1); memory grows with the highest value,
/// at most 51 kB.  Mean and times have no such error.
class UnitMeter {
 public:
  static constexpr int kBinsPerScale = 200;
  static constexpr std::size_t kMostBins = 16 * kBinsPerScale;
  /// A value is above a limit when it exceeds it by more than rounding.
  static constexpr double kAbove = 1.0 + 1e-9;

  /// @param scale sets the width of bins, usually the rating.  @param rating, @param continuous limits, may be infinite.
  /// @pre 0 < scale, finite.
  /// @param since when the unit comes in: its time begins there.
  UnitMeter(Power scale, Power rating, Power continuous, Tick since = 0);

  /// Other limits from `now` on; what the meter holds and the width of its bins stay.
  void set_limits(Tick now, Power rating, Power continuous) {
    advance(now);
    rating_w_ = rating.si();
    continuous_w_ = continuous.si();
  }

  /// From `now` on.  @pre now does not fall.
  void set(Tick now, Power value) {
    if (value.si() == value_w_) return;
    advance(now);
    value_w_ = value.si();
  }
  /// The unit was away since the last advance(): that is no time of it.
  void skip(Tick now) {
    since_ += now - last_;
    last_ = now;
  }
  /// Books the value up to `now`.
  void advance(Tick now);

  [[nodiscard]] Power value() const { return Power(value_w_); }
  [[nodiscard]] Power rating() const { return Power(rating_w_); }
  [[nodiscard]] Power continuous() const { return Power(continuous_w_); }
  // As of the last advance(); unset before any time has passed.
  [[nodiscard]] Power peak() const;
  [[nodiscard]] Power mean() const;
  /// @pre 0 <= q <= 1.
  [[nodiscard]] Power quantile(double q) const;
  [[nodiscard]] Duration above_rating() const { return to_duration(above_rating_); }
  [[nodiscard]] Duration above_continuous() const { return to_duration(above_continuous_); }
  [[nodiscard]] Tick span() const { return last_ - since_; }

 private:
  struct Bin {
    Tick span = 0;
    double greatest_w = 0.0;
  };
  double bins_per_w_, rating_w_, continuous_w_;
  double value_w_ = 0.0, peak_w_ = 0.0;
  Tick since_ = 0, last_ = 0, above_rating_ = 0, above_continuous_ = 0;
  Accumulator energy_j_;
  std::vector<Bin> bins_;
};

}  // namespace aifactory
