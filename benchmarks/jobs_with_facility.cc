/// What does a run of many jobs cost with everything around them, and does it grow linearly with their number?
///
/// easy_backfill on 1,024 nodes at 85 % load, fcfs at 60 %; without power and cooling layouts, and with 2N power, a tower and
/// a plant controlled every minute.  Aim: 100,000 jobs in 1 s and 100 MB without, 5 s with; 1,000,000 under fcfs in 10 s.
/// Each run is a process of its own, as SimGrid needs; peak memory is that process's.
///
///     jobs_with_facility [LARGEST = 100000]
#include <cstdint>
#include <cstdlib>

#include "benchmarks/whole_run.h"

namespace aifactory {
namespace {

std::string scenario(const char* policy, std::int64_t jobs, double gap_s, bool facility) {
  return fmt::format(R"(
format: 1
name: jobs_with_facility
start: 2026-01-05
duration: workload
sites:
  s:
    {}
    grid: {{capacity: 10 MW, price: 60 USD/MWh}}
    halls: {{h: {{clusters: {{c: {{rack: cpu_node, racks: 1024}}}}}}}}
workload:
  synthetic:
    mean_interarrival: {} s
    max_jobs: {}
    classes:
      - name: any
        share: 1
        nodes: {{choice: {{values: [1, 2, 4, 8, 16, 32, 64, 128, 256], weights: [1, 1, 1, 1, 1, 1, 1, 1, 1]}}}}
        duration: {{lognormal: {{median: 20 min, sigma: 1}}}}
        estimate_factor: {{uniform: {{low: 1, high: 5}}}}
scheduling: {}
record: {{series: false, jobs: false}}
)",
                     facility ? "weather: denver\n    power: {layout: 2N, block: 500 kW, ups: double_conversion_500kw, transformer: dry_1000kva, hv_transformer: liquid_2500kva}\n"
                                "    cooling: {plant: tower, supply: 20 degC, range: 8 K, tower: merkel_generic, crah: fan_wall_generic}"
                              : "cooling: none",
                     gap_s, jobs, policy);
}

/// Prints one line.  @return its wall seconds
double measure(const char* policy, std::int64_t jobs, double gap_s, bool facility) {
  const WholeRun run = whole_run(scenario(policy, jobs, gap_s, facility));
  fmt::print("{:>14} {:>9} {:>9} {:>8.2f} {:>8.2f} {:>8.2f} {:>9.0f}{}\n", policy, facility ? "facility" : "bare", jobs, run.wall_s, run.cpu_s,
             1e6 * run.cpu_s / static_cast<double>(jobs), run.peak_mb, run.ok ? "" : "  FAILED");
  return run.wall_s;
}

}  // namespace
}  // namespace aifactory

int main(int argc, char** argv) {
  const std::int64_t largest = argc > 1 ? std::atoll(argv[1]) : 100'000;
  constexpr double kMeanNodes = 511.0 / 9.0, kMeanRun_s = 1200.0 * 1.6487212707;
  fmt::print("{:>14} {:>9} {:>9} {:>8} {:>8} {:>8} {:>9}\n", "policy", "around", "jobs", "wall s", "cpu s", "us/job", "peak MB");
  for (const bool facility : {false, true}) {
    for (std::int64_t jobs = largest / 8; jobs <= largest; jobs *= 2) {
      aifactory::measure("easy_backfill", jobs, kMeanNodes * kMeanRun_s / 1024 / 0.85, facility);
    }
  }
  for (std::int64_t jobs = largest * 10 / 8; jobs <= largest * 10; jobs *= 2) {
    aifactory::measure("fcfs", jobs, kMeanNodes * kMeanRun_s / 1024 / 0.6, false);
  }
  return 0;
}
