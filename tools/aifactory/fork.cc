// aifactory fork RUN --at TIME: a finished run again, with something else happening from a time on.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "models/error.h"
#include "models/time.h"
#include "models/unit_strings.h"
#include "sim/report/run_folder.h"
#include "sim/results/result_directory.h"
#include "sim/results/writers.h"
#include "sim/run/prepared.h"
#include "sim/scenario/dump.h"
#include "sim/scenario/set_value.h"
#include "tools/aifactory/program.h"
#include "tools/aifactory/run_support.h"

namespace aifactory::tools {
namespace {
namespace fs = std::filesystem;

struct ForkOptions {
  std::string run, at, out, until;
  std::vector<std::string> events;
  bool force = false, quiet = false;
};

/// Header and all lines of a table of a run whose time, in the first column, is before `at`.
std::string past_of(const std::string& file, double at_s) {
  std::ifstream in(file);
  std::string text, line;
  for (bool header = true; std::getline(in, line); header = false) {
    if (!header && std::strtod(line.c_str(), nullptr) >= at_s) break;
    text += line + "\n";
  }
  return text;
}

/// Puts an event with its time behind those of the scenario.
void add_event(const std::string& given, const std::string& at, Duration from, Doc& root, std::size_t number) {
  const auto source = std::make_shared<const Source>(Source{fmt::format("--event {}", number), "", 1 << 20, ""});
  Report report;
  Doc event = parse_yaml(given, source, report);
  report.throw_if_any();
  if (event.kind != Doc::Kind::map) throw UsageError(fmt::format("--event {}: must be a mapping such as {{fail: a.power.feed, for: 20 min}}", given));
  if (const Doc* when = event.find("at")) {
    const Parsed<Duration> time = parse_as<Duration>(when->scalar);
    if (time && time.value < from) throw InputError(fmt::format("--event {}: at: {} is before the fork at {}: that would change the past", given, when->scalar, at));
  } else {
    Doc time = Doc::at({source, 1, 1}, Doc::Kind::scalar);
    time.scalar = at;
    event.entries.insert(event.entries.begin(), {"at", {source, 1, 1}, std::move(time)});
  }
  const Doc* events = root.find("events");
  const std::size_t next = events ? events->items.size() : 0;
  if (!events || events->kind != Doc::Kind::list) {
    if (const std::string wrong = set_value(root, "events", Doc::at({source, 1, 1}, Doc::Kind::list)); !wrong.empty()) throw InputError(wrong);
  }
  if (const std::string wrong = set_value(root, fmt::format("events.{}", next), event); !wrong.empty()) throw InputError(wrong);
}

int fork_run(const ForkOptions& options, const std::vector<std::string>& command) {
  const RunFolder original(options.run);
  const Parsed<Duration> at = parse_as<Duration>(options.at);
  if (!at || !(at.value.si() >= 0.0)) throw UsageError(fmt::format("--at {} must be a time after the start, e.g. \"36 h\"", options.at));
  const double simulated_s = original.number("time.simulated_s").value_or(0.0);
  if (at.value.si() > simulated_s) throw UsageError(fmt::format("--at {}: the run ended after {} s", options.at, simulated_s));

  ScenarioArguments arguments;
  arguments.path = original.file("scenario.resolved.yaml");
  arguments.until = options.until;
  ReadScenario scenario = read_scenario(arguments);
  if (!options.events.empty()) {
    for (std::size_t i = 0; i < options.events.size(); ++i) add_event(options.events[i], options.at, at.value, scenario.document.root, i + 1);
    scenario.notes = {};
    scenario.config = read_or_throw<ScenarioConfig>(scenario.document, Catalog::standard(), &scenario.notes);
  }
  const std::shared_ptr<PreparedRun> prepared = prepare_scenario(scenario);
  ResultDirectory directory(options.out, options.force ? ResultDirectory::Existing::replace : ResultDirectory::Existing::refuse);
  RunInfo info = run_info(scenario, command);
  if (!options.quiet) tell_warnings(scenario, *prepared);
  RunResult result = simulate(*prepared);
  result.resolved_scenario = dump(scenario.config);
  info.wall = Duration(result.summary.number("time.wall_s").value_or(kUnset));
  info.events = static_cast<std::int64_t>(result.summary.number("time.events").value_or(0.0));
  const bool complete = result.status == RunStatus::complete;
  if (complete) info.broken_limits = broken_checks(scenario.config.checks, result.summary);
  for (std::string& imbalance : result.ledger.imbalances()) info.broken_limits.push_back(std::move(imbalance));
  write_results(result, info, directory);
  // The past of a branch is that of the run it comes from, or the two cannot be compared.
  for (const char* table : {"events.csv", "series.csv"}) {
    if (!original.has(table)) continue;
    if (past_of(original.file(table), at.value.si()) == past_of((directory.partial() / table).string(), at.value.si())) continue;
    throw std::runtime_error(fmt::format("{}: before {} the branch differs from {}: was that written by another build of the program, or have its inputs changed?", table,
                                         options.at, options.run));
  }
  directory.commit();
  fmt::print("{}: as {} until {}", options.out, options.run, options.at);
  for (const std::string& event : options.events) fmt::print(", then {}", event);
  fmt::print("\n`aifactory compare {} {}` tells what came of it\n", options.run, options.out);
  for (const std::string& broken : info.broken_limits) fmt::print(stderr, "{}\n", broken);
  if (!result.failure.empty()) {
    fmt::print(stderr, "{}\n", result.failure);
    return kRunFailed;
  }
  if (!complete) return kInterrupted;
  return info.broken_limits.empty() ? kOk : kLimitBroken;
}

}  // namespace

void add_fork(Program& program) {
  CLI::App& verb = program.verb("fork", "a finished run again, with something else happening from a time on");
  const auto options = std::make_shared<ForkOptions>();
  verb.add_option("RUN", options->run, "result directory of `aifactory run`")->required();
  verb.add_option("--at", options->at, "time after the start from which the branch may differ, e.g. \"36 h\"")->type_name("TIME")->required();
  verb.add_option("--out", options->out, "directory of the branch")->type_name("DIR")->required();
  verb.add_option("--event", options->events, "what happens in the branch, as under `events` of a scenario, at TIME unless it says when:\n"
                  "\"{fail: dallas.cooling.cdu_01, for: 30 min}\"; may be given several times")->type_name("EVENT")->allow_extra_args(false);
  verb.add_option("--until", options->until, "another end of the branch")->type_name("DURATION");
  verb.add_flag("--force", options->force, "replace results that exist");
  verb.add_flag("--quiet", options->quiet, "no warnings");
  verb.footer(
      "The scenario of the run is simulated again from its start, which gives the same bytes, so that the past of the branch is that of\n"
      "the run (checked: events and series before TIME). A branch in which nothing else happens equals the run, byte for byte.");
  program.runs([options, &program] { return fork_run(*options, program.command); });
}

}  // namespace aifactory::tools
