/// How long does scheduling alone take, and does it grow linearly with the number of jobs?
///
/// Jobs arrive as a Poisson process at 85 % load of 1,024 nodes (sizes are powers of two up to 256, run times
/// lognormal with a median of 20 minutes, estimates up to five times too long) and run through SchedulerCore on a bare
/// event heap.  Aim: 100,000 jobs under easy_backfill in 0.5 s, 1,000,000 under fcfs in 3 s.
#include <benchmark/benchmark.h>

#include "models/random.h"
#include "models/scheduling/replay.h"

namespace aifactory::scheduling {
namespace {

std::vector<Job> random_jobs(std::int64_t count, double load) {
  constexpr double kNodes = 1024, kMedian_s = 1200, kSigma = 1.0;
  Rng arrivals(1, "benchmark/arrivals"), sizes(1, "benchmark/sizes"), durations(1, "benchmark/durations");
  const double mean_size = (1 + 2 + 4 + 8 + 16 + 32 + 64 + 128 + 256) / 9.0;
  const double mean_run_s = kMedian_s * std::exp(kSigma * kSigma / 2);
  const double mean_gap_s = mean_size * mean_run_s / kNodes / load;
  std::vector<Job> jobs(static_cast<std::size_t>(count));
  double now_s = 0;
  for (Job& job : jobs) {
    now_s += arrivals.exponential(mean_gap_s);
    job.submit = to_ticks(now_s * s);
    job.nodes = std::int64_t{1} << sizes.uniform_int(0, 8);
    const double run_s = durations.lognormal(kMedian_s, kSigma);
    job.work = to_ticks(run_s * s);
    job.estimate = to_ticks(run_s * durations.uniform(1.0, 5.0) * s);
  }
  return jobs;
}

void replay_jobs(benchmark::State& state, const PolicyChoice& choice, double load) {
  const std::vector<Job> jobs = random_jobs(state.range(0), load);
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 1024, .nodes_per_rack = 18}};
  for (auto _ : state) benchmark::DoNotOptimize(replay(jobs, pools, choice).passes);
  state.SetComplexityN(state.range(0));
  state.counters["jobs_per_s"] =
      benchmark::Counter(static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate);
}

// fcfs without backfill keeps up with 60 % load at most: at more the queue, not the scheduler, grows without bound.
BENCHMARK_CAPTURE(replay_jobs, easy_backfill, PolicyChoice{"easy_backfill", {}}, 0.85)
    ->Arg(12'500)
    ->Arg(25'000)
    ->Arg(50'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);
BENCHMARK_CAPTURE(replay_jobs, fcfs, PolicyChoice{"fcfs", {}}, 0.6)
    ->Arg(125'000)
    ->Arg(250'000)
    ->Arg(500'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);
BENCHMARK_CAPTURE(replay_jobs, easy_consolidated, PolicyChoice{"easy_backfill", {{"place", "consolidated"}}}, 0.85)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
// The queue grows to tens of thousands: what a backfill scan costs when everything waits.
BENCHMARK_CAPTURE(replay_jobs, easy_overloaded, PolicyChoice{"easy_backfill", {}}, 1.2)
    ->Arg(25'000)
    ->Arg(50'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replay_jobs, easy_sjbf, PolicyChoice{"easy_sjbf", {}}, 0.85)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replay_jobs, conservative_backfill, PolicyChoice{"conservative_backfill", {}}, 0.85)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace aifactory::scheduling

BENCHMARK_MAIN();
