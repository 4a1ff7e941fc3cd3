#include "sim/fmea/outcome.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace aifactory {
namespace {

using Json = nlohmann::json;

/// Words of events.csv that tell of a limit reached; everything else is the failure itself, its end, or news.
constexpr std::array<std::string_view, 12> kLimits{"throttle", "trip", "breaker_trip", "limit", "overload", "runaway", "unsolved",
                                                   "power_brake", "cap", "battery_empty", "limit crossed", "shed"};
constexpr std::string_view kDrop = "rack_off";

bool is_limit(const EventRecord& event) {
  if (event.kind == "limit" && event.what.find("in control") != std::string::npos) return false;  // left again
  if (event.kind == "overload" && event.what.find("at rest") != std::string::npos) return false;
  if ((event.kind == "cap" || event.kind == "power_brake") && !(event.value < 1.0)) return false;
  return std::find(kLimits.begin(), kLimits.end(), event.kind) != kLimits.end();
}

std::string key_of(const EventRecord& event) { return fmt::format("{}|{}", event.kind, event.unit); }

/// Sum over all sites of a column, row by row; the greatest instead for temperatures.
std::vector<double> column_of(const Series& series, std::string_view ending, bool greatest) {
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < series.columns().size(); ++c) {
    if (series.columns()[c].ends_with(ending)) columns.push_back(c);
  }
  std::vector<double> out;
  for (std::size_t row = 0; row < series.times().size(); ++row) {
    double value = greatest ? kUnset : 0.0;
    for (const std::size_t c : columns) value = greatest ? std::fmax(value, series.at(row, c)) : value + series.at(row, c);
    out.push_back(value);
  }
  return out;
}

/// IT power of all sites.  Clusters repeat it: only columns of sites count.
std::vector<double> it_power(const RunResult& result) {
  const Series& series = result.series;
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < series.columns().size(); ++c) {
    const std::string& name = series.columns()[c];
    // A site has both columns, a cluster only the one.
    if (!name.ends_with(".facility_mw")) continue;
    const std::string it = name.substr(0, name.size() - std::string_view(".facility_mw").size()) + ".it_mw";
    const auto found = std::find(series.columns().begin(), series.columns().end(), it);
    if (found != series.columns().end()) columns.push_back(static_cast<std::size_t>(found - series.columns().begin()));
  }
  std::vector<double> out;
  for (std::size_t row = 0; row < series.times().size(); ++row) {
    double sum = 0.0;
    for (const std::size_t c : columns) sum += series.at(row, c);
    out.push_back(sum);
  }
  return out;
}

/// The last row that is not later.
std::size_t row_at(const Series& series, Tick at) {
  const auto after = std::upper_bound(series.times().begin(), series.times().end(), at);
  return after == series.times().begin() ? 0 : static_cast<std::size_t>(after - series.times().begin()) - 1;
}

// NaN is no JSON: null stands for it.
double number(const Json& json, const char* key) { return json.at(key).is_number() ? json.at(key).get<double>() : kUnset; }

}  // namespace

FmeaBase base_of(const RunResult& result, Tick failed) {
  FmeaBase base;
  base.it_mw = it_power(result);
  for (const EventRecord& event : result.events) {
    if (event.at >= failed) base.events.push_back(key_of(event));
  }
  std::sort(base.events.begin(), base.events.end());
  base.interruptions = static_cast<std::int64_t>(result.summary.number("reliability.interruptions").value_or(0.0));
  base.lost_accelerator_h = result.summary.number("reliability.lost_accelerator_h.total").value_or(0.0);
  if (!base.it_mw.empty()) {
    const std::size_t row = row_at(result.series, failed);
    base.it_at_failure_mw = base.it_mw[row];
    base.it_greatest_mw = *std::max_element(base.it_mw.begin() + static_cast<std::ptrdiff_t>(row), base.it_mw.end());
    base.facility_at_failure_mw = column_of(result.series, ".facility_mw", false)[row];
    base.supply_at_failure_c = column_of(result.series, ".coolant_supply_max_c", true)[row];
  }
  return base;
}

FmeaOutcome outcome_of(const RunResult& result, const FmeaBase& base, Tick failed) {
  FmeaOutcome out;
  if (result.status != RunStatus::complete) {
    out.trouble = "interrupted";
    return out;
  }
  out.closed = result.ledger.imbalances().empty();
  const std::vector<double> it = it_power(result), supply = column_of(result.series, ".coolant_supply_max_c", true);
  const auto& times = result.series.times();
  out.lost_mw = out.lost_mwh = 0.0;
  for (std::size_t row = 0; row < it.size() && row < base.it_mw.size(); ++row) {
    if (times[row] < failed) continue;
    const double lost = base.it_mw[row] - it[row];
    out.lost_mw = std::max(out.lost_mw, lost);
    if (row + 1 < it.size()) out.lost_mwh += lost * to_seconds(times[row + 1] - times[row]) / 3600.0;
    out.it_least_mw = std::fmin(out.it_least_mw, it[row]);
    out.supply_greatest_c = std::fmax(out.supply_greatest_c, supply[row]);
  }
  const auto first = [&](double& place, const EventRecord& event) {
    if (std::isnan(place)) place = to_seconds(event.at - failed) / 60.0;
  };
  for (const EventRecord& event : result.events) {
    if (event.at < failed || std::binary_search(base.events.begin(), base.events.end(), key_of(event))) continue;
    if (event.kind == "throttle") first(out.throttle_min, event);
    if (event.kind == "trip") first(out.trip_min, event);
    if (event.kind == kDrop) first(out.drop_min, event);
    if (!out.first_limit.empty() || (event.kind != kDrop && !is_limit(event))) continue;
    out.first_limit = event.kind;
    out.first_limit_unit = event.unit;
    first(out.first_limit_min, event);
  }
  out.jobs_interrupted = static_cast<std::int64_t>(result.summary.number("reliability.interruptions").value_or(0.0)) - base.interruptions;
  out.lost_accelerator_h = result.summary.number("reliability.lost_accelerator_h.total").value_or(0.0) - base.lost_accelerator_h;
  return out;
}

std::string to_text(const FmeaBase& b) {
  return Json{{"it", b.it_mw}, {"events", b.events}, {"interruptions", b.interruptions}, {"lost", b.lost_accelerator_h},
              {"it_greatest", b.it_greatest_mw},
              {"it_at", b.it_at_failure_mw}, {"facility_at", b.facility_at_failure_mw}, {"supply_at", b.supply_at_failure_c}}.dump();
}

FmeaBase parse_base(const std::string& text) {
  const Json json = Json::parse(text);
  return {.it_mw = json.at("it").get<std::vector<double>>(), .events = json.at("events").get<std::vector<std::string>>(),
          .interruptions = json.at("interruptions").get<std::int64_t>(), .lost_accelerator_h = number(json, "lost"),
          .it_greatest_mw = number(json, "it_greatest"), .it_at_failure_mw = number(json, "it_at"), .facility_at_failure_mw = number(json, "facility_at"),
          .supply_at_failure_c = number(json, "supply_at")};
}

std::string to_text(const FmeaOutcome& o) {
  return Json{{"lost_mw", o.lost_mw}, {"lost_mwh", o.lost_mwh}, {"it_least_mw", o.it_least_mw}, {"supply_c", o.supply_greatest_c},
              {"limit", o.first_limit}, {"limit_unit", o.first_limit_unit}, {"limit_min", o.first_limit_min}, {"throttle_min", o.throttle_min},
              {"trip_min", o.trip_min}, {"drop_min", o.drop_min}, {"jobs", o.jobs_interrupted}, {"lost_h", o.lost_accelerator_h},
              {"closed", o.closed}, {"trouble", o.trouble}}.dump();
}

FmeaOutcome parse_outcome(const std::string& text) {
  const Json json = Json::parse(text);
  return {.lost_mw = number(json, "lost_mw"), .lost_mwh = number(json, "lost_mwh"), .it_least_mw = number(json, "it_least_mw"),
          .supply_greatest_c = number(json, "supply_c"), .first_limit = json.at("limit").get<std::string>(),
          .first_limit_unit = json.at("limit_unit").get<std::string>(), .first_limit_min = number(json, "limit_min"),
          .throttle_min = number(json, "throttle_min"), .trip_min = number(json, "trip_min"), .drop_min = number(json, "drop_min"),
          .jobs_interrupted = json.at("jobs").get<std::int64_t>(), .lost_accelerator_h = number(json, "lost_h"),
          .closed = json.at("closed").get<bool>(), .trouble = json.at("trouble").get<std::string>()};
}

}  // namespace aifactory
