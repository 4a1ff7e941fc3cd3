#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/finance/annuity.h"
#include "sim/results/job_metrics.h"
#include "sim/results/job_statistics.h"
#include "sim/run/summarize_parts.h"
#include "sim/run/summarize_plant.h"
#include "sim/run/summarize_power.h"
#include "sim/run/world.h"

namespace aifactory {
namespace {

constexpr const char* kLossNames[kUnitKinds] = {"utility_feed", "transformers", "switchgear", "ups", "pdu_busway", "load", "generators"};

/// Everything that is summed for a site and for the whole run.
struct Totals {
  double span_s = 0;
  Energy facility = 0.0 * J, it = 0.0 * J, loss = 0.0 * J, cooling = 0.0 * J, psu = 0.0 * J;
  double peak_facility_w = 0, peak_it_w = 0, ramp_up = 0, ramp_down = 0;
  Money energy_cost = 0.0 * usd, demand = 0.0 * usd, demand_per_year = 0.0 * usd, coincident = 0.0 * usd, water_cost = 0.0 * usd;
  Mass carbon = 0.0 * kg, water = 0.0 * kg;
  Energy rejected = 0.0 * J, reused = 0.0 * J, curtailed = 0.0 * J;
  std::int64_t violations = 0;
  double max_supply_air_c = kUnset;
  double max_supply_c = kUnset, max_chip_c = kUnset, throttled_acc_s = 0, down_acc_s = 0;
  double busy_acc_s = 0, acc_s = 0, busy_node_s = 0, node_s = 0, accelerators = 0;
  BackupTotals backup = {};
  Money capex = 0.0 * usd, capital = 0.0 * usd, maintenance = 0.0 * usd;
  bool priced = true, carbon_known = true, cooled = false, demand_priced = false, coincident_priced = false, water_priced = false;

  void add(const Totals& o) {
    facility += o.facility, it += o.it, loss += o.loss, cooling += o.cooling, psu += o.psu;
    peak_facility_w += o.peak_facility_w, peak_it_w += o.peak_it_w;
    ramp_up = std::max(ramp_up, o.ramp_up), ramp_down = std::max(ramp_down, o.ramp_down);
    energy_cost += o.energy_cost, demand += o.demand, demand_per_year += o.demand_per_year, coincident += o.coincident, water_cost += o.water_cost, carbon += o.carbon, water += o.water;
    rejected += o.rejected, reused += o.reused, curtailed += o.curtailed, violations += o.violations;
    max_supply_air_c = std::fmax(max_supply_air_c, o.max_supply_air_c);
    max_supply_c = std::fmax(max_supply_c, o.max_supply_c), max_chip_c = std::fmax(max_chip_c, o.max_chip_c);
    throttled_acc_s += o.throttled_acc_s, down_acc_s += o.down_acc_s, busy_acc_s += o.busy_acc_s, acc_s += o.acc_s;
    busy_node_s += o.busy_node_s, node_s += o.node_s, accelerators += o.accelerators;
    backup.add(o.backup);
    capex += o.capex, capital += o.capital, maintenance += o.maintenance;
    priced = priced && o.priced, carbon_known = carbon_known && o.carbon_known, cooled = cooled || o.cooled;
    demand_priced = demand_priced || o.demand_priced, coincident_priced = coincident_priced || o.coincident_priced, water_priced = water_priced || o.water_priced;
  }
};

/// What jobs did, for one block of the summary.
struct Work {
  double useful_acc_s = 0, held_acc_s = 0, tokens = 0, productive_s = 0, present_s = 0;
  std::int64_t restarts = 0;
  std::array<double, kLossCauses.size()> lost_acc_s{};
  bool has_tokens = false;
};

std::vector<JobRecord> job_records(const World& world, Tick now) {
  std::vector<JobRecord> records;
  for (std::size_t i = 0; i < world.table.jobs.size(); ++i) {
    const auto id = static_cast<JobId>(i);
    const Job& job = world.table.jobs[i];
    const JobTable::Fate& fate = world.table.fates[i];
    if (!fate.submitted) continue;
    JobRecord record;
    record.job_id = job.name;
    record.workload_name = world.run.config.name;
    record.profile = job.profile;
    record.submission = job.submit;
    record.requested_nodes = job.nodes;
    record.requested_time = job.estimate;
    record.state = fate.state;
    record.start = fate.first_start;
    record.finish = fate.finish;
    record.held = fate.held;
    record.tenant = job.tenant;
    record.kind = job.kind;
    record.work = job.work;
    record.deadline = job.deadline;
    record.accelerators_asked = job.accelerators;
    record.restarts = fate.restarts;
    const JobStanding now_at = standing(world, id);
    double energy_j = fate.energy_j;
    const double done = now_at.done;
    record.held = now_at.held;
    const auto& lost = now_at.lost;
    if (fate.state == FinalState::running) {
      energy_j += world.pools[static_cast<std::size_t>(fate.pool)]->field->job_energy(id, now).si();
    }
    record.energy = Energy(energy_j);
    double per_node = 0.0;
    if (fate.pool >= 0) {
      const ClusterWorld& cluster = *world.pools[static_cast<std::size_t>(fate.pool)];
      record.cluster = cluster.plan->name;
      for (const SiteWorld& site : world.sites) {
        for (const ClusterWorld& c : site.clusters) {
          if (&c != &cluster) continue;
          record.site = site.site->plan.name;
          if (site.site->price) record.cost = Money(fate.cost_usd);
          if (site.site->carbon) record.carbon = Mass(fate.carbon_kg);
        }
      }
      record.allocated = fate.nodes;
      for (NodeRange& range : record.allocated) {
        range.first += cluster.first_node;
        range.last += cluster.first_node;
      }
      per_node = static_cast<double>(cluster.rack->accelerators_per_node());
    }
    record.accelerators = per_node > 0.0 ? per_node * static_cast<double>(job.nodes) : kUnset;
    if (job.tokens_per_accelerator_s > 0.0) {
      record.tokens = done / 1e6 * job.tokens_per_accelerator_s * per_node * static_cast<double>(job.nodes);
    }
    for (std::size_t c = 0; c < lost.size(); ++c) record.lost[c] = Duration(lost[c] / 1e6);
    const Tick until = fate.finish != kNever ? fate.finish : now;
    const Tick waited = until - job.submit - record.held;
    // Until its first start a job waits in the queue; what it waits after that it owes to an interruption.
    const Tick queued = std::min(waited, (fate.first_start != kNever ? fate.first_start : until) - job.submit);
    record.lost_to(LossCause::queue) = to_duration(queued);
    record.lost_to(LossCause::restart) += to_duration(waited - queued);
    records.push_back(std::move(record));
  }
  return records;
}

/// @param keep decides which jobs count.
template <class Keep>
Work work_of(const World& world, const std::vector<JobRecord>& records, Keep&& keep) {
  Work work;
  std::size_t r = 0;
  for (std::size_t i = 0; i < world.table.jobs.size(); ++i) {
    if (!world.table.fates[i].submitted) continue;
    const JobRecord& record = records[r++];
    if (!keep(record)) continue;
    const double accelerators = std::isnan(record.accelerators) ? static_cast<double>(record.requested_nodes) : record.accelerators;
    const JobStanding now_at = standing(world, static_cast<JobId>(i));
    const double done = now_at.done;
    work.useful_acc_s += accelerators * done / 1e6;
    double held_s = to_seconds(record.held);
    if (world.table.jobs[i].elastic()) {
      // It held now more, now fewer nodes than it asked for: time at the size asked for is what it did and what it lost.
      held_s = done / 1e6;
      for (const LossCause cause : {LossCause::thermal, LossCause::cap, LossCause::curtailment, LossCause::fault, LossCause::rollback}) {
        held_s += record.lost[static_cast<std::size_t>(cause)].si();
      }
    }
    work.held_acc_s += accelerators * held_s;
    work.productive_s += done / 1e6;
    // Restarts on its nodes are in the time that it held them.
    work.present_s += held_s + record.lost[static_cast<std::size_t>(LossCause::restart)].si() - now_at.paused / 1e6;
    work.restarts += record.restarts - world.table.fates[i].preemptions;  // by policy: nothing has failed
    for (std::size_t c = 0; c < record.lost.size(); ++c) work.lost_acc_s[c] += accelerators * record.lost[c].si();
    if (!std::isnan(record.tokens)) {
      work.tokens += record.tokens;
      work.has_tokens = true;
    }
  }
  return work;
}

Totals book_site(World& world, SiteWorld& site, Ledger& ledger, Tick now) {
  Totals t;
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
    const double busy_node_s = cluster.field->busy_node_seconds(now), nodes = static_cast<double>(cluster.plan->nodes);
    t.busy_node_s += busy_node_s;
    if (!cluster.load) t.node_s += nodes * t.span_s;  // of a given load nobody knows which nodes were busy
    t.busy_acc_s += busy_node_s * per_node;
    t.acc_s += nodes * per_node * t.span_s;
    t.accelerators += nodes * per_node;
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
    Energy banks = 0.0 * J, rooms = 0.0 * J, lost = 0.0 * J;
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
    by_use([&](const std::string& use, const SitePower::Meter& m) { ledger.add(ledger.leaf<Account::money>(Side::out, leaf("energy." + use)), m.cost); });
  }
  if (t.carbon_known || t.backup.carbon.si() > 0.0) {
    t.carbon = feed.carbon + t.backup.carbon;
    ledger.add(ledger.leaf<Account::carbon>(Side::in, leaf("grid")), feed.carbon);
    if (t.backup.carbon.si() > 0.0) ledger.add(ledger.leaf<Account::carbon>(Side::in, leaf("generation")), t.backup.carbon);
    by_use([&](const std::string& use, const SitePower::Meter& m) { ledger.add(ledger.leaf<Account::carbon>(Side::out, leaf(use)), m.carbon); });
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

  if (const auto& finance = world.run.config.finance) {
    double racks = 0.0;
    Money prices = 0.0 * usd;
    for (const ClusterWorld& cluster : site.clusters) {
      racks += static_cast<double>(cluster.plan->racks);
      prices += cluster.rack->params().capex * static_cast<double>(cluster.plan->racks);
    }
    const double sites = static_cast<double>(world.sites.size());
    std::vector<CapexPart> parts;
    for (const auto& [part, c] : finance->capex) {
      const Money cost = c.cost ? *c.cost / sites
                         : c.cost_per_it ? *c.cost_per_it * site.site->plan.rated_it
                         : c.cost_per_rack ? *c.cost_per_rack * racks
                                           : prices;
      parts.push_back({.name = part, .capex = cost, .life = c.life});
      t.capex += cost;
      const Money share = capital_cost(std::span(&parts.back(), 1), finance->rate) * to_duration(now);
      t.capital += share;
      ledger.add(ledger.leaf<Account::money>(Side::in, leaf("capital." + part)), share);
    }
    t.maintenance = t.capex * (finance->maintenance * (t.span_s / year.si()));
    ledger.add(ledger.leaf<Account::money>(Side::in, leaf("maintenance")), t.maintenance);
    ledger.add(ledger.leaf<Account::money>(Side::out, leaf("maintenance_bill")), t.maintenance);
    ledger.add(ledger.leaf<Account::money>(Side::out, leaf("capital_service")), capital_cost(parts, finance->rate) * to_duration(now));
  }
  return t;
}

void put(Summary::Block block, const World& world, const Totals& t, const Work& w, bool whole_site) {
  const double mwh = 3.6e9;
  const bool finance = world.run.config.finance.has_value();
  const double span_s = t.span_s;
  block.set("energy.it_mwh", t.it.si() / mwh);
  block.set("energy.psu_loss_mwh", t.psu.si() / mwh);
  block.set("kpi.utilization_frac", t.node_s > 0.0 ? t.busy_node_s / t.node_s : kUnset);
  block.set("kpi.goodput_frac", w.held_acc_s > 0.0 ? w.useful_acc_s / w.held_acc_s : kUnset);
  block.set("kpi.ettr_frac", w.present_s > 0.0 ? w.productive_s / w.present_s : kUnset);
  block.set("kpi.tokens_trained", w.has_tokens ? w.tokens : kUnset);
  block.set("thermal.max_chip_c", t.max_chip_c);
  block.set("thermal.throttled_accelerator_h", t.throttled_acc_s / 3600.0);
  block.set("reliability.interruptions", w.restarts);
  block.set("reliability.mtti_h", w.restarts > 0 ? span_s / 3600.0 / static_cast<double>(w.restarts) : kUnset);
  double total_h = t.down_acc_s / 3600.0;
  for (std::size_t c = 0; c < w.lost_acc_s.size(); ++c) {
    double lost_h = w.lost_acc_s[c] / 3600.0;
    if (static_cast<LossCause>(c) == LossCause::fault) lost_h += t.down_acc_s / 3600.0;
    if (static_cast<LossCause>(c) != LossCause::queue) total_h += w.lost_acc_s[c] / 3600.0;
    block.set(fmt::format("reliability.lost_accelerator_h.{}", name_of(static_cast<LossCause>(c))), lost_h);
  }
  // Waiting in the queue is no loss of hardware: it is told, and not in the total.
  block.set("reliability.lost_accelerator_h.total", total_h);
  if (!whole_site) return;
  block.set("energy.facility_mwh", t.facility.si() / mwh);
  block.set("energy.power_loss_mwh", t.loss.si() / mwh);
  block.set("energy.cooling_mwh", t.cooling.si() / mwh);
  put_backup(block, t.backup);
  block.set("energy.other_mwh", 0.0);
  block.set("energy.peak_facility_mw", t.peak_facility_w / 1e6);
  block.set("energy.mean_facility_mw", span_s > 0.0 ? t.facility.si() / span_s / 1e6 : kUnset);
  block.set("energy.peak_it_mw", t.peak_it_w / 1e6);
  const double it_kwh = t.it.in(kWh);
  block.set("kpi.pue", it_kwh > 0.0 ? t.facility / t.it : kUnset);
  block.set("kpi.wue_l_per_kwh", t.cooled && it_kwh > 0.0 ? t.water.si() / it_kwh : kUnset);
  block.set("kpi.erf_frac", t.cooled && t.facility.si() > 0.0 ? t.reused / t.facility : kUnset);
  block.set("kpi.cue_kg_per_kwh", t.carbon_known && it_kwh > 0.0 ? t.carbon.si() / it_kwh : kUnset);
  block.set("thermal.max_coolant_supply_c", t.max_supply_c);
  block.set("thermal.max_supply_air_c", t.max_supply_air_c);
  block.set("thermal.heat_rejected_mwh", t.cooled ? t.rejected.si() / mwh : kUnset);
  block.set("grid.energy_cost_usd", t.priced ? t.energy_cost.si() : kUnset);
  block.set("grid.demand_charge_usd", t.demand_priced ? t.demand.si() : kUnset);
  block.set("grid.coincident_peak_charge_usd", t.coincident_priced ? t.coincident.si() : kUnset);
  block.set("grid.carbon_t", t.carbon_known ? t.carbon.si() / 1e3 : kUnset);
  block.set("grid.water_m3", t.cooled ? t.water.si() / 1e3 : kUnset);
  block.set("grid.max_ramp_up_mw_per_s", t.ramp_up / 1e6);
  block.set("grid.max_ramp_down_mw_per_s", t.ramp_down / 1e6);
  block.set("grid.curtailed_mwh", t.curtailed.si() / mwh);
  block.set("grid.limit_violations", t.violations);
  if (span_s <= 0.0) return;
  // A year at the rate of this run.  Demand is charged by the month and coincident peaks by the year, however short the run.
  const double years = span_s / year.si();
  const Money opex = (t.energy_cost + t.backup.fuel_cost + t.water_cost + t.maintenance) / years + t.demand_per_year + t.coincident;
  if (t.priced || finance) block.set("money.opex_usd_per_year", opex.si());
  if (!finance) return;
  const Money total = opex * years + t.capital;
  block.set("money.capex_usd", t.capex.si());
  block.set("money.usd_per_accelerator_h", t.acc_s > 0.0 ? total.si() / (t.acc_s / 3600.0) : kUnset);
  block.set("money.usd_per_mtoken", w.has_tokens && w.tokens > 0.0 ? total.si() / (w.tokens / 1e6) : kUnset);
}

/// Which jobs count, and what their tenants are entitled to.
JobMeasure measure_of(const World& world, const std::vector<JobRecord>& jobs) {
  const MeasureConfig rule = world.run.config.workload ? world.run.config.workload->measure : MeasureConfig{};
  double nodes = 0.0;
  for (const scheduling::PoolSpec& pool : world.run.pools) nodes += static_cast<double>(pool.nodes);
  return job_measure(jobs, rule.warm_up, rule.cool_down, nodes);
}

/// What a reader must know beside the numbers.
void note_assumptions(World& world, Summary& summary, Tick now) {
  if (world.never_started > 0) summary.note(fmt::format("{} jobs never started: the nodes they need did not come back", world.never_started));
  for (SiteWorld& site : world.sites) {
    const std::string& name = site.site->plan.name;
    if (!site.plant) summary.note(fmt::format("site {}: cooling none: heat leaves the racks and nothing is said about how; PUE and WUE know no cooling", name));
    if (site.site->plan.power_units.size() <= 1) summary.note(fmt::format("site {}: power layout none: racks hang on the feed without conversion losses", name));
    const auto ended = [&](const char* what, Tick end) {
      if (now > end) summary.note(fmt::format("site {}: {} data end {:.0f} h before the run; the last value held", name, what, to_seconds(now - end) / 3600.0));
    };
    if (site.site->weather) ended("weather", site.site->weather->end());
    if (site.site->price) ended("price", site.site->price->end());
    if (site.site->carbon) ended("carbon", site.site->carbon->end());
    for (std::size_t c = 0; c < site.clusters.size(); ++c) {
      const LoadTrace* load = site.site->loads[c].get();
      if (!load || load->blanks_held + load->missing_rows_held == 0) continue;
      summary.note(fmt::format("cluster {}: its load lacks {} values and {} rows; the values before them held", site.clusters[c].plan->name, load->blanks_held, load->missing_rows_held));
    }
    if (site.plant) note_plant(site, summary, now);
    if (site.plant && site.plant->unsolved() > 0) summary.note(fmt::format("site {}: {} solves of the heat rejection did not converge", name, site.plant->unsolved()));
  }
}

}  // namespace

void summarize(World& world, RunResult& result, double wall_s) {
  const Tick now = world.kernel.now();
  Summary& summary = result.summary;
  Ledger& ledger = result.ledger;
  for (SiteWorld& site : world.sites) world.charge_running(site);
  result.jobs = job_records(world, now);
  const JobMeasure measure = measure_of(world, result.jobs);
  const auto block_of = [&](Summary::Block block, const Totals& t, const Work& w, const JobMetrics& jobs, bool whole_site) {
    put(block, world, t, w, whole_site);
    put_job_metrics(jobs, block);
  };

  Totals all{.span_s = to_seconds(now)};
  for (SiteWorld& site : world.sites) {
    const std::string& name = site.site->plan.name;
    const Totals t = book_site(world, site, ledger, now);
    all.add(t);
    if (world.sites.size() > 0) {
      block_of(summary.site(name), t, work_of(world, result.jobs, [&](const JobRecord& r) { return r.site == name; }),
               job_metrics_of_site(result.jobs, name, measure), true);
      if (site.plant) put_plant(site, summary.site(name), now);
    }
    for (ClusterWorld& cluster : site.clusters) {
      const auto e = cluster.field->energies(now);
      const double per_node = static_cast<double>(cluster.rack->accelerators_per_node()), nodes = static_cast<double>(cluster.plan->nodes);
      Totals c{.span_s = t.span_s, .it = e.input, .psu = e.shelf_loss};
      c.busy_node_s = cluster.field->busy_node_seconds(now);
      if (!cluster.load) c.node_s = nodes * t.span_s;
      c.acc_s = nodes * per_node * t.span_s;
      c.throttled_acc_s = cluster.actor->throttled_accelerator_s(now);
      c.down_acc_s = cluster.actor->down_accelerator_s(now);
      if (site.plant && cluster.cdus.front() >= 0) c.max_chip_c = cluster.actor->max_chip().in_celsius();
      const std::string& cluster_name = cluster.plan->name;
      block_of(summary.cluster(cluster_name), c, work_of(world, result.jobs, [&](const JobRecord& r) { return r.cluster == cluster_name; }),
               job_metrics_of_cluster(result.jobs, cluster_name, measure), false);
    }
  }
  if (world.sites.size() > 1) {
    world.follow_total(0.0 * W, 0.0 * W);
    all.peak_facility_w = world.peak_facility.si();
    all.peak_it_w = world.peak_it.si();
  }
  const JobMetrics metrics = job_metrics(result.jobs, measure);
  result.job_statistics = job_statistics(result.jobs, measure);
  if (world.sites.size() == 1 && world.sites.front().plant) put_plant(world.sites.front(), summary.whole(), now);
  block_of(summary.whole(), all, work_of(world, result.jobs, [](const JobRecord&) { return true; }), metrics, true);

  ledger.add(ledger.leaf<Account::jobs>(Side::in, "submitted"), metrics.submitted);
  ledger.add(ledger.leaf<Account::jobs>(Side::out, "completed"), metrics.completed);
  ledger.add(ledger.leaf<Account::jobs>(Side::out, "failed"), metrics.failed);
  ledger.add(ledger.leaf<Account::jobs>(Side::out, "killed"), metrics.killed);
  ledger.add(ledger.leaf<Account::jobs>(Side::out, "rejected"), metrics.rejected);
  // What the scheduler itself still holds, not what the records say.
  ledger.add(ledger.leaf<Account::jobs>(Side::stored, "running"), world.core->running());
  ledger.add(ledger.leaf<Account::jobs>(Side::stored, "queued"), world.core->queued());

  summarize_goodput(world, result);
  summarize_limits(world, result);
  note_assumptions(world, summary, now);
  put_queue(world.scheduler->meter(), now, all.node_s, summary.whole());
  result.events = world.log.take();
  result.decisions = std::move(world.decisions);
  if (world.run.config.record.jobs) {
    for (const Job& job : world.table.jobs) result.decisions.jobs.push_back(job.name);
  }
  for (const scheduling::PoolSpec& pool : world.run.pools) result.decisions.pools.push_back(pool.name);
  if (!world.failure.empty()) summary.note("ended early: " + world.failure);
  std::int64_t failures = 0;
  for (const EventRecord& event : result.events) failures += event.kind == "failure";
  auto whole = summary.whole();
  whole.set("time.simulated_s", to_seconds(now));
  whole.set("time.wall_s", wall_s);
  whole.set("time.events", world.kernel.events());
  whole.set("reliability.failures", failures);
  summarize_faults(world, result, now);
  whole.set("ledger.energy_residual_frac", ledger.residual_frac(Account::energy));
  whole.set("ledger.heat_residual_frac", ledger.residual_frac(Account::heat));
  whole.set("ledger.water_residual_frac", ledger.residual_frac(Account::water));
  whole.set("ledger.money_residual_frac", ledger.residual_frac(Account::money));
  whole.set("ledger.jobs_residual", std::fabs(ledger.residual(Account::jobs)));
  result.series = std::move(world.series);
  if (world.waveform) result.waveform = world.waveform->finish(now);
  if (!world.run.config.record.jobs) result.jobs.clear();
  if (!world.run.config.record.events) result.events.clear();
}

}  // namespace aifactory
