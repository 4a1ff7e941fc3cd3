#include "models/training/job_plan.h"

#include "models/reliability/ettr.h"

namespace aifactory {

TrainingHardware training_hardware(const AcceleratorParams& sheet, std::string_view accelerator, Precision precision) {
  TrainingHardware hardware;
  hardware.gemm_peak = sheet.peak(precision).value_or(FlopRate());
  hardware.attention_peak = sheet.peak_bf16.value_or(FlopRate());
  hardware.operand_bytes = bytes_of(precision);
  hardware.memory = sheet.memory;
  hardware.memory_bandwidth = sheet.memory_bandwidth.value_or(DataRate());
  hardware.scale_up = sheet.scale_up.value_or(DataRate());
  hardware.scale_out = sheet.scale_out.value_or(DataRate());
  if (sheet.scale_up_domain) hardware.domain = *sheet.scale_up_domain;
  // One domain that holds every job, as a pod of a torus, has no way out that a job would use.
  if (!sheet.scale_out && sheet.scale_up_domain && *sheet.scale_up_domain >= 256)
    hardware.scale_out = hardware.scale_up;
  hardware.gemm_efficiency = default_gemm_efficiency(accelerator, name(precision), hardware.gemm_peak,
                                                     sheet.attainable(precision).value_or(FlopRate()));
  return hardware;
}

WorkShares work_shares(const StepTime& step) {
  WorkShares shares;
  shares.bubble = step.share(StepPart::bubble);
  shares.straggler = step.share(StepPart::straggler);
  for (const StepPart part : {StepPart::tensor_comm, StepPart::context_comm, StepPart::expert_comm,
                              StepPart::pipeline_comm, StepPart::data_comm}) {
    shares.exposed_communication += step.share(part);
  }
  shares.useful = 0.0;
  for (const StepPart part : {StepPart::forward_gemm, StepPart::backward_gemm, StepPart::recompute_gemm,
                              StepPart::attention, StepPart::elementwise, StepPart::logits, StepPart::optimizer}) {
    shares.useful += step.share(part);
  }
  return shares;
}

TrainingPlan training_plan(const TrainingStep& model, const Parallelism& split, const MeasuredStep& measured,
                           const ActivityLevels& levels) {
  TrainingPlan plan;
  plan.step = model.evaluate(split, measured);
  plan.memory = model.memory(split);
  if (const std::string refusal = memory_refusal(plan.memory, model.hardware().memory, split); !refusal.empty()) {
    throw InputError("training: " + refusal);
  }
  plan.phases = step_phases(plan.step, split, levels);
  plan.utilization = mean_utilization(plan.phases);
  plan.shares = work_shares(plan.step);
  plan.checkpoint = checkpoint_size(parameters(model.shape()));
  plan.tokens_per_accelerator = plan.step.token_rate() / plan.step.accelerators;
  return plan;
}

TrainingPlan spread_plan(const TrainingPlan& plan, const TrainingStep& inside, const TrainingStep& between,
                         const Parallelism& split, const ActivityLevels& levels) {
  const double stretch = between.modelled(split).total / inside.modelled(split).total;
  TrainingPlan spread = training_plan(between, split, {.step = plan.step.total * stretch, .mfu = {}}, levels);
  for (StepPhase& phase : spread.phases) phase.length = phase.length / stretch;
  return spread;
}

}  // namespace aifactory
