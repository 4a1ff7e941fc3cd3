#pragma once
/// @file Whether racks, CDUs and the power network of a site can be others from an instant on, and what units that brings in.
#include <cstddef>
#include <string>
#include <vector>

#include "sim/run/planned_change.h"
#include "sim/run/site.h"

namespace aifactory {

/// Some rack hangs on another CDU or supply, is no more or new, or a CDU or a power unit is another.
[[nodiscard]] bool other_layout(const SitePlan& now, const SitePlan& then);

/// Why one layout cannot take the place of the other while the run goes on; empty: it can.
[[nodiscard]] std::vector<std::string> layout_obstacles(const SitePlan& now, const SitePlan& then);

/// Makes room in the run for what the change brings in at a site: racks, CDUs, power units with their names; racks that go
/// keep a place in the plan of the change, behind the last one that stays, for as long as a job holds them.
void place_layout(PreparedRun& run, PlannedChange& change, std::size_t site);

}  // namespace aifactory
