#pragma once
/// @file What a failure did, measured against the same run without it.
#include <string>
#include <vector>

#include "sim/results/run_result.h"

namespace aifactory {

/// The run without a failure, as far as the others are measured against it.
struct FmeaBase {
  std::vector<double> it_mw;               ///< of all sites, row by row
  std::vector<std::string> events;         ///< what happens anyway after the date of the failure, sorted
  std::int64_t interruptions = 0;
  double lost_accelerator_h = 0;
  double it_greatest_mw = kUnset;          ///< from the failure on: no case can lose more
  double it_at_failure_mw = kUnset, facility_at_failure_mw = kUnset, supply_at_failure_c = kUnset;
};

/// Figures of one case.  Minutes count from the failure; unset: it does not come to that within the window.
struct FmeaOutcome {
  double lost_mw = kUnset;          ///< greatest difference of IT power to the base at the same instant
  double lost_mwh = kUnset;         ///< IT energy missed within the window
  double it_least_mw = kUnset;
  double supply_greatest_c = kUnset;  ///< hottest coolant supply after the failure
  std::string first_limit, first_limit_unit;  ///< kind of event and unit; empty: none
  double first_limit_min = kUnset, throttle_min = kUnset, trip_min = kUnset, drop_min = kUnset;
  std::int64_t jobs_interrupted = 0;
  double lost_accelerator_h = 0;    ///< more than in the base
  bool closed = true;               ///< every balance of the ledger holds
  std::string trouble;              ///< the run did not come to its end: why; then nothing above holds
  [[nodiscard]] bool harmless() const { return trouble.empty() && closed && !(lost_mw > 1e-6) && first_limit.empty() && jobs_interrupted == 0; }
};

/// @param failed date of the failure.
[[nodiscard]] FmeaBase base_of(const RunResult& result, Tick failed);
[[nodiscard]] FmeaOutcome outcome_of(const RunResult& result, const FmeaBase& base, Tick failed);

// Through a pipe.
[[nodiscard]] std::string to_text(const FmeaBase& base);
[[nodiscard]] FmeaBase parse_base(const std::string& text);
[[nodiscard]] std::string to_text(const FmeaOutcome& outcome);
[[nodiscard]] FmeaOutcome parse_outcome(const std::string& text);

}  // namespace aifactory
