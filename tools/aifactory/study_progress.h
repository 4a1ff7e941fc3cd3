#pragma once
/// @file The progress of a study on standard error: one line rewritten on a terminal, JSON lines elsewhere.
#include <chrono>
#include <cstdint>
#include <string>

#include "tools/aifactory/progress.h"

namespace aifactory::tools {

/// On a terminal twice a second, elsewhere every five seconds a line
///
///     {"study":"policies","done":120,"failed":1,"running":2,"wanted":1000,"runs_per_min":84.5,"eta_s":620}
///
/// The time to go is that of the runs so far, which ended in this process.  SIGUSR2 asks for the line of JSON at once.
class StudyProgress {
 public:
  StudyProgress(std::string study, std::int64_t wanted, bool quiet);
  ~StudyProgress() { clear(); }
  StudyProgress(const StudyProgress&) = delete;
  StudyProgress& operator=(const StudyProgress&) = delete;

  /// @param done complete so far, @param failed among the others, @param ended in this process
  void show(std::int64_t done, std::int64_t failed, std::int64_t running, std::int64_t ended);
  /// A line of its own, e.g. about a run that failed.
  void say(const std::string& text);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  StatusSignal signal_;
  std::string study_;
  std::int64_t wanted_;
  bool quiet_, terminal_, visible_ = false;
  Clock::time_point begin_ = Clock::now(), last_ = begin_;
};

}  // namespace aifactory::tools
