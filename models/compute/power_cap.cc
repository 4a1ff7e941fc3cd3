#include "models/compute/power_cap.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/suggest.h"

namespace aifactory {
namespace {

// Shares of time: a dense training step spends 80-85 % in matrix products (docs/models/training.md), prefill more,
// decode a quarter (weights and keys are read for each token).  Powers: A100 prompt phases peak at .76-1.0 of TDP,
// decode averages .43 (Llama-2-70B) to .63 (Bloom-176B): Patel et al., Splitwise, 2024.
constexpr NamedWorkloadKind kKinds[] = {
    {"gemm", {1.0, 1.0, 1.0}, "a matrix product without end: the law of a rack"},
    {"training",
     {0.82, 0.95, 0.85},
     "assumed: time shares of a dense step by the training model; memory takes 15 % of power"},
    {"prefill", {0.90, 1.0, 0.85}, "assumed: compute-bound; peak of Splitwise's prompt phases"},
    {"decode", {0.25, 0.45, 0.55}, "assumed: bandwidth-bound; power between Splitwise's .43 and .63 of TDP"},
    {"mixed_serving", {0.60, 0.75, 0.75}, "assumed: large batches with prefill between; .66-.73 of rating in MLPerf"},
};

}  // namespace

std::span<const NamedWorkloadKind> workload_kinds() {
  return kKinds;
}

const WorkloadKind& workload_kind(std::string_view name) {
  std::vector<std::string> names;
  for (const NamedWorkloadKind& row : kKinds) {
    if (row.name == name) return row.kind;
    names.emplace_back(row.name);
  }
  throw InputError(
      fmt::format("workload: \"{}\" must be {}{}", name, join_or(names), did_you_mean(std::string(name), names)));
}

PowerCap::PowerCap(const PowerCapParams& params, const WorkloadKind& kind)
    : params_(checked("power cap", params)), kind_(checked("workload", kind)) {
  if (params_.max < params_.idle) {
    throw InputError(
        fmt::format("power cap: max = {:g} W must be >= idle = {:g} W", params_.max.si(), params_.idle.si()));
  }
}

Power PowerCap::power(double clock) const {
  const double a = params_.power_exponent, floor = params_.voltage_floor;
  const double g = clock >= floor ? std::pow(clock, a) : std::pow(floor, a - 1.0) * clock;
  return params_.idle +
         (params_.max - params_.idle) * (kind_.utilization * (1.0 - kind_.clocked_share + kind_.clocked_share * g));
}

double PowerCap::pace(double clock) const {
  return 1.0 / (kind_.compute_share / clock + 1.0 - kind_.compute_share);
}

PowerCap::Point PowerCap::at(double clock) const {
  const Power drawn = power(clock);
  const double fast = pace(clock);
  return {clock, drawn, fast, (drawn / power(1.0)) / fast, true};
}

PowerCap::Point PowerCap::under(Power cap) const {
  if (power(1.0) <= cap) return at(1.0);
  if (power(params_.lowest_clock) > cap) {
    Point point = at(params_.lowest_clock);
    point.held = false;
    return point;
  }
  const Power moving = (params_.max - params_.idle) * (kind_.utilization * kind_.clocked_share);
  const double g = (cap - power(0.0)) / moving;
  const double a = params_.power_exponent, floor = params_.voltage_floor;
  const double at_floor = std::pow(floor, a);
  const double clock = g >= at_floor ? std::pow(g, 1.0 / a) : g / std::pow(floor, a - 1.0);
  return at(std::clamp(clock, params_.lowest_clock, 1.0));
}

PowerCap::Point PowerCap::for_pace(double pace) const {
  const double c = kind_.compute_share;
  if (c == 0.0) return at(params_.lowest_clock);
  return at(std::clamp(c / (1.0 / pace - 1.0 + c), params_.lowest_clock, 1.0));
}

}  // namespace aifactory
