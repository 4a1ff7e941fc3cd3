/// A job list in a scenario: limits, clusters, dependencies, jitter, load.
#include "sim/workload/job_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/error.h"
#include "sim/workload/load_workload.h"
#include "tests/sim/workload/temporary_file.h"

namespace aifactory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

const std::vector<ClusterShape> kClusters = {{"train", "gb200_nvl72", 180, 18, 4}, {"infer", "hgx_h100", 40, 4, 8}};
const std::vector<ClusterShape> kOne = {kClusters[0]};

struct Loaded {
  std::vector<Job> jobs;
  SourceReport report;
};
Loaded load(const std::string& text, WorkloadConfig config = {}, const std::vector<ClusterShape>& clusters = kOne,
            Tick horizon = kNever, std::uint64_t seed = 1) {
  const TemporaryFile file(text, ".csv");
  config.jobs.file = InputFile{file.path(), "list.csv"};
  Loaded out;
  out.jobs = load_workload(config, clusters, horizon, seed, out.report);
  return out;
}
std::vector<std::pair<std::string, std::int64_t>> counts(const std::vector<SourceReport::Drop>& list) {
  std::vector<std::pair<std::string, std::int64_t>> out;
  for (const auto& drop : list) out.emplace_back(drop.reason, drop.count);
  return out;
}

TEST(JobList, EveryColumn) {
  const Loaded list = load(
      "job_id,submit_s,nodes,racks,accelerators,duration_s,walltime_s,tenant,kind,profile,cluster,priority,tier,"
      "preemptible,utilization,tokens_per_accelerator_s,checkpoint_interval_s,earliest_start_s,deadline_s,after,status\n"
      "a,1.5,3,,,100,200,lab,train,llama,train,2.5,3,0,0.25,7,60,10,900,,1\n"
      "b,2,,1,,100,,,,,infer,,,,,,,,,a,\n"
      "c,3,,,9,0,,,,,infer,,,,,,,,,,\n",
      {}, kClusters);
  ASSERT_EQ(list.jobs.size(), 3u);
  const Job& a = list.jobs[0];
  EXPECT_EQ(a.submit, 1'500'000);
  EXPECT_EQ(a.nodes, 3);
  EXPECT_EQ(a.accelerators, 12);
  EXPECT_EQ(a.work, to_ticks(100.0 * s));
  EXPECT_EQ(a.estimate, to_ticks(200.0 * s));
  EXPECT_EQ(a.tenant, "lab");
  EXPECT_EQ(a.kind, "train");
  EXPECT_EQ(a.profile, "llama");
  EXPECT_EQ(a.pool, 0);
  EXPECT_EQ(a.priority, 2.5);
  EXPECT_EQ(a.tier, 3);
  EXPECT_FALSE(a.preemptible);
  EXPECT_EQ(a.utilization, 0.25);
  EXPECT_EQ(a.tokens_per_accelerator_s, 7);
  EXPECT_EQ(a.checkpoint_interval, to_ticks(60.0 * s));
  EXPECT_EQ(a.earliest_start, to_ticks(10.0 * s));
  EXPECT_EQ(a.deadline, to_ticks(900.0 * s));
  EXPECT_EQ(a.log_status, 1);
  const Job& b = list.jobs[1];
  EXPECT_EQ(b.nodes, 4);  // a rack of infer
  EXPECT_EQ(b.pool, 1);
  EXPECT_EQ(b.utilization, 1.0);
  EXPECT_THAT(b.after, ElementsAre(0));
  EXPECT_EQ(b.estimate, b.work);
  const Job& c = list.jobs[2];
  EXPECT_EQ(c.nodes, 2);  // 9 of 8 a node
  EXPECT_EQ(c.accelerators, 9);
  EXPECT_EQ(c.work, 0);
}

/// `train` is at `near`, `infer` at `far`; nothing leads to the island.
WorkloadConfig with_sites() {
  WorkloadConfig config;
  config.data_sites = {{"near", 100.0 * GB_per_s}, {"far", 50.0 * GB_per_s}, {"island", std::nullopt}};
  config.profiles = {{"day", 0}, {"burst", 1}};
  config.shared_plans = 2;
  return config;
}
const std::vector<ClusterShape> kSites = {{.name = "train", .rack_kind = "gb200_nvl72", .nodes = 180, .nodes_per_rack = 18, .accelerators_per_node = 4, .site = 0},
                                          {.name = "infer", .rack_kind = "gb200_nvl72", .nodes = 36, .nodes_per_rack = 18, .accelerators_per_node = 4, .site = 1}};

// 90 TB over the slower of two ways are 1,800 s.
TEST(JobList, ProfileCommunicationAndData) {
  const Loaded list = load(
      "job_id,submit_s,nodes,duration_s,power_profile,communication_frac,data,data_size_bytes,staging_s,cluster\n"
      "a,0,1,10,burst,0.25,near,90e12,,\n"
      "b,1,1,10,,,far,,60,train\n"
      "c,2,1,10,,,near,,,\n",
      with_sites(), kSites);
  ASSERT_EQ(list.jobs.size(), 3u);
  EXPECT_EQ(list.jobs[0].plan, 1);
  EXPECT_EQ(list.jobs[0].communication_frac, 0.25);
  EXPECT_THAT(list.jobs[0].staging_on, ElementsAre(0, to_ticks(1800.0 * s)));
  EXPECT_EQ(list.jobs[1].plan, -1);
  EXPECT_THAT(list.jobs[1].staging_on, ElementsAre(to_ticks(60.0 * s), 0));
  EXPECT_THAT(list.jobs[2].staging_on, ElementsAre(0, kNever));
}

TEST(JobList, CountsRowsWhoseProfileOrDataAreNot) {
  const Loaded list = load(
      "job_id,submit_s,nodes,duration_s,utilization,power_profile,communication_frac,data,data_size_bytes,staging_s,cluster\n"
      "ok,0,1,10,,day,,near,,,\n"
      "ok2,0,1,10,0.5,,,,,,\n"
      "ok3,0,1,10,,,,island,,60,train\n"
      "ok4,0,1,10,,,1,,,,\n"
      "ok5,0,1,10,,,,far,1e9,,train\n"
      "ok6,0,1,10,,,,far,1e9,,train\n"
      "ok7,0,1,10,,,,far,1e9,,train\n"
      "both,0,1,10,0.5,day,,,,,\n"
      "night,0,1,10,,night,,,,,\n"
      "mars,0,1,10,,,,mars,,,\n"
      "nowhere,0,1,10,,,,island,1e9,,\n"
      "half,0,1,10,,,,,1e9,,\n"
      "two,0,1,10,,,,near,1e9,60,\n"
      "none,0,1,10,,,,near,0,,\n"
      "share,0,1,10,,,1.5,,,,\n",
      with_sites(), kSites);
  EXPECT_EQ(list.report.used, 7);
  EXPECT_THAT(counts(list.report.drops),
              UnorderedElementsAre(Pair("both utilization and power_profile", 1), Pair("its power profile is not in this scenario", 1),
                                   Pair("the site of its data is not in this scenario", 1), Pair("nothing brings its data to a cluster that may run it", 1),
                                   Pair("data_size_bytes or staging_s without data", 1), Pair("both data_size_bytes and staging_s", 1),
                                   Pair("data_size_bytes or staging_s is not above 0", 1), Pair("communication_frac is not in 0..1", 1)));
}

TEST(JobList, CountsRowsThatNoJobCanBe) {
  const Loaded list = load(
      "job_id,submit_s,nodes,accelerators,duration_s,cluster\n"
      "ok,0,1,,10,\n"
      "neg,-1,1,,10,\n"
      "late,5000,1,,10,\n"
      "wide,0,181,,10,\n"
      "both,0,1,1,10,\n"
      "none,0,,,10,\n"
      "back,0,1,,-10,\n"
      "half,0,1.5,,10,\n"
      "zero,0,0,,10,\n"
      "huge,1e300,1,,10,\n"
      "lost,0,1,,10,mars\n"
      "word,0,one,,10,\n"
      "short,0,1\n",
      {}, kOne, to_ticks(1000.0 * s));
  EXPECT_EQ(list.report.rows, 13);
  EXPECT_EQ(list.report.used, 1);
  EXPECT_THAT(counts(list.report.drops),
              UnorderedElementsAre(
                  Pair("negative submit time", 1), Pair("submitted after the end of the run", 1),
                  Pair("larger than the machine (180 nodes)", 1),
                  Pair("not exactly one of nodes, racks, accelerators", 2), Pair("negative run time, or none", 1),
                  Pair("nodes is not a whole number", 1), Pair("size not above 0", 1), Pair("a time beyond 3e10 s", 1),
                  Pair("its cluster is not in this scenario", 1), Pair("a cell is not a number", 1),
                  Pair("fewer cells than columns", 1)));
}

TEST(JobList, IsRefusedWhenMostOfItIsNone) {
  const TemporaryFile file("job_id,submit_s,nodes,duration_s\na,b,c,d\ne,0,1,1\nf,g,h,i\n", ".csv");
  WorkloadConfig config;
  config.jobs.file = InputFile{file.path(), "list.csv"};
  SourceReport report;
  EXPECT_EQ(message_of([&] { (void)load_workload(config, kOne, kNever, 1, report); }),
            file.path() + ":2: job a: not a job list: a cell is not a number");
}

TEST(JobList, DependenciesSurviveSortingAndJitter) {
  std::string text = "job_id,submit_s,nodes,duration_s,after\n";
  for (int i = 0; i < 200; ++i) {
    text += "j" + std::to_string(i) + "," + std::to_string(200 - i) + ",1,10," +
            (i > 0 ? "j" + std::to_string(i - 1) : std::string()) + "\n";
  }
  WorkloadConfig config;
  config.submit_jitter = 50.0 * s;
  const Loaded list = load(text, config);
  ASSERT_EQ(list.jobs.size(), 200u);
  for (const Job& job : list.jobs) {
    const int number = std::stoi(job.name.substr(1));
    if (number == 0) {
      EXPECT_THAT(job.after, IsEmpty());
      continue;
    }
    ASSERT_EQ(job.after.size(), 1u);
    EXPECT_EQ(list.jobs[static_cast<std::size_t>(job.after[0])].name, "j" + std::to_string(number - 1));
  }
}

TEST(JobList, LeavesOutDependenciesThatCanNeverBeMet) {
  const Loaded list = load(
      "job_id,submit_s,nodes,duration_s,after\n"
      "a,0,1,1,b\nb,0,1,1,a\nc,0,1,1,b\nd,0,1,1,d\ne,0,1,1,nobody a\nf,0,1,1,\ng,0,1,1,f f\n");
  EXPECT_THAT(counts(list.report.changes),
              UnorderedElementsAre(Pair("no estimate: the run time taken", 7),
                                   Pair("waits for a job that is not there: waits no more", 1),
                                   Pair("waits in a circle of jobs: waits no more", 2)));
  EXPECT_THAT(list.jobs[0].after, IsEmpty());      // here the circle of a and b is cut
  EXPECT_THAT(list.jobs[1].after, ElementsAre(0));
  EXPECT_THAT(list.jobs[2].after, ElementsAre(1));  // it only waits for one of them
  EXPECT_THAT(list.jobs[6].after, ElementsAre(5));
}

// Who waits for a job that is submitted after the end of the run waits for good, in a list as in a scenario; who waits for
// a job that is nowhere does not wait.
TEST(JobList, AJobAfterTheEndOfTheRunIsWaitedForAndOneThatIsNowhereIsNot) {
  const Loaded list = load(
      "job_id,submit_s,nodes,duration_s,after\n"
      "a,0,1,1,\nb,1,1,1,late\nc,2,1,1,nobody\nd,3,1,1,a late\nlate,200,1,1,\n", {}, kOne, to_ticks(100.0 * s));
  ASSERT_EQ(list.jobs.size(), 4u);
  EXPECT_EQ(list.jobs[1].earliest_start, kNever);
  EXPECT_EQ(list.jobs[2].earliest_start, 0);
  EXPECT_EQ(list.jobs[3].earliest_start, kNever);
  EXPECT_THAT(list.jobs[3].after, ElementsAre(0));
  EXPECT_THAT(counts(list.report.changes), UnorderedElementsAre(Pair("no estimate: the run time taken", 5),
                                                                Pair("waits for a job that is not there: waits no more", 1)));
}

TEST(JobList, WalltimeModels) {
  const std::string text =
      "job_id,submit_s,nodes,duration_s,walltime_s\n"
      "a,0,1,100,300\nb,1,1,100,\nc,2,1,100,40\n";
  const auto limits = [&](EstimateModel use, EstimateModel missing) {
    WorkloadConfig config;
    config.estimates.use = use;
    config.estimates.missing = missing;
    config.estimates.factor.emplace().constant = 3.0;
    std::vector<double> out;
    for (const Job& job : load(text, config).jobs) out.push_back(job.estimate == kNever ? -1.0 : to_seconds(job.estimate));
    return out;
  };
  using M = EstimateModel;
  EXPECT_THAT(limits(M::log, M::exact), ElementsAre(300, 100, 40));
  EXPECT_THAT(limits(M::log, M::none), ElementsAre(300, -1, 40));
  EXPECT_THAT(limits(M::log, M::factor), ElementsAre(300, 300, 40));
  EXPECT_THAT(limits(M::exact, M::exact), ElementsAre(100, 100, 100));
  EXPECT_THAT(limits(M::factor, M::exact), ElementsAre(300, 300, 300));
  EXPECT_THAT(limits(M::none, M::exact), ElementsAre(-1, -1, -1));
  const auto jobs = load(text).jobs;
  EXPECT_TRUE(jobs[2].killed_at_estimate);
  EXPECT_EQ(jobs[2].work, to_ticks(40.0 * s));
}

TEST(JobList, LoadScaleAndOrigin) {
  const std::string text = "job_id,submit_s,nodes,duration_s\na,100,1,10\nb,140,1,10\n";
  WorkloadConfig config;
  config.load_scale = 2;
  config.log_origin = LogOrigin::first_job;
  const Loaded list = load(text, config);
  EXPECT_EQ(list.jobs[0].submit, 0);
  EXPECT_EQ(list.jobs[1].submit, to_ticks(20.0 * s));
}

// Another replica moves by other amounts, and nothing else of the job changes.
TEST(JobList, ReplicasHaveJitterOfTheirOwn) {
  const std::string text = "job_id,submit_s,nodes,duration_s\na,100,1,10\n";
  WorkloadConfig config;
  config.submit_jitter = 5.0 * s;
  std::vector<Tick> submits;
  for (const char* stream : {"", "/1", "/2"}) {
    config.jitter_stream = stream;
    submits.push_back(load(text, config).jobs[0].submit);
    EXPECT_GE(submits.back(), to_ticks(100.0 * s));
    EXPECT_LT(submits.back(), to_ticks(105.0 * s));
  }
  EXPECT_NE(submits[0], submits[1]);
  EXPECT_NE(submits[1], submits[2]);
}

}  // namespace
}  // namespace aifactory
