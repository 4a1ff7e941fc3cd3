#pragma once
/// @file What a page says about the scenario behind a run: dates, limits, the size of clusters.
#include <nlohmann/json.hpp>
#include <string>

namespace aifactory {

/// From the text of scenario.resolved.yaml:
///
///     start      calendar date, as written
///     checks     [{path, min, max}]: stated limits
///     events     text of each what-if, in the order of events[0], events[1] ...
///     clusters   {NAME: {site, racks, nodes, accelerators, accelerators_per_rack, throttle_speed, rack, throttle_c, trip_c}}; null
///                where the text does not say
///     sites      {NAME: {supply_c, cdu_supply_c, capacity_mw}}: set points of the facility water and of the technology loops
///
/// @throws InputError when the text is no YAML.
[[nodiscard]] nlohmann::ordered_json scenario_facts(const std::string& file);

}  // namespace aifactory
