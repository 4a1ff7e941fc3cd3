#include "sim/policy_program/outside_policy.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string_view>

#include "models/error.h"
#include "models/scheduling/order.h"
#include "models/scheduling/place.h"
#include "models/scheduling/policies.h"
#include "sim/policy_program/plugin_policy.h"
#include "sim/policy_program/program_policy.h"
#include "sim/policy_program/replay_policy.h"
#include "sim/workload/text_file.h"

namespace aifactory {
namespace {

constexpr std::string_view kReplay = "replay:", kProgram = "program:", kPlugin = "plugin:";

constexpr OutsideKind::Option kAnswerOptions[] = {
    {"timeout_s", "60", "0.001..1000000", "seconds of real time within which an answer must come"},
};

constexpr OutsideKind kKinds[] = {
    {kPlugin, "plugin:LIBRARY", "a policy in a shared library; `aifactory policies plugin:LIBRARY` prints its options", {}},
    {kReplay, "replay:FILE", "the decisions of a decisions.csv, or of the results in a directory, once more", {}},
    {kProgram, "program:PATH ARGUMENTS", "a program that is asked by lines of JSON on its standard input", kAnswerOptions},
};

/// Words between blanks; a part in quotes of either kind keeps its blanks.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool open = false;
  char quote = 0;
  for (const char c : text) {
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      open = false;
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      words.back() += c;
    }
  }
  if (quote != 0) throw InputError(fmt::format("scheduling.policy: program:{}: a quote {} is left open", text, quote));
  return words;
}

bool is_program(const std::filesystem::path& path) {
  std::error_code code;
  return std::filesystem::is_regular_file(path, code) && ::access(path.c_str(), X_OK) == 0;
}

/// As a shell finds it, but a file here comes first.
std::string find_program(const std::string& name) {
  if (is_program(name)) return name.find('/') == std::string::npos ? "./" + name : name;
  std::error_code code;
  if (std::filesystem::exists(name, code)) {
    throw InputError(fmt::format("scheduling.policy: program:{} is not an executable file; make it one with chmod +x, or name its "
                                 "interpreter: program:python3 {}", name, name));
  }
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr && name.find('/') == std::string::npos ? path : "";
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, colon)) / name;
    if (is_program(candidate)) return candidate.string();
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  throw InputError(fmt::format("scheduling.policy: program:{} does not exist", name));
}

/// The command line that follows `program:`, its first word found.
std::vector<std::string> command_of(std::string_view text) {
  std::vector<std::string> command = words_of(text);
  if (command.empty()) throw InputError("scheduling.policy: program: names no program; write program:PATH ARGUMENTS");
  command.front() = find_program(command.front());
  return command;
}

std::unique_ptr<scheduling::Policy> make_program(std::string_view text, const scheduling::PolicyChoice& choice,
                                                 const std::vector<Job>& jobs,
                                                 const std::vector<scheduling::PoolSpec>& pools) {
  ProgramPolicy::Params params{.command = command_of(text)};
  for (const auto& [option, value] : choice.options) {
    if (option != "timeout_s") throw InputError(fmt::format("scheduling: program: unknown option {} (known: timeout_s)", option));
    const double seconds = number_in(value);
    if (!(seconds >= 0.001 && seconds <= 1e6)) {
      throw InputError(fmt::format("scheduling: program: timeout_s = {} must be a number in 0.001..1000000", value));
    }
    params.timeout = LineProcess::Milliseconds(static_cast<std::int64_t>(seconds * 1e3));
  }
  scheduling::PolicyParts parts;
  parts.order = scheduling::find_order("fcfs");
  parts.place = scheduling::find_place("first_fit");
  parts.weights = choice.weights;
  return std::make_unique<ProgramPolicy>(parts, std::move(params), jobs, pools);
}

}  // namespace

std::span<const OutsideKind> known_outside_policies() {
  return kKinds;
}

std::vector<std::string> files_of_policy(const std::string& name) {
  const std::string_view text = name;
  if (text.starts_with(kReplay)) return {ReplayPolicy::log_of(std::string(text.substr(kReplay.size())))};
  if (text.starts_with(kPlugin)) return {std::string(text.substr(kPlugin.size()))};
  if (!text.starts_with(kProgram)) return {};
  std::vector<std::string> files = command_of(text.substr(kProgram.size()));
  std::error_code code;
  std::erase_if(files, [&](const std::string& word) { return !std::filesystem::is_regular_file(word, code); });
  return files;
}

std::unique_ptr<scheduling::Policy> OutsidePolicy::clone() const {
  throw std::logic_error("a policy from outside the program cannot be copied");
}

std::unique_ptr<scheduling::Policy> make_run_policy(const scheduling::PolicyChoice& choice, const std::vector<Job>& jobs,
                                                    const std::vector<scheduling::PoolSpec>& pools) {
  const std::string_view name = choice.name;
  if (name.starts_with(kProgram)) return make_program(name.substr(kProgram.size()), choice, jobs, pools);
  if (name.starts_with(kPlugin)) {
    return std::make_unique<PluginPolicyRun>(PluginLibrary(std::string(name.substr(kPlugin.size()))), choice);
  }
  if (!name.starts_with(kReplay)) return scheduling::make_policy(choice);
  // `replay:` is given in place of the policy that a scenario names: its options have done their work in the log.
  return std::make_unique<ReplayPolicy>(std::string(name.substr(kReplay.size())), choice, jobs, pools);
}

}  // namespace aifactory
