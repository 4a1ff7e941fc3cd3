#pragma once
/// @file Reader of logs in the Standard Workload Format (SWF).
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/workload/job.h"
#include "sim/workload/job_row.h"

namespace aifactory {

/// Header comments of a log that mean something to a simulation.  Unset: the log does not say.
struct SwfHeader {
  std::optional<std::int64_t> max_procs, max_nodes;
  std::optional<std::int64_t> unix_start_time;  ///< seconds since 1970-01-01T00:00:00Z of the log's time 0
  std::optional<std::int64_t> max_jobs;         ///< as claimed; never used to size anything
  std::string computer, installation, time_zone;

  /// Size of the machine: MaxProcs, else MaxNodes.
  /// @throws InputError naming `path` when the header has neither, or claims more than 100 million.
  [[nodiscard]] std::int64_t machine_nodes(const std::string& path) const;
};

/// One row.  Times in seconds; -1 means that the log does not know, as in the format itself.
struct SwfRecord {
  std::int64_t line = 0;                   ///< of the file, from 1
  std::int64_t job_number = -1;            ///< field 1
  Duration submit;                         ///< 2, after the log's time 0
  Duration wait;                           ///< 3
  Duration run_time;                       ///< 4
  std::int64_t allocated_processors = -1;  ///< 5
  Duration average_cpu_time;               ///< 6
  double used_memory_kb = -1;              ///< 7, per processor
  std::int64_t requested_processors = -1;  ///< 8
  Duration requested_time;                 ///< 9, the user's estimate
  double requested_memory_kb = -1;         ///< 10, per processor
  std::int64_t status = -1;                ///< 11: 0 failed, 1 completed, 5 cancelled, 2-4 partial executions
  std::int64_t user = -1, group = -1, executable = -1, queue = -1, partition = -1;  ///< 12-16
  std::int64_t preceding_job = -1;                                                  ///< 17
  Duration think_time;  ///< 18, after the end of the preceding job
};

/// Size is field 8, else 5; one processor is one node.
[[nodiscard]] JobRow job_row_of(const SwfRecord& record);

struct SwfLog {
  SwfHeader header;
  std::vector<SwfRecord> records;  ///< rows of 18 numbers, in the order of the file
  SourceReport report;             ///< rows read; rows that are not 18 numbers are its drops
};

/// Reads `path`, plain or gzip-compressed.
///
/// Lines that begin with ';' are comments, of which `; Key: value` may be header fields (the first of a name counts).
/// Any other line that is not blank is a row of 18 numbers separated by blanks.  A row with fewer fields, or with a
/// field that is no finite number, is a counted drop; fields beyond the 18th are ignored and counted as a change.
/// @throws InputError `file:line: ...` when the file cannot be read, holds no row, or most of its rows are no rows
/// of this format (then it is some other file).
/// Source: Parallel Workloads Archive, "The Standard Workload Format", version 2.2.
[[nodiscard]] SwfLog read_swf(const std::string& path);

/// A line that is no row of the format.
struct SwfProblem {
  std::int64_t line = 0;
  std::string what;
  std::string_view text;  ///< its beginning
};
/// The same without holding the log: every row (with whether fields beyond the 18th were there) and every line that is
/// none, in the order of the file.  @returns the number of lines.  @throws InputError when the file cannot be read.
std::int64_t for_each_swf_row(const std::string& path, const std::function<void(const SwfRecord&, bool more)>& row,
                              const std::function<void(const SwfProblem&)>& no_row, SwfHeader* header = nullptr);

/// The header alone, reading no further than the first row.  @throws InputError when the file cannot be read.
[[nodiscard]] SwfHeader read_swf_header(const std::string& path);

/// Adds one occurrence of `reason` to a list of drops or changes.
void count_row(std::vector<SourceReport::Drop>& list, const std::string& reason, const std::string& where);

}  // namespace aifactory
