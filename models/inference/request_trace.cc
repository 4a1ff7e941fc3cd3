#include "models/inference/request_trace.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "models/calendar.h"

namespace aifactory {
namespace {

/// Reads digits and separators from the left.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : left_(text) {}
  std::optional<std::int64_t> number() {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), value);
    if (error != std::errc() || end == left_.data() || left_.front() == '-') return std::nullopt;
    read_ = static_cast<std::size_t>(end - left_.data());
    left_.remove_prefix(read_);
    return value;
  }
  bool mark(char c) {
    if (left_.empty() || left_.front() != c) return false;
    left_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] std::size_t digits() const { return read_; }  ///< of the number read last
  [[nodiscard]] bool empty() const { return left_.empty(); }

 private:
  std::string_view left_;
  std::size_t read_ = 0;
};

struct Row {
  std::int64_t second;  ///< since 1970
  std::int64_t nano;    ///< of it
  std::int64_t input, output;
};

std::optional<Row> row_of(std::string_view line) {
  Cursor c(line);
  const auto year = c.number();
  if (!year || !c.mark('-')) return std::nullopt;
  const auto month = c.number();
  if (!month || !c.mark('-')) return std::nullopt;
  const auto day = c.number();
  if (!day || !(c.mark(' ') || c.mark('T'))) return std::nullopt;
  const auto hour = c.number();
  if (!hour || !c.mark(':')) return std::nullopt;
  const auto minute_ = c.number();
  if (!minute_ || !c.mark(':')) return std::nullopt;
  const auto second = c.number();
  if (!second) return std::nullopt;
  std::int64_t nano = 0;
  if (c.mark('.')) {
    const auto fraction = c.number();
    if (!fraction || c.digits() > 9) return std::nullopt;
    nano = *fraction;
    for (std::size_t i = c.digits(); i < 9; ++i) nano *= 10;
  }
  if (!c.mark(',')) return std::nullopt;
  const auto input = c.number();
  if (!input || !c.mark(',')) return std::nullopt;
  const auto output = c.number();
  if (!output || !c.empty()) return std::nullopt;
  const bool in_range = *year <= 9999 && *month <= 12 && *day <= 31 && *hour <= 23 && *minute_ <= 59 && *second <= 60;
  if (!in_range) return std::nullopt;
  const auto y = static_cast<int>(*year), mon = static_cast<int>(*month), d = static_cast<int>(*day);
  if (!date_exists(y, mon, d)) return std::nullopt;
  return Row{calendar_seconds(y, mon, d) + (*hour * 60 + *minute_) * 60 + *second, nano, *input, *output};
}

}  // namespace

std::vector<Request> parse_azure_requests(std::string_view text) {
  std::vector<Row> rows;
  std::int64_t number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    ++number;
    if (number == 1) {
      if (line != "TIMESTAMP,ContextTokens,GeneratedTokens") {
        throw InputError(fmt::format("line 1: \"{}\" must be TIMESTAMP,ContextTokens,GeneratedTokens", line));
      }
      continue;
    }
    if (line.empty()) continue;
    const auto row = row_of(line);
    if (!row) {
      throw InputError(
          fmt::format("line {}: \"{}\" must be a row such as 2023-11-16 18:15:46.6805900,374,44", number, line));
    }
    if (row->input < 1 || row->output < 1) {
      throw InputError(fmt::format("line {}: a request has at least one token in and one out", number));
    }
    rows.push_back(*row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.second != b.second ? a.second < b.second : a.nano < b.nano;
  });
  std::vector<Request> out;
  out.reserve(rows.size());
  for (const Row& row : rows) {
    const double arrival_s = static_cast<double>(row.second - rows.front().second) +
                             static_cast<double>(row.nano - rows.front().nano) * 1e-9;
    out.push_back({Duration(arrival_s), row.input, row.output, 0});
  }
  return out;
}

}  // namespace aifactory
