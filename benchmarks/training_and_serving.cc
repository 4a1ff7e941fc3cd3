/// What do months of training with failures and checkpoints cost, and an hour of serving request by request?
///
/// One job on all nodes for 54 days, Llama 3's table of interruptions (as many for each node), a checkpoint every five minutes; no
/// waveform, no series.  Aim: 100,000 accelerators in 1 s.  Twice the nodes are interrupted twice as often, and each interruption stops
/// and starts twice as many: time grows with the square of the size.  Then 2,000 to 16,000 jobs of a node that checkpoint to one store: linear, since a job
/// that starts asks for the sum of those that write and not for each of them.  Then an hour of requests as in Azure's conversation
/// trace of 2023 (19,366 of 1,154.7 tokens in and 211.1 out), one by one, on four replicas: aim 2 s.  With the folder of that trace in
/// AIFACTORY_DATA it is the trace itself.
///
///     training_and_serving
#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "benchmarks/whole_run.h"

namespace aifactory {
namespace {

std::string training(std::int64_t accelerators) {
  const std::int64_t nodes = accelerators / 8;
  return fmt::format(R"(
format: 1
name: training
start: 2026-01-01
duration: 54 d
sites:
  s:
    grid: {{capacity: 300 MW}}
    storage: {{bandwidth: 2 TB/s}}
    halls: {{h: {{clusters: {{c: {{rack: hgx_h100, racks: {}, interruptions: {{table: llama3, detection: 3 min, restart: 7 min}}}}}}}}}}
workload:
  jobs:
    - {{name: job, nodes: {}, duration: 100 d, checkpoint: {{mode: async, interval: 5 min, size: 5.67 TB}}}}
scheduling: fcfs
record: {{series: false}}
)",
                     (nodes + nodes / 40 + 3) / 4, nodes);
}

std::string writers(std::int64_t jobs) {
  return fmt::format(R"(
format: 1
name: writers
start: 2026-01-01
duration: 20 d
sites:
  s:
    grid: {{capacity: 300 MW}}
    storage: {{bandwidth: 2 TB/s}}
    halls: {{h: {{clusters: {{c: {{rack: hgx_h100, racks: {}, interruptions: {{table: rsc_1, detection: 5 min, restart: 9 min}}}}}}}}}}
workload:
  jobs:
    - {{name: job, nodes: 1, duration: 15 d, count: {}, every: 1 s, checkpoint: {{interval: 30 min, size: 1 TB}}}}
scheduling: easy_backfill
record: {{series: false}}
)",
                     (jobs + jobs / 20) / 4, jobs);
}

std::string serving() {
  const char* folder = std::getenv("AIFACTORY_DATA");
  const std::string trace = std::string(folder ? folder : "") + "/inference/AzureLLMInferenceTrace_conv_2023.csv";
  return fmt::format(R"(
format: 1
name: serving
start: 2026-01-01
duration: 1 h
sites:
  s:
    grid: {{capacity: 1 MW}}
    halls: {{h: {{clusters: {{c: {{rack: hgx_h100, racks: 1}}}}}}}}
workload:
  services:
    - {{name: chat, model: llama2_70b, precision: fp8, tensor: 2, replicas: 4, stream: {}}}
scheduling: fcfs
record: {{series: false}}
)",
                     std::filesystem::exists(trace)
                         ? fmt::format("{{trace: {}}}", trace)
                         : "{rate: 5.38 1/s, variation: 1.09, input: {mean: 1154.7, sigma: 0.7, max: 14050}, output: {mean: 211.1, sigma: 1, max: 1000}}");
}

void line(const char* what, std::int64_t size, const std::string& text) {
  const WholeRun run = whole_run(text);
  fmt::print("{:>26} {:>9} {:>8.2f} {:>8.2f} {:>9.0f}{}\n", what, size, run.wall_s, run.cpu_s, run.peak_mb, run.ok ? "" : "  FAILED");
}

}  // namespace
}  // namespace aifactory

int main() {
  using namespace aifactory;
  fmt::print("{:>26} {:>9} {:>8} {:>8} {:>9}\n", "what", "size", "wall s", "cpu s", "peak MB");
  for (std::int64_t accelerators = 12'504; accelerators <= 100'032; accelerators *= 2) line("accelerators, 54 days", accelerators, training(accelerators));
  for (std::int64_t jobs = 2000; jobs <= 16000; jobs *= 2) line("jobs that write, 20 days", jobs, writers(jobs));
  line("requests, one by one", 19'366, serving());
  return 0;
}
