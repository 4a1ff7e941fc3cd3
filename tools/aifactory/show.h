#pragma once
/// @file The views of `aifactory show`.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "sim/run/prepared.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {

void show_topology(const PreparedRun& run);
void show_jobs(const PreparedRun& run);
/// By design: every rack at full load.
void show_limits(const PreparedRun& run);

/// What happened: from jobs.csv and limits.csv of a result directory.
void show_jobs_of_run(const std::string& folder);
/// @param all every unit; else the fullest one of each kind and rating.
void show_limits_of_run(const std::string& folder, bool all);

/// "a, b, c", or "a, b ... z" of many.
inline std::string names_text(const std::vector<std::string>& names) {
  if (names.size() <= 3) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{}, {} ... {}", names[0], names[1], names.back());
}

}  // namespace aifactory::tools
