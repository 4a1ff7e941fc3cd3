#pragma once
/// @file Gregorian calendar arithmetic on whole seconds, and the place of the simulation on the calendar.
///
/// Standard time only: no leap seconds, and no daylight saving time, so that every day has 24 hours and a
/// schedule "from 14 to 20 o'clock" means standard time all year.  Files whose stamps carry their own offset
/// from UTC are placed by that offset and need no rule.
#include <chrono>
#include <cstdint>

#include "models/time.h"

namespace aifactory {

/// Whole seconds since 1970-01-01T00:00:00 of some clock: UTC, or a site's standard time.
using CalendarSeconds = std::int64_t;
inline constexpr CalendarSeconds kSecondsPerHour = 3'600;
inline constexpr CalendarSeconds kSecondsPerDay = 86'400;

/// A calendar second taken apart.
struct CivilTime {
  int year = 1970;
  int month = 1;    ///< 1..12
  int day = 1;      ///< 1..31
  int weekday = 3;  ///< 0 Monday .. 6 Sunday
  int hour = 0;     ///< 0..23
  int second_of_hour = 0;
};

constexpr CalendarSeconds floor_to(CalendarSeconds t, CalendarSeconds step) {
  const CalendarSeconds rest = t % step;
  return t - (rest < 0 ? rest + step : rest);
}

/// A date; it need not exist.
constexpr std::chrono::year_month_day calendar_date(int y, int mon, int d) {
  return {std::chrono::year(y), std::chrono::month(static_cast<unsigned>(mon)),
          std::chrono::day(static_cast<unsigned>(d))};
}
constexpr bool date_exists(int y, int mon, int d) {
  return mon >= 1 && d >= 1 && calendar_date(y, mon, d).ok();
}
/// Midnight that begins a date.  @pre the date exists.
constexpr CalendarSeconds calendar_seconds(int y, int mon, int d) {
  return std::chrono::sys_days(calendar_date(y, mon, d)).time_since_epoch().count() * kSecondsPerDay;
}

constexpr CivilTime civil_time(CalendarSeconds t) {
  const CalendarSeconds midnight = floor_to(t, kSecondsPerDay);
  const std::chrono::sys_days days{std::chrono::days(midnight / kSecondsPerDay)};
  const std::chrono::year_month_day date{days};
  const auto in_day = static_cast<int>(t - midnight);
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .day = static_cast<int>(static_cast<unsigned>(date.day())),
          .weekday = static_cast<int>(std::chrono::weekday(days).iso_encoding()) - 1,
          .hour = in_day / static_cast<int>(kSecondsPerHour),
          .second_of_hour = in_day % static_cast<int>(kSecondsPerHour)};
}

inline constexpr int kDaysBeforeMonth[13] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
/// Days of a month of a year of 365 days.
constexpr int days_in_month(int month) {
  return kDaysBeforeMonth[month] - kDaysBeforeMonth[month - 1];
}

/// Where tick 0 of the simulation lies, and how far the site's standard time is ahead of UTC.
class SiteClock {
 public:
  SiteClock() = default;
  static SiteClock from_utc(CalendarSeconds start, CalendarSeconds utc_offset) { return {start, utc_offset}; }
  static SiteClock from_local(CalendarSeconds start, CalendarSeconds utc_offset) {
    return {start - utc_offset, utc_offset};
  }

  [[nodiscard]] CalendarSeconds utc_offset() const { return utc_offset_; }
  /// Rounded down to the whole second.
  [[nodiscard]] CalendarSeconds utc(Tick t) const {
    return start_utc_ + floor_to(t, kTicksPerSecond) / kTicksPerSecond;
  }
  [[nodiscard]] CalendarSeconds local(Tick t) const { return utc(t) + utc_offset_; }
  [[nodiscard]] Tick tick_of_utc(CalendarSeconds t) const { return (t - start_utc_) * kTicksPerSecond; }
  [[nodiscard]] Tick tick_of_local(CalendarSeconds t) const { return tick_of_utc(t - utc_offset_); }

 private:
  SiteClock(CalendarSeconds start_utc, CalendarSeconds utc_offset) : start_utc_(start_utc), utc_offset_(utc_offset) {}
  CalendarSeconds start_utc_ = 0;
  CalendarSeconds utc_offset_ = 0;
};

}  // namespace aifactory
