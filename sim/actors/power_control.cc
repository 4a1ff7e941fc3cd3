#include "sim/actors/power_control.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/grid/itic.h"

namespace aifactory {
namespace {
/// Timers carry their kind in the upper half of their id.
constexpr std::int64_t kKindStep = std::int64_t{1} << 32;
/// More rounds of consequences within an instant than any graph can need.
constexpr int kMostRounds = 64;

/// A span in ticks, rounded up: what was solved for has happened by then.
Tick ticks_up(Duration d) { return static_cast<Tick>(std::ceil(d.si() * 1e6 - 1e-6)); }
}  // namespace

PowerControl::PowerControl(engine::Kernel& kernel, std::uint32_t rank, Params params, SitePower& power, EventLog& log, Ports ports)
    : kernel_(kernel), rank_(rank), name_(std::move(params.name)), power_(power), log_(log), ports_(std::move(ports)),
      reclose_(params.reclose) {
  std::vector<Change> changes;
  take_params(std::move(params), changes);
  power_.apply(changes);
  for (UnitId u = 0; u < network().size(); ++u) {
    int live = 0;
    for (const UnitId source : network().sources(u)) live += network().live(source);
    unit(u).live_sources = live;
  }
}

void PowerControl::take_params(Params params, std::vector<Change>& changes) {
  const auto count = static_cast<std::size_t>(network().size());
  units_.assign(count, {});
  supplied_.assign(count, true);
  room_for_timers(count);
  breakers_.clear();
  stores_.clear();
  switches_.clear();
  generators_.clear();
  for (auto& b : params.breakers) {
    unit(b.unit).breaker = static_cast<std::int32_t>(breakers_.size());
    breakers_.push_back({std::move(b)});
  }
  for (auto& with : params.stores) {
    unit(with.unit).store = static_cast<std::int32_t>(stores_.size());
    stores_.push_back({std::move(with)});
    StoreState& store = stores_.back();
    store.state = store.battery.full();
    has_batteries_ = has_batteries_ || store.ups;
    const Battery::Params& p = store.battery.params();
    if (store.ups && p.latch_count > 0) store.counter.emplace(SagCounter::Params{.count = p.latch_count, .window = p.latch_window});
    // In eco mode the inverter stands by: its battery cannot carry before it has taken over.
    store.flagged = !store.eco;
    if (store.flagged) changes.push_back({store.unit, Change::What::store, 1.0});
  }
  for (auto& w : params.switches) {
    switches_.push_back({std::move(w)});
    changes.push_back({switches_.back().unit, Change::What::select, 0.0});
  }
  for (auto& g : params.generators) {
    unit(g.unit).generator = static_cast<std::int32_t>(generators_.size());
    unit(g.unit).still = true;
    generators_.push_back({std::move(g)});
    changes.push_back({generators_.back().unit, Change::What::available, 0.0});
    has_generators_ = true;
  }
  find_generators();
}

void PowerControl::find_generators() {
  behind_.clear();
  for (const SwitchState& w : switches_) {
    std::vector<std::vector<std::size_t>> sources;
    for (const UnitId source : network().sources(w.unit)) sources.push_back(generators_behind(source));
    behind_.push_back(std::move(sources));
  }
}

void PowerControl::room_for_timers(std::size_t count) {
  for (auto& versions : versions_) versions.resize(std::max(versions.size(), count), 0);
  for (auto& due : due_) due.resize(std::max(due.size(), count), kNever);
}

std::string PowerControl::name_of(UnitId id) const {
  const auto& u = network().unit(id);
  // Loads are named by those who draw; what stands in between by the network.
  return u.kind == UnitKind::load ? u.name : fmt::format("{}.{}", name_, u.name);
}

void PowerControl::note(const char* kind, UnitId id, const std::string& what, double value, const std::string& cause) {
  log_.add(kernel_.now(), kind, name_of(id), what, value, cause);
}

void PowerControl::timer(Timer kind, std::size_t index, Duration in) {
  timer_at(kind, index, kernel_.now() + ticks_up(in));
}

void PowerControl::timer_at(Timer kind, std::size_t index, Tick at) {
  due_[static_cast<std::size_t>(kind)][index] = at;
  const std::int64_t id = static_cast<std::int64_t>(kind) * kKindStep + static_cast<std::int64_t>(index);
  kernel_.calendar().add(at, engine::Phase::integrate, rank_, *this, id, ++version(kind, index));
}

void PowerControl::on_event(Tick /*now*/, std::int64_t id, std::uint64_t v) {
  const auto kind = static_cast<Timer>(id / kKindStep);
  const auto index = static_cast<std::size_t>(id % kKindStep);
  if (version(kind, index) != v) return;
  cancel(kind, index);
  switch (kind) {
    case Timer::trip: return trip(index);
    case Timer::reclose: return reclose();
    case Timer::store: return store_limit(index);
    case Timer::walk_in: return walk_in(index);
    case Timer::gap: return end_gap(index);
    case Timer::release: return release(index, "staff");
    case Timer::change_over: return change_over(index);
    case Timer::retransfer: return retransfer(index);
    case Timer::ready: return generator_ready(index);
    case Timer::sag_over: return sag_over(index);
    case Timer::ride: return ride_out(static_cast<UnitId>(index));
  }
}

void PowerControl::availability(std::vector<Change>& changes, UnitId id) const {
  changes.push_back({id, Change::What::available, unit(id).available() ? 1.0 : 0.0});
}

void PowerControl::disturb(UnitId id, std::int64_t part, const Disturbance& disturbance, bool begins) {
  UnitState& u = unit(id);
  const std::string name = part < 0 ? name_of(id) : name_of(id) + ".battery";
  const bool out = disturbance.out();
  log_.add(kernel_.now(), event_kind(disturbance.kind, begins), name, out ? (begins ? "out" : "back") : (begins ? "left_frac" : "whole, left_frac"),
           out ? kUnset : (begins ? disturbance.factor : 1.0), disturbance.cause);
  std::vector<Change> changes;
  if (part >= 0) {
    if (u.store < 0) return;
    StoreState& store = stores_[static_cast<std::size_t>(u.store)];
    settle(store, kernel_.now());
    if (out) {
      store.failed += begins ? 1 : -1;
    } else {
      store.degraded.change(-1, disturbance, begins);
      store.left = store.degraded.left(-1);
    }
    follow(std::move(changes), name);
    store_powers(static_cast<std::size_t>(u.store));
    return;
  }
  if (out) {
    u.faults += begins ? 1 : -1;
    if (!begins && reclose_) timer(Timer::reclose, 0, *reclose_);
    if (u.generator >= 0) {
      GeneratorState& g = generators_[static_cast<std::size_t>(u.generator)];
      if (begins && g.run == GeneratorState::Run::starting) cancel(Timer::ready, static_cast<std::size_t>(u.generator));
      if (begins && g.run == GeneratorState::Run::running) g.ran += kernel_.now() - g.since;
      if (begins) g.run = GeneratorState::Run::off;
      if (begins) u.still = true;
    }
    availability(changes, id);
  } else {
    u.degraded.change(-1, disturbance, begins);
    u.left = u.degraded.left(-1);
  }
  follow(std::move(changes), name);
}

void PowerControl::follow(std::vector<Change> changes, const std::string& cause) {
  cause_ = cause;
  fed_otherwise_ = true;
  for (int round = 0;; ++round) {
    AIF_CHECK(round < kMostRounds, "the power network does not come to rest");
    if (!changes.empty() || round == 0) power_.apply(changes);
    changes.clear();
    if (sagging()) voltages();
    follow_switches(changes, cause);
    follow_stores(changes, cause);
    follow_generators(changes, cause);
    if (changes.empty()) break;
  }
  tell_loads(cause);
}

void PowerControl::tell_loads(const std::string& cause) {
  for (const UnitId load : network().loads()) {
    const auto i = static_cast<std::size_t>(load);
    UnitState& u = units_[i];
    const bool live = network().live(load);
    int sources = 0;
    for (const UnitId source : network().sources(load)) sources += network().live(source);
    const int of = static_cast<int>(network().sources(load).size());
    if (!told_.empty() && told_[i]) {
      u.live_sources = sources;
      supplied_[i] = live;
      continue;
    }
    if (sources != u.live_sources && of > 1 && sources > 0 && ports_.cords) ports_.cords(load, sources, of, cause);
    u.live_sources = sources;
    if (live == supplied_[i]) continue;
    supplied_[i] = live;
    // What is told to a load whose shelves have run empty is what took its supply, a moment ago.
    const bool held = u.store >= 0 && !live && !stores_[static_cast<std::size_t>(u.store)].cause.empty();
    ports_.supply(load, live, held ? stores_[static_cast<std::size_t>(u.store)].cause : cause);
  }
}

void PowerControl::carried() {
  const bool all = fed_otherwise_;
  fed_otherwise_ = false;
  if (all) {
    for (std::size_t b = 0; b < breakers_.size(); ++b) breaker_load(b);
    for (std::size_t i = 0; i < stores_.size(); ++i) store_powers(i);
    for (std::size_t g = 0; g < generators_.size(); ++g) generator_power(g);
    return;
  }
  for (const UnitId id : network().changed()) {
    const UnitState& u = unit(id);
    if (u.breaker >= 0) breaker_load(static_cast<std::size_t>(u.breaker));
    if (u.store >= 0) store_powers(static_cast<std::size_t>(u.store));
    if (u.generator >= 0) generator_power(static_cast<std::size_t>(u.generator));
  }
}

void PowerControl::breaker_load(std::size_t index) {
  BreakerState& b = breakers_[index];
  const double load = network().output(b.unit) / (b.rating * unit(b.unit).left);
  if (load == b.load) return;
  const Tick now = kernel_.now();
  const bool timed = b.model.trip_time(load).has_value();
  // At rest below pickup there is nothing to integrate and nobody to tell.
  if (!timed && !b.over && b.state.share == 0.0) {
    b.load = load;
    b.since = now;
    return;
  }
  b.state = b.model.advance(b.state, b.load, to_duration(now - b.since));
  b.load = load;
  b.since = now;
  if (timed && !b.over) b.cause = cause_;
  if (timed != b.over && !b.open) note("overload", b.unit, timed ? "breaker times, load_frac" : "breaker at rest, load_frac", load, timed || cause_.empty() ? b.cause : cause_);
  b.over = timed;
  if (const auto left = b.model.time_to_trip(b.state, load); left && !b.open) {
    timer(Timer::trip, index, *left);
  } else {
    cancel(Timer::trip, index);
  }
}

void PowerControl::trip(std::size_t index) {
  BreakerState& b = breakers_[index];
  b.state.share = 1.0;
  b.since = kernel_.now();
  b.open = true;
  b.over = false;
  ++trips_;
  note("breaker_trip", b.unit, "opened, load_frac", b.load, b.cause);
  unit(b.unit).tripped = true;
  if (ports_.tripped) ports_.tripped(b.unit, true);
  std::vector<Change> changes;
  availability(changes, b.unit);
  if (reclose_) timer(Timer::reclose, 0, *reclose_);
  follow(std::move(changes), name_of(b.unit));
}

void PowerControl::reclose() {
  // Staff close all of them together, and not onto a network that still lacks a unit.
  if (std::any_of(units_.begin(), units_.end(), [](const UnitState& u) { return u.faults > 0; })) return;
  std::vector<Change> changes;
  for (BreakerState& b : breakers_) {
    if (!b.open) continue;
    b.state = {};
    b.since = kernel_.now();
    b.load = 0.0;
    b.open = false;
    note("breaker_close", b.unit, "closed", kUnset, "staff");
    unit(b.unit).tripped = false;
    if (ports_.tripped) ports_.tripped(b.unit, false);
    availability(changes, b.unit);
  }
  if (!changes.empty()) follow(std::move(changes), "staff");
}

void PowerControl::sag(UnitId feed, double depth, Duration span, const std::string& cause) {
  if (network().unit(feed).kind != UnitKind::utility_feed) return;  // a generator has a voltage of its own
  note("sag", feed, "voltage_pu", 1.0 - depth, cause);
  sags_.push_back({feed, depth, false, cause});
  ++open_sags_;
  room_for_timers(sags_.size());
  timer(Timer::sag_over, sags_.size() - 1, span);
  follow_sag(feed);
}

void PowerControl::sag_over(std::size_t index) {
  Sag& sag = sags_[index];
  sag.over = true;
  --open_sags_;
  note("sag_over", sag.feed, "voltage back", kUnset, sag.cause);
  follow_sag(sag.feed);
}

void PowerControl::follow_sag(UnitId feed) {
  voltages();
  std::vector<Change> changes;
  for (const UnitId load : network().loads()) {
    UnitState& u = unit(load);
    const auto i = static_cast<std::size_t>(load);
    const bool low = network().fed(load) && std::isfinite(itic_tolerated(u.voltage).si());
    if (low && !u.riding && !u.shed) {
      u.riding = true;
      Duration ride = itic_tolerated(u.voltage);
      if (u.store >= 0) ride = std::max(ride, stores_[static_cast<std::size_t>(u.store)].battery.params().autonomy);
      timer(Timer::ride, i, ride);
    } else if (!low && (u.riding || u.shed)) {
      u.riding = false;
      cancel(Timer::ride, i);
      if (u.shed) {
        u.shed = false;
        availability(changes, load);
      }
    }
  }
  follow(std::move(changes), name_of(feed));
}

void PowerControl::ride_out(UnitId load) {
  UnitState& u = unit(load);
  u.riding = false;
  u.shed = true;
  std::vector<Change> changes;
  availability(changes, load);
  std::string cause = cause_;
  for (const Sag& sag : sags_) {
    if (!sag.over) cause = name_of(sag.feed);
  }
  if (u.store >= 0) stores_[static_cast<std::size_t>(u.store)].cause = cause;
  follow(std::move(changes), cause);
}

void PowerControl::voltages() {
  // Sources stand before what they feed only in the network's own order; loops are impossible, so repeat until at rest.
  for (UnitState& u : units_) u.voltage = 1.0;
  for (const Sag& sag : sags_) {
    if (!sag.over) unit(sag.feed).voltage *= 1.0 - sag.depth;
  }
  for (bool moved = true; moved;) {
    moved = false;
    for (UnitId id = 0; id < network().size(); ++id) {
      const auto sources = network().sources(id);
      if (sources.empty()) continue;
      UnitState& u = unit(id);
      // A load runs on its best cord; elsewhere sources in parallel share the sag.
      const bool load = network().unit(id).kind == UnitKind::load, first_only = network().unit(id).share == SourceShare::primary;
      double v = load ? -1.0 : 2.0;
      for (int i = 0; i < static_cast<int>(sources.size()); ++i) {
        const UnitId source = sources[static_cast<std::size_t>(i)];
        const int selected = network().selected(id);
        if (!network().live(source) || (selected != PowerNetwork::kAll && selected != i)) continue;
        // A UPS with a battery gives its own voltage, whatever it is fed.
        const UnitState& from = unit(source);
        const bool own = from.store >= 0 && network().unit(source).kind == UnitKind::ups;
        const double pu = own ? 1.0 : from.voltage;
        v = load ? std::max(v, pu) : std::min(v, pu);
        if (first_only) break;
      }
      if (v > 1.5 || v < 0.0) v = 1.0;  // no live source: not a matter of voltage
      if (v != u.voltage) {
        u.voltage = v;
        moved = true;
      }
    }
  }
}

}  // namespace aifactory
