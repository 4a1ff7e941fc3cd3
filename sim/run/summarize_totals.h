#pragma once
/// @file What the parts of the summary hand to each other.
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/run/summarize_power.h"
#include "sim/run/world.h"

namespace aifactory {

/// Everything that is summed for a site and for the whole run.
struct SiteTotals {
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

  void add(const SiteTotals& o) {
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
struct WorkDone {
  double useful_acc_s = 0, held_acc_s = 0, tokens = 0, productive_s = 0, present_s = 0;
  std::int64_t restarts = 0;
  std::array<double, kLossCauses.size()> lost_acc_s{};
  bool has_tokens = false;
};

/// The fates of all jobs as they are now, nodes numbered through all clusters.  Once, when nothing happens any more.
void settle_jobs(World& world, Tick now);
/// What jobs did.  @param records of all of them.  @param keep decides which count.
WorkDone work_of(const World& world, const JobRecords& records, const std::function<bool(const JobRecord&)>& keep);
/// Books a site's accounts into the ledger.
SiteTotals book_site(World& world, SiteWorld& site, Ledger& ledger, Tick now);
/// What a reader must know beside the numbers.
void note_assumptions(World& world, Summary& summary, Tick now);

}  // namespace aifactory
