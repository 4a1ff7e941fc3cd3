// aifactory sweep STUDY: many variants of a scenario, each with several seeds; run again, it goes on.
#include "tools/aifactory/sweep.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

#include "sim/machine/machine.h"
#include "sim/study/study_tables.h"

namespace aifactory::tools {
namespace {

constexpr std::size_t kMostShown = 20;

Shard shard_of(const std::string& text) {
  Shard shard;
  if (text.empty()) return shard;
  const std::size_t slash = text.find('/');
  const auto whole = [&](std::string_view part) -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    const auto [stop, status] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (status != std::errc() || stop != part.data() + part.size()) return std::nullopt;
    return value;
  };
  const auto k = whole(std::string_view(text).substr(0, slash));
  const auto n = slash == std::string::npos ? std::nullopt : whole(std::string_view(text).substr(slash + 1));
  if (!k || !n || *k < 1 || *n < *k) throw UsageError(fmt::format("--shard {} must be k/n with 1 <= k <= n, e.g. 2/7", text));
  shard.k = *k;
  shard.n = *n;
  return shard;
}

int sweep(SweepOptions options, const std::vector<std::string>& command) {
  const Shard shard = shard_of(options.shard);
  if (options.engine == "slurm" && shard.n > 1) throw UsageError("sweep: --shard goes with --engine local: Slurm's tasks are shards themselves");
  if (options.engine != "slurm" && !options.profile.empty()) throw UsageError("sweep: --profile goes with --engine slurm");
  const StudyTask task = read_study_task(options.study, shard, command);
  if (options.out.empty()) options.out = "results/" + task.head.name;
  if (options.dry_run) return sweep_dry(task, options);
  if (task.design.over_budget > 0 && !options.quiet) {
    fmt::print(stderr, "budget.runs: {} variants are left out, drawn by chance\n", task.design.over_budget);
  }
  return options.engine == "slurm" ? sweep_slurm(task, options) : sweep_local(task, options);
}

}  // namespace

int finish_study(const StudyStore& store, bool interrupted) {
  const StudyData data = read_study_data(store);
  write_study_tables(store, data);
  const StudyState state = store.state();
  fmt::print("{}: {} of {} runs complete, {} failed; {}\n", data.head.name, state.complete, state.wanted, state.failed, store.folder().string());
  std::size_t failed = 0, broken = 0;
  for (const StudyRow& row : data.rows) {
    if (!row.trouble.empty() && ++failed <= kMostShown) {
      std::string last = row.log;
      while (last.ends_with('\n')) last.pop_back();
      last = last.substr(last.rfind('\n') + 1);
      fmt::print(stderr, "point {}: {}{}{}\n", row.point, row.trouble, last.empty() ? "" : ": ", last);
    }
    for (const std::string& what : row.broken) {
      if (++broken <= kMostShown) fmt::print(stderr, "point {}: {}\n", row.point, what);
    }
  }
  if (failed > kMostShown) fmt::print(stderr, "... and {} more, see failed.csv\n", failed - kMostShown);
  if (broken > kMostShown) fmt::print(stderr, "... and {} more limits that do not hold\n", broken - kMostShown);
  if (const std::string warning = machine_warning({data.machines.begin(), data.machines.end()}); !warning.empty()) fmt::print(stderr, "{}\n", warning);
  if (state.complete + state.failed < state.wanted) {
    fmt::print(stderr, "{}: run again to go on\n", interrupted ? "interrupted" : "incomplete");
    return kInterrupted;
  }
  if (state.failed > 0) return kRunFailed;
  return broken > 0 ? kLimitBroken : kOk;
}

void add_sweep(Program& program) {
  CLI::App& verb = program.verb("sweep", "run a study: variants of a scenario with several seeds; run again, it goes on");
  const auto options = std::make_shared<SweepOptions>();
  verb.add_option("STUDY", options->study, "study file, or a folder that holds study.yaml")->required();
  verb.add_option("--out", options->out, "directory of the study; default: results/NAME-OF-THE-STUDY")->type_name("DIR");
  verb.add_option("--jobs", options->jobs, "so many runs at once; default: one a processor")->check(CLI::Range(1, 4096))->type_name("N");
  verb.add_option("--shard", options->shard, "only every n-th run from the k-th on; `aifactory merge` puts shards together")->type_name("k/n");
  verb.add_option("--engine", options->engine, "local (default) or slurm")->check(CLI::IsMember({"local", "slurm"}))->type_name("NAME");
  verb.add_option("--profile", options->profile, "with --engine slurm: file with partition, account, time, ... (docs/cluster.md)")->type_name("FILE");
  verb.add_option("--stop-after", options->stop_after, "begin no run that cannot end within this time, and end then with exit code 5")->type_name("DURATION");
  verb.add_flag("--dry-run", options->dry_run, "run three points and tell what all would take: runs, core-hours, files, bytes");
  verb.add_flag("--force", options->force, "begin anew where another study lies");
  verb.add_flag("--quiet", options->quiet, "no progress");
  verb.footer(
      "Every run is a process of its own and is kept as soon as it has ended: killed at any instant, the next call goes on\n"
      "and the study becomes the same, byte for byte.  Exit code 5: interrupted (Ctrl-C, SIGTERM, SIGUSR1, out of time), run\n"
      "again; 1: runs have failed, failed.csv has their logs, and the next call tries them again.  SIGUSR2 asks for a line of status.");
  program.runs([options, &program] { return sweep(*options, program.command); });
}

}  // namespace aifactory::tools
