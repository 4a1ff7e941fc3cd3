#pragma once
/// @file What a job says about the model that it trains, and about its checkpoints.
#include <optional>
#include <string_view>
#include <utility>

#include "models/reliability/checkpoint_cost.h"
#include "models/training/job_plan.h"
#include "sim/scenario/types.h"
#include "sim/workload/precision_names.h"

namespace aifactory {

template <>
struct EnumNames<Recompute> {
  static constexpr std::pair<const char*, Recompute> values[] = {
      {"none", Recompute::none}, {"selective", Recompute::selective}, {"full", Recompute::full}};
};
template <>
struct EnumNames<AttentionKernel> {
  static constexpr std::pair<const char*, AttentionKernel> values[] = {{"unfused", AttentionKernel::unfused},
                                                                       {"fused", AttentionKernel::fused}};
};
template <>
struct EnumNames<CheckpointMode> {
  static constexpr std::pair<const char*, CheckpointMode> values[] = {
      {"blocking", CheckpointMode::blocking}, {"async", CheckpointMode::async}, {"memory", CheckpointMode::memory}};
};

/// A training job by its shape.  What it runs on is the accelerator of its cluster's racks.
///
///     training: {model: llama3_405b, tensor: 8, pipeline: 16, global_batch: 2048, attention: fused, tokens: 15.6e12}
struct TrainingConfig {
  CatalogRef<ModelShape> model;
  Parallelism split;
  std::optional<std::int64_t> data;  ///< else: what the accelerators leave
  TrainingSoftware software;
  Precision precision = Precision::bf16;
  std::optional<double> gemm_efficiency;
  std::optional<Duration> measured_step;
  std::optional<double> measured_mfu;
  std::optional<double> tokens, steps;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("model", p.model, kAny, "catalogue entry of the model, changed or given whole by its shape");
    Parallelism::fields(p.split, [&visit](const char* key, auto& member, const Range& range, const char* doc) {
      // The accelerators of the job and the other ways say how many replicas there are.
      if (std::string_view(key) != "data") visit(key, member, range, doc);
    });
    visit("data", p.data, between(1, 1e7), "replicas; default: accelerators / (tensor x context x pipeline)");
    TrainingSoftware::fields(p.software, visit);
    visit("precision", p.precision, kAny, "of the layers' matrix products");
    visit("gemm_efficiency", p.gemm_efficiency, kPositiveFraction, "sustained GEMM rate over peak; default: by measured anchor or ceiling of the accelerator");
    visit("measured_step", p.measured_step, kPositive, "time of a step as measured; wins over the model");
    visit("measured_mfu", p.measured_mfu, kPositiveFraction, "model FLOP utilization as measured; wins over the model");
    visit("tokens", p.tokens, kPositive, "tokens to train");
    visit("steps", p.steps, kPositive, "or optimizer steps to make");
  }
  template <class Report>
  void validate(Report& report) const {
    if (tokens.has_value() == steps.has_value()) report.error("tokens", "exactly one of tokens, steps must be given");
    if (measured_step && measured_mfu) report.error("measured_mfu", "goes with no measured_step: one of them sets the pace");
  }
};

/// Checkpoints that take time.  Without `interval`: Daly's optimum for the interruptions of the job's cluster.
struct CheckpointConfig {
  std::optional<Duration> interval;
  CheckpointMode mode = CheckpointMode::blocking;
  std::optional<DataSize> size;
  std::optional<Duration> write;
  std::int64_t store_every = 1;
  double memory_survival = 0.9;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("interval", p.interval, kPositive, "work between checkpoints; default: Daly's optimum for the interruptions of its cluster");
    visit("mode", p.mode, kAny, "blocking: work stands still until the store has it; async: for the copy to host memory; memory: copies in the memory of other nodes");
    visit("size", p.size, kPositive, "bytes of a checkpoint; default: 14 for each weight of the model");
    visit("write", p.write, kPositive, "time to write one to the store; default: by the site's storage");
    visit("store_every", p.store_every, at_least(1), "memory: every n-th goes to the store too");
    visit("memory_survival", p.memory_survival, kFraction, "memory: chance that the copies outlive an interruption (assumed 0.9)");
  }
  template <class Report>
  void validate(Report& report) const {
    if (mode != CheckpointMode::memory && store_every != 1) report.error("store_every", "belongs to mode: memory");
    if (write && mode != CheckpointMode::blocking && !size) report.error("size", "is missing: the copy to memory takes as long as its bytes");
  }
};

}  // namespace aifactory
