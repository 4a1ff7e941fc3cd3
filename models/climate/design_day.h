#pragma once
/// @file Air that a plant must be able to stand: extremes of many years, and a day that reaches them.
///
///     x_n = M + F s,  F = -sqrt(6)/pi (0.5772 + ln ln(n / (n - 1)))        extreme to be expected once in n years
///     T(i) = T_max - r f_i,  i = 0..23                                      dry bulb of a design day, held over hour i
///     w(i) = min(w_max, w_s(T(i)))                                          humidity ratio, held through the day
///
/// M mean and s standard deviation of yearly maxima (Gumbel), r daily range, f_i share of the range below the maximum (0 at
/// 14-16 h, 1 at 5-6 h), w_max humidity ratio at the maximum, w_s saturated.
///
/// Recirculation: fans draw in some of the air that they have just warmed or wetted; dry bulb and wet bulb at the intake
/// are higher than those of the weather by a fixed number of kelvin (1-3 K assumed).
///
/// Validity: n > 1; at least five yearly maxima.  *Not modelled*: trends over the years, wind and layout behind recirculation.
/// Source: ASHRAE Handbook Fundamentals 2017, chapter 14: equation for n-year values and table 6 of daily fractions.
#include <span>
#include <vector>

#include "models/cooling/psychrometrics.h"

namespace aifactory {

/// F of the equation above.  @throws InputError unless years > 1.
[[nodiscard]] double gumbel_factor(double years);
[[nodiscard]] Temperature n_year_extreme(Temperature mean, TemperatureDelta deviation, double years);
/// From the maxima themselves.  @throws InputError for fewer than five.
[[nodiscard]] Temperature n_year_extreme(std::span<const Temperature> yearly_maxima, double years);

/// The hottest hour of a day and how far the night is below it.
struct DesignDay {
  Temperature dry_bulb, wet_bulb;
  TemperatureDelta daily_range;
  Pressure pressure;

  /// 24 hours from midnight.  @throws InputError for a wet bulb above the dry bulb.
  [[nodiscard]] std::vector<OutdoorAir> hours() const;
};

/// Air at the intake of fans that draw some of their own exhaust in.
[[nodiscard]] OutdoorAir recirculated(const OutdoorAir& air, TemperatureDelta rise);

}  // namespace aifactory
