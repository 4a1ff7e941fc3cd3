#include "models/inference/serving_cluster.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <sstream>

#include "models/inference/fluid_serving.h"
#include "models/inference/request_trace.h"
#include "tests/accuracy.h"
#include "tests/models/inference/serving_samples.h"

namespace aifactory {
namespace {
using reference::llama2_70b;

std::vector<Request> stream(double rate_per_s, double span_s, double sigma = 0.0, double swing = 0.0) {
  RequestStreamParams p;
  p.rate = Frequency(rate_per_s);
  p.swing = swing;
  p.input = {500.0, sigma, 8000};
  p.output = {200.0, sigma, 4000};
  return RequestStream(p, 5).until(Duration(span_s));
}
ServingSite site_of(const ServingModel& model, std::int64_t replicas) {
  ServingSite site;
  site.model = &model;
  site.replicas = replicas;
  return site;
}

// The flow against every request, at loads from a tenth to nine tenths of what a replica can do.
TEST(ServingCluster, TheFlowAgreesWithTheRequests) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  const FluidServing fluid(model, 500, 200);
  for (const double share : {0.05, 0.2, 0.5, 0.7, 0.85}) {
    const Frequency rate = share * fluid.capacity();
    const double span_s = 4000.0 / rate.si();
    const auto requests = stream(rate.si(), span_s);
    const ClusterRun run = serve({}, {site_of(model, 1)}, requests);
    const ServingStatistics stats = serving_statistics(requests, run.served);
    const FluidState flow = fluid.at(Frequency(static_cast<double>(requests.size()) / span_s));
    const ReplicaTime& time = run.sites[0].time;
    const double batch = time.batch_iterations / static_cast<double>(time.iterations);
    const double busy = (time.prefill.sum_s() + time.decode.sum_s()) / run.elapsed.si();
    std::printf(
        "load %.2f: batch %6.2f flow %6.2f, tpot %.4f flow %.4f s, ttft %.3f flow %.3f s, busy %.3f flow %.3f\n", share,
        batch, flow.batch, stats.tpot.mean_s, flow.tpot_s, stats.ttft.mean_s, flow.ttft_s, busy, flow.busy_fraction);
    // Near saturation 4,000 requests are a small sample.
    accuracy_relative("serving_flow_tpot", stats.tpot.mean_s, flow.tpot_s, share < 0.8 ? 0.03 : 0.10);
    EXPECT_NEAR(busy, flow.busy_fraction, 0.03) << share;
    EXPECT_EQ(stats.served, stats.requests);
    const Energy exact = serving_energy(time, run.sites[0].replica_s, 170.0 * W, 1400.0 * W);
    ReplicaTime flow_time;
    flow_time.prefill = flow.prefill;
    flow_time.decode = flow.decode;
    const Power mean = serving_energy(flow_time, 1.0, 170.0 * W, 1400.0 * W) / Duration(1.0);
    accuracy_relative("serving_flow_energy", (exact / run.elapsed).si(), mean.si(), 0.03);
  }
}

// All at once: the replica is full until the last requests.  Equal requests come in waves whose prompts go together.
TEST(ServingCluster, TheFlowKnowsTheCapacity) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  const FluidServing fluid(model, 500, 200);
  const std::vector<Request> requests(20000, {Duration(0.0), 500, 200, 0});
  const ClusterRun run = serve({}, {site_of(model, 1)}, requests);
  EXPECT_NEAR(20000.0 / run.elapsed.si() / fluid.capacity().si(), 1.04, 0.04);
}

TEST(ServingCluster, MoreReplicasShareTheWork) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  const auto requests = stream(20.0, 300.0, 1.0);
  double last = kInf;
  for (const std::int64_t replicas : {1, 2, 4}) {
    const ClusterRun run = serve({}, {site_of(model, replicas)}, requests);
    const double p99_s = serving_statistics(requests, run.served).tpot.p99_s;
    EXPECT_LT(p99_s, last);
    last = p99_s;
    EXPECT_NEAR(run.sites[0].replica_s, static_cast<double>(replicas) * run.elapsed.si(), 1e-6);
    EXPECT_EQ(run.sites[0].requests, static_cast<std::int64_t>(requests.size()));
  }
}

TEST(ServingCluster, SplitPhasesKeepDecodingEven) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  const auto requests = stream(14.0, 300.0, 1.0);
  const ServingStatistics together = serving_statistics(requests, serve({}, {site_of(model, 4)}, requests).served);
  ServingSite split = site_of(model, 2);
  split.prefill_replicas = 2;
  const ServingStatistics apart = serving_statistics(requests, serve({}, {split}, requests).served);
  EXPECT_EQ(apart.served, together.served);
  // No prompt of another request stands between two tokens: the worst answers are little worse than the middle.
  EXPECT_LT(apart.tpot.p99_s / apart.tpot.p50_s, together.tpot.p99_s / together.tpot.p50_s);
}

TEST(ServingCluster, ReplicasFollowTheDay) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  const auto requests = stream(4.0, 43200.0, 0.0, 0.8);
  AutoscaleParams scale;
  scale.target_load = 0.015;
  const ClusterRun fixed = serve({}, {site_of(model, 8)}, requests);
  ServingSite scaling = site_of(model, 8);
  scaling.autoscale = scale;
  const ClusterRun scaled = serve({}, {scaling}, requests);
  EXPECT_GT(scaled.sites[0].most_replicas, 2);
  EXPECT_LT(scaled.sites[0].replica_s, 0.8 * fixed.sites[0].replica_s);
  EXPECT_EQ(serving_statistics(requests, scaled.served).served, static_cast<std::int64_t>(requests.size()));
}

TEST(ServingCluster, SpillsOverWhenHomeIsFull) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  const auto requests = stream(30.0, 120.0);
  ServingSite home = site_of(model, 1), far = site_of(model, 2);
  far.distance = Duration(0.08);
  home.spill_load = 0.05;
  const ClusterRun run = serve({}, {home, far}, requests);
  EXPECT_GT(run.sites[1].spilled_in, 0);
  EXPECT_EQ(run.sites[0].requests + run.sites[1].requests, static_cast<std::int64_t>(requests.size()));
  home.spill_load = kInf;
  const ClusterRun alone = serve({}, {home, far}, requests);
  EXPECT_EQ(alone.sites[1].requests, 0);
  EXPECT_LT(serving_statistics(requests, run.served).tpot.p99_s, serving_statistics(requests, alone.served).tpot.p99_s);
}

TEST(ServingCluster, NamesWhatItRefuses) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  EXPECT_THAT([&] { (void)serve({}, {}, {}); }, testing::ThrowsMessage<InputError>("serving: there is no site"));
  EXPECT_THAT([&] { (void)serve({}, {site_of(model, 0)}, {}); },
              testing::ThrowsMessage<InputError>("serving: site: replicas = 0 must be >= 1"));
  EXPECT_THAT(
      [&] {
        (void)serve({}, {site_of(model, 1)}, {{Duration(0.0), 10, 10, 1}});
      },
      testing::ThrowsMessage<InputError>("serving: request 0 comes to site 1 of 1"));
}

// Every request of the conversation trace's hour on four replicas; the whole takes a fraction of a second.
TEST(ServingCluster, AzureConversationHour) {
  const char* folder = std::getenv("AIFACTORY_DATA");
  if (!folder) GTEST_SKIP() << "AIFACTORY_DATA names no folder";
  std::ifstream file(std::string(folder) + "/inference/AzureLLMInferenceTrace_conv_2023.csv");
  if (!file) GTEST_SKIP() << "no trace in " << folder;
  std::stringstream text;
  text << file.rdbuf();
  const auto requests = parse_azure_requests(text.str());
  const ServingModel model = llama2_70b("h100_sxm", 2);
  const ClusterRun run = serve({}, {site_of(model, 4)}, requests);
  const ServingStatistics stats = serving_statistics(requests, run.served, {Duration(2.0), Duration(0.2)});
  EXPECT_EQ(stats.served, 19366);
  EXPECT_EQ(stats.output_tokens, 4088665);
  EXPECT_EQ(stats.input_tokens, 22361870);
  EXPECT_GT(stats.attainment, 0.9);
  std::printf("ttft p50 %.3f p99 %.3f s, tpot p50 %.4f p99 %.4f s, within 2 s and 0.2 s: %.4f\n", stats.ttft.p50_s,
              stats.ttft.p99_s, stats.tpot.p50_s, stats.tpot.p99_s, stats.attainment);
}

}  // namespace
}  // namespace aifactory
