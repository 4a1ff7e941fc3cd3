// aifactory show SCENARIO|RUN [topology|limits|jobs]: what would be simulated, or what happened.
#include "tools/aifactory/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "models/error.h"
#include "models/suggest.h"

namespace aifactory::tools {
namespace {

/// Results of a run with this file in them.
bool holds(const std::string& folder, const char* file) {
  std::error_code ignored;
  const std::filesystem::path path(folder);
  return std::filesystem::exists(path / "manifest.json", ignored) && std::filesystem::exists(path / file, ignored);
}

int show(const ScenarioArguments& arguments, const std::string& what, bool design, bool all) {
  const std::vector<std::string> views{"topology", "limits", "jobs"};
  if (!what.empty() && std::find(views.begin(), views.end(), what) == views.end()) {
    throw UsageError(
        fmt::format("show: unknown view {}{}; it shows {}", what, did_you_mean(what, views), join_or(views)));
  }
  if (!design && what == "limits" && holds(arguments.path, "limits.csv")) {
    show_limits_of_run(arguments.path, all);
    return kOk;
  }
  if (!design && what == "jobs" && holds(arguments.path, "jobs.csv")) {
    show_jobs_of_run(arguments.path);
    return kOk;
  }
  const ReadScenario scenario = read_scenario(arguments);
  const std::shared_ptr<PreparedRun> run = prepare_scenario(scenario);
  if (what == "limits") {
    show_limits(*run);
  } else if (what == "jobs") {
    show_jobs(*run);
  } else {
    show_topology(*run);
  }
  return kOk;
}

}  // namespace

void add_show(Program& program) {
  CLI::App& verb = program.verb("show", "what would be simulated, or what happened: power and cooling trees, limits, jobs");
  const auto arguments = std::make_shared<ScenarioArguments>();
  const auto what = std::make_shared<std::string>();
  const auto design = std::make_shared<bool>(false), all = std::make_shared<bool>(false);
  arguments->add_to(verb);
  verb.add_option("VIEW", *what, "topology (default), limits or jobs");
  verb.add_flag("--design", *design, "of a result directory: the scenario behind it, not what happened");
  verb.add_flag("--all", *all, "limits of a run: every unit in place of the fullest one of each kind and rating");
  program.runs([arguments, what, design, all] { return show(*arguments, *what, *design, *all); });
}

}  // namespace aifactory::tools
