#pragma once
/// @file What the engines of `sweep` and `merge` share.
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/aifactory/study_task.h"

namespace aifactory::tools {

void add_sweep(Program& program);
void add_merge(Program& program);

struct SweepOptions {
  std::string study, out, engine = "local", shard, profile, stop_after;
  std::int64_t jobs = 0;  ///< 0: one a processor that this process may use
  bool force = false, quiet = false, dry_run = false;
};

/// Set by SIGINT, SIGTERM and SIGUSR1 while a SweepSignals lives.
class SweepSignals {
 public:
  SweepSignals();
  ~SweepSignals();
  SweepSignals(const SweepSignals&) = delete;
  SweepSignals& operator=(const SweepSignals&) = delete;
  [[nodiscard]] static std::atomic<bool>& stop();
};

/// Processors that this process may use: its affinity, its control group, what Slurm has given to the task.
[[nodiscard]] std::int64_t processors();
/// Bytes of memory that can still be had, of the machine and of the control group.
[[nodiscard]] double available_memory();

/// Runs what is missing, each in a process of its own.  @returns the exit code.
int sweep_local(const StudyTask& task, const SweepOptions& options);
/// Submits an array to Slurm, watches it, submits again what did not end, merges.  @returns the exit code.
int sweep_slurm(const StudyTask& task, const SweepOptions& options);
/// Runs a few points and tells what all of them would take.
int sweep_dry(const StudyTask& task, const SweepOptions& options);

/// Makes the tables, tells how the study stands, and returns what its exit code is to be.
/// @param interrupted it was asked to end before all had been run
int finish_study(const StudyStore& store, bool interrupted);

/// Takes everything that `sources` hold into `out`.  Warns where machines differ.
void merge_into(StudyStore& out, const std::vector<std::string>& sources);

}  // namespace aifactory::tools
