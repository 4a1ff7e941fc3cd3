#include "models/training/training_step.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aifactory {
namespace {

double real(std::int64_t count) {
  return static_cast<double>(count);
}

constexpr std::string_view kPartNames[kStepParts] = {
    "forward_gemm", "backward_gemm", "recompute_gemm", "attention", "elementwise", "tensor_comm", "context_comm",
    "expert_comm",  "pipeline_comm", "logits",         "bubble",    "data_comm",   "optimizer",   "straggler"};

}  // namespace

std::string_view name(StepPart part) {
  return kPartNames[static_cast<std::size_t>(part)];
}

/// One layer (the mean of dense and MoE layers) and one micro-batch on one device, all passes, in seconds.
struct TrainingStep::Layer {
  double gemm_s, again_s, attention_s, elementwise_s, tensor_s, context_s, expert_s;
  [[nodiscard]] double sum_s() const {
    return 3.0 * gemm_s + again_s + attention_s + elementwise_s + tensor_s + context_s + expert_s;
  }
};

TrainingStep::TrainingStep(const ModelShape& shape, const TrainingHardware& hardware, const TrainingSoftware& software)
    : shape_(checked_shape(shape)),
      hardware_(checked("training hardware", hardware)),
      software_(checked("training software", software)) {}

double TrainingStep::gemm_s(double rows, double inner, double columns, bool bf16) const {
  const double peak_flop_s = (bf16 ? hardware_.attention_peak : hardware_.gemm_peak).si();
  const double memory_b_s = hardware_.memory_efficiency * hardware_.memory_bandwidth.si();
  const double bytes = bf16 ? 2.0 : hardware_.operand_bytes;
  // The result is written in bf16 whatever the operands are.
  const double moved_b = bytes * (rows * inner + inner * columns) + std::max(bytes, 2.0) * rows * columns;
  return 2.0 * rows * inner * columns / (hardware_.gemm_efficiency * peak_flop_s) + moved_b / memory_b_s;
}

Fabric TrainingStep::collective_fabric() const {
  return {{hardware_.scale_up_efficiency * hardware_.scale_up, kScaleUpLatency},
          {hardware_.scale_out_efficiency * hardware_.scale_out, kScaleOutLatency},
          hardware_.domain};
}

TrainingStep::Layer TrainingStep::layer(const Parallelism& split) const {
  const double t = real(split.tensor), c = real(split.context), hidden = real(shape_.hidden);
  const double tokens = real(split.micro_batch) * real(shape_.sequence) / c;
  const double q = shape_.query_width(), kv = shape_.kv_width();
  const double moe = real(shape_.moe_layers()) / real(shape_.layers);
  const bool full = split.recompute == Recompute::full;
  Layer out{};

  // GEMMs of a forward pass.
  if (shape_.attention_parameters > 0) {
    out.gemm_s += gemm_s(tokens, hidden, real(shape_.attention_parameters) / (hidden * t));
  } else {
    out.gemm_s += gemm_s(tokens, hidden, (q + 2.0 * kv) / t) + gemm_s(tokens, q / t, hidden);
  }
  const double up_matrices = shape_.ffn_matrices() - 1.0;
  if (moe < 1.0) {
    const double width = shape_.ffn_width() / t;
    out.gemm_s += (1.0 - moe) * (gemm_s(tokens, hidden, up_matrices * width) + gemm_s(tokens, width, hidden));
  }
  if (moe > 0.0) {
    const double width = real(shape_.expert_ffn) / t, shared = real(shape_.shared_experts) * width;
    // Tokens of all ranks that share the experts, spread evenly over the experts that this rank holds.
    const double held = real(shape_.experts) / real(split.expert);
    const double rows = tokens * real(shape_.active_experts) / held;
    double experts_s = held * (gemm_s(rows, hidden, up_matrices * width) + gemm_s(rows, width, hidden));
    experts_s += gemm_s(tokens, hidden, real(shape_.experts), true);  // the router
    if (shared > 0.0) experts_s += gemm_s(tokens, hidden, up_matrices * shared) + gemm_s(tokens, shared, hidden);
    out.gemm_s += moe * experts_s;
  }
  out.again_s = full ? out.gemm_s : 0.0;

  // Attention.  A fused kernel leaves out what the causal mask discards, and computes its scores again by nature.
  const double seen = software_.attention == AttentionKernel::fused ? 0.5 : 1.0;
  const double attention_s =
      seen * 4.0 * tokens * real(shape_.sequence) * q / (t * hardware_.gemm_efficiency * hardware_.attention_peak.si());
  out.attention_s = (split.recompute == Recompute::none ? 3.0 : 4.0) * attention_s;

  // Element-wise work is traffic: what is kept is written and read by the kernels that make it.
  const LayerActivations activations = layer_activations(shape_, split, software_.attention);
  const DataSize again = full                                      ? activations.all
                         : split.recompute == Recompute::selective ? activations.scores
                                                                   : DataSize(0.0);
  out.elementwise_s =
      software_.elementwise_passes * ((3.0 * activations.all + again) / hardware_.memory_bandwidth).si();

  const Fabric fabric = collective_fabric();
  const DataSize stream(2.0 * tokens * hidden);  // the residual stream in bf16
  const GroupLayout tensor = group_layout(split.tensor, 1, hardware_.domain);
  const double all_reduces = full ? 6.0 : 4.0;
  const double tensor_s = all_reduces * hierarchical_all_reduce(fabric, tensor, stream).si();
  out.tensor_s = tensor_s - std::min(software_.tensor_overlap * tensor_s, 3.0 * out.gemm_s + out.again_s);

  if (split.context > 1) {
    // Keys and values of the whole sequence pass by: once forward, twice backward with their gradients.
    const GroupLayout context = group_layout(split.context, split.tensor, hardware_.domain);
    const DataSize keys(2.0 * 2.0 * tokens * c * kv / t);
    const double context_s = (full ? 4.0 : 3.0) * hierarchical_reduce_scatter(fabric, context, keys).si();
    out.context_s = context_s - std::min(software_.context_overlap * context_s, out.attention_s);
  }
  if (split.expert > 1) {
    // Dispatch and combine, forward and backward; tensor ranks share the tokens.
    const GroupLayout expert = group_layout(split.expert, split.tensor * split.context, hardware_.domain);
    const double trips = full ? 6.0 : 4.0;
    const double expert_s =
        moe * trips * hierarchical_all_to_all(fabric, expert, real(shape_.active_experts) / t * stream).si();
    out.expert_s = (1.0 - software_.expert_overlap) * expert_s;
  }
  return out;
}

Duration TrainingStep::gradient_exchange(const Parallelism& split) const {
  const double t = real(split.tensor), p = real(split.pipeline);
  const Fabric fabric = collective_fabric();
  const std::int64_t ranks = split.data * split.context;
  const double experts = routed_expert_weights(shape_) * real(shape_.moe_layers());
  const double dense = parameters(shape_) - experts;
  // ZeRO up to stage 2 moves as much as an all-reduce: gradients are scattered, weights gathered.  Stage 3 gathers
  // weights forward and backward, for each micro-batch.
  const auto exchange = [&](double weights, const GroupLayout& group) {
    const DataSize bytes = weights / (t * p) * software_.gradient_bytes;
    const Duration one_way = hierarchical_reduce_scatter(fabric, group, bytes);
    return (split.zero_stage >= 3 ? 1.0 + 2.0 * real(split.micro_batches()) : 2.0) * one_way;
  };
  Duration time = exchange(dense, group_layout(ranks, split.tensor, hardware_.domain));
  if (experts > 0.0) {
    const std::int64_t copies = std::max<std::int64_t>(1, ranks / split.expert);
    time += exchange(experts / real(split.expert), group_layout(copies, split.tensor * split.expert, hardware_.domain));
  }
  return time;
}

StepTime TrainingStep::modelled(const Parallelism& split) const {
  const double p = real(split.pipeline), v = real(split.virtual_stages), t = real(split.tensor);
  const double micro_batches = real(split.micro_batches());
  const double tokens = real(split.micro_batch) * real(shape_.sequence) / real(split.context);
  const Layer one = layer(split);
  const double layer_s = one.sum_s();

  double hops_s = 0.0;
  if (split.pipeline > 1) {
    const bool inside = split.accelerators() <= hardware_.domain;
    const double bandwidth_b_s =
        hardware_.point_to_point_efficiency * (inside ? hardware_.scale_up : hardware_.scale_out).si();
    hops_s = (1.0 - software_.pipeline_overlap) * 2.0 * v * (2.0 * tokens * real(shape_.hidden) / t) / bandwidth_b_s;
  }
  const double logits_s = 3.0 * gemm_s(tokens, real(shape_.hidden), real(shape_.vocabulary) / t, true);

  // Places that no layer fills let the last stage carry fewer layers beside the logits.
  const std::int64_t full_layers = split.stage_layers(shape_);
  const double spare = real(full_layers * split.pipeline - shape_.layers);
  const double given_up = std::min({spare, std::ceil(logits_s / layer_s), real(full_layers)});
  const double full_s = real(full_layers) * layer_s, last_s = (real(full_layers) - given_up) * layer_s + logits_s;
  const bool last_is_slowest = split.pipeline == 1 || last_s >= full_s;
  const double layers = last_is_slowest ? real(full_layers) - given_up : real(full_layers);
  const double stage_s = (split.pipeline == 1 ? last_s - logits_s : full_s) + hops_s;

  const double per_part = micro_batches * layers;
  StepTime step;
  step.parts.fill(Duration(0.0));
  const auto put = [&](StepPart part, double seconds) {
    step.parts[static_cast<std::size_t>(part)] = Duration(seconds);
  };
  put(StepPart::forward_gemm, per_part * one.gemm_s);
  put(StepPart::backward_gemm, per_part * 2.0 * one.gemm_s);
  put(StepPart::recompute_gemm, per_part * one.again_s);
  put(StepPart::attention, per_part * one.attention_s);
  put(StepPart::elementwise, per_part * one.elementwise_s);
  put(StepPart::tensor_comm, per_part * one.tensor_s);
  put(StepPart::context_comm, per_part * one.context_s);
  put(StepPart::expert_comm, per_part * one.expert_s);
  put(StepPart::pipeline_comm, micro_batches * hops_s);
  put(StepPart::logits, last_is_slowest ? micro_batches * logits_s : 0.0);
  put(StepPart::bubble, (p - 1.0) / v * stage_s);

  const double gradients_s = gradient_exchange(split).si();
  const double window_s = real(full_layers) * (layer_s - one.gemm_s);  // the backward pass of the last micro-batch
  put(StepPart::data_comm, gradients_s - std::min(software_.data_overlap * gradients_s, window_s));

  const MemoryNeed state = memory(split);
  const StateBytes bytes;
  put(StepPart::optimizer, (kOptimizerTraffic * (state.optimizer / bytes.optimizer) / hardware_.memory_bandwidth).si());

  double sum_s = 0.0;
  for (const Duration part : step.parts) sum_s += part.si();
  // The greatest of k normal step times lies near sqrt(2 ln k) standard deviations above their mean.
  const double domains = std::max(1.0, real(split.accelerators()) / real(hardware_.domain));
  put(StepPart::straggler, sum_s * software_.step_jitter * std::sqrt(2.0 * std::log(domains)));

  step.total = std::accumulate(step.parts.begin(), step.parts.end(), Duration(0.0));
  const double sequences = real(split.global_batch);
  step.model_flops = model_flops(shape_, sequences);
  step.hardware_flops = hardware_flops(shape_, sequences, split.recompute);
  step.accelerators = real(split.accelerators());
  step.tokens = sequences * real(shape_.sequence);
  step.peak = hardware_.gemm_peak;
  return step;
}

StepTime TrainingStep::evaluate(const Parallelism& split, const MeasuredStep& measured) const {
  StepTime step = modelled(checked_split(shape_, split));
  if (!measured.step && !measured.mfu) return step;
  if (measured.step && measured.mfu)
    throw InputError("training step: give a measured step time or a measured MFU, not both");
  if (measured.mfu && !kPositiveFraction.contains(*measured.mfu)) {
    throw InputError(
        fmt::format("training step: measured MFU = {:g} must be {}", *measured.mfu, kPositiveFraction.text("")));
  }
  const Duration total =
      measured.step ? *measured.step : step.model_flops / (step.accelerators * *measured.mfu * step.peak);
  if (!(total.si() > 0.0))
    throw InputError(fmt::format("training step: measured step = {:g} s must be > 0 s", total.si()));
  for (Duration& part : step.parts) part = part * (total / step.total);
  step.total = total;
  step.measured = true;
  return step;
}

}  // namespace aifactory
