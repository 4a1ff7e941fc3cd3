#include "sim/results/summary.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

#include "models/error.h"
#include "sim/results/service_record.h"

namespace aifactory {
namespace {

using Json = nlohmann::ordered_json;

struct Section {
  const char* name;
  std::vector<const char*> keys;
  bool only_whole = false;
};

// The contract of summary.json: keys may be added, never renamed.
std::vector<Section> sections() {
  return {
      {"time", {"simulated_s", "wall_s", "events"}, true},
      {"energy",
       {"facility_mwh", "it_mwh", "power_loss_mwh", "cooling_mwh", "storage_loss_mwh", "other_mwh", "psu_loss_mwh",
        "peak_facility_mw", "mean_facility_mw", "peak_it_mw", "generator_mwh"}},
      {"kpi",
       {"pue", "wue_l_per_kwh", "cue_kg_per_kwh", "erf_frac", "utilization_frac", "goodput_frac", "ettr_frac", "mfu_frac",
        "tokens_trained", "tokens_served"}},
      {"jobs",
       {"submitted", "completed", "failed", "killed", "rejected", "running_at_end", "queued_at_end", "mean_wait_s",
        "mean_bounded_slowdown", "makespan_s", "counted", "median_wait_s", "p95_wait_s", "p99_wait_s", "max_wait_s",
        "mean_turnaround_s", "mean_slowdown", "median_bounded_slowdown", "p95_bounded_slowdown",
        "p99_bounded_slowdown", "area_weighted_bounded_slowdown", "mean_finish_time_fairness",
        "max_finish_time_fairness", "jain_index", "internal_fragmentation_frac", "missed_deadlines",
        "idle_while_waiting_frac", "mean_queue", "max_queue"}},
      {"scheduling", {"fragmentation_frac", "mean_blocks_spanned", "starts_across_blocks", "slips_fault", "slips_cap", "slips_overrun", "slipped_s"}},
      {"thermal", {"max_coolant_supply_c", "max_supply_air_c", "max_chip_c", "throttled_accelerator_h", "heat_rejected_mwh"}},
      {"plant",
       {"fans_mwh", "facility_pumps_mwh", "air_fans_mwh", "cdu_pumps_mwh", "condenser_pumps_mwh", "chillers_mwh", "evaporation_m3",
        "hours_at_limit", "hours_not_converged", "hours_outside_validity", "economizer_h", "economized_mwh", "reused_mwh",
        "hours_without_water", "max_facility_supply_c", "max_supply_at_racks_c", "max_supply_air_c", "hours_air_not_carried"}},
      {"reliability",
       {"failures", "interruptions", "mtti_h", "unit_failures", "unit_trips", "unit_down_h", "unit_maintain_h", "unit_degraded_h",
        "group_down_h", "supply_down_h", "repair_wait_h", "planned_stops", "node_repair_accelerator_h", "burn_in_accelerator_h", "goodput_residual_frac",
        "lost_accelerator_h", "goodput_accelerator_h"}},
      {"grid",
       {"energy_cost_usd", "demand_charge_usd", "coincident_peak_charge_usd", "carbon_t", "water_m3", "max_ramp_up_mw_per_s",
        "max_ramp_down_mw_per_s", "curtailed_mwh", "limit_violations",
        "fuel_m3", "fuel_cost_usd", "generator_carbon_t", "generator_h", "generator_low_load_h", "generator_starts", "ups_battery_h",
        "least_battery_charge_frac", "breaker_trips", "transfers"}},
      {"limits",
       {"units", "crossings", "units_above", "above_rating_h", "least_headroom_frac", "least_headroom_unit", "stranded_ups_mw"}},
      {"money",
       {"capex_usd", "opex_usd_per_year", "usd_per_accelerator_h", "usd_per_mtoken", "npv_usd", "irr_frac",
        "min_dscr"}},
      {"ledger",
       {"energy_residual_frac", "heat_residual_frac", "water_residual_frac", "money_residual_frac", "jobs_residual"},
       true},
  };
}

// In the order of LossCause, after the total; a key here is a key of every block.
constexpr const char* kLostTo[] = {"total", "thermal", "cap", "fault", "rollback", "restart", "checkpoint", "queue", "curtailment", "spread", "staging"};

// Ideal minus these = actual; in the order of GoodputLoss.
constexpr const char* kGoodput[] = {"ideal", "queue", "detection", "node_wait", "restart", "staging", "maintenance", "rollback", "checkpoint", "bubble",
                                    "exposed_communication", "spread", "straggler", "data_stall", "thermal", "cap", "curtailment", "actual"};

Json empty_block(bool whole) {
  Json block = Json::object();
  for (const Section& section : sections()) {
    if (section.only_whole && !whole) continue;
    Json& keys = block[section.name] = Json::object();
    for (const char* key : section.keys) keys[key] = nullptr;
  }
  block["plant"]["units"] = Json::object();
  Json& lost = block["reliability"]["lost_accelerator_h"] = Json::object();
  for (const char* cause : kLostTo) lost[cause] = nullptr;
  Json& goodput = block["reliability"]["goodput_accelerator_h"] = Json::object();
  for (const char* part : kGoodput) goodput[part] = nullptr;
  return block;
}

// The first name of a dotted path and the rest of it.
std::pair<std::string, std::string_view> split(std::string_view path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return {std::string(path), {}};
  return {std::string(path.substr(0, dot)), path.substr(dot + 1)};
}

}  // namespace

Summary::Summary() : json_(empty_block(true)) {
  json_["sites"] = Json::object();
  json_["clusters"] = Json::object();
  json_["services"] = Json::object();
  json_["notes"] = Json::array();
}

void Summary::note(const std::string& text) { json_["notes"].push_back(text); }

std::vector<std::string> Summary::notes() const {
  std::vector<std::string> out;
  if (json_.contains("notes")) {
    for (const Json& note : json_["notes"]) out.push_back(note.get<std::string>());
  }
  return out;
}

Summary::Block Summary::site(const std::string& name) {
  Json& sites = json_["sites"];
  if (!sites.contains(name)) sites[name] = empty_block(false);
  return Block(sites[name]);
}

Summary::Block Summary::cluster(const std::string& name) {
  Json& clusters = json_["clusters"];
  if (!clusters.contains(name)) clusters[name] = empty_block(false);
  return Block(clusters[name]);
}

Summary::Block Summary::service(const std::string& name) {
  Json& services = json_["services"];
  if (!services.contains(name)) {
    Json& keys = services[name] = Json::object();
    for (const char* key : kServiceKeys) keys[key] = nullptr;
  }
  return Block(services[name]);
}

void Summary::Block::put(std::string_view path, const Json& value) {
  Json* place = &sections_;
  std::string_view rest = path;
  while (true) {
    auto [name, tail] = split(rest);
    if (tail.empty()) {
      const bool unset = value.is_number_float() && !std::isfinite(value.get<double>());
      (*place)[name] = unset ? Json(nullptr) : value;
      return;
    }
    // A mistyped section would print a number where nobody looks for it.
    AIF_CHECK(place->contains(name) && (*place)[name].is_object(), fmt::format("summary has no section for {}", path));
    place = &(*place)[name];
    rest = tail;
  }
}

const Json* Summary::find(std::string_view path) const {
  const Json* place = &json_;
  while (!path.empty()) {
    auto [name, tail] = split(path);
    if (!place->is_object() || !place->contains(name)) return nullptr;
    place = &place->at(name);
    path = tail;
  }
  return place;
}

std::optional<double> Summary::number(std::string_view path) const {
  const Json* value = find(path);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->get<double>();
}

bool Summary::has(std::string_view path) const {
  const Json* value = find(path);
  return value != nullptr && (value->is_number() || value->is_null());
}

std::string Summary::text() const {
  return json_.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Summary Summary::parse(const std::string& text, const std::string& file) {
  Summary summary;
  summary.json_ = Json::parse(text, nullptr, false);
  if (!summary.json_.is_object()) throw InputError(fmt::format("{}: is not the summary of a run", file));
  return summary;
}

}  // namespace aifactory
