#include "sim/results/job_metrics.h"

#include <gtest/gtest.h>

namespace aifactory {
namespace {

JobRecord ran(double submit_s, double start_s, double finish_s, FinalState state = FinalState::completed_successfully) {
  JobRecord job;
  job.submission = to_ticks(submit_s * s);
  job.start = to_ticks(start_s * s);
  job.finish = to_ticks(finish_s * s);
  job.held = job.finish - job.start;
  job.state = state;
  return job;
}

// Four jobs of (nodes, run) (2,60) (4,30) (2,30) (2,50) on 4 nodes under EASY end at 60, 90, 30, 140 (EASY case of the
// WRENCH project's batch scheduler tests).  By hand: starts 0, 60, 0, 90; waits 0, 60, 0, 90, mean 37.5; slowdowns
// 60/60, 90/30, 30/30, 140/50 = 1, 3, 1, 2.8, mean 1.95.
TEST(JobMetrics, EasyCaseOfFourJobs) {
  const std::vector<JobRecord> jobs{ran(0, 0, 60), ran(0, 60, 90), ran(0, 0, 30), ran(0, 90, 140)};
  const JobMetrics metrics = job_metrics(jobs);
  EXPECT_EQ(metrics.submitted, 4);
  EXPECT_EQ(metrics.completed, 4);
  EXPECT_DOUBLE_EQ(metrics.mean_wait->si(), 37.5);
  EXPECT_DOUBLE_EQ(*metrics.mean_bounded_slowdown, 1.95);
  EXPECT_DOUBLE_EQ(metrics.makespan->si(), 140.0);
}

// Feitelson and Rudolph (1998): max(1, (wait + run) / max(run, tau)), tau = 10 s.
TEST(JobMetrics, ShortJobsAreBoundedByTenSeconds) {
  EXPECT_DOUBLE_EQ(*job_metrics(std::vector{ran(0, 30, 31)}).mean_bounded_slowdown, 3.1);  // 31 / 10, not 31 / 1
  EXPECT_DOUBLE_EQ(*job_metrics(std::vector{ran(0, 0, 1)}).mean_bounded_slowdown, 1.0);    // not 0.1
  EXPECT_DOUBLE_EQ(*job_metrics(std::vector{ran(0, 30, 30)}).mean_bounded_slowdown, 3.0);  // no run time at all
}

TEST(JobMetrics, MeansTakeEveryJobThatRanHoweverItEnded) {
  JobRecord rejected, queued, running;
  rejected.state = FinalState::rejected;
  rejected.finish = to_ticks(5 * s);
  running = ran(0, 100, 900, FinalState::running);
  running.finish = kNever;
  const std::vector<JobRecord> jobs{ran(0, 10, 110),
                                    ran(0, 20, 120, FinalState::completed_walltime_reached),
                                    ran(0, 30, 130, FinalState::completed_failed),
                                    ran(0, 40, 140, FinalState::completed_killed),
                                    rejected,
                                    ran(0, 500, 600, FinalState::rejected),  // interrupted, then refused a second start
                                    queued,
                                    running};
  const JobMetrics metrics = job_metrics(jobs);
  EXPECT_DOUBLE_EQ(metrics.mean_wait->si(), 25.0);
  EXPECT_EQ(metrics.submitted, 8);
  EXPECT_EQ(metrics.completed, 1);
  EXPECT_EQ(metrics.failed, 1);
  EXPECT_EQ(metrics.killed, 2);
  EXPECT_EQ(metrics.rejected, 2);
  EXPECT_EQ(metrics.running_at_end, 1);
  EXPECT_EQ(metrics.queued_at_end, 1);
}

// Submitted at 0, on nodes 10..40 and, after a fault, 60..100: 70 s held, 30 s in the queue, 100 s in all.
TEST(JobMetrics, WaitOfAnInterruptedJobIsAllItsTimeInTheQueue) {
  JobRecord job = ran(0, 10, 100);
  job.held = to_ticks(70 * s);
  job.restarts = 1;
  const JobMetrics metrics = job_metrics(std::vector{job});
  EXPECT_DOUBLE_EQ(metrics.mean_wait->si(), 30.0);
  EXPECT_DOUBLE_EQ(*metrics.mean_bounded_slowdown, 100.0 / 70.0);
}

TEST(JobMetrics, AreUnsetWhileNoJobHasEnded) {
  Summary summary;
  put_job_metrics(job_metrics({}), summary.whole());
  EXPECT_EQ(summary.number("jobs.submitted"), 0.0);
  EXPECT_TRUE(summary.json()["jobs"]["mean_wait_s"].is_null());
  EXPECT_TRUE(summary.json()["jobs"]["makespan_s"].is_null());
}

TEST(JobMetrics, CountEachClusterAndSiteAlone) {
  std::vector<JobRecord> jobs{ran(0, 0, 60), ran(0, 60, 90), ran(0, 0, 30)};
  const std::string a("a"), b("b"), east("east");
  jobs[0].cluster = jobs[1].cluster = a;
  jobs[2].cluster = b;
  jobs[1].site = east;
  EXPECT_EQ(job_metrics_of_cluster(jobs, "a").submitted, 2);
  EXPECT_EQ(job_metrics_of_cluster(jobs, "b").makespan->si(), 30.0);
  EXPECT_EQ(job_metrics_of_site(jobs, "east").makespan->si(), 90.0);
}

}  // namespace
}  // namespace aifactory
