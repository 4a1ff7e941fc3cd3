#pragma once
#include "models/compute/power_timeline.h"
#include "models/reliability/training_run.h"
#include "models/training/job_plan.h"

namespace aifactory {

/// Power of one accelerator of the job over its run, as pieces of a timeline: the step repeats while the job works,
/// from its beginning after each standstill; otherwise it draws a constant power.
///
/// Levels over (max - idle): checkpoint and restart as `stalled`, detection as `waiting` (a job that hangs polls),
/// waiting for a node and maintenance idle.  A run of 54 days is a few thousand pieces, whatever the length of a step;
/// the window that is rendered costs what it shows.  Multiply by the accelerators of the job. *Not modelled*: that
/// pipeline stages have their bubble at different times.
[[nodiscard]] PowerTimeline run_power(const TrainingRun& run, Duration span, std::uint64_t seed,
                                      const TrainingPlan& plan, Power idle, Power max,
                                      const ActivityLevels& levels = {});

}  // namespace aifactory
