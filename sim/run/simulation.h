#pragma once
/// @file One scenario from its structs to its results.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/results/run_result.h"
#include "sim/scenario/config.h"

namespace aifactory {

/// What a progress line shows.
struct Progress {
  Tick now = 0, end = kNever;  ///< end: kNever when the workload decides
  double facility_mw = 0, pue = kUnset;
  std::int64_t running = 0, queued = 0;
};

struct RunOptions {
  std::function<void(const Progress&)> progress;
};

/// What was prepared and can be looked at before a run, or refused.
struct PreparedRun;

/// Everything that can be checked without an engine: plans, weather, series, jobs, policy.
/// @throws InputError
std::shared_ptr<PreparedRun> prepare(const ScenarioConfig& config);

/// Runs a prepared scenario; once per process.  Fills everything of the result but resolved_scenario.
RunResult simulate(PreparedRun& run, const RunOptions& options = {});

}  // namespace aifactory
