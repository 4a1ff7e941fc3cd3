#include "sim/run/limit_graph.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/facility/site_rating.h"
#include "sim/run/cooling_rating.h"
#include "sim/run/rated_network.h"
#include "sim/run/site_plant.h"
#include "sim/scenario/kinds.h"

namespace aifactory {
namespace {

/// Each failure solves the whole network twice.
constexpr int kMostForFailures = 1500;

/// Shares of one watt at `load` on every unit that carries it, losses aside; units in the order of first visit.
std::vector<std::pair<PowerNetwork::UnitId, double>> carriers(const PowerNetwork& network, PowerNetwork::UnitId load) {
  std::vector<std::pair<PowerNetwork::UnitId, double>> parts{{load, 1.0}};
  // Level by level: a unit's share must be complete before it is passed on, so a unit that is met again further up is
  // collected there.
  std::vector<std::pair<PowerNetwork::UnitId, double>> level = parts;
  while (!level.empty()) {
    std::vector<std::pair<PowerNetwork::UnitId, double>> next;
    const auto add = [](auto& to, PowerNetwork::UnitId id, double share) {
      for (auto& [known, sum] : to) {
        if (known == id) {
          sum += share;
          return;
        }
      }
      to.emplace_back(id, share);
    };
    for (const auto& [id, share] : level) {
      const auto sources = network.sources(id);
      double live = 0.0;
      for (const auto source : sources) live += network.live(source) ? 1.0 : 0.0;
      const bool primary = network.unit(id).share == SourceShare::primary;
      for (const auto source : sources) {
        if (!network.live(source)) continue;
        add(next, source, primary ? share : share / live);
        if (primary) break;
      }
    }
    for (const auto& [id, share] : next) add(parts, id, share);
    level = std::move(next);
  }
  return parts;
}

}  // namespace

LimitGraph::LimitGraph(const SitePlan& plan) {
  add_power(plan);
  add_cooling(plan);
  join_cooling(plan);
}

void LimitGraph::join_cooling(const SitePlan& plan) {
  const auto node_of = [&](std::size_t unit) { return power_units_ + unit; };
  const auto& units = plan.cooling_units.items;
  const auto loop_unit = std::find_if(units.begin(), units.end(), [](const auto& entry) { return entry.second.kind == CoolingKind::loop; });
  if (loop_unit == units.end()) return;
  const std::size_t loop = node_of(static_cast<std::size_t>(loop_unit - units.begin()));
  std::vector<std::size_t> outdoors, condenser, handlers, sides;  // reject; between chillers and towers; take air; beside the loop
  std::map<std::string, std::size_t> cdus;
  for (std::size_t u = 0; u < units.size(); ++u) {
    const auto& [name, unit] = units[u];
    switch (unit.kind) {
      case CoolingKind::loop: break;
      case CoolingKind::cdu: cdus[name] = node_of(u); break;
      case CoolingKind::crah: handlers.push_back(node_of(u)); break;
      case CoolingKind::condenser_loop: condenser.push_back(node_of(u)); break;
      case CoolingKind::tower:
      case CoolingKind::dry_cooler:
        (unit.on == loop_unit->first ? sides : outdoors).push_back(node_of(u));
        break;
      case CoolingKind::chiller:
      case CoolingKind::economizer:
      case CoolingKind::tank:
      case CoolingKind::heat_reuse: sides.push_back(node_of(u)); break;
      case CoolingKind::make_up: break;
    }
  }
  for (std::size_t room = 0; room < plan.rooms.size(); ++room) handlers.push_back(node_of(units.size() + room));
  for (const auto& [name, node] : cdus) nodes_[node].cooled_by = {loop};
  for (const std::size_t node : handlers) nodes_[node].cooled_by = {loop};
  nodes_[loop].cooled_by = sides;
  for (const std::size_t node : condenser) nodes_[node].cooled_by = outdoors;
  if (condenser.empty()) {
    nodes_[loop].cooled_by.insert(nodes_[loop].cooled_by.end(), outdoors.begin(), outdoors.end());
  } else {
    for (std::size_t u = 0; u < units.size(); ++u) {
      const CoolingUnitConfig& unit = units[u].second;
      if (unit.kind == CoolingKind::economizer || (unit.kind == CoolingKind::chiller && unit.condenser == CondenserKind::water)) nodes_[node_of(u)].cooled_by = condenser;
    }
  }
  std::size_t number = 0;  // of the bank over all clusters, as in add_power()
  std::vector<std::size_t> racks(banks_.size());
  for (std::size_t n = 0; n < power_units_; ++n) {
    if (nodes_[n].bank >= 0) racks[static_cast<std::size_t>(nodes_[n].bank)] = n;
  }
  for (const ClusterPlan& cluster : plan.clusters) {
    for (const BankPlan& bank : cluster.banks) {
      std::vector<std::size_t>& to = nodes_[racks[number++]].cooled_by;
      if (bank.cdu >= 0) to.push_back(cdus.at(plan.cdus[static_cast<std::size_t>(bank.cdu)]));
      if (cluster.room >= 0) {
        to.push_back(node_of(units.size() + static_cast<std::size_t>(cluster.room)));
      } else if (plan.rooms.empty() && !handlers.empty()) {
        to.push_back(handlers.front());
      }
    }
  }
}

void LimitGraph::add_power(const SitePlan& plan) {
  std::map<std::string, LoadDetail> details;
  SiteNetwork site = rated_network(plan, details);
  PowerNetwork& network = site.network;
  power_units_ = static_cast<std::size_t>(network.size());
  const LimitsConfig& limits = plan.config->limits;
  for (PowerNetwork::UnitId id = 0; id < network.size(); ++id) {
    const PowerNetwork::Unit& unit = network.unit(id);
    Node node{.name = unit.name};
    node.design = node.worst = network.output(id);
    for (const PowerNetwork::UnitId source : network.sources(id)) node.fed_by.push_back(static_cast<std::size_t>(source));
    if (const PowerUnitConfig* config = plan.power_units.find(unit.name)) {
      node.kind = enum_name(config->kind);
      node.rating = config->rating;
      node.site_rating = rating_at_site(*config, plan.conditions, limits);
      node.continuous = node.site_rating * continuous_factor(config->kind, limits);
    } else if (unit.kind == UnitKind::load) {
      const LoadDetail& detail = details.at(unit.name);
      node.kind = "load";
      node.load = true;
      node.rating = node.site_rating = node.continuous = node.nameplate = detail.nameplate;
    } else {
      node.kind = "unit";
      node.rating = node.site_rating = node.continuous = unit.rating;
    }
    nodes_.push_back(std::move(node));
  }
  for (const ClusterPlan& cluster : plan.clusters) {
    for (const BankPlan& bank : cluster.banks) {
      const auto id = network.find(bank.leaf);
      Node& node = nodes_[static_cast<std::size_t>(id)];
      node.kind = "racks";
      node.bank = static_cast<std::int32_t>(banks_.size());
      std::vector<Part> parts;
      for (const auto& [unit, share] : carriers(network, id)) parts.push_back({static_cast<std::size_t>(unit), share * node.design.si()});
      banks_.push_back(std::move(parts));
    }
  }
  try_failures(network);
  for (const auto& [leaf, detail] : details) network.set_load(network.find(leaf), detail.nameplate);
  network.settle();
  for (std::size_t i = 0; i < power_units_; ++i) nodes_[i].nameplate = network.output(static_cast<PowerNetwork::UnitId>(i));
}

void LimitGraph::try_failures(PowerNetwork network) {
  failures_known_ = network.size() <= kMostForFailures;
  if (!failures_known_) return;
  for (PowerNetwork::UnitId failed = 0; failed < network.size(); ++failed) {
    if (network.unit(failed).kind == UnitKind::load) continue;
    network.set_available(failed, false);
    for (const PowerNetwork::UnitId id : network.changed()) {
      Node& node = nodes_[static_cast<std::size_t>(id)];
      if (network.output(id) <= node.worst * (1.0 + 1e-9)) continue;
      node.worst = network.output(id);
      node.worst_failure = network.unit(failed).name;
    }
    network.set_available(failed, true);
  }
}

void LimitGraph::add_cooling(const SitePlan& plan) {
  const CoolingUnitConfig* loop = plan.cooling_units.empty() ? nullptr : only_loop(plan);
  if (!loop) return;
  std::map<std::string, Power> cdu_heat;
  Power liquid = 0.0 * W, racks = 0.0 * W;
  for (const ClusterPlan& cluster : plan.clusters) {
    const Rack rack(*cluster.rack);
    for (const BankPlan& bank : cluster.banks) {
      racks += rack.rated_input_power() * static_cast<double>(bank.staying());
      if (bank.cdu < 0) continue;
      const Power heat = rack.liquid_heat(rack.rated_input_power()) * static_cast<double>(bank.staying());
      cdu_heat.try_emplace(plan.cdus[static_cast<std::size_t>(bank.cdu)], 0.0 * W).first->second += heat;
      liquid += heat;
    }
  }
  const bool rooms_take_losses = !plan.rooms.empty() && plan.rooms.front().loss_share > 0.0;
  Power room_air = 0.0 * W;
  for (const RoomPlan& room : plan.rooms) room_air += room.air_heat;
  const Power all = liquid + plan.air_heat;
  // Coolers share the heat in proportion to their ratings, and so do chillers: all of it, or beside coolers on the facility water what
  // these do not reject on the design day.
  const auto cools = [](CoolingKind kind) { return kind == CoolingKind::tower || kind == CoolingKind::dry_cooler; };
  const bool has_condenser = std::any_of(plan.cooling_units.begin(), plan.cooling_units.end(),
                                         [](const auto& u) { return u.second.kind == CoolingKind::condenser_loop; });
  Power coolers = 0.0 * W, chillers = 0.0 * W, handlers = 0.0 * W, on_design_day = 0.0 * W;
  for (const auto& [name, unit] : plan.cooling_units) {
    const Power rating = unit.rating.value_or(0.0 * W);
    if (cools(unit.kind)) {
      coolers += rating;
      const auto day_heat = heat_on_design_day(unit, *loop, plan);
      on_design_day += day_heat ? day_heat->heat : rating;
    }
    if (unit.kind == CoolingKind::chiller) chillers += rating;
    if (unit.kind == CoolingKind::crah) handlers += rating;
  }
  for (const auto& [name, unit] : plan.cooling_units) {
    Node node{.name = name, .kind = enum_name(unit.kind), .heat = true};
    const double spares = static_cast<double>(installed(unit.count, unit.redundancy)) / static_cast<double>(unit.count);
    node.rating = node.site_rating = unit.rating ? *unit.rating * spares : Power(kInf);
    switch (unit.kind) {
      case CoolingKind::tower:
      case CoolingKind::dry_cooler:
        if (const auto day_heat = heat_on_design_day(unit, *loop, plan); day_heat && plan.config->limits.derating) node.site_rating = day_heat->heat * spares;
        node.design = all * (*unit.rating / coolers);
        break;
      case CoolingKind::chiller:
        node.design = (coolers > 0.0 * W && !has_condenser ? std::max(0.0 * W, all - on_design_day) : all) * (*unit.rating / chillers);
        break;
      case CoolingKind::economizer:
      case CoolingKind::condenser_loop:
      case CoolingKind::loop: node.design = all; break;
      case CoolingKind::crah: node.design = (plan.air_heat - room_air) * (*unit.rating / handlers); break;
      case CoolingKind::cdu:
        node.rating = node.site_rating = unit.cdu->value.rated_heat;
        if (const auto heat = cdu_heat.find(name); heat != cdu_heat.end()) node.design = heat->second;
        break;
      default: break;  // storage, reuse and make-up water bind no rack
    }
    node.continuous = node.rating;
    node.worst = node.nameplate = node.design;
    nodes_.push_back(std::move(node));
  }
  for (const RoomPlan& room : plan.rooms) {
    Node node{.name = fan_leaf(room), .kind = "crah", .heat = true};
    node.rating = room.config->crah ? room.config->crah->value.design_heat * static_cast<double>(room.crahs) : Power(kInf);
    node.site_rating = node.continuous = node.rating;
    node.design = room.air_heat + (rooms_take_losses ? (plan.air_heat - room_air) * room.loss_share : 0.0 * W);
    node.worst = node.nameplate = node.design;
    nodes_.push_back(std::move(node));
  }
  std::size_t bank_number = 0;
  for (const ClusterPlan& cluster : plan.clusters) {
    const Rack rack(*cluster.rack);
    for (const BankPlan& bank : cluster.banks) {
      const Power power = rack.rated_input_power() * static_cast<double>(bank.staying());
      for (std::size_t u = 0; u < plan.cooling_units.items.size(); ++u) {
        const std::size_t node = power_units_ + u;
        double w = nodes_[node].design.si() * (power / racks);
        if (nodes_[node].kind == std::string("cdu")) {
          const bool serves = bank.cdu >= 0 && plan.cdus[static_cast<std::size_t>(bank.cdu)] == nodes_[node].name;
          w = serves ? rack.liquid_heat(power).si() : 0.0;
        }
        if (w > 0.0) banks_[bank_number].push_back({node, w});
      }
      for (std::size_t r = 0; r < plan.rooms.size(); ++r) {
        if (cluster.room != static_cast<std::int32_t>(r)) continue;
        const Power heat = bank.room >= 0 ? power : power - (bank.cdu >= 0 ? rack.liquid_heat(power) : 0.0 * W);
        if (heat > 0.0 * W) banks_[bank_number].push_back({power_units_ + plan.cooling_units.items.size() + r, heat.si()});
      }
      ++bank_number;
    }
  }
}

std::vector<LimitGraph::Use> LimitGraph::uses(std::span<const Power> loads) const {
  const auto load_of = [&](std::size_t v) {
    const Power load = loads.empty() ? Power() : loads[v];
    return std::isnan(load.si()) ? nodes_[v].design.si() : load.si();
  };
  std::vector<std::vector<std::size_t>> below(nodes_.size());
  for (std::size_t b = 0; b < banks_.size(); ++b) {
    for (const Part& part : banks_[b]) below[part.node].push_back(b);
  }
  std::vector<Use> out(nodes_.size());
  std::vector<double> carried(nodes_.size(), 0.0);
  std::vector<std::size_t> touched;
  for (std::size_t u = 0; u < nodes_.size(); ++u) {
    const double headroom = nodes_[u].continuous.si() - load_of(u);
    if (!(headroom > 0.0) || !std::isfinite(headroom) || nodes_[u].kind == "load") continue;
    if (below[u].empty()) {
      if (nodes_[u].design.si() > 0.0) {
        out[u].usable = Power(headroom);  // pumps and fans
      } else {
        out[u].stranded = Power(headroom);  // carries something only when another unit has failed
        out[u].binds = "reserve";
      }
      continue;
    }
    for (const std::size_t b : below[u]) {
      for (const Part& part : banks_[b]) {
        if (carried[part.node] == 0.0) touched.push_back(part.node);
        carried[part.node] += part.w;
      }
    }
    double growth = kInf;
    std::size_t binding = u;
    for (const std::size_t v : touched) {
      const Node& node = nodes_[v];
      if (node.load || !(node.design.si() > 0.0) || !std::isfinite(node.continuous.si())) continue;
      const double after_failure = node.worst / node.design;
      const double share = load_of(v) / node.design.si();
      const double most = std::max(0.0, node.continuous.si() - after_failure * load_of(v)) / (after_failure * share * carried[v]);
      if (most < growth * (1.0 - 1e-12) || (v == u && most <= growth)) {
        growth = most;
        binding = v;
      }
    }
    const double share = nodes_[u].design.si() > 0.0 ? load_of(u) / nodes_[u].design.si() : 1.0;
    out[u].usable = Power(std::min(headroom, growth * share * carried[u]));
    out[u].stranded = Power(std::max(0.0, headroom - out[u].usable.si()));
    if (out[u].stranded.si() > 1e-6 * nodes_[u].continuous.si()) {
      out[u].binds = binding == u ? "failure of " + nodes_[u].worst_failure : nodes_[binding].name;
      if (binding == u && nodes_[u].worst_failure.empty()) out[u].binds.clear();
    } else {
      out[u].stranded = 0.0 * W;
    }
    for (const std::size_t v : touched) carried[v] = 0.0;
    touched.clear();
  }
  return out;
}

}  // namespace aifactory
