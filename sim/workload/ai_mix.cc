#include "sim/workload/ai_mix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "models/error.h"
#include "models/random.h"
#include "sim/workload/synthetic.h"

namespace aifactory {
namespace {

struct Kind {
  const char* name;
  double part, low, high;  ///< of the accelerator time; accelerators
  Duration median;
  double sigma;
  bool by_day;
  std::int32_t tier;
  bool preemptible;
  double limit_low, limit_high;  ///< over the run time; 0: no limit
  double utilization;
  std::optional<Duration> checkpoint;
};

std::vector<Kind> kinds_of(const AiMixConfig& c) {
  return {
      {"pretraining", c.pretraining, c.pretraining_low, c.pretraining_high, 4.0 * day, 0.8, false, 1, true, 1.1, 2.0,
       1.0, 30.0 * minute},
      {"tuning", c.tuning, 8.0, 512.0, 4.0 * h, 1.2, true, 0, true, 1.2, 4.0, 0.9, 1.0 * h},
      {"debug", c.debug, 1.0, 8.0, 122.0 * s, 1.5, true, 0, true, 2.0, 20.0, 0.4, std::nullopt},
      {"inference", c.inference, 8.0, 64.0, 7.0 * day, 0.7, false, 2, false, 0.0, 0.0, 0.6, std::nullopt},
  };
}

/// Powers of two in low .. high (or low alone), each with the same accelerator time.
Distribution<double>::Choice sizes_of(double low, double high) {
  Distribution<double>::Choice sizes;
  for (double size = std::exp2(std::ceil(std::log2(low) - 1e-9)); size <= high * (1.0 + 1e-9); size *= 2.0) {
    sizes.values.push_back(size);
    sizes.weights.push_back(1.0 / size);
  }
  if (sizes.values.empty()) sizes = {{low}, {1.0}};
  return sizes;
}

double mean_of(const Distribution<double>::Choice& sizes) {
  double sum = 0.0, weights = 0.0;
  for (std::size_t i = 0; i < sizes.values.size(); ++i) {
    sum += sizes.values[i] * sizes.weights[i];
    weights += sizes.weights[i];
  }
  return sum / weights;
}

}  // namespace

void generate_ai_mix(const AiMixConfig& config, const std::vector<ClusterShape>& clusters, const LocalStart& start,
                     Tick horizon, std::uint64_t seed, SourceReport& report, std::vector<Job>& jobs) {
  if (horizon == kNever && !config.max_jobs) {
    throw InputError("workload.ai_mix: give max_jobs, or a duration of the run: nothing ends the generation");
  }
  double accelerators = 0.0, largest = 0.0;
  for (const ClusterShape& cluster : clusters) {
    if (config.cluster && cluster.name != *config.cluster) continue;
    const double here = static_cast<double>(cluster.nodes) * cluster.accelerators_per_node;
    accelerators += here;
    largest = std::max(largest, here);
  }
  // Refuses an unknown cluster, and clusters without accelerators or not alike.
  (void)size_job("workload.ai_mix", {std::nullopt, std::nullopt, 1.0}, config.cluster, clusters);
  const double limit = std::max(1.0, std::floor(largest * config.largest));

  std::vector<double> shares;
  std::vector<Label> tenants;
  for (const auto& [name, share] : config.tenants) {
    tenants.emplace_back(name);
    shares.push_back(share);
  }
  const std::vector<Kind> kinds = kinds_of(config);
  double parts = 0.0;
  for (const Kind& kind : kinds) parts += kind.part;

  std::vector<Job> made;
  for (const Kind& kind : kinds) {
    if (!(kind.part > 0.0)) continue;
    const auto sizes = sizes_of(std::min(kind.low, limit), std::min(kind.high, limit));
    const double mean_run_s = kind.median.in(s) * std::exp(kind.sigma * kind.sigma / 2.0);
    const double rate = config.load * accelerators * kind.part / parts / (mean_of(sizes) * mean_run_s);

    JobClassConfig c;
    c.name = kind.name;
    c.share = 1.0;
    c.accelerators.emplace().choice = sizes;
    c.duration.lognormal = {kind.median, kind.sigma};
    if (kind.limit_high > 0.0) c.estimate_factor.emplace().uniform = {kind.limit_low, kind.limit_high};
    c.utilization = kind.utilization;
    c.priority = kind.tier;
    c.checkpoint_interval = kind.checkpoint;
    c.cluster = config.cluster;
    SyntheticConfig process;
    process.mean_interarrival = (1.0 / rate) * s;
    process.max_jobs = config.max_jobs;
    if (kind.by_day) {
      process.diurnal_amplitude = config.diurnal_amplitude;
      process.weekday_factors = {1, 1, 1, 1, 1, config.weekend, config.weekend};
    }
    process.classes = {c};

    std::vector<Job> here;
    if (!kind.preemptible) {  // what runs for days must be there when the run begins
      const Label label(kind.name);
      Rng standing(seed, fmt::format("workload/{}/standing", kind.name));
      const auto count = static_cast<std::int64_t>(std::llround(rate * mean_run_s));
      for (std::int64_t i = 0; i < count; ++i) {
        const double size = sizes.values[standing.choice(sizes.weights)];
        const SizedJob sized = size_job("workload.ai_mix", {std::nullopt, std::nullopt, size}, config.cluster, clusters);
        Job job;
        job.name = fmt::format("{}_standing_{}", kind.name, i + 1);
        job.nodes = sized.nodes;
        job.accelerators = sized.accelerators;
        job.pool = sized.pool;
        const double whole_s = standing.lognormal(kind.median.in(s) * std::exp(kind.sigma * kind.sigma), kind.sigma);
        job.work = std::max<Tick>(1, to_ticks(whole_s * standing.uniform() * s));
        job.utilization = kind.utilization;
        job.priority = kind.tier;
        job.kind = job.profile = label;
        here.push_back(std::move(job));
      }
      report.rows += count;
      report.used += count;
    }
    generate_jobs(process, clusters, start, horizon, seed, report, here);
    Rng tenant(seed, fmt::format("workload/{}/tenant", kind.name));
    for (Job& job : here) {
      job.tier = kind.tier;
      job.preemptible = kind.preemptible;
      if (!shares.empty()) job.tenant = tenants[tenant.choice(shares)];
      made.push_back(std::move(job));
    }
  }
  std::stable_sort(made.begin(), made.end(), [](const Job& a, const Job& b) { return a.submit < b.submit; });
  if (config.max_jobs && static_cast<std::int64_t>(made.size()) > *config.max_jobs) {
    const auto beyond = static_cast<std::int64_t>(made.size()) - *config.max_jobs;
    report.rows -= beyond;
    report.used -= beyond;
    made.resize(static_cast<std::size_t>(*config.max_jobs));
  }
  for (Job& job : made) jobs.push_back(std::move(job));
}

}  // namespace aifactory
