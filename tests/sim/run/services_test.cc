/// @file Served models in whole runs.
#include "models/compute/rack.h"
#include "tests/sim/run/run_support.h"
#include "tests/sim/workload/temporary_file.h"

namespace aifactory {
namespace {

/// One rack of four nodes of eight H100, no losses, and one service on two nodes.
std::string scenario(const std::string& stream, const std::string& more = "", const std::string& rest = "") {
  return R"(
format: 1
name: served
start: 2026-05-04
duration: 1 h
sites:
  a:
    grid: {capacity: 1 MW}
    halls: {h: {clusters: {c: {rack: hgx_h100, racks: 1}}}}
workload:
  services:
    - name: chat
      model: llama2_70b
      tensor: 4
      replicas: 4
      slo: {ttft: 5 s, tpot: 200 ms}
      stream: )" +
         stream + "\n" + more + "scheduling: fcfs\n" + rest;
}
const std::string kGenerator = "{rate: RATE 1/s, input: {mean: 1000, sigma: 0.5}, output: {mean: 200, sigma: 0.5, max: 2000}}";
std::string generator(const std::string& rate) {
  std::string text = kGenerator;
  return text.replace(text.find("RATE"), 4, rate);
}

// The energy of the service's nodes is that of its course, step by step, at what a node draws.
TEST(Services, NodesDrawWhatTheRequestsAskFor) {
  const auto prepared = prepare(read_scenario(scenario(generator("4"))));
  ASSERT_EQ(prepared->services.size(), 1u);
  const ServicePlan& plan = prepared->services.front();
  EXPECT_EQ(plan.accelerators, 16.0);
  EXPECT_EQ(plan.used_frac, 1.0);
  const Rack rack(prepared->config.sites.items[0].second.halls.items[0].second.clusters.items[0].second.rack.value);
  double expected_j = 0.0, tokens = 0.0;
  for (const ServiceStep& step : plan.course.steps) {
    expected_j += 2.0 * rack.node_power(step.utilization, 1.0).si() * 60.0;
    tokens += step.output_tokens;
  }
  const RunResult result = simulate(*prepared);
  expect_closed(result);
  ASSERT_EQ(result.jobs.size(), 1u);
  // Powers are on a grid of 2^-10 W.
  EXPECT_NEAR(result.jobs[0].energy.si() / expected_j, 1.0, 1e-6);
  EXPECT_NEAR(number(result, "services.chat.energy_mwh") * 3.6e9, result.jobs[0].energy.si(), 1.0);
  EXPECT_NEAR(number(result, "services.chat.tokens_served"), tokens, 1e-6);
  EXPECT_EQ(number(result, "services.chat.tokens_served"), number(result, "kpi.tokens_served"));
  EXPECT_EQ(number(result, "services.chat.tokens_served"), number(result, "clusters.c.kpi.tokens_served"));
  EXPECT_GT(number(result, "services.chat.attainment_frac"), 0.95);
  EXPECT_NEAR(number(result, "services.chat.energy_per_token_j"), expected_j / tokens, 1e-5 * expected_j / tokens);
  EXPECT_FALSE(result.summary.number("kpi.tokens_trained").has_value());
}

// A trace of two requests in minutes 1 and 30 of an hour: all other minutes are idle.
TEST(Services, ATraceIsPlayedAndRepeated) {
  const TemporaryFile trace("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:00.0,100,10\n2023-11-16 18:44:30.0,100,30\n", ".csv");
  const std::string once = scenario("{trace: " + trace.path() + "}"), twice = scenario("{trace: " + trace.path() + ", repeat: 30 min}");
  const std::string second = in_child([&] { return fmt::format("{}", number(run_scenario(twice), "services.chat.tokens_served")); });
  EXPECT_EQ(second, "80");
  const RunResult result = run_scenario(once);
  expect_closed(result);
  EXPECT_EQ(number(result, "services.chat.requests"), 2.0);
  EXPECT_EQ(number(result, "services.chat.tokens_served"), 40.0);
  EXPECT_EQ(number(result, "services.chat.attainment_frac"), 1.0);
  EXPECT_LT(number(result, "services.chat.busy_frac"), 1e-3);
}

TEST(Services, MoreRequestsDrawMoreAndTheSameBytesTwice) {
  const std::string heavy = scenario(generator("8"));
  const std::string other = in_child([&] { return fmt::format("{}", number(run_scenario(heavy), "energy.it_mwh")); });
  const std::string first = dump_of_child(scenario(generator("2")));
  const RunResult result = run_scenario(scenario(generator("2")));
  EXPECT_EQ(first, dump(result));
  EXPECT_GT(std::stod(other), 1.03 * number(result, "energy.it_mwh"));
}

// The rack is away for ten minutes and takes ten more to come back: what comes meanwhile is lost, and the ledger closes.
TEST(Services, WhatComesWhileTheRackIsAwayIsNotAnswered) {
  const RunResult result = run_scenario(scenario(generator("4"), "", "events:\n  - {at: 20 min, fail: a.h.c.rack_0, for: 10 min}\n"));
  expect_closed(result);
  EXPECT_NEAR(number(result, "services.chat.held_h"), 40.0 / 60.0, 1e-6);
  EXPECT_NEAR(number(result, "services.chat.unanswered") / number(result, "services.chat.requests"), 1.0 / 3.0, 0.02);
  EXPECT_LT(number(result, "services.chat.attainment_frac"), 0.68);
  const auto events = events_of(result, "service");
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].at, to_ticks(21.0 * 60.0 * s));
  EXPECT_EQ(events[0].cause, "its job holds no nodes");
  EXPECT_EQ(events[1].cause, "its nodes run at full speed");
  EXPECT_FALSE(result.summary.notes().empty());
}

// Under a cap the nodes do less than the course asks of them, and what they do not do is not made up for.
TEST(Services, SlowRacksAnswerLess) {
  const std::string yaml = scenario(generator("4"));
  const RunResult result = run_scenario(yaml, {"sites.a.grid.capacity=12 kW"});
  expect_closed(result);
  EXPECT_LT(number(result, "kpi.goodput_frac"), 1.0);
  const double answered = number(result, "services.chat.answered") / number(result, "services.chat.requests");
  EXPECT_LT(answered, 1.0);
  EXPECT_GT(answered, 0.9);
}

TEST(Services, TheFlowOfAMonth) {
  const RunResult result = run_scenario(scenario("{rate: 4 1/s, swing: 0.5, input: {mean: 1000}, output: {mean: 200}}", "      mode: fluid\n"), {"duration=30 d", "record.interval=1 h"});
  expect_closed(result);
  EXPECT_NEAR(number(result, "services.chat.tokens_served"), 4.0 * 200.0 * 30.0 * 86400.0, 1.0);
  EXPECT_FALSE(result.summary.number("services.chat.ttft_p99_s").has_value());
  EXPECT_GT(number(result, "services.chat.ttft_mean_s"), 0.0);
}

TEST(Services, RefusesWhatCannotBe) {
  const auto refused = [](const std::string& yaml) { return message_of([&] { prepare(read_scenario(yaml)); }); };
  EXPECT_EQ(refused(scenario(generator("4"), "      cluster: nowhere\n")), "workload.services[0].service: no cluster is named nowhere (clusters: c)");
  EXPECT_NE(refused(scenario(generator("4"), "      step_overhead: 1 ms\n      precision: fp4\n")).find("workload.services[0].precision: h100_sxm has no fp4 peak"), std::string::npos);
}

}  // namespace
}  // namespace aifactory
