#include "sim/study/study_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/results/replica_statistics.h"
#include "sim/results/summary_numbers.h"
#include "sim/results/text.h"
#include "sim/study/study_database.h"

namespace aifactory {
namespace {
/// The columns that say what a run was.
std::string axis_header(const StudyHead& head) {
  std::string line;
  for (const auto& [name, path] : head.axes) {
    line += ',';
    append_cell(line, name);
  }
  return line;
}

void write_points(const StudyData& data, OutputFile& file) {
  std::string line = "point,variant,seed,status" + axis_header(data.head);
  for (const std::string& key : data.metrics) {
    line += ',';
    append_cell(line, key);
  }
  file.write(line + "\n");
  for (const StudyRow& row : data.rows) {
    line = fmt::format("{},{},{},{}", row.point, row.variant, row.seed, row.trouble.empty() ? "complete" : "failed");
    for (const std::string& label : row.axes) {
      line += ',';
      append_cell(line, label);
    }
    for (std::size_t k = 0; k < data.metrics.size(); ++k) {
      line += ',';
      if (k < row.metrics.size()) append_number(line, row.metrics[k]);
    }
    file.write(line + "\n");
  }
}

/// One line for each variant and number, over its seeds.
void write_statistics(const StudyData& data, OutputFile& file) {
  file.write("variant" + axis_header(data.head) + ",key,n,mean,sd,half_95,min,max\n");
  for (std::size_t start = 0, end = 0; start < data.rows.size(); start = end) {
    while (end < data.rows.size() && data.rows[end].variant == data.rows[start].variant) ++end;
    std::string front = fmt::format("{}", data.rows[start].variant);
    for (const std::string& label : data.rows[start].axes) {
      front += ',';
      append_cell(front, label);
    }
    for (std::size_t k = 0; k < data.metrics.size(); ++k) {
      std::vector<double> values;
      for (std::size_t r = start; r < end; ++r) {
        if (k < data.rows[r].metrics.size() && !std::isnan(data.rows[r].metrics[k])) values.push_back(data.rows[r].metrics[k]);
      }
      if (values.empty()) continue;
      const ReplicaStatistic x = replica_statistic(data.metrics[k], values);
      std::string line = front + ',';
      append_cell(line, x.key);
      line += fmt::format(",{}", x.count);
      for (const double value : {x.mean, x.sd, x.half, x.min, x.max}) {
        line += ',';
        append_number(line, value);
      }
      file.write(line + "\n");
    }
  }
}

void write_failed(const StudyData& data, OutputFile& file) {
  file.write("point,variant,seed" + axis_header(data.head) + ",trouble,log\n");
  for (const StudyRow& row : data.rows) {
    if (row.trouble.empty()) continue;
    std::string line = fmt::format("{},{},{}", row.point, row.variant, row.seed);
    for (const std::string& label : row.axes) {
      line += ',';
      append_cell(line, label);
    }
    for (const std::string& text : {row.trouble, row.log}) {
      line += ',';
      append_cell(line, text);
    }
    file.write(line + "\n");
  }
}

std::string variant_name(const StudyHead& head, const std::vector<std::string>& labels) {
  std::string name;
  for (std::size_t a = 0; a < head.axes.size() && a < labels.size(); ++a) name += fmt::format("{}{}={}", a ? ", " : "", head.axes[a].first, labels[a]);
  return name.empty() ? head.name : name;
}

/// Of numbers of summary.json; NaN where one of them is not there.
double value_of(const Expression& derived, const nlohmann::ordered_json& summary) {
  return derived.number([&summary](const std::string& name) -> std::optional<Expression::Value> {
    if (const auto number = number_at(summary, name)) return *number;
    return std::nullopt;
  });
}

}  // namespace

StudyData read_study_data(const StudyStore& store) {
  StudyData data{.head = store.head(), .metrics = {}, .rows = {}, .machines = {}};
  std::vector<Expression> derived;
  std::map<std::string, std::size_t> index;
  for (const auto& [name, expression] : data.head.metrics) {
    derived.emplace_back(expression);
    index.emplace(name, data.metrics.size());
    data.metrics.push_back(name);
  }
  for (const std::int64_t point : store.stored()) {
    const auto [results, circumstances] = store.lines(point);
    data.machines.insert(Circumstances::parse(circumstances).machine);
    PointRecord record = PointRecord::parse(results, store.folder().string());
    StudyRow row{.point = point, .variant = record.variant, .seed = record.seed, .trouble = std::move(record.trouble), .log = std::move(record.log),
                 .broken = std::move(record.broken), .axes = std::move(record.axes), .metrics = std::vector<double>(data.metrics.size(), kUnset)};
    if (row.trouble.empty()) {
      for (std::size_t d = 0; d < derived.size(); ++d) row.metrics[d] = value_of(derived[d], record.summary);
      for_each_number(record.summary, [&](const std::string& key, double value) {
        const auto [place, fresh] = index.emplace(key, data.metrics.size());
        if (fresh) data.metrics.push_back(key);
        if (row.metrics.size() < data.metrics.size()) row.metrics.resize(data.metrics.size(), kUnset);
        if (place->second >= derived.size()) row.metrics[place->second] = value;
      });
    }
    data.rows.push_back(std::move(row));
  }
  for (StudyRow& row : data.rows) row.metrics.resize(data.metrics.size(), kUnset);
  return data;
}

void write_study_tables(const StudyStore& store, const StudyData& data) {
  store.replace("points.csv", [&](OutputFile& file) { write_points(data, file); });
  store.replace("failed.csv", [&](OutputFile& file) { write_failed(data, file); });
  // With one seed each, all there is stands in points.csv.
  if (data.head.points > data.head.variants) store.replace("statistics.csv", [&](OutputFile& file) { write_statistics(data, file); });
  write_study_database(data, store.folder());
  store.write_head();
}

StudyTable study_table(const StudyData& data) {
  StudyTable table;
  table.name = data.head.name;
  for (const auto& [name, path] : data.head.axes) table.axes.push_back(name);
  table.metrics = data.metrics;
  for (const StudyRow& row : data.rows) {
    table.points.push_back({.name = fmt::format("point {}", row.point), .seed = row.seed, .status = row.trouble.empty() ? "complete" : row.trouble,
                            .axes = row.axes, .metrics = row.metrics});
  }
  return table;
}

std::vector<ComparedGroup> study_groups(const StudyStore& store) {
  std::vector<ComparedGroup> groups;
  std::vector<std::pair<std::string, Expression>> derived;
  for (const auto& [name, expression] : store.head().metrics) derived.emplace_back(name, Expression(expression));
  std::int64_t last = 0;
  for (const std::int64_t point : store.stored()) {
    const auto [results, circumstances] = store.lines(point);
    PointRecord record = PointRecord::parse(results, store.folder().string());
    if (groups.empty() || record.variant != last) {
      ComparedGroup group{.name = variant_name(store.head(), record.axes), .runs = {}, .inputs = {}, .notes = {}};
      for (std::size_t a = 0; a < record.axes.size(); ++a) group.inputs.emplace_back(store.head().axes[a].first, record.axes[a]);
      groups.push_back(std::move(group));
      last = record.variant;
    }
    if (!record.complete()) {
      groups.back().notes.push_back(fmt::format("point {}: {}", point, record.trouble));
      continue;
    }
    // Derived metrics stand beside the numbers of the run, so that --metric finds them.
    std::vector<std::pair<std::string, double>> values;
    for (const auto& [name, expression] : derived) values.emplace_back(name, value_of(expression, record.summary));
    for (const auto& [name, value] : values) {
      if (std::isfinite(value)) record.summary[name] = value;
    }
    groups.back().runs.push_back({.path = fmt::format("{}: point {}", store.folder().string(), point), .seed = record.seed, .summary = std::move(record.summary),
                                  .machine = Circumstances::parse(circumstances).machine});
  }
  std::erase_if(groups, [](const ComparedGroup& group) { return group.runs.empty(); });
  return groups;
}

}  // namespace aifactory
