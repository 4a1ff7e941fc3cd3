#pragma once

#include <cstddef>
#include <vector>

#include "models/calendar.h"
#include "models/cooling/psychrometrics.h"

namespace aifactory {

/// Outdoor air of a site over simulated time, constant between instants: from an EPW file, a climate, a CSV file,
/// or one state for the whole run.
///
/// Value i of a repeating year is in effect from the start of hour i to its end: the row of an EPW file that is
/// stamped hour h covers (h-1, h], and at the instant h:00 itself the next row takes over, so that an actor
/// woken by the change sees the new value.  The year repeats, 29 February takes the values of 28 February (or
/// its own, when the file has 8,784 hours), whatever the years of the rows were.
/// *Not modelled*: interpolation within the hour, wind, sun, sky.
class Weather {
 public:
  /// Always the same air.
  static Weather constant(const OutdoorAir& air);
  /// @pre 8,760 or 8,784 hours, from 1 January 00:00 site standard time.
  static Weather repeating_year(std::vector<OutdoorAir> hours, const SiteClock& clock);
  /// Row i holds from ticks[i] to ticks[i+1], the last one to `end` (and beyond, for want of better).
  /// @pre as many ticks as rows, ascending, `end` beyond the last.
  static Weather dated(std::vector<Tick> ticks, std::vector<OutdoorAir> rows, Tick end);

  /// O(1) for a year and a constant, O(log rows) for dated rows.
  [[nodiscard]] const OutdoorAir& at(Tick t) const { return rows_[index_at(t)]; }
  /// The next instant, strictly after `t`, at which other values may begin; kNever when there is none.
  [[nodiscard]] Tick next_change(Tick t) const;

  /// The span the data covers; without limits unless dated.
  [[nodiscard]] Tick begin() const { return kind_ == Kind::dated ? ticks_.front() : INT64_MIN; }
  [[nodiscard]] Tick end() const { return end_; }
  /// Every value once: for design checks ("does the plant hold at the worst hour?").
  [[nodiscard]] const std::vector<OutdoorAir>& rows() const { return rows_; }
  /// The same weather with each value changed.
  template <class Change>
  [[nodiscard]] Weather changed(Change&& change) const {
    Weather out = *this;
    for (OutdoorAir& air : out.rows_) air = change(air);
    return out;
  }

 private:
  enum class Kind { constant, repeating, dated };
  [[nodiscard]] std::size_t index_at(Tick t) const;

  Kind kind_ = Kind::constant;
  SiteClock clock_;
  std::vector<Tick> ticks_;
  std::vector<OutdoorAir> rows_;
  Tick end_ = kNever;
};

}  // namespace aifactory
