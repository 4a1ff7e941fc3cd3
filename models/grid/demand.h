#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/calendar.h"
#include "models/units.h"

namespace aifactory {

/// Demand charge: the greatest mean power over a metering window in each calendar month.
///
///     demand(month) = max over the windows of the month of  (1/w) x integral of P dt over the window
///     charge        = sum over months of  demand(month) x rate
///
/// Windows of length w stand end to end on the clock (00:00, 00:15, ...), as a meter records them; they do not
/// slide.  Exact for a power that is constant between calls: a whole number of windows at one power costs
/// the same as one.  Months are those of the site's standard time, where a month begins a window begins.
///
/// A window cut short by the start of the run counts with its mean over the part that was simulated, and
/// `demand()` counts the window still open in the same way.  A month cut short by the run is charged in full.
///
/// *Not modelled*: ratchets, power factor, seasonal or time-of-day demand blocks.
/// Source: the 15 or 30 minute non-coincident demand of US tariff sheets.
class DemandMeter {
 public:
  struct Month {
    int year = 0, month = 0;
    Power demand = Power(0.0);  ///< greatest window mean
    Tick window_start = 0;      ///< of the window that set it
  };
  struct State {
    Tick now = 0;                    ///< metered up to here
    Tick open_since = 0;             ///< start of the open window, or of the run if that is later
    Energy in_window = Energy(0.0);  ///< energy of the open window
    std::vector<Month> months;       ///< in order; the last one is open
  };

  /// @throws InputError unless `window` is a whole number of minutes that divides a day.
  DemandMeter(Duration window, const SiteClock& clock);

  /// Meters `power` held over [state.now, now).  Allocates only when a month begins.
  void advance(State& state, Power power, Tick now) const;

  /// Demand of each month so far, the open window included.
  [[nodiscard]] std::vector<Month> demand(const State& state) const;
  [[nodiscard]] Money charge(const State& state, PowerPrice rate_per_month) const;

 private:
  /// End of the window that holds `t`.
  [[nodiscard]] Tick window_end(Tick t) const;
  Month& month_of(State& state, Tick t) const;

  CalendarSeconds window_;
  SiteClock clock_;
};

/// Coincident-peak charge: the mean of the power at the intervals in which the whole system peaked, times a
/// yearly rate.  ERCOT's 4CP takes the 15 minute interval of the system peak in each of June to September.
/// @pre at least one peak.
[[nodiscard]] Money coincident_peak_charge(std::span<const Power> power_at_peaks, PowerPrice rate_per_year);

/// Mean power over given intervals, of a power that is constant between calls: what `coincident_peak_charge`
/// is asked about when the intervals of the system peaks are known.
class CoincidentPeakMeter {
 public:
  struct Interval {
    Tick from = 0, to = 0;
  };
  struct State {
    Tick now = 0;
    std::vector<Energy> energy;  ///< per interval
  };
  /// @pre intervals in ascending order, apart from each other, none empty.
  explicit CoincidentPeakMeter(std::vector<Interval> intervals);
  [[nodiscard]] State start() const;
  void advance(State& state, Power power, Tick now) const;
  /// Mean power of each interval; an interval the run did not reach counts as 0 W.
  [[nodiscard]] std::vector<Power> means(const State& state) const;

 private:
  std::vector<Interval> intervals_;
};

}  // namespace aifactory
