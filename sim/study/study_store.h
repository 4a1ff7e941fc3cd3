#pragma once
/// @file The directory of a study: what has been run so far, safe against the end of any process at any instant.
///
///     study.json                what the study is, and how far it has come
///     spool/000123.run          one run that has ended: its record and its circumstances, a line each
///     packs/results_0001.jsonl  records of up to 256 runs, in order; packs/circumstances_0001.jsonl beside it
///     runs/000123/              result directories, with keep: series or all
///     points.csv, statistics.csv, failed.csv, study.sqlite     made from the records, by one process, at any time anew
///
/// A run is written apart and renamed into the spool; the process that leads packs 256 of them at a time into files that are renamed too, and
/// only then removes what it has packed.  A run that is in both is the same in both.  Workers never open the database: shared file systems
/// damage those that several machines write.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/results/result_directory.h"
#include "sim/study/design.h"
#include "sim/study/point_record.h"

namespace aifactory {

/// What a study is.  The same for all its shards but for `shard`.
struct StudyHead {
  std::string name;
  std::string identity;  ///< SHA-256 of all that decides the results: inputs, variants, seeds, metrics, program
  std::string build;     ///< of the program
  Keep keep = Keep::summary;
  std::vector<std::pair<std::string, std::string>> axes;     ///< name and path
  std::vector<std::pair<std::string, std::string>> metrics;  ///< name and expression
  std::int64_t points = 0, variants = 0;
  Shard shard;
};

/// How far it has come.
struct StudyState {
  std::int64_t complete = 0, failed = 0, wanted = 0;
  [[nodiscard]] bool all() const { return complete == wanted; }
};

class StudyStore {
 public:
  static constexpr std::int64_t kPackSize = 256;

  /// Opens a study to go on with it, or begins one.  Waits up to 3 s for another process that leads it to end.
  /// @throws InputError when the folder holds something else, another study, or is in use.
  StudyStore(std::filesystem::path folder, StudyHead head, bool force);
  /// Opens a study to read it.  @throws InputError when there is none.
  explicit StudyStore(std::filesystem::path folder);
  ~StudyStore();
  StudyStore(const StudyStore&) = delete;
  StudyStore& operator=(const StudyStore&) = delete;

  [[nodiscard]] const StudyHead& head() const { return head_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] StudyState state() const;
  [[nodiscard]] bool complete(std::int64_t point) const;
  /// Points that are there, in order, complete or failed.
  [[nodiscard]] std::vector<std::int64_t> stored() const;
  /// The two lines of a point that is there, without their ends.
  [[nodiscard]] std::pair<std::string, std::string> lines(std::int64_t point) const;

  /// Where the results of a kept run go.
  [[nodiscard]] std::filesystem::path run_folder(std::int64_t point) const;
  /// Puts a run into the spool: all of it or nothing.  Any process may.  @throws OutputError
  void spool(std::int64_t point, const std::string& record, const std::string& circumstances) const;
  /// Takes note of a run in the spool.  @returns whether there is one.
  bool note(std::int64_t point);
  /// Packs every 256 runs that are complete; `all`: everything there is.  @throws OutputError
  void pack(bool all);
  /// Packs a run from elsewhere with the next pack(true).
  void adopt(std::int64_t point, const StudyStore& from);
  /// study.json.  @throws OutputError
  void write_head() const;
  /// Writes a file of the folder apart and renames it.  @throws OutputError
  void replace(const std::string& name, const std::function<void(OutputFile&)>& content) const;

 private:
  struct Place {
    std::string file, other;  ///< of the record and of the circumstances; the same for one in the spool
    std::size_t offset = 0, length = 0, other_offset = 0, other_length = 0;
    bool complete = false, spooled = false;
  };
  void lock();
  void clean() const;
  void load();
  void load_pack(const std::string& results, const std::string& circumstances);
  [[nodiscard]] std::string spool_file(std::int64_t point) const;
  /// Points of this shard in pack `group` (from 0).
  [[nodiscard]] std::vector<std::int64_t> group_points(std::int64_t group) const;
  [[nodiscard]] std::int64_t wanted() const;

  std::filesystem::path folder_;
  StudyHead head_;
  int lock_ = -1;
  std::map<std::int64_t, Place> places_;
};

[[nodiscard]] std::string shard_text(const Shard& shard);  ///< "2/7"

}  // namespace aifactory
