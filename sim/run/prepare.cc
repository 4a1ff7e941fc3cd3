#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "models/suggest.h"
#include "sim/run/prepared.h"

namespace aifactory {
namespace {

/// "a.b.c" -> {"a", "b", "c"}
std::vector<std::string> segments(const std::string& path) {
  std::vector<std::string> out{""};
  for (const char c : path) {
    if (c == '.') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

/// "rack_12" -> 12 for the prefix "rack_"; -1 when it is something else.
std::int64_t numbered(const std::string& text, const std::string& prefix) {
  if (text.rfind(prefix, 0) != 0) return -1;
  std::int64_t n = -1;
  const char* begin = text.data() + prefix.size();
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, n);
  return error == std::errc() && stop == end ? n : -1;
}

EventTargetUnit find_unit(const PreparedRun& run, const std::string& name, const std::string& where) {
  const auto parts = segments(name);
  std::vector<std::string> sites;
  for (const auto& site : run.sites) sites.push_back(site.plan.name);
  for (std::size_t i = 0; i < run.sites.size(); ++i) {
    const SitePlan& plan = run.sites[i].plan;
    if (plan.name != parts[0]) continue;
    std::vector<std::string> known;
    if (parts.size() >= 3 && parts[1] == "power") {
      const auto network = build_network(plan);
      const auto id = network.network.find(parts[2]);
      if (parts.size() == 3 && id >= 0) return {EventTargetUnit::Kind::power_unit, i, static_cast<std::size_t>(id), -1};
      for (const auto& [unit, config] : plan.power_units) known.push_back(fmt::format("{}.power.{}", plan.name, unit));
    } else if (parts.size() >= 3 && parts[1] == "cooling") {
      for (std::size_t c = 0; c < plan.cdus.size(); ++c) {
        if (plan.cdus[c] != parts[2]) {
          known.push_back(fmt::format("{}.cooling.{}", plan.name, plan.cdus[c]));
          continue;
        }
        if (parts.size() == 3) return {EventTargetUnit::Kind::cdu, i, c, -1};
        const auto pumps = plan.cooling_units.find(plan.cdus[c])->cdu->value.pump_count;
        for (std::int64_t p = 0; p < pumps; ++p) {
          const std::string pump = fmt::format("pump_{}", static_cast<char>('a' + p));
          if (parts.size() == 4 && parts[3] == pump) return {EventTargetUnit::Kind::pump, i, c, p};
          known.push_back(fmt::format("{}.cooling.{}.{}", plan.name, parts[2], pump));
        }
      }
    } else {
      for (std::size_t c = 0; c < plan.clusters.size(); ++c) {
        const std::string& unit = plan.clusters[c].unit;
        known.push_back(unit + ".rack_0");
        if (parts.size() != 4 || unit != fmt::format("{}.{}.{}", parts[0], parts[1], parts[2])) continue;
        const std::int64_t rack = numbered(parts[3], "rack_");
        if (rack >= 0 && rack < plan.clusters[c].racks) return {EventTargetUnit::Kind::rack, i, c, rack};
      }
      known.push_back(plan.name + ".power.feed");
      if (!plan.cdus.empty()) known.push_back(fmt::format("{}.cooling.{}", plan.name, plan.cdus.front()));
    }
    throw InputError(fmt::format("{}: unknown unit {}{}; `aifactory show SCENARIO topology` lists all", where, name, did_you_mean(name, known)));
  }
  throw InputError(fmt::format("{}: unknown site in {}{}", where, name, did_you_mean(parts[0], sites)));
}

}  // namespace

std::shared_ptr<PreparedRun> prepare(const ScenarioConfig& config) {
  auto run = std::make_shared<PreparedRun>();
  run->config = config;
  const ScenarioConfig& c = run->config;
  if (!c.duration.until_workload_ends) run->horizon = to_ticks(c.duration.span);
  const Duration horizon = c.duration.until_workload_ends ? Duration(kUnset) : c.duration.span;

  bool from_log = false;
  for (const auto& [site, site_config] : c.sites) {
    for (const auto& [hall, hall_config] : site_config.halls) {
      for (const auto& [cluster, k] : hall_config.clusters) from_log = from_log || (k.nodes && *k.nodes == "from_log");
    }
  }
  std::optional<std::int64_t> log_nodes;
  if (from_log) {
    if (!c.workload || !c.workload->swf) throw InputError("a cluster has `nodes: from_log`, but `workload.swf` names no log");
    log_nodes = nodes_from_log(*c.workload);
  }

  std::set<std::string> names;
  for (const auto& [name, site] : c.sites) {
    const WeatherConfig weather = site.weather.value_or(WeatherConfig{});
    SiteLocation location = resolve_location(site.location, weather);
    PreparedSite out{.plan = plan_site(name, site, log_nodes), .location = location, .weather = nullptr, .price = {}, .carbon = {},
                     .clock = make_site_clock(c.start, location)};
    build_network(out.plan);  // refuses what cannot be built, before anything runs
    if (!site.cooling.none()) build_plant(out.plan);
    if (site.weather) out.weather = make_weather(*site.weather, location, out.clock, horizon);
    if (const auto* price = site.grid.price_in_force()) out.price = make_series(*price, out.clock, horizon);
    if (site.grid.coincident_peak) make_coincident_peak_meter(*site.grid.coincident_peak, out.clock);
    if (site.grid.carbon) out.carbon = make_series(*site.grid.carbon, out.clock, horizon);
    for (const ClusterPlan& cluster : out.plan.clusters) {
      if (!names.insert(cluster.name).second) throw InputError(fmt::format("sites.{}.{}: the name {} is taken; names are unique within a scenario", name, cluster.path, cluster.name));
      const RackParams& rack = cluster.config->rack.value;
      run->shapes.push_back({.name = cluster.name, .rack_kind = cluster.config->rack.base, .nodes = cluster.nodes,
                             .nodes_per_rack = rack.nodes,
                             .accelerators_per_node = static_cast<double>(rack.accelerators) / static_cast<double>(rack.nodes)});
      run->pools.push_back({.name = cluster.name, .nodes = cluster.nodes, .nodes_per_rack = rack.nodes,
                            .accelerators_per_node = run->shapes.back().accelerators_per_node});
    }
    run->sites.push_back(std::move(out));
  }
  if (c.workload) {
    const SiteClock& clock = run->sites.front().clock;
    const CivilTime civil = civil_time(clock.local(0));
    const LocalStart local{.time_of_day = Duration(civil.hour * 3600.0 + civil.second_of_hour), .weekday = civil.weekday};
    run->jobs = load_workload(*c.workload, run->shapes, run->horizon, static_cast<std::uint64_t>(c.seed), run->source, local);
    if (c.workload->swf && run->source.rows > 0 && run->source.used == 0) {
      const auto& drop = run->source.drops.front();
      throw InputError(fmt::format("workload.swf: none of the {} rows of {} can be used: {} ({})", run->source.rows,
                                   c.workload->swf->as_written, drop.reason, drop.first));
    }
  }
  run->policy.name = c.scheduling.policy;
  for (const auto& [option, value] : c.scheduling.options) run->policy.options.emplace_back(option, value);
  scheduling::SchedulerCore(run->jobs, run->pools, run->policy);  // refuses unknown policies and options

  for (std::size_t e = 0; e < c.events.size(); ++e) {
    const EventConfig& event = c.events[e];
    const std::string where = fmt::format("events[{}].{}", e, event.fail ? "fail" : "curtail");
    if (event.fail) {
      run->event_targets.push_back(find_unit(*run, *event.fail, where));
    } else {
      std::vector<std::string> sites;
      std::size_t found = run->sites.size();
      for (std::size_t i = 0; i < run->sites.size(); ++i) {
        sites.push_back(run->sites[i].plan.name);
        if (sites.back() == *event.curtail) found = i;
      }
      if (found == run->sites.size()) throw InputError(fmt::format("{}: unknown site {}{}", where, *event.curtail, did_you_mean(*event.curtail, sites)));
      run->event_targets.push_back({EventTargetUnit::Kind::site, found, 0, -1});
    }
  }
  const Summary empty;
  for (const auto& [path, check] : c.checks) {
    // Blocks of sites and clusters have the keys of the whole.
    const auto parts = segments(path);
    std::string key = path;
    if (parts.size() > 2 && (parts[0] == "sites" || parts[0] == "clusters")) key = path.substr(parts[0].size() + parts[1].size() + 2);
    if (!empty.has(key)) throw InputError(fmt::format("checks.{}: is no number of summary.json, such as kpi.pue", path));
  }
  return run;
}

}  // namespace aifactory
