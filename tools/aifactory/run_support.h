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

/// One sentence for each stated limit that does not hold.  A number that the run does not define breaks its limit too:
/// nobody has shown that it holds.
[[nodiscard]] std::vector<std::string> broken_checks(const Map<CheckConfig>& checks, const Summary& summary);

}  // namespace aifactory::tools
