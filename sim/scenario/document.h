#pragma once
/// @file A YAML text as a tree of our own, in which every node and key knows where it was written.
///
/// Stricter than YAML, because a scenario is data: one document, mappings with unique scalar keys, no tags.
/// Anchors, aliases and merge keys (`<<`) are understood.  `include: part.yaml` (or a list) in any mapping
/// stands for the mapping in that file, relative to the including file; mappings merge deeply, a later file wins over
/// an earlier one and the including file over all; lists and scalars are replaced whole.  An included file may state
/// its own `format: 1`.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/report.h"

namespace aifactory {

struct Doc {
  enum class Kind { null, scalar, list, map };
  struct Entry;

  Kind kind = Kind::null;
  Place place;
  bool quoted = false;  ///< a scalar written in quotes or as a block
  std::string scalar;
  std::vector<Doc> items;
  std::vector<Entry> entries;  ///< in the order of the file, keys unique

  /// An empty node.
  [[nodiscard]] static Doc at(const Place& place, Kind kind = Kind::null);
  /// The value of `key`, nullptr when there is none.
  [[nodiscard]] const Doc* find(std::string_view key) const;
  [[nodiscard]] const Entry* find_entry(std::string_view key) const;
  /// "a mapping", "a list", `"the scalar"`, "empty": as messages say what stands there.
  [[nodiscard]] std::string describe() const;
};

/// Of a mapping.  The key "" cannot be written: it holds the scalar that a `--set` went below, as in
/// `rack: gb200_nvl72` with `--set rack.power=130 kW`.
struct Doc::Entry {
  std::string key;
  Place place;
  Doc value;
};

struct LoadedDocument {
  Doc root;
  std::vector<std::string> files;  ///< every file read, the first is the root, each once
};

/// Reads a file with its includes and applies each `path=value` of `sets` to it, in order.
/// Segments of a path are separated by dots; a segment that contains one is quoted (`checks."kpi.pue".max`)
/// unless the key exists already.  Items of a list are counted from 0 (`events.0.at` or `events[0].at`), and the
/// number after the last adds one.  The value is YAML; paths in it are relative to the working directory.
/// @throws InputError with all errors, one a line.
[[nodiscard]] LoadedDocument load_document(const std::string& path, const std::vector<std::string>& sets = {});

/// As load_document, of a text that stands in no file; `source.folder` is where includes are looked for.
[[nodiscard]] LoadedDocument load_text(std::string_view text, const Source& source,
                                       const std::vector<std::string>& sets = {});

/// One YAML text without includes.  On errors, which go to `report`, returns what could be read.
[[nodiscard]] Doc parse_yaml(std::string_view text, const std::shared_ptr<const Source>& source, Report& report);

/// `over` laid upon `base`: mappings merge deeply, anything else in `over` replaces.
[[nodiscard]] Doc merge_deep(const Doc& base, const Doc& over);

/// The tree as YAML text; parse_yaml gives it back.
[[nodiscard]] std::string to_yaml(const Doc& doc);

/// A scalar as messages and dumps show it: quoted only where YAML needs it.
[[nodiscard]] std::string yaml_string(std::string_view text);

}  // namespace aifactory
