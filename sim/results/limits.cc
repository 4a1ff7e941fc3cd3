#include "sim/results/limits.h"

#include <fmt/format.h>

#include "sim/results/text.h"
#include "sim/weather/text.h"

namespace aifactory {
namespace {

/// One column of numbers and where it stands in a row.
struct Column {
  const char* name;
  double (*get)(const LimitRow&);
  void (*set)(LimitRow&, double);
};
template <Power LimitRow::* Member>
constexpr Column power_column(const char* name) {
  return {name, [](const LimitRow& row) { return (row.*Member).in(kW); },
          [](LimitRow& row, double value) { row.*Member = Power(value * 1e3); }};
}
template <Duration LimitRow::* Member>
constexpr Column hours_column(const char* name) {
  return {name, [](const LimitRow& row) { return (row.*Member).in(h); },
          [](LimitRow& row, double value) { row.*Member = Duration(value * 3600.0); }};
}
constexpr Column kColumns[] = {
    power_column<&LimitRow::rating>("rating_kw"),
    power_column<&LimitRow::site_rating>("site_rating_kw"),
    power_column<&LimitRow::continuous>("continuous_kw"),
    power_column<&LimitRow::provisioned>("provisioned_kw"),
    power_column<&LimitRow::peak>("peak_kw"),
    power_column<&LimitRow::p999>("p999_kw"),
    power_column<&LimitRow::mean>("mean_kw"),
    power_column<&LimitRow::headroom>("headroom_kw"),
    power_column<&LimitRow::stranded>("stranded_kw"),
    hours_column<&LimitRow::above_rating>("above_rating_h"),
    hours_column<&LimitRow::above_continuous>("above_continuous_h"),
    {"crossings", [](const LimitRow& row) { return static_cast<double>(row.crossings); },
     [](LimitRow& row, double value) { row.crossings = static_cast<std::int64_t>(value); }},
};
struct TextColumn {
  const char* name;
  std::string LimitRow::* member;
};
constexpr TextColumn kTexts[] = {{"site", &LimitRow::site},         {"unit", &LimitRow::unit},   {"kind", &LimitRow::kind},
                                 {"quantity", &LimitRow::quantity}, {"basis", &LimitRow::basis}, {"binds", &LimitRow::binds}};
/// At the end of a row, and not in the files of earlier versions.
constexpr TextColumn kEdges[] = {{"fed_by", &LimitRow::fed_by}, {"cooled_by", &LimitRow::cooled_by}};

}  // namespace

void write_limits_csv(const std::vector<LimitRow>& rows, OutputFile& file) {
  std::string line;
  for (const TextColumn& column : kTexts) line += fmt::format("{}{}", line.empty() ? "" : ",", column.name);
  for (const Column& column : kColumns) line += fmt::format(",{}", column.name);
  for (const TextColumn& column : kEdges) line += fmt::format(",{}", column.name);
  file.write(line + "\n");
  for (const LimitRow& row : rows) {
    line.clear();
    for (const TextColumn& column : kTexts) {
      if (&column != kTexts) line += ',';
      append_cell(line, row.*column.member);
    }
    for (const Column& column : kColumns) {
      line += ',';
      append_number(line, column.get(row));
    }
    for (const TextColumn& column : kEdges) {
      line += ',';
      append_cell(line, row.*column.member);
    }
    file.write(line + "\n");
  }
}

std::vector<LimitRow> read_limits_csv(const std::string& path) {
  const CsvTable table(path, read_text_file(path));
  std::vector<LimitRow> rows(table.rows().size());
  Troubles troubles(path);
  for (const TextColumn& column : kTexts) {
    const std::size_t at = table.column(column.name);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*column.member = std::string(table.rows()[i].cells[at]);
  }
  for (const TextColumn& column : kEdges) {
    const auto at = table.find(column.name);
    for (std::size_t i = 0; at && i < rows.size(); ++i) rows[i].*column.member = std::string(table.rows()[i].cells[*at]);
  }
  for (const Column& column : kColumns) {
    const std::size_t at = table.column(column.name);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string_view cell = table.rows()[i].cells[at];
      const auto value = number_of(cell);
      if (!value && !cell.empty()) troubles.add(table.rows()[i].line, fmt::format("{} '{}' is no number", column.name, cell));
      if (value) column.set(rows[i], *value);
    }
  }
  troubles.throw_if_any();
  return rows;
}

}  // namespace aifactory
