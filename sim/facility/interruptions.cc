#include "sim/facility/interruptions.h"

#include <algorithm>
#include <cmath>

#include "models/reliability/failure_rates.h"

namespace aifactory {
namespace {

Frequency published_rate(std::string_view name) {
  for (const PublishedFailureRate& rate : published_failure_rates()) {
    if (rate.name == name) return rate.per_node;
  }
  AIF_CHECK(false, std::string(name));
}

}  // namespace

std::vector<StrikeCause> strike_causes(const InterruptionsConfig& config) {
  std::vector<StrikeCause> causes;
  const bool llama3 = config.table == InterruptionTable::llama3;
  const Frequency table = published_rate(llama3 ? "llama_3" : config.table == InterruptionTable::rsc_1 ? "rsc_1" : "rsc_2");
  const Frequency rate = config.scale * config.rate.value_or(table);
  if (llama3) {
    double sum = 0.0;
    for (const InterruptionCause& cause : llama3_interruption_causes()) sum += cause.count;
    for (const InterruptionCause& cause : llama3_interruption_causes()) {
      causes.push_back({.name = std::string(cause.name), .rate = (cause.count / sum) * rate, .needs_node = cause.hardware,
                        .silent = cause.name == "silent_data_corruption"});
    }
  } else {
    causes.push_back({.name = "node_failure", .rate = rate, .needs_node = true});
  }
  const double per_failure = llama3 ? kLlama3PlannedInterruptions / 419.0 : 0.0;
  const Frequency planned = config.planned_rate ? *config.planned_rate : config.scale * (per_failure * table);
  if (planned.si() > 0.0) causes.push_back({.name = "planned_stop", .rate = planned, .planned = true});
  return causes;
}

Frequency mean_interruption_rate(const InterruptionsConfig& config) {
  Frequency sum(0.0);
  for (const StrikeCause& cause : strike_causes(config)) {
    if (!cause.planned) sum += cause.rate;
  }
  return (1.0 + config.lemon_share * (config.lemon_factor - 1.0)) * sum;
}

Interruptions::Interruptions(engine::Kernel& kernel, std::uint32_t rank, std::int64_t id, const InterruptionsConfig& config,
                             const std::string& name, std::int64_t nodes, std::int64_t shares_per_node, std::uint64_t seed,
                             std::function<bool(const Strike&)> strike)
    : kernel_(kernel), rank_(rank), id_(id), config_(config), causes_(strike_causes(config)), nodes_(nodes), shares_per_node_(shares_per_node),
      rng_(seed, "interruptions/" + name), strike_(std::move(strike)) {
  double sum = 0.0;
  for (const StrikeCause& cause : causes_) {
    weights_.push_back(cause.rate.si());
    sum += cause.rate.si();
  }
  // Lemons: the first of a partial shuffle.
  Rng draw(seed, "interruptions/" + name + "/lemons");
  const auto count = static_cast<std::size_t>(std::llround(config.lemon_share * static_cast<double>(nodes)));
  std::vector<std::int64_t> order;
  for (std::int64_t n = 0; count > 0 && n < nodes; ++n) order.push_back(n);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(order[i], order[static_cast<std::size_t>(draw.uniform_int(static_cast<std::int64_t>(i), nodes - 1))]);
    lemons_.emplace_back(order[i], 0);
  }
  rate_hz_ = sum * (static_cast<double>(nodes) + static_cast<double>(count) * (config.lemon_factor - 1.0)) * (1.0 + config.infant_factor);
  if (rate_hz_ > 0.0) arm(0);
}

void Interruptions::arm(Tick now) {
  const double wait_us = std::ceil(rng_.exponential(1e6 / rate_hz_));
  if (wait_us < 4e18 - static_cast<double>(now)) kernel_.calendar().add(now + static_cast<Tick>(wait_us), engine::Phase::fault, rank_, *this, id_);
}

void Interruptions::on_event(Tick now, std::int64_t /*id*/, std::uint64_t /*version*/) {
  // The same numbers are drawn whatever comes of them.
  const double extra = config_.lemon_factor - 1.0, lemons = static_cast<double>(lemons_.size()) * extra;
  const double place = rng_.uniform() * (static_cast<double>(nodes_) + lemons);
  const double stand = rng_.uniform() * (1.0 + config_.infant_factor);
  const StrikeCause& cause = causes_[rng_.choice(weights_)];
  const Tick notice = to_ticks(Duration(rng_.exponential(config_.silent_detection.si())));
  const std::int64_t share = shares_per_node_ > 1 ? rng_.uniform_int(0, shares_per_node_ - 1) : 0;
  arm(now);
  if (stand > 1.0 + config_.infant_factor * std::exp(-to_seconds(now) / config_.infant_time.si())) return;
  std::int64_t node = static_cast<std::int64_t>(place);
  std::pair<std::int64_t, std::int64_t>* lemon = nullptr;
  if (node >= nodes_) {
    const auto l = std::min(lemons_.size() - 1, static_cast<std::size_t>((place - static_cast<double>(nodes_)) / extra));
    lemon = &lemons_[l];
    if (lemon->second < 0) return;  // an ordinary node stands in its place
    node = lemon->first;
  } else {
    for (auto& candidate : lemons_) {
      if (candidate.first == node) lemon = &candidate;
    }
  }
  const bool struck = strike_({.node = node, .share = share, .cause = &cause, .notice = notice});
  if (!struck || !lemon || lemon->second < 0 || cause.planned) return;
  if (++lemon->second == config_.lemon_eviction) lemon->second = -1;
}

}  // namespace aifactory
