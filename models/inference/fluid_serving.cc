#include "models/inference/fluid_serving.h"

#include <algorithm>
#include <cmath>

namespace aifactory {

FluidServing::FluidServing(const ServingModel& model, double input_tokens, double output_tokens)
    : model_(model), input_(input_tokens), output_(output_tokens) {
  most_batch_ = offline_rate(model, input_tokens, output_tokens).batch;
  most_prompts_ = std::max(1.0, std::floor(static_cast<double>(BatchPolicy{}.max_prefill_tokens) / input_));
  // Rate at the greatest batch: b (1 - r T_p) = r (o - 1) T(b), T the iteration at b.  As many prompts come together as
  // requests end with an iteration.
  const double ends = std::clamp(most_batch_ / (output_ - 1.0), 1.0, most_prompts_);
  const double iteration_s = model.decode(most_batch_, most_batch_ * (input_ + 0.5 * output_)).sum_s();
  capacity_ = Frequency(most_batch_ / ((output_ - 1.0) * iteration_s + most_batch_ * prompt(ends).sum_s()));
}

/// One prompt's part of a group of so many.
ServingModel::Split FluidServing::prompt(double group) const {
  ServingModel::Split one;
  one.add(model_.prefill(group * input_, group * input_ * input_), 1.0 / group);
  return one;
}

/// Mean group of prompts: those that came during an iteration; with the chance that others came during their prefill,
/// those follow before the next iteration.
double FluidServing::prompts_together(double rate_per_s, double iteration_s) const {
  const double first = std::min(most_prompts_, together(rate_per_s * iteration_s));
  const double meanwhile = rate_per_s * first * prompt(first).sum_s();
  const double chance = -std::expm1(-meanwhile);
  return first * (1.0 - chance) + std::min(most_prompts_, together(meanwhile)) * chance;
}

/// Requests that decode together while any does, their number being Poisson with mean b.
double FluidServing::together(double batch) {
  return batch > 1e-9 ? batch / -std::expm1(-batch) : 1.0;
}

double FluidServing::batch_at(double rate_per_s) const {
  // Root of b (1 - r T_p) - r (o - 1) T(b'): below zero until the batch suffices.
  const auto short_of = [&](double batch) {
    const double b = together(batch);
    const double iteration_s = model_.decode(b, b * (input_ + 0.5 * output_)).sum_s();
    const double working = 1.0 - rate_per_s * prompt(prompts_together(rate_per_s, iteration_s)).sum_s();
    return batch * working < rate_per_s * (output_ - 1.0) * iteration_s;
  };
  if (short_of(most_batch_)) return most_batch_;
  double low = 0.0, high = most_batch_;
  while (true) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) return high;
    (short_of(middle) ? low : high) = middle;
  }
}

FluidState FluidServing::at(Frequency rate) const {
  FluidState out;
  double r = rate.si();
  if (!(r > 0.0)) return out;
  if (r > capacity_.si()) {
    out.served_fraction = capacity_.si() / r;
    r = capacity_.si();
  }
  out.batch = batch_at(r);
  const double b = together(out.batch);
  const ServingModel::Split iteration = model_.decode(b, b * (input_ + 0.5 * output_));
  const double group = prompts_together(r, iteration.sum_s());
  const ServingModel::Split one = prompt(group);
  out.prefill.add(one, r);
  out.decode.add(iteration, r * (output_ - 1.0) / b);
  out.busy_fraction = std::min(1.0, out.prefill.sum_s() + out.decode.sum_s());
  out.tpot_s = iteration.sum_s() / (1.0 - r * one.sum_s());
  // The whole group's prompts, and what is left of the iteration or the group that an arrival meets.
  out.ttft_s =
      group * one.sum_s() + 0.5 * (iteration.sum_s() * out.decode.sum_s() + group * one.sum_s() * out.prefill.sum_s());
  out.output = TokenRate(r * output_);
  return out;
}

double machines_for(TokenCount in, TokenCount out, Duration span, TokenRate in_rate, TokenRate out_rate) {
  return in / (in_rate * span) + out / (out_rate * span);
}

}  // namespace aifactory
