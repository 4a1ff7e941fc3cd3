#pragma once
/// @file The progress of a run on standard error: one line rewritten on a terminal, JSON lines elsewhere.
#include <chrono>

#include "sim/run/simulation.h"
#include "sim/scenario/types.h"

namespace aifactory::tools {

/// Shows how far a run is: simulated date, share done, speed (simulated over real time), time to go, facility power,
/// PUE and jobs.  On a terminal about five times a second; elsewhere a line of JSON every two seconds:
///
///     {"simulated_s":86400,"date":"2026-07-02","done_frac":0.5,"speed":43200,"eta_s":2,"facility_mw":104.2,"pue":1.08,
///      "running_jobs":12,"queued_jobs":3}
///
/// What is not known (the share done of a run that lasts until its workload ends) is left out, or null in JSON.
class ProgressLine {
 public:
  ProgressLine(const Timestamp& start, bool terminal);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const Progress& progress);
  /// Takes the line off the terminal.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  Timestamp start_;
  bool terminal_, visible_ = false;
  Clock::time_point begin_ = Clock::now(), last_ = begin_;
};

}  // namespace aifactory::tools
