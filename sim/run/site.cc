#include "sim/run/site.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "models/suggest.h"
#include "sim/facility/templates.h"

namespace aifactory {
namespace {

/// Racks without a CDU share a supply in groups of about this power.
constexpr Power kAirBank{1e6};
/// Indoor conversion losses beside IT, for sizing: assumed.
constexpr double kIndoorLossShare = 0.06;

std::int64_t nodes_of(const ClusterConfig& cluster, const std::string& path, std::optional<std::int64_t> log_nodes) {
  if (cluster.racks) return *cluster.racks * cluster.rack.value.nodes;
  if (*cluster.nodes == "from_log") {
    if (!log_nodes) throw InputError(fmt::format("{}.nodes: from_log needs `workload.swf`", path));
    return *log_nodes;
  }
  std::int64_t nodes = 0;
  const char* begin = cluster.nodes->data();
  const auto [end, error] = std::from_chars(begin, begin + cluster.nodes->size(), nodes);
  if (error != std::errc() || *end != '\0' || nodes < 1 || nodes > 100'000'000) {
    throw InputError(fmt::format("{}.nodes: {} must be a whole number in 1..100000000, or from_log", path, *cluster.nodes));
  }
  return nodes;
}

template <class Unit>
std::vector<std::string> names_of(const Map<Unit>& units) {
  std::vector<std::string> names;
  for (const auto& [name, unit] : units) names.push_back(name);
  return names;
}

const CoolingUnitConfig* only_loop(const SitePlan& plan) {
  const CoolingUnitConfig* loop = nullptr;
  for (const auto& [name, unit] : plan.cooling_units) {
    if (unit.kind != CoolingKind::loop) continue;
    if (loop) throw InputError(fmt::format("sites.{}.cooling.units: has more than one loop", plan.name));
    loop = &unit;
  }
  return loop;
}

Power pump_power(const CoolingUnitConfig& loop) {
  const MassFlow flow = *loop.rating / (kWater.specific_heat * *loop.range);
  return Power((flow / kWater.density).si() * loop.head.si() / loop.pump_efficiency);
}

/// Rated electric power of everything that moves heat.
Power mechanical_rating(const SitePlan& plan) {
  Power sum = 0.0 * W;
  for (const auto& [name, unit] : plan.cooling_units) {
    switch (unit.kind) {
      case CoolingKind::tower: sum += *unit.rating * unit.tower->value.fan_power_per_heat; break;
      case CoolingKind::dry_cooler:
        sum += unit.dry_cooler->value.design_fan_power * (*unit.rating / unit.dry_cooler->value.design_heat);
        break;
      case CoolingKind::loop: sum += pump_power(unit); break;
      case CoolingKind::crah: sum += unit.crah->value.design_fan_power * (*unit.rating / unit.crah->value.design_heat); break;
      case CoolingKind::cdu: {
        const Cdu cdu(unit.cdu->value);
        sum += cdu.pumps().solve(unit.cdu->value.pumps_running, 1.0).power;
        break;
      }
    }
  }
  return sum;
}

/// Racks dealt out over supplies, so that each carries the same power to within a rack: banks are cut where the next
/// supply begins.  @param before power of the racks dealt out so far, @param total of all that take part.
std::vector<BankPlan> deal(const std::vector<BankPlan>& banks, const std::vector<std::vector<std::string>>& supplies,
                           Power rack, Power before, Power total) {
  const auto count = static_cast<double>(supplies.size());
  const auto supply_of = [&](std::int64_t r) {
    const double share = (before + rack * (static_cast<double>(r) + 0.5)) / total;
    return static_cast<std::size_t>(std::min(std::floor(share * count), count - 1.0));
  };
  std::vector<BankPlan> out;
  for (const BankPlan& bank : banks) {
    const std::int64_t end = bank.first_rack + bank.racks;
    for (std::int64_t r = bank.first_rack; r < end;) {
      const std::size_t supply = supply_of(r);
      std::int64_t next = r + 1;
      while (next < end && supply_of(next) == supply) ++next;
      out.push_back(bank);
      out.back().first_rack = r;
      out.back().racks = next - r;
      out.back().supply = supplies[supply];
      r = next;
    }
  }
  return out;
}

void check_names(const SitePlan& plan) {
  const auto known = names_of(plan.power_units);
  const auto check = [&](const std::string& where, const std::string& name) {
    if (plan.power_units.find(name)) return;
    throw InputError(fmt::format("sites.{}.{}: unknown power unit {}{}", plan.name, where, name, did_you_mean(name, known)));
  };
  for (const auto& [name, unit] : plan.power_units) {
    for (const auto& source : unit.from) check(fmt::format("power.units.{}.from", name), source);
  }
  for (const auto& name : plan.mechanical) check("cooling.power", name);
  for (const auto& cluster : plan.clusters) {
    for (const auto& bank : cluster.banks) {
      for (const auto& name : bank.supply) check(fmt::format("{}.power", cluster.path), name);
    }
  }
}

}  // namespace

SitePlan plan_site(const std::string& name, const SiteConfig& config, std::optional<std::int64_t> log_nodes) {
  SitePlan plan{.name = name, .config = &config};
  std::vector<ClusterHeat> heats;
  std::vector<Rack> racks;
  for (const auto& [hall, hall_config] : config.halls) {
    for (const auto& [cluster, c] : hall_config.clusters) {
      ClusterPlan out{.name = cluster, .path = fmt::format("halls.{}.clusters.{}", hall, cluster),
                      .unit = fmt::format("{}.{}.{}", name, hall, cluster), .config = &c};
      const std::string path = fmt::format("sites.{}.{}", name, out.path);
      out.nodes = nodes_of(c, path, log_nodes);
      out.racks = (out.nodes + c.rack.value.nodes - 1) / c.rack.value.nodes;
      const Rack rack(c.rack.value);
      const bool liquid = !config.cooling.none() && c.rack.value.liquid_frac > 0.0 && c.rack.value.accelerators > 0;
      heats.push_back({out.racks, liquid ? rack.liquid_heat(rack.rated_input_power()) : 0.0 * W, c.cooling});
      plan.rated_it += rack.rated_input_power() * static_cast<double>(out.racks);
      plan.air_heat += (rack.rated_input_power() - heats.back().rack_liquid) * static_cast<double>(out.racks);
      racks.push_back(rack);
      plan.clusters.push_back(std::move(out));
    }
  }
  const bool has_power_losses = config.power.layout != PowerLayout::none || !config.power.units.empty();
  const Power indoor = has_power_losses ? plan.rated_it * kIndoorLossShare : 0.0 * W;
  plan.air_heat += indoor;
  plan.design_heat = config.cooling.design_heat.value_or((plan.rated_it + indoor) * 1.0);

  const bool plant = !config.cooling.none();
  auto cooling = expand_cooling(config.cooling, plan.design_heat, plan.air_heat, heats);
  plan.cooling_units = std::move(cooling.units);
  if (plant && !only_loop(plan)) throw InputError(fmt::format("sites.{}.cooling.units: has no loop: every plant needs one", name));
  const bool has_air = std::any_of(plan.cooling_units.begin(), plan.cooling_units.end(), [](const auto& u) { return u.second.kind == CoolingKind::crah; });

  std::set<std::string> served;
  for (std::size_t k = 0; k < plan.clusters.size(); ++k) {
    ClusterPlan& cluster = plan.clusters[k];
    const std::string path = fmt::format("sites.{}.{}", name, cluster.path);
    if (plant && heats[k].rack_liquid > 0.0 * W) {
      const auto& cdus = cooling.cdus[k];
      if (cdus.empty()) {
        throw InputError(fmt::format(
            "{}: racks have no cooling: {:g} % of their heat leaves by liquid; name CDUs in `cooling: [...]`, or give the plant a `cdu`", path,
            cluster.config->rack.value.liquid_frac * 100.0));
      }
      const auto count = static_cast<std::int64_t>(cdus.size());
      if (count > cluster.racks) throw InputError(fmt::format("{}.cooling: {} CDUs for {} racks", path, count, cluster.racks));
      std::int64_t first = 0;
      for (std::int64_t i = 0; i < count; ++i) {
        const std::string& cdu = cdus[static_cast<std::size_t>(i)];
        const auto* unit = plan.cooling_units.find(cdu);
        if (!unit || unit->kind != CoolingKind::cdu) {
          throw InputError(fmt::format("{}.cooling: {} is no CDU of the plant{}", path, cdu, did_you_mean(cdu, names_of(plan.cooling_units))));
        }
        if (!served.insert(cdu).second) throw InputError(fmt::format("{}.cooling: {} serves two groups of racks; name each CDU once", path, cdu));
        const std::int64_t end = cluster.racks * (i + 1) / count;
        cluster.banks.push_back({.first_rack = first, .racks = end - first, .cdu = static_cast<std::int32_t>(plan.cdus.size()),
                                 .cdu_first_rack = first, .cdu_racks = end - first});
        plan.cdus.push_back(cdu);
        first = end;
      }
    } else {
      if (plant && !has_air) {
        throw InputError(fmt::format("{}: racks have no cooling: their heat leaves by air; give the plant a `crah`", path));
      }
      const Power rack_power = racks[k].rated_input_power();
      // Without losses and cooling one group is enough: nothing distinguishes its racks.
      const bool one = !has_power_losses && !plant;
      const std::int64_t size = one ? cluster.racks : std::max<std::int64_t>(1, static_cast<std::int64_t>(kAirBank / rack_power));
      for (std::int64_t first = 0; first < cluster.racks; first += size) {
        cluster.banks.push_back({.first_rack = first, .racks = std::min(size, cluster.racks - first)});
      }
    }
  }
  if (plant && !has_air && plan.air_heat > 0.0 * W) {
    throw InputError(fmt::format("sites.{}.cooling.crah: is missing: {:.1f} MW of heat leaves racks and power rooms by air; name a catalogue entry, see `aifactory catalog crahs`",
                                 name, plan.air_heat.in(MW)));
  }

  plan.mechanical_power = mechanical_rating(plan);
  auto power = expand_power(config.power, plan.rated_it, config.grid.capacity, plan.mechanical_power);
  plan.power_units = std::move(power.units);
  plan.mechanical = config.cooling.power.empty() ? power.mechanical : config.cooling.power;
  const auto power_of = [&](std::size_t k) { return racks[k].rated_input_power() * static_cast<double>(plan.clusters[k].racks); };
  Power shared = 0.0 * W, dealt = 0.0 * W;  // of clusters on the layout's own supplies, and of those among them already dealt
  for (std::size_t k = 0; k < plan.clusters.size(); ++k) {
    if (plan.clusters[k].config->power.empty()) shared += power_of(k);
  }
  for (std::size_t k = 0; k < plan.clusters.size(); ++k) {
    ClusterPlan& cluster = plan.clusters[k];
    const bool of_layout = cluster.config->power.empty();
    const auto& supplies = of_layout ? power.supplies : cluster.config->power;
    if (supplies.empty()) {
      throw InputError(fmt::format(
          "sites.{}.{}: racks have no power path: name the units of their cords, e.g. `power: [[ups_a, ups_b]]`", name, cluster.path));
    }
    for (const auto& supply : supplies) {
      if (supply.empty()) throw InputError(fmt::format("sites.{}.{}.power: an empty supply: racks have no power path", name, cluster.path));
    }
    cluster.banks = deal(cluster.banks, supplies, racks[k].rated_input_power(), of_layout ? dealt : 0.0 * W, of_layout ? shared : power_of(k));
    if (of_layout) dealt += power_of(k);
    for (BankPlan& bank : cluster.banks) {
      bank.leaf = fmt::format("{}.racks_{}-{}", cluster.name, bank.first_rack, bank.first_rack + bank.racks - 1);
    }
  }
  check_names(plan);
  return plan;
}

SiteNetwork build_network(const SitePlan& plan) {
  std::vector<PowerNetwork::Unit> units;
  std::vector<bool> indoors;
  for (const auto& [name, c] : plan.power_units) {
    PowerNetwork::Unit unit{.name = name, .rating = c.rating, .sources = c.from, .share = c.share};
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
        unit.loss = Ups(p).curve(UpsMode::double_conversion);
        break;
      }
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
  }
  try {
    SiteNetwork out{.network = PowerNetwork(std::move(units)), .indoors = std::move(indoors), .uses = {}};
    for (const auto& [name, use] : uses) out.uses.emplace_back(out.network.find(name), use);
    return out;
  } catch (const InputError& e) {
    throw InputError(fmt::format("sites.{}.power: {}", plan.name, e.what()));
  }
}

PlantEquipment build_plant(const SitePlan& plan) {
  PlantEquipment out;
  const CoolingUnitConfig& loop = *only_loop(plan);
  const MassFlow flow = *loop.rating / (kWater.specific_heat * *loop.range);
  out.loop = {.capacity = kWater.heat_capacity(*loop.volume * *loop.rating),
              .flow = kWater.capacity_rate(flow),
              .mass_flow = flow,
              .set_point = *loop.supply,
              .start = *loop.supply,
              .response = plan.config->cooling.response,
              .pump_power = pump_power(loop)};
  for (const auto& [name, unit] : plan.cooling_units) {
    if (unit.kind == CoolingKind::tower || unit.kind == CoolingKind::dry_cooler) {
      if (!std::holds_alternative<std::monostate>(out.rejection)) {
        throw InputError(fmt::format("sites.{}.cooling.units.{}: a loop has one tower or dry cooler unit; raise its rating instead", plan.name, name));
      }
    }
    if (unit.kind == CoolingKind::tower) {
      MerkelTower::Params p = unit.tower->value;
      p.design_heat = *unit.rating;
      out.rejection = MerkelTower(p);
      out.fan_rating = *unit.rating * p.fan_power_per_heat;
    } else if (unit.kind == CoolingKind::dry_cooler) {
      DryCooler::Params p = unit.dry_cooler->value;
      const double count = *unit.rating / p.design_heat;  // units of the catalogue entry, or a smaller one of its series
      p.design_heat = p.design_heat * count;
      p.design_fan_power = p.design_fan_power * count;
      out.rejection = DryCooler(p);
      out.fan_rating = p.design_fan_power;
    } else if (unit.kind == CoolingKind::crah) {
      Crah::Params p = unit.crah->value;
      const double scale = *unit.rating / p.design_heat;
      p.design_heat = p.design_heat * scale;
      p.design_fan_power = p.design_fan_power * scale;
      out.crah.emplace(p);
    }
  }
  if (std::holds_alternative<std::monostate>(out.rejection)) {
    throw InputError(fmt::format("sites.{}.cooling.units: has neither a tower nor a dry cooler: heat cannot leave", plan.name));
  }
  for (const auto& name : plan.cdus) {
    const CoolingUnitConfig& unit = *plan.cooling_units.find(name);
    out.cdus.emplace_back(unit.cdu->value);
    // Facility water takes the CDU's rated heat up over the loop's range.
    out.primary.push_back(out.cdus.back().params().rated_heat / *loop.range * unit.primary_flow_ratio);
  }
  return out;
}

}  // namespace aifactory
