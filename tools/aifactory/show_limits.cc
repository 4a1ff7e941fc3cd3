// aifactory show SCENARIO limits: what every unit can carry, and what it must by design.
// aifactory show RUN limits: what every unit carried.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/results/limits.h"
#include "sim/run/cooling_rating.h"
#include "sim/run/limit_graph.h"
#include "sim/run/site_plant.h"
#include "tools/aifactory/show.h"

namespace aifactory::tools {
namespace {

/// A table in which like rows of different units stand together, in the order of the first of each.
class GroupedTable {
 public:
  explicit GroupedTable(std::vector<std::string> headings) : table_(with_names(std::move(headings))) {}
  void add(const std::string& name, std::vector<std::string> cells) {
    for (auto& [names, known] : rows_) {
      if (known != cells) continue;
      names.push_back(name);
      return;
    }
    rows_.push_back({{name}, std::move(cells)});
  }
  std::string text() {
    for (const auto& [names, cells] : rows_) {
      std::vector<std::string> row{names_text(names), std::to_string(names.size())};
      row.insert(row.end(), cells.begin(), cells.end());
      table_.add(std::move(row));
    }
    return table_.text("  ");
  }

 private:
  static std::vector<std::string> with_names(std::vector<std::string> headings) {
    std::vector<std::string> all{"unit", ">count"};
    all.insert(all.end(), headings.begin(), headings.end());
    return all;
  }
  Table table_;
  std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> rows_;
};

std::string share(double value) { return std::isfinite(value) ? fmt::format("{:.1f}", value * 100.0) : "-"; }

/// Ratings that were derived from loads differ from them by rounding.
Power without_rounding(Power left, Power of) { return std::fabs(left / of) < 1e-12 ? 0.0 * W : left; }

std::string binds_text(const std::string& binds) { return binds.empty() ? "-" : binds; }

/// Racks are told by cluster: site.power.CLUSTER of site.power.CLUSTER.racks_0-9.
std::string pool_of(const std::string& unit) { return unit.substr(0, unit.rfind('.')); }

Power load_of(const LimitGraph::Node& node, ProvisioningBasis basis) {
  return basis == ProvisioningBasis::nameplate ? node.nameplate : node.design;
}

/// What hangs on all units of a kind over what they may carry.
void print_levels(const LimitGraph& graph) {
  struct Level {
    std::string kind;
    std::int64_t units = 0;
    double limit_w = 0.0, connected_w = 0.0, design_w = 0.0, worst = 0.0;
  };
  std::vector<Level> levels;
  for (const LimitGraph::Node& node : graph.nodes()) {
    if (node.kind == "load" || !std::isfinite(node.continuous.si()) || node.continuous.si() <= 0.0) continue;
    auto level = std::find_if(levels.begin(), levels.end(), [&](const Level& l) { return l.kind == node.kind; });
    if (level == levels.end()) level = levels.insert(levels.end(), {.kind = node.kind});
    ++level->units;
    level->limit_w += node.continuous.si();
    level->connected_w += node.nameplate.si();
    level->design_w += node.design.si();
    level->worst = std::max(level->worst, node.worst / node.continuous);
  }
  Table table({"level", ">units", ">limits", ">nameplate over limits", ">design over limits", ">worst unit after a failure %"});
  for (const Level& level : levels) {
    table.add({level.kind, std::to_string(level.units), short_power(Power(level.limit_w)),
               fmt::format("{:.3f}", level.connected_w / level.limit_w), fmt::format("{:.3f}", level.design_w / level.limit_w),
               graph.failures_known() ? share(level.worst) : "-"});
  }
  fmt::print("\n  oversubscription by level\n{}", table.text("  "));
}

void print_design(const SitePlan& plan) {
  const LimitGraph graph(plan);
  const ProvisioningBasis basis = plan.config->limits.basis;
  std::vector<Power> loads;
  for (const LimitGraph::Node& node : graph.nodes()) loads.push_back(load_of(node, basis));
  const auto uses = graph.uses(loads);
  fmt::print("\nsite {}", plan.name);
  if (plan.conditions.elevation.si() != 0.0) fmt::print(", {:.0f} m", plan.conditions.elevation.si());
  if (!std::isnan(plan.conditions.hottest.in_celsius())) fmt::print(", hottest air {:.1f} degC", plan.conditions.hottest.in_celsius());
  if (plan.design) {
    fmt::print("; design days: dry {:.1f} / {:.1f} degC, wet {:.1f} / {:.1f} degC (dry bulb / wet bulb), recirculation {:g} K, from {}",
               plan.design->dry.dry_bulb.in_celsius(), plan.design->dry.wet_bulb.in_celsius(),
               plan.design->wet.dry_bulb.in_celsius(), plan.design->wet.wet_bulb.in_celsius(),
               plan.design->recirculation.si(), plan.design->source);
  }
  fmt::print("\n");
  GroupedTable table({"kind", ">rating", ">at site", ">design load", ">headroom", ">headroom %", ">worst failure", ">stranded", "bound by"});
  bool over = false, over_after_failure = false;
  const Power grid = plan.config->grid.capacity;
  Power drawn = 0.0 * W;
  for (std::size_t i = 0; i < graph.power_units(); ++i) {
    if (graph.nodes()[i].kind == std::string("utility_feed")) drawn += loads[i];
  }
  table.add(plan.name, {"grid capacity", short_power(grid), short_power(grid), short_power(drawn), short_power(without_rounding(grid - drawn, grid)),
                        share(without_rounding(grid - drawn, grid) / grid), "-", "-", "-"});
  over = drawn > grid * (1.0 + 1e-12);
  for (std::size_t i = 0; i < graph.nodes().size(); ++i) {
    const LimitGraph::Node& node = graph.nodes()[i];
    if (node.load) continue;
    const Power headroom = without_rounding(node.continuous - loads[i], node.continuous);
    const bool failures = graph.failures_known() && !node.heat;
    over = over || headroom < 0.0 * W;
    over_after_failure = over_after_failure || (failures && node.worst > node.continuous * (1.0 + 1e-9));
    table.add(node.name, {node.kind, short_power(node.rating), short_power(node.heat ? node.site_rating : node.continuous), short_power(loads[i]), short_power(headroom),
                          share(headroom / node.continuous), failures ? short_power(node.worst) : "-",
                          short_power(uses[i].stranded), binds_text(uses[i].binds)});
  }
  fmt::print("{}", table.text());
  for (const auto& [name, unit] : plan.cooling_units) {
    const auto heat = plan.cooling_units.empty() ? std::nullopt : heat_on_design_day(unit, *only_loop(plan), plan);
    if (!heat) continue;
    if (heat->supply > *only_loop(plan)->supply) {
      fmt::print("  {}: on the design day its whole rating leaves the supply at {:.1f} degC; the set point is {:.1f} degC.\n", name,
                 heat->supply.in_celsius(), only_loop(plan)->supply->in_celsius());
    }
  }
  if (over) fmt::print("  A negative headroom: the design load is more than the unit carries.\n");
  if (over_after_failure) fmt::print("  A worst failure above the limit at the site: one failure overloads the unit.\n");
  if (!graph.failures_known()) fmt::print("  Single failures are not tried in a network of this size; stranded is without them.\n");
  print_levels(graph);
}

}  // namespace

void show_limits(const PreparedRun& run) {
  fmt::print("Design load: every rack at its rated power, everything available. At site: derated, for continuous loads;\n"
             "of towers and dry coolers the heat on the design day, which is no limit of other days.\n");
  for (const PreparedSite& site : run.sites) print_design(site.plan);
}

void show_limits_of_run(const std::string& folder, bool all) {
  std::vector<LimitRow> rows = read_limits_csv(folder + "/limits.csv");
  rows.erase(std::remove_if(rows.begin(), rows.end(), [](const LimitRow& row) { return row.kind == "load"; }), rows.end());
  fmt::print("What happened: peaks that lasted; P99.9 was exceeded 0.1 % of the time; headroom below the limit for continuous loads.\n");
  if (!all) fmt::print("The fullest unit of each kind and rating; stranded, hours above and crossings of all of them. --all lists every unit.\n");
  /// A kind of like units, told by the fullest.
  struct Class {
    const LimitRow* fullest;
    std::int64_t units = 0, crossings = 0;
    Power stranded = 0.0 * W;
    Duration above = 0.0 * s;
  };
  std::vector<std::pair<std::string, std::vector<Class>>> sites;
  for (const LimitRow& row : rows) {
    if (sites.empty() || sites.back().first != row.site) sites.push_back({row.site, {}});
    auto& classes = sites.back().second;
    auto like = classes.end();
    if (!all) {
      const bool is_racks = row.kind == "racks";
      like = std::find_if(classes.begin(), classes.end(), [&](const Class& c) {
        return c.fullest->kind == row.kind && (is_racks ? pool_of(c.fullest->unit) == pool_of(row.unit)
                                                        : short_power(c.fullest->continuous) == short_power(row.continuous));
      });
    }
    if (like == classes.end()) like = classes.insert(classes.end(), {.fullest = &row});
    if (row.headroom / row.continuous < like->fullest->headroom / like->fullest->continuous) like->fullest = &row;
    ++like->units;
    like->crossings += row.crossings;
    like->stranded += row.stranded;
    like->above += row.above_rating;
  }
  for (const auto& [site, classes] : sites) {
    fmt::print("\nsite {}, provisioned by {}\n", site, classes.front().fullest->basis);
    Table table({"fullest unit", "kind", ">count", ">limit", ">peak", ">P99.9", ">mean", ">headroom", ">headroom %", ">stranded", "bound by",
                 ">hours above", ">crossings"});
    for (const Class& c : classes) {
      const LimitRow& row = *c.fullest;
      const Power headroom = without_rounding(row.headroom, row.continuous);
      const std::string name = row.unit.rfind(site + ".", 0) == 0 ? row.unit.substr(site.size() + 1) : row.unit;
      table.add({name, row.kind, std::to_string(c.units), short_power(row.continuous), short_power(row.peak), short_power(row.p999),
                 short_power(row.mean), short_power(headroom), share(headroom / row.continuous), short_power(c.stranded),
                 binds_text(row.binds), short_number(c.above.in(h)), std::to_string(c.crossings)});
    }
    fmt::print("{}", table.text("  "));
  }
}

}  // namespace aifactory::tools
