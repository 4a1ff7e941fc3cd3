// The aifactory program: finds the verb, runs it, turns errors into exit codes.
#include <fmt/format.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>

#include "models/error.h"
#include "models/suggest.h"
#include "sim/results/build_info.h"
#include "tools/aifactory/fork.h"
#include "tools/aifactory/program.h"
#include "tools/aifactory/result_verbs.h"
#include "tools/aifactory/sweep.h"

namespace aifactory::tools {
namespace {

std::vector<std::string> verb_names(const Program& program) {
  std::vector<std::string> names;
  for (const auto& [verb, action] : program.verbs) names.push_back(verb->get_name());
  return names;
}

/// Every long flag of every verb, with whether a value follows it.
std::vector<std::pair<std::string, bool>> all_flags(const Program& program) {
  std::vector<std::pair<std::string, bool>> flags;
  for (const auto& [verb, action] : program.verbs) {
    for (const CLI::Option* option : verb->get_options()) {
      for (const std::string& name : option->get_lnames())
        flags.emplace_back("--" + name, option->get_items_expected_max() > 0);
    }
  }
  return flags;
}

/// Brings the verb to the front, so that its flags are understood before it too.  Returns its position in `arguments`
/// as given, or their number when there is none.
std::size_t find_verb(const Program& program, const std::vector<std::string>& arguments) {
  const auto flags = all_flags(program);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with("-")) return i;
    const auto takes_value = [&](const auto& flag) { return flag.second && flag.first == arguments[i]; };
    if (std::any_of(flags.begin(), flags.end(), takes_value)) ++i;
  }
  return arguments.size();
}

/// What CLI11 did not know: an unknown flag or one word too many.
[[noreturn]] void refuse(const CLI::App& verb, const std::string& word) {
  const std::string who = verb.get_parent() ? verb.get_name() + ": " : "";
  if (!word.starts_with("-")) throw UsageError(fmt::format("{}{} is one argument too many", who, word));
  std::vector<std::string> flags;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  const std::string flag = word.substr(0, word.find('='));
  throw UsageError(fmt::format("{}unknown flag {}{}", who, flag, did_you_mean(flag, flags)));
}

int run_program(int argc, char** argv) {
  Program program;
  program.app.name("aifactory");
  program.app.allow_extras();
  program.app.description("Discrete-event simulator of AI-factory data centers.");
  program.app.set_version_flag("--version", [] {
    const BuildInfo& build = build_info();
    return fmt::format("aifactory {} ({}, {}, {}, SimGrid {})", build.version, build.git, build.build_type,
                       build.compiler, build.simgrid);
  });
  program.app.footer(
      "Exit codes: 0 ok, 1 run failed, 2 usage, 3 invalid input, 4 a ledger or stated limit check "
      "failed,\n5 interrupted, results so far are written.  `aifactory VERB --help` tells more.");
  program.command.assign(argv, argv + argc);
  for (const auto add : {add_run, add_validate, add_show, add_catalog, add_policies, add_schema, add_eval, add_fmea,
                         add_import, add_report, add_compare, add_explain, add_sweep,
                         add_merge, add_fork}) {
    add(program);
  }

  std::vector<std::string> arguments(program.command.begin() + 1, program.command.end());
  const std::size_t at = find_verb(program, arguments);
  if (at < arguments.size()) {
    const std::vector<std::string> verbs = verb_names(program);
    if (std::find(verbs.begin(), verbs.end(), arguments[at]) == verbs.end()) {
      throw UsageError(fmt::format("unknown verb {}{}", arguments[at], did_you_mean(arguments[at], verbs)));
    }
    const auto verb = arguments.begin() + static_cast<std::ptrdiff_t>(at);
    std::rotate(arguments.begin(), verb, verb + 1);
  } else if (arguments.empty()) {
    std::fputs(program.app.help().c_str(), stderr);
    return kUsage;
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    program.app.parse(std::move(arguments));
  } catch (const CLI::Success& done) {  // --help, --version
    return program.app.exit(done);
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  for (const auto& [verb, action] : program.verbs) {
    if (!verb->parsed()) continue;
    if (const auto unknown = verb->remaining(); !unknown.empty()) refuse(*verb, unknown.front());
    const int code = action();
    if (std::fflush(stdout) != 0) throw std::runtime_error("standard output cannot be written");
    return code;
  }
  refuse(program.app, program.app.remaining().front());
}

}  // namespace
}  // namespace aifactory::tools

int main(int argc, char** argv) {
  using namespace aifactory::tools;
  ::prctl(PR_SET_NAME, "aifactory");  // started by a loader, lists of processes would show that one's name
  try {
    return run_program(argc, argv);
  } catch (const UsageError& error) {
    fmt::print(stderr, "aifactory: {}\nTry `aifactory --help`.\n", error.what());
    return kUsage;
  } catch (const aifactory::InputError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return kInvalidInput;
  } catch (const std::bad_alloc&) {
    std::fputs("aifactory: out of memory\n", stderr);
    return kRunFailed;
  } catch (const std::exception& error) {
    fmt::print(stderr, "aifactory: {}\n", error.what());
    return kRunFailed;
  }
}
