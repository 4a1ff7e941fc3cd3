#include <fmt/format.h>

#include <cmath>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {

void World::build_limits(std::size_t index) {
  SiteWorld& site = sites[index];
  const SitePlan& plan = site.site->plan;
  const LimitsConfig& config = plan.config->limits;
  site.limit_graph = std::make_unique<LimitGraph>(plan);
  std::vector<LimitWatch::Unit> units;
  for (std::size_t n = 0; n < site.limit_graph->nodes().size(); ++n) {
    const LimitGraph::Node& node = site.limit_graph->nodes()[n];
    // Bins follow the rating; where that is unlimited or nothing, what the unit carries at full load.
    Power scale = node.rating;
    if (!std::isfinite(scale.si()) || scale.si() <= 0.0) scale = node.design;
    if (!std::isfinite(scale.si()) || scale.si() <= 0.0) {
      site.limit_of.push_back(-1);
      continue;
    }
    site.limit_of.push_back(static_cast<std::int32_t>(units.size()));
    // Loads are no limits of their own: racks, pumps and fans draw what they are built for.  Nor is the rating of what rejects heat:
    // what it can do is the weather's, and the plant tells when it is at its limit.
    const Power none(kInf);
    const bool limited = !node.load && (!node.heat || node.kind == "cdu" || node.kind == "crah");
    units.push_back({.name = fmt::format("{}.{}.{}", plan.name, node.heat ? "cooling" : "power", node.name),
                     .what = node.heat ? "heat_mw" : "output_mw",
                     .scale = scale,
                     .rating = limited ? (node.heat ? node.rating : node.site_rating) : none,
                     .continuous = limited ? node.continuous : none});
  }
  site.limits = std::make_unique<LimitWatch>(
      kernel, kLimitRank + static_cast<std::uint32_t>(index),
      LimitWatch::Params{.hysteresis = config.hysteresis, .continuous_after = config.continuous_after, .events_per_unit = config.events_per_unit},
      std::move(units), log);
  const PowerNetwork& network = site.power->network();
  for (PowerNetwork::UnitId id = 0; id < network.size(); ++id) {
    const auto meter = site.limit_of[static_cast<std::size_t>(id)];
    if (meter >= 0) site.limits->set(static_cast<std::size_t>(meter), network.output(id));
  }
}

void World::follow_limits(SiteWorld& site) {
  const auto tell = [&site](std::size_t node, Power power) {
    if (const auto meter = site.limit_of[node]; meter >= 0) site.limits->set(static_cast<std::size_t>(meter), power);
  };
  for (const PowerNetwork::UnitId id : site.power->moved()) tell(static_cast<std::size_t>(id), site.power->network().output(id));
  if (!site.plant) return;
  const std::size_t first = site.limit_graph->power_units();
  const SitePlan& plan = site.site->plan;
  const auto& units = plan.cooling_units.items;
  const HeatPlant& plant = site.plant->loop().plant();
  plant.each_heat([&](std::size_t unit, Power heat) {
    if (unit >= units.size()) return;  // came in by a change: it has no meter
    const CoolingKind kind = units[unit].second.kind;
    if (kind != CoolingKind::loop && kind != CoolingKind::condenser_loop) tell(first + unit, heat);
  });
  for (std::size_t u = 0; u < units.size(); ++u) {
    switch (units[u].second.kind) {
      case CoolingKind::loop: tell(first + u, plant.last().taken); break;
      case CoolingKind::condenser_loop: tell(first + u, plant.rejecting()); break;
      case CoolingKind::crah: tell(first + u, Power(site.air_w) + (plan.rooms.empty() ? site.power->indoor_loss() : 0.0 * W)); break;
      case CoolingKind::cdu:
        if (site.cdu_of[u] < site.cdu_heat_w.size()) tell(first + u, Power(site.cdu_heat_w[site.cdu_of[u]]));
        break;
      default: break;
    }
  }
  for (std::size_t r = 0; r < plan.rooms.size(); ++r) tell(first + units.size() + r, Power(site.room_heat_w[r] + site.room_loss_w[r]));
}

}  // namespace aifactory
