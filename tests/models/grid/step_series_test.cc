#include "models/grid/step_series.h"

#include <gtest/gtest.h>

namespace aifactory {
namespace {

constexpr Tick kHour = 3600 * kTicksPerSecond;

StepSeries<EnergyPrice> three_prices() {
  return StepSeries<EnergyPrice>({0, kHour, 2 * kHour, 3 * kHour},
                                 {10.0 * usd_per_MWh, 30.0 * usd_per_MWh, 30.0 * usd_per_MWh, -5.0 * usd_per_MWh},
                                 5 * kHour);
}

TEST(StepSeries, HoldsFromItsTickOnAndBeyondBothEnds) {
  const auto price = three_prices();
  EXPECT_DOUBLE_EQ(price.value_at(-1).in(usd_per_MWh), 10.0);
  EXPECT_DOUBLE_EQ(price.value_at(0).in(usd_per_MWh), 10.0);
  EXPECT_DOUBLE_EQ(price.value_at(kHour - 1).in(usd_per_MWh), 10.0);
  EXPECT_DOUBLE_EQ(price.value_at(kHour).in(usd_per_MWh), 30.0);
  EXPECT_DOUBLE_EQ(price.value_at(3 * kHour).in(usd_per_MWh), -5.0);
  EXPECT_DOUBLE_EQ(price.value_at(100 * kHour).in(usd_per_MWh), -5.0);
  EXPECT_EQ(price.begin(), 0);
  EXPECT_EQ(price.end(), 5 * kHour);
}

TEST(StepSeries, AnEqualNeighbourIsNoChange) {
  const auto price = three_prices();
  EXPECT_EQ(price.size(), 3u);
  EXPECT_EQ(price.next_change_after(-7), kHour);
  EXPECT_EQ(price.next_change_after(0), kHour);
  EXPECT_EQ(price.next_change_after(kHour), 3 * kHour);
  EXPECT_EQ(price.next_change_after(3 * kHour), kNever);
  EXPECT_EQ(StepSeries<EnergyPrice>::constant(1.0 * usd_per_MWh).next_change_after(0), kNever);
}

TEST(StepSeries, CursorAgreesWithSearchForwardAndBack) {
  const auto price = three_prices();
  StepSeries<EnergyPrice>::Cursor cursor(price);
  for (const Tick t : {Tick{-5}, Tick{0}, kHour - 1, kHour, 4 * kHour, 2 * kHour, Tick{1}, 3 * kHour, Tick{-1}}) {
    EXPECT_EQ(cursor.at(t), price.value_at(t)) << t;
    EXPECT_EQ(cursor.next_change_after(t), price.next_change_after(t)) << t;
  }
}

// 2 MW from 0:30 to 4:00: 0.5 h at 10, 2 h at 30 and 1 h at -5 USD/MWh = 2 x (5 + 60 - 5) = 120 USD.
TEST(StepSeries, IntegratesPowerTimesPriceExactly) {
  const auto price = three_prices();
  StepSeries<EnergyPrice>::Cursor cursor(price);
  const Money cost = integrate<EnergyPrice>(cursor, 2.0 * MW, kHour / 2, 4 * kHour);
  EXPECT_NEAR(cost.in(usd), 120.0, 1e-9);
  EXPECT_EQ(integrate<EnergyPrice>(cursor, 2.0 * MW, kHour, kHour).in(usd), 0.0);
  // (10 + 2 x 30 - 5 x 2) / 5 = 12
  EXPECT_NEAR(mean(price, 0, 5 * kHour).in(usd_per_MWh), 12.0, 1e-12);
}

// 10 MWh at 400 g/kWh are 4 t.
TEST(StepSeries, CarbonIntensityTimesEnergyIsMass) {
  const auto carbon = StepSeries<CarbonIntensity>::constant(400.0 * g_per_kWh);
  StepSeries<CarbonIntensity>::Cursor cursor(carbon);
  const Mass mass = integrate<CarbonIntensity>(cursor, 5.0 * MW, 0, 2 * kHour);
  EXPECT_NEAR(mass.in(kg), 4000.0, 1e-9);
}

}  // namespace
}  // namespace aifactory
