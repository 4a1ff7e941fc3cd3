#include "sim/fmea/alike.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "sim/facility/unit_parts.h"
#include "sim/scenario/dump.h"

namespace aifactory {
namespace {

/// Equal keys get equal numbers, smaller keys smaller ones.
template <class Key>
std::vector<std::int32_t> number(const std::vector<Key>& keys) {
  std::map<Key, std::int32_t> numbers;
  for (const Key& key : keys) numbers.emplace(key, 0);
  std::int32_t next = 0;
  for (auto& [key, value] : numbers) value = next++;
  std::vector<std::int32_t> out;
  out.reserve(keys.size());
  for (const Key& key : keys) out.push_back(numbers.at(key));
  return out;
}

}  // namespace

AlikeUnits::AlikeUnits(const PreparedRun& run) {
  for (std::size_t site = 0; site < run.sites.size(); ++site) add_site(run, site);
  colours_ = refine(number(signatures_));
}

std::int32_t AlikeUnits::add(Node node, const std::string& signature) {
  nodes_.push_back(std::move(node));
  signatures_.push_back(signature);
  return static_cast<std::int32_t>(nodes_.size()) - 1;
}

void AlikeUnits::connect(std::int32_t from, std::int32_t to, const std::string& label) {
  // Seen from either end: "<label" and ">label".
  const auto code = [&](const std::string& text) {
    const auto found = std::find(labels_.begin(), labels_.end(), text);
    if (found != labels_.end()) return static_cast<std::int32_t>(found - labels_.begin());
    labels_.push_back(text);
    return static_cast<std::int32_t>(labels_.size()) - 1;
  };
  nodes_[static_cast<std::size_t>(from)].edges.push_back({to, code(">" + label)});
  nodes_[static_cast<std::size_t>(to)].edges.push_back({from, code("<" + label)});
}

void AlikeUnits::add_site(const PreparedRun& run, std::size_t site) {
  const SitePlan& plan = run.sites[site].plan;
  std::map<std::string, std::int32_t> power, cooling;  // by name within the site
  std::int32_t whole = -1;
  for (const NamedUnit& unit : run.units.units()) {
    if (unit.ref.site != site) continue;
    const bool is_power = unit.ref.kind == UnitRef::Kind::power_unit;
    if (unit.ref.part >= 0 && unit.ref.kind != UnitRef::Kind::hall_unit) {
      connect(whole, add({.unit = unit}, "part " + unit.kind), "part");
      continue;
    }
    const std::string name = unit.name.substr(unit.name.rfind('.') + 1);
    std::string signature = fmt::format("{} {} ", site, unit.kind);
    if (is_power) {
      PowerUnitConfig config = *plan.power_units.find(name);
      config.from.clear();
      signature += dump(config);
    } else if (unit.ref.kind == UnitRef::Kind::cooling_unit) {
      signature += dump(plan.cooling_units.items[unit.ref.index].second);
    } else {
      signature += fmt::format("hall {}", unit.ref.index);
    }
    whole = add({.unit = unit}, signature);
    if (is_power) power[name] = whole;
    if (unit.ref.kind == UnitRef::Kind::cooling_unit) cooling[name] = whole;
  }
  const auto supply = [&](std::int32_t load, const std::vector<std::string>& sources, bool ordered) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (const auto from = power.find(sources[i]); from != power.end()) connect(from->second, load, ordered ? fmt::format("source {}", i) : "source");
    }
  };
  for (const auto& [name, unit] : plan.power_units) supply(power.at(name), unit.from, unit.share == SourceShare::primary);
  for (const auto& [name, node] : cooling) supply(node, plan.mechanical, false);
  for (std::size_t c = 0; c < plan.clusters.size(); ++c) {
    const ClusterPlan& cluster = plan.clusters[c];
    for (const BankPlan& bank : cluster.banks) {
      const NamedUnit rack{.name = fmt::format("{}.rack_{}", cluster.unit, bank.first_rack), .kind = "rack",
                           .ref = {.kind = UnitRef::Kind::rack, .site = site, .index = c, .part = bank.first_rack}};
      const std::int32_t node = add({.unit = rack, .count = bank.racks, .last = fmt::format("{}", bank.first_rack + bank.racks - 1)},
                                    fmt::format("{} bank {} {}", site, c, bank.racks));
      supply(node, bank.supply, false);
      if (const std::int64_t shelves = cluster.rack->power_shelves.value_or(0); shelves > 0) {
        const NamedUnit shelf{.name = fmt::format("{}.{}", rack.name, numbered_part("shelf", 0)), .kind = "rack.shelf",
                              .ref = {.kind = UnitRef::Kind::shelf, .site = site, .index = c, .part = bank.first_rack * shelves}};
        const std::string last = fmt::format("{}.rack_{}.{}", cluster.unit, bank.first_rack + bank.racks - 1, numbered_part("shelf", shelves - 1));
        connect(node, add({.unit = shelf, .count = bank.racks * shelves, .last = last}, "part rack.shelf"), "part");
      }
      if (bank.cdu >= 0) connect(cooling.at(plan.cdus[static_cast<std::size_t>(bank.cdu)]), node, "coolant");
    }
  }
}

AlikeUnits::Colours AlikeUnits::refine(Colours colours) const {
  using Key = std::pair<std::int32_t, std::vector<std::pair<std::int32_t, std::int32_t>>>;
  std::size_t classes = 0;
  while (true) {
    std::vector<Key> keys(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      keys[i].first = colours[i];
      for (const Edge& edge : nodes_[i].edges) keys[i].second.emplace_back(edge.label, colours[static_cast<std::size_t>(edge.to)]);
      std::sort(keys[i].second.begin(), keys[i].second.end());
    }
    colours = number(keys);
    const auto now = static_cast<std::size_t>(colours.empty() ? 0 : *std::max_element(colours.begin(), colours.end()) + 1);
    if (now == classes) return colours;
    classes = now;
  }
}

std::vector<AlikeUnits::Class> AlikeUnits::gather(const Colours& colours, bool racks, std::int32_t without) const {
  std::vector<Class> out;
  std::map<std::int32_t, std::size_t> place;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    const bool is_rack = node.unit.kind == "rack", is_shelf = node.unit.kind == "rack.shelf";
    if (((is_rack || is_shelf) && !racks) || static_cast<std::int32_t>(i) == without) continue;
    const auto [found, added] = place.emplace(colours[i], out.size());
    if (added) out.push_back({.unit = node.unit, .names = {}, .count = 0});
    Class& group = out[found->second];
    group.count += node.count;
    group.names.push_back(node.count == 1 ? node.unit.name : node.unit.name + (is_rack ? "-" : " to ") + node.last);
  }
  return out;
}

std::vector<AlikeUnits::Class> AlikeUnits::classes(bool racks) const { return gather(colours_, racks, -1); }

std::vector<AlikeUnits::Class> AlikeUnits::classes_beside(const NamedUnit& unit) const {
  Colours colours = colours_;
  std::int32_t without = -1;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].unit.ref == unit.ref) without = static_cast<std::int32_t>(i);
  }
  if (without >= 0) colours[static_cast<std::size_t>(without)] = -1;
  return gather(refine(std::move(colours)), false, without);
}

}  // namespace aifactory
