#include "sim/run/world.h"

#include <algorithm>

#include <fmt/format.h>

namespace aifactory {
namespace {
// Ranks order actors of one phase; the power network (rank 0) settles before anyone looks.
constexpr std::uint32_t kSourceRank = 10, kFaultRank = 20, kGridRank = 100, kPlantRank = 1'000, kClusterRank = 10'000,
                        kSchedulerRank = 1'000'000, kRecorderRank = 2'000'000;
}  // namespace

World::World(PreparedRun& prepared) : run(prepared), kernel("aifactory") {
  for (const PreparedSite& site : run.sites) {
    std::vector<std::pair<std::string, std::int64_t>> racks;
    for (const ClusterPlan& cluster : site.plan.clusters) racks.emplace_back(cluster.name, cluster.racks);
    kernel.add_site(site.plan.name, racks);
  }
  kernel.seal();
  table.jobs = std::move(run.jobs);
  table.fates.resize(table.jobs.size());
  running = std::make_unique<RunningJobs>(kernel, table.jobs.size(), [this](JobId job, RunningJobs::End end) {
    pools[static_cast<std::size_t>(table.fate(job).pool)]->actor->job_ended(job, end);
  });
  core = std::make_unique<scheduling::SchedulerCore>(table.jobs, run.pools, run.policy);
  scheduler = std::make_unique<Scheduler>(
      kernel, kSchedulerRank, *core,
      Scheduler::Ports{.start = [this](const auto& start) { pools[static_cast<std::size_t>(start.allocation.pool)]->actor->start(start); },
                       .reject =
                           [this](JobId job, const std::string& reason) {
                             table.fate(job).state = FinalState::rejected;
                             table.fate(job).finish = kernel.now();
                             log.add(kernel.now(), "reject", table.job(job).name, "job", kUnset, reason);
                           },
                       .idle = [this] { finish_if_done(); }});
  sites.resize(run.sites.size());
  std::int64_t first_node = 0;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    build_site(i);
    for (ClusterWorld& cluster : sites[i].clusters) {
      cluster.first_node = first_node;
      first_node += cluster.plan->nodes;
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
  build_faults();
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

void World::build_site(std::size_t index) {
  SiteWorld& site = sites[index];
  site.site = &run.sites[index];
  const SitePlan& plan = site.site->plan;
  auto network = build_network(plan);
  const auto leaf = [&](const std::string& name) { return network.network.find(name); };
  site.pumps = leaf("facility_water_pumps");
  site.fans = leaf("heat_rejection_fans");
  site.air_fans = leaf("air_handler_fans");
  for (const auto& cdu : plan.cdus) site.cdu_leaves.push_back(leaf(cdu));
  for (const ClusterPlan& cluster : plan.clusters) {
    ClusterWorld world{.plan = &cluster};
    for (const BankPlan& bank : cluster.banks) {
      world.leaves.push_back(leaf(bank.leaf));
      world.cdus.push_back(bank.cdu);
      world.air_w.push_back(0.0);
      world.other_w.push_back(0.0);
    }
    world.rack = std::make_unique<Rack>(cluster.config->rack.value);
    world.field = std::make_unique<RackField>(*world.rack, cluster.nodes);
    site.clusters.push_back(std::move(world));
  }
  std::optional<CoincidentPeakMeter> coincident;
  if (const auto& peak = plan.config->grid.coincident_peak) coincident = make_coincident_peak_meter(*peak, site.site->clock);
  site.power = std::make_unique<SitePower>(kernel, std::move(network.network), std::move(network.indoors),
                                           std::move(network.uses),
                                           DemandMeter(plan.config->grid.demand_window_in_force(), site.site->clock), std::move(coincident));
  if (!plan.config->cooling.none()) build_plant_of(index);
  build_clusters(index);

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
                            for (ClusterWorld& cluster : site.clusters) cluster.actor->cap(speed);
                          }});
  site.power->on_settled([this, &site](Power facility) {
    follow_total(facility - site.facility, site.power->it() - site.it);
    site.facility = facility;
    site.it = site.power->it();
    if (site.plant) site.plant->room_heat(Power(site.air_w) + site.power->indoor_loss());
    site.grid->settled(facility);
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

void World::build_plant_of(std::size_t index) {
  SiteWorld& site = sites[index];
  const SitePlan& plan = site.site->plan;
  PlantEquipment equipment = build_plant(plan);
  std::vector<CoolingPlant::CduUnit> cdus;
  for (std::size_t i = 0; i < plan.cdus.size(); ++i) {
    cdus.push_back({.name = fmt::format("{}.cooling.{}", plan.name, plan.cdus[i]), .model = equipment.cdus[i], .primary = equipment.primary[i]});
  }
  site.cdu_banks.resize(plan.cdus.size());
  std::vector<std::optional<LiquidBank>> banks(plan.cdus.size());
  for (std::size_t c = 0; c < site.clusters.size(); ++c) {
    const ClusterPlan& cluster = *site.clusters[c].plan;
    const Rack& rack = *site.clusters[c].rack;
    const RackParams& p = rack.params();
    for (std::size_t b = 0; b < cluster.banks.size(); ++b) {
      const BankPlan& bank = cluster.banks[b];
      if (bank.cdu < 0) continue;
      const auto i = static_cast<std::size_t>(bank.cdu);
      CoolingPlant::CduUnit& unit = cdus[i];
      unit.rack = &rack;
      unit.racks = bank.cdu_racks;
      unit.pump_faults.assign(static_cast<std::size_t>(unit.model.params().pump_count), 0);
      site.cdu_banks[i].emplace_back(c, b);
      if (banks[i]) continue;
      banks[i].emplace(LiquidBank::Params{.racks = bank.cdu_racks,
                                          .accelerators_per_rack = p.accelerators,
                                          .chip = p.chip_capacity,
                                          .plate = p.plate_capacity,
                                          .chip_to_plate = p.chip_resistance,
                                          .coolant = unit.model.secondary_heat_capacity(),
                                          .start = equipment.loop.start},
                       CoolingPlant::flow_of(unit, unit.model.params().pumps_running, true));
    }
  }
  for (auto& bank : banks) site.banks.push_back(std::move(*bank));
  site.loop = std::make_unique<WaterLoop>(equipment.loop, std::move(equipment.rejection), std::move(equipment.crah), &site.banks);
  const Weather* weather = site.site->weather.get();
  site.plant = std::make_unique<CoolingPlant>(
      kernel, kPlantRank + static_cast<std::uint32_t>(index),
      CoolingPlant::Params{.name = plan.name + ".cooling", .period = plan.config->cooling.control_period}, std::move(cdus), site.banks,
      *site.loop, log,
      CoolingPlant::Ports{.outdoor = [weather](Tick now) -> const OutdoorAir& { return weather->at(now); },
                          .coolant_changed =
                              [&site](std::size_t cdu) {
                                for (const auto& [cluster, bank] : site.cdu_banks[cdu]) {
                                  if (site.clusters[cluster].actor) site.clusters[cluster].actor->coolant_changed(bank);
                                }
                              },
                          .cdu_pump_power = [&site](std::size_t cdu, Power power) { site.power->set_load(site.cdu_leaves[cdu], power); },
                          .plant_power =
                              [&site](Power pumps, Power fans, Power air_fans) {
                                site.power->set_load(site.pumps, pumps);
                                site.power->set_load(site.fans, fans);
                                site.power->set_load(site.air_fans, air_fans);
                              },
                          .observe =
                              [&site](Tick now, std::size_t cdu) {
                                for (const auto& [cluster, bank] : site.cdu_banks[cdu]) site.clusters[cluster].actor->observe_chips(now, bank);
                              }});
}

void World::build_clusters(std::size_t index) {
  SiteWorld& site = sites[index];
  for (std::size_t c = 0; c < site.clusters.size(); ++c) {
    ClusterWorld& cluster = site.clusters[c];
    const auto pool = static_cast<std::int32_t>(pools.size());
    pools.push_back(&cluster);
    std::vector<Cluster::Bank> banks;
    for (const BankPlan& bank : cluster.plan->banks) {
      banks.push_back({.first_rack = bank.first_rack, .racks = bank.racks, .liquid = bank.cdu < 0 ? nullptr : &site.banks[static_cast<std::size_t>(bank.cdu)],
                       .liquid_first = bank.cdu_first_rack});
    }
    Cluster::Params params{.name = cluster.plan->unit,
                           .pool = pool,
                           .kill_at_walltime = run.config.scheduling.walltime == WalltimeRule::kill};
    if (cluster.plan->config->recovery) params.recovery = *cluster.plan->config->recovery;
    if (cluster.plan->config->throttle_hold) params.throttle_hold = *cluster.plan->config->throttle_hold;
    cluster.actor = std::make_unique<Cluster>(
        kernel, kClusterRank + static_cast<std::uint32_t>(pool), params, *cluster.field, std::move(banks), *running, table, log,
        Cluster::Ports{.ended = [this](JobId job) { scheduler->ended(job); },
                       .interrupted = [this](JobId job) { scheduler->interrupted(job); },
                       .nodes = [this, pool](NodeRange range, bool up) { scheduler->nodes(pool, range, up); },
                       .heat_changes =
                           [&site, &cluster](std::size_t bank) {
                             if (cluster.cdus[bank] >= 0) site.plant->heat_changes(static_cast<std::size_t>(cluster.cdus[bank]));
                           },
                       .heat =
                           [&site, &cluster](std::size_t bank, Power input, Power liquid_other, Power air) {
                             if (cluster.cdus[bank] >= 0) site.plant->add_rack_heat(static_cast<std::size_t>(cluster.cdus[bank]), liquid_other - Power(cluster.other_w[bank]));
                             cluster.other_w[bank] = liquid_other.si();
                             site.air_w += air.si() - cluster.air_w[bank];
                             cluster.air_w[bank] = air.si();
                             site.power->set_load(cluster.leaves[bank], input);
                           }});
  }
}

void World::build_faults() {
  std::vector<FaultInjector::Effect> effects;
  for (std::size_t e = 0; e < run.config.events.size(); ++e) {
    const EventConfig& event = run.config.events[e];
    const EventTargetUnit target = run.event_targets[e];
    SiteWorld& site = sites[target.site];
    FaultInjector::Effect effect{.at = to_ticks(event.at), .until = event.span ? to_ticks(event.at) + to_ticks(*event.span) : kNever, .apply = {}};
    const std::string cause = fmt::format("events[{}]", e);
    using Kind = EventTargetUnit::Kind;
    switch (target.kind) {
      case Kind::cdu:
      case Kind::pump:
        effect.apply = [&site, target, cause](bool on) { site.plant->cdu_fault(target.index, static_cast<std::int32_t>(target.part), on, cause); };
        break;
      case Kind::rack:
        effect.apply = [&site, target, cause](bool on) { site.clusters[target.index].actor->rack_fault(target.part, on, cause); };
        break;
      case Kind::site:
        effect.apply = [&site, to = *event.to, cause](bool on) { site.grid->curtail(to, !on, cause); };
        break;
      case Kind::bank:
      case Kind::power_unit:
        effect.apply = [this, &site, target, cause, name = *event.fail](bool on) {
          const auto unit = static_cast<PowerNetwork::UnitId>(target.index);
          log.add(kernel.now(), on ? "repair" : "failure", name, on ? "back" : "out", kUnset, cause);
          const auto change = site.power->set_available(unit, on);
          const auto tell = [&](const std::vector<PowerNetwork::UnitId>& leaves, bool supplied) {
            bool mechanical = false;
            for (const auto leaf : leaves) {
              mechanical = mechanical || leaf == site.pumps;
              for (ClusterWorld& cluster : site.clusters) {
                for (std::size_t b = 0; b < cluster.leaves.size(); ++b) {
                  if (cluster.leaves[b] == leaf) cluster.actor->bank_power(b, supplied, name);
                }
              }
            }
            if (mechanical && site.plant) site.plant->powered(supplied, name);
          };
          tell(change.dropped, false);
          tell(change.regained, true);
        };
        break;
    }
    effects.push_back(std::move(effect));
  }
  faults = std::make_unique<FaultInjector>(kernel, kFaultRank, std::move(effects));
}

void World::spawn() {
  // In the order of the design: source, scheduler, clusters, plants, feeds, faults, recorder.
  const std::string& home = run.sites.front().plan.name;
  kernel.spawn("workload_source", home, [this] { (*source)(); });
  kernel.spawn("scheduler", home, [this] { (*scheduler)(); });
  for (SiteWorld& site : sites) {
    const std::string& name = site.site->plan.name;
    for (ClusterWorld& cluster : site.clusters) kernel.spawn("cluster." + cluster.plan->name, name, [&cluster] { (*cluster.actor)(); });
    if (site.plant) kernel.spawn("cooling_plant." + name, name, [&site] { (*site.plant)(); });
    kernel.spawn("grid_feed." + name, name, [&site] { (*site.grid)(); });
  }
  kernel.spawn("fault_injector", home, [this] { (*faults)(); });
  kernel.spawn("recorder", home, [this] { (*recorder)(); });
}

}  // namespace aifactory
