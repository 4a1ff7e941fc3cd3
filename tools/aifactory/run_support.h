#pragma once
/// @file What one run and several replicas share.
#include <string>
#include <vector>

#include "models/workload/job.h"
#include "sim/results/manifest.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {

/// What a log lost or had changed, once for each reason, on standard error.
void tell_source(const SourceReport& report);

/// The circumstances of a run that begins now, with the hashes of every file that its scenario was made of.
[[nodiscard]] RunInfo run_info(const ReadScenario& scenario, const std::vector<std::string>& command);

/// Files that the scenario is made of beside its own: logs, weather and the like, entries of the catalogue, programs of policies.
[[nodiscard]] std::vector<std::string> input_files(const ReadScenario& scenario);

/// One sentence for each stated limit that does not hold.  A number that the run does not define breaks its limit too:
/// nobody has shown that it holds.
[[nodiscard]] std::vector<std::string> broken_checks(const Map<CheckConfig>& checks, const Summary& summary);

/// Stated limits that a run breaks and balances that it does not close, a sentence each.  Limits are stated for the whole run; a part of it
/// neither keeps nor breaks them.
[[nodiscard]] std::vector<std::string> broken_limits(const ScenarioConfig& config, const RunResult& result);

/// What is known of the circumstances once the run has ended: time it took, events, broken limits.
void add_end(RunInfo& info, const ScenarioConfig& config, const RunResult& result);

}  // namespace aifactory::tools
