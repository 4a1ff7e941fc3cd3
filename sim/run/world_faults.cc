#include <fmt/format.h>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {
namespace {

UnitBook::Mark mark_of(Disturbance::Kind kind) {
  switch (kind) {
    case Disturbance::Kind::fail: return UnitBook::Mark::fail;
    case Disturbance::Kind::degrade: return UnitBook::Mark::degrade;
    case Disturbance::Kind::maintain: return UnitBook::Mark::maintain;
    case Disturbance::Kind::drain: return UnitBook::Mark::degrade;  // it goes on working
  }
  return UnitBook::Mark::fail;
}

}  // namespace

void World::disturb(const UnitRef& unit, const std::string& name, const Disturbance& disturbance, bool begins) {
  // All but racks and their shelves are known.
  book.change(book.track(name, unit.kind == UnitRef::Kind::shelf ? "rack.shelf" : "rack"), kernel.now(), mark_of(disturbance.kind), begins);
  SiteWorld& site = sites[unit.site];
  switch (unit.kind) {
    case UnitRef::Kind::cooling_unit:
      if (unit.index < site.cdu_of.size() && site.cdu_of[unit.index] < site.cdu_leaves.size()) {
        site.cdus->disturb(site.cdu_of[unit.index], static_cast<std::int32_t>(unit.part), disturbance, begins);
      } else {
        site.plant->disturb(unit.index, static_cast<std::int32_t>(unit.part), name, disturbance, begins);
      }
      return;
    case UnitRef::Kind::rack:
      if (disturbance.kind == Disturbance::Kind::drain) {
        log.add(kernel.now(), event_kind(disturbance.kind, begins), name, disturbance.interrupts ? "now" : "after_job", kUnset, disturbance.cause);
        return site.clusters[unit.index].actor->drain(unit.part, begins, disturbance.interrupts);
      }
      site.clusters[unit.index].actor->rack_fault(unit.part, !begins, disturbance.cause,
                                                         disturbance.kind == Disturbance::Kind::maintain ? Cluster::Out::maintained : Cluster::Out::failed);
      if (disturbance.what == "leak") leak_coolant(site, site.clusters[unit.index], unit.part, disturbance.cause, begins);
      return;
    case UnitRef::Kind::shelf:
      log.add(kernel.now(), event_kind(disturbance.kind, begins), name, begins ? "out" : "back", kUnset, disturbance.cause);
      site.clusters[unit.index].actor->shelf_fault(unit.part, !begins, name);
      return;
    case UnitRef::Kind::power_unit:
      if (const auto id = site.power->network().find(site.site->power_unit(unit.index)); id >= 0) {
        site.power_control->disturb(id, unit.part, disturbance, begins);
      } else {
        site.power_control->befalls_absent(site.site->power_unit(unit.index), unit.part, disturbance, begins);
      }
      return;
    case UnitRef::Kind::hall_unit:
      for (std::size_t r = 0; r < site.site->plan.rooms.size(); ++r) {
        if (site.site->plan.rooms[r].index == unit.index) site.rooms->disturb(r, static_cast<std::int32_t>(unit.part), disturbance, begins);
      }
      return;
    case UnitRef::Kind::site: return;
  }
}

void World::unit_went(const std::string& name, bool out) {
  book.change(book.track(name, "unit"), kernel.now(), UnitBook::Mark::trip, out);
}

void World::leak(const UnitRef& unit, const std::string& name, const std::string& cause, bool begins) {
  // Leak detection isolates what leaks; for the rest of the hall that is a failure of it.
  disturb(unit, name, {.kind = Disturbance::Kind::fail, .what = "leak", .cause = cause}, begins);
}

void World::sag(const UnitRef& unit, const std::string& /*name*/, double depth, Duration span, const std::string& cause) {
  SiteWorld& site = sites[unit.site];
  if (unit.kind == UnitRef::Kind::power_unit) {
    if (const auto id = site.power->network().find(site.site->power_unit(unit.index)); id >= 0) site.power_control->sag(id, depth, span, cause);
    return;
  }
  for (const auto feed : site.power->network().roots()) site.power_control->sag(feed, depth, span, cause);
}

void World::tell_supply(SiteWorld& site, PowerNetwork::UnitId load, bool supplied, const std::string& cause) {
  book.change(book.track(supply_name(site, load), "supply"), kernel.now(), UnitBook::Mark::fail, !supplied);
  const std::pair<PowerNetwork::UnitId, Drive> drives[] = {{site.pumps, Drive::loop_pumps},
                                                           {site.fans, Drive::fans},
                                                           {site.air_fans, Drive::air_fans},
                                                           {site.condenser_pumps, Drive::condenser_pumps},
                                                           {site.compressors, Drive::compressors}};
  for (const auto& [leaf, drive] : drives) {
    if (leaf != load || !site.plant) continue;
    site.plant->powered(drive, supplied, cause);
    return;
  }
  for (std::size_t i = 0; i < site.cdu_leaves.size(); ++i) {
    if (site.cdu_leaves[i] == load && site.cdus) site.cdus->powered(i, supplied, cause);
  }
  for (std::size_t r = 0; r < site.room_leaves.size(); ++r) {
    for (std::size_t k = 0; k < site.room_leaves[r].size(); ++k) {
      if (site.room_leaves[r][k] == load && site.rooms) site.rooms->powered(r, k, supplied, cause);
    }
  }
  for (ClusterWorld& cluster : site.clusters) {
    for (std::size_t b = 0; b < cluster.leaves.size(); ++b) {
      if (cluster.leaves[b] == load) cluster.actor->bank_power(b, supplied, cause);
    }
  }
}

std::string World::supply_name(const SiteWorld& site, PowerNetwork::UnitId load) const {
  return fmt::format("{}.supply.{}", site.site->plan.name, site.power->network().unit(load).name);
}

void World::build_faults() {
  for (const NamedUnit& unit : run.units.units()) book.track(unit.name, unit.kind);
  for (const SiteWorld& site : sites) {
    for (const auto load : site.power->network().loads()) book.track(supply_name(site, load), "supply");
  }
  const FaultPlan& plan = run.faults;
  for (const FaultPlan::Group& group : plan.groups) {
    std::vector<std::size_t> members;
    for (const FaultPlan::Unit unit : group.units) members.push_back(book.track(plan.units[unit].name, plan.units[unit].kind));
    book.track_group(group.name, members, group.need);
  }
  for (const FaultPlan::Action& action : plan.actions) last_event = std::max(last_event, action.until == kNever ? action.at : action.until);
  const auto unit = [&plan](FaultPlan::Unit u) -> const NamedUnit& { return plan.units[u]; };
  faults = std::make_unique<FaultInjector>(
      kernel, kFaultRank, plan,
      FaultInjector::Ports{
          .disturb = [this, unit](FaultPlan::Unit u, const Disturbance& d, bool begins) { disturb(unit(u).ref, unit(u).name, d, begins); },
          .leak = [this, unit](FaultPlan::Unit u, const std::string& cause, bool begins) { leak(unit(u).ref, unit(u).name, cause, begins); },
          .sag = [this, unit](FaultPlan::Unit u, double depth, Duration span, const std::string& cause) { sag(unit(u).ref, unit(u).name, depth, span, cause); },
          .curtail = [this](std::size_t site, Power limit, const std::string& cause, bool begins) { sites[site].grid->curtail(limit, begins, cause); },
          .spared = [this, unit](FaultPlan::Unit u) { return book.spared(book.track(unit(u).name, unit(u).kind)); },
          .note = [this, unit](FaultPlan::Unit u, const char* what, const std::string& cause) { log.add(kernel.now(), "note", unit(u).name, what, kUnset, cause); },
          .there = run.changes.empty() ? std::function<bool(FaultPlan::Unit)>() : [this, unit](FaultPlan::Unit u) { return is_there(unit(u).ref); }});
  for (const NamedUnit& absent : run.units.units()) {
    if (!run.changes.empty() && !is_there(absent.ref)) book.change(book.track(absent.name, absent.kind), 0, UnitBook::Mark::away, true);
  }
}

}  // namespace aifactory
