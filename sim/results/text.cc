#include "sim/results/text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <iterator>

namespace aifactory {

void append_number(std::string& line, double value) {
  if (!std::isfinite(value)) return;
  fmt::format_to(std::back_inserter(line), "{}", value + 0.0);  // -0 + 0 is 0
}

void append_seconds(std::string& line, Tick t) {
  if (t == kNever) return;
  // The shortest text of the double t / 1e6 is that of the decimal itself while it has up to 15 digits; below 1e-4 s the
  // former has an exponent.
  if (t < 100 || t >= 1'000'000'000'000'000) return append_number(line, to_seconds(t));
  char text[24];
  char* end = std::to_chars(text, text + sizeof text, t / 1'000'000).ptr;
  if (Tick part = t % 1'000'000; part > 0) {
    *end = '.';
    for (int digit = 6; digit > 0; --digit, part /= 10) end[digit] = static_cast<char>('0' + part % 10);
    end += 7;
    while (end[-1] == '0') --end;
  }
  line.append(text, end);
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
