#pragma once
/// @file Any struct with fields() as YAML that reads back to the same values, bit for bit.
///
/// Everything is written out: defaults too, catalogue equipment with all its keys (`based_on` keeps the name that it
/// had, and is looked up no more).  What is unset is left out.  @pre the values have been read or are valid.
#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <filesystem>
#include <string>
#include <utility>

#include "models/unit_strings.h"
#include "sim/scenario/document.h"
#include "sim/scenario/kinds.h"

namespace aifactory {

struct DumpOptions {
  std::string files_relative_to;  ///< paths of files are written relative to this folder; "": absolute
};

/// The tree of a value; kind null when it is unset.
template <class T>
[[nodiscard]] Doc to_doc(const T& value, const DumpOptions& options = {}) {
  Doc doc;
  const auto scalar = [&](std::string text, bool quoted = false) {
    doc.kind = Doc::Kind::scalar;
    doc.scalar = std::move(text);
    doc.quoted = quoted;
  };
  if constexpr (kIsQuantity<T>) {
    if (!std::isnan(plain(value))) scalar(to_text(value));
  } else if constexpr (std::same_as<T, bool>) {
    scalar(value ? "true" : "false");
  } else if constexpr (std::same_as<T, std::int64_t>) {
    if (value != kUnsetCount) scalar(fmt::format("{}", value));
  } else if constexpr (WholeNumber<T>) {
    scalar(fmt::format("{}", value));
  } else if constexpr (std::same_as<T, std::string>) {
    if (!value.empty()) scalar(value, true);
  } else if constexpr (std::is_enum_v<T>) {
    scalar(enum_name(value), true);
  } else if constexpr (std::same_as<T, InputFile>) {
    namespace fs = std::filesystem;
    if (!value.path.empty()) {
      const fs::path path = fs::absolute(value.path).lexically_normal();
      const std::string& folder = options.files_relative_to;
      scalar(folder.empty() ? path.string() : path.lexically_relative(fs::absolute(folder).lexically_normal()).string(),
             true);
    }
  } else if constexpr (std::same_as<T, Timestamp>) {
    if (value.seconds != INT64_MIN) scalar(to_text(value));
  } else if constexpr (std::same_as<T, RunLength>) {
    if (value.until_workload_ends) {
      scalar("workload");
    } else if (!std::isnan(value.span.si())) {
      scalar(to_text(value.span));
    }
  } else if constexpr (kIsOptional<T>) {
    if (value) {
      doc = to_doc(*value, options);
      if constexpr (std::same_as<T, std::optional<std::string>>) scalar(*value, true);  // "" is a value here
    }
  } else if constexpr (kIsVector<T>) {
    doc.kind = Doc::Kind::list;
    for (const auto& item : value) doc.items.push_back(to_doc<typename T::value_type>(item, options));
  } else if constexpr (kIsListOrFile<T>) {
    doc = value.file ? to_doc(*value.file, options) : to_doc(value.list, options);
  } else if constexpr (std::same_as<T, Names>) {
    doc.kind = Doc::Kind::list;
    for (const auto& item : value) doc.items.push_back(to_doc<std::string>(item, options));
  } else if constexpr (kIsMap<T>) {
    doc.kind = Doc::Kind::map;
    for (const auto& [name, item] : value.items) doc.entries.push_back({name, {}, to_doc(item, options)});
  } else if constexpr (kIsCatalogRef<T>) {
    doc = to_doc(value.value, options);
    if (!value.base.empty()) {
      Doc base;
      base.kind = Doc::Kind::scalar;
      base.quoted = true;
      base.scalar = value.base;
      doc.entries.insert(doc.entries.begin(), {"based_on", {}, std::move(base)});
    }
  } else {
    static_assert(HasFields<T>, "a member must be of a kind listed in sim/scenario/types.h");
    doc.kind = Doc::Kind::map;
    for_each_field(value, [&](const char* key, const auto& member, const Range&, const char*) {
      Doc inner = to_doc(member, options);
      if constexpr (kIsOptional<std::remove_cvref_t<decltype(member)>>) {
        // An absent member is left out where that is its default; else `~` says so.
        if (inner.kind == Doc::Kind::null) {
          bool present_by_default = false;
          static const T kDefault{};
          for_each_field(kDefault, [&](const char* other, const auto& usual, const Range&, const char*) {
            if constexpr (kIsOptional<std::remove_cvref_t<decltype(usual)>>) {
              if (std::string_view(other) == key) present_by_default = usual.has_value();
            }
          });
          if (present_by_default) doc.entries.push_back({key, {}, std::move(inner)});
          return;
        }
      }
      if (inner.kind != Doc::Kind::null) doc.entries.push_back({key, {}, std::move(inner)});
    });
  }
  return doc;
}

/// The YAML text.
template <class T>
[[nodiscard]] std::string dump(const T& value, const DumpOptions& options = {}) {
  return to_yaml(to_doc(value, options));
}

}  // namespace aifactory
