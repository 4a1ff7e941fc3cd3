#include "sim/report/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/report/csv_stream.h"

namespace aifactory {
namespace {

constexpr std::size_t kMostOpen = 12;

/// The last row at or before `time_s`; the first one when there is none before.
void read_row(const RunFolder& run, double time_s, Explanation& out) {
  if (!run.has("series.csv")) return;
  CsvStream table(run.file("series.csv"));
  const std::size_t time = table.column("time_s");
  bool first = true;
  while (table.next()) {
    const double at = table.number(time);
    if (!first && at > time_s) break;
    first = false;
    out.recorded_at_s = at;
    out.recorded.clear();
    for (std::size_t c = 0; c < table.header().size(); ++c) {
      const double value = c == time ? NAN : table.number(c);
      if (!std::isnan(value)) out.recorded.emplace_back(table.header()[c], value);
    }
  }
}

double recorded(const Explanation& of, const std::string& column) {
  for (const auto& [name, value] : of.recorded) {
    if (name == column) return value;
  }
  return NAN;
}

ExplainedLink link_of(const History& history, std::int64_t index) {
  const LoggedEvent& event = history.events()[static_cast<std::size_t>(index)];
  return {event.time_s, event.kind, event.unit, event.what, event.value, history.cause_text(event.cause)};
}

std::vector<ExplainedLink> chain_of(const History& history, std::int64_t index) {
  std::vector<ExplainedLink> links;
  for (const std::int64_t event : history.chain(index)) links.push_back(link_of(history, event));
  return links;
}

/// Racks of one cluster that are out, or throttled; by the event that came last among them.
void add_racks(const History& history, const RackStates& racks, const std::vector<std::int64_t>& states, bool out, std::vector<Constraint>& into) {
  std::int64_t count = 0, latest = -1;
  for (std::size_t r = 0; r < states.size(); ++r) {
    if (states[r] < 0 || (!out && racks.out[r] >= 0)) continue;
    ++count;
    latest = std::max(latest, states[r]);
  }
  if (count == 0) return;
  const double each = racks.accelerators_per_rack * (out ? 1.0 : 1.0 - racks.throttle_speed);
  const LoggedEvent& event = history.events()[static_cast<std::size_t>(latest)];
  into.push_back({.kind = out ? "out" : "throttle",
                  .text = fmt::format("{} {} of cluster {} (site {}) {}: {}", count, count == 1 ? "rack" : "racks", racks.cluster, racks.site,
                                      out ? (count == 1 ? "is out of service" : "are out of service")
                                          : fmt::format("{} at {:g} of full speed", count == 1 ? "runs" : "run", racks.throttle_speed),
                                      history.cause_text(event.cause)),
                  .accelerators_held = each * static_cast<double>(count),
                  .chain = chain_of(history, latest)});
}

struct Waiting {
  std::int64_t jobs = 0;
  double accelerators = 0.0, least = INFINITY;
};

Waiting waiting_at(const RunFolder& run, double time_s) {
  Waiting waiting;
  if (!run.has("jobs.csv")) return waiting;
  CsvStream table(run.file("jobs.csv"));
  const auto submit = table.find("submission_time"), start = table.find("starting_time"), state = table.find("final_state"),
             asked = table.find("accelerators_asked"), nodes = table.find("requested_number_of_resources");
  while (table.next()) {
    if (!(table.number(submit) <= time_s) || table.cell(state) == "REJECTED") continue;
    const double began = table.number(start);
    if (began <= time_s) continue;  // an empty cell is NaN: never started
    ++waiting.jobs;
    const double size = std::isnan(table.number(asked)) ? table.number(nodes) : table.number(asked);
    waiting.accelerators += size;
    waiting.least = std::min(waiting.least, size);
  }
  return waiting;
}

}  // namespace

Explanation explain(const RunFolder& run, const History& history, double time_s) {
  Explanation out{.time_s = time_s};
  read_row(run, time_s, out);
  const History::State state = history.state_at(time_s);
  for (const auto& [unit, racks] : state.racks) {
    add_racks(history, racks, racks.out, true, out.constraints);
    add_racks(history, racks, racks.throttled, false, out.constraints);
  }
  double installed = 0.0, busy = 0.0;
  std::map<std::string, double> busy_at;
  for (const auto& [name, cluster] : history.facts().at("clusters").items()) {
    const double all = number_at(cluster, "accelerators").value_or(0.0), held = recorded(out, name + ".busy_accelerators");
    installed += all;
    if (!std::isnan(held)) {
      busy += held;
      busy_at[cluster.at("site").get<std::string>()] += held;
    }
  }
  for (const auto& [site, index] : state.cap) {
    const LoggedEvent& event = history.events()[static_cast<std::size_t>(index)];
    out.constraints.push_back({.kind = "cap",
                               .text = fmt::format("site {} runs at {:.4g} of full speed: {}", site, event.value, event.cause),
                               .accelerators_held = busy_at[site] * (1.0 - event.value),
                               .chain = chain_of(history, index)});
  }
  std::stable_sort(out.constraints.begin(), out.constraints.end(),
                   [](const Constraint& a, const Constraint& b) { return a.accelerators_held > b.accelerators_held; });
  const Waiting waiting = waiting_at(run, time_s);
  const double free = std::max(0.0, installed - busy);
  if (waiting.jobs > 0) {
    const bool short_of = free < waiting.least;
    out.constraints.push_back(
        {.kind = short_of ? "accelerators" : "placement",
         .text = short_of ? fmt::format("{} jobs wait for {:g} accelerators, {:g} of {:g} are free and the smallest asks for {:g}", waiting.jobs,
                                        waiting.accelerators, free, installed, waiting.least)
                          : fmt::format("{} jobs wait for {:g} accelerators although {:g} of {:g} are free: the policy keeps them (a reservation, an order, "
                                        "racks that are out, or no cluster that fits)", waiting.jobs, waiting.accelerators, free, installed),
         .accelerators_held = waiting.accelerators,
         .chain = {}});
  } else if (const double queued = recorded(out, "queued_jobs"); queued > 0.0) {
    out.constraints.push_back({.kind = "placement",
                               .text = fmt::format("{:g} jobs that were interrupted wait to start again; {:g} of {:g} accelerators are free", queued, free, installed),
                               .accelerators_held = 0.0,
                               .chain = {}});
  } else if (out.constraints.empty()) {
    out.constraints.push_back({.kind = "demand",
                               .text = installed > 0.0 ? fmt::format("nothing: no job waits, {:g} of {:g} accelerators are free", free, installed)
                                                       : std::string("nothing: no job waits"),
                               .accelerators_held = free,
                               .chain = {}});
  }
  for (const std::int64_t index : state.open) {
    if (out.open.size() < kMostOpen) {
      out.open.push_back(link_of(history, index));
    } else {
      ++out.open_left_out;
    }
  }
  return out;
}

std::vector<Loss> losses(const RunFolder& run, const History& history, double from_s, double to_s) {
  std::vector<Loss> lines;
  const History::Held held = history.held_back(from_s, to_s);
  if (held.out_h > 0.0) lines.push_back({"racks out of service", held.out_h, "events: their full size from trip or outage to recovery"});
  if (held.throttled_h > 0.0) lines.push_back({"racks throttled for heat", held.throttled_h, "events: (1 - throttle speed) of their full size"});
  // Caps: the speed from the log, what jobs held from the recorded rows.
  if (run.has("series.csv")) {
    CsvStream table(run.file("series.csv"));
    const std::size_t time = table.column("time_s");
    std::vector<std::pair<std::size_t, std::size_t>> pairs;  // speed of a site, accelerators held by one of its clusters
    for (const auto& [name, cluster] : history.facts().at("clusters").items()) {
      const auto speed = table.find(cluster.at("site").get<std::string>() + ".speed_frac"), busy = table.find(name + ".busy_accelerators");
      if (speed && busy) pairs.emplace_back(*speed, *busy);
    }
    double cap_h = 0.0, last = NAN, rate = 0.0;
    const auto close = [&](double until) {
      const double from = std::max(last, from_s), to = std::min(until, to_s);
      if (to > from) cap_h += rate * (to - from) / 3600.0;
    };
    while (table.next()) {
      const double at = table.number(time);
      if (!std::isnan(last)) close(at);
      last = at;
      rate = 0.0;
      for (const auto& [speed, busy] : pairs) {
        const double slow = 1.0 - table.number(speed), count = table.number(busy);
        if (slow > 0.0 && count > 0.0) rate += slow * count;
      }
    }
    if (!std::isnan(last)) close(history.end_s());
    if (cap_h > 0.0) lines.push_back({"jobs slowed by a power cap", cap_h, "series: (1 - speed) of the accelerators held, row by row"});
  }
  if (run.has("jobs.csv")) {
    CsvStream table(run.file("jobs.csv"));
    const auto submit = table.find("submission_time"), start = table.find("starting_time"), size = table.find("accelerators"), asked = table.find("accelerators_asked"),
               state = table.find("final_state");
    double queue_h = 0.0;
    while (table.next()) {
      if (table.cell(state) == "REJECTED") continue;
      const double begun = table.number(start), until = std::isnan(begun) ? history.end_s() : begun;
      const double from = std::max(table.number(submit), from_s), to = std::min(until, to_s);
      double accelerators = table.number(size);
      if (std::isnan(accelerators)) accelerators = table.number(asked);
      if (to > from && accelerators > 0.0) queue_h += accelerators * (to - from) / 3600.0;
    }
    if (queue_h > 0.0) lines.push_back({"jobs in the queue before their first start", queue_h, "jobs: what they ask for while they wait; no loss of hardware"});
  }
  return lines;
}

nlohmann::ordered_json to_json(const Explanation& explanation) {
  using Json = nlohmann::ordered_json;
  const auto number = [](double value) { return std::isnan(value) ? Json() : Json(value); };
  const auto links = [&](const std::vector<ExplainedLink>& chain) {
    Json list = Json::array();
    for (const ExplainedLink& link : chain) {
      list.push_back({{"time_s", link.time_s}, {"kind", link.kind}, {"unit", link.unit}, {"what", link.what}, {"value", number(link.value)}, {"cause", link.cause}});
    }
    return list;
  };
  Json json{{"time_s", explanation.time_s}, {"constraints", Json::array()}, {"open", links(explanation.open)}, {"recorded_at_s", explanation.recorded_at_s}};
  for (const Constraint& constraint : explanation.constraints) {
    json["constraints"].push_back({{"kind", constraint.kind}, {"text", constraint.text}, {"accelerators_held", number(constraint.accelerators_held)},
                                   {"chain", links(constraint.chain)}});
  }
  json["recorded"] = Json::object();
  for (const auto& [name, value] : explanation.recorded) json["recorded"][name] = number(value);
  return json;
}

}  // namespace aifactory
