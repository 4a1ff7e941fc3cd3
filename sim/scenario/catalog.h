#pragma once
/// @file The equipment catalogue: scenarios/catalog/<kind>/<name>.yaml, every number with its source.
///
///     format: 1
///     kind: racks
///     name: gb200_nvl72
///     summary: one line
///     values:
///       nodes: {value: 18, source: "where the number is from", confidence: verified}
///
/// The keys below `values` are those of the struct that reads them; mappings and lists may stand between.
/// confidence is verified (read in the source), computed (from verified numbers), secondary (reported by others)
/// or assumed (nobody has published it).
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/document.h"

namespace aifactory {

/// One number of an entry with what is known about it.
struct CatalogValue {
  std::string key;    ///< dotted path below `values`
  std::string value;  ///< as written
  std::string source;
  std::string confidence;
};

struct CatalogEntry {
  std::string kind, name, summary, file;
  Doc values;  ///< bare values, as if the user had written them
  std::vector<CatalogValue> provenance;
};

/// What a scenario took from the catalogue, so that a run can report its assumptions.
struct CatalogUse {
  std::string path;  ///< in the scenario: sites.a.halls.h1.clusters.c.rack
  std::string kind, name, file;
  std::vector<CatalogValue> values;     ///< in force
  std::vector<std::string> overridden;  ///< keys that the scenario gives itself
};

/// Finds entries; reads a file when it is asked for it.
class Catalog {
 public:
  /// An empty catalogue.
  Catalog() = default;
  /// @throws InputError if `folder` is none.
  explicit Catalog(std::string folder);
  /// The folder named by AIFACTORY_CATALOG, else share/aifactory/catalog below the folder that the program is
  /// installed in, else that of the source tree.
  /// @throws InputError naming the places when there is none.
  [[nodiscard]] static Catalog standard();

  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::vector<std::string> kinds() const;
  /// Names of one kind, sorted; empty for a kind that does not exist.
  [[nodiscard]] std::vector<std::string> names(const std::string& kind) const;
  /// @throws InputError with all errors of the file, or naming what there is when there is no such entry.
  [[nodiscard]] CatalogEntry entry(const std::string& kind, const std::string& name) const;
  /// As entry(); errors go to `report`, a missing entry is reported at `place`.  False on an error.
  bool load(const std::string& kind, const std::string& name, const Place& place, const std::string& path,
            CatalogEntry& entry, Report& report) const;

 private:
  std::string folder_;
  std::map<std::string, std::vector<std::string>> names_;  // by kind
};

}  // namespace aifactory
