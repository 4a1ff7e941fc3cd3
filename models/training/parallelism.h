#pragma once
#include <cstdint>

#include "models/training/model_shape.h"

namespace aifactory {

/// How one training job is split: t tensor, c context, d data, p pipeline ways; accelerators = t c d p.
///
/// Ranks are numbered tensor first, then context, data and pipeline, so that tensor groups lie in one scale-up domain
/// where they fit and pipeline neighbours are far apart.  Experts are split over `expert` ranks of the data
/// dimension.  Micro-batches of a step m = global_batch / (d micro_batch).
struct Parallelism {
  std::int64_t tensor = 1;
  std::int64_t pipeline = 1;
  std::int64_t virtual_stages = 1;  ///< v, model chunks on each pipeline rank (interleaved 1F1B)
  std::int64_t data = 1;
  std::int64_t context = 1;
  std::int64_t expert = 1;
  std::int64_t micro_batch = 1;                        ///< sequences
  std::int64_t global_batch = ModelShape::kUnsetSize;  ///< sequences in a step
  bool sequence_parallel = false;                      ///< norms and dropout split over tensor ranks too
  Recompute recompute = Recompute::none;
  std::int64_t zero_stage = 0;  ///< 0..3: optimizer state, gradients, weights sharded over data ranks

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("tensor", p.tensor, between(1, 1e6), "tensor-parallel ways");
    visit("pipeline", p.pipeline, between(1, 1e6), "pipeline stages");
    visit("virtual_stages", p.virtual_stages, between(1, 1e4), "model chunks on each pipeline rank");
    visit("data", p.data, between(1, 1e7), "replicas");
    visit("context", p.context, between(1, 1e6), "ways that a sequence is split");
    visit("expert", p.expert, between(1, 1e6), "ways that experts are split, within the data dimension");
    visit("micro_batch", p.micro_batch, between(1, 1e6), "sequences of a micro-batch");
    visit("global_batch", p.global_batch, between(1, 1e9), "sequences of a step");
    visit("sequence_parallel", p.sequence_parallel, kAny, "norms and dropout are split over tensor ranks");
    visit("recompute", p.recompute, kAny, "activations computed again: none, selective, full");
    visit("zero_stage", p.zero_stage, between(0, 3), "sharding over data ranks");
  }

  [[nodiscard]] std::int64_t accelerators() const { return tensor * context * data * pipeline; }
  [[nodiscard]] std::int64_t micro_batches() const { return global_batch / (data * micro_batch); }
  /// Layers of the fullest pipeline rank: v ceil(l / (p v)).
  [[nodiscard]] std::int64_t stage_layers(const ModelShape& shape) const {
    const std::int64_t chunks = pipeline * virtual_stages;
    return virtual_stages * ((shape.layers + chunks - 1) / chunks);
  }
};

/// Why this split cannot run this model, or "" if it can: "tensor = 6 must divide heads = 64".
[[nodiscard]] std::string split_problem(const ModelShape& shape, const Parallelism& split);

/// @throws InputError with the first problem of ranges or of split_problem().
const Parallelism& checked_split(const ModelShape& shape, const Parallelism& split);

}  // namespace aifactory
