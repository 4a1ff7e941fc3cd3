#pragma once
/// @file One job, as every source (log, generator, list) hands it to the scheduler.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/time.h"
#include "models/workload/label.h"

namespace aifactory {

using JobId = std::int32_t;  ///< dense: index into the run's job table
inline constexpr JobId kNoJob = -1;

/// What a job asks for and what it will do.  Sizes are whole nodes: a request in racks or accelerators has
/// been turned into nodes of the pool by its source.  In a pool whose nodes are shared, sizes are whole shares.
struct Job {
  std::string name;                ///< the id that jobs.csv prints (the log's own number for a log)
  Tick submit = 0;                 ///< submission, ticks after the start of the simulation
  std::int64_t nodes = 0;          ///< nodes held together (a gang), >= 1
  double accelerators = 0;         ///< accelerators asked for (fractions allowed); <= nodes * per node
  Tick work = 0;                   ///< run time at full speed, ticks, >= 0
  Tick estimate = kNever;          ///< user's wall-clock limit, ticks; kNever: none given
  bool killed_at_estimate = false; ///< the source cut `work` at the estimate: it ends as walltime-killed
  double priority = 0;             ///< larger is more urgent
  double utilization = 1.0;        ///< accelerator dynamic power share while running at full speed, 0..1
  double tokens_per_accelerator_s = 0;  ///< tokens trained per accelerator and second at full speed
  Tick checkpoint_interval = kNever;    ///< work between checkpoints; kNever: none, a restart loses all
  std::int32_t pool = -1;          ///< only this pool (cluster) may run it; -1: any
  Label tenant, kind, profile;     ///< for tables; may be empty
  std::int32_t plan = -1;          ///< index of what its model on its hardware comes to; -1: it is no more than a duration
  std::int32_t log_status = -1;    ///< status of the source log (SWF field 11), kept, not replayed

  // What some policies look at; the defaults ask for nothing.
  std::int32_t tier = 0;           ///< a higher tier may interrupt a lower one, under policies that preempt
  bool preemptible = true;         ///< may be interrupted for a higher tier
  std::int64_t min_nodes = 0;      ///< elastic: may run on min_nodes .. max_nodes at a speed in proportion to ...
  std::int64_t max_nodes = 0;      ///< ... `nodes`, for which `work` and `estimate` are stated; 0: on `nodes` only
  Tick earliest_start = 0;         ///< is not queued before
  Tick deadline = kNever;          ///< should have ended by then
  std::int64_t domain_nodes = 0;   ///< nodes (where they are shared: whole ones) of one tensor-parallel group, which shares a scale-up domain; 0: none
  bool keeps_domains = false;      ///< its groups share domains whatever the rule of placement; else only some rules look
  std::array<std::int32_t, 3> slice{};  ///< contiguous box of a 3D torus, in nodes; zeros: none
  std::vector<double> speed_on;    ///< by pool: speed there over that for which `work` and `estimate` are stated; 0: may not run
                                   ///< there; empty: 1 everywhere
  double slowdown_per_cap = -1;    ///< speed lost over power withheld from its racks; negative: it follows their clock
  double communication_frac = 0;   ///< share of its time, within one block of the scale-out fabric, that it communicates over it
  std::vector<Tick> staging_on;    ///< by pool: time on its nodes while its data are brought there; kNever: it may not run there;
                                   ///< empty: none
  std::vector<JobId> after;        ///< is not queued before all of these have left

  [[nodiscard]] bool elastic() const { return max_nodes > 0; }
  /// Where it runs matters beyond the number of nodes.
  [[nodiscard]] bool picky() const { return domain_nodes > 0 || slice[0] > 0; }
  [[nodiscard]] bool runs_in(std::int32_t p) const {
    return (pool < 0 || pool == p) && (speed_on.empty() || speed_on[static_cast<std::size_t>(p)] > 0) && staging_in(p) != kNever;
  }
  [[nodiscard]] double speed_in(std::int32_t p) const {
    return speed_on.empty() ? 1.0 : speed_on[static_cast<std::size_t>(p)];
  }
  [[nodiscard]] Tick staging_in(std::int32_t p) const {
    return staging_on.empty() ? 0 : staging_on[static_cast<std::size_t>(p)];
  }
  /// May it run on so many nodes?
  [[nodiscard]] bool runs_on(std::int64_t count) const {
    return count == nodes || (elastic() && count >= min_nodes && count <= max_nodes);
  }
};

/// Rows that a source left out or changed, by reason, for the run's report.
struct SourceReport {
  std::int64_t rows = 0;  ///< data rows read
  std::int64_t used = 0;  ///< jobs made of them
  struct Drop {
    std::string reason;
    std::int64_t count = 0;
    std::string first;  ///< where the first one is: "file:line: ..."
  };
  std::vector<Drop> drops;    ///< rows left out
  std::vector<Drop> changes;  ///< rows used with a changed value (run time cut at the estimate, ...)
};

/// Half-open interval of node numbers [first, last) of one pool.
struct NodeRange {
  std::int64_t first = 0, last = 0;
  [[nodiscard]] std::int64_t count() const { return last - first; }
  friend bool operator==(const NodeRange&, const NodeRange&) = default;
};

/// The nodes that a running job holds: ascending, disjoint, not touching.
struct Allocation {
  std::int32_t pool = -1;
  std::vector<NodeRange> nodes;
};

}  // namespace aifactory
