#pragma once
/// @file Whole runs from scenario texts, in this process or in a child of it (SimGrid has one engine per process).
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <string>
#include <vector>

#include "sim/results/run_result.h"
#include "sim/run/prepared.h"
#include "sim/run/simulation.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/config.h"
#include "sim/scenario/document.h"
#include "sim/scenario/reader.h"
#include "tests/accuracy.h"

namespace aifactory {

inline ScenarioConfig read_scenario(const std::string& yaml, const std::vector<std::string>& sets = {}) {
  return read_or_throw<ScenarioConfig>(
      load_text(yaml, Source{.name = "scenario.yaml", .folder = "", .order = 0, .set_path = ""}, sets),
      Catalog::standard());
}
inline RunResult run_scenario(const std::string& yaml, const std::vector<std::string>& sets = {}) {
  return simulate(*prepare(read_scenario(yaml, sets)));
}

/// Why a scenario is refused; "": it is not.
inline std::string refusal_of(const std::string& yaml) {
  try {
    (void)prepare(read_scenario(yaml));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

/// What happened before `at`, as text.
inline std::string past(const RunResult& result, Tick at) {
  std::string text;
  for (const EventRecord& e : result.events) {
    if (e.at < at) text += fmt::format("{} {} {} {} {} {}\n", e.at, e.kind, e.unit, e.what, e.value, e.cause);
  }
  for (std::size_t row = 0; row < result.series.times().size() && result.series.times()[row] < at; ++row) {
    for (std::size_t c = 0; c < result.series.columns().size(); ++c) text += fmt::format("{} ", result.series.at(row, c));
    text += "\n";
  }
  return text;
}

/// Everything that a run leaves behind, to the last digit, without what the wall clock says.
inline std::string dump(const RunResult& result, bool with_event_count = true) {
  auto json = result.summary.json();
  json["time"].erase("wall_s");
  if (!with_event_count) json["time"].erase("events");
  std::string text = json.dump(1);
  for (const Ledger::Row& row : result.ledger.rows())
    text += fmt::format("\n{} {} {} {}", name_of(row.account), name_of(row.side), row.name, row.sum.value());
  for (const JobRecord& job : result.jobs) {
    text += fmt::format("\n{} {} {} {} {} {}", job.job_id, name_of(job.state), job.start, job.finish, job.held,
                        job.energy.si());
    for (const NodeRange& range : job.allocated) text += fmt::format(" {}-{}", range.first, range.last);
    for (const Duration& lost : job.lost) text += fmt::format(" {}", lost.si());
  }
  for (const EventRecord& e : result.events)
    text += fmt::format("\n{} {} {} {} {} {}", e.at, e.kind, e.unit, e.what, e.value, e.cause);
  return text;
}

/// Runs `work` in a child process and returns the text that it gives; "" (and a failure) when the child died.
template <class Work>
std::string in_child(Work&& work) {
  int ends[2];
  if (pipe(ends) != 0) return "";
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    int code = 0;
    try {
      const std::string text = work();
      for (std::size_t at = 0; at < text.size();) {
        const ssize_t n = ::write(ends[1], text.data() + at, text.size() - at);
        if (n <= 0) break;
        at += static_cast<std::size_t>(n);
      }
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      code = 1;
    }
    close(ends[1]);
    _exit(code);
  }
  close(ends[1]);
  std::string text;
  char buffer[65536];
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "a child process failed";
  return text;
}
inline std::string dump_of_child(const std::string& yaml, const std::vector<std::string>& sets = {},
                                 bool with_event_count = true) {
  return in_child([&] { return dump(run_scenario(yaml, sets), with_event_count); });
}

inline double number(const RunResult& result, const std::string& key) {
  return result.summary.number(key).value_or(kUnset);
}

inline void expect_closed(const RunResult& result, double tolerance = 1e-12) {
  for (const char* account : {"energy", "heat", "water", "money"}) {
    const auto residual = result.summary.number(fmt::format("ledger.{}_residual_frac", account));
    SCOPED_TRACE(account);
    if (residual) accuracy("ledger", *residual, tolerance);
  }
  EXPECT_TRUE(result.summary.number("ledger.energy_residual_frac").has_value());
  EXPECT_EQ(number(result, "ledger.jobs_residual"), 0.0);
  EXPECT_TRUE(result.ledger.imbalances().empty());
}
inline std::vector<EventRecord> events_of(const RunResult& result, const std::string& kind) {
  std::vector<EventRecord> found;
  for (const EventRecord& event : result.events) {
    if (event.kind == kind) found.push_back(event);
  }
  return found;
}
inline std::size_t column(const Series& series, const std::string& name) {
  for (std::size_t c = 0; c < series.columns().size(); ++c) {
    if (series.columns()[c] == name) return c;
  }
  ADD_FAILURE() << "no column " << name;
  return 0;
}

/// 24 liquid-cooled racks on three CDUs, three UPS blocks of 1.7 MW in 3N/2, a tower, and one job on all of them.  Nothing
/// stands by: no battery, no hold-up, no breaker.
inline std::string hall(const std::string& events = "",
                        const std::string& job = "walltime: 30 d, checkpoint_interval: 30 min") {
  return R"(
format: 1
name: hall
start: 2026-05-04
duration: 9 h
sites:
  a:
    weather: {constant: {dry_bulb: 25 degC, wet_bulb: 17 degC}}
    grid: {capacity: 6 MW, tariff: us_time_of_use, carbon: 350 g/kWh, water_price: 1.5 USD/m3}
    power: {layout: 3N/2, block: 1.7 MW, ups: double_conversion_1mw, transformer: liquid_2500kva, hv_transformer: liquid_2500kva, breakers: false, batteries: false}
    cooling: {plant: tower, supply: 30 degC, tower: merkel_range8, cdu: cdu_1300kw, crah: fan_wall_warm_water}
    halls: {h: {clusters: {c: {rack: gb200_nvl72, hold_up: 0 s, racks: 24}}}}
workload:
  jobs:
    - {name: big, racks: 24, duration: 6 h, utilization: 1, )" +
         job + R"(}
finance: {rate: 0.09, maintenance: 0.02, capex: {it: {rack_prices: true, life: 5 year}}}
scheduling: easy_backfill
)" + events;
}

}  // namespace aifactory
