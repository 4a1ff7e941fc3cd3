/// @file Another network takes the place of a site's while it runs: units of the same name go on as they are.
#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "models/power/network.h"
#include "sim/actors/power_control.h"

namespace aifactory {

/// The network that was: its units by name, and all that acted in it.
struct PowerControl::Before {
  Tick now = 0;
  std::vector<std::string> names;                      ///< of its units
  std::vector<std::vector<std::string>> sources;       ///< of each switch, by name
  std::map<std::string, UnitId> by_name;
  std::vector<UnitState> units;
  std::vector<bool> supplied;
  std::vector<BreakerState> breakers;
  std::vector<StoreState> stores;
  std::vector<SwitchState> switches;
  std::vector<GeneratorState> generators;
  std::array<std::vector<Tick>, kTimers> due;

  [[nodiscard]] const std::string& name(UnitId unit) const { return names[static_cast<std::size_t>(unit)]; }
  [[nodiscard]] UnitId find(const std::string& name) const {
    const auto found = by_name.find(name);
    return found == by_name.end() ? -1 : found->second;
  }
};

void PowerControl::exchange(const std::function<Exchanged()>& swap, const std::string& cause) {
  const Tick now = kernel_.now();
  Before before{.now = now, .names = {}, .sources = {}, .by_name = {}, .units = {}, .supplied = {}, .breakers = {}, .stores = {}, .switches = {}, .generators = {}, .due = due_};
  for (StoreState& store : stores_) settle(store, now);
  const Energy stored = stored_change(now);
  for (GeneratorState& g : generators_) {
    g.fuel_m3 += g.model.fuel_flow(g.fuel).si() * to_seconds(now - g.fuel_since);
    g.fuel_since = now;
  }
  for (UnitId u = 0; u < network().size(); ++u) {
    before.names.push_back(network().unit(u).name);
    before.by_name[before.names.back()] = u;
  }
  for (const SwitchState& w : switches_) {
    auto& names = before.sources.emplace_back();
    for (const UnitId source : network().sources(w.unit)) names.push_back(network().unit(source).name);
  }
  before.units = std::move(units_);
  before.supplied = std::move(supplied_);
  before.breakers = std::move(breakers_);
  before.stores = std::move(stores_);
  before.switches = std::move(switches_);
  before.generators = std::move(generators_);
  for (std::size_t kind = 0; kind < kTimers; ++kind) {
    if (kind == static_cast<std::size_t>(Timer::reclose) || kind == static_cast<std::size_t>(Timer::sag_over)) continue;  // of no unit
    for (std::size_t i = 0; i < due_[kind].size(); ++i) cancel(static_cast<Timer>(kind), i);
  }

  Exchanged with = swap();
  std::vector<Change> changes;
  take_params(std::move(with.params), changes);
  carry_units(before);
  carry_stores(before, changes);
  carry_switches(before, changes);
  carry_generators(before);
  for (UnitId u = 0; u < network().size(); ++u) availability(changes, u);
  power_.apply(changes);
  changes.clear();
  for (StoreState& store : stores_) {
    // Shelves of racks that have no supply hold nothing.
    if (store.ups || network().fed(store.unit)) continue;
    store.state.content = Energy(0.0);
    store.empty = true;
    changes.push_back({store.unit, Change::What::store, 0.0});
  }
  if (!changes.empty()) power_.apply(changes);
  carry_timers(before);
  gone_.stored_j += (stored - stored_change(now)).si();
  for (UnitId u = 0; u < network().size(); ++u) {
    int live = 0;
    for (const UnitId source : network().sources(u)) live += network().live(source);
    unit(u).live_sources = live;
    const UnitId was = before.find(network().unit(u).name);
    supplied_[static_cast<std::size_t>(u)] = was < 0 || before.supplied[static_cast<std::size_t>(was)];  // one that comes is told when it has none
  }
  told_.assign(units_.size(), false);
  for (const UnitId load : with.told) told_[static_cast<std::size_t>(load)] = true;
  set_generation();
  follow({}, cause);
  told_.clear();
}

void PowerControl::carry_units(const Before& before) {
  // What befalls units that go waits for them.
  for (std::size_t u = 0; u < before.units.size(); ++u) {
    const UnitState& was = before.units[u];
    const bool touched = was.faults > 0 || !was.degraded.none();
    if (touched && network().find(before.names[u]) < 0) absent_[before.names[u]] = was;
  }
  for (UnitId id = 0; id < network().size(); ++id) {
    UnitState& state = unit(id);
    const std::string& name = network().unit(id).name;
    const UnitId old = before.find(name);
    const auto waits = absent_.find(name);
    const UnitState* was = old >= 0 ? &before.units[static_cast<std::size_t>(old)] : waits != absent_.end() ? &waits->second : nullptr;
    if (!was) continue;
    state.faults = was->faults;
    state.degraded = was->degraded;
    state.left = was->left;
    if (old >= 0) {
      state.tripped = was->tripped && state.breaker >= 0;
      state.shed = was->shed;
      state.riding = was->riding;
      state.voltage = was->voltage;
    }
    if (state.breaker >= 0 && was->breaker >= 0 && old >= 0) {
      const BreakerState& from = before.breakers[static_cast<std::size_t>(was->breaker)];
      BreakerState& b = breakers_[static_cast<std::size_t>(state.breaker)];
      b.state = from.model.advance(from.state, from.load, to_duration(before.now - from.since));
      b.since = before.now;
      b.load = -1.0;  // none that it could have: looked at anew when the network has carried its loads
      b.over = from.over;
      b.open = from.open;
      b.cause = from.cause;
    }
    if (waits != absent_.end()) absent_.erase(waits);
  }
  for (Sag& sag : sags_) {
    if (sag.over) continue;
    const UnitId feed = network().find(before.name(sag.feed));
    if (feed >= 0) {
      sag.feed = feed;
    } else {
      sag.feed = 0;
      sag.over = true;
      --open_sags_;
      cancel(Timer::sag_over, static_cast<std::size_t>(&sag - sags_.data()));
    }
  }
}

void PowerControl::carry_stores(const Before& before, std::vector<Change>& changes) {
  std::vector<bool> carried(before.stores.size(), false);
  for (StoreState& store : stores_) {
    store.since = before.now;
    const UnitId old = before.find(network().unit(store.unit).name);
    const std::int32_t number = old < 0 ? -1 : before.units[static_cast<std::size_t>(old)].store;
    if (number < 0 || before.stores[static_cast<std::size_t>(number)].ups != store.ups) continue;
    const StoreState& from = before.stores[static_cast<std::size_t>(number)];
    carried[static_cast<std::size_t>(number)] = true;
    const bool flagged = store.flagged;
    StoreState fresh = from;
    static_cast<StoreUnit&>(fresh) = store;
    fresh.state.content = store.battery.capacity() * (from.state.content / from.battery.capacity());
    fresh.since = before.now;
    fresh.charge = fresh.discharge = 0.0 * W;  // as the network that comes has them: nothing flows yet
    fresh.counter = store.counter;
    store = std::move(fresh);
    if (store.flagged != flagged) changes.push_back({store.unit, Change::What::store, store.flagged ? 1.0 : 0.0});
    if (store.mode == Mode::gap) unit(store.unit).gap = true;
    if (store.mode == Mode::on_battery) changes.push_back({store.unit, Change::What::share, 1.0});
    if (store.mode == Mode::walking_in) changes.push_back({store.unit, Change::What::share, 1.0 - static_cast<double>(store.step) / kWalkInSteps});
    if (store.charging) charge(store, true);
  }
  for (std::size_t i = 0; i < before.stores.size(); ++i) {
    const StoreState& store = before.stores[i];
    if (!carried[i] && store.ups) gone_.on_battery += store.on_battery + (store.on_battery_since >= 0 ? before.now - store.on_battery_since : 0);
  }
}

void PowerControl::carry_switches(const Before& before, std::vector<Change>& changes) {
  for (SwitchState& w : switches_) {
    const std::string& name = network().unit(w.unit).name;
    const auto from = std::find_if(before.switches.begin(), before.switches.end(), [&](const SwitchState& one) { return before.name(one.unit) == name; });
    if (from == before.switches.end()) continue;
    const std::string& on = before.sources[static_cast<std::size_t>(from - before.switches.begin())][static_cast<std::size_t>(from->position)];
    const auto sources = network().sources(w.unit);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (network().unit(sources[i]).name == on) w.position = static_cast<int>(i);
    }
    w.open = from->open;
    w.waiting = from->waiting;
    w.cause = from->cause;
    changes.push_back({w.unit, Change::What::select, static_cast<double>(w.open ? PowerNetwork::kOpen : w.position)});
  }
}

void PowerControl::carry_generators(const Before& before) {
  using Run = GeneratorState::Run;
  std::vector<bool> carried(before.generators.size(), false);
  for (GeneratorState& g : generators_) {
    g.since = g.fuel_since = g.low_since = before.now;
    const UnitId old = before.find(network().unit(g.unit).name);
    const std::int32_t number = old < 0 ? -1 : before.units[static_cast<std::size_t>(old)].generator;
    if (number < 0) continue;
    const GeneratorState& from = before.generators[static_cast<std::size_t>(number)];
    carried[static_cast<std::size_t>(number)] = true;
    GeneratorState fresh = from;
    static_cast<GeneratorUnit&>(fresh) = g;
    g = std::move(fresh);
    g.fuel_since = before.now;
    unit(g.unit).still = g.run != Run::running;
  }
  for (std::size_t i = 0; i < before.generators.size(); ++i) {
    const GeneratorState& g = before.generators[i];
    if (carried[i]) continue;
    gone_.fuel_m3 += g.fuel_m3;
    gone_.ran += g.ran + (g.run == Run::running ? before.now - g.since : 0);
    gone_.low_time += g.low_time + (g.low ? before.now - g.low_since : 0);
  }
}

void PowerControl::carry_timers(const Before& before) {
  const auto carry = [&](Timer kind, const auto& now_there, const auto& was_there) {
    std::map<std::string_view, Tick> awaited;
    for (std::size_t o = 0; o < was_there.size(); ++o) {
      const Tick due = before.due[static_cast<std::size_t>(kind)][o];
      if (due != kNever) awaited[before.name(was_there[o].unit)] = due;
    }
    for (std::size_t i = 0; i < now_there.size() && !awaited.empty(); ++i) {
      const auto due = awaited.find(network().unit(now_there[i].unit).name);
      if (due != awaited.end()) timer_at(kind, i, due->second);
    }
  };
  // What a load or a content leads to is solved for again; these are delays.
  for (const Timer kind : {Timer::walk_in, Timer::gap, Timer::release}) carry(kind, stores_, before.stores);
  for (const Timer kind : {Timer::change_over, Timer::retransfer}) carry(kind, switches_, before.switches);
  carry(Timer::ready, generators_, before.generators);
  for (UnitId id = 0; id < network().size(); ++id) {
    const UnitId old = before.find(network().unit(id).name);
    const Tick due = old < 0 ? kNever : before.due[static_cast<std::size_t>(Timer::ride)][static_cast<std::size_t>(old)];
    if (due != kNever) timer_at(Timer::ride, static_cast<std::size_t>(id), due);
  }
}

void PowerControl::befalls_absent(const std::string& name, std::int64_t part, const Disturbance& disturbance, bool begins) {
  log_.add(kernel_.now(), event_kind(disturbance.kind, begins), fmt::format("{}.{}", name_, name), "is not there", kUnset, disturbance.cause);
  if (part >= 0) return;  // its battery comes with it, sound
  UnitState& state = absent_[name];
  if (disturbance.out()) {
    state.faults += begins ? 1 : -1;
  } else {
    state.degraded.change(-1, disturbance, begins);
    state.left = state.degraded.left(-1);
  }
}

}  // namespace aifactory
