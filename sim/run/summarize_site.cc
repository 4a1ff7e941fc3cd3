/// @file The accounts of a site: energy, heat, water, money, carbon.
#include <algorithm>

#include <fmt/format.h>

#include "models/finance/annuity.h"
#include "sim/run/summarize_plant.h"
#include "sim/run/summarize_totals.h"

namespace aifactory {
namespace {
constexpr const char* kLossNames[kUnitKinds] = {"utility_feed", "transformers", "switchgear", "ups", "pdu_busway", "load", "generators"};

/// Capital by what has stood at the site from when to when; capex is that of what stands at the end.
void book_capital(const World& world, const SiteWorld& site, SiteTotals& t, Ledger& ledger, Tick now) {
  const FinanceConfig& finance = *world.run.config.finance;
  const auto leaf = [&](const std::string& what) { return site.plan->name + "." + what; };
  const double sites = static_cast<double>(world.sites.size());
  Money service = 0.0 * usd;
  for (std::size_t s = 0; s < site.stands.size(); ++s) {
    const SiteWorld::Stand& stand = site.stands[s];
    const Duration span = to_duration((s + 1 < site.stands.size() ? site.stands[s + 1].since : now) - stand.since);
    double racks = 0.0;
    Money prices = 0.0 * usd;
    for (std::size_t c = 0; c < site.clusters.size(); ++c) {
      racks += static_cast<double>(stand.racks[c]);
      prices += site.clusters[c].rack->params().capex * static_cast<double>(stand.racks[c]);
    }
    std::vector<CapexPart> parts;
    t.capex = 0.0 * usd;
    for (const auto& [part, c] : finance.capex) {
      const Money cost = c.cost ? *c.cost / sites
                         : c.cost_per_it ? *c.cost_per_it * stand.rated_it
                         : c.cost_per_rack ? *c.cost_per_rack * racks
                                           : prices;
      parts.push_back({.name = part, .capex = cost, .life = c.life});
      t.capex += cost;
      const Money share = capital_cost(std::span(&parts.back(), 1), finance.rate) * span;
      t.capital += share;
      ledger.add(ledger.leaf<Account::money>(Side::in, leaf("capital." + part)), share);
    }
    t.maintenance += t.capex * (finance.maintenance * (span.si() / year.si()));
    service += capital_cost(parts, finance.rate) * span;
  }
  ledger.add(ledger.leaf<Account::money>(Side::in, leaf("maintenance")), t.maintenance);
  ledger.add(ledger.leaf<Account::money>(Side::out, leaf("maintenance_bill")), t.maintenance);
  ledger.add(ledger.leaf<Account::money>(Side::out, leaf("capital_service")), service);
}

}  // namespace

SiteTotals book_site(World& world, SiteWorld& site, Ledger& ledger, Tick now) {
  SiteTotals t;
  t.span_s = to_seconds(now);
  SitePower& power = *site.power;
  power.book(now);
  const std::string& name = site.site->plan.name;
  const auto leaf = [&](const std::string& what) { return name + "." + what; };
  const GridConfig& grid = site.site->plan.config->grid;

  // Energy: the meter at the feed against every use, each integrated on its own.
  const auto feed = power.feed();
  ledger.add(ledger.leaf<Account::energy>(Side::in, leaf("grid")), feed.energy);
  t.backup = book_backup(site, ledger, now);
  t.facility = feed.energy + t.backup.generated;
  Energy it_heat = 0.0 * J;
  for (ClusterWorld& cluster : site.clusters) {
    const auto e = cluster.field->energies(now);
    const std::string c = leaf("it." + cluster.plan->name);
    if (!cluster.load) ledger.add(ledger.leaf<Account::energy>(Side::out, c + ".jobs"), e.jobs);
    ledger.add(ledger.leaf<Account::energy>(Side::out, c + (cluster.load ? ".load" : ".idle")), e.idle);
    ledger.add(ledger.leaf<Account::energy>(Side::out, c + ".shelf_loss"), e.shelf_loss);
    it_heat += e.input;
    t.it += e.input;
    t.psu += e.shelf_loss;
    const double per_node = static_cast<double>(cluster.rack->accelerators_per_node());
    const double busy_node_s = cluster.field->busy_node_seconds(now), node_s = cluster.nodes.at(now);
    t.busy_node_s += busy_node_s;
    if (!cluster.load) t.node_s += node_s;  // of a given load nobody knows which nodes were busy
    t.busy_acc_s += busy_node_s * per_node;
    t.acc_s += cluster.accelerators.at(now);
    t.accelerators += static_cast<double>(cluster.accelerators.count());
    t.throttled_acc_s += cluster.actor->throttled_accelerator_s(now);
    t.down_acc_s += cluster.actor->down_accelerator_s(now);
    if (site.plant && cluster.cdus.front() >= 0) {
      for (std::size_t b = 0; b < cluster.cdus.size(); ++b) cluster.actor->observe_chips(now, b);
      t.max_chip_c = std::fmax(t.max_chip_c, cluster.actor->max_chip().in_celsius());
    }
  }
  for (std::size_t u = 1; u < kUses; ++u) {
    const auto meter = power.use_meter(static_cast<Use>(u));
    if (has_use(site, static_cast<Use>(u))) ledger.add(ledger.leaf<Account::energy>(Side::out, leaf(std::string("cooling.") + kUseNames[u])), meter.energy);
    t.cooling += meter.energy;
  }
  for (int k = 0; k < kUnitKinds; ++k) {
    const auto meter = power.loss_meter(static_cast<UnitKind>(k));
    if (meter.energy.si() > 0.0) ledger.add(ledger.leaf<Account::energy>(Side::out, leaf(std::string("loss.") + kLossNames[k])), meter.energy);
    t.loss += meter.energy;
  }
  t.peak_facility_w = power.peak_facility().si();
  t.peak_it_w = power.peak_it().si();
  t.ramp_up = power.ramps().max_up_w_per_s();
  t.ramp_down = power.ramps().max_down_w_per_s();

  // Heat: what is drawn indoors against what leaves and what stays in loops and chips.
  ledger.add(ledger.leaf<Account::heat>(Side::in, leaf("it")), it_heat);
  ledger.add(ledger.leaf<Account::heat>(Side::in, leaf("indoor_losses")), power.indoor_loss_energy());
  if (site.plant) {
    t.cooled = true;
    const auto loop = site.loop->totals(now);
    book_plant(site, loop, ledger, now);
    Energy banks(site.kept_stored_j), rooms = 0.0 * J, lost(site.kept_lost_j);
    for (std::size_t i = 0; i < site.banks.size(); ++i) {
      (i < site.cdu_leaves.size() ? banks : rooms) += site.banks[i].stored(now);
      lost += site.banks[i].lost();
    }
    ledger.add(ledger.leaf<Account::heat>(Side::stored, leaf("technology_loops_and_chips")), banks);
    if (site.rooms) ledger.add(ledger.leaf<Account::heat>(Side::stored, leaf("room_air_structure_and_chips")), rooms);
    if (lost.si() != 0.0) ledger.add(ledger.leaf<Account::heat>(Side::out, leaf("lost_coolant")), lost);
    t.rejected = loop.plant.rejected;
    t.reused = loop.plant.reused;
    t.max_supply_air_c = max_supply_air(site, now).in_celsius();
    t.water = loop.plant.make_up;
    if (!site.cdu_leaves.empty()) t.max_supply_c = site.plant->max_coolant_supply().in_celsius();
  } else {
    // No plant: heat leaves the racks and the scenario says nothing about how.
    Energy out = 0.0 * J;
    for (const ClusterWorld& cluster : site.clusters) {
      const auto e = cluster.field->energies(now);
      out += e.jobs + e.idle + e.shelf_loss;
    }
    ledger.add(ledger.leaf<Account::heat>(Side::out, leaf("not_modelled")), out + power.indoor_loss_energy());
  }

  // Money and carbon: by the meter at the feed against by use.
  const auto by_use = [&](auto&& book) {
    book("it", power.use_meter(Use::it));
    for (std::size_t u = 1; u < kUses; ++u) {
      if (has_use(site, static_cast<Use>(u))) book(std::string("cooling.") + kUseNames[u], power.use_meter(static_cast<Use>(u)));
    }
    for (int k = 0; k < kUnitKinds; ++k) {
      if (const auto meter = power.loss_meter(static_cast<UnitKind>(k)); meter.energy.si() > 0.0) book(std::string("loss.") + kLossNames[k], meter);
    }
    backup_by_use(power, book);
  };
  t.priced = site.site->price.has_value();
  t.carbon_known = site.site->carbon.has_value();
  if (t.priced || t.backup.fuel_cost.si() > 0.0) {
    t.energy_cost = feed.cost;
    ledger.add(ledger.leaf<Account::money>(Side::in, leaf("energy_charge")), feed.cost);
    if (t.backup.fuel_cost.si() > 0.0) ledger.add(ledger.leaf<Account::money>(Side::in, leaf("fuel_charge")), t.backup.fuel_cost);
    by_use([&](const std::string& use, const SitePower::Meter& meter) { ledger.add(ledger.leaf<Account::money>(Side::out, leaf("energy." + use)), meter.cost); });
  }
  if (t.carbon_known || t.backup.carbon.si() > 0.0) {
    t.carbon = feed.carbon + t.backup.carbon;
    ledger.add(ledger.leaf<Account::carbon>(Side::in, leaf("grid")), feed.carbon);
    if (t.backup.carbon.si() > 0.0) ledger.add(ledger.leaf<Account::carbon>(Side::in, leaf("generation")), t.backup.carbon);
    by_use([&](const std::string& use, const SitePower::Meter& meter) { ledger.add(ledger.leaf<Account::carbon>(Side::out, leaf(use)), meter.carbon); });
  }
  if (const auto rate = grid.demand_charge_in_force()) {
    t.demand_priced = true;
    t.demand = power.demand_charge(*rate);
    t.demand_per_year = t.demand * (12.0 / static_cast<double>(std::max<std::size_t>(1, power.demand_months())));
    ledger.add(ledger.leaf<Account::money>(Side::in, leaf("demand_charge")), t.demand);
    ledger.add(ledger.leaf<Account::money>(Side::out, leaf("demand")), t.demand);
  }
  if (const auto& peak = grid.coincident_peak) {
    const auto means = power.coincident_power();
    const Money charge = coincident_peak_charge(means, peak->rate);
    t.coincident_priced = true;
    t.coincident = charge;
    ledger.add(ledger.leaf<Account::money>(Side::in, leaf("coincident_peak_charge")), charge);
    ledger.add(ledger.leaf<Account::money>(Side::out, leaf("coincident_peak")), charge);
  }
  if (const auto rate = grid.water_price_in_force(); rate && site.plant) {
    t.water_priced = true;
    t.water_cost = *rate * Volume(t.water.si() / 1e3);
    ledger.add(ledger.leaf<Account::money>(Side::in, leaf("water_charge")), t.water_cost);
    ledger.add(ledger.leaf<Account::money>(Side::out, leaf("water")), t.water_cost);
  }
  t.curtailed = site.grid->curtailed(now);
  t.violations = site.grid->violations();

  if (world.run.config.finance) book_capital(world, site, t, ledger, now);
  return t;
}

}  // namespace aifactory
