#include "sim/workload/synthetic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "models/error.h"
#include "models/random.h"
#include "sim/workload/swf.h"

namespace aifactory {
namespace {

constexpr std::int64_t kMostReserved = 1 << 20;  // jobs

/// One class in the making.
struct ClassStream {
  ClassStream(const JobClassConfig& c, std::uint64_t seed)
      : config(&c),
        tenant(c.tenant.value_or("")),
        kind(c.name),
        arrivals(seed, "workload/" + c.name + "/arrivals"),
        thinning(seed, "workload/" + c.name + "/thinning"),
        size(seed, "workload/" + c.name + "/size"),
        duration(seed, "workload/" + c.name + "/duration"),
        estimate(seed, "workload/" + c.name + "/estimate") {}
  const JobClassConfig* config;
  Label tenant, kind;
  Rng arrivals, thinning, size, duration, estimate;
  double next_s = 0;  ///< next submission, s after the start
  std::int64_t made = 0;
};

class Rate {
 public:
  Rate(const SyntheticConfig& config, const LocalStart& start) : config_(config), start_(start) {
    factors_ = config.weekday_factors;
    if (factors_.empty()) factors_.assign(7, 1.0);
    const double mean = std::accumulate(factors_.begin(), factors_.end(), 0.0) / 7.0;
    for (double& factor : factors_) factor /= mean;
  }
  [[nodiscard]] double peak() const {
    return (1.0 + config_.diurnal_amplitude) * *std::max_element(factors_.begin(), factors_.end());
  }
  /// Relative to the mean rate.
  [[nodiscard]] double at(double t_s) const {
    const double since_midnight_s = t_s + start_.time_of_day.in(s);
    const double days = std::floor(since_midnight_s / 86400.0);
    const double hour = (since_midnight_s - days * 86400.0) / 3600.0;
    const auto weekday = static_cast<std::size_t>(std::fmod(days + start_.weekday, 7.0));
    return factors_[weekday] *
           (1.0 + config_.diurnal_amplitude * std::cos(2.0 * std::numbers::pi * (hour - config_.peak_hour) / 24.0));
  }

 private:
  const SyntheticConfig& config_;
  LocalStart start_;
  std::vector<double> factors_;
};

}  // namespace

void generate_jobs(const SyntheticConfig& config, const std::vector<ClusterShape>& clusters, const LocalStart& start,
                   Tick horizon, std::uint64_t seed, SourceReport& report, std::vector<Job>& jobs) {
  if (horizon == kNever && !config.max_jobs) {
    throw InputError("workload.synthetic: give max_jobs, or a duration of the run: nothing ends the generation");
  }
  const Rate rate(config, start);
  const double peak = rate.peak();
  double shares = 0;
  for (const JobClassConfig& c : config.classes) shares += c.share;

  std::vector<ClassStream> streams;
  for (const JobClassConfig& c : config.classes) streams.emplace_back(c, seed);
  const auto advance = [&](ClassStream& stream) {
    const double mean_s = config.mean_interarrival.in(s)*shares / stream.config->share / peak;
    do {
      stream.next_s += stream.arrivals.exponential(mean_s);
    } while (stream.thinning.uniform() * peak >= rate.at(stream.next_s));
  };
  for (ClassStream& stream : streams) advance(stream);
  // Grown step by step the list would at times be held twice.  A horizon may end it long before max_jobs.
  if (config.max_jobs) jobs.reserve(jobs.size() + static_cast<std::size_t>(std::min(*config.max_jobs, kMostReserved)));

  for (std::int64_t made = 0; !config.max_jobs || made < *config.max_jobs; ++made) {
    ClassStream& stream = *std::min_element(streams.begin(), streams.end(),
                                            [](const auto& a, const auto& b) { return a.next_s < b.next_s; });
    const JobClassConfig& c = *stream.config;
    Job job;
    job.submit = to_ticks(stream.next_s * s);
    if (job.submit >= horizon) break;
    job.name = fmt::format("{}_{}", c.name, ++stream.made);
    JobSize size;
    if (c.racks) size.racks = std::max(1.0, std::round(draw(*c.racks, stream.size)));
    if (c.nodes) size.nodes = std::max(1.0, std::round(draw(*c.nodes, stream.size)));
    if (c.accelerators) size.accelerators = std::max(1e-6, draw(*c.accelerators, stream.size));
    const SizedJob sized = size_job("workload.synthetic class " + c.name, size, c.cluster, clusters);
    job.nodes = sized.nodes;
    job.accelerators = sized.accelerators;
    job.pool = sized.pool;
    if (job.nodes > sized.limit) {
      // The tail of a size distribution, not a mistake: the job takes the whole cluster.
      job.accelerators *= static_cast<double>(sized.limit) / static_cast<double>(job.nodes);
      job.nodes = sized.limit;
      count_row(report.changes, "generated size limited to the largest cluster", job.name);
    }
    const Duration run = draw(c.duration, stream.duration) * s;
    job.work = to_ticks(run);
    if (c.estimate_factor) {
      job.estimate = std::max<Tick>(1, to_ticks(run * draw(*c.estimate_factor, stream.estimate)));
      if (job.work > job.estimate) {
        job.work = job.estimate;
        job.killed_at_estimate = true;
      }
    }
    job.utilization = c.utilization;
    job.tokens_per_accelerator_s = c.tokens_per_accelerator_s;
    job.priority = c.priority;
    if (c.checkpoint_interval) job.checkpoint_interval = to_ticks(*c.checkpoint_interval);
    job.tenant = stream.tenant;
    job.kind = job.profile = stream.kind;
    job.tier = static_cast<std::int32_t>(c.tier);
    job.preemptible = c.preemptible;
    job.domain_nodes = c.group_nodes.value_or(0);
    if (c.deadline) job.deadline = job.submit + to_ticks(*c.deadline);
    if (c.min_frac) {
      if (sized.shares_per_node > 1) {
        throw InputError(fmt::format("workload.synthetic class {} is elastic (min_frac), which goes with whole nodes only: its cluster has shares_per_node", c.name));
      }
      const auto nodes = static_cast<double>(job.nodes);
      job.min_nodes = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(nodes * *c.min_frac)));
      job.max_nodes = std::min(sized.limit, static_cast<std::int64_t>(std::floor(nodes * *c.max_frac)));
    }
    ++report.rows;
    ++report.used;
    jobs.push_back(std::move(job));
    advance(stream);
  }
}

}  // namespace aifactory
