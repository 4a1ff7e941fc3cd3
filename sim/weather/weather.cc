#include "sim/weather/weather.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/error.h"

namespace aifactory {

Weather Weather::constant(const OutdoorAir& air) {
  Weather weather;
  weather.rows_ = {air};
  return weather;
}

Weather Weather::repeating_year(std::vector<OutdoorAir> hours, const SiteClock& clock) {
  AIF_CHECK(hours.size() == 8760 || hours.size() == 8784, fmt::format("{} hours", hours.size()));
  Weather weather;
  weather.kind_ = Kind::repeating;
  weather.clock_ = clock;
  weather.rows_ = std::move(hours);
  return weather;
}

Weather Weather::dated(std::vector<Tick> ticks, std::vector<OutdoorAir> rows, Tick end) {
  AIF_CHECK(
      !rows.empty() && ticks.size() == rows.size() && end > ticks.back() && std::is_sorted(ticks.begin(), ticks.end()),
      "dated weather needs one ascending tick per row");
  Weather weather;
  weather.kind_ = Kind::dated;
  weather.ticks_ = std::move(ticks);
  weather.rows_ = std::move(rows);
  weather.end_ = end;
  return weather;
}

std::size_t Weather::index_at(Tick t) const {
  switch (kind_) {
    case Kind::constant:
      return 0;
    case Kind::repeating: {
      const CivilTime time = civil_time(clock_.local(t));
      const bool leap_rows = rows_.size() == 8784;
      int date = kDaysBeforeMonth[time.month - 1] + time.day - 1;
      if (time.month == 2 && time.day == 29 && !leap_rows) --date;
      if (time.month > 2 && leap_rows) ++date;
      return static_cast<std::size_t>(date * 24 + time.hour);
    }
    case Kind::dated: {
      const auto next = std::upper_bound(ticks_.begin(), ticks_.end(), t);
      return next == ticks_.begin() ? 0 : static_cast<std::size_t>(next - ticks_.begin()) - 1;
    }
  }
  return 0;
}

Tick Weather::next_change(Tick t) const {
  switch (kind_) {
    case Kind::constant:
      return kNever;
    case Kind::repeating:
      return clock_.tick_of_local(floor_to(clock_.local(t), kSecondsPerHour) + kSecondsPerHour);
    case Kind::dated: {
      const auto next = std::upper_bound(ticks_.begin(), ticks_.end(), t);
      return next == ticks_.end() ? kNever : *next;
    }
  }
  return kNever;
}

}  // namespace aifactory
