#include "sim/facility/rack_field.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "models/power/network.h"

namespace aifactory {
namespace {

/// Racks of 4 nodes with 2 accelerators each.
RackParams params() {
  RackParams p;
  p.accelerators = 8;
  p.nodes = 4;
  p.accelerator_idle = 100.0 * W;
  p.accelerator_max = 1.1 * kW;
  p.node_base_idle = 300.0 * W;
  p.node_base_max = 700.0 * W;
  p.rack_base = 1.0 * kW;
  p.psu_rating = 20.0 * kW;
  p.psu_points = {
      {.load = 0.1, .efficiency = 0.9}, {.load = 0.5, .efficiency = 0.96}, {.load = 1.0, .efficiency = 0.92}};
  p.liquid_frac = 0.85;
  p.power_exponent = 2.0;
  p.chip_resistance = 0.01 * K_per_W;
  p.plate_conduction = 0.002 * K_per_W;
  p.plate_convection = 0.013 * K_per_W;
  p.plate_nominal_flow = 1.5 * liter_per_min;
  p.throttle_temp = Temperature::celsius(87.0);
  p.resume_temp = Temperature::celsius(83.0);
  p.trip_temp = Temperature::celsius(92.0);
  p.peak_bf16 = FlopRate(1e15);
  p.capex = 1e6 * usd;
  return p;
}
const Rack& rack() {
  static const Rack model(params());
  return model;
}
Allocation nodes(std::vector<NodeRange> ranges) {
  return {.pool = 0, .nodes = std::move(ranges)};
}
const auto ignore = [](std::int64_t) {};

TEST(RackField, AnIdleRackDrawsIdleNodesBaseAndShelfLoss) {
  RackField field(rack(), 4);
  // 4 x (300 + 2 x 100) + 1000 = 3000 W DC: 15 % of the shelves.  Losses are linear between 10 % (2000/0.9 - 2000 =
  // 222.222 W) and 50 % (10000/0.96 - 10000 = 416.667 W): 222.222 + (1000/8000) 194.444 = 246.528 W.
  EXPECT_NEAR(field.input(0).si(), 3246.528, 1e-3);
  EXPECT_EQ(field.accelerators(0).si(), 800.0);
  EXPECT_EQ(field.hottest_accelerator(0).si(), 100.0);
}

TEST(RackField, ABusyNodeDrawsByWorkAndSpeed) {
  RackField field(rack(), 8);
  field.assign(0, nodes({{0, 6}}), 0.5, 0);
  field.set_rack_speed(0, 0.8);
  field.set_job_rate(0, 0.8);
  field.flush(0, ignore);
  // At its own 0.8 the slow rack's accelerators draw 100 + 1000 x 0.5 x 0.64 = 420 W.
  EXPECT_EQ(field.hottest_accelerator(0).si(), 420.0);
  EXPECT_EQ(field.accelerators(0).si(), 8 * 420.0);
  // The other rack runs at full clock and waits: busy for 0.8 of the time, 100 + 1000 x 0.5 x 0.8 = 500 W.
  EXPECT_EQ(field.hottest_accelerator(1).si(), 500.0);
  EXPECT_EQ(field.accelerators(1).si(), 4 * 500.0 + 4 * 100.0);
  EXPECT_EQ(field.slowest_rack(0), 0.8);
  // Above idle: slow nodes 2 x 320 + 400 x 0.5; waiting ones 2 x 400 + 400 x 0.4.
  EXPECT_EQ(field.dynamic_power().si(), 4 * 840.0 + 2 * 960.0);
}

TEST(RackField, TheLastRackMayBePartlyFilled) {
  RackField field(rack(), 6);
  EXPECT_EQ(field.racks(), 2);
  // Half the nodes, half the rack's base: 2 x 500 + 500 W DC, below the first point at its loss ratio or line.
  EXPECT_NEAR(field.input(1).si(), rack().input_power(1.5 * kW).si(), 1e-3);
  EXPECT_EQ(field.accelerators(1).si(), 400.0);
  field.assign(0, nodes({{3, 6}}), 1.0, 0);
  field.flush(0, ignore);
  EXPECT_EQ(field.racks_of(0), (std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 2}}));
  EXPECT_EQ(field.accelerators(1).si(), 4 * 1100.0);
  EXPECT_EQ(field.busy_accelerators(), 6.0);
}

TEST(RackField, JobsShareARackAndEachPaysForItsOwnNodes) {
  RackField field(rack(), 4);
  field.assign(3, nodes({{0, 1}}), 1.0, 0);
  field.assign(1, nodes({{1, 3}}), 0.0, 0);
  field.flush(0, ignore);
  EXPECT_EQ(field.jobs_on(0), (std::vector<JobId>{1, 3}));
  const Tick hour = to_ticks(1.0 * h);
  // One node at full work: 2 x 1100 + 700 + its quarter of the base = 3150 W; two idling ones held: 2 x 750 W.
  EXPECT_NEAR(field.job_energy(3, hour).in(kWh), 3.15, 1e-12);
  EXPECT_NEAR(field.release(1, hour).in(kWh), 1.5, 1e-12);
  EXPECT_EQ(field.jobs_on(0), (std::vector<JobId>{3}));
  EXPECT_NEAR(field.release(3, 2 * hour).in(kWh), 6.3, 1e-12);
  EXPECT_EQ(field.busy_node_seconds(2 * hour), 3.0 * 3600 + 3600);
}

TEST(RackField, ARackThatIsOffDrawsNothing) {
  RackField field(rack(), 8);
  field.set_rack_on(1, false);
  std::vector<std::int64_t> changed;
  field.flush(0, [&](std::int64_t r) { changed.push_back(r); });
  EXPECT_EQ(changed.back(), 1);
  EXPECT_EQ(field.input(1).si(), 0.0);
  EXPECT_EQ(field.total_input().si(), field.input(0).si());
}

// 3000 W DC behind shelves for 20 kW; with half of them 30 % of what is left: 222.222 + (2000/4000) 194.444 = 319.444 W of twice
// as much, 159.722 W.
TEST(RackField, ShelvesThatAreLeftCarryTheRack) {
  RackField field(rack(), 4);
  field.set_rack_shelves(0, 0.5);
  std::vector<std::int64_t> changed;
  field.flush(to_ticks(10.0 * s), [&](std::int64_t r) { changed.push_back(r); });
  EXPECT_EQ(changed, std::vector<std::int64_t>{0});
  EXPECT_NEAR(field.input(0).si(), 3000.0 + 0.5 * (222.222 + 0.5 * 194.444), 1e-3);
  const auto e = field.energies(to_ticks(20.0 * s));
  EXPECT_EQ(e.idle.si() + e.shelf_loss.si(), e.input.si());
}

TEST(RackField, WhatARackWouldDrawAtASpeed) {
  RackField field(rack(), 4);
  field.assign(0, nodes({{0, 4}}), 1.0, 0);
  field.set_rack_speed(0, 0.5);
  field.set_job_rate(0, 0.5);
  field.flush(0, ignore);
  EXPECT_NEAR(field.dc_at(0, 1.0).si(), rack().rated_dc_power().si(), 1e-2);
  EXPECT_NEAR(rack().input_power(field.dc_at(0, 0.5)).si(), field.input(0).si(), 1e-2);
  field.set_rack_on(0, false);
  EXPECT_EQ(field.dc_at(0, 1.0).si(), 0.0);
}

TEST(RackField, WithheldPowerIsWhatJobsWouldDrawAtFullSpeed) {
  RackField field(rack(), 4);
  field.assign(0, nodes({{0, 4}}), 1.0, 0);
  field.set_rack_speed(0, 0.5);
  field.set_job_rate(0, 0.5);
  field.flush(0, ignore);
  // Eight accelerators at 0.5 draw 250 of 1000 W above idle; CPUs follow the work and draw the same.
  EXPECT_EQ(field.withheld_power().si(), 8 * 750.0);
  field.set_rack_speed(0, 1.0);
  field.set_job_rate(0, 1.0);
  field.flush(0, ignore);
  EXPECT_EQ(field.withheld_power().si(), 0.0);
}

class RackFieldSeeded : public testing::TestWithParam<std::uint64_t> {};
TEST_P(RackFieldSeeded, JobsIdleAndShelvesMakeUpTheInput) {
  std::mt19937_64 random(GetParam());
  const auto whole = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  const std::int64_t count = 38;  // the last rack has two nodes
  RackField field(rack(), count);
  std::vector<bool> taken(count, false);
  std::map<JobId, std::vector<NodeRange>> running;
  std::map<JobId, double> utilization;
  JobId next = 0;
  Tick now = 0;
  double jobs_j = 0.0, reference_j = 0.0, by_hand_w = 0.0;
  const auto drop = [&](JobId job) {
    jobs_j += field.release(job, now).si();
    for (const auto& r : running[job]) std::fill(taken.begin() + r.first, taken.begin() + r.last, false);
    running.erase(job);
  };
  for (int step = 0; step < 2000; ++step) {
    switch (whole(0, 4)) {
      case 0:
      case 1: {  // a job on free nodes of racks that are on
        std::vector<NodeRange> ranges;
        std::int64_t wanted = whole(1, 12);
        for (std::int64_t n = whole(0, count - 1); n < count && wanted > 0; ++n) {
          if (taken[static_cast<std::size_t>(n)] || !field.on(n / 4)) continue;
          if (!ranges.empty() && ranges.back().last == n) {
            ++ranges.back().last;
          } else {
            ranges.push_back({n, n + 1});
          }
          taken[static_cast<std::size_t>(n)] = true;
          --wanted;
        }
        if (ranges.empty()) break;
        utilization[next] = static_cast<double>(whole(0, 8)) / 8.0;
        field.assign(next, nodes(ranges), utilization[next], now);
        running[next] = ranges;
        field.set_job_rate(next, field.slowest_rack(next));
        ++next;
        break;
      }
      case 2:
        if (!running.empty())
          drop(std::next(running.begin(), whole(0, static_cast<std::int64_t>(running.size()) - 1))->first);
        break;
      case 3: {
        const std::int64_t r = whole(0, field.racks() - 1);
        field.set_rack_speed(r, static_cast<double>(whole(1, 10)) / 10.0);
        for (const JobId job : field.jobs_on(r)) field.set_job_rate(job, field.slowest_rack(job));
        break;
      }
      case 4: {
        const std::int64_t r = whole(0, field.racks() - 1);
        for (const JobId job : field.jobs_on(r)) drop(job);
        field.set_rack_on(r, !field.on(r));
        break;
      }
    }
    field.flush(now, ignore);
    // Power: the parts of the interval that follows, each read off and compared with the racks, to the last bit.
    const Tick later = now + whole(0, 20) * 500'000;
    Power sum = 0.0 * W;
    for (std::int64_t r = 0; r < field.racks(); ++r) sum += field.input(r);
    ASSERT_EQ(sum.si(), field.total_input().si()) << "seed " << GetParam() << " step " << step;
    by_hand_w = 0.0;
    for (std::int64_t r = 0; r < field.racks(); ++r) {
      if (!field.on(r)) continue;
      double dc_w = 0.0;
      for (std::int64_t n = 4 * r; n < std::min(count, 4 * r + 4); ++n) {
        double busy = 0.0, speed = 1.0;
        for (const auto& [job, ranges] : running) {
          for (const auto& range : ranges) {
            if (n < range.first || n >= range.last) continue;
            speed = field.speed(r);
            busy = utilization[job] * field.slowest_rack(job) / speed;
          }
        }
        dc_w += 250.0 + on_load_grid(rack().node_power(busy, speed)).si();
      }
      by_hand_w += on_load_grid(rack().input_power(Power(dc_w))).si();
    }
    ASSERT_EQ(by_hand_w, field.total_input().si()) << "seed " << GetParam() << " step " << step;
    reference_j += sum.si() * to_seconds(later - now);
    now = later;
    const auto e = field.energies(now);
    double held_j = 0.0;
    for (const auto& [job, ranges] : running) held_j += field.job_energy(job, now).si();
    if (now > 0) {
      ASSERT_NEAR(e.input.si() / reference_j, 1.0, 1e-12);
      ASSERT_NEAR((e.jobs + e.idle + e.shelf_loss).si() / reference_j, 1.0, 1e-12)
          << "seed " << GetParam() << " step " << step;
    }
    if (e.jobs.si() > 1e6) {
      ASSERT_NEAR((jobs_j + held_j) / e.jobs.si(), 1.0, 1e-12) << "seed " << GetParam() << " step " << step;
    }
  }
  // With everything released nothing is left of the jobs' power.
  while (!running.empty()) drop(running.begin()->first);
  field.flush(now, ignore);
  EXPECT_EQ(field.dynamic_power().si(), 0.0);
  EXPECT_EQ(field.withheld_power().si(), 0.0);
  EXPECT_EQ(field.busy_nodes(), 0);
}
INSTANTIATE_TEST_SUITE_P(, RackFieldSeeded, testing::Range<std::uint64_t>(1, 6));

TEST(RackField, AGivenLoadIsTheInputToTheLastBit) {
  RackField field(rack(), 8);
  field.set_rack_load(0, 9.0 * kW);
  field.flush(0, ignore);
  EXPECT_EQ(field.input(0).si(), 9000.0);
  EXPECT_EQ(field.total_input(), field.input(0) + field.input(1));
  // Behind the shelves, between 10 % (2222.222 W in) and 50 % (10416.667 W in): 2000 + (9000 - 2222.222) 8000 / 8194.444
  // = 8616.949 W; a node (8616.949 - 1000)/4 = 1904.237 W, busy (1904.237 - 500) / 2400 = 0.585099, an accelerator
  // 100 + 1000 x 0.585099 = 685.099 W.
  EXPECT_NEAR(field.hottest_accelerator(0).si(), 685.099, 1e-3);
  EXPECT_NEAR(field.accelerators(0).si(), 8 * 685.099, 8e-3);
  field.set_rack_load(0, 3.0 * kW);
  field.flush(10 * kTicksPerSecond, ignore);
  const auto e = field.energies(20 * kTicksPerSecond);
  EXPECT_EQ(e.input.si(), 90'000.0 + 30'000.0 + 20.0 * field.input(1).si());
  EXPECT_EQ(e.jobs.si(), 0.0);
  EXPECT_EQ(e.idle.si() + e.shelf_loss.si(), e.input.si());
}

TEST(RackField, ThrottlingAndCapsTakeFromAGivenLoad) {
  RackField field(rack(), 4);
  field.set_rack_load(0, 9.0 * kW);
  field.flush(0, ignore);
  EXPECT_NEAR(field.dynamic_power().si(), 8616.949 - 3000.0, 1e-3);
  EXPECT_EQ(field.withheld_power().si(), 0.0);
  field.set_rack_speed(0, 0.5);
  field.flush(0, ignore);
  // DC 3000 + 5616.949 x .25 = 4404.237 W; loss 222.222 + (2404.237/8000) x 194.444 = 280.658 W.
  EXPECT_NEAR(field.input(0).si(), 4684.895, 1e-3);
  EXPECT_NEAR(field.withheld_power().si(), 5616.949 * 0.75, 1e-3);
  field.set_rack_on(0, false);
  field.flush(0, ignore);
  EXPECT_EQ(field.input(0).si(), 0.0);
  EXPECT_EQ(field.dynamic_power().si(), 0.0);
  field.set_rack_on(0, true);
  field.set_rack_speed(0, 1.0);
  field.flush(0, ignore);
  EXPECT_EQ(field.input(0).si(), 9000.0);
}

TEST(RackField, AcceleratorsNeverTakeMoreThanAGivenLoadHas) {
  RackField field(rack(), 4);
  for (const double load_w : {0.0, 0.5, 100.0, 1000.0, 2999.0, 20'000.0, 40'000.0}) {
    field.set_rack_load(0, Power(load_w));
    field.flush(0, ignore);
    EXPECT_EQ(field.input(0).si(), load_w);
    EXPECT_LE(field.accelerators(0).si(), load_w);
    EXPECT_GE(field.accelerators(0).si(), 0.0);
    EXPECT_EQ(field.accelerators(0).si(), 8.0 * field.hottest_accelerator(0).si());
  }
}

}  // namespace
}  // namespace aifactory
