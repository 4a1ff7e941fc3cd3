#pragma once
/// @file Kinds of members that a scenario struct may have beside numbers, quantities, bools and strings.
///
/// A scenario struct lists its members in `fields()` (models/fields.h).  How each kind is read:
///
/// | member                      | in YAML                                                   | unset means          |
/// |-----------------------------|-----------------------------------------------------------|----------------------|
/// | double, Quantity, Temperature | number with unit string (double: no unit, "80 %" allowed) | NaN: required        |
/// | std::int64_t                | whole number                                              | kUnsetCount: required |
/// | std::string                 | scalar                                                    | empty: required      |
/// | bool                        | true / false                                              | its default          |
/// | enum with EnumNames<E>      | one of the names                                          | its default          |
/// | std::optional<T>            | T                                                         | absent               |
/// | std::vector<T>              | list of T                                                 | empty                |
/// | ListOrFile<T>               | list of T, or the path of a file that holds it            | empty                |
/// | Names                       | one text or a list of texts                               | empty                |
/// | Map<T>                      | mapping of names to T, order kept                         | empty                |
/// | InputFile                   | path, relative to the file that names it                  | empty path: required |
/// | CatalogRef<T>               | a catalogue name, or {base: name, key: value, ...}, or all keys | required        |
/// | Timestamp, RunLength        | see below                                                 | required             |
/// | struct with fields()        | mapping                                                   | its members' rule    |
///
/// A struct may also have
///   `static constexpr const char* kShorthand = "flat";`  a bare scalar or list X is read as {flat: X};
///   `template <class Report> void validate(Report& report) const;`  checks across members, run after reading
///      when all members were readable; it calls report.error("key", "message") once for each problem.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/fields.h"

namespace aifactory {

inline constexpr std::int64_t kUnsetCount = INT64_MIN;

/// Names of the values of an enum, in the order of the documentation:
/// `template <> struct EnumNames<Color> { static constexpr std::pair<const char*, Color> values[] = {{"red",
/// Color::red}}; };`
template <class E>
struct EnumNames;

/// A file that the scenario names.  `path` is absolute, or relative to the working directory, once read.
struct InputFile {
  std::string path;
  std::string as_written;
};

/// A list written out, or a file that holds it in a format of its own.
template <class T>
struct ListOrFile {
  std::vector<T> list;
  std::optional<InputFile> file;
  [[nodiscard]] bool empty() const { return list.empty() && !file; }
};

/// Names or patterns, where one of them needs no brackets: `fail: a.power.feed`, `fail: [a.power.ups_*, a.power.mv]`.
struct Names {
  std::vector<std::string> items = {};
  [[nodiscard]] bool empty() const { return items.empty(); }
  [[nodiscard]] auto begin() const { return items.begin(); }
  [[nodiscard]] auto end() const { return items.end(); }
};

/// Mapping of unique names to values in the order of the file.
template <class T>
struct Map {
  std::vector<std::pair<std::string, T>> items;
  [[nodiscard]] bool empty() const { return items.empty(); }
  [[nodiscard]] std::size_t size() const { return items.size(); }
  [[nodiscard]] const T* find(const std::string& name) const {
    for (const auto& [key, value] : items) {
      if (key == name) return &value;
    }
    return nullptr;
  }
  [[nodiscard]] auto begin() const { return items.begin(); }
  [[nodiscard]] auto end() const { return items.end(); }
};

/// Equipment by catalogue name, changed by hand, or given whole.  `T` has fields() and
/// `static constexpr const char* kCatalogKind = "racks";` (the folder of scenarios/catalog/).
template <class T>
struct CatalogRef {
  T value;
  std::string base;  ///< catalogue name it started from; empty when given whole
};

/// `2026-07-01`, `2026-07-01T06:00`, `2026-07-01T06:00:00Z`.  Without Z it is the site's standard time.
struct Timestamp {
  std::int64_t seconds =
      INT64_MIN;  ///< since 1970-01-01T00:00:00 of its own clock (site standard time, or UTC if `utc`)
  bool utc = false;
};

/// `7 d`, or the word `workload`: until the last job has ended.
struct RunLength {
  Duration span;  ///< unset when until_workload_ends
  bool until_workload_ends = false;
};

}  // namespace aifactory
