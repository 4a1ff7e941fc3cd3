#include "sim/workload/synthetic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/error.h"
#include "tests/sim/workload/temporary_file.h"

namespace aifactory {
namespace {

const std::vector<ClusterShape> kClusters = {{"train", "gb200_nvl72", 180, 18, 4}};

JobClassConfig class_of(const std::string& name, double share) {
  JobClassConfig c;
  c.name = name;
  c.share = share;
  c.nodes = Distribution<double>{};
  c.nodes->constant = 2;
  c.duration.lognormal = {600.0 * s, 1.0};
  return c;
}

SyntheticConfig two_classes() {
  SyntheticConfig config;
  config.mean_interarrival = 60.0 * s;
  config.classes = {class_of("train", 3), class_of("eval", 1)};
  return config;
}

std::vector<Job> generate(const SyntheticConfig& config, Duration horizon, std::uint64_t seed = 1,
                          const LocalStart& start = {}) {
  WorkloadConfig workload;
  workload.synthetic = config;
  SourceReport report;
  return load_workload(workload, kClusters, to_ticks(horizon), seed, report, start);
}

// 100 days at one a minute: 144,000 expected, standard deviation sqrt(144,000) = 379; five of them are allowed.
TEST(Synthetic, ArrivesAtTheGivenRateAndShares) {
  const auto jobs = generate(two_classes(), 100.0 * day);
  EXPECT_NEAR(static_cast<double>(jobs.size()), 144'000, 5 * 379);
  const auto evals = std::count_if(jobs.begin(), jobs.end(), [](const Job& job) { return job.kind == "eval"; });
  EXPECT_NEAR(static_cast<double>(evals), 36'000, 5 * 190);
  const auto shorter =
      std::count_if(jobs.begin(), jobs.end(), [](const Job& job) { return job.work < to_ticks(600.0 * s); });
  EXPECT_NEAR(static_cast<double>(shorter), static_cast<double>(jobs.size()) / 2, 5 * 190);  // the median
  EXPECT_TRUE(std::is_sorted(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.submit < b.submit; }));
}

// rate 1 + 0.8 cos(2 pi (h - 14) / 24): over the hour [h, h+1) its mean is the integral below; counts of 98 days are
// within five standard deviations.  The run starts at 06:00, so hour 14 is 8 h after it.
TEST(Synthetic, FollowsTheDay) {
  auto config = two_classes();
  config.diurnal_amplitude = 0.8;
  const auto jobs = generate(config, 98.0 * day, 3, {.time_of_day = 6.0 * h, .weekday = 0});
  std::array<double, 24> counted{};
  for (const Job& job : jobs) counted[static_cast<std::size_t>(std::fmod(to_seconds(job.submit) / 3600 + 6, 24))] += 1;
  for (int hour = 0; hour < 24; ++hour) {
    const double w = 2 * M_PI / 24;
    const double mean = 1 + 0.8 * (std::sin(w * (hour + 1 - 14)) - std::sin(w * (hour - 14))) / w;
    const double expected = 98 * 60 * mean;
    EXPECT_NEAR(counted[static_cast<std::size_t>(hour)], expected, 5 * std::sqrt(expected)) << "hour " << hour;
  }
}

// Saturday and Sunday at a fifth of the other days: 5 a + 2 a / 5 = 7 days' worth, a = 1.2963.  Starts on a Wednesday.
TEST(Synthetic, FollowsTheWeekAndKeepsTheMean) {
  auto config = two_classes();
  config.weekday_factors = {1, 1, 1, 1, 1, 0.2, 0.2};
  const auto jobs = generate(config, 98.0 * day, 4, {.time_of_day = 0.0 * s, .weekday = 2});
  std::array<double, 7> counted{};
  for (const Job& job : jobs) counted[static_cast<std::size_t>(std::fmod(to_seconds(job.submit) / 86400 + 2, 7))] += 1;
  for (std::size_t weekday = 0; weekday < 7; ++weekday) {
    const double expected = 14 * 1440 * (weekday < 5 ? 1.2963 : 0.25926);
    EXPECT_NEAR(counted[weekday], expected, 5 * std::sqrt(expected)) << "day " << weekday;
  }
}

TEST(Synthetic, AClassHasItsOwnNumbers) {
  const auto durations = [](const std::vector<Job>& jobs) {
    std::vector<Tick> out;
    for (const Job& job : jobs) {
      if (job.kind == "train" && out.size() < 50) out.push_back(job.work);
    }
    return out;
  };
  auto other = two_classes();
  other.classes[1].duration.lognormal = {60.0 * s, 2.0};
  other.classes.push_back(class_of("third", 5));
  EXPECT_EQ(durations(generate(two_classes(), 2.0 * day)), durations(generate(other, 2.0 * day)));
  EXPECT_NE(durations(generate(two_classes(), 2.0 * day)), durations(generate(two_classes(), 2.0 * day, 2)));
}

TEST(Synthetic, DrawsEveryShape) {
  auto config = two_classes();
  JobClassConfig& c = config.classes[0];
  config.classes.resize(1);
  c.nodes.reset();
  c.racks = Distribution<double>{};
  c.racks->choice = {{1, 2, 50}, {1, 1, 2}};  // 50 racks are more than the cluster has
  c.duration = {};
  c.duration.uniform = {100.0 * s, 200.0 * s};
  c.estimate_factor = Distribution<double>{};
  c.estimate_factor->choice = {{0.5, 3}, {}};
  config.max_jobs = 1000;
  WorkloadConfig workload;
  workload.synthetic = config;
  SourceReport report;
  const auto jobs = load_workload(workload, kClusters, kNever, 1, report);
  ASSERT_EQ(jobs.size(), 1000u);
  std::int64_t whole = 0, killed = 0;
  for (const Job& job : jobs) {
    EXPECT_THAT(job.nodes, testing::AnyOf(18, 36, 180));
    EXPECT_EQ(job.accelerators, 4.0 * static_cast<double>(job.nodes));
    EXPECT_LE(job.work, job.estimate);
    whole += job.nodes == 180;
    killed += job.killed_at_estimate;
    if (!job.killed_at_estimate) {
      EXPECT_GE(job.work, to_ticks(100.0 * s));
    }
  }
  EXPECT_NEAR(static_cast<double>(whole), 500, 80);
  EXPECT_NEAR(static_cast<double>(killed), 500, 80);
  ASSERT_EQ(report.changes.size(), 1u);
  EXPECT_EQ(report.changes[0].reason, "generated size limited to the largest cluster");
  EXPECT_EQ(report.changes[0].count, whole);
}

TEST(Synthetic, NeedsAnEnd) {
  WorkloadConfig workload;
  workload.synthetic = two_classes();
  SourceReport report;
  EXPECT_EQ(message_of([&] { (void)load_workload(workload, kClusters, kNever, 1, report); }),
            "workload.synthetic: give max_jobs, or a duration of the run: nothing ends the generation");
}

}  // namespace
}  // namespace aifactory
