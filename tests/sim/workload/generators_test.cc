/// The generators with a model of their own: Lublin-Feitelson and the AI mix.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "models/error.h"
#include "sim/workload/load_workload.h"
#include "sim/workload/swf.h"
#include "tests/sim/workload/temporary_file.h"

namespace aifactory {
namespace {

std::vector<Job> generate(const WorkloadConfig& config, const std::vector<ClusterShape>& clusters, Tick horizon,
                          std::uint64_t seed = 1, const LocalStart& start = {}) {
  SourceReport report;
  return load_workload(config, clusters, horizon, seed, report, start);
}

/// What the two samples are compared by.
struct Shape {
  double serial = 0, pow2 = 0, log2_size = 0, log_run = 0, sd_log_run = 0, mean_interarrival_s = 0;
  std::array<double, 24> by_hour{};
};
Shape shape_of(const std::vector<double>& submit_s, const std::vector<double>& size, const std::vector<double>& run_s) {
  Shape shape;
  const auto n = static_cast<double>(size.size());
  double parallel = 0, squares = 0;
  for (std::size_t i = 0; i < size.size(); ++i) {
    const auto whole = static_cast<std::int64_t>(size[i]);
    shape.serial += (whole == 1) / n;
    if (whole > 1) {
      shape.pow2 += ((whole & (whole - 1)) == 0) / n;
      shape.log2_size += std::log2(size[i]);
      ++parallel;
    }
    shape.log_run += std::log(run_s[i]) / n;
    squares += std::pow(std::log(run_s[i]), 2) / n;
    shape.by_hour[static_cast<std::size_t>(std::fmod(submit_s[i], 86400.0) / 3600.0)] += 1.0 / n;
  }
  shape.log2_size /= parallel;
  shape.sd_log_run = std::sqrt(squares - shape.log_run * shape.log_run);
  shape.mean_interarrival_s = (submit_s.back() - submit_s.front()) / (n - 1.0);
  return shape;
}

// lublin_256.swf holds 10,000 jobs that the authors' own program made for 256 nodes.  Shares of 10,000 jobs have a
// standard deviation of at most 0.005, so two samples differ by less than 5 sqrt(2) 0.005 = 0.035; the mean of ln(run)
// (sd 3.0) by less than 5 sqrt(2) 0.03 = 0.21.  Times between submissions are heavy-tailed (a day of few jobs weighs as
// much as hundreds of others): a quarter is allowed.
TEST(Lublin, LooksAsItsAuthorsSample) {
  const char* folder = std::getenv("AIFACTORY_DATA");
  if (folder == nullptr || !std::filesystem::is_directory(folder)) GTEST_SKIP() << "AIFACTORY_DATA is not there";
  std::vector<double> submit, size, run;
  for (const SwfRecord& record : read_swf(std::string(folder) + "/workloads/swf/lublin_256.swf").records) {
    submit.push_back(record.submit.si());
    size.push_back(static_cast<double>(record.allocated_processors));
    run.push_back(std::max(1.0, record.run_time.si()));
  }
  const Shape theirs = shape_of(submit, size, run);
  WorkloadConfig config;
  config.lublin.emplace().max_jobs = 10000;
  submit.clear(), size.clear(), run.clear();
  for (const Job& job : generate(config, {{"a", "cpu", 256, 1, 0}}, kNever)) {
    submit.push_back(to_seconds(job.submit));
    size.push_back(static_cast<double>(job.nodes));
    run.push_back(to_seconds(job.work));
  }
  ASSERT_EQ(size.size(), 10000u);
  const Shape ours = shape_of(submit, size, run);
  EXPECT_NEAR(ours.serial, theirs.serial, 0.035);
  EXPECT_NEAR(ours.pow2, theirs.pow2, 0.035);
  EXPECT_NEAR(ours.log2_size, theirs.log2_size, 0.15);
  EXPECT_NEAR(ours.log_run, theirs.log_run, 0.21);
  EXPECT_NEAR(ours.sd_log_run, theirs.sd_log_run, 0.15);
  EXPECT_NEAR(ours.mean_interarrival_s, theirs.mean_interarrival_s, 0.25 * theirs.mean_interarrival_s);
  for (std::size_t hour = 0; hour < 24; ++hour) EXPECT_NEAR(ours.by_hour[hour], theirs.by_hour[hour], 0.02) << hour;
}

TEST(Lublin, StaysInsideTheMachineAndTheRun) {
  for (const LublinJobs jobs : {LublinJobs::all, LublinJobs::batch, LublinJobs::interactive, LublinJobs::both}) {
    WorkloadConfig config;
    config.lublin.emplace().jobs = jobs;
    const auto made = generate(config, {{"a", "cpu", 24, 1, 0}}, to_ticks(30.0 * day), 7);
    EXPECT_GT(made.size(), 100u);
    for (const Job& job : made) {
      EXPECT_GE(job.nodes, 1);
      EXPECT_LE(job.nodes, 24);
      EXPECT_GE(job.work, kTicksPerSecond);
      EXPECT_LE(job.work, to_ticks(std::exp(12.0) * s));
      EXPECT_LT(job.submit, to_ticks(30.0 * day));
    }
  }
  // Twice the load: the same jobs in half the time.
  WorkloadConfig config;
  config.lublin.emplace();
  const auto usual = generate(config, {{"a", "cpu", 24, 1, 0}}, to_ticks(30.0 * day), 7);
  config.load_scale = 2.0;
  const auto dense = generate(config, {{"a", "cpu", 24, 1, 0}}, to_ticks(15.0 * day), 7);
  ASSERT_NEAR(static_cast<double>(dense.size()), static_cast<double>(usual.size()), 2.0);
  EXPECT_NEAR(static_cast<double>(dense[100].submit) * 2.0, static_cast<double>(usual[100].submit), 2.0);
}

TEST(Lublin, NeedsAnEnd) {
  WorkloadConfig config;
  config.lublin.emplace();
  EXPECT_EQ(message_of([&] { (void)generate(config, {{"a", "cpu", 24, 1, 0}}, kNever); }),
            "workload.lublin: give max_jobs, or a duration of the run: nothing ends the generation");
}

// A hall of 4,096 accelerators for 200 days at a load of 0.8.  Part by part the accelerator time asked for is its share of
// the whole.  The tails are heavy: a sum of n jobs of area x has a relative sd of sqrt(E[x^2] / E[x]^2 / n), by the table
// of the generator 19 % for 61 pre-training gangs (2.1), 5 % for 8,800 tuning jobs (22), 1.5 % for 70,000 debug jobs (17)
// and 6 % for 711 deployments (2.9).  Three of them are allowed.
TEST(AiMix, AsksForItsLoadPartByPart) {
  const std::vector<ClusterShape> hall = {{"hall", "gb200_nvl72", 1024, 18, 4}};
  WorkloadConfig config;
  AiMixConfig& mix = config.ai_mix.emplace();
  mix.load = 0.8;
  mix.debug = 0.001;  // fewer jobs, a quicker test
  mix.tenants.items = {{"alpha", 3.0}, {"beta", 1.0}};
  const double days = 200.0;
  const auto jobs = generate(config, hall, to_ticks(days * day), 3);
  std::map<std::string, double> area, count;
  std::map<std::string, double> tenants;
  for (const Job& job : jobs) {
    // Of what stands at the beginning, only what is left of it was counted.
    area[job.kind] += job.accelerators * to_seconds(job.work);
    ++count[job.kind];
    ++tenants[job.tenant];
    EXPECT_LE(job.accelerators, 2048);
    if (job.kind == "pretraining") {
      EXPECT_GE(job.accelerators, 1024);
      EXPECT_EQ(job.tier, 1);
      EXPECT_NE(job.checkpoint_interval, kNever);
    }
    if (job.kind == "inference") {
      EXPECT_FALSE(job.preemptible);
      EXPECT_EQ(job.tier, 2);
      EXPECT_EQ(job.estimate, kNever);
    }
  }
  const double whole = 4096.0 * days * 86400.0 * 0.8 / (0.70 + 0.13 + 0.001 + 0.165);
  EXPECT_NEAR(area["pretraining"] / whole, 0.70, 0.39);
  EXPECT_NEAR(area["tuning"] / whole, 0.13, 0.02);
  EXPECT_NEAR(area["debug"] / whole, 0.001, 0.00005);
  EXPECT_NEAR(area["inference"] / whole, 0.165, 0.04);
  EXPECT_GT(count["debug"], 100.0 * count["pretraining"]);
  EXPECT_NEAR(tenants["alpha"] / static_cast<double>(jobs.size()), 0.75, 0.01);
}

TEST(AiMix, RestsAtNightAndOnSundays) {
  const std::vector<ClusterShape> hall = {{"hall", "gb200_nvl72", 1024, 18, 4}};
  WorkloadConfig config;
  config.ai_mix.emplace().load = 0.5;
  std::array<double, 24> hour{};
  std::array<double, 7> weekday{};
  for (const Job& job : generate(config, hall, to_ticks(28.0 * day), 3)) {
    if (job.kind != "debug") continue;
    ++hour[static_cast<std::size_t>(std::fmod(to_seconds(job.submit), 86400.0) / 3600.0)];
    ++weekday[static_cast<std::size_t>(std::fmod(to_seconds(job.submit) / 86400.0, 7.0))];
  }
  EXPECT_NEAR(hour[14] / hour[2], 1.6 / 0.4, 0.8);  // 1 + a cos; 2,000 and 500 jobs
  EXPECT_NEAR(weekday[6] / weekday[2], 0.4, 0.05);
}

// Named streams: a smaller part of debug jobs moves no pre-training job.
TEST(AiMix, KindsDoNotMoveEachOther) {
  const std::vector<ClusterShape> hall = {{"hall", "gb200_nvl72", 1024, 18, 4}};
  WorkloadConfig config;
  AiMixConfig& mix = config.ai_mix.emplace();
  mix.load = 0.5;
  const auto only = [&](const std::string& kind) {
    std::vector<std::pair<Tick, Tick>> out;
    for (const Job& job : generate(config, hall, to_ticks(30.0 * day), 3)) {
      if (job.kind == kind) out.emplace_back(job.submit, job.work);
    }
    return out;
  };
  const auto before = only("pretraining");
  mix.diurnal_amplitude = 0.1;
  mix.tenants.items = {{"alpha", 1.0}};
  EXPECT_EQ(only("pretraining"), before);
}

TEST(AiMix, SmallClustersLimitItsGangs) {
  WorkloadConfig config;
  AiMixConfig& mix = config.ai_mix.emplace();
  mix.load = 0.9;
  mix.max_jobs = 500;
  const auto jobs = generate(config, {{"lab", "hgx_h100", 16, 4, 8}}, kNever, 3);
  EXPECT_EQ(jobs.size(), 500u);
  for (const Job& job : jobs) EXPECT_LE(job.accelerators, 64);
}

}  // namespace
}  // namespace aifactory
