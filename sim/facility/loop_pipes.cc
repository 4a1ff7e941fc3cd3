#include "sim/facility/loop_pipes.h"

#include <algorithm>
#include <cmath>

#include "models/cooling/fluid.h"

namespace aifactory {
namespace {
/// Less than what passes in this time at design flow is no period of its own.
constexpr Duration kLeastPeriod = 1.0 * s;
}  // namespace

LoopPipes::LoopPipes(const Params& params) : params_(params), inlet_(params.start), flow_(params.design_flow) {
  if (params.supply.si() > 0.0) supply_.emplace(params.supply, params.start);
  if (params.back.si() > 0.0) return_.emplace(params.back, params.start);
}

void LoopPipes::advance(Tick now) {
  if (now == now_) return;
  const Volume through = flow_ * to_duration(now - now_);
  now_ = now;
  if (!(through.si() > 0.0)) return;
  const Temperature arrives = supply_ ? supply_->pass(inlet_, through) : inlet_;
  through_m3_ += through.si();
  entered_m3_k_ += through.si() * (inlet_ - params_.start).si();
  arrived_m3_k_ += through.si() * (arrives - params_.start).si();
}

void LoopPipes::set(Temperature inlet, double flow_share) {
  inlet_ = inlet;
  flow_ = params_.design_flow * flow_share;
}

Energy LoopPipes::close(Tick now, Energy heat) {
  advance(now);
  if (!(flow_.si() > 0.0)) return heat;
  waiting_j_ += heat.si();
  if (through_m3_ < (params_.design_flow * kLeastPeriod).si()) return 0.0 * J;
  const double water_j_m3_k = kWater.heat_capacity(1.0 * m3).si();
  const Temperature leaves = params_.start + TemperatureDelta((arrived_m3_k_ + waiting_j_ / water_j_m3_k) / through_m3_);
  const Temperature back = return_ ? return_->pass(leaves, Volume(through_m3_)) : leaves;
  const double back_j = water_j_m3_k * (through_m3_ * (back - params_.start).si() - entered_m3_k_);
  through_m3_ = entered_m3_k_ = arrived_m3_k_ = waiting_j_ = 0.0;
  return Energy(back_j);
}

Tick LoopPipes::next_arrival(Tick now) const {
  if (!supply_ || !(flow_.si() > 0.0)) return kNever;
  double wait_s = supply_->until_change(flow_).si();
  if (supply_->slugs() == 1 && inlet_ != supply_->outlet()) wait_s = (params_.supply / flow_).si();  // it begins to enter now
  if (!std::isfinite(wait_s)) return kNever;
  // Up to the next tick: at that tick the change has arrived.
  return now + std::max<Tick>(1, static_cast<Tick>(std::ceil(wait_s * 1e6)));
}

Energy LoopPipes::stored() const {
  // What has entered is still counted where it came from; what has arrived stands at the racks.
  double m3_k = arrived_m3_k_ - entered_m3_k_;
  if (supply_) m3_k += supply_->content_m3_k(params_.start);
  if (return_) m3_k += return_->content_m3_k(params_.start);
  return Energy(kWater.heat_capacity(1.0 * m3).si() * m3_k + waiting_j_);
}

}  // namespace aifactory
