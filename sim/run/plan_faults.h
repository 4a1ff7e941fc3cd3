#pragma once
/// @file Events and faults of a scenario, resolved to units.
#include <string>
#include <vector>

#include "sim/facility/fault_plan.h"

namespace aifactory {

struct PreparedRun;
struct ScenarioConfig;

/// @pre sites and units of the run are prepared.
/// @throws InputError naming the key, for a unit that is not there or cannot be disturbed in that way.
FaultPlan plan_faults(const PreparedRun& run);

/// Events that a run which ends at `end` never comes to: "events[3].at: 30 h is not before ...".
std::vector<std::string> events_after(const ScenarioConfig& config, Tick end);

}  // namespace aifactory
