/// @file What stands by in a power network: transfer switches and generators.
#include <algorithm>

#include <fmt/format.h>

#include "models/power/network.h"
#include "sim/actors/power_control.h"

namespace aifactory {
namespace {
constexpr double kHair = 1.0 + 1e-9;
}  // namespace

int PowerControl::first_live(UnitId id) const {
  const auto sources = network().sources(id);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (network().live(sources[i])) return static_cast<int>(i);
  }
  return -1;
}

void PowerControl::follow_switches(std::vector<Change>& changes, const std::string& cause) {
  for (std::size_t i = 0; i < switches_.size(); ++i) {
    SwitchState& w = switches_[i];
    if (w.open) continue;
    const auto sources = network().sources(w.unit);
    const int first = first_live(w.unit);
    const bool dead = !network().live(sources[static_cast<std::size_t>(w.position)]);
    if (!dead && first < w.position) {
      if (!w.waiting) timer(Timer::retransfer, i, w.retransfer);
      w.waiting = true;
      continue;
    }
    if (w.waiting) cancel(Timer::retransfer, i);
    w.waiting = false;
    if (!dead || first < 0) continue;
    w.open = true;
    w.cause = cause;
    changes.push_back({w.unit, Change::What::select, static_cast<double>(PowerNetwork::kOpen)});
    // Generators take one block of load after the other.
    Tick at = kernel_.now() + to_ticks(w.transfer);
    for (const std::size_t g : behind_[i][static_cast<std::size_t>(first)]) at = std::max(at, generators_[g].next_block);
    for (const std::size_t g : behind_[i][static_cast<std::size_t>(first)]) {
      generators_[g].next_block = at + to_ticks(generators_[g].model.params().step_interval);
    }
    timer(Timer::change_over, i, to_duration(at - kernel_.now()));
  }
}

void PowerControl::change_over(std::size_t i) {
  SwitchState& w = switches_[i];
  w.open = false;
  if (const int first = first_live(w.unit); first >= 0) {
    w.position = first;
    ++transfers_;
    note("transfer", w.unit, "on " + network().unit(network().sources(w.unit)[static_cast<std::size_t>(first)]).name, kUnset, w.cause);
  }
  follow({{w.unit, Change::What::select, static_cast<double>(w.position)}}, name_of(w.unit));
}

void PowerControl::retransfer(std::size_t i) {
  SwitchState& w = switches_[i];
  w.waiting = false;
  const int first = first_live(w.unit);
  if (first < 0 || first >= w.position) return;
  w.position = first;
  ++transfers_;
  const UnitId source = network().sources(w.unit)[static_cast<std::size_t>(first)];
  note("transfer", w.unit, "back on " + network().unit(source).name, kUnset, name_of(source));
  follow({{w.unit, Change::What::select, static_cast<double>(w.position)}}, name_of(w.unit));
}

std::vector<std::size_t> PowerControl::generators_behind(UnitId source) const {
  std::vector<std::size_t> found;
  std::vector<UnitId> look{source};
  std::vector<bool> seen(units_.size(), false);
  while (!look.empty()) {
    const UnitId id = look.back();
    look.pop_back();
    if (seen[static_cast<std::size_t>(id)]) continue;
    seen[static_cast<std::size_t>(id)] = true;
    if (unit(id).generator >= 0) found.push_back(static_cast<std::size_t>(unit(id).generator));
    // What stands behind another switch is that one's to call.
    const bool another = std::any_of(switches_.begin(), switches_.end(), [&](const SwitchState& w) { return w.unit == id; });
    if (another) continue;
    for (const UnitId up : network().sources(id)) look.push_back(up);
  }
  std::sort(found.begin(), found.end());
  return found;
}

void PowerControl::follow_generators(std::vector<Change>& changes, const std::string& cause) {
  if (generators_.empty()) return;
  std::vector<bool> needed(generators_.size(), false);
  for (std::size_t i = 0; i < switches_.size(); ++i) {
    const SwitchState& w = switches_[i];
    const bool lost = w.open || !network().live(network().sources(w.unit)[0]);
    for (std::size_t n = 1; n < behind_[i].size(); ++n) {
      if (!lost && w.position != static_cast<int>(n)) continue;
      for (const std::size_t g : behind_[i][n]) needed[g] = true;
    }
  }
  using Run = GeneratorState::Run;
  for (std::size_t i = 0; i < generators_.size(); ++i) {
    GeneratorState& g = generators_[i];
    if (needed[i] && g.run == Run::off && unit(g.unit).faults == 0 && !unit(g.unit).tripped) {
      g.run = Run::starting;
      g.since = kernel_.now();
      g.cause = cause;
      note("generator", g.unit, "start requested", kUnset, cause);
      timer(Timer::ready, i, g.model.ready_after());
    } else if (!needed[i] && g.run != Run::off) {
      note("generator", g.unit, g.run == Run::starting ? "start called off" : "stopped", kUnset, cause);
      if (g.run == Run::running) {
        g.ran += kernel_.now() - g.since;
        unit(g.unit).still = true;
        availability(changes, g.unit);
      }
      cancel(Timer::ready, i);
      g.run = Run::off;
    }
  }
}

void PowerControl::generator_ready(std::size_t i) {
  GeneratorState& g = generators_[i];
  g.run = GeneratorState::Run::running;
  g.since = kernel_.now();
  ++starts_;
  note("generator", g.unit, "running", kUnset, g.cause);
  unit(g.unit).still = false;
  std::vector<Change> changes;
  availability(changes, g.unit);
  follow(std::move(changes), name_of(g.unit));
}

void PowerControl::generator_power(std::size_t i) {
  GeneratorState& g = generators_[i];
  const Power output = network().output(g.unit);
  const Power fuel = g.run == GeneratorState::Run::running ? g.model.fuel(output) : 0.0 * W;
  if (output == g.output && fuel == g.fuel) return;
  const Tick now = kernel_.now();
  const Power rating = g.model.params().rating;
  g.fuel_m3 += g.model.fuel_flow(g.fuel).si() * to_seconds(now - g.fuel_since);
  g.fuel_since = now;
  if (output - g.output > g.model.largest_step() * kHair) {
    note("block_step", g.unit, "load step above what it takes, step_frac", (output - g.output) / rating, cause_);
  }
  if (g.low) g.low_time += now - g.low_since;
  g.low = g.run == GeneratorState::Run::running && output < rating * g.model.params().minimum_load;
  g.low_since = now;
  g.output = output;
  g.fuel = fuel;
  set_generation();
}

void PowerControl::set_generation() {
  MoneyRate cost(0.0);
  MassFlow carbon(0.0);
  for (const GeneratorState& g : generators_) {
    cost += g.model.params().fuel_price * g.fuel;
    carbon += g.model.params().fuel_carbon * g.fuel;
  }
  power_.set_generation(cost, carbon);
}

Volume PowerControl::fuel(Tick now) const {
  double sum = gone_.fuel_m3;
  for (const GeneratorState& g : generators_) sum += g.fuel_m3 + g.model.fuel_flow(g.fuel).si() * to_seconds(now - g.fuel_since);
  return Volume(sum);
}

Duration PowerControl::generator_hours(Tick now) const {
  Tick sum = gone_.ran;
  for (const GeneratorState& g : generators_) sum += g.ran + (g.run == GeneratorState::Run::running ? now - g.since : 0);
  return to_duration(sum);
}

Duration PowerControl::low_load(Tick now) const {
  Tick sum = gone_.low_time;
  for (const GeneratorState& g : generators_) sum += g.low_time + (g.low ? now - g.low_since : 0);
  return to_duration(sum);
}

}  // namespace aifactory
