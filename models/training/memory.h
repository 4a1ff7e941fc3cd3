#pragma once
#include <string>

#include "models/training/parallelism.h"

namespace aifactory {

/// Attention as separate kernels that write the s x s scores to memory, or fused (FlashAttention): scores stay on chip
/// and the half above the diagonal is left out.
enum class AttentionKernel { unfused, fused };

/// Bytes of one weight in each place.
struct StateBytes {
  DataSize weight{2.0};      ///< bf16
  DataSize gradient{4.0};    ///< fp32 sums, as Megatron-LM accumulates; 2 for bf16
  DataSize optimizer{12.0};  ///< Adam in fp32: master weight and two moments
  static constexpr DataSize kActivation{2.0};
};

/// Memory of the fullest device.
struct MemoryNeed {
  DataSize weights, gradients, optimizer, activations;
  [[nodiscard]] DataSize states() const { return weights + gradients + optimizer; }
  [[nodiscard]] DataSize total() const { return states() + activations; }
};

/// Weights, gradients and optimizer state of `weights` parameters on one of N data ranks with ZeRO:
///
///     stage 0: w + g + o   1: w + g + o/N   2: w + (g + o)/N   3: (w + g + o)/N   bytes per weight
///
/// Source: Rajbhandari et al., "ZeRO: Memory Optimizations Toward Training Trillion Parameter Models", SC20, figure 1.
[[nodiscard]] MemoryNeed model_states(double weights, std::int64_t data_ranks, std::int64_t zero_stage,
                                      const StateBytes& bytes = {});

/// Activation bytes that one layer keeps for a micro-batch of b sequences of s tokens, of which this device has s / c:
///
///     s/c b (U + D / t + 5 a s / t)      no recomputation
///     s/c b (U + D / t)                  selective, or fused attention
///     s/c b 2 h                          full: the layer's input alone
///
/// U 10 h: norms, inputs of both blocks and dropout masks (8 h without dropout), D what tensor ranks share: queries,
/// keys, values, their result and the feed-forward's inside, 24 h of the dense shape.  With sequence parallelism U too
/// is divided by t, and so is the input. Source: Korthikanti et al. 2022, equations 1, 2, 4 and table 2; here for any
/// widths.
struct LayerActivations {
  DataSize kept;    ///< for the backward pass
  DataSize scores;  ///< softmax and its mask and dropout, part of `all`
  DataSize all;     ///< what a forward pass of the layer writes
};
[[nodiscard]] LayerActivations layer_activations(const ModelShape& shape, const Parallelism& split,
                                                 AttentionKernel kernel);

/// Memory of the first pipeline stage, which holds most: its share of the states and the activations of the
/// micro-batches in flight,
///
///     layers in flight = layers of the stage x min(m, p (1 + (p - 1) / (p v)))   [without interleaving: min(m, p)]
///
/// With full recomputation one layer's activations exist besides.  The embedding is in the first stage.
/// Validity: 1F1B schedules.  *Not modelled*: workspace, fragmentation, communication buffers, the fp32 logits of the
/// last stage, offloading.
/// Source: Korthikanti et al. 2022, section 4.2.3 and equation 6.
[[nodiscard]] MemoryNeed memory_need(const ModelShape& shape, const Parallelism& split, AttentionKernel kernel,
                                     const StateBytes& bytes = {});

/// "needs 92.1 GB of 80.0 GB: ..." naming the parts and what would help, or "" if it fits.
[[nodiscard]] std::string memory_refusal(const MemoryNeed& need, DataSize available, const Parallelism& split);

}  // namespace aifactory
