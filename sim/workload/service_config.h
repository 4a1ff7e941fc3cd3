#pragma once
/// @file Served models of a scenario: `workload.services`.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "models/inference/request_stream.h"
#include "models/inference/serving_cluster.h"
#include "models/inference/serving_machine.h"
#include "models/training/model_shape.h"
#include "sim/scenario/types.h"
#include "sim/workload/precision_names.h"

namespace aifactory {

/// How a service's load is worked out.
enum class ServingMode {
  exact,  ///< request by request
  fluid,  ///< mean rates
};
template <>
struct EnumNames<ServingMode> {
  static constexpr std::pair<const char*, ServingMode> values[] = {{"exact", ServingMode::exact},
                                                                   {"fluid", ServingMode::fluid}};
};

/// Where requests come from: a trace, or a generator.
struct StreamConfig {
  std::optional<InputFile> trace;
  std::optional<Duration> repeat;
  std::optional<Frequency> rate;
  double swing = 0.0, variation = 1.0;
  Duration peak{15.0 * 3600.0};
  std::optional<TokenLengths> input, output;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("trace", p.trace, kAny, "requests in the columns of the Azure traces: TIMESTAMP,ContextTokens,GeneratedTokens; the first comes at the start");
    visit("repeat", p.repeat, kPositive, "a trace begins again every so long; default: it is played once");
    visit("rate", p.rate, kPositive, "generator: mean requests per time, e.g. 5.53 1/s");
    visit("swing", p.swing, kFraction, "generator: daily swing of the rate over its mean");
    visit("peak", p.peak, kNonNegative, "generator: local time of day of the greatest rate (assumed 15 h)");
    visit("variation", p.variation, between(0.05, 100.0), "generator: standard deviation of gaps between requests over their mean; 1: Poisson");
    visit("input", p.input, kAny, "generator: tokens of a prompt");
    visit("output", p.output, kAny, "generator: tokens of an answer");
  }
  template <class Report>
  void validate(Report& report) const {
    if (trace.has_value() == rate.has_value()) report.error("", "give exactly one of trace, rate");
    if (rate && !(input && output)) report.error("rate", "a generator needs input and output, e.g. `input: {mean: 1155, sigma: 0.9}`");
    if (trace && (input || output)) report.error("trace", "has the tokens of its requests; leave out input and output");
    if (repeat && !trace) report.error("repeat", "is for a trace");
  }
};

/// Limits that a request should be answered within.
struct ServiceObjectives {
  std::optional<Duration> ttft, tpot;
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("ttft", p.ttft, kPositive, "time to first token; default: no limit");
    visit("tpot", p.tpot, kPositive, "time per output token after the first; default: no limit");
  }
};

/// Services that take over each other's requests.
struct SpillConfig {
  std::string group;
  std::optional<double> load;
  Duration distance{0.0};
  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("group", p.group, kAny, "name that services of one kind share; requests go from one to the other");
    visit("load", p.load, between(0.0, 1e3), "of the least loaded replica's room for keys and values, above which a request goes to the least loaded of the group; default: only what a disturbance keeps from its answer does");
    visit("distance", p.distance, kNonNegative, "way to here and back of a request that came to another");
  }
  template <class Report>
  void validate(Report& report) const {
    if (group.empty()) report.error("group", "is missing; services with the same one take over from each other");
  }
};

/// A served model on the accelerators of one cluster.  Jobs that last as long as the run hold the nodes of its replicas, one for
/// the replicas of each rack; see docs/models/serving.md for what it does with them.
struct ServiceConfig {
  std::string name;
  std::optional<std::string> cluster, tenant;
  double priority = 0;
  CatalogRef<ModelShape> model;
  Precision precision = Precision::fp8;
  ServingLayout layout;
  std::int64_t replicas = kUnsetCount;
  std::int64_t prefill_replicas = 0;
  std::optional<AutoscaleParams> autoscale;
  StreamConfig stream;
  ServiceObjectives slo;
  ServingMode mode = ServingMode::exact;
  Duration step{60.0};
  std::optional<SpillConfig> spill;
  Duration patience{0.0};
  std::optional<double> gemm_efficiency;
  double usable_memory = 0.90;        // as ServingHardware
  Duration step_overhead{1.5e-3};     // as ServingHardware

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("name", p.name, kAny, "names its jobs, its block in summary.json and its random streams");
    visit("cluster", p.cluster, kAny, "that it runs on; may be left out where there is one");
    visit("tenant", p.tenant, kAny, "who it belongs to");
    visit("priority", p.priority, kAny, "of its jobs, larger is more urgent");
    visit("model", p.model, kAny, "catalogue entry of the model, changed or given whole by its shape");
    visit("precision", p.precision, kAny, "of the weights and the products with them");
    visit("tensor", p.layout.tensor, between(1, 1e4), "accelerators of a replica");
    visit("kv_bytes", p.layout.kv_bytes, between(0.25, 8.0), "bytes of a number of keys and values");
    visit("kv_bytes_per_token", p.layout.kv_bytes_per_token, kNonNegative, "bytes of all layers' keys and values; 0: from the shape");
    visit("max_batch", p.layout.max_batch, between(1, 1e6), "requests that decode together");
    visit("replicas", p.replicas, between(1, 1e6), "that serve both phases, or decode where the phases are split; with autoscale: the most");
    visit("prefill_replicas", p.prefill_replicas, between(0, 1e6), "for prompts alone; 0: the phases are not split");
    visit("autoscale", p.autoscale, kAny, "replicas come and go with the load; default: all serve always");
    visit("stream", p.stream, kAny, "its requests");
    visit("slo", p.slo, kAny, "limits within which a request should be answered");
    visit("mode", p.mode, kAny, "exact: request by request; fluid: mean rates of a generator, for spans of months");
    visit("step", p.step, at_least(1.0), "for which its power holds");
    visit("spill", p.spill, kAny, "other services take over its requests, and it theirs; default: none does");
    visit("patience", p.patience, kNonNegative, "for which a request waits that a disturbance has kept from its answer; 0: it is lost, unless another of the group has room at once");
    visit("gemm_efficiency", p.gemm_efficiency, kPositiveFraction, "sustained rate of matrix products over peak; default: the best measured");
    visit("usable_memory", p.usable_memory, kPositiveFraction, "memory for weights and keys (assumed 0.9)");
    visit("step_overhead", p.step_overhead, kNonNegative, "of one iteration (assumed 1.5 ms)");
  }
  template <class Report>
  void validate(Report& report) const {
    if (name.empty() || name.find_first_of("./") != std::string::npos) report.error("name", "must be a name without '.' and '/'");
    if (autoscale && prefill_replicas > 0) report.error("autoscale", "split phases do not scale by themselves; leave out prefill_replicas");
    if (autoscale && autoscale->least > replicas) report.error("autoscale", "least must be at most replicas");
    if (mode == ServingMode::fluid && (stream.trace || autoscale || prefill_replicas > 0)) {
      report.error("mode", "fluid takes a generator and replicas that always serve both phases; take `mode: exact`");
    }
    if (spill && spill->load && (mode == ServingMode::fluid || prefill_replicas > 0)) {
      report.error("spill.load", "is for requests one by one and phases that are not split; leave it out, or take `mode: exact` without prefill_replicas");
    }
  }
};

}  // namespace aifactory
