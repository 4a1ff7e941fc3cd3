#include "models/grid/time_of_use.h"

#include <fmt/format.h>

#include <algorithm>

namespace aifactory {
namespace {

bool matches(const TimeOfUse::Period& period, int month, bool weekend, int hour) {
  if (!period.months.empty() && std::find(period.months.begin(), period.months.end(), month) == period.months.end()) {
    return false;
  }
  if (period.days == DaysOfWeek::weekdays && weekend) return false;
  if (period.days == DaysOfWeek::weekends && !weekend) return false;
  return period.from_hour < period.to_hour ? hour >= period.from_hour && hour < period.to_hour
                                           : hour >= period.from_hour || hour < period.to_hour;
}

}  // namespace

TimeOfUse::TimeOfUse(const std::vector<Period>& periods) {
  for (std::size_t i = 0; i < periods.size(); ++i) {
    for (const std::int64_t month : periods[i].months) {
      if (month < 1 || month > 12) {
        throw InputError(fmt::format("time of use: period {}: months: {} must be in 1..12", i + 1, month));
      }
    }
    if (periods[i].from_hour < 0 || periods[i].from_hour > 23) {
      throw InputError(
          fmt::format("time of use: period {}: from_hour = {} must be in 0..23", i + 1, periods[i].from_hour));
    }
    if (periods[i].to_hour < 1 || periods[i].to_hour > 24) {
      throw InputError(fmt::format("time of use: period {}: to_hour = {} must be in 1..24", i + 1, periods[i].to_hour));
    }
  }
  for (int month = 1; month <= 12; ++month) {
    for (int weekend = 0; weekend < 2; ++weekend) {
      for (int hour = 0; hour < 24; ++hour) {
        const auto found = std::find_if(periods.begin(), periods.end(), [&](const Period& period) {
          return matches(period, month, weekend == 1, hour);
        });
        if (found == periods.end()) {
          throw InputError(
              fmt::format("time of use: no period covers {}:00 to {}:00 on {} of month {}; a last period without "
                          "months, days and hours covers what is left",
                          hour, hour + 1, weekend == 1 ? "weekends" : "weekdays", month));
        }
        table_[static_cast<std::size_t>((month - 1) * 48 + weekend * 24 + hour)] =
            static_cast<std::int32_t>(found - periods.begin());
      }
    }
  }
}

std::size_t TimeOfUse::period_at(CalendarSeconds local) const {
  return static_cast<std::size_t>(table_[cell(civil_time(local))]);
}

CalendarSeconds TimeOfUse::next_change_after(CalendarSeconds local) const {
  const std::size_t now = period_at(local);
  const CalendarSeconds hour = floor_to(local, kSecondsPerHour);
  // A year and a week hold every kind of month, day and hour in every order there is.
  constexpr int kHours = 374 * 24;
  for (int i = 1; i <= kHours; ++i) {
    const CalendarSeconds t = hour + i * kSecondsPerHour;
    if (period_at(t) != now) return t;
  }
  return INT64_MAX;
}

}  // namespace aifactory
