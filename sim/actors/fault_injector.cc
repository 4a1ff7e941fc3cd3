#include "sim/actors/fault_injector.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace aifactory {

FaultInjector::FaultInjector(engine::Kernel& kernel, std::uint32_t rank, const FaultPlan& plan, Ports ports)
    : kernel_(kernel), plan_(plan), ports_(std::move(ports)), inbox_(kernel, rank), shop_(plan.crews, plan.spares),
      units_(plan.units.size()), clocks_(plan.processes.size()), occurrences_(plan.common_causes.size(), 0),
      programs_(plan.maintenance.size()) {
  for (std::size_t i = 0; i < plan.actions.size(); ++i) {
    post(plan.actions[i].at, {.kind = Kind::action_begins, .index = i});
    if (plan.actions[i].until != kNever) post(plan.actions[i].until, {.kind = Kind::action_ends, .index = i});
  }
  for (Unit u = 0; u < plan.units.size() && ports_.there; ++u) {
    units_[u].there = ports_.there(u);
    units_[u].out = units_[u].there ? 0 : 1;
  }
  for (std::size_t p = 0; p < plan.processes.size(); ++p) {
    units_[plan.processes[p].unit].processes.push_back(static_cast<std::uint32_t>(p));
    renew(p);
  }
  for (std::size_t c = 0; c < plan.common_causes.size(); ++c) {
    post(draw(plan.common_causes[c].every, plan.common_causes[c].name, 0), {.kind = Kind::strikes, .index = c});
  }
  for (std::size_t i = 0; i < plan.maintenance.size(); ++i) post(plan.maintenance[i].first, {.kind = Kind::round_begins, .index = i});
}

void FaultInjector::operator()() {
  while (true) {
    for (const Message& message : inbox_.take()) handle(message);
    dispatch();
    maintain();
  }
}

void FaultInjector::handle(const Message& message) {
  switch (message.kind) {
    case Kind::action_begins: return begin_action(message.index);
    case Kind::action_ends: return end_action(message.index);
    case Kind::fails:
      if (clocks_[message.index].running && clocks_[message.index].version == message.version) fail(message.index);
      return;
    case Kind::strikes: return strike(message.index);
    case Kind::repaired:
      if (const auto found = order_of_.find(message.index); found != order_of_.end()) end(found->second);
      return;
    case Kind::round_begins: {
      const FaultPlan::Maintenance& program = plan_.maintenance[message.index];
      auto& queue = programs_[message.index].queue;
      for (const Unit unit : program.units) {
        // A unit whose turn of the last round has not come yet is maintained once.
        if (std::find(queue.begin(), queue.end(), unit) == queue.end()) queue.push_back(unit);
      }
      post(kernel_.now() + program.every, message);
      return;
    }
    case Kind::maintained:
      if (open_.contains(message.version)) end(message.version);
      return;
    case Kind::look:
      look_at_ = kNever;
      return;
  }
}

Tick FaultInjector::draw(const FailureProcess& law, const std::string& stream, std::uint64_t n) const {
  Rng rng(plan_.seed, fmt::format("faults/{}/{}", stream, n));
  // Two failures of one clock are never at the same instant; what is beyond 250 years does not happen.
  constexpr double kLongest = 250.0 * 365.0 * 86400.0;
  return std::max<Tick>(1, to_ticks(Duration(std::min(law.sample(rng).si(), kLongest))));
}

std::string FaultInjector::stream_of(std::size_t process, const char* what) const {
  const FaultPlan::Process& p = plan_.processes[process];
  return fmt::format("{}/{}/{}", plan_.units[p.unit].name, plan_.laws[p.law].name, what);
}

void FaultInjector::renew(std::size_t process) {
  Clock& clock = clocks_[process];
  clock.failed = false;
  clock.left = draw(plan_.laws[plan_.processes[process].law].life, stream_of(process, "life"), clock.drawn++);
  if (units_[plan_.processes[process].unit].out == 0) resume(process);
}

void FaultInjector::resume(std::size_t process) {
  Clock& clock = clocks_[process];
  if (clock.running || clock.failed) return;
  clock.running = true;
  clock.due = kernel_.now() + clock.left;
  post(clock.due, {.kind = Kind::fails, .index = process, .version = ++clock.version});
}

void FaultInjector::stop(Clock& clock) const {
  if (!clock.running) return;
  clock.running = false;
  clock.left = std::max<Tick>(0, clock.due - kernel_.now());
}

void FaultInjector::set_there(Unit number, bool there) {
  UnitState& unit = units_[number];
  if (unit.there == there) return;
  unit.there = there;
  unit.out += there ? -1 : 1;
  for (const std::uint32_t p : unit.processes) {
    if (there && unit.out == 0) resume(p);
    if (!there && unit.out == 1) stop(clocks_[p]);
  }
}

std::uint64_t FaultInjector::begin(Open open) {
  const std::uint64_t id = next_open_++;
  UnitState& unit = units_[open.unit];
  unit.open.push_back(id);
  if (open.disturbance.out() && ++unit.out == 1) {
    for (const std::uint32_t p : unit.processes) stop(clocks_[p]);
  }
  const auto& placed = open_.emplace(id, std::move(open)).first->second;
  ports_.disturb(placed.unit, placed.disturbance, true);
  return id;
}

void FaultInjector::end(std::uint64_t id) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  const Open open = std::move(found->second);
  open_.erase(found);
  UnitState& unit = units_[open.unit];
  std::erase(unit.open, id);
  if (open.order >= 0) {
    shop_.close(kernel_.now(), static_cast<RepairShop::OrderId>(open.order));
    order_of_.erase(static_cast<std::uint64_t>(open.order));
  }
  if (open.program >= 0) {
    --programs_[static_cast<std::size_t>(open.program)].under_way;
    --maintained_;
  }
  ports_.disturb(open.unit, open.disturbance, false);
  if (open.disturbance.out()) --unit.out;
  if (open.process >= 0) renew(static_cast<std::size_t>(open.process));
  if (open.renews) {
    for (const std::uint32_t p : unit.processes) {
      if (clocks_[p].failed) continue;  // starts anew at its own repair
      stop(clocks_[p]);
      renew(p);
    }
  }
  if (unit.out == 0) {
    for (const std::uint32_t p : unit.processes) resume(p);
  }
}

void FaultInjector::begin_action(std::size_t index) {
  const FaultPlan::Action& action = plan_.actions[index];
  const std::string& cause = action.disturbance.cause;
  using Action = FaultPlan::Action::Kind;
  switch (action.kind) {
    case Action::disturb:
      for (const Unit unit : action.units) begin({.unit = unit, .disturbance = action.disturbance, .action = static_cast<std::int64_t>(index)});
      return;
    case Action::leak:
      for (const Unit unit : action.units) ports_.leak(unit, cause, true);
      return;
    case Action::sag:
      for (const Unit unit : action.units) ports_.sag(unit, action.depth, to_duration(action.until - action.at), cause);
      return;
    case Action::restore:
      for (const Unit unit : action.units) {
        const auto open = units_[unit].open;
        if (open.empty()) ports_.note(unit, "nothing to restore", cause);
        for (const std::uint64_t id : open) end(id);
      }
      return;
    case Action::curtail:
      for (const std::size_t site : action.sites) ports_.curtail(site, action.limit, cause, true);
      return;
  }
}

void FaultInjector::end_action(std::size_t index) {
  const FaultPlan::Action& action = plan_.actions[index];
  const std::string& cause = action.disturbance.cause;
  using Action = FaultPlan::Action::Kind;
  switch (action.kind) {
    case Action::disturb:
      for (const Unit unit : action.units) {
        const auto open = units_[unit].open;
        for (const std::uint64_t id : open) {
          if (open_.at(id).action == static_cast<std::int64_t>(index)) end(id);
        }
      }
      return;
    case Action::leak:
      for (const Unit unit : action.units) ports_.leak(unit, cause, false);
      return;
    case Action::curtail:
      for (const std::size_t site : action.sites) ports_.curtail(site, action.limit, cause, false);
      return;
    case Action::sag:
    case Action::restore: return;
  }
}

std::uint64_t FaultInjector::order(std::uint64_t open, const FailureProcess& repair, const std::string& stream) {
  const Unit unit = open_.at(open).unit;
  // The repair's time belongs to this failure, whenever a crew gets to it.
  const auto id = shop_.order(kernel_.now(), plan_.needs[unit], draw(repair, stream, 0));
  open_.at(open).order = static_cast<std::int64_t>(id);
  order_of_[id] = open;
  return id;
}

void FaultInjector::fail(std::size_t process) {
  const FaultPlan::Process& p = plan_.processes[process];
  const FaultPlan::Law& law = plan_.laws[p.law];
  Clock& clock = clocks_[process];
  clock.running = false;
  clock.failed = true;
  const std::uint64_t id = begin({.unit = p.unit, .disturbance = law.disturbance, .process = static_cast<std::int64_t>(process)});
  order(id, law.repair, stream_of(process, "repair") + fmt::format("/{}", clock.drawn));
}

void FaultInjector::strike(std::size_t index) {
  const FaultPlan::CommonCause& cause = plan_.common_causes[index];
  const std::uint64_t n = ++occurrences_[index];
  post(kernel_.now() + draw(cause.every, cause.name, n), {.kind = Kind::strikes, .index = index});
  for (const Unit unit : cause.units) {
    if (units_[unit].out > 0) continue;
    const std::string stream = fmt::format("{}/{}/{}", cause.name, n, plan_.units[unit].name);
    if (cause.probability < 1.0 && Rng(plan_.seed, "faults/" + stream + "/struck").uniform() >= cause.probability) continue;
    order(begin({.unit = unit, .disturbance = {.cause = cause.name}}), cause.repair, stream + "/repair");
  }
}

void FaultInjector::dispatch() {
  for (const RepairShop::Start& start : shop_.dispatch(kernel_.now())) post(start.end, {.kind = Kind::repaired, .index = start.order});
  const Tick wake = shop_.next_wake(kernel_.now());
  if (wake >= look_at_) return;
  look_at_ = wake;
  post(wake, {.kind = Kind::look});
}

void FaultInjector::maintain() {
  const Tick now = kernel_.now();
  for (std::size_t number = 0; number < programs_.size(); ++number) {
    Program& program = programs_[number];
    const FaultPlan::Maintenance& work = plan_.maintenance[number];
    if (program.queue.empty() || program.under_way >= work.at_once) continue;
    if (const Tick open = work.hours.next_open(now); open > now) {
      if (open < look_at_) {
        look_at_ = open;
        post(open, {.kind = Kind::look});
      }
      continue;
    }
    for (auto it = program.queue.begin(); it != program.queue.end() && program.under_way < work.at_once;) {
      // A unit that is out, or that its group cannot do without, waits for its turn.
      if (units_[*it].out > 0 || !ports_.spared(*it)) {
        ++it;
        continue;
      }
      const Unit unit = *it;
      it = program.queue.erase(it);
      ++program.under_way;
      ++maintained_;
      const std::uint64_t id = begin({.unit = unit, .disturbance = {.kind = Disturbance::Kind::maintain, .cause = work.name},
                                      .program = static_cast<std::int64_t>(number), .renews = work.renews});
      post(now + work.takes, {.kind = Kind::maintained, .index = number, .version = id});
    }
  }
}

}  // namespace aifactory
