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

/// Parameters of a tower or dry cooler with the air density that the unit asks for.
template <class Params>
void set_density(Params& params, const CoolingUnitConfig& unit, Length elevation) {
  if (!unit.air_density) return;
  params.site_density = *unit.air_density == AirDensity::site;
  params.air_density_ratio = *unit.air_density == AirDensity::altitude ? psychro::standard_pressure(elevation) / kSeaLevelPressure : 1.0;
}

}  // namespace aifactory
