#include "sim/run/units.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "models/suggest.h"
#include "sim/facility/unit_parts.h"
#include "sim/run/site.h"
#include "sim/scenario/kinds.h"

namespace aifactory {
namespace {

constexpr std::string_view kClass = "class:";

/// "rack_12" after "rack_" -> 12; -1 when it is something else.
std::int64_t number_after(std::string_view prefix, std::string_view text) {
  if (!text.starts_with(prefix)) return -1;
  text.remove_prefix(prefix.size());
  std::int64_t n = -1;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  return error == std::errc() && stop == text.data() + text.size() ? n : -1;
}

bool is_pattern(const std::string& text) { return text.find_first_of("*?") != std::string::npos; }

}  // namespace

bool fits(std::string_view text, std::string_view pattern) {
  // A star is tried with as little text as fits; on failure the last one takes a character more.
  std::size_t t = 0, p = 0, star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == text[t] || (pattern[p] == '?' && text[t] != '.'))) {
      ++t, ++p;
    } else if (star != std::string_view::npos && text[star_text] != '.') {
      t = ++star_text;
      p = star + 1;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

NamedUnit UnitDirectory::Racks::unit(std::int64_t rack) const {
  return {.name = fmt::format("{}.rack_{}", cluster, rack), .kind = "rack",
          .ref = {.kind = UnitRef::Kind::rack, .site = site, .index = index, .part = rack}};
}

NamedUnit UnitDirectory::Racks::shelf(std::int64_t rack, std::int64_t number) const {
  return {.name = fmt::format("{}.rack_{}.{}", cluster, rack, numbered_part("shelf", number)), .kind = "rack.shelf",
          .ref = {.kind = UnitRef::Kind::shelf, .site = site, .index = index, .part = rack * shelves + number}};
}

void UnitDirectory::add(std::string name, std::string kind, const UnitRef& ref) {
  by_name_.emplace(name, units_.size());
  units_.push_back({.name = std::move(name), .kind = std::move(kind), .ref = ref});
}

void UnitDirectory::add_with_parts(const std::string& name, const std::string& kind, const UnitRef& ref, const std::vector<std::string>& parts) {
  add(name, kind, ref);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    UnitRef part = ref;
    part.part = static_cast<std::int64_t>(p);
    add(fmt::format("{}.{}", name, parts[p]), fmt::format("{}.{}", kind, stem_of(parts[p])), part);
  }
}

void UnitDirectory::add_cooling_unit(std::size_t site, const std::string& name, const CoolingUnitConfig& config, std::size_t index) {
  add_with_parts(fmt::format("{}.cooling.{}", sites_[site], name), enum_name(config.kind),
                 {.kind = UnitRef::Kind::cooling_unit, .site = site, .index = index}, parts_of(config));
}

void UnitDirectory::add_power_unit(std::size_t site, const std::string& name, const PowerUnitConfig& config, std::size_t number) {
  add_with_parts(fmt::format("{}.power.{}", sites_[site], name), enum_name(config.kind),
                 {.kind = UnitRef::Kind::power_unit, .site = site, .index = number}, parts_of(config));
}

void UnitDirectory::raise_racks(std::size_t site, std::size_t cluster, std::int64_t count) {
  for (Racks& racks : racks_) {
    if (racks.site == site && racks.index == cluster) racks.count = std::max(racks.count, count);
  }
}

void UnitDirectory::add_site(const SitePlan& plan) {
  const std::size_t site = sites_.size();
  sites_.push_back(plan.name);
  for (std::size_t u = 0; u < plan.power_units.items.size(); ++u) add_power_unit(site, plan.power_units.items[u].first, plan.power_units.items[u].second, u);
  for (std::size_t u = 0; u < plan.cooling_units.items.size(); ++u) {
    const auto& [unit, config] = plan.cooling_units.items[u];
    add_with_parts(fmt::format("{}.cooling.{}", plan.name, unit), enum_name(config.kind),
                   {.kind = UnitRef::Kind::cooling_unit, .site = site, .index = u}, parts_of(config));
  }
  for (std::size_t number = 0; number < plan.config->halls.items.size(); ++number) {
    const auto& [hall, config] = plan.config->halls.items[number];
    const auto parts = units_of(config);
    for (std::size_t p = 0; p < parts.size(); ++p) {
      add(fmt::format("{}.{}.{}", plan.name, hall, parts[p]), std::string(stem_of(parts[p])),
          {.kind = UnitRef::Kind::hall_unit, .site = site, .index = number, .part = static_cast<std::int64_t>(p)});
    }
  }
  for (std::size_t c = 0; c < plan.clusters.size(); ++c) {
    racks_.push_back({.cluster = plan.clusters[c].unit, .site = site, .index = c, .count = plan.clusters[c].racks,
                      .shelves = plan.clusters[c].rack->power_shelves.value_or(0)});
  }
}

void UnitDirectory::select_class(const std::string& kind, std::ptrdiff_t site, std::vector<NamedUnit>& out) const {
  for (const NamedUnit& unit : units_) {
    if (unit.kind == kind && within(unit.ref.site, site)) out.push_back(unit);
  }
  if (kind != "rack" && kind != "rack.shelf") return;
  for (const Racks& racks : racks_) {
    if (!within(racks.site, site)) continue;
    for (std::int64_t r = 0; r < racks.count; ++r) {
      if (kind == "rack") out.push_back(racks.unit(r));
      for (std::int64_t n = 0; kind == "rack.shelf" && n < racks.shelves; ++n) out.push_back(racks.shelf(r, n));
    }
  }
}

void UnitDirectory::select_pattern(const std::string& pattern, std::ptrdiff_t site, std::vector<NamedUnit>& out) const {
  const auto matches = [&](std::string_view name, std::size_t unit_site, std::string_view wanted) {
    return fits(name, wanted) || (site >= 0 && fits(name.substr(sites_[unit_site].size() + 1), wanted));
  };
  for (const NamedUnit& unit : units_) {
    if (within(unit.ref.site, site) && matches(unit.name, unit.ref.site, pattern)) out.push_back(unit);
  }
  const std::size_t dot = pattern.rfind('.');
  if (dot == std::string::npos) return;
  for (const Racks& racks : racks_) {
    if (!within(racks.site, site) || !matches(racks.cluster, racks.site, std::string_view(pattern).substr(0, dot))) continue;
    for (std::int64_t r = 0; r < racks.count; ++r) {
      NamedUnit unit = racks.unit(r);
      if (fits(std::string_view(unit.name).substr(racks.cluster.size() + 1), std::string_view(pattern).substr(dot + 1))) out.push_back(std::move(unit));
    }
  }
  // A dot deeper: shelves of racks.
  const std::size_t upper = dot == 0 ? std::string::npos : pattern.rfind('.', dot - 1);
  if (upper == std::string::npos) return;
  for (const Racks& racks : racks_) {
    if (racks.shelves == 0 || !within(racks.site, site) || !matches(racks.cluster, racks.site, std::string_view(pattern).substr(0, upper))) continue;
    for (std::int64_t r = 0; r < racks.count; ++r) {
      for (std::int64_t n = 0; n < racks.shelves; ++n) {
        NamedUnit shelf = racks.shelf(r, n);
        if (fits(std::string_view(shelf.name).substr(racks.cluster.size() + 1), std::string_view(pattern).substr(upper + 1))) out.push_back(std::move(shelf));
      }
    }
  }
}

void UnitDirectory::select_name(const std::string& name, std::ptrdiff_t site, std::vector<NamedUnit>& out) const {
  const auto look = [&](const std::string& full) {
    if (const auto found = by_name_.find(full); found != by_name_.end()) {
      const NamedUnit& unit = units_[found->second];
      if (within(unit.ref.site, site)) out.push_back(unit);
      return;
    }
    const std::size_t dot = full.rfind('.');
    if (dot == std::string::npos) return;
    const std::int64_t rack = number_after("rack_", std::string_view(full).substr(dot + 1));
    const std::int64_t shelf = number_after("shelf_", std::string_view(full).substr(dot + 1)) - 1;
    const std::size_t upper = shelf < 0 ? std::string::npos : full.rfind('.', dot - 1);
    const std::int64_t shelf_rack = upper == std::string::npos ? -1 : number_after("rack_", std::string_view(full).substr(upper + 1, dot - upper - 1));
    for (const Racks& racks : racks_) {
      if (!within(racks.site, site)) continue;
      if (rack >= 0 && rack < racks.count && full.compare(0, dot, racks.cluster) == 0) out.push_back(racks.unit(rack));
      if (shelf >= racks.shelves || shelf_rack < 0 || shelf_rack >= racks.count || full.compare(0, upper, racks.cluster) != 0) continue;
      if (NamedUnit unit = racks.shelf(shelf_rack, shelf); unit.name == full) out.push_back(std::move(unit));
    }
  };
  if (site >= 0) look(fmt::format("{}.{}", sites_[static_cast<std::size_t>(site)], name));
  if (out.empty()) look(name);
}

void UnitDirectory::unknown(const std::string& selector, const std::string& where, std::ptrdiff_t site) const {
  if (selector.starts_with(kClass)) {
    std::set<std::string> kinds{"rack"};
    for (const Racks& racks : racks_) {
      if (racks.shelves > 0 && within(racks.site, site)) kinds.insert("rack.shelf");
    }
    for (const NamedUnit& unit : units_) {
      if (within(unit.ref.site, site)) kinds.insert(unit.kind);
    }
    const std::vector<std::string> known(kinds.begin(), kinds.end());
    throw InputError(fmt::format("{}: no unit is of class {}; there are {}", where, selector.substr(kClass.size()), join_or(known)));
  }
  if (is_pattern(selector)) {
    throw InputError(fmt::format("{}: no unit fits {}; `aifactory show SCENARIO topology` lists all", where, selector));
  }
  if (selector.empty()) throw InputError(fmt::format("{}: names no unit; `aifactory show SCENARIO topology` lists all", where));
  const std::string first = selector.substr(0, selector.find('.'));
  if (site < 0 && std::find(sites_.begin(), sites_.end(), first) == sites_.end()) {
    throw InputError(fmt::format("{}: unknown site in {}{}", where, selector, did_you_mean(first, sites_)));
  }
  std::vector<std::string> known;
  const auto offer = [&](const std::string& name, std::size_t unit_site) {
    if (!within(unit_site, site)) return;
    const std::string& own = sites_[unit_site];
    known.push_back(site < 0 || selector.starts_with(own + ".") ? name : name.substr(own.size() + 1));
  };
  for (const NamedUnit& unit : units_) offer(unit.name, unit.ref.site);
  for (const Racks& racks : racks_) {
    offer(racks.cluster + ".rack_0", racks.site);
    if (racks.shelves > 0) offer(racks.shelf(0, 0).name, racks.site);
  }
  throw InputError(fmt::format("{}: unknown unit {}{}; `aifactory show SCENARIO topology` lists all", where, selector, did_you_mean(selector, known)));
}

std::vector<NamedUnit> UnitDirectory::select(const std::string& selector, const std::string& where, std::ptrdiff_t site) const {
  std::vector<NamedUnit> out;
  if (selector.starts_with(kClass)) {
    select_class(selector.substr(kClass.size()), site, out);
  } else if (is_pattern(selector)) {
    select_pattern(selector, site, out);
  } else {
    select_name(selector, site, out);
  }
  if (out.empty()) unknown(selector, where, site);
  return out;
}

std::vector<NamedUnit> UnitDirectory::select(const Names& selectors, const std::string& where, std::ptrdiff_t site) const {
  std::vector<NamedUnit> out;
  std::set<std::string> known;
  for (std::size_t i = 0; i < selectors.items.size(); ++i) {
    const std::string place = selectors.items.size() == 1 ? where : fmt::format("{}[{}]", where, i);
    for (NamedUnit& unit : select(selectors.items[i], place, site)) {
      if (known.insert(unit.name).second) out.push_back(std::move(unit));
    }
  }
  return out;
}

std::size_t UnitDirectory::site(const std::string& name, const std::string& where) const {
  const auto found = std::find(sites_.begin(), sites_.end(), name);
  if (found == sites_.end()) throw InputError(fmt::format("{}: unknown site {}{}", where, name, did_you_mean(name, sites_)));
  return static_cast<std::size_t>(found - sites_.begin());
}

}  // namespace aifactory
