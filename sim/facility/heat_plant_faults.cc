// What failures, degradation and maintenance make of a plant's units.
#include <algorithm>
#include <cmath>

#include "sim/facility/heat_plant.h"

namespace aifactory {

void HeatPlant::disturb(Tick now, std::size_t unit, std::int32_t part, const Disturbance& disturbance, bool begins) {
  book(now);
  if (begins) {
    open_.push_back({.unit = unit, .part = part, .what = disturbance});
  } else {
    const auto same = [&](const Open& o) {
      return o.unit == unit && o.part == part && o.what.kind == disturbance.kind && o.what.what == disturbance.what &&
             o.what.factor == disturbance.factor && o.what.cause == disturbance.cause;
    };
    auto found = std::find_if(open_.begin(), open_.end(), same);
    if (found == open_.end()) {
      found = std::find_if(open_.begin(), open_.end(), [&](const Open& o) { return o.unit == unit && o.part == part && o.what.kind == disturbance.kind; });
    }
    if (found != open_.end()) open_.erase(found);
  }
  rebuild();
}

HeatPlant::Condition HeatPlant::condition(std::size_t unit, std::int32_t part) const {
  Condition c;
  for (const Open& open : open_) {
    if (open.unit != unit || (open.part >= 0 && open.part != part)) continue;
    if (open.what.out()) {
      c.out = true;
    } else if (open.what.what == "fouling") {
      c.fouling = std::min(c.fouling, open.what.factor);
    } else {
      c.main = std::min(c.main, open.what.factor);
    }
  }
  return c;
}

void HeatPlant::rebuild() {
  const auto pumps = [&](const Pumps& p, std::int64_t& up, double& speed) {
    up = 0;
    speed = 1.0;
    for (std::int64_t i = 0; i < p.params.count; ++i) {
      const Condition c = condition(p.unit, static_cast<std::int32_t>(i));
      up += !c.out;
      speed = std::min(speed, c.main);
    }
  };
  pumps(params_.pumps, loop_pumps_up_, loop_pump_speed_);
  if (params_.condenser) pumps(params_.condenser->pumps, condenser_pumps_up_, condenser_pump_speed_);

  groups_.clear();
  dry_groups_.clear();
  working_share_.assign(params_.coolers.size(), {});
  cooled_.resize(params_.coolers.size());
  for (std::size_t c = 0; c < params_.coolers.size(); ++c) {
    const Coolers& coolers = params_.coolers[c];
    std::vector<CoolerGroup::Cell> cells;
    for (const auto& cell : coolers.cells) {
      const Condition now = condition(cell.unit, static_cast<std::int32_t>(cell.part));
      cells.push_back({.share = cell.share, .out = now.out, .air = now.main, .conductance = now.fouling});
      if (now.out) continue;
      auto& shares = working_share_[c];
      if (shares.empty() || shares.back().first != cell.unit) shares.emplace_back(cell.unit, 0.0);
      shares.back().second += cell.share;
    }
    groups_.emplace_back(coolers.whole, cells);
    dry_groups_.emplace_back(coolers.without_pads.value_or(coolers.whole), cells);
  }
  machine_share_.resize(params_.chillers.size());
  for (std::size_t c = 0; c < params_.chillers.size(); ++c) {
    const Chillers& chillers = params_.chillers[c];
    machine_share_[c].clear();
    for (std::int64_t i = 0; i < chillers.count; ++i) {
      const Condition now = condition(chillers.unit, static_cast<std::int32_t>(i));
      staged_[c].machines[static_cast<std::size_t>(i)].available = !now.out;
      machine_share_[c].push_back(std::min(now.main, now.fouling));
    }
  }
  economizer_ua_ = 0.0;
  if (params_.economizer) {
    for (std::int64_t i = 0; i < params_.economizer->count; ++i) {
      const Condition now = condition(params_.economizer->unit, static_cast<std::int32_t>(i));
      if (!now.out) economizer_ua_ += std::min(now.main, now.fouling) / static_cast<double>(params_.economizer->count);
    }
  }
  const auto share = [&](std::size_t unit) {
    const Condition now = condition(unit, 0);
    return now.out ? 0.0 : now.main;
  };
  tank_out_ = params_.tank && !(share(params_.tank->unit) > 0.0);
  reuse_share_ = params_.reuse ? share(params_.reuse->unit) : 1.0;
  make_up_share_ = params_.make_up ? share(params_.make_up->unit) : 1.0;
}

SharedAir::Left HeatPlant::left_of(std::size_t unit, std::int64_t count) const {
  SharedAir::Left left{.moves = 0.0, .turns = 0.0};
  const double one = 1.0 / static_cast<double>(count);
  std::int64_t sound = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const Condition now = condition(unit, static_cast<std::int32_t>(i));
    if (now.out) continue;
    const double moves = std::min(now.main, now.fouling);
    sound += moves >= 1.0;
    left.turns += one;
    left.moves += one * moves;
  }
  return sound == count ? SharedAir::Left{} : left;
}

double HeatPlant::capability(std::size_t unit) const {
  if (unit == params_.pumps.unit) return loop_pump_speed_ * static_cast<double>(std::min(loop_pumps_up_, params_.pumps.params.design_running)) / static_cast<double>(params_.pumps.params.design_running);
  if (params_.condenser && unit == params_.condenser->pumps.unit) {
    const auto running = params_.condenser->pumps.params.design_running;
    return condenser_pump_speed_ * static_cast<double>(std::min(condenser_pumps_up_, running)) / static_cast<double>(running);
  }
  for (const Coolers& coolers : params_.coolers) {
    double all = 0.0, able = 0.0;
    for (const auto& cell : coolers.cells) {
      if (cell.unit != unit) continue;
      const Condition now = condition(cell.unit, static_cast<std::int32_t>(cell.part));
      all += cell.share;
      able += now.out ? 0.0 : cell.share * std::min(now.main, now.fouling);
    }
    if (all > 0.0) return able / all;
  }
  for (std::size_t c = 0; c < params_.chillers.size(); ++c) {
    if (params_.chillers[c].unit != unit) continue;
    double able = 0.0;
    for (std::size_t i = 0; i < machine_share_[c].size(); ++i) able += staged_[c].machines[i].available ? machine_share_[c][i] : 0.0;
    return able / static_cast<double>(machine_share_[c].size());
  }
  if (params_.economizer && unit == params_.economizer->unit) return economizer_ua_;
  const Condition now = condition(unit, 0);
  return now.out ? 0.0 : now.main;
}

}  // namespace aifactory
