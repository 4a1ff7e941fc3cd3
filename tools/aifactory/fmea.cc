// aifactory fmea SCENARIO: each unit failed alone, then each failure during each unit's maintenance.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "models/error.h"
#include "models/unit_strings.h"
#include "sim/fmea/fmea_table.h"
#include "sim/fmea/systems_test.h"
#include "sim/results/manifest.h"
#include "sim/results/result_directory.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {
namespace {

struct Options {
  ScenarioArguments scenario;
  std::string out, at = "2 h", window = "1 h", lead = "30 min";
  std::size_t jobs = 0, top = 30;
  bool force = false, quiet = false, single = false;
};

std::atomic<bool> stop_requested{false};
void request_stop(int /*signal*/) { stop_requested = true; }

Tick duration_of(const std::string& flag, const std::string& text, bool zero) {
  const auto parsed = parse_as<Duration>(text);
  if (!parsed) throw UsageError(fmt::format("fmea: {} \"{}\" {}", flag, text, parsed.error));
  const bool right = zero ? parsed.value.si() >= 0.0 : parsed.value.si() > 0.0;
  if (!right || parsed.value.si() > 3.2e8) throw UsageError(fmt::format("fmea: {} {} must be {} 0 s and at most ten years", flag, text, zero ? ">=" : ">"));
  return to_ticks(parsed.value);
}

/// One line on a terminal, JSON lines elsewhere.
class FmeaProgress {
 public:
  explicit FmeaProgress(bool quiet) : quiet_(quiet) {}
  ~FmeaProgress() {
    if (visible_) std::fputs("\r\033[K", stderr);
  }
  void show(std::size_t done, std::size_t all) {
    const auto now = Clock::now();
    if (quiet_ || (now - last_ < std::chrono::milliseconds(terminal_ ? 200 : 2000) && done < all)) return;
    last_ = now;
    const double wall_s = std::chrono::duration<double>(now - begin_).count();
    const double eta_s = wall_s * static_cast<double>(all - done) / static_cast<double>(done);
    if (terminal_) {
      fmt::print(stderr, "\r\033[K{} of {} runs  ETA {:.0f} s", done, all, eta_s);
      std::fflush(stderr);
      visible_ = true;
    } else {
      fmt::print(stderr, "{}\n", nlohmann::ordered_json{{"runs_done", done}, {"runs", all}, {"eta_s", std::round(eta_s)}}.dump());
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  bool quiet_, terminal_ = isatty(STDERR_FILENO) == 1, visible_ = false;
  Clock::time_point begin_ = Clock::now(), last_{};
};

void print_table(const FmeaResult& result, std::size_t top) {
  const FmeaBase& base = result.base;
  const std::string rising = base.it_greatest_mw > base.it_at_failure_mw ? fmt::format(", {} at the most in the window", short_power(Power(base.it_greatest_mw * 1e6))) : "";
  fmt::print("{} cases; without a failure {} of IT{}. Alike units are run once and counted.\n\n", result.cases.size(),
             short_power(Power(base.it_at_failure_mw * 1e6)), rising);
  Table table({">rank", "failed", "during maintenance of", ">alike", ">MW lost", "first limit", ">after min", ">throttle min", ">trip min", ">jobs", ">lost acc h"});
  std::size_t rank = 0, harmless = 0, no_worse = 0, more = 0;
  for (const FmeaCase& c : result.cases) {
    ++rank;
    const FmeaOutcome& o = c.outcome;
    if (o.harmless()) {
      ++harmless;
      continue;
    }
    if (!c.adds) {
      ++no_worse;
      continue;
    }
    if (rank > top) {
      ++more;
      continue;
    }
    const std::string during = c.maintained ? c.maintained->name : "";
    if (!o.trouble.empty()) {
      table.add({fmt::format("{}", rank), c.failed.name, during, fmt::format("{}", c.alike), "-", "run ended early", "-", "-", "-", "-", "-"});
      continue;
    }
    const std::string limit = o.first_limit.empty() ? (o.closed ? "none" : "ledger does not close") : fmt::format("{} {}", o.first_limit, o.first_limit_unit);
    table.add({fmt::format("{}", rank), c.failed.name, during, fmt::format("{}", c.alike), short_number(o.lost_mw), limit, short_number(o.first_limit_min),
               short_number(o.throttle_min), short_number(o.trip_min), fmt::format("{}", o.jobs_interrupted), short_number(o.lost_accelerator_h)});
  }
  fmt::print("{}", table.text());
  if (more > 0) fmt::print("... and {} more in fmea.csv\n", more);
  if (no_worse > 0) fmt::print("{} pairs are no worse than one of their units alone\n", no_worse);
  if (harmless > 0) fmt::print("{} of {} cases have no effect\n", harmless, result.cases.size());
}

int run(Options options, const std::vector<std::string>& command) {
  FmeaOptions fmea{.at = duration_of("--at", options.at, true), .lead = duration_of("--lead", options.lead, true), .jobs = options.jobs, .pairs = !options.single};
  const Tick window = duration_of("--window", options.window, false);
  if (fmea.jobs == 0) fmea.jobs = std::max(1u, std::thread::hardware_concurrency());
  // No longer and no shorter than what is looked at, whatever the scenario's own length is.
  options.scenario.until = to_text(to_duration(fmea.at + window));
  ReadScenario scenario = read_scenario(options.scenario);
  const std::shared_ptr<PreparedRun> prepared = prepare_scenario(scenario);
  const std::string out = options.out.empty() ? fmt::format("results/{}.fmea", scenario.config.name) : options.out;
  ResultDirectory directory(out, options.force ? ResultDirectory::Existing::replace : ResultDirectory::Existing::refuse);
  RunInfo info;
  info.command = command;
  info.scenario = {scenario.file, sha256_of_file(scenario.file)};
  info.seed = static_cast<std::uint64_t>(scenario.config.seed);
  info.started_utc = now_utc();
  const auto begin = std::chrono::steady_clock::now();

  const auto previous_int = std::signal(SIGINT, request_stop);
  const auto previous_term = std::signal(SIGTERM, request_stop);
  FmeaResult result;
  {
    FmeaProgress progress(options.quiet);
    result = run_fmea(*prepared, fmea, [&](std::size_t done, std::size_t all) { progress.show(done, all); }, stop_requested);
  }
  std::signal(SIGINT, previous_int);
  std::signal(SIGTERM, previous_term);

  std::size_t crashed = 0, open = 0;
  for (const FmeaCase& c : result.cases) {
    if (!c.outcome.trouble.empty()) {
      ++crashed;
      fmt::print(stderr, "{}{}: {}\n", c.failed.name, c.maintained ? " during maintenance of " + c.maintained->name : "", c.outcome.trouble);
    } else if (!c.outcome.closed) {
      ++open;
      info.broken_limits.push_back(fmt::format("{}: the ledger does not close", c.failed.name));
    }
  }
  info.wall = Duration(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  directory.write("fmea.csv", fmea_csv(result));
  directory.write("systems_test.md", systems_test(result, scenario.config.name, fmea, window));
  directory.write("manifest.json", manifest_text(result.complete ? RunStatus::complete : RunStatus::incomplete, info, directory.hashes()));
  directory.commit();
  print_table(result, options.top);
  for (const std::string& broken : info.broken_limits) fmt::print(stderr, "{}\n", broken);
  if (!result.complete) {
    fmt::print(stderr, "interrupted; {} has the cases so far\n", out);
    return kInterrupted;
  }
  if (crashed > 0) fmt::print(stderr, "{} of {} runs ended early; {} has all others\n", crashed, result.cases.size(), out);
  return crashed > 0 ? kRunFailed : open > 0 ? kLimitBroken : kOk;
}

}  // namespace

void add_fmea(Program& program) {
  CLI::App& verb = program.verb("fmea", "fail each unit, alone and during the maintenance of each other, and rank what happens");
  const auto options = std::make_shared<Options>();
  verb.add_option("SCENARIO", options->scenario.path, "scenario file, or a folder that holds scenario.yaml")->required();
  verb.add_option("--set", options->scenario.sets, "set one value of the scenario; may be given several times")->type_name("PATH=VALUE")->allow_extra_args(false);
  verb.add_option("--seed", options->scenario.seed, "seed of all random streams")->type_name("N");
  verb.add_option("--policy", options->scenario.policy, "scheduling policy, see `aifactory policies`")->type_name("NAME");
  verb.add_option("--out", options->out, "directory of the results; default: results/NAME-OF-THE-SCENARIO.fmea")->type_name("DIR");
  verb.add_option("--at", options->at, "date of each failure after the start; default 2 h")->type_name("T");
  verb.add_option("--window", options->window, "how long what follows is watched; default 1 h")->type_name("D");
  verb.add_option("--lead", options->lead, "how long before the failure maintenance begins; default 30 min")->type_name("D");
  verb.add_option("--jobs", options->jobs, "runs at the same time; default: one for each processor")->type_name("N");
  verb.add_option("--top", options->top, "rows of the printed table; default 30")->type_name("N");
  verb.add_flag("--single", options->single, "no failures during maintenance");
  verb.add_flag("--force", options->force, "replace results that exist");
  verb.add_flag("--quiet", options->quiet, "no progress");
  verb.footer(
      "The scenario's own events and random failures are left out.  Writes fmea.csv and systems_test.md.  A run that crashes\n"
      "is a row of the table and makes the exit code 1.  Interrupted (Ctrl-C), it writes what there is and ends with exit code 5.");
  program.runs([options, &program] { return run(*options, program.command); });
}

}  // namespace aifactory::tools
