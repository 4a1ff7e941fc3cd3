#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "models/training/calibration.h"
#include "models/training/collectives.h"
#include "models/training/memory.h"
#include "models/training/parallelism.h"

namespace aifactory {

/// The accelerator and its fabric as a training step meets them.
struct TrainingHardware {
  FlopRate gemm_peak;               ///< dense, at the precision of the layers' GEMMs
  FlopRate attention_peak;          ///< dense, bf16: attention and logits stay there
  double gemm_efficiency = kUnset;  ///< e0, see calibration.h
  double operand_bytes = 2.0;       ///< of a GEMM operand: 2 bf16, 1 fp8, 0.5 fp4
  DataRate memory_bandwidth;        ///< data sheet
  DataSize memory;
  DataRate scale_up;                             ///< one direction per accelerator, data sheet
  DataRate scale_out;                            ///< one direction per accelerator: its network interface
  std::int64_t domain = ModelShape::kUnsetSize;  ///< accelerators of a scale-up domain
  double memory_efficiency = kMemoryEfficiency;
  double scale_up_efficiency = kScaleUpCollective;
  double scale_out_efficiency = kScaleOutCollective;
  double point_to_point_efficiency = kScaleOutPointToPoint;

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("gemm_peak", p.gemm_peak, kPositive, "dense peak at the precision of the layers' GEMMs");
    visit("attention_peak", p.attention_peak, kPositive, "dense bf16 peak");
    visit("gemm_efficiency", p.gemm_efficiency, kPositiveFraction, "sustained GEMM rate over peak");
    visit("operand_bytes", p.operand_bytes, between(0.25, 8.0), "bytes of a GEMM operand");
    visit("memory_bandwidth", p.memory_bandwidth, kPositive, "device memory bandwidth");
    visit("memory", p.memory, kPositive, "device memory");
    visit("scale_up", p.scale_up, kPositive, "scale-up bandwidth of one accelerator, one direction");
    visit("scale_out", p.scale_out, kPositive, "scale-out bandwidth of one accelerator, one direction");
    visit("domain", p.domain, between(1, 1e6), "accelerators of a scale-up domain");
    visit("memory_efficiency", p.memory_efficiency, kPositiveFraction, "achieved over nominal");
    visit("scale_up_efficiency", p.scale_up_efficiency, kPositiveFraction, "achieved over nominal, collectives");
    visit("scale_out_efficiency", p.scale_out_efficiency, kPositiveFraction, "achieved over nominal, collectives");
    visit("point_to_point_efficiency", p.point_to_point_efficiency, kPositiveFraction, "achieved over nominal, hops");
  }
};

/// What the software does about it.  The defaults are Megatron-LM of 2021: nothing is hidden.
struct TrainingSoftware {
  AttentionKernel attention = AttentionKernel::unfused;
  double elementwise_passes = kElementwisePasses;
  DataSize gradient_bytes{2.0};   ///< per weight, as data-parallel ranks exchange it
  double tensor_overlap = 0.0;    ///< share of tensor-parallel traffic hidden behind GEMMs
  double pipeline_overlap = 0.0;  ///< share of stage-to-stage traffic hidden
  double data_overlap = 0.0;  ///< share of gradient traffic hidden behind the last backward pass, as far as that lasts
  double expert_overlap = 0.0;   ///< share of all-to-all traffic hidden
  double context_overlap = 1.0;  ///< share of key-value traffic that ring attention may hide behind attention
  double step_jitter = 0.0;      ///< standard deviation of one domain's step time over its mean

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("attention", p.attention, kAny, "unfused or fused");
    visit("elementwise_passes", p.elementwise_passes, kNonNegative, "memory passes over kept activations");
    visit("gradient_bytes", p.gradient_bytes, kPositive, "bytes of a gradient on the wire");
    visit("tensor_overlap", p.tensor_overlap, kFraction, "tensor-parallel traffic hidden");
    visit("pipeline_overlap", p.pipeline_overlap, kFraction, "stage-to-stage traffic hidden");
    visit("data_overlap", p.data_overlap, kFraction, "gradient traffic hidden");
    visit("expert_overlap", p.expert_overlap, kFraction, "all-to-all traffic hidden");
    visit("context_overlap", p.context_overlap, kFraction, "key-value traffic hidden");
    visit("step_jitter", p.step_jitter, between(0.0, 1.0), "spread of step times between domains");
  }
};

/// Where a step's time goes, along the critical path.  Traffic counts where it is exposed.
enum class StepPart {
  forward_gemm,
  backward_gemm,
  recompute_gemm,
  attention,
  elementwise,
  tensor_comm,
  context_comm,
  expert_comm,
  pipeline_comm,
  logits,
  bubble,
  data_comm,
  optimizer,
  straggler,
  count
};
inline constexpr std::size_t kStepParts = static_cast<std::size_t>(StepPart::count);
[[nodiscard]] std::string_view name(StepPart part);

struct StepTime {
  std::array<Duration, kStepParts> parts;
  Duration total;  ///< sum of the parts
  FlopCount model_flops, hardware_flops;
  double accelerators = 0;
  double tokens = 0;
  FlopRate peak;
  bool measured = false;  ///< the total was given; the parts are the model's shares of it

  [[nodiscard]] Duration operator[](StepPart part) const { return parts[static_cast<std::size_t>(part)]; }
  [[nodiscard]] double share(StepPart part) const { return (*this)[part] / total; }
  /// FLOP/s of one accelerator, by the operations of the model or of the hardware.
  [[nodiscard]] FlopRate model_rate() const { return model_flops / (total * accelerators); }
  [[nodiscard]] FlopRate hardware_rate() const { return hardware_flops / (total * accelerators); }
  [[nodiscard]] double mfu() const { return model_rate() / peak; }
  [[nodiscard]] double hfu() const { return hardware_rate() / peak; }
  [[nodiscard]] TokenRate token_rate() const { return TokenCount(tokens) / total; }
};

/// What was measured on the real system; it wins over the formula.
struct MeasuredStep {
  std::optional<Duration> step;
  std::optional<double> mfu;  ///< over the dense peak, by the model's operations
};

/// Time of one optimizer step of a synchronous job:
///
///     T = (m S + ((p - 1) / v) S' + D + A) (1 + jitter sqrt(2 ln(domains)))
///     S = L (GEMMs + attention + element-wise + tensor + context + expert traffic) + hops + logits of the last stage
///     GEMM(M, K, N) = 2 M K N / (e0 P) + (M K + K N + M N) bytes / (e_b W);  forward 1, backward 2, full recompute 1
///     attention     = 4 b (s/c) s q / (t e0 P), half of it when fused; forward 1, backward 2, recompute 1
///     element-wise  = passes x activation bytes / W; forward 1, backward 2, of what is computed again 1
///     tensor        = 2 all-reduces of 2 b (s/c) h bytes forward, 2 backward, 2 with full recomputation
///     hops          = 2 v (2 b (s/c) h / t) / B when p > 1
///     logits        = 3 GEMM(b s/c, h, V/t) on the last stage
///     D             = gradient reduction over data and context ranks;  A = 30 bytes / weight / W
///
/// m micro-batches, p stages, v chunks, L layers of the fullest stage, t tensor, c context ways, e0 GEMM efficiency, P
/// dense peak, W memory bandwidth, e_b its efficiency, B bandwidth.  S is the slowest stage, S' a stage without logits.
/// When layers do not fill the chunks, the last stage gives up layers for its logits, as Llama 3 does.  Times add up:
/// sums fit the validation rows better than maxima.  Stragglers: the greatest of many normal step times.
///
/// Validity: 1F1B pipelines, m >= 1; A100 rows of 2021 within 3 % mean and 6 % worst; another stack without an anchor
/// 5-8 % mean, up to 15 % worst.  *Not modelled*: zero-bubble schedules, checkpoint writes, data loading, kernel
/// launch, network contention, thermal throttling (the simulator slows the job by clock), padding. Source: Narayanan et
/// al. 2021 (traffic, bubble, operations), Korthikanti et al. 2022 (activations); constants in calibration.h.
class TrainingStep {
 public:
  /// @throws InputError naming the first problem.
  TrainingStep(const ModelShape& shape, const TrainingHardware& hardware, const TrainingSoftware& software);

  /// @throws InputError when the split cannot run the model, or a measurement is outside its range.
  [[nodiscard]] StepTime evaluate(const Parallelism& split, const MeasuredStep& measured = {}) const;
  /// The same without the checks.  @pre split_problem(shape, split) is "".
  [[nodiscard]] StepTime modelled(const Parallelism& split) const;

  [[nodiscard]] MemoryNeed memory(const Parallelism& split) const {
    return memory_need(shape_, split, software_.attention);
  }
  [[nodiscard]] const ModelShape& shape() const { return shape_; }
  [[nodiscard]] const TrainingHardware& hardware() const { return hardware_; }
  [[nodiscard]] const TrainingSoftware& software() const { return software_; }

 private:
  struct Layer;
  [[nodiscard]] double gemm_s(double rows, double inner, double columns, bool bf16 = false) const;
  [[nodiscard]] Layer layer(const Parallelism& split) const;
  [[nodiscard]] Duration gradient_exchange(const Parallelism& split) const;
  [[nodiscard]] Fabric collective_fabric() const;

  ModelShape shape_;
  TrainingHardware hardware_;
  TrainingSoftware software_;
};

}  // namespace aifactory
