#include "tools/aifactory/replicas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "models/error.h"
#include "models/unit_strings.h"
#include "sim/results/manifest.h"
#include "sim/results/replica_statistics.h"
#include "sim/results/result_directory.h"
#include "sim/run/prepared.h"
#include "sim/run/simulation.h"
#include "sim/scenario/dump.h"
#include "tools/aifactory/child_processes.h"
#include "tools/aifactory/run_support.h"

namespace aifactory::tools {
namespace {
using Json = nlohmann::ordered_json;

/// What people compare, in the order of the table.
constexpr const char* kShown[] = {"jobs.completed",
                                  "jobs.mean_wait_s",
                                  "jobs.p95_wait_s",
                                  "jobs.mean_turnaround_s",
                                  "jobs.mean_bounded_slowdown",
                                  "jobs.area_weighted_bounded_slowdown",
                                  "jobs.max_finish_time_fairness",
                                  "jobs.jain_index",
                                  "jobs.makespan_s",
                                  "jobs.idle_while_waiting_frac",
                                  "kpi.utilization_frac",
                                  "kpi.goodput_frac",
                                  "kpi.pue",
                                  "energy.facility_mwh",
                                  "energy.peak_facility_mw",
                                  "thermal.throttled_accelerator_h",
                                  "grid.energy_cost_usd",
                                  "grid.carbon_t"};

Duration jitter_of(const std::string& text, Duration of_scenario) {
  if (text.empty()) return of_scenario;
  const Parsed<Duration> parsed = parse_as<Duration>(text);
  if (!parsed) throw UsageError(fmt::format("--jitter: \"{}\" {}", text, parsed.error));
  if (!(parsed.value.si() >= 0.0)) throw UsageError(fmt::format("--jitter: {} must not be negative", text));
  return parsed.value;
}

/// The scenario of replica `number`.
ScenarioConfig replica_of(const ScenarioConfig& config, std::int64_t number, Duration jitter) {
  ScenarioConfig out = config;
  if (jitter.si() > 0.0) {
    out.workload->submit_jitter = jitter;
    out.workload->jitter_stream = fmt::format("/{}", number);
  } else {
    out.seed += number - 1;
  }
  return out;
}

/// Runs a replica and packs what its parent wants to know.
std::string simulate_replica(const ReadScenario& scenario, std::int64_t number, Duration jitter) {
  ReadScenario mine = scenario;
  mine.config = replica_of(scenario.config, number, jitter);
  const std::shared_ptr<PreparedRun> prepared = prepare_scenario(mine);
  const RunResult result = simulate(*prepared);
  return Json{{"status", name_of(result.status)}, {"broken", broken_limits(mine.config, result)}, {"summary", result.summary.json()}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

std::string table_text(const ReplicaTable& table) {
  Table text({"number", ">mean", ">sd", ">95 % interval of the mean", ">min", ">max"});
  for (const char* key : kShown) {
    const ReplicaStatistic x = table.statistic(key);
    if (x.count == 0) continue;
    const std::string interval = std::isfinite(x.half) ? fmt::format("{} .. {}", short_number(x.mean - x.half),
                                                                     short_number(x.mean + x.half))
                                                       : "-";
    text.add({key, short_number(x.mean), short_number(x.sd), interval, short_number(x.min), short_number(x.max)});
  }
  return text.text();
}

}  // namespace

int run_replicas(const ReadScenario& scenario, const ReplicaOptions& options, const std::vector<std::string>& command) {
  const ScenarioConfig& config = scenario.config;
  const Duration jitter =
      jitter_of(options.jitter, config.workload ? config.workload->submit_jitter : Duration(0.0));
  if (jitter.si() > 0.0 && !config.workload) throw UsageError("--jitter: the scenario has no workload to move");
  {
    const auto prepared = prepare_scenario(scenario);  // refuses what cannot run, once
    tell_source(prepared->source);
    tell_warnings(scenario, *prepared);
  }

  const std::string out = options.out.empty() ? "results/" + config.name + "-replicas" : options.out;
  ResultDirectory directory(out,
                            options.force ? ResultDirectory::Existing::replace : ResultDirectory::Existing::refuse);
  RunInfo info = run_info(scenario, command);
  std::int64_t at_once = options.at_once;
  if (at_once <= 0) at_once = std::max<std::int64_t>(1, std::thread::hardware_concurrency());

  ReplicaTable table;
  bool trouble = false;
  std::int64_t ended = 0;
  const bool interrupted = run_children(
      options.count, std::min(at_once, options.count),
      [&](std::int64_t number) { return simulate_replica(scenario, number, jitter); },
      [&](const ChildOutcome& outcome) {
        ReplicaTable::Replica replica{.number = outcome.number,
                                      .seed = static_cast<std::uint64_t>(
                                          replica_of(config, outcome.number, jitter).seed),
                                      .status = outcome.trouble,
                                      .summary = nullptr};
        const Json result = Json::parse(outcome.output, nullptr, false);
        if (outcome.trouble.empty() && result.is_object()) {
          replica.status = result["status"].get<std::string>();
          for (const Json& broken : result["broken"]) {
            info.broken_limits.push_back(fmt::format("replica {}: {}", outcome.number, broken.get<std::string>()));
          }
          if (replica.status == name_of(RunStatus::complete)) replica.summary = result["summary"];
        } else if (replica.status.empty()) {
          replica.status = "ended without a result";
        }
        const bool failed = !outcome.trouble.empty() || !result.is_object();
        trouble = trouble || failed;
        if (failed) fmt::print(stderr, "replica {}: {}\n", outcome.number, replica.status);
        ++ended;
        if (!options.quiet && !failed) {
          fmt::print(stderr, "replica {}: {} ({} of {})\n", outcome.number, replica.status, ended, options.count);
        }
        table.add(std::move(replica));
      });

  Json json = table.json();
  json["asked_for"] = options.count;
  json["jitter_s"] = jitter.si();
  directory.write("scenario.resolved.yaml", dump(config));
  directory.write("replicas.csv", [&](OutputFile& file) { table.write_csv(file); });
  directory.write("replicas.json", json.dump(2) + "\n");
  const bool complete = table.complete() == options.count;
  const RunStatus status = complete                  ? RunStatus::complete
                           : trouble && !interrupted ? RunStatus::failed
                                                     : RunStatus::incomplete;
  directory.write("manifest.json", manifest_text(status, info, directory.hashes()));
  directory.commit();

  if (options.json) {
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{}: {} of {} replicas{}\n\n{}", config.name, table.complete(), options.count,
               jitter.si() > 0.0 ? fmt::format(", submissions moved by up to {}", to_text(jitter)) : std::string(),
               table_text(table));
  }
  for (const std::string& broken : info.broken_limits) fmt::print(stderr, "{}\n", broken);
  if (interrupted && !complete) {
    fmt::print(stderr, "interrupted: {} of {} replicas are complete; {} has their numbers\n", table.complete(),
               options.count, out);
    return kInterrupted;
  }
  if (trouble) return kRunFailed;
  return info.broken_limits.empty() ? kOk : kLimitBroken;
}

}  // namespace aifactory::tools
