#include "sim/run/summarize_plant.h"

#include <fmt/format.h>

#include "sim/run/summarize_loop.h"

namespace aifactory {

bool has_use(const SiteWorld& site, Use use) {
  if (!site.plant) return false;
  const HeatPlant::Kinds kinds = site.plant->loop().plant().ever();
  if (use == Use::condenser_pumps) return kinds.condenser;
  if (use == Use::compressors) return kinds.compressors;
  return true;
}

void book_plant(const SiteWorld& site, const WaterLoop::Totals& totals, Ledger& ledger, Tick /*now*/) {
  const auto leaf = [&](const char* what) { return site.site->plan.name + "." + what; };
  const SitePower& power = *site.power;
  const HeatPlant::Kinds kinds = site.plant->loop().plant().ever();
  const HeatPlant::Totals& t = totals.plant;
  const auto heat = [&](Side side, const char* what, Energy energy) { ledger.add(ledger.leaf<Account::heat>(side, leaf(what)), energy); };
  const auto water = [&](Side side, const char* what, Mass mass) { ledger.add(ledger.leaf<Account::water>(side, leaf(what)), mass); };
  heat(Side::in, "pump_work", power.use_meter(Use::cdu_pumps).energy + power.use_meter(Use::loop_pumps).energy + power.use_meter(Use::condenser_pumps).energy);
  heat(Side::in, "air_handler_fan_work", power.use_meter(Use::air_fans).energy);
  if (kinds.compressors) heat(Side::in, "compressor_work", power.use_meter(Use::compressors).energy);
  if (kinds.tank) heat(Side::in, "storage_gain", t.tank_gain);
  heat(Side::out, "rejected", t.rejected);
  if (kinds.reuse) heat(Side::out, "reused", t.reused);
  heat(Side::stored, "facility_water", totals.stored);
  book_loop(site, totals, ledger);
  if (kinds.condenser) heat(Side::stored, "condenser_water", t.condenser_stored);
  if (kinds.tank) heat(Side::stored, "storage_tank", t.tank_stored);
  // Make-up replaces what evaporates, drifts and is blown down.
  water(Side::in, "make_up", t.make_up);
  water(Side::out, "evaporation", t.evaporation);
  water(Side::out, "drift", t.drift);
  water(Side::out, "blowdown", t.blowdown);
  if (kinds.water_store) water(Side::stored, "make_up_storage", t.water_stored);
}

void put_plant(SiteWorld& site, Summary::Block block, Tick now) {
  HeatPlant& plant = site.plant->loop().plant();
  const HeatPlant::Totals t = plant.totals(now);
  const HeatPlant::Kinds kinds = plant.ever();
  const SitePower& power = *site.power;
  const auto mwh = [&](const char* key, Use use) { block.set(key, power.use_meter(use).energy.in(MWh)); };
  mwh("plant.fans_mwh", Use::tower_fans);
  mwh("plant.facility_pumps_mwh", Use::loop_pumps);
  mwh("plant.air_fans_mwh", Use::air_fans);
  mwh("plant.cdu_pumps_mwh", Use::cdu_pumps);
  if (kinds.condenser) mwh("plant.condenser_pumps_mwh", Use::condenser_pumps);
  if (kinds.compressors) mwh("plant.chillers_mwh", Use::compressors);
  block.set("plant.evaporation_m3", t.evaporation.si() / 1e3);
  block.set("plant.hours_at_limit", t.at_limit.in(h));
  block.set("plant.hours_not_converged", t.not_converged.in(h));
  block.set("plant.hours_outside_validity", t.outside.in(h));
  if (kinds.economizer) {
    block.set("plant.economizer_h", t.economizer.in(h));
    block.set("plant.economized_mwh", t.economized.in(MWh));
  }
  if (kinds.reuse) block.set("plant.reused_mwh", t.reused.in(MWh));
  if (kinds.water_store) block.set("plant.hours_without_water", t.dry.in(h));
  block.set("plant.max_facility_supply_c", site.plant->max_facility_supply().in_celsius());
  put_loop(site, block, now);
  for (const HeatPlant::UnitTotals& unit : plant.unit_totals(now)) {
    const std::string& name = site.site->cooling_unit(unit.unit);
    block.set(fmt::format("plant.units.{}_electricity_mwh", name), unit.electricity.in(MWh));
    block.set(fmt::format("plant.units.{}_heat_mwh", name), unit.heat.in(MWh));
  }
}

void note_plant(SiteWorld& site, Summary& summary, Tick now) {
  const std::string& name = site.site->plan.name;
  for (const std::string& note : site.plant_notes) summary.note(fmt::format("site {}: {}", name, note));
  HeatPlant& plant = site.plant->loop().plant();
  for (const HeatPlant::UnitTotals& unit : plant.unit_totals(now)) {
    if (unit.outside.si() > 0.0) {
      summary.note(fmt::format("site {}: {} worked outside the validity of its model for {:.1f} h; values are held at the border", name,
                               site.site->cooling_unit(unit.unit), unit.outside.in(h)));
    }
  }
  note_loop(site, summary, now);
  const HeatPlant::Totals t = plant.totals(now);
  if (t.at_limit.si() > 0.0) summary.note(fmt::format("site {}: heat rejection was at full speed for {:.2f} h and could not hold the supply set point", name, t.at_limit.in(h)));
  if (t.dry.si() > 0.0) summary.note(fmt::format("site {}: towers and pads had no water for {:.2f} h", name, t.dry.in(h)));
  if (t.not_converged.si() > 0.0) summary.note(fmt::format("site {}: the solve of the plant had not converged for {:.2f} h", name, t.not_converged.in(h)));
}

void plant_columns(const std::string& site, const HeatPlant::Kinds& kinds, std::vector<std::string>& columns) {
  const auto add = [&](const char* column) { columns.push_back(fmt::format("{}.{}", site, column)); };
  if (kinds.condenser) add("condenser_supply_c");
  if (kinds.economizer) add("economizing");
  if (kinds.compressors) {
    add("chillers_running");
    add("chillers_mw");
  }
  if (kinds.tank) add("storage_frac");
  if (kinds.water_store) add("make_up_storage_frac");
}

void plant_row(const HeatPlant& plant, const HeatPlant::Kinds& kinds, std::vector<double>& row) {
  const HeatPlant::Answer& last = plant.last();
  if (kinds.condenser) row.push_back(plant.condenser_supply().in_celsius());
  if (kinds.economizer) row.push_back(last.economizing ? 1.0 : 0.0);
  if (kinds.compressors) {
    row.push_back(static_cast<double>(last.chillers_running));
    row.push_back(last.compressors.in(MW));
  }
  if (kinds.tank) row.push_back(plant.tank_share());
  if (kinds.water_store) row.push_back(plant.water_share());
}

}  // namespace aifactory
