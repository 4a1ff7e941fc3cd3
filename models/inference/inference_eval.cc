#include <cmath>

#include "models/compute/accelerator.h"
#include "models/eval/eval_rows.h"
#include "models/inference/fluid_serving.h"
#include "models/inference/serving_cluster.h"
#include "models/inference/serving_machine.h"

namespace aifactory {
namespace {
using namespace eval_rows;

struct Machine {
  ServingHardware hardware;
  Power idle, max;
};

/// Data sheet of the accelerator at the precision; numbers that are given win.
Machine machine_of(const EvalArgs& args, Precision precision) {
  const std::string& name = args.text("accelerator");
  const auto sheet = builtin_entry<AcceleratorParams>(name);
  Machine out;
  ServingHardware& p = out.hardware;
  const double efficiency = args["gemm_efficiency"];
  p = hardware_for_serving(sheet, name, precision, efficiency > 0.0 ? std::optional(efficiency) : std::nullopt);
  p.usable_memory = args["usable_memory"];
  p.step_overhead = Duration(args["step_overhead"]);
  out.idle = Power(args["idle"] > 0.0 ? args["idle"] : sheet.idle_power ? sheet.idle_power->si() : kUnset);
  out.max = Power(args["max"] > 0.0 ? args["max"] : sheet.tdp ? sheet.tdp->si() : kUnset);
  out.idle += Power(args["node_idle"]);
  out.max += Power(args["node_max"]);
  return out;
}

std::vector<EvalOutput> serving(const EvalArgs& args) {
  const auto precision = static_cast<Precision>(choice(args, "precision", {"bf16", "fp8", "fp4"}));
  const auto shape = builtin_entry<ModelShape>(args.text("model"));
  const Machine machine = machine_of(args, precision);
  ServingLayout layout;
  layout.tensor = std::llround(args["tensor"]);
  layout.weight_bytes = bytes_of(precision);
  layout.kv_bytes = args["kv_bytes"];
  layout.kv_bytes_per_token = args["kv_bytes_per_token"];
  layout.max_batch = std::llround(args["max_batch"]);
  const ServingModel model(shape, machine.hardware, layout);

  RequestStreamParams stream;
  stream.input = {args["input_tokens"], args["input_sigma"], std::llround(args["longest"])};
  stream.output = {args["output_tokens"], args["output_sigma"], std::llround(args["longest"])};
  stream.variation = args["variation"];
  const OfflineRate offline = offline_rate(model, stream.input.mean, stream.output.mean);
  const FluidServing fluid(model, stream.input.mean, stream.output.mean);

  ServingSite site;
  site.model = &model;
  site.replicas = std::llround(args["replicas"]);
  site.prefill_replicas = std::llround(args["prefill_replicas"]);
  const double all = static_cast<double>((site.replicas + site.prefill_replicas) * layout.tensor);
  const Power idle = static_cast<double>(layout.tensor) * machine.idle,
              max = static_cast<double>(layout.tensor) * machine.max;
  stream.rate = Frequency(args["rate"] > 0.0 ? args["rate"] : 0.7 * fluid.capacity().si() * args["replicas"]);
  if (stream.rate.si() * args["span"] > 2e6) {
    throw InputError(
        fmt::format("span: {:.3g} requests are more than 2e6; take a shorter span", stream.rate.si() * args["span"]));
  }
  const FluidState flow = fluid.at(stream.rate / args["replicas"]);
  const auto energy_j = [&](const ServingModel::Split& prefill, const ServingModel::Split& decode) {
    ReplicaTime time;
    time.prefill = prefill;
    time.decode = decode;
    return serving_energy(time, 1.0, idle, max).si();
  };

  const ServiceLimits limits{Duration(args["ttft_limit"] > 0.0 ? args["ttft_limit"] : kInf),
                             Duration(args["tpot_limit"] > 0.0 ? args["tpot_limit"] : kInf)};
  const std::vector<Request> requests =
      RequestStream(stream, static_cast<std::uint64_t>(args["seed"])).until(Duration(args["span"]));
  if (requests.empty()) throw InputError("span: no request comes in that time");
  const ClusterRun run = serve({}, {site}, requests);
  const ServingStatistics stats = serving_statistics(requests, run.served, limits);
  const SiteUse& use = run.sites.front();
  const Energy energy = serving_energy(use.time, use.replica_s, idle, max);
  const double offline_j = energy_j({}, offline.per_token) - idle.si();  // of one token, without idle power
  return {{"weights", "B", model.weights().si()},
          {"kv_per_token", "B", model.kv_per_token().si()},
          {"kv_capacity_tokens", "", model.kv_capacity()},
          {"prefill_time", "s", model.prefill(stream.input.mean, stream.input.mean * stream.input.mean).sum_s()},
          {"decode_time_of_one", "s", model.decode(1.0, stream.input.mean).sum_s()},
          {"offline_batch", "", offline.batch},
          {"offline_per_accelerator", "token/s", offline.output_per_accelerator},
          {"offline_energy_per_token", "J", offline_j + idle.si() / offline.output.si()},
          {"capacity", "1/s", args["replicas"] * fluid.capacity().si()},
          {"rate", "1/s", stream.rate.si()},
          {"fluid_served_frac", "", flow.served_fraction},
          {"fluid_batch", "", flow.batch},
          {"fluid_ttft", "s", flow.ttft_s},
          {"fluid_tpot", "s", flow.tpot_s},
          {"fluid_throughput", "token/s", args["replicas"] * flow.output.si()},
          {"fluid_busy_frac", "", flow.busy_fraction},
          {"fluid_power", "W", args["replicas"] * energy_j(flow.prefill, flow.decode)},
          {"requests", "", static_cast<double>(stats.requests)},
          {"ttft_p50", "s", stats.ttft.p50_s},
          {"ttft_p90", "s", stats.ttft.p90_s},
          {"ttft_p99", "s", stats.ttft.p99_s},
          {"tpot_p50", "s", stats.tpot.p50_s},
          {"tpot_p90", "s", stats.tpot.p90_s},
          {"tpot_p99", "s", stats.tpot.p99_s},
          {"attainment_frac", "", stats.attainment},
          {"batch", "", use.time.batch_iterations / static_cast<double>(use.time.iterations)},
          {"throughput", "token/s", static_cast<double>(stats.output_tokens) / run.elapsed.si()},
          {"throughput_per_accelerator", "token/s", static_cast<double>(stats.output_tokens) / run.elapsed.si() / all},
          {"power", "W", (energy / run.elapsed).si()},
          {"energy_per_token", "J", energy.si() / static_cast<double>(stats.output_tokens)}};
}

std::vector<EvalKey> serving_keys() {
  std::vector<EvalKey> keys = {
      text("model", "name in scenarios/catalog/models", "llama2_70b"),
      text("accelerator", "name in scenarios/catalog/accelerators", "h100_sxm"),
      text("precision", "of weights and products: bf16, fp8 or fp4", "fp8"),
      number("tensor", "", at_least(1.0), "accelerators of a replica", 2.0),
      number("replicas", "", between(1.0, 10000.0), "that serve both phases, or decode", 1.0),
      number("prefill_replicas", "", between(0.0, 10000.0), "for prompts alone; 0: not split", 0.0),
      number("rate", "1/s", kNonNegative, "requests; 0: seven tenths of the capacity", 0.0),
      number("variation", "", between(0.05, 100.0), "of the gaps between requests; 1: Poisson", 1.0),
      number("input_tokens", "", at_least(1.0), "mean of a request", kOpenOrcaInputTokens),
      number("output_tokens", "", at_least(2.0), "mean of a request", kOpenOrcaOutputTokens),
      number("input_sigma", "", between(0.0, 5.0), "of the logarithm; 0: all alike", 0.0),
      number("output_sigma", "", between(0.0, 5.0), "of the logarithm; 0: all alike", 0.0),
      number("longest", "", at_least(1.0), "tokens in, and out", 16384.0),
      number("max_batch", "", between(1.0, 1e6), "requests that decode together", 1024.0),
      number("kv_bytes", "", between(0.25, 8.0), "bytes of a number of keys and values", 1.0),
      number("kv_bytes_per_token", "", kNonNegative, "bytes of all layers; 0: from the shape", 0.0),
      number("gemm_efficiency", "", kFraction, "sustained over peak; 0: the best rate measured", 0.0),
      number("usable_memory", "", kPositiveFraction, "for weights and keys (assumed)", 0.9),
      number("step_overhead", "s", kNonNegative, "of one iteration (assumed)", 1.5e-3),
      number("idle", "W", kNonNegative, "accelerator; 0: as the accelerator", 0.0),
      number("max", "W", kNonNegative, "accelerator; 0: as the accelerator", 0.0),
      number("node_idle", "W", kNonNegative, "share of the idle node for each accelerator", 0.0),
      number("node_max", "W", kNonNegative, "share of the busy node for each accelerator", 0.0),
      number("ttft_limit", "s", kNonNegative, "time to first token; 0: none", 0.0),
      number("tpot_limit", "s", kNonNegative, "time per output token; 0: none", 0.0),
      number("span", "s", between(1.0, 1e6), "of arrivals, request by request", 600.0),
      number("seed", "", kNonNegative, "of the requests", 1.0)};
  for (EvalKey& key : keys) {
    if (key.key == "accelerator") key.aliases = {"hardware"};
    if (key.key == "tensor") key.aliases = {"tp"};
  }
  return keys;
}

}  // namespace

std::vector<EvalModel> inference_eval_models() {
  return {
      {"serving",
       "a served model: rates of a replica, latencies under a stream of requests, energy of a token",
       "decode = (2 w b)/(t e P) + (W + k C)/(t eb B) + all-reduces + overhead; continuous batching; "
       "docs/models/serving.md",
       "whole iterations, one scale-up domain; offline Llama-2-70B on H100 and H200 within 15 %",
       "MLPerf Inference v5.1; Pope et al. 2022; Yu et al., Orca, 2022",
       serving_keys(),
       {output("weights", "B", "of a replica"),
        output("kv_per_token", "B", "keys and values"),
        output("kv_capacity_tokens", "", "that fit a replica"),
        output("prefill_time", "s", "of one mean prompt"),
        output("decode_time_of_one", "s", "iteration with one request"),
        output("offline_batch", "", "requests that decode together when requests always wait"),
        output("offline_per_accelerator", "token/s", "output when requests always wait"),
        output("offline_energy_per_token", "J", "the same, accelerators with their share of the node"),
        output("capacity", "1/s", "greatest rate of all replicas"),
        output("rate", "1/s", "that was taken"),
        output("fluid_served_frac", "", "of the rate"),
        output("fluid_batch", "", "by Little's law"),
        output("fluid_ttft", "s", "mean time to first token"),
        output("fluid_tpot", "s", "mean time per output token"),
        output("fluid_throughput", "token/s", "output of all replicas"),
        output("fluid_busy_frac", "", "of the time"),
        output("fluid_power", "W", "of all replicas that decode"),
        output("requests", "", "served one by one"),
        output("ttft_p50", "s", "time to first token"),
        output("ttft_p90", "s", "time to first token"),
        output("ttft_p99", "s", "time to first token"),
        output("tpot_p50", "s", "time per output token"),
        output("tpot_p90", "s", "time per output token"),
        output("tpot_p99", "s", "time per output token"),
        output("attainment_frac", "", "requests within both limits"),
        output("batch", "", "mean of the decode iterations"),
        output("throughput", "token/s", "output until the last answer"),
        output("throughput_per_accelerator", "token/s", "the same"),
        output("power", "W", "mean of all replicas"),
        output("energy_per_token", "J", "of an output token")},
       serving,
       ""},
  };
}

}  // namespace aifactory
