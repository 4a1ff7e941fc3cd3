#pragma once
/// @file What cooling equipment can do on the site's design day.
#include <optional>

#include "sim/run/site.h"

namespace aifactory {

/// What a tower or dry cooler does on the design day with its fans at full speed: the dry day for dry coolers, the wet day for
/// towers, recirculation included.  Its share of the loop's design flow is that of its rating.
struct DesignDayHeat {
  Power heat;  ///< rejected from water at the loop's design return: set point + range; on a condenser loop the unit's design inlet
  Temperature supply;  ///< facility water that leaves it when it must reject its whole rating; unset: not to be reached, or condenser water
};
/// Nothing for other kinds, and where the design day is not known.
std::optional<DesignDayHeat> heat_on_design_day(const CoolingUnitConfig& unit, const CoolingUnitConfig& loop, const SitePlan& plan);

}  // namespace aifactory
