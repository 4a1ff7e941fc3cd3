#pragma once
#include "models/fields.h"
#include "models/units.h"

namespace aifactory {

/// A job that writes a checkpoint after every `interval` of work, and what an interruption costs.
struct CheckpointPlan {
  Duration interval;    ///< tau, work between checkpoints
  Duration write{0.0};  ///< w, time that work stands still for each checkpoint
  Duration restart;     ///< u0, from the interruption until work goes on
  Duration mtti;        ///< M, mean time to interruption of the job

  template <class Self, class Visitor>
  static void fields(Self& p, Visitor&& visit) {
    visit("interval", p.interval, kPositive, "work between checkpoints");
    visit("write", p.write, kNonNegative, "standstill for each checkpoint");
    visit("restart", p.restart, kNonNegative, "from the interruption until work goes on");
    visit("mtti", p.mtti, kPositive, "mean time to interruption of the job");
  }
};

/// Where the time of a job goes, as fractions of wall-clock time; they add up to 1.
struct TimeSplit {
  double productive = 0, checkpoint = 0, rollback = 0, restart = 0;
};

/// Effective training time ratio: lasting work over wall-clock time, queueing left out.  Interruptions come at random
/// (exponential), in a restart too:
///
///     E = M e^(u0/M) (e^((tau+w)/M) - 1)       expected wall-clock time of one interval
///     ETTR = tau / E
///
/// and E splits into tau, w, rollback M (e^((tau+w)/M) - 1) - (tau + w) and restart M (e^((tau+w)/M) - 1) (e^(u0/M) -
/// 1). Validity: any positive times.  *Not modelled*: checkpoints written while work goes on (give their standstill as
/// w), lost checkpoints, waiting for nodes. Source: Daly, "A higher order estimate of the optimum checkpoint interval
/// for restart dumps", FGCS 22 (2006), eq. 13; the split follows from the same renewal argument.
/// @pre checked(plan).
[[nodiscard]] double ettr(const CheckpointPlan& plan);
[[nodiscard]] TimeSplit time_split(const CheckpointPlan& plan);

/// (1 - (u0 + tau/2)/M) / (1 + w/tau), the first-order estimate.  Trust it while (u0 + tau/2)/M < 0.25; it falls below
/// zero beyond 1.  Source: Kokolis et al. 2024, equation 1, without queueing.
[[nodiscard]] double ettr_estimate(const CheckpointPlan& plan);
/// (u0 + tau/2)/M, the quantity that the estimate needs to be small.
[[nodiscard]] double estimate_smallness(const CheckpointPlan& plan);

/// sqrt(2 w M) - w: Daly's first-order optimum, w < 2 M.  And its higher order,
/// sqrt(2 w M) (1 + sqrt(w / 2 M) / 3 + (w / 2 M) / 9) - w; both M from w = 2 M on.
[[nodiscard]] Duration daly_interval(Duration write, Duration mtti);
[[nodiscard]] Duration daly_interval_higher_order(Duration write, Duration mtti);
/// The interval that makes ettr() greatest: the root of (1 - tau/M) e^((tau+w)/M) = 1 in 0..M; it does not depend on
/// the restart.  @pre write > 0.
[[nodiscard]] Duration best_interval(Duration write, Duration mtti);

/// Bytes of a checkpoint for each weight: bf16 weight and Adam's fp32 master weight and two moments, 2 + 12. Published:
/// 13.8 (Megatron-LM, 1T: 13.8 TB), 13.1 (BLOOM: 2.3 TB).
inline constexpr DataSize kCheckpointBytesPerWeight{14.0};
[[nodiscard]] inline DataSize checkpoint_size(double weights) {
  return weights * kCheckpointBytesPerWeight;
}

}  // namespace aifactory
