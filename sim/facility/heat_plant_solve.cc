// One control instant of a plant: the units that the facility water passes, one after the other.
#include <algorithm>
#include <cmath>

#include "models/power/network.h"
#include "sim/facility/heat_plant.h"

namespace aifactory {

HeatRejection HeatPlant::cool(const Step& step, std::size_t coolers, MassFlow water, Temperature inlet, Power heat, bool full) {
  const Coolers& c = params_.coolers[coolers];
  const HeatRejection nothing{.heat = 0.0 * W, .leaving_water = inlet, .fan_power = 0.0 * W, .evaporation = MassFlow(0.0),
                              .drift = MassFlow(0.0), .blowdown = MassFlow(0.0), .fan_ratio = 0.0, .duty = 0.0};
  const bool without_water = dry_ && (c.wet || c.without_pads);
  if (!step.fans || !(water.si() > 0.0) || (without_water && !c.without_pads)) return nothing;
  const CoolerGroup& group = without_water ? dry_groups_[coolers] : groups_[coolers];
  const HeatRejection out = full ? group.at_fan_ratio(water, inlet, step.air, 1.0) : group.holding(water, inlet, heat, step.air);
  // Fans do not warm cold water: they stop instead.
  return out.heat < 0.0 * W ? nothing : out;
}

void HeatPlant::note_cooling(std::size_t coolers, const HeatRejection& out) {
  last_.fans += out.fan_power;
  last_.converged = last_.converged && out.converged;
  last_.outside = last_.outside || !out.inside;
  if (coolers == 0) last_.fan_ratio = out.fan_ratio;
  held_.rejected_w += out.heat.si();
  held_.evaporation_kg_s += out.evaporation.si();
  held_.drift_kg_s += out.drift.si();
  held_.blowdown_kg_s += out.blowdown.si();
  const double working = groups_[coolers].working();
  if (!(working > 0.0)) return;
  for (const auto& [unit, share] : working_share_[coolers]) {
    Meter& own = meter(unit);
    own.power_w += out.fan_power.si() * (share / working);
    own.heat_w += out.heat.si() * (share / working);
    own.outside = own.outside || !out.inside;
  }
}

void HeatPlant::reuse_heat(Step& step) {
  if (!params_.reuse || !(step.flow.si() > 0.0)) return;
  const HeatReuseConfig& reuse = params_.reuse->config;
  double share = reuse_share_;
  if (!reuse.months.empty() || !reuse.hours.empty()) {
    const CivilTime time = civil_time(params_.clock.local(step.now));
    if (!reuse.months.empty()) share *= reuse.months[static_cast<std::size_t>(time.month - 1)];
    if (!reuse.hours.empty()) share *= reuse.hours[static_cast<std::size_t>(time.hour)];
  }
  const Power able = std::max(0.0 * W, step.flow * (step.water - reuse.min_return) * reuse.effectiveness);
  const Power heat = std::min({step.left, reuse.most * share, able});
  held_.reused_w = heat.si();
  held_.taken_w += heat.si();
  meter(params_.reuse->unit).heat_w = heat.si();
  step.left -= heat;
  step.water = step.water - heat / step.flow;
}

void HeatPlant::cool_directly(Step& step) {
  for (std::size_t c = 0; c < params_.coolers.size(); ++c) {
    if (params_.coolers[c].on_condenser) continue;
    const HeatRejection out = cool(step, c, step.mass_flow, step.water, step.left, false);
    note_cooling(c, out);
    held_.taken_w += out.heat.si();
    step.water = step.flow.si() > 0.0 ? out.leaving_water : step.water;
    step.left = std::max(0.0 * W, step.left - out.heat);
  }
}

void HeatPlant::plan_tank(Step& step) {
  if (!tank_ || tank_out_) return;
  const TankConfig& config = params_.tank->config;
  const double hour = config.charge || config.discharge ? hour_of(step.now) : 0.0;
  if (config.discharge && config.discharge->contains(hour)) {
    step.discharge = tank_->most_discharge(tank_held_, params_.period);
  } else if (!config.charge || config.charge->contains(hour)) {
    step.charge = tank_->most_charge(tank_held_, params_.period);
    step.charge_at_will = !config.charge;
    if (step.charge > 0.0 * W) step.evaporator = std::min(step.evaporator, config.tank.cold);
  }
}

void HeatPlant::stage_chillers(const Step& step, Power asked, bool air, bool powered) {
  Power rest = asked;
  for (std::size_t c = 0; c < params_.chillers.size(); ++c) {
    const Chillers& chillers = params_.chillers[c];
    if (chillers.air != air) continue;
    const Temperature condenser = air ? step.air.dry_bulb : std::max(condenser_, params_.control.min_condenser);
    const Power one = chillers.group.capacity(step.evaporator, condenser);
    Staging::State& state = staged_[c];
    staging_.advance(state, step.now, one > 0.0 * W ? rest / one : 0.0, powered);
    running_[c] = 0.0;
    double able = 0.0;
    for (std::size_t i = 0; i < state.machines.size(); ++i) {
      const double share = machine_share_[c][i];
      if (state.machines[i].mode == Staging::Mode::running) running_[c] += share;
      if (state.machines[i].available) able += share;
    }
    rest = std::max(0.0 * W, rest - one * able);
  }
}

Power HeatPlant::chill(const Step& step, Power request, bool air, Temperature condenser) {
  Power rest = request;
  const ThermalConductance flow = air ? ThermalConductance(kInf) : condenser_flow_;
  for (std::size_t c = 0; c < params_.chillers.size(); ++c) {
    const Chillers& chillers = params_.chillers[c];
    if (chillers.air != air) continue;
    chilled_[c] = chillers.group.evaluate(running_[c], rest, step.evaporator, condenser, flow);
    rest = std::max(0.0 * W, rest - chilled_[c].heat);
  }
  return request - rest;
}

double HeatPlant::note_chilling(bool air) {
  double to_condenser_w = 0.0;
  for (std::size_t c = 0; c < params_.chillers.size(); ++c) {
    const Chillers& chillers = params_.chillers[c];
    if (chillers.air != air) continue;
    const ChillerGroup::Output& out = chilled_[c];
    const double heat_w = out.heat.si(), power_w = on_load_grid(out.power).si();
    const double warm_w = chillers.group.motor_heat_frac() * power_w;
    held_.compressors_w += power_w;
    if (air) {
      held_.rejected_w += heat_w + power_w;
    } else {
      to_condenser_w += heat_w + warm_w;
      held_.rejected_w += power_w - warm_w;  // out of the machine room by its ventilation
    }
    last_.converged = last_.converged && out.converged;
    last_.outside = last_.outside || !out.inside;
    Meter& own = meter(chillers.unit);
    own.power_w = power_w;
    own.heat_w = heat_w;
    own.outside = !out.inside;
  }
  return to_condenser_w;
}

void HeatPlant::settle_chilling(Step& step, Power economized, Power chilled) {
  const Power asked = std::max(0.0 * W, step.left - economized);
  const Power from_tank = std::min(asked, step.discharge);
  const Power to_loop = std::min(chilled, asked - from_tank), to_tank = chilled - to_loop;
  held_.taken_w += (economized + from_tank + to_loop).si();
  held_.tank_w += (to_tank - from_tank).si();
  step.discharge -= from_tank;
  step.charge -= std::min(step.charge, to_tank);
  step.left = asked - from_tank - to_loop;
  if (step.flow.si() > 0.0) step.water = step.water - (economized + from_tank + to_loop) / step.flow;
}

void HeatPlant::run_air_chillers(Step& step) {
  bool any = false;
  for (const Chillers& chillers : params_.chillers) any = any || chillers.air;
  if (!any) return;
  const Power asked = std::max(0.0 * W, step.left - step.discharge) + (step.charge_at_will ? 0.0 * W : step.charge);
  stage_chillers(step, asked, true, step.compressors);
  const Power request = step.left - std::min(step.left, step.discharge) + step.charge;
  const Power chilled = chill(step, request, true, step.air.dry_bulb);
  note_chilling(true);
  settle_chilling(step, 0.0 * W, chilled);
}

void HeatPlant::use_tank(Step& step) {
  if (!tank_) return;
  held_.tank_gain_w = tank_->loss(tank_held_).si();
  if (!tank_out_ && step.left > 0.0 * W) {
    // What the chillers cannot do, the tank does: whatever the hour.
    const Power most = tank_->most_discharge(tank_held_, params_.period);
    const Power heat = std::min(step.left, std::max(0.0 * W, most + Power(std::min(0.0, held_.tank_w))));
    held_.tank_w -= heat.si();
    held_.taken_w += heat.si();
    step.left -= heat;
  }
  meter(params_.tank->unit).heat_w = -held_.tank_w;
}

void HeatPlant::follow_water() {
  if (!params_.make_up) return;
  const MakeUpConfig& config = params_.make_up->config;
  const double able_kg_s = make_up_share_ > 0.0 ? make_up_share_ * (config.inflow ? (kWater.density * *config.inflow).si() : kInf) : 0.0;
  if (!dry_) {
    const double used_kg_s = held_.evaporation_kg_s + held_.drift_kg_s + held_.blowdown_kg_s;
    dry_ = water_kg_ <= kLastWater_kg && able_kg_s < used_kg_s;
  } else {
    // A store that has just begun to fill does not carry the towers.
    const double full_kg = (kWater.density * config.storage).si();
    dry_ = !(able_kg_s == kInf || water_kg_ > 0.01 * full_kg);
  }
}

void HeatPlant::supply_water(const Step& step) {
  const double used_kg_s = held_.evaporation_kg_s + held_.drift_kg_s + held_.blowdown_kg_s;
  if (!params_.make_up) {
    held_.make_up_kg_s = used_kg_s;
    return;
  }
  const MakeUpConfig& config = params_.make_up->config;
  const double full_kg = (kWater.density * config.storage).si();
  const double able_kg_s = make_up_share_ > 0.0 ? make_up_share_ * (config.inflow ? (kWater.density * *config.inflow).si() : kInf) : 0.0;
  held_.make_up_kg_s = std::min(able_kg_s, used_kg_s + std::max(0.0, full_kg - water_kg_) / params_.period.si());
  const double falls_kg_s = used_kg_s - held_.make_up_kg_s;
  if (falls_kg_s <= 0.0) return;
  // The instant at which the last kilogram is reached.
  const Tick span = static_cast<Tick>(std::ceil(std::max(0.0, water_kg_ - kLastWater_kg) / falls_kg_s * kTicksPerSecond)) + 1;
  if (span < to_ticks(params_.period)) last_.next = std::min(last_.next, step.now + span);
}

}  // namespace aifactory
