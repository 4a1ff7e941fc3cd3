#include "tools/aifactory/fork_branch.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "models/error.h"
#include "models/time.h"
#include "models/unit_strings.h"
#include "sim/results/result_directory.h"
#include "sim/results/writers.h"
#include "sim/run/prepared.h"
#include "sim/scenario/dump.h"
#include "sim/scenario/set_value.h"
#include "tools/aifactory/run_support.h"

namespace aifactory::tools {
namespace {

std::shared_ptr<const Source> source_of(const std::string& flag) {
  return std::make_shared<const Source>(Source{.name = flag, .folder = "", .order = 1 << 20, .set_path = flag});
}

Doc text_at(const std::shared_ptr<const Source>& source, const std::string& text, bool quoted) {
  Doc doc = Doc::at({source, 1, 1}, Doc::Kind::scalar);
  doc.scalar = text;
  doc.quoted = quoted;
  return doc;
}

/// Puts an event behind those of the scenario.
void append(Doc& root, const Doc& event) {
  const Doc* events = root.find("events");
  const std::size_t next = events ? events->items.size() : 0;
  if (!events || events->kind != Doc::Kind::list) {
    if (const std::string wrong = set_value(root, "events", Doc::at(event.place, Doc::Kind::list)); !wrong.empty()) throw InputError(wrong);
  }
  if (const std::string wrong = set_value(root, fmt::format("events.{}", next), event); !wrong.empty()) throw InputError(wrong);
}

void add_event(const Trunk& trunk, const std::string& given, Doc& root) {
  const std::string flag = fmt::format("--event {}", given);
  const auto source = source_of(flag);
  Report report;
  Doc event = parse_yaml(given, source, report);
  report.throw_if_any();
  if (event.kind != Doc::Kind::map) throw UsageError(fmt::format("{}: must be a mapping such as {{fail: a.power.feed, for: 20 min}}", flag));
  if (const Doc* when = event.find("at")) {
    const Parsed<Duration> time = parse_as<Duration>(when->scalar);
    if (time && time.value < trunk.time) throw InputError(fmt::format("{}: at: {} is before the fork at {}: that would change the past", flag, when->scalar, trunk.at));
  } else {
    event.entries.insert(event.entries.begin(), {"at", {source, 1, 1}, text_at(source, trunk.at, false)});
  }
  append(root, event);
}

/// All values of a branch are one event: they hold together, or not at all.
void add_sets(const Trunk& trunk, const std::vector<std::string>& sets, Doc& root) {
  const auto source = source_of("--set");
  Doc values = Doc::at({source, 1, 1}, Doc::Kind::map);
  for (const std::string& set : sets) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0) throw UsageError(fmt::format("--set {}: must be KEY=VALUE, e.g. scheduling.policy=sjf", set));
    const std::string key = set.substr(0, equals);
    const auto place = source_of("--set " + key);
    if (values.find(key)) throw UsageError(fmt::format("--set {}: is given twice", key));
    values.entries.push_back({key, {place, 1, 1}, text_at(place, set.substr(equals + 1), true)});
  }
  Doc event = Doc::at({source, 1, 1}, Doc::Kind::map);
  event.entries.push_back({"at", {source, 1, 1}, text_at(source, trunk.at, false)});
  event.entries.push_back({"set", {source, 1, 1}, std::move(values)});
  append(root, event);
}

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

}  // namespace

ReadScenario branch_scenario(const Trunk& trunk, const RunFolder& original, const Branch& branch) {
  ScenarioArguments arguments;
  arguments.path = original.file("scenario.resolved.yaml");
  arguments.until = trunk.until;
  ReadScenario scenario = read_scenario(arguments);
  if (branch.unchanged()) return scenario;
  for (const std::string& event : branch.events) add_event(trunk, event, scenario.document.root);
  if (!branch.sets.empty()) add_sets(trunk, branch.sets, scenario.document.root);
  scenario.notes = {};
  scenario.config = read_or_throw<ScenarioConfig>(scenario.document, Catalog::standard(), &scenario.notes);
  return scenario;
}

BranchEnd run_branch(const Trunk& trunk, const RunFolder& original, const Branch& branch, const std::vector<std::string>& command) {
  const ReadScenario scenario = branch_scenario(trunk, original, branch);
  const std::shared_ptr<PreparedRun> prepared = prepare_scenario(scenario);
  ResultDirectory directory(branch.out, trunk.force ? ResultDirectory::Existing::replace : ResultDirectory::Existing::refuse);
  RunInfo info = run_info(scenario, command);
  if (!trunk.quiet) tell_warnings(scenario, *prepared);
  RunResult result = simulate(*prepared);
  result.resolved_scenario = dump(scenario.config);
  add_end(info, scenario.config, result);
  write_results(result, info, directory);
  // The past of a branch is that of the run it comes from, or the two cannot be compared.
  for (const char* table : {"events.csv", "series.csv"}) {
    if (!original.has(table)) continue;
    if (past_of(original.file(table), trunk.time.si()) == past_of((directory.partial() / table).string(), trunk.time.si())) continue;
    throw std::runtime_error(fmt::format("{}: before {} the branch differs from {}: was that written by another build of the program, or have its inputs changed?", table,
                                         trunk.at, trunk.path));
  }
  directory.commit();
  BranchEnd end;
  for (const std::string& broken : info.broken_limits) end.trouble += broken + "\n";
  if (!result.failure.empty()) {
    end.trouble += result.failure + "\n";
    end.exit_code = kRunFailed;
  } else if (result.status != RunStatus::complete) {
    end.exit_code = kInterrupted;
  } else if (!info.broken_limits.empty()) {
    end.exit_code = kLimitBroken;
  }
  return end;
}

}  // namespace aifactory::tools
