#include "sim/workload/import_csv.h"

namespace aifactory {

void read_table(CsvReader& table, RowCollector& rows, const std::function<std::string(JobRow&)>& fill) {
  std::int64_t unreadable = 0;
  while (table.next()) {
    rows.count();
    JobRow row;
    row.place = table.line();
    std::string problem = table.problem();
    const bool cut = !problem.empty();
    if (!cut) problem = fill(row);
    if (problem.empty()) {
      rows.emit(row);
      continue;
    }
    if (cut || problem == kUnreadable) ++unreadable;
    rows.drop(row, problem);
  }
  rows.refuse_if_mostly(unreadable, table.format());
}

std::int64_t status_of(std::string_view word) {
  for (const char* done : {"COMPLETED", "Terminated", "Pass", "Succeeded"}) {
    if (word == done) return 1;
  }
  for (const char* failed : {"FAILED", "Failed", "NODE_FAIL", "TIMEOUT"}) {
    if (word == failed) return 0;
  }
  return word == "CANCELLED" || word == "Killed" ? 5 : -1;
}

}  // namespace aifactory
