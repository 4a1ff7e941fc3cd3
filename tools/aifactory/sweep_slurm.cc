// The Slurm engine of `sweep`: an array of shards, watched until all of it is there.
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <thread>

#include "models/error.h"
#include "models/unit_strings.h"
#include "sim/machine/program_file.h"
#include "sim/results/result_directory.h"
#include "tools/aifactory/study_progress.h"
#include "tools/aifactory/sweep.h"

namespace aifactory::tools {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds kPause{250};
constexpr int kLookEvery = 8;  ///< pauses between two questions to Slurm
constexpr int kPatience = 20;  ///< unanswered questions in a row before the engine gives up

/// What a site's profile file says.
struct Profile {
  std::string partition, account;
  Duration time, warning{60.0};
  std::int64_t cpus = 1, memory_mb = 0, points_per_task = 0, most_tasks = 1000, resubmit = 3;
  std::vector<std::string> extra;
};

Profile read_profile(const std::string& path) {
  Profile profile;
  if (path.empty()) return profile;
  const LoadedDocument document = load_document(path);
  Report report;
  KeyReader keys(document.root, "", report);
  profile.partition = keys.text("partition").value_or("");
  profile.account = keys.text("account").value_or("");
  const auto span = [&](const char* key, Duration& value) {
    const std::optional<std::string> text = keys.text(key);
    if (!text) return;
    const Parsed<Duration> parsed = parse_as<Duration>(*text);
    if (!parsed || !(parsed.value.si() > 0.0)) return keys.error(key, fmt::format("\"{}\" must be a duration > 0 s, e.g. 2 h", *text));
    value = parsed.value;
  };
  span("time", profile.time);
  span("warning", profile.warning);
  if (const auto text = keys.text("memory")) {
    const Parsed<DataSize> parsed = parse_as<DataSize>(*text);
    if (!parsed || !(parsed.value.si() > 0.0)) {
      keys.error("memory", fmt::format("\"{}\" must be a size > 0 B, e.g. 4 GB", *text));
    } else {
      profile.memory_mb = static_cast<std::int64_t>(std::ceil(parsed.value.si() / 1048576.0));  // Slurm's M is MiB
    }
  }
  const auto whole = [&](const char* key, double low, std::int64_t& value) {
    if (const auto number = keys.whole(key, low, 1e6)) value = static_cast<std::int64_t>(*number);
  };
  whole("cpus", 1, profile.cpus);
  whole("points_per_task", 1, profile.points_per_task);
  whole("max_tasks", 1, profile.most_tasks);
  whole("resubmit", 0, profile.resubmit);
  if (const Doc* extra = keys.take("extra")) {
    if (extra->kind != Doc::Kind::list) keys.error("extra", "must be a list of flags of sbatch, e.g. [--qos=low]");
    for (const Doc& item : extra->items) profile.extra.push_back(item.scalar);
  }
  keys.refuse_others();
  report.throw_if_any();
  return profile;
}

/// A word as sh takes it literally.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// What a command prints; nothing when it fails or is not there.
std::optional<std::string> answer(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  if (!pipe) return std::nullopt;
  std::string text;
  char buffer[4096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, got);
  const int status = ::pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return text;
}

/// `MaxArraySize = 1001` of `scontrol show config`.
std::optional<std::int64_t> config_number(const std::string& config, const std::string& key) {
  std::istringstream lines(config);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || line.find_first_not_of(' ', key.size()) != equals) continue;
    char* stop = nullptr;
    const long long value = std::strtoll(line.c_str() + equals + 1, &stop, 10);
    if (stop != line.c_str() + equals + 1) return value;
  }
  return std::nullopt;
}

/// As many tasks as Slurm, the user's limit and the profile allow; the rest is packed.
std::int64_t task_count(std::int64_t points, const Profile& profile) {
  const std::optional<std::string> config = answer("scontrol show config");
  if (!config) throw std::runtime_error("scontrol does not answer: is Slurm installed here, and its controller reachable?");
  std::int64_t most = profile.most_tasks;
  // Numbers of tasks are below MaxArraySize, and ours begin with 1.
  if (const auto size = config_number(*config, "MaxArraySize")) most = std::min(most, *size - 1);
  if (const auto jobs = config_number(*config, "MaxJobCount")) most = std::min(most, *jobs - 1);
  if (const char* user = std::getenv("USER")) {  // only where there is accounting
    const auto limits = answer(fmt::format("sacctmgr --noheader --parsable2 show associations user={} format=MaxSubmitJobs", quoted(user)));
    std::istringstream lines(limits.value_or(""));
    for (std::string line; std::getline(lines, line);) {
      if (const std::int64_t limit = std::strtoll(line.c_str(), nullptr, 10); limit > 0) most = std::min(most, limit);
    }
  }
  if (most < 1) throw std::runtime_error("Slurm allows no arrays here (MaxArraySize)");
  const std::int64_t packed = profile.points_per_task > 0 ? (points + profile.points_per_task - 1) / profile.points_per_task : points;
  return std::min(packed, most);
}

/// The leading side: what has been submitted, and what has come of it.
class SlurmSweep {
 public:
  SlurmSweep(const StudyTask& task, const SweepOptions& options)
      : task_(task), options_(options), profile_(read_profile(options.profile)), store_(options.out, task.head, options.force),
        out_(fs::absolute(options.out).lexically_normal()) {
    std::error_code error;
    for (const char* name : {"slurm", "shards"}) fs::create_directories(out_ / name, error);
  }

  int run() {
    StudyProgress progress(task_.head.name, task_.head.points, options_.quiet);
    rejoin();
    if (tasks_ == 0) tasks_ = task_count(task_.head.points, profile_);
    for (std::int64_t round = 0; round <= profile_.resubmit && !SweepSignals::stop(); ++round) {
      if (job_.empty()) {
        const std::vector<std::int64_t> open = unfinished(round <= 1);
        if (open.empty()) break;
        if (round > 0) progress.say(fmt::format("submitting {} of {} tasks again", open.size(), tasks_));
        submit(open);
        progress.say(fmt::format("Slurm job {}: {} tasks of up to {} runs", job_, open.size(), (task_.head.points + tasks_ - 1) / tasks_));
      }
      watch(progress);
      if (SweepSignals::stop()) {
        (void)answer("scancel " + job_);  // tasks stop as on Ctrl-C and keep what they have
        for (int i = 0; i < 4 * 15 && queued().value_or(0) > 0; ++i) std::this_thread::sleep_for(kPause);
      }
      job_.clear();
    }
    return collect();
  }

 private:
  [[nodiscard]] fs::path shard_folder(std::int64_t k) const { return out_ / "shards" / fmt::format("{:06}", k); }

  /// A leader that was ended left a job behind, which may still be at work.
  void rejoin() {
    std::ifstream in(out_ / "slurm" / "job.json");
    const Json json = Json::parse(in, nullptr, false);
    if (!json.is_object() || !json.contains("job") || !json.contains("tasks")) return;
    tasks_ = json["tasks"].get<std::int64_t>();
    job_ = json["job"].get<std::string>();
    if (queued().value_or(0) == 0) job_.clear();
  }

  /// Shards that are not all there; with `failed` also those in which runs have failed.
  [[nodiscard]] std::vector<std::int64_t> unfinished(bool failed) const {
    std::vector<std::int64_t> open;
    for (std::int64_t k = 1; k <= tasks_; ++k) {
      std::error_code error;
      if (!fs::exists(shard_folder(k) / "study.json", error)) {
        open.push_back(k);
        continue;
      }
      const StudyState state = StudyStore(shard_folder(k)).state();
      if (state.complete + (failed ? 0 : state.failed) < state.wanted) open.push_back(k);
    }
    return open;
  }

  [[nodiscard]] std::string script() const {
    std::string text = "#!/bin/sh\n";
    const auto flag = [&](const std::string& what) { text += "#SBATCH " + what + "\n"; };
    flag("--job-name=aifactory");
    flag("--open-mode=append");
    flag("--requeue");
    flag(fmt::format("--signal=B:USR1@{:.0f}", std::max(1.0, profile_.warning.si())));
    flag(fmt::format("--cpus-per-task={}", profile_.cpus));
    if (!profile_.partition.empty()) flag("--partition=" + profile_.partition);
    if (!profile_.account.empty()) flag("--account=" + profile_.account);
    if (profile_.time.si() > 0.0) flag(fmt::format("--time={:.0f}", std::ceil(profile_.time.in(minute))));
    if (profile_.memory_mb > 0) flag(fmt::format("--mem={}M", profile_.memory_mb));
    for (const std::string& extra : profile_.extra) flag(extra);
    // Older versions do not tell a task when it must end.
    text += "if [ -z \"$SLURM_JOB_END_TIME\" ]; then\n"
            "  end=$(squeue --noheader --jobs=\"$SLURM_JOB_ID\" --format=%e 2>/dev/null)\n"
            "  case \"$end\" in *T*) SLURM_JOB_END_TIME=$(date -d \"$end\" +%s) && export SLURM_JOB_END_TIME ;; esac\n"
            "fi\n";
    text += fmt::format("exec {} sweep {} --quiet --jobs {} --shard \"$SLURM_ARRAY_TASK_ID/{}\" --out {}/\"$(printf %06d \"$SLURM_ARRAY_TASK_ID\")\" > /dev/null\n",
                        quoted(program_launcher().string()), quoted(fs::absolute(options_.study).string()), profile_.cpus, tasks_,
                        quoted((out_ / "shards").string()));
    return text;
  }

  void submit(const std::vector<std::int64_t>& shards) {
    store_.replace("slurm/task.sh", [&](OutputFile& file) { file.write(script()); });
    std::string array;
    for (std::size_t i = 0, end = 0; i < shards.size(); i = end) {
      for (end = i + 1; end < shards.size() && shards[end] == shards[end - 1] + 1;) ++end;
      array += fmt::format("{}{}", array.empty() ? "" : ",", shards[i]);
      if (end > i + 1) array += fmt::format("-{}", shards[end - 1]);
    }
    const std::string command = fmt::format("sbatch --parsable --array={} --output={} {}", array, quoted((out_ / "slurm" / "task_%a.log").string()),
                                            quoted((out_ / "slurm" / "task.sh").string()));
    const std::optional<std::string> number = answer(command);
    if (!number) throw std::runtime_error(fmt::format("sbatch refuses; try it by hand: {}", command));
    job_ = number->substr(0, number->find_first_of(";\n"));
    store_.replace("slurm/job.json", [&](OutputFile& file) { file.write(Json{{"job", job_}, {"tasks", tasks_}}.dump() + "\n"); });
  }

  /// Tasks that wait or run; 0 also when the job is forgotten; unset: Slurm does not answer.
  [[nodiscard]] std::optional<std::int64_t> queued() const {
    const std::optional<std::string> all = answer("squeue --noheader --array --format='%F %T'");
    if (!all) return std::nullopt;
    std::int64_t count = 0;
    std::istringstream lines(*all);
    for (std::string line; std::getline(lines, line);) count += line.starts_with(job_ + " ") ? 1 : 0;
    return count;
  }

  void watch(StudyProgress& progress) const {
    int silent = 0;
    for (int i = 1; !SweepSignals::stop(); ++i) {
      std::this_thread::sleep_for(kPause);
      if (i % kLookEvery != 0) continue;
      const std::optional<std::int64_t> open = queued();
      silent = open ? 0 : silent + 1;
      if (silent > kPatience) throw std::runtime_error(fmt::format("squeue does not answer; job {} goes on without this process: run again to join it", job_));
      if (open && *open == 0) return;
      StudyState sum;
      for (std::int64_t k = 1; k <= tasks_; ++k) {
        std::error_code error;
        if (!fs::exists(shard_folder(k) / "study.json", error)) continue;
        const StudyState state = StudyStore(shard_folder(k)).state();
        sum.complete += state.complete;
        sum.failed += state.failed;
      }
      progress.show(sum.complete, sum.failed, open.value_or(0), sum.complete);
    }
  }

  int collect() {
    std::vector<std::string> shards;
    for (std::int64_t k = 1; k <= tasks_; ++k) {
      std::error_code error;
      if (fs::exists(shard_folder(k) / "study.json", error)) shards.push_back(shard_folder(k).string());
    }
    merge_into(store_, shards);
    const int code = finish_study(store_, SweepSignals::stop());
    if (store_.state().all()) {
      std::error_code ignored;
      for (const char* name : {"slurm", "shards"}) fs::remove_all(out_ / name, ignored);
    }
    return code;
  }

  const StudyTask& task_;
  const SweepOptions& options_;
  Profile profile_;
  StudyStore store_;
  fs::path out_;
  std::int64_t tasks_ = 0;
  std::string job_;
};

}  // namespace

int sweep_slurm(const StudyTask& task, const SweepOptions& options) {
  const SweepSignals signals;
  return SlurmSweep(task, options).run();
}

}  // namespace aifactory::tools
