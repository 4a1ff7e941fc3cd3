#include "sim/study/study_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "models/error.h"

namespace aifactory {
namespace {
namespace fs = std::filesystem;

constexpr double kMostRuns = 1e7;
/// As many as there are primitive polynomials with published direction numbers (S. Joe, F. Y. Kuo, SIAM J. Sci. Comput. 30, 2008; in Boost.Random).
constexpr std::ptrdiff_t kMostSobolAxes = 3667;

std::string study_file(const std::string& path) {
  std::error_code code;
  if (!fs::is_directory(path, code)) return path;
  const fs::path file = fs::path(path) / "study.yaml";
  if (fs::is_regular_file(file, code)) return file.string();
  throw InputError(fmt::format("{}: holds no study.yaml", path));
}

void read_scenario_path(const Doc& root, KeyReader& keys, StudyConfig& study) {
  const std::optional<std::string> given = keys.text("scenario");
  if (!given) {
    if (!root.find("scenario")) keys.error("scenario", "is missing; it must be the path of a scenario, relative to this file");
    return;
  }
  const Doc& doc = *root.find("scenario");
  fs::path path(*given);
  if (path.is_relative() && doc.place.source && !doc.place.source->folder.empty()) path = fs::path(doc.place.source->folder) / path;
  std::error_code code;
  if (fs::is_directory(path, code)) path /= "scenario.yaml";
  path = path.lexically_normal();
  if (!fs::is_regular_file(path, code)) {
    keys.error("scenario", fmt::format("\"{}\" must be the path of a scenario; {} does not exist", *given, path.string()));
    return;
  }
  study.scenario = path.string();
}

void read_seeds(KeyReader& keys, StudyConfig& study, Report& report) {
  const Doc* doc = keys.take("seeds");
  if (!doc) return;
  if (doc->kind != Doc::Kind::list) {
    study.seed_count = static_cast<std::int64_t>(keys.whole("seeds", 1, 1e6).value_or(1));
    return;
  }
  for (const Doc& item : doc->items) {
    const auto number = item.kind == Doc::Kind::scalar ? split_number(item.scalar) : std::nullopt;
    if (!number || !number->unit.empty() || number->number < 0.0 || number->number > 9e15 || number->number != static_cast<double>(static_cast<std::int64_t>(number->number))) {
      report.error(item.place, "seeds", fmt::format("{} must be a whole number >= 0", item.describe()));
      continue;
    }
    const auto seed = static_cast<std::uint64_t>(number->number);
    if (std::find(study.seeds.begin(), study.seeds.end(), seed) != study.seeds.end()) report.error(item.place, "seeds", fmt::format("{} is given twice", seed));
    study.seeds.push_back(seed);
  }
  if (doc->items.empty()) report.error(doc->place, "seeds", "must not be empty");
  study.seed_count = static_cast<std::int64_t>(study.seeds.size());
}

void read_expression(const Doc& doc, const std::string& where, Report& report, const std::function<void(Expression)>& use) {
  if (doc.kind != Doc::Kind::scalar) {
    report.error(doc.place, where, fmt::format("{} must be an expression", doc.describe()));
    return;
  }
  try {
    use(Expression(doc.scalar));
  } catch (const InputError& error) {
    report.error(doc.place, where, error.what());
  }
}

void read_constraints(KeyReader& keys, StudyConfig& study, Report& report) {
  const Doc* doc = keys.take("constraints");
  if (!doc) return;
  std::vector<const Doc*> all{doc};
  if (doc->kind == Doc::Kind::list) {
    all.clear();
    for (const Doc& item : doc->items) all.push_back(&item);
  }
  for (const Doc* item : all) {
    read_expression(*item, "constraints", report, [&](Expression constraint) {
      for (const std::string& name : constraint.names()) {
        std::vector<std::string> axes;
        for (const StudyAxis& axis : study.axes) axes.push_back(axis.name);
        if (std::find(axes.begin(), axes.end(), name) != axes.end()) continue;
        report.error(item->place, "constraints", fmt::format("{} is no axis of this study", name));
      }
      study.constraints.push_back(std::move(constraint));
      study.constraint_places.push_back(item->place);
    });
  }
}

/// Two axes that set one key, or one a part of what the other sets: which of them holds would be chance.
void refuse_shared_paths(const StudyConfig& study, Report& report) {
  const auto inside = [](const std::string& path, const std::string& whole) {
    return path == whole || (path.starts_with(whole) && path.size() > whole.size() && (path[whole.size()] == '.' || path[whole.size()] == '['));
  };
  std::vector<std::pair<const StudyAxis*, std::string>> seen;
  for (const StudyAxis& axis : study.axes) {
    std::vector<std::string> own{axis.path};
    for (const AxisLevel& level : axis.levels) {
      for (const auto& [path, value] : level.settings) own.push_back(path);
    }
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    std::erase(own, "");
    const auto shared = [&]() -> const std::pair<const StudyAxis*, std::string>* {
      for (const auto& other : seen) {
        if (std::any_of(own.begin(), own.end(), [&](const std::string& path) { return inside(path, other.second) || inside(other.second, path); })) return &other;
      }
      return nullptr;
    }();
    if (shared) report.error(axis.place, "axes." + axis.name, fmt::format("sets {}, and so does axis {}: join them as cases of one axis", shared->second, shared->first->name));
    for (std::string& path : own) seen.emplace_back(&axis, std::move(path));
  }
}

void read_sampling(const Doc& root, KeyReader& keys, StudyConfig& study, Report& report) {
  const bool sampled = std::any_of(study.axes.begin(), study.axes.end(), [](const StudyAxis& axis) { return axis.sampled(); });
  const Doc* doc = keys.take("sampling");
  if (!doc) {
    if (sampled && report.ok()) report.error(root.place, "sampling", "is missing; axes with low and high need it, e.g. {method: sobol, points: 64}");
    return;
  }
  if (doc->kind != Doc::Kind::map) {
    report.error(doc->place, "sampling", fmt::format("{} must be a mapping", doc->describe()));
    return;
  }
  if (!sampled && report.ok()) report.error(doc->place, "sampling", "no axis has low and high");
  KeyReader inner(*doc, "sampling", report);
  if (inner.word("method", {"latin_hypercube", "sobol"}).value_or(0) == 1) study.method = SamplingMethod::sobol;
  const auto dimensions = std::count_if(study.axes.begin(), study.axes.end(), [](const StudyAxis& axis) { return axis.sampled(); });
  if (study.method == SamplingMethod::sobol && dimensions > kMostSobolAxes) {
    inner.error("method", fmt::format("sobol goes up to {} axes with low and high, and there are {}; take latin_hypercube", kMostSobolAxes, dimensions));
  }
  study.samples = static_cast<std::int64_t>(inner.whole("points", 1, kMostRuns).value_or(0));
  if (!doc->find("points")) inner.error("points", "is missing; it must be a whole number >= 1");
  study.sampling_seed = static_cast<std::uint64_t>(inner.whole("seed", 0, 9e15).value_or(1));
  inner.refuse_others();
}

}  // namespace

const char* name_of(Keep keep) {
  return keep == Keep::summary ? "summary" : keep == Keep::series ? "series" : "all";
}

StudyConfig read_study(const std::string& path) {
  StudyConfig study;
  study.file = study_file(path);
  const LoadedDocument document = load_document(study.file);
  study.files = document.files;
  const Doc& root = document.root;
  Report report;
  KeyReader keys(root, "", report);
  if (keys.text("format") != "1") keys.error("format", root.find("format") ? "must be 1" : "is missing; it must be 1");
  study.name = keys.text("name").value_or("");
  if (study.name.empty()) keys.error("name", "is missing; it must be a text");
  if (study.name.find('/') != std::string::npos) keys.error("name", "must hold no /");
  read_scenario_path(root, keys, study);
  if (const Doc* set = keys.take("set")) study.set = read_settings(*set, "set", report);
  if (const Doc* axes = keys.take("axes")) {
    study.axes_place = axes->place;
    if (axes->kind != Doc::Kind::map) {
      report.error(axes->place, "axes", fmt::format("{} must be a mapping of names to axes", axes->describe()));
    } else if (axes->entries.empty()) {
      report.error(axes->place, "axes", "must not be empty: name at least one axis, or leave it out");
    } else {
      for (const Doc::Entry& entry : axes->entries) study.axes.push_back(read_axis(entry.key, entry.value, entry.place, report));
    }
  }
  refuse_shared_paths(study, report);
  read_sampling(root, keys, study, report);
  read_constraints(keys, study, report);
  read_seeds(keys, study, report);
  study.common_random_numbers = keys.word("random_numbers", {"common", "independent"}).value_or(0) == 0;
  if (const Doc* metrics = keys.take("metrics")) {
    if (metrics->kind != Doc::Kind::map) report.error(metrics->place, "metrics", fmt::format("{} must be a mapping of names to expressions", metrics->describe()));
    for (const Doc::Entry& entry : metrics->entries) {
      const bool taken = std::any_of(study.axes.begin(), study.axes.end(), [&](const StudyAxis& axis) { return axis.name == entry.key; });
      if (taken) report.error(entry.place, "metrics." + entry.key, "is the name of an axis; tables would have two columns of one name");
      read_expression(entry.value, "metrics." + entry.key, report, [&](Expression metric) { study.metrics.emplace_back(entry.key, std::move(metric)); });
    }
  }
  study.keep = static_cast<Keep>(keys.word("keep", {"summary", "series", "all"}).value_or(0));
  if (const Doc* budget = keys.take("budget")) {
    study.budget_place = budget->place;
    if (budget->kind != Doc::Kind::map) {
      report.error(budget->place, "budget", fmt::format("{} must be a mapping", budget->describe()));
    } else {
      KeyReader inner(*budget, "budget", report);
      study.most_runs = static_cast<std::int64_t>(inner.whole("runs", 1, kMostRuns).value_or(0));
      inner.refuse_others();
    }
  }
  keys.refuse_others();
  report.throw_if_any();
  return study;
}

}  // namespace aifactory
