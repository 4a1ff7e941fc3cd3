#include "sim/report/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "sim/report/csv_stream.h"
#include "sim/report/scenario_facts.h"

namespace aifactory {
namespace {

/// Kinds that end a state, with the kinds of state that they may end.
constexpr std::pair<const char*, const char*> kEnds[] = {{"repair", "failure"},       {"repair", "leak"},       {"restore", "degrade"},
                                                         {"maintained", "maintenance"}, {"undrain", "drain"}, {"breaker_close", "breaker_trip"},
                                                         {"sag_over", "sag"},          {"limit left", "limit crossed"},
                                                         {"start", "failure"}};

bool begins(const std::string& kind) {
  for (const auto& [end, begin] : kEnds) {
    if (kind == begin) return true;
  }
  return false;
}

/// The same unit, a part of it, or what it is part of.
bool related(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b == a || (b.starts_with(a) && b[a.size()] == '.');
}

void split_into(std::string_view text, std::vector<std::string>& units) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    units.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string site_of(const std::string& unit) { return unit.substr(0, unit.find('.')); }

}  // namespace

std::optional<RackRange> rack_range(std::string_view unit) {
  const std::size_t dot = unit.rfind(".rack_");
  if (dot == std::string_view::npos) return std::nullopt;
  RackRange range{.cluster = std::string(unit.substr(0, dot))};
  const char* at = unit.data() + dot + 6;
  const char* const end = unit.data() + unit.size();
  auto parsed = std::from_chars(at, end, range.first);
  if (parsed.ec != std::errc()) return std::nullopt;
  range.last = range.first;
  if (parsed.ptr < end && *parsed.ptr == '-') parsed = std::from_chars(parsed.ptr + 1, end, range.last);
  if (parsed.ec != std::errc() || parsed.ptr != end || range.last < range.first) return std::nullopt;
  return range;
}

History::History(const RunFolder& run) : facts_(scenario_facts(run.file("scenario.resolved.yaml"))), end_s_(run.number("time.simulated_s").value_or(0.0)) {
  CsvStream table(run.file("events.csv"));
  const std::size_t time = table.column("time_s"), kind = table.column("kind"), unit = table.column("unit"), what = table.column("what"),
                    value = table.column("value"), cause = table.column("cause");
  while (table.next()) {
    events_.push_back({table.number(time), std::string(table.cell(kind)), std::string(table.cell(unit)), std::string(table.cell(what)),
                       table.number(value), std::string(table.cell(cause))});
  }
  if (!run.has("limits.csv")) return;
  CsvStream limits(run.file("limits.csv"));
  const std::size_t name = limits.column("unit");
  const auto fed = limits.find("fed_by"), cooled = limits.find("cooled_by");
  while (limits.next()) {
    std::vector<std::string>& units = behind_[std::string(limits.cell(name))];
    split_into(limits.cell(fed), units);
    split_into(limits.cell(cooled), units);
  }
}

History::State History::at_start() const { return {}; }

void History::apply(std::int64_t index, State& state) const {
  const LoggedEvent& event = events_[static_cast<std::size_t>(index)];
  if (event.kind == "cap") {
    const std::string site = site_of(event.unit);
    if (event.value < 1.0) {
      state.cap[site] = index;
    } else {
      state.cap.erase(site);
    }
    return;
  }
  if (const auto range = rack_range(event.unit)) {
    RackStates& racks = state.racks[range->cluster];
    if (racks.cluster.empty()) {
      racks.cluster = range->cluster.substr(range->cluster.rfind('.') + 1);
      racks.site = site_of(range->cluster);
      const auto facts = facts_.at("clusters").find(racks.cluster);
      if (facts != facts_.at("clusters").end()) {
        racks.accelerators_per_rack = number_at(*facts, "accelerators_per_rack").value_or(0.0);
        racks.throttle_speed = number_at(*facts, "throttle_speed").value_or(1.0);
      }
    }
    const auto size = static_cast<std::size_t>(range->last + 1);
    if (racks.out.size() < size) {
      racks.out.resize(size, -1);
      racks.throttled.resize(size, -1);
    }
    for (auto r = static_cast<std::size_t>(range->first); r < size; ++r) {
      if (event.kind == "throttle") racks.throttled[r] = index;
      if (event.kind == "resume") racks.throttled[r] = -1;
      if (event.kind == "trip" || event.kind == "rack_off" || event.kind == "failure") {
        racks.out[r] = index;
        racks.throttled[r] = -1;
      }
      if (event.kind == "recover") racks.out[r] = racks.throttled[r] = -1;
    }
    return;
  }
  if (begins(event.kind)) state.open.push_back(index);
  for (const auto& [end, begin] : kEnds) {
    if (event.kind != end) continue;
    std::erase_if(state.open, [&, begin = std::string_view(begin)](std::int64_t open) {
      const LoggedEvent& other = events_[static_cast<std::size_t>(open)];
      return other.unit == event.unit && other.kind == begin;
    });
  }
}

History::State History::state_at(double time_s) const {
  State state = at_start();
  for (std::size_t i = 0; i < events_.size() && events_[i].time_s <= time_s; ++i) apply(static_cast<std::int64_t>(i), state);
  return state;
}

std::vector<std::string> History::upstream(const LoggedEvent& event) const {
  std::vector<std::string> next;
  if (const auto range = rack_range(event.unit)) {
    // Racks stand in limits.csv by bank, SITE.power.CLUSTER.racks_4-7.
    const std::string start = fmt::format("{}.power.{}.rack", site_of(event.unit), range->cluster.substr(range->cluster.rfind('.') + 1));
    for (const auto& [unit, behind] : behind_) {
      if (!unit.starts_with(start)) continue;
      const auto bank = rack_range(fmt::format("x.rack_{}", unit.substr(unit.rfind('_') + 1)));
      if (bank && bank->first <= range->last && bank->last >= range->first) next.insert(next.end(), behind.begin(), behind.end());
    }
  } else if (const auto found = behind_.find(event.unit); found != behind_.end()) {
    next = found->second;
  }
  std::set<std::string> all;
  while (!next.empty()) {
    const std::string unit = next.back();
    next.pop_back();
    if (!all.insert(unit).second) continue;
    if (const auto found = behind_.find(unit); found != behind_.end()) next.insert(next.end(), found->second.begin(), found->second.end());
  }
  return {all.begin(), all.end()};
}

std::vector<std::int64_t> History::chain(std::int64_t event) const {
  std::vector<std::int64_t> links{event};
  while (true) {
    const std::int64_t at = links.back();
    const LoggedEvent& here = events_[static_cast<std::size_t>(at)];
    if (here.cause.starts_with("events[")) return links;
    // States open just before this event; those of the same instant that stand before it in the log count.
    State state = at_start();
    for (std::int64_t i = 0; i < at; ++i) apply(i, state);
    std::int64_t found = -1;
    for (std::int64_t i = at - 1; i >= 0 && found < 0; --i) {
      const LoggedEvent& other = events_[static_cast<std::size_t>(i)];
      if (other.unit == here.cause && (i != at)) found = i;
    }
    if (found < 0 && (here.kind == "throttle" || here.kind == "trip" || here.kind == "rack_off" || here.kind == "limit crossed" || here.kind == "runaway")) {
      const std::vector<std::string> units = upstream(here);
      for (const std::int64_t open : state.open) {
        const std::string& unit = events_[static_cast<std::size_t>(open)].unit;
        if (std::any_of(units.begin(), units.end(), [&](const std::string& u) { return related(u, unit); })) found = std::max(found, open);
      }
    }
    if (found < 0 && here.kind == "cap") {
      for (std::int64_t i = at - 1; i >= 0 && found < 0; --i) {
        const LoggedEvent& other = events_[static_cast<std::size_t>(i)];
        if (other.kind == "curtailment" && other.unit == here.unit && other.what == "limit_mw") found = i;
      }
    }
    if (found < 0 || found >= at) return links;
    links.push_back(found);
  }
}

std::string History::cause_text(const std::string& cause) const {
  if (!cause.starts_with("events[")) return cause;
  std::size_t number = 0;
  const auto parsed = std::from_chars(cause.data() + 7, cause.data() + cause.size(), number);
  if (parsed.ec != std::errc() || number >= facts_.at("events").size()) return cause;
  return fmt::format("{} of the scenario: {}", cause, facts_.at("events").at(number).get<std::string>());
}

History::Held History::held_back(double from_s, double to_s) const {
  Held held;
  State state = at_start();
  const auto add = [&](double from, double to) {
    from = std::max(from, from_s);
    to = std::min(to, to_s);
    if (to <= from) return;
    for (const auto& [unit, racks] : state.racks) {
      double out = 0.0, slow = 0.0;
      for (std::size_t r = 0; r < racks.out.size(); ++r) {
        if (racks.out[r] >= 0) {
          out += 1.0;
        } else if (racks.throttled[r] >= 0) {
          slow += 1.0 - racks.throttle_speed;
        }
      }
      held.out_h += out * racks.accelerators_per_rack * (to - from) / 3600.0;
      held.throttled_h += slow * racks.accelerators_per_rack * (to - from) / 3600.0;
    }
  };
  double last = 0.0;
  for (std::size_t i = 0; i < events_.size() && events_[i].time_s < to_s; ++i) {
    if (events_[i].time_s > last) add(last, events_[i].time_s);
    last = events_[i].time_s;
    apply(static_cast<std::int64_t>(i), state);
  }
  add(last, to_s);
  return held;
}

}  // namespace aifactory
