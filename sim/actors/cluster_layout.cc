/// @file Racks of a cluster that come in and go, and that hang on other supplies and coolant from an instant on.
#include <algorithm>

#include "sim/actors/cluster.h"

namespace aifactory {

void Cluster::forget_heat() {
  for (std::size_t b = 0; b < banks_.size(); ++b) {
    ports_.heat_changes(b);
    ports_.heat(b, 0.0 * W, 0.0 * W, 0.0 * W);
  }
}

void Cluster::lay_out(Layout layout) {
  supply_before_.assign(health_.size(), {true, 1.0});
  for (std::size_t r = 0; r < health_.size(); ++r) {
    const std::size_t b = rack_bank_[r];
    RackHealth& state = health_[r];
    const auto rack = static_cast<std::int64_t>(r);
    if (state.there) {
      supply_before_[r] = {bank_supplied_[b], bank_cords_[b]};
    } else if (rack >= banks_[b].first_rack && rack < banks_[b].first_rack + banks_[b].racks) {
      // It has gone, and leaves its place with the supply that this has: what else has befallen it stays until it ends.
      state.faults = static_cast<std::int16_t>(state.faults - (bank_supplied_[b] ? 0 : 1) - (state.dark ? 1 : 0));
      state.dark = false;
    }
  }
  banks_ = std::move(layout.banks);
  bank_cords_ = std::move(layout.cords);
  bank_supplied_ = std::move(layout.supplied);
  // Whatever has been solved for belongs to the banks that were.
  if (watch_version_.size() < banks_.size()) watch_version_.resize(banks_.size(), 0);
  for (std::uint64_t& version : watch_version_) ++version;
  bank_input_w_.assign(banks_.size(), 0.0);
  bank_chip_w_.assign(banks_.size(), 0.0);
  bank_slow_.assign(banks_.size(), false);
  std::fill(rack_bank_.begin(), rack_bank_.end(), 0);
  for (std::size_t b = 0; b < banks_.size(); ++b) {
    for (std::int64_t r = banks_[b].first_rack; r < banks_[b].first_rack + banks_[b].racks; ++r) {
      const auto rack = static_cast<std::size_t>(r);
      rack_bank_[rack] = b;
      bank_input_w_[b] += rack_input_w_[rack];  // exact: powers are on a grid
      bank_chip_w_[b] += rack_chip_w_[rack];
      if (health_[rack].thermal == Thermal::throttled) bank_slow_[b] = true;
    }
  }
}

void Cluster::take_up(std::int64_t racks, const std::string& cause) {
  for (std::int64_t r = installed_; r < racks; ++r) come(r, cause);
  for (std::int64_t r = racks; r < installed_; ++r) {
    health(r).leaving = true;
    leaving_[r] = cause;
    note(r, "rack_leaves", "no new jobs", kUnset, cause);
    update_usable(r);
  }
  installed_ = racks;
  for (std::size_t i = 0; i < health_.size(); ++i) {
    const auto rack = static_cast<std::int64_t>(i);
    if (!health_[i].there) continue;
    const auto [supplied, cords] = supply_before_[i];
    const std::size_t b = rack_bank_[i];
    if (supplied != bank_supplied_[b]) fault(rack, bank_supplied_[b], cause);
    if (cords != bank_cords_[b]) supply_changed(rack, cause);
  }
  let_go();
  flush_notes();
  rate_jobs();
  publish();
  for (std::size_t b = 0; b < banks_.size(); ++b) {
    ports_.heat_changes(b);
    tell_heat(b);
  }
  for (std::size_t b = 0; b < banks_.size(); ++b) watch(b);
}

/// A rack comes in: on and idle, unless something has befallen it already.
void Cluster::come(std::int64_t rack, const std::string& cause) {
  RackHealth& state = health(rack);
  state.leaving = false;
  leaving_.erase(rack);
  if (!state.there) {
    state.there = true;
    supply_before_[static_cast<std::size_t>(rack)] = {true, 1.0};
    field_.set_rack_on(rack, state.faults == 0);
    note(rack, "rack_in", state.faults == 0 ? "on" : "off", kUnset, cause);
    if (state.shelves_out > 0) supply_changed(rack, cause);
    set_leakage(rack);
    apply_speed(rack);
  } else {
    note(rack, "rack_stays", "on", kUnset, cause);
  }
  update_usable(rack);
}

/// A rack goes: it draws nothing any more, and is no rack that is down.
void Cluster::go(std::int64_t rack, const std::string& cause) {
  RackHealth& state = health(rack);
  if (state.thermal == Thermal::throttled) count_throttled(-1);
  state.thermal = Thermal::normal;
  if (state.braked) --braked_count_;
  state.braked = false;
  short_.erase(rack);
  end_burn_in(rack);
  state.recover_at = kNever;
  if (!state.up) count_down(-1);
  state.up = true;
  state.leaving = state.there = false;
  field_.set_rack_on(rack, false);
  note(rack, "rack_out", "off", kUnset, cause);
}

void Cluster::let_go() {
  for (auto it = leaving_.begin(); it != leaving_.end();) {
    if (!field_.jobs_on(it->first).empty()) {
      ++it;
      continue;
    }
    go(it->first, it->second);
    it = leaving_.erase(it);
  }
}

}  // namespace aifactory
