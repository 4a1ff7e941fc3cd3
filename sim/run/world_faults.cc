#include <fmt/format.h>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {

void World::disturb(const UnitRef& unit, const std::string& name, const Disturbance& disturbance, bool begins) {
  SiteWorld& site = sites[unit.site];
  switch (unit.kind) {
    case UnitRef::Kind::cooling_unit:
      site.cdus->disturb(site.cdu_of[unit.index], static_cast<std::int32_t>(unit.part), disturbance, begins);
      return;
    case UnitRef::Kind::rack:
      site.clusters[unit.index].actor->rack_fault(unit.part, !begins, disturbance.cause);
      return;
    case UnitRef::Kind::power_unit: {
      log.add(kernel.now(), begins ? "failure" : "repair", name, begins ? "out" : "back", kUnset, disturbance.cause);
      const auto change = site.power->set_available(static_cast<PowerNetwork::UnitId>(unit.index), !begins);
      for (const auto load : change.dropped) tell_supply(site, load, false, name);
      for (const auto load : change.regained) tell_supply(site, load, true, name);
      return;
    }
    case UnitRef::Kind::site: return;
  }
}

void World::tell_supply(SiteWorld& site, PowerNetwork::UnitId load, bool supplied, const std::string& cause) {
  if (load == site.pumps) {
    if (site.plant) site.plant->powered(supplied, cause);
    return;
  }
  for (std::size_t i = 0; i < site.cdu_leaves.size(); ++i) {
    if (site.cdu_leaves[i] == load && site.cdus) site.cdus->powered(i, supplied, cause);
  }
  for (std::size_t r = 0; r < site.room_leaves.size(); ++r) {
    if (site.room_leaves[r] == load && site.rooms) site.rooms->powered(r, supplied, cause);
  }
  for (ClusterWorld& cluster : site.clusters) {
    for (std::size_t b = 0; b < cluster.leaves.size(); ++b) {
      if (cluster.leaves[b] == load) cluster.actor->bank_power(b, supplied, cause);
    }
  }
}

void World::build_faults() {
  std::vector<FaultInjector::Effect> effects;
  for (std::size_t e = 0; e < run.config.events.size(); ++e) {
    const EventConfig& event = run.config.events[e];
    const UnitRef target = run.event_targets[e];
    SiteWorld& site = sites[target.site];
    FaultInjector::Effect effect{.at = to_ticks(event.at), .until = event.span ? to_ticks(event.at) + to_ticks(*event.span) : kNever, .apply = {}};
    const std::string cause = fmt::format("events[{}]", e);
    if (event.curtail) {
      effect.apply = [&site, to = *event.to, cause](bool on) { site.grid->curtail(to, !on, cause); };
    } else {
      effect.apply = [this, target, name = *event.fail, cause](bool over) {
        disturb(target, name, {.kind = Disturbance::Kind::fail, .cause = cause}, !over);
      };
    }
    last_event = std::max(last_event, effect.until == kNever ? effect.at : effect.until);
    effects.push_back(std::move(effect));
  }
  faults = std::make_unique<FaultInjector>(kernel, kFaultRank, std::move(effects));
}

}  // namespace aifactory
