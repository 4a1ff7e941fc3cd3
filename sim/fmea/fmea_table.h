#pragma once
/// @file fmea.csv: one row for each case, ranked.
#include <string>

#include "sim/fmea/fmea.h"

namespace aifactory {

/// rank, failed, class, during_maintenance_of, alike, status, adds, lost_mw, lost_mwh, first_limit, first_limit_unit, first_limit_min,
/// throttle_min, trip_min, drop_min, jobs_interrupted, lost_accelerator_h, also
[[nodiscard]] std::string fmea_csv(const FmeaResult& result);
/// "ok", "ledger does not close", or why the run did not come to its end.
[[nodiscard]] std::string status_of(const FmeaOutcome& outcome);

}  // namespace aifactory
