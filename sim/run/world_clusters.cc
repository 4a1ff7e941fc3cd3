#include <fmt/format.h>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {

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
        Cluster::Ports{.ended =
                           [this, &site](JobId job) {
                             charge(site, job);
                             scheduler->ended(job);
                           },
                       .interrupted =
                           [this, &site](JobId job) {
                             charge(site, job);
                             scheduler->interrupted(job);
                           },
                       .nodes = [this, pool](NodeRange range, bool up) { scheduler->nodes(pool, range, up); },
                       .heat_changes =
                           [&site, &cluster](std::size_t bank) {
                             if (cluster.cdus[bank] >= 0) site.cdus->heat_changes(static_cast<std::size_t>(cluster.cdus[bank]));
                           },
                       .heat =
                           [&site, &cluster](std::size_t bank, Power input, Power liquid_other, Power air) {
                             if (cluster.cdus[bank] >= 0) site.cdus->add_rack_heat(static_cast<std::size_t>(cluster.cdus[bank]), liquid_other - Power(cluster.other_w[bank]));
                             cluster.other_w[bank] = liquid_other.si();
                             site.air_w += air.si() - cluster.air_w[bank];
                             cluster.air_w[bank] = air.si();
                             site.power->set_load(cluster.leaves[bank], input);
                           }});
  }
}

}  // namespace aifactory
