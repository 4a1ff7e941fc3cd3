/// Libraries with policies: what is loaded, what is refused, and that the interface has a number.
#include "sim/policy_program/plugin_policy.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string>

#include "models/error.h"
#include "models/scheduling/policies.h"
#include "models/scheduling/replay.h"

namespace aifactory {
namespace {
using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const std::string& name) {
  try {
    (void)PluginLibrary(name);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}
std::string faulty(const std::string& fault) { return std::string(FAULTY) + fault + ".so"; }
std::string refusal_of(const std::string& fault) { return refusal(faulty("faulty_" + fault)); }

std::vector<Job> jobs(std::initializer_list<std::pair<std::int64_t, Tick>> nodes_and_work) {
  std::vector<Job> out;
  for (const auto& [nodes, work] : nodes_and_work) {
    Job job;
    job.submit = static_cast<Tick>(out.size()) * kTicksPerSecond;
    job.nodes = nodes;
    job.work = job.estimate = work * kTicksPerSecond;
    out.push_back(job);
  }
  return out;
}

TEST(PolicyPlugin, HasARowWithOptionsLikeAPolicyOfTheTable) {
  const PluginLibrary library(PLUGIN);
  EXPECT_EQ(library.policy().name, "patient");
  std::vector<std::string_view> names;
  for (const auto& option : scheduling::options_of(library.policy())) names.push_back(option.name);
  EXPECT_THAT(names, testing::ElementsAre("patience_min", "place", "same_instant"));
}

// Four nodes.  t = 0: A takes 3 for 100 s.  t = 1: B wants 4.  t = 2: C wants 1 for 200 s.  Who is patient for ever lets C
// overtake: B starts at 202.  Without patience C waits behind B, which starts at 100, and C at 110.
TEST(PolicyPlugin, DecidesAndTakesOptions) {
  const std::vector<Job> three = jobs({{3, 100}, {4, 10}, {1, 200}});
  const std::vector<scheduling::PoolSpec> pools = {{.name = "pool", .nodes = 4}};
  const PluginLibrary library(PLUGIN);
  const auto starts = [&](const std::string& minutes) {
    const scheduling::PolicyChoice choice{"", {{"patience_min", minutes}}};
    return scheduling::replay(three, pools, std::make_unique<PluginPolicyRun>(library, choice), scheduling::Surroundings{}).starts;
  };
  const Tick s1 = kTicksPerSecond;
  EXPECT_THAT(starts("1000"), testing::ElementsAre(0, 202 * s1, 2 * s1));
  EXPECT_THAT(starts("0"), testing::ElementsAre(0, 100 * s1, 110 * s1));
}

TEST(PolicyPlugin, RefusesWrongOptions) {
  const auto making = [](std::vector<std::pair<std::string, std::string>> options) {
    return [options] { (void)PluginPolicyRun(PluginLibrary(PLUGIN), {"", options}); };
  };
  EXPECT_THAT(making({{"patience", "1"}}), testing::ThrowsMessage<InputError>("scheduling: patient: unknown option patience (known: patience_min, place, same_instant)"));
  EXPECT_THAT(making({{"patience_min", "-1"}}), testing::ThrowsMessage<InputError>("scheduling: patient: patience_min = -1 must be a whole number in 0..1000000"));
}

TEST(PolicyPlugin, RefusesWhatIsNoneOrDoesNotFit) {
  EXPECT_EQ(refusal("nowhere.so"), "scheduling.policy: plugin:nowhere.so does not exist");
  EXPECT_EQ(refusal(AIFACTORY_SOURCE_DIR "/README.md"),
            "scheduling.policy: plugin:" AIFACTORY_SOURCE_DIR "/README.md cannot be loaded: invalid ELF header");
  EXPECT_EQ(refusal_of("no_symbol"), fmt::format("scheduling.policy: plugin:{} is no policy: it exports no aifactory_policy_plugin; end its "
                                                 "source with AIFACTORY_POLICY_PLUGIN(...)", faulty("faulty_no_symbol")));
  EXPECT_EQ(refusal_of("other_abi"),
            fmt::format("scheduling.policy: plugin:{} was built for version {} of the policy interface, and this program has version {}; "
                        "build it again with the headers of this program", faulty("faulty_other_abi"), scheduling::kPluginAbi + 1, scheduling::kPluginAbi));
  EXPECT_THAT(refusal_of("other_layout"), AllOf(HasSubstr("other layouts of the policy interface (by compiler a compiler)"), HasSubstr("build it again")));
  EXPECT_EQ(refusal_of("missing_code"), fmt::format("scheduling.policy: plugin:{} cannot be loaded: undefined symbol: _Z15nobody_has_thisv",
                                                    faulty("faulty_missing_code")));
}

TEST(PolicyPlugin, WhatItThrowsWhenItIsMadeIsAnInputError) {
  const std::string path = faulty("faulty_throws_at_once");
  EXPECT_THAT([&] { (void)PluginPolicyRun(PluginLibrary(path), scheduling::PolicyChoice{}); },
              testing::ThrowsMessage<InputError>(fmt::format("scheduling.policy: plugin:{}: its table of weights is empty", path)));
}

TEST(PolicyPlugin, WhatItThrowsLaterIsToldOnceAndItDecidesNothingMore) {
  const std::vector<Job> two = jobs({{1, 10}, {1, 10}});
  auto policy = std::make_unique<PluginPolicyRun>(PluginLibrary(faulty("faulty_throws_later")), scheduling::PolicyChoice{});
  std::vector<std::string> told;
  policy->connect({.fail = [&](std::string why) { told.push_back(std::move(why)); }});
  const auto result = scheduling::replay(two, {{.name = "pool", .nodes = 4}}, std::move(policy), scheduling::Surroundings{});
  EXPECT_THAT(told, testing::ElementsAre(AllOf(HasSubstr("at 0 s the policy plug-in"), HasSubstr("failed: out of ideas"))));
  EXPECT_THAT(result.starts, testing::ElementsAre(kNever, kNever));
}

/// The declarations of virtual functions in a header, blanks squeezed, in their order: what the compiler makes tables of.
std::string virtuals_in(const std::string& header) {
  std::ifstream file(std::string(AIFACTORY_SOURCE_DIR "/models/scheduling/") + header);
  EXPECT_TRUE(file.is_open());
  std::string out;
  for (std::string line; std::getline(file, line);) {
    line = line.substr(0, line.find("//"));
    if (line.find("virtual ") == std::string::npos) continue;
    std::string squeezed;
    for (const char c : line) {
      if (!std::isspace(static_cast<unsigned char>(c)) || (!squeezed.empty() && squeezed.back() != ' ')) squeezed += c;
    }
    out += squeezed.substr(0, squeezed.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

// plugin_layout() sees sizes and places, but no virtual functions.  Whoever changes these raises kPluginAbi and writes the
// new ones here.
TEST(PolicyPlugin, TheInterfaceHasANewNumberWhenItsVirtualFunctionsChange) {
  ASSERT_EQ(scheduling::kPluginAbi, 1u);
  EXPECT_EQ(virtuals_in("policy.h"),
            "virtual ~Policy() = default;\n"
            "virtual void schedule(const View& view, Actions& actions) = 0;\n"
            "[[nodiscard]] virtual std::unique_ptr<Policy> clone() const = 0;\n");
  EXPECT_EQ(virtuals_in("actions.h"),
            "virtual ~Actions() = default;\n"
            "virtual Refusal start(JobId job, const Constraint& where) = 0;\n"
            "virtual Refusal start_on(JobId job, const Allocation& nodes) = 0;\n"
            "virtual Refusal reject(JobId job, std::string reason) = 0;\n"
            "virtual Refusal preempt(JobId job, Checkpoint checkpoint) = 0;\n"
            "virtual Refusal resize(JobId job, std::int64_t nodes) = 0;\n"
            "virtual Refusal hold(JobId job, Tick until) = 0;\n"
            "virtual Refusal resume(JobId job) = 0;\n"
            "virtual Refusal wake_at(Tick at) = 0;\n"
            "virtual Refusal set_cap(std::int32_t pool, Power cap) = 0;\n"
            "virtual Refusal note(JobId job, std::string key, std::string value) = 0;\n");
}

}  // namespace
}  // namespace aifactory
