#include "sim/scenario/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "models/error.h"

namespace aifactory {

std::string Place::text() const {
  if (!source) return "";
  if (line <= 0 || !source->set_path.empty()) return source->name;
  return fmt::format("{}:{}:{}", source->name, line, column);
}

void Report::error(const Place& place, std::string_view path, std::string_view message) {
  std::string text = place.text();
  if (!text.empty()) text += ": ";
  // "--set a.b: a.b: ..." would say it twice.
  const bool said = place.source && !place.source->set_path.empty() && place.source->set_path == path;
  if (!path.empty() && !said) text += fmt::format("{}: ", path);
  errors_.push_back({place, text.append(message)});
}

std::vector<std::string> Report::lines() const {
  std::vector<const Error*> sorted;
  for (const Error& error : errors_) sorted.push_back(&error);
  const auto key = [](const Error* e) {
    static const std::string kNoName;
    return std::tuple(e->place.source ? e->place.source->order : -1,
                      std::string_view(e->place.source ? e->place.source->name : kNoName), e->place.line,
                      e->place.column);
  };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Error* a, const Error* b) { return key(a) < key(b); });
  std::vector<std::string> texts;
  for (const Error* error : sorted) {
    // An alias or a catalogue entry used ten times has its error ten times, at one place.
    if (std::find(texts.begin(), texts.end(), error->text) == texts.end()) texts.push_back(error->text);
  }
  return texts;
}

void Report::throw_if_any() const {
  if (!ok()) throw InputError(fmt::format("{}", fmt::join(lines(), "\n")));
}

}  // namespace aifactory
