#include "models/inference/batch_engine.h"

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {

double real(std::int64_t count) {
  return static_cast<double>(count);
}

}  // namespace

BatchEngine::BatchEngine(const ServingModel& model, const BatchPolicy& policy, ReplicaRole role,
                         std::vector<Served>& served)
    : model_(model), policy_(checked("batching", policy)), role_(role), served_(served) {}

double BatchEngine::need(const Waiting& request) const {
  return real(request.input) + (role_ == ReplicaRole::prefill ? 0.0 : real(request.output));
}

void BatchEngine::submit(std::size_t index, const Request& request, Duration at) {
  const Waiting waiting{index, request.input_tokens, request.output_tokens, at.si()};
  if (need(waiting) > model_.kv_capacity()) {
    throw InputError(
        fmt::format("serving: a request of {} tokens in and {} out needs more keys and values than the {:.0f} tokens "
                    "that fit a replica",
                    request.input_tokens, request.output_tokens, model_.kv_capacity()));
  }
  // One that has had a long way may come after others that were sent later.
  auto place = queue_.end();
  while (place != queue_.begin() && (place - 1)->since_s > waiting.since_s) --place;
  queue_.insert(place, waiting);
  queued_tokens_ += need(waiting);
}

/// Admits what fits and works off its prompts; false when nothing was admitted.
bool BatchEngine::prefill() {
  std::int64_t tokens = 0;
  double squares = 0.0;
  std::vector<Waiting> admitted;
  while (!queue_.empty() && queue_.front().since_s <= now_s_) {
    const Waiting& next = queue_.front();
    const auto places = static_cast<std::int64_t>(running_.size() + admitted.size());
    if (places >= model_.layout().max_batch || reserved_tokens_ + need(next) > model_.kv_capacity()) break;
    const bool counts = role_ != ReplicaRole::decode;
    if (counts && !admitted.empty() && tokens + next.input > policy_.max_prefill_tokens) break;
    tokens += next.input;
    squares += real(next.input) * real(next.input);
    reserved_tokens_ += need(next);
    queued_tokens_ -= need(next);
    admitted.push_back(next);
    queue_.pop_front();
  }
  if (admitted.empty()) return false;
  if (role_ != ReplicaRole::decode) {
    const ServingModel::Split cost = model_.prefill(real(tokens), squares);
    now_s_ += cost.sum_s();
    time_.prefill.add(cost);
    for (const Waiting& one : admitted) served_[one.index].first_token = Duration(now_s_);
  }
  for (const Waiting& one : admitted) {
    if (role_ == ReplicaRole::prefill || one.output == 1) {
      served_[one.index].finished = Duration(now_s_);
      reserved_tokens_ -= need(one);
      continue;
    }
    // The first token is there already.
    running_.push({iteration_ + one.output - 1, one.index, one.input, one.output});
    context_ += real(one.input) + 1.0;
  }
  return true;
}

/// Decode iterations until the next end of a request or the first end of an iteration at or after `until_s`.
void BatchEngine::decode(double until_s) {
  const double b = real(static_cast<std::int64_t>(running_.size()));
  const ServingModel::DecodeCost cost = model_.decode_cost(b);
  const double first_s = cost.fixed_s + cost.per_request_s * b + cost.per_context_s * context_;
  const double growth_s = cost.per_context_s * b;  // each iteration is longer than the one before by this
  const auto span_s = [&](double n) { return n * first_s + growth_s * (0.5 * n * (n - 1.0)); };
  auto n = real(running_.top().last_iteration - iteration_);
  if (now_s_ + span_s(n) > until_s) {
    // Least n with span >= until - now: the positive root of growth/2 n^2 + (first - growth/2) n = left.
    const double left_s = until_s - now_s_, p = first_s - 0.5 * growth_s;
    const double root = 2.0 * left_s / (p + std::sqrt(p * p + 2.0 * growth_s * left_s));
    n = std::clamp(std::ceil(root), 1.0, n);
  }
  // The middle iteration's composition times n is the sum: all terms are linear in the context.
  time_.decode.add(model_.decode(b, context_ + 0.5 * b * (n - 1.0)), n);
  now_s_ += span_s(n);
  context_ += b * n;
  iteration_ += static_cast<std::int64_t>(n);
  time_.iterations += static_cast<std::int64_t>(n);
  time_.batch_iterations += b * n;
  finish_due();
}

void BatchEngine::finish_due() {
  while (!running_.empty() && running_.top().last_iteration <= iteration_) {
    const Running& done = running_.top();
    served_[done.index].finished = Duration(now_s_);
    context_ -= real(done.input + done.output);
    reserved_tokens_ -= real(done.input + done.output);
    running_.pop();
  }
}

void BatchEngine::advance(Duration until) {
  while (now_s_ < until.si()) {
    if (prefill()) continue;
    if (!running_.empty()) {
      decode(until.si());
      continue;
    }
    const double next_s = queue_.empty() ? until.si() : std::min(until.si(), queue_.front().since_s);
    time_.idle_s += next_s - now_s_;
    now_s_ = next_s;
  }
}

void BatchEngine::drain() {
  while (!empty()) {
    if (prefill()) continue;
    if (!running_.empty()) {
      decode(kInf);
      continue;
    }
    time_.idle_s += queue_.front().since_s - now_s_;
    now_s_ = queue_.front().since_s;
  }
}

}  // namespace aifactory
