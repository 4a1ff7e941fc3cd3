#include "sim/results/job_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace aifactory {
namespace {

using testing::ElementsAre;

JobRecord ran(double submit_s, double start_s, double finish_s, std::int64_t nodes = 1, const char* tenant = "") {
  JobRecord job;
  job.submission = to_ticks(submit_s * s);
  job.start = to_ticks(start_s * s);
  job.finish = to_ticks(finish_s * s);
  job.held = job.work = job.finish - job.start;
  job.state = FinalState::completed_successfully;
  job.requested_nodes = nodes;
  job.tenant = tenant;
  return job;
}

const JobStatistic* find(const std::vector<JobStatistic>& rows, const char* by, const char* group, const char* metric) {
  for (const JobStatistic& row : rows) {
    if (row.by == by && row.group == group && row.metric == metric) return &row;
  }
  return nullptr;
}

// Waits 0, 60, 0, 90 of jobs with areas 2 x 60, 4 x 30, 2 x 30, 2 x 50 = 120, 120, 60, 100 node seconds: weighted mean
// (60 x 120 + 90 x 100) / 400 = 40.5.
TEST(JobStatistics, ByTenantKindAndSize) {
  std::vector<JobRecord> jobs{ran(0, 0, 60, 2, "a"), ran(0, 60, 90, 4, "b"), ran(0, 0, 30, 2, "a"),
                              ran(0, 90, 140, 2, "b")};
  jobs[0].kind = "train";
  jobs[1].energy = 2.0 * kWh;
  jobs[1].cost = 0.5 * usd;
  const auto rows = job_statistics(jobs, job_measure(jobs, 0.0 * s, 0.0 * s, 4.0));
  const JobStatistic* wait = find(rows, "all", "all", "wait_s");
  ASSERT_NE(wait, nullptr);
  EXPECT_EQ(wait->jobs, 4);
  EXPECT_EQ(wait->total, 150.0);
  EXPECT_EQ(wait->mean, 37.5);
  EXPECT_EQ(wait->median, 30.0);
  EXPECT_EQ(wait->max, 90.0);
  EXPECT_DOUBLE_EQ(wait->area_weighted_mean, 40.5);
  EXPECT_EQ(find(rows, "tenant", "a", "wait_s")->mean, 0.0);
  EXPECT_EQ(find(rows, "tenant", "b", "wait_s")->mean, 75.0);
  EXPECT_EQ(find(rows, "tenant", "b", "cost_usd")->total, 0.5);
  EXPECT_EQ(find(rows, "tenant", "a", "cost_usd"), nullptr);
  EXPECT_EQ(find(rows, "kind", "train", "submitted")->total, 1.0);
  EXPECT_EQ(find(rows, "size", "2-4", "wait_s")->jobs, 4);
  EXPECT_DOUBLE_EQ(find(rows, "all", "all", "node_h")->total, 400.0 / 3600.0);
}

TEST(JobStatistics, SizesGrowFourfold) {
  std::vector<std::string> names;
  for (const std::int64_t nodes : {1, 2, 4, 5, 16, 17, 64, 65, 4096, 4097}) names.push_back(size_class(nodes));
  EXPECT_THAT(names, ElementsAre("1", "2-4", "2-4", "5-16", "5-16", "17-64", "17-64", "65-256", "1025-4096",
                                 "4097-16384"));
}

TEST(JobStatistics, TableHasOneLineForEachNumber) {
  const std::vector<JobRecord> none;
  EXPECT_TRUE(job_statistics(none, {}).empty());
}

// Warm-up 10 s after the first submission (100 s), cool-down 20 s before the last (200 s): from 110 s to 180 s, both in.
TEST(JobMeasure, TrimsBySubmission) {
  const std::vector<JobRecord> jobs{ran(100, 110, 111), ran(109, 209, 210), ran(110, 130, 140),
                                    ran(180, 220, 230), ran(181, 999, 1000), ran(200, 300, 310)};
  const JobMeasure measure = job_measure(jobs, 10.0 * s, 20.0 * s, 10.0);
  const JobMetrics metrics = job_metrics(jobs, measure);
  EXPECT_EQ(metrics.submitted, 6);
  EXPECT_EQ(metrics.completed, 6);
  EXPECT_EQ(metrics.counted, 2);
  EXPECT_EQ(metrics.mean_wait->si(), 30.0);
  EXPECT_EQ(metrics.makespan->si(), 1000.0);  // of the whole run
  EXPECT_EQ(find(job_statistics(jobs, measure), "all", "all", "submitted")->total, 2.0);
}

// Two tenants on 10 nodes have 5 each.  A job of 4 nodes and 100 s of work that is over after 150 s: rho 1.5.  One of 10
// nodes would take 200 s on its tenant's half: over after 150 s it is better off, rho 0.75.
TEST(JobMetrics, FinishTimeFairness) {
  const std::vector<JobRecord> jobs{ran(0, 50, 150, 4, "a"), ran(0, 50, 150, 10, "b")};
  const JobMeasure measure = job_measure(jobs, 0.0 * s, 0.0 * s, 10.0);
  EXPECT_EQ(measure.tenants, 2.0);
  EXPECT_DOUBLE_EQ(finish_time_fairness(jobs[0], measure), 1.5);
  EXPECT_DOUBLE_EQ(finish_time_fairness(jobs[1], measure), 0.75);
  EXPECT_DOUBLE_EQ(job_metrics(jobs, measure).fairness.max, 1.5);
}

// Jain, Chiu, Hawe (1984): of K equal shares 1; of 1 and 3: (1 + 3)^2 / (2 (1 + 9)) = 0.8.
TEST(JobMetrics, JainIndexOfTenants) {
  const std::vector<JobRecord> jobs{ran(0, 0, 100, 1, "a"), ran(0, 200, 300, 1, "b")};
  EXPECT_DOUBLE_EQ(*job_metrics(jobs).jain_index, 0.8);
  EXPECT_DOUBLE_EQ(*job_metrics(std::vector{ran(0, 5, 15, 1, "a"), ran(0, 5, 15, 1, "b")}).jain_index, 1.0);
  EXPECT_FALSE(job_metrics(std::vector{ran(0, 5, 15)}).jain_index);
}

TEST(JobMetrics, DeadlinesAreMissedByBeingLate) {
  std::vector<JobRecord> jobs{ran(0, 0, 100), ran(0, 0, 100), ran(0, 0, 100), ran(0, 0, 100)};
  jobs[0].deadline = to_ticks(100.0 * s);  // in time to the microsecond
  jobs[1].deadline = to_ticks(99.0 * s);
  jobs[2].deadline = to_ticks(5000.0 * s);
  jobs[2].state = FinalState::rejected;
  const JobMetrics metrics = job_metrics(jobs);
  EXPECT_EQ(metrics.with_deadline, 3);
  EXPECT_EQ(metrics.missed_deadlines, 2);
}

// Half an accelerator of a node of four for 100 s, and four of four for 300 s: 1 - (0.5 x 100 + 4 x 300) / (4 x 400).
TEST(JobMetrics, InternalFragmentation) {
  std::vector<JobRecord> jobs{ran(0, 0, 100), ran(0, 0, 300)};
  jobs[0].accelerators = jobs[1].accelerators = jobs[1].accelerators_asked = 4.0;
  jobs[0].accelerators_asked = 0.5;
  EXPECT_DOUBLE_EQ(*job_metrics(jobs).internal_fragmentation, 1.0 - 1250.0 / 1600.0);
}

}  // namespace
}  // namespace aifactory
