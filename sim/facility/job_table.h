#pragma once
/// @file Every job of the run: what it asked for and how it fared.
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/workload/job.h"
#include "sim/facility/job_course.h"
#include "sim/facility/store_writers.h"
#include "sim/results/run_result.h"

namespace aifactory {

/// The jobs as submitted, and beside each what has become of it.
struct JobTable {
  struct Fate {
    FinalState state = FinalState::queued;
    bool submitted = false;
    bool killed = false;  ///< by the policy: its cluster is about to end it
    Tick first_start = kNever, last_start = kNever, finish = kNever, held = 0;
    Tick staging = 0;             ///< of its present stay on nodes
    std::int32_t staged_at = -1;  ///< site to which its data were brought last
    double limit_used = 0;  ///< of its wall-clock limit before its last change of size, ticks at the size asked for
    double done = 0;  ///< work kept (ticks at full speed): of finished runs, or up to the last checkpoint
    double energy_j = 0;
    double cost_usd = 0, carbon_kg = 0;  ///< of the energy up to ...
    double booked_j = 0;                 ///< ... this much of it
    std::int32_t restarts = 0, preemptions = 0, pool = -1;  ///< preemptions are among the restarts
    std::vector<NodeRange> nodes;  ///< of the last run
    std::array<double, kLossCauses.size()> lost{};  ///< ticks
  };
  std::vector<Job> jobs;
  std::vector<Fate> fates;
  std::vector<std::unique_ptr<JobCourse>> courses;  ///< of jobs that are more than a duration; empty: no job is
  StoreWriters writers;                             ///< of them, those on their nodes

  [[nodiscard]] const Job& job(JobId id) const { return jobs[static_cast<std::size_t>(id)]; }
  [[nodiscard]] Fate& fate(JobId id) { return fates[static_cast<std::size_t>(id)]; }
  [[nodiscard]] const Fate& fate(JobId id) const { return fates[static_cast<std::size_t>(id)]; }
  /// Null for a job that is no more than a duration.
  [[nodiscard]] JobCourse* course(JobId id) const { return courses.empty() ? nullptr : courses[static_cast<std::size_t>(id)].get(); }
  /// Nodes held over nodes asked for, times the speed of their kind: a job runs so much faster than stated.
  [[nodiscard]] double size_factor(JobId id) const {
    const double speed = job(id).speed_on.empty() ? 1.0 : job(id).speed_in(fate(id).pool);
    if (!job(id).elastic()) return speed;
    std::int64_t nodes = 0;
    for (const NodeRange& range : fate(id).nodes) nodes += range.count();
    return speed * static_cast<double>(nodes) / static_cast<double>(job(id).nodes);
  }
};

/// Collects events.csv.
class EventLog {
 public:
  void add(Tick at, std::string kind, std::string unit, std::string what, double value = kUnset, std::string cause = {}) {
    events_.push_back({at, std::move(kind), std::move(unit), std::move(what), value, std::move(cause)});
  }
  /// As add(), in place of the last event when that tells of the same unit and instant: only where things came to rest.
  void add_final(Tick at, std::string kind, std::string unit, std::string what, double value, std::string cause) {
    if (!events_.empty() && events_.back().at == at && events_.back().kind == kind && events_.back().unit == unit) events_.pop_back();
    add(at, std::move(kind), std::move(unit), std::move(what), value, std::move(cause));
  }
  [[nodiscard]] std::vector<EventRecord> take() { return std::move(events_); }

 private:
  std::vector<EventRecord> events_;
};

}  // namespace aifactory
