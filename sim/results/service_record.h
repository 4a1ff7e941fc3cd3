#pragma once
/// @file services.csv: what each served model did.
#include <string>
#include <vector>

#include "models/units.h"
#include "sim/results/result_directory.h"

namespace aifactory {

/// One service after a run.  `values` have the keys of its block in summary.json, in their order.
struct ServiceRecord {
  std::string name, site, cluster, mode;
  std::vector<double> values = {};
};

/// Keys of a service's block in summary.json and columns of services.csv.
inline constexpr const char* kServiceKeys[] = {
    "accelerators", "requests", "answered", "unanswered", "attainment_frac", "input_tokens", "tokens_served", "ttft_mean_s", "ttft_p50_s",
    "ttft_p90_s", "ttft_p99_s", "tpot_mean_s", "tpot_p50_s", "tpot_p90_s", "tpot_p99_s", "busy_frac", "mean_replicas", "held_h", "energy_mwh",
    "energy_per_token_j", "late", "spilled_in", "spilled_out"};

void write_services_csv(const std::vector<ServiceRecord>& rows, OutputFile& file);

}  // namespace aifactory
