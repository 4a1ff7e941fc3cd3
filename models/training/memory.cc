#include "models/training/memory.h"

#include <algorithm>

namespace aifactory {
namespace {

double real(std::int64_t count) {
  return static_cast<double>(count);
}

/// Feed-forward width that one token fills, the layers' mean.
double mean_ffn(const ModelShape& shape) {
  const double moe = real(shape.moe_layers()) / real(shape.layers);
  return (1.0 - moe) * shape.ffn_width() +
         (moe > 0.0 ? moe * real(shape.active_experts + shape.shared_experts) * real(shape.expert_ffn) : 0.0);
}

}  // namespace

MemoryNeed model_states(double weights, std::int64_t data_ranks, std::int64_t zero_stage, const StateBytes& bytes) {
  const double share = 1.0 / real(data_ranks);
  return {weights * (zero_stage >= 3 ? share : 1.0) * bytes.weight,
          weights * (zero_stage >= 2 ? share : 1.0) * bytes.gradient,
          weights * (zero_stage >= 1 ? share : 1.0) * bytes.optimizer, DataSize(0.0)};
}

LayerActivations layer_activations(const ModelShape& shape, const Parallelism& split, AttentionKernel kernel) {
  const double hidden = real(shape.hidden), t = real(split.tensor), sequence = real(shape.sequence);
  const double tokens = real(split.micro_batch) * sequence / real(split.context);
  // Bytes, two for each number: both norms' inputs (4 h) and both blocks' inputs (4 h); masks are one byte.
  const double whole = (shape.dropout ? 10.0 : 8.0) * hidden / (split.sequence_parallel ? t : 1.0);
  // Q and the result of attention, K and V; the inside of the feed-forward before and after its activation.
  const double shared =
      4.0 * shape.query_width() + 4.0 * shape.kv_width() + 2.0 * shape.ffn_matrices() * mean_ffn(shape);
  const double scores = kernel == AttentionKernel::fused ? 0.0 : 5.0 * real(shape.heads) * sequence / t;
  const double all = whole + shared / t + scores;
  double kept = all;
  if (split.recompute == Recompute::selective) kept = whole + shared / t;
  if (split.recompute == Recompute::full) kept = 2.0 * hidden / (split.sequence_parallel ? t : 1.0);
  return {DataSize(tokens * kept), DataSize(tokens * scores), DataSize(tokens * all)};
}

MemoryNeed memory_need(const ModelShape& shape, const Parallelism& split, AttentionKernel kernel,
                       const StateBytes& bytes) {
  const double layers = real(split.stage_layers(shape)), p = real(split.pipeline), v = real(split.virtual_stages);
  const double layer_share = layers / real(shape.layers);
  const double experts = routed_expert_weights(shape) * real(shape.moe_layers());
  double outside = real(shape.vocabulary) * real(shape.hidden);
  if (split.pipeline == 1 && !shape.tied_embedding) outside *= 2.0;
  if (shape.learned_positions) outside += real(shape.sequence) * real(shape.hidden);
  const double embeddings = real(shape.hidden) * (real(shape.vocabulary) * (shape.tied_embedding ? 1.0 : 2.0) +
                                                  (shape.learned_positions ? real(shape.sequence) : 0.0));
  const double dense = (parameters(shape) - embeddings - experts) * layer_share + outside;

  // Experts are held by `expert` data ranks together, so that fewer ranks share their states.
  MemoryNeed need = model_states(dense / real(split.tensor), split.data * split.context, split.zero_stage, bytes);
  if (experts > 0.0) {
    const MemoryNeed more =
        model_states(experts * layer_share / real(split.tensor * split.expert),
                     std::max<std::int64_t>(1, split.data * split.context / split.expert), split.zero_stage, bytes);
    need.weights += more.weights;
    need.gradients += more.gradients;
    need.optimizer += more.optimizer;
  }
  const LayerActivations layer = layer_activations(shape, split, kernel);
  const double in_flight = split.virtual_stages > 1 ? p * (1.0 + (p - 1.0) / (p * v)) : p;
  need.activations = layers * std::min(in_flight, real(split.micro_batches())) * layer.kept;
  if (split.recompute == Recompute::full) need.activations += layer.all;
  if (split.recompute == Recompute::selective) need.activations += layer.scores;
  return need;
}

std::string memory_refusal(const MemoryNeed& need, DataSize available, const Parallelism& split) {
  if (need.total() <= available) return "";
  std::string help;
  const auto add = [&](const char* text) { help += (help.empty() ? "" : ", ") + std::string(text); };
  if (split.zero_stage < 3 && split.data * split.context > 1) add("a higher zero_stage");
  if (split.recompute != Recompute::full) add("recompute");
  if (split.micro_batch > 1) add("a smaller micro_batch");
  add("more tensor, pipeline or context ways");
  return fmt::format(
      "needs {:.1f} GB of {:.1f} GB: weights {:.1f}, gradients {:.1f}, optimizer {:.1f}, activations {:.1f}; would "
      "help: "
      "{}",
      need.total().in(GB), available.in(GB), need.weights.in(GB), need.gradients.in(GB), need.optimizer.in(GB),
      need.activations.in(GB), help);
}

}  // namespace aifactory
