#pragma once
#include <vector>

#include "models/training/training_step.h"

namespace aifactory {

/// What the search tries: tensor, context and expert ways and micro-batches in powers of two, tensor ways within a
/// scale-up domain, pipeline stages among the divisors of what is left, chunks that waste at most a tenth of the layer
/// places, every recomputation and ZeRO stages 0, 1 and 3 (3 without pipeline).
struct SearchLimits {
  std::int64_t max_tensor = 64;
  std::int64_t max_pipeline = 64;
  std::int64_t max_context = 64;
  std::int64_t max_micro_batch = 16;
  std::int64_t max_virtual_stages = 8;
  std::size_t keep = 5;        ///< best candidates returned
  double usable_memory = 0.9;  ///< share of the device that a job may fill; assumed, the rest is workspace
  StateBytes state_bytes{};
};

struct SearchCandidate {
  Parallelism split;
  StepTime step;
  MemoryNeed memory;
};

/// The fastest splits of `accelerators` for a global batch that fit the memory, best first; empty when none fits.
/// Ties go to the split that comes first in the order of the search.  Pure; a few hundred thousand evaluations at most.
/// *Not modelled*: effects of the split on convergence.
[[nodiscard]] std::vector<SearchCandidate> best_parallelism(const TrainingStep& model, std::int64_t accelerators,
                                                            std::int64_t global_batch, const SearchLimits& limits = {});

}  // namespace aifactory
