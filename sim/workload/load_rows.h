#pragma once
/// @file From rows of a log or a job list to jobs of a run.
#include <cstdint>
#include <string>
#include <vector>

#include "models/random.h"
#include "models/workload/job.h"
#include "sim/workload/config.h"
#include "sim/workload/job_row.h"
#include "sim/workload/load_workload.h"

namespace aifactory {

/// A job that waits for one which is submitted after the end of the run never starts in it, as it would not in a longer
/// run up to there.  What is no job at all is not waited for.
inline void wait_beyond_the_run(Job& job) { job.earliest_start = kNever; }

/// Which jobs must have left before another may be queued, by name: resolved when all jobs are known.
struct NamedDependencies {
  struct Item {
    std::string job;
    std::vector<std::string> after;
    std::string where;
  };
  std::vector<Item> items;
  std::vector<std::uint64_t> late;  ///< hashes of the names of jobs that are submitted after the end of the run
  /// A name whose job is left out for being submitted then.
  void add_late(const std::string& name) { late.push_back(Rng::hash(0, name)); }
  /// Fills Job::after.  A name that is no job's, and names that wait for each other in a circle, are left out, counted as
  /// changes.
  void resolve(std::vector<Job>& jobs, SourceReport& report) const;
};

/// Makes jobs of rows, all of one source, in two steps: add() each row in the order of the source, then finish().
///
/// Impossible rows are counted drops; what is guessed or cut is a counted change.  Jobs are sorted by submission, then
/// scaled, jittered and held against the end of the run.
class RowLoader {
 public:
  /// @param stream names the source's random streams: workload/STREAM/jitter, workload/STREAM/estimates.
  /// @throws InputError for a node_kind that fits no cluster or only some of several.
  RowLoader(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters, Tick horizon, std::uint64_t seed,
            const std::string& stream, const std::string& path, SourceReport& report, std::vector<Job>& jobs,
            NamedDependencies& dependencies);

  void add(const JobRow& row);
  void finish();
  /// Nodes of the largest cluster that may run the rows.
  [[nodiscard]] std::int64_t machine_nodes() const { return machine_.limit; }

 private:
  [[nodiscard]] std::string where(std::int64_t place, const std::string& id) const;
  /// The wall-clock limit; kNever: none.
  Tick limit_of(const JobRow& row, const Job& job);

  const WorkloadConfig& config_;
  const std::vector<ClusterShape>& clusters_;
  Tick horizon_;
  Rng jitter_, estimates_;
  std::string path_;
  SourceReport& report_;
  std::vector<Job>& jobs_;
  NamedDependencies& dependencies_;
  SizedJob machine_;
  LabelPool labels_;
  std::size_t begin_;                ///< of this source's jobs
  std::vector<double> submit_s_;     ///< of each of them, on the source's clock
  std::vector<std::int64_t> places_;
  double previous_s_;
  bool sorted_ = true;
};

}  // namespace aifactory
