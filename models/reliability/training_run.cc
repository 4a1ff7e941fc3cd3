#include "models/reliability/training_run.h"

#include <cmath>

#include "models/reliability/failure_rates.h"
#include "models/reliability/training_course.h"

namespace aifactory {
namespace {

double real(std::int64_t count) {
  return static_cast<double>(count);
}

}  // namespace

std::vector<RunFailureCause> llama3_run_causes() {
  std::vector<RunFailureCause> causes;
  for (const InterruptionCause& row : llama3_interruption_causes()) {
    causes.push_back(
        {std::string(row.name), static_cast<double>(row.count), row.hardware, row.name == "silent_data_corruption"});
  }
  return causes;
}

TrainingRun::TrainingRun(const TrainingRunParams& params, std::vector<RunFailureCause> causes)
    : params_(checked("training run", params)), causes_(std::move(causes)) {
  if (causes_.empty()) causes_.push_back({"any", 1.0, false, false});
  double sum = 0.0;
  for (const RunFailureCause& cause : causes_) {
    if (!(cause.weight >= 0.0)) throw InputError(fmt::format("training run: weight of {} must be >= 0", cause.name));
    sum += cause.weight;
  }
  if (!(sum > 0.0)) throw InputError("training run: the weights of the causes must have a positive sum");
}

Frequency TrainingRun::interruption_rate(Duration age) const {
  const double lemons = std::round(params_.lemon_share * real(params_.nodes));
  const double nodes = real(params_.nodes) + lemons * (params_.lemon_factor - 1.0);
  const double young =
      params_.infant_factor == 0.0 ? 0.0 : params_.infant_factor * std::exp(-(age / params_.infant_time));
  return nodes * (1.0 + young) * params_.failure_rate;
}

TrainingRunResult TrainingRun::run(Duration span, std::uint64_t seed, const RunObserver& observer) const {
  return training_course(*this, span, seed, observer);
}

GoodputWaterfall waterfall(const TrainingRunResult& result, double accelerators, const WorkShares& shares) {
  GoodputWaterfall out;
  out.hold(accelerators, result.elapsed);
  out.work(accelerators, result.productive, shares);
  out.lose(GoodputLoss::checkpoint, accelerators, result.checkpoint);
  out.lose(GoodputLoss::rollback, accelerators, result.rollback);
  out.lose(GoodputLoss::detection, accelerators, result.detection);
  out.lose(GoodputLoss::node_wait, accelerators, result.node_wait);
  out.lose(GoodputLoss::restart, accelerators, result.restart);
  out.lose(GoodputLoss::maintenance, accelerators, result.maintenance);
  return out;
}

}  // namespace aifactory
