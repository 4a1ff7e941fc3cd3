#pragma once
/// @file A running job that is more than a duration: its checkpoints, its interruptions, and what its steps come to.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "models/compute/power_profile.h"
#include "models/reliability/checkpoint_course.h"
#include "models/training/job_plan.h"
#include "sim/workload/training_config.h"

namespace aifactory {

/// What a job draws as its work goes on.
struct PlannedPower {
  PowerProfile profile;  ///< as stated, or the phases of a training step: what `record.waveform` shows
  PowerProfile held;     ///< the same without what is shorter than its resolution: what the run draws
  Duration resolution{0.0};
  bool by_share = false;  ///< lengths are shares of the job's work (1 s: all of it): to be fitted to it
};

/// What the scenario says of such a job, worked out before the run.
struct JobPlan {
  std::optional<TrainingPlan> training;
  /// The same over several blocks of the fabric, lengths of phases in time within one: its utilization and phases only.
  std::optional<TrainingPlan> spread = {};
  std::optional<CheckpointConfig> checkpoint;
  std::optional<PlannedPower> power = {}, spread_power = {};  ///< none: one utilization; over several blocks of the fabric
};

/// Beside a job's fate in the job table; nodes are its cluster's business.
struct JobCourse {
  const JobPlan* plan = nullptr;  ///< none: a plain job on nodes that interrupt it
  CheckpointCourse course = {};
  double full_utilization = 1.0, working_utilization = 1.0, paused_utilization = 0.0;
  Duration detection{0.0}, restart{0.0};  ///< what follows an interruption, reading the checkpoint included
  Duration write{0.0};                    ///< time that the store takes for one checkpoint
  std::int32_t site = -1;
  std::int64_t stops = 0;          ///< times that it was taken off its nodes or restarted on them
  std::int64_t planned_stops = 0;  ///< of them, those that were planned
  std::optional<Duration> tainted = {};  ///< work at the last checkpoint before silent corruption that nobody has noticed
  bool corruption_noticed = false;
  double prologs = 0.0;                  ///< ticks on nodes before its work began
  std::uint64_t version = 0;             ///< of its stretch on nodes
  std::int64_t counted = 0;              ///< while on its nodes: its part of the store's writers
  bool spans_blocks = false;             ///< of the fabric, at a loss
  std::uint64_t edge_version = 0;        ///< of the next edge of its power profile

  /// What it draws where it runs, as its work goes on; null: one utilization.
  [[nodiscard]] const PlannedPower* power() const {
    if (!plan || !plan->power) return nullptr;
    return spans_blocks && plan->spread_power ? &*plan->spread_power : &*plan->power;
  }

  /// Share of time in which it writes to the store.
  [[nodiscard]] double write_share() const {
    const auto& p = course.params();
    const double cycle_s = (p.interval.si() + p.stall.si()) * static_cast<double>(p.store_every);
    return cycle_s > 0.0 ? std::min(1.0, write.si() / cycle_s) : 0.0;
  }
  /// The course as it is after so much more time at full speed.
  [[nodiscard]] CheckpointCourse after(double ticks) const {
    CheckpointCourse copy = course;
    copy.advance(Duration(ticks * 1e-6));
    return copy;
  }
};

}  // namespace aifactory
