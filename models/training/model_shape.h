#pragma once
#include <cstdint>

#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// Shape of a decoder-only transformer, dense or mixture of experts (MoE).
///
/// Weights of one layer, h hidden size, q = heads x head_size, g = kv_heads x head_size, f feed-forward width,
/// n_m = 3 matrices when gated, else 2:
///
///     attention     h (q + 2 g) + q h             (or `attention_parameters` where the layer is built otherwise)
///     feed-forward  n_m h f                       dense layer
///                   n_m h f_e (E + E_s) + h E     MoE layer: E experts of width f_e, E_s shared ones, router
///     norms         2 h, and with biases q + 2 g + 2 h + f' + 2 h more (f' the biased width)
///
/// and outside the layers V h for the embedding (twice when the output matrix is not the embedding) and s h for learned
/// positions.  With heads = kv_heads, f = 4 h and biases this is Megatron's
///
///     P = 12 l h^2 (1 + 13 / (12 h) + (V + s) / (12 l h))
///
/// *Not modelled*: encoder-decoder models, layers of different widths, the norm after the last layer (h of P).
/// Source: Narayanan et al., "Efficient Large-Scale Language Model Training on GPU Clusters Using Megatron-LM", SC21,
/// equation 2.
struct ModelShape {
  static constexpr const char* kCatalogKind = "models";
  static constexpr std::int64_t kUnsetSize = INT64_MIN;  ///< a size that nobody has set

  std::int64_t layers = kUnsetSize;
  std::int64_t hidden = kUnsetSize;
  std::int64_t heads = kUnsetSize;
  std::int64_t sequence = kUnsetSize;    ///< tokens trained together
  std::int64_t vocabulary = kUnsetSize;  ///< as padded for the device
  std::int64_t kv_heads = 0;             ///< 0: as many as heads
  std::int64_t head_size = 0;            ///< 0: hidden / heads
  std::int64_t ffn = 0;                  ///< 0: 4 hidden
  bool gated = false;                    ///< SwiGLU and the like: three matrices
  bool biases = true;
  bool dropout = true;            ///< masks are kept for the backward pass
  bool learned_positions = true;  ///< false: rotary, no weights
  bool tied_embedding = true;
  std::int64_t experts = 0;  ///< per MoE layer; 0: dense
  std::int64_t active_experts = 0;
  std::int64_t shared_experts = 0;
  std::int64_t expert_ffn = 0;
  std::int64_t dense_layers = 0;          ///< of an MoE model: first layers that have no experts
  std::int64_t attention_parameters = 0;  ///< per layer; 0: from heads.  For latent attention and other factored forms.

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("layers", p.layers, between(1, 1e5), "transformer layers");
    visit("hidden", p.hidden, between(1, 1e7), "width of the residual stream");
    visit("heads", p.heads, between(1, 1e5), "attention heads");
    visit("sequence", p.sequence, between(1, 1e9), "tokens of a training sequence");
    visit("vocabulary", p.vocabulary, between(1, 1e8), "tokens of the vocabulary, padded");
    visit("kv_heads", p.kv_heads, between(0, 1e5), "heads of keys and values; 0: as heads");
    visit("head_size", p.head_size, between(0, 1e6), "width of a head; 0: hidden / heads");
    visit("ffn", p.ffn, between(0, 1e8), "feed-forward width; 0: 4 hidden");
    visit("gated", p.gated, kAny, "three feed-forward matrices instead of two");
    visit("biases", p.biases, kAny, "linear and norm layers have biases");
    visit("dropout", p.dropout, kAny, "dropout masks are kept for the backward pass");
    visit("learned_positions", p.learned_positions, kAny, "position embedding with weights");
    visit("tied_embedding", p.tied_embedding, kAny, "output matrix is the embedding");
    visit("experts", p.experts, between(0, 1e6), "routed experts of an MoE layer; 0: dense model");
    visit("active_experts", p.active_experts, between(0, 1e6), "routed experts that a token visits");
    visit("shared_experts", p.shared_experts, between(0, 1e6), "experts that every token visits");
    visit("expert_ffn", p.expert_ffn, between(0, 1e8), "feed-forward width of one expert");
    visit("dense_layers", p.dense_layers, between(0, 1e5), "layers of an MoE model without experts");
    visit("attention_parameters", p.attention_parameters, between(0, 1e12),
          "attention weights of a layer; 0: from heads");
  }
  template <class Report>
  void validate(Report& report) const {
    if (head_size == 0 && heads >= 1 && hidden % heads != 0)
      report.error("heads", "must divide hidden, or head_size be given");
    if (kv_heads > 0 && heads % kv_heads != 0) report.error("kv_heads", "must divide heads");
    if (active_experts > experts) report.error("active_experts", "must be at most experts");
    if (experts > 0 && active_experts == 0)
      report.error("active_experts", "must be at least 1 where there are experts");
    if (experts > 0 && expert_ffn == 0) report.error("expert_ffn", "is not set");
    if (experts == 0 && (shared_experts > 0 || expert_ffn > 0)) report.error("experts", "is not set");
    if (dense_layers > layers) report.error("dense_layers", "must be at most layers");
  }

  // Widths with their defaults filled in.
  [[nodiscard]] double head_width() const;
  [[nodiscard]] double query_width() const;  ///< q
  [[nodiscard]] double kv_width() const;     ///< g
  [[nodiscard]] double ffn_width() const;    ///< f of a dense layer
  [[nodiscard]] double ffn_matrices() const { return gated ? 3.0 : 2.0; }
  [[nodiscard]] std::int64_t moe_layers() const { return experts > 0 ? layers - dense_layers : 0; }
};

/// @throws InputError naming the first problem.
const ModelShape& checked_shape(const ModelShape& shape);

/// Weights, of the whole model and of those that one token meets.
[[nodiscard]] double parameters(const ModelShape& shape);
[[nodiscard]] double active_parameters(const ModelShape& shape);
/// Weights of one layer's attention with its norms; of the routed experts of one MoE layer.
[[nodiscard]] double attention_weights(const ModelShape& shape);
[[nodiscard]] double routed_expert_weights(const ModelShape& shape);

/// What is done again in the backward pass instead of kept: nothing, the core of attention (softmax and its products),
/// or the whole layer.
enum class Recompute { none, selective, full };

/// How much of s x s attention is counted: all of it (Megatron), or the half below the diagonal (MLPerf, PaLM).
enum class AttentionCount { full, causal };

/// Floating-point operations of one optimizer step on `sequences` sequences; two for each multiply-add.  B sequences,
/// w GEMM weights that a token meets in one layer (12 h^2 of the dense shape), c 1 (full) or 1/2 (causal):
///
///     layer   = 2 B s w + 4 c B s^2 q,  logits = 2 B s h V
///     model   = 3 (l layer + logits)
///     hardware= model + l layer (full recompute), model + l 4 c B s^2 q (selective)
///
/// For the dense shape: model 72 B s l h^2 (1 + s / (6 h) + V / (12 l h)), hardware with full recompute
/// 96 B s l h^2 (1 + s / (6 h) + V / (16 l h)).
/// Validity: long sequences of full length; no padding.  *Not modelled*: norms, softmax, rotary, optimizer.
/// Source: Narayanan et al. 2021, equation 3 and appendix; Korthikanti et al., "Reducing Activation Recomputation in
/// Large Transformer Models", 2022, appendix A.
[[nodiscard]] FlopCount model_flops(const ModelShape& shape, double sequences,
                                    AttentionCount count = AttentionCount::full);
[[nodiscard]] FlopCount hardware_flops(const ModelShape& shape, double sequences, Recompute recompute,
                                       AttentionCount count = AttentionCount::full);

/// 6 N D: training N weights on D tokens, attention left out.  Source: Kaplan et al., "Scaling Laws for Neural Language
/// Models", 2020.
[[nodiscard]] FlopCount six_n_d(double weights, TokenCount tokens);

/// 8 T P / (n X): end-to-end time with full recompute on n accelerators at X each.  Source: Narayanan et al. 2021,
/// equation 4.
[[nodiscard]] Duration training_time(double weights, TokenCount tokens, double accelerators, FlopRate each);

}  // namespace aifactory
