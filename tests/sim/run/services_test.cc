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
  ASSERT_EQ(plan.parts.size(), 1u);
  EXPECT_EQ(plan.parts[0].used_frac, 1.0);
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
  EXPECT_EQ(events[0].cause, "its jobs hold no nodes");
  EXPECT_EQ(events[1].cause, "its nodes do what is asked of them");
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

double answered_frac(const RunResult& r, const std::string& service) {
  return number(r, "services." + service + ".answered") / number(r, "services." + service + ".requests");
}

/// Eight replicas of eight accelerators fill two racks, and two jobs hold them.
std::string two_racks(const std::string& rate, const std::string& more = "", const std::string& events = "") {
  std::string text = scenario("{rate: " + rate + " 1/s, input: {mean: 1000}, output: {mean: 200}}", "      mode: fluid\n" + more, events);
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"racks: 1", "racks: 2"}, {"tensor: 4", "tensor: 8"}, {"replicas: 4", "replicas: 8"}}) {
    text.replace(text.find(from), from.size(), to);
  }
  return text;
}
const std::string kOneRackFails = "events:\n  - {at: 20 min, fail: a.h.c.rack_0, for: 20 min}\n";

double load_of(const std::string& yaml) {
  const ServiceCourse course = prepare(read_scenario(yaml))->services.front().course;
  return course.load(course.steps.front().answered);
}

// 10 min of recovery after 20 of failure: for half of the hour half of the replicas are there.  They answer all while the load
// of all is below a half, and 0.5 / load of it else.
TEST(Services, ReplicasThatAreLeftTakeOver) {
  ASSERT_LT(load_of(two_racks("40")), 0.4);
  const std::string light = in_child([&] {
    const RunResult r = run_scenario(two_racks("40", "", kOneRackFails));
    return fmt::format("{} {}", answered_frac(r, "chat"), events_of(r, "service").size());
  });
  EXPECT_EQ(light, "1 0");
  const std::string heavy = two_racks("200", "", kOneRackFails);
  const double load = load_of(heavy);
  ASSERT_GT(load, 0.6);
  ASSERT_LT(load, 1.0);
  const RunResult r = run_scenario(heavy);
  expect_closed(r);
  ASSERT_EQ(r.jobs.size(), 2u);
  EXPECT_NEAR(answered_frac(r, "chat"), 0.5 + 0.5 * 0.5 / load, 1e-9);
  EXPECT_NEAR(r.jobs[0].tokens + r.jobs[1].tokens, number(r, "services.chat.tokens_served"), 1e-3);
  EXPECT_NEAR(number(r, "services.chat.held_h"), 0.75, 1e-9);
  ASSERT_EQ(events_of(r, "service").size(), 2u);
  EXPECT_EQ(events_of(r, "service")[0].cause, "some of its jobs hold no nodes");
}

// What half of the replicas cannot answer waits, and is answered when the others are back: nothing is lost with patience.
TEST(Services, ThePatientAreAnsweredLate) {
  const std::string patient = two_racks("200", "      patience: 2 h\n", "events:\n  - {at: 1 min, fail: a.h.c.rack_0, for: 1 min}\n");
  const auto prepared = prepare(read_scenario(patient));
  const ServiceCourse& course = prepared->services.front().course;
  const double load = course.load(course.steps.front().answered);
  ASSERT_GT(load, 0.6);
  const RunResult r = simulate(*prepared);
  expect_closed(r);
  // Away from minute 1 to minute 12; what is kept from its answer then is 1 - 0.5 / load of 11 minutes.
  const double kept = 200.0 * 660.0 * (1.0 - 0.5 / load);
  // There is room for 1 - load of all replicas in the 47 minutes after that in which they are back.
  const double room = course.curve.capacity().si() * 47.0 * 60.0 * (1.0 - load);
  EXPECT_NEAR(number(r, "services.chat.late"), std::min(kept, room), 1e-6 * kept);
  EXPECT_NEAR(number(r, "services.chat.unanswered"), kept - std::min(kept, room), 1e-6 * kept);
}

/// Two sites with a rack each and a service each, of one group.
std::string two_sites(const std::string& spill, const std::string& rate_east, const std::string& rate_west, const std::string& events = "") {
  const auto site = [](const std::string& name) { return "  " + name + ":\n    grid: {capacity: 1 MW}\n    halls: {h: {clusters: {" + name + "_c: {rack: hgx_h100, racks: 1}}}}\n"; };
  const auto service = [&](const std::string& name, const std::string& rate) {
    return "    - {name: chat_" + name + ", cluster: " + name + "_c, model: llama2_70b, tensor: 8, replicas: 4, spill: " + spill + ", stream: {rate: " + rate +
           " 1/s, input: {mean: 1000, sigma: 0.5}, output: {mean: 200, sigma: 0.5, max: 2000}}}\n";
  };
  return "format: 1\nname: spill\nstart: 2026-05-04\nduration: 1 h\nsites:\n" + site("east") + site("west") + "workload:\n  services:\n" + service("east", rate_east) +
         service("west", rate_west) + "scheduling: fcfs\n" + events;
}

// East is overrun and west idles: above the load, requests go there, and each is counted where it is answered.
TEST(Services, SpillOverBetweenSites) {
  const std::string alone = in_child([&] { return fmt::format("{}", number(run_scenario(two_sites("{group: chat}", "60", "0.1")), "services.chat_east.ttft_p99_s")); });
  const RunResult r = run_scenario(two_sites("{group: chat, load: 0.004, distance: 80 ms}", "60", "0.1"));
  expect_closed(r);
  const double spilled = number(r, "services.chat_east.spilled_out");
  EXPECT_GT(spilled, 1000.0);
  EXPECT_EQ(number(r, "services.chat_west.spilled_in"), spilled);
  EXPECT_EQ(number(r, "services.chat_east.spilled_in"), number(r, "services.chat_west.spilled_out"));
  EXPECT_NEAR(number(r, "services.chat_west.requests") + number(r, "services.chat_west.spilled_out") - spilled, 360.0, 80.0);
  EXPECT_GT(number(r, "services.chat_west.ttft_p50_s"), 0.08);
  EXPECT_LT(number(r, "services.chat_east.ttft_p99_s"), std::stod(alone));
  EXPECT_EQ(number(r, "services.chat_east.tokens_served") + number(r, "services.chat_west.tokens_served"), number(r, "kpi.tokens_served"));
}

// The rack of east fails for 20 minutes and takes 10 to come back: west answers what east would have, a step later.
TEST(Services, OneSiteTakesOverFromAnother) {
  const std::string failure = "events:\n  - {at: 20 min, fail: east.h.east_c.rack_0, for: 20 min}\n";
  const std::string undisturbed = in_child([&] { return fmt::format("{}", number(run_scenario(two_sites("{group: chat}", "1", "1")), "kpi.tokens_served")); });
  const RunResult r = run_scenario(two_sites("{group: chat}", "1", "1", failure));
  expect_closed(r);
  EXPECT_NEAR(number(r, "services.chat_east.held_h"), 0.5, 1e-9);
  EXPECT_NEAR(number(r, "kpi.tokens_served") / std::stod(undisturbed), 1.0, 1e-9);
  EXPECT_NEAR(number(r, "services.chat_east.spilled_out"), 1800.0, 150.0);
  EXPECT_EQ(number(r, "services.chat_east.spilled_out"), number(r, "services.chat_west.spilled_in"));
  EXPECT_EQ(number(r, "services.chat_west.late"), number(r, "services.chat_west.spilled_in"));
  // It draws for it: minutes 21 to 50 ask twice as much of west as the others.
  EXPECT_GT(number(r, "services.chat_west.busy_frac"), 1.3 * number(r, "services.chat_east.busy_frac"));
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
  EXPECT_EQ(refused(scenario(generator("4"), "      spill: {group: us}\n")), "workload.services[0].spill.group: no other service is in us");
  EXPECT_NE(refused(scenario("{rate: 4 1/s, input: {mean: 1000}, output: {mean: 200}}", "      mode: fluid\n      spill: {group: us, load: 1}\n")).find("is for requests one by one"), std::string::npos);
  std::string steps = two_sites("{group: chat}", "1", "1");
  steps.insert(steps.find("tensor: 8"), "step: 30 s, ");
  EXPECT_EQ(refused(steps), "workload.services[1].step: differs from that of chat_east, with which it shares the group chat");
  EXPECT_NE(refused(scenario(generator("4"), "      step_overhead: 1 ms\n      precision: fp4\n")).find("workload.services[0].precision: h100_sxm has no fp4 peak"), std::string::npos);
}

}  // namespace
}  // namespace aifactory
