#pragma once
/// @file A load over time as it is replayed: rows of powers, each holding until the next.
#include <cstddef>
#include <string>
#include <vector>

#include "models/calendar.h"
#include "models/time.h"
#include "sim/workload/load_config.h"

namespace aifactory {

/// Powers of several groups of racks over time.  Row r holds from ticks[r] to ticks[r+1]; the first one also before, the
/// last one also after, unless the trace repeats.  Neighbouring rows differ: a row is a change.
struct LoadTrace {
  std::size_t groups = 0;       ///< values of a row
  std::vector<Tick> ticks;      ///< ascending; on the run's clock, so that the first may be negative
  std::vector<double> watts;    ///< row by row
  Tick period = 0;              ///< > 0: the rows repeat with it
  std::size_t blanks_held = 0, missing_rows_held = 0;  ///< what was not in the file
  [[nodiscard]] double at(std::size_t row, std::size_t group) const { return watts[row * groups + group]; }
};

/// @param groups how many values a row must have, @param what they belong to, for messages: "25 CDUs".
/// @param horizon end of the run; unset when the workload decides.
/// @throws InputError with file and line for a row that cannot be read, a column that is not there, times in disorder,
/// a negative power, or a file that does not cover the run.
LoadTrace make_load_trace(const LoadConfig& config, std::size_t groups, const std::string& what, const SiteClock& clock,
                          Duration horizon);
/// The same from a text, for tests.
LoadTrace parse_load_trace(std::string text, const std::string& file, const LoadConfig& config, std::size_t groups,
                           const std::string& what, const SiteClock& clock, Duration horizon);

}  // namespace aifactory
