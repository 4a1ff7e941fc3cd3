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
#include "sim/policy_program/batsim_policy.h"
#include "sim/policy_program/plugin_policy.h"
#include "sim/policy_program/program_policy.h"
#include "sim/policy_program/replay_policy.h"
#include "sim/workload/text_file.h"

namespace aifactory {
namespace {

constexpr std::string_view kReplay = "replay:", kProgram = "program:", kPlugin = "plugin:",
                           kBatsim = "batsim:";

constexpr OutsideKind::Option kAnswerOptions[] = {
    {"timeout_s", "60", "0.001..1000000", "seconds of real time within which an answer must come"},
};

constexpr OutsideKind kKinds[] = {
    {kPlugin, "plugin:LIBRARY", "a policy in a shared library; `aifactory policies plugin:LIBRARY` prints its options", {}},
    {kReplay, "replay:FILE", "the decisions of a decisions.csv, or of the results in a directory, once more", {}},
    {kProgram, "program:PATH ARGUMENTS", "a program that is asked by lines of JSON on its standard input", kAnswerOptions, true},
    {kBatsim, "batsim:ENDPOINT", "a scheduler written for Batsim 4, which answers at an endpoint such as tcp://127.0.0.1:28000",
     kAnswerOptions, true},
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

/// The only option of those that are asked by messages.
Channel::Milliseconds timeout_in(std::string_view kind, const scheduling::PolicyChoice& choice) {
  Channel::Milliseconds timeout{60'000};
  for (const auto& [option, value] : choice.options) {
    if (option != "timeout_s") throw InputError(fmt::format("scheduling: {}: unknown option {} (known: timeout_s)", kind, option));
    const double seconds = number_in(value);
    if (!(seconds >= 0.001 && seconds <= 1e6)) {
      throw InputError(fmt::format("scheduling: {}: timeout_s = {} must be a number in 0.001..1000000", kind, value));
    }
    timeout = Channel::Milliseconds(static_cast<std::int64_t>(seconds * 1e3));
  }
  return timeout;
}

/// Queue in the order of submission, lowest free nodes: the rest is the other side's.
scheduling::PolicyParts plain_parts(const scheduling::PolicyChoice& choice) {
  scheduling::PolicyParts parts;
  parts.order = scheduling::find_order("fcfs");
  parts.place = scheduling::find_place("first_fit");
  parts.weights = choice.weights;
  return parts;
}

}  // namespace

std::span<const OutsideKind> known_outside_policies() {
  return kKinds;
}

const OutsideKind* find_outside_policy(std::string_view name) {
  for (const OutsideKind& kind : kKinds) {
    if (name.starts_with(kind.prefix)) return &kind;
  }
  return nullptr;
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
  const auto rest_after = [&](std::string_view prefix) { return std::string(name.substr(prefix.size())); };
  if (name.starts_with(kPlugin)) return std::make_unique<PluginPolicyRun>(PluginLibrary(rest_after(kPlugin)), choice);
  // `replay:` is given in place of the policy that a scenario names: its options have done their work in the log.
  if (name.starts_with(kReplay)) return std::make_unique<ReplayPolicy>(rest_after(kReplay), choice, jobs, pools);
  if (name.starts_with(kProgram)) {
    const ProgramPolicy::Params params{.command = command_of(rest_after(kProgram)), .timeout = timeout_in("program", choice)};
    return std::make_unique<ProgramPolicy>(plain_parts(choice), params, jobs, pools);
  }
  if (name.starts_with(kBatsim)) {
    const BatsimPolicy::Params params{.endpoint = rest_after(kBatsim), .timeout = timeout_in("batsim", choice)};
    return std::make_unique<BatsimPolicy>(plain_parts(choice), params, jobs, pools);
  }
  return scheduling::make_policy(choice);
}

}  // namespace aifactory
