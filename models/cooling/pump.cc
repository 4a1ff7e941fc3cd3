#include "models/cooling/pump.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {
constexpr double kLowestRelativeEfficiency = 0.25;  // right of the curve's end: keeps the power finite
}  // namespace

PumpGroup::PumpGroup(const Params& params) : params_(checked("pump group", params)) {
  if (params.design_running > params.count) {
    throw InputError(
        fmt::format("pump group: design_running = {} must be <= count = {}", params.design_running, params.count));
  }
  const double head_pa = params.design_head.si(), flow_m3_s = params.design_flow.si();
  best_flow_m3_s_ = flow_m3_s / static_cast<double>(params.design_running);
  shutoff_pa_ = params.shutoff_head_ratio * head_pa;
  static_pa_ = params.static_head_frac * head_pa;
  pump_curve_ = (shutoff_pa_ - head_pa) / (best_flow_m3_s_ * best_flow_m3_s_);
  loop_curve_ = (head_pa - static_pa_) / (flow_m3_s * flow_m3_s);
}

PumpGroup::Output PumpGroup::solve(std::int64_t running, double speed) const {
  AIF_CHECK(running >= 0 && running <= params_.count && speed >= 0.0,
            fmt::format("running = {} of {}, speed = {}", running, params_.count, speed));
  if (running == 0 || speed == 0.0) return {VolumeFlow(0.0), Pressure(0.0), Power(0.0), 0.0};
  const double pumps = static_cast<double>(running);
  const double spare_pa = speed * speed * shutoff_pa_ - static_pa_;
  const double q = spare_pa > 0.0 ? std::sqrt(spare_pa / (pump_curve_ + loop_curve_ * pumps * pumps)) : 0.0;
  const double head_pa = speed * speed * shutoff_pa_ - pump_curve_ * q * q;
  const double x = q / (speed * best_flow_m3_s_);
  // q / (2x - x^2) written as q0 n / (2 - x), so that a pump against a closed loop still has a power.
  const double reduced_flow =
      x > 1.0 ? q / std::max(x * (2.0 - x), kLowestRelativeEfficiency) : speed * best_flow_m3_s_ / (2.0 - x);
  return {VolumeFlow(pumps * q), Pressure(head_pa), Power(pumps * head_pa * reduced_flow / params_.efficiency), x};
}

double PumpGroup::speed_for(std::int64_t running, VolumeFlow flow) const {
  AIF_CHECK(running > 0 && running <= params_.count, fmt::format("running = {} of {}", running, params_.count));
  if (!(flow.si() > 0.0)) return 0.0;
  const double q = flow.si() / static_cast<double>(running);
  return std::sqrt((static_pa_ + loop_curve_ * flow.si() * flow.si() + pump_curve_ * q * q) / shutoff_pa_);
}

}  // namespace aifactory
