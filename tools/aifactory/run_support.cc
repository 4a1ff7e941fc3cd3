#include "tools/aifactory/run_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "sim/policy_program/outside_policy.h"
#include "sim/results/sha256.h"

namespace aifactory::tools {
namespace {

/// Every file that the scenario was made of, its own first.
std::vector<InputHash> hash_inputs(const ReadScenario& scenario) {
  std::vector<std::string> files = scenario.document.files;
  for (std::string& file : input_files(scenario)) files.push_back(std::move(file));
  std::vector<InputHash> hashes;
  for (const std::string& file : files) {
    const auto known = [&](const InputHash& hash) { return hash.path == file; };
    if (std::none_of(hashes.begin(), hashes.end(), known)) hashes.push_back({file, sha256_of_file(file)});
  }
  return hashes;
}

}  // namespace

void tell_source(const SourceReport& report) {
  const auto tell = [](const SourceReport::Drop& drop, const char* fate) {
    fmt::print(stderr, "workload: {} {} {}: {} (first: {})\n", drop.count, drop.count == 1 ? "row" : "rows", fate,
               drop.reason, drop.first);
  };
  for (const SourceReport::Drop& drop : report.drops) tell(drop, "left out");
  for (const SourceReport::Drop& change : report.changes) tell(change, "changed");
}

RunInfo run_info(const ReadScenario& scenario, const std::vector<std::string>& command) {
  RunInfo info;
  info.command = command;
  info.inputs = hash_inputs(scenario);
  info.scenario = info.inputs.front();
  info.inputs.erase(info.inputs.begin());
  for (const CatalogUse& use : scenario.notes.catalog) {
    for (const CatalogValue& value : use.values) {
      info.sources.push_back({use.path + "." + value.key, value.value, use.kind, use.name, value.source, value.confidence});
    }
  }
  info.seed = static_cast<std::uint64_t>(scenario.config.seed);
  info.started_utc = now_utc();
  return info;
}

std::vector<std::string> input_files(const ReadScenario& scenario) {
  std::vector<std::string> files = scenario.notes.input_files;
  for (const CatalogUse& use : scenario.notes.catalog) files.push_back(use.file);
  for (std::string& file : files_of_policy(scenario.config.scheduling.policy)) files.push_back(std::move(file));
  return files;
}

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

std::vector<std::string> broken_limits(const ScenarioConfig& config, const RunResult& result) {
  std::vector<std::string> broken;
  if (result.status == RunStatus::complete) broken = broken_checks(config.checks, result.summary);
  for (std::string& imbalance : result.ledger.imbalances()) broken.push_back(std::move(imbalance));
  return broken;
}

void add_end(RunInfo& info, const ScenarioConfig& config, const RunResult& result) {
  info.wall = Duration(result.summary.number("time.wall_s").value_or(kUnset));
  info.events = static_cast<std::int64_t>(result.summary.number("time.events").value_or(0.0));
  info.broken_limits = broken_limits(config, result);
}

}  // namespace aifactory::tools
