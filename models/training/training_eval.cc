#include <cmath>

#include "models/eval/builtin_catalog.h"
#include "models/eval/eval_rows.h"
#include "models/training/job_plan.h"
#include "models/training/parallelism_search.h"

namespace aifactory {
namespace {
using eval_rows::choice;

std::int64_t count(const EvalArgs& args, const char* key) {
  const double value = args[key];
  if (value != std::floor(value)) throw InputError(fmt::format("{}: {:g} must be a whole number", key, value));
  return static_cast<std::int64_t>(value);
}

/// A named shape, changed or made whole by the numbers that are given.
ModelShape shape_of(const EvalArgs& args) {
  ModelShape shape;
  if (!args.text("model").empty()) shape = builtin_entry<ModelShape>(args.text("model"));
  const auto take = [&](const char* key, std::int64_t& member) {
    if (args[key] > 0.0) member = count(args, key);
  };
  take("layers", shape.layers);
  take("hidden", shape.hidden);
  take("heads", shape.heads);
  take("sequence", shape.sequence);
  take("vocabulary", shape.vocabulary);
  take("kv_heads", shape.kv_heads);
  take("ffn", shape.ffn);
  return checked_shape(shape);
}

/// Data sheet of a named accelerator for the precision; numbers that are given win.
TrainingHardware hardware_of(const EvalArgs& args) {
  const std::string& accelerator = args.text("accelerator");
  AcceleratorParams sheet;
  if (!accelerator.empty()) sheet = builtin_entry<AcceleratorParams>(accelerator);
  const auto precision = static_cast<Precision>(choice(args, "precision", {"bf16", "fp8", "fp4"}));
  // Efficiencies are over the peak, so that a peak by hand comes first.
  if (args["peak"] > 0.0) sheet.peak_bf16 = sheet.peak_fp8 = sheet.peak_fp4 = FlopRate(args["peak"]);
  TrainingHardware hardware = training_hardware(sheet, accelerator, precision);
  if (args["memory"] > 0.0) hardware.memory = DataSize(args["memory"]);
  if (args["memory_bandwidth"] > 0.0) hardware.memory_bandwidth = DataRate(args["memory_bandwidth"]);
  if (args["scale_up"] > 0.0) hardware.scale_up = DataRate(args["scale_up"]);
  if (args["scale_out"] > 0.0) hardware.scale_out = DataRate(args["scale_out"]);
  if (args["domain"] > 0.0) hardware.domain = count(args, "domain");
  if (args["gemm_efficiency"] > 0.0) hardware.gemm_efficiency = args["gemm_efficiency"];
  if (std::isnan(hardware.gemm_efficiency)) {
    throw InputError(fmt::format("gemm_efficiency: nothing is known of {} at {}; give it",
                                 accelerator.empty() ? "this accelerator" : accelerator, name(precision)));
  }
  return hardware;
}

TrainingSoftware software_of(const EvalArgs& args) {
  TrainingSoftware software;
  software.attention =
      choice(args, "attention", {"unfused", "fused"}) == 0 ? AttentionKernel::unfused : AttentionKernel::fused;
  software.tensor_overlap = args["tensor_overlap"];
  software.pipeline_overlap = args["pipeline_overlap"];
  software.data_overlap = args["data_overlap"];
  software.expert_overlap = args["expert_overlap"];
  software.step_jitter = args["step_jitter"];
  return software;
}

Parallelism split_of(const EvalArgs& args) {
  Parallelism split;
  split.tensor = count(args, "tensor");
  split.pipeline = count(args, "pipeline");
  split.virtual_stages = count(args, "virtual_stages");
  split.context = count(args, "context");
  split.expert = count(args, "expert");
  split.data = count(args, "data");
  if (const std::int64_t all = count(args, "accelerators"); all > 0) {
    const std::int64_t each = split.tensor * split.pipeline * split.context;
    if (all % each != 0) {
      throw InputError(fmt::format("accelerators: {} must be a multiple of tensor x pipeline x context = {}", all, each));
    }
    if (split.data > 0 && split.data != all / each) {
      throw InputError(fmt::format("data: {} replicas of {} are not {} accelerators; leave one of them out", split.data, each, all));
    }
    split.data = all / each;
  }
  if (split.data == 0) split.data = 1;
  split.micro_batch = count(args, "micro_batch");
  split.global_batch = count(args, "global_batch");
  split.sequence_parallel = args["sequence_parallel"] != 0.0;
  split.zero_stage = count(args, "zero_stage");
  split.recompute = static_cast<Recompute>(choice(args, "recompute", {"none", "selective", "full"}));
  return split;
}

void add_step(std::vector<EvalOutput>& out, const StepTime& step, const TrainingStep& model) {
  const double all = step.accelerators;
  const double causal_flop =
      model_flops(model.shape(), step.tokens / static_cast<double>(model.shape().sequence), AttentionCount::causal)
          .si();
  const std::pair<const char*, double> rates[] = {
      {"model_flop_rate", step.model_rate().si()},
      {"model_flop_rate_causal", causal_flop / (step.total.si() * all)},
      {"hardware_flop_rate", step.hardware_rate().si()},
  };
  out.push_back({"step", "s", step.total.si()});
  for (const auto& [key, value] : rates) out.push_back({key, "FLOP/s", value});
  out.push_back({"mfu_frac", "", step.mfu()});
  out.push_back({"hfu_frac", "", step.hfu()});
  out.push_back({"throughput", "token/s", step.token_rate().si()});
  out.push_back({"throughput_per_accelerator", "token/s", step.token_rate().si() / all});
}

void add_memory(std::vector<EvalOutput>& out, const MemoryNeed& need, DataSize memory, const Parallelism& split) {
  out.push_back({"memory_needed", "B", need.total().si()});
  out.push_back({"memory_states", "B", need.states().si()});
  out.push_back({"memory_activations", "B", need.activations.si()});
  const std::string refusal = memory_refusal(need, memory, split);
  out.push_back({"memory_fits", "", refusal.empty()});
  out.push_back({"memory_advice", "", refusal});
}

/// Powers of a named accelerator; numbers that are given win.  Unset where nothing is known.
std::pair<Power, Power> idle_and_max(const EvalArgs& args) {
  AcceleratorParams sheet;
  if (!args.text("accelerator").empty()) sheet = builtin_entry<AcceleratorParams>(args.text("accelerator"));
  return {args["accelerator_idle"] > 0.0 ? Power(args["accelerator_idle"]) : sheet.idle_power.value_or(Power()),
          args["accelerator_max"] > 0.0 ? Power(args["accelerator_max"]) : sheet.tdp.value_or(Power())};
}

void add_phases(std::vector<EvalOutput>& out, const StepTime& step, const Parallelism& split, const EvalArgs& args) {
  const std::vector<StepPhase> phases = step_phases(step, split, ActivityLevels{});
  const auto times = time_by_kind(phases);
  for (std::size_t i = 0; i < kStepPowerKinds; ++i) {
    const auto kind = static_cast<PowerPhaseKind>(i);
    double level = 0.0;
    for (const StepPhase& phase : phases) {
      if (phase.kind == kind) level = phase.utilization;
    }
    out.push_back({std::string(name(kind)) + "_phase", "s", times[i].si()});
    out.push_back({std::string(name(kind)) + "_utilization_frac", "", level});
  }
  const auto [idle, max] = idle_and_max(args);
  const double mean = mean_utilization(phases);
  out.push_back({"mean_utilization_frac", "", mean});
  out.push_back({"accelerator_power", "W", (idle + (max - idle) * mean).si()});
  out.push_back({"swing_1", "W", idle < max ? waveform(phases, idle, max).lines(1).front().amplitude.si() : kUnset});
}

std::vector<EvalOutput> training_step(const EvalArgs& args) {
  const TrainingStep model(shape_of(args), hardware_of(args), software_of(args));
  const Parallelism split = split_of(args);
  MeasuredStep measured;
  if (args["measured_step"] > 0.0) measured.step = Duration(args["measured_step"]);
  if (args["measured_mfu"] > 0.0) measured.mfu = args["measured_mfu"];
  const StepTime step = model.evaluate(split, measured);
  std::vector<EvalOutput> out{{"accelerators", "", step.accelerators},
                              {"micro_batches", "", static_cast<double>(split.micro_batches())},
                              {"parameters", "", parameters(model.shape())},
                              {"gemm_efficiency", "", model.hardware().gemm_efficiency}};
  add_step(out, step, model);
  for (std::size_t i = 0; i < kStepParts; ++i) {
    const auto part = static_cast<StepPart>(i);
    out.push_back({std::string(name(part)), "s", step[part].si()});
  }
  for (std::size_t i = 0; i < kStepParts; ++i) {
    const auto part = static_cast<StepPart>(i);
    out.push_back({std::string(name(part)) + "_share_frac", "", step.share(part)});
  }
  out.push_back({"exposed_communication_share_frac", "", work_shares(step).exposed_communication});
  add_memory(out, model.memory(split), model.hardware().memory, split);
  add_phases(out, step, split, args);
  return out;
}

std::vector<EvalOutput> training_search(const EvalArgs& args) {
  const TrainingStep model(shape_of(args), hardware_of(args), software_of(args));
  // A check of the whole hardware comes before the search, so that a missing number is named.
  const auto found = best_parallelism(model, count(args, "accelerators"), count(args, "global_batch"), {});
  if (found.empty()) {
    throw InputError(fmt::format("no split of {} on {} accelerators fits {:.0f} GB of memory", args.text("model"),
                                 count(args, "accelerators"), model.hardware().memory.in(GB)));
  }
  const Parallelism& split = found.front().split;
  constexpr const char* kRecomputes[] = {"none", "selective", "full"};
  std::vector<EvalOutput> out;
  for (const auto& [key, value] :
       {std::pair{"tensor", split.tensor}, std::pair{"pipeline", split.pipeline},
        std::pair{"virtual_stages", split.virtual_stages}, std::pair{"data", split.data},
        std::pair{"context", split.context}, std::pair{"expert", split.expert},
        std::pair{"micro_batch", split.micro_batch}, std::pair{"zero_stage", split.zero_stage}}) {
    out.push_back({key, "", static_cast<double>(value)});
  }
  out.push_back({"recompute", "", kRecomputes[static_cast<std::size_t>(split.recompute)]});
  add_step(out, found.front().step, model);
  add_memory(out, found.front().memory, model.hardware().memory, split);
  return out;
}

std::vector<EvalOutput> collective(const EvalArgs& args) {
  const std::vector<std::string> kinds = {"all_reduce", "reduce_scatter", "all_gather",
                                          "all_to_all", "double_tree",    "in_network", "ring"};
  const std::size_t kind = choice(args, "operation", kinds);
  const Fabric fabric{{DataRate(args["scale_up"]), Duration(args["scale_up_latency"])},
                      {DataRate(args["scale_out"]), Duration(args["scale_out_latency"])},
                      count(args, "domain")};
  const std::int64_t members = count(args, "members");
  const GroupLayout group = group_layout(members, count(args, "stride"), fabric.domain);
  const DataSize size(args["size"]);
  // Flat rings, trees and in-network reduction see one kind of link: the slower one as soon as the group leaves a domain.
  const Link& link = group.per_domain == members ? fabric.scale_up : fabric.scale_out;
  const Duration time = kind == 0   ? hierarchical_all_reduce(fabric, group, size)
                        : kind <= 2 ? hierarchical_reduce_scatter(fabric, group, size)
                        : kind == 3 ? hierarchical_all_to_all(fabric, group, size)
                        : kind == 4 ? double_tree_all_reduce(members, size, link)
                        : kind == 5 ? in_network_all_reduce(members, size, link)
                                    : ring_all_reduce(members, size, link);
  const double n = static_cast<double>(members);
  const double passes = (kind == 0 || kind >= 4 ? 2.0 : 1.0) * (n - 1.0) / n;
  const bool takes_time = time.si() > 0.0;
  return {{"time", "s", time.si()},
          {"algorithm_bandwidth", "B/s", takes_time ? (size / time).si() : kUnset},
          {"bus_bandwidth", "B/s", takes_time ? passes * (size / time).si() : kUnset},
          {"members_per_domain", "", static_cast<double>(group.per_domain)}};
}

std::vector<EvalKey> shape_keys() {
  return {{"model", "", kAny, kUnset, "name in scenarios/catalog/models, e.g. llama3_405b", true, "", true},
          {"layers", "", kNonNegative, 0.0, "0: as the model"},
          {"hidden", "", kNonNegative, 0.0, "0: as the model"},
          {"heads", "", kNonNegative, 0.0, "0: as the model"},
          {"sequence", "", kNonNegative, 0.0, "tokens; 0: as the model"},
          {"vocabulary", "", kNonNegative, 0.0, "0: as the model"},
          {"kv_heads", "", kNonNegative, 0.0, "0: as the model"},
          {"ffn", "", kNonNegative, 0.0, "0: as the model"}};
}

std::vector<EvalKey> machine_keys() {
  return {{"accelerator", "", kAny, kUnset, "name in scenarios/catalog/accelerators, e.g. h100_sxm", true, "", true},
          {"precision", "", kAny, kUnset, "of the layers' GEMMs: bf16, fp8 or fp4", true, "bf16", false},
          {"peak", "FLOP/s", kNonNegative, 0.0, "dense peak; 0: as the accelerator"},
          {"gemm_efficiency", "", kFraction, 0.0, "sustained over peak; 0: by anchor or measured ceiling"},
          {"memory", "B", kNonNegative, 0.0, "0: as the accelerator"},
          {"memory_bandwidth", "B/s", kNonNegative, 0.0, "0: as the accelerator"},
          {"scale_up", "B/s", kNonNegative, 0.0, "one direction; 0: as the accelerator"},
          {"scale_out", "B/s", kNonNegative, 0.0, "one direction; 0: as the accelerator"},
          {"domain", "", kNonNegative, 0.0, "accelerators of a scale-up domain; 0: as the accelerator"},
          {"attention", "", kAny, kUnset, "unfused or fused", true, "unfused", false},
          {"tensor_overlap", "", kFraction, 0.0, "traffic hidden"},
          {"pipeline_overlap", "", kFraction, 0.0, "traffic hidden"},
          {"data_overlap", "", kFraction, 0.0, "traffic hidden"},
          {"expert_overlap", "", kFraction, 0.0, "traffic hidden"},
          {"step_jitter", "", kFraction, 0.0, "spread of step times between domains"}};
}

std::vector<EvalKey> joined(std::vector<EvalKey> a, const std::vector<EvalKey>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<EvalKey> step_outputs() {
  return {{"step", "s", kAny, kUnset, "one optimizer step"},
          {"model_flop_rate", "FLOP/s", kAny, kUnset,
           "of one accelerator, by the model's operations, whole attention counted"},
          {"model_flop_rate_causal", "FLOP/s", kAny, kUnset, "the same, the causal half of attention counted"},
          {"hardware_flop_rate", "FLOP/s", kAny, kUnset, "of one accelerator, recomputation counted"},
          {"mfu_frac", "", kAny, kUnset, "model_flop_rate over peak"},
          {"hfu_frac", "", kAny, kUnset, "hardware_flop_rate over peak"},
          {"throughput", "token/s", kAny, kUnset, "of the job"},
          {"throughput_per_accelerator", "token/s", kAny, kUnset, "of one accelerator"}};
}

std::vector<EvalKey> memory_outputs() {
  return {{"memory_needed", "B", kAny, kUnset, "on the fullest device"},
          {"memory_states", "B", kAny, kUnset, "weights, gradients, optimizer"},
          {"memory_activations", "B", kAny, kUnset, "kept for the backward pass"},
          {"memory_fits", "", kAny, kUnset, "within the device's memory"},
          {"memory_advice", "", kAny, kUnset, "why not, and what would help; empty when it fits"}};
}

std::vector<EvalKey> phase_outputs() {
  std::vector<EvalKey> keys;
  for (std::size_t i = 0; i < kStepPowerKinds; ++i) {
    const std::string kind(name(static_cast<PowerPhaseKind>(i)));
    keys.push_back({kind + "_phase", "s", kAny, kUnset, "power phase: time in a step"});
    keys.push_back({kind + "_utilization_frac", "", kAny, kUnset, "its dynamic power over (max - idle) (levels assumed)"});
  }
  keys.push_back({"mean_utilization_frac", "", kAny, kUnset, "over the step"});
  keys.push_back({"accelerator_power", "W", kAny, kUnset, "mean; undefined without idle and rated power"});
  keys.push_back({"swing_1", "W", kAny, kUnset, "of one accelerator at the frequency of the steps"});
  return keys;
}

/// The short names of the field.
void add_aliases(std::vector<EvalKey>& keys) {
  const std::pair<const char*, std::vector<std::string>> known[] = {
      {"accelerator", {"hardware", "gpu"}}, {"accelerators", {"gpus"}}, {"tensor", {"tp"}}, {"pipeline", {"pp"}},
      {"virtual_stages", {"vp", "vpp"}}, {"data", {"dp"}}, {"context", {"cp"}}, {"expert", {"ep"}},
      {"micro_batch", {"mbs"}}, {"global_batch", {"gbs", "batch"}}, {"memory", {"device_memory"}}};
  for (EvalKey& key : keys) {
    for (const auto& [name, aliases] : known) {
      if (key.key == name) key.aliases = aliases;
    }
  }
}

}  // namespace

std::vector<EvalModel> training_eval_models() {
  const EvalKey global_batch{"global_batch", "", at_least(1.0), kUnset, "sequences of a step"};
  std::vector<EvalKey> step_keys = joined(shape_keys(), machine_keys());
  step_keys = joined(std::move(step_keys),
                     {{"tensor", "", at_least(1.0), 1.0, "tensor-parallel ways"},
                      {"pipeline", "", at_least(1.0), 1.0, "pipeline stages"},
                      {"virtual_stages", "", at_least(1.0), 1.0, "model chunks on each pipeline rank"},
                      {"accelerators", "", kNonNegative, 0.0, "of the job; 0: from the ways"},
                      {"data", "", kNonNegative, 0.0, "replicas; 0: from the accelerators, or 1"},
                      {"context", "", at_least(1.0), 1.0, "ways that a sequence is split"},
                      {"expert", "", at_least(1.0), 1.0, "ways that experts are split"},
                      {"micro_batch", "", at_least(1.0), 1.0, "sequences"},
                      global_batch,
                      {"sequence_parallel", "", kFraction, 0.0, "norms split over tensor ranks", false, "", false, false, {}, true},
                      {"zero_stage", "", between(0.0, 3.0), 0.0, "sharding over data ranks"},
                      {"recompute", "", kAny, kUnset, "none, selective or full", true, "none", false},
                      {"measured_step", "s", kNonNegative, 0.0, "wins over the formula; 0: none"},
                      {"measured_mfu", "", kFraction, 0.0, "wins over the formula; 0: none"},
                      {"accelerator_idle", "W", kNonNegative, 0.0, "for the power; 0: as the accelerator"},
                      {"accelerator_max", "W", kNonNegative, 0.0, "for the power; 0: as the accelerator"}});
  std::vector<EvalKey> step_out = joined({{"accelerators", "", kAny, kUnset, "tensor x context x data x pipeline"},
                                          {"micro_batches", "", kAny, kUnset, "of one replica in a step"},
                                          {"parameters", "", kAny, kUnset, "weights of the model"},
                                          {"gemm_efficiency", "", kAny, kUnset, "that was used"}},
                                         step_outputs());
  for (std::size_t i = 0; i < kStepParts; ++i) {
    step_out.push_back({std::string(name(static_cast<StepPart>(i))), "s", kAny, kUnset, "part of the step"});
  }
  for (std::size_t i = 0; i < kStepParts; ++i) {
    step_out.push_back({std::string(name(static_cast<StepPart>(i))) + "_share_frac", "", kAny, kUnset, "over the step"});
  }
  step_out.push_back({"exposed_communication_share_frac", "", kAny, kUnset, "all communication that nothing hides"});
  step_out = joined(joined(std::move(step_out), memory_outputs()), phase_outputs());
  add_aliases(step_keys);

  std::vector<EvalKey> search_keys = joined(joined(shape_keys(), machine_keys()),
                                            {{"accelerators", "", at_least(1.0), kUnset, "of the job"}, global_batch});
  add_aliases(search_keys);
  std::vector<EvalKey> search_out;
  for (const char* key : {"tensor", "pipeline", "virtual_stages", "data", "context", "expert", "micro_batch",
                          "zero_stage", "recompute"}) {
    search_out.push_back({key, "", kAny, kUnset, "of the fastest split"});
  }
  search_out = joined(joined(std::move(search_out), step_outputs()), memory_outputs());

  return {
      {"training_step", "time, efficiency and memory of one optimizer step of a transformer",
       "T = m S + ((p - 1)/v) S' + D + A; docs/models/training.md",
       "1F1B pipelines; 3 % mean and 6 % worst on A100 rows of 2021, up to 15 % on a stack without an anchor",
       "Narayanan et al. 2021; Korthikanti et al. 2022; constants in models/training/calibration.h",
       std::move(step_keys), std::move(step_out), training_step},
      {"training_search", "fastest split of a job over given accelerators that fits their memory",
       "least T of training_step over tensor, pipeline, data, context and expert ways, micro-batch, recomputation, "
       "ZeRO",
       "as training_step; 90 % of the memory may be filled", "as training_step",
       std::move(search_keys), std::move(search_out), training_search},
      {"collective",
       "time of a collective among accelerators",
       "alpha-beta: ring all-reduce 2 (n-1) a + 2 (n-1)/n S/B; in a domain, then across, then back",
       "large messages, no contention",
       "Thakur, Rabenseifner, Gropp 2005; Sanders, Speck, Traeff 2009",
       {{"operation", "", kAny, kUnset, "all_reduce, reduce_scatter, all_gather, all_to_all (hierarchical), double_tree, in_network or ring",
         true, "all_reduce", false},
        {"members", "", at_least(1.0), kUnset, "accelerators in the group"},
        {"stride", "", at_least(1.0), 1.0, "ranks between neighbours of the group"},
        {"size", "B", kNonNegative, kUnset, "vector of one member"},
        {"domain", "", at_least(1.0), 8.0, "accelerators of a scale-up domain"},
        {"scale_up", "B/s", kPositive, kUnset, "achieved, one direction"},
        {"scale_out", "B/s", kPositive, kUnset, "achieved, one direction"},
        {"scale_up_latency", "s", kNonNegative, kScaleUpLatency.si(), "of one message (assumed)"},
        {"scale_out_latency", "s", kNonNegative, kScaleOutLatency.si(), "of one message (assumed)"}},
       {{"time", "s", kAny, kUnset, "of the collective"},
        {"algorithm_bandwidth", "B/s", kAny, kUnset, "size / time; undefined where no time passes"},
        {"bus_bandwidth", "B/s", kAny, kUnset, "bytes on the bottleneck link / time"},
        {"members_per_domain", "", kAny, kUnset, "how the group lies"}},
       collective},
  };
}

}  // namespace aifactory
