#pragma once
/// @file What sizing and building a plant share.
#include "sim/run/site.h"

namespace aifactory {

/// The plant's facility water loop; null: it has none.  @throws InputError for a second one.
const CoolingUnitConfig* only_loop(const SitePlan& plan);
/// Electric power of its pumps at design flow.
Power pump_power(const CoolingUnitConfig& loop);

}  // namespace aifactory
