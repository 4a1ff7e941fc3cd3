#include "sim/workload/load_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

#include "models/error.h"
#include "sim/weather/text.h"

namespace aifactory {
namespace {

bool is_blank(std::string_view cell) {
  return cell.empty() || cell == "NaN" || cell == "nan" || cell == "NA" || cell == "null";
}

/// The pattern with its run of # replaced by a number: "p_##" and 7 give "p_07".
std::string numbered(const std::string& pattern, std::size_t number) {
  const std::size_t begin = pattern.find('#');
  std::size_t end = begin;
  while (end < pattern.size() && pattern[end] == '#') ++end;
  return fmt::format("{}{:0{}}{}", pattern.substr(0, begin), number, end - begin, pattern.substr(end));
}

std::vector<std::size_t> value_columns(const CsvTable& table, const LoadConfig& config, std::size_t groups,
                                       const std::string& what, std::optional<std::size_t> times) {
  std::vector<std::size_t> found;
  if (!config.columns.empty()) {
    if (config.columns.size() != groups) {
      throw InputError(fmt::format("columns: {} are named, but the load is for {}", config.columns.size(), what));
    }
    for (const std::string& name : config.columns) found.push_back(table.column(name));
    return found;
  }
  if (config.column && config.column->find('#') != std::string::npos) {
    const std::size_t first = table.find(numbered(*config.column, 0)) ? 0 : 1;
    for (std::size_t i = 0; i < groups; ++i) found.push_back(table.column(numbered(*config.column, first + i)));
    if (const std::string beyond = numbered(*config.column, first + groups); table.find(beyond)) {
      throw InputError(fmt::format("{}: has a column '{}', but the load is for {} only", table.file(), beyond, what));
    }
    return found;
  }
  if (config.column) {
    if (groups != 1) throw InputError(fmt::format("column: '{}' is one column, but the load is for {}; write # for their number, as in power_#", *config.column, what));
    return {table.column(*config.column)};
  }
  for (std::size_t i = 0; i < table.header().size(); ++i) {
    if (i != times) found.push_back(i);
  }
  if (found.size() == groups) return found;
  std::string names;
  for (const std::size_t i : found) names += fmt::format("{}{}", names.empty() ? "" : ", ", table.header()[i]);
  throw InputError(fmt::format("{}: column must say which of these are the values for {}: {}", table.file(), what, names));
}

/// Watts that a value of this column counts.
double unit_of_column(const LoadConfig& config, const std::string& file, std::string_view column) {
  if (config.unit) return config.unit_size().si();
  std::string name(column);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.ends_with("_mw")) return 1e6;
  if (name.ends_with("_kw")) return 1e3;
  if (name.ends_with("_w")) return 1.0;
  throw InputError(fmt::format("{}: column '{}' does not say its unit; give `unit: W` (or kW, MW)", file, column));
}

/// Reads the times of rows, in microseconds on the file's own clock: from its first row, or from 1970 in UTC.
class RowTimes {
 public:
  RowTimes(const LoadConfig& config, std::optional<std::size_t> column, CalendarSeconds utc_offset)
      : config_(config), column_(column), utc_offset_(utc_offset) {}
  /// nullopt: the cell is no time.
  std::optional<Tick> next(const CsvTable::Row& row) {
    if (!column_) return to_ticks(*config_.interval * static_cast<double>(count_++));
    const std::string_view cell = row.cells[*column_];
    if (count_++ == 0) stamps_ = !number_of(cell).has_value();
    if (!stamps_) {
      const auto number = number_of(cell);
      if (!number || !(std::abs(*number * config_.time_unit.si()) < 9e12)) return std::nullopt;
      return to_ticks(config_.time_unit * *number);
    }
    const auto stamp = stamp_of(cell);
    if (!stamp) return std::nullopt;
    const CalendarSeconds offset = stamp->offset.value_or(config_.zone == StampZone::site ? utc_offset_ : 0);
    return (stamp->seconds - offset) * kTicksPerSecond;
  }
  [[nodiscard]] bool stamps() const { return stamps_; }

 private:
  const LoadConfig& config_;
  std::optional<std::size_t> column_;
  CalendarSeconds utc_offset_;
  std::size_t count_ = 0;
  bool stamps_ = false;
};

/// The usual spacing of rows: the median; an hour for a single row, which says nothing of its length.
Tick usual_spacing(const std::vector<Tick>& times, const LoadConfig& config) {
  if (times.size() < 2) return to_ticks(config.interval.value_or(1.0 * h));
  std::vector<Tick> spacings;
  for (std::size_t i = 1; i < times.size(); ++i) spacings.push_back(times[i] - times[i - 1]);
  const auto middle = spacings.begin() + static_cast<std::ptrdiff_t>(spacings.size() / 2);
  std::nth_element(spacings.begin(), middle, spacings.end());
  return *middle;
}

void check_coverage(const std::string& file, const LoadTrace& trace, Tick end, Duration horizon) {
  const Tick begin = trace.ticks.front();
  const bool endless = std::isnan(horizon.si());
  if (begin <= 0 && end > 0 && (endless || to_ticks(horizon) <= end)) return;
  throw InputError(fmt::format(
      "{}: covers {:g} s to {:g} s of the run, which lasts {}; change `from` or the run's length, or say `outside: hold` or `outside: repeat`",
      file, to_seconds(begin), to_seconds(end), endless ? std::string("until its workload ends") : fmt::format("{:g} s", horizon.si())));
}

/// Rows that repeat the one before are no change.
void join_equal_rows(LoadTrace& trace) {
  std::size_t kept = 1;
  for (std::size_t row = 1; row < trace.ticks.size(); ++row) {
    const auto values = [&](std::size_t r) { return trace.watts.begin() + static_cast<std::ptrdiff_t>(r * trace.groups); };
    if (std::equal(values(row), values(row + 1), values(kept - 1))) continue;
    trace.ticks[kept] = trace.ticks[row];
    std::copy(values(row), values(row + 1), values(kept));
    ++kept;
  }
  trace.ticks.resize(kept);
  trace.watts.resize(kept * trace.groups);
}

}  // namespace

LoadTrace parse_load_trace(std::string text, const std::string& file, const LoadConfig& config, std::size_t groups,
                           const std::string& what, const SiteClock& clock, Duration horizon) {
  const CsvTable table(file, std::move(text));
  std::optional<std::size_t> times;
  if (!config.interval) times = config.time_column ? table.column(*config.time_column) : 0;
  const auto columns = value_columns(table, config, groups, what, times);
  std::vector<double> units;
  for (const std::size_t c : columns) units.push_back(unit_of_column(config, file, table.header()[c]) * config.scale);

  LoadTrace trace{.groups = groups, .ticks = {}, .watts = {}};
  trace.ticks.reserve(table.rows().size());
  trace.watts.reserve(table.rows().size() * groups);
  RowTimes clock_of_rows(config, times, clock.utc_offset());
  Troubles troubles(file);
  std::vector<std::size_t> lines;
  for (const CsvTable::Row& row : table.rows()) {
    const auto at = clock_of_rows.next(row);
    if (!at) {
      troubles.add(row.line, fmt::format("'{}' is no time", row.cells[*times]));
      continue;
    }
    if (!trace.ticks.empty() && *at <= trace.ticks.back()) {
      troubles.add(row.line, fmt::format("{} is {} the row before", row.cells[*times], *at == trace.ticks.back() ? "the same instant as" : "earlier than"));
      continue;
    }
    bool good = true;
    for (std::size_t g = 0; g < groups; ++g) {
      const std::string_view cell = row.cells[columns[g]];
      const auto trouble = [&](const std::string& message) {
        troubles.add(row.line, fmt::format("{} {}", table.header()[columns[g]], message));
        good = false;
      };
      if (const auto value = number_of(cell)) {
        if (*value < 0.0) trouble(fmt::format("{} is a negative power", cell));
        trace.watts.push_back(*value * units[g]);
      } else if (!is_blank(cell)) {
        trouble(fmt::format("'{}' is no number", cell));
      } else if (config.gaps == GapRule::refuse || trace.watts.size() < groups) {
        trouble(config.gaps == GapRule::refuse ? "is blank" : "is blank and there is no earlier value to hold");
      } else {
        trace.watts.push_back(trace.watts[trace.watts.size() - groups]);
        ++trace.blanks_held;
      }
      if (!good) break;
    }
    if (!good) {
      trace.watts.resize(trace.ticks.size() * groups);
      continue;
    }
    trace.ticks.push_back(*at);
    lines.push_back(row.line);
  }
  troubles.throw_if_any();

  const Tick usual = usual_spacing(trace.ticks, config);
  for (std::size_t i = 1; i < trace.ticks.size(); ++i) {
    const Tick spacing = trace.ticks[i] - trace.ticks[i - 1];
    if (spacing < 2 * usual) continue;
    if (config.gaps == GapRule::refuse) {
      troubles.add(lines[i], fmt::format("{:g} s after the row before; rows are {:g} s apart", to_seconds(spacing), to_seconds(usual)));
    }
    trace.missing_rows_held += static_cast<std::size_t>((spacing - 1) / usual);
  }
  troubles.throw_if_any();

  // On the run's clock.
  const bool dated = clock_of_rows.stamps() && !config.from;
  const Tick start = dated ? clock.utc(0) * kTicksPerSecond : trace.ticks.front() + to_ticks(config.from.value_or(0.0 * s));
  for (Tick& t : trace.ticks) t -= start;
  const Tick end = trace.ticks.back() + usual;
  if (config.outside == LoadOutside::refuse) check_coverage(file, trace, end, horizon);
  if (config.outside == LoadOutside::repeat) trace.period = end - trace.ticks.front();
  join_equal_rows(trace);
  return trace;
}

LoadTrace make_load_trace(const LoadConfig& config, std::size_t groups, const std::string& what, const SiteClock& clock,
                          Duration horizon) {
  if (config.constant) {
    return {.groups = groups, .ticks = {0}, .watts = std::vector<double>(groups, (*config.constant * config.scale).si())};
  }
  return parse_load_trace(read_text_file(config.file->path), config.file->path, config, groups, what, clock, horizon);
}

}  // namespace aifactory
