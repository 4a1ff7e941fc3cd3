#pragma once
/// @file Scenarios of jobs that are models on hardware.
#include <string>

#include "tests/sim/run/run_support.h"

namespace aifactory {

/// H100 nodes, four in a rack, without power or cooling around them.
/// @param job lines of `workload.jobs`
/// @param cluster further keys of the cluster
/// @param more further keys of the scenario
inline std::string cluster_of(const std::string& job, const std::string& cluster = "", const std::string& more = "", int racks = 16,
                              const std::string& duration = "10 d") {
  return "format: 1\nname: shaped\nstart: 2026-01-01\nduration: " + duration + R"(
sites:
  a:
    grid: {capacity: 60 MW}
    storage: {bandwidth: 100 GB/s, node_bandwidth: 25 GB/s}
    halls: {h: {clusters: {c: {rack: hgx_h100, racks: )" + std::to_string(racks) + ", " + cluster + R"(}}}}
workload:
  jobs:
)" + job + "scheduling: fcfs\n" + more;
}

/// Ideal minus causes = actual, of the whole and of each job.
inline void expect_waterfall(const RunResult& r) {
  EXPECT_LT(number(r, "reliability.goodput_residual_frac"), 1e-9);
  for (const GoodputRecord& row : r.goodput) accuracy("waterfall", row.waterfall.residual(), 1e-9);
  double sum = number(r, "reliability.goodput_accelerator_h.actual");
  for (std::size_t i = 0; i < kGoodputLosses; ++i) {
    sum += number(r, "reliability.goodput_accelerator_h." + std::string(name(static_cast<GoodputLoss>(i))));
  }
  accuracy_relative("waterfall", sum, number(r, "reliability.goodput_accelerator_h.ideal"), 1e-9);
}

}  // namespace aifactory
