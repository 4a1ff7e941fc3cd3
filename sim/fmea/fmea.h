#pragma once
/// @file Failure modes and effects: each unit failed alone, then each failure during each unit's maintenance.
#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/fmea/outcome.h"
#include "sim/run/prepared.h"

namespace aifactory {

struct FmeaOptions {
  Tick at = 0;        ///< date of every failure
  Tick lead = 0;      ///< maintenance begins this long before
  std::size_t jobs = 1;
  bool pairs = true;  ///< failures during maintenance too
};

/// One run of the analysis, for itself and for all that are alike.
struct FmeaCase {
  NamedUnit failed;
  std::optional<NamedUnit> maintained;
  std::int64_t alike = 1;               ///< cases that it stands for, itself included
  std::vector<std::string> also;        ///< units alike to `failed`; pairs: with the same maintained unit
  std::int64_t maintained_alike = 1;    ///< units alike to `maintained`
  FmeaOutcome outcome = {};
  bool done = false;
  bool adds = true;  ///< pairs: worse than either of the two units alone
};

struct FmeaResult {
  FmeaBase base;
  /// Ranked: those that end in trouble, then by power, accelerator hours, time to the first limit; last, pairs that are no worse
  /// than one of their units alone.
  std::vector<FmeaCase> cases;
  bool complete = false;        ///< every case was run

  /// The case of a unit that fails alone, or of one that is alike; null: not run.
  [[nodiscard]] const FmeaCase* alone(const NamedUnit& unit) const;
};

/// The cases, before anything runs.
[[nodiscard]] std::vector<FmeaCase> fmea_cases(const PreparedRun& run, bool pairs);

/// Runs them, each in a child process with the real engine.  @param run prepared with a horizon that ends the window; its
/// own events and failure processes are left out.  @param progress is told how many of how many runs are over.
/// @throws std::runtime_error when the run without a failure does not come to its end.
[[nodiscard]] FmeaResult run_fmea(PreparedRun& run, const FmeaOptions& options,
                                  const std::function<void(std::size_t done, std::size_t all)>& progress,
                                  const std::atomic<bool>& stop);

}  // namespace aifactory
