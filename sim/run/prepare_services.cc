#include "sim/run/prepare_services.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "models/eval/builtin_catalog.h"
#include "models/inference/request_trace.h"
#include "models/random.h"
#include "sim/run/prepared.h"
#include "sim/weather/text.h"

namespace aifactory {
namespace {

constexpr double kMostRequests = 2e7;

struct Home {
  const PreparedSite* site = nullptr;
  const ClusterPlan* cluster = nullptr;
};
Home home_of(const std::vector<PreparedSite>& sites, const std::string& cluster) {
  for (const PreparedSite& site : sites) {
    for (const ClusterPlan& plan : site.plan.clusters) {
      if (plan.name == cluster) return {&site, &plan};
    }
  }
  return {};
}

/// Time of day at the site when the run starts.
Duration time_of_day(const SiteClock& clock) {
  const CivilTime civil = civil_time(clock.local(0));
  return Duration(civil.hour * 3600.0 + civil.second_of_hour);
}

RequestStreamParams generator_of(const StreamConfig& config, Duration start) {
  RequestStreamParams p;
  p.rate = *config.rate;
  p.swing = config.swing;
  p.variation = config.variation;
  p.input = *config.input;
  p.output = *config.output;
  const double day_s = (1.0 * day).si();
  p.peak = Duration(std::fmod(std::fmod(config.peak.si() - start.si(), day_s) + day_s, day_s));
  return p;
}

std::vector<Request> requests_of(const ServiceConfig& config, Duration start, Duration span, std::uint64_t seed) {
  const StreamConfig& stream = config.stream;
  if (stream.rate) {
    if (stream.rate->si() * span.si() > kMostRequests) {
      throw InputError(fmt::format("stream.rate: {:.3g} requests are more than {:g}; take `mode: fluid` or a shorter run", stream.rate->si() * span.si(), kMostRequests));
    }
    Rng own(seed, "services/" + config.name);
    return RequestStream(generator_of(stream, start), static_cast<std::uint64_t>(own.uniform_int(0, INT64_MAX))).until(span);
  }
  std::vector<Request> once;
  try {
    once = parse_azure_requests(read_text_file(stream.trace->path));
  } catch (const InputError& e) {
    throw InputError(fmt::format("stream.trace: {}: {}", stream.trace->as_written, e.what()));
  }
  if (stream.repeat && !once.empty() && !(once.back().arrival < *stream.repeat)) {
    throw InputError(fmt::format("stream.repeat: {:g} s is no longer than the trace of {:g} s", stream.repeat->si(), once.back().arrival.si()));
  }
  const double rounds = stream.repeat ? std::ceil(span / *stream.repeat) : 1.0;
  if (rounds * static_cast<double>(once.size()) > kMostRequests) throw InputError(fmt::format("stream.repeat: makes more than {:g} requests", kMostRequests));
  std::vector<Request> all;
  for (double round = 0; round < rounds; round += 1.0) {
    for (Request request : once) {
      if (stream.repeat) request.arrival += round * *stream.repeat;
      if (request.arrival < span) all.push_back(request);
    }
  }
  return all;
}

ServicePlan plan_service(const ServiceConfig& config, const std::vector<PreparedSite>& sites, const std::vector<ClusterShape>& clusters,
                         Tick horizon, std::uint64_t seed, Job& job) {
  ServicePlan plan{.config = &config, .course = {}};
  std::optional<std::string> cluster = config.cluster;
  if (!cluster) {
    if (clusters.size() != 1) throw InputError("cluster: there are several; name one");
    cluster = clusters.front().name;
  }
  JobSize size;
  const std::int64_t replicas = config.replicas + config.prefill_replicas;
  size.accelerators = plan.accelerators = static_cast<double>(replicas * config.layout.tensor);
  const SizedJob sized = size_job("service", size, cluster, clusters);
  if (sized.nodes > sized.limit) {
    throw InputError(fmt::format("replicas: {} of {} accelerators need {} nodes; cluster {} has {}", replicas, config.layout.tensor, sized.nodes, *cluster, sized.limit));
  }
  plan.pool = sized.pool;
  const ClusterShape& shape = clusters[static_cast<std::size_t>(sized.pool)];
  plan.used_frac = plan.accelerators / (shape.accelerators_per_node * static_cast<double>(sized.nodes));

  const Home home = home_of(sites, *cluster);
  const RackParams& rack = home.cluster->config->rack.value;
  if (!rack.accelerator_name) throw InputError(fmt::format("cluster: the racks of {} have no accelerator_name, so that nothing is known of how they serve", *cluster));
  ServingHardware hardware = hardware_for_serving(builtin_entry<AcceleratorParams>(*rack.accelerator_name), *rack.accelerator_name, config.precision, config.gemm_efficiency);
  hardware.usable_memory = config.usable_memory;
  hardware.step_overhead = config.step_overhead;
  ServingLayout layout = config.layout;
  layout.weight_bytes = bytes_of(config.precision);
  const ServingModel model(config.model.value, hardware, layout);

  ServingSite site;
  site.name = config.name;
  site.replicas = config.replicas;
  site.prefill_replicas = config.prefill_replicas;
  const ServiceLimits limits{.ttft = config.slo.ttft.value_or(Duration(kInf)), .tpot = config.slo.tpot.value_or(Duration(kInf))};
  const Duration span = to_duration(horizon), start = time_of_day(home.site->clock);
  if (span / config.step > 1e7) throw InputError("step: the run has more than 10 million of them; take a longer one");
  plan.course = config.mode == ServingMode::fluid
                    ? fluid_course(model, site, generator_of(config.stream, start), limits, config.step, span)
                    : exact_course(model, {}, site, requests_of(config, start, span, seed), config.autoscale ? &*config.autoscale : nullptr, limits, config.step, span);

  job.name = config.name;
  job.nodes = sized.nodes;
  job.accelerators = plan.accelerators;
  job.pool = sized.pool;
  job.work = horizon + to_ticks(1.0 * day);  // it never ends by itself
  job.checkpoint_interval = 1;               // an interruption takes no work back: answers have been given
  job.preemptible = false;
  job.priority = config.priority;
  job.tenant = config.tenant.value_or("");
  job.kind = job.profile = "service";
  job.utilization = plan.course.steps.front().utilization * plan.used_frac;
  return plan;
}

}  // namespace

std::vector<ServicePlan> prepare_services(const std::vector<ServiceConfig>& services, const std::vector<PreparedSite>& sites,
                                          const std::vector<ClusterShape>& clusters, Tick horizon, std::uint64_t seed, std::vector<Job>& jobs) {
  std::vector<ServicePlan> plans;
  std::vector<Job> first;
  std::set<std::string> names;
  for (std::size_t i = 0; i < services.size(); ++i) {
    const std::string where = fmt::format("workload.services[{}]", i);
    if (!names.insert(services[i].name).second) throw InputError(fmt::format("{}.name: {} is taken", where, services[i].name));
    try {
      plans.push_back(plan_service(services[i], sites, clusters, horizon, seed, first.emplace_back()));
    } catch (const InputError& e) {
      throw InputError(fmt::format("{}.{}", where, e.what()));
    }
    plans.back().job = static_cast<JobId>(i);
  }
  // All are submitted at the start; jobs refer to each other by their place.
  for (Job& job : jobs) {
    for (JobId& other : job.after) other += static_cast<JobId>(first.size());
  }
  jobs.insert(jobs.begin(), std::make_move_iterator(first.begin()), std::make_move_iterator(first.end()));
  return plans;
}

}  // namespace aifactory
