#include "models/inference/service_course.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "models/inference/fluid_serving.h"
#include "models/time.h"

namespace aifactory {
namespace {

/// Activity time by the share of dynamic power that each kind draws.
double weighted_s(const ServingModel::Split& time) {
  ReplicaTime all;
  all.prefill = time;
  return serving_energy(all, 0.0, 0.0 * W, 1.0 * W).si();
}

std::size_t steps_of(Duration step, Duration span) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil(span.si() / step.si() - 1e-9)));
}

}  // namespace

ServiceCourse exact_course(const ServingModel& model, const BatchPolicy& policy, const ServingSite& site,
                           const std::vector<Request>& requests, const AutoscaleParams* autoscale,
                           const ServiceLimits& limits, Duration step, Duration span) {
  ServiceCourse out{.step = step, .steps = std::vector<ServiceStep>(steps_of(step, span))};
  const ClusterRun run = serve(model, policy, {site}, requests, autoscale, step);
  const double replica_step_s = static_cast<double>(site.replicas + site.prefill_replicas) * step.si();
  double busy = 0.0, weighted = 0.0;  // not booked yet
  for (std::size_t k = 0; k < out.steps.size(); ++k) {
    ServiceStep& now = out.steps[k];
    if (k < run.sites[0].steps.size()) {
      busy += run.sites[0].steps[k].busy.sum_s() / replica_step_s;
      weighted += weighted_s(run.sites[0].steps[k].busy) / replica_step_s;
      now.replicas = run.sites[0].steps[k].replicas;
    } else {
      now.replicas = k > 0 ? out.steps[k - 1].replicas : static_cast<double>(site.replicas);
    }
    now.busy = std::min(1.0, busy);
    now.utilization = busy > 0.0 ? std::min(1.0, weighted * (now.busy / busy)) : 0.0;
    busy -= now.busy;
    weighted -= now.utilization;
    if (busy <= 0.0) busy = weighted = 0.0;
  }
  const auto step_at = [&](Duration at) -> ServiceStep* {
    const auto k = static_cast<std::size_t>(at / step);
    return k < out.steps.size() && at < span ? &out.steps[k] : nullptr;
  };
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (ServiceStep* at = step_at(requests[i].arrival)) {
      at->arrived += 1.0;
      out.requests += 1.0;
    }
    ServiceStep* at = step_at(run.served[i].finished);
    if (!at) continue;
    at->answered += 1.0;
    at->input_tokens += static_cast<double>(requests[i].input_tokens);
    at->output_tokens += static_cast<double>(requests[i].output_tokens);
    at->within += serving_statistics(std::span(&requests[i], 1), std::span(&run.served[i], 1), limits).attainment;
  }
  const ServingStatistics stats = serving_statistics(requests, run.served, limits);
  out.ttft = stats.ttft;
  out.tpot = stats.tpot;
  return out;
}

ServiceCourse fluid_course(const ServingModel& model, const ServingSite& site, const RequestStreamParams& stream,
                           const ServiceLimits& limits, Duration step, Duration span) {
  ServiceCourse out{.step = step, .steps = std::vector<ServiceStep>(steps_of(step, span))};
  const FluidServing flow(model, stream.input.mean, stream.output.mean);
  const Duration day_long = 1.0 * day;
  const double replicas = static_cast<double>(site.replicas), turn = 2.0 * std::numbers::pi;
  std::map<double, FluidState> known;  // days repeat: by the time of day
  double ttft_s = 0.0, tpot_s = 0.0, answered = 0.0;
  for (std::size_t k = 0; k < out.steps.size(); ++k) {
    const double middle_s = (static_cast<double>(k) + 0.5) * step.si(), of_day_s = std::fmod(middle_s, day_long.si());
    const double rate =
        stream.rate.si() * (1.0 + stream.swing * std::cos(turn * ((of_day_s - stream.peak.si()) / day_long.si())));
    auto found = known.find(of_day_s);
    if (found == known.end()) found = known.emplace(of_day_s, flow.at(Frequency(rate / replicas))).first;
    const FluidState& state = found->second;
    ServingModel::Split busy = state.prefill;
    busy.add(state.decode);
    ServiceStep& now = out.steps[k];
    now.busy = std::min(1.0, state.busy_fraction);
    now.utilization = std::min(1.0, weighted_s(busy));
    now.replicas = replicas;
    now.arrived = rate * step.si();
    now.answered = now.arrived * state.served_fraction;
    now.input_tokens = now.answered * stream.input.mean;
    now.output_tokens = now.answered * stream.output.mean;
    const bool within = state.ttft_s <= limits.ttft.si() && state.tpot_s <= limits.tpot.si();
    now.within = within ? now.answered : 0.0;
    out.requests += now.arrived;
    ttft_s += now.answered * state.ttft_s;
    tpot_s += now.answered * state.tpot_s;
    answered += now.answered;
  }
  if (answered > 0.0) {
    out.ttft.mean_s = ttft_s / answered;
    out.tpot.mean_s = tpot_s / answered;
  }
  return out;
}

}  // namespace aifactory
