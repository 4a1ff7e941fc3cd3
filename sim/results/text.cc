#include "sim/results/text.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace aifactory {

void append_number(std::string& line, double value) {
  if (!std::isfinite(value)) return;
  fmt::format_to(std::back_inserter(line), "{}", value + 0.0);  // -0 + 0 is 0
}

void append_seconds(std::string& line, Tick t) {
  if (t == kNever) return;
  append_number(line, to_seconds(t));
}

void append_cell(std::string& line, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace aifactory
