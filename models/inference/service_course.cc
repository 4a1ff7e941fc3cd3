#include "models/inference/service_course.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <span>

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

/// Busy share, utilization and replicas of each step.
void book_load(const ServingSite& site, const std::vector<ReplicaStep>& done, ServiceCourse& course) {
  const double replica_step_s = static_cast<double>(site.replicas + site.prefill_replicas) * course.step.si();
  double busy = 0.0, weighted = 0.0;  // not booked yet
  for (std::size_t k = 0; k < course.steps.size(); ++k) {
    ServiceStep& now = course.steps[k];
    if (k < done.size()) {
      busy += done[k].busy.sum_s() / replica_step_s;
      weighted += weighted_s(done[k].busy) / replica_step_s;
      now.replicas = done[k].replicas;
    } else {
      now.replicas = k > 0 ? course.steps[k - 1].replicas : static_cast<double>(site.replicas);
    }
    now.busy = std::min(1.0, busy);
    now.utilization = busy > 0.0 ? std::min(1.0, weighted * (now.busy / busy)) : 0.0;
    busy -= now.busy;
    weighted -= now.utilization;
    if (busy <= 0.0) busy = weighted = 0.0;
  }
}

std::size_t steps_of(Duration step, Duration span) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil(span.si() / step.si() - 1e-9)));
}

}  // namespace

std::vector<ServiceCourse> exact_courses(const BatchPolicy& policy, const std::vector<ServingSite>& sites,
                                         const std::vector<Request>& requests, const std::vector<ServiceLimits>& limits,
                                         Duration step, Duration span) {
  std::vector<ServiceCourse> courses(sites.size(), {.step = step, .steps = std::vector<ServiceStep>(steps_of(step, span))});
  if (sites.empty()) return courses;
  const ClusterRun run = serve(policy, sites, requests, step);
  for (std::size_t i = 0; i < sites.size(); ++i) book_load(sites[i], run.sites[i].steps, courses[i]);
  std::vector<std::vector<Request>> asked(sites.size());
  std::vector<std::vector<Served>> served(sites.size());
  for (std::size_t r = 0; r < requests.size(); ++r) {
    const auto place = static_cast<std::size_t>(run.place[r]), home = static_cast<std::size_t>(requests[r].home);
    ServiceCourse& course = courses[place];
    const auto step_at = [&](Duration at) -> ServiceStep* {
      const auto k = static_cast<std::size_t>(at / step);
      return k < course.steps.size() && at < span ? &course.steps[k] : nullptr;
    };
    asked[place].push_back(requests[r]);
    served[place].push_back(run.served[r]);
    if (ServiceStep* at = step_at(requests[r].arrival)) {
      at->arrived += 1.0;
      course.requests += 1.0;
      course.spilled_in += place != home ? 1.0 : 0.0;
      courses[home].spilled_out += place != home ? 1.0 : 0.0;
    }
    ServiceStep* at = step_at(run.served[r].finished);
    if (!at) continue;
    at->answered += 1.0;
    at->input_tokens += static_cast<double>(requests[r].input_tokens);
    at->output_tokens += static_cast<double>(requests[r].output_tokens);
    at->within += serving_statistics(std::span(&requests[r], 1), std::span(&run.served[r], 1), limits[place]).attainment;
  }
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const ServingStatistics stats = serving_statistics(asked[i], served[i], limits[i]);
    courses[i].ttft = stats.ttft;
    courses[i].tpot = stats.tpot;
    if (asked[i].empty()) continue;
    const auto count = static_cast<double>(asked[i].size());
    const FluidServing flow(*sites[i].model, static_cast<double>(stats.input_tokens) / count, static_cast<double>(stats.output_tokens) / count);
    courses[i].curve = ServingCurve(flow, static_cast<double>(sites[i].replicas + sites[i].prefill_replicas));
  }
  return courses;
}

ServiceCourse fluid_course(const ServingModel& model, const ServingSite& site, const RequestStreamParams& stream,
                           const ServiceLimits& limits, Duration step, Duration span) {
  ServiceCourse out{.step = step, .steps = std::vector<ServiceStep>(steps_of(step, span))};
  const FluidServing flow(model, stream.input.mean, stream.output.mean);
  const Duration day_long = 1.0 * day;
  out.curve = ServingCurve(flow, static_cast<double>(site.replicas));
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
