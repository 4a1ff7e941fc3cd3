// aifactory show SCENARIO [topology|limits|jobs]: what would be simulated.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>

#include "models/error.h"
#include "models/suggest.h"
#include "sim/run/prepared.h"
#include "sim/scenario/kinds.h"
#include "tools/aifactory/program.h"

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

std::string names_text(const std::vector<std::string>& names) {
  if (names.size() <= 3) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{}, {} ... {}", names[0], names[1], names.back());
}

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
  return Rack(cluster.config->rack.value);
}

/// The power network below one unit.  What has several sources stands below the first, and is named below the others.
Branch power_branch(const PowerNetwork& network, const std::map<std::string, std::string>& leaf_details,
                    PowerNetwork::UnitId id, std::set<PowerNetwork::UnitId>& shown) {
  const PowerNetwork::Unit& unit = network.unit(id);
  Branch branch{.name = unit.name, .detail = {}, .below = {}};
  std::string also;
  if (unit.sources.size() > 1) {
    also = fmt::format(", {} {} sources", unit.share == SourceShare::primary ? "first live one of" : "shared by",
                       unit.sources.size());
  }
  if (unit.kind == UnitKind::load) {
    branch.detail = leaf_details.at(unit.name) + also;
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

/// The network with every load at its rating.
SiteNetwork rated_network(const SitePlan& plan, std::map<std::string, std::string>& leaf_details) {
  SiteNetwork site = build_network(plan);
  const auto set = [&](const std::string& leaf, Power power, const std::string& what) {
    site.network.set_load(site.network.find(leaf), power);
    leaf_details[leaf] = fmt::format("{}, {}", what, short_power(power));
  };
  for (const ClusterPlan& cluster : plan.clusters) {
    const Power rack = rack_of(cluster).rated_input_power();
    for (const BankPlan& bank : cluster.banks) {
      set(bank.leaf, rack * static_cast<double>(bank.racks),
          fmt::format("{} {} of {}", bank.racks, bank.racks == 1 ? "rack" : "racks", cluster.name));
    }
  }
  if (!plan.cooling_units.empty()) {
    const PlantEquipment plant = build_plant(plan);
    for (std::size_t c = 0; c < plan.cdus.size(); ++c) {
      const Cdu& cdu = plant.cdus[c];
      set(plan.cdus[c], cdu.pumps().solve(cdu.params().pumps_running, 1.0).power, "CDU pumps");
    }
    set("facility_water_pumps", plant.pump_rating, "pumps");
    if (site.network.find("condenser_water_pumps") >= 0) set("condenser_water_pumps", plant.condenser_pump_rating, "pumps");
    if (site.network.find("chiller_compressors") >= 0) set("chiller_compressors", plant.compressor_rating, "chillers");
    set("heat_rejection_fans", plant.fan_rating, "fans");
    set("air_handler_fans", plant.crah ? plant.crah->params().design_fan_power : 0.0 * W, "fans");
  }
  site.network.settle();
  return site;
}

/// "4 x ", with those that stand by: "4 + 1 x ".
std::string count_text(const CoolingUnitConfig& unit) {
  const std::int64_t spare = installed(unit.count, unit.redundancy) - unit.count;
  if (unit.count == 1 && spare == 0) return "";
  return spare > 0 ? fmt::format("{} + {} x ", unit.count, spare) : fmt::format("{} x ", unit.count);
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
        break;
      case CoolingKind::crah:
        loop.below.push_back({name,
                              fmt::format("CRAH {}", short_power(*unit.rating)),
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

void show_topology(const PreparedRun& run) {
  for (const PreparedSite& site : run.sites) {
    const SitePlan& plan = site.plan;
    fmt::print("site {}: {} rated IT power, {} grid capacity\n", plan.name, short_power(plan.rated_it),
               short_power(plan.config->grid.capacity));
    for (const ClusterPlan& cluster : plan.clusters) {
      const RackParams& rack = cluster.config->rack.value;
      fmt::print("  {}: {} racks{} of {}, {} nodes, {} accelerators\n", cluster.path, cluster.racks,
                 cluster.config->rack.base.empty() ? "" : " " + cluster.config->rack.base,
                 short_power(Rack(rack).rated_input_power()), cluster.nodes,
                 cluster.nodes * (rack.accelerators / rack.nodes));
    }
    std::map<std::string, std::string> details;
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

/// One line of the table of limits: like units with like loads together.
struct Limit {
  std::vector<std::string> names;
  std::string kind;
  Power rating, load;
};

void add_limit(std::vector<Limit>& limits, const std::string& name, const std::string& kind, Power rating, Power load) {
  for (Limit& limit : limits) {
    if (limit.kind == kind && short_power(limit.rating) == short_power(rating) &&
        short_power(limit.load) == short_power(load)) {
      limit.names.push_back(name);
      return;
    }
  }
  limits.push_back({{name}, kind, rating, load});
}

std::vector<Limit> limits_of(const SitePlan& plan) {
  std::vector<Limit> limits;
  std::map<std::string, std::string> details;
  const SiteNetwork site = rated_network(plan, details);
  const PowerNetwork& network = site.network;
  add_limit(limits, plan.name, "grid capacity", plan.config->grid.capacity, network.total_input());
  for (PowerNetwork::UnitId id = 0; id < network.size(); ++id) {
    const PowerNetwork::Unit& unit = network.unit(id);
    if (unit.kind == UnitKind::load) continue;
    const char* kind = kUnitKindNames[static_cast<std::size_t>(unit.kind)].first;
    add_limit(limits, unit.name, unit.kind == UnitKind::pdu ? "busway" : kind, unit.rating, network.output(id));
  }
  if (plan.cooling_units.empty()) return limits;
  std::map<std::string, Power> cdu_heat;
  Power liquid = 0.0 * W;
  for (const ClusterPlan& cluster : plan.clusters) {
    const Rack rack = rack_of(cluster);
    for (const BankPlan& bank : cluster.banks) {
      if (bank.cdu < 0) continue;
      const Power heat = rack.liquid_heat(rack.rated_input_power()) * static_cast<double>(bank.racks);
      cdu_heat.try_emplace(plan.cdus[static_cast<std::size_t>(bank.cdu)], 0.0 * W).first->second += heat;
      liquid += heat;
    }
  }
  for (const auto& [name, unit] : plan.cooling_units) {
    switch (unit.kind) {
      case CoolingKind::tower:
        add_limit(limits, name, "cooling tower", *unit.rating, liquid + plan.air_heat);
        break;
      case CoolingKind::dry_cooler:
        add_limit(limits, name, "dry cooler", *unit.rating, liquid + plan.air_heat);
        break;
      case CoolingKind::loop:
        add_limit(limits, name, "water loop", *unit.rating, liquid + plan.air_heat);
        break;
      case CoolingKind::crah:
        add_limit(limits, name, "CRAH", *unit.rating, plan.air_heat);
        break;
      case CoolingKind::cdu: {
        const auto heat = cdu_heat.find(name);
        add_limit(limits, name, "CDU", unit.cdu->value.rated_heat, heat == cdu_heat.end() ? 0.0 * W : heat->second);
        break;
      }
      case CoolingKind::chiller:
        add_limit(limits, name, "chiller", *unit.rating, liquid + plan.air_heat);
        break;
      case CoolingKind::economizer:
        add_limit(limits, name, "economizer", *unit.rating, liquid + plan.air_heat);
        break;
      case CoolingKind::condenser_loop:
        add_limit(limits, name, "condenser loop", *unit.rating, liquid + plan.air_heat);
        break;
      case CoolingKind::tank:
      case CoolingKind::heat_reuse:
      case CoolingKind::make_up: break;
    }
  }
  return limits;
}

void show_limits(const PreparedRun& run) {
  fmt::print("Design load: every rack at its rated power, everything available.\n");
  for (const PreparedSite& site : run.sites) {
    fmt::print("\nsite {}\n", site.plan.name);
    Table table({"unit", ">count", "kind", ">rating", ">design load", ">headroom", ">headroom %"});
    bool over = false;
    for (const Limit& limit : limits_of(site.plan)) {
      // Ratings that were derived from loads differ from them by rounding.
      const Power left = limit.rating - limit.load;
      const Power headroom = std::fabs(left / limit.rating) < 1e-12 ? 0.0 * W : left;
      over = over || headroom < 0.0 * W;
      table.add({names_text(limit.names), std::to_string(limit.names.size()), limit.kind, short_power(limit.rating),
                 short_power(limit.load), short_power(headroom),
                 fmt::format("{:.1f}", headroom / limit.rating * 100.0)});
    }
    fmt::print("{}", table.text("  "));
    if (over) fmt::print("  A negative headroom: the design load is more than the unit carries.\n");
  }
}

void show_jobs(const PreparedRun& run) {
  constexpr std::size_t kFirst = 20;
  const std::vector<Job>& jobs = run.jobs;
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  const auto pool_name = [&](const Job& job) {
    return job.pool < 0 ? std::string("any") : run.pools[static_cast<std::size_t>(job.pool)].name;
  };
  Table first({"job", ">submitted", ">nodes", ">accelerators", ">run time", ">limit", "cluster", "kind", "tenant"});
  for (std::size_t j = 0; j < std::min(jobs.size(), kFirst); ++j) {
    const Job& job = jobs[j];
    first.add({job.name, fmt::format("{} s", to_seconds(job.submit)), std::to_string(job.nodes),
               short_number(job.accelerators), fmt::format("{} s", to_seconds(job.work)),
               job.estimate == kNever ? "-" : fmt::format("{} s", to_seconds(job.estimate)), pool_name(job),
               or_dash(job.kind), or_dash(job.tenant)});
  }
  fmt::print("{}", first.text());
  if (jobs.size() > kFirst) fmt::print("... and {} more\n", jobs.size() - kFirst);

  struct Total {
    std::int64_t jobs = 0;
    double node_h = 0.0;
  };
  std::map<std::pair<std::string, std::string>, Total> totals;
  Total all;
  for (const Job& job : jobs) {
    const double node_h = static_cast<double>(job.nodes) * to_duration(job.work).in(h);
    for (Total* total : {&totals[{or_dash(job.kind), or_dash(job.tenant)}], &all}) {
      ++total->jobs;
      total->node_h += node_h;
    }
  }
  Table table({"kind", "tenant", ">jobs", ">node hours"});
  for (const auto& [key, total] : totals) {
    table.add({key.first, key.second, std::to_string(total.jobs), short_number(total.node_h)});
  }
  table.add({"all", "", std::to_string(all.jobs), short_number(all.node_h)});
  fmt::print("\n{}", table.text());
}

int show(const ScenarioArguments& arguments, const std::string& what) {
  const std::vector<std::string> views{"topology", "limits", "jobs"};
  if (!what.empty() && std::find(views.begin(), views.end(), what) == views.end()) {
    throw UsageError(
        fmt::format("show: unknown view {}{}; it shows {}", what, did_you_mean(what, views), join_or(views)));
  }
  const ReadScenario scenario = read_scenario(arguments);
  const std::shared_ptr<PreparedRun> run = prepare_scenario(scenario);
  if (what == "limits") {
    show_limits(*run);
  } else if (what == "jobs") {
    show_jobs(*run);
  } else {
    show_topology(*run);
  }
  return kOk;
}

}  // namespace

void add_show(Program& program) {
  CLI::App& verb = program.verb("show", "what would be simulated: power and cooling trees, limits, jobs");
  const auto arguments = std::make_shared<ScenarioArguments>();
  const auto what = std::make_shared<std::string>();
  arguments->add_to(verb);
  verb.add_option("VIEW", *what, "topology (default), limits or jobs");
  program.runs([arguments, what] { return show(*arguments, *what); });
}

}  // namespace aifactory::tools
