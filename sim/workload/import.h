#pragma once
/// @file Foreign logs as rows of our job list.
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/workload/job.h"
#include "sim/workload/job_row.h"

namespace aifactory {

struct ImportOptions {
  std::optional<double> prefill_rate = {}, decode_rate = {};  ///< Azure: tokens per second of a replica that serves one request
  double replica = 1.0;                             ///< Azure: accelerators of a replica
  std::optional<double> flops_per_node = {};  ///< Batsim: speed at which parallel_homogeneous profiles compute, FLOP/s
};

/// What an importer hands its rows to.  It drops what no job can be, counted by reason.
class RowCollector {
 public:
  RowCollector(std::string path, SourceReport& report, std::function<void(JobRow&)> sink)
      : path_(std::move(path)), report_(report), sink_(std::move(sink)) {}

  /// One more row of the source has been read.
  void count() { ++report_.rows; }
  /// Leaves the row out.
  void drop(const JobRow& row, const std::string& reason) { note(report_.drops, row, reason); }
  /// Tells that the row is used with a changed or guessed value.
  void change(const JobRow& row, const std::string& reason) { note(report_.changes, row, reason); }
  /// Hands the row on, or drops it: without or with a negative submission, without a positive run time or size, with
  /// times beyond 3e10 s or sizes beyond 1e9.  A wall-clock limit that is not positive counts as none.
  void emit(JobRow& row);
  /// "log.csv:7: job x"; what is no file of lines sets `entries`.
  [[nodiscard]] std::string where(const JobRow& row) const;
  /// Places are entries of a document, not lines.
  void places_are_entries() { entries_ = true; }
  /// @throws InputError when most of the rows were none of the format, telling of the first.
  void refuse_if_mostly(std::int64_t unreadable, const std::string& format) const;

 private:
  void note(std::vector<SourceReport::Drop>& list, const JobRow& row, const std::string& reason);
  std::string path_;
  SourceReport& report_;
  std::function<void(JobRow&)> sink_;
  bool entries_ = false;
};

/// One format of logs.
struct Importer {
  std::string_view name, summary;
  /// Its times are dates: they are counted from the first submission instead.
  bool dated;
  void (*read)(const std::string& path, const ImportOptions& options, RowCollector& rows);
};

/// Every format, in the order of the documentation.
[[nodiscard]] std::span<const Importer> importers();
/// @throws InputError with what may have been meant.
[[nodiscard]] const Importer& find_importer(std::string_view name);

/// Reads a log of the format and hands its rows on in the order of the file, as jobs of our job list: sizes in nodes or
/// accelerators, times in seconds after time 0 of the log, or after its first submission when it has dates.
///
/// The file is read twice (the first submission and the ids used twice are not known before), never held: memory does
/// not grow with it, but for 8 bytes a row.
/// @throws InputError when it cannot be read or is something else.
SourceReport import_log(const Importer& importer, const std::string& path, const ImportOptions& options,
                        const std::function<void(const JobRow&)>& emit);

// The formats, each in a file of its own.
void read_swf_rows(const std::string& path, const ImportOptions& options, RowCollector& rows);
void read_batsim_rows(const std::string& path, const ImportOptions& options, RowCollector& rows);
void read_alibaba_gpu_rows(const std::string& path, const ImportOptions& options, RowCollector& rows);
void read_philly_rows(const std::string& path, const ImportOptions& options, RowCollector& rows);
void read_helios_rows(const std::string& path, const ImportOptions& options, RowCollector& rows);
void read_acme_rows(const std::string& path, const ImportOptions& options, RowCollector& rows);
void read_azure_llm_rows(const std::string& path, const ImportOptions& options, RowCollector& rows);
void read_tiresias_rows(const std::string& path, const ImportOptions& options, RowCollector& rows);
void read_job_list_rows(const std::string& path, const ImportOptions& options, RowCollector& rows);

}  // namespace aifactory
