#include "sim/report/study_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "models/error.h"
#include "sim/report/compare.h"

namespace aifactory {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Beyond this many differing inputs a folder is no study: whole parts of the scenarios differ.
constexpr std::size_t kMostAxes = 24;

void find_runs(const fs::path& folder, std::vector<std::string>& runs) {
  std::error_code ignored;
  if (fs::exists(folder / "summary.json", ignored) && fs::exists(folder / "manifest.json", ignored)) {
    runs.push_back(folder.string());
    return;
  }
  std::vector<fs::path> below;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_directory() && !entry.path().filename().string().starts_with('.')) below.push_back(entry.path());
  }
  std::sort(below.begin(), below.end());
  for (const fs::path& next : below) find_runs(next, runs);
}

}  // namespace

StudyTable table_of_runs(const std::string& folder) {
  std::vector<std::string> runs;
  find_runs(folder, runs);
  if (runs.size() < 2) {
    throw InputError(fmt::format("{}: holds no results of a run, and no two runs below it to set side by side; name a directory that `aifactory run` "
                                 "has written, or a folder of such", folder));
  }
  std::vector<ComparedGroup> groups;
  for (const std::string& run : runs) groups.push_back(read_group(run));
  const Comparison comparison = compare(groups, {}, true, {});
  StudyTable table;
  table.name = fs::path(folder).lexically_normal().filename().string();
  if (table.name.empty() || table.name == ".") table.name = fs::absolute(folder).lexically_normal().parent_path().filename().string();
  for (std::size_t i = 0; i < std::min(kMostAxes, comparison.changes.size()); ++i) table.axes.push_back(comparison.changes[i].path);
  for (const ComparedMetric& metric : comparison.metrics) table.metrics.push_back(metric.key);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    StudyTable::Point point{.name = fs::path(runs[g]).lexically_relative(folder).string(), .seed = groups[g].runs.front().seed, .axes = {}, .metrics = {}};
    if (!groups[g].notes.empty()) point.status = "incomplete";
    for (std::size_t i = 0; i < table.axes.size(); ++i) point.axes.push_back(comparison.changes[i].values[g].value_or(""));
    for (const ComparedMetric& metric : comparison.metrics) point.metrics.push_back(metric.cells[g].mean);
    table.points.push_back(std::move(point));
  }
  return table;
}

Payload study_payload(const StudyTable& table) {
  Payload payload;
  Json& json = payload.json;
  json["name"] = table.name;
  json["axes"] = table.axes;
  json["metrics"] = table.metrics;
  json["points"] = table.points.size();
  json["failed"] = Json::array();
  std::vector<std::pair<std::vector<std::string>, std::vector<const StudyTable::Point*>>> variants;
  std::map<std::vector<std::string>, std::size_t> known;
  for (const StudyTable::Point& point : table.points) {
    AIF_CHECK(point.axes.size() == table.axes.size() && point.metrics.size() == table.metrics.size(), point.name);
    if (point.status != "complete") {
      json["failed"].push_back({point.name, point.status});
      continue;
    }
    const auto [place, fresh] = known.try_emplace(point.axes, variants.size());
    if (fresh) variants.push_back({point.axes, {}});
    variants[place->second].second.push_back(&point);
  }
  json["variants"] = Json::array();
  for (const auto& [axes, points] : variants) {
    Json names = Json::array();
    for (const StudyTable::Point* point : points) names.push_back(point->name);
    json["variants"].push_back({{"axes", axes}, {"points", std::move(names)}});
  }
  json["mean"] = Json::array();
  json["half"] = Json::array();
  for (std::size_t k = 0; k < table.metrics.size(); ++k) {
    std::vector<double> mean, half;
    for (const auto& [axes, points] : variants) {
      std::vector<double> values;
      for (const StudyTable::Point* point : points) {
        if (!std::isnan(point->metrics[k])) values.push_back(point->metrics[k]);
      }
      const ReplicaStatistic statistic = replica_statistic(table.metrics[k], values);
      mean.push_back(statistic.mean);
      half.push_back(statistic.half);
    }
    json["mean"].push_back(payload.doubles(mean));
    json["half"].push_back(payload.doubles(half));
  }
  return payload;
}

std::string study_page(const StudyTable& table, const PageParts& parts) {
  return page_text(table.name + " - aifactory study", "study", study_payload(table), parts);
}

}  // namespace aifactory
