#include "sim/policy_program/plugin_policy.h"

#include <fmt/format.h>
#include <gnu/libc-version.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <exception>
#include <filesystem>
#include <string_view>
#include <utility>

#include "models/error.h"
#include "models/scheduling/policies.h"

namespace aifactory {
namespace {
namespace dll = boost::dll;
constexpr const char* kSymbol = "aifactory_policy_plugin";

/// What the loader said, without the words around it: "undefined symbol: _Z3foov".
std::string reason_in(const std::exception& error, const std::string& file) {
  std::string text = error.what();
  constexpr std::string_view kOpen = "dlerror system message: ";
  const std::size_t open = text.find(kOpen);
  if (open == std::string::npos) return text;
  text = text.substr(open + kOpen.size());
  if (text.starts_with(file + ": ")) text = text.substr(file.size() + 2);
  return text.substr(0, text.rfind("): "));
}

std::unique_ptr<scheduling::Policy> make(const PluginLibrary& library, const scheduling::PolicyChoice& choice) {
  std::unique_ptr<scheduling::Policy> policy;
  try {
    policy = scheduling::make_policy(library.policy(), choice);
  } catch (const InputError&) {
    throw;
  } catch (const std::exception& error) {
    throw InputError(fmt::format("scheduling.policy: plugin:{}: {}", library.path(), error.what()));
  }
  if (!policy) throw InputError(fmt::format("scheduling.policy: plugin:{}: made no policy", library.path()));
  return policy;
}

}  // namespace

struct PluginLibrary::Loaded {
  std::string path;
  dll::shared_library library;
  const scheduling::PluginDescriptor* descriptor = nullptr;
};

PluginLibrary::PluginLibrary(const std::string& path) {
  const auto fail = [&](const std::string& what) {
    throw InputError(fmt::format("scheduling.policy: plugin:{} {}", path, what));
  };
  std::error_code code;
  if (path.empty()) fail("names no library; write plugin:PATH");
  if (!std::filesystem::is_regular_file(path, code)) fail("does not exist");
  auto loaded = std::make_shared<Loaded>();
  loaded->path = path;
  const std::filesystem::path file = std::filesystem::absolute(path);
  try {
    // An absolute path, or the loader looks in its own folders; all symbols now, or one that is missing ends the run.
    loaded->library.load(file, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  } catch (const std::exception& error) {
    const std::string reason = reason_in(error, file.string());
    // "version `GLIBC_2.38' not found": it was linked with newer libraries than those that are already in this process.
    const bool newer = reason.find("version `") != std::string::npos && reason.find("not found") != std::string::npos;
    fail(fmt::format("cannot be loaded: {}{}", reason,
                     newer ? fmt::format("; build it on a system that is no newer than this program's libraries (C library {})", gnu_get_libc_version()) : ""));
  }
  if (!loaded->library.has(kSymbol)) {
    fail(fmt::format("is no policy: it exports no {}; end its source with AIFACTORY_POLICY_PLUGIN(...)", kSymbol));
  }
  loaded->descriptor = &loaded->library.get<const scheduling::PluginDescriptor>(kSymbol);
  const scheduling::PluginDescriptor& descriptor = *loaded->descriptor;
  if (descriptor.abi != scheduling::kPluginAbi) {
    fail(fmt::format("was built for version {} of the policy interface, and this program has version {}; build it again with the "
                     "headers of this program", descriptor.abi, scheduling::kPluginAbi));
  }
  if (descriptor.layout != scheduling::plugin_layout()) {
    fail(fmt::format("was built with other layouts of the policy interface (by compiler {}) than this program (by {}); build it "
                     "again with the headers of this program and a like compiler", descriptor.compiler, __VERSION__));
  }
  if (descriptor.policy.make == nullptr || descriptor.policy.name.empty()) fail("has no `make` or no `name`");
  loaded_ = std::move(loaded);
}

const scheduling::PluginPolicy& PluginLibrary::policy() const {
  return loaded_->descriptor->policy;
}

const std::string& PluginLibrary::path() const {
  return loaded_->path;
}

PluginPolicyRun::PluginPolicyRun(const PluginLibrary& library, const scheduling::PolicyChoice& choice)
    : PluginPolicyRun(library, make(library, choice)) {}

PluginPolicyRun::PluginPolicyRun(const PluginLibrary& library, std::unique_ptr<scheduling::Policy> policy)
    : OutsidePolicy(policy->parts()), library_(library), policy_(std::move(policy)) {}

void PluginPolicyRun::schedule(const scheduling::View& view, scheduling::Actions& actions) {
  if (failed_) return;
  std::string what = "threw what is no exception";
  try {
    return policy_->schedule(view, actions);
  } catch (const std::exception& error) {
    what = fmt::format("failed: {}", error.what());
  } catch (...) {  // NOLINT: an exception must not leave an actor
  }
  failed_ = true;
  ports_.fail(fmt::format("scheduling: at {} s the policy plug-in {} {}", to_seconds(view.now()), library_.path(), what));
}

}  // namespace aifactory
