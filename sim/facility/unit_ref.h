#pragma once
/// @file A unit of a run that can be named, and where it is.
#include <cstddef>
#include <cstdint>
#include <string>

namespace aifactory {

/// Where a name leads.
struct UnitRef {
  enum class Kind : std::uint8_t {
    power_unit,    ///< index: position in SitePlan::power_units, then in PreparedSite::later_power; part: as parts_of() numbers them
    cooling_unit,  ///< index: position in SitePlan::cooling_units, then in PreparedSite::later_units; part: as parts_of() numbers them
    hall_unit,     ///< index: hall of the site; part: unit of it, as units_of() numbers them
    rack,          ///< index: cluster of the site; part: rack of the cluster
    shelf,         ///< index: cluster of the site; part: power shelf of the cluster, counted rack by rack
    site,          ///< the site itself (curtailments, sags)
  };
  Kind kind = Kind::site;
  std::size_t site = 0, index = 0;
  std::int64_t part = -1;  ///< -1: the whole unit
  friend bool operator==(const UnitRef&, const UnitRef&) = default;
};

/// A unit with its name and class.
struct NamedUnit {
  std::string name;   ///< abilene.cooling.cdu_03.pump_a
  std::string kind;   ///< its class: ups, transformer, tower, cdu, cdu.pump, rack, rack.shelf ...
  UnitRef ref = {};
};

}  // namespace aifactory
