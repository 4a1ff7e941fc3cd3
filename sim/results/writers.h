#pragma once
/// @file The tables and texts of a result directory.
///
/// CSV as in RFC 4180, with a header line, '.' decimals and '\n' line ends; times are seconds after the start of the
/// simulation; numbers are the shortest that read back as the same double; an empty cell is "does not apply".
#include "sim/results/manifest.h"
#include "sim/results/result_directory.h"
#include "sim/results/run_result.h"

namespace aifactory {

/// Batsim's columns in Batsim's order (so that Evalys reads the file), then ours.  `allocated_resources` are node
/// numbers as in "0-7 9"; `stretch` is turnaround / execution; `success` is 1 or 0; `consumed_energy` is in J.
void write_jobs_csv(const JobRecords& jobs, OutputFile& file);
/// time_s, kind, unit, what, value, cause
void write_events_csv(const std::vector<EventRecord>& events, OutputFile& file);
/// time_s and the series' columns
void write_series_csv(const Series& series, OutputFile& file);
/// account, side, leaf, value, unit
void write_ledger_csv(const Ledger& ledger, OutputFile& file);

/// Every file of a result directory, the manifest last.  The caller commits.  @throws OutputError
void write_results(const RunResult& result, const RunInfo& info, ResultDirectory& directory);

}  // namespace aifactory
