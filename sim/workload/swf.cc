#include "sim/workload/swf.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>
#include <string_view>

#include "models/error.h"

namespace aifactory {
namespace {

constexpr int kFields = 18;

/// Lines of a plain or compressed file.  zlib passes plain files through.
class LineReader {
 public:
  explicit LineReader(const std::string& path) : path_(path), file_(gzopen(path.c_str(), "rb")) {
    if (!file_) throw InputError(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
    gzbuffer(file_.get(), 1 << 17);
  }
  /// The next line without its end; false at the end of the file.
  bool next(std::string_view& line) {
    if (gzgets(file_.get(), buffer_.data(), static_cast<int>(buffer_.size())) == nullptr) {
      int code = Z_OK;
      const char* message = gzerror(file_.get(), &code);
      if (code != Z_OK && code != Z_STREAM_END) {
        throw InputError(fmt::format("{}:{}: cannot be read further: {}", path_, number_,
                                     code == Z_ERRNO ? std::strerror(errno) : message));
      }
      return false;
    }
    ++number_;
    line = buffer_.data();
    if (line.size() + 1 == buffer_.size() && line.back() != '\n') {
      throw InputError(fmt::format("{}:{}: not a Standard Workload Format log: a line of more than {} characters",
                                   path_, number_, line.size()));
    }
    // gzgets stops at the end of a line, and only a zero byte can make the text end before that.
    if (line.empty() || (line.back() != '\n' && !gzeof(file_.get()))) {
      throw InputError(fmt::format("{}:{}: not a Standard Workload Format log: it holds binary data", path_, number_));
    }
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) {
      line.remove_suffix(1);
    }
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    return true;
  }
  [[nodiscard]] std::int64_t number() const { return number_; }

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };
  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::array<char, 65536> buffer_{};
  std::int64_t number_ = 0;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

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

SwfLog read_swf(const std::string& path) {
  LineReader lines(path);
  SwfLog log;
  std::array<double, kFields> values{};
  std::string first_problem;
  std::int64_t bad = 0;
  for (std::string_view line; lines.next(line);) {
    if (line.empty()) continue;
    if (line.front() == ';') {
      read_header_line(line, log.header);
      continue;
    }
    ++log.report.rows;
    bool more = false;
    const std::string problem = read_row(line, values, more);
    if (!problem.empty()) {
      const std::string where = fmt::format("{}:{}: {}", path, lines.number(), line.substr(0, 60));
      if (bad++ == 0)
        first_problem = fmt::format("{}:{}: not a Standard Workload Format log: {} in \"{}\"", path, lines.number(),
                                    problem, line.substr(0, 60));
      count_row(log.report.drops, problem, where);
      continue;
    }
    if (more)
      count_row(log.report.changes, "fields beyond the 18th ignored", fmt::format("{}:{}", path, lines.number()));
    log.records.push_back(record_of(values, lines.number()));
  }
  if (log.report.rows == 0) throw InputError(fmt::format("{}:{}: holds no job", path, lines.number()));
  if (2 * bad > log.report.rows) throw InputError(first_problem);
  return log;
}

SwfHeader read_swf_header(const std::string& path) {
  LineReader lines(path);
  SwfHeader header;
  for (std::string_view line; lines.next(line);) {
    if (line.empty()) continue;
    if (line.front() != ';') break;
    read_header_line(line, header);
  }
  return header;
}

}  // namespace aifactory
