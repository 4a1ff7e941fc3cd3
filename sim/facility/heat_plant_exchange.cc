/// @file Other machines take the place of a plant's while it runs.
#include <algorithm>
#include <utility>

#include "sim/facility/heat_plant.h"

namespace aifactory {

void HeatPlant::exchange(Tick now, Params params) {
  book(now);
  const HeatPlant old = std::exchange(*this, HeatPlant(std::move(params)));
  const Totals so_far = HeatPlant(old).totals(now);

  // Time, supply, disturbances, and what holds until the next control instant.
  now_ = old.now_;
  powered_ = old.powered_;
  ready_ = old.ready_;
  open_ = old.open_;
  held_ = old.held_;
  last_ = old.last_;
  dew_for_ = old.dew_for_;
  dew_ = old.dew_;
  if (params_.control.pi && old.params_.control.pi) pi_state_ = old.pi_state_;
  economizing_ = old.economizing_ && params_.economizer;
  dry_ = old.dry_ && params_.make_up;

  // Loops, tank and store.
  if (params_.condenser && old.params_.condenser) {
    condenser_ = condenser_from_ = old.condenser_ + Energy(old.condenser_pending_j_) / old.params_.condenser->capacity;
    condenser_flow_ = old.condenser_flow_;
  }
  if (tank_ && old.tank_) {
    tank_held_ = tank_start_ = std::min(old.tank_held_, tank_->full());
  }
  if (params_.make_up && old.params_.make_up) {
    water_kg_ = water_from_kg_ = std::min(old.water_kg_, water_kg_);
  }

  condenser_kept_j_ = so_far.condenser_stored.si();
  tank_kept_j_ = so_far.tank_stored.si();
  water_kept_kg_ = so_far.water_stored.si();
  had_ = old.ever();

  // Machines that are the same go on as they are.
  for (std::size_t c = 0; c < params_.chillers.size(); ++c) {
    for (std::size_t o = 0; o < old.params_.chillers.size(); ++o) {
      const Chillers &mine = params_.chillers[c], &before = old.params_.chillers[o];
      if (mine.unit == before.unit && mine.count == before.count) staged_[c] = old.staged_[o];
    }
  }

  // Sums.
  taken_j_ = old.taken_j_;
  rejected_j_ = old.rejected_j_;
  reused_j_ = old.reused_j_;
  economized_j_ = old.economized_j_;
  compressor_j_ = old.compressor_j_;
  condenser_pump_j_ = old.condenser_pump_j_;
  tank_gain_j_ = old.tank_gain_j_;
  evaporation_kg_ = old.evaporation_kg_;
  drift_kg_ = old.drift_kg_;
  blowdown_kg_ = old.blowdown_kg_;
  make_up_kg_ = old.make_up_kg_;
  at_limit_ = old.at_limit_;
  outside_ = old.outside_;
  not_converged_ = old.not_converged_;
  economizer_ = old.economizer_;
  dry_ticks_ = old.dry_ticks_;

  // Meters of units that are there, and of those that were.
  for (const Meter& before : old.meters_) {
    const auto same = std::find_if(meters_.begin(), meters_.end(), [&](const Meter& one) { return one.unit == before.unit; });
    Meter& kept = same == meters_.end() ? meters_.emplace_back() : *same;
    kept = before;
    kept.power_w = kept.heat_w = 0.0;
    kept.outside = false;
  }
  std::sort(meters_.begin(), meters_.end(), [](const Meter& a, const Meter& b) { return a.unit < b.unit; });
  meter_of_.clear();
  for (std::size_t i = 0; i < meters_.size(); ++i) meter_of_.emplace_back(meters_[i].unit, i);
  rebuild();
}

HeatPlant::Kinds HeatPlant::kinds() const {
  return {.condenser = params_.condenser.has_value(), .economizer = params_.economizer.has_value(), .tank = tank_.has_value(), .reuse = params_.reuse.has_value(),
          .water_store = params_.make_up.has_value(), .compressors = has(Drive::compressors)};
}

HeatPlant::Kinds HeatPlant::ever() const {
  const Kinds now = kinds();
  return {.condenser = now.condenser || had_.condenser, .economizer = now.economizer || had_.economizer, .tank = now.tank || had_.tank, .reuse = now.reuse || had_.reuse,
          .water_store = now.water_store || had_.water_store, .compressors = now.compressors || had_.compressors};
}

}  // namespace aifactory
