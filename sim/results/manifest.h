#pragma once
/// @file manifest.json: what made these results, so that they can be made again and checked.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/units.h"
#include "sim/results/run_result.h"
#include "sim/results/source_record.h"

namespace aifactory {

/// A file that the run read.
struct InputHash {
  std::string path;    ///< as the user wrote it
  std::string sha256;  ///< sha256_of_file
};

/// What the run's circumstances were.  Not repeatable byte for byte, unlike every other file of the results.
struct RunInfo {
  std::vector<std::string> command;  ///< argv
  InputHash scenario;
  std::vector<InputHash> inputs;  ///< includes, logs, weather, prices, ..., in the order of reading
  std::vector<SourceRecord> sources;  ///< numbers taken from the catalogue
  std::uint64_t seed = 0;
  std::string started_utc;  ///< 2026-07-01T06:00:00Z, real time
  Duration wall{0.0};
  std::int64_t events = 0;
  std::vector<std::string> broken_limits;  ///< sentences: stated limits and balances that do not hold
};

/// Peak resident memory of this process so far, in bytes.
[[nodiscard]] DataSize peak_resident_memory();
/// Name of this machine.
[[nodiscard]] std::string host_name();
/// The present real time, `2026-07-01T06:00:00Z`.
[[nodiscard]] std::string now_utc();

/// Text of manifest.json.  `outputs` are names and SHA-256 of the other files.
[[nodiscard]] std::string manifest_text(RunStatus status, const RunInfo& info,
                                        const std::vector<std::pair<std::string, std::string>>& outputs);

}  // namespace aifactory
