/// @file Works out events with `set`: what the scenario is from then on, and whether the run can go on with it.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/suggest.h"
#include "sim/policy_program/outside_policy.h"
#include "sim/run/path_segments.h"
#include "sim/run/plan_layouts.h"
#include "sim/run/planned_change.h"
#include "sim/run/prepared.h"
#include "sim/run/simulation.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/dump.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/set_value.h"

namespace aifactory {
namespace {

/// The key, or what it stands below, is of the pattern.
bool covered(const std::string& key, const std::string& pattern) {
  const auto names = path_segments(key), wanted = path_segments(pattern);
  if (names.size() < wanted.size()) return false;
  return std::equal(wanted.begin(), wanted.end(), names.begin(), [](const std::string& w, const std::string& n) { return w == "*" || w == n; });
}

/// Keys whose values differ, as deep as both have mappings.
void compare(const Doc& before, const Doc& after, const std::string& path, std::vector<std::string>& keys) {
  if (before.kind == Doc::Kind::map && after.kind == Doc::Kind::map) {
    static const Doc kNothing{};
    const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
    for (const Doc::Entry& entry : before.entries) {
      const Doc* other = after.find(entry.key);
      compare(entry.value, other ? *other : kNothing, below(entry.key), keys);
    }
    for (const Doc::Entry& entry : after.entries) {
      if (!before.find(entry.key)) compare(kNothing, entry.value, below(entry.key), keys);
    }
    return;
  }
  if (before.kind != after.kind || to_yaml(before) != to_yaml(after)) keys.push_back(path);
}

/// The scenario with the values of an event.  @throws InputError
ScenarioConfig with_values(const ScenarioConfig& before, const Map<std::string>& values, const std::string& where) {
  const auto source = std::make_shared<const Source>(Source{.name = where, .folder = "", .order = 0, .set_path = where});
  LoadedDocument document = load_text(dump(before), *source);
  Report report;
  for (const auto& [path, text] : values) {
    const Doc value = parse_yaml(text, source, report);
    if (!report.ok()) break;
    if (const std::string wrong = set_value(document.root, path, value); !wrong.empty()) report.error(value.place, path, wrong);
  }
  report.throw_if_any();
  return read_or_throw<ScenarioConfig>(document, Catalog::standard());
}

bool has(const SitePlan& plan, CoolingKind kind) {
  return std::any_of(plan.cooling_units.begin(), plan.cooling_units.end(), [&](const auto& unit) { return unit.second.kind == kind; });
}

/// Why a plant cannot take the place of another while the run goes on; empty: it can.
std::vector<std::string> plant_obstacles(const SitePlan& now, const SitePlan& then) {
  std::vector<std::string> out;
  if (now.cooling_units.empty() && then.cooling_units.empty()) return out;
  if (now.cooling_units.empty() || then.cooling_units.empty()) {
    out.emplace_back("a plant can be exchanged, not begun or ended");
    return out;
  }
  // Each has loads, accounts and columns of its own.
  for (const CoolingKind kind : {CoolingKind::condenser_loop, CoolingKind::chiller, CoolingKind::economizer, CoolingKind::tank, CoolingKind::heat_reuse, CoolingKind::make_up, CoolingKind::crah}) {
    if (has(now, kind) == has(then, kind)) continue;
    out.push_back(fmt::format("the plant {} {}, and the run began {} one", has(then, kind) ? "gets a" : "loses its", enum_name(kind), has(now, kind) ? "with" : "without"));
  }
  const auto pipes = [](const SitePlan& plan) {
    const auto built = build_plant(plan).loop.pipes;
    return built ? std::vector<double>{built->supply.si(), built->back.si(), built->design_flow.si()} : std::vector<double>{};
  };
  if (pipes(now) != pipes(then)) out.emplace_back("headers, and the design flow through them, stay as they are");
  for (const auto& [name, unit] : then.cooling_units) {
    const CoolingUnitConfig* other = now.cooling_units.find(name);
    if (other && other->kind != unit.kind) out.push_back(fmt::format("the unit {} is a {} so far: give the {} another name", name, enum_name(other->kind), enum_name(unit.kind)));
  }
  return out;
}

/// Index of each cooling unit of `then` among those of the run, to which new ones are added.
std::vector<std::size_t> place_units(PreparedRun& run, std::size_t site, const SitePlan& then) {
  PreparedSite& now = run.sites[site];
  const std::size_t planned = now.plan.cooling_units.items.size();
  std::vector<std::size_t> out;
  for (const auto& [name, unit] : then.cooling_units) {
    std::size_t index = 0;
    while (index < planned + now.later_units.size() && now.cooling_unit(index) != name) ++index;
    if (index == planned + now.later_units.size()) {
      now.later_units.push_back(name);
      run.units.add_cooling_unit(site, name, unit, index);
    }
    out.push_back(index);
  }
  return out;
}

std::vector<std::string> changed_keys(const ScenarioConfig& before, const ScenarioConfig& after) {
  std::vector<std::string> keys;
  compare(to_doc(before), to_doc(after), "", keys);
  return keys;
}

void refuse_dead_keys(const std::vector<std::string>& keys, const std::string& where) {
  std::vector<std::string> dead;
  for (const std::string& key : keys) {
    const bool live = std::any_of(live_keys().begin(), live_keys().end(), [&](const LiveKey& live_key) { return covered(key, live_key.pattern); });
    if (!live) dead.push_back(key);
  }
  if (dead.empty()) return;
  std::vector<std::string> patterns;
  for (const LiveKey& key : live_keys()) patterns.emplace_back(key.pattern);
  throw InputError(fmt::format("{}: {} cannot be set while a run goes on; what can: {}. For other keys run the scenario from its start with --set, and compare", where,
                               fmt::join(dead, ", "), fmt::join(patterns, ", ")));
}

/// A policy that knows the run from its start cannot take over in the middle of it.
void refuse_outside_policy(const std::string& name, const std::string& where) {
  const OutsideKind* kind = find_outside_policy(name);
  if (kind && kind->prefix != "plugin:") throw InputError(fmt::format("{}: scheduling.policy: {} stands for a whole run and neither takes over nor hands over in the middle of it", where, name));
}

/// Some cluster has as many nodes as the log of the jobs says.
bool sized_by_log(const ScenarioConfig& config) {
  for (const auto& [site_name, site] : config.sites) {
    for (const auto& [hall_name, hall] : site.halls) {
      for (const auto& [name, cluster] : hall.clusters) {
        if (cluster.nodes == "from_log") return true;
      }
    }
  }
  return false;
}

PlannedChange plan_change(PreparedRun& run, const ScenarioConfig& before, const EventConfig& event, const std::string& name) {
  const std::string where = name + ".set";
  PlannedChange change;
  change.at = to_ticks(event.at);
  change.cause = event.cause ? fmt::format("{}: {}", name, *event.cause) : name;
  change.values = event.set->items;
  ScenarioConfig after = with_values(before, *event.set, where);
  const auto keys = changed_keys(before, after);
  refuse_dead_keys(keys, where);
  const auto starts = [&](const char* with) { return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) { return key.starts_with(with); }); };
  change.forecasts = starts("scheduling.forecast_error");
  change.scheduling = starts("scheduling.policy") || starts("scheduling.options") || starts("scheduling.weights") || starts("scheduling.quotas");
  if (change.scheduling) {
    refuse_outside_policy(before.scheduling.policy, where);
    refuse_outside_policy(after.scheduling.policy, where);
  }
  // Jobs are those of the run: nothing of them is live.
  if (!sized_by_log(after)) {
    after.workload.reset();
    after.checks = {};  // some are of services
  }
  try {
    change.to = prepare(after);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", where, error.what()));
  }
  change.to->config.workload = before.workload;
  change.to->config.checks = before.checks;
  for (std::size_t i = 0; i < run.sites.size(); ++i) {
    const std::string path = fmt::format("sites.{}.", run.sites[i].plan.name);
    const auto any = [&](const std::string& below) { return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) { return key.starts_with(path + below); }); };
    const SitePlan& then = change.to->sites[i].plan;
    if (any("grid.")) {
      const PreparedSite &now_site = run.sites[i], &then_site = change.to->sites[i];
      if (now_site.price.has_value() != then_site.price.has_value() || now_site.carbon.has_value() != then_site.carbon.has_value()) {
        throw InputError(fmt::format("{}: {}grid: a price or a carbon intensity can have another value, not begin or end", where, path));
      }
      change.grids.push_back(i);
      change.forecasts = true;
    }
    change.units.emplace_back();
    change.cdus.emplace_back();
    const SitePlan& now = run.changes.empty() ? run.sites[i].plan : run.changes.back().to->sites[i].plan;
    const bool laid_out = any("power.") || any("halls.") || (any("cooling.") && other_layout(now, then));
    if (laid_out) {
      const auto why = layout_obstacles(now, then);
      if (!why.empty()) throw InputError(fmt::format("{}: {}halls: cannot be laid out so while a run goes on: {}. Run the scenario from its start with --set, and compare", where, path, fmt::join(why, "; ")));
      refuse_outside_policy(after.scheduling.policy, where);
      change.layouts.push_back(i);
      place_layout(run, change, i);
    }
    if (!any("cooling.") && (!laid_out || then.cooling_units.empty())) continue;
    const auto why = plant_obstacles(run.sites[i].plan, then);
    if (!why.empty()) throw InputError(fmt::format("{}: {}cooling: cannot be exchanged while a run goes on: {}", where, path, fmt::join(why, "; ")));
    change.plants.push_back(i);
    change.units.back() = place_units(run, i, then);
  }
  return change;
}

}  // namespace

const std::vector<LiveKey>& live_keys() {
  static const std::vector<LiveKey> kKeys{
      {"scheduling.policy", "another policy takes over the queue; running jobs go on"},
      {"scheduling.options", "options of the policy"},
      {"scheduling.weights", "weights of tenants"},
      {"scheduling.quotas", "quotas of tenants"},
      {"scheduling.forecast_error", "error of forecasts"},
      {"sites.*.grid.capacity", "limit that caps keep; units keep their ratings"},
      {"sites.*.grid.headroom_frac", "share of it that is kept free"},
      {"sites.*.grid.price", "price of energy, where there is one"},
      {"sites.*.grid.carbon", "carbon intensity, where there is one"},
      {"sites.*.cooling", "the plant: its template or units, CDUs among them, their number, make, ratings, set points and controls"},
      {"sites.*.power", "the power network: its layout or units; what has the same name goes on as it is"},
      {"sites.*.halls.*.clusters.*.racks", "racks come in, or go when no job holds them any more"},
      {"sites.*.halls.*.clusters.*.power", "supplies that its racks hang on"},
      {"sites.*.halls.*.clusters.*.cooling", "CDUs that its racks hang on"},
  };
  return kKeys;
}

void plan_changes(PreparedRun& run) {
  std::vector<std::size_t> order;
  for (std::size_t e = 0; e < run.config.events.size(); ++e) {
    if (run.config.events[e].set) order.push_back(e);
  }
  if (order.empty()) return;
  const auto& events = run.config.events;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return to_ticks(events[a].at) < to_ticks(events[b].at); });
  ScenarioConfig now = run.config;
  now.events.clear();
  for (const std::size_t e : order) {
    run.changes.push_back(plan_change(run, now, events[e], fmt::format("events[{}]", e)));
    now = run.changes.back().to->config;
  }
}

}  // namespace aifactory
