#include "models/eval/eval.h"
#include "models/reliability/ettr.h"
#include "models/reliability/failure_rates.h"

namespace aifactory {
namespace {

/// Given, or from nodes and their failure rate.
Duration mtti_of(const EvalArgs& args) {
  if (args["mtti"] > 0.0) return Duration(args["mtti"]);
  if (args["nodes"] > 0.0 && args["failure_rate"] > 0.0) {
    return mean_time_to_interruption(args["nodes"], Frequency(args["failure_rate"]));
  }
  throw InputError("mtti: give it, or nodes with failure_rate");
}

std::vector<EvalOutput> ettr_row(const EvalArgs& args) {
  const CheckpointPlan plan{Duration(args["interval"]), Duration(args["write"]), Duration(args["restart"]),
                            mtti_of(args)};
  checked("ettr", plan);
  const TimeSplit split = time_split(plan);
  return {{"mtti", "s", plan.mtti.si()},
          {"ettr_frac", "", ettr(plan)},
          {"ettr_estimate_frac", "", ettr_estimate(plan)},
          {"estimate_smallness", "", estimate_smallness(plan)},
          {"checkpoint_frac", "", split.checkpoint},
          {"rollback_frac", "", split.rollback},
          {"restart_frac", "", split.restart},
          {"interruptions", "1/s", 1.0 / plan.mtti.si()}};
}

std::vector<EvalOutput> checkpoint_interval(const EvalArgs& args) {
  const Duration mtti = mtti_of(args);
  const DataSize size = args["size"] > 0.0 ? DataSize(args["size"]) : checkpoint_size(args["weights"]);
  Duration write(args["write"]);
  if (!(write.si() > 0.0)) {
    if (!(size.si() > 0.0) || !(args["bandwidth"] > 0.0)) {
      throw InputError("write: give it, or bandwidth with size or weights");
    }
    write = size / DataRate(args["bandwidth"]);
  }
  const Duration best = best_interval(write, mtti);
  const CheckpointPlan plan{best, write, Duration(args["restart"]), mtti};
  return {{"mtti", "s", mtti.si()},
          {"size", "B", size.si() > 0.0 ? size.si() : kUnset},
          {"write", "s", write.si()},
          {"daly_interval", "s", daly_interval(write, mtti).si()},
          {"daly_interval_higher_order", "s", daly_interval_higher_order(write, mtti).si()},
          {"best_interval", "s", best.si()},
          {"ettr_at_best_frac", "", ettr(plan)}};
}

}  // namespace

std::vector<EvalModel> reliability_eval_models() {
  const EvalKey mtti{"mtti", "s", kNonNegative, 0.0,
                     "mean time to interruption of the job; 0: from nodes and failure_rate"};
  const EvalKey nodes{"nodes", "", kNonNegative, 0.0, "of the job"};
  const EvalKey rate{"failure_rate", "1/s", kNonNegative, 0.0, "of one node; 6.5 per 1000 node-days: 0.0065 1/d"};
  return {
      {"ettr",
       "effective training time ratio of a job that checkpoints at an interval, and where the rest goes",
       "tau / (M e^(u0/M) (e^((tau+w)/M) - 1)); estimate (1 - (u0 + tau/2)/M) / (1 + w/tau)",
       "random interruptions; the estimate while estimate_smallness < 0.25",
       "Daly 2006; Kokolis et al. 2024",
       {{"interval", "s", kPositive, kUnset, "work between checkpoints"},
        {"write", "s", kNonNegative, 0.0, "standstill for each checkpoint"},
        {"restart", "s", kNonNegative, 0.0, "from the interruption until work goes on"},
        mtti,
        nodes,
        rate},
       {{"mtti", "s", kAny, kUnset, "mean time to interruption of the job"},
        {"ettr_frac", "", kAny, kUnset, "lasting work over wall-clock time"},
        {"ettr_estimate_frac", "", kAny, kUnset, "first-order estimate"},
        {"estimate_smallness", "", kAny, kUnset, "(u0 + tau/2)/M"},
        {"checkpoint_frac", "", kAny, kUnset, "time spent writing checkpoints"},
        {"rollback_frac", "", kAny, kUnset, "time whose work was lost"},
        {"restart_frac", "", kAny, kUnset, "time spent restarting"},
        {"interruptions", "1/s", kAny, kUnset, "per wall-clock time"}},
       ettr_row},
      {"checkpoint_interval",
       "interval between checkpoints that wastes least",
       "Daly sqrt(2 w M) - w; best: root of (1 - tau/M) e^((tau+w)/M) = 1",
       "w > 0",
       "Daly, FGCS 22 (2006)",
       {{"write", "s", kNonNegative, 0.0, "standstill for each checkpoint; 0: from bandwidth"},
        {"size", "B", kNonNegative, 0.0, "of a checkpoint; 0: 14 bytes for each weight"},
        {"weights", "", kNonNegative, 0.0, "of the model"},
        {"bandwidth", "B/s", kNonNegative, 0.0, "of the store, all writers together"},
        {"restart", "s", kNonNegative, 0.0, "from the interruption until work goes on"},
        mtti,
        nodes,
        rate},
       {{"mtti", "s", kAny, kUnset, "mean time to interruption of the job"},
        {"size", "B", kAny, kUnset, "of a checkpoint; undefined when not known"},
        {"write", "s", kAny, kUnset, "standstill for each checkpoint"},
        {"daly_interval", "s", kAny, kUnset, "first order"},
        {"daly_interval_higher_order", "s", kAny, kUnset, "higher order"},
        {"best_interval", "s", kAny, kUnset, "of the exact formula"},
        {"ettr_at_best_frac", "", kAny, kUnset, "at that interval"}},
       checkpoint_interval},
  };
}

}  // namespace aifactory
