#pragma once
/// @file What a study keeps of one run: a line of results, which is the same each time, and a line about the circumstances, which is not.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sim/machine/machine.h"
#include "sim/results/summary.h"

namespace aifactory {

struct PointRecord {
  std::int64_t point = 0, variant = 0;
  std::uint64_t seed = 0;
  std::vector<std::string> axes;  ///< labels, in the order of the study's axes
  std::string trouble;            ///< empty: complete
  std::string log;                ///< of a failed run: the end of what it wrote to standard error
  std::vector<std::string> broken;  ///< stated limits and balances that do not hold
  nlohmann::ordered_json summary;   ///< null when it failed

  [[nodiscard]] bool complete() const { return trouble.empty(); }
  /// One line of JSON without its end.  What the wall clock says is left out of the summary.
  [[nodiscard]] std::string line() const;
  /// @throws InputError naming `file` when the text is no record.
  static PointRecord parse(std::string_view line, const std::string& file);
};

/// Number and state of a record, from the beginning of its line alone.
struct RecordHead {
  std::int64_t point = 0;  ///< 0: this is no whole record
  bool complete = false;
};
[[nodiscard]] RecordHead record_head(std::string_view line);

/// Where, when and on what a run ran, and what it took.
struct Circumstances {
  std::int64_t point = 0;
  std::string host, started_utc;
  Machine machine;
  double wall_s = 0.0, peak_bytes = 0.0;

  /// Of this process, as far as it has come.
  static Circumstances here(std::int64_t point, std::string started_utc, double wall_s);
  [[nodiscard]] std::string line() const;
  /// Fields that are not there stay empty.
  static Circumstances parse(std::string_view line);
};

}  // namespace aifactory
