#include "sim/workload/data_location.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/error.h"
#include "models/scheduling/availability_profile.h"
#include "models/suggest.h"

namespace aifactory {
namespace {

const DataSite* site_named(const std::string& name, const std::vector<DataSite>& sites) {
  const auto found = std::find_if(sites.begin(), sites.end(), [&](const DataSite& site) { return site.name == name; });
  return found != sites.end() ? &*found : nullptr;
}

void refuse_unknown_site(const std::string& where, const std::string& name, const std::vector<DataSite>& sites) {
  if (site_named(name, sites)) return;
  std::vector<std::string> names;
  for (const DataSite& site : sites) names.push_back(site.name);
  throw InputError(fmt::format("{}.data: no site is named {}{} (sites: {})", where, name, did_you_mean(name, names), fmt::join(names, ", ")));
}

[[noreturn]] void refuse_no_way(const std::string& where, const std::string& site, const std::vector<std::string>& barred, const std::string& who = "") {
  throw InputError(fmt::format("{}.data: lie at {}, and nothing brings them to {}{}: give data_size and a wide_area of both sites, or staging", where, site,
                               fmt::join(barred, ", "), who));
}

Tick staging_between(const DataConfig& data, const DataSite& there, const DataSite& here) {
  if (&there == &here) return 0;
  if (data.staging) return to_ticks(*data.staging);
  if (!data.data_size || !there.wide_area || !here.wide_area) return kNever;
  const Duration takes = *data.data_size / std::min(*there.wide_area, *here.wide_area);
  return takes.si() < 1e11 ? std::max<Tick>(1, to_ticks(takes)) : kNever;
}

/// Clusters that a job of this pool may not reach.
std::vector<std::string> barred_to(std::int32_t pool, const DataStaging& staging, const std::vector<ClusterShape>& clusters) {
  std::vector<std::string> barred;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    if ((pool < 0 || static_cast<std::size_t>(pool) == i) && staging.on[i] == kNever) barred.push_back(clusters[i].name);
  }
  return barred;
}

/// What holds for all jobs of a kind or a tenant.
struct Group {
  std::string where, name;
  const DataConfig* data;
  DataStaging staging;
};

std::vector<std::string> tenants_of(const WorkloadConfig& config, const std::vector<Job>& jobs) {
  std::vector<std::string> tenants;
  const auto note = [&tenants](const std::string& tenant) {
    if (!tenant.empty() && std::find(tenants.begin(), tenants.end(), tenant) == tenants.end()) tenants.push_back(tenant);
  };
  if (config.ai_mix) {
    for (const auto& [tenant, share] : config.ai_mix->tenants) note(tenant);
  }
  if (config.synthetic) {
    for (const JobClassConfig& one : config.synthetic->classes) note(one.tenant.value_or(""));
  }
  for (const JobConfig& one : config.jobs.list) note(one.tenant.value_or(""));
  for (const Job& job : jobs) {
    if (tenants.empty() || tenants.back() != job.tenant) note(job.tenant);
  }
  return tenants;
}

}  // namespace

bool DataStaging::reaches(std::int32_t pool) const {
  if (pool >= 0) return on[static_cast<std::size_t>(pool)] != kNever;
  return std::any_of(on.begin(), on.end(), [](Tick staging) { return staging != kNever; });
}

DataStaging staging_of(const DataConfig& data, const std::vector<DataSite>& sites, const std::vector<ClusterShape>& clusters) {
  DataStaging staging;
  const DataSite* home = site_named(*data.data, sites);
  staging.known = home != nullptr;
  for (const ClusterShape& cluster : clusters) staging.on.push_back(home ? staging_between(data, *home, sites[cluster.site]) : kNever);
  return staging;
}

void locate_data_of_groups(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters, std::vector<Job>& jobs) {
  std::vector<Group> kinds, tenants;
  const auto add = [&](std::vector<Group>& groups, const char* of, const std::string& name, const DataConfig& data) {
    const std::string where = fmt::format("workload.{}.{}", of, name);
    if (!data.data) return;
    refuse_unknown_site(where, *data.data, config.data_sites);
    groups.push_back({where, name, &data, staging_of(data, config.data_sites, clusters)});
  };
  for (const auto& [name, kind] : config.kinds) add(kinds, "kinds", name, kind.data);
  if (!config.tenants.empty()) {
    const std::vector<std::string> known = tenants_of(config, jobs);
    for (const auto& [name, data] : config.tenants) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        throw InputError(fmt::format("workload.tenants.{}: no job is of this tenant{}", name, did_you_mean(name, known)));
      }
      add(tenants, "tenants", name, data);
    }
  }
  if (kinds.empty() && tenants.empty()) return;
  const auto group_of = [](const std::vector<Group>& groups, const Label& label) -> const Group* {
    for (const Group& group : groups) {
      if (label == group.name) return &group;
    }
    return nullptr;
  };
  for (Job& job : jobs) {
    if (!job.staging_on.empty()) continue;
    const Group* group = group_of(kinds, job.kind);
    if (!group) group = group_of(tenants, job.tenant);
    if (!group) continue;
    if (job.elastic()) throw InputError(fmt::format("{}.data: job {} has an elastic size, which does not go with them", group->where, job.name));
    if (!group->staging.reaches(job.pool)) refuse_no_way(group->where, *group->data->data, barred_to(job.pool, group->staging, clusters), ", where job " + job.name + " must run");
    job.staging_on = group->staging.on;
  }
}

void locate_data(WorkloadConfig& config, const std::vector<DataSite>& sites, const std::vector<ClusterShape>& clusters) {
  config.data_sites = sites;
  std::size_t place = 0;
  for (JobConfig& job : config.jobs.list) {
    const std::string where = fmt::format("workload.jobs[{}]", place++);
    if (!job.data) continue;
    refuse_unknown_site(where, *job.data, sites);
    const DataStaging staging = staging_of({job.data, job.data_size, job.staging}, sites, clusters);
    std::int32_t pool = -1;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      if (job.cluster && clusters[i].name == *job.cluster) pool = static_cast<std::int32_t>(i);
    }
    job.staging_on = staging.on;
    if (job.cluster && pool < 0) continue;  // its cluster is not there, which is told later
    if (!staging.reaches(pool)) refuse_no_way(where, *job.data, barred_to(pool, staging, clusters));
  }
}

}  // namespace aifactory
