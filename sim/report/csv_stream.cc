#include "sim/report/csv_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/error.h"
#include "models/units.h"

namespace aifactory {
namespace {

constexpr std::size_t kBlock = 1 << 20;

}  // namespace

CsvStream::CsvStream(const std::string& path) : path_(path), file_(path, std::ios::binary) {
  if (!file_) throw InputError(fmt::format("{}: cannot be read", path));
  std::string_view text;
  if (!record(text)) throw InputError(fmt::format("{}: is empty; a table begins with a line of column names", path));
  split(text);
  for (const std::string_view name : cells_) header_.emplace_back(name);
}

std::optional<std::size_t> CsvStream::find(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

std::size_t CsvStream::column(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  throw InputError(fmt::format("{}: has no column {}; it has {}", path_, name, fmt::join(header_, ", ")));
}

bool CsvStream::record(std::string_view& text) {
  std::size_t from = begin_, quotes = 0;
  while (true) {
    const std::size_t end = buffer_.find('\n', from);
    if (end != std::string::npos) {
      quotes += static_cast<std::size_t>(std::count(buffer_.begin() + static_cast<std::ptrdiff_t>(from),
                                                    buffer_.begin() + static_cast<std::ptrdiff_t>(end), '"'));
      from = end + 1;
      ++line_;
      if (quotes % 2 == 1) continue;  // a line break within a quoted cell
      text = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = end + 1;
      break;
    }
    // The record goes on beyond what has been read.
    from -= begin_;
    buffer_.erase(0, begin_);
    begin_ = 0;
    const std::size_t had = buffer_.size();
    buffer_.resize(had + kBlock);
    file_.read(buffer_.data() + had, kBlock);
    buffer_.resize(had + static_cast<std::size_t>(file_.gcount()));
    if (buffer_.size() > had) continue;
    if (buffer_.empty()) return false;
    ++line_;
    text = buffer_;
    begin_ = buffer_.size();
    break;
  }
  if (text.ends_with('\r')) text.remove_suffix(1);
  return true;
}

void CsvStream::split(std::string_view text) {
  cells_.clear();
  quoted_ = 0;
  // Cells are views: those of quoted cells into strings that must not move while others are added.
  const std::size_t most = static_cast<std::size_t>(std::count(text.begin(), text.end(), '"')) / 2;
  if (unquoted_.size() < most) unquoted_.resize(most);
  std::size_t at = 0;
  while (true) {
    if (at < text.size() && text[at] == '"') {
      std::string& cell = unquoted_[quoted_++];
      cell.clear();
      for (++at; at < text.size(); ++at) {
        if (text[at] != '"') {
          cell += text[at];
        } else if (at + 1 < text.size() && text[at + 1] == '"') {
          cell += '"';
          ++at;
        } else {
          break;
        }
      }
      cells_.push_back(cell);
      at = text.find(',', at);
    } else {
      const std::size_t end = std::min(text.find(',', at), text.size());
      cells_.push_back(text.substr(at, end - at));
      at = end < text.size() ? end : std::string_view::npos;
    }
    if (at == std::string_view::npos) return;
    ++at;
  }
}

bool CsvStream::next() {
  std::string_view text;
  if (!record(text)) return false;
  split(text);
  if (cells_.size() != header_.size()) {
    throw InputError(fmt::format("{}:{}: has {} cells, the header has {}: the file is damaged or was cut short", path_,
                                 line_, cells_.size(), header_.size()));
  }
  return true;
}

double CsvStream::number(std::size_t column) const {
  const std::string_view cell = cells_[column];
  if (cell.empty()) return kUnset;
  double value = 0.0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size()) {
    throw InputError(fmt::format("{}:{}: {} \"{}\" is no number", path_, line_, header_[column], cell));
  }
  return value;
}

double CsvStream::number(std::optional<std::size_t> column) const {
  return column ? number(*column) : kUnset;
}

std::size_t count_lines(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string block(kBlock, '\0');
  std::size_t lines = 0;
  while (file.read(block.data(), kBlock), file.gcount() > 0) {
    lines += static_cast<std::size_t>(std::count(block.begin(), block.begin() + file.gcount(), '\n'));
  }
  return lines;
}

}  // namespace aifactory
