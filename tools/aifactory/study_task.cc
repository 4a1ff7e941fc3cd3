#include "tools/aifactory/study_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "models/error.h"
#include "sim/policy_program/outside_policy.h"
#include "sim/results/build_info.h"
#include "sim/results/result_directory.h"
#include "sim/results/sha256.h"
#include "sim/results/writers.h"
#include "sim/run/prepared.h"
#include "sim/scenario/dump.h"
#include "sim/scenario/set_value.h"
#include "tools/aifactory/run_support.h"

namespace aifactory::tools {
namespace {

constexpr std::size_t kMostReadings = 200;  ///< of levels of axes before the first run

void apply(const Settings& settings, Doc& root, Report& report) {
  for (const auto& [path, value] : settings) {
    if (const std::string wrong = set_value(root, path, value); !wrong.empty()) report.error(value.place, "", wrong);
  }
}

/// The scenario of one variant and seed.
ReadScenario scenario_of(const StudyTask& task, const Settings& settings, std::uint64_t seed) {
  ReadScenario scenario;
  scenario.file = task.config.scenario;
  scenario.document = task.base;
  Report report;
  apply(settings, scenario.document.root, report);
  Doc number = Doc::at({}, Doc::Kind::scalar);
  number.scalar = fmt::format("{}", seed);
  if (const std::string wrong = set_value(scenario.document.root, "seed", number); !wrong.empty()) report.error({}, "seed", wrong);
  report.throw_if_any();
  scenario.config = read_or_throw<ScenarioConfig>(scenario.document, Catalog::standard(), &scenario.notes);
  return scenario;
}

/// Hashes of the files that the scenarios read beside their own, by path.
using Inputs = std::map<std::string, std::string>;

void add_inputs(const StudyTask& task, const ReadScenario& scenario, Inputs& inputs) {
  std::vector<std::string> files = scenario.notes.input_files;
  for (const CatalogUse& use : scenario.notes.catalog) files.push_back(use.file);
  for (std::string& file : files_of_policy(scenario.config.scheduling.policy)) files.push_back(std::move(file));
  for (const std::string& file : files) {
    if (std::find(task.base.files.begin(), task.base.files.end(), file) == task.base.files.end() && !inputs.contains(file)) inputs[file] = sha256_of_file(file);
  }
}

/// Reads one variant for each level of each axis, and samples of the others; collects the inputs.
Inputs check_levels(const StudyTask& task, std::uint64_t seed) {
  std::set<std::pair<std::size_t, std::string>> seen;
  Inputs inputs;
  std::vector<std::string> errors;
  std::size_t readings = 0;
  for (const Variant& variant : task.design.variants) {
    bool fresh = readings == 0;
    for (std::size_t a = 0; a < variant.labels.size(); ++a) fresh = seen.emplace(a, variant.labels[a]).second || fresh;
    if (!fresh) continue;
    if (++readings > kMostReadings) break;
    try {
      add_inputs(task, scenario_of(task, variant.settings, seed), inputs);
    } catch (const InputError& error) {
      if (std::find(errors.begin(), errors.end(), error.what()) == errors.end()) errors.emplace_back(error.what());
    }
  }
  std::string text;
  for (const std::string& error : errors) text += (text.empty() ? "" : "\n") + error;
  if (!text.empty()) throw InputError(text);
  return inputs;
}

/// All that decides the results; no path of this machine.
std::string identity_of(const StudyTask& task, const Inputs& inputs) {
  Sha256 sha;
  sha.add(fmt::format("{}\n{}\n{}\n", task.head.build, task.head.name, name_of(task.head.keep)));
  sha.add(to_yaml(task.base.root));
  for (const auto& [path, sha256] : inputs) sha.add(sha256 + "\n");
  for (const auto& [name, path] : task.head.axes) sha.add(fmt::format("{}\t{}\n", name, path));
  for (const auto& [name, text] : task.head.metrics) sha.add(fmt::format("{}\t{}\n", name, text));
  for (const Variant& variant : task.design.variants) {
    for (const std::string& label : variant.labels) sha.add(label + "\t");
    for (const auto& [path, value] : variant.settings) sha.add(fmt::format("{}\t{}\n", path, to_yaml(value)));
  }
  for (const StudyPoint& point : task.design.points) sha.add(fmt::format("{} {} {}\n", point.number, point.variant, point.seed));
  return sha.finish();
}

void keep_results(Keep keep, const ReadScenario& scenario, RunResult& result, const std::vector<std::string>& command,
                  const std::vector<std::string>& broken, const std::filesystem::path& folder) {
  RunInfo info = run_info(scenario, command);
  info.wall = Duration(result.summary.number("time.wall_s").value_or(kUnset));
  info.events = static_cast<std::int64_t>(result.summary.number("time.events").value_or(0.0));
  info.broken_limits = broken;
  result.resolved_scenario = dump(scenario.config);
  ResultDirectory directory(folder, ResultDirectory::Existing::replace);
  if (keep == Keep::all) {
    write_results(result, info, directory);
  } else {
    directory.write("scenario.resolved.yaml", result.resolved_scenario);
    directory.write("summary.json", result.summary.text());
    directory.write("series.csv", [&](OutputFile& file) { write_series_csv(result.series, file); });
    directory.write("manifest.json", manifest_text(result.status, info, directory.hashes()));
  }
  directory.commit();
}

}  // namespace

StudyTask read_study_task(const std::string& path, const Shard& shard, const std::vector<std::string>& command) {
  StudyTask task;
  task.config = read_study(path);
  task.base = load_document(task.config.scenario);
  task.command = command;
  Report report;
  apply(task.config.set, task.base.root, report);
  report.throw_if_any();
  std::uint64_t seed = 1;
  if (const Doc* given = task.base.root.find("seed"); given && given->kind == Doc::Kind::scalar) {
    if (const auto number = split_number(given->scalar); number && number->number >= 0.0) seed = static_cast<std::uint64_t>(number->number);
  }
  task.design = make_design(task.config, seed);
  const BuildInfo& build = build_info();
  task.head = {.name = task.config.name, .identity = {}, .build = fmt::format("{} {}", build.version, build.git), .keep = task.config.keep, .axes = {},
               .metrics = {}, .points = static_cast<std::int64_t>(task.design.points.size()),
               .variants = static_cast<std::int64_t>(task.design.variants.size()), .shard = shard};
  for (const StudyAxis& axis : task.config.axes) task.head.axes.emplace_back(axis.name, axis.path);
  for (const auto& [name, metric] : task.config.metrics) task.head.metrics.emplace_back(name, metric.text());
  task.head.identity = identity_of(task, check_levels(task, seed));
  return task;
}

int run_point(const StudyTask& task, const StudyPoint& point, const StudyStore& store) {
  try {
    const std::string started = now_utc();
    const Variant& variant = task.design.variants[point.variant];
    const ReadScenario scenario = scenario_of(task, variant.settings, point.seed);
    const std::shared_ptr<PreparedRun> prepared = prepare_scenario(scenario);
    RunResult result = simulate(*prepared);
    if (!result.failure.empty()) {
      fmt::print(stderr, "{}\n", result.failure);
      return kWorkerFailed;
    }
    if (result.status != RunStatus::complete) return kWorkerInterrupted;
    PointRecord record{.point = point.number, .variant = variant.number, .seed = point.seed, .axes = variant.labels, .trouble = {}, .log = {},
                       .broken = broken_checks(scenario.config.checks, result.summary), .summary = {}};
    for (std::string& imbalance : result.ledger.imbalances()) record.broken.push_back(std::move(imbalance));
    if (task.head.keep != Keep::summary) {
      keep_results(task.head.keep, scenario, result, task.command, record.broken, store.run_folder(point.number));
    }
    record.summary = result.summary.json();
    const double wall_s = result.summary.number("time.wall_s").value_or(0.0);
    store.spool(point.number, record.line(), Circumstances::here(point.number, started, wall_s).line());
    return 0;
  } catch (const OutputError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return kWorkerDisk;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return kWorkerFailed;
  }
}

}  // namespace aifactory::tools
