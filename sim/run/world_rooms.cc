#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/power/network.h"
#include "sim/facility/hall_air.h"
#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {
namespace {

/// Rise of the air across racks that say nothing about it, where no air handler does either: assumed.
constexpr TemperatureDelta kRackRise{15.0};

/// Air that the racks of a hall draw.
ThermalConductance rack_air(const SiteWorld& site, const RoomPlan& room) {
  const TemperatureDelta rise = room.config->crah ? room.config->crah->value.design_return_air - room.config->crah->value.design_supply_air : kRackRise;
  ThermalConductance air(0.0);
  Power rest = room.air_heat;
  for (const std::size_t c : room.air_clusters) {
    const ClusterWorld& cluster = site.clusters[c];
    const auto racks = static_cast<double>(cluster.plan->racks);
    air += cluster.rack->design_flow() * racks * hall_air::kAirDensity * hall_air::kAirHeat;
    rest -= cluster.rack->rated_input_power() * racks;
  }
  // The others' fans are sized for the rise that the air handlers are built for.
  return air + std::max(0.0 * W, rest) / rise;
}

RoomControl::Unit unit_of(const SiteWorld& site, std::size_t r) {
  const SitePlan& plan = site.site->plan;
  const RoomPlan& room = plan.rooms[r];
  RoomControl::Unit unit{.name = fmt::format("{}.{}", plan.name, room.hall), .config = *room.config, .crah = {}, .crahs = room.crahs, .supplied = {}, .door = {}, .doors = room.doors, .rack_air = rack_air(site, room), .rated_heat = room.air_heat};
  for (const RoomSupply& supply : room.supplies) unit.supplied.push_back(supply.crahs);
  if (room.config->crah) unit.crah.emplace(room.config->crah->value);
  if (room.config->rear_door) unit.door.emplace(room.config->rear_door->value);
  if (!room.air_clusters.empty()) unit.rack = site.clusters[room.air_clusters.front()].rack.get();
  unit.bank = site.site->cdu_places() + r;
  return unit;
}

}  // namespace

void World::build_rooms(std::size_t index, Temperature start) {
  SiteWorld& site = sites[index];
  const SitePlan& plan = site.site->plan;
  for (std::size_t r = 0; r < plan.rooms.size(); ++r) {
    const RoomPlan& room = plan.rooms[r];
    const RoomControl::Unit unit = unit_of(site, r);
    std::int64_t racks = 0;
    for (const std::size_t c : room.air_clusters) {
      racks += site.clusters[c].plan->racks;
    }
    site.banks.emplace_back(RoomControl::bank_of(unit, racks, start), RoomControl::resting_flow(unit));
  }
  site.room_loss_w.assign(plan.rooms.size(), 0.0);
}

void World::control_rooms(std::size_t index) {
  SiteWorld& site = sites[index];
  std::vector<RoomControl::Unit> units;
  for (std::size_t r = 0; r < site.site->plan.rooms.size(); ++r) units.push_back(unit_of(site, r));
  site.rooms = std::make_unique<RoomControl>(
      kernel, kRoomRank + static_cast<std::uint32_t>(index), std::move(units), site.banks, *site.loop, log,
      RoomControl::Ports{.air_changed =
                             [&site](std::size_t bank) {
                               for (const auto& [cluster, b] : site.cdu_banks[bank]) {
                                 if (site.clusters[cluster].actor) site.clusters[cluster].actor->coolant_changed(b);
                               }
                             },
                         .fan_power = [&site](std::size_t room, std::size_t supply, Power power) { site.power->set_load(site.room_leaves[room][supply], power); }});
}

void leak_coolant(SiteWorld& site, const ClusterWorld& cluster, std::int64_t rack, const std::string& cause, bool begins) {
  for (std::size_t b = 0; b < cluster.cdus.size(); ++b) {
    const BankPlan& bank = cluster.plan->banks[b];
    if (bank.cdu < 0 || rack < bank.first_rack || rack >= bank.first_rack + bank.racks) continue;
    site.cdus->leak(static_cast<std::size_t>(cluster.cdus[b]), cause, begins);
  }
}

void settle_losses(SiteWorld& site) {
  if (!site.plant) return;
  const double loss_w = site.power->indoor_loss().si();
  const auto& rooms = site.site->plan.rooms;
  if (rooms.empty() || rooms.front().loss_share <= 0.0) return site.plant->room_heat(Power(site.air_w + loss_w));
  site.plant->room_heat(Power(site.air_w));
  double left_w = loss_w;
  for (std::size_t r = 0; r < rooms.size(); ++r) {
    // The last room takes what the others leave, so that no watt is lost to rounding.
    const double share_w = r + 1 == rooms.size() ? left_w : on_load_grid(Power(rooms[r].loss_share * loss_w)).si();
    left_w -= share_w;
    if (share_w == site.room_loss_w[r]) continue;
    site.rooms->add_losses(r, Power(share_w - site.room_loss_w[r]));
    site.room_loss_w[r] = share_w;
  }
}

Temperature max_supply_air(SiteWorld& site, Tick now) {
  Temperature most = Temperature::kelvin(kUnset);
  for (std::size_t r = 0; site.rooms && r < site.rooms->rooms(); ++r) {
    site.rooms->observe(now, r);
    most = Temperature::kelvin(std::fmax(most.in_kelvin(), site.rooms->max_supply_air(r).in_kelvin()));
  }
  return most;
}

void room_columns(const SiteWorld& site, std::vector<std::string>& columns) {
  for (const RoomPlan& room : site.site->plan.rooms) {
    for (const char* column : {"supply_air_c", "return_air_c", "fan_ratio_frac"}) columns.push_back(fmt::format("{}.{}.{}", site.site->plan.name, room.hall, column));
  }
}

void room_row(const SiteWorld& site, Tick now, std::vector<double>& row) {
  for (std::size_t r = 0; site.rooms && r < site.rooms->rooms(); ++r) {
    const LiquidBank& air = site.banks[site.rooms->unit(r).bank];
    row.insert(row.end(), {air.supply(now).in_celsius(), air.return_temperature(now).in_celsius(), site.rooms->fan_ratio(r)});
  }
}

}  // namespace aifactory
