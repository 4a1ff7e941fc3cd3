// aifactory fork RUN --at TIME: a finished run again, with something else happening or other settings from a time on.
#include "tools/aifactory/fork.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "models/error.h"
#include "models/unit_strings.h"
#include "sim/report/compare.h"
#include "sim/run/planned_change.h"
#include "tools/aifactory/child_processes.h"
#include "tools/aifactory/fork_branch.h"
#include "tools/aifactory/result_verbs.h"

namespace aifactory::tools {
namespace {
using Json = nlohmann::json;

struct ForkOptions {
  Trunk trunk;
  std::string out;
  std::vector<std::string> events, sets, branches, metrics;
  std::int64_t at_once = 0;
};

/// A name that is also that of a folder.
bool is_name(const std::string& text) {
  return !text.empty() && text.front() != '.' && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-' || c == '.' || c == '+'; });
}

/// The branches in the order in which they are first named.
std::vector<Branch> branches_of(const ForkOptions& options) {
  std::vector<Branch> out;
  if (options.branches.empty()) out.push_back({.name = "", .out = options.out, .events = options.events, .sets = options.sets});
  for (const std::string& text : options.branches) {
    const std::size_t colon = text.find(':');
    const std::string name = text.substr(0, colon);
    if (!is_name(name)) throw UsageError(fmt::format("--branch {}: must be NAME, NAME:KEY=VALUE or NAME:{{fail: UNIT}}, with a name of letters, digits, and . _ - + within", text));
    auto found = std::find_if(out.begin(), out.end(), [&](const Branch& branch) { return branch.name == name; });
    if (found == out.end()) {
      found = out.insert(out.end(), {.name = name, .out = (std::filesystem::path(options.out) / name).string(), .events = options.events, .sets = options.sets});
    }
    const std::string what = colon == std::string::npos ? "" : text.substr(colon + 1);
    if (what.empty()) continue;
    (what.front() == '{' ? found->events : found->sets).push_back(what);
  }
  return out;
}

/// Each in a process of its own.  @return the exit code of the first that has another than 0; lines of all are told.
int run_side_by_side(const ForkOptions& options, const RunFolder& original, const std::vector<Branch>& branches, const std::vector<std::string>& command) {
  const std::int64_t processors = std::max(1U, std::thread::hardware_concurrency());
  std::vector<BranchEnd> ends(branches.size());
  const bool interrupted = run_children(
      static_cast<std::int64_t>(branches.size()), options.at_once > 0 ? options.at_once : processors,
      [&](std::int64_t number) {
        const BranchEnd end = run_branch(options.trunk, original, branches[static_cast<std::size_t>(number - 1)], command);
        return Json{{"code", end.exit_code}, {"trouble", end.trouble}}.dump(-1, ' ', false, Json::error_handler_t::replace);
      },
      [&](const ChildOutcome& child) {
        BranchEnd& end = ends[static_cast<std::size_t>(child.number - 1)];
        if (!child.trouble.empty()) {
          end = {.exit_code = kRunFailed, .trouble = child.trouble + "\n"};
          return;
        }
        const Json told = Json::parse(child.output);
        end = {.exit_code = told.at("code").get<int>(), .trouble = told.at("trouble").get<std::string>()};
      });
  int code = kOk;
  for (std::size_t b = 0; b < branches.size(); ++b) {
    if (!ends[b].trouble.empty()) fmt::print(stderr, "branch {}: {}", branches[b].name, ends[b].trouble);
    if (code == kOk) code = ends[b].exit_code;
  }
  return interrupted ? kInterrupted : code;
}

void tell(const ForkOptions& options, const std::vector<Branch>& branches) {
  for (const Branch& branch : branches) {
    if (!std::filesystem::exists(branch.out)) continue;
    fmt::print("{}: as {} until {}", branch.out, options.trunk.path, options.trunk.at);
    for (const std::string& event : branch.events) fmt::print(", then {}", event);
    for (const std::string& set : branch.sets) fmt::print(", then {}", set);
    fmt::print("\n");
  }
}

/// The run and what its branches have come to.
void print_comparison(const ForkOptions& options, const std::vector<Branch>& branches) {
  std::vector<ComparedGroup> groups{read_group(options.trunk.path)};
  for (const Branch& branch : branches) {
    if (std::filesystem::exists(branch.out)) groups.push_back(read_group(branch.out));
  }
  if (groups.size() < 2) return;
  groups.front().name = "run";
  for (std::size_t g = 1; g < groups.size(); ++g) groups[g].name = std::filesystem::path(groups[g].name).filename().string();
  fmt::print("\n");
  print_text(compare(std::move(groups), options.metrics, false, {}));
}

int fork_run(const ForkOptions& given, const std::vector<std::string>& command) {
  ForkOptions options = given;
  Trunk& trunk = options.trunk;
  const RunFolder original(trunk.path);
  const Parsed<Duration> at = parse_as<Duration>(trunk.at);
  if (!at || !(at.value.si() >= 0.0)) throw UsageError(fmt::format("--at {} must be a time after the start, e.g. \"36 h\"", trunk.at));
  trunk.time = at.value;
  const double simulated_s = original.number("time.simulated_s").value_or(0.0);
  if (at.value.si() > simulated_s) throw UsageError(fmt::format("--at {}: the run ended after {} s", trunk.at, simulated_s));
  const std::vector<Branch> branches = branches_of(options);
  // What is wrong with one is told before any of them runs.
  for (const Branch& branch : branches) {
    static_cast<void>(prepare_scenario(branch_scenario(trunk, original, branch)));
    if (!trunk.force && std::filesystem::exists(branch.out)) throw InputError(fmt::format("{}: exists already; give another --out, or --force to replace it", branch.out));
  }
  int code = kOk;
  if (options.branches.empty()) {
    const BranchEnd end = run_branch(trunk, original, branches.front(), command);
    fmt::print(stderr, "{}", end.trouble);
    code = end.exit_code;
  } else {
    std::filesystem::create_directories(options.out);
    code = run_side_by_side(options, original, branches, command);
  }
  tell(options, branches);
  if (code != kRunFailed && !trunk.quiet) print_comparison(options, branches);
  return code;
}

std::string footer() {
  std::string keys;
  for (const LiveKey& key : live_keys()) keys += fmt::format("  {:<38} {}\n", key.pattern, key.doc);
  return "The scenario of the run is simulated again from its start, which gives the same bytes, so that the past of the branch is that of\n"
         "the run (checked: events and series before TIME). A branch in which nothing is different equals the run, byte for byte.\n"
         "Keys for --set, which act from TIME on, with everything below them (docs/studies.md):\n" +
         keys;
}

}  // namespace

void add_fork(Program& program) {
  CLI::App& verb = program.verb("fork", "a finished run again, with something else happening or other settings from a time on");
  const auto options = std::make_shared<ForkOptions>();
  verb.add_option("RUN", options->trunk.path, "result directory of `aifactory run`")->required();
  verb.add_option("--at", options->trunk.at, "time after the start from which the branch may differ, e.g. \"36 h\"")->type_name("TIME")->required();
  verb.add_option("--out", options->out, "directory of the branch; with --branch, the folder of all branches")->type_name("DIR")->required();
  verb.add_option("--set", options->sets, "a key of the scenario and its value from TIME on, e.g. scheduling.policy=sjf; may be given several times")->type_name("KEY=VALUE")->allow_extra_args(false);
  verb.add_option("--event", options->events, "what happens in the branch, as under `events` of a scenario, at TIME unless it says when:\n"
                  "\"{fail: dallas.cooling.cdu_01, for: 30 min}\"; may be given several times")->type_name("EVENT")->allow_extra_args(false);
  verb.add_option("--branch", options->branches, "several branches, side by side: NAME:KEY=VALUE or NAME:{fail: UNIT}, again for each thing that is different in it;\n"
                  "NAME alone: as the run. What --set and --event say holds for all")->type_name("NAME[:WHAT]")->allow_extra_args(false);
  verb.add_option("--jobs", options->at_once, "branches at once; default: one a processor")->check(CLI::Range(1, 4096))->type_name("N");
  verb.add_option("--metric", options->metrics, "a number of the table that is printed, as for `compare`; may be given several times")->type_name("KEY")->allow_extra_args(false);
  verb.add_option("--until", options->trunk.until, "another end of the branches")->type_name("DURATION");
  verb.add_flag("--force", options->trunk.force, "replace results that exist");
  verb.add_flag("--quiet", options->trunk.quiet, "no warnings, no table");
  verb.footer(footer());
  program.runs([options, &program] { return fork_run(*options, program.command); });
}

}  // namespace aifactory::tools
