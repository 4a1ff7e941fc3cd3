#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/error.h"
#include "models/scheduling/actions.h"
#include "models/scheduling/order.h"
#include "models/scheduling/place.h"
#include "models/scheduling/scheduler_core.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {
namespace {

/// Does what the test says.
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

TEST(Actions, RefusesWhatCannotBeDoneAndChangesNothing) {
  std::vector<Job> jobs(3);
  for (Job& job : jobs) job.nodes = 2;
  jobs[1].pool = 1;
  jobs[2].nodes = 4;
  std::vector<Refusal> got;
  SchedulerCore core(jobs, {{.name = "a", .nodes = 4}, {.name = "b", .nodes = 4}},
                     std::make_unique<Scripted>([&](const View& view, Actions& actions) {
                       const NodeSet most(view.pool(0).spec.nodes, true), wrong_size(3);
                       got = {actions.start(7, {.pool = 0}),
                              actions.start(-1, {.pool = 0}),
                              actions.start(0, {.pool = 2}),
                              actions.start(0, {.pool = -1}),
                              actions.start(1, {.pool = 0}),
                              actions.start(0, {.pool = 0, .avoid = &most}),
                              actions.start(0, {.pool = 0, .avoid = &wrong_size}),
                              actions.start_on(0, {0, {{0, 1}}}),
                              actions.start_on(0, {0, {{3, 5}}}),
                              actions.start_on(0, {0, {{2, 3}, {0, 1}}}),
                              actions.start_on(0, {0, {{0, 1}, {1, 2}}}),
                              actions.start_on(0, {0, {{1, 1}, {2, 4}}}),
                              actions.start_on(0, {0, {{-1, 1}}}),
                              actions.wake_at(view.now()),
                              actions.start_on(0, {0, {{1, 2}, {3, 4}}}),
                              actions.start(0, {.pool = 1}),
                              actions.start(2, {.pool = 0}),
                              actions.start_on(2, {0, {{0, 4}}}),
                              actions.reject(0, "running"),
                              actions.reject(2, "test"),
                              actions.start(2, {.pool = 1}),
                              actions.wake_at(view.now() + 9),
                              actions.wake_at(view.now() + 5),
                              actions.note(0, "why", "test")};
                     }));
  for (JobId job = 0; job < 3; ++job) core.submit(job, 10);
  const auto pass = core.pass(10);
  using enum Refusal;
  EXPECT_THAT(got, testing::ElementsAre(not_waiting, not_waiting, unknown_pool, unknown_pool, wrong_pool, too_few_free,
                                        bad_allocation, wrong_size, bad_allocation, bad_allocation, bad_allocation,
                                        bad_allocation, bad_allocation, not_in_future, none, not_waiting, too_few_free,
                                        node_not_free, not_waiting, none, not_waiting, none, none, none));
  ASSERT_EQ(pass.starts.size(), 1u);
  EXPECT_EQ(pass.starts[0].allocation.nodes, (std::vector<NodeRange>{{1, 2}, {3, 4}}));
  ASSERT_EQ(pass.rejections.size(), 1u);
  EXPECT_EQ(pass.rejections[0].reason, "test");
  EXPECT_EQ(pass.wake_at, 15);
  EXPECT_EQ(pass.notes.size(), 1u);
  EXPECT_EQ(core.queued(), 1);
  EXPECT_EQ(core.running(), 1);
  EXPECT_EQ(core.free_nodes(0), 2);
}

TEST(SchedulerCore, RejectsWhatNoPoolCanEverHold) {
  std::vector<Job> jobs(2);
  jobs[0].nodes = 5;
  jobs[1].nodes = 5;
  jobs[1].pool = 0;
  SchedulerCore core(jobs, {{.name = "a", .nodes = 4}, {.name = "b", .nodes = 5}}, {.name = "fcfs", .options = {}});
  core.submit(0, 0);
  core.submit(1, 0);
  const auto pass = core.pass(0);
  ASSERT_EQ(pass.rejections.size(), 1u);
  EXPECT_EQ(pass.rejections[0].job, 1);
  EXPECT_EQ(pass.rejections[0].reason, "needs 5 nodes, the largest pool that may run it has 4");
  EXPECT_EQ(pass.starts.size(), 1u);
}

TEST(SchedulerCore, RemovesAWaitingJob) {
  std::vector<Job> jobs(2);
  for (Job& job : jobs) job.nodes = 4;
  SchedulerCore core(jobs, {{.name = "a", .nodes = 4}}, {.name = "easy_sjbf", .options = {}});
  core.submit(0, 0);
  core.submit(1, 0);
  (void)core.pass(0);
  EXPECT_EQ(core.queued(), 1);
  core.remove(1, 3);
  EXPECT_EQ(core.queued(), 0);
}

TEST(SchedulerCore, RefusesPoolsItCannotHold) {
  const std::vector<Job> jobs, one(1);
  SchedulerCore(jobs, {}, PolicyChoice{});  // nothing to run and nowhere: clusters under a given load only
  EXPECT_THAT([&] { SchedulerCore(one, {}, PolicyChoice{}); },
              testing::ThrowsMessage<InputError>("scheduling: there is no pool of nodes"));
  EXPECT_THAT([&] { SchedulerCore(jobs, {{.name = "a", .nodes = 1'000'000'000'000}}, PolicyChoice{}); },
              testing::ThrowsMessage<InputError>("scheduling: pool a: 1000000000000 nodes, 1 to a rack; must be "
                                                 "1..100000000 and at least 1"));
}

TEST(SchedulerCoreDeathTest, StopsOnItsCallersMistakes) {
  std::vector<Job> jobs(1);
  jobs[0].nodes = 1;
  SchedulerCore core(jobs, {{.name = "a", .nodes = 4}}, PolicyChoice{});
  EXPECT_DEATH(core.finish(0, 0), "finish: job 0 is in stage 0");
  core.submit(0, 5);
  EXPECT_DEATH(core.submit(0, 5), "submit: job 0 is in stage 1");
  EXPECT_DEATH((void)core.pass(4), "time runs back from 5 to 4");
}

}  // namespace
}  // namespace aifactory::scheduling
