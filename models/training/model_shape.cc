#include "models/training/model_shape.h"

namespace aifactory {
namespace {

double real(std::int64_t count) {
  return static_cast<double>(count);
}

struct FirstProblem {
  void error(const char* key, const char* message) const {
    throw InputError(fmt::format("model: {} {}", key, message));
  }
};

/// Feed-forward weights of an MoE layer with `routed` routed experts.
double moe_weights(const ModelShape& shape, double routed) {
  const double one = shape.ffn_matrices() * real(shape.hidden) * real(shape.expert_ffn);
  return one * (routed + real(shape.shared_experts)) + real(shape.hidden) * real(shape.experts);
}

double biases_and_norms(const ModelShape& shape, bool moe) {
  const double hidden = real(shape.hidden);
  if (!shape.biases) return 2.0 * hidden;
  const double biased = moe ? 0.0 : shape.ffn_width() * (shape.ffn_matrices() - 1.0) + hidden;
  return 4.0 * hidden + shape.query_width() + 2.0 * shape.kv_width() + hidden + biased;
}

double attention_gemm(const ModelShape& shape) {
  if (shape.attention_parameters > 0) return real(shape.attention_parameters);
  return real(shape.hidden) * (2.0 * shape.query_width() + 2.0 * shape.kv_width());
}

/// GEMM weights of all layers with `routed` experts in each MoE layer.
double layers_gemm(const ModelShape& shape, double routed) {
  const double moe = real(shape.moe_layers()), dense = real(shape.layers) - moe;
  double sum = real(shape.layers) * attention_gemm(shape);
  sum += dense * shape.ffn_matrices() * real(shape.hidden) * shape.ffn_width();
  if (moe > 0.0) sum += moe * moe_weights(shape, routed);
  return sum;
}

double weights(const ModelShape& shape, double routed) {
  const double moe = real(shape.moe_layers()), dense = real(shape.layers) - moe;
  const double embedding = real(shape.vocabulary) * (shape.tied_embedding ? 1.0 : 2.0) +
                           (shape.learned_positions ? real(shape.sequence) : 0.0);
  return layers_gemm(shape, routed) + dense * biases_and_norms(shape, false) + moe * biases_and_norms(shape, true) +
         embedding * real(shape.hidden);
}

/// Forward operations per token: all layers' GEMMs, all layers' attention, the logits.
struct Forward {
  double gemm, attention, logits;
};
Forward forward(const ModelShape& shape, AttentionCount count) {
  const double seen = (count == AttentionCount::causal ? 0.5 : 1.0) * real(shape.sequence);
  return {2.0 * layers_gemm(shape, real(shape.active_experts)), 4.0 * real(shape.layers) * seen * shape.query_width(),
          2.0 * real(shape.hidden) * real(shape.vocabulary)};
}

}  // namespace

double ModelShape::head_width() const {
  return head_size > 0 ? real(head_size) : real(hidden) / real(heads);
}
double ModelShape::query_width() const {
  return real(heads) * head_width();
}
double ModelShape::kv_width() const {
  return real(kv_heads > 0 ? kv_heads : heads) * head_width();
}
double ModelShape::ffn_width() const {
  return ffn > 0 ? real(ffn) : 4.0 * real(hidden);
}

const ModelShape& checked_shape(const ModelShape& shape) {
  checked("model", shape);
  FirstProblem report;
  shape.validate(report);
  return shape;
}

double parameters(const ModelShape& shape) {
  return weights(shape, real(shape.experts));
}
double active_parameters(const ModelShape& shape) {
  return weights(shape, real(shape.active_experts));
}
double attention_weights(const ModelShape& shape) {
  return attention_gemm(shape);
}
double routed_expert_weights(const ModelShape& shape) {
  return shape.ffn_matrices() * real(shape.hidden) * real(shape.expert_ffn) * real(shape.experts);
}

FlopCount model_flops(const ModelShape& shape, double sequences, AttentionCount count) {
  const Forward f = forward(shape, count);
  return FlopCount(3.0 * sequences * real(shape.sequence) * (f.gemm + f.attention + f.logits));
}

FlopCount hardware_flops(const ModelShape& shape, double sequences, Recompute recompute, AttentionCount count) {
  const Forward f = forward(shape, count);
  const double again = recompute == Recompute::full        ? f.gemm + f.attention
                       : recompute == Recompute::selective ? f.attention
                                                           : 0.0;
  return model_flops(shape, sequences, count) + FlopCount(sequences * real(shape.sequence) * again);
}

FlopCount six_n_d(double weights, TokenCount tokens) {
  return FlopCount(6.0 * weights * tokens.si());
}

Duration training_time(double weights, TokenCount tokens, double accelerators, FlopRate each) {
  return FlopCount(8.0 * weights * tokens.si()) / (accelerators * each);
}

}  // namespace aifactory
