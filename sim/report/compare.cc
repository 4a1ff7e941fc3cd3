#include "sim/report/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "models/error.h"
#include "models/suggest.h"
#include "sim/report/run_folder.h"
#include "sim/results/text.h"
#include "sim/scenario/document.h"

namespace aifactory {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// What people look at first.
constexpr const char* kUsual[] = {"energy.facility_mwh", "energy.it_mwh", "energy.peak_facility_mw", "kpi.pue", "kpi.wue_l_per_kwh", "kpi.cue_kg_per_kwh",
                                  "kpi.utilization_frac", "kpi.goodput_frac", "kpi.ettr_frac", "kpi.tokens_trained", "kpi.tokens_served", "jobs.completed",
                                  "jobs.mean_wait_s", "jobs.p95_wait_s", "jobs.mean_bounded_slowdown", "jobs.makespan_s", "thermal.max_chip_c",
                                  "thermal.max_coolant_supply_c", "thermal.throttled_accelerator_h", "reliability.failures", "reliability.interruptions",
                                  "reliability.lost_accelerator_h.total", "limits.least_headroom_frac", "grid.energy_cost_usd", "grid.demand_charge_usd",
                                  "grid.carbon_t", "grid.water_m3", "grid.limit_violations", "money.usd_per_accelerator_h", "money.usd_per_mtoken"};

void flatten(const Doc& doc, const std::string& path, std::vector<std::pair<std::string, std::string>>& out) {
  if (path == "seed") return;
  switch (doc.kind) {
    case Doc::Kind::map:
      for (const Doc::Entry& entry : doc.entries) flatten(entry.value, path.empty() ? entry.key : path + "." + entry.key, out);
      return;
    case Doc::Kind::list:
      for (std::size_t i = 0; i < doc.items.size(); ++i) flatten(doc.items[i], fmt::format("{}[{}]", path, i), out);
      return;
    default: out.emplace_back(path, doc.scalar);
  }
}

void add_run(const std::string& path, ComparedGroup& group) {
  const RunFolder run(path);
  ComparedRun one{.path = path, .summary = run.summary()};
  if (run.manifest().contains("seed") && run.manifest()["seed"].is_number()) one.seed = run.manifest()["seed"].get<std::uint64_t>();
  if (run.manifest().contains("machine")) one.machine = machine_from(run.manifest()["machine"]);
  const std::string status = run.manifest().value("status", std::string("unknown"));
  if (status != "complete") group.notes.push_back(fmt::format("{} is {}: its totals are over less time", path, status));
  if (group.runs.empty() && run.has("scenario.resolved.yaml")) flatten(load_document(run.file("scenario.resolved.yaml")).root, "", group.inputs);
  group.runs.push_back(std::move(one));
}

std::vector<std::pair<std::uint64_t, double>> values_of(const ComparedGroup& group, const std::string& key) {
  std::vector<std::pair<std::uint64_t, double>> values;
  for (const ComparedRun& run : group.runs) {
    if (const auto value = number_at(run.summary, key)) values.emplace_back(run.seed, *value);
  }
  return values;
}

std::vector<double> numbers(const std::vector<std::pair<std::uint64_t, double>>& values) {
  std::vector<double> out;
  for (const auto& [seed, value] : values) out.push_back(value);
  return out;
}

/// t_{0.975} of whole degrees of freedom, the lower of a fraction: the wider interval.
double t_of(double degrees) { return student_t_975(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(degrees)))); }

Json or_null(double value) { return std::isfinite(value) ? Json(value) : Json(); }

}  // namespace

ComparedGroup read_group(const std::string& path) {
  ComparedGroup group{.name = path, .runs = {}, .inputs = {}, .notes = {}};
  while (group.name.size() > 1 && group.name.ends_with('/')) group.name.pop_back();
  std::error_code ignored;
  if (fs::exists(fs::path(path) / "summary.json", ignored) || !fs::is_directory(path, ignored)) {
    add_run(path, group);
    return group;
  }
  std::vector<std::string> below;
  for (const auto& entry : fs::directory_iterator(path, ignored)) {
    if (entry.is_directory() && fs::exists(entry.path() / "summary.json", ignored)) below.push_back(entry.path().string());
  }
  if (below.empty()) {
    throw InputError(fmt::format("{}: is neither the results of a run (no summary.json in it) nor a folder of such; name directories that "
                                 "`aifactory run` has written", path));
  }
  std::sort(below.begin(), below.end());
  for (const std::string& run : below) add_run(run, group);
  return group;
}

ComparedCell compare_values(const std::vector<std::pair<std::uint64_t, double>>& base, const std::vector<std::pair<std::uint64_t, double>>& values) {
  const ReplicaStatistic of_base = replica_statistic("", numbers(base)), of_values = replica_statistic("", numbers(values));
  ComparedCell cell{.count = of_values.count, .mean = of_values.mean, .half = of_values.half};
  if (base.empty() || values.empty()) return cell;
  cell.difference = of_values.mean - of_base.mean;
  std::map<std::uint64_t, double> by_seed;
  bool once = true;  // a seed that comes twice pairs with nothing
  for (const auto& [seed, value] : base) once = by_seed.emplace(seed, value).second && once;
  std::map<std::uint64_t, double> differences;
  for (const auto& [seed, value] : values) {
    const auto partner = by_seed.find(seed);
    if (partner != by_seed.end()) once = differences.emplace(seed, value - partner->second).second && once;
  }
  if (once && differences.size() >= 2) {
    std::vector<double> paired;
    for (const auto& [seed, difference] : differences) paired.push_back(difference);
    const ReplicaStatistic statistic = replica_statistic("", paired);
    cell.difference = statistic.mean;
    cell.difference_half = statistic.half;
    cell.pairs = statistic.count;
  } else if (base.size() >= 2 && values.size() >= 2) {
    const auto n1 = static_cast<double>(base.size()), n2 = static_cast<double>(values.size());
    const double v1 = of_base.sd * of_base.sd / n1, v2 = of_values.sd * of_values.sd / n2, v = v1 + v2;
    cell.difference_half = v > 0.0 ? t_of(v * v / (v1 * v1 / (n1 - 1.0) + v2 * v2 / (n2 - 1.0))) * std::sqrt(v) : 0.0;
  }
  return cell;
}

std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& values, const std::vector<Aim>& aims) {
  std::vector<std::size_t> front;
  const auto known = [&](std::size_t g) { return std::none_of(values[g].begin(), values[g].end(), [](double v) { return std::isnan(v); }); };
  const auto dominates = [&](std::size_t a, std::size_t b) {
    bool better = false;
    for (std::size_t i = 0; i < aims.size(); ++i) {
      const double gain = (values[a][i] - values[b][i]) * (aims[i].large ? 1.0 : -1.0);
      if (gain < 0.0) return false;
      better = better || gain > 0.0;
    }
    return better;
  };
  for (std::size_t g = 0; g < values.size(); ++g) {
    bool beaten = !known(g);
    for (std::size_t other = 0; other < values.size() && !beaten; ++other) beaten = known(other) && dominates(other, g);
    if (!beaten) front.push_back(g);
  }
  return front;
}

Comparison compare(std::vector<ComparedGroup> groups, std::vector<std::string> keys, bool all, std::vector<Aim> aims) {
  Comparison out{.groups = std::move(groups), .metrics = {}, .aims = std::move(aims), .front = {}, .changes = {}, .warning = {}};
  std::vector<std::string> known;
  std::vector<Machine> machines;
  for (const ComparedGroup& group : out.groups) {
    for (const ComparedRun& run : group.runs) {
      add_number_paths(run.summary, known);
      machines.push_back(run.machine);
    }
  }
  out.warning = machine_warning(std::move(machines));
  const auto defined = [&](const std::string& key) {
    return std::any_of(out.groups.begin(), out.groups.end(), [&](const ComparedGroup& group) { return !values_of(group, key).empty(); });
  };
  const bool chosen = !keys.empty();
  if (all) {
    keys = known;
  } else if (!chosen) {
    keys.assign(std::begin(kUsual), std::end(kUsual));
  }
  for (const Aim& aim : out.aims) {
    if (std::find(keys.begin(), keys.end(), aim.key) == keys.end()) keys.push_back(aim.key);
  }
  for (const std::string& key : keys) {
    if (!defined(key)) {
      const bool asked = chosen || std::any_of(out.aims.begin(), out.aims.end(), [&](const Aim& aim) { return aim.key == key; });
      if (asked) throw InputError(fmt::format("{}: no run has this number in its summary.json, or it is null in all of them{}", key, did_you_mean(key, known)));
      continue;
    }
    ComparedMetric metric{.key = key, .cells = {}};
    const auto base = values_of(out.groups.front(), key);
    for (const ComparedGroup& group : out.groups) metric.cells.push_back(compare_values(base, values_of(group, key)));
    metric.cells.front().difference = metric.cells.front().difference_half = kUnset;
    metric.cells.front().pairs = 0;
    out.metrics.push_back(std::move(metric));
  }
  if (!out.aims.empty()) {
    std::vector<std::vector<double>> values(out.groups.size());
    for (std::size_t g = 0; g < out.groups.size(); ++g) {
      for (const Aim& aim : out.aims) {
        const auto metric = std::find_if(out.metrics.begin(), out.metrics.end(), [&](const ComparedMetric& one) { return one.key == aim.key; });
        values[g].push_back(metric->cells[g].mean);
      }
    }
    out.front = pareto_front(values, out.aims);
  }
  std::vector<std::string> paths;
  std::vector<std::map<std::string, std::string>> inputs(out.groups.size());
  for (std::size_t g = 0; g < out.groups.size(); ++g) {
    for (const auto& [path, value] : out.groups[g].inputs) {
      if (std::none_of(inputs.begin(), inputs.end(), [&](const auto& other) { return other.contains(path); })) paths.push_back(path);
      inputs[g].emplace(path, value);
    }
  }
  for (const std::string& path : paths) {
    Comparison::Change change{.path = path, .values = {}};
    for (const auto& of_group : inputs) {
      const auto found = of_group.find(path);
      change.values.push_back(found == of_group.end() ? std::nullopt : std::optional(found->second));
    }
    const bool differs = std::any_of(change.values.begin(), change.values.end(), [&](const auto& v) { return v != change.values.front(); });
    if (differs) out.changes.push_back(std::move(change));
  }
  return out;
}

nlohmann::ordered_json to_json(const Comparison& of) {
  Json json{{"groups", Json::array()}, {"metrics", Json::array()}, {"inputs", Json::array()}};
  for (const ComparedGroup& group : of.groups) {
    Json seeds = Json::array();
    for (const ComparedRun& run : group.runs) seeds.push_back(run.seed);
    json["groups"].push_back({{"name", group.name}, {"runs", group.runs.size()}, {"seeds", seeds}, {"notes", group.notes}});
  }
  for (const ComparedMetric& metric : of.metrics) {
    Json cells = Json::array();
    for (const ComparedCell& cell : metric.cells) {
      cells.push_back({{"n", cell.count}, {"mean", or_null(cell.mean)}, {"half_95", or_null(cell.half)}, {"difference", or_null(cell.difference)},
                       {"difference_half_95", or_null(cell.difference_half)}, {"pairs", cell.pairs}});
    }
    json["metrics"].push_back({{"key", metric.key}, {"cells", cells}});
  }
  for (const Comparison::Change& change : of.changes) {
    Json values = Json::array();
    for (const auto& value : change.values) values.push_back(value ? Json(*value) : Json());
    json["inputs"].push_back({{"path", change.path}, {"values", values}});
  }
  if (!of.aims.empty()) {
    Json aims = Json::array(), front = Json::array();
    for (const Aim& aim : of.aims) aims.push_back({{"key", aim.key}, {"aim", aim.large ? "max" : "min"}});
    for (const std::size_t group : of.front) front.push_back(of.groups[group].name);
    json["pareto"] = {{"aims", aims}, {"front", front}};
  }
  if (!of.warning.empty()) json["warning"] = of.warning;
  return json;
}

std::string to_csv(const Comparison& of) {
  std::string text = "key,group,runs,mean,half_95,difference,difference_half_95,difference_frac,pairs\n";
  for (const ComparedMetric& metric : of.metrics) {
    for (std::size_t g = 0; g < metric.cells.size(); ++g) {
      const ComparedCell& cell = metric.cells[g];
      append_cell(text, metric.key);
      text += ',';
      append_cell(text, of.groups[g].name);
      text += fmt::format(",{},", cell.count);
      const double base = cell.mean - cell.difference;
      const double share = base != 0.0 ? cell.difference / std::fabs(base) : kUnset;
      for (const double value : {cell.mean, cell.half, cell.difference, cell.difference_half, share}) {
        append_number(text, value);
        text += ',';
      }
      text += fmt::format("{}\n", cell.pairs);
    }
  }
  return text;
}

}  // namespace aifactory
