#pragma once
#include <cstdint>
#include <string_view>

#include "models/training/collectives.h"
#include "models/training/model_shape.h"

namespace aifactory {

/// Tokens of one request of MLPerf's Llama-2-70B benchmark (OpenOrca): mean output 294.45, the number that its accuracy
/// check holds to 10 %.  The mean input is assumed to be as long.
inline constexpr double kOpenOrcaOutputTokens = 294.45;
inline constexpr double kOpenOrcaInputTokens = 294.45;

/// The accelerators of one replica as serving meets them.
struct ServingHardware {
  FlopRate gemm_peak;       ///< dense, at the precision of the weights' products
  FlopRate attention_peak;  ///< dense, bf16
  double gemm_efficiency =
      kUnset;                 ///< sustained over peak: the best-shape matrix product rate measured, nothing fitted
  DataRate memory_bandwidth;  ///< data sheet
  DataSize memory;            ///< of one accelerator
  DataRate scale_up;          ///< one direction, data sheet
  double memory_efficiency = 0.92;    ///< achieved over nominal; fit to microsoft/vidur's H100 profiles
  double scale_up_efficiency = 0.77;  ///< achieved over nominal, as in training
  double usable_memory = 0.90;        ///< share for weights and keys; assumed, the rest is workspace
  Duration message_latency{3e-6};     ///< of one message of an all-reduce; assumed
  Duration step_overhead{1.5e-3};     ///< of one iteration: scheduling, sampling, launches; assumed

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("gemm_peak", p.gemm_peak, kPositive, "dense peak at the precision of the weights' products");
    visit("attention_peak", p.attention_peak, kPositive, "dense bf16 peak");
    visit("gemm_efficiency", p.gemm_efficiency, kPositiveFraction, "sustained rate over peak");
    visit("memory_bandwidth", p.memory_bandwidth, kPositive, "device memory bandwidth");
    visit("memory", p.memory, kPositive, "device memory");
    visit("scale_up", p.scale_up, kPositive, "scale-up bandwidth of one accelerator, one direction");
    visit("memory_efficiency", p.memory_efficiency, kPositiveFraction, "achieved over nominal");
    visit("scale_up_efficiency", p.scale_up_efficiency, kPositiveFraction, "achieved over nominal");
    visit("usable_memory", p.usable_memory, kPositiveFraction, "memory for weights and keys (assumed)");
    visit("message_latency", p.message_latency, kNonNegative, "of one message of an all-reduce (assumed)");
    visit("step_overhead", p.step_overhead, kNonNegative, "of one iteration (assumed)");
  }
};

/// How one replica is built.
struct ServingLayout {
  std::int64_t tensor = 1;          ///< accelerators of the replica
  double weight_bytes = 1.0;        ///< of one weight: 2 bf16, 1 fp8, 0.5 fp4
  double kv_bytes = 1.0;            ///< of one number of keys and values
  double kv_bytes_per_token = 0.0;  ///< of all layers; 0: from the shape.  For latent attention and other forms
  std::int64_t max_batch = 1024;    ///< requests that decode together

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("tensor", p.tensor, between(1, 1e4), "accelerators of a replica");
    visit("weight_bytes", p.weight_bytes, between(0.25, 8.0), "bytes of a weight");
    visit("kv_bytes", p.kv_bytes, between(0.25, 8.0), "bytes of a number of keys and values");
    visit("kv_bytes_per_token", p.kv_bytes_per_token, kNonNegative,
          "bytes of all layers' keys and values; 0: from the shape");
    visit("max_batch", p.max_batch, between(1, 1e6), "requests that decode together");
  }
};

/// Times of one replica's iterations:
///
///     prefill(S tokens in all, sum of squares Q) = 2 w S / (t e P) + 2 l q Q / (t e P_bf16) + W / (t eb B) + comm(S) +
///     o decode(b requests, C tokens of context)    = 2 w b / (t e P) + 4 l q C / (t e P_bf16)
///                                                  + (W_b + k C) / (t eb B) + comm(b) + o
///     comm(n) = 2 l all-reduces of 2 n h bytes among t accelerators (t > 1)
///
/// w weights that a token meets (the embedding is looked up, not multiplied), W bytes of the weights, W_b of those that
/// b tokens meet: with E experts, a of them active, 1 - (1 - a/E)^b of the experts.  k = 2 l g bytes of keys and values
/// per token (g width of keys), h hidden size, q query width, e B P as in ServingHardware, o overhead.  Sums, as in
/// training.
///
/// Validity: whole iterations, one scale-up domain.  *Not modelled*: speculative decoding, prefix caches (give the
/// tokens that are left), pipeline and expert parallel replicas, kernels that overlap compute with traffic. Nothing is
/// fitted: offline Llama-2-70B on H100 and H200 comes out within 15 % (docs/models/serving.md). Source: roofline; Pope
/// et al., "Efficiently Scaling Transformer Inference", 2022; the alpha-beta model of training.
class ServingModel {
 public:
  /// decode = fixed + per_request b + per_context C, exact for dense models.
  struct DecodeCost {
    double fixed_s, per_request_s, per_context_s;
  };
  /// An iteration's time by what bounds it.
  struct Split {
    double compute_s = 0.0, memory_s = 0.0, communication_s = 0.0, overhead_s = 0.0;
    [[nodiscard]] double sum_s() const { return compute_s + memory_s + communication_s + overhead_s; }
    void add(const Split& other, double times = 1.0);
  };

  /// @throws InputError naming the first problem; also when the weights alone do not fit.
  ServingModel(const ModelShape& shape, const ServingHardware& hardware, const ServingLayout& layout);

  [[nodiscard]] const ServingLayout& layout() const { return layout_; }
  [[nodiscard]] DataSize weights() const { return DataSize(weight_b_); }
  [[nodiscard]] DataSize kv_per_token() const { return DataSize(kv_b_); }
  /// Tokens whose keys and values fit beside the weights.
  [[nodiscard]] double kv_capacity() const { return kv_capacity_; }

  [[nodiscard]] Split prefill(double tokens, double squares) const;
  [[nodiscard]] Split decode(double requests, double context) const;
  /// Linear costs of a decode iteration at about this batch (the batch only matters for experts).
  [[nodiscard]] DecodeCost decode_cost(double requests) const;

 private:
  [[nodiscard]] double communication_s(double tokens) const;
  /// Bytes of weights read for so many tokens.
  [[nodiscard]] double touched_b(double tokens) const;

  ServingLayout layout_;
  double layers_, hidden_, weight_b_, kv_b_, kv_capacity_;
  double expert_b_;                           // routed experts, part of weight_b_
  double active_share_;                       // a / E; 0: dense
  double flop_per_token_, square_flop_;       // 2 w; 2 l q
  double compute_flop_s_, attention_flop_s_;  // of the replica, sustained
  double memory_b_s_;                         // of the replica
  Link link_;
  double overhead_s_;
};

/// Throughput with requests always waiting, all of the same length: every place of the batch is taken.
struct OfflineRate {
  double batch;                   ///< requests that decode together
  TokenRate output;               ///< of the replica
  double output_per_accelerator;  ///< tokens/s
  ServingModel::Split per_token;  ///< time of one output token, its share of the prompt included
};
/// @throws InputError when not even one request fits.
[[nodiscard]] OfflineRate offline_rate(const ServingModel& model, double input_tokens, double output_tokens);

}  // namespace aifactory
