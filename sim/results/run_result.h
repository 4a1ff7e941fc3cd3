#pragma once
/// @file What a run leaves behind: plain structs that the engine fills and the writers print.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/time.h"
#include "models/units.h"
#include "models/workload/job.h"
#include "sim/results/decision_log.h"
#include "sim/results/goodput_record.h"
#include "sim/results/ledger.h"
#include "sim/results/limits.h"
#include "sim/results/machine_states.h"
#include "sim/results/service_record.h"
#include "sim/results/summary.h"
#include "sim/results/unit_record.h"

namespace aifactory {

enum class FinalState : std::uint8_t {
  completed_successfully,
  completed_failed,
  completed_walltime_reached,
  completed_killed,
  rejected,
  running,  ///< the run ended before the job did
  queued,   ///< never started, or waiting again after an interruption, when the run ended
};
/// As Batsim writes them: "COMPLETED_SUCCESSFULLY", ...; ours beside: "RUNNING", "QUEUED".
[[nodiscard]] const char* name_of(FinalState state);

/// Why held or wanted accelerator time made no progress; spread: communication between blocks of the fabric, beyond what it takes
/// within one; staging: data were on their way to the site.
enum class LossCause : std::uint8_t { thermal, cap, fault, rollback, restart, checkpoint, queue, curtailment, spread, staging };
inline constexpr std::array kLossCauses{LossCause::thermal,  LossCause::cap,     LossCause::fault,
                                        LossCause::rollback, LossCause::restart, LossCause::checkpoint,
                                        LossCause::queue,    LossCause::curtailment, LossCause::spread,  LossCause::staging};
[[nodiscard]] const char* name_of(LossCause cause);

/// One job of jobs.csv.  Times are ticks after the start of the simulation; kNever: it did not happen.
///
/// A job may run several times.  Its waiting time is all its time in the queue, its execution time all its time on
/// nodes, so that waiting + execution = turnaround always holds and no interruption hides.
struct JobRecord {
  std::string job_id;
  std::string workload_name, profile;
  Tick submission = 0;
  std::int64_t requested_nodes = 0;
  Tick requested_time = kNever;  ///< the user's wall-clock limit
  FinalState state = FinalState::queued;
  Tick start = kNever;               ///< first start
  Tick finish = kNever;              ///< end of the last run, or rejection
  Tick held = 0;                     ///< time on nodes over all runs
  std::vector<NodeRange> allocated;  ///< nodes of the last run; numbered through all clusters of the scenario
  Energy energy;                     ///< drawn by its nodes, before shelf losses; unset where the scenario meters none
  std::string metadata;

  std::string tenant, site, cluster;  ///< empty: none, or never placed
  std::string kind;                   ///< label of the kind of work; empty: none
  Tick work = 0;                      ///< run time at full speed
  Tick deadline = kNever;             ///< it should have ended by then
  Money cost;                         ///< of its energy at the price of its hours; unset: the site has no price
  Mass carbon;                        ///< of its energy at the intensity of its hours; unset: the site has none
  double accelerators = kUnset;        ///< of the nodes held
  double accelerators_asked = kUnset;  ///< fractions included; nodes are held whole
  double tokens = kUnset;  ///< trained or served
  std::int32_t restarts = 0;
  std::array<Duration, kLossCauses.size()> lost = [] {
    std::array<Duration, kLossCauses.size()> none;
    none.fill(Duration(0.0));
    return none;
  }();  ///< wall-clock time without progress, by LossCause
  [[nodiscard]] Duration& lost_to(LossCause cause) { return lost[static_cast<std::size_t>(cause)]; }

  /// It ran and is over; means over jobs are taken over these.
  [[nodiscard]] bool ended_after_running() const {
    return start != kNever && finish != kNever && state != FinalState::running && state != FinalState::queued &&
           state != FinalState::rejected;
  }
  [[nodiscard]] Tick turnaround() const { return finish - submission; }  ///< @pre ended_after_running()
  [[nodiscard]] Tick waiting() const { return turnaround() - held; }     ///< @pre ended_after_running()
};

/// One line of events.csv.
struct EventRecord {
  Tick at = 0;
  std::string kind;       ///< failure, repair, throttle, trip, cap, transfer, ...
  std::string unit;       ///< name of the unit it befell: abilene.cooling.cdu_03.pump_a
  std::string what;       ///< what changed, with its unit as a suffix where `value` has one: supply_c
  double value = kUnset;  ///< unset: nothing to tell in one number
  std::string cause;      ///< name of the event or limit behind it; empty: none
};

/// Columns of doubles over time, each name with its unit suffix; unset cells are empty in series.csv.
/// Held in memory: 8 bytes a cell.
class Series {
 public:
  Series() = default;
  explicit Series(std::vector<std::string> columns) : columns_(std::move(columns)) {}
  /// @pre one value for each column; times do not fall.
  void add(Tick at, const std::vector<double>& row);
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  [[nodiscard]] const std::vector<Tick>& times() const { return times_; }
  [[nodiscard]] double at(std::size_t row, std::size_t column) const { return cells_[row * columns_.size() + column]; }

 private:
  std::vector<std::string> columns_;
  std::vector<Tick> times_;
  std::vector<double> cells_;  ///< row by row
};

enum class RunStatus : std::uint8_t { complete, incomplete, failed };
[[nodiscard]] const char* name_of(RunStatus status);

/// One line of job_statistics.csv: one number of the jobs of one group, over those that count.  See job_statistics.h.
struct JobStatistic {
  std::string by, group, metric;
  std::int64_t jobs = 0;  ///< that it is taken over
  double total = kUnset, mean = kUnset, median = kUnset, p95 = kUnset, p99 = kUnset, max = kUnset,
         area_weighted_mean = kUnset;
};

struct RunResult {
  RunStatus status = RunStatus::incomplete;
  Summary summary;
  Ledger ledger;
  std::vector<JobRecord> jobs;      ///< in the order of submission
  std::vector<JobStatistic> job_statistics;
  MachineStates machine_states;
  std::vector<EventRecord> events;  ///< in the order of happening
  DecisionLog decisions;
  std::string failure;              ///< what ended the run early; empty: nothing did
  std::vector<LimitRow> limits;     ///< of all units, site by site
  std::vector<ServiceRecord> services;  ///< in the order of the scenario
  std::vector<UnitRecord> units;    ///< in the order of the directory, then supplies, racks that something befell, groups
  std::vector<GoodputRecord> goodput;  ///< of every job that has run, in the order of submission
  Series series;
  Series waveform;                  ///< of `record.waveform`; without columns: none was asked for
  std::string resolved_scenario;  ///< YAML text of the effective scenario
};

}  // namespace aifactory
