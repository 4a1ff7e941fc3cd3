#include "sim/study/study_axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/suggest.h"

namespace aifactory {
namespace {

constexpr std::int64_t kMostSteps = 100'000;

Doc scalar_at(const Place& place, std::string text) {
  Doc doc = Doc::at(place, Doc::Kind::scalar);
  doc.scalar = std::move(text);
  return doc;
}

/// One line for any value: `easy_backfill`, `[1, 2]`, `{plant: dry}`.
std::string label_of(const Doc& doc) {
  if (doc.kind == Doc::Kind::null) return "~";
  if (doc.kind == Doc::Kind::scalar) return doc.scalar;
  std::string text;
  for (const Doc& item : doc.items) text += (text.empty() ? "" : ", ") + label_of(item);
  for (const Doc::Entry& entry : doc.entries) text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", entry.key, label_of(entry.value));
  return doc.kind == Doc::Kind::list ? "[" + text + "]" : "{" + text + "}";
}

/// from/to or low/high: two numbers of one unit, the first the smaller.
bool read_ends(KeyReader& keys, const char* first, const char* second, StudyAxis& axis) {
  const std::optional<std::string> low_text = keys.text(first), high_text = keys.text(second);
  for (const auto& [key, text] : {std::pair{first, &low_text}, {second, &high_text}}) {
    if (!*text) keys.error(key, "is missing; it must be a number, with its unit where the path wants one");
  }
  if (!low_text || !high_text) return false;
  const auto low = split_number(*low_text), high = split_number(*high_text);
  if (!low) keys.error(first, fmt::format("\"{}\" must be a number, with its unit where the path wants one", *low_text));
  if (!high) keys.error(second, fmt::format("\"{}\" must be a number, with its unit where the path wants one", *high_text));
  if (!low || !high) return false;
  if (low->unit != high->unit) {
    keys.error(second, fmt::format("{} must be in the unit of {}, {}", *high_text, first, low->unit.empty() ? "none" : low->unit));
    return false;
  }
  axis.low = low->number;
  axis.high = high->number;
  axis.unit = low->unit;
  return true;
}

void read_levels(const Doc& values, StudyAxis& axis, const std::string& where, Report& report) {
  if (values.kind != Doc::Kind::list) {
    report.error(values.place, where, fmt::format("{} must be a list of values", values.describe()));
    return;
  }
  if (values.items.empty()) report.error(values.place, where, "must not be empty: give at least one value");
  for (const Doc& value : values.items) {
    const std::string label = label_of(value);
    const bool again = std::any_of(axis.levels.begin(), axis.levels.end(), [&](const AxisLevel& level) { return level.label == label; });
    if (again) report.error(value.place, where, fmt::format("{} is given twice", label));
    axis.levels.push_back({label, {{axis.path, value}}});
  }
}

void read_cases(const Doc& cases, StudyAxis& axis, const std::string& where, Report& report) {
  if (cases.kind != Doc::Kind::map || cases.entries.empty()) {
    report.error(cases.place, where, fmt::format("{} must be a mapping of names to {{path: value, ...}}", cases.describe()));
    return;
  }
  for (const Doc::Entry& entry : cases.entries) {
    axis.levels.push_back({entry.key, read_settings(entry.value, where + "." + entry.key, report)});
  }
}

}  // namespace

std::optional<NumberWithUnit> split_number(std::string_view text) {
  NumberWithUnit out;
  const auto [stop, status] = std::from_chars(text.data(), text.data() + text.size(), out.number);
  if (status != std::errc() || !std::isfinite(out.number)) return std::nullopt;
  std::string_view rest = text.substr(static_cast<std::size_t>(stop - text.data()));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  // 3N/2 and 2026-05-04 are names and dates, not numbers with a unit.
  if (!rest.empty() && rest.size() == text.size() - static_cast<std::size_t>(stop - text.data()) && rest[0] != '%') {
    if (!std::all_of(rest.begin(), rest.end(), [](char c) { return std::isalpha(static_cast<unsigned char>(c)); })) return std::nullopt;
  }
  out.unit = rest;
  return out;
}

AxisLevel StudyAxis::at(double share, int digits) const {
  double value = log_scale ? low * std::pow(high / low, share) : low + (high - low) * share;
  if (whole) value = std::min(high, std::floor(log_scale ? low * std::pow((high + 1.0) / low, share) : low + (high - low + 1.0) * share));
  std::string text = whole ? fmt::format("{:.0f}", value) : fmt::format("{:.{}g}", value, digits);
  if (!unit.empty()) text += " " + unit;
  return {text, {{path, scalar_at(place, text)}}};
}

Settings read_settings(const Doc& doc, const std::string& path, Report& report) {
  Settings settings;
  if (doc.kind != Doc::Kind::map) {
    report.error(doc.place, path, fmt::format("{} must be a mapping of paths to values", doc.describe()));
    return settings;
  }
  for (const Doc::Entry& entry : doc.entries) settings.emplace_back(entry.key, entry.value);
  return settings;
}

StudyAxis read_axis(const std::string& name, const Doc& doc, const Place& place, Report& report) {
  StudyAxis axis;
  axis.name = name;
  axis.place = doc.kind == Doc::Kind::null ? place : doc.place;
  const std::string where = "axes." + name;
  if (doc.kind == Doc::Kind::list) {
    axis.path = name;
    read_levels(doc, axis, where, report);
    return axis;
  }
  if (doc.kind != Doc::Kind::map) {
    report.error(axis.place, where, fmt::format("{} must be a list of values, or a mapping with values, from and to, low and high, or cases",
                                                doc.describe()));
    return axis;
  }
  KeyReader keys(doc, where, report);
  const Doc* cases = keys.take("cases");
  axis.path = keys.text("path").value_or(cases ? "" : name);
  const Doc* values = keys.take("values");
  const bool range = doc.find("from") || doc.find("to") || doc.find("steps"), sampled = doc.find("low") || doc.find("high");
  if (static_cast<int>(cases != nullptr) + static_cast<int>(values != nullptr) + static_cast<int>(range) + static_cast<int>(sampled) != 1) {
    report.error(axis.place, where, "give one of values, cases, from with to and steps, low with high");
    return axis;
  }
  if (cases && !axis.path.empty()) keys.error("path", "the cases name the paths that they set");
  if (values) read_levels(*values, axis, where + ".values", report);
  if (cases) read_cases(*cases, axis, where + ".cases", report);
  if (range || sampled) {
    const bool good = range ? read_ends(keys, "from", "to", axis) : read_ends(keys, "low", "high", axis);
    axis.log_scale = keys.word("scale", {"linear", "log"}).value_or(0) == 1;
    const auto steps = range ? keys.whole("steps", 2, static_cast<double>(kMostSteps)) : std::nullopt;
    if (range && !doc.find("steps")) keys.error("steps", "is missing; it must be a whole number in 2..100000");
    if (sampled) axis.whole = keys.truth("whole").value_or(false);
    if (good && axis.log_scale && !(axis.low > 0.0 && axis.high > 0.0)) {
      keys.error("scale", "a log scale needs both ends above 0");
    } else if (good && range && axis.low == axis.high) {
      keys.error("to", "must be another value than from; for one value give a list");
    } else if (good && sampled && !(axis.low < axis.high)) {
      keys.error("high", "must be above low");
    } else if (good && axis.whole && (axis.low != std::floor(axis.low) || axis.high != std::floor(axis.high))) {
      keys.error("whole", "both ends must be whole numbers");
    } else if (good && steps) {
      const auto count = static_cast<std::int64_t>(*steps);
      for (std::int64_t i = 0; i < count; ++i) axis.levels.push_back(axis.at(static_cast<double>(i) / static_cast<double>(count - 1), 10));
    }
  }
  keys.refuse_others();
  return axis;
}

const Doc* KeyReader::take(const char* key) {
  known_.emplace_back(key);
  const Doc* doc = map_.find(key);
  return doc && doc->kind != Doc::Kind::null ? doc : nullptr;
}

std::optional<std::string> KeyReader::text(const char* key) {
  const Doc* doc = take(key);
  if (!doc) return std::nullopt;
  if (doc->kind == Doc::Kind::scalar) return doc->scalar;
  error(key, fmt::format("is {}; it must be one value", doc->describe()));
  return std::nullopt;
}

std::optional<double> KeyReader::whole(const char* key, double low, double high) {
  const std::optional<std::string> given = text(key);
  if (!given) return std::nullopt;
  const auto number = split_number(*given);
  if (number && number->unit.empty() && number->number == std::floor(number->number) && number->number >= low && number->number <= high) {
    return number->number;
  }
  error(key, fmt::format("{} must be a whole number in {:.0f}..{:.0f}", *given, low, high));
  return std::nullopt;
}

std::optional<bool> KeyReader::truth(const char* key) {
  const auto index = word(key, {"false", "true"});
  return index ? std::optional<bool>(*index == 1) : std::nullopt;
}

std::optional<std::size_t> KeyReader::word(const char* key, const std::vector<std::string>& names) {
  const std::optional<std::string> given = text(key);
  if (!given) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), *given);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  error(key, fmt::format("\"{}\" must be {}{}", *given, join_or(names), did_you_mean(*given, names)));
  return std::nullopt;
}

void KeyReader::error(const std::string& key, const std::string& message) const {
  const Doc* doc = map_.find(key);
  report_.error(doc && doc->kind != Doc::Kind::null ? doc->place : map_.place, below(key), message);
}

void KeyReader::refuse_others() const {
  for (const Doc::Entry& entry : map_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    std::string allowed;
    for (const std::string& key : known_) allowed += (allowed.empty() ? "" : ", ") + key;
    report_.error(entry.place, below(entry.key), fmt::format("unknown key{}; allowed are {}", did_you_mean(entry.key, known_), allowed));
  }
}

}  // namespace aifactory
