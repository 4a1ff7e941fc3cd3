#include "sim/results/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/random.h"
#include "sim/results/queue_meter.h"
#include "sim/results/replica_statistics.h"

namespace aifactory {
namespace {

TEST(Sample, FewNumbersByHand) {
  Sample sample;
  EXPECT_TRUE(std::isnan(sample.statistics().mean));
  sample.add(4.0, 1.0);
  EXPECT_EQ(sample.statistics().median, 4.0);
  EXPECT_EQ(sample.statistics().p99, 4.0);
  sample.add(1.0, 3.0);
  sample.add(2.0, 0.0);
  sample.add(3.0, 0.0);
  const SampleStatistics x = sample.statistics();
  EXPECT_EQ(x.count, 4);
  EXPECT_EQ(x.total, 10.0);
  EXPECT_EQ(x.mean, 2.5);
  EXPECT_EQ(x.median, 2.5);
  EXPECT_DOUBLE_EQ(x.p95, 3.85);  // at 0.95 x 3 = 2.85: 3 + 0.85 (4 - 3)
  EXPECT_DOUBLE_EQ(x.p99, 3.97);
  EXPECT_EQ(x.max, 4.0);
  EXPECT_EQ(x.weighted_mean, 1.75);  // (4 + 3 x 1) / 4
}

// A thing without a number in one column keeps its weight in the others.
TEST(Sample, ColumnsShareTheirWeights) {
  SampleColumns<2> columns;
  columns.reserve(3);
  columns.add({1.0, kUnset}, 2.0);
  columns.add({4.0, 10.0}, 1.0);
  columns.add({7.0, std::numeric_limits<double>::infinity()}, 1.0);
  const SampleStatistics first = columns.take(0), second = columns.take(1);
  EXPECT_EQ(first.count, 3);
  EXPECT_EQ(first.median, 4.0);
  EXPECT_EQ(first.weighted_mean, 13.0 / 4.0);  // (2 x 1 + 4 + 7) / 4
  EXPECT_EQ(second.count, 1);
  EXPECT_EQ(second.weighted_mean, 10.0);
  EXPECT_EQ(columns.take(1).count, 0);  // used up
}

TEST(Sample, AgreesWithSorting) {
  Rng rng(5, "tests/sample");
  for (int size = 1; size <= 300; ++size) {
    Sample sample;
    std::vector<double> values;
    for (int i = 0; i < size; ++i) {
      values.push_back(std::floor(rng.uniform(0.0, 50.0)));  // many are equal
      sample.add(values.back());
    }
    std::sort(values.begin(), values.end());
    const auto quantile = [&](double q) {
      const double at = q * (size - 1.0);
      const auto below = static_cast<std::size_t>(at);
      const double low = values[below], high = values[std::min(below + 1, values.size() - 1)];
      return low + (at - static_cast<double>(below)) * (high - low);
    };
    const SampleStatistics x = sample.statistics();
    EXPECT_EQ(x.p99, quantile(0.99)) << size;
    EXPECT_EQ(x.p95, quantile(0.95)) << size;
    EXPECT_EQ(x.median, quantile(0.5)) << size;
  }
}

// Two jobs wait from 10 s to 30 s beside 3 free nodes; one goes on waiting until 40 s beside 5.
TEST(QueueMeter, IntegratesFreeNodesBesideAQueue) {
  QueueMeter meter;
  meter.observe(0, 0, 100);
  meter.observe(to_ticks(10.0 * s), 2, 3);
  meter.observe(to_ticks(30.0 * s), 1, 5);
  EXPECT_EQ(meter.idle_node_s(to_ticks(40.0 * s)), 2.0 * 30.0 + 50.0);
  EXPECT_EQ(meter.queued_job_s(to_ticks(40.0 * s)), 2.0 * 20.0 + 10.0);
  EXPECT_EQ(meter.longest(), 2);
}

// Quantiles of Student's distribution as in any table of it.
TEST(Replicas, StudentsT) {
  EXPECT_NEAR(student_t_975(1), 12.7062, 1e-4);
  EXPECT_NEAR(student_t_975(4), 2.776445, 1e-6);
  EXPECT_NEAR(student_t_975(9), 2.262157, 1e-6);
  EXPECT_NEAR(student_t_975(1000), 1.962339, 1e-6);
}

// 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squares 32, sd sqrt(32/7) = 2.138; half = 2.364624 x 2.138090 / sqrt(8) = 1.787488.
TEST(Replicas, MeanDeviationAndInterval) {
  const ReplicaStatistic x = replica_statistic("k", {2, 4, 4, 4, 5, 5, 7, 9});
  EXPECT_EQ(x.mean, 5.0);
  EXPECT_NEAR(x.sd, 2.138090, 1e-6);
  EXPECT_NEAR(x.half, 1.787488, 1e-6);
  EXPECT_EQ(x.min, 2.0);
  EXPECT_EQ(x.max, 9.0);
  EXPECT_TRUE(std::isnan(replica_statistic("k", {3.0}).sd));
  EXPECT_EQ(replica_statistic("k", {3.0}).mean, 3.0);
}

TEST(Replicas, TableTakesWhatIsThere) {
  using Json = nlohmann::ordered_json;
  ReplicaTable table;
  table.add({3, 1, "ended by signal 9 (Killed)", nullptr});
  table.add({2, 1, "complete", Json{{"kpi", {{"pue", 1.25}, {"mfu_frac", nullptr}}}, {"sites", {{"a", {{"x", 1}}}}}}});
  table.add({1, 1, "complete", Json{{"time", {{"wall_s", 3}}}, {"kpi", {{"pue", 1.75}}}, {"jobs", {{"failed", 2}}}, {"services", {{"chat.v2", {{"requests", 8}}}}}}});
  EXPECT_EQ(table.complete(), 2);
  EXPECT_EQ(table.keys(), (std::vector<std::string>{"kpi.pue", "jobs.failed", "services.chat.v2.requests"}));
  EXPECT_EQ(table.statistic("kpi.pue").mean, 1.5);
  EXPECT_EQ(table.statistic("jobs.failed").count, 1);
  EXPECT_EQ(table.statistic("services.chat.v2.requests").mean, 8.0);  // a name with a dot in it
  EXPECT_EQ(table.replicas()[2].number, 3);
  EXPECT_EQ(table.json()["statistics"]["jobs.failed"]["sd"], nullptr);
}

}  // namespace
}  // namespace aifactory
