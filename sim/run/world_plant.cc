#include <fmt/format.h>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {

LiquidBank::Params bank_params(const SiteWorld& site, const SiteWorld::Served& served, HeatCapacity coolant, Temperature start) {
  // Where no CDU is there, a joule a kelvin each: nothing flows and nothing is heated.
  LiquidBank::Params params{.racks = 0, .accelerators_per_rack = 0, .chip = HeatCapacity(1.0), .plate = HeatCapacity(1.0), .chip_to_plate = ThermalResistance(1.0),
                            .coolant = HeatCapacity(1.0), .start = start};
  if (served.racks == 0) return params;
  const RackParams& p = site.clusters[served.cluster].rack->params();
  params.racks = served.racks;
  params.accelerators_per_rack = p.accelerators;
  params.chip = p.chip_capacity;
  params.plate = p.plate_capacity;
  params.chip_to_plate = p.chip_resistance;
  params.coolant = coolant;
  return params;
}

LiquidBank::Flow resting_flow() {
  return {.exchange = ThermalConductance(0.0), .secondary = ThermalConductance(0.0), .plate_to_coolant = ThermalResistance(kInf)};
}

namespace {

/// The technology loop of a place as the run begins.
LiquidBank new_bank(const SiteWorld& site, std::size_t place, const CduControl::Unit& unit, Temperature start) {
  return {bank_params(site, site.served[place], unit.model.secondary_heat_capacity(), start),
          unit.there() ? CduControl::flow_of(unit, unit.model.params().pumps_running, 1.0) : resting_flow()};
}

}  // namespace

std::vector<CduControl::Unit> World::cdu_units(const SiteWorld& site, const PlantEquipment& equipment, const std::vector<std::size_t>& places) const {
  const SitePlan& plan = *site.plan;
  std::vector<CduControl::Unit> units;
  for (std::size_t place = 0; place < site.cdu_models.size(); ++place) {
    const std::size_t planned = site.site->plan.cdus.size();
    const std::string& name = place < planned ? site.site->plan.cdus[place] : site.site->later_cdus[place - planned];
    units.push_back({.name = fmt::format("{}.cooling.{}", plan.name, name), .model = site.cdu_models[place], .primary = {}});
  }
  for (std::size_t i = 0; i < plan.cdus.size(); ++i) {
    CduControl::Unit& unit = units[places[i]];
    unit.model = equipment.cdus[i];
    unit.primary = equipment.primary[i];
    unit.supply = plan.cooling_units.find(plan.cdus[i])->supply;
    unit.racks = 0;
  }
  for (const ClusterWorld& cluster : site.clusters) {
    for (const BankPlan& bank : cluster.plan->banks) {
      if (bank.cdu < 0) continue;
      CduControl::Unit& unit = units[places[static_cast<std::size_t>(bank.cdu)]];
      unit.rack = cluster.rack.get();
      unit.racks += bank.staying();
    }
  }
  return units;
}

void World::find_cdu_banks(SiteWorld& site) {
  site.cdu_banks.assign(site.site->cdu_places() + site.plan->rooms.size(), {});
  site.served.assign(site.site->cdu_places(), {});
  for (std::size_t c = 0; c < site.clusters.size(); ++c) {
    const ClusterWorld& cluster = site.clusters[c];
    for (std::size_t b = 0; b < cluster.cdus.size(); ++b) {
      if (cluster.cdus[b] < 0) continue;
      const auto place = static_cast<std::size_t>(cluster.cdus[b]);
      const BankPlan& bank = cluster.plan->banks[b];
      site.cdu_banks[place].emplace_back(c, b);
      if (bank.room < 0) site.served[place] = {.cluster = c, .first = bank.cdu_first_rack, .racks = bank.cdu_racks};
    }
  }
}

void World::build_plant_of(std::size_t index) {
  SiteWorld& site = sites[index];
  const SitePlan& plan = site.site->plan;
  PlantEquipment equipment = build_plant(plan, site.site->location.elevation, site.site->clock);
  const PreparedSite& prepared = *site.site;
  site.cdu_models = equipment.cdus;
  for (const std::string& name : prepared.later_cdus) {
    // As it is when it comes.
    for (const PlannedChange& change : run.changes) {
      const CoolingUnitConfig* unit = change.to->sites[index].plan.cooling_units.find(name);
      if (!unit || unit->kind != CoolingKind::cdu) continue;
      site.cdu_models.emplace_back(unit->cdu->value);
      break;
    }
  }
  AIF_CHECK(site.cdu_models.size() == prepared.cdu_places(), "a CDU without a place");
  const std::size_t numbers = plan.cooling_units.items.size() + prepared.later_units.size();
  site.cdu_of.assign(numbers, prepared.cdu_places());
  for (std::size_t u = 0; u < numbers; ++u) {
    const std::string& name = prepared.cooling_unit(u);
    for (std::size_t place = 0; place < prepared.cdu_places(); ++place) {
      const std::size_t planned = plan.cdus.size();
      if (name == (place < planned ? plan.cdus[place] : prepared.later_cdus[place - planned])) site.cdu_of[u] = place;
    }
  }
  find_cdu_banks(site);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < plan.cdus.size(); ++i) places.push_back(i);
  std::vector<CduControl::Unit> cdus = cdu_units(site, equipment, places);
  for (std::size_t place = 0; place < cdus.size(); ++place) site.banks.push_back(new_bank(site, place, cdus[place], equipment.loop.start));
  build_rooms(index, equipment.loop.start);
  site.loop = std::make_unique<WaterLoop>(equipment.loop, HeatPlant(std::move(equipment.plant)), std::move(equipment.air), &site.banks);
  site.plant_notes = std::move(equipment.notes);
  const auto coolant_changed = [&site](std::size_t cdu) {
    for (const auto& [cluster, bank] : site.cdu_banks[cdu]) {
      if (site.clusters[cluster].actor) site.clusters[cluster].actor->coolant_changed(bank);
    }
  };
  const Weather* weather = site.site->weather.get();
  site.cdus = std::make_unique<CduControl>(
      kernel, kCduRank + static_cast<std::uint32_t>(index), plan.name + ".cooling", plan.config->cooling.cdu_control.value_or(CduControlConfig{}), std::move(cdus), site.banks, *site.loop, log,
      CduControl::Ports{.coolant_changed = coolant_changed,
                        .pump_power =
                            [&site](std::size_t cdu, Power power) {
                              if (site.cdu_leaves[cdu] >= 0) site.power->set_load(site.cdu_leaves[cdu], power);
                            },
                        .wet_bulb = [weather](Tick now) { return weather->at(now).wet_bulb; }});
  if (!plan.rooms.empty()) control_rooms(index);
  site.plant = std::make_unique<CoolingPlant>(
      kernel, kPlantRank + static_cast<std::uint32_t>(index),
      CoolingPlant::Params{.name = plan.name + ".cooling", .period = plan.config->cooling.control_period, .cdus = prepared.cdu_places()}, site.banks,
      *site.loop, log,
      CoolingPlant::Ports{.outdoor = [weather](Tick now) -> const OutdoorAir& { return weather->at(now); },
                          .supply_moved = coolant_changed,
                          .facility_flow =
                              [&site](double share) {
                                site.cdus->facility_flow(share);
                                if (site.rooms) site.rooms->facility_flow(share);
                              },
                          .plant_power =
                              [&site](const HeatPlant::Answer& answer, Power air_fans) {
                                site.power->set_load(site.pumps, answer.loop_pumps);
                                site.power->set_load(site.fans, answer.fans);
                                site.power->set_load(site.air_fans, air_fans);
                                if (site.condenser_pumps >= 0) site.power->set_load(site.condenser_pumps, answer.condenser_pumps);
                                if (site.compressors >= 0) site.power->set_load(site.compressors, answer.compressors);
                              },
                          .observe =
                              [&site](Tick now, std::size_t cdu) {
                                if (cdu >= site.cdu_leaves.size()) site.rooms->observe(now, cdu - site.cdu_leaves.size());
                                for (const auto& [cluster, bank] : site.cdu_banks[cdu]) site.clusters[cluster].actor->observe_chips(now, bank);
                              },
                          .hot_air =
                              [&site](bool begins, const std::string& cause) {
                                site.hot_air = begins;
                                for (ClusterWorld& cluster : site.clusters) {
                                  if (cluster.plan->room >= 0) continue;
                                  for (std::int64_t rack = 0; rack < cluster.field->racks(); ++rack) cluster.actor->rack_fault(rack, !begins, cause);
                                }
                              }});
}

}  // namespace aifactory
