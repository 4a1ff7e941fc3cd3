// aifactory run SCENARIO: simulate, write a result directory, print a one-screen summary.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "models/error.h"
#include "sim/report/run_page.h"
#include "sim/results/manifest.h"
#include "sim/results/print_summary.h"
#include "sim/results/result_directory.h"
#include "sim/results/writers.h"
#include "sim/run/prepared.h"
#include "sim/run/simulation.h"
#include "sim/scenario/dump.h"
#include "tools/aifactory/page_parts.h"
#include "tools/aifactory/program.h"
#include "tools/aifactory/progress.h"
#include "tools/aifactory/replicas.h"
#include "tools/aifactory/run_support.h"

namespace aifactory::tools {
namespace {

struct Options {
  ScenarioArguments scenario;
  std::string out;
  bool force = false, quiet = false, json = false, no_report = false;
  ReplicaOptions replicas;
};

/// The page is made of the other files, so it is not among the outputs that the manifest lists, `aifactory report` may write it anew, and a
/// run never fails for want of it.
void write_page(ResultDirectory& directory) {
  try {
    directory.write("report.html", run_page(RunFolder(directory.partial().string()), run_page_parts()));
  } catch (const std::exception& trouble) {
    std::error_code ignored;
    std::filesystem::remove(directory.partial() / "report.html", ignored);
    fmt::print(stderr, "report.html is not written, everything else is: {}\n", trouble.what());
  }
}

int run(const Options& options, const std::vector<std::string>& command) {
  const StatusSignal status;  // from here on it asks, also while the run is prepared
  ReadScenario scenario = read_scenario(options.scenario);
  if (options.replicas.count > 0) {
    ReplicaOptions replicas = options.replicas;
    replicas.out = options.out;
    replicas.force = options.force;
    replicas.quiet = options.quiet;
    replicas.json = options.json;
    return run_replicas(scenario, replicas, command);
  }
  if (!options.replicas.jitter.empty() || options.replicas.at_once > 0) {
    throw UsageError("run: --jitter and --jobs go with --replicas");
  }
  const std::shared_ptr<PreparedRun> prepared = prepare_scenario(scenario);
  const std::string out = options.out.empty() ? "results/" + scenario.config.name : options.out;
  ResultDirectory directory(out,
                            options.force ? ResultDirectory::Existing::replace : ResultDirectory::Existing::refuse);

  RunInfo info = run_info(scenario, command);
  tell_source(prepared->source);
  tell_warnings(scenario, *prepared);

  RunResult result;
  {
    ProgressLine line(scenario.config.start, isatty(STDERR_FILENO) == 1, options.quiet);
    RunOptions run_options;
    run_options.progress = [&line](const Progress& progress) { line.show(progress); };
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
  if (!options.no_report) write_page(directory);
  directory.commit();

  fmt::print("{}", options.json ? result.summary.text() : screen_text(result.summary));
  for (const std::string& broken : info.broken_limits) fmt::print(stderr, "{}\n", broken);
  if (!result.failure.empty()) {
    fmt::print(stderr, "{}\nended after {} s of simulated time; {} has the results so far\n", result.failure,
               result.summary.number("time.simulated_s").value_or(0.0), out);
    return kRunFailed;
  }
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
  verb.add_flag("--no-report", options->no_report, "do not write report.html; `aifactory report DIR` can do so later");
  verb.add_flag("--json", options->json, "print summary.json in place of the summary for people");
  verb.add_option("--replicas", options->replicas.count,
                  "run it so many times, moved by chance, and tell means and 95 % intervals")
      ->check(CLI::Range(1, 100000))
      ->type_name("N");
  verb.add_option("--jitter", options->replicas.jitter,
                  "with --replicas: each submission moves later by a random time up to this, e.g. 5s, and nothing\n"
                  "else changes; without it each replica has a seed of its own")
      ->type_name("DURATION");
  verb.add_option("--jobs", options->replicas.at_once, "with --replicas: so many at once; default: one a processor")
      ->check(CLI::Range(1, 4096))
      ->type_name("N");
  verb.footer(
      "Progress and trouble go to standard error: one line on a terminal, JSON lines elsewhere.\n"
      "Interrupted (Ctrl-C, SIGTERM, SIGUSR1), it writes what there is and ends with exit code 5.\n"
      "SIGUSR2 asks for a line of status.");
  program.runs([options, &program] { return run(*options, program.command); });
}

}  // namespace aifactory::tools
