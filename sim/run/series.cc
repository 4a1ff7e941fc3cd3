#include <fmt/format.h>

#include "sim/run/summarize_loop.h"
#include "sim/run/summarize_plant.h"
#include "sim/run/summarize_power.h"
#include "sim/run/world.h"

namespace aifactory {

std::vector<std::string> series_columns(const World& world) {
  std::vector<std::string> columns{"running_jobs", "queued_jobs"};
  for (const SiteWorld& site : world.sites) {
    const std::string& name = site.site->plan.name;
    for (const char* column : {"facility_mw", "it_mw", "power_loss_mw", "cooling_mw", "pue", "price_usd_per_mwh", "carbon_g_per_kwh", "speed_frac"}) {
      columns.push_back(fmt::format("{}.{}", name, column));
    }
    backup_columns(site, columns);
    if (site.plant) {
      for (const char* column : {"dry_bulb_c", "wet_bulb_c", "facility_supply_c", "facility_return_c", "supply_air_c", "rejected_mw", "fan_ratio_frac", "coolant_supply_max_c", "make_up_kg_s"}) {
        columns.push_back(fmt::format("{}.{}", name, column));
      }
      plant_columns(name, site.plant->loop().plant(), columns);
      loop_columns(name, site.plant->loop(), columns);
    }
    room_columns(site, columns);
    for (const ClusterWorld& cluster : site.clusters) {
      columns.push_back(cluster.plan->name + ".it_mw");
      columns.push_back(cluster.plan->name + ".busy_accelerators");
      columns.push_back(cluster.plan->name + ".throttled_racks");
    }
  }
  service_columns(world, columns);
  return columns;
}

std::vector<double> series_row(const World& world, Tick now) {
  std::vector<double> row{static_cast<double>(world.core->running()), static_cast<double>(world.core->queued())};
  for (const SiteWorld& site : world.sites) {
    const SitePower& power = *site.power;
    double cooling_w = 0.0;
    for (std::size_t u = 1; u < kUses; ++u) cooling_w += power.use(static_cast<Use>(u)).si();
    const double it_w = power.it().si();
    row.insert(row.end(), {power.facility().in(MW), it_w / 1e6, power.loss().in(MW), cooling_w / 1e6,
                           it_w > 0.0 ? power.facility().si() / it_w : kUnset,
                           site.site->price ? power.price().in(usd_per_MWh) : kUnset,
                           site.site->carbon ? power.carbon().in(g_per_kWh) : kUnset, site.grid->speed()});
    backup_row(site, now, row);
    if (site.plant) {
      const OutdoorAir& air = site.site->weather->at(now);
      const WaterLoop& loop = site.plant->loop();
      double hottest_c = kUnset;
      for (std::size_t i = 0; i < site.cdu_leaves.size(); ++i) {
        if (site.cdu_leaves[i] >= 0) hottest_c = std::fmax(hottest_c, site.banks[i].supply(now).in_celsius());
      }
      row.insert(row.end(), {air.dry_bulb.in_celsius(), air.wet_bulb.in_celsius(), loop.supply().in_celsius(),
                             loop.return_temperature().in_celsius(), loop.supply_air().in_celsius(), loop.plant().rejecting().in(MW),
                             loop.plant().last().fan_ratio, hottest_c, loop.plant().make_up().si()});
      plant_row(loop.plant(), row);
      loop_row(loop, row);
    }
    room_row(site, now, row);
    for (const ClusterWorld& cluster : site.clusters) {
      row.insert(row.end(), {cluster.field->total_input().in(MW), cluster.field->busy_accelerators(),
                             static_cast<double>(cluster.actor->throttled_racks())});
    }
  }
  service_row(world, row);
  return row;
}

}  // namespace aifactory
