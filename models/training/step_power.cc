#include "models/training/step_power.h"

#include <algorithm>

namespace aifactory {
namespace {

constexpr std::string_view kNames[kPowerPhaseKinds] = {
    "forward", "backward", "bubble", "communication", "optimizer", "straggler", "data_stall", "checkpoint", "idle"};

/// Time and time x level of what alternates within the layers.
struct Mixture {
  double time_s = 0.0, weighted_s = 0.0;
  void add(Duration time, double level) {
    time_s += time.si();
    weighted_s += time.si() * level;
  }
  [[nodiscard]] double level() const { return time_s > 0.0 ? weighted_s / time_s : 0.0; }
};

}  // namespace

std::string_view name(PowerPhaseKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::vector<StepPhase> step_phases(const StepTime& step, const Parallelism& split, const ActivityLevels& levels,
                                   StepDetail detail, Duration data_stall) {
  checked("activity levels", levels);
  Mixture forward, backward;
  forward.add(step[StepPart::forward_gemm], levels.gemm);
  backward.add(step[StepPart::backward_gemm], levels.gemm);
  backward.add(step[StepPart::recompute_gemm], levels.gemm);
  const double share = split.recompute == Recompute::full ? 0.25 : 1.0 / 3.0;
  const auto divide = [&](StepPart part, double level, double forward_share) {
    forward.add(forward_share * step[part], level);
    backward.add(step[part] - forward_share * step[part], level);
  };
  divide(StepPart::attention, levels.attention, share);
  divide(StepPart::elementwise, levels.elementwise, share);
  divide(StepPart::logits, levels.gemm, 1.0 / 3.0);
  for (const StepPart part : {StepPart::tensor_comm, StepPart::context_comm, StepPart::expert_comm}) {
    divide(part, levels.communication, share);
  }
  divide(StepPart::pipeline_comm, levels.communication, 0.5);

  std::vector<StepPhase> phases;
  const auto add = [&](PowerPhaseKind kind, Duration length, double level) {
    if (length.si() > 0.0) phases.push_back({kind, length, level});
  };
  const Duration half_bubble = 0.5 * step[StepPart::bubble];
  add(PowerPhaseKind::bubble, half_bubble, levels.waiting);
  const std::int64_t pairs = detail == StepDetail::step ? 1 : split.micro_batches();
  const double each = 1.0 / static_cast<double>(pairs);
  for (std::int64_t i = 0; i < pairs; ++i) {
    add(PowerPhaseKind::forward, Duration(forward.time_s * each), forward.level());
    add(PowerPhaseKind::backward, Duration(backward.time_s * each), backward.level());
  }
  add(PowerPhaseKind::bubble, half_bubble, levels.waiting);
  add(PowerPhaseKind::communication, step[StepPart::data_comm], levels.communication);
  add(PowerPhaseKind::optimizer, step[StepPart::optimizer], levels.elementwise);
  add(PowerPhaseKind::straggler, step[StepPart::straggler], levels.waiting);
  add(PowerPhaseKind::data_stall, data_stall, levels.stalled);
  return phases;
}

double mean_utilization(const std::vector<StepPhase>& phases) {
  Mixture all;
  for (const StepPhase& phase : phases) all.add(phase.length, phase.utilization);
  return all.level();
}

std::array<Duration, kPowerPhaseKinds> time_by_kind(const std::vector<StepPhase>& phases) {
  std::array<Duration, kPowerPhaseKinds> times;
  times.fill(Duration(0.0));
  for (const StepPhase& phase : phases) times[static_cast<std::size_t>(phase.kind)] += phase.length;
  return times;
}

PeriodicPower waveform(const std::vector<StepPhase>& phases, Power idle, Power max) {
  std::vector<PowerPhase> out;
  out.reserve(phases.size());
  for (const StepPhase& phase : phases) out.push_back({phase.length, idle + (max - idle) * phase.utilization});
  return PeriodicPower(std::move(out));
}

}  // namespace aifactory
