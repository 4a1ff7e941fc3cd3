#pragma once
/// @file What the importers of tables share.
#include <functional>

#include "sim/workload/csv.h"
#include "sim/workload/import.h"

namespace aifactory {

/// Reads every row of the table: `fill` turns its cells into a JobRow and returns why it cannot ("": it can).  Rows with
/// another number of cells than the headings, and those that `fill` refuses with kUnreadable, are no rows of the format;
/// when most are such, the file is something else.  @throws InputError then.
void read_table(CsvReader& table, RowCollector& rows, const std::function<std::string(JobRow&)>& fill);

/// What `fill` says of a cell that ought to be a number or a time and is none.
inline constexpr const char* kUnreadable = "a cell is not a number";

/// SWF's number for a final state in words, -1 when it says nothing: COMPLETED, Terminated, Pass, Succeeded are 1;
/// FAILED, NODE_FAIL, TIMEOUT 0; CANCELLED, Killed 5.
[[nodiscard]] std::int64_t status_of(std::string_view word);

}  // namespace aifactory
