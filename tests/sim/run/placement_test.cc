/// Where jobs run: blocks of the scale-out fabric, data at other sites, racks and nodes that are tested after a repair.
#include "models/eval/builtin_catalog.h"
#include "tests/sim/run/run_support.h"

namespace aifactory {
namespace {

double lost_s(const JobRecord& job, LossCause cause) { return job.lost[static_cast<std::size_t>(cause)].si(); }
double minutes(Tick at) { return to_seconds(at) / 60.0; }
std::vector<double> read_numbers(const std::string& text) {
  std::vector<double> out;
  for (const char* at = text.c_str(); *at != '\0';) {
    char* end = nullptr;
    out.push_back(std::strtod(at, &end));
    at = *end == '\0' ? end : end + 1;
  }
  return out;
}

// ---- blocks --------------------------------------------------------------------------------------------------------

/// Four racks in blocks of two.  `first` has one rack for long; the gang of two racks computes for 40 of its 60 minutes.
std::string four_racks(const std::string& policy, double oversubscription, const std::string& more = "", const std::string& gang = "communication_frac: 0.3333333333333333") {
  return R"(
format: 1
name: blocks
start: 2026-05-04
duration: workload
sites: {s: {grid: {capacity: 10 MW}, halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 4, fabric: {block_racks: 2, oversubscription: )" +
         fmt::format("{}", oversubscription) + R"(}}}}}}}
workload:
  jobs:
    - {name: first, racks: 1, duration: 5 h}
    - {name: gang, racks: 2, duration: 1 h, )" +
         gang + "}\n" + more + "scheduling: " + policy + "\n";
}

// Across both blocks the 20 minutes of communication take 80: two hours in place of one, half of them lost.
TEST(FabricBlocks, AGangAcrossThemCommunicatesMoreSlowly) {
  const auto [end, spread_acc_h, aware_end] = [] {
    const auto twin = read_numbers(in_child([] {
      const RunResult r = run_scenario(four_racks("topology_aware", 4));
      expect_closed(r);
      EXPECT_EQ(number(r, "scheduling.starts_across_blocks"), 0.0);
      EXPECT_EQ(number(r, "scheduling.mean_blocks_spanned"), 1.0);
      EXPECT_EQ(number(r, "reliability.lost_accelerator_h.spread"), 0.0);
      return fmt::format("{}", minutes(r.jobs[1].finish));
    }));
    const RunResult r = run_scenario(four_racks("easy_backfill", 4));
    expect_closed(r);
    EXPECT_NEAR(lost_s(r.jobs[1], LossCause::spread), 3600.0, 1e-5);
    EXPECT_EQ(number(r, "scheduling.starts_across_blocks"), 1.0);
    EXPECT_EQ(number(r, "scheduling.mean_blocks_spanned"), 1.5);
    EXPECT_EQ(r.summary.number("clusters.c.scheduling.mean_blocks_spanned"), 1.5);
    EXPECT_LT(number(r, "reliability.goodput_residual_frac"), 1e-9);
    return std::array{minutes(r.jobs[1].finish), number(r, "reliability.lost_accelerator_h.spread"), twin.at(0)};
  }();
  EXPECT_NEAR(end, 120.0, 1e-6);
  EXPECT_NEAR(spread_acc_h, 144.0, 1e-6);
  EXPECT_EQ(aware_end, 60.0);
}

TEST(FabricBlocks, WithoutOversubscriptionTheTwinsAreEqual) {
  const auto twin = read_numbers(in_child([] { return fmt::format("{}", minutes(run_scenario(four_racks("topology_aware", 1)).jobs[1].finish)); }));
  const RunResult r = run_scenario(four_racks("easy_backfill", 1));
  expect_closed(r);
  EXPECT_EQ(minutes(r.jobs[1].finish), 60.0);
  EXPECT_EQ(twin.at(0), 60.0);
  EXPECT_EQ(number(r, "scheduling.starts_across_blocks"), 1.0);
}

// A limit holds wherever a job lies: at 90 minutes it has done 45 of its 60.
TEST(FabricBlocks, ALimitDoesNotKnowThem) {
  const RunResult r = run_scenario(four_racks("easy_backfill", 4, "", "communication_frac: 0.3333333333333333, walltime: 90 min"));
  expect_closed(r);
  EXPECT_EQ(r.jobs[1].state, FinalState::completed_walltime_reached);
  EXPECT_EQ(minutes(r.jobs[1].finish), 90.0);
  EXPECT_NEAR(lost_s(r.jobs[1], LossCause::spread), 2700.0, 1e-5);
}

// A kind says it for all of its jobs.
TEST(FabricBlocks, AKindMaySayIt) {
  const RunResult r = run_scenario(four_racks("easy_backfill", 4, "  kinds: {gang: {communication_frac: 0.3333333333333333}}\n", "kind: gang"));
  expect_closed(r);
  EXPECT_NEAR(minutes(r.jobs[1].finish), 120.0, 1e-6);
}

/// 64 H100 nodes, 48 to a block.
std::string trained(const std::string& cluster) {
  return R"(
format: 1
name: trained
start: 2026-01-01
duration: workload
sites: {a: {grid: {capacity: 60 MW}, halls: {h: {clusters: {c: {rack: hgx_h100, racks: 16)" + cluster + R"(}}}}}}
workload:
  jobs:
    - {name: t, accelerators: 512, training: {model: llama3_70b, tensor: 8, pipeline: 4, global_batch: 1024, sequence_parallel: true, zero_stage: 1, attention: fused, recompute: full, steps: 100}}
scheduling: fcfs
)";
}

// The same step with a quarter of the bandwidth on the way out of each node, worked out by the model of the step alone.
TEST(FabricBlocks, ATrainingJobIsSlowedByItsExposedCommunication) {
  const auto numbers_of = [](const RunResult& r) {
    expect_closed(r);
    EXPECT_LT(number(r, "reliability.goodput_residual_frac"), 1e-9);
    return std::vector<double>{to_seconds(r.jobs[0].held), r.jobs[0].energy.si(), number(r, "kpi.mfu_frac"), lost_s(r.jobs[0], LossCause::spread), r.jobs[0].tokens};
  };
  const auto inside = read_numbers(in_child([&] { return fmt::format("{}", fmt::join(numbers_of(run_scenario(trained(""))), " ")); }));
  const RunResult r = run_scenario(trained(", fabric: {block_racks: 12, oversubscription: 4}"));
  const auto across = numbers_of(r);

  TrainingHardware hardware = training_hardware(builtin_entry<AcceleratorParams>("h100_sxm"), "h100_sxm", Precision::bf16);
  TrainingSoftware software;
  software.attention = AttentionKernel::fused;
  Parallelism split;
  split.tensor = 8;
  split.pipeline = 4;
  split.data = 16;
  split.global_batch = 1024;
  split.sequence_parallel = true;
  split.zero_stage = 1;
  split.recompute = Recompute::full;
  const auto shape = builtin_entry<ModelShape>("llama3_70b");
  const TrainingPlan full = training_plan(TrainingStep(shape, hardware, software), split);
  hardware.scale_out = hardware.scale_out / 4.0;
  const TrainingPlan quarter = training_plan(TrainingStep(shape, hardware, software), split);
  const double stretch = quarter.step.total / full.step.total;
  EXPECT_GT(stretch, 1.005);
  EXPECT_NEAR(inside[0], 100.0 * full.step.total.si(), 1e-5);
  EXPECT_NEAR(across[0], 100.0 * quarter.step.total.si(), 1e-5);
  EXPECT_NEAR(across[0] / inside[0], stretch, 1e-9);
  EXPECT_NEAR(across[3], across[0] - inside[0], 1e-5);
  EXPECT_NEAR(across[2], inside[2] / stretch, 1e-9);  // MFU
  EXPECT_EQ(across[4], inside[4]);
  // Longer, and by less power: the mean of the phases of the slower step.
  EXPECT_LT(quarter.utilization, full.utilization);
  EXPECT_LT(across[1] / inside[1], stretch);
  EXPECT_GT(across[1], inside[1]);
  EXPECT_NEAR(number(r, "reliability.goodput_accelerator_h.spread"), 512.0 * across[3] / 3600.0, 1e-6);
}

// NVL72 trays hold four accelerators: 32 tensor ways are a group of 8 trays.  13 of 18 trays of one rack and 15 of the other are
// held: 8 are free, and no rack has them.  The job waits for the end of the first under every policy, unless it says itself
// that it does not care.
TEST(TensorGroups, StayWithinAScaleUpDomain) {
  const auto start_under = [](const std::string& policy, const std::string& more = "") {
    return in_child([&] {
      const RunResult r = run_scenario(R"(
format: 1
name: groups
start: 2026-01-01
duration: workload
sites: {a: {grid: {capacity: 1 MW}, halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 2}}}}}}
workload:
  jobs:
    - {name: first, nodes: 13, duration: 1 h}
    - {name: filler, nodes: 5, duration: 1 min}
    - {name: second, nodes: 15, duration: 2 h}
    - {name: t, submit: 2 min, accelerators: 32, )" + more + R"(training: {model: llama3_8b, tensor: 32, global_batch: 64, sequence_parallel: true, attention: fused, recompute: full, steps: 10, gemm_efficiency: 0.5}}
scheduling: )" + policy + "\n");
      expect_closed(r);
      return fmt::format("{}", minutes(r.jobs[3].start));
    });
  };
  for (const char* policy : {"topology_aware", "fcfs", "sjf", "easy_backfill", "conservative_backfill", "gang_preemptive", "slurm_backfill", "{policy: easy_backfill, options: {place: consolidated}}"}) {
    EXPECT_EQ(start_under(policy), "60") << policy;
  }
  EXPECT_EQ(start_under("easy_backfill", "group_nodes: 1, "), "2");
}

// ---- data ----------------------------------------------------------------------------------------------------------

/// A rack at each of two sites; 90 TB over the slower of 100 and 50 GB/s are 30 minutes.
std::string two_sites(const std::string& jobs, const std::string& more = "", const std::string& wide_area = "wide_area: 50 GB/s, ") {
  return R"(
format: 1
name: data
start: 2026-05-04
duration: workload
sites:
  near: {grid: {capacity: 1 MW}, wide_area: 100 GB/s, halls: {h: {clusters: {here: {rack: gb200_nvl72, racks: 1}}}}}
  far: {grid: {capacity: 1 MW}, )" + wide_area + R"(halls: {k: {clusters: {there: {rack: gb200_nvl72, racks: 1}}}}}
workload:
  jobs:
)" + jobs + "scheduling: easy_backfill\n" + more;
}

// b starts at the far site at once, while a has the rack beside its data, and works from minute 30 on; c, whose data cannot
// leave, waits.  d finds the far site's rack first, since its data are there.
TEST(StagedData, AreBroughtBeforeWorkBegins) {
  const RunResult r = run_scenario(two_sites(R"(
    - {name: a, racks: 1, duration: 2 h, cluster: here}
    - {name: b, racks: 1, duration: 1 h, walltime: 1 h, data: near, data_size: 90 TB}
    - {name: c, racks: 1, duration: 1 h, data: near}
    - {name: d, racks: 1, duration: 1 h, submit: 4 h, data: far, staging: 10 min}
)"));
  expect_closed(r);
  EXPECT_EQ(r.jobs[1].site, "far");
  EXPECT_EQ(minutes(r.jobs[1].start), 0.0);
  EXPECT_EQ(minutes(r.jobs[1].finish), 90.0);
  EXPECT_EQ(r.jobs[1].state, FinalState::completed_successfully);  // its limit begins with its work
  EXPECT_EQ(lost_s(r.jobs[1], LossCause::staging), 1800.0);
  EXPECT_EQ(number(r, "reliability.lost_accelerator_h.staging"), 36.0);
  EXPECT_EQ(minutes(r.jobs[2].start), 120.0);
  EXPECT_EQ(r.jobs[2].site, "near");
  EXPECT_EQ(r.jobs[3].site, "far");
  EXPECT_EQ(minutes(r.jobs[3].finish), 300.0);
  const auto events = events_of(r, "staging");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(fmt::format("{} {} {} {}", events[0].unit, events[0].what, events[0].value, events[0].cause), "b length_s 1800 its data are at near");
}

// Brought once, they stay: the rack fails when b has worked for 10 minutes, and b begins again without its data moving.  A failure
// on the way of the data brings them anew.
TEST(StagedData, StayWhereTheyWereBrought) {
  const auto end_of = [](int fails_at) {
    return read_numbers(in_child([&] {
      const RunResult r = run_scenario(two_sites(R"(
    - {name: a, racks: 1, duration: 9 h, cluster: here}
    - {name: b, racks: 1, duration: 1 h, data: near, data_size: 90 TB}
)", fmt::format("events: [{{at: {} min, fail: far.k.there.rack_0, for: 50 min}}]\n", fails_at)));
      expect_closed(r);
      return fmt::format("{} {}", minutes(r.jobs[1].finish), lost_s(r.jobs[1], LossCause::staging) / 60.0);
    }));
  };
  EXPECT_EQ(end_of(40), (std::vector<double>{160.0, 30.0}));  // back at 40 + 50 + 10
  EXPECT_EQ(end_of(20), (std::vector<double>{170.0, 50.0}));  // back at 80, then 30 + 60
}

TEST(StagedData, WithoutAWayAreNowhereElse) {
  EXPECT_EQ(refusal_of(two_sites("    - {name: b, racks: 1, duration: 1 h, cluster: there, data: near, data_size: 90 TB}\n", "", "")),
            "workload.jobs[0].data: lie at near, and nothing brings them to there: give data_size and a wide_area of both sites, or staging");
  EXPECT_EQ(refusal_of(two_sites("    - {name: b, racks: 1, duration: 1 h, data: nera}\n")),
            "workload.jobs[0].data: no site is named nera (did you mean \"near\"?) (sites: near, far)");
}

// The job wins over its kind, the kind over the tenant; jobs of generators have both.
TEST(StagedData, ByKindAndByTenant) {
  std::string yaml = two_sites(R"(
    - {name: a, racks: 1, duration: 1 h, cluster: there, tenant: lab, kind: k}
    - {name: b, racks: 1, duration: 1 h, cluster: there, tenant: lab}
    - {name: c, racks: 1, duration: 1 h, cluster: there, tenant: lab, kind: k, data: near, staging: 5 min}
    - {name: d, racks: 1, duration: 1 h, cluster: there}
)");
  yaml.insert(yaml.find("scheduling:"), "  kinds: {k: {data: near, data_size: 90 TB}}\n  tenants: {lab: {data: near, staging: 20 min}}\n");
  const RunResult r = run_scenario(yaml);
  expect_closed(r);
  std::vector<double> staged;
  for (const JobRecord& job : r.jobs) staged.push_back(lost_s(job, LossCause::staging) / 60.0);
  EXPECT_EQ(staged, (std::vector<double>{30, 20, 5, 0}));
}

TEST(StagedData, OfTheAiMixByTenant) {
  std::string yaml = two_sites("", "");
  yaml.replace(yaml.find("  jobs:\n"), 8, "  ai_mix: {load: 0.8, max_jobs: 200, tenants: {lab: 1, other: 1}}\n  tenants: {lab: {data: far, staging: 1 h}}\n  kinds: {debug: {data: near}}\n");
  const auto run = prepare(read_scenario(yaml));
  std::int64_t of_lab = 0, of_kind = 0;
  for (const Job& job : run->jobs) {
    const std::vector<Tick> expected = job.kind == "debug" ? std::vector<Tick>{0, kNever} : job.tenant == "lab" ? std::vector<Tick>{to_ticks(1.0 * h), 0} : std::vector<Tick>{};
    EXPECT_EQ(job.staging_on, expected) << job.name;
    of_lab += job.tenant == "lab" && job.kind != "debug";
    of_kind += job.kind == "debug";
  }
  EXPECT_GT(of_lab, 0);
  EXPECT_GT(of_kind, 0);
}

// ---- burn-in -------------------------------------------------------------------------------------------------------

std::string one_rack(const std::string& events, const std::string& cluster = ", burn_in: 2 h") {
  return R"(
format: 1
name: burn_in
start: 2026-05-04
duration: workload
sites: {s: {grid: {capacity: 1 MW}, halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 1)" + cluster + R"(}}}}}}
workload: {jobs: [{name: a, racks: 1, duration: 1 h}]}
scheduling: fcfs
events: [)" + events + "]\n";
}
/// "minute idle computing down repair burn_in maintenance"
std::vector<std::string> rows(const RunResult& r) {
  std::vector<std::string> lines;
  for (const auto& row : r.machine_states.rows()) {
    lines.push_back(fmt::format("{:g} {} {} {} {} {} {}", minutes(row.at), row.idle, row.computing, row.down, row.repair, row.burn_in, row.maintenance));
  }
  return lines;
}
using Lines = std::vector<std::string>;

// It fails at 30 for an hour, is on again 10 minutes after, and is tested for two hours.
TEST(BurnIn, ARackIsTestedAfterItsRepair) {
  const RunResult r = run_scenario(one_rack("{at: 30 min, fail: s.h.c.rack_0, for: 1 h}"));
  expect_closed(r);
  EXPECT_EQ(rows(r), (Lines{"0 0 18 0 0 0 0", "30 0 0 18 0 0 0", "100 0 0 18 0 18 0", "220 0 18 0 0 0 0", "280 18 0 0 0 0 0"}));
  EXPECT_EQ(minutes(r.jobs[0].finish), 280.0);
  EXPECT_EQ(number(r, "reliability.burn_in_accelerator_h"), 144.0);
  EXPECT_NEAR(number(r, "reliability.lost_accelerator_h.fault"), 72.0 * 70.0 / 60.0, 1e-9);
  const auto events = events_of(r, "burn_in");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].cause, "repaired after its failure");
}

// Maintenance needs none; another failure within it begins it anew.
TEST(BurnIn, FollowsFailuresOnly) {
  const Lines maintained = [] {
    const std::string text = in_child([] {
      const RunResult r = run_scenario(one_rack("{at: 30 min, maintain: s.h.c.rack_0, for: 1 h}"));
      expect_closed(r);
      return fmt::format("{}", fmt::join(rows(r), "|"));
    });
    return Lines{text};
  }();
  EXPECT_EQ(maintained, (Lines{"0 0 18 0 0 0 0|30 0 0 18 0 0 18|100 0 18 0 0 0 0|160 18 0 0 0 0 0"}));
  const RunResult r = run_scenario(one_rack("{at: 30 min, fail: s.h.c.rack_0, for: 1 h}, {at: 2 h, fail: s.h.c.rack_0, for: 1 h}"));
  expect_closed(r);
  EXPECT_EQ(rows(r), (Lines{"0 0 18 0 0 0 0", "30 0 0 18 0 0 0", "100 0 0 18 0 18 0", "120 0 0 18 0 0 0", "190 0 0 18 0 18 0", "310 0 18 0 0 0 0", "370 18 0 0 0 0 0"}));
  EXPECT_NEAR(number(r, "reliability.burn_in_accelerator_h"), 72.0 * 140.0 / 60.0, 1e-9);
}

// A node that interrupts its job is an hour in repair and two in burn-in, each time that it does.
TEST(BurnIn, ANodeIsTestedAfterItsRepair) {
  const RunResult r = run_scenario(R"(
format: 1
name: nodes
start: 2026-05-04
duration: 30 d
sites: {s: {grid: {capacity: 1 MW}, halls: {h: {clusters: {c: {rack: gb200_nvl72, racks: 1, burn_in: 2 h, interruptions: {table: rsc_1, rate: 0.05 1/d, repair: 1 h}}}}}}}
workload: {jobs: [{name: a, nodes: 9, duration: 20 d, checkpoint_interval: 1 h}]}
scheduling: fcfs
)");
  expect_closed(r);
  const auto tested = static_cast<double>(events_of(r, "burn_in").size());
  EXPECT_GT(tested, 3.0);
  EXPECT_EQ(static_cast<double>(events_of(r, "node_back").size()), tested);
  EXPECT_NEAR(number(r, "reliability.node_repair_accelerator_h"), 4.0 * tested, 1e-9);
  EXPECT_NEAR(number(r, "reliability.burn_in_accelerator_h"), 8.0 * tested, 1e-9);
  std::int64_t repair = 0, burn_in = 0;
  for (const auto& row : r.machine_states.rows()) {
    repair = std::max<std::int64_t>(repair, row.repair);
    burn_in = std::max<std::int64_t>(burn_in, row.burn_in);
    EXPECT_EQ(row.down, row.repair + row.burn_in);
    EXPECT_EQ(row.idle + row.computing + row.down, 18);
  }
  EXPECT_GE(repair, 1);
  EXPECT_GE(burn_in, 1);
}

}  // namespace
}  // namespace aifactory
