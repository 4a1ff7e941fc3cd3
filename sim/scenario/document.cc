#include "sim/scenario/document.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "models/error.h"
#include "sim/scenario/set_value.h"

namespace aifactory {
namespace {
namespace fs = std::filesystem;

// Aliases multiply: nine lines can name 10^9 nodes.  No scenario comes near these.
constexpr std::size_t kMaxNodes = 2'000'000;
constexpr std::size_t kMaxFiles = 1000;
constexpr std::size_t kMaxDepth = 500, kMaxChain = 50;

std::size_t count_nodes(const Doc& doc) {
  std::size_t n = 1;
  for (const Doc& item : doc.items) n += count_nodes(item);
  for (const Doc::Entry& entry : doc.entries) n += count_nodes(entry.value);
  return n;
}

std::size_t depth_of(const Doc& doc) {
  std::size_t depth = 0;
  for (const Doc& item : doc.items) depth = std::max(depth, depth_of(item));
  for (const Doc::Entry& entry : doc.entries) depth = std::max(depth, depth_of(entry.value));
  return depth + 1;
}

/// Builds the tree from the parser's events.  Events, not yaml-cpp's nodes: those drop marks of keys, keep
/// duplicate keys and share aliased nodes.
class Builder : public YAML::EventHandler {
 public:
  Builder(std::shared_ptr<const Source> source, Report& report) : source_(std::move(source)), report_(report) {}

  Doc take() { return std::move(root_); }
  [[nodiscard]] bool complete() const { return complete_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Doc doc;
    doc.place = at(mark);
    add(std::move(doc), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    Doc doc;
    doc.place = at(mark);
    if (found == anchors_.end()) {
      report_.error(doc.place, "", "an alias may not stand inside the value that it names");
    } else if (nodes_ += count_nodes(found->second); nodes_ > kMaxNodes) {
      if (!too_large_) report_.error(doc.place, "", fmt::format("aliases make more than {} values", kMaxNodes));
      too_large_ = true;
    } else if (stack_.size() + depth_of(found->second) > kMaxDepth) {  // what walks the tree is recursive
      if (!too_large_) report_.error(doc.place, "", fmt::format("aliases nest more than {} deep", kMaxDepth));
      too_large_ = true;
    } else {
      doc = found->second;
    }
    add(std::move(doc), 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Doc doc;
    doc.kind = Doc::Kind::scalar;
    doc.place = at(mark);
    doc.quoted = tag == "!";  // yaml-cpp's mark for anything but a plain scalar
    doc.scalar = value;
    refuse_tag(tag, doc.place);
    add(std::move(doc), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Doc::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Doc::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Doc doc;
    YAML::anchor_t anchor = 0;
    bool has_key = false;
    std::string key;
    Place key_place;
  };

  [[nodiscard]] Place at(const YAML::Mark& mark) const {
    return {source_, mark.is_null() ? 0 : mark.line + 1, mark.is_null() ? 0 : mark.column + 1};
  }
  void refuse_tag(const std::string& tag, const Place& place) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    report_.error(place, "", fmt::format("tags are not understood here: \"{}\"", tag));
  }
  void open(Doc::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    Frame frame;
    frame.doc.kind = kind;
    frame.doc.place = at(mark);
    frame.anchor = anchor;
    refuse_tag(tag, frame.doc.place);
    stack_.push_back(std::move(frame));
  }
  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    if (frame.doc.kind == Doc::Kind::map) merge_keys(frame.doc);
    add(std::move(frame.doc), frame.anchor);
  }
  void add(Doc doc, YAML::anchor_t anchor) {
    ++nodes_;
    if (anchor != 0) anchors_[anchor] = doc;
    if (stack_.empty()) {
      root_ = std::move(doc);
      complete_ = true;
      return;
    }
    Frame& frame = stack_.back();
    if (frame.doc.kind == Doc::Kind::list) {
      frame.doc.items.push_back(std::move(doc));
    } else if (!frame.has_key) {
      take_key(frame, doc);
    } else {
      frame.has_key = false;
      if (!frame.key.empty()) frame.doc.entries.push_back({frame.key, frame.key_place, std::move(doc)});
    }
  }
  /// An unusable key is reported and its value dropped.
  void take_key(Frame& frame, const Doc& doc) {
    frame.has_key = true;
    frame.key.clear();
    frame.key_place = doc.place;
    if (doc.kind != Doc::Kind::scalar || doc.scalar.empty()) {
      report_.error(doc.place, "", fmt::format("a key must be a word, here it is {}", doc.describe()));
    } else if (const Doc::Entry* before = frame.doc.find_entry(doc.scalar)) {
      report_.error(doc.place, "",
                    fmt::format("{}: duplicate key; it stands at {} already", doc.scalar, before->place.text()));
    } else {
      frame.key = doc.scalar;
    }
  }
  /// `<<: *base`: the entries of base that the mapping does not have itself.  Of a list the first wins.
  void merge_keys(Doc& map) {
    const Doc::Entry* found = map.find_entry("<<");
    if (!found) return;
    const Doc::Entry merge = *found;
    map.entries.erase(map.entries.begin() + (found - map.entries.data()));
    const std::vector<Doc> one{merge.value};
    for (const Doc& base : merge.value.kind == Doc::Kind::list ? merge.value.items : one) {
      if (base.kind != Doc::Kind::map) {
        report_.error(merge.place, "", "<<: wants a mapping or a list of mappings");
        continue;
      }
      for (const Doc::Entry& entry : base.entries) {
        if (!map.find_entry(entry.key)) map.entries.push_back(entry);
      }
    }
  }

  std::shared_ptr<const Source> source_;
  Report& report_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Doc> anchors_;
  std::size_t nodes_ = 0;
  bool too_large_ = false, complete_ = false;
  Doc root_;
};

/// Length of the well-formed UTF-8 sequence at the start of `s`, 0 if there is none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view s) {
  const auto byte = [&](std::size_t i) -> unsigned { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  const auto tail = [&](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
  const unsigned b = byte(0);
  if (b < 0x80) return 1;
  if (b >= 0xC2 && b <= 0xDF) return tail(1) ? 2 : 0;
  if (b >= 0xE0 && b <= 0xEF) {
    const bool overlong = b == 0xE0 && byte(1) < 0xA0, surrogate = b == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (b >= 0xF0 && b <= 0xF4) {
    const bool overlong = b == 0xF0 && byte(1) < 0x90, beyond = b == 0xF4 && byte(1) > 0x8F;
    return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

/// What yaml-cpp would take without a word, or answer with a riddle.  Returns false on the first finding.
bool check_bytes(std::string_view text, const std::shared_ptr<const Source>& source, Report& report) {
  int line = 1;
  std::size_t line_start = 0;
  bool indent = true;
  for (std::size_t i = 0; i < text.size();) {
    const Place place{source, line, static_cast<int>(i - line_start) + 1};
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) {
      report.error(place, "", fmt::format("byte 0x{:02x} is not UTF-8; save the file as UTF-8", byte));
      return false;
    }
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) {
      report.error(place, "", fmt::format("control character 0x{:02x}", byte));
      return false;
    }
    if (byte == '\t' && indent) {
      const std::size_t text_start = text.find_first_not_of(" \t\r", i);
      if (text_start != std::string_view::npos && text[text_start] != '\n' && text[text_start] != '#') {
        report.error(place, "", "a tab in the indentation; YAML is indented with spaces");
        return false;
      }
    }
    if (byte != ' ' && byte != '\t') indent = false;
    i += length;
    if (byte == '\n') {
      ++line;
      line_start = i;
      indent = true;
    }
  }
  return true;
}

std::optional<std::string> read_file(const std::string& path, std::string& why) {
  std::error_code code;
  if (!fs::exists(path, code)) {
    why = "there is no such file";
    return std::nullopt;
  }
  if (fs::is_directory(path, code)) {
    why = "it is a folder";
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  if (!in) {
    why = "it cannot be read";
    return std::nullopt;
  }
  return out.str();
}

std::string resolve(const std::string& folder, const std::string& written) {
  const fs::path path(written);
  if (path.is_absolute() || folder.empty()) return path.lexically_normal().string();
  return (fs::path(folder) / path).lexically_normal().string();
}

/// Files with their includes.
class Loader {
 public:
  explicit Loader(Report& report) : report_(report) {}

  Doc load(const std::string& path, const Place& from) {
    std::string why;
    const std::optional<std::string> text = read_file(path, why);
    if (!text) {
      if (chain_.empty()) {
        report_.error(from, "", fmt::format("cannot read {}: {}", path, why));
      } else {
        report_.error(from, "include",
                      fmt::format("cannot read {}: {} ({} -> {})", path, why, fmt::join(chain_, " -> "), path));
      }
      return {};
    }
    if (std::find(files_.begin(), files_.end(), path) == files_.end()) files_.push_back(path);
    return load_text(*text, {path, fs::path(path).parent_path().string(), 0, ""});
  }

  Doc load_text(std::string_view text, Source source) {
    source.order = static_cast<int>(loads_++);
    const std::string name = source.name;
    const auto shared = std::make_shared<const Source>(std::move(source));
    const std::size_t before = report_.count();
    Doc doc = parse_yaml(text, shared, report_);
    if (doc.kind != Doc::Kind::map && report_.count() == before) {
      report_.error({shared, 1, 1}, "",
                    doc.kind == Doc::Kind::null
                        ? "the file is empty; it must be a mapping of keys to values"
                        : fmt::format("the file is {}; it must be a mapping of keys to values", doc.describe()));
    }
    chain_.push_back(name);
    expand(doc);
    chain_.pop_back();
    return doc;
  }

  [[nodiscard]] std::vector<std::string> files() const { return files_; }

 private:
  void expand(Doc& doc) {
    for (Doc& item : doc.items) expand(item);
    for (Doc::Entry& entry : doc.entries) {
      if (entry.key != "include") expand(entry.value);
    }
    const Doc::Entry* found = doc.find_entry("include");
    if (!found) return;
    const Doc::Entry include = *found;
    doc.entries.erase(doc.entries.begin() + (found - doc.entries.data()));
    Doc base = Doc::at(doc.place, Doc::Kind::map);
    const std::vector<Doc> one{include.value};
    for (const Doc& name : include.value.kind == Doc::Kind::list ? include.value.items : one) {
      if (name.kind != Doc::Kind::scalar || name.scalar.empty()) {
        report_.error(name.place, "include",
                      fmt::format("{} must be the path of a file or a list of paths", name.describe()));
        continue;
      }
      base = merge_deep(base, include_file(name));
    }
    base.place = doc.place;
    doc = merge_deep(base, doc);
  }

  Doc include_file(const Doc& name) {
    const std::string path = resolve(name.place.source->folder, name.scalar);
    if (std::find(chain_.begin(), chain_.end(), path) != chain_.end()) {
      report_.error(name.place, "include",
                    fmt::format("the file includes itself: {} -> {}", fmt::join(chain_, " -> "), path));
      return {};
    }
    if (chain_.size() > kMaxChain) {
      report_.error(name.place, "include", fmt::format("more than {} files include each other in a row", kMaxChain));
      return {};
    }
    if (loads_ > kMaxFiles) {
      if (loads_++ == kMaxFiles + 1) report_.error(name.place, "include", fmt::format("more than {} files", kMaxFiles));
      return {};
    }
    Doc part = load(path, name.place);
    if (part.kind != Doc::Kind::map) return {};
    if (const Doc::Entry* format = part.find_entry("format")) {
      if (format->value.scalar != "1") {
        report_.error(format->value.place, "format", fmt::format("{} must be 1", format->value.describe()));
      }
      part.entries.erase(part.entries.begin() + (format - part.entries.data()));
    }
    return part;
  }

  Report& report_;
  std::vector<std::string> files_, chain_;
  std::size_t loads_ = 0;
};

/// `a."b.c".d[2]` as a, b.c, d, 2.  Empty on a malformed path.
std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> segments(1);
  bool in_quotes = false, any = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '"') {
      in_quotes = !in_quotes;
      any = true;
    } else if (!in_quotes && (c == '.' || c == '[')) {
      if (!any) return {};
      segments.emplace_back();
      any = false;
    } else if (!in_quotes && c == ']') {
      if (!any || (i + 1 < path.size() && path[i + 1] != '.' && path[i + 1] != '[')) return {};
    } else {
      segments.back() += c;
      any = true;
    }
  }
  if (in_quotes || !any) return {};
  for (const std::string& segment : segments) {
    if (segment.empty()) return {};
  }
  return segments;
}

std::optional<std::size_t> index_of(const std::string& segment) {
  std::size_t index = 0;
  const auto [stop, status] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
  if (status != std::errc() || stop != segment.data() + segment.size()) return std::nullopt;
  return index;
}

/// Puts `value` at `segments[at...]` below `node`.  Returns an error, or "".
std::string put(Doc& node, const std::vector<std::string>& segments, std::size_t at, const std::string& path,
                const Doc& value) {
  if (at == segments.size()) {
    node = value;
    return "";
  }
  if (node.kind == Doc::Kind::list) {
    const std::optional<std::size_t> index = index_of(segments[at]);
    if (!index || *index > node.items.size()) {
      return fmt::format("{} is a list; \"{}\" must be a number in 0..{}", path, segments[at], node.items.size());
    }
    if (*index == node.items.size()) node.items.push_back(Doc::at(value.place));
    return put(node.items[*index], segments, at + 1, fmt::format("{}[{}]", path, *index), value);
  }
  if (node.kind ==
      Doc::Kind::scalar) {  // a catalogue name or a short form: the reader of the key knows what to make of it
    Doc map = Doc::at(value.place, Doc::Kind::map);
    map.entries.push_back({"", node.place, node});
    node = std::move(map);
  } else if (node.kind == Doc::Kind::null) {
    node = Doc::at(value.place, Doc::Kind::map);
  }
  // A key may contain dots ("kpi.pue"): the longest one that exists wins.
  std::string key = segments[at];
  std::size_t next = at + 1;
  std::string longer = key;
  for (std::size_t end = at + 1; end < segments.size(); ++end) {
    longer += "." + segments[end];
    if (node.find_entry(longer)) {
      key = longer;
      next = end + 1;
    }
  }
  const std::string below = path.empty() ? key : fmt::format("{}.{}", path, key);
  for (Doc::Entry& entry : node.entries) {
    if (entry.key == key) return put(entry.value, segments, next, below, value);
  }
  node.entries.push_back({key, value.place, Doc::at(value.place)});
  return put(node.entries.back().value, segments, next, below, value);
}

void apply_set(Doc& root, const std::string& text, int order, Report& report) {
  const std::size_t equals = text.find('=');
  const std::vector<std::string> segments = split_path(std::string_view(text).substr(0, equals));
  if (equals == std::string::npos || segments.empty()) {
    report.error({}, "", fmt::format("--set {}: must be path=value, e.g. --set duration=\"2 d\"", text));
    return;
  }
  std::string path;  // as the reader writes paths, so that a message does not repeat it
  for (const std::string& segment : segments) {
    if (index_of(segment)) {
      path += fmt::format("[{}]", segment);
    } else {
      path += (path.empty() ? "" : ".") + segment;
    }
  }
  const auto source = std::make_shared<const Source>(Source{"--set " + path, "", order, path});
  const Place place{source, 1, 1};
  Doc value = Doc::at(place);
  const std::string yaml = text.substr(equals + 1);
  if (yaml.find_first_not_of(" \t") != std::string::npos) {
    const std::size_t before = report.count();
    value = parse_yaml(yaml, source, report);
    if (report.count() != before) return;
  }
  const std::string error = put(root, segments, 0, "", value);
  if (!error.empty()) report.error(place, "", error);
}

LoadedDocument finish(Loader& loader, Doc root, const std::vector<std::string>& sets, Report& report) {
  report.throw_if_any();
  int order = static_cast<int>(kMaxFiles) * 2;
  for (const std::string& set : sets) apply_set(root, set, order++, report);
  report.throw_if_any();
  return {std::move(root), loader.files()};
}

}  // namespace

Doc Doc::at(const Place& place, Kind kind) {
  Doc doc;
  doc.kind = kind;
  doc.place = place;
  return doc;
}

const Doc::Entry* Doc::find_entry(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

const Doc* Doc::find(std::string_view key) const {
  const Entry* entry = find_entry(key);
  return entry ? &entry->value : nullptr;
}

std::string Doc::describe() const {
  switch (kind) {
    case Kind::null:
      return "empty";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a mapping";
    case Kind::scalar:
      break;
  }
  std::string shown;
  for (const char c : scalar.substr(0, 60)) shown += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return fmt::format("\"{}{}\"", shown, scalar.size() > 60 ? "..." : "");
}

Doc merge_deep(const Doc& base, const Doc& over) {
  if (base.kind != Doc::Kind::map || over.kind != Doc::Kind::map) return over;
  Doc merged = base;
  merged.place = over.place;
  for (const Doc::Entry& entry : over.entries) {
    const Doc::Entry* found = merged.find_entry(entry.key);
    if (found) {
      Doc::Entry& mine = merged.entries[static_cast<std::size_t>(found - merged.entries.data())];
      mine.value = merge_deep(mine.value, entry.value);
      mine.place = entry.place;
    } else {
      merged.entries.push_back(entry);
    }
  }
  return merged;
}

Doc parse_yaml(std::string_view text, const std::shared_ptr<const Source>& source, Report& report) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  if (!check_bytes(text, source, report)) return {};
  std::istringstream in{std::string(text)};
  Builder builder(source, report);
  try {
    YAML::Parser parser(in);
    parser.HandleNextDocument(builder);
    if (builder.complete()) {
      Report ignored;
      Builder second(source, ignored);
      if (parser.HandleNextDocument(second) && second.complete()) {
        report.error({source, 1, 1}, "", "the file holds more than one YAML document (a line ---); only one is read");
      }
    }
  } catch (const YAML::Exception& e) {
    const bool known = !e.mark.is_null();
    report.error({source, known ? e.mark.line + 1 : 1, known ? e.mark.column + 1 : 1}, "",
                 fmt::format("not YAML: {}", e.msg));
    return {};
  }
  return builder.take();
}

std::string set_value(Doc& root, std::string_view path, const Doc& value) {
  const std::vector<std::string> segments = split_path(path);
  if (segments.empty()) return fmt::format("\"{}\" is no path into a scenario, e.g. sites.a.cooling.supply", path);
  return put(root, segments, 0, "", value);
}

LoadedDocument load_document(const std::string& path, const std::vector<std::string>& sets) {
  Report report;
  Loader loader(report);
  const std::string normal = fs::path(path).lexically_normal().string();
  Doc root = loader.load(normal.empty() ? path : normal, {});
  return finish(loader, std::move(root), sets, report);
}

LoadedDocument load_text(std::string_view text, const Source& source, const std::vector<std::string>& sets) {
  Report report;
  Loader loader(report);
  Doc root = loader.load_text(text, source);
  return finish(loader, std::move(root), sets, report);
}

std::string yaml_string(std::string_view text) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("_./+%-").find(c) != std::string_view::npos;
  };
  const bool starts_well =
      !text.empty() && (std::isalnum(static_cast<unsigned char>(text[0])) || text[0] == '_' || text[0] == '/');
  bool ends_word = starts_well;
  for (std::size_t i = 0; ends_word && i < text.size(); ++i) {
    ends_word = plain(text[i]) || (text[i] == ' ' && i + 1 < text.size() && text[i + 1] != ' ');
  }
  // Words that other YAML readers take for truth values or nothing.
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  for (const char* word : {"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
    ends_word = ends_word && lower != word;
  if (ends_word) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

namespace {

std::string inline_text(const Doc& doc) {
  if (doc.kind == Doc::Kind::null) return "~";
  return doc.quoted ? yaml_string(doc.scalar) : doc.scalar;
}
bool is_leaf(const Doc& doc) {
  return doc.kind == Doc::Kind::scalar || doc.kind == Doc::Kind::null;
}

/// Writes `doc` after "key:" or "-"; `indent` is that of its own lines.
void write(const Doc& doc, std::size_t indent, bool in_list, std::string& out) {
  const std::string pad(indent, ' ');
  if (is_leaf(doc)) {
    out += " " + inline_text(doc) + "\n";
  } else if (doc.kind == Doc::Kind::list) {
    if (std::all_of(doc.items.begin(), doc.items.end(), is_leaf)) {
      std::vector<std::string> words;
      for (const Doc& item : doc.items) words.push_back(inline_text(item));
      out += fmt::format(" [{}]\n", fmt::join(words, ", "));
      return;
    }
    out += "\n";
    for (const Doc& item : doc.items) {
      out += pad + "-";
      write(item, indent + 2, true, out);
    }
  } else if (doc.entries.empty()) {
    out += " {}\n";
  } else {
    // The first key of a mapping in a list stands beside the dash.
    if (!in_list) out += "\n";
    for (std::size_t i = 0; i < doc.entries.size(); ++i) {
      out += in_list && i == 0 ? " " : pad;
      out += yaml_string(doc.entries[i].key) + ":";
      write(doc.entries[i].value, indent + 2, false, out);
    }
  }
}

}  // namespace

std::string to_yaml(const Doc& doc) {
  std::string out;
  write(doc, 0, false, out);
  // write() begins with what follows a "key:": a line break or a blank.
  return out.empty() ? out : out.substr(1);
}

}  // namespace aifactory
