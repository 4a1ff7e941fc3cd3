#pragma once
/// @file One line of units.csv: how a named unit fared.
#include <cstdint>
#include <string>
#include <vector>

#include "models/time.h"
#include "sim/results/result_directory.h"

namespace aifactory {

struct UnitRecord {
  std::string unit, kind;
  std::int64_t failures = 0;      ///< failures begun, whatever their cause
  std::int64_t trips = 0;         ///< its own protection took it out
  std::int64_t maintenances = 0;
  Tick down = 0;                  ///< failed or tripped
  Tick maintained = 0;            ///< out on purpose and not down
  Tick degraded = 0;              ///< in service with less than it can
  Tick first_failure = kNever;    ///< or trip
  Tick away = 0;                  ///< it was not there
  Tick observed = 0;              ///< span over which all this was: the time that it was there
  /// Time in service over time; unset for an empty span.
  [[nodiscard]] double availability() const {
    return observed > 0 ? 1.0 - to_seconds(down + maintained) / to_seconds(observed) : kUnset;
  }
};

/// unit, class, failures, trips, maintenances, down_s, maintain_s, degraded_s, availability_frac, first_failure_s
void write_units_csv(const std::vector<UnitRecord>& units, OutputFile& file);

}  // namespace aifactory
