/// @file A run goes on with other settings.
#include <algorithm>
#include <cmath>

#include "models/scheduling/view.h"
#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {
namespace {

/// Units of an equipment by their indices among those of the run.
void renumber(PlantEquipment& equipment, const std::vector<std::size_t>& units) {
  HeatPlant::Params& plant = equipment.plant;
  const auto move = [&](std::size_t& unit) { unit = units[unit]; };
  move(plant.pumps.unit);
  for (auto& coolers : plant.coolers) {
    for (auto& cell : coolers.cells) move(cell.unit);
  }
  for (auto& chillers : plant.chillers) move(chillers.unit);
  if (plant.condenser) move(plant.condenser->pumps.unit);
  if (plant.economizer) move(plant.economizer->unit);
  if (plant.tank) move(plant.tank->unit);
  if (plant.reuse) move(plant.reuse->unit);
  if (plant.make_up) move(plant.make_up->unit);
  if (!equipment.air) return;
  SharedAir::Params air = equipment.air->params();
  move(air.unit);
  equipment.air.emplace(air);
}

std::size_t number_of(const SitePlan& plan, const std::string& unit) {
  const auto& units = plan.cooling_units.items;
  return static_cast<std::size_t>(std::find_if(units.begin(), units.end(), [&](const auto& entry) { return entry.first == unit; }) - units.begin());
}

}  // namespace

void World::build_changes() {
  for (std::size_t c = 0; c < run.changes.size(); ++c) {
    kernel.calendar().add(run.changes[c].at, engine::Phase::signal, kChangeRank, change_due, static_cast<std::int64_t>(c));
    last_event = std::max(last_event, run.changes[c].at);
  }
}

void World::change(const PlannedChange& change) {
  for (const auto& [key, value] : change.values) log.add(kernel.now(), "set", key, value, kUnset, change.cause);
  settings = change.to.get();
  if (change.forecasts) {
    for (std::size_t i = 0; i < sites.size(); ++i) give_forecasts(i);
  }
  for (const std::size_t i : change.grids) {
    const PreparedSite& to = change.to->sites[i];
    const GridConfig& grid = to.plan.config->grid;
    sites[i].grid->change(grid.capacity * (1.0 - grid.headroom_frac), to.price, to.carbon);
  }
  std::vector<scheduling::SchedulerCore::PoolSize> sizes;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const auto in = [i](const std::vector<std::size_t>& of) { return std::find(of.begin(), of.end(), i) != of.end(); };
    if (in(change.layouts)) {
      change_layout(i, change, sizes);
    } else if (in(change.plants)) {
      change_plant(i, change);
    }
  }
  if (change.scheduling || !sizes.empty()) change_policy(*change.to, sizes, change.scheduling);
  if (change.scheduling || change.forecasts || !sizes.empty()) scheduler->look();
}

void World::change_policy(const PreparedRun& to, const std::vector<scheduling::SchedulerCore::PoolSize>& sizes, bool other) {
  core->resize_pools(sizes, connected_policy(to.policy), kernel.now());
  if (other && run.config.record.jobs) decisions.add(kernel.now(), DecisionKind::note, kNoJob, {}, "policy=" + to.policy.name);
  const auto known = static_cast<std::size_t>(core->view().sites());
  for (std::size_t i = 0; i < std::min(sites.size(), known); ++i) {
    core->set_power_limit(static_cast<std::int32_t>(i), Power(core->parts().power ? 0.0 : INFINITY));
    follow_power(i);
    give_forecasts(i);
  }
}

PlantEquipment World::exchange_plant(std::size_t index, const PlannedChange& change) {
  SiteWorld& site = sites[index];
  const SitePlan& plan = change.to->sites[index].plan;
  PlantEquipment equipment = build_plant(plan, site.site->location.elevation, site.site->clock);
  renumber(equipment, change.units[index]);
  site.cooling_units = change.units[index];
  site.loop->exchange(kernel.now(), equipment.loop, std::move(equipment.plant), equipment.air);
  for (std::string& note : equipment.notes) {
    if (std::find(site.plant_notes.begin(), site.plant_notes.end(), note) == site.plant_notes.end()) site.plant_notes.push_back(std::move(note));
  }
  return equipment;
}

/// Racks, CDUs and power units stay as they are.
void World::change_plant(std::size_t index, const PlannedChange& change) {
  SiteWorld& site = sites[index];
  const PlantEquipment equipment = exchange_plant(index, change);
  const SitePlan& plan = change.to->sites[index].plan;
  site.plan = &plan;
  for (std::size_t c = 0; c < site.clusters.size(); ++c) site.clusters[c].plan = &plan.clusters[c];
  std::vector<std::size_t> places;
  for (const std::string& cdu : plan.cdus) places.push_back(site.cdu_of[change.units[index][number_of(plan, cdu)]]);
  const CoolingConfig& cooling = plan.config->cooling;
  site.cdus->change(cooling.cdu_control.value_or(CduControlConfig{}), cdu_units(site, equipment, places));
  site.plant->changed(cooling.control_period);
  relay_limits(site);
  look_who_is_there(index);
}

}  // namespace aifactory
