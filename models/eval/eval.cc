#include "models/eval/eval.h"

namespace aifactory {

std::span<const EvalModel> eval_models() {
  static const std::vector<EvalModel> all = [] {
    std::vector<EvalModel> joined;
    for (auto part : {&cooling_eval_models, &power_eval_models, &thermal_eval_models, &compute_eval_models,
                      &step_power_eval_models, &training_eval_models, &reliability_eval_models, &training_run_eval_models,
                      &inference_eval_models, &finance_eval_models, &climate_eval_models, &grid_eval_models,
                      &supply_eval_models, &quality_eval_models}) {
      for (EvalModel& model : part()) joined.push_back(std::move(model));
    }
    return joined;
  }();
  return all;
}

}  // namespace aifactory
