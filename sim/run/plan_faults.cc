#include "sim/run/plan_faults.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "models/suggest.h"
#include "sim/run/prepared.h"

namespace aifactory {
namespace {

/// Gathers the plan; a unit is entered when something first refers to it.
class Planner {
 public:
  explicit Planner(const PreparedRun& run) : run_(run) { plan_.seed = static_cast<std::uint64_t>(run.config.seed); }

  FaultPlan plan() {
    for (std::size_t e = 0; e < run_.config.events.size(); ++e) add_event(run_.config.events[e], e);
    for (std::size_t s = 0; s < run_.sites.size(); ++s) add_faults(s);
    return std::move(plan_);
  }

 private:
  void add_event(const EventConfig& event, std::size_t number);
  void add_faults(std::size_t site);
  void add_crews_and_spares(std::size_t site, const FaultsConfig& faults, const std::string& path);

  FaultPlan::Unit unit(const NamedUnit& named) {
    const auto [place, added] = by_name_.emplace(named.name, static_cast<FaultPlan::Unit>(plan_.units.size()));
    if (added) {
      plan_.units.push_back(named);
      plan_.needs.emplace_back();
    }
    return place->second;
  }
  std::vector<FaultPlan::Unit> select(const Names& names, const std::string& where, std::ptrdiff_t site = -1) {
    std::vector<FaultPlan::Unit> out;
    if (names.items.empty()) throw InputError(fmt::format("{}: names no unit; `aifactory show SCENARIO topology` lists all", where));
    for (const NamedUnit& named : run_.units.select(names, where, site)) out.push_back(unit(named));
    return out;
  }
  void check_drainable(const std::vector<FaultPlan::Unit>& units, const std::string& where) const {
    for (const FaultPlan::Unit u : units) {
      const auto& unit = plan_.units[u];
      if (unit.ref.kind == UnitRef::Kind::rack) continue;
      throw InputError(fmt::format("{}: {} is no rack; only racks hold jobs that a drain waits for, other units fail or are maintained", where, unit.name));
    }
  }
  void check_degradable(const std::vector<FaultPlan::Unit>& units, const std::string& what, const std::string& where) const {
    // Properties of units that have several; a word that means nothing to them would be a fault without effect.
    static const std::map<std::string, std::vector<std::string>> kKnown{
        {"cdu", {"flow", "fouling", "facility_flow"}}, {"cdu.pump", {"flow"}}, {"cdu.exchanger", {"fouling"}}, {"cdu.valve", {"facility_flow"}}};
    for (const FaultPlan::Unit u : units) {
      const auto& unit = plan_.units[u];
      if (unit.ref.kind == UnitRef::Kind::rack) {
        throw InputError(fmt::format("{}: {} is a rack and works or does not; degrade its CDU or its supply", where, unit.name));
      }
      if (unit.ref.kind == UnitRef::Kind::shelf) {
        throw InputError(fmt::format("{}: {} is a power shelf and works or does not; fail as many as are lost", where, unit.name));
      }
      if (what.empty()) continue;
      std::vector<std::string> words;
      if (unit.ref.kind == UnitRef::Kind::hall_unit) words = {"flow"};
      if (const auto known = kKnown.find(unit.kind); known != kKnown.end()) words = known->second;
      if (words.empty() || std::find(words.begin(), words.end(), what) != words.end()) continue;
      throw InputError(fmt::format("{}: {} has no {}; `what` may be {}", where, unit.name, what, join_or(words)));
    }
  }
  [[nodiscard]] WorkingHours hours(const std::optional<WorkingHoursConfig>& config, std::size_t site) const {
    if (!config) return {};
    return {.clock = run_.sites[site].clock, .from = std::llround(config->from.si()), .to = std::llround(config->to.si()),
            .weekends = config->weekends};
  }

  const PreparedRun& run_;
  FaultPlan plan_;
  std::map<std::string, FaultPlan::Unit> by_name_;
};

void Planner::add_event(const EventConfig& event, std::size_t number) {
  if (event.set) return;  // plan_changes()
  const std::string where = fmt::format("events[{}].{}", number, event.action());
  FaultPlan::Action action{.at = to_ticks(event.at)};
  if (event.span) action.until = action.at + to_ticks(*event.span);
  action.disturbance.cause = event.cause ? fmt::format("events[{}]: {}", number, *event.cause) : fmt::format("events[{}]", number);
  using Kind = FaultPlan::Action::Kind;
  if (event.curtail) {
    action.kind = Kind::curtail;
    action.limit = event.limit();
    for (std::size_t i = 0; i < event.curtail->items.size(); ++i) {
      action.sites.push_back(run_.units.site(event.curtail->items[i], event.curtail->items.size() == 1 ? where : fmt::format("{}[{}]", where, i)));
    }
  } else if (event.sag) {
    action.kind = Kind::sag;
    action.depth = *event.depth;
    for (const std::string& name : event.sag->items) {
      // The name of a site stands for all of its feeds.
      const bool is_site = name.find_first_of(".*?:") == std::string::npos;
      const auto found = is_site ? run_.units.select("class:utility_feed", where, static_cast<std::ptrdiff_t>(run_.units.site(name, where)))
                                 : run_.units.select(name, where);
      for (const NamedUnit& named : found) {
        if (named.kind != "utility_feed") throw InputError(fmt::format("{}: {} is no utility feed; voltage dips come from the grid", where, named.name));
        action.units.push_back(unit(named));
      }
    }
  } else {
    action.units = select(event.targets(), where);
    if (event.leak) {
      action.kind = Kind::leak;
      for (const FaultPlan::Unit u : action.units) {
        const std::string& kind = plan_.units[u].kind;
        if (kind != "rack" && kind != "cdu") throw InputError(fmt::format("{}: {} is neither a rack nor a CDU", where, plan_.units[u].name));
      }
    } else if (event.restore) {
      action.kind = Kind::restore;
    } else if (event.degrade) {
      check_degradable(action.units, event.what.value_or(""), where);
      action.disturbance.kind = Disturbance::Kind::degrade;
      action.disturbance.factor = event.factor();
      action.disturbance.what = event.what.value_or("");
    } else if (event.drain) {
      check_drainable(action.units, where);
      action.disturbance.kind = Disturbance::Kind::drain;
      action.disturbance.interrupts = event.severity == DrainSeverity::now;
    } else {
      action.disturbance.kind = event.fail ? Disturbance::Kind::fail : Disturbance::Kind::maintain;
    }
  }
  plan_.actions.push_back(std::move(action));
}

void Planner::add_crews_and_spares(std::size_t site, const FaultsConfig& faults, const std::string& path) {
  const auto within = static_cast<std::ptrdiff_t>(site);
  // Crews and spares often name whole classes: only units that can need them are entered.
  const auto each = [&](const Names& names, const std::string& where, auto&& use) {
    for (const NamedUnit& named : run_.units.select(names, where, within)) {
      if (const auto known = by_name_.find(named.name); known != by_name_.end()) use(plan_.needs[known->second], named);
    }
  };
  for (const auto& [name, crew] : faults.crews) {
    const auto number = static_cast<std::uint32_t>(plan_.crews.size());
    plan_.crews.push_back({.name = name, .count = crew.count, .hours = hours(crew.hours, site)});
    each(crew.units, fmt::format("{}.crews.{}.units", path, name), [&](RepairShop::Needs& needs, const NamedUnit&) { needs.crews.push_back(number); });
  }
  for (const auto& [name, spare] : faults.spares) {
    const auto number = static_cast<std::int32_t>(plan_.spares.size());
    plan_.spares.push_back({.name = name, .stock = spare.stock, .lead_time = to_ticks(spare.lead_time)});
    const std::string where = fmt::format("{}.spares.{}.units", path, name);
    each(spare.units, where, [&](RepairShop::Needs& needs, const NamedUnit& named) {
      if (needs.spare >= 0) throw InputError(fmt::format("{}: {} already takes a spare from {}", where, named.name, plan_.spares[static_cast<std::size_t>(needs.spare)].name));
      needs.spare = number;
    });
  }
}

void Planner::add_faults(std::size_t site) {
  const SitePlan& plan = run_.sites[site].plan;
  const FaultsConfig& faults = plan.config->faults;
  if (faults.empty()) return;
  const std::string path = fmt::format("sites.{}.faults", plan.name);
  const auto within = static_cast<std::ptrdiff_t>(site);
  for (const auto& [name, failure] : faults.failures) {
    const std::string where = fmt::format("{}.failures.{}.units", path, name);
    FaultPlan::Law law{.name = fmt::format("faults.{}", name), .life = failure.life.process(), .repair = failure.repair.process()};
    if (failure.mode == FaultMode::degrade) {
      law.disturbance.kind = Disturbance::Kind::degrade;
      law.disturbance.factor = *failure.to;
      law.disturbance.what = failure.what.value_or("");
    }
    if (failure.mode == FaultMode::drain) {
      law.disturbance.kind = Disturbance::Kind::drain;
      law.disturbance.interrupts = failure.severity == DrainSeverity::now;
    }
    law.disturbance.cause = law.name;
    const auto units = select(failure.units, where, within);
    if (failure.mode == FaultMode::degrade) check_degradable(units, law.disturbance.what, where);
    if (failure.mode == FaultMode::drain) check_drainable(units, where);
    for (const FaultPlan::Unit u : units) plan_.processes.push_back({.law = static_cast<std::uint32_t>(plan_.laws.size()), .unit = u});
    plan_.laws.push_back(std::move(law));
  }
  for (const auto& [name, cause] : faults.common_causes) {
    plan_.common_causes.push_back({.name = fmt::format("{}.faults.{}", plan.name, name), .every = cause.every.process(), .repair = cause.repair.process(),
                                   .probability = cause.probability,
                                   .units = select(cause.units, fmt::format("{}.common_causes.{}.units", path, name), within)});
  }
  for (const auto& [name, group] : faults.groups) {
    const std::string where = fmt::format("{}.groups.{}", path, name);
    FaultPlan::Group out{.name = fmt::format("{}.groups.{}", plan.name, name), .units = select(group.units, where + ".units", within), .need = group.need};
    if (out.need > static_cast<std::int64_t>(out.units.size())) {
      throw InputError(fmt::format("{}.need: {} of {} {} cannot be in service", where, out.need, out.units.size(), out.units.size() == 1 ? "unit" : "units"));
    }
    plan_.groups.push_back(std::move(out));
  }
  for (const auto& [name, work] : faults.maintenance) {
    plan_.maintenance.push_back({.name = fmt::format("faults.{}", name), .units = select(work.units, fmt::format("{}.maintenance.{}.units", path, name), within),
                                 .first = to_ticks(work.first.value_or(work.every)), .every = to_ticks(work.every), .takes = to_ticks(work.takes),
                                 .at_once = work.at_once, .hours = hours(work.hours, site), .renews = work.renews});
  }
  add_crews_and_spares(site, faults, path);
}

}  // namespace

FaultPlan plan_faults(const PreparedRun& run) { return Planner(run).plan(); }

std::vector<std::string> events_after(const ScenarioConfig& config, Tick end) {
  constexpr std::size_t kMost = 4;  // of a run that is cut short there may be many
  std::vector<std::string> late;
  std::size_t more = 0;
  for (std::size_t e = 0; e < config.events.size(); ++e) {
    const Duration at = config.events[e].at;
    if (to_ticks(at) < end) continue;
    if (late.size() == kMost) {
      ++more;
      continue;
    }
    late.push_back(fmt::format("events[{}].at: {} is not before the end of the run ({}): the event does nothing", e, to_text(at), to_text(to_duration(end))));
  }
  if (more > 0) late.push_back(fmt::format("events: {} more of them do nothing", more));
  return late;
}

}  // namespace aifactory
