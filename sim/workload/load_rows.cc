#include "sim/workload/load_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "models/error.h"
#include "sim/workload/data_location.h"
#include "sim/workload/swf.h"

namespace aifactory {
namespace {

/// Which pool the processors of a log are: one cluster, or all of them (-1).
SizedJob log_machine(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters) {
  SizedJob machine;
  std::size_t fitting = 0;
  std::string names;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    const ClusterShape& cluster = clusters[i];
    names += (names.empty() ? "" : ", ") + cluster.name;
    if (config.node_kind && *config.node_kind != cluster.rack_kind && *config.node_kind != cluster.name) continue;
    machine.pool = static_cast<std::int32_t>(i);
    machine.limit = std::max(machine.limit, cluster.nodes);
    machine.shares_per_node = std::max(machine.shares_per_node, cluster.shares_per_node);
    ++fitting;
  }
  if (fitting == 0) {
    throw InputError(fmt::format("workload.node_kind: no cluster is named {} or has such racks (clusters: {})",
                                 config.node_kind.value_or(""), names));
  }
  if (fitting > 1 && fitting < clusters.size()) {
    throw InputError(fmt::format("workload.node_kind: {} fits {} of {} clusters; name the one that runs the log",
                                 *config.node_kind, fitting, clusters.size()));
  }
  if (fitting > 1) machine.pool = -1;
  return machine;
}

/// Puts `values` in the order of `order`.
template <class T>
void permute(T* values, const std::vector<std::size_t>& order) {
  std::vector<T> sorted;
  sorted.reserve(order.size());
  for (const std::size_t from : order) sorted.push_back(std::move(values[from]));
  std::move(sorted.begin(), sorted.end(), values);
}

}  // namespace

RowLoader::RowLoader(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters, Tick horizon,
                     std::uint64_t seed, const std::string& stream, const std::string& path, SourceReport& report,
                     std::vector<Job>& jobs, NamedDependencies& dependencies)
    : config_(config),
      clusters_(clusters),
      horizon_(horizon),
      jitter_(seed, "workload/" + stream + "/jitter" + config.jitter_stream),
      estimates_(seed, "workload/" + stream + "/estimates"),
      path_(path),
      report_(report),
      jobs_(jobs),
      dependencies_(dependencies),
      machine_(log_machine(config, clusters)),
      begin_(jobs.size()),
      previous_s_(-std::numeric_limits<double>::infinity()) {}

std::string RowLoader::where(std::int64_t place, const std::string& id) const {
  return fmt::format("{}:{}: job {}", path_, place, id);
}

Tick RowLoader::limit_of(const JobRow& row, const Job& job) {
  EstimateModel model = config_.estimates.use;
  if (model == EstimateModel::log) {
    if (row.walltime > 0.0 * s) return std::max<Tick>(1, to_ticks(row.walltime));
    model = config_.estimates.missing;
    if (model == EstimateModel::exact) {
      count_row(report_.changes, "no estimate: the run time taken", where(row.place, row.id));
    }
  }
  if (model == EstimateModel::none) return kNever;
  if (model == EstimateModel::exact) return std::max<Tick>(1, job.work);
  const double factor = draw(*config_.estimates.factor, estimates_);
  return std::max<Tick>(1, to_ticks(std::min(row.duration.si() * factor, kLongestTime_s) * s));
}

void RowLoader::add(const JobRow& row) {
  const auto drop = [&](const std::string& reason) { count_row(report_.drops, reason, where(row.place, row.id)); };
  if (row.submit < 0.0 * s) return drop("negative submit time");
  if (!(row.submit.si() <= kLongestTime_s) || row.duration.si() > kLongestTime_s || row.walltime.si() > kLongestTime_s) {
    return drop("a time beyond 3e10 s");
  }
  Job job;
  const bool counted = row.nodes && (row.processors || machine_.shares_per_node == 1);  // its nodes are what the machine counts in
  if (counted && *row.nodes != std::floor(*row.nodes)) return drop("nodes is not a whole number");
  if (row.racks && *row.racks != std::floor(*row.racks)) return drop("racks is not a whole number");
  job.pool = machine_.pool;
  std::int64_t limit = machine_.limit;
  const char* unit = machine_.unit();
  const double given = row.nodes.value_or(row.racks.value_or(row.accelerators.value_or(0.0)));
  if (!(given > 0.0)) return drop("size not above 0");
  if (given > kLargestSize) return drop("a size beyond 1e9");
  if (counted && row.cluster.empty()) {  // the usual case of a long log
    job.nodes = static_cast<std::int64_t>(*row.nodes);
    job.accelerators =
        clusters_[static_cast<std::size_t>(std::max(machine_.pool, 0))].accelerators_per_node * *row.nodes;
  } else {
    std::optional<std::string> cluster;
    if (machine_.pool >= 0) cluster = clusters_[static_cast<std::size_t>(machine_.pool)].name;
    if (!row.cluster.empty()) {
      const auto named = [&](const ClusterShape& shape) { return shape.name == row.cluster; };
      if (std::none_of(clusters_.begin(), clusters_.end(), named)) return drop("its cluster is not in this scenario");
      cluster = row.cluster;
    }
    const SizedJob sized =
        size_job(where(row.place, row.id), {row.racks, row.nodes, row.accelerators}, cluster, clusters_);
    job.nodes = sized.nodes;
    job.accelerators = sized.accelerators;
    job.pool = sized.pool;
    limit = sized.limit;
    unit = sized.unit();
  }
  if (job.nodes > limit) return drop(fmt::format("larger than the machine ({} {})", limit, unit));

  job.name = row.id;
  job.work = row.duration > 0.0 * s ? std::max<Tick>(1, to_ticks(row.duration)) : 0;
  job.estimate = limit_of(row, job);
  if (job.work > job.estimate) {
    job.work = job.estimate;
    job.killed_at_estimate = true;
    count_row(report_.changes, "run time cut at the estimate", where(row.place, row.id));
  }
  job.priority = row.priority;
  job.tier = static_cast<std::int32_t>(row.tier);
  job.preemptible = row.preemptible;
  job.utilization = std::isfinite(row.utilization) ? row.utilization : config_.utilization;
  if (!row.power_profile.empty()) {
    const auto named = std::find_if(config_.profiles.begin(), config_.profiles.end(), [&](const ProfilePlace& place) { return place.name == row.power_profile; });
    if (named == config_.profiles.end()) return drop("its power profile is not in this scenario");
    job.plan = named->plan;
  }
  if (!row.data.empty()) {
    DataConfig data{.data = row.data, .data_size = {}, .staging = {}};
    if (std::isfinite(row.data_size.si())) data.data_size = row.data_size;
    if (std::isfinite(row.staging.si())) data.staging = row.staging;
    DataStaging staging = staging_of(data, config_.data_sites, clusters_);
    if (!staging.known) return drop("the site of its data is not in this scenario");
    if (!staging.reaches(job.pool)) return drop("nothing brings its data to a cluster that may run it");
    job.staging_on = std::move(staging.on);
  }
  if (std::isfinite(row.communication_frac)) job.communication_frac = row.communication_frac;
  job.tokens_per_accelerator_s = row.tokens_per_accelerator_s;
  if (std::isfinite(row.checkpoint_interval.si())) {
    job.checkpoint_interval = std::max<Tick>(1, to_ticks(row.checkpoint_interval));
  }
  if (std::isfinite(row.earliest_start.si())) job.earliest_start = to_ticks(row.earliest_start);
  if (std::isfinite(row.deadline.si())) job.deadline = to_ticks(row.deadline);
  job.tenant = labels_.of(row.tenant);
  job.kind = labels_.of(row.kind);
  job.profile = labels_.of(row.profile);
  job.log_status = static_cast<std::int32_t>(std::clamp<std::int64_t>(row.status, -1, 1000));
  if (!row.after.empty()) dependencies_.items.push_back({row.id, row.after, where(row.place, row.id)});
  if (row.submit.si() < previous_s_) {
    sorted_ = false;
    count_row(report_.changes, "not in the order of submission: sorted", where(row.place, row.id));
  }
  previous_s_ = std::max(previous_s_, row.submit.si());
  submit_s_.push_back(row.submit.si());
  places_.push_back(row.place);
  jobs_.push_back(std::move(job));
}

void RowLoader::finish() {
  const std::size_t count = submit_s_.size();
  if (!sorted_) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return submit_s_[a] < submit_s_[b]; });
    permute(jobs_.data() + begin_, order);
    permute(submit_s_.data(), order);
    permute(places_.data(), order);
  }
  // Names used twice: by hash, so that no second copy of the names is held.
  std::vector<std::pair<std::uint64_t, std::int64_t>> names(count);
  for (std::size_t i = 0; i < count; ++i) names[i] = {Rng::hash(0, jobs_[begin_ + i].name), places_[i]};
  std::sort(names.begin(), names.end());
  for (std::size_t i = 1; i < count; ++i) {
    if (names[i].first != names[i - 1].first) continue;
    count_row(report_.changes, "job number used before: kept", fmt::format("{}:{}", path_, names[i].second));
  }

  const double origin_s = config_.log_origin == LogOrigin::first_job && count > 0 ? submit_s_.front() : 0.0;
  std::size_t kept = begin_;
  for (std::size_t i = 0; i < count; ++i) {
    Job& job = jobs_[begin_ + i];
    // Drawn for every job, used or not, so that the end of the run does not move anyone's jitter.
    const double moved_s =
        config_.submit_jitter > 0.0 * s ? jitter_.uniform(0.0, config_.submit_jitter.in(s)) : 0.0;
    job.submit = to_ticks(((submit_s_[i] - origin_s) / config_.load_scale + moved_s) * s);
    if (job.submit >= horizon_) {
      count_row(report_.drops, "submitted after the end of the run", where(places_[i], job.name));
      dependencies_.add_late(job.name);
      continue;
    }
    ++report_.used;
    if (kept != begin_ + i) jobs_[kept] = std::move(job);
    ++kept;
  }
  jobs_.resize(kept);
}

void NamedDependencies::resolve(std::vector<Job>& jobs, SourceReport& report) const {
  if (items.empty()) return;
  std::unordered_map<std::string_view, JobId> ids;  // looked up only, never walked
  for (std::size_t i = 0; i < jobs.size(); ++i) ids.emplace(jobs[i].name, static_cast<JobId>(i));
  std::vector<std::uint64_t> beyond = late;
  std::sort(beyond.begin(), beyond.end());
  for (const Item& item : items) {
    const auto job = ids.find(item.job);
    if (job == ids.end()) continue;  // left out itself
    std::vector<JobId>& after = jobs[static_cast<std::size_t>(job->second)].after;
    for (const std::string& name : item.after) {
      const auto other = ids.find(name);
      if (other == ids.end() && std::binary_search(beyond.begin(), beyond.end(), Rng::hash(0, name))) {
        wait_beyond_the_run(jobs[static_cast<std::size_t>(job->second)]);
      } else if (other == ids.end()) {
        count_row(report.changes, "waits for a job that is not there: waits no more", item.where);
      } else if (std::find(after.begin(), after.end(), other->second) == after.end()) {
        after.push_back(other->second);
      }
    }
    std::sort(after.begin(), after.end());
  }
  // Taken off one after the other, jobs without open predecessors first; what is left then waits in a circle.
  std::vector<std::size_t> open(jobs.size()), seen_in(jobs.size(), 0);
  std::size_t walk = 0;
  std::vector<std::vector<JobId>> followers(jobs.size());
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    open[i] = jobs[i].after.size();
    for (const JobId before : jobs[i].after) followers[static_cast<std::size_t>(before)].push_back(static_cast<JobId>(i));
    if (open[i] == 0) ready.push_back(i);
  }
  const auto take_off = [&] {
    while (!ready.empty()) {
      const std::size_t done = ready.back();
      ready.pop_back();
      for (const JobId next : followers[done]) {
        std::size_t& left = open[static_cast<std::size_t>(next)];
        if (left > 0 && --left == 0) ready.push_back(static_cast<std::size_t>(next));
      }
    }
  };
  take_off();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    while (open[i] > 0) {
      // Back along what is waited for, until a job comes twice: that one is on a circle, which is cut there.
      std::size_t at = i;
      ++walk;
      while (seen_in[at] != walk) {
        seen_in[at] = walk;
        const auto waits = [&](JobId before) { return open[static_cast<std::size_t>(before)] > 0; };
        at = static_cast<std::size_t>(*std::find_if(jobs[at].after.begin(), jobs[at].after.end(), waits));
      }
      count_row(report.changes, "waits in a circle of jobs: waits no more", fmt::format("job {}", jobs[at].name));
      jobs[at].after.clear();
      open[at] = 0;
      ready.push_back(at);
      take_off();
    }
  }
}

}  // namespace aifactory
