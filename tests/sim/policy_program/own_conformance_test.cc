/// What holds for every policy of the table holds for the two examples of one's own: the library and the Python program.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "models/scheduling/policies.h"
#include "sim/policy_program/plugin_policy.h"
#include "sim/policy_program/program_policy.h"
#include "tests/models/scheduling/conformance.h"

namespace aifactory {
namespace {
using scheduling::Workload;

std::unique_ptr<scheduling::Policy> connected(std::unique_ptr<OutsidePolicy> policy) {
  policy->connect({.fail = [](const std::string& why) { ADD_FAILURE() << why; }});
  return policy;
}

void audit_plugin(const Workload& w, const PluginLibrary& library) {
  scheduling::audit(w, [&] { return connected(std::make_unique<PluginPolicyRun>(library, scheduling::PolicyChoice{})); }, {});
}

TEST(PluginConformance, KeepsTheInvariantsOnRandomWorkloads) {
  const PluginLibrary library(PLUGIN);
  for (std::uint64_t seed = 1; seed <= 1000 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Workload w = scheduling::random_workload(seed);
    w.around.changes = w.changes;
    audit_plugin(w, library);
  }
}

TEST(PluginConformance, KeepsThemThroughFailuresCapsTiersAndShapes) {
  const PluginLibrary library(PLUGIN);
  for (std::uint64_t seed = 1; seed <= 1000 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    audit_plugin(scheduling::rich_workload(seed), library);
  }
}

/// A policy program from tools/python.  `-S -E` leaves out what costs most of Python's start and no policy needs.
std::unique_ptr<scheduling::Policy> program(const std::string& name, const Workload& w) {
  const auto parts = scheduling::make_policy({"fcfs", {}})->parts();
  ProgramPolicy::Params params{.command = {PYTHON, "-B", "-S", "-E", AIFACTORY_SOURCE_DIR "/tools/python/" + name}};
  return connected(std::make_unique<ProgramPolicy>(parts, std::move(params), w.jobs, w.pools));
}

// Each run starts a process: 150 workloads in place of 1,000, each run twice.
TEST(ProgramConformance, KeepsTheInvariantsOnRandomWorkloads) {
  for (std::uint64_t seed = 1; seed <= 150 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Workload w = scheduling::random_workload(seed);
    w.around.changes = w.changes;
    scheduling::audit(w, [&] { return program(seed % 2 == 0 ? "sjf.py" : "fcfs.py", w); }, {});
  }
}

// A program that starts what does not fit is told so and ends the run: the examples count free nodes and know neither
// planned outages nor how a job's nodes must lie, so that these are left out.
TEST(ProgramConformance, KeepsThemThroughFailuresTiersAndElasticJobs) {
  for (std::uint64_t seed = 1; seed <= 150 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Workload w = scheduling::rich_workload(seed);
    w.around.outages.clear();
    scheduling::audit(w, [&] { return program("fcfs.py", w); }, {});
  }
}

TEST(ProgramConformance, MakesTheStartsOfTheBuiltInPolicyInOnePool) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Workload w = scheduling::random_workload(seed);
    w.pools.resize(1);
    for (Job& job : w.jobs) job.pool = -1;
    std::erase_if(w.changes, [](const auto& change) { return change.pool != 0; });
    w.around.changes = w.changes;
    for (const char* name : {"fcfs", "sjf"}) {
      const auto built_in = scheduling::replay(w.jobs, w.pools, {name, {}}, w.around);
      const auto ours = scheduling::replay(w.jobs, w.pools, program(fmt::format("{}.py", name), w), w.around);
      ASSERT_EQ(ours.starts, built_in.starts) << name << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace aifactory
