#pragma once
/// @file The `workload:` section of a scenario.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/fields.h"
#include "models/time.h"
#include "sim/scenario/types.h"
#include "sim/workload/data_config.h"
#include "sim/workload/distribution.h"
#include "sim/workload/estimates.h"
#include "sim/workload/generator_config.h"
#include "sim/workload/power_profile_config.h"
#include "sim/workload/service_config.h"
#include "sim/workload/training_config.h"

namespace aifactory {

/// One explicit job, or `count` of them, `every` so long.
struct JobConfig {
  std::optional<std::string> name;
  Duration submit{0.0};
  std::optional<std::int64_t> racks;
  std::optional<double> nodes, accelerators;
  std::optional<Duration> duration;
  std::optional<TrainingConfig> training;
  std::optional<CheckpointConfig> checkpoint;
  std::optional<Duration> walltime;
  double utilization = 1.0;  // full dynamic power: the load that power and cooling must carry
  std::optional<PowerProfileChoice> power_profile;
  double tokens_per_accelerator_s = 0;
  double priority = 0;
  std::optional<Duration> checkpoint_interval;
  std::optional<std::string> cluster, tenant, kind;
  std::int64_t tier = 0;
  bool preemptible = true;
  std::int32_t plan = -1;  // of `training`; no key of a scenario
  bool keeps_domains = false;  // as Job; by its training
  double communication_frac = 0;
  std::optional<std::string> data;
  std::optional<DataSize> data_size;
  std::optional<Duration> staging;
  std::vector<Tick> staging_on = {};  // by cluster, from `data`; no key of a scenario
  std::optional<std::int64_t> min_nodes, max_nodes, group_nodes;
  std::vector<std::int64_t> slice;
  std::optional<Duration> deadline;
  Duration earliest_start{0.0};
  std::vector<std::string> after;
  std::int64_t count = 1;
  Duration every{0.0};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("name", p.name, kAny, "id in jobs.csv; default: job_<place in the list>");
    visit("submit", p.submit, kNonNegative, "time of submission after the start");
    visit("racks", p.racks, at_least(1), "size in racks");
    visit("nodes", p.nodes, kPositive, "size in nodes; a fraction on clusters with shares_per_node");
    visit("accelerators", p.accelerators, kPositive, "size in accelerators; fractions allowed; held in whole nodes, or whole shares on clusters with shares_per_node");
    visit("duration", p.duration, kNonNegative, "run time at full speed; a job with `training` has it from its model");
    visit("training", p.training, kAny, "the model that it trains and how: its pace, power and memory follow");
    visit("checkpoint", p.checkpoint, kAny, "checkpoints that take time; default: those of checkpoint_interval take none");
    visit("walltime", p.walltime, kPositive, "wall-clock limit; default: none");
    visit("utilization", p.utilization, kFraction, "share of the accelerators' dynamic power while running");
    visit("power_profile", p.power_profile, kAny, "what it draws as its work goes on, instead of one utilization: a profile, or the name of one of workload.power_profiles");
    visit("tokens_per_accelerator_s", p.tokens_per_accelerator_s, kNonNegative,
          "tokens trained per accelerator and second at full speed");
    visit("priority", p.priority, kAny, "larger is more urgent");
    visit("checkpoint_interval", p.checkpoint_interval, kPositive,
          "work between checkpoints; default: none are written");
    visit("cluster", p.cluster, kAny, "only this cluster may run it; default: any");
    visit("tenant", p.tenant, kAny, "who it belongs to");
    visit("kind", p.kind, kAny, "label for tables");
    visit("tier", p.tier, between(-1e6, 1e6), "a higher tier may interrupt a lower one, under policies that preempt");
    visit("preemptible", p.preemptible, kAny, "whether a higher tier may interrupt it");
    visit("min_nodes", p.min_nodes, at_least(1), "elastic: fewest nodes on which it runs, slower in proportion");
    visit("max_nodes", p.max_nodes, at_least(1), "elastic: most nodes on which it runs, faster in proportion");
    visit("group_nodes", p.group_nodes, at_least(1),
          "nodes of one tensor-parallel group, kept within a scale-up domain by policies that look at topology; a job with training keeps its own together under every policy unless this is given");
    visit("slice", p.slice, at_least(1), "three sizes in nodes of a contiguous box of the cluster's torus");
    visit("deadline", p.deadline, kPositive, "time after its submission by which it should have ended");
    visit("earliest_start", p.earliest_start, kNonNegative, "time after the start before which it is not queued");
    visit("communication_frac", p.communication_frac, kFraction, "share of its time that it communicates over the scale-out fabric within one block: over several it takes `oversubscription` times as long; a job with `training` has it from its model");
    visit("data", p.data, kAny, "site where its data lie: elsewhere it first waits for them on its nodes; default: it needs none");
    visit("data_size", p.data_size, kPositive, "what has to be brought to another site, over the slower `wide_area` of the two");
    visit("staging", p.staging, kPositive, "time that this takes, instead of data_size; default with `data`: it runs only where they are");
    visit("after", p.after, kAny, "names of jobs listed before it that must have left first");
    visit("count", p.count, at_least(1), "so many jobs like this");
    visit("every", p.every, kNonNegative, "time between their submissions");
  }
  template <class Report>
  void validate(Report& report) const {
    if (racks.has_value() + nodes.has_value() + accelerators.has_value() != 1) {
      report.error("", "exactly one of racks, nodes, accelerators must be given");
    }
    if (!training && !duration) report.error("duration", "is missing: the run time, or `training` from which it follows");
    if (training && duration) report.error("duration", "follows from `training`; leave one of them out, or give training.tokens or training.steps");
    if (training && tokens_per_accelerator_s != 0.0) report.error("tokens_per_accelerator_s", "follows from `training`");
    if (min_nodes && (training || checkpoint)) report.error(training ? "training" : "checkpoint", "does not go with an elastic size");
    if (checkpoint && checkpoint_interval) report.error("checkpoint_interval", "give checkpoint.interval instead");
    if (checkpoint && !training && !checkpoint->size && !checkpoint->write) report.error("checkpoint", "size is missing: bytes of a checkpoint, which only a job with `training` knows by itself; or give write");
    if (min_nodes.has_value() != max_nodes.has_value() || (min_nodes && *min_nodes > *max_nodes)) {
      report.error("min_nodes", "an elastic job has min_nodes and max_nodes, the first not above the second");
    }
    if (!slice.empty() && slice.size() != 3) report.error("slice", "three sizes must be given");
    if (!slice.empty() && (group_nodes || min_nodes)) {
      report.error("slice", "goes with neither group_nodes nor an elastic size");
    }
    if (group_nodes && min_nodes) report.error("group_nodes", "does not go with an elastic size");
    if (training && communication_frac > 0) report.error("communication_frac", "follows from `training`");
    if (!data && (data_size || staging)) report.error(data_size ? "data_size" : "staging", "needs `data`: the site where they are");
    if (data_size && staging) report.error("staging", "goes with no data_size: one of them says how long the data take");
    if (data && min_nodes) report.error("data", "does not go with an elastic size");
    if (!power_profile) return;
    if (training) report.error("power_profile", "follows from `training`");
    if (utilization != 1.0) report.error("power_profile", "says what `utilization` says; leave one of them out");
    if (min_nodes) report.error("power_profile", "does not go with an elastic size");
  }
};

/// One class of generated jobs.
struct JobClassConfig {
  std::string name;
  double share = kUnset;
  std::optional<Distribution<double>> racks, nodes, accelerators;
  Distribution<Duration> duration;
  std::optional<Distribution<double>> estimate_factor;
  double utilization = 1.0;  // as JobConfig
  double tokens_per_accelerator_s = 0;
  double priority = 0;
  std::optional<Duration> checkpoint_interval;
  std::optional<std::string> cluster, tenant;
  std::int64_t tier = 0;
  bool preemptible = true;
  std::optional<std::int64_t> group_nodes;
  std::optional<double> min_frac, max_frac;
  std::optional<Duration> deadline;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("name", p.name, kAny, "label of the class; names its random streams and its jobs' kind");
    visit("share", p.share, kPositive, "share of the arrivals, relative to the other classes");
    visit("racks", p.racks, kAny, "size in racks, rounded, at least 1");
    visit("nodes", p.nodes, kAny, "size in nodes, rounded, at least 1");
    visit("accelerators", p.accelerators, kAny, "size in accelerators; held in whole nodes");
    visit("duration", p.duration, kAny, "run time at full speed");
    visit("estimate_factor", p.estimate_factor, kAny,
          "wall-clock limit over run time (below 1: killed at the limit); default: no limit");
    visit("utilization", p.utilization, kFraction, "share of the accelerators' dynamic power while running");
    visit("tokens_per_accelerator_s", p.tokens_per_accelerator_s, kNonNegative,
          "tokens trained per accelerator and second at full speed");
    visit("priority", p.priority, kAny, "larger is more urgent");
    visit("checkpoint_interval", p.checkpoint_interval, kPositive,
          "work between checkpoints; default: none are written");
    visit("cluster", p.cluster, kAny, "only this cluster may run them; default: any");
    visit("tenant", p.tenant, kAny, "who they belong to");
    visit("tier", p.tier, between(-1e6, 1e6), "as of a job in the list");
    visit("preemptible", p.preemptible, kAny, "as of a job in the list");
    visit("group_nodes", p.group_nodes, at_least(1), "as of a job in the list");
    visit("min_frac", p.min_frac, kPositiveFraction, "elastic: fewest nodes over those drawn");
    visit("max_frac", p.max_frac, at_least(1), "elastic: most nodes over those drawn");
    visit("deadline", p.deadline, kPositive, "time after its submission by which a job should have ended");
  }
  template <class Report>
  void validate(Report& report) const {
    if (racks.has_value() + nodes.has_value() + accelerators.has_value() != 1) {
      report.error("", "exactly one of racks, nodes, accelerators must be given");
    }
    if (min_frac.has_value() != max_frac.has_value()) {
      report.error("min_frac", "an elastic class has min_frac and max_frac");
    }
    if (group_nodes && min_frac) report.error("group_nodes", "does not go with an elastic size");
  }
};

/// Generated jobs: see sim/workload/synthetic.h.
struct SyntheticConfig {
  Duration mean_interarrival;
  std::optional<std::int64_t> max_jobs;
  double diurnal_amplitude = 0;
  double peak_hour = 14;  // mid-afternoon; without effect while the amplitude is 0
  std::vector<double> weekday_factors;
  std::vector<JobClassConfig> classes;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("mean_interarrival", p.mean_interarrival, kPositive, "mean time between submissions, all classes together");
    visit("max_jobs", p.max_jobs, at_least(1), "stop after so many; default: at the end of the run");
    visit("diurnal_amplitude", p.diurnal_amplitude, kFraction, "swing of the arrival rate over the day: 1 + a cos");
    visit("peak_hour", p.peak_hour, between(0.0, 24.0), "hour of the day with the most arrivals");
    visit("weekday_factors", p.weekday_factors, kNonNegative,
          "seven factors, Monday first, scaled to mean 1; default: all days alike");
    visit("classes", p.classes, kAny, "kinds of jobs");
  }
  template <class Report>
  void validate(Report& report) const {
    if (classes.empty()) report.error("classes", "at least one class must be given");
    double sum = 0;
    for (const double factor : weekday_factors) sum += factor;
    if (!weekday_factors.empty() && (weekday_factors.size() != 7 || !(sum > 0))) {
      report.error("weekday_factors", "seven factors with a positive sum must be given");
    }
    for (std::size_t i = 0; i < classes.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (classes[i].name == classes[j].name)
          report.error("classes", "class name " + classes[i].name + " is used twice");
      }
    }
  }
};

/// What time 0 of the run is on a log's clock.
enum class LogOrigin {
  log,        ///< time 0 of the log
  first_job,  ///< the first usable job's submission
};
template <>
struct EnumNames<LogOrigin> {
  static constexpr std::pair<const char*, LogOrigin> values[] = {{"log", LogOrigin::log},
                                                                 {"first_job", LogOrigin::first_job}};
};

/// Which jobs count in means and percentiles: see sim/results/job_metrics.h.
struct MeasureConfig {
  Duration warm_up{0.0}, cool_down{0.0};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("warm_up", p.warm_up, kNonNegative,
          "jobs submitted within this time after the first submission do not count in means and percentiles");
    visit("cool_down", p.cool_down, kNonNegative,
          "jobs submitted within this time before the last submission do not count either");
  }
};

/// What holds for all jobs of a kind, whatever their source.
struct JobKindConfig {
  std::optional<double> slowdown_per_cap, communication_frac;
  Map<double> speeds;
  std::optional<PowerProfileChoice> power_profile;
  DataConfig data;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("slowdown_per_cap", p.slowdown_per_cap, kNonNegative,
          "speed lost over the dynamic power that a cap or a throttle withholds; default: speed follows the clock");
    visit("communication_frac", p.communication_frac, kFraction, "as of a job in the list, for those of the kind that do not say");
    visit("speeds", p.speeds, kPositive,
          "rack kinds or clusters that may run it, and its speed there over the one for which run times and limits are stated; default: all, at 1");
    visit("power_profile", p.power_profile, kAny, "what its jobs draw as their work goes on, unless they train or have one of their own");
    DataConfig::fields(p.data, visit);
  }
  template <class Report>
  void validate(Report& report) const {
    data.validate(report);
  }
};

/// Where jobs come from: a log, a generator, a list, or several of them together; and the models that are served beside them.
struct WorkloadConfig {
  std::optional<InputFile> swf;
  std::optional<SyntheticConfig> synthetic;
  std::optional<LublinConfig> lublin;
  std::optional<AiMixConfig> ai_mix;
  ListOrFile<JobConfig> jobs;
  std::vector<ServiceConfig> services;
  std::optional<std::int64_t> processors;
  std::optional<std::string> node_kind;
  LogOrigin log_origin = LogOrigin::log;
  double utilization = 1.0;  // logs do not say; full dynamic power is the load that power and cooling must carry
  EstimatesConfig estimates;
  double load_scale = 1.0;
  Duration submit_jitter{0.0};
  MeasureConfig measure;
  Map<JobKindConfig> kinds;
  Map<DataConfig> tenants;
  Map<PowerProfileConfig> power_profiles;
  // No keys of a scenario:
  std::string jitter_stream = {};              ///< of a replica: "/1", "/2" ...
  std::vector<ProfilePlace> profiles = {};       ///< of power_profiles, by plan_jobs()
  std::vector<ProfilePlace> kind_profiles = {};  ///< of the kinds that have one
  std::int32_t shared_plans = 0;                 ///< of the run's plans the first ones, which many jobs may have in common
  std::vector<DataSite> data_sites = {};

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("swf", p.swf, kAny, "log in Standard Workload Format, .swf or .swf.gz");
    visit("synthetic", p.synthetic, kAny, "generated jobs");
    visit("lublin", p.lublin, kAny, "generated jobs after Lublin and Feitelson, of a supercomputer");
    visit("ai_mix", p.ai_mix, kAny, "generated jobs of AI laboratories: training, tuning, tests, inference");
    visit("jobs", p.jobs, kAny, "explicit jobs, or the file of a job list, as `aifactory import` writes them");
    visit("services", p.services, kAny, "served models: each holds its replicas' nodes for the whole run and draws what its requests ask for");
    visit("processors", p.processors, between(1, 1e8), "processors of the log's machine, instead of its header's");
    visit("node_kind", p.node_kind, kAny,
          "rack kind or cluster whose nodes are the log's processors; default: any cluster");
    visit("log_origin", p.log_origin, kAny, "what time 0 of the run is on the clock of a log or a job list");
    visit("utilization", p.utilization, kFraction,
          "share of the accelerators' dynamic power, for jobs of a log, a job list or lublin that do not say");
    visit("estimates", p.estimates, kAny, "the wall-clock limits of jobs of a log, a job list or lublin");
    visit("load_scale", p.load_scale, kPositive,
          "divides the times between submissions of a log, a job list or lublin: 2 doubles the load");
    visit("submit_jitter", p.submit_jitter, kNonNegative,
          "each submission moves later by a random time up to this, to tell an effect from noise");
    visit("kinds", p.kinds, kAny, "kinds of jobs and what holds for all of them");
    visit("tenants", p.tenants, kAny, "tenants and where the data of their jobs lie, unless job or kind say so");
    visit("power_profiles", p.power_profiles, kAny, "what jobs draw as their work goes on, by a name that jobs, job lists and kinds give");
    visit("measure", p.measure, kAny, "which jobs count in means and percentiles");
  }
  template <class Report>
  void validate(Report& report) const {
    if (!swf && !synthetic && !lublin && !ai_mix && jobs.empty() && services.empty()) {
      report.error("", "at least one of swf, synthetic, lublin, ai_mix, jobs, services must be given");
    }
  }
};

}  // namespace aifactory
