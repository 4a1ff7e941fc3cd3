#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/fields.h"
#include "models/random.h"
#include "models/reliability/goodput.h"

namespace aifactory {

/// One kind of interruption: how often it is the cause, and what it takes to go on.
struct RunFailureCause {
  std::string name;
  double weight = 1.0;     ///< share among failures, relative
  bool needs_node = true;  ///< the node is exchanged; false: a restart is enough
  bool silent = false;     ///< corrupts results and is noticed later
};
/// Llama 3's table: 18 causes, hardware exchanged, silent data corruption silent.
[[nodiscard]] std::vector<RunFailureCause> llama3_run_causes();

/// A long job on many nodes with what befalls it.  Times are those that the whole job stands still.
struct TrainingRunParams {
  std::int64_t nodes = INT64_MIN;
  std::int64_t accelerators_per_node = 8;
  Frequency failure_rate;                ///< of one ordinary node, interruptions per time
  double lemon_share = 0.0;              ///< of the nodes
  double lemon_factor = 1.0;             ///< their rate over an ordinary node's
  std::int64_t lemon_eviction = 0;       ///< failures after which a lemon is exchanged for good; 0: never
  double infant_factor = 0.0;            ///< rate at age 0 is (1 + this) times the lasting one
  Duration infant_time{30.0 * 86400.0};  ///< e-folding age of that excess; assumed
  Frequency planned_rate{0.0};           ///< planned stops of the job
  Duration planned_stop{0.0};            ///< length of one

  Duration detection{0.0};            ///< from the failure until it is noticed
  Duration silent_detection{3600.0};  ///< mean of the same for silent corruption; assumed: results are checked hourly
  Duration restart;                   ///< scheduling, start, loading: until work goes on
  Duration node_swap{0.0};            ///< to take a spare in
  std::int64_t spares = 1'000'000;    ///< nodes that wait to stand in
  Duration repair{86400.0};           ///< until an exchanged node is a spare again; assumed

  Duration interval;             ///< work between checkpoints
  Duration stall{0.0};           ///< standstill for a checkpoint
  Duration commit{0.0};          ///< after it, until the checkpoint can be restored from
  std::int64_t store_every = 1;  ///< every n-th goes to the store, the others stay in memory
  Duration store_stall{0.0};     ///< standstill of those, when store_every > 1
  Duration store_commit{0.0};    ///< their commit, when store_every > 1
  double memory_survival = 0.0;  ///< chance that the newest copy in memory outlives an interruption

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("nodes", p.nodes, between(1, 1e7), "nodes of the job");
    visit("accelerators_per_node", p.accelerators_per_node, between(1, 1e4), "accelerators of a node");
    visit("failure_rate", p.failure_rate, kNonNegative, "of one ordinary node; 6.5 per 1000 node-days: 0.0065 1/d");
    visit("lemon_share", p.lemon_share, kFraction, "part of the nodes that fails more often");
    visit("lemon_factor", p.lemon_factor, at_least(1.0), "their rate over an ordinary node's");
    visit("lemon_eviction", p.lemon_eviction, kNonNegative, "failures after which such a node is exchanged; 0: never");
    visit("infant_factor", p.infant_factor, kNonNegative, "excess of the failure rate at age 0");
    visit("infant_time", p.infant_time, kPositive, "e-folding age of that excess (assumed)");
    visit("planned_rate", p.planned_rate, kNonNegative, "planned stops of the job");
    visit("planned_stop", p.planned_stop, kNonNegative, "length of a planned stop");
    visit("detection", p.detection, kNonNegative, "from a failure until it is noticed");
    visit("silent_detection", p.silent_detection, kPositive, "mean of the same for silent corruption (assumed)");
    visit("restart", p.restart, kNonNegative, "from then until work goes on");
    visit("node_swap", p.node_swap, kNonNegative, "to take a spare node in");
    visit("spares", p.spares, kNonNegative, "nodes that wait to stand in");
    visit("repair", p.repair, kNonNegative, "until an exchanged node is a spare again (assumed)");
    visit("interval", p.interval, kPositive, "work between checkpoints");
    visit("stall", p.stall, kNonNegative, "standstill for a checkpoint");
    visit("commit", p.commit, kNonNegative, "after it, until the checkpoint can be restored from");
    visit("store_every", p.store_every, at_least(1), "every n-th checkpoint goes to the store, others stay in memory");
    visit("store_stall", p.store_stall, kNonNegative, "standstill of those that go to the store");
    visit("store_commit", p.store_commit, kNonNegative, "their commit");
    visit("memory_survival", p.memory_survival, kFraction, "chance that a copy in memory outlives an interruption");
  }
};

/// What a job is doing.
enum class RunState { work, checkpoint, detection, node_wait, restart, maintenance, count };
inline constexpr std::size_t kRunStates = static_cast<std::size_t>(RunState::count);
/// Called with the instant from which on the job does something else; instants ascend.
using RunObserver = std::function<void(Duration from, RunState state)>;

/// What became of the time.  The seven durations add up to `elapsed`.
struct TrainingRunResult {
  Duration elapsed{0.0};
  Duration productive{0.0};  ///< work that lasts (or is still under way at the end)
  Duration checkpoint{0.0}, rollback{0.0}, detection{0.0}, node_wait{0.0}, restart{0.0}, maintenance{0.0};
  std::int64_t interruptions = 0;  ///< unplanned
  std::int64_t planned = 0;
  std::int64_t checkpoints = 0;        ///< taken
  std::int64_t evicted = 0;            ///< lemons
  std::vector<std::int64_t> by_cause;  ///< in the order of the causes

  [[nodiscard]] double ettr() const { return productive / elapsed; }
  [[nodiscard]] Duration mtti() const { return elapsed / static_cast<double>(interruptions); }
};

/// Runs the job for `span` of wall-clock time, interruption by interruption.
///
/// Failures are a Poisson process of the nodes together, in restarts too (the assumption of Daly's exact formula, which
/// this reproduces in its mean); lemons and young nodes raise the rate, thinning keeps it exact.  An interruption loses
/// the work since the newest checkpoint that can be restored; one in a restart begins it again.  A planned stop saves
/// its work first. Silent corruption lets the job run on until it is noticed and then loses all work since it struck.
/// Cost: one step for each checkpoint; 12,500 nodes for 54 days take milliseconds.
/// *Not modelled*: failures that strike several nodes at once; work on fewer nodes while a spare is missing.
class TrainingRun {
 public:
  /// @throws InputError naming the first problem.
  TrainingRun(const TrainingRunParams& params, std::vector<RunFailureCause> causes);

  [[nodiscard]] const TrainingRunParams& params() const { return params_; }
  [[nodiscard]] const std::vector<RunFailureCause>& causes() const { return causes_; }
  /// Rate of the whole job at that age of its nodes.
  [[nodiscard]] Frequency interruption_rate(Duration age) const;
  /// @pre span > 0
  [[nodiscard]] TrainingRunResult run(Duration span, std::uint64_t seed, const RunObserver& observer = {}) const;

 private:
  TrainingRunParams params_;
  std::vector<RunFailureCause> causes_;
};

/// The waterfall of a run whose work divides so.
[[nodiscard]] GoodputWaterfall waterfall(const TrainingRunResult& result, double accelerators,
                                         const WorkShares& shares);

}  // namespace aifactory
