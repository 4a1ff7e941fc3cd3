#pragma once
#include "models/inference/batch_engine.h"

namespace aifactory {

/// Serving as a flow: mean rates instead of requests, for spans of years.
///
/// A replica that takes r requests/s of i tokens in and o out decodes b of them together.  By Little's law b is the
/// rate times the time that a request decodes: o - 1 iterations of T each, stretched by the share r T_p of the time
/// that others' prompts take:
///
///     b = r (o - 1) T(b') / (1 - r T_p),   b' = b / (1 - e^-b)
///
/// T_p the time of one prompt in the group that has come together during an iteration, b' the requests that decode
/// together while any does (their number is nearly Poisson), T of b' requests with their mean context i + o/2.  The
/// replica is full when b reaches its batch: then the greatest rate is served and the rest waits outside the model.
/// Validity: load that changes slowly against the length of an answer.  *Not modelled*: queues below saturation (their
/// waiting is short beside an answer), variation of lengths.
struct FluidState {
  double served_fraction = 1.0;  ///< of the offered rate
  double batch = 0.0;            ///< requests that decode together
  double ttft_s = 0.0;           ///< own prompt with those that came with it, and what it meets
  double tpot_s = 0.0;           ///< iteration with the prompts that come between
  double busy_fraction = 0.0;    ///< of the time
  TokenRate output{0.0};
  /// Seconds per second by what bounds them.
  ServingModel::Split prefill, decode;
};

class FluidServing {
 public:
  /// @throws InputError when a request does not fit.
  FluidServing(const ServingModel& model, double input_tokens, double output_tokens);

  /// The greatest rate of one replica.
  [[nodiscard]] Frequency capacity() const { return capacity_; }
  /// One replica at this rate.  @pre rate >= 0
  [[nodiscard]] FluidState at(Frequency rate) const;

 private:
  [[nodiscard]] static double together(double batch);
  [[nodiscard]] ServingModel::Split prompt(double group) const;
  [[nodiscard]] double prompts_together(double rate_per_s, double iteration_s) const;
  [[nodiscard]] double batch_at(double rate_per_s) const;

  const ServingModel& model_;
  double input_, output_, most_batch_, most_prompts_;
  Frequency capacity_;
};

/// Machines for a day of tokens in and out at the rates of one: in / rate_in + out / rate_out.
/// DeepSeek-V3/R1, March 2025: 608 billion in (56.3 % from cache, counted in the rate), 168 billion out, 73,700 and
/// 14,800 tokens/s for a machine of eight H800: 226.9 machines; 226.75 published as the day's mean.
[[nodiscard]] double machines_for(TokenCount in, TokenCount out, Duration span, TokenRate in_rate, TokenRate out_rate);

}  // namespace aifactory
