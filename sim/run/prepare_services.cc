#include "sim/run/prepare_services.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
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

/// A service on its cluster; what its requests come to is worked out with those of its group.
struct Placed {
  const ServiceConfig* config = nullptr;
  const ClusterShape* shape = nullptr;
  std::unique_ptr<const ServingModel> model = nullptr;
  ServingSite site = {};
  ServiceLimits limits = {};
  Duration start{0.0};  ///< time of day at its site
};

Placed place_service(const ServiceConfig& config, const std::vector<PreparedSite>& sites, const std::vector<ClusterShape>& clusters) {
  if (!config.cluster && clusters.size() != 1) throw InputError("cluster: there are several; name one");
  const std::string cluster = config.cluster ? *config.cluster : clusters.front().name;
  JobSize size;
  const std::int64_t replicas = config.replicas + config.prefill_replicas;
  size.accelerators = static_cast<double>(replicas * config.layout.tensor);
  const SizedJob sized = size_job("service", size, cluster, clusters);
  if (sized.nodes > sized.limit) {
    throw InputError(fmt::format("replicas: {} of {} accelerators need {} nodes; cluster {} has {}", replicas, config.layout.tensor, sized.nodes, cluster, sized.limit));
  }
  Placed out{.config = &config, .shape = &clusters[static_cast<std::size_t>(sized.pool)]};
  const Home home = home_of(sites, cluster);
  const RackParams& rack = *home.cluster->rack;
  if (!rack.accelerator_name) throw InputError(fmt::format("cluster: the racks of {} have no accelerator_name, so that nothing is known of how they serve", cluster));
  ServingHardware hardware = hardware_for_serving(builtin_entry<AcceleratorParams>(*rack.accelerator_name), *rack.accelerator_name, config.precision, config.gemm_efficiency);
  hardware.usable_memory = config.usable_memory;
  hardware.step_overhead = config.step_overhead;
  ServingLayout layout = config.layout;
  layout.weight_bytes = bytes_of(config.precision);
  out.model = std::make_unique<const ServingModel>(config.model.value, hardware, layout);
  out.site = {.name = config.name, .replicas = config.replicas, .prefill_replicas = config.prefill_replicas, .autoscale = config.autoscale, .model = out.model.get()};
  if (config.spill) {
    out.site.distance = config.spill->distance;
    out.site.spill_load = config.spill->load.value_or(kInf);
  }
  out.limits = {.ttft = config.slo.ttft.value_or(Duration(kInf)), .tpot = config.slo.tpot.value_or(Duration(kInf))};
  out.start = LocalStart::of(home.site->clock).time_of_day;
  return out;
}

/// Jobs that hold the nodes of its replicas, as many to a job as a rack has accelerators for.
void add_parts(const Placed& placed, std::int32_t pool, Tick horizon, ServicePlan& plan, std::vector<Job>& jobs) {
  const ServiceConfig& config = *placed.config;
  const double per_node = placed.shape->accelerators_per_node;
  const std::int64_t replicas = config.replicas + config.prefill_replicas, tensor = config.layout.tensor;
  const auto in_rack = static_cast<std::int64_t>(per_node * static_cast<double>(placed.shape->nodes_per_rack) / static_cast<double>(tensor) + 1e-9);
  const std::int64_t most = std::max<std::int64_t>(1, in_rack), count = (replicas + most - 1) / most;
  plan.accelerators = static_cast<double>(replicas * tensor);
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t mine = std::min(most, replicas - k * most);
    Job& job = jobs.emplace_back();
    job.accelerators = static_cast<double>(mine * tensor);
    job.nodes = static_cast<std::int64_t>(std::ceil(job.accelerators / per_node - 1e-9));
    plan.parts.push_back({.job = static_cast<JobId>(jobs.size() - 1),
                          .share = static_cast<double>(mine) / static_cast<double>(replicas),
                          .used_frac = job.accelerators / (per_node * static_cast<double>(job.nodes))});
    job.name = count == 1 ? config.name : fmt::format("{}_{}", config.name, k + 1);
    job.pool = pool;
    job.work = horizon + to_ticks(1.0 * day);  // it never ends by itself
    job.checkpoint_interval = 1;               // an interruption takes no work back: answers have been given
    job.preemptible = false;
    job.priority = config.priority;
    job.tenant = config.tenant.value_or("");
    job.kind = job.profile = "service";
    job.utilization = plan.course.steps.front().utilization * plan.parts.back().used_frac;
  }
}

/// Services that spill over to each other are worked out together: each request goes to the one that answers it.
std::vector<ServiceCourse> courses_together(const std::vector<const Placed*>& group, Duration span, std::uint64_t seed) {
  std::vector<ServingSite> sites;
  std::vector<ServiceLimits> limits;
  std::vector<Request> all;
  for (const Placed* placed : group) {
    std::vector<Request> mine = requests_of(*placed->config, placed->start, span, seed);
    for (Request& request : mine) request.home = static_cast<std::int32_t>(sites.size());
    all.insert(all.end(), mine.begin(), mine.end());
    sites.push_back(placed->site);
    limits.push_back(placed->limits);
  }
  if (group.size() > 1) std::stable_sort(all.begin(), all.end(), [](const Request& a, const Request& b) { return a.arrival < b.arrival; });
  return exact_courses({}, sites, all, limits, group.front()->config->step, span);
}

}  // namespace

std::vector<ServicePlan> prepare_services(const std::vector<ServiceConfig>& services, const std::vector<PreparedSite>& sites,
                                          const std::vector<ClusterShape>& clusters, Tick horizon, std::uint64_t seed, std::vector<Job>& jobs) {
  std::vector<ServicePlan> plans(services.size());
  std::vector<Placed> placed;
  std::map<std::string, std::vector<std::size_t>> groups;
  std::set<std::string> names;
  const Duration span = to_duration(horizon);
  // The message says which service it is about, whatever goes wrong with it.
  const auto of = [&](std::size_t i, const auto& work) {
    try {
      work();
    } catch (const InputError& e) {
      throw InputError(fmt::format("workload.services[{}].{}", i, e.what()));
    }
  };
  for (std::size_t i = 0; i < services.size(); ++i) {
    const ServiceConfig& config = services[i];
    of(i, [&] {
      if (!names.insert(config.name).second) throw InputError(fmt::format("name: {} is taken", config.name));
      placed.push_back(place_service(config, sites, clusters));
      if (span / config.step > 1e7) throw InputError("step: the run has more than 10 million of them; take a longer one");
    });
    // One that has no group is one of its own; '.' is in no name.
    std::vector<std::size_t>& group = groups[config.spill ? config.spill->group : "." + config.name];
    if (!group.empty() && services[group.front()].step != config.step) {
      throw InputError(fmt::format("workload.services[{}].step: differs from that of {}, with which it shares the group {}", i, services[group.front()].name, config.spill->group));
    }
    group.push_back(i);
  }
  std::size_t number = 0;
  for (const auto& [name, members] : groups) {
    if (members.size() == 1 && services[members.front()].spill) {
      throw InputError(fmt::format("workload.services[{}].spill.group: no other service is in {}", members.front(), name));
    }
    std::vector<const Placed*> exact;
    for (const std::size_t i : members) {
      plans[i].config = &services[i];
      plans[i].group = number;
      if (services[i].mode == ServingMode::exact) exact.push_back(&placed[i]);
    }
    ++number;
    std::vector<ServiceCourse> courses;
    if (!exact.empty()) of(members.front(), [&] { courses = courses_together(exact, span, seed); });
    auto course = courses.begin();
    for (const std::size_t i : members) {
      of(i, [&] {
        plans[i].course = services[i].mode == ServingMode::exact
                              ? std::move(*course++)
                              : fluid_course(*placed[i].model, placed[i].site, generator_of(services[i].stream, placed[i].start), placed[i].limits, services[i].step, span);
      });
    }
  }
  std::vector<Job> first;
  for (std::size_t i = 0; i < services.size(); ++i) {
    add_parts(placed[i], static_cast<std::int32_t>(placed[i].shape - clusters.data()), horizon, plans[i], first);
  }
  // All are submitted at the start; jobs refer to each other by their place.
  for (Job& job : jobs) {
    for (JobId& other : job.after) other += static_cast<JobId>(first.size());
  }
  jobs.insert(jobs.begin(), std::make_move_iterator(first.begin()), std::make_move_iterator(first.end()));
  return plans;
}

}  // namespace aifactory
