/// Racks that health checks take out of use, after their jobs or at once; and how much of the free room is in whole racks.
#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

/// Two racks of 18 nodes.  Without a finding: a on rack_0 over [0, 60) min, b on rack_1 over [10, 70), c on rack_0 from 60.
std::string three_jobs(const std::string& more, const std::string& site = "", const std::string& c = "racks: 1") {
  return R"(
format: 1
name: drains
start: 2026-05-04
duration: workload
sites: {s: {grid: {capacity: 10 MW}, )" + site + R"(halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 2}}}}}}
workload:
  jobs:
    - {name: a, racks: 1, duration: 1 h}
    - {name: b, racks: 1, duration: 1 h, submit: 10 min}
    - {name: c, )" + c + R"(, duration: 30 min, submit: 20 min}
scheduling: {policy: fcfs}
)" + more;
}
std::string times(const RunResult& r) {
  std::string text;
  for (const JobRecord& job : r.jobs) text += fmt::format("{:g}-{:g} ", to_seconds(job.start) / 60, to_seconds(job.finish) / 60);
  return text;
}
/// "minute idle computing down draining" of the first rows of machine_states.csv.
std::vector<std::string> rows(const RunResult& r, std::size_t count) {
  std::vector<std::string> lines;
  for (const auto& row : r.machine_states.rows()) {
    if (lines.size() == count) break;
    lines.push_back(fmt::format("{:g} {} {} {} {}", to_seconds(row.at) / 60, row.idle, row.computing, row.down, row.draining));
  }
  return lines;
}
std::vector<std::string> drains(const RunResult& r) {
  std::vector<std::string> lines;
  for (const EventRecord& e : r.events) {
    if (e.kind == "drain" || e.kind == "undrain") lines.push_back(fmt::format("{:g} {} {} {} < {}", to_seconds(e.at) / 60, e.kind, e.unit, e.what, e.cause));
  }
  return lines;
}
using Lines = std::vector<std::string>;

// a ends as planned, then its rack is out until minute 90: c must wait for b's at 70.
TEST(Drain, AfterTheJobTheRackIsOut) {
  const RunResult r = run_scenario(three_jobs("events: [{at: 30 min, drain: s.h.c.rack_0, for: 1 h, cause: ECC errors}]\n"));
  expect_closed(r);
  EXPECT_EQ(times(r), "0-60 10-70 70-100 ");
  EXPECT_EQ(rows(r, 5), (Lines{"0 18 18 0 0", "10 0 36 0 0", "30 0 36 0 18", "60 0 18 18 0", "90 18 18 0 0"}));
  EXPECT_EQ(drains(r), (Lines{"30 drain s.h.c.rack_0 after_job < events[0]: ECC errors", "90 undrain s.h.c.rack_0 after_job < events[0]: ECC errors"}));
  EXPECT_EQ(r.jobs[0].restarts, 0);
  EXPECT_EQ(number(r, "reliability.failures"), 0.0);
}

// a loses its 30 minutes and is first in the queue again: b's rack at 70.  c has the drained rack when it is back at 90.
TEST(Drain, AtOnceTheJobIsQueuedAgain) {
  const RunResult r = run_scenario(three_jobs("events: [{at: 30 min, drain: s.h.c.rack_0, severity: now, for: 1 h}]\n"));
  expect_closed(r);
  EXPECT_EQ(to_seconds(r.jobs[0].finish), 130.0 * 60);
  EXPECT_EQ(r.jobs[0].restarts, 1);
  EXPECT_EQ(r.jobs[0].lost[static_cast<std::size_t>(LossCause::rollback)].si(), 1800.0);
  EXPECT_EQ(to_seconds(r.jobs[2].start), 90.0 * 60);
  EXPECT_EQ(rows(r, 5), (Lines{"0 18 18 0 0", "10 0 36 0 0", "30 0 18 18 0", "90 0 36 0 0", "120 18 18 0 0"}));
}

// A check that finds something after 30 minutes in service and is dealt with in an hour is the event above.
TEST(Drain, ByItselfAsByAnEvent) {
  const RunResult r = run_scenario(three_jobs("", R"(faults: {failures: {checks: {units: h.c.rack_0, mode: drain, life: {mean: 30 min, distribution: fixed},
      repair: {mean: 1 h, distribution: fixed}}}}, )"));
  expect_closed(r);
  EXPECT_EQ(times(r), "0-60 10-70 70-100 ");
  EXPECT_EQ(drains(r), (Lines{"30 drain s.h.c.rack_0 after_job < faults.checks", "90 undrain s.h.c.rack_0 after_job < faults.checks"}));
}

// The rack fails while it is out and is repaired long before 90: c, which needs both racks, still waits for the drain's end.
TEST(Drain, ARepairDoesNotEndIt) {
  const RunResult r = run_scenario(three_jobs(R"(events:
  - {at: 30 min, drain: s.h.c.rack_0, for: 1 h}
  - {at: 61 min, fail: s.h.c.rack_0, for: 1 min}
)", "", "racks: 2"));
  expect_closed(r);
  EXPECT_EQ(times(r), "0-60 10-70 90-120 ");
}

// 27 of 36 nodes are free for an hour, 9 of them beside a; then all for half an hour; then none: 9 of 27 + 18 node hours.
TEST(Fragmentation, IsTheShareOfFreeNodeTimeOutsideWholeRacks) {
  const RunResult r = run_scenario(R"(
format: 1
name: fragments
start: 2026-05-04
duration: workload
sites: {s: {grid: {capacity: 10 MW}, halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 2}}}}}}
workload:
  jobs:
    - {name: a, nodes: 9, duration: 1 h}
    - {name: b, racks: 2, duration: 30 min, submit: 90 min}
scheduling: {policy: fcfs}
)");
  expect_closed(r);
  EXPECT_DOUBLE_EQ(number(r, "scheduling.fragmentation_frac"), 0.2);
  EXPECT_DOUBLE_EQ(r.summary.json()["clusters"]["c"]["scheduling"]["fragmentation_frac"].get<double>(), 0.2);
  EXPECT_DOUBLE_EQ(r.summary.json()["sites"]["s"]["scheduling"]["fragmentation_frac"].get<double>(), 0.2);
}

}  // namespace
}  // namespace aifactory
