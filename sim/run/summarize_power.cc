#include "sim/run/summarize_power.h"

#include <cmath>

#include <fmt/format.h>

namespace aifactory {

void BackupTotals::add(const BackupTotals& o) {
  generated += o.generated, store_loss += o.store_loss, fuel_cost += o.fuel_cost, carbon += o.carbon, fuel += o.fuel;
  generator_time += o.generator_time, low_load += o.low_load, battery_time += o.battery_time;
  starts += o.starts, trips += o.trips, transfers += o.transfers;
  least_charge = std::fmin(least_charge, o.least_charge);
  generators = generators || o.generators, batteries = batteries || o.batteries;
}

BackupTotals book_backup(const SiteWorld& site, Ledger& ledger, Tick now) {
  BackupTotals t;
  const SitePower& power = *site.power;
  const PowerControl& control = *site.power_control;
  const std::string& name = site.site->plan.name;
  const auto generation = power.generation();
  t.generators = control.has_generators();
  t.batteries = control.has_batteries();
  t.generated = generation.energy;
  t.fuel_cost = generation.cost;
  t.carbon = generation.carbon;
  t.store_loss = power.store_loss_energy();
  t.fuel = control.fuel(now);
  t.generator_time = control.generator_hours(now);
  t.low_load = control.low_load(now);
  t.battery_time = control.on_battery(now);
  t.starts = control.generator_starts();
  t.trips = control.trips();
  t.transfers = control.transfers();
  t.least_charge = control.least_charge_seen(now);
  if (t.generators) ledger.add(ledger.leaf<Account::energy>(Side::in, name + ".generation"), t.generated);
  const Energy stored = control.stored_change(now);
  if (stored.si() != 0.0 || t.store_loss.si() != 0.0) {
    ledger.add(ledger.leaf<Account::energy>(Side::out, name + ".loss.batteries"), t.store_loss);
    ledger.add(ledger.leaf<Account::energy>(Side::stored, name + ".batteries"), stored);
  }
  return t;
}

void put_backup(Summary::Block& block, const BackupTotals& t) {
  const double mwh = 3.6e9;
  block.set("energy.storage_loss_mwh", t.store_loss.si() / mwh);
  block.set("energy.generator_mwh", t.generators ? t.generated.si() / mwh : kUnset);
  block.set("grid.fuel_m3", t.generators ? t.fuel.si() : kUnset);
  block.set("grid.fuel_cost_usd", t.generators ? t.fuel_cost.si() : kUnset);
  block.set("grid.generator_carbon_t", t.generators ? t.carbon.si() / 1e3 : kUnset);
  block.set("grid.generator_h", t.generators ? t.generator_time.in(h) : kUnset);
  block.set("grid.generator_low_load_h", t.generators ? t.low_load.in(h) : kUnset);
  block.set("grid.generator_starts", t.generators ? static_cast<double>(t.starts) : kUnset);
  block.set("grid.ups_battery_h", t.batteries ? t.battery_time.in(h) : kUnset);
  block.set("grid.least_battery_charge_frac", t.batteries ? t.least_charge : kUnset);
  block.set("grid.breaker_trips", t.trips);
  block.set("grid.transfers", t.transfers);
}

void backup_columns(const SiteWorld& site, std::vector<std::string>& columns) {
  const std::string& name = site.site->plan.name;
  if (site.tells_batteries) {
    columns.push_back(name + ".battery_discharge_mw");
    columns.push_back(name + ".battery_charge_mw");
    columns.push_back(name + ".least_battery_charge_frac");
  }
  if (site.tells_generators) columns.push_back(name + ".generation_mw");
}

void backup_row(const SiteWorld& site, Tick now, std::vector<double>& row) {
  const SitePower& power = *site.power;
  if (site.tells_batteries) {
    row.insert(row.end(), {power.from_stores().in(MW), power.into_stores().in(MW), site.power_control->least_charge(now)});
  }
  if (site.tells_generators) row.push_back(power.generated().in(MW));
}

}  // namespace aifactory
