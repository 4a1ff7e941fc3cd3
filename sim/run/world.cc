#include "sim/run/world.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/policy_program/outside_policy.h"
#include "sim/run/ranks.h"

namespace aifactory {
namespace {
/// How long after the last event a run until the end of its workload waits for racks to come back.
constexpr Duration kPatience = 1.0 * day;
}  // namespace

World::World(PreparedRun& prepared) : run(prepared), kernel("aifactory") {
  for (const PreparedSite& site : run.sites) {
    std::vector<std::pair<std::string, std::int64_t>> racks;
    for (std::size_t c = 0; c < site.plan.clusters.size(); ++c) racks.emplace_back(site.plan.clusters[c].name, site.most_racks_of(c));
    kernel.add_site(site.plan.name, racks);
  }
  kernel.seal();
  table.jobs = std::move(run.jobs);
  table.plans = std::move(run.plans);
  table.fates.resize(table.jobs.size());
  running = std::make_unique<RunningJobs>(kernel, table.jobs.size(), [this](JobId job, RunningJobs::End end) {
    pools[static_cast<std::size_t>(table.fate(job).pool)]->actor->job_ended(job, end);
  });
  build_courses();
  build_waveform();
  build_scheduler();
  scheduler = std::make_unique<Scheduler>(
      kernel, kSchedulerRank, *core,
      Scheduler::Ports{.start = [this](const auto& start) { pools[static_cast<std::size_t>(start.allocation.pool)]->actor->start(start); },
                       .reject =
                           [this](JobId job, const std::string& reason) {
                             JobTable::Fate& fate = table.fate(job);
                             const bool ran = fate.first_start != kNever;
                             log.add(kernel.now(), ran ? "kill" : "reject", table.job(job).name, "job", kUnset, reason);
                             fate.killed = fate.state == FinalState::running;  // preempted in this pass
                             if (fate.killed) return;
                             fate.state = ran ? FinalState::completed_killed : FinalState::rejected;
                             fate.finish = kernel.now();
                           },
                       .idle = [this] { finish_if_done(); },
                       .stuck =
                           [this] {
                             if (run.horizon != kNever || !all_submitted) return;
                             Duration patience = kPatience;
                             for (const ClusterWorld* pool : pools) patience += pool->plan->config->recovery.value_or(0.0 * s);
                             const Tick look = std::max(kernel.now(), last_event) + to_ticks(patience);
                             kernel.calendar().add(look, engine::Phase::record, kRecorderRank - 1, give_up_due, 0);
                           },
                       .preempt =
                           [this](const auto& preemption) {
                             pools[static_cast<std::size_t>(table.fate(preemption.job).pool)]->actor->preempt(
                                 preemption.job, preemption.checkpoint == scheduling::Checkpoint::on_demand);
                           },
                       .resize = [this](const auto& resize) { pools[static_cast<std::size_t>(resize.allocation.pool)]->actor->resize(resize); },
                       .decided = [this](const auto& pass) { log_pass(pass); },
                       .signals = [this] { update_signals(); }},
      run.config.scheduling.epilog);
  if (!run.config.record.jobs) scheduler->keep_no_states();
  if (const OutsideKind* kind = find_outside_policy(run.policy.name); kind && kind->begins_with_run) scheduler->look_at(0);
  sites.resize(run.sites.size());
  std::int64_t first_node = 0;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    build_site(i);
    for (std::size_t c = 0; c < sites[i].clusters.size(); ++c) {
      ClusterWorld& cluster = sites[i].clusters[c];
      cluster.first_node = first_node;
      first_node += run.sites[i].most_nodes_of(c);
    }
  }
  source = std::make_unique<WorkloadSource>(kernel, kSourceRank, table.jobs,
                                            WorkloadSource::Ports{.submit =
                                                                      [this](JobId job) {
                                                                        table.fate(job).submitted = true;
                                                                        scheduler->submitted(job);
                                                                      },
                                                                  .exhausted =
                                                                      [this] {
                                                                        all_submitted = true;
                                                                        if (table.jobs.empty()) finish_if_done();
                                                                      }});
  build_services();
  build_faults();
  build_signals();
  build_changes();
  const Tick interval = run.config.record.series ? to_ticks(run.config.record.interval) : 0;
  recorder = std::make_unique<Recorder>(kernel, kRecorderRank, interval, run.horizon,
                                        Recorder::Ports{.row = [this](Tick now) { series.add(now, series_row(*this, now)); }});
  kernel.on_interrupt([this] { recorder->finish(); });
  series = Series(series_columns(*this));
  spawn();
}

void World::finish_if_done() {
  if (run.horizon == kNever && all_submitted) recorder->finish();
}

void World::give_up() {
  if (core->running() > 0 || core->queued() == 0) return;
  const bool repairing = std::any_of(pools.begin(), pools.end(), [](const ClusterWorld* pool) { return pool->actor->repairing(); });
  if (repairing || faults->recovering()) {  // units that jobs wait for may still come back
    kernel.calendar().add(kernel.now() + to_ticks(kPatience), engine::Phase::record, kRecorderRank - 1, give_up_due, 0);
    return;
  }
  never_started = core->queued();
  recorder->finish();
}

void World::build_site(std::size_t index) {
  SiteWorld& site = sites[index];
  site.site = &run.sites[index];
  const SitePlan& plan = site.site->plan;
  site.plan = &plan;
  auto network = build_network(plan);
  site.cdu_heat_w.assign(site.site->cdu_places(), 0.0);
  site.room_heat_w.assign(plan.rooms.size(), 0.0);
  for (std::size_t u = 0; u < plan.cooling_units.items.size(); ++u) site.cooling_units.push_back(u);
  site.stands.push_back({.since = 0, .rated_it = plan.rated_it});
  for (const ClusterPlan& cluster : plan.clusters) {
    ClusterWorld world{.plan = &cluster};
    for (const BankPlan& bank : cluster.banks) {
      world.cdus.push_back(bank.room < 0 ? bank.cdu : static_cast<std::int32_t>(site.site->cdu_places()) + bank.room);
      world.air_w.push_back(0.0);
      world.other_w.push_back(0.0);
      world.liquid_w.push_back(0.0);
    }
    site.stands.back().racks.push_back(cluster.racks);
    world.rack = std::make_unique<Rack>(*cluster.rack);
    world.field = std::make_unique<RackField>(*world.rack, cluster.nodes);
    world.nodes.change(0, cluster.nodes);
    world.accelerators.change(0, cluster.nodes * world.rack->accelerators_per_node());
    site.clusters.push_back(std::move(world));
  }
  std::optional<CoincidentPeakMeter> coincident;
  if (const auto& peak = plan.config->grid.coincident_peak) coincident = make_coincident_peak_meter(*peak, site.site->clock);
  site.power = std::make_unique<SitePower>(kernel, std::move(network.network), std::move(network.indoors),
                                           std::move(network.uses),
                                           DemandMeter(plan.config->grid.demand_window_in_force(), site.site->clock), std::move(coincident));
  find_leaves(site);
  build_power_control(index);
  if (!plan.config->cooling.none()) build_plant_of(index);
  build_clusters(index);
  build_limits(index);

  double exponent = 2.4;
  for (const ClusterWorld& cluster : site.clusters) exponent = std::min(exponent, cluster.rack->params().power_exponent);
  site.grid = std::make_unique<GridFeed>(
      kernel, kGridRank + static_cast<std::uint32_t>(index),
      GridFeed::Params{.name = plan.name + ".grid", .limit = plan.config->grid.capacity * (1.0 - plan.config->grid.headroom_frac), .exponent = exponent},
      site.site->price, site.site->carbon, *site.power, log,
      GridFeed::Ports{.dynamic_power =
                          [&site] {
                            Power sum = 0.0 * W;
                            for (const ClusterWorld& cluster : site.clusters) sum += cluster.field->dynamic_power();
                            return sum;
                          },
                      .withheld_power =
                          [&site] {
                            Power sum = 0.0 * W;
                            for (const ClusterWorld& cluster : site.clusters) sum += cluster.field->withheld_power();
                            return sum;
                          },
                      .cap =
                          [&site](double speed) {
                            for (ClusterWorld& cluster : site.clusters) cluster.actor->cap(speed, site.grid->curtailing());
                          },
                      .before_change = [this, &site] { charge_running(site); },
                      .limit_changed = [this, index] { follow_power(index); }});
  site.power->on_settled([this, &site, index](Power facility) {
    follow_total(facility - site.facility, site.power->it() - site.it);
    if (waveform) waveform->it(kernel.now(), total_it);
    site.facility = facility;
    site.it = site.power->it();
    settle_losses(site);
    site.grid->settled(site.power->grid());
    follow_limits(site);
    follow_power(index);
  });
}

void World::follow_total(Power facility_change, Power it_change) {
  // A peak of several sites is that of their sum, and it must last: sites settle one after the other.
  if (kernel.now() > total_since) {
    peak_facility = std::max(peak_facility, total_facility);
    peak_it = std::max(peak_it, total_it);
    total_since = kernel.now();
  }
  total_facility += facility_change;
  total_it += it_change;
}

void World::spawn() {
  // In the order of the design: source, scheduler, clusters, plants, feeds, faults, recorder.
  const std::string& home = run.sites.front().plan.name;
  kernel.spawn("workload_source", home, [this] { (*source)(); });
  kernel.spawn("scheduler", home, [this] { (*scheduler)(); });
  if (services) kernel.spawn("service_host", home, [this] { (*services)(); });
  for (SiteWorld& site : sites) {
    const std::string& name = site.site->plan.name;
    for (ClusterWorld& cluster : site.clusters) kernel.spawn("cluster." + cluster.plan->name, name, [&cluster] { (*cluster.actor)(); });
    if (site.cdus) kernel.spawn("cdu_control." + name, name, [&site] { (*site.cdus)(); });
    if (site.rooms) kernel.spawn("room_control." + name, name, [&site] { (*site.rooms)(); });
    if (site.plant) kernel.spawn("cooling_plant." + name, name, [&site] { (*site.plant)(); });
    kernel.spawn("grid_feed." + name, name, [&site] { (*site.grid)(); });
  }
  kernel.spawn("fault_injector", home, [this] { (*faults)(); });
  kernel.spawn("recorder", home, [this] { (*recorder)(); });
}

}  // namespace aifactory
