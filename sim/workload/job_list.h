#pragma once
/// @file Our job list: a CSV file of jobs that `workload: {jobs: FILE}` reads and `aifactory import` writes.
///
/// The columns, in any order; job_id, submit_s, duration_s and a size must be there, what is left out or empty takes its
/// default:
///
///     job_id                     text; names the job in jobs.csv and in `after`
///     submit_s                   submission after the start of the run, >= 0
///     nodes, racks, accelerators size; each row gives exactly one of them; accelerators may be fractions
///     duration_s                 run time at full speed, >= 0
///     walltime_s                 the user's wall-clock limit; empty: as `workload.estimates` says
///     tenant, kind, profile      labels for tables
///     cluster                    only this cluster may run it
///     priority                   larger is more urgent (0)
///     tier                       a higher tier may interrupt a lower one (0)
///     preemptible                1 or 0 (1)
///     utilization                share of the accelerators' dynamic power, 0..1; empty: `workload.utilization`
///     tokens_per_accelerator_s   tokens trained at full speed (0)
///     power_profile              one of `workload.power_profiles`, instead of utilization
///     communication_frac         share of its time that it communicates over the scale-out fabric within one block
///     data                       site where its data lie; empty: it needs none
///     data_size_bytes, staging_s what has to be brought to another site, or the time that this takes; at most one of them
///     checkpoint_interval_s      work between checkpoints; empty: none
///     earliest_start_s           is not queued before, after the start of the run
///     deadline_s                 should have ended by then, after the start of the run
///     after                      ids of jobs that must have left before, separated by blanks
///     status                     as in SWF field 11; kept, not replayed
///
/// Times are seconds.  Lines that begin with '#' are comments.
#include <functional>
#include <string>
#include <string_view>

#include "sim/workload/job_row.h"

namespace aifactory {

class CsvReader;

/// Reads the cells of one row; columns are looked up once.
class JobListReader {
 public:
  /// @throws InputError for a column that is not of the list, or one that is missing.
  explicit JobListReader(CsvReader& table);
  /// Fills `row` from the present row of the table.  @returns why it cannot be used; empty: it can.
  [[nodiscard]] std::string read(JobRow& row) const;

 private:
  struct Column {
    std::size_t index;
    std::string (*set)(JobRow&, std::string_view cell);
  };
  CsvReader& table_;
  std::vector<Column> columns_;
};

/// The heading line, with its end.
[[nodiscard]] std::string job_list_heading();
/// One line of the list, with its end, for a row as importers make them.
void append_job_row(std::string& text, const JobRow& row);

}  // namespace aifactory
