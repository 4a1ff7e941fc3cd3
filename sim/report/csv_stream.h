#pragma once
/// @file A table of a result directory, record by record, however long it is.
#include <cstddef>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aifactory {

/// RFC 4180 with a header line: cells may be quoted, and quoted cells may hold commas, quotes and line breaks.
class CsvStream {
 public:
  /// @throws InputError when the file cannot be read or has no header.
  explicit CsvStream(const std::string& path);

  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  /// @throws InputError naming the file and the columns it has.
  [[nodiscard]] std::size_t column(std::string_view name) const;

  /// The next record; false at the end.  @throws InputError when it has another number of cells than the header.
  bool next();
  /// Valid until the next next().
  [[nodiscard]] std::string_view cell(std::size_t column) const { return cells_[column]; }
  /// Empty for a column that the file does not have.
  [[nodiscard]] std::string_view cell(std::optional<std::size_t> column) const {
    return column ? cells_[*column] : std::string_view();
  }
  /// NaN for an empty cell.  @throws InputError when it is no number.
  [[nodiscard]] double number(std::size_t column) const;
  [[nodiscard]] double number(std::optional<std::size_t> column) const;

 private:
  bool record(std::string_view& text);
  void split(std::string_view text);
  std::string path_;
  std::ifstream file_;
  std::string buffer_;
  std::size_t begin_ = 0, line_ = 0;
  std::vector<std::string> header_;
  std::vector<std::string_view> cells_;
  std::vector<std::string> unquoted_;  ///< text of quoted cells; never shrinks, so that the views stay
  std::size_t quoted_ = 0;
};

/// Number of line breaks in a file: of a table without any in its cells, its records and the header.
[[nodiscard]] std::size_t count_lines(const std::string& path);

}  // namespace aifactory
