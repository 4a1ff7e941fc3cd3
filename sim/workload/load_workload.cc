#include "sim/workload/load_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "models/error.h"
#include "models/random.h"
#include "sim/workload/swf.h"
#include "sim/workload/synthetic.h"

namespace aifactory {
namespace {

/// Longest time that a source may name, s: far beyond any run, far below the end of the tick counter.
constexpr double kLongest_s = 3e10;  // about 950 years

std::string names_of(const std::vector<ClusterShape>& clusters) {
  std::string text;
  for (const ClusterShape& cluster : clusters) text += (text.empty() ? "" : ", ") + cluster.name;
  return text;
}

/// Which pool the processors of a log are: one cluster, or all of them (-1).
SizedJob log_machine(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters) {
  SizedJob machine;
  std::size_t fitting = 0;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    const ClusterShape& cluster = clusters[i];
    if (config.node_kind && *config.node_kind != cluster.rack_kind && *config.node_kind != cluster.name) continue;
    machine.pool = static_cast<std::int32_t>(i);
    machine.limit = std::max(machine.limit, cluster.nodes);
    ++fitting;
  }
  if (fitting == 0) {
    throw InputError(fmt::format("workload.node_kind: no cluster is named {} or has such racks (clusters: {})",
                                 config.node_kind.value_or(""), names_of(clusters)));
  }
  if (fitting > 1 && fitting < clusters.size()) {
    throw InputError(fmt::format("workload.node_kind: {} fits {} of {} clusters; name the one that runs the log",
                                 *config.node_kind, fitting, clusters.size()));
  }
  if (fitting > 1) machine.pool = -1;
  return machine;
}

void load_log(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters, Tick horizon, std::uint64_t seed,
              SourceReport& report, std::vector<Job>& jobs) {
  const std::string& path = config.swf->path;
  SwfLog log = read_swf(path);
  const SizedJob machine = log_machine(config, clusters);
  report.rows += log.report.rows;
  for (const auto& drop : log.report.drops) report.drops.push_back(drop);
  for (const auto& change : log.report.changes) report.changes.push_back(change);

  struct Usable {
    const SwfRecord* record;
    std::int64_t size;
  };
  std::vector<Usable> usable;
  usable.reserve(log.records.size());
  double previous_s = -std::numeric_limits<double>::infinity();
  for (const SwfRecord& r : log.records) {
    const std::int64_t size = r.requested_processors > 0 ? r.requested_processors : r.allocated_processors;
    const auto where = [&] { return fmt::format("{}:{}: job {}", path, r.line, r.job_number); };
    const auto drop = [&](const std::string& reason) { count_row(report.drops, reason, where()); };
    if (r.submit < 0.0 * s) {
      drop("negative submit time");
    } else if (r.submit.si() > kLongest_s || r.run_time.si() > kLongest_s || r.requested_time.si() > kLongest_s) {
      drop("a time beyond 3e10 s");
    } else if (!(r.run_time > 0.0 * s)) {
      drop("run time not above 0");
    } else if (size <= 0) {
      drop("size not above 0");
    } else if (size > machine.limit) {
      drop(fmt::format("larger than the machine ({} nodes)", machine.limit));
    } else {
      if (r.submit.si() < previous_s) count_row(report.changes, "not in the order of submission: sorted", where());
      previous_s = std::max(previous_s, r.submit.si());
      usable.push_back({&r, size});
    }
  }
  std::stable_sort(usable.begin(), usable.end(),
                   [](const Usable& a, const Usable& b) { return a.record->submit < b.record->submit; });

  std::vector<std::pair<std::int64_t, std::int64_t>> numbers;  // job number, line: to find numbers used twice
  numbers.reserve(usable.size());
  for (const Usable& u : usable) numbers.emplace_back(u.record->job_number, u.record->line);
  std::sort(numbers.begin(), numbers.end());
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i].first != numbers[i - 1].first) continue;
    count_row(report.changes, "job number used before: kept",
              fmt::format("{}:{}: job {}", path, numbers[i].second, numbers[i].first));
  }

  Rng jitter(seed, "workload/log/jitter");
  const double origin_s =
      config.log_origin == LogOrigin::first_job && !usable.empty() ? usable.front().record->submit.si() : 0.0;
  jobs.reserve(jobs.size() + usable.size());
  for (const Usable& u : usable) {
    const SwfRecord& r = *u.record;
    const auto where = [&] { return fmt::format("{}:{}: job {}", path, r.line, r.job_number); };
    Job job;
    // Drawn for every job, used or not, so that the end of the run does not move anyone's jitter.
    const double moved_s = config.submit_jitter > 0.0 * s ? jitter.uniform(0.0, config.submit_jitter.in(s)) : 0.0;
    job.submit = to_ticks(((r.submit.si() - origin_s) / config.load_scale + moved_s) * s);
    if (job.submit >= horizon) {
      count_row(report.drops, "submitted after the end of the run", where());
      continue;
    }
    job.name = fmt::format("{}", r.job_number);
    job.nodes = u.size;
    job.pool = machine.pool;
    const double per_node = clusters[static_cast<std::size_t>(std::max(machine.pool, 0))].accelerators_per_node;
    job.accelerators = per_node * static_cast<double>(u.size);
    job.work = std::max<Tick>(1, to_ticks(r.run_time));
    if (r.requested_time > 0.0 * s) {
      job.estimate = std::max<Tick>(1, to_ticks(r.requested_time));
    } else {
      job.estimate = job.work;
      count_row(report.changes, "no estimate: the run time taken", where());
    }
    if (job.work > job.estimate) {
      job.work = job.estimate;
      job.killed_at_estimate = true;
      count_row(report.changes, "run time cut at the estimate", where());
    }
    job.utilization = config.utilization;
    if (r.user >= 0) job.tenant = fmt::format("user_{}", r.user);
    job.kind = "log";
    job.log_status = static_cast<std::int32_t>(std::clamp<std::int64_t>(r.status, -1, 1000));
    ++report.used;
    jobs.push_back(std::move(job));
  }
}

/// What some policies look at.
void ask_more(const JobConfig& c, const std::string& who, std::int64_t limit, Job& job) {
  job.tier = static_cast<std::int32_t>(c.tier);
  job.preemptible = c.preemptible;
  job.earliest_start = to_ticks(c.earliest_start);
  job.domain_nodes = c.group_nodes.value_or(0);
  if (c.min_nodes) {
    job.min_nodes = *c.min_nodes;
    job.max_nodes = std::min(*c.max_nodes, limit);
    if (job.nodes < job.min_nodes || job.nodes > *c.max_nodes) {
      throw InputError(fmt::format("{} asks for {} nodes, which is not within its min_nodes..max_nodes of {}..{}", who,
                                   job.nodes, job.min_nodes, *c.max_nodes));
    }
  }
  if (c.slice.empty()) return;
  double product = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    job.slice[axis] = static_cast<std::int32_t>(std::min<std::int64_t>(c.slice[axis], std::numeric_limits<std::int32_t>::max()));
    product *= static_cast<double>(c.slice[axis]);
  }
  if (product != static_cast<double>(job.nodes)) {
    throw InputError(fmt::format("{} asks for {} nodes and a slice of {:g}", who, job.nodes, product));
  }
}

void list_jobs(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters, Tick horizon,
               SourceReport& report, std::vector<Job>& jobs) {
  std::int64_t place = 0;
  std::map<std::string, std::vector<JobId>> listed;
  for (const JobConfig& c : config.jobs) {
    ++place;
    const std::string name = c.name.value_or(fmt::format("job_{}", place));
    const std::string who = "workload.jobs: job " + name;
    JobSize size;
    if (c.racks) size.racks = static_cast<double>(*c.racks);
    if (c.nodes) size.nodes = static_cast<double>(*c.nodes);
    size.accelerators = c.accelerators;
    const SizedJob sized = size_job(who, size, c.cluster, clusters);
    if (sized.nodes > sized.limit) {
      throw InputError(fmt::format("{} needs {} nodes; {} has {}", who, sized.nodes,
                                   c.cluster ? "cluster " + *c.cluster : std::string("the largest cluster"),
                                   sized.limit));
    }
    if (!(c.submit.si() + static_cast<double>(c.count - 1) * c.every.si() <= kLongest_s) ||
        !(c.duration.si() <= kLongest_s)) {
      throw InputError(fmt::format("{}: submit, every and duration must be below {:g} s", who, kLongest_s));
    }
    Job job;
    job.nodes = sized.nodes;
    job.accelerators = sized.accelerators;
    job.pool = sized.pool;
    job.work = to_ticks(c.duration);
    if (c.walltime && c.walltime->si() <= kLongest_s) {
      job.estimate = std::max<Tick>(1, to_ticks(*c.walltime));
      if (job.work > job.estimate) {
        job.work = job.estimate;
        job.killed_at_estimate = true;
        count_row(report.changes, "run time cut at the wall-clock limit", name);
      }
    }
    job.utilization = c.utilization;
    job.tokens_per_accelerator_s = c.tokens_per_accelerator_s;
    job.priority = c.priority;
    if (c.checkpoint_interval) job.checkpoint_interval = to_ticks(*c.checkpoint_interval);
    job.tenant = c.tenant.value_or("");
    job.kind = job.profile = c.kind.value_or("");
    ask_more(c, who, sized.limit, job);
    for (const std::string& other : c.after) {
      const auto found = listed.find(other);
      if (found == listed.end()) throw InputError(fmt::format("{} comes after {}, which is not listed before it", who, other));
      // One that is submitted after the end of the run never leaves.
      if (found->second.empty()) job.earliest_start = kNever;
      job.after.insert(job.after.end(), found->second.begin(), found->second.end());
    }
    std::vector<JobId>& mine = listed[name];
    for (std::int64_t i = 0; i < c.count; ++i) {
      job.name = c.count == 1 ? name : fmt::format("{}_{}", name, i + 1);
      job.submit = to_ticks(c.submit) + i * to_ticks(c.every);
      ++report.rows;
      if (job.submit >= horizon) {
        count_row(report.drops, "submitted after the end of the run", who);
        continue;
      }
      ++report.used;
      if (c.deadline) job.deadline = job.submit + to_ticks(*c.deadline);
      mine.push_back(static_cast<JobId>(jobs.size()));
      jobs.push_back(job);
    }
  }
}

/// By submission; jobs refer to each other by their place.
void sort_by_submission(std::vector<Job>& jobs) {
  const auto earlier = [](const Job& a, const Job& b) { return a.submit < b.submit; };
  if (std::none_of(jobs.begin(), jobs.end(), [](const Job& job) { return !job.after.empty(); })) {
    std::stable_sort(jobs.begin(), jobs.end(), earlier);
    return;
  }
  std::vector<std::size_t> order(jobs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return earlier(jobs[a], jobs[b]); });
  std::vector<JobId> place(jobs.size());
  std::vector<Job> sorted;
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = static_cast<JobId>(i);
    sorted.push_back(std::move(jobs[order[i]]));
  }
  for (Job& job : sorted) {
    for (JobId& other : job.after) other = place[static_cast<std::size_t>(other)];
  }
  jobs = std::move(sorted);
}

}  // namespace

SizedJob size_job(const std::string& who, const JobSize& size, const std::optional<std::string>& cluster,
                  const std::vector<ClusterShape>& clusters) {
  AIF_CHECK(!clusters.empty(), "a workload without a cluster");
  SizedJob sized;
  const ClusterShape* shape = clusters.data();
  if (cluster) {
    const auto found =
        std::find_if(clusters.begin(), clusters.end(), [&](const auto& c) { return c.name == *cluster; });
    if (found == clusters.end()) {
      throw InputError(fmt::format("{}: no cluster is named {} (clusters: {})", who, *cluster, names_of(clusters)));
    }
    shape = &*found;
    sized.pool = static_cast<std::int32_t>(found - clusters.begin());
    sized.limit = shape->nodes;
  } else {
    for (const ClusterShape& other : clusters) {
      sized.limit = std::max(sized.limit, other.nodes);
      if ((size.racks && other.nodes_per_rack != shape->nodes_per_rack) ||
          (size.accelerators && other.accelerators_per_node != shape->accelerators_per_node)) {
        throw InputError(fmt::format("{}: clusters {} and {} differ in {}; name the cluster, or give nodes", who,
                                     shape->name, other.name, size.racks ? "nodes per rack" : "accelerators per node"));
      }
    }
  }
  double nodes = 0;
  if (size.racks) nodes = *size.racks * static_cast<double>(shape->nodes_per_rack);
  if (size.nodes) nodes = *size.nodes;
  if (size.accelerators) {
    if (!(shape->accelerators_per_node > 0)) {
      throw InputError(fmt::format("{}: cluster {} has no accelerators; give nodes or racks", who, shape->name));
    }
    // The margin keeps 0.1 * 30 accelerators on 3 nodes of one from becoming 4.
    nodes = std::ceil(*size.accelerators / shape->accelerators_per_node - 1e-9);
  }
  nodes = std::clamp(nodes, 1.0, 1e15);
  sized.nodes = static_cast<std::int64_t>(std::llround(nodes));
  sized.accelerators =
      size.accelerators ? *size.accelerators : shape->accelerators_per_node * static_cast<double>(sized.nodes);
  return sized;
}

std::vector<Job> load_workload(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters, Tick horizon,
                               std::uint64_t seed, SourceReport& report, const LocalStart& start) {
  if (clusters.empty()) throw InputError("workload: there is no cluster to run it");
  std::vector<Job> jobs;
  if (config.swf) load_log(config, clusters, horizon, seed, report, jobs);
  if (config.synthetic) generate_jobs(*config.synthetic, clusters, start, horizon, seed, report, jobs);
  list_jobs(config, clusters, horizon, report, jobs);
  if (jobs.size() > static_cast<std::size_t>(std::numeric_limits<JobId>::max())) {
    throw InputError(fmt::format("workload: {} jobs are more than one run can hold", jobs.size()));
  }
  sort_by_submission(jobs);
  return jobs;
}

std::int64_t nodes_from_log(const WorkloadConfig& config) {
  if (config.processors) return *config.processors;
  if (!config.swf) throw InputError("workload: nodes: from_log needs workload.swf or workload.processors");
  return read_swf_header(config.swf->path).machine_nodes(config.swf->path);
}

}  // namespace aifactory
