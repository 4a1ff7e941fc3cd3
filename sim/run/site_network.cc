#include <algorithm>

#include <fmt/format.h>

#include "sim/facility/site_rating.h"
#include "sim/run/site.h"

namespace aifactory {
namespace {

/// Only a switch calls a generator; one that feeds nothing but plain units would never start.
void check_generators(const SitePlan& plan, const PowerNetwork& network) {
  for (const auto& [name, c] : plan.power_units) {
    if (c.kind != PowerKind::generator) continue;
    std::vector<PowerNetwork::UnitId> look{network.find(name)};
    bool called = false;
    for (std::size_t i = 0; i < look.size() && !called; ++i) {
      for (const PowerNetwork::UnitId id : network.consumers(look[i])) {
        const PowerUnitConfig* unit = plan.power_units.find(network.unit(id).name);
        called = called || (unit && unit->is_switch());
        if (std::find(look.begin(), look.end(), id) == look.end()) look.push_back(id);
      }
    }
    if (!called) throw InputError(fmt::format("{}: nothing would start it: put a transfer_switch between it and what it feeds", name));
  }
}

}  // namespace

SiteNetwork build_network(const SitePlan& plan) {
  std::vector<PowerNetwork::Unit> units;
  std::vector<bool> indoors;
  for (const auto& [name, c] : plan.power_units) {
    PowerNetwork::Unit unit{.name = name, .rating = rating_at_site(c, plan.conditions, plan.config->limits), .sources = c.from, .share = c.share};
    switch (c.kind) {
      case PowerKind::utility_feed: unit.kind = UnitKind::utility_feed; break;
      case PowerKind::transformer: {
        unit.kind = UnitKind::transformer;
        Transformer::Params p = c.transformer->value;
        const double scale = c.rating / p.rating;  // losses in proportion to the rating
        p.rating = c.rating;
        if (p.no_load_loss) p.no_load_loss = *p.no_load_loss * scale;
        if (p.load_loss) p.load_loss = *p.load_loss * scale;
        unit.loss = Transformer(p).curve();
        break;
      }
      case PowerKind::ups: {
        unit.kind = UnitKind::ups;
        Ups::Params p = c.ups->value;
        p.rating = c.rating;
        unit.loss = Ups(p).curve(c.mode);
        break;
      }
      case PowerKind::rectifier: {
        unit.kind = UnitKind::ups;
        Psu::Params p = c.rectifier->value;
        p.rating = c.rating;
        unit.loss = Psu(p).curve();
        break;
      }
      case PowerKind::generator: unit.kind = UnitKind::generator; break;
      case PowerKind::transfer_switch:
      case PowerKind::static_switch:
        unit.kind = UnitKind::switchboard;
        unit.share = SourceShare::primary;
        if (c.loss_at_rating > 0.0) unit.loss = LossCurve::quadratic(c.rating, 0.0, 0.0, c.loss_at_rating);
        break;
      case PowerKind::switchboard:
      case PowerKind::busway:
        unit.kind = c.kind == PowerKind::busway ? UnitKind::pdu : UnitKind::switchboard;
        if (c.loss_at_rating > 0.0) unit.loss = LossCurve::quadratic(c.rating, 0.0, 0.0, c.loss_at_rating);
        break;
    }
    units.push_back(std::move(unit));
    indoors.push_back(c.indoors);
  }
  std::vector<std::pair<std::string, Use>> uses;
  const auto load = [&](const std::string& name, const std::vector<std::string>& sources, Use use) {
    units.push_back({.name = name, .kind = UnitKind::load, .rating = Power(kInf), .sources = sources});
    indoors.push_back(false);
    uses.emplace_back(name, use);
  };
  for (const auto& cluster : plan.clusters) {
    for (const auto& bank : cluster.banks) load(bank.leaf, bank.supply, Use::it);
  }
  if (!plan.cooling_units.empty()) {
    for (const auto& cdu : plan.cdus) load(cdu, plan.mechanical, Use::cdu_pumps);
    load("facility_water_pumps", plan.mechanical, Use::loop_pumps);
    load("heat_rejection_fans", plan.mechanical, Use::tower_fans);
    load("air_handler_fans", plan.mechanical, Use::air_fans);
    const auto has = [&](CoolingKind kind) {
      return std::any_of(plan.cooling_units.begin(), plan.cooling_units.end(), [&](const auto& u) { return u.second.kind == kind; });
    };
    if (has(CoolingKind::condenser_loop)) load("condenser_water_pumps", plan.mechanical, Use::condenser_pumps);
    if (has(CoolingKind::chiller)) load("chiller_compressors", plan.compressors, Use::compressors);
    for (const RoomPlan& room : plan.rooms) {
      for (const RoomSupply& supply : room.supplies) load(supply.leaf, supply.sources.empty() ? plan.mechanical : supply.sources, Use::air_fans);
    }
  }
  try {
    SiteNetwork out{.network = PowerNetwork(std::move(units)), .indoors = std::move(indoors), .uses = {}};
    for (const auto& [name, use] : uses) out.uses.emplace_back(out.network.find(name), use);
    check_generators(plan, out.network);
    return out;
  } catch (const InputError& e) {
    throw InputError(fmt::format("sites.{}.power: {}", plan.name, e.what()));
  }
}

}  // namespace aifactory
