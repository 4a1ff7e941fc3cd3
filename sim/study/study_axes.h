#pragma once
/// @file What a study varies.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/document.h"

namespace aifactory {

/// Paths of a scenario with the values that stand there.
using Settings = std::vector<std::pair<std::string, Doc>>;

/// One value of an axis: what tables call it, and what it sets.
struct AxisLevel {
  std::string label;
  Settings settings;
};

/// "31.5 degC" as 31.5 and "degC".
struct NumberWithUnit {
  double number = 0.0;
  std::string unit;
};
[[nodiscard]] std::optional<NumberWithUnit> split_number(std::string_view text);

struct StudyAxis {
  std::string name;
  std::string path;  ///< empty: its levels are cases, which set several paths each
  Place place;
  std::vector<AxisLevel> levels;  ///< empty: it is sampled between low and high
  double low = 0.0, high = 0.0;
  std::string unit;
  bool log_scale = false, whole = false;

  [[nodiscard]] bool sampled() const { return levels.empty(); }
  /// The value at `share` of the way from low to high, of the value or of its logarithm; of a whole number, each has the same share.
  /// @param digits significant ones that are kept
  [[nodiscard]] AxisLevel at(double share, int digits) const;
};

/// Reads one axis.  What is wrong goes to `report`.
[[nodiscard]] StudyAxis read_axis(const std::string& name, const Doc& doc, const Place& place, Report& report);

/// {path: value, ...} as settings; what is no mapping goes to `report`.
[[nodiscard]] Settings read_settings(const Doc& doc, const std::string& path, Report& report);

/// The keys of one mapping, each taken at most once; those that nobody has taken are told as unknown.
class KeyReader {
 public:
  KeyReader(const Doc& map, std::string path, Report& report) : map_(map), path_(std::move(path)), report_(report) {}
  [[nodiscard]] const Doc* take(const char* key);  ///< nullptr when it is not there or empty
  [[nodiscard]] std::optional<std::string> text(const char* key);
  [[nodiscard]] std::optional<double> whole(const char* key, double low, double high);
  [[nodiscard]] std::optional<bool> truth(const char* key);
  /// Index of one of `names`.
  [[nodiscard]] std::optional<std::size_t> word(const char* key, const std::vector<std::string>& names);
  void error(const std::string& key, const std::string& message) const;
  [[nodiscard]] std::string below(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
  void refuse_others() const;

 private:
  const Doc& map_;
  std::string path_;
  Report& report_;
  std::vector<std::string> known_;
};

}  // namespace aifactory
