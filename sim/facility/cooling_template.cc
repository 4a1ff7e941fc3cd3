#include "sim/facility/cooling_template.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace aifactory {
namespace {

/// Heat that chillers add to what they take up, over it: of the entry at its reference.
double compressor_share(const CoolingConfig& config) {
  if (config.chiller) return 1.0 / config.chiller->value.cop;
  if (config.carnot_chiller) return 1.0 / config.carnot_chiller->value.cop;
  return 0.2;  // a record out of a file: COP 5 (assumed, for sizing)
}

void rejection_units(const CoolingConfig& config, Power design_heat, std::vector<std::pair<std::string, CoolingUnitConfig>>& units) {
  const auto chillers = [&](CondenserKind condenser) {
    units.emplace_back("chillers", CoolingUnitConfig{.kind = CoolingKind::chiller, .rating = design_heat, .count = config.count,
                                                     .redundancy = config.redundancy, .chiller = config.chiller,
                                                     .carnot_chiller = config.carnot_chiller, .chiller_record = config.chiller_record,
                                                     .condenser = condenser});
  };
  const auto towers = [&](Power heat) {
    units.emplace_back("towers", CoolingUnitConfig{.kind = CoolingKind::tower, .tower = config.tower, .rating = heat, .count = config.count,
                                                   .redundancy = config.redundancy, .air_density = config.air_density});
  };
  const auto coolers = [&] {
    units.emplace_back("coolers", CoolingUnitConfig{.kind = CoolingKind::dry_cooler, .dry_cooler = config.dry_cooler, .rating = design_heat,
                                                    .count = config.count, .redundancy = config.redundancy, .air_density = config.air_density});
  };
  const auto condenser_loop = [&](Power heat) {
    units.emplace_back("cws", CoolingUnitConfig{.kind = CoolingKind::condenser_loop, .rating = heat, .range = config.condenser_range,
                                                .volume = config.volume, .head = config.head, .pump_efficiency = config.pump_efficiency,
                                                .count = config.count, .redundancy = config.redundancy});
  };
  const auto economizer = [&] {
    units.emplace_back("economizer", CoolingUnitConfig{.kind = CoolingKind::economizer, .rating = design_heat, .count = config.count,
                                                       .approach = config.economizer_approach});
  };
  const Power condenser_heat = design_heat * (1.0 + compressor_share(config));
  switch (config.plant) {
    case PlantKind::none: break;
    case PlantKind::tower: towers(design_heat); break;
    case PlantKind::dry_cooler:
    case PlantKind::adiabatic: coolers(); break;
    case PlantKind::tower_economizer:
      towers(design_heat);
      condenser_loop(design_heat);
      economizer();
      break;
    case PlantKind::chiller_tower:
    case PlantKind::chiller_economizer:
      towers(condenser_heat);
      condenser_loop(condenser_heat);
      if (config.plant == PlantKind::chiller_economizer) economizer();
      chillers(CondenserKind::water);
      break;
    case PlantKind::chiller_dry: chillers(CondenserKind::air); break;
    case PlantKind::dry_trim:
      coolers();
      chillers(CondenserKind::air);
      break;
  }
}

}  // namespace

CoolingExpansion expand_cooling(const CoolingConfig& config, Power design_heat, Power air_heat,
                                const std::vector<ClusterHeat>& clusters) {
  CoolingExpansion out;
  out.cdus.resize(clusters.size());
  if (!config.units.empty()) {
    out.units = config.units;
    for (std::size_t c = 0; c < clusters.size(); ++c) out.cdus[c] = clusters[c].named;
    return out;
  }
  if (config.plant == PlantKind::none) return out;
  auto& units = out.units.items;
  rejection_units(config, design_heat, units);
  units.emplace_back("fws", CoolingUnitConfig{.kind = CoolingKind::loop, .rating = design_heat, .supply = config.supply,
                                              .range = config.range, .volume = config.volume, .head = config.head,
                                              .pump_efficiency = config.pump_efficiency, .count = config.count,
                                              .redundancy = config.redundancy, .min_flow = config.min_flow,
                                              .supply_header = config.supply_header, .return_header = config.return_header});
  if (config.tank) units.emplace_back("tank", CoolingUnitConfig{.kind = CoolingKind::tank, .tank = config.tank});
  if (config.heat_reuse) units.emplace_back("heat_reuse", CoolingUnitConfig{.kind = CoolingKind::heat_reuse, .heat_reuse = config.heat_reuse});
  if (config.make_up) units.emplace_back("make_up", CoolingUnitConfig{.kind = CoolingKind::make_up, .make_up = config.make_up});
  if (config.crah && air_heat > 0.0 * W) {
    units.emplace_back("air", CoolingUnitConfig{.kind = CoolingKind::crah, .crah = config.crah, .rating = air_heat, .air_limit = config.air_limit});
  }
  int number = 0;
  for (std::size_t c = 0; c < clusters.size(); ++c) {
    if (clusters[c].rack_liquid <= 0.0 * W || !config.cdu) continue;
    const double racks_per_cdu = std::max(1.0, std::floor(config.cdu->value.rated_heat / clusters[c].rack_liquid + 1e-9));
    const auto count = static_cast<std::int64_t>(std::ceil(static_cast<double>(clusters[c].racks) / racks_per_cdu));
    for (std::int64_t i = 0; i < count; ++i) {
      const std::string name = fmt::format("cdu_{:02d}", ++number);
      units.emplace_back(name, CoolingUnitConfig{.kind = CoolingKind::cdu, .cdu = config.cdu});
      out.cdus[c].push_back(name);
    }
  }
  return out;
}

}  // namespace aifactory
