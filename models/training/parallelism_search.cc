#include "models/training/parallelism_search.h"

#include <algorithm>

namespace aifactory {
namespace {

/// Keeps the fastest `keep` candidates in order.
class Best {
 public:
  explicit Best(std::size_t keep) : keep_(keep) { found_.reserve(keep + 1); }
  void offer(const SearchCandidate& candidate) {
    const auto slower = [](const SearchCandidate& a, const SearchCandidate& b) { return a.step.total < b.step.total; };
    if (found_.size() == keep_ && !slower(candidate, found_.back())) return;
    found_.insert(std::upper_bound(found_.begin(), found_.end(), candidate, slower), candidate);
    if (found_.size() > keep_) found_.pop_back();
  }
  [[nodiscard]] std::vector<SearchCandidate> take() && { return std::move(found_); }

 private:
  std::size_t keep_;
  std::vector<SearchCandidate> found_;
};

}  // namespace

std::vector<SearchCandidate> best_parallelism(const TrainingStep& model, std::int64_t accelerators,
                                              std::int64_t global_batch, const SearchLimits& limits) {
  if (accelerators < 1) throw InputError(fmt::format("accelerators = {} must be >= 1", accelerators));
  if (global_batch < 1) throw InputError(fmt::format("global_batch = {} must be >= 1", global_batch));
  if (limits.keep == 0) return {};
  const ModelShape& shape = model.shape();
  const DataSize room = limits.usable_memory * model.hardware().memory;
  const std::int64_t most_experts = std::max<std::int64_t>(1, shape.experts);
  Best best(limits.keep);

  const auto try_split = [&](const Parallelism& split) {
    if (!split_problem(shape, split).empty()) return;
    const MemoryNeed need = memory_need(shape, split, model.software().attention, limits.state_bytes);
    if (!(need.total() <= room)) return;
    best.offer({split, model.modelled(split), need});
  };
  const auto try_memory_modes = [&](Parallelism split) {
    for (const Recompute recompute : {Recompute::none, Recompute::selective, Recompute::full}) {
      // A fused kernel recomputes the core of attention anyway.
      if (recompute == Recompute::selective && model.software().attention == AttentionKernel::fused) continue;
      for (const std::int64_t zero : {0, 1, 3}) {
        if (zero > 0 && split.data * split.context == 1) continue;
        if (zero == 3 && split.pipeline > 1) continue;
        split.recompute = recompute;
        split.zero_stage = zero;
        try_split(split);
      }
    }
  };
  const auto try_chunks = [&](Parallelism split) {
    for (std::int64_t v = 1; v <= (split.pipeline > 1 ? limits.max_virtual_stages : 1); ++v) {
      split.virtual_stages = v;
      const std::int64_t places = split.stage_layers(shape) * split.pipeline;
      if (10 * (places - shape.layers) > shape.layers) continue;
      for (split.micro_batch = 1; split.micro_batch <= limits.max_micro_batch; split.micro_batch *= 2) {
        if (global_batch % (split.data * split.micro_batch) != 0) break;
        // Sequences that are split and stacked again are the same work as whole ones on more replicas.
        if (split.context > 1 && split.micro_batch > 1) break;
        // Interleaving needs whole rounds of micro-batches.
        if (v > 1 && split.micro_batches() % split.pipeline != 0) continue;
        try_memory_modes(split);
      }
    }
  };

  const std::int64_t most_tensor = std::min(limits.max_tensor, model.hardware().domain);
  for (std::int64_t t = 1; t <= most_tensor; t *= 2) {
    if (accelerators % t != 0 || shape.heads % t != 0) break;
    for (std::int64_t c = 1; c <= limits.max_context; c *= 2) {
      if ((accelerators / t) % c != 0 || shape.sequence % c != 0) break;
      const std::int64_t left = accelerators / t / c;
      for (std::int64_t p = 1; p <= std::min(limits.max_pipeline, shape.layers); ++p) {
        if (left % p != 0 || global_batch % (left / p) != 0) continue;
        for (std::int64_t e = 1; e <= most_experts; e *= 2) {
          if (most_experts % e != 0 || (left / p) % e != 0) break;
          Parallelism split;
          split.tensor = t;
          split.context = c;
          split.pipeline = p;
          split.data = left / p;
          split.expert = e;
          split.global_batch = global_batch;
          split.sequence_parallel = t > 1;
          try_chunks(split);
        }
      }
    }
  }
  return std::move(best).take();
}

}  // namespace aifactory
