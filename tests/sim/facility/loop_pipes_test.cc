#include "sim/facility/loop_pipes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "models/cooling/fluid.h"

namespace aifactory {
namespace {

Tick at(double seconds) { return to_ticks(seconds * s); }
const Temperature kStart = Temperature::celsius(30.0);

// 12 m3 at 20 L/s: 600 s.
TEST(LoopPipes, AStepArrivesWhenTheVolumeHasFollowedIt) {
  LoopPipes pipes({.supply = 12.0 * m3, .design_flow = 20.0 * liter_per_s, .start = kStart});
  pipes.advance(at(100));
  pipes.set(Temperature::celsius(35.0), 1.0);
  EXPECT_NEAR(to_seconds(pipes.next_arrival(at(100))), 700.0, 2e-6);
  pipes.advance(at(160));
  EXPECT_NEAR(to_seconds(pipes.next_arrival(at(160))), 700.0, 2e-6);
  pipes.advance(at(699.999));
  EXPECT_EQ(pipes.supply(), kStart);
  pipes.advance(at(700.001));
  EXPECT_EQ(pipes.supply(), Temperature::celsius(35.0));
}

// Half way, 6 m3 are left; at half the flow they take another 600 s.
TEST(LoopPipes, AFlowThatIsHalvedHalfWayTakesNineHundredSeconds) {
  LoopPipes pipes({.supply = 12.0 * m3, .design_flow = 20.0 * liter_per_s, .start = kStart});
  pipes.set(Temperature::celsius(35.0), 1.0);
  pipes.advance(at(300));
  pipes.set(Temperature::celsius(35.0), 0.5);
  EXPECT_NEAR(to_seconds(pipes.next_arrival(at(300))), 900.0, 2e-6);
  pipes.advance(at(700));
  pipes.set(Temperature::celsius(35.0), 0.0);
  EXPECT_EQ(pipes.next_arrival(at(700)), kNever);
  pipes.advance(at(5000));
  EXPECT_EQ(pipes.supply(), kStart);
  pipes.set(Temperature::celsius(35.0), 1.0);  // 2 m3 are left
  EXPECT_NEAR(to_seconds(pipes.next_arrival(at(5000))), 5100.0, 2e-6);
}

// 1 MW in 20 L/s of water: 11.995 K.  It is back after 8 m3: 400 s.
TEST(LoopPipes, HeatComesBackThroughTheReturnHeader) {
  LoopPipes pipes({.back = 8.0 * m3, .design_flow = 20.0 * liter_per_s, .start = kStart});
  double back_j = 0.0;
  for (int minute_number = 1; minute_number <= 20; ++minute_number) back_j += pipes.close(at(60.0 * minute_number), Energy(60e6)).si();
  EXPECT_NEAR(back_j, 1e6 * (1200.0 - 400.0), 1.0);
  EXPECT_NEAR((pipes.back() - kStart).si(), 1e6 / kWater.capacity_rate(20.0 * liter_per_s).si(), 1e-9);
  EXPECT_NEAR(pipes.stored().si(), 1e6 * 400.0, 1.0);
}

TEST(LoopPipes, HeatIntoStandingWaterIsHandedOn) {
  LoopPipes pipes({.supply = 1.0 * m3, .back = 1.0 * m3, .design_flow = 20.0 * liter_per_s, .start = kStart});
  pipes.set(kStart, 0.0);
  EXPECT_EQ(pipes.close(at(60), Energy(5e6)).si(), 5e6);
  EXPECT_EQ(pipes.stored().si(), 0.0);
}

// A million joules settled a tick after a period has ended would heat 20 mL by twelve kelvin; they wait for a period of water.
TEST(LoopPipes, ASliverOfAPeriodWaitsForTheNext) {
  LoopPipes pipes({.back = 8.0 * m3, .design_flow = 20.0 * liter_per_s, .start = kStart});
  EXPECT_EQ(pipes.close(at(60), Energy(0.0)).si(), 0.0);
  EXPECT_EQ(pipes.close(at(60.001), Energy(1e6)).si(), 0.0);
  EXPECT_NEAR(pipes.stored().si(), 1e6, 1e-6);
  double back_j = pipes.close(at(120), Energy(0.0)).si();
  for (int minute_number = 3; minute_number <= 20; ++minute_number) {
    back_j += pipes.close(at(60.0 * minute_number), Energy(0.0)).si();
    EXPECT_LT((pipes.back() - kStart).si(), 1e6 / kWater.heat_capacity(1.2 * m3).si() + 1e-6);
  }
  EXPECT_NEAR(back_j, 1e6, 1e-3);
}

class RandomFlow : public testing::TestWithParam<std::uint64_t> {};
TEST_P(RandomFlow, HeatInMinusHeatBackIsWhatThePipesHold) {
  std::mt19937_64 random(GetParam());
  const auto u = [&] { return std::uniform_real_distribution<>(0.0, 1.0)(random); };
  LoopPipes pipes({.supply = Volume(GetParam() % 3 == 0 ? 0.0 : 5.0), .back = Volume(GetParam() % 3 == 1 ? 0.0 : 7.0), .design_flow = 20.0 * liter_per_s, .start = kStart});
  double now_s = 0.0, in_j = 0.0, back_j = 0.0, flow = 1.0;
  Temperature inlet = kStart;
  for (int step = 0; step < 3000; ++step) {
    const double span_s = u() < 0.1 ? 1e-3 : 120.0 * u(), heat_j = 1e6 * span_s * u();
    if (u() < 0.3) pipes.advance(at(now_s + 0.5 * span_s));
    now_s += span_s;
    back_j += pipes.close(at(now_s), Energy(heat_j)).si();
    in_j += heat_j;
    flow = u() < 0.1 ? 0.0 : 0.2 + 0.8 * u();
    inlet = u() < 0.5 ? inlet : Temperature::celsius(25.0 + 15.0 * u());
    pipes.set(inlet, flow);
  }
  EXPECT_NEAR((in_j - back_j) / in_j, pipes.stored().si() / in_j, 1e-12);
}
INSTANTIATE_TEST_SUITE_P(, RandomFlow, testing::Range<std::uint64_t>(1, 7));

}  // namespace
}  // namespace aifactory
