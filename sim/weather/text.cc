#include "sim/weather/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "models/error.h"

namespace aifactory {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes `digits` decimal digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string read_text_file(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw InputError(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad() || text.fail()) throw InputError(fmt::format("{}: cannot be read, or is empty", path));
  return std::move(text).str();
}

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const auto start = line.find_first_not_of(" \t");
    std::size_t end;
    if (start != std::string_view::npos && line[start] == '"') {
      const auto quote = line.find('"', start + 1);
      end = quote == std::string_view::npos ? std::string_view::npos : line.find(',', quote);
      cells.push_back(line.substr(start + 1, quote == std::string_view::npos ? quote : quote - start - 1));
    } else {
      end = line.find(',');
      cells.push_back(trimmed(line.substr(0, end)));
    }
    if (end == std::string_view::npos) return cells;
    line.remove_prefix(end + 1);
  }
}

std::optional<double> number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<int> whole_number_of(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Stamp> stamp_of(std::string_view text) {
  const auto y = take_digits(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto mon = take_digits(text, 2);
  if (!mon || !take(text, '-')) return std::nullopt;
  const auto d = take_digits(text, 2);
  if (!d || !date_exists(*y, *mon, *d)) return std::nullopt;
  Stamp stamp{.seconds = calendar_seconds(*y, *mon, *d), .offset = std::nullopt};
  if (text.empty()) return stamp;

  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes) return std::nullopt;
  int seconds = 0;
  if (take(text, ':')) {
    const auto taken = take_digits(text, 2);
    if (!taken) return std::nullopt;
    seconds = *taken;
    if (take(text, '.')) {
      if (text.empty() || text.front() != '0') return std::nullopt;
      while (take(text, '0')) {
      }
    }
  }
  const bool end_of_day = *hours == 24 && *minutes == 0 && seconds == 0;
  if ((*hours > 23 && !end_of_day) || *minutes > 59 || seconds > 59) return std::nullopt;
  stamp.seconds += *hours * 3600 + *minutes * 60 + seconds;

  if (text.empty()) return stamp;
  if (text == "Z" || text == "z") {
    stamp.offset = 0;
    return stamp;
  }
  const bool west = text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto offset_hours = take_digits(text, 2);
  if (!offset_hours) return std::nullopt;
  int offset_minutes = 0;
  if (!text.empty()) {
    take(text, ':');
    const auto taken = take_digits(text, 2);
    if (!taken || *taken > 59) return std::nullopt;
    offset_minutes = *taken;
  }
  if (!text.empty() || *offset_hours > 14) return std::nullopt;
  const CalendarSeconds offset = *offset_hours * 3600 + offset_minutes * 60;
  stamp.offset = west ? -offset : offset;
  return stamp;
}

std::string stamp_text(CalendarSeconds t) {
  const CivilTime time = civil_time(t);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", time.year, time.month, time.day, time.hour,
                     time.second_of_hour / 60, time.second_of_hour % 60);
}

void Troubles::add(std::size_t line, const std::string& message) {
  ++count_;
  if (count_ > 10) return;
  if (count_ > 1) told_ += '\n';
  told_ += line == 0 ? fmt::format("{}: {}", file_, message) : fmt::format("{}:{}: {}", file_, line, message);
}

void Troubles::throw_if_any() const {
  if (count_ == 0) return;
  throw InputError(count_ > 10 ? fmt::format("{}\n{}: {} more like these", told_, file_, count_ - 10) : told_);
}

CsvTable::CsvTable(std::string file, std::string text) : file_(std::move(file)), text_(std::move(text)) {
  Troubles troubles(file_);
  std::size_t line = 0;
  for (const std::string_view content : lines_of(text_)) {
    ++line;
    if (trimmed(content).empty() || content.starts_with('#')) continue;
    if (header_.empty()) {
      header_ = cells_of(content);
      continue;
    }
    Row row{.line = line, .cells = cells_of(content)};
    if (row.cells.size() != header_.size()) {
      troubles.add(line, fmt::format("{} cells, but the header has {}", row.cells.size(), header_.size()));
      continue;
    }
    rows_.push_back(std::move(row));
  }
  if (header_.empty()) troubles.add(0, "no header line");
  troubles.throw_if_any();
  if (rows_.empty()) throw InputError(fmt::format("{}: no rows after the header", file_));
}

std::optional<std::size_t> CsvTable::find(std::string_view column) const {
  for (std::size_t i = 0; i < header_.size(); ++i) {
    if (header_[i] == column) return i;
  }
  return std::nullopt;
}

std::size_t CsvTable::column(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  throw InputError(fmt::format("{}: no column '{}'; there are: {}", file_, name, fmt::join(header_, ", ")));
}

}  // namespace aifactory
