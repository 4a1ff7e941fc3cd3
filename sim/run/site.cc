#include "sim/run/site.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "models/suggest.h"
#include "sim/facility/cooling_template.h"
#include "sim/facility/power_template.h"
#include "sim/run/site_plant.h"

namespace aifactory {
namespace {

/// Racks without a CDU share a supply in groups of about this power.
constexpr Power kAirBank{1e6};
/// Indoor conversion losses beside IT, for sizing: assumed.
constexpr double kIndoorLossShare = 0.06;

std::int64_t nodes_of(const ClusterConfig& cluster, const std::string& path, std::optional<std::int64_t> log_nodes) {
  const std::int64_t shares = cluster.shares_per_node;
  if (cluster.racks) return *cluster.racks * cluster.rack.value.nodes * shares;
  if (*cluster.nodes == "from_log") {
    if (!log_nodes) throw InputError(fmt::format("{}.nodes: from_log needs `workload.swf`", path));
    return (*log_nodes + shares - 1) / shares * shares;  // its processors are the shares
  }
  std::int64_t nodes = 0;
  const char* begin = cluster.nodes->data();
  const auto [end, error] = std::from_chars(begin, begin + cluster.nodes->size(), nodes);
  if (error != std::errc() || *end != '\0' || nodes < 1 || nodes > 100'000'000) {
    throw InputError(fmt::format("{}.nodes: {} must be a whole number in 1..100000000, or from_log", path, *cluster.nodes));
  }
  return nodes * shares;
}

/// The rack as jobs see it.
std::shared_ptr<const RackParams> rack_of(const ClusterConfig& cluster, const std::string& path) {
  try {
    return std::make_shared<const RackParams>(in_shares(cluster.rack.value, cluster.shares_per_node));
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}.shares_per_node: {}", path, error.what()));
  }
}

template <class Unit>
std::vector<std::string> names_of(const Map<Unit>& units) {
  std::vector<std::string> names;
  for (const auto& [name, unit] : units) names.push_back(name);
  return names;
}

/// Rated electric power of everything that moves heat.
Power mechanical_rating(const SitePlan& plan) {
  Power sum = 0.0 * W;
  for (const auto& [name, unit] : plan.cooling_units) {
    if (unit.kind == CoolingKind::cdu) {
      const Cdu cdu(unit.cdu->value);
      sum += cdu.pumps().solve(unit.cdu->value.pumps_running, 1.0).power;
    } else {
      sum += rated_power(unit);
    }
  }
  for (const RoomPlan& room : plan.rooms) {
    if (room.config->crah) sum += room.config->crah->value.design_fan_power * static_cast<double>(room.crahs);
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

/// Air handlers dealt out over the room's supplies, in order.
std::vector<RoomSupply> supplies_of(const RoomPlan& room) {
  const auto& lists = room.config->supplies;
  if (lists.empty()) return {{.leaf = fan_leaf(room), .sources = room.config->power, .crahs = room.crahs}};
  std::vector<RoomSupply> out;
  const auto count = static_cast<std::int64_t>(lists.size());
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t first = room.crahs * k / count;
    out.push_back({.leaf = fmt::format("{}_{}", fan_leaf(room), k + 1), .sources = lists[static_cast<std::size_t>(k)], .first = first,
                   .crahs = room.crahs * (k + 1) / count - first});
  }
  return out;
}

/// Chips of both follow one air by the same equations: they may share a bank.
bool alike_in_air(const RackParams& a, const RackParams& b) {
  const Rack one(a), other(b);
  return a.accelerators == b.accelerators && a.chip_capacity == b.chip_capacity && a.plate_capacity == b.plate_capacity && a.chip_resistance == b.chip_resistance &&
         one.plate_resistance(one.plate_flow(one.design_flow())) == other.plate_resistance(other.plate_flow(other.design_flow())) &&
         a.plate_exponent == b.plate_exponent && a.plate_conduction == b.plate_conduction;
}

/// Racks that the room of an air-cooled cluster counts before this cluster's; -1: it is cooled otherwise.
std::int64_t racks_before(const SitePlan& plan, std::size_t k) {
  if (plan.clusters[k].room < 0) return -1;
  std::int64_t before = 0;
  for (const std::size_t c : plan.rooms[static_cast<std::size_t>(plan.clusters[k].room)].air_clusters) {
    if (c == k) return before;
    before += plan.clusters[c].racks;
  }
  return -1;
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
  for (const RoomPlan& room : plan.rooms) {
    for (const auto& name : room.config->power) check(fmt::format("halls.{}.room.power", room.hall), name);
    for (const auto& supply : room.config->supplies) {
      for (const auto& name : supply) check(fmt::format("halls.{}.room.supplies", room.hall), name);
    }
  }
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
  const auto rated = [](const ClusterPlan& c) { return Rack(*c.rack).rated_input_power() * static_cast<double>(c.racks); };
  for (std::size_t i = 0; i < config.halls.size(); ++i) {
    const auto& [hall, hall_config] = config.halls.items[i];
    if (const auto& room = hall_config.room) {
      plan.rooms.push_back({.hall = hall, .index = i, .config = &*room, .crahs = room->crahs.value_or(0)});
      plan.rooms.back().supplies = supplies_of(plan.rooms.back());
    }
    const std::size_t first = plan.clusters.size();
    for (const auto& [cluster, c] : hall_config.clusters) {
      ClusterPlan out{.name = cluster, .path = fmt::format("halls.{}.clusters.{}", hall, cluster),
                      .unit = fmt::format("{}.{}.{}", name, hall, cluster), .config = &c};
      const std::string path = fmt::format("sites.{}.{}", name, out.path);
      out.nodes = nodes_of(c, path, log_nodes);
      out.rack = rack_of(c, path);
      out.racks = (out.nodes + out.rack->nodes - 1) / out.rack->nodes;
      const Rack rack(c.rack.value);
      const bool liquid = !config.cooling.none() && c.rack.value.liquid_frac > 0.0 && c.rack.value.accelerators > 0;
      heats.push_back({out.racks, liquid ? rack.liquid_heat(rack.rated_input_power()) : 0.0 * W, c.cooling});
      plan.rated_it += rack.rated_input_power() * static_cast<double>(out.racks);
      const Power by_air = (rack.rated_input_power() - heats.back().rack_liquid) * static_cast<double>(out.racks);
      if (hall_config.room) {
        RoomPlan& room = plan.rooms.back();
        if (!liquid && c.rack.value.accelerators > 0) {
          if (!room.air_clusters.empty() && !alike_in_air(*plan.clusters[room.air_clusters.front()].rack, c.rack.value)) {
            throw InputError(fmt::format("{}: its air-cooled racks have other chips than those of {} in hall {}, whose air is its own; put it into a hall of its own", path,
                                         plan.clusters[room.air_clusters.front()].name, hall));
          }
          room.air_clusters.push_back(plan.clusters.size());
        }
        room.clusters.push_back(plan.clusters.size());
        room.air_heat += by_air;
        if (hall_config.room->rear_door) room.doors += out.racks;
        out.room = static_cast<std::int32_t>(plan.rooms.size()) - 1;
      } else {
        plan.air_heat += by_air;
      }
      racks.push_back(rack);
      plan.clusters.push_back(std::move(out));
    }
    Power hall_rated = 0.0 * W;
    for (std::size_t k = first; k < plan.clusters.size(); ++k) hall_rated += rated(plan.clusters[k]);
    for (std::size_t k = first; k < plan.clusters.size(); ++k) plan.clusters[k].hall_share = rated(plan.clusters[k]) / hall_rated;
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
            cluster.rack->liquid_frac * 100.0));
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
    } else if (const std::int64_t before = racks_before(plan, k); before >= 0) {
      // Racks of the room count through its clusters.
      cluster.banks.push_back({.first_rack = 0, .racks = cluster.racks, .cdu_first_rack = -before, .cdu_racks = cluster.racks, .room = cluster.room});
    } else {
      if (plant && !has_air && cluster.room < 0) {
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
  if (!has_air) {
    // Losses of power rooms go where air is cooled at all.
    for (RoomPlan& room : plan.rooms) room.loss_share = 1.0 / static_cast<double>(plan.rooms.size());
  }
  if (plant && !has_air && plan.rooms.empty() && plan.air_heat > 0.0 * W) {
    throw InputError(fmt::format("sites.{}.cooling.crah: is missing: {:.1f} MW of heat leaves racks and power rooms by air; name a catalogue entry, see `aifactory catalog crahs`",
                                 name, plan.air_heat.in(MW)));
  }

  plan.mechanical_power = mechanical_rating(plan);
  Power compressors = 0.0 * W;
  for (const auto& [unit, c] : plan.cooling_units) {
    if (c.kind == CoolingKind::chiller) compressors += rated_power(c);
  }
  // A milliwatt for a megawatt would write out a billion units.
  constexpr double kMostBlocks = 10'000;
  if (config.power.block && plan.rated_it / *config.power.block > kMostBlocks) {
    throw InputError(fmt::format("sites.{}.power.block: would make more than {:g} blocks of {:.1f} MW of racks", name, kMostBlocks, plan.rated_it.in(MW)));
  }
  auto power = expand_power(config.power, plan.rated_it, config.grid.capacity, plan.mechanical_power, compressors);
  plan.power_units = std::move(power.units);
  plan.mechanical = config.cooling.power.empty() ? power.mechanical : config.cooling.power;
  plan.compressors = config.cooling.power.empty() ? power.compressors : config.cooling.power;
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

}  // namespace aifactory
