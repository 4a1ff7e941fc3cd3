#include "models/inference/service_course.h"

#include <gtest/gtest.h>

#include "tests/models/inference/serving_samples.h"

namespace aifactory {
namespace {
using reference::llama2_70b;

ServingSite site_of(std::int64_t replicas) {
  ServingSite site;
  site.replicas = replicas;
  return site;
}
RequestStreamParams stream(double rate_per_s, double sigma = 0.0) {
  RequestStreamParams p;
  p.rate = Frequency(rate_per_s);
  p.input = {500.0, sigma, 8000};
  p.output = {200.0, sigma, 4000};
  return p;
}

ServiceCourse course_of(const ServingModel& model, ServingSite site, const std::vector<Request>& requests, const ServiceLimits& limits, Duration span) {
  site.model = &model;
  return exact_courses({}, {site}, requests, {limits}, Duration(60.0), span).front();
}

// By hand: a prompt of 1,000 tokens at 70 s, then two more tokens with 1,001 and 1,002 of context.
TEST(ServiceCourse, OneRequestByHand) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  const std::vector<Request> requests{{Duration(70.0), 1000, 3, 0}};
  const ServiceLimits limits{Duration(1.0), Duration(1.0)};
  const ServiceCourse course = course_of(model, site_of(2), requests, limits, Duration(150.0));
  ASSERT_EQ(course.steps.size(), 3u);
  ServingModel::Split work = model.prefill(1000, 1e6);
  work.add(model.decode(1, 1001));
  work.add(model.decode(1, 1002));
  // Two replicas of which one works, in a step of 60 s.
  EXPECT_NEAR(course.steps[1].busy, work.sum_s() / 120.0, 1e-12);
  const double weighted_s = work.compute_s + 0.45 * work.memory_s + 0.43 * work.communication_s + 0.10 * work.overhead_s;
  EXPECT_NEAR(course.steps[1].utilization, weighted_s / 120.0, 1e-12);
  EXPECT_EQ(course.steps[1].arrived, 1.0);
  EXPECT_EQ(course.steps[1].within, 1.0);
  EXPECT_EQ(course.steps[1].input_tokens, 1000.0);
  EXPECT_EQ(course.steps[1].output_tokens, 3.0);
  for (const std::size_t idle : {0u, 2u}) {
    EXPECT_EQ(course.steps[idle].busy, 0.0);
    EXPECT_EQ(course.steps[idle].utilization, 0.0);
    EXPECT_EQ(course.steps[idle].output_tokens, 0.0);
    EXPECT_EQ(course.steps[idle].replicas, 2.0);
  }
  EXPECT_NEAR(course.ttft.mean_s, model.prefill(1000, 1e6).sum_s(), 1e-9);
}

TEST(ServiceCourse, StepsChangeNoAnswerAndKeepTheEnergy) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  const auto requests = RequestStream(stream(6.0, 1.0), 3).until(Duration(1800.0));
  ServingSite scaling = site_of(4);
  scaling.autoscale = AutoscaleParams{};
  for (ServingSite site : {site_of(4), scaling}) {
    site.model = &model;
    const ClusterRun plain = serve({}, {site}, requests);
    const ServiceCourse course = course_of(model, site, requests, {}, Duration(7200.0));
    const ServingStatistics stats = serving_statistics(requests, plain.served);
    EXPECT_NEAR(course.ttft.p99_s, stats.ttft.p99_s, 1e-6);
    EXPECT_NEAR(course.tpot.mean_s, stats.tpot.mean_s, 1e-9);
    double dynamic_s = 0.0, tokens = 0.0;
    for (const ServiceStep& step : course.steps) {
      EXPECT_LE(step.busy, 1.0);
      dynamic_s += step.utilization * 60.0 * 4.0;
      tokens += step.output_tokens;
    }
    EXPECT_NEAR(dynamic_s / serving_energy(plain.sites[0].time, 0.0, 0.0 * W, 1.0 * W).si(), 1.0, 1e-9);
    EXPECT_EQ(tokens, static_cast<double>(stats.output_tokens));
    EXPECT_EQ(course.requests, static_cast<double>(requests.size()));
  }
}

TEST(ServiceCourse, TheFlowAgreesWithTheRequests) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  const RequestStreamParams params = stream(12.0);
  const Duration span(7200.0);
  const auto requests = RequestStream(params, 5).until(span);
  const ServiceCourse exact = course_of(model, site_of(4), requests, {}, span);
  const ServiceCourse flow = fluid_course(model, site_of(4), params, {}, Duration(60.0), span);
  const auto sum = [](const ServiceCourse& course, double ServiceStep::*member) {
    double all = 0.0;
    for (const ServiceStep& step : course.steps) all += step.*member;
    return all;
  };
  // 86,400 requests expected: their number is known to 0.3 %.
  EXPECT_NEAR(sum(exact, &ServiceStep::output_tokens) / sum(flow, &ServiceStep::output_tokens), 1.0, 0.02);
  EXPECT_NEAR(sum(exact, &ServiceStep::utilization) / sum(flow, &ServiceStep::utilization), 1.0, 0.04);
  EXPECT_NEAR(exact.tpot.mean_s / flow.tpot.mean_s, 1.0, 0.05);
}

// A replica that has room for one request at a time spills every second of a pair; the far site pays the way, and each counts what it answers.
TEST(ServiceCourse, SitesTakeOverFromEachOther) {
  const ServingModel model = llama2_70b("h100_sxm", 2, 1), other = llama2_70b("h200_sxm", 2);
  ServingSite home = site_of(1), far = site_of(1);
  home.model = &model;
  far.model = &other;
  home.spill_load = 0.0;
  far.distance = Duration(0.08);
  const std::vector<Request> requests{{Duration(10.0), 1000, 3, 0}, {Duration(10.001), 1000, 3, 0}, {Duration(70.0), 500, 2, 1}};
  const auto courses = exact_courses({}, {home, far}, requests, {{}, {}}, Duration(60.0), Duration(120.0));
  ASSERT_EQ(courses.size(), 2u);
  EXPECT_EQ(courses[0].requests, 1.0);
  EXPECT_EQ(courses[0].spilled_out, 1.0);
  EXPECT_EQ(courses[1].requests, 2.0);
  EXPECT_EQ(courses[1].spilled_in, 1.0);
  EXPECT_EQ(courses[1].steps[0].output_tokens, 3.0);
  EXPECT_EQ(courses[1].steps[1].output_tokens, 2.0);
  ServingModel::Split work = other.prefill(1000, 1e6);
  EXPECT_NEAR(courses[1].ttft.max_s, 0.08 + work.sum_s(), 1e-9);  // the one that spilled over: by the pace of where it went
  work.add(other.decode(1, 1001));
  work.add(other.decode(1, 1002));
  EXPECT_NEAR(courses[1].steps[0].busy, work.sum_s() / 60.0, 1e-12);
}

// The swing is that of the generator: greatest at the peak, least half a day later.
TEST(ServiceCourse, TheFlowFollowsTheDay) {
  const ServingModel model = llama2_70b("h100_sxm", 2);
  RequestStreamParams params = stream(4.0);
  params.swing = 0.5;
  const ServiceCourse flow = fluid_course(model, site_of(4), params, {}, Duration(3600.0), 2.0 * day);
  ASSERT_EQ(flow.steps.size(), 48u);
  // In the middle of the step, half an hour after the peak and after the trough: 4 (1 +- 0.5 cos 7.5 deg) requests/s.
  EXPECT_NEAR(flow.steps[15].output_tokens, 5.982890 * 3600.0 * 200.0, 1.0);
  EXPECT_NEAR(flow.steps[3].output_tokens, 2.017110 * 3600.0 * 200.0, 1.0);
  // Fuller batches share the reading of weights: three times the tokens draw far less than three times the power.
  EXPECT_GT(flow.steps[15].utilization, flow.steps[3].utilization);
  EXPECT_LT(flow.steps[15].utilization, 2.0 * flow.steps[3].utilization);
  EXPECT_EQ(flow.steps[15].utilization, flow.steps[39].utilization);
  EXPECT_NEAR(flow.requests, 4.0 * 2.0 * 86400.0, 1e-3);
}

}  // namespace
}  // namespace aifactory
