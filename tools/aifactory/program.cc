#include "tools/aifactory/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string_view>

#include "models/error.h"
#include "sim/run/prepared.h"

namespace aifactory::tools {
namespace {

std::string scenario_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code code;
  if (!fs::is_directory(path, code)) return path;
  for (const char* name : {"scenario.yaml", "scenario.resolved.yaml"}) {
    const fs::path file = fs::path(path) / name;
    if (fs::is_regular_file(file, code)) return file.string();
  }
  throw InputError(fmt::format("{}: holds no scenario.yaml", path));
}

/// Errors of `--until 5` name that flag, not the `--set` that it stands for; those of `--set duration=5` name what was given.
std::string with_flag_names(std::string text, const std::vector<std::pair<std::string, std::string>>& options) {
  for (const auto& [set, flag] : options) {
    for (std::size_t at = text.find(set); at != std::string::npos; at = text.find(set, at + 1)) {
      text.replace(at, set.size(), flag);
    }
  }
  return text;
}

/// The node that `path` (as in `sites.a.power` or `events[0].fail`) leads to, or the last one on the way that the
/// scenario's files hold; nullptr when not even the first key is theirs.
const Doc* find_node(const Doc& node, std::string_view path) {
  if (path.empty()) return &node;
  if (path.starts_with("[")) {
    std::size_t item = 0;
    const std::size_t close = path.find(']');
    if (close == std::string_view::npos) return &node;
    std::from_chars(path.data() + 1, path.data() + close, item);
    if (item >= node.items.size()) return &node;
    path.remove_prefix(close + 1);
    return find_node(node.items[item], path.substr(path.starts_with(".") ? 1 : 0));
  }
  // A key may itself contain dots: the longest that fits is meant.
  for (std::size_t end = path.size(); end != std::string_view::npos && end > 0;
       end = path.find_last_of(".[", end - 1)) {
    if (const Doc* below = node.find(path.substr(0, end))) {
      path.remove_prefix(end);
      return find_node(*below, path.substr(path.starts_with(".") ? 1 : 0));
    }
    if (end == path.find_first_of(".[")) break;
  }
  return nullptr;
}

/// `sites.a.power: ...` with the place in the scenario's files in front, where it is a path of theirs.
std::string with_place(const Doc& root, const std::string& line) {
  const std::string path = line.substr(0, line.find(": "));
  const Doc* node = &root;
  std::string_view rest = path;
  // As deep as the files go: a default or a whole template may stand for the last keys.
  while (!rest.empty()) {
    const Doc* found = find_node(root, rest);
    if (found && found != &root) {
      node = found;
      break;
    }
    const std::size_t cut = rest.find_last_of(".[");
    rest = cut == std::string_view::npos ? std::string_view() : rest.substr(0, cut);
  }
  if (node == &root || node->place.text().empty()) return line;
  return fmt::format("{}: {}", node->place.text(), line);
}

}  // namespace

CLI::App& Program::verb(const std::string& name, const std::string& summary) {
  CLI::App* added = app.add_subcommand(name, summary);
  added->allow_extras();  // main says what is unknown, and what may have been meant
  verbs.emplace_back(added, nullptr);
  return *added;
}

void ScenarioArguments::add_to(CLI::App& verb) {
  verb.add_option("SCENARIO", path, "scenario file, or a folder that holds scenario.yaml")->required();
  verb.add_option("--set", sets, "set one value of the scenario; may be given several times")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  verb.add_option("--seed", seed, "seed of all random streams")->type_name("N");
  verb.add_option("--until", until, "length of the run in place of the scenario's, e.g. 365d, \"2 h\"")
      ->type_name("DURATION");
  verb.add_option("--policy", policy, "scheduling policy, see `aifactory policies`")->type_name("NAME");
}

ReadScenario read_scenario(const ScenarioArguments& arguments) {
  std::vector<std::string> sets = arguments.sets;
  ReadScenario scenario;
  // Shortcuts after the long form: the last one given wins, and these are the more special ones.
  const auto shortcut = [&](const std::string& value, const std::string& path, const std::string& flag) {
    if (value.empty()) return;
    sets.push_back(path + "=" + yaml_string(value));
    scenario.options.emplace_back(fmt::format("--set {}:", path), flag + ":");
  };
  shortcut(arguments.seed, "seed", "--seed");
  shortcut(arguments.until, "duration", "--until");
  shortcut(arguments.policy, "scheduling.policy", "--policy");
  scenario.file = scenario_file(arguments.path);
  try {
    scenario.document = load_document(scenario.file, sets);
    scenario.config = read_or_throw<ScenarioConfig>(scenario.document, Catalog::standard(), &scenario.notes);
  } catch (const InputError& error) {
    throw InputError(with_flag_names(error.what(), scenario.options));
  }
  return scenario;
}

std::shared_ptr<PreparedRun> prepare_scenario(const ReadScenario& scenario) {
  try {
    return prepare(scenario.config);
  } catch (const InputError& error) {
    std::istringstream lines(error.what());
    std::string text;
    for (std::string line; std::getline(lines, line);) {
      text += (text.empty() ? "" : "\n") + with_place(scenario.document.root, line);
    }
    throw InputError(with_flag_names(text, scenario.options));
  }
}

void tell_warnings(const ReadScenario& scenario, const PreparedRun& run) {
  for (const std::string& warning : run.warnings) {
    fmt::print(stderr, "{}\n", with_flag_names(with_place(scenario.document.root, warning), scenario.options));
  }
}

Table::Table(std::vector<std::string> headings) {
  for (std::string& heading : headings) {
    right_.push_back(heading.starts_with(">"));
    if (right_.back()) heading.erase(0, 1);
  }
  rows_.push_back(std::move(headings));
}

void Table::add(std::vector<std::string> cells) {
  rows_.push_back(std::move(cells));
}

std::string Table::text(const std::string& indent) const {
  std::vector<std::size_t> width(right_.size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line = indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string gap(width[i] - row[i].size(), ' ');
      line += (i == 0 ? "" : "  ") + (right_[i] ? gap + row[i] : row[i] + gap);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string short_number(double value) {
  if (std::isnan(value)) return "-";
  const double size = std::fabs(value);
  if (size == 0.0) return "0";
  if (size < 1e-3 || size >= 1e9) return fmt::format("{:.3e}", value);
  if (size >= 1e4 || (value == std::floor(value) && size < 1e9)) return fmt::format("{:.0f}", value);
  if (size >= 1e2) return fmt::format("{:.1f}", value);
  if (size >= 1.0) return fmt::format("{:.2f}", value);
  return fmt::format("{:.4f}", value);
}

std::string short_power(Power power) {
  const double size = std::fabs(power.si());
  if (!std::isfinite(size)) return "-";
  if (size >= 1e6) return short_number(power.in(MW)) + " MW";
  if (size >= 1e3) return short_number(power.in(kW)) + " kW";
  return short_number(power.si()) + " W";
}

}  // namespace aifactory::tools
