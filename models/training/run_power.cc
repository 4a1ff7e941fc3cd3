#include "models/training/run_power.h"

#include <array>

namespace aifactory {

PowerTimeline run_power(const TrainingRun& run, Duration span, std::uint64_t seed, const TrainingPlan& plan, Power idle,
                        Power max, const ActivityLevels& levels) {
  PowerTimeline line;
  const auto flat = [&](double level) {
    return line.waveform(PeriodicPower({{Duration(1.0), idle + (max - idle) * level}}));
  };
  const std::size_t step = line.waveform(waveform(plan.phases, idle, max));
  const std::size_t stalled = flat(levels.stalled), waiting = flat(levels.waiting), off = flat(0.0);
  // In the order of RunState.
  const std::array<std::size_t, kRunStates> waveforms = {step, stalled, waiting, off, stalled, off};
  (void)run.run(span, seed,
                [&](Duration from, RunState state) { line.add(0, from, waveforms[static_cast<std::size_t>(state)]); });
  return line;
}

}  // namespace aifactory
