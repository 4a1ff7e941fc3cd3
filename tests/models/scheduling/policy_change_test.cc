/// Another policy takes over in the middle of a schedule.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "models/random.h"
#include "models/scheduling/policies.h"
#include "models/scheduling/scheduler_core.h"
#include "models/scheduling/view.h"
#include "tests/models/scheduling/testing.h"

namespace aifactory::scheduling {
namespace {

/// Jobs in whole seconds on 10 nodes; at `change_at`, after what that instant brings, `later` takes over, and the pool has `nodes_then`.
class Course {
 public:
  Course(std::vector<Job> jobs, const PolicyChoice& first, const PolicyChoice& later, Tick change_at, std::int64_t nodes_then = 10)
      : jobs_(std::move(jobs)), core_(jobs_, {{.name = "pool", .nodes = 10}}, first), starts_(jobs_.size(), kNever), later_(later), change_at_(change_at), nodes_then_(nodes_then) {
    std::set<Tick> instants{change_at};
    for (const Job& job : jobs_) instants.insert(job.submit);
    while (!instants.empty()) {
      const Tick now = *instants.begin();
      instants.erase(instants.begin());
      step(now, instants);
    }
  }
  /// Seconds of the last start of each job; -1: never.
  [[nodiscard]] Seconds starts() const { return in_seconds(starts_); }
  [[nodiscard]] const SchedulerCore& core() const { return core_; }
  std::vector<JobId> rejected;

 private:
  void step(Tick now, std::set<Tick>& instants) {
    for (auto end = ends_.begin(); end != ends_.end();) {
      if (end->second != now) {
        ++end;
        continue;
      }
      core_.finish(end->first, now);
      end = ends_.erase(end);
    }
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (jobs_[i].submit == now && !submitted_.contains(i)) {
        submitted_.insert(i);
        core_.submit(static_cast<JobId>(i), now);
      }
    }
    // `per_event` keeps what an instant has brought until its pass: the change comes behind that.
    const bool changes = now == change_at_ && !changed_;
    pass(now, instants);
    if (!changes) return;
    changed_ = true;
    if (nodes_then_ < 10) core_.set_nodes(0, {nodes_then_, 10}, NodeState::draining, now);
    core_.resize_pools({{0, nodes_then_}}, make_policy(later_), now);
    pass(now, instants);
  }
  void pass(Tick now, std::set<Tick>& instants) {
    const auto result = core_.pass(now);
    for (const auto& preemption : result.preemptions) ends_.erase(preemption.job);
    for (const auto& rejection : result.rejections) rejected.push_back(rejection.job);
    for (const auto& start : result.starts) {
      starts_[static_cast<std::size_t>(start.job)] = now;
      const Tick end = now + jobs_[static_cast<std::size_t>(start.job)].work;
      ends_[start.job] = end;
      instants.insert(end);
    }
    if (result.wake_at != kNever && result.wake_at > now) instants.insert(result.wake_at);
    ASSERT_GE(core_.free_nodes(0), 0);
  }

  std::vector<Job> jobs_;
  SchedulerCore core_;
  std::vector<Tick> starts_;
  std::map<JobId, Tick> ends_;
  std::set<std::size_t> submitted_;
  PolicyChoice later_;
  Tick change_at_;
  std::int64_t nodes_then_;
  bool changed_ = false;
};

PolicyChoice named(std::string_view name) { return {.name = std::string(name), .options = {}}; }

// All nodes are held until 100; jobs 1 (long) and 2 (short) wait.  The order of the queue is the new policy's from 50 on.
TEST(PolicyChange, TheQueueIsInTheNewOrder) {
  const std::vector<Ask> asks = {{0, 10, 100}, {1, 10, 60}, {2, 10, 10}};
  EXPECT_EQ(Course(jobs_asking(asks), named("fcfs"), named("fcfs"), sec(50)).starts(), (Seconds{0, 100, 160}));
  EXPECT_EQ(Course(jobs_asking(asks), named("fcfs"), named("sjf"), sec(50)).starts(), (Seconds{0, 110, 100}));
  EXPECT_EQ(Course(jobs_asking(asks), named("sjf"), named("fcfs"), sec(50)).starts(), (Seconds{0, 100, 160}));
}
// Job 1 waits for all nodes; strict order keeps job 2 behind it, backfill lets it pass at once: 4 nodes are free, and it ends before job 0.
TEST(PolicyChange, ActsAtOnce) {
  const std::vector<Ask> asks = {{0, 6, 100}, {1, 10, 60}, {2, 4, 10}};
  EXPECT_EQ(Course(jobs_asking(asks), named("fcfs"), named("easy_backfill"), sec(50)).starts(), (Seconds{0, 100, 50}));
}
// Tenant a may hold 4 nodes from 50 on: its second job, of 4, waits for its first although 6 nodes are free; its third, of 5, can never run.
TEST(PolicyChange, NewQuotasHoldForJobsThatWait) {
  PolicyChoice later = named("fcfs");
  later.quotas = {{"a", 4}};
  const auto one = [](double submit, std::int64_t nodes, double span) { return Ask{submit, nodes, span, tenant("a")}; };
  Course course(jobs_asking({{0, 10, 100, tenant("b")}, one(1, 4, 50), one(2, 4, 50), one(3, 5, 50)}), named("fcfs"), later, sec(50));
  EXPECT_EQ(course.starts(), (Seconds{0, 100, 150, -1}));
  EXPECT_EQ(course.rejected, (std::vector<JobId>{3}));
}
// And the other way round: what waited for its quota alone starts when the quota is gone.
TEST(PolicyChange, QuotasThatEndLetJobsGo) {
  PolicyChoice first = named("fcfs");
  first.quotas = {{"a", 4}};
  const auto one = [](double submit, std::int64_t nodes, double span) { return Ask{submit, nodes, span, tenant("a")}; };
  EXPECT_EQ(Course(jobs_asking({one(0, 4, 100), one(1, 4, 50)}), first, named("fcfs"), sec(50)).starts(), (Seconds{0, 50}));
}
// Ten more nodes at 50: the job that waits for nodes starts then, one that needs 20 was refused at 2 and one at 60 is not.
TEST(PoolSize, NewNodesAreFree) {
  Course course(jobs_asking({{0, 10, 100}, {1, 10, 60}, {2, 20, 10}, {60, 20, 10}}), named("fcfs"), named("fcfs"), sec(50), 20);
  EXPECT_EQ(course.starts(), (Seconds{0, 50, -1, 110}));
  EXPECT_EQ(course.rejected, (std::vector<JobId>{2}));
  EXPECT_EQ(course.core().free_nodes(0), 20);
}
// Six nodes go at 50: the job that holds them goes on, one that needs more than are left is refused, others start on what stays.
TEST(PoolSize, NodesThatGoAreNotGivenOut) {
  Course course(jobs_asking({{0, 10, 100}, {1, 8, 60}, {2, 4, 10}, {3, 4, 10}}), named("fcfs"), named("fcfs"), sec(50), 4);
  EXPECT_EQ(course.starts(), (Seconds{0, -1, 100, 110}));
  EXPECT_EQ(course.rejected, (std::vector<JobId>{1}));
  EXPECT_EQ(course.core().free_nodes(0), 4);
}
// A job that waits for another, and one for its earliest start, go on waiting.
TEST(PolicyChange, WhatJobsWaitForStays) {
  std::vector<Job> jobs = jobs_asking({{0, 5, 100}, {1, 5, 10}, {1, 5, 10}});
  jobs[1].after = {0};
  jobs[2].earliest_start = sec(70);
  EXPECT_EQ(Course(jobs, named("fcfs"), named("sjf"), sec(50)).starts(), (Seconds{0, 100, 70}));
}
// Whatever takes over from whatever, on more or fewer nodes, every job runs, and nodes are never given out twice (the book's own checks).
TEST(PolicyChange, NoJobIsLostBetweenAnyTwoPolicies) {
  for (const PolicyInfo& first : known_policies()) {
    for (const PolicyInfo& later : known_policies()) {
      if (first.name == "custom" || later.name == "custom") continue;
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        Rng rng(seed, "test/policy_change");
        std::vector<Ask> asks;
        for (int i = 0; i < 30; ++i) {
          asks.push_back({static_cast<double>(rng.uniform_int(0, 59)), rng.uniform_int(1, 8), static_cast<double>(rng.uniform_int(1, 30)),
                          tenant(rng.uniform() < 0.5 ? "a" : "b")});
        }
        Course course(jobs_asking(asks), named(first.name), named(later.name), sec(static_cast<double>(rng.uniform_int(5, 100))),
                      rng.uniform_int(8, 14));
        ASSERT_EQ(course.core().queued() + course.core().running(), 0) << first.name << " -> " << later.name << ", seed " << seed;
        for (const double start : course.starts()) ASSERT_GE(start, 0.0) << first.name << " -> " << later.name << ", seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace aifactory::scheduling
