#include "sim/workload/csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/error.h"
#include "models/suggest.h"

namespace aifactory {

CsvReader::CsvReader(const std::string& path, const std::string& format, std::vector<std::string> usual_headings)
    : lines_(path, format), format_(format) {
  std::string_view line;
  if (!next_line(line)) throw InputError(fmt::format("{}: not {}: it is empty", path, format));
  split(line);
  if (!usual_headings.empty() && (count_ == 0 || cells_[0] != usual_headings[0])) {
    headings_ = std::move(usual_headings);
    row_waits_ = true;
    return;
  }
  if (!problem_.empty()) throw InputError(fmt::format("{}:{}: not {}: {}", path, lines_.number(), format, problem_));
  headings_.assign(cells_.begin(), cells_.begin() + static_cast<std::ptrdiff_t>(count_));
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    if (std::find(headings_.begin(), headings_.begin() + static_cast<std::ptrdiff_t>(i), headings_[i]) !=
        headings_.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw InputError(fmt::format("{}:{}: column {} is there twice", path, lines_.number(), headings_[i]));
    }
  }
}

std::optional<std::size_t> CsvReader::find(std::string_view heading) const {
  const auto found = std::find(headings_.begin(), headings_.end(), heading);
  if (found == headings_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - headings_.begin());
}

std::size_t CsvReader::require(std::string_view heading) const {
  if (const auto column = find(heading)) return *column;
  std::string list;
  for (const std::string& name : headings_) list += (list.empty() ? "" : ", ") + name;
  if (list.size() > 200) list = list.substr(0, 200) + " ...";
  throw InputError(fmt::format("{}: not {}: it has no column {}{} (columns: {})", path(), format_, heading,
                               did_you_mean(std::string(heading), headings_), list));
}

bool CsvReader::next_line(std::string_view& line) {
  while (lines_.next(line)) {
    if (!line.empty() && line.front() != '#') return true;
  }
  return false;
}

bool CsvReader::next() {
  if (!row_waits_) {
    std::string_view line;
    if (!next_line(line)) return false;
    split(line);
  }
  row_waits_ = false;
  if (problem_.empty() && count_ != headings_.size()) {
    problem_ = count_ < headings_.size() ? "fewer cells than columns" : "more cells than columns";
  }
  return true;
}

void CsvReader::split(std::string_view line) {
  problem_.clear();
  count_ = 0;
  for (std::size_t at = 0; at <= line.size();) {
    if (count_ == cells_.size()) cells_.emplace_back();
    std::string& cell = cells_[count_++];
    cell.clear();
    const std::size_t first = line.find_first_not_of(" \t", at);
    if (first == std::string_view::npos || line[first] != '"') {
      const std::size_t end = std::min(line.find(',', at), line.size());
      cell = trimmed(line.substr(at, end - at));
      at = end + 1;
      continue;
    }
    at = first + 1;
    bool closed = false;
    while (at < line.size() && !closed) {
      if (line[at] != '"') {
        cell += line[at++];
      } else if (at + 1 < line.size() && line[at + 1] == '"') {
        cell += '"';
        at += 2;
      } else {
        closed = true;
        ++at;
      }
    }
    const std::size_t end = std::min(line.find(',', at), line.size());
    if (!closed) problem_ = "a quote is not closed";
    if (closed && !trimmed(line.substr(at, end - at)).empty()) problem_ = "text after a closing quote";
    at = end + 1;
  }
}

}  // namespace aifactory
