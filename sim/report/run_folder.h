#pragma once
/// @file The result directory of a finished run, as its readers see it.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "sim/results/summary_numbers.h"

namespace aifactory {

class RunFolder {
 public:
  /// Reads manifest.json and summary.json.
  /// @throws InputError when there is no such directory, it holds no results of a run, or these files are damaged.
  explicit RunFolder(std::string path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const nlohmann::ordered_json& manifest() const { return manifest_; }
  [[nodiscard]] const nlohmann::ordered_json& summary() const { return summary_; }
  /// A number of summary.json by its dotted path (`kpi.pue`, `sites.a.kpi.pue`); nullopt when it is null or not there.
  [[nodiscard]] std::optional<double> number(std::string_view path) const;

 private:
  std::string path_;
  nlohmann::ordered_json manifest_, summary_;
};

}  // namespace aifactory
