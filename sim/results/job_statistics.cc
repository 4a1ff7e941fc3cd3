#include "sim/results/job_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "sim/results/text.h"

namespace aifactory {
namespace {

constexpr std::array kMetrics{"wait_s",       "turnaround_s",         "run_s",      "slowdown",
                              "bounded_slowdown", "bounded_slowdown_60s", "finish_time_fairness", "goodput_frac",
                              "energy_kwh",   "cost_usd",             "carbon_kg",  "node_h"};
constexpr std::array kStates{"completed", "failed", "killed", "rejected", "running", "queued"};

std::size_t state_index(FinalState state) {
  switch (state) {
    case FinalState::completed_successfully: return 0;
    case FinalState::completed_failed: return 1;
    case FinalState::completed_walltime_reached:
    case FinalState::completed_killed: return 2;
    case FinalState::rejected: return 3;
    case FinalState::running: return 4;
    case FinalState::queued: return 5;
  }
  return 0;
}

/// Seconds of turnaround over seconds on nodes, at least one, with jobs shorter than `tau_s` counted as that long.
double bounded(double turnaround_s, double run_s, Duration tau) { return std::max(1.0, turnaround_s / std::max(run_s, tau.si())); }

struct Group {
  enum Column : std::size_t { wait, turnaround, run, fairness, goodput, energy, cost, carbon, columns };
  SampleColumns<columns> sample;  // by area; what follows from these is worked out from them
  std::array<std::int64_t, kStates.size()> states{};
  std::int64_t submitted = 0, with_deadline = 0, missed = 0;

  void add(const JobRecord& job, const JobMeasure& measure) {
    ++submitted;
    ++states[state_index(job.state)];
    with_deadline += job.deadline != kNever;
    missed += missed_deadline(job);
    if (!job.ended_after_running()) return;
    const double held_s = to_seconds(job.held), area = static_cast<double>(job.requested_nodes) * held_s;
    double lost_s = 0.0;
    for (const LossCause cause : kLossCauses) {
      if (cause == LossCause::queue || cause == LossCause::restart) continue;  // not on nodes
      lost_s += job.lost[static_cast<std::size_t>(cause)].si();
    }
    sample.add({to_seconds(job.waiting()), to_seconds(job.turnaround()), held_s, finish_time_fairness(job, measure),
                held_s > 0.0 ? std::max(0.0, 1.0 - lost_s / held_s) : kUnset, job.energy.in(kWh), job.cost.si(), job.carbon.si()},
               area);
  }

  void write(const char* by, const std::string& name, std::vector<JobStatistic>& rows) {
    const auto count = [&](const char* metric, std::int64_t total, std::int64_t of) {
      rows.push_back({.by = by, .group = name, .metric = metric, .jobs = of, .total = static_cast<double>(total)});
      if (of > 0) rows.back().mean = static_cast<double>(total) / static_cast<double>(of);
    };
    count("submitted", submitted, submitted);
    for (std::size_t i = 0; i < kStates.size(); ++i) count(kStates[i], states[i], submitted);
    if (with_deadline > 0) count("missed_deadlines", missed, with_deadline);
    const auto turnaround_s = [this](std::size_t i) { return sample.at(i, turnaround); };
    const auto run_s = [this](std::size_t i) { return sample.at(i, run); };
    const SampleStatistics slowdowns = sample.derive([&](std::size_t i) { return run_s(i) > 0.0 ? turnaround_s(i) / run_s(i) : kUnset; });
    const SampleStatistics bounded_10s = sample.derive([&](std::size_t i) { return bounded(turnaround_s(i), run_s(i), kSlowdownBound); });
    const SampleStatistics bounded_60s = sample.derive([&](std::size_t i) { return bounded(turnaround_s(i), run_s(i), kLongSlowdownBound); });
    const SampleStatistics node_h = sample.derive([this](std::size_t i) { return sample.weight(i) / 3600.0; });
    const std::array<SampleStatistics, kMetrics.size()> all{
        sample.take(wait), sample.take(turnaround), sample.take(run), slowdowns, bounded_10s, bounded_60s, sample.take(fairness),
        sample.take(goodput), sample.take(energy), sample.take(cost), sample.take(carbon), node_h};
    for (std::size_t m = 0; m < all.size(); ++m) {
      const SampleStatistics& x = all[m];
      if (x.count == 0) continue;
      rows.push_back({by, name, kMetrics[m], x.count, x.total, x.mean, x.median, x.p95, x.p99, x.max, x.weighted_mean});
    }
  }
};

/// Number of the size class: 0 for 1 node, k for up to 4^k.
int class_of(std::int64_t nodes) {
  int k = 0;
  for (std::int64_t limit = 1; limit < nodes && k < 31; limit *= 4) ++k;
  return k;
}

}  // namespace

std::string size_class(std::int64_t nodes) {
  const int k = class_of(nodes);
  if (k == 0) return "1";
  const std::int64_t high = std::int64_t{1} << (2 * k);
  return fmt::format("{}-{}", high / 4 + 1, high);
}

std::vector<JobStatistic> job_statistics(const JobRecords& jobs, const JobMeasure& measure) {
  std::vector<JobStatistic> rows;
  std::size_t rows_of_all = 0;
  // One grouping at a time, so that no more than one copy of the numbers is held.
  const auto group_by = [&](const char* by, const auto& key_of, const auto& name_of_key) {
    const auto counts = [&](const JobRecord& job) { return measure.counts(job); };
    const auto first = std::find_if(jobs.begin(), jobs.end(), counts);
    if (first == jobs.end()) return;
    const bool one = rows_of_all > 0 && std::all_of(first, jobs.end(), [&, key = key_of(*first)](const JobRecord& job) {
                       return key_of(job) == key || !counts(job);
                     });
    if (one) {
      // The one group is all jobs: its numbers are theirs.
      for (std::size_t i = 0; i < rows_of_all; ++i) {
        JobStatistic row = rows[i];
        row.by = by;
        row.group = name_of_key(key_of(*first));
        rows.push_back(std::move(row));
      }
      return;
    }
    std::map<std::decay_t<decltype(key_of(*first))>, std::pair<std::size_t, Group>> groups;
    for (const JobRecord& job : jobs) {
      if (counts(job)) ++groups[key_of(job)].first;
    }
    for (auto& [key, group] : groups) group.second.sample.reserve(group.first);
    for (const JobRecord& job : jobs) {
      if (counts(job)) groups[key_of(job)].second.add(job, measure);
    }
    for (auto& [key, group] : groups) group.second.write(by, name_of_key(key), rows);
  };
  if (jobs.empty()) return rows;
  const auto as_text = [](std::string_view name) { return std::string(name); };
  group_by("all", [](const JobRecord&) { return 0; }, [](int) { return std::string("all"); });
  rows_of_all = rows.size();
  group_by("tenant", [](const JobRecord& job) { return std::string_view(job.tenant); }, as_text);
  group_by("kind", [](const JobRecord& job) { return std::string_view(job.kind); }, as_text);
  group_by("size", [](const JobRecord& job) { return class_of(job.requested_nodes); },
           [](int k) { return size_class(std::int64_t{1} << (2 * k)); });
  return rows;
}

void write_job_statistics_csv(const std::vector<JobStatistic>& rows, OutputFile& file) {
  file.write("by,group,metric,jobs,total,mean,median,p95,p99,max,area_weighted_mean\n");
  std::string line;
  for (const JobStatistic& row : rows) {
    line.clear();
    append_cell(line, row.by);
    line += ',';
    append_cell(line, row.group);
    line += fmt::format(",{},{}", row.metric, row.jobs);
    for (const double value : {row.total, row.mean, row.median, row.p95, row.p99, row.max, row.area_weighted_mean}) {
      line += ',';
      append_number(line, value);
    }
    line += '\n';
    file.write(line);
  }
}

}  // namespace aifactory
