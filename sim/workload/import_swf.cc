// Rows of our job list from a log in the Standard Workload Format.
#include <fmt/format.h>

#include "sim/workload/import.h"
#include "sim/workload/swf.h"

namespace aifactory {

void read_swf_rows(const std::string& path, const ImportOptions& /*options*/, RowCollector& rows) {
  std::int64_t unreadable = 0;
  for_each_swf_row(
      path,
      [&](const SwfRecord& r, bool more) {
        rows.count();
        JobRow row = job_row_of(r);
        if (more) rows.change(row, "fields beyond the 18th ignored");
        rows.emit(row);
      },
      [&](const SwfProblem& problem) {
        rows.count();
        ++unreadable;
        JobRow row;
        row.place = problem.line;
        rows.drop(row, problem.what);
      });
  rows.refuse_if_mostly(unreadable, "a Standard Workload Format log");
}

}  // namespace aifactory
