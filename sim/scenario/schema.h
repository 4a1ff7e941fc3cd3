#pragma once
/// @file JSON Schema (draft 2020-12) of a struct with fields(), for editors that complete and check scenario files.
///
/// A schema cannot check a unit's dimension: quantities are described by a pattern (a number, then a unit) and by
/// their wanted unit in the description.  The reader stays the judge.
#include <nlohmann/json.hpp>
#include <string>

#include "sim/scenario/catalog.h"
#include "sim/scenario/describe.h"

namespace aifactory {

/// `catalog`, if given, lists the names of each kind as suggestions.
[[nodiscard]] nlohmann::ordered_json json_schema(const Description& description, const std::string& title,
                                                 const Catalog* catalog = nullptr);

template <class T>
[[nodiscard]] nlohmann::ordered_json json_schema(const std::string& title, const Catalog* catalog = nullptr) {
  return json_schema(Description::of<T>(), title, catalog);
}

}  // namespace aifactory
