#include "sim/run/summarize_loop.h"

#include <fmt/format.h>

namespace aifactory {

void book_loop(const SiteWorld& site, const WaterLoop::Totals& totals, Ledger& ledger) {
  const std::string& name = site.site->plan.name;
  if (site.plant->loop().pipes()) ledger.add(ledger.leaf<Account::heat>(Side::stored, name + ".facility_water_headers"), totals.in_pipes);
  if (totals.in_air.si() != 0.0) ledger.add(ledger.leaf<Account::heat>(Side::stored, name + ".air_outside_rooms"), totals.in_air);
}

void put_loop(const SiteWorld& site, Summary::Block block, Tick now) {
  const WaterLoop& loop = site.plant->loop();
  if (loop.pipes()) block.set("plant.max_supply_at_racks_c", site.plant->max_supply_there().in_celsius());
  if (!loop.air()) return;
  block.set("plant.max_supply_air_c", site.plant->max_supply_air().in_celsius());
  block.set("plant.hours_air_not_carried", site.plant->warm_air(now).in(h));
}

void note_loop(const SiteWorld& site, Summary& summary, Tick now) {
  const SharedAir* air = site.plant->loop().air();
  if (!air || site.plant->warm_air(now).si() <= 0.0) return;
  summary.note(fmt::format("site {}: air handlers did not carry the heat of the air for {:.2f} h, supply air came to {:.1f} degC{}", site.site->plan.name,
                           site.plant->warm_air(now).in(h), site.plant->max_supply_air().in_celsius(),
                           air->params().limit ? "" : "; racks do not act on it: give the plant an `air_limit`, or the hall a `room`"));
}

void loop_columns(const std::string& site, const WaterLoop& loop, std::vector<std::string>& columns) {
  if (loop.pipes()) columns.push_back(site + ".supply_at_racks_c");
}

void loop_row(const WaterLoop& loop, std::vector<double>& row) {
  if (loop.pipes()) row.push_back(loop.supply_there().in_celsius());
}

}  // namespace aifactory
