#include "models/grid/demand.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/error.h"

namespace aifactory {
namespace {

void raise(DemandMeter::Month& month, Power mean, Tick window_start) {
  if (mean > month.demand) {
    month.demand = mean;
    month.window_start = window_start;
  }
}

}  // namespace

DemandMeter::DemandMeter(Duration window, const SiteClock& clock) : clock_(clock) {
  const double minutes = window.in(minute);
  if (!(minutes >= 1.0 && minutes <= 1440.0) || minutes != std::floor(minutes) ||
      1440 % static_cast<int>(minutes) != 0) {
    throw InputError(
        fmt::format("demand meter: window = {:g} s must be a whole number of minutes that divides a day", window.si()));
  }
  window_ = static_cast<CalendarSeconds>(minutes) * 60;
}

Tick DemandMeter::window_end(Tick t) const {
  return clock_.tick_of_local(floor_to(clock_.local(t), window_) + window_);
}

DemandMeter::Month& DemandMeter::month_of(State& state, Tick t) const {
  const CivilTime date = civil_time(clock_.local(t));
  if (state.months.empty() || state.months.back().month != date.month || state.months.back().year != date.year) {
    state.months.push_back({.year = date.year, .month = date.month, .demand = Power(0.0), .window_start = t});
  }
  return state.months.back();
}

void DemandMeter::advance(State& state, Power power, Tick now) const {
  AIF_CHECK(now >= state.now, fmt::format("the meter runs forward: {} after {}", now, state.now));
  while (state.now < now) {
    const Tick end = window_end(state.now);
    Month& month = month_of(state, state.now);
    if (now < end) {  // The window stays open.
      state.in_window += power * to_duration(now - state.now);
      state.now = now;
      return;
    }
    state.in_window += power * to_duration(end - state.now);
    raise(month, state.in_window / to_duration(end - state.open_since), state.open_since);
    state.now = state.open_since = end;
    state.in_window = Energy(0.0);
    // Whole windows at one power all have that power as their mean: one comparison for a month of them.
    const CivilTime date = civil_time(clock_.local(end));
    const Tick month_end = clock_.tick_of_local(date.month == 12 ? calendar_seconds(date.year + 1, 1, 1)
                                                                 : calendar_seconds(date.year, date.month + 1, 1));
    const Tick window = window_ * kTicksPerSecond;
    const Tick whole = (std::min(now, month_end) - end) / window;
    if (whole > 0) {
      raise(month_of(state, end), power, end);
      state.now = state.open_since = end + whole * window;
    }
  }
}

std::vector<DemandMeter::Month> DemandMeter::demand(const State& state) const {
  std::vector<Month> months = state.months;
  if (state.now > state.open_since) {
    raise(months.back(), state.in_window / to_duration(state.now - state.open_since), state.open_since);
  }
  return months;
}

Money DemandMeter::charge(const State& state, PowerPrice rate_per_month) const {
  Money sum(0.0);
  for (const Month& month : demand(state)) sum += month.demand * rate_per_month;
  return sum;
}

Money coincident_peak_charge(std::span<const Power> power_at_peaks, PowerPrice rate_per_year) {
  AIF_CHECK(!power_at_peaks.empty(), "a coincident-peak charge needs peaks");
  Power sum(0.0);
  for (const Power power : power_at_peaks) sum += power;
  return sum / static_cast<double>(power_at_peaks.size()) * rate_per_year;
}

CoincidentPeakMeter::CoincidentPeakMeter(std::vector<Interval> intervals) : intervals_(std::move(intervals)) {
  for (std::size_t i = 0; i < intervals_.size(); ++i) {
    AIF_CHECK(intervals_[i].from < intervals_[i].to && (i == 0 || intervals_[i - 1].to <= intervals_[i].from),
              "intervals of coincident peaks ascend");
  }
}

CoincidentPeakMeter::State CoincidentPeakMeter::start() const {
  return {.now = 0, .energy = std::vector<Energy>(intervals_.size(), Energy(0.0))};
}

void CoincidentPeakMeter::advance(State& state, Power power, Tick now) const {
  AIF_CHECK(now >= state.now, fmt::format("the meter runs forward: {} after {}", now, state.now));
  auto it = std::upper_bound(intervals_.begin(), intervals_.end(), state.now,
                             [](Tick t, const Interval& interval) { return t < interval.to; });
  for (; it != intervals_.end() && it->from < now; ++it) {
    const Tick overlap = std::min(now, it->to) - std::max(state.now, it->from);
    state.energy[static_cast<std::size_t>(it - intervals_.begin())] += power * to_duration(overlap);
  }
  state.now = now;
}

std::vector<Power> CoincidentPeakMeter::means(const State& state) const {
  std::vector<Power> means;
  for (std::size_t i = 0; i < intervals_.size(); ++i) {
    means.push_back(state.energy[i] / to_duration(intervals_[i].to - intervals_[i].from));
  }
  return means;
}

}  // namespace aifactory
