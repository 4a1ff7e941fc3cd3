#include "sim/scenario/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "models/error.h"
#include "models/suggest.h"
#include "sim/machine/program_file.h"

namespace aifactory {
namespace {
namespace fs = std::filesystem;

const std::vector<std::string> kConfidences = {"verified", "computed", "secondary", "assumed"};

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

/// Turns {value, source, confidence} into the bare value and notes the rest.
class Unwrapper {
 public:
  Unwrapper(CatalogEntry& entry, Report& report) : entry_(entry), report_(report) {}

  Doc unwrap(const Doc& doc, const std::string& path) {
    if (doc.kind == Doc::Kind::list) {
      Doc bare = doc;
      for (std::size_t i = 0; i < bare.items.size(); ++i)
        bare.items[i] = unwrap(doc.items[i], fmt::format("{}[{}]", path, i));
      return bare;
    }
    if (doc.kind != Doc::Kind::map) {
      report_.error(doc.place, path,
                    fmt::format("{} must be {{value: ..., source: ..., confidence: ...}}", doc.describe()));
      return doc;
    }
    if (doc.find("value") || doc.find("source") || doc.find("confidence")) return leaf(doc, path);
    Doc bare = doc;
    for (Doc::Entry& entry : bare.entries) entry.value = unwrap(*doc.find(entry.key), below(path, entry.key));
    return bare;
  }

 private:
  std::string word(const Doc& doc, const char* key, const std::string& path) {
    const Doc* found = doc.find(key);
    if (found && found->kind == Doc::Kind::scalar && !found->scalar.empty()) return found->scalar;
    report_.error(found ? found->place : doc.place, below(path, key),
                  found ? fmt::format("{} must be a text", found->describe()) : "is missing");
    return "";
  }
  Doc leaf(const Doc& doc, const std::string& path) {
    for (const Doc::Entry& entry : doc.entries) {
      if (entry.key != "value" && entry.key != "source" && entry.key != "confidence" && entry.key != "note") {
        report_.error(entry.place, below(path, entry.key),
                      "unknown key; allowed are value, source, confidence and note");
      }
    }
    const std::string source = word(doc, "source", path), confidence = word(doc, "confidence", path);
    if (!confidence.empty() && std::find(kConfidences.begin(), kConfidences.end(), confidence) == kConfidences.end()) {
      report_.error(doc.find("confidence")->place, below(path, "confidence"),
                    fmt::format("\"{}\" must be {}{}", confidence, join_or(kConfidences),
                                did_you_mean(confidence, kConfidences)));
    }
    const Doc* value = doc.find("value");
    if (!value) {
      report_.error(doc.place, below(path, "value"), "is missing");
      return Doc::at(doc.place);
    }
    std::string text = value->kind == Doc::Kind::scalar ? value->scalar : to_yaml(*value);
    while (text.ends_with('\n')) text.pop_back();
    entry_.provenance.push_back({path, text, source, confidence});
    return *value;
  }

  CatalogEntry& entry_;
  Report& report_;
};

}  // namespace

Catalog::Catalog(std::string folder) : folder_(std::move(folder)) {
  std::error_code code;
  if (!fs::is_directory(folder_, code)) throw InputError(fmt::format("{}: there is no catalogue folder", folder_));
  for (const auto& kind : fs::directory_iterator(folder_, code)) {
    if (!kind.is_directory()) continue;
    std::vector<std::string>& names = names_[kind.path().filename().string()];
    for (const auto& file : fs::directory_iterator(kind.path(), code)) {
      if (file.path().extension() == ".yaml") names.push_back(file.path().stem().string());
    }
    std::sort(names.begin(), names.end());
  }
}

Catalog Catalog::standard() {
  if (const char* named = std::getenv("AIFACTORY_CATALOG"); named && *named) return Catalog(named);
  std::error_code code;
  const std::string installed = (installation_root() / "share/aifactory/catalog").string();
  for (const std::string& folder : {installed, std::string(AIFACTORY_SOURCE_CATALOG)}) {
    if (fs::is_directory(folder, code)) return Catalog(folder);
  }
  throw InputError(fmt::format("there is no catalogue in {} or {}; name its folder in AIFACTORY_CATALOG", installed,
                               AIFACTORY_SOURCE_CATALOG));
}

std::vector<std::string> Catalog::kinds() const {
  std::vector<std::string> kinds;
  for (const auto& [kind, names] : names_) kinds.push_back(kind);
  return kinds;
}

std::vector<std::string> Catalog::names(const std::string& kind) const {
  const auto found = names_.find(kind);
  return found == names_.end() ? std::vector<std::string>() : found->second;
}

CatalogEntry Catalog::entry(const std::string& kind, const std::string& name) const {
  Report report;
  CatalogEntry entry;
  load(kind, name, {}, "", entry, report);
  report.throw_if_any();
  return entry;
}

bool Catalog::load(const std::string& kind, const std::string& name, const Place& place, const std::string& path,
                   CatalogEntry& entry, Report& report) const {
  const std::size_t before = report.count();
  const std::vector<std::string> there = names(kind);
  if (std::find(there.begin(), there.end(), name) == there.end()) {
    const std::string guess = did_you_mean(name, there);
    std::string list;
    if (there.empty()) list = "; the catalogue has none";
    if (!there.empty() && (there.size() <= 12 || guess.empty())) list = fmt::format("; there are {}", join_or(there));
    if (list.find(" or ") != std::string::npos) list.replace(list.rfind(" or "), 4, " and ");
    report.error(place, path, fmt::format("\"{}\" is not in the catalogue of {}{}{}", name, kind, guess, list));
    return false;
  }
  entry = {};
  entry.kind = kind;
  entry.name = name;
  entry.file = (fs::path(folder_) / kind / (name + ".yaml")).string();
  std::ifstream in(entry.file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  constexpr int kAfterScenario = 1 << 20;
  const auto source = std::make_shared<const Source>(
      Source{entry.file, fs::path(entry.file).parent_path().string(), kAfterScenario, ""});
  const Doc doc = parse_yaml(text.str(), source, report);
  if (report.count() != before) return false;
  const auto expect = [&](const char* key, const std::string& wanted) {
    const Doc* found = doc.find(key);
    if (!found || found->scalar != wanted) {
      report.error(found ? found->place : Place{source, 1, 1}, key,
                   fmt::format("{} must be {}", found ? found->describe() : "it is missing and", wanted));
    }
  };
  expect("format", "1");
  expect("kind", kind);
  expect("name", name);
  for (const Doc::Entry& key : doc.entries) {
    if (key.key != "format" && key.key != "kind" && key.key != "name" && key.key != "summary" && key.key != "values") {
      report.error(key.place, key.key, "unknown key; allowed are format, kind, name, summary and values");
    }
  }
  if (const Doc* summary = doc.find("summary")) entry.summary = summary->scalar;
  const Doc* values = doc.find("values");
  if (!values || values->kind != Doc::Kind::map) {
    report.error(values ? values->place : Place{source, 1, 1}, "values",
                 "must be a mapping of keys to {value, source, confidence}");
    return false;
  }
  // Each key of the struct by itself, so that a key called "value" or "source" may exist.
  entry.values = *values;
  Unwrapper unwrapper(entry, report);
  for (Doc::Entry& key : entry.values.entries) key.value = unwrapper.unwrap(*values->find(key.key), key.key);
  return report.count() == before;
}

}  // namespace aifactory
