#include "models/compute/rack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/power/frontier.h"

namespace aifactory {
namespace {

/// 18 trays of 4 packages, 1.0 kW of tray base and 0.9 kW of shared base for each tray: NVIDIA Mission Control's
/// budget rule for GB300 NVL72; shelves 8 x 33 kW, 80 PLUS Titanium.
RackParams nvl72(double package_w) {
  RackParams p;
  p.accelerators = 72;
  p.nodes = 18;
  p.accelerator_idle = 170.0 * W;
  p.accelerator_max = package_w * W;
  p.node_base_idle = 400.0 * W;
  p.node_base_max = 1.0 * kW;
  p.rack_base = 16.2 * kW;
  p.psu_rating = 264.0 * kW;
  p.psu_points = {{0.1, 0.90}, {0.2, 0.94}, {0.5, 0.96}, {1.0, 0.91}};
  p.liquid_frac = 0.87;
  p.chip_resistance = 0.010 * K_per_W;
  p.plate_conduction = 0.002 * K_per_W;
  p.plate_convection = 0.013 * K_per_W;
  p.plate_nominal_flow = 1.5 * liter_per_min;
  p.throttle_temp = Temperature::celsius(87);
  p.resume_temp = Temperature::celsius(83);
  p.trip_temp = Temperature::celsius(92);
  p.peak_bf16 = FlopRate(2.5e15);
  p.peak_fp8 = FlopRate(5e15);
  p.capex = 3.4e6 * usd;
  return p;
}

TEST(Rack, HasTheBudgetOfTheRule) {
  EXPECT_NEAR(Rack(nvl72(1400)).rated_dc_power().in(kW), 135.0, 1e-9);  // 18 x (4 x 1.4 + 1.0 + 0.9)
  EXPECT_NEAR(Rack(nvl72(1200)).rated_dc_power().in(kW), 120.6, 1e-9);  // 18 x (4 x 1.2 + 1.0 + 0.9)
}

TEST(Rack, InputIsDcPlusShelfLossByHand) {
  // 135/264 = .511364 of rating; loss .0208333 + (.0989011 - .0208333)/.5 x .011364 = .0226076 of 264 kW = 5.96841 kW.
  EXPECT_NEAR(Rack(nvl72(1400)).rated_input_power().in(kW), 140.96841, 1e-4);
}

// 120.6 kW behind 8 shelves: .456818 of 264 kW, loss .0196721 of it = 5.19344 kW.  Behind 7: .522078 of 231 kW, loss
// .0208333 + .1561355 x .022078 = .0242804 of it = 5.60878 kW.
TEST(Rack, ShelvesThatAreLeftCarryAllAndLoseMore) {
  const Rack rack(nvl72(1200));
  EXPECT_NEAR(rack.input_power(120.6 * kW).in(kW), 125.79344, 1e-4);
  EXPECT_NEAR(rack.input_power(120.6 * kW, 1.0).in(kW), 125.79344, 1e-4);
  EXPECT_NEAR(rack.input_power(120.6 * kW, 7.0 / 8.0).in(kW), 126.20878, 1e-4);
}

struct Row {
  const char* name;
  double utilization, speed, accelerator_w, node_w;
};
class RackPower : public testing::TestWithParam<Row> {};
TEST_P(RackPower, FollowsThePowerLaw) {
  const Rack rack(nvl72(1400));
  const auto& row = GetParam();
  EXPECT_NEAR(rack.accelerator_power(row.utilization, row.speed).in(W), row.accelerator_w, 1e-4);
  EXPECT_NEAR(rack.node_power(row.utilization, row.speed).in(W), row.node_w, 4e-4);
}
// 170 + 1230 u s^2.4; node 4 x that + 400 + 600 u.  .5^2.4 = .18946457.
INSTANTIATE_TEST_SUITE_P(, RackPower,
                         testing::Values(Row{"Idle", 0, 1, 170, 1080}, Row{"Full", 1, 1, 1400, 6600},
                                         Row{"HalfUtilization", 0.5, 1, 785, 3840},
                                         Row{"HalfSpeed", 1, 0.5, 403.04142, 2612.16569}),
                         [](const auto& instance) { return instance.param.name; });

TEST(Rack, SpeedForPowerUndoesPower) {
  const Rack rack(nvl72(1400));
  for (const double u : {0.2, 0.7, 1.0}) {
    for (const double speed : {0.1, 0.5, 0.9, 1.0}) {
      EXPECT_NEAR(rack.speed_for_accelerator_power(rack.accelerator_power(u, speed), u), speed, 1e-12);
      EXPECT_NEAR(rack.speed_for_node_power(rack.node_power(u, speed), u), speed, 1e-11);
      for (const std::int64_t running : {1, 7, 18}) {
        const auto dc = rack.dc_power(static_cast<double>(running) * rack.node_power(u, speed) +
                                      static_cast<double>(18 - running) * rack.idle_node_power());
        EXPECT_NEAR(rack.speed_for_input_power(rack.input_power(dc), u, running), speed, 1e-9) << u << " " << running;
      }
    }
  }
  EXPECT_EQ(rack.speed_for_accelerator_power(2000.0 * W, 1.0), 1.0);
  EXPECT_EQ(rack.speed_for_accelerator_power(100.0 * W, 1.0), 0.0);
  EXPECT_EQ(rack.speed_for_accelerator_power(170.0 * W, 0.0), 1.0);
  EXPECT_EQ(rack.speed_for_input_power(10.0 * kW, 1.0, 18), 0.0);
  EXPECT_EQ(rack.speed_for_input_power(rack.rated_input_power(), 1.0, 18), 1.0);
}

TEST(Rack, HeatIsWhatItDraws) {
  const Rack rack(nvl72(1200));
  EXPECT_DOUBLE_EQ(rack.liquid_heat(100.0 * kW).in(kW), 87.0);
  EXPECT_DOUBLE_EQ((rack.liquid_heat(100.0 * kW) + rack.air_heat(100.0 * kW)).in(kW), 100.0);
}

TEST(Rack, PlateFollowsItsFlow) {
  // Rc .012 (here chip and plate conduction together), Rv .013 at 1.5 L/min, n .65: .025 K/W at 1.5, .022446 at 2.1 and
  // .032399 at .75 L/min.
  const Rack rack(nvl72(1400));
  const auto whole = [&](double l_per_min) {
    return (rack.params().chip_resistance + rack.plate_resistance(l_per_min * liter_per_min)).in(K_per_W);
  };
  EXPECT_NEAR(whole(1.5), 0.025, 1e-15);
  EXPECT_NEAR(whole(2.1), 0.022446, 5e-7);
  EXPECT_NEAR(whole(0.75), 0.032399, 5e-7);
  EXPECT_EQ(rack.plate_resistance(0.0 * liter_per_min).si(), kInf);
  // At the design flow of 1.5 L/min/kW a package of 1.4 kW gets 2.1 L/min.
  EXPECT_NEAR(rack.plate_flow(rack.design_flow()).in(liter_per_min), 2.1, 1e-9);
}

TEST(Rack, FrontierRackThroughItsShelfPointsIsTheFrontierChain) {
  // The chain (models/power/frontier.h) is affine in node power, so two points carry it whole.  DC of a rack: 128 nodes
  // of 626.26 .. 2704.26 W and 32 switches of 250 W.
  const FrontierPower chain;
  RackParams p = nvl72(560);
  p.accelerators = 512;
  p.nodes = 128;
  p.accelerator_idle = 88.0 * W;
  p.node_base_idle = 274.26 * W;
  p.node_base_max = 464.26 * W;
  p.rack_base = 8.0 * kW;
  p.psu_rating = 354145.28 * W;
  const double idle_w = 128 * 626.26 + 8000.0, full_w = 354145.28;
  p.psu_points = {{idle_w / full_w, idle_w / chain.rack(0, 0).si()}, {1.0, full_w / chain.rack(1, 1).si()}};
  const Rack rack(p);
  for (const double u : {0.0, 0.3, 0.5, 1.0}) {
    EXPECT_NEAR(rack.node_power(u, 1.0).in(W), chain.node(u, u).in(W), 1e-9);
    const auto dc = rack.dc_power(128.0 * rack.node_power(u, 1.0));
    EXPECT_NEAR(rack.input_power(dc).in(W), chain.rack(u, u).in(W), 1e-6) << u;
  }
  EXPECT_NEAR(idle_w / full_w, 0.248941, 5e-7);
  EXPECT_NEAR(p.psu_points[0].efficiency, 0.919552, 5e-7);
  EXPECT_NEAR(p.psu_points[1].efficiency, 0.935419, 5e-7);
}

TEST(Rack, WithoutAcceleratorsIsItsBase) {
  RackParams p = nvl72(1400);
  p.accelerators = 0;
  const Rack rack(p);
  EXPECT_EQ(rack.node_power(1.0, 1.0), 1.0 * kW);
  EXPECT_EQ(rack.speed_for_node_power(1.0 * kW, 1.0), 1.0);
  EXPECT_EQ(rack.speed_for_node_power(0.9 * kW, 1.0), 0.0);
}

TEST(Rack, NamesWhatItRefuses) {
  const auto refuses = [](auto change, const char* message) {
    RackParams p = nvl72(1400);
    change(p);
    EXPECT_THAT([&] { Rack{p}; }, testing::ThrowsMessage<InputError>(message));
  };
  refuses([](RackParams& p) { p.nodes = INT64_MIN; }, "rack: nodes is not set");
  refuses([](RackParams& p) { p.nodes = 17; }, "rack: accelerators must be a multiple of nodes");
  refuses([](RackParams& p) { p.accelerator_max = 100.0 * W; },
          "rack: accelerator_max must be at least accelerator_idle");
  refuses([](RackParams& p) { p.capex = {}; }, "rack: capex is not set");
  refuses([](RackParams& p) { p.psu_points.clear(); }, "rack: psu_points is not set");
  refuses([](RackParams& p) { p.trip_temp = p.throttle_temp; }, "rack: throttle_temp must be below trip_temp");
}

}  // namespace
}  // namespace aifactory
