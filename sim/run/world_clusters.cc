#include <fmt/format.h>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {

void World::build_clusters(std::size_t index) {
  SiteWorld& site = sites[index];
  std::size_t before = 0;  // clusters of earlier sites
  for (std::size_t i = 0; i < index; ++i) before += sites[i].clusters.size();
  for (std::size_t c = 0; c < site.clusters.size(); ++c) {
    ClusterWorld& cluster = site.clusters[c];
    const LoadTrace* trace = site.site->loads[c].get();
    const auto pool = trace ? -1 : static_cast<std::int32_t>(pools.size());
    if (trace) {
      cluster.load = std::make_unique<LoadReplay>(*trace, load_groups(*cluster.plan));
    } else {
      pools.push_back(&cluster);
    }
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
        kernel, kClusterRank + static_cast<std::uint32_t>(before + c), params, *cluster.field, std::move(banks), *running, table, log,
        Cluster::Ports{.ended = [this](JobId job) { scheduler->ended(job); },
                       .interrupted = [this](JobId job) { scheduler->interrupted(job); },
                       .nodes = [this, pool](NodeRange range, bool up) {
                         if (pool >= 0) scheduler->nodes(pool, range, up);
                       },
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
                           }},
        cluster.load.get());
  }
}

}  // namespace aifactory
