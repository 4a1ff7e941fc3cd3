#pragma once
/// @file A scenario with everything read, expanded and checked; nothing simulated yet.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/grid/step_series.h"
#include "models/scheduling/scheduler_core.h"
#include "sim/run/site.h"
#include "sim/run/simulation.h"
#include "sim/workload/load_workload.h"

namespace aifactory {

struct PreparedSite {
  SitePlan plan;
  SiteLocation location;
  std::unique_ptr<const Weather> weather;  ///< none: no cooling plant and no weather given
  std::optional<StepSeries<EnergyPrice>> price;
  std::optional<StepSeries<CarbonIntensity>> carbon;
  SiteClock clock;
};

/// What an event of the scenario acts on.
struct EventTargetUnit {
  enum class Kind : std::uint8_t { power_unit, cdu, pump, rack, bank, site };
  Kind kind = Kind::site;
  std::size_t site = 0, index = 0;  ///< of the unit within its kind: power unit id, CDU, cluster
  std::int64_t part = -1;           ///< pump of a CDU, rack of a cluster
};

struct PreparedRun {
  ScenarioConfig config;
  std::vector<PreparedSite> sites;
  std::vector<ClusterShape> shapes;  ///< pools, in the order of sites and clusters
  std::vector<scheduling::PoolSpec> pools;
  std::vector<Job> jobs;
  SourceReport source;
  std::vector<EventTargetUnit> event_targets;  ///< one for each event
  Tick horizon = kNever;                       ///< kNever: until the workload ends
  scheduling::PolicyChoice policy;
};

}  // namespace aifactory
