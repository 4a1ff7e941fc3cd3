#pragma once
/// @file From the `workload:` section to the jobs of a run.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/calendar.h"
#include "models/compute/rack.h"
#include "models/workload/job.h"
#include "sim/workload/config.h"

namespace aifactory {

/// A cluster as the workload needs to know it; its index is the job's pool.
struct ClusterShape {
  std::string name;
  std::string rack_kind;  ///< catalogue name of its racks
  std::int64_t nodes = 0;  ///< this and what follows: shares of nodes, where nodes are shared
  std::int64_t nodes_per_rack = 1;
  double accelerators_per_node = 0;
  std::int64_t shares_per_node = 1;
  const RackParams* rack = nullptr;  ///< for jobs that have their pace from it
  bool storage = false;              ///< its site has a store for checkpoints
  Frequency interruptions{0.0};      ///< of one node; 0: never by themselves
  std::size_t site = 0;
  std::int64_t nodes_per_block = 0;  ///< of the scale-out fabric; 0: one block
  double oversubscription = 1.0;
};

/// Local standard time at the start of the run, for daily and weekly patterns.
struct LocalStart {
  Duration time_of_day{0.0};
  int weekday = 0;  ///< 0: Monday

  [[nodiscard]] static LocalStart of(const SiteClock& clock);
};

/// The jobs of every source, sorted by submission; equal instants keep the order log, generator, list, and within
/// each the source's own.  A JobId is an index into the result.
///
/// Logs: size is field 8 (requested), else field 5; one processor is one node of the clusters chosen by
/// `node_kind`.  The run time ends at the estimate when it is beyond (walltime-killed), the estimate is the run
/// time where it is missing; both are counted changes.  Dropped and counted: run time or size <= 0, negative or absurd
/// submit times, jobs larger than the machine, jobs submitted after `horizon`.  Wait, status, dependencies and think
/// times are not replayed.
/// `horizon`: end of the run; kNever when it lasts until the workload ends.
/// @throws InputError for an explicit job larger than every cluster it may run on, an unknown cluster, a log that
/// cannot be read, a node_kind that fits no cluster or only some of several.
[[nodiscard]] std::vector<Job> load_workload(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters,
                                             Tick horizon, std::uint64_t seed, SourceReport& report,
                                             const LocalStart& start = {});

/// Nodes of a cluster declared `nodes: from_log`: `processors` if given, else what the log's header says.
/// @throws InputError when there is no log, or it does not say.
[[nodiscard]] std::int64_t nodes_from_log(const WorkloadConfig& config);

/// A size in exactly one unit, as whole nodes of a pool.
struct JobSize {
  std::optional<double> racks, nodes, accelerators;
};
/// As a listed job states it.
[[nodiscard]] JobSize size_of(const JobConfig& job);
struct SizedJob {
  std::int64_t nodes = 0;
  double accelerators = 0;
  std::int32_t pool = -1;
  std::int64_t limit = 0;  ///< nodes of the largest cluster that may run it
  std::int64_t shares_per_node = 1;  ///< where it is above 1, `nodes` and `limit` are shares
  [[nodiscard]] const char* unit() const { return shares_per_node > 1 ? "shares of nodes" : "nodes"; }
};
/// Turns a size into nodes, or shares of nodes, of `cluster` (or of any cluster, if they are alike in what the size needs).
/// @throws InputError that begins with `who` for an unknown cluster or clusters that are not alike.
[[nodiscard]] SizedJob size_job(const std::string& who, const JobSize& size, const std::optional<std::string>& cluster,
                                const std::vector<ClusterShape>& clusters);

}  // namespace aifactory
