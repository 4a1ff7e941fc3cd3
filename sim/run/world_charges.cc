// What jobs owe for their energy.
#include <algorithm>

#include "models/scheduling/view.h"
#include "sim/run/world.h"

namespace aifactory {

void World::charge(SiteWorld& site, JobId job) {
  JobTable::Fate& fate = table.fate(job);
  double energy_j = fate.energy_j;
  if (fate.state == FinalState::running) {
    energy_j += pools[static_cast<std::size_t>(fate.pool)]->field->job_energy(job, kernel.now()).si();
  }
  const Energy energy(energy_j - fate.booked_j);
  if (site.site->price) fate.cost_usd += (energy * site.power->price()).si();
  if (site.site->carbon) fate.carbon_kg += (energy * site.power->carbon()).si();
  fate.booked_j = energy_j;
}

void World::charge_running(SiteWorld& site) {
  for (std::int32_t pool = 0; pool < core->view().pools(); ++pool) {
    const ClusterWorld* cluster = pools[static_cast<std::size_t>(pool)];
    const auto here = [&](const ClusterWorld& other) { return &other == cluster; };
    if (std::none_of(site.clusters.begin(), site.clusters.end(), here)) continue;
    for (const auto& held : core->view().pool(pool).running) {
      // One that ended in this instant has been charged, and the scheduler has not heard of it yet.
      if (table.fate(held.job).state == FinalState::running) charge(site, held.job);
    }
  }
}

}  // namespace aifactory
