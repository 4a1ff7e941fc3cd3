#pragma once
#include <string_view>
#include <vector>

#include "models/compute/accelerator.h"
#include "models/reliability/goodput.h"
#include "models/training/step_power.h"
#include "models/training/training_step.h"

namespace aifactory {

/// The data sheet as a training step meets it; the GEMM efficiency by anchor or measured ceiling (calibration.h).  What
/// the sheet does not say stays unset and is named by TrainingStep.
/// @param precision of the layers' matrix products; attention, logits and the residual stream stay in bf16.
[[nodiscard]] TrainingHardware training_hardware(const AcceleratorParams& sheet, std::string_view accelerator,
                                                 Precision precision);

/// How the time at work divides: the bubble, what is exposed of all communication, waiting for stragglers; the rest is
/// useful.
[[nodiscard]] WorkShares work_shares(const StepTime& step);

/// All that a simulation needs of a job that trains: pace, power, memory, checkpoint, goodput shares.
struct TrainingPlan {
  StepTime step;
  MemoryNeed memory;
  std::vector<StepPhase> phases;  ///< of one step
  double utilization = 0.0;       ///< dynamic power share, mean of the step: Job::utilization
  WorkShares shares;
  DataSize checkpoint;  ///< of the whole job
  TokenRate tokens_per_accelerator{0.0};

  /// Time for so many tokens at full clock.
  [[nodiscard]] Duration time_for(TokenCount tokens) const { return tokens / step.token_rate(); }
};

/// @throws InputError when the split cannot run the model or does not fit the memory, with what would help.
[[nodiscard]] TrainingPlan training_plan(const TrainingStep& model, const Parallelism& split,
                                         const MeasuredStep& measured = {}, const ActivityLevels& levels = {});

/// The same job over several blocks of the fabric: `inside` and `between` are its steps within one and over several.  A measured
/// step is stretched as the model's.  The lengths of its phases are scaled to add up to the step within one block, so that the
/// pace of the job stretches them.
[[nodiscard]] TrainingPlan spread_plan(const TrainingPlan& plan, const TrainingStep& inside, const TrainingStep& between,
                                       const Parallelism& split, const ActivityLevels& levels = {});

}  // namespace aifactory
