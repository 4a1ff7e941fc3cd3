#include "sim/facility/unit_meter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace aifactory {
namespace {

constexpr Tick kSecond = kTicksPerSecond;

TEST(UnitMeter, AStepProfileByHand) {
  // Rating 10 kW, continuous limit 8 kW: 900 s at 4 kW, 90 s at 9 kW, 9 s at 11 kW, 1 s at 12 kW.
  UnitMeter meter(10.0 * kW, 10.0 * kW, 8.0 * kW);
  meter.set(0, 4.0 * kW);
  meter.set(900 * kSecond, 9.0 * kW);
  meter.set(990 * kSecond, 11.0 * kW);
  meter.set(999 * kSecond, 12.0 * kW);
  meter.advance(1000 * kSecond);
  EXPECT_EQ(meter.peak().si(), 12e3);
  EXPECT_NEAR(meter.mean().si(), (900 * 4.0 + 90 * 9.0 + 9 * 11.0 + 12.0), 1e-9);
  EXPECT_EQ(meter.above_rating().si(), 10.0);
  EXPECT_EQ(meter.above_continuous().si(), 100.0);
  // 12 kW are exceeded never, 11 kW for 1 s of 1,000, 9 kW for 10 s, 4 kW for 100 s.
  EXPECT_EQ(meter.quantile(1.0).si(), 12e3);
  EXPECT_EQ(meter.quantile(0.999).si(), 11e3);
  EXPECT_EQ(meter.quantile(0.99).si(), 9e3);
  EXPECT_EQ(meter.quantile(0.9).si(), 4e3);
  EXPECT_EQ(meter.quantile(0.0).si(), 4e3);
}

TEST(UnitMeter, WhatDoesNotLastIsNoPeak) {
  UnitMeter meter(1.0 * kW, 1.0 * kW, 1.0 * kW);
  meter.set(0, 0.5 * kW);
  meter.set(10 * kSecond, 5.0 * kW);
  meter.set(10 * kSecond, 0.6 * kW);
  meter.advance(20 * kSecond);
  EXPECT_EQ(meter.peak().si(), 600.0);
  EXPECT_EQ(meter.above_rating().si(), 0.0);
}

TEST(UnitMeter, BeforeAnyTimeThereIsNothing) {
  const UnitMeter meter(1.0 * kW, 1.0 * kW, 1.0 * kW);
  EXPECT_TRUE(std::isnan(meter.peak().si()));
  EXPECT_TRUE(std::isnan(meter.mean().si()));
  EXPECT_TRUE(std::isnan(meter.quantile(0.999).si()));
}

TEST(UnitMeter, ALoadAtItsRatingIsNotAboveIt) {
  UnitMeter meter(1.0 * MW, 1.0 * MW, Power(0.8e6));
  meter.set(0, Power(1e6 * (1.0 + 1e-12)));
  meter.advance(kSecond);
  EXPECT_EQ(meter.above_rating().si(), 0.0);
  EXPECT_EQ(meter.above_continuous().si(), 1.0);
}

TEST(UnitMeter, TakesValuesFarBeyondTheScale) {
  UnitMeter meter(1.0 * kW, 1.0 * kW, 1.0 * kW);
  meter.set(0, Power(1e9));
  meter.set(kSecond, Power(2e9));
  meter.set(2 * kSecond, Power(-5.0));
  meter.advance(3 * kSecond);
  EXPECT_EQ(meter.peak().si(), 2e9);
  EXPECT_EQ(meter.quantile(0.9).si(), 2e9);
}

/// Least value of which the time above is at most (1 - q) of the whole.
double exact_quantile(std::vector<std::pair<double, Tick>> held, double q) {
  Tick whole = 0;
  for (const auto& [w, span] : held) whole += span;
  std::sort(held.rbegin(), held.rend());
  double above = 0.0;
  for (const auto& [w, span] : held) {
    above += static_cast<double>(span);
    if (above > (1.0 - q) * static_cast<double>(whole) * (1.0 + 1e-12)) return w;
  }
  return held.back().first;
}

TEST(UnitMeter, QuantilesOfRandomProfilesAreExactWithinABin) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    const double scale = std::exp(10.0 * uniform());
    UnitMeter meter{Power(scale), Power(scale), Power(scale)};
    std::vector<std::pair<double, Tick>> held;
    Tick now = 0;
    double sum = 0.0;
    const bool few_levels = seed % 2 == 0;
    for (int i = 0; i < 2000; ++i) {
      double w = scale * 1.5 * uniform() * uniform();
      if (few_levels) w = scale * std::round(8.0 * w / scale) / 8.0;
      const Tick span = static_cast<Tick>(1e7 * uniform() * uniform());
      meter.set(now, Power(w));
      if (span > 0) held.emplace_back(w, span);
      sum += w * to_seconds(span);
      now += span;
    }
    meter.advance(now);
    const double bin = scale / UnitMeter::kBinsPerScale;
    for (const double q : {0.0, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      const double exact = exact_quantile(held, q), metered = meter.quantile(q).si();
      if (few_levels) {
        EXPECT_EQ(metered, exact) << "seed " << seed << " q " << q;  // one level a bin
      } else if (q > 0.0) {
        EXPECT_GE(metered, exact) << "seed " << seed << " q " << q;
        EXPECT_LT(metered, exact + bin * (1.0 + 1e-9)) << "seed " << seed << " q " << q;
      }
    }
    EXPECT_NEAR(meter.mean().si(), sum / to_seconds(now), 1e-9 * scale) << "seed " << seed;
    const double peak = std::max_element(held.begin(), held.end())->first;
    EXPECT_EQ(meter.peak().si(), peak);
  }
}

}  // namespace
}  // namespace aifactory
