#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/results/job_metrics.h"
#include "sim/results/job_statistics.h"
#include "sim/run/job_rows.h"
#include "sim/run/summarize_parts.h"
#include "sim/run/summarize_plant.h"
#include "sim/run/summarize_power.h"
#include "sim/run/summarize_totals.h"

namespace aifactory {
namespace {

void put(Summary::Block block, const World& world, const SiteTotals& t, const WorkDone& w, bool whole_site) {
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
JobMeasure measure_of(const World& world, const JobRecords& jobs) {
  const MeasureConfig rule = world.run.config.workload ? world.run.config.workload->measure : MeasureConfig{};
  double nodes = 0.0;
  for (const scheduling::PoolSpec& pool : world.run.pools) nodes += static_cast<double>(pool.nodes);
  return job_measure(jobs, rule.warm_up, rule.cool_down, nodes);
}

/// How many jobs each pool has run last.
std::vector<std::size_t> jobs_of_pools(const World& world) {
  std::vector<std::size_t> count(world.pools.size());
  for (const JobTable::Fate& fate : world.table.fates) {
    if (fate.submitted && fate.pool >= 0) ++count[static_cast<std::size_t>(fate.pool)];
  }
  return count;
}

}  // namespace

void summarize(World& world, RunResult& result, double wall_s) {
  const Tick now = world.kernel.now();
  Summary& summary = result.summary;
  Ledger& ledger = result.ledger;
  for (SiteWorld& site : world.sites) world.charge_running(site);
  settle_jobs(world, now);
  const JobRows rows(world, now);
  result.jobs = rows.records();
  const JobMeasure measure = measure_of(world, result.jobs);
  const auto block_of = [&](Summary::Block block, const SiteTotals& t, const WorkDone& w, const JobMetrics& jobs, bool whole_site) {
    put(block, world, t, w, whole_site);
    put_job_metrics(jobs, block);
  };

  const JobMetrics metrics = job_metrics(result.jobs, measure);
  const WorkDone work = work_of(world, result.jobs, [](const JobRecord&) { return true; });
  /// Where one site or cluster has run every job, its numbers are those of the whole.
  const std::vector<std::size_t> ran = jobs_of_pools(world);
  const auto has_run = [&ran](const ClusterWorld& cluster) { return cluster.pool < 0 ? 0 : ran[static_cast<std::size_t>(cluster.pool)]; };

  SiteTotals all{.span_s = to_seconds(now)};
  for (SiteWorld& site : world.sites) {
    const std::string& name = site.site->plan.name;
    const SiteTotals t = book_site(world, site, ledger, now);
    all.add(t);
    if (world.sites.size() > 0) {
      const auto here = [&name](const JobRecord& r) { return r.site == name; };
      std::size_t here_only = 0;
      for (const ClusterWorld& cluster : site.clusters) here_only += has_run(cluster);
      const bool every = here_only == result.jobs.size();
      block_of(summary.site(name), t, every ? work : work_of(world, result.jobs, here),
               every ? metrics : job_metrics_of_site(result.jobs, name, measure), true);
      if (site.plant) put_plant(site, summary.site(name), now);
    }
    for (ClusterWorld& cluster : site.clusters) {
      const auto e = cluster.field->energies(now);
      SiteTotals c{.span_s = t.span_s, .it = e.input, .psu = e.shelf_loss};
      c.busy_node_s = cluster.field->busy_node_seconds(now);
      if (!cluster.load) c.node_s = cluster.nodes.at(now);
      c.acc_s = cluster.accelerators.at(now);
      c.throttled_acc_s = cluster.actor->throttled_accelerator_s(now);
      c.down_acc_s = cluster.actor->down_accelerator_s(now);
      if (site.plant && cluster.cdus.front() >= 0) c.max_chip_c = cluster.actor->max_chip().in_celsius();
      const std::string& cluster_name = cluster.plan->name;
      const auto here = [&cluster_name](const JobRecord& r) { return r.cluster == cluster_name; };
      const bool every = has_run(cluster) == result.jobs.size();
      block_of(summary.cluster(cluster_name), c, every ? work : work_of(world, result.jobs, here),
               every ? metrics : job_metrics_of_cluster(result.jobs, cluster_name, measure), false);
    }
  }
  if (world.sites.size() > 1) {
    world.follow_total(0.0 * W, 0.0 * W);
    all.peak_facility_w = world.peak_facility.si();
    all.peak_it_w = world.peak_it.si();
  }
  if (world.sites.size() == 1 && world.sites.front().plant) put_plant(world.sites.front(), summary.whole(), now);
  block_of(summary.whole(), all, work, metrics, true);

  ledger.add(ledger.leaf<Account::jobs>(Side::in, "submitted"), metrics.submitted);
  ledger.add(ledger.leaf<Account::jobs>(Side::out, "completed"), metrics.completed);
  ledger.add(ledger.leaf<Account::jobs>(Side::out, "failed"), metrics.failed);
  ledger.add(ledger.leaf<Account::jobs>(Side::out, "killed"), metrics.killed);
  ledger.add(ledger.leaf<Account::jobs>(Side::out, "rejected"), metrics.rejected);
  // What the scheduler itself still holds, not what the records say.
  ledger.add(ledger.leaf<Account::jobs>(Side::stored, "running"), world.core->running());
  ledger.add(ledger.leaf<Account::jobs>(Side::stored, "queued"), world.core->queued());

  summarize_goodput(world, rows, result);
  summarize_services(world, result);
  summarize_limits(world, result);
  note_assumptions(world, summary, now);
  summarize_scheduling(world, summary, now);
  summarize_placement(world, summary, now);
  put_queue(world.scheduler->meter(), now, all.node_s, summary.whole());
  result.events = world.log.take();
  result.decisions = std::move(world.decisions);
  if (world.run.config.record.jobs) {
    result.decisions.jobs = {world.table.jobs.size(),
                             [table = world.shared_table](std::size_t i, std::string& name) { name = table->jobs[i].name; }};
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
  if (world.run.config.record.jobs) result.machine_states = world.scheduler->machine_states();
  // Memory is at its highest with the numbers of all jobs beside the jobs: what nobody asks any more goes first.
  world.core.reset();
  result.job_statistics = job_statistics(result.jobs, measure);
  if (!world.run.config.record.jobs) result.jobs = {};
  if (!world.run.config.record.events) result.events.clear();
}

}  // namespace aifactory
