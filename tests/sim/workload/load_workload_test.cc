#include "sim/workload/load_workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "models/error.h"
#include "tests/sim/workload/temporary_file.h"

namespace aifactory {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

// Two pools: racks of 18 nodes of 4 accelerators, and racks of 4 nodes of 8.
const std::vector<ClusterShape> kClusters = {{"train", "gb200_nvl72", 180, 18, 4}, {"infer", "hgx_h100", 40, 4, 8}};
const std::vector<ClusterShape> kOne = {kClusters[0]};

std::vector<std::pair<std::string, std::int64_t>> counts(const std::vector<SourceReport::Drop>& list) {
  std::vector<std::pair<std::string, std::int64_t>> out;
  for (const auto& drop : list) out.emplace_back(drop.reason, drop.count);
  return out;
}

JobConfig job_of(std::int64_t nodes, double submit_s = 0, double duration_s = 10) {
  JobConfig job;
  job.nodes = nodes;
  job.submit = submit_s * s;
  job.duration = duration_s * s;
  return job;
}

TEST(LoadWorkload, TurnsALogIntoJobs) {
  const TemporaryFile file(
      "; MaxProcs: 64\n"
      "7  50 -1 100 8 -1 -1 16 200 -1 1 3 1 -1 -1 -1 -1 -1\n"   // unsorted with the next
      "8  10 -1 300 8 -1 -1 -1 200 -1 0 -1 1 -1 -1 -1 -1 -1\n"  // size from field 5; cut at the estimate
      "9  60 -1 1.5 4 -1 -1 4 -1 -1 1 3 1 -1 -1 -1 -1 -1\n"     // no estimate
      "9  70 -1 10 4 -1 -1 4 20 -1 1 3 1 -1 -1 -1 -1 -1\n"      // number used twice
      "10 80 -1 0 4 -1 -1 4 20 -1 1 3 1 -1 -1 -1 -1 -1\n"       // no run time
      "11 80 -1 -1 4 -1 -1 4 20 -1 1 3 1 -1 -1 -1 -1 -1\n"      //
      "12 80 -1 10 0 -1 -1 -1 20 -1 1 3 1 -1 -1 -1 -1 -1\n"     // no size
      "13 -5 -1 10 4 -1 -1 4 20 -1 1 3 1 -1 -1 -1 -1 -1\n"      // before the log
      "14 80 -1 10 4 -1 -1 181 20 -1 1 3 1 -1 -1 -1 -1 -1\n"    // too large
      "15 1e300 -1 10 4 -1 -1 4 20 -1 1 3 1 -1 -1 -1 -1 -1\n"   // absurd
      "16 5000 -1 10 4 -1 -1 4 20 -1 1 3 1 -1 -1 -1 -1 -1\n");  // after the end
  WorkloadConfig config;
  config.swf = InputFile{file.path(), "a.swf"};
  config.utilization = 0.7;
  SourceReport report;
  const auto jobs = load_workload(config, kOne, to_ticks(4000.0 * s), 1, report);
  ASSERT_EQ(jobs.size(), 4u);
  EXPECT_EQ(report.rows, 11);
  EXPECT_EQ(report.used, 4);
  EXPECT_THAT(counts(report.drops),
              ElementsAre(Pair("run time not above 0", 2), Pair("size not above 0", 1), Pair("negative submit time", 1),
                          Pair("larger than the machine (180 nodes)", 1), Pair("a time beyond 3e10 s", 1),
                          Pair("submitted after the end of the run", 1)));
  EXPECT_EQ(report.drops[0].first, file.path() + ":6: job 10");
  EXPECT_THAT(counts(report.changes),
              UnorderedElementsAre(Pair("not in the order of submission: sorted", 1),
                                   Pair("job number used before: kept", 1), Pair("run time cut at the estimate", 1),
                                   Pair("no estimate: the run time taken", 1)));
  EXPECT_EQ(jobs[0].name, "8");
  EXPECT_EQ(jobs[0].submit, to_ticks(10.0 * s));
  EXPECT_EQ(jobs[0].nodes, 8);
  EXPECT_EQ(jobs[0].accelerators, 32);
  EXPECT_EQ(jobs[0].work, to_ticks(200.0 * s));
  EXPECT_TRUE(jobs[0].killed_at_estimate);
  EXPECT_EQ(jobs[0].log_status, 0);
  EXPECT_EQ(jobs[0].tenant, "");
  EXPECT_EQ(jobs[1].name, "7");
  EXPECT_EQ(jobs[1].nodes, 16);
  EXPECT_EQ(jobs[1].tenant, "user_3");
  EXPECT_EQ(jobs[1].utilization, 0.7);
  EXPECT_EQ(jobs[1].pool, 0);
  EXPECT_EQ(jobs[2].work, 1'500'000);
  EXPECT_EQ(jobs[2].estimate, 1'500'000);
  EXPECT_FALSE(jobs[2].killed_at_estimate);

  config.load_scale = 2;
  config.log_origin = LogOrigin::first_job;
  SourceReport scaled;
  const auto faster = load_workload(config, kOne, kNever, 1, scaled);
  ASSERT_EQ(faster.size(), 5u);
  EXPECT_EQ(faster[0].submit, 0);
  EXPECT_EQ(faster[1].submit, to_ticks(20.0 * s));  // (50 - 10) / 2
  EXPECT_EQ(faster[4].submit, to_ticks(2495.0 * s));

  EXPECT_EQ(nodes_from_log(config), 64);
  config.processors = 99;
  EXPECT_EQ(nodes_from_log(config), 99);
}

TEST(LoadWorkload, JitterMovesSubmissionsOnlyWithinItsBound) {
  const TemporaryFile file("1 10 -1 100 8 -1 -1 16 200 -1 1 3 1 -1 -1 -1 -1 -1\n");
  WorkloadConfig config;
  config.swf = InputFile{file.path(), "a.swf"};
  config.submit_jitter = 5.0 * s;
  SourceReport report;
  const Tick one = load_workload(config, kOne, kNever, 1, report).at(0).submit;
  const Tick two = load_workload(config, kOne, kNever, 2, report).at(0).submit;
  EXPECT_NE(one, two);
  for (const Tick submit : {one, two}) {
    EXPECT_GE(submit, to_ticks(10.0 * s));
    EXPECT_LT(submit, to_ticks(15.0 * s));
  }
}

TEST(LoadWorkload, ChoosesTheClusterOfTheLogByItsRacks) {
  const TemporaryFile file("1 10 -1 100 8 -1 -1 16 200 -1 1 3 1 -1 -1 -1 -1 -1\n");
  WorkloadConfig config;
  config.swf = InputFile{file.path(), "a.swf"};
  SourceReport report;
  EXPECT_EQ(load_workload(config, kClusters, kNever, 1, report).at(0).pool, -1);
  config.node_kind = "hgx_h100";
  EXPECT_EQ(load_workload(config, kClusters, kNever, 1, report).at(0).pool, 1);
  config.node_kind = "train";
  EXPECT_EQ(load_workload(config, kClusters, kNever, 1, report).at(0).pool, 0);
  config.node_kind = "b200";
  EXPECT_EQ(message_of([&] { (void)load_workload(config, kClusters, kNever, 1, report); }),
            "workload.node_kind: no cluster is named b200 or has such racks (clusters: train, infer)");
  auto three = kClusters;
  three.push_back({"more", "hgx_h100", 4, 4, 8});
  config.node_kind = "hgx_h100";
  EXPECT_EQ(message_of([&] { (void)load_workload(config, three, kNever, 1, report); }),
            "workload.node_kind: hgx_h100 fits 2 of 3 clusters; name the one that runs the log");
}

TEST(LoadWorkload, ListsExplicitJobs) {
  WorkloadConfig config;
  JobConfig racks;
  racks.racks = 2;
  racks.name = "big";
  racks.submit = 5.0 * s;
  racks.duration = 100.0 * s;
  racks.walltime = 60.0 * s;
  racks.cluster = "infer";
  JobConfig half;
  half.accelerators = 0.5;
  half.duration = 10.0 * s;
  half.cluster = "infer";
  half.count = 3;
  half.every = 2.0 * s;
  half.checkpoint_interval = 4.0 * s;
  config.jobs.list = {racks, half, job_of(180, 4)};
  SourceReport report;
  const auto jobs = load_workload(config, kClusters, kNever, 1, report);
  std::vector<std::string> names;
  for (const Job& job : jobs) names.push_back(job.name);
  EXPECT_THAT(names, ElementsAre("job_2_1", "job_2_2", "job_2_3", "job_3", "big"));
  EXPECT_EQ(jobs[4].nodes, 8);
  EXPECT_EQ(jobs[4].accelerators, 64);
  EXPECT_EQ(jobs[4].pool, 1);
  EXPECT_EQ(jobs[4].work, to_ticks(60.0 * s));
  EXPECT_TRUE(jobs[4].killed_at_estimate);
  EXPECT_EQ(jobs[1].submit, to_ticks(2.0 * s));
  EXPECT_EQ(jobs[0].nodes, 1);
  EXPECT_EQ(jobs[0].accelerators, 0.5);
  EXPECT_EQ(jobs[0].estimate, kNever);
  EXPECT_EQ(jobs[0].checkpoint_interval, to_ticks(4.0 * s));
  EXPECT_EQ(jobs[3].pool, -1);
}

TEST(LoadWorkload, RefusesAnExplicitJobThatCannotRun) {
  const auto refusal = [](JobConfig job) {
    WorkloadConfig config;
    config.jobs.list = {std::move(job)};
    SourceReport report;
    return message_of([&] { (void)load_workload(config, kClusters, kNever, 1, report); });
  };
  EXPECT_EQ(refusal(job_of(181)), "workload.jobs: job job_1 needs 181 nodes; the largest cluster has 180");
  auto pinned = job_of(41);
  pinned.cluster = "infer";
  pinned.name = "wide";
  EXPECT_EQ(refusal(pinned), "workload.jobs: job wide needs 41 nodes; cluster infer has 40");
  pinned.cluster = "trian";
  EXPECT_EQ(refusal(pinned), "workload.jobs: job wide: no cluster is named trian (clusters: train, infer)");
  JobConfig racks;
  racks.racks = 1;
  racks.duration = 1.0 * s;
  EXPECT_EQ(
      refusal(racks),
      "workload.jobs: job job_1: clusters train and infer differ in nodes per rack; name the cluster, or give nodes");
}

struct Complaints {
  std::vector<std::string> list;
  void error(const std::string& key, const std::string& message) { list.push_back(key + ": " + message); }
};

TEST(WorkloadConfig, SaysWhatIsMissing) {
  Complaints empty, both, shape;
  WorkloadConfig{}.validate(empty);
  EXPECT_THAT(empty.list, ElementsAre(": at least one of swf, synthetic, lublin, ai_mix, jobs, services must be given"));
  auto job = job_of(1);
  job.racks = 1;
  job.validate(both);
  EXPECT_THAT(both.list, ElementsAre(": exactly one of racks, nodes, accelerators must be given"));
  Distribution<Duration> twice;
  twice.constant = 1.0 * s;
  twice.uniform = {2.0 * s, 1.0 * s};
  twice.validate(shape);
  EXPECT_THAT(shape.list,
              ElementsAre(": exactly one of constant, uniform, lognormal, exponential, choice must be given",
                          "uniform: low must not be above high"));
}

// Rows and usable jobs counted in the published files by awk: run time <= 0 and size <= 0 are unusable.
TEST(PublishedLogs, AreReadWhole) {
  const char* folder = std::getenv("AIFACTORY_DATA");
  if (folder == nullptr || !std::filesystem::is_directory(folder)) {
    GTEST_SKIP() << "AIFACTORY_DATA does not name the folder of test data";
  }
  struct Row {
    const char* name;
    std::int64_t nodes, rows;
  };
  for (const Row& row : {Row{"KTH-SP2-1996", 100, 28489}, Row{"UniLu-Gaia-2014-1", 2004, 51987},
                         Row{"alea-hpc2n", 240, 3170}, Row{"lublin_256", 256, 10000}, Row{"theta_2022", 4360, 23911}}) {
    SCOPED_TRACE(row.name);
    WorkloadConfig config;
    config.swf = InputFile{std::string(folder) + "/workloads/swf/" + row.name + ".swf", row.name};
    EXPECT_EQ(nodes_from_log(config), row.nodes);
    SourceReport report;
    const auto jobs = load_workload(config, {{"log", "node", row.nodes, 1, 0}}, kNever, 1, report);
    EXPECT_EQ(report.rows, row.rows);
    std::int64_t dropped = 0;
    for (const auto& drop : report.drops) dropped += drop.count;
    EXPECT_EQ(report.used + dropped, row.rows);
    EXPECT_EQ(static_cast<std::int64_t>(jobs.size()), report.used);
    EXPECT_GT(report.used, row.rows * 8 / 10);
  }
}

}  // namespace
}  // namespace aifactory
