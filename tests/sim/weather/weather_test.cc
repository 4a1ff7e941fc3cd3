#include "sim/weather/weather.h"

#include <gtest/gtest.h>

namespace aifactory {
namespace {

constexpr Tick kHour = 3600 * kTicksPerSecond;

OutdoorAir dry_air(double t) {
  return OutdoorAir::from_relative_humidity(Temperature::celsius(t), 0.0);
}

/// Value i is (i / 1000) degC, so that each tells its number.
std::vector<OutdoorAir> numbered(int hours) {
  std::vector<OutdoorAir> air;
  for (int i = 0; i < hours; ++i) air.push_back(dry_air(i / 1000.0));
  return air;
}
long number_at(const Weather& weather, Tick t) {
  return std::lround(weather.at(t).dry_bulb.in_celsius() * 1000.0);
}
SiteClock starting(int y, int mon, int d, int hour = 0) {
  return SiteClock::from_local(calendar_seconds(y, mon, d) + hour * kSecondsPerHour, -7 * kSecondsPerHour);
}

TEST(Weather, TheFirstRowHoldsUntilOneOClock) {
  const Weather weather = Weather::repeating_year(numbered(8760), starting(2023, 1, 1));
  EXPECT_EQ(number_at(weather, 0), 0);
  EXPECT_EQ(number_at(weather, kHour - 1), 0);
  EXPECT_EQ(number_at(weather, kHour), 1);
  EXPECT_EQ(weather.next_change(0), kHour);
  EXPECT_EQ(weather.next_change(kHour - 1), kHour);
  EXPECT_EQ(weather.next_change(kHour), 2 * kHour);
  EXPECT_EQ(weather.end(), kNever);
}

TEST(Weather, StartsAndRepeatsByTheCalendar) {
  const Weather weather = Weather::repeating_year(numbered(8760), starting(2023, 12, 31, 22));
  EXPECT_EQ(number_at(weather, 0), 8758);
  EXPECT_EQ(number_at(weather, 2 * kHour), 0);
  EXPECT_EQ(number_at(weather, 2 * kHour + 366 * 24 * kHour), 0);  // 2024 has 366 days
  EXPECT_EQ(number_at(weather, -23 * kHour), 8735);
}

TEST(Weather, TheLeapDayRepeatsTheDayBefore) {
  const Weather weather = Weather::repeating_year(numbered(8760), starting(2024, 2, 28));
  const int first = 58 * 24;
  EXPECT_EQ(number_at(weather, 0), first);
  EXPECT_EQ(number_at(weather, 24 * kHour), first);
  EXPECT_EQ(number_at(weather, 47 * kHour), first + 23);
  EXPECT_EQ(number_at(weather, 48 * kHour), first + 24);
}

TEST(Weather, AFileWithALeapDayKeepsItForLeapYears) {
  const Weather leap = Weather::repeating_year(numbered(8784), starting(2024, 2, 29));
  EXPECT_EQ(number_at(leap, 0), 59 * 24);
  EXPECT_EQ(number_at(leap, 24 * kHour), 60 * 24);
  const Weather common = Weather::repeating_year(numbered(8784), starting(2023, 2, 28));
  EXPECT_EQ(number_at(common, 23 * kHour), 58 * 24 + 23);
  EXPECT_EQ(number_at(common, 24 * kHour), 60 * 24);
}

TEST(Weather, UsesTheSitesStandardTimeForAStartInUtc) {
  const SiteClock clock = SiteClock::from_utc(calendar_seconds(2023, 1, 1) + 7 * kSecondsPerHour, -7 * kSecondsPerHour);
  EXPECT_EQ(number_at(Weather::repeating_year(numbered(8760), clock), 0), 0);
}

TEST(Weather, DatedRowsHoldAndEnd) {
  const Weather weather = Weather::dated({-kHour, kHour}, {dry_air(1.0), dry_air(2.0)}, 3 * kHour);
  EXPECT_EQ(number_at(weather, 0), 1000);
  EXPECT_EQ(number_at(weather, kHour), 2000);
  EXPECT_EQ(weather.next_change(0), kHour);
  EXPECT_EQ(weather.next_change(kHour), kNever);
  EXPECT_EQ(weather.end(), 3 * kHour);
  EXPECT_EQ(weather.begin(), -kHour);
}

TEST(Weather, ConstantNeverChanges) {
  const Weather weather = Weather::constant(dry_air(21.0));
  EXPECT_EQ(number_at(weather, 1'000'000 * kHour), 21000);
  EXPECT_EQ(weather.next_change(5), kNever);
}

}  // namespace
}  // namespace aifactory
