#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/run/ranks.h"
#include "sim/run/world.h"

namespace aifactory {
namespace {

/// What the meter of a node counts against; none where it carries nothing.
std::optional<LimitWatch::Unit> unit_of(const std::string& site, const LimitGraph::Node& node) {
  // Bins follow the rating; where that is unlimited or nothing, what the unit carries at full load.
  Power scale = node.rating;
  if (!std::isfinite(scale.si()) || scale.si() <= 0.0) scale = node.design;
  if (!std::isfinite(scale.si()) || scale.si() <= 0.0) return std::nullopt;
  // Loads are no limits of their own: racks, pumps and fans draw what they are built for.  Nor is the rating of what rejects heat:
  // what it can do is the weather's, and the plant tells when it is at its limit.
  const Power none(kInf);
  const bool limited = !node.load && (!node.heat || node.kind == "cdu" || node.kind == "crah");
  return LimitWatch::Unit{.name = fmt::format("{}.{}.{}", site, node.heat ? "cooling" : "power", node.name),
                          .what = node.heat ? "heat_mw" : "output_mw",
                          .scale = scale,
                          .rating = limited ? (node.heat ? node.rating : node.site_rating) : none,
                          .continuous = limited ? node.continuous : none};
}

}  // namespace

void World::build_limits(std::size_t index) {
  SiteWorld& site = sites[index];
  const LimitsConfig& config = site.plan->config->limits;
  site.limits = std::make_unique<LimitWatch>(
      kernel, kLimitRank + static_cast<std::uint32_t>(index),
      LimitWatch::Params{.hysteresis = config.hysteresis, .continuous_after = config.continuous_after, .events_per_unit = config.events_per_unit},
      std::vector<LimitWatch::Unit>{}, log);
  relay_limits(site);
  const PowerNetwork& network = site.power->network();
  for (PowerNetwork::UnitId id = 0; id < network.size(); ++id) {
    const auto meter = site.limit_of[static_cast<std::size_t>(id)];
    if (meter >= 0) site.limits->set(static_cast<std::size_t>(meter), network.output(id));
  }
}

void World::relay_limits(SiteWorld& site) {
  site.limit_graph = std::make_unique<LimitGraph>(*site.plan);
  site.limit_of.clear();
  for (auto& [name, metered] : site.metered) metered.gone = true;
  for (const LimitGraph::Node& node : site.limit_graph->nodes()) {
    auto unit = unit_of(site.plan->name, node);
    if (!unit) {
      site.limit_of.push_back(-1);
      continue;
    }
    const auto known = site.metered.find(unit->name);
    if (known != site.metered.end()) {
      site.limits->relimit(known->second.meter, *unit);
      known->second.node = node;
      known->second.gone = false;
      site.limit_of.push_back(static_cast<std::int32_t>(known->second.meter));
      continue;
    }
    const std::string name = unit->name;
    const std::size_t meter = site.limits->add(std::move(*unit));
    site.metered[name] = {.meter = meter, .node = node};
    site.limit_of.push_back(static_cast<std::int32_t>(meter));
  }
  for (auto& [name, metered] : site.metered) {
    if (metered.gone) site.limits->retire(metered.meter);
  }
}

void World::follow_limits(SiteWorld& site) {
  const auto tell = [&site](std::size_t node, Power power) {
    if (const auto meter = site.limit_of[node]; meter >= 0) site.limits->set(static_cast<std::size_t>(meter), power);
  };
  for (const PowerNetwork::UnitId id : site.power->moved()) tell(static_cast<std::size_t>(id), site.power->network().output(id));
  if (!site.plant) return;
  const std::size_t first = site.limit_graph->power_units();
  const SitePlan& plan = *site.plan;
  const auto& units = plan.cooling_units.items;
  const HeatPlant& plant = site.plant->loop().plant();
  plant.each_heat([&](std::size_t number, Power heat) {
    // As the run begins a unit's number is its place.
    const bool begun = number < site.cooling_units.size() && site.cooling_units[number] == number;
    const auto unit = begun ? number : static_cast<std::size_t>(std::find(site.cooling_units.begin(), site.cooling_units.end(), number) - site.cooling_units.begin());
    if (unit == units.size()) return;  // it has gone
    const CoolingKind kind = units[unit].second.kind;
    if (kind != CoolingKind::loop && kind != CoolingKind::condenser_loop) tell(first + unit, heat);
  });
  for (std::size_t u = 0; u < units.size(); ++u) {
    switch (units[u].second.kind) {
      case CoolingKind::loop: tell(first + u, plant.last().taken); break;
      case CoolingKind::condenser_loop: tell(first + u, plant.rejecting()); break;
      case CoolingKind::crah: tell(first + u, Power(site.air_w) + (plan.rooms.empty() ? site.power->indoor_loss() : 0.0 * W)); break;
      case CoolingKind::cdu: {
        const std::size_t place = site.cdu_of[site.cooling_units[u]];
        if (place < site.cdu_heat_w.size()) tell(first + u, Power(site.cdu_heat_w[place]));
        break;
      }
      default: break;
    }
  }
  for (std::size_t r = 0; r < plan.rooms.size(); ++r) tell(first + units.size() + r, Power(site.room_heat_w[r] + site.room_loss_w[r]));
}

}  // namespace aifactory
