#pragma once
/// @file The progress of a run on standard error: one line rewritten on a terminal, JSON lines elsewhere.
#include <chrono>
#include <string>

#include "sim/run/simulation.h"
#include "sim/scenario/types.h"

namespace aifactory::tools {

/// "45 s", "3 min 20 s", "2 h 05 min".
[[nodiscard]] std::string span_text(double seconds);

/// While one lives, SIGUSR2 asks for a line of status and ends nothing.
class StatusSignal {
 public:
  StatusSignal();
  ~StatusSignal();
  StatusSignal(const StatusSignal&) = delete;
  StatusSignal& operator=(const StatusSignal&) = delete;
  /// Whether it has come since the last call.
  [[nodiscard]] static bool take();

 private:
  void (*previous_)(int);
};

/// Shows how far a run is: simulated date, share done, speed (simulated over real time), time to go, facility power,
/// PUE and jobs.  On a terminal about five times a second; elsewhere a line of JSON every two seconds:
///
///     {"simulated_s":86400,"date":"2026-07-02","done_frac":0.5,"speed":43200,"eta_s":2,"facility_mw":104.2,"pue":1.08,
///      "running_jobs":12,"queued_jobs":3}
///
/// SIGUSR2 asks for a line of JSON at once, also with `quiet`, which shows nothing else.
///
/// What is not known (the share done of a run that lasts until its workload ends) is left out, or null in JSON.
class ProgressLine {
 public:
  ProgressLine(const Timestamp& start, bool terminal, bool quiet = false);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const Progress& progress);
  /// Takes the line off the terminal.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  Timestamp start_;
  StatusSignal signal_;
  bool terminal_, quiet_, visible_ = false;
  Clock::time_point begin_ = Clock::now(), last_ = begin_;
};

}  // namespace aifactory::tools
