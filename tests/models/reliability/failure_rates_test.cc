#include "models/reliability/failure_rates.h"

#include <gtest/gtest.h>

#include <cmath>

namespace aifactory {
namespace {

Duration mtti_of(double accelerators, double per_thousand_node_days) {
  return mean_time_to_interruption(accelerators / 8.0, Frequency(per_thousand_node_days / (1000.0 * 86400.0)));
}

// 1000 x 24 h / (rate x nodes) by hand; Kokolis et al. 2024 project 1.8 h at 16,384 and 0.23 h at 131,072 for RSC-1.
TEST(FailureRates, MeanTimeToInterruptionBySize) {
  struct Row {
    double accelerators, h_234, h_379, h_650;
  };
  for (const Row& row :
       {Row{1024, 80.1, 49.5, 28.8}, {4096, 20.0, 12.4, 7.21}, {16384, 5.01, 3.09, 1.80}, {131072, .626, .387, .225}}) {
    EXPECT_NEAR(mtti_of(row.accelerators, 2.34).in(h) / row.h_234, 1.0, 0.005);
    EXPECT_NEAR(mtti_of(row.accelerators, 3.79).in(h) / row.h_379, 1.0, 0.005);
    EXPECT_NEAR(mtti_of(row.accelerators, 6.50).in(h) / row.h_650, 1.0, 0.005);
  }
}

TEST(FailureRates, Llama3) {
  int sum = 0, hardware = 0;
  for (const InterruptionCause& cause : llama3_interruption_causes()) {
    sum += cause.count;
    hardware += cause.hardware ? cause.count : 0;
  }
  EXPECT_EQ(sum, 419);
  EXPECT_EQ(sum + kLlama3PlannedInterruptions, 466);
  // The paper says about 78 % confirmed or suspected hardware, with host maintenance apart.
  EXPECT_NEAR((hardware - 32) / 419.0, 0.78, 0.01);
  const PublishedFailureRate& rate = published_failure_rates()[2];
  EXPECT_NEAR(rate.per_node.si() * 1000.0 * 86400.0, 3.79, 0.005);
  const double nodes = static_cast<double>(kLlama3Accelerators) / static_cast<double>(rate.accelerators_per_node);
  EXPECT_NEAR(mean_time_to_interruption(nodes, rate.per_node).in(h), 3.09, 0.005);
  EXPECT_NEAR(kLlama3Window.in(h) / 466.0, 2.78, 0.005);
}

}  // namespace
}  // namespace aifactory
