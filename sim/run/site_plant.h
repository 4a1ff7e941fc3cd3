#pragma once
/// @file What sizing and building a plant share.
#include "sim/run/site.h"

namespace aifactory {

/// The plant's facility water loop; null: it has none.  @throws InputError for a second one.
const CoolingUnitConfig* only_loop(const SitePlan& plan);
/// Electric power of a loop's pumps at design flow.
Power pump_power(const CoolingUnitConfig& loop);
/// Rated electric power of a unit that moves or takes up heat, with the units that stand by at rest.
Power rated_power(const CoolingUnitConfig& unit);

}  // namespace aifactory
