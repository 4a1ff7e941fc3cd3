#pragma once
/// @file Reading of delimited text: files, cells, numbers and time stamps.  Nothing here knows what the numbers mean.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/calendar.h"

namespace aifactory {

/// The whole file.  @throws InputError naming the file and why it cannot be read.
std::string read_text_file(const std::string& path);

/// The lines of a text without their line ends (LF or CRLF) and without a byte order mark; the last line may lack its
/// end.  Views into `text`.
std::vector<std::string_view> lines_of(std::string_view text);

/// Cells of one line, blanks around them removed.  A cell in double quotes may hold commas.
std::vector<std::string_view> cells_of(std::string_view line);

/// The whole of `text` as a finite decimal number; nullopt for anything else, empty, NaN and infinity included.
std::optional<double> number_of(std::string_view text);
std::optional<int> whole_number_of(std::string_view text);

/// A time stamp as it stands in a file.
struct Stamp {
  CalendarSeconds seconds = 0;            ///< of the clock the stamp is written in
  std::optional<CalendarSeconds> offset;  ///< that clock ahead of UTC, where the stamp says so
};
/// `2022-01-01T06:00`, `2022-01-01 06:00:00-06:00`, `2022-01-01T06:00:00Z`, `2022-01-01`; nullopt for anything else.
/// Fractions of a second must be zero.
std::optional<Stamp> stamp_of(std::string_view text);

/// `2022-01-01 06:00:00`.
std::string stamp_text(CalendarSeconds t);

/// Troubles of one file, told together.
class Troubles {
 public:
  explicit Troubles(std::string file) : file_(std::move(file)) {}
  /// `line` counts from 1; 0 when the trouble has no line.
  void add(std::size_t line, const std::string& message);
  /// @throws InputError with one line for each of the first ten troubles, when there are any.
  void throw_if_any() const;

 private:
  std::string file_;
  std::string told_;
  std::size_t count_ = 0;
};

/// A table with a header line of column names.  Lines that are empty or begin with # are skipped.
class CsvTable {
 public:
  struct Row {
    std::size_t line;  ///< in the file, from 1
    std::vector<std::string_view> cells;
  };
  /// @throws InputError when there is no header or a row has another number of cells than the header.
  CsvTable(std::string file, std::string text);
  CsvTable(const CsvTable&) = delete;  // The cells look into the text.
  CsvTable& operator=(const CsvTable&) = delete;

  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] const std::vector<std::string_view>& header() const { return header_; }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view column) const;
  /// @throws InputError listing the columns there are.
  [[nodiscard]] std::size_t column(std::string_view name) const;

 private:
  std::string file_, text_;
  std::vector<std::string_view> header_;
  std::vector<Row> rows_;
};

}  // namespace aifactory
