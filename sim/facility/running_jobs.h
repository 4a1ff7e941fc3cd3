#pragma once
/// @file Remaining work of every running job, as entries of the calendar.
#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/workload/job.h"
#include "sim/engine/kernel.h"
#include "sim/results/run_result.h"

namespace aifactory {

/// Progress of running jobs.  A job's remaining work is a time at full speed; it shrinks at a rate of 0..1, that
/// of the slowest rack the gang holds, times a pace that it has by where its nodes lie.  Each entry integrates only from its own last change; its end is solved
/// for and rounded up to a tick (exact at full speed, where all is whole ticks).
class RunningJobs final : private engine::EventTarget {
 public:
  enum class End { work_done, walltime };
  /// @param ended is called in Phase::integrate when a job reaches its end; the caller then calls stop().
  RunningJobs(engine::Kernel& kernel, std::size_t jobs, std::function<void(JobId, End)> ended);

  /// @param work remaining at full speed, ticks.  @param limit wall-clock limit from now, kNever: none.
  /// @param pace in (0, 1]: what blocks of the fabric leave of its speed; the rest is lost to LossCause::spread.
  void start(JobId job, double work, Tick limit, double pace = 1.0);
  /// From now on the job runs at `rate` (0..1); what it loses counts for `cause`.
  void set_rate(JobId job, double rate, LossCause cause);
  struct Progress {
    double done = 0;       ///< ticks of full-speed work since start()
    double remaining = 0;  ///< ticks of full-speed work
    Tick ran = 0;          ///< wall-clock ticks since start()
    std::array<double, kLossCauses.size()> lost{};  ///< ticks lost by cause
  };
  /// Takes the job off the calendar.
  Progress stop(JobId job);
  /// State of a running job now; changes nothing.
  [[nodiscard]] Progress progress(JobId job) const;
  /// Work for each tick.
  [[nodiscard]] double rate(JobId job) const { return entries_[static_cast<std::size_t>(job)].rate * pace(job); }
  [[nodiscard]] double pace(JobId job) const { return entries_[static_cast<std::size_t>(job)].pace; }

 private:
  struct Entry {
    double work = 0, remaining = 0, rate = 0, pace = 1;
    Tick started = 0, last = 0, limit_at = kNever;
    std::uint64_t version = 0;
    bool running = false;
    LossCause cause = LossCause::thermal;
    std::array<double, kLossCauses.size()> lost{};
  };
  void on_event(Tick now, std::int64_t id, std::uint64_t version) override;
  void integrate(Entry& entry) const;
  void schedule(JobId job);
  engine::Kernel& kernel_;
  std::vector<Entry> entries_;
  std::function<void(JobId, End)> ended_;
};

}  // namespace aifactory
