#pragma once
/// @file Generators of jobs with a model of their own: what scenarios may say of them.
#include <cstdint>
#include <optional>
#include <string>

#include "sim/scenario/types.h"

namespace aifactory {

/// Which jobs of the model are made.
enum class LublinJobs { all, batch, interactive, both };
template <>
struct EnumNames<LublinJobs> {
  static constexpr std::pair<const char*, LublinJobs> values[] = {{"all", LublinJobs::all},
                                                                  {"batch", LublinJobs::batch},
                                                                  {"interactive", LublinJobs::interactive},
                                                                  {"both", LublinJobs::both}};
};

/// See sim/workload/lublin.h.
struct LublinConfig {
  LublinJobs jobs = LublinJobs::all;
  std::optional<std::int64_t> nodes, max_jobs;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("jobs", p.jobs, kAny,
          "all: the model of all jobs together; batch, interactive: of one type; both: the two types side by side");
    visit("nodes", p.nodes, between(2, 1e8), "size of the model's machine; default: nodes of the cluster that runs them");
    visit("max_jobs", p.max_jobs, at_least(1), "stop after so many; default: at the end of the run");
  }
};

/// See sim/workload/ai_mix.h.
struct AiMixConfig {
  double load = kUnset;
  std::optional<std::int64_t> max_jobs;
  Map<double> tenants;
  double pretraining = 0.70, tuning = 0.13, debug = 0.005, inference = 0.165;
  double pretraining_low = 1e3, pretraining_high = 1e5;
  double largest = 0.5;
  double diurnal_amplitude = 0.6, weekend = 0.4;
  std::optional<std::string> cluster;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("load", p.load, above(0.0), "accelerator time asked for over that of the clusters");
    visit("max_jobs", p.max_jobs, at_least(1), "stop after so many; default: at the end of the run");
    visit("tenants", p.tenants, kNonNegative, "names and shares of the jobs; default: none");
    visit("pretraining", p.pretraining, kNonNegative, "part of the accelerator time, relative to the others (assumed)");
    visit("tuning", p.tuning, kNonNegative, "part of the accelerator time, relative to the others (assumed)");
    visit("debug", p.debug, kNonNegative, "part of the accelerator time, relative to the others (assumed)");
    visit("inference", p.inference, kNonNegative, "part of the accelerator time, relative to the others (assumed)");
    visit("pretraining_low", p.pretraining_low, at_least(1.0), "accelerators of the smallest pre-training gang");
    visit("pretraining_high", p.pretraining_high, at_least(1.0), "accelerators of the largest pre-training gang");
    visit("largest", p.largest, kPositiveFraction, "no job asks for more than this part of the largest cluster (assumed)");
    visit("diurnal_amplitude", p.diurnal_amplitude, kFraction,
          "swing over the day of the arrivals of tuning and debug jobs: 1 + a cos (assumed)");
    visit("weekend", p.weekend, kNonNegative, "arrivals of tuning and debug jobs on Saturday and Sunday over those of a weekday (assumed)");
    visit("cluster", p.cluster, kAny, "only this cluster may run them; default: any");
  }
  template <class Report>
  void validate(Report& report) const {
    if (!(pretraining + tuning + debug + inference > 0.0)) report.error("pretraining", "one part must be above 0");
    if (pretraining_low > pretraining_high) report.error("pretraining_low", "must not be above pretraining_high");
    double sum = tenants.empty() ? 1.0 : 0.0;
    for (const auto& [name, share] : tenants) sum += share;
    if (!(sum > 0.0)) report.error("tenants", "one share must be above 0");
  }
};

}  // namespace aifactory
