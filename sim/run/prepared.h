#pragma once
/// @file A scenario with everything read, expanded and checked; nothing simulated yet.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/grid/step_series.h"
#include "models/scheduling/scheduler_core.h"
#include "sim/facility/job_course.h"
#include "sim/facility/load_replay.h"
#include "sim/facility/fault_plan.h"
#include "sim/run/planned_change.h"
#include "sim/run/prepare_services.h"
#include "sim/run/site.h"
#include "sim/run/simulation.h"
#include "sim/run/units.h"
#include "sim/workload/load_workload.h"

namespace aifactory {

struct PreparedSite {
  SitePlan plan;
  SiteLocation location;
  std::unique_ptr<const Weather> weather;  ///< none: no cooling plant and no weather given
  std::optional<StepSeries<EnergyPrice>> price;
  std::optional<StepSeries<CarbonIntensity>> carbon;
  SiteClock clock;
  std::vector<std::unique_ptr<const LoadTrace>> loads;  ///< of each cluster of the plan; none: it runs jobs
  std::vector<std::string> later_units = {};  ///< cooling units that changes bring in; their indices follow those of the plan
  std::vector<std::string> later_power = {};  ///< power units likewise
  std::vector<std::string> later_cdus = {};   ///< CDUs likewise
  std::vector<std::int64_t> most_racks = {};  ///< of each cluster, over all changes; empty: those of the plan
  /// Places for CDUs: those of the plan, then those that changes bring in.
  [[nodiscard]] std::size_t cdu_places() const { return plan.cdus.size() + later_cdus.size(); }
  /// Name of a power unit of the plan or of a change.
  [[nodiscard]] const std::string& power_unit(std::size_t number) const {
    const std::size_t planned = plan.power_units.items.size();
    return number < planned ? plan.power_units.items[number].first : later_power[number - planned];
  }
  [[nodiscard]] std::int64_t most_racks_of(std::size_t cluster) const { return most_racks.empty() ? plan.clusters[cluster].racks : most_racks[cluster]; }
  [[nodiscard]] std::int64_t most_nodes_of(std::size_t cluster) const {
    const ClusterPlan& begins = plan.clusters[cluster];
    return std::max(begins.nodes, most_racks_of(cluster) > begins.racks ? most_racks_of(cluster) * begins.rack->nodes : 0);
  }
  /// Name of a cooling unit of the plan or of a change.
  [[nodiscard]] const std::string& cooling_unit(std::size_t index) const {
    const std::size_t planned = plan.cooling_units.items.size();
    return index < planned ? plan.cooling_units.items[index].first : later_units[index - planned];
  }
};

/// Racks that share one value of a cluster's load, in the order of the values.
std::vector<LoadGroup> load_groups(const ClusterPlan& cluster);

struct PreparedRun {
  ScenarioConfig config;
  std::vector<PreparedSite> sites;
  std::vector<ClusterShape> shapes;  ///< pools: clusters that run jobs, in the order of sites and clusters
  std::vector<scheduling::PoolSpec> pools;
  std::vector<JobPlan> plans;        ///< of the jobs that have one
  std::vector<Job> jobs;
  std::vector<ServicePlan> services;
  SourceReport source;
  UnitDirectory units;
  FaultPlan faults;
  Tick horizon = kNever;                       ///< kNever: until the workload ends
  scheduling::PolicyChoice policy;
  std::vector<PlannedChange> changes;  ///< in the order of their instants
  std::vector<std::string> warnings;  ///< "events[3].at: ...": what is no error and does nothing
};

}  // namespace aifactory
