#include "sim/workload/plan_jobs.h"

#include <fmt/format.h>

#include <cmath>

#include "models/eval/builtin_catalog.h"
#include "sim/workload/power_profiles.h"

namespace aifactory {
namespace {

/// The racks that a job may run on; they must be of one kind for its pace to be known.
const ClusterShape& racks_of(const JobConfig& job, const std::vector<ClusterShape>& clusters, const std::string& where) {
  const ClusterShape* found = nullptr;
  for (const ClusterShape& cluster : clusters) {
    if (job.cluster && cluster.name != *job.cluster) continue;
    if (found && (found->rack_kind != cluster.rack_kind || found->rack->accelerator_name != cluster.rack->accelerator_name)) {
      throw InputError(fmt::format("{}.training: clusters {} and {} have other racks; name the job's cluster", where, found->name, cluster.name));
    }
    if (found && (found->nodes_per_block != cluster.nodes_per_block || found->oversubscription != cluster.oversubscription)) {
      throw InputError(fmt::format("{}.training: clusters {} and {} have another fabric; name the job's cluster", where, found->name, cluster.name));
    }
    if (!found) found = &cluster;
  }
  if (!found) throw InputError(fmt::format("{}.cluster: no cluster is named {}", where, *job.cluster));
  return *found;
}

Parallelism split_of(const TrainingConfig& config, double accelerators, const std::string& where) {
  Parallelism split = config.split;
  split.data = config.data.value_or(1);
  const auto each = static_cast<double>(split.accelerators());
  if (!config.data && std::fmod(accelerators, each) == 0.0 && accelerators >= each) split.data = static_cast<std::int64_t>(accelerators / each);
  if (static_cast<double>(split.accelerators()) != accelerators) {
    throw InputError(fmt::format("{}: tensor {} x context {} x pipeline {}{} is {} accelerators, and the job has {:g}", where, split.tensor, split.context,
                                 split.pipeline, config.data ? fmt::format(" x data {}", split.data) : "", split.accelerators(), accelerators));
  }
  return split;
}

JobPlan plan_of(const TrainingConfig& config, const ClusterShape& cluster, double accelerators, const std::string& where) {
  if (!cluster.rack->accelerator_name) {
    throw InputError(fmt::format("{}: the racks of cluster {} have no accelerator_name, so that nothing is known of their steps", where, cluster.name));
  }
  const std::string& accelerator = *cluster.rack->accelerator_name;
  const auto sheet = builtin_entry<AcceleratorParams>(accelerator);
  TrainingHardware hardware = training_hardware(sheet, accelerator, config.precision);
  if (config.gemm_efficiency) hardware.gemm_efficiency = *config.gemm_efficiency;
  if (std::isnan(hardware.gemm_peak.si())) throw InputError(fmt::format("{}.precision: {} has no {} rate", where, accelerator, name(config.precision)));
  if (std::isnan(hardware.gemm_efficiency)) {
    throw InputError(fmt::format("{}.gemm_efficiency: nothing has been measured of {} at {}; give it", where, accelerator, name(config.precision)));
  }
  try {
    const TrainingStep step(config.model.value, hardware, config.software);
    const Parallelism split = split_of(config, accelerators, where);
    JobPlan plan{.training = training_plan(step, split, {.step = config.measured_step, .mfu = config.measured_mfu}), .checkpoint = {}};
    plan.power = power_of_steps(*plan.training);
    if (cluster.nodes_per_block > 0 && cluster.oversubscription > 1.0) {
      hardware.scale_out = hardware.scale_out / cluster.oversubscription;
      plan.spread = spread_plan(*plan.training, step, TrainingStep(config.model.value, hardware, config.software), split);
      plan.spread_power = power_of_steps(*plan.spread);
    }
    return plan;
  } catch (const InputError& error) {
    const std::string text = error.what();
    throw InputError(text.starts_with(where) ? text : fmt::format("{}: {}", where, text.starts_with("training: ") ? text.substr(10) : text));
  }
}

/// Whether the checkpoints of a job have a store and an interval wherever it may run.
void check_checkpoints(const JobConfig& job, const std::vector<ClusterShape>& clusters, const std::string& where) {
  for (const ClusterShape& cluster : clusters) {
    if (job.cluster && cluster.name != *job.cluster) continue;
    if (job.checkpoint->mode == CheckpointMode::memory && job.checkpoint->store_every < 2) {
      throw InputError(fmt::format("{}.checkpoint.store_every: must be at least 2 in mode memory; where every one goes to the store, the mode is async", where));
    }
    if (!job.checkpoint->write && !cluster.storage) {
      throw InputError(fmt::format("{}.checkpoint: the site of cluster {} has no storage: give sites.S.storage.bandwidth, or checkpoint.write", where, cluster.name));
    }
    if (!job.checkpoint->interval && !(cluster.interruptions.si() > 0.0)) {
      throw InputError(fmt::format("{}.checkpoint.interval: is missing, and cluster {} has no interruptions from which an optimum would follow", where, cluster.name));
    }
  }
}

}  // namespace

std::vector<JobPlan> plan_jobs(WorkloadConfig& config, const std::vector<ClusterShape>& clusters) {
  std::vector<JobPlan> plans;
  plan_shared_profiles(config, plans);
  std::size_t place = 0;
  for (JobConfig& job : config.jobs.list) {
    const std::string where = fmt::format("workload.jobs[{}]", place++);
    const JobKindConfig* kind = job.kind ? config.kinds.find(*job.kind) : nullptr;
    if (!job.training && kind && kind->communication_frac && job.communication_frac == 0.0) job.communication_frac = *kind->communication_frac;
    const bool by_kind = !job.power_profile && kind && kind->power_profile;
    const PowerProfileChoice* power = job.training ? nullptr : by_kind ? &*kind->power_profile : job.power_profile ? &*job.power_profile : nullptr;
    const std::string power_key = by_kind ? fmt::format("workload.kinds.{}.power_profile", *job.kind) : where + ".power_profile";
    if (power && power->name && !job.checkpoint) {
      job.plan = shared_profile(config, *power->name, power_key);
      continue;
    }
    if (!job.training && !job.checkpoint && !power) continue;
    JobPlan plan;
    if (power) plan.power = power->name ? plans[static_cast<std::size_t>(shared_profile(config, *power->name, power_key))].power : plan_power(power->own, power_key);
    if (job.training) {
      const ClusterShape& cluster = racks_of(job, clusters, where);
      const SizedJob sized = size_job(where, size_of(job), job.cluster, clusters);
      plan = plan_of(*job.training, cluster, sized.accelerators, where + ".training");
      if (plan.spread) job.communication_frac = (plan.spread->step.total / plan.training->step.total - 1.0) / (cluster.oversubscription - 1.0);
      const TrainingPlan& training = *plan.training;
      job.duration = job.training->steps ? *job.training->steps * training.step.total : training.time_for(TokenCount(*job.training->tokens));
      job.utilization = training.utilization;
      job.tokens_per_accelerator_s = training.tokens_per_accelerator.si();
    }
    plan.checkpoint = job.checkpoint;
    if (job.checkpoint) check_checkpoints(job, clusters, where);
    job.plan = static_cast<std::int32_t>(plans.size());
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace aifactory
