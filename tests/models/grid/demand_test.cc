#include "models/grid/demand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "models/error.h"

namespace aifactory {
namespace {

constexpr Tick kMinute = 60 * kTicksPerSecond;
constexpr Tick kDay = 1440 * kMinute;
constexpr PowerPrice kTenPerKilowatt{10.0 / 1e3};

SiteClock clock_at(int y, int mon, int d, int minutes = 0) {
  return SiteClock::from_local(calendar_seconds(y, mon, d) + minutes * 60, -6 * kSecondsPerHour);
}

// 10 minutes at 3 MW and 5 minutes at 0 in one window: mean 2 MW, whatever the peak was.
TEST(DemandMeter, MeansOverTheWindowNotThePeak) {
  const DemandMeter meter(15.0 * minute, clock_at(2022, 1, 10));
  DemandMeter::State state;
  meter.advance(state, 1.0 * MW, 60 * kMinute);
  meter.advance(state, 3.0 * MW, 70 * kMinute);
  meter.advance(state, 0.0 * MW, 90 * kMinute);
  const auto months = meter.demand(state);
  ASSERT_EQ(months.size(), 1u);
  EXPECT_NEAR(months[0].demand.in(MW), 2.0, 1e-12);
  EXPECT_EQ(months[0].window_start, 60 * kMinute);
  EXPECT_NEAR(meter.charge(state, kTenPerKilowatt).in(usd), 20'000.0, 1e-6);
}

// The same 10 minutes across the edge of two windows: 5 min x 3 + 10 min x 1 MW = 25/15 MW in each.
TEST(DemandMeter, WindowsStandOnTheClock) {
  const DemandMeter meter(15.0 * minute, clock_at(2022, 1, 10));
  DemandMeter::State state;
  meter.advance(state, 1.0 * MW, 70 * kMinute);
  meter.advance(state, 3.0 * MW, 80 * kMinute);
  meter.advance(state, 1.0 * MW, 2 * kDay);
  EXPECT_NEAR(meter.demand(state)[0].demand.in(MW), 25.0 / 15.0, 1e-12);
  const DemandMeter half_hour(30.0 * minute, clock_at(2022, 1, 10));
  DemandMeter::State other;
  half_hour.advance(other, 1.0 * MW, 70 * kMinute);
  half_hour.advance(other, 3.0 * MW, 80 * kMinute);
  half_hour.advance(other, 1.0 * MW, 2 * kDay);
  EXPECT_NEAR(half_hour.demand(other)[0].demand.in(MW), (20.0 + 30.0) / 30.0, 1e-12);
}

// 2 MW held from 30 January to 2 March 2024 (leap), then 1 MW to 10 March: three months at 2 MW.
TEST(DemandMeter, EachCalendarMonthHasItsOwn) {
  const DemandMeter meter(15.0 * minute, clock_at(2024, 1, 30));
  DemandMeter::State state;
  meter.advance(state, 2.0 * MW, 32 * kDay);
  meter.advance(state, 1.0 * MW, 40 * kDay);
  const auto months = meter.demand(state);
  ASSERT_EQ(months.size(), 3u);
  for (const auto& month : months) EXPECT_NEAR(month.demand.in(MW), 2.0, 1e-12) << month.month;
  EXPECT_EQ(months[1].month, 2);
  EXPECT_EQ(months[1].window_start, 2 * kDay);
  EXPECT_NEAR(meter.charge(state, kTenPerKilowatt).in(usd), 60'000.0, 1e-6);
}

// 2 MW held from 30 October to 2 January in one step: four months, none of which takes the next one's windows.
TEST(DemandMeter, AYearEndsAfterDecember) {
  const DemandMeter meter(15.0 * minute, clock_at(2022, 10, 30));
  DemandMeter::State state;
  meter.advance(state, 2.0 * MW, 65 * kDay);
  const auto months = meter.demand(state);
  ASSERT_EQ(months.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(months[i].month, i < 3 ? 10 + static_cast<int>(i) : 1);
    EXPECT_NEAR(months[i].demand.in(MW), 2.0, 1e-12);
  }
  EXPECT_EQ(months[3].year, 2023);
  EXPECT_EQ(months[3].window_start, 63 * kDay);
}

TEST(DemandMeter, RestAndOpenWindowsCountWithTheirSimulatedPart) {
  const DemandMeter meter(15.0 * minute, clock_at(2022, 12, 31, 1430));  // 23:50
  DemandMeter::State state;
  meter.advance(state, 1.0 * MW, 5 * kMinute);
  EXPECT_NEAR(meter.demand(state)[0].demand.in(MW), 1.0, 1e-12);
  meter.advance(state, 3.0 * MW, 14 * kMinute);
  const auto months = meter.demand(state);  // 5 min at 1 and 5 min at 3; then 4 min at 3 in the new year
  ASSERT_EQ(months.size(), 2u);
  EXPECT_NEAR(months[0].demand.in(MW), 2.0, 1e-12);
  EXPECT_NEAR(months[1].demand.in(MW), 3.0, 1e-12);
  EXPECT_EQ(months[1].year, 2023);
}

TEST(DemandMeter, SplittingAStepChangesNothing) {
  constexpr unsigned kSeed = 7;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937_64 random(kSeed);
  const DemandMeter meter(15.0 * minute, clock_at(2022, 1, 28, 7));
  DemandMeter::State once, split;
  Tick now = 0;
  for (int i = 0; i < 2000; ++i) {
    const Tick span = static_cast<Tick>(random() % (120u * 60'000'000u)) + 1;
    const Power power = static_cast<double>(random() % 100) * MW;
    meter.advance(once, power, now + span);
    for (int part = 1; part <= 4; ++part) meter.advance(split, power, now + span * part / 4);
    now += span;
  }
  const auto a = meter.demand(once), b = meter.demand(split);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(a[i].demand.in(MW), b[i].demand.in(MW), 1e-9);
    EXPECT_EQ(a[i].month, b[i].month);
  }
}

TEST(DemandMeter, RefusesAWindowThatDoesNotDivideADay) {
  EXPECT_THAT([] { DemandMeter(7.0 * minute, SiteClock()); },
              testing::ThrowsMessage<InputError>(
                  "demand meter: window = 420 s must be a whole number of minutes that divides a day"));
  EXPECT_THROW(DemandMeter(Duration(), SiteClock()), InputError);
}

// (900 + 850 + 0 + 700) / 4 = 612.5 MW; x 66 USD/kW-year = 40.425 million USD.
TEST(CoincidentPeak, FourPeaksByHand) {
  const Power peaks[] = {900.0 * MW, 850.0 * MW, 0.0 * MW, 700.0 * MW};
  EXPECT_NEAR(coincident_peak_charge(peaks, PowerPrice(66.0 / 1e3)).in(usd), 40.425e6, 1e-3);
}

TEST(CoincidentPeak, MetersOnlyItsIntervals) {
  const CoincidentPeakMeter meter({{15 * kMinute, 30 * kMinute}, {60 * kMinute, 75 * kMinute}, {kDay, kDay + 1}});
  auto state = meter.start();
  meter.advance(state, 4.0 * MW, 20 * kMinute);  // 5 of 15 minutes at 4 MW
  meter.advance(state, 1.0 * MW, 65 * kMinute);  // 10 at 1 MW, then 5 of 15 at 1 MW
  meter.advance(state, 7.0 * MW, 90 * kMinute);  // 10 at 7 MW
  const auto means = meter.means(state);
  EXPECT_NEAR(means[0].in(MW), 2.0, 1e-12);
  EXPECT_NEAR(means[1].in(MW), 5.0, 1e-12);
  EXPECT_EQ(means[2].in(MW), 0.0);
}

}  // namespace
}  // namespace aifactory
