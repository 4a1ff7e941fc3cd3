#include "models/inference/serving_model.h"

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {

double real(std::int64_t count) {
  return static_cast<double>(count);
}

}  // namespace

void ServingModel::Split::add(const Split& other, double times) {
  compute_s += times * other.compute_s;
  memory_s += times * other.memory_s;
  communication_s += times * other.communication_s;
  overhead_s += times * other.overhead_s;
}

ServingModel::ServingModel(const ModelShape& shape, const ServingHardware& hardware, const ServingLayout& layout)
    : layout_(checked("serving layout", layout)) {
  checked_shape(shape);
  checked("serving hardware", hardware);
  const double t = real(layout.tensor);
  layers_ = real(shape.layers);
  hidden_ = real(shape.hidden);
  const double lookup = real(shape.vocabulary) * hidden_ * (shape.tied_embedding ? 0.0 : 1.0);
  weight_b_ = parameters(shape) * layout.weight_bytes;
  expert_b_ = routed_expert_weights(shape) * real(shape.moe_layers()) * layout.weight_bytes;
  active_share_ = shape.experts > 0 ? real(shape.active_experts) / real(shape.experts) : 0.0;
  kv_b_ =
      layout.kv_bytes_per_token > 0.0 ? layout.kv_bytes_per_token : 2.0 * layers_ * shape.kv_width() * layout.kv_bytes;
  const double room_b = t * hardware.usable_memory * hardware.memory.si() - weight_b_;
  if (!(room_b >= kv_b_)) {
    throw InputError(
        fmt::format("serving: {:.1f} GB of weights do not fit {} x {:.0f} GB ({:.0f} % usable): more tensor ways or "
                    "fewer weight_bytes would help",
                    weight_b_ / GB.si(), layout.tensor, hardware.memory.in(GB), 100.0 * hardware.usable_memory));
  }
  kv_capacity_ = room_b / kv_b_;
  flop_per_token_ = 2.0 * (active_parameters(shape) - lookup);
  square_flop_ = 2.0 * layers_ * shape.query_width();
  compute_flop_s_ = t * hardware.gemm_efficiency * hardware.gemm_peak.si();
  attention_flop_s_ = t * hardware.gemm_efficiency * hardware.attention_peak.si();
  memory_b_s_ = t * hardware.memory_efficiency * hardware.memory_bandwidth.si();
  link_ = {hardware.scale_up_efficiency * hardware.scale_up, hardware.message_latency};
  overhead_s_ = hardware.step_overhead.si();
}

double ServingModel::communication_s(double tokens) const {
  return 2.0 * layers_ * ring_all_reduce(layout_.tensor, DataSize(2.0 * tokens * hidden_), link_).si();
}

double ServingModel::touched_b(double tokens) const {
  if (active_share_ == 0.0) return weight_b_;
  return weight_b_ - expert_b_ * std::pow(1.0 - active_share_, tokens);
}

ServingModel::Split ServingModel::prefill(double tokens, double squares) const {
  return {flop_per_token_ * tokens / compute_flop_s_ + square_flop_ * squares / attention_flop_s_,
          touched_b(tokens) / memory_b_s_, communication_s(tokens), overhead_s_};
}

ServingModel::Split ServingModel::decode(double requests, double context) const {
  return {flop_per_token_ * requests / compute_flop_s_ + 2.0 * square_flop_ * context / attention_flop_s_,
          (touched_b(requests) + kv_b_ * context) / memory_b_s_, communication_s(requests), overhead_s_};
}

ServingModel::DecodeCost ServingModel::decode_cost(double requests) const {
  const double fixed_s = touched_b(requests) / memory_b_s_ + overhead_s_ + communication_s(0.0);
  return {fixed_s, flop_per_token_ / compute_flop_s_ + communication_s(1.0) - communication_s(0.0),
          2.0 * square_flop_ / attention_flop_s_ + kv_b_ / memory_b_s_};
}

OfflineRate offline_rate(const ServingModel& model, double input_tokens, double output_tokens) {
  const double batch =
      std::min(std::floor(model.kv_capacity() / (input_tokens + output_tokens)), real(model.layout().max_batch));
  if (batch < 1.0) {
    throw InputError(fmt::format("serving: keys and values of one request of {:g} tokens do not fit: {:.0f} tokens do",
                                 input_tokens + output_tokens, model.kv_capacity()));
  }
  OfflineRate out{};
  out.batch = batch;
  out.per_token.add(model.decode(batch, batch * (input_tokens + 0.5 * output_tokens)), 1.0 / batch);
  // Prompts are worked off a batch at a time, so that the weights are read once for many of them.
  const double prompts = std::max(1.0, std::floor(8192.0 / input_tokens));
  out.per_token.add(model.prefill(prompts * input_tokens, prompts * input_tokens * input_tokens),
                    1.0 / (prompts * output_tokens));
  out.output = TokenRate(1.0 / out.per_token.sum_s());
  out.output_per_accelerator = out.output.si() / real(model.layout().tensor);
  return out;
}

}  // namespace aifactory
