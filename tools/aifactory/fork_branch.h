#pragma once
/// @file One branch of a finished run: its scenario with what else happens, simulated, compared with the past, written.
#include <memory>
#include <string>
#include <vector>

#include "models/units.h"
#include "sim/report/run_folder.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {

/// What is different in a branch from a time on.
struct Branch {
  std::string name;                  ///< "" : the only one
  std::string out;                   ///< its result directory
  std::vector<std::string> events;   ///< as under `events` of a scenario
  std::vector<std::string> sets;     ///< key=value
  [[nodiscard]] bool unchanged() const { return events.empty() && sets.empty(); }
};

/// The run that branches leave, and when.
struct Trunk {
  std::string path;   ///< of the run
  std::string at;     ///< as given
  Duration time;
  std::string until;  ///< another end of the branches; "": as the run's
  bool force = false, quiet = false;
};

/// The scenario of a branch.  @throws InputError, UsageError
[[nodiscard]] ReadScenario branch_scenario(const Trunk& trunk, const RunFolder& original, const Branch& branch);

struct BranchEnd {
  int exit_code = kOk;
  std::string trouble;  ///< lines for standard error
};
/// Simulates and writes a branch; once per process.  Its past must be that of the run, in events and series.
/// @throws InputError, std::runtime_error
BranchEnd run_branch(const Trunk& trunk, const RunFolder& original, const Branch& branch, const std::vector<std::string>& command);

}  // namespace aifactory::tools
