#pragma once
/// @file When people begin work.
#include "models/calendar.h"

namespace aifactory {

/// A stretch of each day, by the site's standard time; the default is always.
struct WorkingHours {
  SiteClock clock = {};
  CalendarSeconds from = 0, to = kSecondsPerDay;  ///< within the day; `to` itself is outside
  bool weekends = true;

  [[nodiscard]] bool always() const { return from == 0 && to == kSecondsPerDay && weekends; }
  [[nodiscard]] bool open(Tick now) const { return next_open(now) == now; }
  /// The first instant from `now` on at which work may begin.
  [[nodiscard]] Tick next_open(Tick now) const {
    if (always()) return now;
    const CalendarSeconds local = clock.local(now);
    for (CalendarSeconds midnight = floor_to(local, kSecondsPerDay);; midnight += kSecondsPerDay) {
      if (!weekends && civil_time(midnight).weekday >= 5) continue;
      if (local >= midnight + to) continue;
      return local >= midnight + from ? now : clock.tick_of_local(midnight + from);
    }
  }
};

}  // namespace aifactory
