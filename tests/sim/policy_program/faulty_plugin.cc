// A library that starts nothing and has the fault that its build defines.
#include <stdexcept>

#include "models/scheduling/actions.h"
#include "models/scheduling/plugin.h"

namespace {
using namespace aifactory::scheduling;

#ifdef MISSING_CODE
}  // namespace
void nobody_has_this();
namespace {
#endif

class Faulty final : public Policy {
 public:
  using Policy::Policy;
  std::unique_ptr<Policy> clone() const override { return std::make_unique<Faulty>(*this); }
  void schedule(const View& view, Actions&) override {
    if (!view.queue().empty()) throw std::runtime_error("out of ideas");
#ifdef MISSING_CODE
    nobody_has_this();
#endif
  }
};

std::unique_ptr<Policy> make(const PolicyParts& parts, const OptionValues&) {
#ifdef THROWS_AT_ONCE
  throw std::runtime_error("its table of weights is empty");
#endif
  return std::make_unique<Faulty>(parts);
}
constexpr PluginPolicy kPolicy{.name = "faulty", .summary = "has a fault", .make = make};

#if defined(OTHER_ABI)
constexpr std::uint32_t kAbi = kPluginAbi + 1;
#else
constexpr std::uint32_t kAbi = kPluginAbi;
#endif
#if defined(OTHER_LAYOUT)
constexpr std::uint64_t kLayout = plugin_layout() + 1;
#else
constexpr std::uint64_t kLayout = plugin_layout();
#endif
}  // namespace

#if defined(NO_SYMBOL)
extern "C" __attribute__((visibility("default"))) const PluginDescriptor some_other_name;
const PluginDescriptor some_other_name{kAbi, kLayout, "a compiler", kPolicy};
#else
extern "C" __attribute__((visibility("default"))) const PluginDescriptor aifactory_policy_plugin;
const PluginDescriptor aifactory_policy_plugin{kAbi, kLayout, "a compiler", kPolicy};
#endif
