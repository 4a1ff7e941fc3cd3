#include "sim/workload/load_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "models/error.h"
#include "models/random.h"
#include "models/suggest.h"
#include "sim/workload/ai_mix.h"
#include "sim/workload/csv.h"
#include "sim/workload/data_location.h"
#include "sim/workload/job_list.h"
#include "sim/workload/load_rows.h"
#include "sim/workload/lublin.h"
#include "sim/workload/swf.h"
#include "sim/workload/synthetic.h"

namespace aifactory {
namespace {

std::string names_of(const std::vector<ClusterShape>& clusters) {
  std::string text;
  for (const ClusterShape& cluster : clusters) text += (text.empty() ? "" : ", ") + cluster.name;
  return text;
}

void load_swf(const std::string& path, RowLoader& loader, SourceReport& report) {
  std::string first_problem;
  std::int64_t rows = 0, bad = 0;
  for_each_swf_row(
      path,
      [&](const SwfRecord& r, bool more) {
        ++rows;
        if (more) count_row(report.changes, "fields beyond the 18th ignored", fmt::format("{}:{}", path, r.line));
        const JobRow row = job_row_of(r);
        if (row.submit.si() >= 0.0 && !(row.duration > 0.0 * s)) {
          count_row(report.drops, "run time not above 0", fmt::format("{}:{}: job {}", path, r.line, row.id));
        } else {
          loader.add(row);
        }
      },
      [&](const SwfProblem& problem) {
        ++rows;
        const std::string place = fmt::format("{}:{}: ", path, problem.line);
        if (bad++ == 0) {
          first_problem = fmt::format("{}not a Standard Workload Format log: {} in \"{}\"", place, problem.what,
                                      problem.text);
        }
        count_row(report.drops, problem.what, place + std::string(problem.text));
      });
  report.rows += rows;
  if (rows == 0) throw InputError(fmt::format("{}: holds no job", path));
  if (2 * bad > rows) throw InputError(first_problem);
}

void load_job_list(const std::string& path, RowLoader& loader, SourceReport& report) {
  CsvReader table(path, "a job list");
  const JobListReader reader(table);
  std::string first_problem;
  std::int64_t rows = 0, bad = 0;
  while (table.next()) {
    ++rows;
    JobRow row;
    row.place = table.line();
    const std::string problem = table.problem().empty() ? reader.read(row) : table.problem();
    if (problem.empty() && row.duration.si() >= 0.0) {
      loader.add(row);
      continue;
    }
    const std::string where = fmt::format("{}:{}{}", path, row.place, row.id.empty() ? "" : ": job " + row.id);
    if (!problem.empty() && bad++ == 0) first_problem = fmt::format("{}: not a job list: {}", where, problem);
    count_row(report.drops, problem.empty() ? "negative run time, or none" : problem, where);
  }
  report.rows += rows;
  if (rows == 0) throw InputError(fmt::format("{}: holds no job", path));
  if (2 * bad > rows) throw InputError(first_problem);
}

/// What some policies look at.
void ask_more(const JobConfig& c, const std::string& who, const SizedJob& sized, Job& job) {
  job.tier = static_cast<std::int32_t>(c.tier);
  job.preemptible = c.preemptible;
  job.earliest_start = to_ticks(c.earliest_start);
  job.domain_nodes = c.group_nodes.value_or(0);
  job.keeps_domains = c.keeps_domains;
  job.communication_frac = c.communication_frac;
  job.staging_on = c.staging_on;
  if (c.min_nodes) {
    if (sized.shares_per_node > 1) throw InputError(fmt::format("{} is elastic (min_nodes), which goes with whole nodes only: its cluster has shares_per_node", who));
    job.min_nodes = *c.min_nodes;
    job.max_nodes = std::min(*c.max_nodes, sized.limit);
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
  std::set<std::string> late;  // some of its jobs are submitted after the end of the run
  for (const JobConfig& c : config.jobs.list) {
    ++place;
    const std::string name = c.name.value_or(fmt::format("job_{}", place));
    const std::string who = "workload.jobs: job " + name;
    const SizedJob sized = size_job(who, size_of(c), c.cluster, clusters);
    if (sized.nodes > sized.limit) {
      throw InputError(fmt::format("{} needs {} {}; {} has {}", who, sized.nodes, sized.unit(),
                                   c.cluster ? "cluster " + *c.cluster : std::string("the largest cluster"),
                                   sized.limit));
    }
    if (!(c.submit.si() + static_cast<double>(c.count - 1) * c.every.si() <= kLongestTime_s) ||
        !(c.duration->si() <= kLongestTime_s)) {
      throw InputError(fmt::format("{}: submit, every and duration must be below {:g} s", who, kLongestTime_s));
    }
    Job job;
    job.nodes = sized.nodes;
    job.accelerators = sized.accelerators;
    job.pool = sized.pool;
    job.work = to_ticks(*c.duration);
    job.plan = c.plan;
    if (c.walltime && c.walltime->si() <= kLongestTime_s) {
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
    ask_more(c, who, sized, job);
    for (const std::string& other : c.after) {
      const auto found = listed.find(other);
      if (found == listed.end()) throw InputError(fmt::format("{} comes after {}, which is not listed before it", who, other));
      if (late.contains(other)) wait_beyond_the_run(job);
      job.after.insert(job.after.end(), found->second.begin(), found->second.end());
    }
    std::vector<JobId>& mine = listed[name];
    for (std::int64_t i = 0; i < c.count; ++i) {
      job.name = c.count == 1 ? name : fmt::format("{}_{}", name, i + 1);
      job.submit = to_ticks(c.submit) + i * to_ticks(c.every);
      ++report.rows;
      if (job.submit >= horizon) {
        count_row(report.drops, "submitted after the end of the run", who);
        late.insert(name);
        continue;
      }
      ++report.used;
      if (c.deadline) job.deadline = job.submit + to_ticks(*c.deadline);
      mine.push_back(static_cast<JobId>(jobs.size()));
      jobs.push_back(job);
    }
  }
}

/// Jitter of the jobs from `first` on: those of generators and of the explicit list, which refer to each other only.
void jitter_from(std::size_t first, const WorkloadConfig& config, Tick horizon, std::uint64_t seed,
                 SourceReport& report, std::vector<Job>& jobs) {
  if (!(config.submit_jitter > 0.0 * s)) return;
  Rng jitter(seed, "workload/made/jitter" + config.jitter_stream);
  std::size_t kept = first;
  std::vector<JobId> place(jobs.size(), kNoJob);  // after those that are left out have gone
  for (std::size_t i = 0; i < first; ++i) place[i] = static_cast<JobId>(i);
  for (std::size_t i = first; i < jobs.size(); ++i) {
    jobs[i].submit += to_ticks(jitter.uniform(0.0, config.submit_jitter.in(s)) * s);
    if (jobs[i].submit >= horizon) {
      count_row(report.drops, "submitted after the end of the run", jobs[i].name);
      --report.used;
      continue;
    }
    place[i] = static_cast<JobId>(kept);
    if (kept != i) jobs[kept] = std::move(jobs[i]);
    ++kept;
  }
  jobs.resize(kept);
  for (std::size_t i = first; i < jobs.size(); ++i) {
    std::vector<JobId>& after = jobs[i].after;
    for (JobId& other : after) other = place[static_cast<std::size_t>(other)];
    if (std::erase(after, kNoJob) > 0) wait_beyond_the_run(jobs[i]);
  }
}

/// By submission; jobs refer to each other by their place.
void sort_by_submission(std::vector<Job>& jobs) {
  const auto earlier = [](const Job& a, const Job& b) { return a.submit < b.submit; };
  // As most sources write them; a stable sort would leave them where they are and take half as much memory again.
  if (std::is_sorted(jobs.begin(), jobs.end(), earlier)) return;
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

/// Kinds that jobs of this workload may be of, made or not.
std::vector<std::string> kinds_of(const WorkloadConfig& config, const std::vector<Job>& jobs) {
  std::vector<std::string> kinds;
  const auto note = [&kinds](const std::string& kind) {
    if (!kind.empty() && std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  };
  if (config.ai_mix) kinds = {"pretraining", "tuning", "debug", "inference"};
  if (config.synthetic) {
    for (const JobClassConfig& one : config.synthetic->classes) note(one.name);
  }
  for (const JobConfig& one : config.jobs.list) note(one.kind.value_or(""));
  for (const Job& job : jobs) {
    if (kinds.empty() || kinds.back() != job.kind) note(job.kind);
  }
  return kinds;
}

/// By cluster: the speed of jobs of a kind.
std::vector<double> speeds_of(const std::string& kind, const JobKindConfig& config, const std::vector<ClusterShape>& clusters) {
  std::vector<double> speeds(config.speeds.empty() ? 0 : clusters.size(), 0.0);
  for (const auto& [name, speed] : config.speeds) {
    bool found = false;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      if (clusters[i].name != name && clusters[i].rack_kind != name) continue;
      speeds[i] = speed;
      found = true;
    }
    if (!found) {
      throw InputError(fmt::format("workload.kinds.{}.speeds.{}: no cluster is named so or has such racks (clusters: {})", kind,
                                   name, names_of(clusters)));
    }
  }
  return speeds;
}

void set_kinds(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters, std::vector<Job>& jobs) {
  if (config.kinds.empty()) return;
  const std::vector<std::string> known = kinds_of(config, jobs);
  for (const auto& [kind, holds] : config.kinds) {
    if (std::find(known.begin(), known.end(), kind) == known.end()) {
      throw InputError(fmt::format("workload.kinds.{}: no job is of this kind{}", kind, did_you_mean(kind, known)));
    }
    const std::vector<double> speeds = speeds_of(kind, holds, clusters);
    const auto profile = std::find_if(config.kind_profiles.begin(), config.kind_profiles.end(), [&](const ProfilePlace& place) { return place.name == kind; });
    for (Job& job : jobs) {
      if (job.kind != kind) continue;
      job.slowdown_per_cap = holds.slowdown_per_cap.value_or(-1.0);
      // Jobs with a plan of their own have been told by plan_jobs().
      if (holds.communication_frac && job.communication_frac == 0.0 && job.plan < config.shared_plans) job.communication_frac = *holds.communication_frac;
      if (profile != config.kind_profiles.end() && job.plan < 0) job.plan = profile->plan;
      job.speed_on = speeds;
      if (job.pool >= 0 && !job.runs_in(job.pool)) {
        throw InputError(fmt::format("workload.kinds.{}.speeds: job {} names cluster {}, which is not among them", kind, job.name,
                                     clusters[static_cast<std::size_t>(job.pool)].name));
      }
    }
  }
}

}  // namespace

LocalStart LocalStart::of(const SiteClock& clock) {
  const CivilTime civil = civil_time(clock.local(0));
  return {.time_of_day = Duration(civil.hour * 3600.0 + civil.second_of_hour), .weekday = civil.weekday};
}

JobSize size_of(const JobConfig& job) {
  JobSize size{.racks = {}, .nodes = job.nodes, .accelerators = job.accelerators};
  if (job.racks) size.racks = static_cast<double>(*job.racks);
  return size;
}

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
      if (other.shares_per_node != shape->shares_per_node) {
        throw InputError(fmt::format("{}: clusters {} and {} differ in shares_per_node; name the cluster", who, shape->name, other.name));
      }
    }
  }
  sized.shares_per_node = shape->shares_per_node;
  double nodes = 0;
  if (size.racks) nodes = *size.racks * static_cast<double>(shape->nodes_per_rack);
  if (size.nodes && shape->shares_per_node == 1 && *size.nodes != std::floor(*size.nodes)) {
    throw InputError(fmt::format("{}: nodes {:g} must be a whole number: jobs hold whole nodes of cluster {}, unless it has shares_per_node", who, *size.nodes, shape->name));
  }
  if (size.nodes) nodes = std::ceil(*size.nodes * static_cast<double>(shape->shares_per_node) - 1e-9);
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
  NamedDependencies dependencies;
  const auto loader = [&](const std::string& stream, const std::string& path) {
    return RowLoader(config, clusters, horizon, seed, stream, path, report, jobs, dependencies);
  };
  if (config.swf) {
    RowLoader rows = loader("log", config.swf->path);
    load_swf(config.swf->path, rows, report);
    rows.finish();
  }
  if (config.jobs.file) {
    RowLoader rows = loader("list", config.jobs.file->path);
    load_job_list(config.jobs.file->path, rows, report);
    rows.finish();
  }
  if (config.lublin) {
    RowLoader rows = loader("lublin", "workload.lublin");
    const std::int64_t nodes = config.lublin->nodes.value_or(rows.machine_nodes());
    generate_lublin(*config.lublin, nodes, start, horizon, config.load_scale, seed, [&](const JobRow& row) {
      ++report.rows;
      rows.add(row);
    });
    rows.finish();
  }
  const std::size_t first_generated = jobs.size();
  if (config.synthetic) generate_jobs(*config.synthetic, clusters, start, horizon, seed, report, jobs);
  if (config.ai_mix) generate_ai_mix(*config.ai_mix, clusters, start, horizon, seed, report, jobs);
  list_jobs(config, clusters, horizon, report, jobs);
  jitter_from(first_generated, config, horizon, seed, report, jobs);
  if (jobs.size() > static_cast<std::size_t>(std::numeric_limits<JobId>::max())) {
    throw InputError(fmt::format("workload: {} jobs are more than one run can hold", jobs.size()));
  }
  set_kinds(config, clusters, jobs);
  locate_data_of_groups(config, clusters, jobs);
  sort_by_submission(jobs);
  dependencies.resolve(jobs, report);
  return jobs;
}

std::int64_t nodes_from_log(const WorkloadConfig& config) {
  if (config.processors) return *config.processors;
  if (!config.swf) throw InputError("workload: nodes: from_log needs workload.swf or workload.processors");
  return read_swf_header(config.swf->path).machine_nodes(config.swf->path);
}

}  // namespace aifactory
