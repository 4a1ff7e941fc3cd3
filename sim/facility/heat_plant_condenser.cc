// The condenser loop: economizer and chillers give to it, towers take from it; its temperature follows by the residual.
#include <algorithm>
#include <cmath>

#include "models/cooling/heat_exchanger.h"
#include "models/cooling/root.h"
#include "models/power/network.h"
#include "sim/facility/heat_plant.h"

namespace aifactory {
namespace {

/// Condenser water is never asked to be colder: towers would freeze.
constexpr Temperature kColdestCondenser = Temperature::celsius(4.0);
/// Residual of the condenser loop over the heat into it.
constexpr double kClosed = 1e-9;

}  // namespace

HeatPlant::CondenserPoint HeatPlant::condenser_point(const Step& step, double condenser_k) {
  const Temperature condenser = Temperature::kelvin(condenser_k);
  CondenserPoint point;
  if (economizing_) point.economized_w = std::clamp((exchange_ * (step.water - condenser)).si(), 0.0, step.left.si());
  const Power asked = std::max(0.0 * W, step.left - Power(point.economized_w));
  const Power request = asked - std::min(asked, step.discharge) + step.charge;
  point.chilled_w = chill(step, request, false, std::max(condenser, params_.control.min_condenser)).si();
  point.in_w = point.economized_w + held_.condenser_pumps_w;
  for (std::size_t c = 0; c < params_.chillers.size(); ++c) {
    if (!params_.chillers[c].air) point.in_w += chilled_[c].rejected.si();
  }
  return point;
}

double HeatPlant::condenser_coolers(const Step& step, double condenser_k, double in_w, double wanted_w, bool full) {
  Temperature water = Temperature::kelvin(condenser_k + in_w / condenser_flow_.si());
  const MassFlow flow = condenser_flow_ / kWater.specific_heat;
  double heat_w = 0.0;
  for (std::size_t c = 0; c < params_.coolers.size(); ++c) {
    if (!params_.coolers[c].on_condenser) continue;
    cooled_[c] = cool(step, c, flow, water, Power(wanted_w - heat_w), full);
    heat_w += cooled_[c].heat.si();
    water = cooled_[c].leaving_water;
  }
  return heat_w;
}

bool HeatPlant::economizer_helps(const Step& step) const {
  if (!params_.economizer || !(economizer_ua_ > 0.0)) return false;
  if (params_.chillers.empty()) return true;
  for (const Coolers& coolers : params_.coolers) {
    if (!coolers.on_condenser) continue;
    const Temperature reach = (coolers.wet ? step.air.wet_bulb : step.air.dry_bulb) + coolers.design_approach;
    const TemperatureDelta gain = step.water - reach, margin = params_.control.economizer_margin;
    return gain > (economizing_ ? margin : 2.0 * margin);
  }
  return false;
}

void HeatPlant::run_condenser(Step& step) {
  if (!params_.condenser) return;
  const CondenserLoop& loop = *params_.condenser;
  economizing_ = step.left > 0.0 * W && economizer_helps(step);
  const auto up = std::min(condenser_pumps_up_, loop.pumps.params.design_running);
  const bool powered = up > 0 && runs(Drive::condenser_pumps, step.now);
  // What is known before the condenser's temperature is: the flows, and how many chillers run.
  const auto pumped = condenser_pumps_->solve(powered ? up : 0, condenser_pump_speed_);
  condenser_flow_ = kWater.capacity_rate(pumped.flow);
  if (economizing_ && powered) exchange_ = exchange(step);
  economizing_ = economizing_ && powered;
  const double now_k = condenser_.in_kelvin();
  double ready_w = 0.0;
  if (economizing_) ready_w = std::clamp((exchange_ * (step.water - condenser_)).si(), 0.0, step.left.si());
  const Power asked = std::max(0.0 * W, step.left - Power(ready_w) - step.discharge) + (step.charge_at_will ? 0.0 * W : step.charge);
  stage_chillers(step, asked, false, powered && step.compressors);
  bool needed = economizing_;
  for (std::size_t c = 0; c < params_.chillers.size(); ++c) needed = needed || (!params_.chillers[c].air && (staged_[c].wanted > 0 || staged_[c].on() > 0));
  if (!powered || !needed) {
    condenser_flow_ = ThermalConductance(0.0);
    for (std::size_t c = 0; c < params_.chillers.size(); ++c) {
      if (!params_.chillers[c].air) chilled_[c] = {};
    }
    settle_chilling(step, 0.0 * W, 0.0 * W);
    return;
  }
  held_.condenser_pumps_w = on_load_grid(pumped.power).si();
  meter(loop.pumps.unit).power_w = held_.condenser_pumps_w;

  // Set point: what the economizer needs for all that is wanted; for chillers alone the wet bulb and an approach.
  Temperature set = std::max(step.air.wet_bulb + params_.control.condenser_approach, params_.control.min_condenser);
  if (economizing_) set = std::max(step.water - step.left / exchange_, kColdestCondenser);
  const double dt_s = params_.period.si(), slope_w_k = loop.capacity.si() / dt_s;
  const double aim_k = now_k - (now_k - set.in_kelvin()) * (dt_s / params_.response.si());
  double end_k = aim_k;
  CondenserPoint point = condenser_point(step, end_k);
  const double wanted_w = point.in_w + slope_w_k * (now_k - end_k);
  double out_w = condenser_coolers(step, end_k, point.in_w, std::max(0.0, wanted_w), false);
  if (wanted_w > 0.0 && out_w < wanted_w * (1.0 - kClosed)) {
    // At full fans the temperature is where the balance of the loop leaves it.
    const auto residual_w = [&](double k) {
      point = condenser_point(step, k);
      out_w = condenser_coolers(step, k, point.in_w, 0.0, true);
      return slope_w_k * (k - now_k) + out_w - point.in_w;
    };
    double low_k = aim_k, at_low_w = residual_w(low_k), high_k = 0.0, at_high_w = -1.0;
    if (at_low_w < 0.0) {
      double reach_k = 0.05;
      for (high_k = std::max(now_k, low_k) + reach_k; (at_high_w = residual_w(high_k)) < 0.0 && reach_k < 1e4; high_k += reach_k) {
        low_k = high_k, at_low_w = at_high_w;
        reach_k *= 4.0;
      }
      const Root root = bracketed_root(residual_w, low_k, at_low_w, high_k, at_high_w, kClosed * std::max(1e3, point.in_w));
      end_k = root.x;
      last_.converged = last_.converged && root.converged && at_high_w >= 0.0;
      residual_w(end_k);
    } else {
      end_k = low_k;
    }
  } else if (wanted_w <= 0.0) {
    // Nothing to reject: the loop warms by what enters at its present temperature.
    point = condenser_point(step, now_k);
    out_w = condenser_coolers(step, now_k, point.in_w, 0.0, false);
  }
  for (std::size_t c = 0; c < params_.coolers.size(); ++c) {
    if (params_.coolers[c].on_condenser) note_cooling(c, cooled_[c]);
  }
  held_.economized_w = point.economized_w;
  last_.economizing = point.economized_w > 0.0;
  if (params_.economizer) meter(params_.economizer->unit).heat_w = point.economized_w;
  held_.condenser_w = point.economized_w + held_.condenser_pumps_w + note_chilling(false) - out_w;
  settle_chilling(step, Power(point.economized_w), Power(point.chilled_w));
}

ThermalConductance HeatPlant::exchange(const Step& step) {
  const std::array<double, 3> now{step.flow.si(), condenser_flow_.si(), economizer_ua_};
  if (now == exchange_for_) return exchange_;
  exchange_for_ = now;
  const double facility = kWater.volume_flow(step.flow) / params_.pumps.params.design_flow;
  const double condenser = kWater.volume_flow(condenser_flow_) / params_.condenser->pumps.params.design_flow;
  return counterflow_exchange(params_.economizer->ua * (economizer_ua_ * conductance_ratio(facility, condenser)), step.flow, condenser_flow_).conductance;
}

}  // namespace aifactory
