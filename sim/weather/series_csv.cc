#include "sim/weather/series_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/error.h"
#include "sim/weather/text.h"

namespace aifactory {
namespace {

bool is_blank(std::string_view cell) {
  return cell.empty() || cell == "NaN" || cell == "nan" || cell == "NA" || cell == "null";
}

std::size_t value_column(const CsvTable& table, const SeriesCsvOptions& options, std::size_t time_column) {
  if (options.value_column) return table.column(*options.value_column);
  if (table.header().size() == 2) return 1 - time_column;
  std::string others;
  for (std::size_t i = 0; i < table.header().size(); ++i) {
    if (i != time_column) others += fmt::format("{}{}", others.empty() ? "" : ", ", table.header()[i]);
  }
  throw InputError(fmt::format("{}: value_column must say which of these is the value: {}", table.file(), others));
}

}  // namespace

CsvSeries parse_series_csv(std::string text, const std::string& file, const SeriesCsvOptions& options,
                           CalendarSeconds utc_offset) {
  const CsvTable table(file, std::move(text));
  const std::size_t times = options.time_column ? table.column(*options.time_column) : 0;
  const std::size_t values = value_column(table, options, times);
  CsvSeries out{.file = file, .utc = {}, .values = {}, .end_utc = 0, .report = {}};
  Troubles troubles(file);
  std::vector<std::size_t> lines;
  for (const CsvTable::Row& row : table.rows()) {
    const auto stamp = stamp_of(row.cells[times]);
    if (!stamp) {
      troubles.add(row.line, fmt::format("'{}' is no time such as 2022-01-01T06:00 or 2022-01-01 06:00:00-06:00",
                                         row.cells[times]));
      continue;
    }
    const CalendarSeconds offset = stamp->offset.value_or(options.zone == StampZone::site ? utc_offset : 0);
    const CalendarSeconds utc = stamp->seconds - offset;
    if (!out.utc.empty() && utc <= out.utc.back()) {
      troubles.add(row.line, fmt::format("{} is {} the row before", row.cells[times],
                                         utc == out.utc.back() ? "the same instant as" : "earlier than"));
      continue;
    }
    const std::string_view cell = row.cells[values];
    std::optional<double> value = number_of(cell);
    if (!value) {
      if (!is_blank(cell)) {
        troubles.add(row.line, fmt::format("{} '{}' is no number", table.header()[values], cell));
        continue;
      }
      if (options.gaps == GapRule::refuse || out.values.empty()) {
        troubles.add(row.line, fmt::format("{} is blank{}", table.header()[values],
                                           out.values.empty() ? " and there is no earlier value to hold" : ""));
        continue;
      }
      value = out.values.back();
      ++out.report.blanks_held;
    }
    out.utc.push_back(utc);
    out.values.push_back(*value);
    lines.push_back(row.line);
  }
  troubles.throw_if_any();
  out.report.rows = out.utc.size();

  std::vector<CalendarSeconds> spacings;
  for (std::size_t i = 1; i < out.utc.size(); ++i) spacings.push_back(out.utc[i] - out.utc[i - 1]);
  CalendarSeconds usual = kSecondsPerHour;  // A single row says nothing of its length.
  if (!spacings.empty()) {
    const auto middle = spacings.begin() + static_cast<std::ptrdiff_t>(spacings.size() / 2);
    std::nth_element(spacings.begin(), middle, spacings.end());
    usual = *middle;
  }
  for (std::size_t i = 1; i < out.utc.size(); ++i) {
    const CalendarSeconds spacing = out.utc[i] - out.utc[i - 1];
    if (spacing <= usual) continue;
    if (options.gaps == GapRule::refuse) {
      troubles.add(lines[i], fmt::format("{} s after the row before; rows are {} s apart", spacing, usual));
    }
    out.report.missing_rows_held += static_cast<std::size_t>((spacing - 1) / usual);
  }
  troubles.throw_if_any();
  out.end_utc = out.utc.back() + usual;
  return out;
}

CsvSeries read_series_csv(const std::string& path, const SeriesCsvOptions& options, CalendarSeconds utc_offset) {
  return parse_series_csv(read_text_file(path), path, options, utc_offset);
}

void check_coverage(const std::string& file, CalendarSeconds begin_utc, CalendarSeconds end_utc, const SiteClock& clock,
                    Duration horizon) {
  const CalendarSeconds start = clock.utc(0);
  const bool endless = !(horizon.si() >= 0.0);
  const CalendarSeconds stop = endless ? start : start + static_cast<CalendarSeconds>(std::ceil(horizon.si()));
  if (start >= begin_utc && start < end_utc && stop <= end_utc) return;
  throw InputError(fmt::format("{}: covers {} to {} UTC, but the run {} {} UTC", file, stamp_text(begin_utc),
                               stamp_text(end_utc), endless ? "starts at" : fmt::format("is {} to", stamp_text(start)),
                               endless ? stamp_text(start) : stamp_text(stop)));
}

}  // namespace aifactory
