// The local engine of `sweep`: one process for each run.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "models/error.h"
#include "models/unit_strings.h"
#include "sim/fmea/child_pool.h"
#include "sim/machine/machine.h"
#include "sim/results/result_directory.h"
#include "tools/aifactory/study_progress.h"
#include "tools/aifactory/sweep.h"

namespace aifactory::tools {
namespace {

constexpr std::int64_t kPackEvery = 64;      ///< runs between two looks for a full pack
constexpr double kUnknownBytes = 256e6;      ///< assumed need of a run before one has ended
constexpr double kTimeMargin = 1.2, kTimeMargin_s = 2.0;  ///< a run is begun when this many times the longest so far is left, and a little

std::atomic<bool> stop_wanted{false};
void request_stop(int /*signal*/) { stop_wanted = true; }

/// Seconds since 1970 at which this process must have ended; infinite: nobody says.
double end_of_time(const SweepOptions& options) {
  double end = kInf;
  if (const char* given = std::getenv("SLURM_JOB_END_TIME")) {
    char* stop = nullptr;
    const double value = std::strtod(given, &stop);
    if (stop != given && *stop == '\0' && value > 0.0) end = value;
  }
  if (!options.stop_after.empty()) {
    const Parsed<Duration> span = parse_as<Duration>(options.stop_after);
    if (!span) throw UsageError(fmt::format("--stop-after: \"{}\" {}", options.stop_after, span.error));
    end = std::min(end, static_cast<double>(std::time(nullptr)) + span.value.si());
  }
  return end;
}

double now_s() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// One pass over points, and what it leaves.
class LocalSweep {
 public:
  LocalSweep(const StudyTask& task, StudyStore& store, const SweepOptions& options)
      : task_(task), store_(store), end_(end_of_time(options)), progress_(task.head.name, store.state().wanted, options.quiet) {}

  void run(const std::vector<StudyPoint>& points, std::int64_t jobs, bool last) {
    const PoolHooks hooks{.may_start = [this](std::size_t running) { return has_memory(running); },
                          .closing = [this] { return is_late(); },
                          .idle = [this](std::size_t running) { show(running); }};
    const auto work = [&](std::size_t i) -> std::string {
      const int code = run_point(task_, points[i], store_);
      std::fflush(stderr);
      if (code != 0) ::_exit(code);
      return "";
    };
    const auto done = [&](std::size_t i, const ChildEnd& end) { take(points[i], end, last); };
    run_in_children(points.size(), static_cast<std::size_t>(jobs), work, done, stop_wanted, hooks);
  }

  [[nodiscard]] const std::vector<StudyPoint>& again() const { return again_; }
  [[nodiscard]] const std::string& disk_trouble() const { return disk_trouble_; }
  [[nodiscard]] bool late() const { return late_; }

 private:
  void take(const StudyPoint& point, const ChildEnd& end, bool last) {
    ++ended_;
    if (end.code == kWorkerDisk) {
      disk_trouble_ = end.said;
      stop_wanted = true;
      return;
    }
    if (end.ok && store_.note(point.number)) {
      const Circumstances took = Circumstances::parse(store_.lines(point.number).second);
      longest_s_ = std::max(longest_s_, took.wall_s);
      largest_bytes_ = std::max(largest_bytes_, took.peak_bytes);
    } else if (!last && (end.code < 0 || end.code == kWorkerInterrupted)) {
      again_.push_back(point);  // ended from outside, perhaps for want of memory: once more, alone
    } else if (end.code != kWorkerInterrupted) {
      fail(point, end);
    }
    if (ended_ % kPackEvery == 0) store_.pack(false);
  }
  void fail(const StudyPoint& point, const ChildEnd& end) {
    const Variant& variant = task_.design.variants[point.variant];
    const std::string trouble = end.ok ? "ended without a result" : end.trouble.substr(0, end.trouble.find(": "));
    const PointRecord record{.point = point.number, .variant = variant.number, .seed = point.seed, .axes = variant.labels, .trouble = trouble,
                             .log = end.said, .broken = {}, .summary = {}};
    try {
      store_.spool(point.number, record.line(), Circumstances::here(point.number, "", 0.0).line());
      store_.note(point.number);
    } catch (const OutputError& error) {
      disk_trouble_ = error.what();
      stop_wanted = true;
    }
    progress_.say(fmt::format("point {}: {}", point.number, end.ok ? trouble : end.trouble));
  }
  [[nodiscard]] bool has_memory(std::size_t running) const {
    const double need = largest_bytes_ > 0.0 ? largest_bytes_ : kUnknownBytes;
    return available_memory() > need * (1.0 + 0.5 * static_cast<double>(running));
  }
  [[nodiscard]] bool is_late() {
    if (now_s() + kTimeMargin * longest_s_ + kTimeMargin_s > end_) late_ = true;
    return late_;
  }
  void show(std::size_t running) {
    const StudyState state = store_.state();
    progress_.show(state.complete, state.failed, static_cast<std::int64_t>(running), ended_);
  }

  const StudyTask& task_;
  StudyStore& store_;
  double end_, longest_s_ = 0.0, largest_bytes_ = 0.0;
  bool late_ = false;
  std::int64_t ended_ = 0;
  std::vector<StudyPoint> again_;
  std::string disk_trouble_;
  StudyProgress progress_;
};

}  // namespace

SweepSignals::SweepSignals() {
  stop_wanted = false;
  struct sigaction action {};
  action.sa_handler = request_stop;
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) ::sigaction(signal, &action, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that is too long is an error to be told, not an end
}
SweepSignals::~SweepSignals() {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGXFSZ}) std::signal(signal, SIG_DFL);
}
std::atomic<bool>& SweepSignals::stop() { return stop_wanted; }

std::int64_t processors() {
  double count = std::max(1U, std::thread::hardware_concurrency());  // of the affinity of this process
  std::ifstream in("/sys/fs/cgroup/cpu.max");
  double quota = 0.0, period = 0.0;
  if (in >> quota >> period && period > 0.0) count = std::min(count, std::max(1.0, quota / period));
  if (const char* given = std::getenv("SLURM_CPUS_PER_TASK"); given && std::atoi(given) > 0) count = std::min(count, static_cast<double>(std::atoi(given)));
  return static_cast<std::int64_t>(count);
}

double available_memory() {
  double bytes = kInf;
  std::ifstream in("/proc/meminfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("MemAvailable:")) bytes = 1024.0 * std::strtod(line.c_str() + 13, nullptr);
  }
  std::ifstream most("/sys/fs/cgroup/memory.max"), now("/sys/fs/cgroup/memory.current");
  double limit = 0.0, used = 0.0;
  if (most >> limit && now >> used) bytes = std::min(bytes, limit - used);
  return bytes;
}

int sweep_local(const StudyTask& task, const SweepOptions& options) {
  const SweepSignals signals;
  const StatusSignal status;
  (void)this_machine();  // found out once, for all that are forked
  StudyStore store(options.out, task.head, options.force);
  std::vector<StudyPoint> todo;
  for (const StudyPoint& point : points_of(task.design, task.head.shard)) {
    if (!store.complete(point.number)) todo.push_back(point);
  }
  std::string disk_trouble;
  bool late = false;
  {
    LocalSweep sweep(task, store, options);
    const std::int64_t jobs = options.jobs > 0 ? options.jobs : processors();
    sweep.run(todo, jobs, false);
    if (!stop_wanted && !sweep.again().empty()) {
      const std::vector<StudyPoint> again = sweep.again();
      sweep.run(again, 1, true);
    }
    disk_trouble = sweep.disk_trouble();
    late = sweep.late();
  }
  if (!disk_trouble.empty()) {
    fmt::print(stderr, "{}\n{} of {} runs are complete and kept; run again to go on\n", disk_trouble, store.state().complete, store.state().wanted);
    return kRunFailed;
  }
  store.pack(true);
  return finish_study(store, stop_wanted || late);
}

int sweep_dry(const StudyTask& task, const SweepOptions& options) {
  namespace fs = std::filesystem;
  const SweepSignals signals;
  const std::vector<StudyPoint> mine = points_of(task.design, task.head.shard);
  std::vector<StudyPoint> probes;
  for (const std::size_t i : {std::size_t{0}, mine.size() / 2, mine.size() - 1}) {
    if (i < mine.size() && (probes.empty() || probes.back().number != mine[i].number)) probes.push_back(mine[i]);
  }
  std::string name = (fs::temp_directory_path() / "aifactory-dry-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw OutputError(fmt::format("{}: no folder can be made for a trial", name));
  double wall_s = 0.0, bytes = 0.0, peak = 0.0;
  std::int64_t ended = 0, files = 0;
  {
    StudyHead head = task.head;
    head.shard = {};
    StudyStore store(name, head, false);
    const auto work = [&](std::size_t i) -> std::string {
      const double start = now_s();
      const int code = run_point(task, probes[i], store);
      std::fflush(stderr);
      if (code != 0) ::_exit(code);
      return fmt::format("{}", now_s() - start);
    };
    run_in_children(probes.size(), 1, work, [&](std::size_t i, const ChildEnd& end) {
      if (!end.ok || !store.note(probes[i].number)) {
        fmt::print(stderr, "point {}: {}\n", probes[i].number, end.trouble);
        return;
      }
      ++ended;
      wall_s += std::strtod(end.text.c_str(), nullptr);
      peak = std::max(peak, Circumstances::parse(store.lines(probes[i].number).second).peak_bytes);
    }, stop_wanted);
    std::error_code ignored;
    for (const auto& entry : fs::recursive_directory_iterator(name, ignored)) {
      if (!entry.is_regular_file(ignored) || entry.path().parent_path() == fs::path(name)) continue;
      bytes += static_cast<double>(entry.file_size(ignored));
      files += entry.path().parent_path().filename() != "spool";
    }
  }
  std::error_code ignored;
  fs::remove_all(name, ignored);
  const auto runs = static_cast<double>(mine.size());
  const std::int64_t jobs = options.jobs > 0 ? options.jobs : processors();
  fmt::print("{}: {} runs of {} variants", task.head.name, mine.size(), task.head.variants);
  if (task.head.shard.n > 1) fmt::print(" in shard {} (of {} runs)", shard_text(task.head.shard), task.head.points);
  if (task.design.excluded > 0) fmt::print("; {} variants are left out by constraints", task.design.excluded);
  if (task.design.over_budget > 0) fmt::print("; {} variants are over the budget", task.design.over_budget);
  fmt::print("\n");
  if (ended == 0) {
    fmt::print(stderr, "none of the runs tried has ended well\n");
    return kRunFailed;
  }
  const double share = runs / static_cast<double>(ended);
  const double packs = 2.0 * std::ceil(runs / static_cast<double>(StudyStore::kPackSize));
  // A table row holds each number once more, in CSV and in the database.
  constexpr double kTables = 1.4;
  fmt::print("from {} of them: {:.3g} s each, {} core-hours, {} on {} processes; {:.3g} MB of memory each; {:.0f} files, {:.3g} MB\n", ended,
             wall_s / static_cast<double>(ended), short_number(wall_s * share / 3600.0), span_text(wall_s * share / static_cast<double>(jobs)), jobs, peak / 1e6,
             static_cast<double>(files) * share + packs + 6.0, kTables * bytes * share / 1e6);
  return kOk;
}

}  // namespace aifactory::tools
