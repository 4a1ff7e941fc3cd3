#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/calendar.h"
#include "models/grid/step_series.h"

namespace aifactory {

enum class DaysOfWeek { all, weekdays, weekends };

/// A time-of-use tariff: which of its periods applies at an hour of the site's standard time.
///
/// Periods are tried in their order and the first that matches month, day of the week and hour applies, so
/// that the peak period stands first and a bare one, which matches always, stands last.  Every hour of every
/// kind of day must be covered.  Periods begin and end on whole hours.
///
/// *Not modelled*: holidays (they count as the day of the week they fall on) and daylight saving time.
/// Source: the form that US utilities' tariff sheets have in common (URDB of NREL: 12 months x 24 hours for
/// weekdays and for weekends).
class TimeOfUse {
 public:
  struct Period {
    std::vector<std::int64_t> months = {};  ///< 1..12; empty: all
    DaysOfWeek days = DaysOfWeek::all;
    std::int64_t from_hour = 0;  ///< 0..23
    std::int64_t to_hour = 24;   ///< 1..24; at or before from_hour: past midnight, as 22 to 6
  };

  /// @throws InputError naming the first period out of range, or the first hour that no period covers.
  explicit TimeOfUse(const std::vector<Period>& periods);

  /// Index of the period in effect.
  [[nodiscard]] std::size_t period_at(CalendarSeconds local) const;
  /// Start of the next hour with another period, strictly after `local`; INT64_MAX when there is none.
  [[nodiscard]] CalendarSeconds next_change_after(CalendarSeconds local) const;

  /// The value of each period laid out over [0, horizon), horizon at most `kLongest`.
  template <class Q>
  [[nodiscard]] StepSeries<Q> lay_out(const std::vector<Q>& values, const SiteClock& clock, Tick horizon) const {
    std::vector<Tick> ticks{0};
    std::vector<Q> steps{values.at(period_at(clock.local(0)))};
    const Tick end = horizon > 0 && horizon < kLongest ? horizon : kLongest;
    for (CalendarSeconds t = next_change_after(clock.local(0)); t != INT64_MAX; t = next_change_after(t)) {
      const Tick tick = clock.tick_of_local(t);
      if (tick >= end) break;
      ticks.push_back(tick);
      steps.push_back(values.at(period_at(t)));
    }
    return StepSeries<Q>(ticks, steps, end);
  }
  /// Thirty years: the span laid out when a run has no end of its own.
  static constexpr Tick kLongest = 30 * 366 * 86'400 * kTicksPerSecond;

 private:
  [[nodiscard]] std::size_t cell(const CivilTime& time) const {
    return static_cast<std::size_t>((time.month - 1) * 48 + (time.weekday >= 5 ? 24 : 0) + time.hour);
  }
  /// Month, weekday or weekend, hour.
  std::array<std::int32_t, 12 * 2 * 24> table_;
};

}  // namespace aifactory
