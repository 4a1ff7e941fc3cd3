/// @file Racks, CDUs and the power network of a site are others from an instant on.
#include <algorithm>

#include <fmt/format.h>

#include "sim/run/world.h"

namespace aifactory {

void World::change_layout(std::size_t index, const PlannedChange& change, std::vector<scheduling::SchedulerCore::PoolSize>& sizes) {
  SiteWorld& site = sites[index];
  const Tick now = kernel.now();
  const SitePlan &before = *site.plan, &plan = change.to->sites[index].plan;
  const auto& places = change.cdus[index];

  // What racks give to coolant, air and supplies is taken back, and told anew to those on which they hang then.
  for (ClusterWorld& cluster : site.clusters) cluster.actor->forget_heat();
  for (std::size_t place = 0; site.loop && place < site.site->cdu_places(); ++place) site.loop->close(now, place);
  std::optional<PlantEquipment> equipment;
  if (std::find(change.plants.begin(), change.plants.end(), index) != change.plants.end()) equipment = exchange_plant(index, change);

  site.plan = &plan;
  std::vector<std::vector<std::int32_t>> cooled_by;  // of each cluster's banks, until now
  for (const ClusterWorld& cluster : site.clusters) cooled_by.push_back(cluster.cdus);
  for (std::size_t c = 0; c < site.clusters.size(); ++c) {
    ClusterWorld& cluster = site.clusters[c];
    cluster.plan = &plan.clusters[c];
    cluster.cdus.clear();
    for (const BankPlan& bank : cluster.plan->banks) {
      const bool in_room = bank.room >= 0;
      cluster.cdus.push_back(in_room ? static_cast<std::int32_t>(site.site->cdu_places()) + bank.room
                             : bank.cdu < 0 ? -1
                                            : static_cast<std::int32_t>(places[static_cast<std::size_t>(bank.cdu)]));
    }
    for (auto* sums : {&cluster.air_w, &cluster.other_w, &cluster.liquid_w}) sums->assign(cluster.plan->banks.size(), 0.0);
    if (cluster.plan->racks > cluster.field->racks()) cluster.field->grow(cluster.plan->nodes, now);
    cluster.nodes.change(now, cluster.plan->nodes - cluster.nodes.count());
    cluster.accelerators.change(now, cluster.plan->nodes * cluster.rack->accelerators_per_node() - cluster.accelerators.count());
    if (cluster.pool >= 0 && cluster.plan->racks != before.clusters[c].racks) sizes.push_back({cluster.pool, cluster.plan->nodes});
  }

  exchange_network(site, change.cause);
  std::vector<CduControl::Unit> units;
  if (equipment) {
    units = cdu_units(site, *equipment, places);
    rehang_coolant(site, *equipment, units, before, cooled_by);
  }
  for (ClusterWorld& cluster : site.clusters) {
    Cluster::Layout layout{.banks = banks_of(site, cluster), .cords = {}, .supplied = {}};
    const PowerNetwork& network = site.power->network();
    for (const PowerNetwork::UnitId leaf : cluster.leaves) {
      double live = 0.0;
      const auto cords = network.sources(leaf);
      for (const PowerNetwork::UnitId cord : cords) live += network.live(cord) ? 1.0 : 0.0;
      layout.cords.push_back(live > 0.0 ? live / static_cast<double>(cords.size()) : 1.0);
      layout.supplied.push_back(network.live(leaf));
    }
    cluster.actor->lay_out(std::move(layout));
  }
  if (equipment) {
    const CoolingConfig& cooling = plan.config->cooling;
    site.cdus->change(cooling.cdu_control.value_or(CduControlConfig{}), std::move(units));
    site.plant->changed(cooling.control_period);
  }
  for (std::size_t c = 0; c < site.clusters.size(); ++c) {
    ClusterWorld& cluster = site.clusters[c];
    for (std::int64_t rack = before.clusters[c].racks; site.hot_air && cluster.plan->room < 0 && rack < cluster.plan->racks; ++rack) {
      if (!cluster.actor->there(rack)) cluster.actor->rack_fault(rack, false, plan.name + ".cooling.air_limit");
    }
    cluster.actor->take_up(cluster.plan->racks, change.cause);
  }
  relay_limits(site);
  look_who_is_there(index);
  site.stands.push_back({.since = now, .rated_it = plan.rated_it});
  for (const ClusterPlan& cluster : plan.clusters) site.stands.back().racks.push_back(cluster.racks);
}

/// CDUs of the plan that is in force now, with the racks that hang on them; racks keep what their chips and plates hold.
void World::rehang_coolant(SiteWorld& site, const PlantEquipment& equipment, const std::vector<CduControl::Unit>& units, const SitePlan& before,
                           const std::vector<std::vector<std::int32_t>>& cooled_by) {
  const Tick now = kernel.now();
  const std::vector<LiquidBank> old = site.banks;
  const std::vector<SiteWorld::Served> served = site.served;
  const std::vector<Cdu> models = site.cdu_models;
  find_cdu_banks(site);
  // Where a rack has been cooled.
  const auto was_on = [&](std::size_t c, std::int64_t rack) -> LiquidBank::Moved {
    const auto& banks = before.clusters[c].banks;
    for (std::size_t b = 0; b < banks.size(); ++b) {
      if (rack < banks[b].first_rack || rack >= banks[b].first_rack + banks[b].racks || cooled_by[c][b] < 0) continue;
      return {.from = &old[static_cast<std::size_t>(cooled_by[c][b])], .rack = rack - banks[b].cdu_first_rack};
    }
    return {};
  };
  for (std::size_t place = 0; place < site.served.size(); ++place) {
    const SiteWorld::Served& now_serves = site.served[place];
    if (units[place].there()) site.cdu_models[place] = units[place].model;
    const HeatCapacity whole = site.cdu_models[place].secondary_heat_capacity();
    const bool same_loop = served[place].racks > 0 && models[place].secondary_heat_capacity() == whole;
    if (now_serves == served[place] && (same_loop || now_serves.racks == 0)) continue;
    site.kept_stored_j += old[place].stored(now).si();
    site.kept_lost_j += old[place].lost().si();
    std::vector<LiquidBank::Moved> racks;
    for (std::int64_t r = 0; r < now_serves.racks; ++r) racks.push_back(was_on(now_serves.cluster, now_serves.first + r));
    const LiquidBank* loop = served[place].racks > 0 && now_serves.racks > 0 ? &old[place] : nullptr;
    site.banks[place] = LiquidBank(now, bank_params(site, now_serves, same_loop ? old[place].coolant() : whole, equipment.loop.start),
                                   units[place].there() ? CduControl::flow_of(units[place], units[place].model.params().pumps_running, 1.0) : resting_flow(), loop,
                                   site.loop->supply_there(), racks);
  }
}

/// The power network of the plan that is in force now; what has the same name goes on as it is.
void World::exchange_network(SiteWorld& site, const std::string& cause) {
  const Tick now = kernel.now();
  const auto dark = [&](bool begins) {
    for (const ClusterWorld& cluster : site.clusters) {
      for (const PowerNetwork::UnitId leaf : cluster.leaves) {
        if (site.power->network().live(leaf)) continue;
        book.change(book.track(supply_name(site, leaf), "supply"), now, UnitBook::Mark::fail, begins);
      }
    }
  };
  dark(false);
  site.power_control->exchange(
      [&] {
        SiteNetwork next = build_network(*site.plan);
        site.power->exchange(std::move(next.network), std::move(next.indoors), next.uses);
        find_leaves(site);
        PowerControl::Exchanged with{.params = power_params(site)};
        for (const ClusterWorld& cluster : site.clusters) with.told.insert(with.told.end(), cluster.leaves.begin(), cluster.leaves.end());
        return with;
      },
      cause);
  for (const auto load : site.power->network().loads()) book.track(supply_name(site, load), "supply");
  dark(true);
}

bool World::is_there(const UnitRef& unit) const {
  const SiteWorld& site = sites[unit.site];
  switch (unit.kind) {
    case UnitRef::Kind::power_unit: return site.plan->power_units.find(site.site->power_unit(unit.index)) != nullptr;
    case UnitRef::Kind::cooling_unit: return std::find(site.cooling_units.begin(), site.cooling_units.end(), unit.index) != site.cooling_units.end();
    case UnitRef::Kind::rack: return unit.part < site.clusters[unit.index].plan->racks;
    case UnitRef::Kind::shelf: return unit.part / site.clusters[unit.index].rack->params().power_shelves.value_or(1) < site.clusters[unit.index].plan->racks;
    case UnitRef::Kind::hall_unit:
    case UnitRef::Kind::site: break;
  }
  return true;
}

void World::look_who_is_there(std::size_t index) {
  for (FaultPlan::Unit u = 0; u < run.faults.units.size(); ++u) {
    if (run.faults.units[u].ref.site == index) faults->set_there(u, is_there(run.faults.units[u].ref));
  }
  for (const NamedUnit& unit : run.units.units()) {
    if (unit.ref.site != index) continue;
    const std::size_t number = book.track(unit.name, unit.kind);
    if (book.is_away(number) == is_there(unit.ref)) book.change(number, kernel.now(), UnitBook::Mark::away, !book.is_away(number));
  }
}

}  // namespace aifactory
