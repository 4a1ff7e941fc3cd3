#pragma once
/// @file report.html of a study: many variants, each run with one or more seeds, by what was varied and what came of it.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/report/run_page.h"

namespace aifactory {

/// What a page of a study needs.  Whoever runs studies fills it from its own store; table_of_runs() from a folder of results.
struct StudyTable {
  struct Point {
    std::string name;                 ///< of the run
    std::uint64_t seed = 0;
    std::string status = "complete";  ///< else what went wrong
    std::vector<std::string> axes;    ///< values as the scenario writes them, in the order of StudyTable::axes; "": not given
    std::vector<double> metrics;      ///< in the order of StudyTable::metrics; NaN: not defined
  };
  std::string name;
  std::vector<std::string> axes;     ///< paths of the scenario
  std::vector<std::string> metrics;  ///< keys of summary.json, derived metrics
  std::vector<Point> points;
};

/// Results below a folder (at any depth): axes are the inputs in which they differ, metrics all numbers of the whole run.
/// @throws InputError when fewer than two runs are there.
[[nodiscard]] StudyTable table_of_runs(const std::string& folder);

/// One variant is what has the same values on all axes: n, mean and half width of the 95 % interval of each metric over its complete points.
[[nodiscard]] Payload study_payload(const StudyTable& table);
[[nodiscard]] std::string study_page(const StudyTable& table, const PageParts& parts);

}  // namespace aifactory
