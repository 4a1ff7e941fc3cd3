#pragma once
/// @file What-ifs and failure processes of a run, resolved to units.
#include <cstdint>
#include <string>
#include <vector>

#include "models/reliability/failure_process.h"
#include "sim/facility/disturbance.h"
#include "sim/facility/repair_shop.h"
#include "sim/facility/unit_ref.h"

namespace aifactory {

/// Everything the fault injector works from.  Units are positions in `units`.
struct FaultPlan {
  using Unit = std::uint32_t;

  /// One event of the scenario.
  struct Action {
    enum class Kind : std::uint8_t { disturb, leak, sag, restore, curtail };
    Kind kind = Kind::disturb;
    Tick at = 0, until = kNever;
    Disturbance disturbance = {};   ///< its cause names the event
    std::vector<Unit> units = {};
    std::vector<std::size_t> sites = {};  ///< curtail
    Power limit = 0.0 * W;                ///< curtail
    double depth = 0.0;                   ///< sag
  };
  /// What the units of one process have in common.
  struct Law {
    std::string name;  ///< stream and cause: faults.pumps
    FailureProcess life, repair;
    Disturbance disturbance = {};
  };
  /// A unit's own clock under a law.
  struct Process {
    std::uint32_t law = 0;
    Unit unit = 0;
  };
  struct CommonCause {
    std::string name;  ///< site.faults.NAME
    FailureProcess every, repair;
    double probability = 1.0;
    std::vector<Unit> units = {};
  };
  struct Maintenance {
    std::string name;
    std::vector<Unit> units = {};
    Tick first = 0, every = 0, takes = 0;
    std::int64_t at_once = 1;
    WorkingHours hours = {};
    bool renews = false;
  };
  struct Group {
    std::string name;
    std::vector<Unit> units = {};
    std::int64_t need = 1;
  };

  std::uint64_t seed = 1;
  std::vector<NamedUnit> units = {};
  std::vector<RepairShop::Needs> needs = {};  ///< of each unit
  std::vector<Action> actions = {};
  std::vector<Law> laws = {};
  std::vector<Process> processes = {};
  std::vector<CommonCause> common_causes = {};
  std::vector<Maintenance> maintenance = {};
  std::vector<Group> groups = {};
  std::vector<RepairShop::Crew> crews = {};
  std::vector<RepairShop::Spare> spares = {};
};

}  // namespace aifactory
