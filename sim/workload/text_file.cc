#include "sim/workload/text_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>

#include "models/error.h"
#include "models/units.h"

namespace aifactory {
namespace {

gzFile open(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");  // passes plain files through
  if (!file) throw InputError(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
  gzbuffer(file, 1 << 17);
  return file;
}

/// Why the last read brought nothing; empty: the end of the file.
std::string failure_of(gzFile file) {
  int code = Z_OK;
  const char* message = gzerror(file, &code);
  if (code == Z_OK || code == Z_STREAM_END) return "";
  return code == Z_ERRNO ? std::strerror(errno) : message;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// A whole number of exactly `count` digits at `at`, -1 if there is none.
int digits_at(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

LineReader::LineReader(const std::string& path, std::string format)
    : path_(path), format_(std::move(format)), file_(open(path)) {}

LineReader::~LineReader() { gzclose(file_); }

bool LineReader::next(std::string_view& line) {
  if (gzgets(file_, buffer_.data(), static_cast<int>(buffer_.size())) == nullptr) {
    if (const std::string why = failure_of(file_); !why.empty()) {
      throw InputError(fmt::format("{}:{}: cannot be read further: {}", path_, number_, why));
    }
    return false;
  }
  ++number_;
  line = buffer_.data();
  if (line.size() + 1 == buffer_.size() && line.back() != '\n') {
    throw InputError(
        fmt::format("{}:{}: not {}: a line of more than {} characters", path_, number_, format_, line.size()));
  }
  // gzgets stops at the end of a line, and only a zero byte can make the text end before that.
  if (line.empty() || (line.back() != '\n' && !gzeof(file_))) {
    throw InputError(fmt::format("{}:{}: not {}: it holds binary data", path_, number_, format_));
  }
  if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
  return true;
}

TextStream::TextStream(const std::string& path) : path_(path), buffer_(open(path)), stream_(&buffer_) {}

TextStream::~TextStream() { gzclose(buffer_.file_); }

void TextStream::check() const {
  if (const std::string why = failure_of(buffer_.file_); !why.empty()) {
    throw InputError(fmt::format("{}: cannot be read further: {}", path_, why));
  }
}

TextStream::Buffer::int_type TextStream::Buffer::underflow() {
  const int read = gzread(file_, bytes_.data(), static_cast<unsigned>(bytes_.size()));
  if (read <= 0) return traits_type::eof();
  setg(bytes_.data(), bytes_.data(), bytes_.data() + read);
  return traits_type::to_int_type(*gptr());
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

double number_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value) ? value : kUnset;
}

double civil_seconds_in(std::string_view text) {
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || (text[10] != ' ' && text[10] != 'T') || text[13] != ':' ||
      text[16] != ':') {
    return kUnset;
  }
  const int year_ = digits_at(text, 0, 4), month = digits_at(text, 5, 2), day_ = digits_at(text, 8, 2);
  const int hour = digits_at(text, 11, 2), minute_ = digits_at(text, 14, 2), second = digits_at(text, 17, 2);
  if (year_ < 0 || month < 0 || day_ < 0 || hour < 0 || hour > 23 || minute_ < 0 || minute_ > 59 || second < 0 ||
      second > 59) {
    return kUnset;
  }
  const std::chrono::year_month_day date{std::chrono::year(year_), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day_))};
  if (!date.ok()) return kUnset;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  double seconds = 86400.0 * static_cast<double>(days) + hour * 3600.0 + minute_ * 60.0 + second;
  text.remove_prefix(19);
  if (text.starts_with('.')) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    const double fraction = number_in(text.substr(0, end));
    if (std::isnan(fraction)) return kUnset;
    seconds += fraction;
    text.remove_prefix(end);
  }
  if (text.empty() || text == "Z") return seconds;
  const int sign = text[0] == '+' ? 1 : text[0] == '-' ? -1 : 0;
  const std::size_t minutes_at = text.size() == 6 && text[3] == ':' ? 4 : 3;
  const int zone_h = digits_at(text, 1, 2), zone_min = digits_at(text, minutes_at, 2);
  if (sign == 0 || zone_h < 0 || zone_min < 0 || text.size() != minutes_at + 2) return kUnset;
  return seconds - sign * (zone_h * 3600.0 + zone_min * 60.0);
}

}  // namespace aifactory
