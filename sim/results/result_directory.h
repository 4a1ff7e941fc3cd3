#pragma once
/// @file The directory of a run's results: whole or not at all.
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/results/sha256.h"

namespace aifactory {

/// Results could not be written: disk full, quota, medium gone.  The run failed (exit 1); the text is one sentence.
class OutputError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One file under way: buffered, hashed as it is written.
class OutputFile {
 public:
  /// `shown_as` is the name that messages give it: the one it will have.  @throws OutputError
  explicit OutputFile(const std::filesystem::path& path) : OutputFile(path, path.string()) {}
  OutputFile(const std::filesystem::path& path, std::string shown_as);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  void write(std::string_view bytes);  ///< @throws OutputError
  /// Hands everything to the file system and closes.  @returns SHA-256 of the whole.  @throws OutputError
  std::string close();

 private:
  void flush();
  [[noreturn]] void fail() const;
  std::string shown_as_;
  int descriptor_ = -1;
  std::string buffer_;
  Sha256 sha_;
};

/// Results are written into `.NAME.partial-PID` beside the directory asked for and appear under its name in one rename
/// by `commit()`.  Destroyed without it (a failed run, an exception), everything written is removed again, parents made
/// for it included.  An old directory is exchanged only when the new one is complete, and then removed.
///
/// A process that is killed leaves its partial directory, which no reader takes for results.
class ResultDirectory {
 public:
  enum class Existing { refuse, replace };

  /// @throws InputError, with nothing touched, when
  ///   - something of that name exists and is not to be replaced;
  ///   - it is to be replaced and is neither empty nor holds a manifest.json (results of ours always do), so
  ///     that a mistyped path never costs anybody their files;
  ///   - no directory can be made there.
  ResultDirectory(std::filesystem::path out, Existing existing);
  ~ResultDirectory();
  ResultDirectory(const ResultDirectory&) = delete;
  ResultDirectory& operator=(const ResultDirectory&) = delete;

  /// Writes one file; its hash goes to `hashes()`.  @throws OutputError
  void write(const std::string& name, const std::function<void(OutputFile&)>& content);
  void write(const std::string& name, std::string_view content);
  /// Name and SHA-256 of the files written so far, in the order of writing.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& hashes() const { return hashes_; }
  /// The partial directory, for writers of their own (a database).
  [[nodiscard]] const std::filesystem::path& partial() const { return partial_; }
  /// Gives the results their name.  @throws OutputError, leaving an old directory as it was.
  void commit();

 private:
  void discard() noexcept;
  std::filesystem::path shown_as_;  ///< as the user wrote it
  std::filesystem::path out_, partial_;
  Existing existing_;
  std::vector<std::filesystem::path> made_parents_;  ///< outermost first
  std::vector<std::pair<std::string, std::string>> hashes_;
  bool committed_ = false;
};

}  // namespace aifactory
