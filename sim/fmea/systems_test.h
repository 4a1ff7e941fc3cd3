#pragma once
/// @file The cases of an analysis as an integrated-systems test: what to do on site, what should be seen, when to stop.
#include <string>

#include "sim/fmea/fmea.h"

namespace aifactory {

/// Markdown.  @param scenario its name, @param options of the analysis, @param window that each case was watched for.
[[nodiscard]] std::string systems_test(const FmeaResult& result, const std::string& scenario, const FmeaOptions& options, Tick window);

}  // namespace aifactory
