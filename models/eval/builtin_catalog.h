#pragma once
/// @file The catalogue entries that `eval` knows by name: `model=llama3_405b`, `accelerator=h100_sxm`.
///
/// The build turns scenarios/catalog/{models,accelerators,chillers}/*.yaml into a table, so that there is one copy of each
/// number and models/ reads no file.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/fields.h"
#include "models/suggest.h"
#include "models/unit_strings.h"

namespace aifactory {

struct BuiltinValue {
  std::string_view kind, name, key, text;
};
/// Ordered by kind and name.
[[nodiscard]] std::span<const BuiltinValue> builtin_catalog();
[[nodiscard]] std::vector<std::string> builtin_names(std::string_view kind);

namespace builtin {

template <class T>
void assign(T& member, const BuiltinValue& value) {
  if constexpr (requires { member.value(); }) {
    assign(member.emplace(), value);
  } else if constexpr (std::is_same_v<T, bool>) {
    AIF_CHECK(value.text == "true" || value.text == "false", std::string(value.text));
    member = value.text == "true";
  } else if constexpr (std::is_same_v<T, std::string>) {
    member = std::string(value.text);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    const auto read = parse_as<double>(value.text);
    AIF_CHECK(read, read.error);
    member = static_cast<std::int64_t>(read.value);
  } else if constexpr (requires { parse_as<T>(value.text); }) {
    const auto read = parse_as<T>(value.text);
    AIF_CHECK(read, fmt::format("{} of {}: \"{}\" {}", value.key, value.name, value.text, read.error));
    member = read.value;
  } else {
    AIF_CHECK(false, fmt::format("{} of {} cannot be read", value.key, value.name));
  }
}

}  // namespace builtin

/// @throws InputError when the name is unknown.
template <class T>
T builtin_entry(std::string_view name) {
  T out;
  bool found = false;
  for (const BuiltinValue& value : builtin_catalog()) {
    if (value.kind != T::kCatalogKind || value.name != name) continue;
    found = true;
    bool known = false;
    T::fields(out, [&](std::string_view key, auto& member, const Range&, const char*) {
      if (key != value.key) return;
      known = true;
      builtin::assign(member, value);
    });
    AIF_CHECK(known, fmt::format("{}/{}: no member {}", value.kind, name, value.key));
  }
  if (!found) {
    const std::vector<std::string> names = builtin_names(T::kCatalogKind);
    throw InputError(fmt::format("\"{}\" is not in the catalogue of {}{}; there are {}", name, T::kCatalogKind,
                                 did_you_mean(name, names), join_or(names)));
  }
  return out;
}

}  // namespace aifactory
