#pragma once
/// @file Ratings of power units at a site's altitude and hottest air.
#include "models/power/derating.h"
#include "sim/facility/power_config.h"
#include "sim/facility/provisioning.h"

namespace aifactory {

/// Share of the nameplate that is left; 1 for kinds without a rule and where derating is off.
[[nodiscard]] double site_factor(const PowerUnitConfig& unit, const SiteConditions& site, const LimitsConfig& limits);
[[nodiscard]] inline Power rating_at_site(const PowerUnitConfig& unit, const SiteConditions& site, const LimitsConfig& limits) {
  return unit.rating * site_factor(unit, site, limits);
}
/// Share of the rating at the site that a load of hours may take.
[[nodiscard]] double continuous_factor(PowerKind kind, const LimitsConfig& limits);

}  // namespace aifactory
