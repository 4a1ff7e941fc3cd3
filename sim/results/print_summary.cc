#include "sim/results/print_summary.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace aifactory {
namespace {

// How a value is shown; `seconds` picks the unit that reads best.
enum class Show { number, seconds };

struct Item {
  const char* path;
  const char* label;
  const char* unit;
  Show show = Show::number;
};
struct Group {
  const char* title;
  std::vector<Item> items;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> kGroups{
      {"time",
       {{"time.simulated_s", "simulated", "", Show::seconds},
        {"time.wall_s", "wall clock", "", Show::seconds},
        {"time.events", "events", ""}}},
      {"energy",
       {{"energy.facility_mwh", "facility", "MWh"},
        {"energy.it_mwh", "IT", "MWh"},
        {"energy.cooling_mwh", "cooling", "MWh"},
        {"energy.power_loss_mwh", "power losses", "MWh"},
        {"energy.storage_loss_mwh", "storage losses", "MWh"},
        {"energy.other_mwh", "other", "MWh"},
        {"energy.mean_facility_mw", "facility mean", "MW"},
        {"energy.peak_facility_mw", "facility peak", "MW"},
        {"energy.peak_it_mw", "IT peak", "MW"}}},
      {"KPI",
       {{"kpi.pue", "PUE", ""},
        {"kpi.wue_l_per_kwh", "WUE", "L/kWh"},
        {"kpi.cue_kg_per_kwh", "CUE", "kg/kWh"},
        {"kpi.utilization_frac", "utilization", ""},
        {"kpi.goodput_frac", "goodput", ""},
        {"kpi.ettr_frac", "ETTR", ""},
        {"kpi.mfu_frac", "MFU", ""},
        {"kpi.tokens_trained", "tokens trained", ""},
        {"kpi.tokens_served", "tokens served", ""}}},
      {"jobs",
       {{"jobs.submitted", "submitted", ""},
        {"jobs.completed", "completed", ""},
        {"jobs.failed", "failed", ""},
        {"jobs.killed", "killed", ""},
        {"jobs.rejected", "rejected", ""},
        {"jobs.running_at_end", "running at end", ""},
        {"jobs.queued_at_end", "queued at end", ""},
        {"jobs.mean_wait_s", "mean wait", "", Show::seconds},
        {"jobs.mean_bounded_slowdown", "mean slowdown", ""},
        {"jobs.makespan_s", "makespan", "", Show::seconds}}},
      {"thermal",
       {{"thermal.max_coolant_supply_c", "coolant supply", "degC"},
        {"thermal.max_chip_c", "hottest chip", "degC"},
        {"thermal.throttled_accelerator_h", "throttled", "acc h"},
        {"thermal.heat_rejected_mwh", "heat rejected", "MWh"}}},
      {"failures",
       {{"reliability.failures", "failures", ""},
        {"reliability.interruptions", "interruptions", ""},
        {"reliability.mtti_h", "MTTI", "h"},
        {"reliability.lost_accelerator_h.total", "lost", "acc h"}}},
      {"grid",
       {{"grid.energy_cost_usd", "energy cost", "USD"},
        {"grid.demand_charge_usd", "demand charge", "USD"},
        {"grid.carbon_t", "carbon", "t"},
        {"grid.water_m3", "water", "m3"},
        {"grid.max_ramp_up_mw_per_s", "ramp up", "MW/s"},
        {"grid.max_ramp_down_mw_per_s", "ramp down", "MW/s"},
        {"grid.curtailed_mwh", "curtailed", "MWh"},
        {"grid.limit_violations", "limits violated", ""}}},
      {"money",
       {{"money.capex_usd", "capex", "USD"},
        {"money.opex_usd_per_year", "opex", "USD/a"},
        {"money.usd_per_accelerator_h", "accelerator hour", "USD"},
        {"money.usd_per_mtoken", "million tokens", "USD"},
        {"money.npv_usd", "NPV", "USD"},
        {"money.irr_frac", "IRR", ""},
        {"money.min_dscr", "DSCR minimum", ""}}},
      {"ledger",
       {{"ledger.energy_residual_frac", "energy off by", ""},
        {"ledger.heat_residual_frac", "heat off by", ""},
        {"ledger.water_residual_frac", "water off by", ""},
        {"ledger.money_residual_frac", "money off by", ""},
        {"ledger.jobs_residual", "jobs off by", ""}}},
  };
  return kGroups;
}

// Four digits that fit ten columns: what a person compares; summary.json has the rest.
std::string number_text(double value) {
  const double size = std::fabs(value);
  if (value == 0.0) return "0";
  if (size < 1e-3 || size >= 1e10) return fmt::format("{:.3e}", value);
  if (value == std::floor(value) || size >= 1e4) return fmt::format("{:.0f}", value);
  if (size >= 1e3) return fmt::format("{:.1f}", value);
  if (size >= 1e2) return fmt::format("{:.1f}", value);
  if (size >= 1e1) return fmt::format("{:.2f}", value);
  if (size >= 1.0) return fmt::format("{:.3f}", value);
  return fmt::format("{:.4f}", value);
}

std::pair<std::string, std::string> value_and_unit(const Item& item, double value) {
  if (item.show == Show::number) return {number_text(value), item.unit};
  if (std::fabs(value) >= 2.0 * day.si()) return {number_text(value / day.si()), "d"};
  if (std::fabs(value) >= 2.0 * h.si()) return {number_text(value / h.si()), "h"};
  if (std::fabs(value) >= 2.0 * minute.si()) return {number_text(value / minute.si()), "min"};
  return {number_text(value), "s"};
}

void append_trimmed(std::string& text, const std::string& line) {
  text += line.substr(0, line.find_last_not_of(' ') + 1);
  text += '\n';
}

std::string or_dash(std::optional<double> value) {
  return value ? number_text(*value) : "-";
}

}  // namespace

std::string screen_text(const Summary& summary) {
  std::string text;
  for (const Group& group : groups()) {
    std::vector<std::string> cells;
    for (const Item& item : group.items) {
      const std::optional<double> value = summary.number(item.path);
      if (!value) continue;
      const auto [number, unit] = value_and_unit(item, *value);
      cells.push_back(fmt::format("{:<16} {:>10} {:<6}", item.label, number, unit));
    }
    for (std::size_t i = 0; i < cells.size(); i += 2) {
      append_trimmed(text, fmt::format("{:<10}{}  {}", i == 0 ? group.title : "", cells[i],
                                       i + 1 < cells.size() ? cells[i + 1] : ""));
    }
  }
  for (const std::string& note : summary.notes()) append_trimmed(text, "note      " + note);
  const auto& sites = summary.json()["sites"];
  if (sites.size() < 2) return text;
  append_trimmed(text, fmt::format("{:<24}{:>12}{:>12}{:>10}{:>10}{:>12}", "site", "IT MWh", "peak MW", "PUE", "WUE",
                                   "jobs done"));
  for (const auto& [name, block] : sites.items()) {
    const auto number = [&summary, &name](const char* path) {
      return or_dash(summary.number(fmt::format("sites.{}.{}", name, path)));
    };
    append_trimmed(text, fmt::format("{:<24}{:>12}{:>12}{:>10}{:>10}{:>12}", name.substr(0, 23),
                                     number("energy.it_mwh"), number("energy.peak_facility_mw"), number("kpi.pue"),
                                     number("kpi.wue_l_per_kwh"), number("jobs.completed")));
  }
  return text;
}

}  // namespace aifactory
