#include <fmt/format.h>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {

std::vector<Cluster::Bank> World::banks_of(SiteWorld& site, const ClusterWorld& cluster) {
  std::vector<Cluster::Bank> banks;
  for (const BankPlan& bank : cluster.plan->banks) {
    const std::int32_t coolant = cluster.cdus[banks.size()];
    banks.push_back({.first_rack = bank.first_rack, .racks = bank.racks, .liquid = coolant < 0 ? nullptr : &site.banks[static_cast<std::size_t>(coolant)],
                     .by_air = bank.room >= 0, .liquid_first = bank.cdu_first_rack});
  }
  return banks;
}

void World::build_clusters(std::size_t index) {
  SiteWorld& site = sites[index];
  std::size_t before = 0;  // clusters of earlier sites
  for (std::size_t i = 0; i < index; ++i) before += sites[i].clusters.size();
  for (std::size_t c = 0; c < site.clusters.size(); ++c) {
    ClusterWorld& cluster = site.clusters[c];
    const LoadTrace* trace = site.site->loads[c].get();
    if (!trace) cluster.pool = static_cast<std::int32_t>(pools.size());
    const std::int32_t pool = cluster.pool;
    if (trace) {
      cluster.load = std::make_unique<LoadReplay>(*trace, load_groups(*cluster.plan));
    } else {
      pools.push_back(&cluster);
    }
    const std::int32_t room = cluster.plan->room;
    Cluster::Params params{.name = cluster.plan->unit,
                           .pool = pool,
                           .kill_at_walltime = run.config.scheduling.walltime == WalltimeRule::kill};
    params.site = static_cast<std::int32_t>(index);
    params.most_racks = site.site->most_racks_of(c);
    params.seed = static_cast<std::uint64_t>(run.config.seed);
    params.storage = site.site->plan.config->storage;
    params.interruptions = cluster.plan->config->interruptions;
    params.prolog = run.config.scheduling.prolog;
    params.burn_in = cluster.plan->config->burn_in;
    if (pool >= 0) params.fabric = run.pools[static_cast<std::size_t>(pool)];
    params.power_brake = cluster.plan->config->power_brake;
    if (cluster.plan->config->recovery) params.recovery = *cluster.plan->config->recovery;
    if (cluster.plan->config->throttle_hold) params.throttle_hold = *cluster.plan->config->throttle_hold;
    cluster.actor = std::make_unique<Cluster>(
        kernel, kClusterRank + static_cast<std::uint32_t>(before + c), params, *cluster.field, banks_of(site, cluster), *running, table, log,
        Cluster::Ports{.ended =
                           [this, &site](JobId job) {
                             charge(site, job);
                             // Where it has run is told by its record only; an elastic job's size counts to the end.
                             if (!run.config.record.jobs && !table.job(job).elastic()) std::vector<NodeRange>().swap(table.fate(job).nodes);
                             scheduler->ended(job);
                           },
                       .interrupted =
                           [this, &site](JobId job) {
                             charge(site, job);
                             scheduler->interrupted(job);
                           },
                       .put_back = [this, &site](JobId job) { charge(site, job); },
                       .nodes = [this, pool](NodeRange range, scheduling::NodeState state) {
                         if (pool >= 0) scheduler->nodes(pool, range, state);
                       },
                       .staged = [this](JobId job) { tell_staging(job); },
                       .follow = follow_job,
                       .heat_changes =
                           [&site, &cluster, room](std::size_t bank) {
                             if (room >= 0) site.rooms->heat_changes(static_cast<std::size_t>(room));
                             const std::int32_t coolant = cluster.cdus[bank];
                             if (coolant >= 0 && cluster.plan->banks[bank].room < 0) site.cdus->heat_changes(static_cast<std::size_t>(coolant));
                           },
                       .heat =
                           [&site, &cluster, room](std::size_t bank, Power input, Power liquid_other, Power air) {
                             const Power other_change = liquid_other - Power(cluster.other_w[bank]), air_change = air - Power(cluster.air_w[bank]);
                             cluster.other_w[bank] = liquid_other.si();
                             const double liquid_change_w = (input - air).si() - cluster.liquid_w[bank];
                             cluster.liquid_w[bank] = (input - air).si();
                             const bool in_room = cluster.plan->banks[bank].room >= 0;
                             if (room >= 0) site.room_heat_w[static_cast<std::size_t>(room)] += air_change.si() + (in_room ? liquid_change_w : 0.0);
                             if (cluster.cdus[bank] >= 0 && !in_room) site.cdu_heat_w[static_cast<std::size_t>(cluster.cdus[bank])] += liquid_change_w;
                             cluster.air_w[bank] = air.si();
                             if (in_room) {
                               site.rooms->add_heat(static_cast<std::size_t>(room), other_change + air_change);
                             } else {
                               if (cluster.cdus[bank] >= 0) site.cdus->add_rack_heat(static_cast<std::size_t>(cluster.cdus[bank]), other_change);
                               if (room >= 0) {
                                 site.rooms->add_heat(static_cast<std::size_t>(room), air_change);
                               } else {
                                 site.air_w += air_change.si();
                               }
                             }
                             site.power->set_load(cluster.leaves[bank], input);
                           }},
        cluster.load.get());
    if (!params.interruptions || pool < 0) continue;
    cluster.interruptions = std::make_unique<Interruptions>(kernel, kInterruptionRank, static_cast<std::int64_t>(before + c), *params.interruptions,
                                                            cluster.plan->unit, cluster.plan->nodes / params.fabric.shares_per_node, params.fabric.shares_per_node, params.seed,
                                                            [&cluster](const Interruptions::Strike& strike) { return cluster.actor->strike(strike); });
  }
}

}  // namespace aifactory
