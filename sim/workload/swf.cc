#include "sim/workload/swf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "models/error.h"
#include "sim/workload/text_file.h"

namespace aifactory {
namespace {

constexpr int kFields = 18;

constexpr const char* kFormat = "a Standard Workload Format log";

/// `; Key: value`.  Only the first field of a name counts: logs quote header lines in their later notes.
void read_header_line(std::string_view line, SwfHeader& header) {
  line.remove_prefix(1);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view key = trimmed(line.substr(0, colon)), value = trimmed(line.substr(colon + 1));
  const auto number = [&](std::optional<std::int64_t>& field) {
    std::int64_t parsed = 0;  // "128 (two partitions)" is 128
    if (field || std::from_chars(value.data(), value.data() + value.size(), parsed).ec != std::errc{}) return;
    field = parsed;
  };
  const auto text = [&](std::string& field) {
    if (field.empty()) field = value;
  };
  if (key == "MaxProcs") number(header.max_procs);
  if (key == "MaxNodes") number(header.max_nodes);
  if (key == "MaxJobs") number(header.max_jobs);
  if (key == "UnixStartTime") number(header.unix_start_time);
  if (key == "Computer") text(header.computer);
  if (key == "Installation") text(header.installation);
  if (key == "TimeZoneString") text(header.time_zone);
}

/// Fields of a row.  Returns the problem, or an empty text.
std::string read_row(std::string_view line, std::array<double, kFields>& values, bool& more) {
  int count = 0;
  more = false;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t first = line.find_first_not_of(" \t", at);
    if (first == std::string_view::npos) break;
    const std::size_t last = std::min(line.find_first_of(" \t", first), line.size());
    at = last;
    if (count == kFields) {
      more = true;
      break;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(line.data() + first, line.data() + last, value);
    if (error != std::errc{} || end != line.data() + last || !std::isfinite(value)) return "a field is not a number";
    values[static_cast<std::size_t>(count++)] = value;
  }
  return count < kFields ? "fewer than 18 fields" : "";
}

/// Counts beyond what fits are left at the limit; no count of a log is near it.
std::int64_t whole(double value) {
  constexpr double kLimit = 9e18;
  return static_cast<std::int64_t>(std::clamp(value, -kLimit, kLimit));
}

SwfRecord record_of(const std::array<double, kFields>& v, std::int64_t line) {
  SwfRecord r;
  r.line = line;
  r.job_number = whole(v[0]);
  r.submit = v[1] * s;
  r.wait = v[2] * s;
  r.run_time = v[3] * s;
  r.allocated_processors = whole(v[4]);
  r.average_cpu_time = v[5] * s;
  r.used_memory_kb = v[6];
  r.requested_processors = whole(v[7]);
  r.requested_time = v[8] * s;
  r.requested_memory_kb = v[9];
  r.status = whole(v[10]);
  r.user = whole(v[11]);
  r.group = whole(v[12]);
  r.executable = whole(v[13]);
  r.queue = whole(v[14]);
  r.partition = whole(v[15]);
  r.preceding_job = whole(v[16]);
  r.think_time = v[17] * s;
  return r;
}

}  // namespace

void count_row(std::vector<SourceReport::Drop>& list, const std::string& reason, const std::string& where) {
  const auto known = std::find_if(list.begin(), list.end(), [&](const auto& drop) { return drop.reason == reason; });
  if (known != list.end()) {
    ++known->count;
  } else {
    list.push_back({reason, 1, where});
  }
}

std::int64_t SwfHeader::machine_nodes(const std::string& path) const {
  constexpr std::int64_t kMost = 100'000'000;
  for (const auto& [name, value] : {std::pair{"MaxProcs", max_procs}, std::pair{"MaxNodes", max_nodes}}) {
    if (!value || *value <= 0) continue;
    if (*value > kMost) {
      throw InputError(fmt::format("{}: {} = {} must be in 1..{}", path, name, *value, kMost));
    }
    return *value;
  }
  throw InputError(fmt::format("{}: the header has neither MaxProcs nor MaxNodes; give workload.processors", path));
}

std::int64_t for_each_swf_row(const std::string& path, const std::function<void(const SwfRecord&, bool more)>& row,
                              const std::function<void(const SwfProblem&)>& no_row, SwfHeader* header) {
  LineReader lines(path, kFormat);
  std::array<double, kFields> values{};
  for (std::string_view line; lines.next(line);) {
    if (line.empty()) continue;
    if (line.front() == ';') {
      if (header) read_header_line(line, *header);
      continue;
    }
    bool more = false;
    const std::string problem = read_row(line, values, more);
    if (problem.empty()) {
      row(record_of(values, lines.number()), more);
    } else {
      no_row({lines.number(), problem, line.substr(0, 60)});
    }
  }
  return lines.number();
}

SwfLog read_swf(const std::string& path) {
  SwfLog log;
  std::string first_problem;
  std::int64_t bad = 0;
  const std::int64_t last = for_each_swf_row(
      path,
      [&](const SwfRecord& record, bool more) {
        ++log.report.rows;
        if (more) {
          count_row(log.report.changes, "fields beyond the 18th ignored", fmt::format("{}:{}", path, record.line));
        }
        log.records.push_back(record);
      },
      [&](const SwfProblem& problem) {
        ++log.report.rows;
        if (bad++ == 0) {
          first_problem = fmt::format("{}:{}: not {}: {} in \"{}\"", path, problem.line, kFormat, problem.what,
                                      problem.text);
        }
        count_row(log.report.drops, problem.what, fmt::format("{}:{}: {}", path, problem.line, problem.text));
      },
      &log.header);
  if (log.report.rows == 0) throw InputError(fmt::format("{}:{}: holds no job", path, last));
  if (2 * bad > log.report.rows) throw InputError(first_problem);
  return log;
}

SwfHeader read_swf_header(const std::string& path) {
  LineReader lines(path, kFormat);
  SwfHeader header;
  for (std::string_view line; lines.next(line);) {
    if (line.empty()) continue;
    if (line.front() != ';') break;
    read_header_line(line, header);
  }
  return header;
}

JobRow job_row_of(const SwfRecord& record) {
  JobRow row;
  row.place = record.line;
  row.id = fmt::format("{}", record.job_number);
  row.submit = record.submit;
  row.duration = record.run_time;
  row.processors = true;
  row.nodes = static_cast<double>(record.requested_processors > 0 ? record.requested_processors : record.allocated_processors);
  row.walltime = record.requested_time;
  if (record.user >= 0) row.tenant = fmt::format("user_{}", record.user);
  row.kind = "log";
  row.status = record.status;
  return row;
}

}  // namespace aifactory
