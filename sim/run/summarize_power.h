#pragma once
/// @file What stands by in a site's power network, in ledger, summary and series.
#include <string>
#include <vector>

#include "sim/run/world.h"

namespace aifactory {

/// Sums over sites of what batteries, breakers, switches and generators did.
struct BackupTotals {
  Energy generated = 0.0 * J, store_loss = 0.0 * J;
  Money fuel_cost = 0.0 * usd;
  Mass carbon = 0.0 * kg;
  Volume fuel = Volume(0.0);
  Duration generator_time = 0.0 * s, low_load = 0.0 * s, battery_time = 0.0 * s;
  std::int64_t starts = 0, trips = 0, transfers = 0;
  double least_charge = kUnset;
  bool generators = false, batteries = false;
  void add(const BackupTotals& other);
};

/// Books what a site generated and stored.  @pre the site's power is booked up to `now`.
BackupTotals book_backup(const SiteWorld& site, Ledger& ledger, Tick now);
void put_backup(Summary::Block& block, const BackupTotals& totals);

/// Cost and carbon of what feeds and generators gave to stores and to nobody.
template <class Book>
void backup_by_use(const SitePower& power, Book&& book) {
  if (power.generation().energy.si() == 0.0 && power.charging().energy.si() == 0.0 && power.standby().carbon.si() == 0.0) return;
  book("battery_charging", power.charging());
  book("generator_standby", power.standby());
}

void backup_columns(const SiteWorld& site, std::vector<std::string>& columns);
void backup_row(const SiteWorld& site, Tick now, std::vector<double>& row);

}  // namespace aifactory
