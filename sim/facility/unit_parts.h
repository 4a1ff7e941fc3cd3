#pragma once
/// @file What the units of a site consist of: the parts that can fail, be degraded or be maintained on their own.
#include <string>
#include <string_view>
#include <vector>

#include "sim/facility/config.h"

namespace aifactory {

// Names of a unit's parts, in the order of their numbers (`part` of a disturbance); none: only the whole unit can be
// disturbed.  Like parts differ in what follows the last underscore: pump_a, pump_b; cell_01, cell_02.
[[nodiscard]] std::vector<std::string> parts_of(const PowerUnitConfig& unit);
[[nodiscard]] std::vector<std::string> parts_of(const CoolingUnitConfig& unit);
/// Units that stand in a hall itself (air handlers, rear doors), named site.hall.UNIT.
[[nodiscard]] std::vector<std::string> units_of(const HallConfig& hall);

/// What like parts have in common: "pump_a" -> "pump", "cell_12" -> "cell", "valve" -> "valve".
[[nodiscard]] std::string_view stem_of(std::string_view part);
/// "cell_01" for ("cell", 0).
[[nodiscard]] std::string numbered_part(std::string_view stem, std::int64_t index);
/// "pump_a" for ("pump", 0): letters a, b, ... z, aa.
[[nodiscard]] std::string lettered(std::string_view stem, std::int64_t index);

}  // namespace aifactory
