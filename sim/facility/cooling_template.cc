#include "sim/facility/cooling_template.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace aifactory {

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
  if (config.plant == PlantKind::tower) {
    units.emplace_back("towers", CoolingUnitConfig{.kind = CoolingKind::tower, .tower = config.tower, .rating = design_heat});
  } else {
    units.emplace_back("coolers", CoolingUnitConfig{.kind = CoolingKind::dry_cooler, .dry_cooler = config.dry_cooler, .rating = design_heat});
  }
  units.emplace_back("fws", CoolingUnitConfig{.kind = CoolingKind::loop, .rating = design_heat, .supply = config.supply,
                                              .range = config.range, .volume = config.volume, .head = config.head,
                                              .pump_efficiency = config.pump_efficiency});
  if (config.crah && air_heat > 0.0 * W) {
    units.emplace_back("air", CoolingUnitConfig{.kind = CoolingKind::crah, .crah = config.crah, .rating = air_heat});
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
