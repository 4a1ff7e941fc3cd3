#pragma once
#include <map>
#include <utility>
#include <vector>

#include "models/compute/power_timeline.h"
#include "sim/facility/job_course.h"
#include "sim/results/run_result.h"

namespace aifactory {

/// Power within the steps of training jobs and the phases of power profiles over a window, rendered at the end of the run.
///
/// The run itself integrates a job at the mean of its phases, or of those that are shorter than its profile's resolution.  What is added here is their deviation from that mean,
///
///     it(t) = it of the run + sum over jobs of n (max - idle) s^a (u(t) - u of the run)
///
/// n accelerators, s the pace of the job, a the exponent of its racks, u(t) the level of the phase that it is in: forward and
/// backward, bubble, communication, checkpoint, pause.  A row is the mean of its interval, so that the energy of the window
/// does not depend on the rate; over whole turns of steps and checkpoints it is that of the run.
/// A job of 54 days is kept as what changed within the window, whatever the length of its steps.
/// *Not modelled*: losses of shelves and supplies beyond those of the mean; CPUs and fans, which stay at their mean; that jobs
/// and pipeline stages are out of step by more than their starts.
class WaveformRecorder {
 public:
  /// What a job does from `at` on, until its next piece.
  struct Piece {
    Tick at = 0;
    bool runs = false;
    double rate = 1.0;      ///< work for each second
    Power swing = 0.0 * W;  ///< of all its accelerators, idle to maximum, at its pace
    const PlannedPower* power = nullptr;
    double working = 0.0, paused = 0.0;  ///< utilization of the run, and of a checkpoint's standstill
    CheckpointCourse course = {};
  };
  WaveformRecorder(Duration from, Duration to, Frequency rate) : from_(from), to_(to), rate_(rate) {}

  [[nodiscard]] bool over(Tick now) const { return to_duration(now) >= to_; }
  /// The racks of all sites draw so much from now on.
  void it(Tick now, Power total);
  void job(JobId id, const Piece& piece);
  /// The rows up to the end of the run.
  [[nodiscard]] Series finish(Tick end) const;

 private:
  void add_job(PowerTimeline& timeline, std::size_t lane, const std::vector<Piece>& pieces, double end_s) const;
  void add_work(PowerTimeline& timeline, std::size_t lane, const Piece& piece, Duration work, double from_s, double to_s) const;

  Duration from_, to_;
  Frequency rate_;
  std::vector<std::pair<Tick, double>> it_;
  std::map<JobId, std::vector<Piece>> jobs_;
};

}  // namespace aifactory
