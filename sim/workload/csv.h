#pragma once
/// @file Tables in CSV, as logs of clusters come.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/workload/text_file.h"

namespace aifactory {

/// Rows of a table with a heading line: cells separated by commas, quoted as in RFC 4180, of a plain or gzip file.
///
/// Blank lines and lines that begin with '#' are passed over.  A cell does not reach over the end of its line: a quote
/// left open makes the row one with a `problem()`, as does a number of cells that differs from the headings'.
class CsvReader {
 public:
  /// @param format what the file ought to be, for messages: "a table of Philly jobs".
  /// @param usual_headings those of files that come without a heading line: when the first cell of the first line is
  /// not the first of them, that line is a row.  Empty: the first line is the heading.
  /// @throws InputError when the file cannot be opened or is empty.
  CsvReader(const std::string& path, const std::string& format, std::vector<std::string> usual_headings = {});

  [[nodiscard]] const std::vector<std::string>& headings() const { return headings_; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view heading) const;
  /// @throws InputError that names the columns there are.
  [[nodiscard]] std::size_t require(std::string_view heading) const;

  /// The next row; false at the end of the file.
  bool next();
  /// What keeps the row from being one; empty: nothing.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  /// @pre problem() is empty.  Without blanks around it.
  [[nodiscard]] std::string_view cell(std::size_t column) const { return cells_[column]; }
  /// The cell of a column that may be missing: empty then.
  [[nodiscard]] std::string_view cell(std::optional<std::size_t> column) const {
    return column ? cell(*column) : std::string_view();
  }
  [[nodiscard]] std::int64_t line() const { return lines_.number(); }
  [[nodiscard]] const std::string& path() const { return lines_.path(); }
  [[nodiscard]] const std::string& format() const { return format_; }

 private:
  void split(std::string_view line);
  bool next_line(std::string_view& line);
  LineReader lines_;
  std::string format_;
  std::vector<std::string> headings_, cells_;
  std::size_t count_ = 0;  ///< cells of the row
  std::string problem_;
  bool row_waits_ = false;  ///< the first line was a row
};

}  // namespace aifactory
