#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "models/suggest.h"
#include "sim/policy_program/outside_policy.h"
#include "sim/run/plan_faults.h"
#include "sim/run/path_segments.h"
#include "sim/run/prepared.h"
#include "sim/run/prepare_load.h"
#include "sim/workload/data_location.h"
#include "sim/workload/plan_jobs.h"
#include "sim/workload/power_profiles.h"

namespace aifactory {
namespace {
/// Sums of microwatts and microseconds are exact within it, with room.
constexpr Duration kLongestRun{1000.0 * 365.25 * 86400.0};

/// What policies may want to know of a cluster's nodes.
void describe_pool(const ClusterPlan& cluster, std::int32_t site, const std::string& where, scheduling::PoolSpec& pool) {
  const RackParams& rack = *cluster.rack;
  const double accelerators = static_cast<double>(rack.accelerators) / static_cast<double>(rack.nodes);
  pool.site = site;
  pool.shares_per_node = cluster.config->shares_per_node;
  pool.node_power = (rack.accelerator_max - rack.accelerator_idle) * accelerators + (rack.node_base_max - rack.node_base_idle);
  pool.nodes_per_domain = cluster.config->scale_up_nodes.value_or(0) * pool.shares_per_node;
  if (cluster.config->fabric) {
    pool.nodes_per_block = cluster.config->fabric->block_racks * rack.nodes;
    pool.oversubscription = cluster.config->fabric->oversubscription;
    if (pool.has_blocks() && pool.nodes_per_block % pool.domain_size() != 0) {
      throw InputError(fmt::format("{}.fabric.block_racks: a block of {} nodes must hold whole scale-up domains of {}", where, pool.nodes_per_block, pool.domain_size()));
    }
  }
  const std::vector<std::int64_t>& torus = cluster.config->torus;
  if (torus.empty()) return;
  double nodes = 1;
  for (const std::int64_t size : torus) nodes *= static_cast<double>(size);
  if (torus.size() != 3 || nodes != static_cast<double>(cluster.nodes)) {
    throw InputError(fmt::format("{}: torus must be three sizes whose product is its {} nodes", cluster.unit, cluster.nodes));
  }
  for (std::size_t axis = 0; axis < 3; ++axis) pool.torus[axis] = static_cast<std::int32_t>(torus[axis]);
}

/// A tensor-parallel group stays within a scale-up domain, where one holds it: jobs with `training` say so by themselves.
void keep_groups_together(WorkloadConfig& workload, const std::vector<scheduling::PoolSpec>& pools) {
  for (JobConfig& job : workload.jobs.list) {
    if (!job.training || job.group_nodes || job.min_nodes || !job.slice.empty()) continue;
    const auto pool = std::find_if(pools.begin(), pools.end(), [&](const scheduling::PoolSpec& one) { return !job.cluster || one.name == *job.cluster; });
    if (pool == pools.end() || !(pool->accelerators_per_node > 0.0)) continue;
    const auto nodes = static_cast<std::int64_t>(std::ceil(static_cast<double>(job.training->split.tensor) / (pool->accelerators_per_node * static_cast<double>(pool->shares_per_node))));
    if (nodes <= 1 || nodes * pool->shares_per_node > pool->domain_size()) continue;
    job.group_nodes = nodes;
    job.keeps_domains = true;
  }
}

/// Quotas are in nodes, over all clusters.
std::int64_t shares_of_quotas(const std::vector<ClusterShape>& clusters) {
  for (const ClusterShape& cluster : clusters) {
    if (cluster.shares_per_node != clusters.front().shares_per_node) {
      throw InputError(fmt::format("scheduling.quotas: clusters {} and {} differ in shares_per_node, so that nodes of a tenant cannot be counted together",
                                   clusters.front().name, cluster.name));
    }
  }
  return clusters.empty() ? 1 : clusters.front().shares_per_node;
}

/// Jobs that name a cluster under a given load can never run.
void refuse_jobs_on_loads(const PreparedRun& run) {
  const auto check = [&](const std::string& where, const std::optional<std::string>& wanted) {
    for (const PreparedSite& site : run.sites) {
      for (const ClusterPlan& cluster : site.plan.clusters) {
        if (wanted == cluster.name && cluster.config->load) {
          throw InputError(fmt::format("workload.{}: cluster {} draws a given `load` and takes no jobs", where, cluster.name));
        }
      }
    }
  };
  const WorkloadConfig& workload = *run.config.workload;
  check("node_kind", workload.node_kind);
  for (std::size_t k = 0; k < workload.services.size(); ++k) check(fmt::format("services[{}].cluster", k), workload.services[k].cluster);
  for (std::size_t j = 0; j < workload.jobs.list.size(); ++j) check(fmt::format("jobs[{}].cluster", j), workload.jobs.list[j].cluster);
  if (workload.ai_mix) check("ai_mix.cluster", workload.ai_mix->cluster);
  if (!workload.synthetic) return;
  for (std::size_t k = 0; k < workload.synthetic->classes.size(); ++k) check(fmt::format("synthetic.classes[{}].cluster", k), workload.synthetic->classes[k].cluster);
}

}  // namespace

std::shared_ptr<PreparedRun> prepare(const ScenarioConfig& config) {
  auto run = std::make_shared<PreparedRun>();
  run->config = config;
  const ScenarioConfig& c = run->config;
  if (!c.duration.until_workload_ends && c.duration.span > kLongestRun) throw InputError("duration: must be at most 1000 year");
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
                     .clock = make_site_clock(c.start, location), .loads = {}};
    if (site.weather) {
      const std::string path = fmt::format("sites.{}.weather", name);
      out.plan.design = design_conditions(*site.weather, location, path);
      out.weather = make_site_weather(*site.weather, location, out.clock, horizon, out.plan.design, path);
    }
    out.plan.conditions = {.elevation = location.elevation, .hottest = hottest_air(out.plan.design, out.weather.get())};
    build_network(out.plan);  // refuses what cannot be built, before anything runs
    if (!site.cooling.none()) build_plant(out.plan, location.elevation);
    if (const auto* price = site.grid.price_in_force()) out.price = make_series(*price, out.clock, horizon);
    if (site.grid.coincident_peak) make_coincident_peak_meter(*site.grid.coincident_peak, out.clock);
    if (site.grid.carbon) out.carbon = make_series(*site.grid.carbon, out.clock, horizon);
    for (const ClusterPlan& cluster : out.plan.clusters) {
      if (!names.insert(cluster.name).second) throw InputError(fmt::format("sites.{}.{}: the name {} is taken; names are unique within a scenario", name, cluster.path, cluster.name));
      out.loads.push_back(nullptr);
      if (cluster.config->load) {
        out.loads.back() = prepare_load(cluster, fmt::format("sites.{}.{}", name, cluster.path), out.clock, horizon);
        continue;
      }
      const RackParams& rack = *cluster.rack;
      run->shapes.push_back({.name = cluster.name, .rack_kind = cluster.config->rack.base, .nodes = cluster.nodes,
                             .nodes_per_rack = rack.nodes,
                             .accelerators_per_node = static_cast<double>(rack.accelerators) / static_cast<double>(rack.nodes),
                             .shares_per_node = cluster.config->shares_per_node, .rack = cluster.rack.get(), .storage = site.storage.has_value(),
                             .interruptions = cluster.config->interruptions ? mean_interruption_rate(*cluster.config->interruptions) : Frequency(0.0),
                             .site = run->sites.size()});
      run->pools.push_back({.name = cluster.name, .nodes = cluster.nodes, .nodes_per_rack = rack.nodes,
                            .accelerators_per_node = run->shapes.back().accelerators_per_node});
      describe_pool(cluster, static_cast<std::int32_t>(run->sites.size()), fmt::format("sites.{}.{}", name, cluster.path), run->pools.back());
      if (run->pools.back().has_blocks()) {
        run->shapes.back().nodes_per_block = run->pools.back().nodes_per_block;
        run->shapes.back().oversubscription = run->pools.back().oversubscription;
      }
    }
    run->sites.push_back(std::move(out));
  }
  if (c.workload) {
    refuse_jobs_on_loads(*run);
    WorkloadConfig workload = *c.workload;
    run->plans = plan_jobs(workload, run->shapes);
    keep_groups_together(workload, run->pools);
    std::vector<DataSite> data_sites;
    for (const auto& [name, site] : c.sites) data_sites.push_back({name, site.wide_area});
    locate_data(workload, data_sites, run->shapes);
    run->jobs = load_workload(workload, run->shapes, run->horizon, static_cast<std::uint64_t>(c.seed), run->source, LocalStart::of(run->sites.front().clock));
    fit_profiles(run->jobs, run->plans);
    run->services = prepare_services(c.workload->services, run->sites, run->shapes, run->horizon, static_cast<std::uint64_t>(c.seed), run->jobs);
    const std::optional<InputFile>& file = c.workload->swf ? c.workload->swf : c.workload->jobs.file;
    if (file && run->source.rows > 0 && run->source.used == 0) {
      const auto& drop = run->source.drops.front();
      throw InputError(fmt::format("workload.{}: none of the {} rows of {} can be used: {} ({})", c.workload->swf ? "swf" : "jobs",
                                   run->source.rows, file->as_written, drop.reason, drop.first));
    }
  }
  run->policy.name = c.scheduling.policy;
  for (const auto& [option, value] : c.scheduling.options) run->policy.options.emplace_back(option, value);
  for (const auto& [tenant, weight] : c.scheduling.weights) run->policy.weights.emplace_back(tenant, weight);
  for (const auto& [tenant, nodes] : c.scheduling.quotas) run->policy.quotas.emplace_back(tenant, nodes * shares_of_quotas(run->shapes));
  scheduling::SchedulerCore(run->jobs, run->pools, make_run_policy(run->policy, run->jobs, run->pools));  // refuses unknown policies and options

  for (const PreparedSite& site : run->sites) run->units.add_site(site.plan);
  plan_changes(*run);  // the units that they bring in may fail
  run->faults = plan_faults(*run);
  if (run->horizon != kNever) run->warnings = events_after(c, run->horizon);
  Summary empty;
  for (const ServicePlan& service : run->services) static_cast<void>(empty.service(service.config->name));
  for (const auto& [path, check] : c.checks) {
    // Blocks of sites and clusters have the keys of the whole.
    const auto parts = path_segments(path);
    std::string key = path;
    if (parts.size() > 2 && (parts[0] == "sites" || parts[0] == "clusters")) key = path.substr(parts[0].size() + parts[1].size() + 2);
    if (!empty.has(key)) throw InputError(fmt::format("checks.{}: is no number of summary.json, such as kpi.pue", path));
  }
  return run;
}

}  // namespace aifactory
