#include "sim/scenario/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "models/suggest.h"

namespace aifactory {
namespace {
using Kind = TypeInfo::Kind;

std::string range_text(const Range& range, const std::string& unit) {
  if (std::isinf(range.low) && std::isinf(range.high)) return "";
  return fmt::format(" {}", range.text(unit.c_str()));
}

/// A mapping is documented under the path at which it is first met.
struct Section {
  const TypeInfo* type;
  std::string path;
};

class Writer {
 public:
  std::string write(const TypeInfo& root, const std::string& title) {
    if (root.kind == Kind::mapping) {
      sections_.push_back({&root, ""});
    } else {
      visit(root, kAny, title);
    }
    std::string text;
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      const Section section = sections_[i];  // a copy: the list grows below
      text += fmt::format("{}## {}\n\n", i == 0 ? "" : "\n",
                          section.path.empty() ? title : fmt::format("`{}`", section.path));
      if (!section.type->shorthand.empty())
        text += fmt::format("A bare value is taken for `{}`.\n\n", section.type->shorthand);
      text += "| key | takes | default | meaning |\n|---|---|---|---|\n";
      for (const KeyInfo& key : section.type->keys) {
        const std::string path = section.path.empty() ? key.key : section.path + "." + key.key;
        std::string fallback = key.fallback.empty() ? "" : fmt::format("`{}`", key.fallback);
        if (key.required) fallback = "required";
        text += fmt::format("| `{}` | {} | {} | {} |\n", key.key, cell(visit(*key.type, key.range, path)),
                            cell(fallback), cell(key.doc));
      }
    }
    return text;
  }

 private:
  static std::string cell(std::string text) {
    for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
      text.insert(at, 1, '\\');
    return text;
  }

  /// What a key takes; queues the mapping it leads to.
  std::string visit(const TypeInfo& type, const Range& range, const std::string& path) {
    switch (type.kind) {
      case Kind::number:
        return fmt::format("number{}", range_text(range, ""));
      case Kind::quantity:
        return fmt::format("{}{}, e.g. `{}`", type.wanted.noun(), range_text(range, type.wanted.symbol),
                           type.wanted.example());
      case Kind::whole:
        return fmt::format("whole number{}", range_text(range, ""));
      case Kind::text:
        return "text";
      case Kind::boolean:
        return "`true` or `false`";
      case Kind::choice: {
        std::vector<std::string> words;
        for (const std::string& word : type.choices) words.push_back(fmt::format("`{}`", word));
        return join_or(words);
      }
      case Kind::file:
        return "path of a file";
      case Kind::timestamp:
        return "date or time, e.g. `2026-07-01T06:00:00Z`";
      case Kind::run_length:
        return "a duration, e.g. `7 d`, or `workload`";
      case Kind::names:
        return "a text, or a list of texts";
      case Kind::list:
        return fmt::format("list of: {}{}", visit(*type.element, range, path + "[]"),
                           type.or_file ? "; or the path of a file" : "");
      case Kind::map:
        return fmt::format("mapping of names to: {}", visit(*type.element, range, path + ".NAME"));
      case Kind::catalog:
        return fmt::format("name from the catalogue of {}, or `{{base: NAME, ...}}` with keys to change, or all of {}",
                           type.catalog_kind, visit(*type.element, range, path));
      case Kind::mapping:
        break;
    }
    const auto known =
        std::find_if(sections_.begin(), sections_.end(), [&](const Section& s) { return s.type == &type; });
    if (known != sections_.end())
      return known->path.empty() ? "as the whole" : fmt::format("the keys of `{}`", known->path);
    sections_.push_back({&type, path});
    return fmt::format("the keys of `{}`", path);
  }

  std::vector<Section> sections_;
};

}  // namespace

std::string markdown_reference(const Description& description, const std::string& root_title) {
  return Writer().write(description.root(), root_title);
}

}  // namespace aifactory
