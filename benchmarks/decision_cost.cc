/// What does one decision cost under each policy, and does it grow faster than the queue that it looks at?
///
/// A machine of 1,000, 10,000 and 100,000 racks of 18 nodes is full, and a tenth as many jobs as it has racks wait; then 100
/// jobs wait before each of them.  Jobs hold 1 to 256 nodes.  A decision: a running job ends, another is submitted, and the
/// policy is asked once, and once more if it wants to be woken within a second: that is when Slurm's loops run.  `queue` is the number of jobs that wait; ns_per_waiting, the time of a decision over it, must not
/// grow from size to size where the queue grows with the machine.  Each policy is asked 200 times: the figures of the smallest
/// machine, of a few microseconds, are noise.
///
/// free_and_take: a job of 3,000 nodes among 400,000 ends and another starts; aim: a microsecond for each node at most.
///
///     decision_cost [--benchmark_filter=easy_backfill/]      names: POLICY/RACKS/JOBS THAT WAIT
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <string>

#include "models/random.h"
#include "models/scheduling/policies.h"
#include "models/scheduling/scheduler_core.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {
namespace {

constexpr std::int64_t kNodesPerRack = 18;
constexpr std::size_t kDecisions = 2'000;  ///< for which jobs are at hand

Job random_job(Rng& rng) {
  Job job;
  job.nodes = std::int64_t{1} << rng.uniform_int(0, 8);
  job.work = to_ticks(rng.lognormal(3600.0, 1.0) * s);
  job.estimate = static_cast<Tick>(static_cast<double>(job.work) * rng.uniform(1.0, 5.0));
  job.tier = static_cast<std::int32_t>(rng.uniform_int(0, 1));
  job.checkpoint_interval = 600 * kTicksPerSecond;
  job.tenant = std::string(1, static_cast<char>('a' + rng.uniform_int(0, 7)));
  job.utilization = rng.uniform(0.5, 1.0);
  if (job.nodes >= 2 && job.nodes <= 16 && rng.uniform() < 0.2) job.domain_nodes = job.nodes;
  return job;
}

/// A full machine with jobs waiting.
class FullMachine {
 public:
  FullMachine(const std::string& policy, std::int64_t racks, std::int64_t waiting) {
    const std::int64_t nodes = racks * kNodesPerRack;
    Rng rng(1, "benchmark/decision");
    std::int64_t asked = 0, queued = 0;
    while (asked < nodes || queued < waiting + static_cast<std::int64_t>(kDecisions)) {
      if (asked >= nodes) ++queued;
      jobs_.push_back(random_job(rng));
      asked += jobs_.back().nodes;
    }
    PoolSpec pool{.name = "pool", .nodes = nodes, .nodes_per_rack = kNodesPerRack};
    pool.node_power = Power(5e3);
    pool.nodes_per_domain = kNodesPerRack;
    // Filled in the order of nodes, whatever the policy's placement: on an empty machine of 100,000 racks a search for the
    // best racks takes a millisecond, for each of 30,000 jobs.
    const PolicyChoice filling{.name = policy, .options = {{"place", "first_fit"}}}, asked_for{.name = policy, .options = {}};
    core_ = std::make_unique<SchedulerCore>(jobs_, std::vector<PoolSpec>{pool}, make_policy(filling));
    core_->set_power_limit(0, Power(5e3 * 0.7 * static_cast<double>(nodes)));
    // In portions, some seconds apart: a policy may look at a part of the queue only, and not at once.  It is full when
    // nothing more has started for three minutes: a head that fits nowhere, or a power limit, may leave nodes free.
    int idle = 0;
    while (next_ < jobs_.size() - kDecisions && (core_->queued() < waiting || (core_->free_nodes(0) > nodes / 100 && idle < 60))) {
      for (std::int64_t more = waiting - core_->queued(); more > 0 && next_ < jobs_.size() - kDecisions; --more, ++next_) {
        core_->submit(static_cast<JobId>(next_), now_);
      }
      now_ += 3 * kTicksPerSecond;
      idle = pass() ? 0 : idle + 1;
    }
    core_->set_policy(make_policy(asked_for), now_);
    (void)pass();
    std::vector<double> headroom_k(static_cast<std::size_t>(racks));
    for (double& k : headroom_k) k = rng.uniform(5.0, 25.0);
    core_->set_headroom(0, headroom_k);
  }

  /// @return false when no job is left to be submitted.
  bool decide() {
    const auto& running = core_->view().pool(0).running;
    if (next_ >= jobs_.size() || running.empty()) return false;
    now_ = std::max(now_ + 1, std::min(running.back().end, now_ + 30 * kTicksPerSecond));
    core_->finish(running.back().job, now_);
    core_->submit(static_cast<JobId>(next_++), now_);
    pass();
    if (wake_at_ <= now_ + kTicksPerSecond) {
      now_ = wake_at_;
      pass();
    }
    return true;
  }
  [[nodiscard]] std::int64_t queued() const { return core_->queued(); }

 private:
  /// @return whether a job has started.
  bool pass() {
    const SchedulerCore::PassResult result = core_->pass(now_);
    wake_at_ = result.wake_at;
    benchmark::DoNotOptimize(result.starts.size());
    return !result.starts.empty();
  }
  std::vector<Job> jobs_;
  std::unique_ptr<SchedulerCore> core_;
  std::size_t next_ = 0;
  Tick now_ = 0, wake_at_ = kNever;
};

void decide(benchmark::State& state, const std::string& policy) {
  FullMachine machine(policy, state.range(0), state.range(1));
  double queue = 0.0, busy_ns = 0.0;
  std::int64_t decisions = 0;
  for (auto _ : state) {
    const std::clock_t begin = std::clock();  // of this process only: others may share the machine
    const bool decided = machine.decide();
    busy_ns += 1e9 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    if (!decided) {
      state.SkipWithError("no jobs are left");
      break;
    }
    queue += static_cast<double>(machine.queued());
    ++decisions;
  }
  if (decisions == 0) return;
  state.counters["queue"] = queue / static_cast<double>(decisions);
  state.counters["ns_per_waiting"] = queue > 0.0 ? busy_ns / queue : 0.0;
}

/// A job of 3,000 of 400,000 nodes ends and the next one takes its place, once the free nodes lie scattered.
void free_and_take(benchmark::State& state) {
  constexpr std::int64_t kNodes = 400'000, kJob = 3'000;
  std::vector<Job> jobs(100'000);
  Rng rng(1, "benchmark/release");
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].nodes = i < 20'000 ? rng.uniform_int(1, 7) : kJob;  // small ones first, every other of which then ends
    jobs[i].work = jobs[i].estimate = to_ticks((1.0 + static_cast<double>(i)) * s);
  }
  SchedulerCore core(jobs, {{.name = "pool", .nodes = kNodes, .nodes_per_rack = kNodesPerRack}}, PolicyChoice{.name = "fcfs", .options = {}});
  std::size_t next = 0;
  Tick now = 0;
  for (; next < 20'000; ++next) core.submit(static_cast<JobId>(next), now);
  benchmark::DoNotOptimize(core.pass(now).starts.size());
  for (std::size_t i = 0; i < 20'000; i += 2) core.finish(static_cast<JobId>(i), ++now);
  while (core.queued() == 0 && next < jobs.size()) {
    core.submit(static_cast<JobId>(next++), now);
    benchmark::DoNotOptimize(core.pass(now).starts.size());
  }
  std::size_t oldest = 20'000;
  for (auto _ : state) {
    core.finish(static_cast<JobId>(oldest++), ++now);
    core.submit(static_cast<JobId>(next++), now);
    benchmark::DoNotOptimize(core.pass(now).starts.size());
  }
  state.counters["nodes"] = kJob;
}
BENCHMARK(free_and_take)->Iterations(20'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace aifactory::scheduling

int main(int argc, char** argv) {
  namespace scheduling = aifactory::scheduling;
  for (const scheduling::PolicyInfo& policy : scheduling::known_policies()) {
    if (policy.name == "custom") continue;
    benchmark::RegisterBenchmark(std::string(policy.name).c_str(), scheduling::decide, std::string(policy.name))
        ->Args({1'000, 100})
        ->Args({10'000, 1'000})
        ->Args({100'000, 10'000})
        ->Args({10'000, 100})
        ->Args({100'000, 100})
        ->Iterations(200)
        ->Unit(benchmark::kMicrosecond);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
