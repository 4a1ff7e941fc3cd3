#pragma once
/// @file Events and faults of a scenario, resolved to units.
#include "sim/facility/fault_plan.h"

namespace aifactory {

struct PreparedRun;

/// @pre sites and units of the run are prepared.
/// @throws InputError naming the key, for a unit that is not there or cannot be disturbed in that way.
FaultPlan plan_faults(const PreparedRun& run);

}  // namespace aifactory
