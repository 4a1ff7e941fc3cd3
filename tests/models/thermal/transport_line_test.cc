#include "models/thermal/transport_line.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "models/error.h"
#include "models/fields.h"

namespace aifactory {
namespace {

Temperature celsius(double c) { return Temperature::celsius(c); }

TEST(TransportLine, ShowsAStepWhenItsVolumeHasFollowed) {
  TransportLine pipe(Volume(2.0), celsius(20.0));
  EXPECT_EQ(pipe.until_change(VolumeFlow(0.01)).si(), kInf);
  EXPECT_EQ(pipe.pass(celsius(30.0), VolumeFlow(0.01), Duration(150.0)).in_celsius(), 20.0);  // 1.5 m3
  EXPECT_DOUBLE_EQ(pipe.until_change(VolumeFlow(0.01)).si(), 50.0);
  EXPECT_DOUBLE_EQ(pipe.until_change(VolumeFlow(0.02)).si(), 25.0);
  EXPECT_EQ(pipe.pass(celsius(35.0), VolumeFlow(0.0), Duration(1e6)).in_celsius(), 20.0);  // stands
  // 0.5 m3 of 20 degC and 0.3 m3 of 30 degC.
  EXPECT_NEAR(pipe.pass(celsius(40.0), VolumeFlow(0.02), Duration(40.0)).in_celsius(), (0.5 * 20.0 + 0.3 * 30.0) / 0.8, 1e-12);
  EXPECT_EQ(pipe.outlet().in_celsius(), 30.0);
}

TEST(TransportLine, KeepsEveryJoule) {
  std::mt19937_64 random(3);
  const auto u = [&] { return std::uniform_real_distribution<>(0.0, 1.0)(random); };
  const Temperature zero = celsius(0.0);
  TransportLine pipe(Volume(5.0), celsius(25.0));
  double in = 0.0, out = 0.0;
  const double start = pipe.content_m3_k(zero);
  for (int step = 0; step < 2000; ++step) {
    const Temperature inlet = celsius(20.0 + std::floor(20.0 * u()));
    const VolumeFlow flow(u() < 0.1 ? 0.0 : 0.05 * u());
    const Duration t(u() < 0.05 ? 1000.0 : 60.0 * u());
    const Temperature left = pipe.pass(inlet, flow, t);
    in += flow.si() * t.si() * (inlet - zero).si();
    out += flow.si() * t.si() * (left - zero).si();
    ASSERT_NEAR(pipe.content_m3_k(zero), start + in - out, 1e-9 * (1.0 + in)) << step;
  }
}

// What a mixed loop hides of the delay: racks that warm the coolant by 10 K, a loop of two minutes' flow, the exchanger
// lost.  Plug flow rises in steps of 10 K; a mixed volume is ahead of it, by no more than one step and by half in the mean.
TEST(TransportLine, AMixedLoopIsAheadOfPlugFlowByAtMostTheRiseOfOnePass) {
  const double pass_s = 120.0, rise_k = 10.0;
  TransportLine loop(Volume(pass_s), celsius(40.0));
  double furthest = 0.0, sum = 0.0;
  const int steps = 1200;
  for (int step = 0; step < steps; ++step) {
    const Temperature supply = loop.outlet();
    const double mixed = 40.0 + rise_k * step / pass_s, apart = mixed - supply.in_celsius();
    ASSERT_GE(apart, -1e-6);
    furthest = std::max(furthest, apart);
    sum += apart;
    static_cast<void>(loop.pass(supply + TemperatureDelta(rise_k), VolumeFlow(1.0), Duration(1.0)));
  }
  EXPECT_LT(furthest, rise_k);
  EXPECT_NEAR(sum / steps, rise_k / 2.0, 0.1);
}

TEST(TransportLine, NeedsAVolume) { EXPECT_THROW(TransportLine(Volume(0.0), celsius(20.0)), InputError); }

}  // namespace
}  // namespace aifactory
