#pragma once
/// @file Every unit of a run that can be named: `site.power.UNIT`, `site.cooling.UNIT[.PART]`, `site.hall.cluster.rack_N`.
#include <cstdint>
#include <string>
#include <vector>

namespace aifactory {

struct PreparedRun;

/// Where a name leads.
struct UnitRef {
  enum class Kind : std::uint8_t {
    power_unit,    ///< index: id in the power network
    cooling_unit,  ///< index: position in SitePlan::cooling_units; part: pump or cell of it, -1: the whole unit
    rack,          ///< index: cluster of the site; part: rack of the cluster
    site,          ///< the site itself (curtailments)
  };
  Kind kind = Kind::site;
  std::size_t site = 0, index = 0;
  std::int64_t part = -1;
};

/// @throws InputError at `where` for a name that no unit has, with the nearest one.
UnitRef find_unit(const PreparedRun& run, const std::string& name, const std::string& where);
UnitRef find_site(const PreparedRun& run, const std::string& name, const std::string& where);

}  // namespace aifactory
