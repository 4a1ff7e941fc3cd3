#include "sim/results/decision_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include "models/error.h"
#include "sim/results/result_directory.h"
#include "sim/results/text.h"

namespace aifactory {
namespace {

constexpr std::string_view kHeading = "time_s,action,job,job_id,pool,nodes,detail";
constexpr std::size_t kColumns = 7;
constexpr DecisionKind kKinds[] = {DecisionKind::place,  DecisionKind::start,  DecisionKind::preempt,
                                   DecisionKind::resize, DecisionKind::reject, DecisionKind::note};

/// Cells of one record, which may reach over several lines; false at the end of the text or when a quote stays open.
bool next_record(std::string_view& text, std::vector<std::string>& cells, std::int64_t& lines) {
  cells.assign(1, {});
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++lines;
    if (quoted) {
      if (c != '"') {
        cells.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cells.back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      cells.emplace_back();
    } else if (c == '\n') {
      break;
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  const bool whole = i < text.size();
  text.remove_prefix(std::min(i + 1, text.size()));
  return whole;
}

bool whole_number(std::string_view text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// The tick of "12.345678".
bool parse_seconds(std::string_view text, Tick& tick) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  std::int64_t whole = 0, part = 0;
  if (!whole_number(text.substr(0, dot), whole) || whole < 0 || whole > INT64_MAX / 2'000'000) return false;
  if (dot < text.size()) {
    std::string digits(text.substr(dot + 1));
    if (digits.empty() || digits.size() > 6) return false;
    digits.resize(6, '0');
    if (!whole_number(digits, part) || part < 0) return false;
  }
  tick = whole * 1'000'000 + part;
  return true;
}

}  // namespace

const char* name_of(DecisionKind kind) {
  switch (kind) {
    case DecisionKind::place: return "place";
    case DecisionKind::start: return "start";
    case DecisionKind::preempt: return "preempt";
    case DecisionKind::resize: return "resize";
    case DecisionKind::reject: return "reject";
    case DecisionKind::note: return "note";
  }
  return "";
}

void DecisionLog::add(Tick at, DecisionKind kind, JobId job, const Allocation& nodes, std::string detail) {
  Row row{.at = at, .kind = kind, .job = job, .pool = nodes.pool, .ranges = static_cast<std::uint32_t>(nodes.nodes.size()),
          .detail = -1, .first_range = ranges_.size()};
  ranges_.insert(ranges_.end(), nodes.nodes.begin(), nodes.nodes.end());
  if (!detail.empty()) {
    row.detail = static_cast<std::int32_t>(details_.size());
    details_.push_back(std::move(detail));
  }
  rows_.push_back(row);
}

void append_node_list(std::string& line, std::span<const NodeRange> nodes) {
  const char* gap = "";
  for (const NodeRange& range : nodes) {
    line += gap;
    gap = " ";
    char text[24];
    line.append(text, std::to_chars(text, text + sizeof text, range.first).ptr);
    if (range.count() <= 1) continue;
    line += '-';
    line.append(text, std::to_chars(text, text + sizeof text, range.last - 1).ptr);
  }
}

bool parse_nodes(std::string_view text, std::vector<NodeRange>& nodes) {
  nodes.clear();
  while (!text.empty()) {
    const std::size_t gap = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, gap);
    text.remove_prefix(std::min(gap + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t dash = std::min(word.find('-'), word.size());
    NodeRange range;
    if (!whole_number(word.substr(0, dash), range.first)) return false;
    range.last = range.first;
    if (dash < word.size() && !whole_number(word.substr(dash + 1), range.last)) return false;
    if (range.first < 0 || range.last < range.first || range.last == INT64_MAX) return false;
    ++range.last;
    nodes.push_back(range);
  }
  std::sort(nodes.begin(), nodes.end(), [](const NodeRange& a, const NodeRange& b) { return a.first < b.first; });
  std::size_t kept = 0;
  for (const NodeRange& range : nodes) {
    if (kept > 0 && nodes[kept - 1].last == range.first) {
      nodes[kept - 1].last = range.last;
    } else {
      nodes[kept++] = range;
    }
  }
  nodes.resize(kept);
  return !nodes.empty();
}

void write_decisions_csv(const DecisionLog& log, OutputFile& file) {
  file.write(fmt::format("{}\n", kHeading));
  std::string line;
  for (const DecisionLog::Row& row : log.rows()) {
    line.clear();
    append_seconds(line, row.at);
    line += ',';
    line += name_of(row.kind);
    line += ',';
    if (row.job >= 0) {
      fmt::format_to(std::back_inserter(line), "{},", row.job);
      append_cell(line, log.jobs[static_cast<std::size_t>(row.job)]);
    } else {
      line += ',';
    }
    line += ',';
    if (row.pool >= 0) append_cell(line, log.pools[static_cast<std::size_t>(row.pool)]);
    line += ',';
    append_node_list(line, log.nodes(row));
    line += ',';
    append_cell(line, log.detail(row));
    line += '\n';
    file.write(line);
  }
}

std::vector<Decision> read_decisions_csv(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), {});
  if (!file.is_open() || file.bad()) throw InputError(fmt::format("{}: cannot be read", path));
  std::string_view text = content;
  std::vector<std::string> cells;
  std::int64_t line = 0, next = 0;
  if (!next_record(text, cells, next) || fmt::format("{}", fmt::join(cells, ",")) != kHeading) {
    throw InputError(fmt::format("{}: is no decision log: its first line must be {}", path, kHeading));
  }
  std::vector<Decision> decisions;
  while (!text.empty()) {
    line = next + 1;
    const auto fail = [&](std::string_view what) { throw InputError(fmt::format("{}:{}: {}", path, line, what)); };
    if (!next_record(text, cells, next)) fail("the last line is cut off");
    if (cells.size() != kColumns) fail(fmt::format("has {} cells in place of {}", cells.size(), kColumns));
    Decision decision{.line = line, .job_id = cells[3], .pool = cells[4], .detail = cells[6], .nodes = {}};
    if (!parse_seconds(cells[0], decision.at)) fail(fmt::format("time_s {} is no time in seconds", cells[0]));
    if (!decisions.empty() && decision.at < decisions.back().at) fail("is earlier than the line before");
    const auto* kind = std::find_if(std::begin(kKinds), std::end(kKinds), [&](DecisionKind k) { return cells[1] == name_of(k); });
    if (kind == std::end(kKinds)) fail(fmt::format("action {} is none of place, start, preempt, resize, reject, note", cells[1]));
    decision.kind = *kind;
    std::int64_t job = -1;
    if (decision.kind != DecisionKind::place && decision.kind != DecisionKind::note) {
      if (!whole_number(cells[2], job) || job < 0 || job > INT32_MAX) fail(fmt::format("job {} is no number of a job", cells[2]));
      decision.job = static_cast<JobId>(job);
    } else if (decision.kind == DecisionKind::note && whole_number(cells[2], job) && job >= 0 && job <= INT32_MAX) {
      decision.job = static_cast<JobId>(job);  // most are about one
    }
    const bool placed = decision.kind == DecisionKind::start || decision.kind == DecisionKind::resize;
    if (placed && !parse_nodes(cells[5], decision.nodes)) fail(fmt::format("nodes {} are no list such as 0-7 9", cells[5]));
    if (decision.kind == DecisionKind::preempt && decision.detail != "last" && decision.detail != "on_demand") {
      fail(fmt::format("detail {} of a preemption must be last or on_demand", decision.detail));
    }
    decisions.push_back(std::move(decision));
  }
  return decisions;
}

}  // namespace aifactory
