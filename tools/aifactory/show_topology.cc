// aifactory show SCENARIO topology: the power and cooling trees.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/run/rated_network.h"
#include "sim/scenario/kinds.h"
#include "tools/aifactory/show.h"

namespace aifactory::tools {
namespace {

/// A line of a tree with what hangs below it.  Alike siblings are printed once.
struct Branch {
  std::string name;    ///< of the unit
  std::string detail;  ///< what it is: kind, rating
  std::vector<Branch> below;

  [[nodiscard]] std::string signature() const {
    std::string text = detail + "(";
    for (const Branch& branch : below) text += branch.signature() + ";";
    return text + ")";
  }
};

void print(const std::vector<Branch>& branches, const std::string& indent) {
  std::vector<std::pair<std::string, std::vector<const Branch*>>> groups;  // in the order of the first of each
  for (const Branch& branch : branches) {
    const std::string signature = branch.signature();
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == signature; });
    if (group == groups.end()) group = groups.insert(groups.end(), {signature, {}});
    group->second.push_back(&branch);
  }
  for (const auto& [signature, alike] : groups) {
    std::vector<std::string> names;
    for (const Branch* branch : alike) names.push_back(branch->name);
    const std::string count = alike.size() > 1 ? fmt::format("{} x ", alike.size()) : "";
    fmt::print("{}{}{}  {}\n", indent, count, names_text(names), alike.front()->detail);
    if (alike.size() > 1 && !alike.front()->below.empty()) fmt::print("{}  each:\n", indent);
    print(alike.front()->below, indent + (alike.size() > 1 ? "    " : "  "));
  }
}

Rack rack_of(const ClusterPlan& cluster) {
  return Rack(*cluster.rack);
}

/// The power network below one unit.  What has several sources stands below the first, and is named below the others.
Branch power_branch(const PowerNetwork& network, const std::map<std::string, LoadDetail>& leaf_details,
                    PowerNetwork::UnitId id, std::set<PowerNetwork::UnitId>& shown) {
  const PowerNetwork::Unit& unit = network.unit(id);
  Branch branch{.name = unit.name, .detail = {}, .below = {}};
  std::string also;
  if (unit.sources.size() > 1) {
    also = fmt::format(", {} {} sources", unit.share == SourceShare::primary ? "first live one of" : "shared by",
                       unit.sources.size());
  }
  if (unit.kind == UnitKind::load) {
    const LoadDetail& detail = leaf_details.at(unit.name);
    branch.detail = fmt::format("{}, {}{}", detail.what.empty() ? "load" : detail.what, short_power(detail.power), also);
    return branch;
  }
  const char* kind = kUnitKindNames[static_cast<std::size_t>(unit.kind)].first;
  branch.detail = fmt::format("{} {}{}", unit.kind == UnitKind::pdu ? "busway" : kind, short_power(unit.rating), also);
  if (!shown.insert(id).second) {
    branch.detail += " (as above)";
    return branch;
  }
  for (const PowerNetwork::UnitId consumer : network.consumers(id)) {
    branch.below.push_back(power_branch(network, leaf_details, consumer, shown));
  }
  return branch;
}

/// "4 x ", with those that stand by: "4 + 1 x ".
std::string count_text(const CoolingUnitConfig& unit) {
  const std::int64_t spare = installed(unit.count, unit.redundancy) - unit.count;
  if (unit.count == 1 && spare == 0) return "";
  return spare > 0 ? fmt::format("{} + {} x ", unit.count, spare) : fmt::format("{} x ", unit.count);
}

/// ", supply header 12 m3 (600 s)": what the pipe holds, and how long water takes to pass it at design flow.
std::string header_text(const char* name, const std::optional<PipeConfig>& header, const CoolingUnitConfig& loop) {
  if (!header) return "";
  const VolumeFlow flow = *loop.rating / (kWater.density * kWater.specific_heat * *loop.range);
  const Volume volume = header->content(flow);
  return fmt::format(", {} {:.4g} m3 ({:.4g} s at design flow)", name, volume.si(), (volume / flow).si());
}

std::vector<Branch> cooling_tree(const SitePlan& plan) {
  Branch loop;
  std::vector<Branch> rejection;
  for (const auto& [name, unit] : plan.cooling_units) {
    switch (unit.kind) {
      case CoolingKind::tower:
        rejection.push_back({name, fmt::format("cooling tower {}{}", count_text(unit), short_power(*unit.rating / static_cast<double>(unit.count))), {}});
        break;
      case CoolingKind::dry_cooler:
        rejection.push_back({name, fmt::format("dry cooler {}{}", count_text(unit), short_power(*unit.rating / static_cast<double>(unit.count))), {}});
        break;
      case CoolingKind::chiller:
        rejection.push_back({name, fmt::format("{}-cooled chiller {}{}", enum_name(unit.condenser), count_text(unit), short_power(*unit.rating / static_cast<double>(unit.count))), {}});
        break;
      case CoolingKind::economizer:
        rejection.push_back({name, fmt::format("economizer {}{}", count_text(unit), short_power(*unit.rating / static_cast<double>(unit.count))), {}});
        break;
      case CoolingKind::condenser_loop:
        rejection.push_back({name, fmt::format("condenser water loop {}, range {}", short_power(*unit.rating), to_text(*unit.range)), {}});
        break;
      case CoolingKind::tank:
        rejection.push_back({name, fmt::format("storage tank {:g} m3", unit.tank->tank.volume.si()), {}});
        break;
      case CoolingKind::heat_reuse:
        rejection.push_back({name, fmt::format("heat reuse, at most {}", short_power(unit.heat_reuse->most)), {}});
        break;
      case CoolingKind::make_up:
        rejection.push_back({name, fmt::format("make-up water store {:g} m3", unit.make_up->storage.si()), {}});
        break;
      case CoolingKind::loop:
        loop.name = name;
        loop.detail = fmt::format("facility water loop {}, supply {}, range {}", short_power(*unit.rating),
                                  to_text(*unit.supply), to_text(*unit.range));
        loop.detail += header_text("supply header", unit.supply_header, unit) + header_text("return header", unit.return_header, unit);
        break;
      case CoolingKind::crah:
        loop.below.push_back({name,
                              fmt::format("CRAH {}{}", count_text(unit), short_power(*unit.rating / static_cast<double>(unit.count))),
                              {{"room air", fmt::format("{} of heat", short_power(plan.air_heat)), {}}}});
        break;
      case CoolingKind::cdu: {
        Branch cdu{name,
                   fmt::format("CDU {}, {} pumps", short_power(unit.cdu->value.rated_heat), unit.cdu->value.pump_count),
                   {}};
        for (const ClusterPlan& cluster : plan.clusters) {
          for (const BankPlan& bank : cluster.banks) {
            if (bank.cdu < 0 || plan.cdus[static_cast<std::size_t>(bank.cdu)] != name) continue;
            const Rack rack = rack_of(cluster);
            const Power heat = rack.liquid_heat(rack.rated_input_power()) * static_cast<double>(bank.racks);
            cdu.below.push_back({fmt::format("racks {}-{}", bank.first_rack, bank.first_rack + bank.racks - 1),
                                 fmt::format("{} of {}, {} to liquid", bank.racks, cluster.name, short_power(heat)),
                                 {}});
          }
        }
        loop.below.push_back(std::move(cdu));
        break;
      }
    }
  }
  rejection.front().below.push_back(std::move(loop));
  return rejection;
}

}  // namespace

void show_topology(const PreparedRun& run) {
  for (const PreparedSite& site : run.sites) {
    const SitePlan& plan = site.plan;
    fmt::print("site {}: {} rated IT power, {} grid capacity\n", plan.name, short_power(plan.rated_it),
               short_power(plan.config->grid.capacity));
    for (const ClusterPlan& cluster : plan.clusters) {
      const RackParams& rack = *cluster.rack;
      fmt::print("  {}: {} racks{} of {}, {} nodes, {} accelerators{}\n", cluster.path, cluster.racks,
                 cluster.config->rack.base.empty() ? "" : " " + cluster.config->rack.base,
                 short_power(Rack(rack).rated_input_power()), cluster.nodes / cluster.config->shares_per_node,
                 cluster.nodes * (rack.accelerators / rack.nodes),
                 rack.power_shelves ? fmt::format(", {} power shelves in each rack", *rack.power_shelves) : "");
    }
    std::map<std::string, LoadDetail> details;
    const SiteNetwork network = rated_network(plan, details);
    std::vector<Branch> feeds;
    std::set<PowerNetwork::UnitId> shown;
    for (const PowerNetwork::UnitId root : network.network.roots()) {
      feeds.push_back(power_branch(network.network, details, root, shown));
    }
    fmt::print("  power\n");
    print(feeds, "    ");
    if (!plan.cooling_units.empty()) {
      fmt::print("  cooling\n");
      print(cooling_tree(plan), "    ");
    }
  }
}

}  // namespace aifactory::tools
