#include <cmath>

#include "models/eval/eval_rows.h"
#include "models/reliability/checkpoint_cost.h"
#include "models/reliability/ettr.h"
#include "models/reliability/training_run.h"

namespace aifactory {
namespace {
using namespace eval_rows;

TrainingRunParams run_defaults() {
  TrainingRunParams p;
  p.restart = Duration(600.0);
  p.interval = Duration(1800.0);
  return p;
}

std::vector<EvalOutput> training_run(const EvalArgs& args) {
  const TrainingRunParams params = read_params<TrainingRunParams>(args);
  const bool llama3 = choice(args, "causes", {"llama_3", "any"}) == 0;
  const TrainingRun run(params, llama3 ? llama3_run_causes() : std::vector<RunFailureCause>{});
  const Duration span(args["span"]);
  const auto seeds = static_cast<std::int64_t>(args["seeds"]);
  const double events =
      args["seeds"] * (span / params.interval + span.si() * run.interruption_rate(Duration(0.0)).si());
  if (events > 1e8) {
    throw InputError(fmt::format(
        "seeds: {:.3g} checkpoints and failures are more than 1e8; take fewer seeds, a shorter span or a longer "
        "interval",
        events));
  }
  TrainingRunResult sum;
  double interruptions = 0.0, squares = 0.0, planned = 0.0, checkpoints = 0.0, residual = 0.0;
  for (std::int64_t i = 0; i < seeds; ++i) {
    const TrainingRunResult one =
        run.run(span, static_cast<std::uint64_t>(args["seed"]) + static_cast<std::uint64_t>(i));
    const auto count = static_cast<double>(one.interruptions);
    interruptions += count;
    squares += count * count;
    planned += static_cast<double>(one.planned);
    checkpoints += static_cast<double>(one.checkpoints);
    sum.elapsed += one.elapsed;
    sum.productive += one.productive;
    sum.checkpoint += one.checkpoint;
    sum.rollback += one.rollback;
    sum.detection += one.detection;
    sum.node_wait += one.node_wait;
    sum.restart += one.restart;
    sum.maintenance += one.maintenance;
    const double accelerators = static_cast<double>(params.nodes * params.accelerators_per_node);
    residual = std::max(residual, std::abs(waterfall(one, accelerators, {}).residual()));
  }
  const auto n = static_cast<double>(seeds);
  const double mean = interruptions / n;
  return {{"accelerators", "", static_cast<double>(params.nodes * params.accelerators_per_node)},
          {"interruptions", "", mean},
          {"interruptions_deviation", "", std::sqrt(std::max(squares / n - mean * mean, 0.0))},
          {"planned_stops", "", planned / n},
          {"checkpoints", "", checkpoints / n},
          {"mtti", "s", sum.elapsed.si() / interruptions},
          {"ettr_frac", "", sum.productive / sum.elapsed},
          {"checkpoint_frac", "", sum.checkpoint / sum.elapsed},
          {"rollback_frac", "", sum.rollback / sum.elapsed},
          {"detection_frac", "", sum.detection / sum.elapsed},
          {"node_wait_frac", "", sum.node_wait / sum.elapsed},
          {"restart_frac", "", sum.restart / sum.elapsed},
          {"maintenance_frac", "", sum.maintenance / sum.elapsed},
          {"residual_frac", "", residual}};
}

std::vector<EvalOutput> checkpoint_write(const EvalArgs& args) {
  CheckpointPath path = read_params<CheckpointPath>(args);
  if (args["weights"] > 0.0) path.size = checkpoint_size(args["weights"]);
  if (!(path.size.si() > 0.0)) throw InputError("size: give it, or weights");
  std::vector<EvalOutput> out{{"size", "B", path.size.si()}};
  for (const auto& [name, mode] :
       {std::pair{"blocking", CheckpointMode::blocking}, std::pair{"async", CheckpointMode::async},
        std::pair{"memory", CheckpointMode::memory}}) {
    const CheckpointCost cost = checkpoint_cost(path, mode);
    out.push_back({std::string(name) + "_stall", "s", cost.stall.si()});
    out.push_back({std::string(name) + "_commit", "s", cost.commit.si()});
    out.push_back({std::string(name) + "_read", "s", cost.read.si()});
  }
  return out;
}

}  // namespace

std::vector<EvalModel> training_run_eval_models() {
  std::vector<EvalKey> run_keys = {
      number("span", "s", kPositive, "wall-clock time"), number("seed", "", kNonNegative, "of the first run", 1.0),
      number("seeds", "", between(1.0, 10000.0), "runs, one seed each; outputs are means", 100.0),
      text("causes", "llama_3 (18 causes) or any (one cause that needs no node)", "llama_3")};
  CheckpointPath path;
  path.size = DataSize(0.0);
  std::vector<EvalKey> write_keys =
      with_params({number("weights", "", kNonNegative, "of the model: 14 bytes each; 0: by size", 0.0)}, path);
  for (EvalKey& key : write_keys) {
    if (key.key == "size") key.range = kNonNegative;
  }
  std::vector<EvalKey> write_out = {output("size", "B", "of the checkpoint")};
  for (const char* mode : {"blocking", "async", "memory"}) {
    write_out.push_back(output((std::string(mode) + "_stall").c_str(), "s", "work stands still"));
    write_out.push_back(
        output((std::string(mode) + "_commit").c_str(), "s", "after that, until it can be restored from"));
    write_out.push_back(output((std::string(mode) + "_read").c_str(), "s", "back again"));
  }
  return {
      {"training_run",
       "a long job with random interruptions, checkpoints and restarts: where its time goes",
       "Poisson failures of the nodes together; work since the newest restorable checkpoint is lost; "
       "docs/models/reliability.md",
       "failures strike one node at a time; means over the seeds",
       "Daly 2006; Llama Team 2024, table 5; Kokolis et al. 2024",
       with_params(std::move(run_keys), run_defaults()),
       {output("accelerators", "", "of the job"), output("interruptions", "", "unplanned, mean of the runs"),
        output("interruptions_deviation", "", "standard deviation between runs"),
        output("planned_stops", "", "mean of the runs"), output("checkpoints", "", "taken, mean of the runs"),
        output("mtti", "s", "wall-clock time over interruptions"),
        output("ettr_frac", "", "lasting work over wall-clock time"),
        output("checkpoint_frac", "", "standstill for checkpoints"),
        output("rollback_frac", "", "work and checkpoints lost"),
        output("detection_frac", "", "failed, not noticed yet"), output("node_wait_frac", "", "waiting for a node"),
        output("restart_frac", "", "starting again"), output("maintenance_frac", "", "planned stops"),
        output("residual_frac", "", "greatest (ideal - losses - actual) / ideal of the runs")},
       training_run},
      {"checkpoint_write", "standstill and commit of a checkpoint, by where it goes",
       "write = size / min(nodes x node_to_store, store / writers); copy = size / (accelerators x device_to_host)",
       "equal shares from all ranks", "BLOOM: 2.3 TB at 57.5 GB/s in 40 s", std::move(write_keys), std::move(write_out),
       checkpoint_write},
  };
}

}  // namespace aifactory
