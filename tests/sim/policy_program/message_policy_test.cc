/// The conversation with a policy outside the program: what is said in which order, and that nonsense is survived.
#include "sim/policy_program/message_policy.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/scheduling/order.h"
#include "models/scheduling/place.h"
#include "sim/policy_program/message_text.h"
#include "tests/models/scheduling/conformance.h"

namespace aifactory {
namespace {
using Json = nlohmann::ordered_json;
using Answer = std::function<std::string(const Json& message)>;

class Scripted final : public Channel {
 public:
  explicit Scripted(Answer answer) : answer_(std::move(answer)) {}
  std::optional<std::string> ask(const std::string& message, Milliseconds) override { return answer_(Json::parse(message)); }
  void dismiss(const std::string& message, Milliseconds) noexcept override { (void)answer_(Json::parse(message)); }

 private:
  Answer answer_;
};

class Asked final : public MessagePolicy {
 public:
  Asked(const scheduling::Workload& w, const Answer& answer)
      : MessagePolicy(parts(), {.title = "the test", .open = [answer] { return std::make_unique<Scripted>(answer); }}, w.jobs, w.pools) {}

 private:
  static scheduling::PolicyParts parts() {
    scheduling::PolicyParts parts;
    parts.order = scheduling::find_order("fcfs");
    parts.place = scheduling::find_place("first_fit");
    return parts;
  }
  void describe_machine(const scheduling::View&, Json&) const override {}
  void describe_job(JobId, Json&) const override {}
  void tell_interrupted(JobId id) override { tell("JOB_KILLED", {{"job_ids", Json::array({name_of(id)})}}); }
};

scheduling::Workload small() {
  scheduling::Workload w;
  w.pools = {{.name = "pool", .nodes = 4}};
  for (const auto& [submit, nodes, work] : std::vector<std::array<std::int64_t, 3>>{{0, 3, 100}, {10, 4, 5}, {10, 9, 5}}) {
    Job job;
    job.name = fmt::format("j{}", w.jobs.size());
    job.submit = submit * kTicksPerSecond;
    job.nodes = nodes;
    job.work = work * kTicksPerSecond;
    w.jobs.push_back(job);
  }
  return w;
}

/// "10: JOB_SUBMITTED j1, REQUESTED_CALL"
std::string brief(const Json& message) {
  std::string text = fmt::format("{}:", message["now"].get<double>());
  for (const Json& event : message["events"]) {
    text += " " + event["type"].get<std::string>();
    const Json& data = event["data"];
    if (data.contains("job_id")) text += " " + data["job_id"].get<std::string>();
    if (data.contains("job_ids")) text += " " + text_of(data["job_ids"]);
    if (data.contains("type")) text += " " + data["type"].get<std::string>();
    if (data.contains("resources")) text += " " + data["resources"].get<std::string>();
    if (data.contains("alloc")) text += " on " + data["alloc"].get<std::string>();
  }
  return text;
}

// j0 runs from 0 until node 2 fails at 20, and again from 20 on nodes 0, 1, 3.  j1 wants all four nodes: at 30, when node 2
// is back, it is killed while it waits.  j2 can never run, and nobody is told of it.
TEST(MessagePolicy, TellsEachInstantOnceInAFixedOrder) {
  scheduling::Workload w = small();
  w.around.changes = {{20 * kTicksPerSecond, 0, {2, 3}, false}, {30 * kTicksPerSecond, 0, {2, 3}, true}};
  std::vector<std::string> said, failed;
  const Answer answer = [&](const Json& message) {
    said.push_back(brief(message));
    Json events = Json::array();
    const double now = message["now"];
    const auto act = [&](const char* type, Json data) { events.push_back({{"type", type}, {"data", std::move(data)}}); };
    for (const Json& event : message["events"]) {
      if (event["type"] == "JOB_SUBMITTED" && event["data"]["job_id"] == "j0") act("EXECUTE_JOB", {{"job_id", "j0"}});
      if (event["type"] == "JOB_SUBMITTED" && now == 10) act("CALL_ME_LATER", {{"timestamp", 15}});
      if (event["type"] == "NOTIFY" && event["data"]["type"] == "event_machine_available") act("KILL_JOB", {{"job_ids", {"j1", "j0"}}});
    }
    return text_of({{"events", events}});
  };
  auto policy = std::make_unique<Asked>(w, answer);
  policy->connect({.fail = [&](std::string why) { failed.push_back(std::move(why)); }});
  const auto result = scheduling::replay(w.jobs, w.pools, std::move(policy), w.around);
  EXPECT_THAT(failed, testing::IsEmpty());
  EXPECT_THAT(said, testing::ElementsAre("0: SIMULATION_BEGINS",
                                         "0: JOB_SUBMITTED j0",
                                         "10: JOB_SUBMITTED j1 NOTIFY no_more_static_job_to_submit",
                                         "15: REQUESTED_CALL",
                                         "20: JOB_KILLED [\"j0\"] NOTIFY event_machine_unavailable 2 JOB_SUBMITTED j0",
                                         "30: NOTIFY event_machine_available 2",
                                         "30: JOB_COMPLETED j1 on  JOB_COMPLETED j0 on 0-1 3 JOB_KILLED [\"j1\",\"j0\"]",
                                         "30: SIMULATION_ENDS"));
  EXPECT_EQ(result.rejected, 3);
}

TEST(MessagePolicy, EachKindOfNonsenseHasASentence) {
  const auto said_of = [](const std::string& events) {
    const scheduling::Workload w = small();
    std::vector<std::string> failed;
    auto policy = std::make_unique<Asked>(w, [&](const Json& message) {
      return message["events"][0]["type"] == "JOB_SUBMITTED" ? events : std::string(R"({"events": []})");
    });
    policy->connect({.fail = [&](std::string why) { failed.push_back(std::move(why)); }});
    (void)scheduling::replay(w.jobs, w.pools, std::move(policy), w.around);
    const std::string start = "scheduling: at 0 s the test ";
    return failed.size() == 1 && failed[0].starts_with(start) ? failed[0].substr(start.size()) : fmt::format("{}", fmt::join(failed, "|"));
  };
  const auto event = [&](const std::string& type, const std::string& data) {
    return said_of(fmt::format(R"({{"events": [{{"type": "{}", "data": {}}}]}})", type, data));
  };
  EXPECT_EQ(said_of("{"), "answered with no JSON: {");
  EXPECT_EQ(said_of(""), "answered with no JSON: ");
  EXPECT_EQ(said_of("[]"), "answered without a list of events: []");
  EXPECT_EQ(said_of(R"({"events": 3})"), R"(answered without a list of events: {"events": 3})");
  EXPECT_EQ(said_of(R"({"events": [3]})"), "answered with an event that has no type: 3");
  EXPECT_EQ(event("DANCE", "{}"), "answered with an event of unknown type DANCE (known: EXECUTE_JOB, REJECT_JOB, KILL_JOB, CALL_ME_LATER, "
                                  "SET_JOB_METADATA, NOTIFY)");
  EXPECT_EQ(event("EXECUTE_JOB", "{}"), "asked for EXECUTE_JOB without a job_id");
  EXPECT_EQ(event("EXECUTE_JOB", R"({"job_id": 3})"), "asked for EXECUTE_JOB without the name of a job");
  EXPECT_EQ(event("EXECUTE_JOB", R"({"job_id": "x"})"), "asked for EXECUTE_JOB of an unknown job x");
  EXPECT_EQ(event("EXECUTE_JOB", R"({"job_id": "j0", "alloc": "3-1"})"), R"(asked for EXECUTE_JOB of job j0 with alloc "3-1", which is no list such as "0-7 9")");
  EXPECT_EQ(event("EXECUTE_JOB", R"({"job_id": "j0", "alloc": [1]})"), R"(asked for EXECUTE_JOB of job j0 with alloc [1], which is no list such as "0-7 9")");
  EXPECT_EQ(event("EXECUTE_JOB", R"({"job_id": "j0", "alloc": "7-9"})"), "asked for EXECUTE_JOB of job j0 on nodes that do not exist");
  EXPECT_EQ(event("EXECUTE_JOB", R"({"job_id": "j0", "pool": 1})"), "asked for EXECUTE_JOB of job j0 in an unknown pool 1");
  EXPECT_THAT(event("EXECUTE_JOB", R"({"job_id": "j0", "alloc": "0-1"})"), testing::StartsWith("asked for EXECUTE_JOB of job j0, which cannot be done: "));
  EXPECT_THAT(event("EXECUTE_JOB", R"({"job_id": "j1"})"), testing::StartsWith("asked for EXECUTE_JOB of job j1, which cannot be done: "));
  EXPECT_EQ(event("KILL_JOB", R"({"job_ids": "j0"})"), "asked for KILL_JOB without a list job_ids");
  EXPECT_EQ(event("CALL_ME_LATER", R"({"timestamp": 0})"), "asked for CALL_ME_LATER at 0, which is no time after now");
  EXPECT_EQ(event("CALL_ME_LATER", R"({"timestamp": 1e300})"), "asked for CALL_ME_LATER at 1e+300, which is no time after now");
}

/// Anything of the right grammar with anything in it.
std::string babble(Rng& rng, const scheduling::Workload& w) {
  static const char* const kTypes[] = {"EXECUTE_JOB", "EXECUTE_JOB", "EXECUTE_JOB", "REJECT_JOB", "KILL_JOB", "CALL_ME_LATER", "NOTIFY", "SET_JOB_METADATA"};
  Json events = Json::array();
  for (std::int64_t n = rng.uniform_int(0, 4); n > 0; --n) {
    const auto job = [&] { return w.jobs[static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(w.jobs.size()) - 1))].name; };
    Json data = {{"job_id", job()}, {"job_ids", {job(), job()}}, {"timestamp", rng.uniform(0.0, 1e-4)}};
    if (rng.uniform() < 0.3) data["alloc"] = fmt::format("{}-{}", rng.uniform_int(0, 5), rng.uniform_int(0, 9));
    if (rng.uniform() < 0.01) data["job_ids"] = rng.uniform_int(0, 9);
    events.push_back({{"type", kTypes[rng.uniform_int(0, 7)]}, {"data", data}});
  }
  std::string text = text_of({{"now", 0}, {"events", events}});
  if (rng.uniform() < 0.01) text.erase(static_cast<std::size_t>(rng.uniform_int(0, static_cast<std::int64_t>(text.size()) - 1)));
  return text;
}

// Whoever answers at random is obeyed as long as that can be done: no node is given out twice, nothing starts too early.  Then
// there is one sentence, and no further message.
TEST(MessagePolicy, RandomAnswersBreakNothing) {
  std::int64_t obeyed = 0;
  for (std::uint64_t seed = 1; seed <= 1000 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    scheduling::Workload w = scheduling::random_workload(seed);
    for (std::size_t i = 0; i < w.jobs.size(); ++i) w.jobs[i].name = std::to_string(i);
    w.around.changes = w.changes;
    Rng rng(seed, "test/babble");
    std::vector<std::string> failed;
    auto policy = std::make_unique<Asked>(w, [&](const Json&) {
      EXPECT_TRUE(failed.empty());
      return babble(rng, w);
    });
    policy->connect({.fail = [&](std::string why) { failed.push_back(std::move(why)); }});
    scheduling::Auditor auditor(w);
    (void)scheduling::replay(w.jobs, w.pools, std::move(policy), w.around,
                             [&](Tick now, const scheduling::SchedulerCore& core, const scheduling::SchedulerCore::PassResult& pass) {
                               obeyed += static_cast<std::int64_t>(pass.steps.size());
                               auditor.audit(now, core, pass);
                             });
    EXPECT_LE(failed.size(), 1u);
  }
  EXPECT_GT(obeyed, 500);
}

}  // namespace
}  // namespace aifactory
