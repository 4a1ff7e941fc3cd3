#pragma once
/// @file Reader of published price and carbon-intensity files: one column of times, one of values.
///
/// A stamp with its own offset from UTC (`2022-03-13 03:00:00-05:00`) is placed by it, so that files in local
/// time with daylight saving read right; a stamp without one is UTC or the site's standard time, as the caller says.
/// A value holds from its stamp to the next row's.  The last one holds for the usual spacing (the median), where the
/// file's coverage ends.  Rows must ascend in time; a repeated or earlier instant is an error.
///
/// Blank values (empty, `NaN`, `NA`) and gaps (a spacing above the usual) are held from the row before and counted, or
/// refused, as the caller says.  A blank first value is an error always.  A file that does not cover the run is an
/// error that says what it covers, unless the caller lets the first and last values hold outside. *Not modelled*:
/// interpolation; resampling; several values of one instant.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/calendar.h"
#include "models/grid/step_series.h"

namespace aifactory {

enum class StampZone { utc, site };
enum class GapRule { hold, refuse };
enum class OutsideRule { refuse, hold };

struct SeriesCsvOptions {
  std::optional<std::string> time_column;   ///< absent: the first
  std::optional<std::string> value_column;  ///< absent: the other of two
  StampZone zone = StampZone::utc;          ///< of stamps without an offset
  GapRule gaps = GapRule::hold;
  OutsideRule outside = OutsideRule::refuse;
};

/// What was in the file, and what was made up.
struct SeriesReport {
  std::size_t rows = 0;
  std::size_t blanks_held = 0;
  std::size_t missing_rows_held = 0;  ///< rows that gaps left out, at the usual spacing
};

/// A file's rows on UTC, blanks already held.
struct CsvSeries {
  std::string file;
  std::vector<CalendarSeconds> utc;
  std::vector<double> values;
  CalendarSeconds end_utc = 0;
  SeriesReport report;
};

/// @throws InputError with the line and the whole cell.
CsvSeries parse_series_csv(std::string text, const std::string& file, const SeriesCsvOptions& options,
                           CalendarSeconds utc_offset);
CsvSeries read_series_csv(const std::string& path, const SeriesCsvOptions& options, CalendarSeconds utc_offset);

/// @throws InputError unless [begin, end) of the data covers [0, horizon]; an unset horizon asks for the start alone.
void check_coverage(const std::string& file, CalendarSeconds begin_utc, CalendarSeconds end_utc, const SiteClock& clock,
                    Duration horizon);

/// On the simulation's clock, `unit` each.
template <class Q>
StepSeries<Q> on_clock(const CsvSeries& csv, Q unit, const SiteClock& clock) {
  std::vector<Tick> ticks;
  std::vector<Q> values;
  ticks.reserve(csv.utc.size());
  values.reserve(csv.utc.size());
  for (const CalendarSeconds t : csv.utc) ticks.push_back(clock.tick_of_utc(t));
  for (const double value : csv.values) values.push_back(value * unit);
  return StepSeries<Q>(ticks, values, clock.tick_of_utc(csv.end_utc));
}

}  // namespace aifactory
