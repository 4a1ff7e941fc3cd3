// aifactory compare RUN RUN...: values, differences, intervals, the best of several aims, and what was changed.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <memory>

#include "models/error.h"
#include "sim/report/compare.h"
#include "sim/study/study_tables.h"
#include "tools/aifactory/program.h"
#include "tools/aifactory/result_verbs.h"

namespace aifactory::tools {
namespace {

struct Options {
  std::vector<std::string> runs, metrics, aims;
  bool all = false, json = false, csv = false;
};

Aim aim_of(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::string which = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (which != "min" && which != "max") {
    throw UsageError(fmt::format("compare: --pareto {} must be KEY:min or KEY:max, e.g. kpi.pue:min", text));
  }
  return {.key = text.substr(0, colon), .large = which == "max"};
}

/// Names without what all of them begin with, up to a slash: results/cold and results/warm become cold and warm.
std::vector<std::string> short_names(const std::vector<ComparedGroup>& groups) {
  std::string common = groups.front().name;
  for (const ComparedGroup& group : groups) {
    while (!group.name.starts_with(common)) common.pop_back();
  }
  const std::size_t slash = common.rfind('/');
  const std::size_t cut = slash == std::string::npos ? 0 : slash + 1;
  std::vector<std::string> names;
  for (const ComparedGroup& group : groups) names.push_back(group.name.substr(cut));
  return names;
}

/// Five digits: differences of a PUE stand in its third decimal.
std::string digits(double value) {
  const double size = std::fabs(value);
  return size >= 1e5 && size < 1e12 ? fmt::format("{:.0f}", value) : fmt::format("{:.5g}", value);
}

std::string with_half(double value, double half, bool sign) {
  if (std::isnan(value)) return "-";
  std::string text = sign && value > 0.0 ? "+" + digits(value) : digits(value);
  if (!std::isnan(half)) text += fmt::format(" ±{:.2g}", half);
  return text;
}

}  // namespace

void print_text(const Comparison& of) {
  const std::vector<std::string> names = short_names(of.groups);
  bool several = false;
  for (std::size_t g = 0; g < of.groups.size(); ++g) {
    const ComparedGroup& group = of.groups[g];
    several = several || group.runs.size() > 1;
    fmt::print("{}: {}{}\n", names[g], group.runs.size() == 1 ? "seed" : "seeds", [&] {
      std::string seeds;
      for (const ComparedRun& run : group.runs) seeds += fmt::format(" {}", run.seed);
      return seeds;
    }());
    for (const std::string& note : group.notes) fmt::print("  {}\n", note);
  }
  std::vector<std::string> headings{"key", ">" + names.front()};
  for (std::size_t g = 1; g < names.size(); ++g) headings.insert(headings.end(), {">" + names[g], ">difference", ">%"});
  Table table(headings);
  for (const ComparedMetric& metric : of.metrics) {
    std::vector<std::string> cells{metric.key, with_half(metric.cells.front().mean, metric.cells.front().half, false)};
    for (std::size_t g = 1; g < metric.cells.size(); ++g) {
      const ComparedCell& cell = metric.cells[g];
      const double base = metric.cells.front().mean;
      // An interval that leaves out zero: more than chance.
      const bool sure = !std::isnan(cell.difference_half) && std::fabs(cell.difference) > cell.difference_half;
      cells.push_back(with_half(cell.mean, cell.half, false));
      cells.push_back(with_half(cell.difference, cell.difference_half, true) + (sure ? " *" : ""));
      cells.push_back(std::isnan(cell.difference) || base == 0.0 ? "-" : fmt::format("{:+.2f}", 100.0 * cell.difference / std::fabs(base)));
    }
    table.add(std::move(cells));
  }
  fmt::print("\n{}", table.text());
  if (several) {
    fmt::print("± 95 % interval over seeds; of a difference by pairs of the same seed where there are two or more, else as of independent samples.\n"
               "* the interval of the difference leaves out zero.\n");
  }
  if (!of.aims.empty()) {
    std::string aims, front;
    for (const Aim& aim : of.aims) aims += fmt::format("{}{} {}", aims.empty() ? "" : ", ", aim.large ? "largest" : "smallest", aim.key);
    for (const std::size_t group : of.front) front += (front.empty() ? "" : ", ") + names[group];
    fmt::print("\nPareto front ({}): {}\n", aims, front.empty() ? "none" : front);
  }
  if (of.groups.size() < 2) return;
  fmt::print("\n{}\n", of.changes.empty() ? "The effective scenarios are the same but for seeds." : "What differs in the effective scenarios:");
  if (of.changes.empty()) return;
  constexpr std::size_t kMost = 40;
  std::vector<std::string> columns{"path"};
  columns.insert(columns.end(), names.begin(), names.end());
  Table changes(columns);
  for (std::size_t i = 0; i < std::min(kMost, of.changes.size()); ++i) {
    std::vector<std::string> cells{of.changes[i].path};
    for (const auto& value : of.changes[i].values) cells.push_back(value ? (value->empty() ? "~" : *value) : "-");
    changes.add(std::move(cells));
  }
  fmt::print("{}", changes.text("  "));
  if (of.changes.size() > kMost) fmt::print("  ... and {} more; --json has all\n", of.changes.size() - kMost);
}

namespace {

int compare_runs(const Options& options) {
  if (options.json && options.csv) throw UsageError("compare: give --json or --csv, not both");
  std::vector<Aim> aims;
  for (const std::string& text : options.aims) aims.push_back(aim_of(text));
  std::vector<ComparedGroup> groups;
  for (const std::string& run : options.runs) {
    std::error_code ignored;
    if (!std::filesystem::exists(std::filesystem::path(run) / "study.json", ignored)) {
      groups.push_back(read_group(run));
      continue;
    }
    for (ComparedGroup& variant : study_groups(StudyStore(run))) groups.push_back(std::move(variant));
  }
  if (groups.empty()) throw InputError("compare: none of the runs of this study is complete");
  const Comparison comparison = compare(std::move(groups), options.metrics, options.all, std::move(aims));
  if (!comparison.warning.empty()) fmt::print(stderr, "{}\n", comparison.warning);
  if (options.json) {
    fmt::print("{}\n", to_json(comparison).dump(2));
  } else if (options.csv) {
    fmt::print("{}", to_csv(comparison));
  } else {
    print_text(comparison);
  }
  return kOk;
}

}  // namespace

void add_compare(Program& program) {
  CLI::App& verb = program.verb("compare", "finished runs side by side: values, differences, intervals, Pareto front, changed inputs");
  const auto options = std::make_shared<Options>();
  verb.add_option("RUN", options->runs, "result directories, folders of runs that differ by seed, or studies (each variant is a column); the first is what others are compared with")->required();
  verb.add_option("--metric", options->metrics, "a number of summary.json, e.g. kpi.pue or sites.a.kpi.pue; may be given several times")
      ->type_name("KEY")
      ->allow_extra_args(false);
  verb.add_flag("--all", options->all, "every number of the whole run");
  verb.add_option("--pareto", options->aims, "an aim, e.g. kpi.pue:min; with two or more, the runs that no other beats in all")
      ->type_name("KEY:min|max")
      ->allow_extra_args(false);
  verb.add_flag("--json", options->json, "JSON in place of text");
  verb.add_flag("--csv", options->csv, "CSV in place of text, one line for each key and run");
  program.runs([options] { return compare_runs(*options); });
}

}  // namespace aifactory::tools
