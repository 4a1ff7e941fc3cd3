#include "sim/facility/heat_plant.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/power/network.h"

namespace aifactory {
namespace {

/// Flow follows the heat in steps of this share, so that a small change of heat does not move every CDU.
constexpr double kFlowStep = 0.02;
/// A full controller output: more than any plant is built for, so that only the equipment limits it.
constexpr double kMostOfDesign = 1.5;
/// While chillers stand by, the supply may be so far above its set point before that counts as a limit: they are staged.
constexpr TemperatureDelta kStaged{1.0};
/// Behind an exchanger the condenser water follows within minutes; until then a small error is no limit.
constexpr TemperatureDelta kFollowed{0.1};

}  // namespace

HeatPlant::HeatPlant(Params params)
    : params_(std::move(params)), staging_(params_.control.staging), staged_(params_.chillers.size()), chilled_(params_.chillers.size()),
      running_(params_.chillers.size(), 0.0) {
  powered_.fill(true);
  loop_pumps_.emplace(params_.pumps.params);
  if (params_.condenser) {
    condenser_pumps_.emplace(params_.condenser->pumps.params);
    condenser_ = condenser_from_ = params_.condenser->start;
  }
  if (params_.control.pi) pi_.emplace(*params_.control.pi);
  if (params_.tank) {
    tank_.emplace(params_.tank->config.tank);
    tank_held_ = tank_start_ = tank_->full();  // as a site keeps it
  }
  if (params_.make_up) water_kg_ = water_from_kg_ = (kWater.density * params_.make_up->config.storage).si();
  for (std::size_t c = 0; c < params_.chillers.size(); ++c) staged_[c].machines.resize(static_cast<std::size_t>(params_.chillers[c].count));
  // One meter for each unit, in the order of the units.
  std::vector<std::size_t> units{params_.pumps.unit};
  for (const Coolers& coolers : params_.coolers) {
    for (const auto& cell : coolers.cells) units.push_back(cell.unit);
  }
  for (const Chillers& chillers : params_.chillers) units.push_back(chillers.unit);
  if (params_.condenser) units.push_back(params_.condenser->pumps.unit);
  if (params_.economizer) units.push_back(params_.economizer->unit);
  if (params_.tank) units.push_back(params_.tank->unit);
  if (params_.reuse) units.push_back(params_.reuse->unit);
  if (params_.make_up) units.push_back(params_.make_up->unit);
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
  for (const std::size_t unit : units) {
    meter_of_.emplace_back(unit, meters_.size());
    meters_.emplace_back().unit = unit;
  }
  rebuild();
}

HeatPlant::Meter& HeatPlant::meter(std::size_t unit) {
  const auto found = std::lower_bound(meter_of_.begin(), meter_of_.end(), std::pair(unit, std::size_t{0}));
  return meters_[found->second];
}

void HeatPlant::book(Tick now) {
  if (now == now_) return;
  const Tick span = now - now_;
  const double span_s = to_seconds(span);
  now_ = now;
  taken_j_.add(held_.taken_w * span_s);
  rejected_j_.add(held_.rejected_w * span_s);
  evaporation_kg_.add(held_.evaporation_kg_s * span_s);
  drift_kg_.add(held_.drift_kg_s * span_s);
  blowdown_kg_.add(held_.blowdown_kg_s * span_s);
  make_up_kg_.add(held_.make_up_kg_s * span_s);
  if (params_.reuse) reused_j_.add(held_.reused_w * span_s);
  if (!params_.chillers.empty()) compressor_j_.add(held_.compressors_w * span_s);
  if (params_.condenser) {
    condenser_pump_j_.add(held_.condenser_pumps_w * span_s);
    condenser_pending_j_ += held_.condenser_w * span_s;
    economized_j_.add(held_.economized_w * span_s);
  }
  if (tank_) {
    tank_gain_j_.add(held_.tank_gain_w * span_s);
    tank_held_ += Energy((held_.tank_w - held_.tank_gain_w) * span_s);
  }
  if (params_.make_up) {
    water_kg_ += (held_.make_up_kg_s - held_.evaporation_kg_s - held_.drift_kg_s - held_.blowdown_kg_s) * span_s;
  }
  for (Meter& one : meters_) {
    if (one.power_w != 0.0) one.energy_j.add(one.power_w * span_s);
    if (one.heat_w != 0.0) one.heat_j.add(one.heat_w * span_s);
    if (one.outside) one.outside_ticks += span;
  }
  if (last_.at_limit) at_limit_ += span;
  if (last_.outside) outside_ += span;
  if (!last_.converged) not_converged_ += span;
  if (last_.economizing) economizer_ += span;
  if (last_.dry) dry_ticks_ += span;
}

bool HeatPlant::runs(Drive drive, Tick now) const {
  const auto d = static_cast<std::size_t>(drive);
  return powered_[d] && now >= ready_[d];
}

bool HeatPlant::has(Drive drive) const {
  switch (drive) {
    case Drive::loop_pumps: return true;
    case Drive::fans: return !params_.coolers.empty();
    case Drive::air_fans: return true;  // the loop's
    case Drive::condenser_pumps: return params_.condenser.has_value();
    case Drive::compressors: return !params_.chillers.empty();
  }
  return false;
}

void HeatPlant::set_powered(Tick now, Drive drive, bool powered) {
  const auto d = static_cast<std::size_t>(drive);
  if (powered_[d] == powered) return;
  powered_[d] = powered;
  if (!powered) return;
  // Chillers have timers of their own.
  const RestartConfig& restart = params_.control.restart;
  const bool pumps = drive == Drive::loop_pumps || drive == Drive::condenser_pumps;
  const bool fans = drive == Drive::fans || drive == Drive::air_fans;
  ready_[d] = now + (pumps ? to_ticks(restart.pumps) : fans ? to_ticks(restart.fans) : 0);
}

double HeatPlant::hour_of(Tick now) const {
  const CivilTime time = civil_time(params_.clock.local(now));
  return time.hour + time.second_of_hour / 3600.0;
}

Temperature HeatPlant::set_point(const OutdoorAir& air) {
  Temperature set = params_.set_point;
  if (const auto& reset = params_.control.reset) set = std::clamp(air.wet_bulb + reset->approach, reset->min, reset->max);
  if (const auto& guard = params_.control.dew_point) {
    if (!guard->room && dew_for_ != air.humidity_ratio) {
      dew_for_ = air.humidity_ratio;
      dew_ = psychro::dew_point(air.humidity_ratio, air.pressure);
    }
    set = std::max(set, guard->room.value_or(dew_) + guard->margin);
  }
  return set;
}

double HeatPlant::pump(const Request& request) {
  Meter& own = meter(params_.pumps.unit);
  own.power_w = 0.0;
  const auto up = std::min(loop_pumps_up_, params_.pumps.params.design_running);
  if (!runs(Drive::loop_pumps, request.now) || up == 0) return 0.0;
  double speed = 1.0;
  if (params_.pumps.min_flow < 1.0) {
    const double share = std::clamp(std::ceil(request.load.value_or(request.heat) / params_.design_heat / kFlowStep - 1e-9) * kFlowStep, params_.pumps.min_flow, 1.0);
    speed = std::min(1.0, loop_pumps_->speed_for(up, params_.pumps.params.design_flow * share));
  }
  const auto out = loop_pumps_->solve(up, std::min(speed, loop_pump_speed_));
  last_.loop_pumps = on_load_grid(out.power);
  own.power_w = last_.loop_pumps.si();
  const double share = out.flow / params_.pumps.params.design_flow;
  return std::fabs(share - 1.0) < 1e-9 ? 1.0 : share;
}

Power HeatPlant::wanted(const Request& request, Power in, Duration since) {
  const TemperatureDelta error = request.supply - last_.set_point;
  if (pi_) return pi_->sample(pi_state_, error, since, params_.design_heat, params_.design_heat * kMostOfDesign);
  return std::max(0.0 * W, in + params_.capacity * error / params_.response);
}

HeatPlant::Answer HeatPlant::control(const Request& request) {
  const Duration since = to_duration(request.now - now_);
  book(request.now);
  if (params_.condenser) {
    condenser_ = condenser_ + Energy(condenser_pending_j_) / params_.condenser->capacity;
    condenser_pending_j_ = 0.0;
  }
  follow_water();
  last_ = Answer{};
  held_ = Held{};
  for (Meter& one : meters_) one.power_w = one.heat_w = 0.0, one.outside = false;
  last_.set_point = set_point(request.air);
  last_.flow_share = pump(request);
  const MassFlow mass_flow = kWater.mass_flow(params_.pumps.params.design_flow) * last_.flow_share;
  const Power in = request.heat + last_.loop_pumps + kWater.capacity_rate(mass_flow) * request.rise;
  Step step{.now = request.now, .air = request.air, .water = request.supply, .left = 0.0 * W, .flow = kWater.capacity_rate(mass_flow),
            .mass_flow = mass_flow, .evaporator = last_.set_point, .fans = runs(Drive::fans, request.now),
            .compressors = runs(Drive::compressors, request.now)};
  if (last_.flow_share > 0.0) {
    step.water = request.supply + in / step.flow;
    step.left = wanted(request, in, since);
  }
  last_.return_temperature = step.water;
  const Power asked = step.left;
  reuse_heat(step);
  cool_directly(step);
  plan_tank(step);
  run_condenser(step);
  run_air_chillers(step);
  use_tank(step);
  supply_water(step);
  last_.taken = Power(held_.taken_w);
  last_.compressors = Power(held_.compressors_w);
  last_.condenser_pumps = Power(held_.condenser_pumps_w);
  last_.dry = dry_;
  check();
  bool standing_by = false;  // a chiller that may still start: the sequence decides, not the plant's limit
  for (const Staging::State& state : staged_) {
    last_.chillers_running += state.running();
    standing_by = standing_by || std::any_of(state.machines.begin(), state.machines.end(), [](const auto& one) { return one.available && one.mode != Staging::Mode::running; });
    last_.next = std::min(last_.next, staging_.next_start(state, request.now));
  }
  const TemperatureDelta above = request.supply - last_.set_point;
  last_.at_limit = step.left > asked * 1e-9 && (!standing_by || above > kStaged) && (!params_.condenser || above > kFollowed);
  for (const Tick ready : ready_) {
    if (ready > request.now) last_.next = std::min(last_.next, ready);
  }
  return last_;
}

void HeatPlant::check() const {
  // Each flow was booked where it passes; together they must neither make nor lose heat or water.
  const double in_w = held_.taken_w + held_.compressors_w + held_.condenser_pumps_w + held_.tank_gain_w;
  const double out_w = held_.rejected_w + held_.reused_w + held_.condenser_w + (held_.tank_gain_w - held_.tank_w);
  const double scale_w = std::max({1e3, std::fabs(in_w), held_.rejected_w});
  AIF_CHECK(std::fabs(in_w - out_w) <= 1e-9 * scale_w, fmt::format("heat plant: {} W in, {} W out", in_w, out_w));
  if (params_.make_up) return;
  const double used_kg_s = held_.evaporation_kg_s + held_.drift_kg_s + held_.blowdown_kg_s;
  AIF_CHECK(std::fabs(held_.make_up_kg_s - used_kg_s) <= 1e-9 * std::max(1.0, used_kg_s),
            fmt::format("heat plant: {} kg/s of make-up for {} kg/s", held_.make_up_kg_s, used_kg_s));
}

HeatPlant::Totals HeatPlant::totals(Tick now) {
  book(now);
  Totals t{.taken = Energy(taken_j_.value()), .rejected = Energy(rejected_j_.value()), .reused = Energy(reused_j_.value()),
           .compressor_work = Energy(compressor_j_.value()), .condenser_pump_work = Energy(condenser_pump_j_.value()),
           .tank_gain = Energy(tank_gain_j_.value()), .tank_stored = tank_start_ - tank_held_ + Energy(tank_kept_j_), .condenser_stored = 0.0 * J,
           .economized = Energy(economized_j_.value()), .evaporation = Mass(evaporation_kg_.value()), .drift = Mass(drift_kg_.value()),
           .blowdown = Mass(blowdown_kg_.value()), .make_up = Mass(make_up_kg_.value()), .water_stored = Mass(0.0),
           .at_limit = to_duration(at_limit_), .outside = to_duration(outside_), .not_converged = to_duration(not_converged_),
           .economizer = to_duration(economizer_), .dry = to_duration(dry_ticks_)};
  t.condenser_stored = Energy(condenser_kept_j_);
  if (params_.condenser) {
    t.condenser_stored = params_.condenser->capacity * (condenser_ - condenser_from_) + Energy(condenser_pending_j_ + condenser_kept_j_);
  }
  t.water_stored = Mass(water_kg_ - water_from_kg_ + water_kept_kg_);
  return t;
}

std::vector<HeatPlant::UnitTotals> HeatPlant::unit_totals(Tick now) {
  book(now);
  std::vector<UnitTotals> out;
  for (const Meter& one : meters_) {
    out.push_back({.unit = one.unit, .electricity = Energy(one.energy_j.value()), .heat = Energy(one.heat_j.value()), .outside = to_duration(one.outside_ticks)});
  }
  return out;
}

double HeatPlant::tank_share() const { return tank_ ? tank_held_ / tank_->full() : 1.0; }
double HeatPlant::water_share() const {
  return params_.make_up ? water_kg_ / (kWater.density * params_.make_up->config.storage).si() : 1.0;
}

}  // namespace aifactory
