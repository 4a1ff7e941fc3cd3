#pragma once
/// @file Every unit of a run by name: `site.power.UNIT[.PART]`, `site.cooling.UNIT[.PART]`, `site.hall.UNIT`,
/// `site.hall.cluster.rack_N[.shelf_NN]`.
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/facility/unit_ref.h"
#include "sim/scenario/types.h"

namespace aifactory {

struct CoolingUnitConfig;
struct PowerUnitConfig;
struct SitePlan;

/// The units of all sites.  A selector is
///   - a name, as above;
///   - a pattern: `*` stands for any text and `?` for one character, both within a part between dots:
///     `*.cooling.cdu_*`, `a.power.ups_0?a`;
///   - a class: `class:ups`, `class:cdu.pump`, `class:rack`, `class:rack.shelf`.
/// Within the part of the scenario that belongs to a site, names and patterns may leave the site out.
class UnitDirectory {
 public:
  /// Adds the units of a site: power, then cooling, each followed by its parts, then those of halls.
  void add_site(const SitePlan& plan);

  /// Adds a cooling unit that a change brings in, with its parts.
  void add_cooling_unit(std::size_t site, const std::string& name, const CoolingUnitConfig& config, std::size_t index);

  /// The same for a power unit.  @param number of it among those of the site, as PreparedSite counts them.
  void add_power_unit(std::size_t site, const std::string& name, const PowerUnitConfig& config, std::size_t number);
  /// A cluster has so many racks at some time.
  void raise_racks(std::size_t site, std::size_t cluster, std::int64_t count);

  /// All but racks and their shelves, of which there may be very many.
  [[nodiscard]] std::span<const NamedUnit> units() const { return units_; }
  /// What a selector stands for, in the order of the directory.  @param site index of the site to stay within; -1: all.
  /// @throws InputError at `where` when that is nothing, with the nearest name.
  [[nodiscard]] std::vector<NamedUnit> select(const std::string& selector, const std::string& where, std::ptrdiff_t site = -1) const;
  /// Of several selectors, each unit once.
  [[nodiscard]] std::vector<NamedUnit> select(const Names& selectors, const std::string& where, std::ptrdiff_t site = -1) const;
  /// @throws InputError at `where` for a site that is not there.
  [[nodiscard]] std::size_t site(const std::string& name, const std::string& where) const;

 private:
  struct Racks {
    std::string cluster;  ///< site.hall.cluster
    std::size_t site = 0, index = 0;
    std::int64_t count = 0, shelves = 0;  ///< shelves of a rack that can fail; 0: none
    [[nodiscard]] NamedUnit unit(std::int64_t rack) const;
    [[nodiscard]] NamedUnit shelf(std::int64_t rack, std::int64_t number) const;
  };
  void add(std::string name, std::string kind, const UnitRef& ref);
  void add_with_parts(const std::string& name, const std::string& kind, const UnitRef& ref, const std::vector<std::string>& parts);
  [[nodiscard]] bool within(std::size_t unit_site, std::ptrdiff_t site) const { return site < 0 || unit_site == static_cast<std::size_t>(site); }
  void select_class(const std::string& kind, std::ptrdiff_t site, std::vector<NamedUnit>& out) const;
  void select_pattern(const std::string& pattern, std::ptrdiff_t site, std::vector<NamedUnit>& out) const;
  void select_name(const std::string& name, std::ptrdiff_t site, std::vector<NamedUnit>& out) const;
  [[noreturn]] void unknown(const std::string& selector, const std::string& where, std::ptrdiff_t site) const;

  std::vector<std::string> sites_;
  std::vector<NamedUnit> units_;
  std::vector<Racks> racks_;
  std::map<std::string, std::size_t> by_name_;
};

/// Whether a text fits a pattern; neither `*` nor `?` stands for a dot.
[[nodiscard]] bool fits(std::string_view text, std::string_view pattern);

}  // namespace aifactory
