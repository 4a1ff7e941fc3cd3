#include <fmt/format.h>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {

void World::build_plant_of(std::size_t index) {
  SiteWorld& site = sites[index];
  const SitePlan& plan = site.site->plan;
  PlantEquipment equipment = build_plant(plan, site.site->location.elevation, site.site->clock);
  std::vector<CduControl::Unit> cdus;
  for (std::size_t i = 0; i < plan.cdus.size(); ++i) {
    cdus.push_back({.name = fmt::format("{}.cooling.{}", plan.name, plan.cdus[i]), .model = equipment.cdus[i], .primary = equipment.primary[i],
                    .supply = plan.cooling_units.find(plan.cdus[i])->supply});
  }
  site.cdu_of.assign(plan.cooling_units.items.size(), plan.cdus.size());
  for (std::size_t i = 0; i < plan.cdus.size(); ++i) {
    for (std::size_t u = 0; u < site.cdu_of.size(); ++u) {
      if (plan.cooling_units.items[u].first == plan.cdus[i]) site.cdu_of[u] = i;
    }
  }
  site.cdu_banks.resize(plan.cdus.size() + plan.rooms.size());
  std::vector<std::optional<LiquidBank>> banks(plan.cdus.size());
  for (std::size_t c = 0; c < site.clusters.size(); ++c) {
    const ClusterPlan& cluster = *site.clusters[c].plan;
    const Rack& rack = *site.clusters[c].rack;
    const RackParams& p = rack.params();
    for (std::size_t b = 0; b < cluster.banks.size(); ++b) {
      const BankPlan& bank = cluster.banks[b];
      if (bank.cdu < 0) continue;
      const auto i = static_cast<std::size_t>(bank.cdu);
      CduControl::Unit& unit = cdus[i];
      unit.rack = &rack;
      unit.racks = bank.cdu_racks;
      site.cdu_banks[i].emplace_back(c, b);
      if (banks[i]) continue;
      banks[i].emplace(LiquidBank::Params{.racks = bank.cdu_racks,
                                          .accelerators_per_rack = p.accelerators,
                                          .chip = p.chip_capacity,
                                          .plate = p.plate_capacity,
                                          .chip_to_plate = p.chip_resistance,
                                          .coolant = unit.model.secondary_heat_capacity(),
                                          .start = equipment.loop.start},
                       CduControl::flow_of(unit, unit.model.params().pumps_running, 1.0));
    }
  }
  for (auto& bank : banks) site.banks.push_back(std::move(*bank));
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
                        .pump_power = [&site](std::size_t cdu, Power power) { site.power->set_load(site.cdu_leaves[cdu], power); },
                        .wet_bulb = [weather](Tick now) { return weather->at(now).wet_bulb; }});
  if (!plan.rooms.empty()) control_rooms(index);
  site.plant = std::make_unique<CoolingPlant>(
      kernel, kPlantRank + static_cast<std::uint32_t>(index),
      CoolingPlant::Params{.name = plan.name + ".cooling", .period = plan.config->cooling.control_period, .cdus = plan.cdus.size()}, site.banks,
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
                                for (ClusterWorld& cluster : site.clusters) {
                                  if (cluster.plan->room >= 0) continue;
                                  for (std::int64_t rack = 0; rack < cluster.plan->racks; ++rack) cluster.actor->rack_fault(rack, !begins, cause);
                                }
                              }});
}

}  // namespace aifactory
