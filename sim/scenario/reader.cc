#include "sim/scenario/reader.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>

#include "models/suggest.h"

namespace aifactory {
namespace {
namespace fs = std::filesystem;
constexpr std::size_t kShortList = 12;  // keys that still read well in one line

std::string comma_list(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// All of `text` as a whole number of `digits` digits.
std::optional<int> digits(std::string_view text, std::size_t count) {
  int value = 0;
  if (text.size() != count || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::from_chars(text.data(), text.data() + count, value);
  return value;
}

bool has_key_at(const Doc& user, std::string_view path) {
  const Doc* node = &user;
  while (!path.empty()) {
    if (node->kind != Doc::Kind::map) return true;  // a list or scalar above it was replaced whole
    const std::size_t end = std::min(path.find('.'), path.find('['));
    node = node->find(path.substr(0, end));
    if (!node) return false;
    if (end == std::string_view::npos) return true;
    path.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace

std::optional<Timestamp> parse_timestamp(const std::string& given) {
  std::string_view text = given;
  Timestamp time;
  if (text.ends_with('Z')) {
    time.utc = true;
    text.remove_suffix(1);
  }
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto y = digits(text.substr(0, 4), 4), mo = digits(text.substr(5, 2), 2), d = digits(text.substr(8, 2), 2);
  if (!y || !mo || !d) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*y), std::chrono::month(static_cast<unsigned>(*mo)),
                                         std::chrono::day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  std::int64_t seconds = std::int64_t{86400} * std::chrono::sys_days(date).time_since_epoch().count();
  text.remove_prefix(10);
  if (text.empty()) {
    if (time.utc) return std::nullopt;  // a date has no zone
  } else {
    const bool with_seconds = text.size() == 9;
    if ((text.size() != 6 && !with_seconds) || (text[0] != 'T' && text[0] != ' ') || text[3] != ':' ||
        (with_seconds && text[6] != ':'))
      return std::nullopt;
    const auto hour = digits(text.substr(1, 2), 2), minute_ = digits(text.substr(4, 2), 2);
    const auto second = with_seconds ? digits(text.substr(7, 2), 2) : std::optional<int>(0);
    if (!hour || !minute_ || !second || *hour > 23 || *minute_ > 59 || *second > 59) return std::nullopt;
    seconds += *hour * 3600 + *minute_ * 60 + *second;
  }
  time.seconds = seconds;
  return time;
}

std::string to_text(const Timestamp& time) {
  const auto point = std::chrono::sys_seconds(std::chrono::seconds(time.seconds));
  const auto midnight = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date(midnight);
  const auto of_day = (point - midnight).count();
  std::string text = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  if (of_day != 0 || time.utc) text += fmt::format("T{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60);
  if (time.utc) text += "Z";
  return text;
}

void StructReport::error(const std::string& key, const std::string& message) {
  // The place of the deepest part of the key that was written.
  const Doc* node = slot_.doc;
  Place place = slot_.place;
  std::string_view rest = key;
  while (node && !rest.empty()) {
    const std::size_t end = rest.find_first_of(".[");
    std::string_view segment = rest.substr(0, end);
    if (segment.ends_with(']')) segment.remove_suffix(1);
    if (node->kind == Doc::Kind::list) {
      std::size_t index = 0;
      const auto [stop, status] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
      node = status == std::errc() && index < node->items.size() ? &node->items[index] : nullptr;
    } else {
      node = node->find(segment);
    }
    if (node) place = node->place;
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  std::string path = slot_.path;
  if (!key.empty()) path += (path.empty() || key.front() == '[' ? "" : ".") + key;
  report_.error(place, path, message);
}

std::string Reader::below(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

Slot Reader::member(const Slot& parent, const char* key) {
  const Doc::Entry* entry = parent.doc ? parent.doc->find_entry(key) : nullptr;
  if (!entry) return {nullptr, parent.place, below(parent.path, key)};
  return {&entry->value, entry->value.kind == Doc::Kind::null ? entry->place : entry->value.place,
          below(parent.path, key)};
}

const std::string* Reader::scalar(const Slot& slot, std::string_view wanted) {
  if (slot.doc->kind == Doc::Kind::scalar) return &slot.doc->scalar;
  const Doc* inner = slot.doc->find("");
  error(slot, inner ? fmt::format("nothing can be set below {}", inner->describe())
                    : fmt::format("is {}; {}", slot.doc->describe(), wanted));
  return nullptr;
}

void Reader::unknown_keys(const Slot& slot, const std::vector<std::string>& keys) {
  if (!slot.doc) return;
  for (const Doc::Entry& entry : slot.doc->entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    const std::string guess = did_you_mean(entry.key, keys);
    const std::string allowed =
        keys.size() <= kShortList || guess.empty() ? fmt::format("; allowed are {}", comma_list(keys)) : "";
    report_.error(entry.place, below(slot.path, entry.key), fmt::format("unknown key{}{}", guess, allowed));
  }
}

std::string Reader::wanted_text(const Wanted& wanted, const Range& range) {
  if (std::isinf(range.low) && std::isinf(range.high))
    return fmt::format("must be {}, e.g. {}", wanted.noun(), wanted.example());
  if (wanted.symbol.empty()) return fmt::format("must be a number {}", range.text(""));
  return fmt::format("must be {}, e.g. {}", range.text(wanted.symbol.c_str()), wanted.example());
}

std::string Reader::wanted_whole(const Range& range) {
  if (std::isinf(range.low) && std::isinf(range.high)) return "must be a whole number";
  return fmt::format("must be a whole number {}", range.text(""));
}

bool Reader::whole_number(const Slot& slot, const Range& range, double low, double high, std::int64_t& value) {
  const std::string* text = scalar(slot, fmt::format("wants a whole number"));
  if (!text) return false;
  const std::string_view digits_only =
      text->starts_with('+') ? std::string_view(*text).substr(1) : std::string_view(*text);
  const auto [stop, status] = std::from_chars(digits_only.data(), digits_only.data() + digits_only.size(), value);
  const bool leading_zero = digits_only.size() > 1 && (digits_only.starts_with('0') || digits_only.starts_with("-0"));
  if (status != std::errc() || stop != digits_only.data() + digits_only.size() || leading_zero) {
    // 1e6 and 1000.0 are whole numbers too; 010 is not read at all.
    const Parsed<double> number = parse_quantity(*text, Wanted{});
    if (!number || text->ends_with('%') || number.value != std::floor(number.value) ||
        std::abs(number.value) > 9007199254740992.0) {
      const std::string why =
          leading_zero && !number ? "has a leading zero, which some readers take for octal; it" : "";
      error(slot, fmt::format("{} {}{}{}", slot.doc->describe(), why, why.empty() ? "" : " ", wanted_whole(range)));
      return false;
    }
    value = static_cast<std::int64_t>(number.value);
  }
  const auto v = static_cast<double>(value);
  if (!range.contains(v) || value == kUnsetCount) {
    error(slot, fmt::format("{} must be {}", *text, range.text("")));
    return false;
  }
  if (v < low || v > high) {
    error(slot, fmt::format("{} must be in {:.0f}..{:.0f}", *text, low, high));
    return false;
  }
  return true;
}

void Reader::read_text(const Slot& slot, std::string& value) {
  const std::string* text = scalar(slot, "wants a text");
  if (!text) return;
  value = *text;
}

void Reader::read_bool(const Slot& slot, bool& value) {
  const std::string* text = scalar(slot, "wants true or false");
  if (!text) return;
  if (!slot.doc->quoted && (*text == "true" || *text == "false")) {
    value = *text == "true";
  } else {
    error(slot,
          fmt::format("{} must be true or false{}", slot.doc->describe(), slot.doc->quoted ? ", without quotes" : ""));
  }
}

void Reader::read_file(const Slot& slot, InputFile& value) {
  if (!slot.doc) {
    if (value.path.empty()) missing(slot, "must be the path of a file");
    return;
  }
  const std::string* text = scalar(slot, "wants the path of a file");
  if (!text) return;
  const std::string& folder = slot.doc->place.source ? slot.doc->place.source->folder : "";
  fs::path path(*text);
  if (path.is_relative() && !folder.empty()) path = fs::path(folder) / path;
  path = path.lexically_normal();
  std::error_code code;
  if (text->empty() || !fs::exists(path, code) || fs::is_directory(path, code)) {
    const char* why = text->empty() ? "is empty" : (fs::is_directory(path, code) ? "is a folder" : "does not exist");
    const bool elsewhere = !text->empty() && path.string() != *text;
    error(slot, fmt::format("{} must be the path of a file; {} {}", slot.doc->describe(),
                            elsewhere ? path.string() : "it", why));
    return;
  }
  value = {path.string(), *text};
  if (notes_ &&
      std::find(notes_->input_files.begin(), notes_->input_files.end(), value.path) == notes_->input_files.end()) {
    notes_->input_files.push_back(value.path);
  }
}

void Reader::read_timestamp(const Slot& slot, Timestamp& value) {
  constexpr const char* kWanted = "must be a date or a time, e.g. 2026-07-01 or 2026-07-01T06:00:00Z";
  if (!slot.doc) {
    if (value.seconds == INT64_MIN) missing(slot, kWanted);
    return;
  }
  const std::string* text = scalar(slot, kWanted);
  if (!text) return;
  if (const std::optional<Timestamp> time = parse_timestamp(*text)) {
    value = *time;
  } else {
    error(slot, fmt::format("{} {}", slot.doc->describe(), kWanted));
  }
}

void Reader::read_run_length(const Slot& slot, RunLength& value, const Range& range) {
  constexpr const char* kWanted = "must be a duration, e.g. 7 d, or the word workload";
  if (!slot.doc) {
    if (std::isnan(value.span.si()) && !value.until_workload_ends) missing(slot, kWanted);
    return;
  }
  const std::string* text = scalar(slot, kWanted);
  if (!text) return;
  if (*text == "workload") {
    value = {Duration{}, true};
    return;
  }
  const Parsed<Duration> span = parse_as<Duration>(*text);
  if (!span) {
    error(slot, fmt::format("{} {}", slot.doc->describe(), kWanted));
  } else if (!range.contains(span.value.si())) {
    error(slot, fmt::format("{} must be {}", *text, range.text("s")));
  } else {
    value = {span.value, false};
  }
}

int Reader::read_name(const Slot& slot, const std::vector<std::string>& names) {
  const std::string* text = scalar(slot, fmt::format("wants {}", join_or(names)));
  if (!text) return -1;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found != names.end()) return static_cast<int>(found - names.begin());
  error(slot, fmt::format("{} must be {}{}", slot.doc->describe(), join_or(names), did_you_mean(*text, names)));
  return -1;
}

Doc Reader::wrap(const char* key, const Doc& doc) {
  Doc map = Doc::at(doc.place, Doc::Kind::map);
  map.entries.push_back({key, doc.place, doc});
  return map;
}

bool Reader::resolve_catalog(const Slot& slot, const char* kind, std::string& base, Doc& resolved) {
  const Doc& given = *slot.doc;
  Doc user = given.kind == Doc::Kind::map ? given : Doc::at(given.place, Doc::Kind::map);
  const Doc* name = given.kind == Doc::Kind::scalar ? &given : nullptr;
  if (given.kind == Doc::Kind::list) {  // only a short form can be a list
    resolved = given;
    return true;
  }
  std::optional<Doc> named;
  bool label_only = false;
  for (const char* key : {"", "base", "based_on"}) {
    const Doc::Entry* entry = user.find_entry(key);
    if (!entry) continue;
    // `based_on` is what a dump writes: every key is given, the name is kept for reports.
    if (std::string_view(key) == "based_on") {
      label_only = !named;
    }
    if (!named) named = entry->value;
    user.entries.erase(user.entries.begin() + (entry - user.entries.data()));
  }
  if (named) name = &*named;
  if (!name) {
    resolved = std::move(user);
    return true;
  }
  const Place& place = name->kind == Doc::Kind::null ? slot.place : name->place;
  const std::string path = name == &given ? slot.path : below(slot.path, "base");
  if (name->kind != Doc::Kind::scalar || name->scalar.empty()) {
    report_.error(place, path, fmt::format("{} must be a name from the catalogue of {}", name->describe(), kind));
    return false;
  }
  base = name->scalar;
  if (label_only) {
    resolved = std::move(user);
    return true;
  }
  const auto key = std::pair<std::string, std::string>(kind, base);
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    CatalogEntry entry;
    if (!catalog_.load(kind, base, place, path, entry, report_)) return false;
    found = entries_.emplace(key, std::move(entry)).first;
  }
  const CatalogEntry& entry = found->second;
  resolved = merge_deep(entry.values, user);
  resolved.place = given.place;
  if (notes_) {
    CatalogUse use{slot.path, kind, base, entry.file, {}, {}};
    for (const CatalogValue& value : entry.provenance) {
      if (has_key_at(user, value.key)) {
        use.overridden.push_back(value.key);
      } else {
        use.values.push_back(value);
      }
    }
    notes_->catalog.push_back(std::move(use));
  }
  return true;
}

}  // namespace aifactory
