#pragma once
/// @file A study made ready: its scenario read, its design made, what it shares with its workers.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/study/design.h"
#include "sim/study/study_store.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {

/// Read once in the process that leads; its children see the same memory.
struct StudyTask {
  StudyConfig config;
  LoadedDocument base;  ///< the scenario with `set` of the study laid upon it
  Design design;
  StudyHead head;
  std::vector<std::string> command;
};

/// What a worker's exit code says beside 0.
enum WorkerCode : int { kWorkerFailed = 1, kWorkerInterrupted = 5, kWorkerDisk = 7 };

/// Reads the study and its scenario, and every level of every axis once, so that what is wrong with one is told before anything runs.
/// @throws InputError
[[nodiscard]] StudyTask read_study_task(const std::string& path, const Shard& shard, const std::vector<std::string>& command);

/// Runs one point in this process, once, and puts it into the spool of the store.
/// @returns a WorkerCode, or 0.  What went wrong is on standard error.
[[nodiscard]] int run_point(const StudyTask& task, const StudyPoint& point, const StudyStore& store);

}  // namespace aifactory::tools
