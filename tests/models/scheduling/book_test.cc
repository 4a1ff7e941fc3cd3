/// What the scheduler's book does beyond the queue: holds, dependencies, node states, outages, changes to running jobs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/scheduling/order.h"
#include "models/scheduling/place.h"
#include "tests/models/scheduling/testing.h"

namespace aifactory::scheduling {
namespace {

class Scripted final : public Policy {
 public:
  using Script = std::function<void(const View&, Actions&)>;
  explicit Scripted(Script script)
      : Policy({.order = find_order("fcfs"), .place = find_place("first_fit")}), script_(std::move(script)) {}
  void schedule(const View& view, Actions& actions) override { script_(view, actions); }
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Scripted>(*this); }

 private:
  Script script_;
};

TEST(Actions, ChangesRunningJobsOnlyAsTheyAllow) {
  auto jobs = jobs_asking({{0, 4, 100}, {0, 2, 100}, {0, 2, 100}, {0, 2, 100}});
  jobs[1].preemptible = false;
  jobs[2].min_nodes = 1;
  jobs[2].max_nodes = 4;
  Scripted::Script script;
  SchedulerCore core(jobs, {{.name = "a", .nodes = 10}}, std::make_unique<Scripted>([&](const View& view, Actions& actions) {
                       script(view, actions);
                     }));
  std::vector<Refusal> got;
  using enum Refusal;
  for (JobId job = 0; job < 4; ++job) core.submit(job, 0);
  script = [&](const View&, Actions& actions) {
    for (JobId job = 0; job < 3; ++job) got.push_back(actions.start(job, {.pool = 0}));
    got.push_back(actions.start(3, {.pool = 0, .nodes = 1}));
    got.push_back(actions.preempt(0, Checkpoint::last));
    got.push_back(actions.resize(2, 3));
    got.push_back(actions.preempt(3, Checkpoint::last));
    got.push_back(actions.preempt(9, Checkpoint::last));
  };
  (void)core.pass(0);
  EXPECT_THAT(got, testing::ElementsAre(none, none, none, wrong_size, just_started, just_started, not_running, not_running));
  got.clear();
  script = [&](const View&, Actions& actions) {
    got = {actions.preempt(1, Checkpoint::last), actions.resize(1, 1),  actions.resize(2, 2), actions.resize(2, 5),
           actions.resize(2, 4),                 actions.resize(2, 3),  actions.preempt(0, Checkpoint::last),
           actions.preempt(0, Checkpoint::last), actions.hold(0, 5),    actions.hold(0, sec(20)),
           actions.hold(0, sec(30)),             actions.resume(0),     actions.resume(0),
           actions.start(0, {.pool = 0}),        actions.set_cap(1, Power(1.0)), actions.set_cap(0, Power(-1.0)),
           actions.set_cap(0, Power(5.0))};
  };
  const auto pass = core.pass(sec(10));
  EXPECT_THAT(got, testing::ElementsAre(not_preemptible, not_elastic, wrong_size, wrong_size, none, just_started, none,
                                        not_running, not_in_future, none, not_waiting, none, not_held, none, unknown_pool,
                                        out_of_range, none));
  ASSERT_EQ(pass.preemptions.size(), 1u);
  ASSERT_EQ(pass.resizes.size(), 1u);
  EXPECT_EQ(pass.resizes[0].allocation.nodes, (std::vector<NodeRange>{{6, 10}}));
  ASSERT_EQ(pass.caps.size(), 1u);
  EXPECT_EQ(core.allocation(0).nodes, (std::vector<NodeRange>{{0, 4}}));
  EXPECT_EQ(core.free_nodes(0), 0);
}

TEST(Book, ReleasesAHeldJobWhenItsTimeComes) {
  const auto jobs = jobs_asking({{0, 1, 10}});
  SchedulerCore core(jobs, {{.name = "a", .nodes = 1}}, std::make_unique<Scripted>([&](const View& view, Actions& actions) {
                       if (view.now() < sec(7)) {
                         if (!view.queue().empty()) actions.hold(0, sec(7));
                       } else {
                         actions.start(0, {.pool = 0});
                       }
                     }));
  core.submit(0, 0);
  EXPECT_EQ(core.pass(0).wake_at, sec(7));
  EXPECT_EQ(core.held(), 1);
  EXPECT_EQ(core.queued(), 1);
  EXPECT_EQ(core.pass(sec(3)).wake_at, sec(7));
  EXPECT_EQ(core.pass(sec(7)).starts.size(), 1u);
  EXPECT_EQ(core.queued(), 0);
}

// Job 1 waits for 0, job 2 for both, job 3 until 25, job 4 for a job that is rejected; job 5 takes what is free.
TEST(Book, WaitsForDependenciesAndEarliestStarts) {
  auto jobs = jobs_asking({{0, 2, 10}, {0, 1, 10}, {0, 1, 10}, {0, 1, 10}, {0, 1, 10}, {0, 9, 10}});
  jobs[1].after = {0};
  jobs[2].after = {0, 1};
  jobs[3].earliest_start = sec(25);
  jobs[4].after = {5};
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 4}};
  for (const char* policy : {"fcfs", "easy_backfill", "conservative_backfill", "fair_share"}) {
    EXPECT_EQ(in_seconds(replay(jobs, pools, {policy, {}}).starts), (Seconds{0, 10, 20, 25, 0, -1})) << policy;
  }
}

TEST(Book, ADrainingNodeKeepsItsJobAndGetsNoOther) {
  const auto jobs = jobs_asking({{0, 2, 100}, {0, 2, 10}, {0, 1, 10}});
  SchedulerCore core(jobs, {{.name = "a", .nodes = 3}}, PolicyChoice{"fcfs", {}});
  const auto state = [&](std::int64_t node) { return core.view().pool(0).state(node); };
  core.submit(0, 0);
  (void)core.pass(0);
  EXPECT_EQ(state(0), NodeState::allocated);
  EXPECT_EQ(state(2), NodeState::idle);
  core.set_nodes(0, {1, 2}, NodeState::repair, sec(10));
  core.set_nodes(0, {2, 3}, NodeState::burn_in, sec(10));
  EXPECT_EQ(state(1), NodeState::draining);
  EXPECT_EQ(state(2), NodeState::burn_in);
  EXPECT_EQ(core.running(), 1);
  core.submit(1, sec(20));
  EXPECT_TRUE(core.pass(sec(20)).starts.empty());
  core.finish(0, sec(100));
  EXPECT_EQ(state(1), NodeState::repair);
  EXPECT_TRUE(core.pass(sec(100)).starts.empty());
  core.set_nodes(0, {1, 2}, NodeState::idle, sec(120));
  EXPECT_EQ(core.pass(sec(120)).starts.size(), 1u);
  EXPECT_EQ(state(2), NodeState::burn_in);
}

// Nodes 0 and 1 of 4 are out over [100, 200).  A job of 150 s on two nodes takes the others at once, one on four waits.
TEST(Book, NobodyStartsIntoAnOutage) {
  Surroundings around;
  around.outages = {{0, {sec(100), sec(200), {0, 2}}}};
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 4}};
  const auto jobs = jobs_asking({{0, 4, 150}, {1, 2, 150}, {2, 2, 98}, {3, 2, 98}});
  EXPECT_EQ(in_seconds(replay(jobs, pools, {"fcfs", {}}, around).starts), (Seconds{200, 350, 350, 448}));
  for (const char* policy : {"easy_backfill", "conservative_backfill"}) {
    EXPECT_EQ(in_seconds(replay(jobs, pools, {policy, {}}, around).starts), (Seconds{200, 1, 2, 350})) << policy;
  }
}

// A job that outlives its estimate into the outage keeps its nodes; they are out when it ends.
TEST(Book, AnOverrunIsNotEndedByAnOutage) {
  auto jobs = jobs_asking({{0, 2, 150}, {1, 2, 10}});
  jobs[0].estimate = sec(100);
  Surroundings around;
  around.outages = {{0, {sec(100), sec(200), {0, 2}}}};
  const auto result = replay(jobs, {{.name = "pool", .nodes = 2}}, {"fcfs", {}}, around);
  EXPECT_EQ(in_seconds(result.starts), (Seconds{0, 200}));
  EXPECT_EQ(in_seconds(result.ends), (Seconds{150, 210}));
}

// A failure sends a job back to its last checkpoint: 10 s of 30 are lost, 80 s are left at 50.
TEST(Book, AFailedJobGoesOnFromItsCheckpoint) {
  auto jobs = jobs_asking({{0, 2, 100}});
  jobs[0].checkpoint_interval = sec(20);
  Surroundings around;
  around.changes = {{sec(30), 0, {0, 1}, false}, {sec(50), 0, {0, 1}, true}};
  const auto result = replay(jobs, {{.name = "pool", .nodes = 2}}, {"easy_backfill", {}}, around);
  EXPECT_EQ(in_seconds(result.ends), (Seconds{130}));
  EXPECT_EQ(result.lost[0], 10e6);
}

TEST(Book, HeadroomIsTheLimitLessWhatRuns) {
  const auto jobs = jobs_asking({{0, 3, 100, [](Job& job) { job.utilization = 0.5; }}});
  SchedulerCore core(jobs, {{.name = "a", .nodes = 4, .node_power = Power(1000.0)}}, PolicyChoice{"fcfs", {}});
  EXPECT_TRUE(std::isinf(core.view().power_headroom().si()));
  core.set_power_limit(0, Power(4000.0));
  core.submit(0, 0);
  (void)core.pass(0);
  EXPECT_DOUBLE_EQ(core.view().power_headroom().si(), 2500.0);
  core.set_power_headroom(Power(100.0));
  EXPECT_DOUBLE_EQ(core.view().power_headroom().si(), 100.0);
  core.finish(0, sec(100));
  EXPECT_DOUBLE_EQ(core.view().power_headroom().si(), 1600.0);
}

TEST(Order, ByTierAndByDeadline) {
  auto jobs = jobs_asking({{0, 4, 10}, {1, 4, 10}, {2, 4, 10, tier(1)}, {3, 4, 10}});
  jobs[3].deadline = sec(50);
  const std::vector<PoolSpec> pools = {{.name = "pool", .nodes = 4}};
  const auto starts = [&](const char* order) {
    return in_seconds(replay(jobs, pools, {"custom", {{"order", order}, {"select", "strict"}}}).starts);
  };
  EXPECT_EQ(starts("tier"), (Seconds{0, 20, 10, 30}));
  EXPECT_EQ(starts("deadline"), (Seconds{0, 20, 30, 10}));
}

// ---- prolog and epilog ----------------------------------------------------------------------------------------------

// a holds its node for 30 + 100 + 20 s.  c ends by then and may start before the head b, d would end 10 s later; b starts when it
// was promised to, and nothing has slipped.
TEST(Overheads, ReservationsCountThem) {
  for (const char* policy : {"easy_backfill", "conservative_backfill"}) {
    const auto jobs = jobs_asking({{0, 1, 100}, {0, 2, 100}, {0, 1, 110}, {0, 1, 100}});
    SchedulerCore core(jobs, {{.name = "a", .nodes = 2}}, {.name = policy, .options = {}});
    core.set_overheads(sec(30), sec(20));
    for (JobId job = 0; job < 4; ++job) core.submit(job, 0);
    auto pass = core.pass(0);
    ASSERT_EQ(pass.starts.size(), 2u) << policy;
    EXPECT_EQ(pass.starts[0].job, 0);
    EXPECT_EQ(pass.starts[1].job, 3);
    for (const JobId done : {0, 3}) core.completing(done, sec(130));
    EXPECT_TRUE(core.pass(sec(130)).starts.empty());
    for (const JobId done : {0, 3}) core.finish(done, sec(150));
    pass = core.pass(sec(150));
    ASSERT_EQ(pass.starts.size(), 1u) << policy;
    EXPECT_EQ(pass.starts[0].job, 1);
    EXPECT_TRUE(pass.notes.empty()) << policy << ": " << pass.notes[0].key << " " << pass.notes[0].value;
  }
}

// A job that ends before its limit gives its nodes back when its epilog is over: the head is planned for then.
TEST(Overheads, ACompletingJobIsPlannedToTheEndOfItsEpilog) {
  const auto jobs = jobs_asking({{0, 1, 1000}, {0, 2, 100}, {0, 1, 10}});
  SchedulerCore core(jobs, {{.name = "a", .nodes = 2}}, {.name = "easy_backfill", .options = {}});
  core.set_overheads(0, sec(60));
  core.submit(0, 0);
  (void)core.pass(0);
  core.completing(0, sec(130));
  core.submit(1, sec(130));
  (void)core.pass(sec(130));
  EXPECT_EQ(core.view().shadow(0, 2).at, sec(190));
  // 10 s and an epilog of its own do not fit before the head.
  core.submit(2, sec(130));
  EXPECT_TRUE(core.pass(sec(130)).starts.empty());
}

// Nodes go out for maintenance at 100 s: what would still be in its epilog then does not start on them.
TEST(Overheads, PlannedOutagesAreKeptFree) {
  const auto jobs = jobs_asking({{0, 1, 60}, {0, 1, 50}});
  SchedulerCore core(jobs, {{.name = "a", .nodes = 2}}, {.name = "easy_backfill", .options = {}});
  core.set_overheads(sec(30), sec(20));
  core.add_outage(0, {.from = sec(100), .to = sec(200), .nodes = {0, 2}}, 0);
  core.submit(0, 0);
  core.submit(1, 0);
  const auto pass = core.pass(0);
  ASSERT_EQ(pass.starts.size(), 1u);
  EXPECT_EQ(pass.starts[0].job, 1);
}

// Its order looks at the work alone, and a preemption knows that none has been done in a prolog.
TEST(Overheads, NoWorkIsDoneInAProlog) {
  auto jobs = jobs_asking({{0, 1, 100}});
  jobs[0].checkpoint_interval = sec(10);
  Tick unsaved = -1;
  SchedulerCore core(jobs, {{.name = "a", .nodes = 1}}, std::make_unique<Scripted>([&](const View& view, Actions& actions) {
                       if (view.now() == 0) (void)actions.start(0, {.pool = 0});
                       if (view.now() > 0) unsaved = view.unsaved(view.pool(0).running.front());
                     }));
  core.set_overheads(sec(30), 0);
  core.submit(0, 0);
  (void)core.pass(0);
  (void)core.pass(sec(20));
  EXPECT_EQ(unsaved, 0);
  (void)core.pass(sec(44));
  EXPECT_EQ(unsaved, sec(4));
}

}  // namespace
}  // namespace aifactory::scheduling
