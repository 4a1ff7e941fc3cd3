/// @file Stores of a power network: batteries of UPSs, shelves of racks.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/power/network.h"
#include "sim/actors/power_control.h"

namespace aifactory {
namespace {
/// The rectifier of a UPS works down to this voltage: assumed, -15 %.
constexpr double kLowestInput = 0.85;
}  // namespace

Energy PowerControl::content(const StoreState& store, Tick now) {
  return store.battery.advance(store.state, store.charge, store.discharge, to_duration(now - store.since)).content;
}

double PowerControl::charge_frac(const StoreState& store, Tick now) {
  // Full or empty is told in a whole tick, and by then it is a billionth beyond.
  return std::clamp(content(store, now) / store.battery.capacity(), 0.0, 1.0);
}

void PowerControl::settle(StoreState& store, Tick now) {
  store.state.content = content(store, now);
  store.since = now;
}

bool PowerControl::input_good(const StoreState& store) const {
  return network().fed(store.unit) && unit(store.unit).voltage >= kLowestInput;
}

void PowerControl::charge(StoreState& store, bool on) {
  store.charging = on;
  power_.set_charge(store.unit, on ? store.battery.charge_power() : 0.0 * W);
}

void PowerControl::count_battery(StoreState& store, bool on) {
  const Tick now = kernel_.now();
  if (store.on_battery_since >= 0) store.on_battery += now - store.on_battery_since;
  store.on_battery_since = on ? now : -1;
  if (on) store.carried_from = now;
}

void PowerControl::follow_stores(std::vector<Change>& changes, const std::string& cause) {
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    StoreState& store = stores_[i];
    if (store.ups) {
      follow_store(i, changes, cause);
      continue;
    }
    // Shelves of racks: they carry on their own while nothing is live, and are charged when something is.
    if (!network().fed(store.unit)) {
      if (store.charging) charge(store, false);
      continue;
    }
    if (store.empty) {
      store.empty = false;
      changes.push_back({store.unit, Change::What::store, 1.0});
    }
    settle(store, kernel_.now());
    if (!store.charging && !store.battery.is_full(store.state)) charge(store, true);
  }
}

void PowerControl::follow_store(std::size_t i, std::vector<Change>& changes, const std::string& cause) {
  StoreState& store = stores_[i];
  const UnitState& u = unit(store.unit);
  if (store.mode == Mode::gap && u.faults == 0 && !u.tripped) return;
  if (u.faults > 0 || u.tripped) {
    // The unit is out: what it carried is lost, its battery keeps what it holds.
    if (store.mode != Mode::on_input) {
      cancel(Timer::walk_in, i);
      cancel(Timer::gap, i);
      unit(store.unit).gap = false;
      store.mode = Mode::on_input;
      count_battery(store, false);
      changes.push_back({store.unit, Change::What::share, 0.0});
    }
    if (store.charging) charge(store, false);
    return;
  }
  const bool good = input_good(store);
  // Its last joules are no reserve: what is empty to rounding must not carry again within the instant.
  const bool drained = content(store, kernel_.now()) <= floor_of(store) + store.battery.capacity() * 1e-6;
  if (good && store.empty && store.failed == 0) store.empty = false;  // it can take charge again; how much it holds is another matter
  const bool ready = !store.empty && store.failed == 0;
  if (!good && store.mode != Mode::on_battery) lose_input(store, i, changes, cause);
  if (store.mode == Mode::on_battery && good) {
    if (!ready || drained) {
      if (store.latched) note("ups", store.unit, "latch released", kUnset, "battery empty");
      store.latched = false;
      to_input(store, changes, cause);
    } else if (!store.latched) {
      if (store.battery.params().walk_in > 0.0 * s) {
        store.mode = Mode::walking_in;
        store.step = 0;
        note("ups", store.unit, "input back, load walks in", kUnset, cause);
        timer(Timer::walk_in, i, store.battery.params().walk_in / static_cast<double>(kWalkInSteps));
      } else {
        to_input(store, changes, cause);
      }
    }
  } else if (store.mode == Mode::walking_in && (!ready || drained)) {
    to_input(store, changes, cause);
  }
  if (store.mode == Mode::on_input && good) {
    settle(store, kernel_.now());
    const bool wanted = store.failed == 0 && !store.battery.is_full(store.state);
    if (wanted != store.charging) charge(store, wanted);
  }
  const bool flag = ready && !(store.eco && store.mode == Mode::on_input);
  if (flag != store.flagged) {
    store.flagged = flag;
    changes.push_back({store.unit, Change::What::store, flag ? 1.0 : 0.0});
  }
}

void PowerControl::lose_input(StoreState& store, std::size_t i, std::vector<Change>& changes, const std::string& cause) {
  const bool walking = store.mode == Mode::walking_in;
  cancel(Timer::walk_in, i);
  if (store.charging) charge(store, false);
  store.cause = cause;
  const bool was_latched = store.latched;
  if (store.counter && !store.latched) store.latched = store.counter->sag(store.sags, kernel_.now());
  if (store.latched && !was_latched) {
    store.sags = {};
    note("ups", store.unit, "latched to battery: input disturbed too often", kUnset, cause);
    if (store.battery.params().latch_release) timer(Timer::release, i, *store.battery.params().latch_release);
  }
  if (store.eco && !walking) {
    store.mode = Mode::gap;
    unit(store.unit).gap = true;
    availability(changes, store.unit);
    timer(Timer::gap, i, store.eco_gap);
    return;
  }
  store.mode = Mode::on_battery;
  changes.push_back({store.unit, Change::What::share, 1.0});
  if (store.empty || store.failed > 0) return;
  if (!walking) count_battery(store, true);
  note("ups", store.unit, "on battery, charge_frac", charge_frac(store, kernel_.now()), cause);
}

void PowerControl::to_input(StoreState& store, std::vector<Change>& changes, const std::string& cause) {
  store.mode = Mode::on_input;
  count_battery(store, false);
  changes.push_back({store.unit, Change::What::share, 0.0});
  note("ups", store.unit, "on input, charge_frac", charge_frac(store, kernel_.now()), cause);
}

void PowerControl::walk_in(std::size_t i) {
  StoreState& store = stores_[i];
  if (store.mode != Mode::walking_in) return;
  std::vector<Change> changes;
  if (++store.step < kWalkInSteps) {
    changes.push_back({store.unit, Change::What::share, 1.0 - static_cast<double>(store.step) / kWalkInSteps});
    timer(Timer::walk_in, i, store.battery.params().walk_in / static_cast<double>(kWalkInSteps));
  } else {
    to_input(store, changes, "load has walked in");
  }
  follow(std::move(changes), name_of(store.unit));
}

void PowerControl::end_gap(std::size_t i) {
  StoreState& store = stores_[i];
  unit(store.unit).gap = false;
  std::vector<Change> changes;
  availability(changes, store.unit);
  store.mode = Mode::on_battery;
  changes.push_back({store.unit, Change::What::share, 1.0});
  if (!store.empty && store.failed == 0) {
    store.flagged = true;
    changes.push_back({store.unit, Change::What::store, 1.0});
    count_battery(store, true);
    note("ups", store.unit, "on battery, charge_frac", charge_frac(store, kernel_.now()), store.cause);
  }
  follow(std::move(changes), store.cause);
}

void PowerControl::release(std::size_t i, const std::string& cause) {
  StoreState& store = stores_[i];
  if (!store.latched) return;
  store.latched = false;
  note("ups", store.unit, "latch released", kUnset, cause);
  follow({}, name_of(store.unit));
}

void PowerControl::store_powers(std::size_t i) {
  StoreState& store = stores_[i];
  const Power discharge = network().from_store(store.unit), into = network().into_store(store.unit);
  if (discharge != store.discharge || into != store.charge) {
    settle(store, kernel_.now());
    if (store.ups) least_seen_ = std::fmin(least_seen_, charge_frac(store, kernel_.now()));
    if (discharge > 0.0 * W && store.discharge == 0.0 * W && !store.ups) store.cause = cause_;
    store.discharge = discharge;
    store.charge = into;
    power_.set_store_loss(store.unit, store.battery.loss(into, discharge));
  } else if (discharge == 0.0 * W && into == 0.0 * W) {
    return;
  }
  if (const auto left = store.battery.time_to_empty({content(store, kernel_.now())}, into, discharge, floor_of(store))) {
    timer(Timer::store, i, *left);
  } else if (const auto full = store.battery.time_to_full({content(store, kernel_.now())}, into, discharge)) {
    timer(Timer::store, i, *full);
  } else {
    cancel(Timer::store, i);
  }
}

void PowerControl::store_limit(std::size_t i) {
  StoreState& store = stores_[i];
  settle(store, kernel_.now());
  if (store.charge > 0.0 * W && store.battery.rate(store.charge, store.discharge) > 0.0 * W) {
    charge(store, false);
    if (store.ups) note("ups", store.unit, "battery full", kUnset, "charged from its input");
    return;
  }
  store.empty = true;
  store.flagged = false;
  std::vector<Change> changes{{store.unit, Change::What::store, 0.0}};
  const std::string cause = store.ups ? name_of(store.unit) : store.cause;
  if (store.ups) {
    note("battery_empty", store.unit, "after_s", to_seconds(kernel_.now() - store.carried_from), store.cause);
    if (store.mode == Mode::on_battery) count_battery(store, false);
  }
  follow(std::move(changes), cause);
}

Energy PowerControl::stored_change(Tick now) const {
  Accumulator sum;
  sum.add(gone_.stored_j);
  for (const StoreState& store : stores_) sum.add((content(store, now) - store.battery.capacity()).si());
  return Energy(sum.value());
}

Duration PowerControl::on_battery(Tick now) const {
  Tick sum = gone_.on_battery;
  for (const StoreState& store : stores_) {
    if (store.ups) sum += store.on_battery + (store.on_battery_since >= 0 ? now - store.on_battery_since : 0);
  }
  return to_duration(sum);
}

double PowerControl::least_charge(Tick now) const {
  double least = kUnset;
  for (const StoreState& store : stores_) {
    if (store.ups) least = std::fmin(least, charge_frac(store, now));
  }
  return least;
}

}  // namespace aifactory
