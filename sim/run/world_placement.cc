/// @file What is told of where jobs run.
#include "sim/run/world.h"

namespace aifactory {

void World::tell_staging(JobId id) {
  const Job& job = table.job(id);
  std::string home = "another site";
  for (std::size_t p = 0; p < run.pools.size(); ++p) {
    if (job.staging_on[p] == 0) home = sites[static_cast<std::size_t>(run.pools[p].site)].site->plan.name;
  }
  log.add(kernel.now(), "staging", job.name, "length_s", to_seconds(table.fate(id).staging), "its data are at " + home);
}

}  // namespace aifactory
