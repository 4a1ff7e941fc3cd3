#include "sim/workload/data_location.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/error.h"
#include "models/scheduling/availability_profile.h"
#include "models/suggest.h"

namespace aifactory {
namespace {

Tick staging_between(const JobConfig& job, const DataSite& there, const DataSite& here) {
  if (job.staging) return to_ticks(*job.staging);
  if (!job.data_size || !there.wide_area || !here.wide_area) return kNever;
  const Duration takes = *job.data_size / std::min(*there.wide_area, *here.wide_area);
  return takes.si() < 1e11 ? std::max<Tick>(1, to_ticks(takes)) : kNever;
}

}  // namespace

void locate_data(WorkloadConfig& config, const std::vector<DataSite>& sites, const std::vector<ClusterShape>& clusters) {
  std::size_t place = 0;
  for (JobConfig& job : config.jobs.list) {
    const std::string where = fmt::format("workload.jobs[{}]", place++);
    if (!job.data) continue;
    const auto home = std::find_if(sites.begin(), sites.end(), [&](const DataSite& site) { return site.name == *job.data; });
    if (home == sites.end()) {
      std::vector<std::string> names;
      for (const DataSite& site : sites) names.push_back(site.name);
      throw InputError(fmt::format("{}.data: no site is named {}{} (sites: {})", where, *job.data, did_you_mean(*job.data, names), fmt::join(names, ", ")));
    }
    bool runs = false;
    std::vector<std::string> barred;
    for (const ClusterShape& cluster : clusters) {
      const DataSite& here = sites[cluster.site];
      const Tick staging = &here == &*home ? 0 : staging_between(job, *home, here);
      job.staging_on.push_back(staging);
      if (job.cluster && cluster.name != *job.cluster) continue;
      runs = runs || staging != kNever;
      if (staging == kNever) barred.push_back(cluster.name);
    }
    if (!runs && !barred.empty()) {
      throw InputError(fmt::format("{}.data: lie at {}, and nothing brings them to {}: give data_size and a wide_area of both sites, or staging", where,
                                   *job.data, fmt::join(barred, ", ")));
    }
  }
}

}  // namespace aifactory
