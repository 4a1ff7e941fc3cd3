#include "sim/results/accumulator.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/units.h"

namespace aifactory {
namespace {

// Neumaier's own example: Kahan's sum of these is 0, the true sum 2.
TEST(Accumulator, KeepsWhatKahanLoses) {
  Accumulator sum;
  for (const double x : {1.0, 1e100, 1.0, -1e100}) sum.add(x);
  EXPECT_EQ(sum.value(), 2.0);
}

// A year of 0.1 J in every second, 3,153,600 J; the plain sum is off by 1e-10 of it and worse with each year.
TEST(Accumulator, YearOfSmallAmountsIsExactToTheLastBit) {
  Accumulator sum;
  double plain = 0.0;
  for (int i = 0; i < 31'536'000; ++i) {
    sum.add(0.1);
    plain += 0.1;
  }
  EXPECT_DOUBLE_EQ(sum.value(), 3'153'600.0);
  EXPECT_GT(std::fabs(plain - 3'153'600.0), 1e-5);
}

TEST(Accumulator, MergesWithItsCarry) {
  Accumulator a, b;
  a.add(1e16);
  a.add(1.0);
  b.add(1.0);
  a.add(b);
  EXPECT_EQ(a.value(), 1e16 + 2.0);
}

TEST(Accumulator, CarriesTheDimension) {
  AccumulatorOf<Energy> sum;
  sum.add(2.0 * kW * (0.5 * h));
  EXPECT_DOUBLE_EQ(sum.value().in(kWh), 1.0);
}

}  // namespace
}  // namespace aifactory
