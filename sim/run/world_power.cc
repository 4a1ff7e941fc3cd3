#include <algorithm>

#include <fmt/format.h>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {
namespace {

/// Share of a group's capacitors that recharges in a second, and what that costs: nothing that anyone meters.
Battery::Params shelf_store(Duration hold_up) {
  Battery::Params p;
  p.autonomy = hold_up;
  p.charge_efficiency = p.discharge_efficiency = 1.0;
  p.charge_rate = std::min(1.0, hold_up.si());  // full again after a second; racks with batteries at no more than their rating
  p.latch_count = 0;
  return p;
}

}  // namespace

void World::find_leaves(SiteWorld& site) {
  const SitePlan& plan = *site.plan;
  const auto leaf = [&](const std::string& name) { return site.power->network().find(name); };
  site.pumps = leaf("facility_water_pumps");
  site.fans = leaf("heat_rejection_fans");
  site.air_fans = leaf("air_handler_fans");
  site.condenser_pumps = leaf("condenser_water_pumps");
  site.compressors = leaf("chiller_compressors");
  site.cdu_leaves.assign(site.site->cdu_places(), -1);
  for (std::size_t place = 0; place < site.cdu_leaves.size(); ++place) {
    const std::size_t planned = site.site->plan.cdus.size();
    const std::string& name = place < planned ? site.site->plan.cdus[place] : site.site->later_cdus[place - planned];
    if (std::find(plan.cdus.begin(), plan.cdus.end(), name) != plan.cdus.end()) site.cdu_leaves[place] = leaf(name);
  }
  site.room_leaves.clear();
  for (const auto& room : plan.rooms) {
    auto& leaves = site.room_leaves.emplace_back();
    for (const RoomSupply& supply : room.supplies) leaves.push_back(leaf(supply.leaf));
  }
  for (ClusterWorld& cluster : site.clusters) {
    cluster.leaves.clear();
    for (const BankPlan& bank : cluster.plan->banks) cluster.leaves.push_back(leaf(bank.leaf));
  }
}

PowerControl::Params World::power_params(const SiteWorld& site) const {
  const SitePlan& plan = *site.plan;
  const PowerNetwork& network = site.power->network();
  PowerControl::Params params{.name = plan.name + ".power", .reclose = plan.config->power.reclose};
  for (const auto& [name, c] : plan.power_units) {
    const auto id = network.find(name);
    if (c.breaker) params.breakers.push_back({id, Breaker(c.breaker->value), network.unit(id).rating});  // as the site leaves it
    if (c.battery) {
      params.stores.push_back({.unit = id, .battery = Battery(*c.battery, c.rating), .ups = true, .eco = c.mode == UpsMode::eco,
                               .eco_gap = c.eco_transfer.value_or(0.004 * s)});
    }
    if (c.is_switch()) {
      const bool fast = c.kind == PowerKind::static_switch;
      params.switches.push_back({id, c.transfer.value_or(fast ? 0.005 * s : 0.1 * s), c.retransfer.value_or(fast ? 10.0 * s : 300.0 * s)});
    }
    if (c.generator) {
      Generator::Params p = c.generator->value;
      p.rating = c.rating;
      params.generators.push_back({id, Generator(p)});
    }
  }
  for (const ClusterWorld& cluster : site.clusters) {
    const Duration hold_up = cluster.plan->config->hold_up;
    for (std::size_t b = 0; b < cluster.leaves.size() && hold_up > 0.0 * s; ++b) {
      const Power rated = cluster.rack->rated_input_power() * static_cast<double>(cluster.plan->banks[b].racks);
      params.stores.push_back({.unit = cluster.leaves[b], .battery = Battery(shelf_store(hold_up), rated), .ups = false});
    }
  }
  return params;
}

void World::build_power_control(std::size_t index) {
  SiteWorld& site = sites[index];
  site.power_control = std::make_unique<PowerControl>(
      kernel, kPowerRank + static_cast<std::uint32_t>(index), power_params(site), *site.power, log,
      PowerControl::Ports{.supply = [this, &site](PowerNetwork::UnitId load, bool supplied, const std::string& cause) { tell_supply(site, load, supplied, cause); },
                          .cords = [&site](PowerNetwork::UnitId load, int live, int of, const std::string& cause) {
                            for (ClusterWorld& cluster : site.clusters) {
                              for (std::size_t b = 0; b < cluster.leaves.size(); ++b) {
                                if (cluster.leaves[b] == load) cluster.actor->cords(b, static_cast<double>(live) / static_cast<double>(of), cause);
                              }
                            }
                          },
                          .tripped = [this, &site](PowerNetwork::UnitId unit, bool open) {
                            unit_went(fmt::format("{}.power.{}", site.site->plan.name, site.power->network().unit(unit).name), open);
                          }});
  site.tells_batteries = site.power_control->has_batteries();
  site.tells_generators = site.power_control->has_generators();
  site.power->on_carried([&site] { site.power_control->carried(); });
}

}  // namespace aifactory
