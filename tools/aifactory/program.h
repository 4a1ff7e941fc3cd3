#pragma once
/// @file The verbs of the program and what they share.
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/run/simulation.h"
#include "sim/scenario/config.h"
#include "sim/scenario/document.h"
#include "sim/scenario/reader.h"

namespace aifactory::tools {

/// What the program tells its caller.
enum ExitCode : int {
  kOk = 0,
  kRunFailed = 1,
  kUsage = 2,
  kInvalidInput = 3,
  kLimitBroken = 4,  ///< a ledger does not balance, or a stated limit is broken
  kInterrupted = 5,  ///< ended early, results so far are written
};

/// A wrong command line: exit 2.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The command line under construction: each verb adds itself with what runs it.
struct Program {
  CLI::App app;
  std::vector<std::string> command;  ///< argv, for the manifest
  std::vector<std::pair<CLI::App*, std::function<int()>>> verbs;

  /// Adds a verb; its options are added to what is returned.
  CLI::App& verb(const std::string& name, const std::string& summary);
  /// What runs when the verb added last is called.
  void runs(std::function<int()> action) { verbs.back().second = std::move(action); }
};

void add_run(Program& program);
void add_validate(Program& program);
void add_show(Program& program);
void add_catalog(Program& program);
void add_policies(Program& program);
void add_schema(Program& program);
void add_eval(Program& program);
void add_import(Program& program);
void add_fmea(Program& program);
void add_report(Program& program);

/// A scenario as a verb was told to read it.
struct ScenarioArguments {
  std::string path;  ///< a file, or a folder with scenario.yaml (or scenario.resolved.yaml: results of a run)
  std::vector<std::string> sets;
  std::string seed, until, policy;  ///< empty: as the scenario says

  /// Adds SCENARIO, --set, --seed, --until and --policy.
  void add_to(CLI::App& verb);
};

/// The scenario read, not yet prepared.
struct ReadScenario {
  std::string file;
  LoadedDocument document;
  ReadNotes notes;
  ScenarioConfig config;
  std::vector<std::pair<std::string, std::string>> options;  ///< "--set duration:" stands for "--until:", where it was given so
};
/// @throws InputError with all errors.
[[nodiscard]] ReadScenario read_scenario(const ScenarioArguments& arguments);
/// Plans, weather, series, jobs and policy of it, checked.  @throws InputError with the place in the scenario's files
/// where the message names a key of theirs.
[[nodiscard]] std::shared_ptr<PreparedRun> prepare_scenario(const ReadScenario& scenario);
/// Warnings of preparing it, with their places, to standard error.
void tell_warnings(const ReadScenario& scenario, const PreparedRun& run);

/// A table of text: columns are as wide as their widest cell, numbers (marked by `right`) stand to the right.
class Table {
 public:
  /// A heading that begins with '>' is of a column of numbers.
  explicit Table(std::vector<std::string> headings);
  void add(std::vector<std::string> cells);
  [[nodiscard]] std::string text(const std::string& indent = "") const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

/// Four or five digits that a person compares: "1.3", "12.35", "104.2", "12346".
[[nodiscard]] std::string short_number(double value);
/// A power in the unit that reads best: "1.3 MW".
[[nodiscard]] std::string short_power(Power power);

}  // namespace aifactory::tools
