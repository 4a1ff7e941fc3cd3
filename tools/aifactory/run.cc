// aifactory run SCENARIO: simulate, write a result directory, print a one-screen summary.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "models/error.h"
#include "sim/results/manifest.h"
#include "sim/results/print_summary.h"
#include "sim/results/result_directory.h"
#include "sim/results/writers.h"
#include "sim/run/prepared.h"
#include "sim/run/simulation.h"
#include "sim/scenario/dump.h"
#include "tools/aifactory/program.h"
#include "tools/aifactory/progress.h"

namespace aifactory::tools {
namespace {

struct Options {
  ScenarioArguments scenario;
  std::string out;
  bool force = false, quiet = false, json = false;
};

/// What a log lost or had changed, once for each reason.
void tell_source(const SourceReport& report) {
  const auto tell = [](const SourceReport::Drop& drop, const char* fate) {
    fmt::print(stderr, "workload: {} {} {}: {} (first: {})\n", drop.count, drop.count == 1 ? "row" : "rows", fate,
               drop.reason, drop.first);
  };
  for (const SourceReport::Drop& drop : report.drops) tell(drop, "left out");
  for (const SourceReport::Drop& change : report.changes) tell(change, "changed");
}

/// Every file that the scenario was made of, its own first.
std::vector<InputHash> hash_inputs(const ReadScenario& scenario) {
  std::vector<std::string> files = scenario.document.files;
  files.insert(files.end(), scenario.notes.input_files.begin(), scenario.notes.input_files.end());
  for (const CatalogUse& use : scenario.notes.catalog) files.push_back(use.file);
  std::vector<InputHash> hashes;
  for (const std::string& file : files) {
    const auto known = [&](const InputHash& hash) { return hash.path == file; };
    if (std::none_of(hashes.begin(), hashes.end(), known)) hashes.push_back({file, sha256_of_file(file)});
  }
  return hashes;
}

/// One sentence for each stated limit that does not hold.  A number that the run does not define breaks its limit too:
/// nobody has shown that it holds.
std::vector<std::string> broken_checks(const Map<CheckConfig>& checks, const Summary& summary) {
  std::vector<std::string> broken;
  for (const auto& [path, check] : checks) {
    const std::optional<double> value = summary.number(path);
    if (!value) {
      broken.push_back(fmt::format(
          "check {}: {}", path,
          summary.has(path) ? "is null: this scenario does not define it" : "is no number of this run's summary.json"));
      continue;
    }
    if (check.min && *value < *check.min) {
      broken.push_back(fmt::format("check {}: {} is below the stated min {}", path, *value, *check.min));
    }
    if (check.max && *value > *check.max) {
      broken.push_back(fmt::format("check {}: {} is above the stated max {}", path, *value, *check.max));
    }
  }
  return broken;
}

int run(const Options& options, const std::vector<std::string>& command) {
  ReadScenario scenario = read_scenario(options.scenario);
  const std::shared_ptr<PreparedRun> prepared = prepare_scenario(scenario);
  const std::string out = options.out.empty() ? "results/" + scenario.config.name : options.out;
  ResultDirectory directory(out,
                            options.force ? ResultDirectory::Existing::replace : ResultDirectory::Existing::refuse);

  RunInfo info;
  info.command = command;
  info.inputs = hash_inputs(scenario);
  info.scenario = info.inputs.front();
  info.inputs.erase(info.inputs.begin());
  info.seed = static_cast<std::uint64_t>(scenario.config.seed);
  info.started_utc = now_utc();
  tell_source(prepared->source);

  RunResult result;
  {
    ProgressLine line(scenario.config.start, isatty(STDERR_FILENO) == 1);
    RunOptions run_options;
    if (!options.quiet) run_options.progress = [&line](const Progress& progress) { line.show(progress); };
    result = simulate(*prepared, run_options);
  }
  result.resolved_scenario = dump(scenario.config);
  info.wall = Duration(result.summary.number("time.wall_s").value_or(kUnset));
  info.events = static_cast<std::int64_t>(result.summary.number("time.events").value_or(0.0));
  const bool complete = result.status == RunStatus::complete;
  // Limits are stated for the whole run; a part of it neither keeps nor breaks them.
  if (complete) info.broken_limits = broken_checks(scenario.config.checks, result.summary);
  for (std::string& imbalance : result.ledger.imbalances()) info.broken_limits.push_back(std::move(imbalance));
  write_results(result, info, directory);
  directory.commit();

  fmt::print("{}", options.json ? result.summary.text() : screen_text(result.summary));
  for (const std::string& broken : info.broken_limits) fmt::print(stderr, "{}\n", broken);
  if (!complete) {
    fmt::print(stderr, "interrupted after {} s of simulated time; {} has the results so far\n",
               result.summary.number("time.simulated_s").value_or(0.0), out);
    return kInterrupted;
  }
  return info.broken_limits.empty() ? kOk : kLimitBroken;
}

}  // namespace

void add_run(Program& program) {
  CLI::App& verb = program.verb("run", "simulate a scenario and write its results");
  const auto options = std::make_shared<Options>();
  options->scenario.add_to(verb);
  verb.add_option("--out", options->out, "directory of the results; default: results/NAME-OF-THE-SCENARIO")
      ->type_name("DIR");
  verb.add_flag("--force", options->force, "replace results that exist");
  verb.add_flag("--quiet", options->quiet, "no progress");
  verb.add_flag("--json", options->json, "print summary.json in place of the summary for people");
  verb.footer(
      "Progress and trouble go to standard error: one line on a terminal, JSON lines elsewhere.\n"
      "Interrupted (Ctrl-C), it writes what there is and ends with exit code 5.");
  program.runs([options, &program] { return run(*options, program.command); });
}

}  // namespace aifactory::tools
