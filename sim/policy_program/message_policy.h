#pragma once
/// @file A policy that is asked by messages, each answered by one.
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/scheduling/node_set.h"
#include "sim/policy_program/channel.h"
#include "sim/policy_program/outside_policy.h"

namespace aifactory {

/// Sends one message of JSON for each instant in which something has happened, and does what the answer asks for.
/// Events have the names and data of the Batsim 4 protocol; what ProgramPolicy and BatsimPolicy say differently is
/// virtual.  docs/policy.md has all of it.
///
/// The beginning of the run is a message of its own.  In all others events come in this order: jobs that have ended or
/// were interrupted, nodes lost and back, jobs submitted, calls asked for.  What an answer brings about at once (kills)
/// follows in another message of the same instant.
///
/// Whatever is wrong with the other side or its answers (none in time, a crash, no JSON, an action that cannot be done)
/// ends the run with one sentence that says so.
class MessagePolicy : public OutsidePolicy {
 public:
  /// Who is asked.
  struct Peer {
    std::string title;  ///< "the policy program sjf.py"
    std::function<std::unique_ptr<Channel>()> open;  ///< called at the first pass  @throws Channel::Trouble
    Channel::Milliseconds timeout{60'000};           ///< real time for one answer
    std::function<std::string(std::string)> call = {};  ///< how it calls a job of this name; none: the same
  };
  MessagePolicy(const scheduling::PolicyParts& parts, Peer peer, const std::vector<Job>& jobs,
                const std::vector<scheduling::PoolSpec>& pools);
  ~MessagePolicy() override;
  void schedule(const scheduling::View& view, scheduling::Actions& actions) override;

 protected:
  using Json = nlohmann::ordered_json;
  using Trouble = Channel::Trouble;

  // ---- what the two dialects say differently ----
  virtual void describe_machine(const scheduling::View& view, Json& beginning) const = 0;
  virtual void describe_job(JobId id, Json& submission) const = 0;  ///< adds to `job_id` and `job`
  virtual void tell_interrupted(JobId id) = 0;  ///< it waits again
  virtual void describe_now(const scheduling::View& /*view*/, Json& /*message*/) const {}
  /// From when on a decision, or the readiness for the next message, holds that is dated `seconds`.
  [[nodiscard]] virtual Tick effective(double /*seconds*/) const { return now_; }

  /// Puts an event of now into the next message.
  void tell(std::string_view type, Json data);
  void tell_completed(JobId id, std::string_view state, bool well);
  void rename(JobId id, std::string name);  ///< what was told of the old name is over
  [[nodiscard]] const std::string& name_of(JobId id) const { return names_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] const Job& job(JobId id) const { return jobs_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] std::int64_t rank(JobId id) const { return ranks_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] std::int64_t first_node(std::int32_t pool) const { return first_node_[static_cast<std::size_t>(pool)]; }
  [[nodiscard]] Tick now() const { return now_; }

 private:
  void converse(const scheduling::View& view, scheduling::Actions& actions);
  /// Sends what there is to tell, and what that brings about, until nothing is left or the other side is not ready.
  void exchange(const scheduling::View& view, scheduling::Actions& actions);
  void tell_beginning(const scheduling::View& view);
  void tell_ended(const scheduling::View& view);
  void tell_nodes(const scheduling::View& view);
  void tell_submitted(const scheduling::View& view);
  void tell_no_more();
  void tell_calls();
  [[nodiscard]] Json described(JobId id) const;
  [[nodiscard]] std::string nodes_of(std::int32_t pool, std::vector<NodeRange> ranges) const;
  [[nodiscard]] bool possible(const Job& job) const;

  // message_policy_decisions.cc
  void obey(const std::string& answer, const scheduling::View& view, scheduling::Actions& actions);
  void carry_out(const Json& event, const scheduling::View& view, scheduling::Actions& actions);
  void execute(const Json& data, const scheduling::View& view, scheduling::Actions& actions);
  [[nodiscard]] std::int32_t start_on(JobId id, const Json& nodes, scheduling::Actions& actions);
  [[nodiscard]] std::int32_t start_anywhere(JobId id, const Json& data, scheduling::Actions& actions);
  void kill(const Json& data, scheduling::Actions& actions);
  void call_later(const Json& data);
  [[nodiscard]] JobId job_in(const Json& data, std::string_view type) const;
  [[nodiscard]] JobId job_named(const Json& name, std::string_view type) const;

  Peer peer_;
  const std::vector<Job>& jobs_;
  std::vector<std::string> names_;  ///< by job, unique
  std::unordered_map<std::string, JobId> by_name_;
  std::unordered_set<std::string> past_names_;
  std::vector<std::int64_t> ranks_;       ///< by job: in the order of submission
  std::vector<std::int64_t> first_node_;  ///< by pool: number of its first node over all pools; then of all nodes
  std::unique_ptr<Channel> channel_;
  Json events_ = Json::array();     ///< of the next message
  std::multimap<Tick, Json> later_; ///< decisions that take effect at a later date
  Tick busy_until_ = 0;             ///< the other side is not ready for a message before
  // What the other side knows.
  enum class Stage : std::uint8_t { unknown, waiting, running, gone };
  std::vector<Stage> stage_;        ///< by job
  std::vector<JobId> running_;
  std::vector<std::string> held_;   ///< by job, while it runs: its nodes
  std::vector<Tick> began_;         ///< by job: its last start
  std::vector<std::int64_t> seen_;  ///< by job: the last pass in which it ran
  std::vector<JobId> expected_;     ///< not told of yet; empty once it knows that no more will come
  Tick last_submission_ = 0;
  std::vector<scheduling::NodeSet> down_;  ///< by pool
  std::set<Tick> calls_;
  std::int64_t pass_ = 0;
  Tick now_ = 0;
  std::int64_t idle_calls_ = 0;  ///< messages in a row that brought nothing but requested calls and no action
  bool acted_ = false;
  bool over_ = false;
};

}  // namespace aifactory
