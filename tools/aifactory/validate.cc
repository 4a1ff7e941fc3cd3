// aifactory validate SCENARIO: read and prepare, simulate nothing.
#include <fmt/format.h>

#include <memory>

#include "sim/run/prepared.h"
#include "sim/scenario/dump.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {
namespace {

int validate(const ScenarioArguments& arguments, bool resolved) {
  const ReadScenario scenario = read_scenario(arguments);
  const std::shared_ptr<PreparedRun> run = prepare_scenario(scenario);
  tell_warnings(scenario, *run);
  if (resolved) {
    fmt::print("{}", dump(scenario.config));
    return kOk;
  }
  std::int64_t racks = 0, given_loads = 0;
  double accelerators = 0.0;
  Power rated = 0.0 * W;
  for (const PreparedSite& site : run->sites) {
    rated += site.plan.rated_it;
    for (const ClusterPlan& cluster : site.plan.clusters) {
      racks += cluster.racks;
      const RackParams& rack = *cluster.rack;
      accelerators += static_cast<double>(rack.accelerators) / static_cast<double>(rack.nodes) * static_cast<double>(cluster.nodes);
      given_loads += cluster.config->load.has_value();
    }
  }
  fmt::print("ok: {}: {} {}, {} racks, {} accelerators, {} rated IT power, {} jobs{}\n", scenario.config.name,
             run->sites.size(), run->sites.size() == 1 ? "site" : "sites", racks, accelerators, short_power(rated),
             run->jobs.size(), given_loads == 0 ? "" : fmt::format(", {} given {}", given_loads, given_loads == 1 ? "load" : "loads"));
  return kOk;
}

}  // namespace

void add_validate(Program& program) {
  CLI::App& verb = program.verb("validate", "check a scenario: all errors at once");
  const auto arguments = std::make_shared<ScenarioArguments>();
  const auto resolved = std::make_shared<bool>(false);
  arguments->add_to(verb);
  verb.add_flag("--resolved", *resolved, "print the effective scenario, defaults and catalogue entries written out");
  program.runs([arguments, resolved] { return validate(*arguments, *resolved); });
}

}  // namespace aifactory::tools
