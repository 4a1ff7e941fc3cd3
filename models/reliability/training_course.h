#pragma once
#include "models/reliability/training_run.h"

namespace aifactory {

/// One run of TrainingRun from its start to its end, interruption by interruption.
[[nodiscard]] TrainingRunResult training_course(const TrainingRun& run, Duration span, std::uint64_t seed,
                                                const RunObserver& observer);

}  // namespace aifactory
