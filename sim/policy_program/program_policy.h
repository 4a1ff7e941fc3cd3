#pragma once
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/scheduling/node_set.h"
#include "sim/policy_program/line_process.h"
#include "sim/policy_program/outside_policy.h"

namespace aifactory {

/// Asks a program, by one line of JSON for each instant in which something has happened, and does what it answers
/// with.  Events have the names and data of the Batsim 4 protocol; docs/policy.md has all of them.
///
/// Whatever is wrong with the program or its answers (no answer in time, a crash, no JSON, an action that cannot be
/// done) ends the run with one sentence that says so.
class ProgramPolicy final : public OutsidePolicy {
 public:
  struct Params {
    std::vector<std::string> command;
    LineProcess::Milliseconds timeout{60'000};  ///< real time for one answer
  };
  /// @throws InputError when the command is no executable file.
  ProgramPolicy(const scheduling::PolicyParts& parts, Params params, const std::vector<Job>& jobs,
                const std::vector<scheduling::PoolSpec>& pools);
  ~ProgramPolicy() override;
  void schedule(const scheduling::View& view, scheduling::Actions& actions) override;

 private:
  using Json = nlohmann::ordered_json;
  void add(Json& events, std::string_view type, Json data) const;
  [[nodiscard]] Json beginning(const scheduling::View& view) const;
  [[nodiscard]] Json describe(const Job& job, JobId id, const scheduling::View& view) const;
  void tell_nodes(const scheduling::View& view, Json& events);
  void tell_ended(const scheduling::View& view, Json& events);
  void tell_submitted(const scheduling::View& view, Json& events);
  void tell_calls(Json& events);
  /// Does what the answer asks for; what is to be told at once goes to `events`.
  void obey(const std::string& answer, const scheduling::View& view, scheduling::Actions& actions, Json& events);
  void execute(const Json& data, const scheduling::View& view, scheduling::Actions& actions);
  [[nodiscard]] JobId job_in(const Json& data, const char* key, std::string_view type) const;
  [[nodiscard]] JobId job_named(const Json& name, std::string_view type) const;
  [[nodiscard]] std::string nodes_of(const scheduling::View& view, std::int32_t pool, const std::vector<NodeRange>& ranges) const;
  void converse(const scheduling::View& view, scheduling::Actions& actions);

  Params params_;
  const std::vector<Job>& jobs_;
  std::vector<std::string> names_;  ///< by job, unique
  std::unordered_map<std::string, JobId> by_name_;
  std::vector<std::int64_t> ranks_;  ///< by job: in the order of submission
  std::vector<std::int64_t> first_node_;  ///< by pool: number of its first node over all pools; then of all nodes
  std::unique_ptr<LineProcess> process_;
  enum class Stage : std::uint8_t { unknown, waiting, running, gone };
  std::vector<Stage> stage_;        ///< by job: as the program knows it
  std::vector<JobId> running_;      ///< as the program knows them
  std::vector<std::string> held_;   ///< by job, while it runs: its nodes
  std::vector<std::int64_t> seen_;  ///< by job: the last pass in which it ran
  std::int64_t pass_ = 0;
  std::vector<scheduling::NodeSet> down_;  ///< by pool: as the program knows them
  std::set<Tick> calls_;
  Tick now_ = 0;
  std::int64_t idle_calls_ = 0;  ///< messages in a row that brought nothing but requested calls and no action
  bool acted_ = false;
  bool over_ = false;
};

}  // namespace aifactory
