#pragma once
#include <array>
#include <string_view>
#include <vector>

#include "models/compute/periodic_power.h"
#include "models/training/training_step.h"

namespace aifactory {

/// What an accelerator is busy with, as its power shows it.
enum class PowerPhaseKind {
  forward,
  backward,
  bubble,
  communication,
  optimizer,
  straggler,
  data_stall,
  checkpoint,
  idle,
  count
};
inline constexpr std::size_t kPowerPhaseKinds = static_cast<std::size_t>(PowerPhaseKind::count);
/// Those that a step itself has: the first ones.
inline constexpr std::size_t kStepPowerKinds = static_cast<std::size_t>(PowerPhaseKind::data_stall);
[[nodiscard]] std::string_view name(PowerPhaseKind kind);

/// Dynamic power of each activity over (max - idle) of the accelerator, max being what a training node reaches.
///
/// All assumed.  Exposed communication at .4-.6 of peak power; bandwidth-bound kernels as decode, .43-.63 of TDP
/// (Splitwise, A100); a bubble polls; a checkpoint or a stall is near idle.
struct ActivityLevels {
  double gemm = 1.0;
  double attention = 0.9;
  double elementwise = 0.55;    ///< also the optimizer: bound by memory bandwidth
  double communication = 0.43;  ///< half of an H100's peak power
  double waiting = 0.25;        ///< bubble, straggler
  double stalled = 0.10;        ///< checkpoint, data stall

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("gemm", p.gemm, kFraction, "matrix products (assumed)");
    visit("attention", p.attention, kFraction, "attention kernels (assumed)");
    visit("elementwise", p.elementwise, kFraction, "kernels bound by memory bandwidth, optimizer (assumed)");
    visit("communication", p.communication, kFraction, "exposed communication (assumed)");
    visit("waiting", p.waiting, kFraction, "bubble and stragglers (assumed)");
    visit("stalled", p.stalled, kFraction, "checkpoint, data stall (assumed)");
  }
};

/// A while of one activity; utilization is the dynamic power share of models/compute/rack.h.
struct StepPhase {
  PowerPhaseKind kind;
  Duration length;
  double utilization = 0.0;
};

/// How fine a step's waveform is: one forward and one backward phase, or a pair for each micro-batch.
enum class StepDetail { step, micro_batch };

/// The phases of one step in order: half of the bubble, forward and backward, the other half, gradient exchange,
/// optimizer, waiting for stragglers, and `data_stall` more.
///
/// What alternates within a layer (products, attention, element-wise kernels, exposed tensor, context, expert and stage
/// traffic) is faster than a node's supply follows and goes into forward and backward by its mean; forward has a third
/// of it, a quarter with full recomputation.  Phases without length are left out. *Not modelled*: that pipeline stages
/// have their bubble at different times (their sum is smoother than this).
[[nodiscard]] std::vector<StepPhase> step_phases(const StepTime& step, const Parallelism& split,
                                                 const ActivityLevels& levels, StepDetail detail = StepDetail::step,
                                                 Duration data_stall = Duration(0.0));

/// Time-weighted mean of the utilization.
[[nodiscard]] double mean_utilization(const std::vector<StepPhase>& phases);

/// Time of each kind within the phases.
[[nodiscard]] std::array<Duration, kPowerPhaseKinds> time_by_kind(const std::vector<StepPhase>& phases);

/// The waveform of a unit that draws idle + (max - idle) u.
[[nodiscard]] PeriodicPower waveform(const std::vector<StepPhase>& phases, Power idle, Power max);

}  // namespace aifactory
