#include "sim/run/rated_network.h"

#include <fmt/format.h>

#include <algorithm>

namespace aifactory {

SiteNetwork rated_network(const SitePlan& plan, std::map<std::string, LoadDetail>& details) {
  SiteNetwork site = build_network(plan);
  const auto set = [&](const std::string& leaf, const LoadDetail& detail) {
    const auto id = site.network.find(leaf);
    if (id < 0) return;
    site.network.set_load(id, detail.power);
    details[leaf] = detail;
  };
  for (const auto& [id, use] : site.uses) details[site.network.unit(id).name] = {};
  for (const ClusterPlan& cluster : plan.clusters) {
    const Rack rack(*cluster.rack);
    const Power shelves = rack.input_power(std::max(rack.params().psu_rating, rack.rated_dc_power()));
    for (const BankPlan& bank : cluster.banks) {
      const auto racks = static_cast<double>(bank.staying());
      set(bank.leaf, {.what = fmt::format("{} {} of {}", bank.racks, bank.racks == 1 ? "rack" : "racks", cluster.name),
                      .power = rack.rated_input_power() * racks, .nameplate = shelves * racks});
    }
  }
  if (!plan.cooling_units.empty()) {
    const PlantEquipment plant = build_plant(plan);
    const auto machine = [&](const std::string& leaf, const char* what, Power power) {
      set(leaf, {.what = what, .power = power, .nameplate = power});
    };
    for (std::size_t c = 0; c < plan.cdus.size(); ++c) {
      const Cdu& cdu = plant.cdus[c];
      machine(plan.cdus[c], "CDU pumps", cdu.pumps().solve(cdu.params().pumps_running, 1.0).power);
    }
    machine("facility_water_pumps", "pumps", plant.pump_rating);
    machine("condenser_water_pumps", "pumps", plant.condenser_pump_rating);
    machine("chiller_compressors", "chillers", plant.compressor_rating);
    machine("heat_rejection_fans", "fans", plant.fan_rating);
    machine("air_handler_fans", "fans", plant.air ? plant.air->params().crah.params().design_fan_power : 0.0 * W);
  }
  site.network.settle();
  return site;
}

}  // namespace aifactory
