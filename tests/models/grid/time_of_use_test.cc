#include "models/grid/time_of_use.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aifactory {
namespace {

CalendarSeconds at(int y, int mon, int d, int hour) {
  return calendar_seconds(y, mon, d) + hour * kSecondsPerHour;
}

// Days of the week of a printed calendar.
TEST(Calendar, KnowsDaysOfTheWeekAndLeapDays) {
  const CivilTime epoch = civil_time(0);
  EXPECT_EQ(epoch.year, 1970);
  EXPECT_EQ(epoch.weekday, 3);                          // Thursday 1 January 1970
  EXPECT_EQ(civil_time(at(2022, 7, 4, 0)).weekday, 0);  // a Monday
  EXPECT_EQ(civil_time(at(2024, 2, 29, 23)).day, 29);
  EXPECT_EQ(civil_time(at(2024, 2, 29, 23) + 3600).month, 3);
  EXPECT_EQ(civil_time(-1).year, 1969);
  EXPECT_EQ(civil_time(-1).hour, 23);
  EXPECT_FALSE(date_exists(2023, 2, 29));
  EXPECT_FALSE(date_exists(2023, 13, 1));
}

TEST(SiteClock, LocalIsUtcPlusOffset) {
  const SiteClock clock = SiteClock::from_local(at(2022, 1, 1, 0), -6 * kSecondsPerHour);
  EXPECT_EQ(clock.utc(0), at(2022, 1, 1, 6));
  EXPECT_EQ(clock.local(90 * kTicksPerSecond + 1), at(2022, 1, 1, 0) + 90);
  EXPECT_EQ(clock.local(-1), at(2022, 1, 1, 0) - 1);
  EXPECT_EQ(clock.tick_of_utc(at(2022, 1, 1, 7)), 3600 * kTicksPerSecond);
  EXPECT_EQ(clock.tick_of_local(at(2022, 1, 1, 7)), 7 * 3600 * kTicksPerSecond);
}

// Summer peak on weekdays from 14 to 20, night from 22 to 6, else the rest.
TimeOfUse summer_peak() {
  return TimeOfUse({{.months = {6, 7, 8, 9}, .days = DaysOfWeek::weekdays, .from_hour = 14, .to_hour = 20},
                    {.from_hour = 22, .to_hour = 6},
                    {}});
}

TEST(TimeOfUse, FirstMatchingPeriodApplies) {
  const TimeOfUse tariff = summer_peak();
  EXPECT_EQ(tariff.period_at(at(2022, 7, 4, 14)), 0u);  // Monday
  EXPECT_EQ(tariff.period_at(at(2022, 7, 4, 20)), 2u);
  EXPECT_EQ(tariff.period_at(at(2022, 7, 4, 14) - 1), 2u);
  EXPECT_EQ(tariff.period_at(at(2022, 7, 2, 15)), 2u);   // Saturday
  EXPECT_EQ(tariff.period_at(at(2022, 5, 31, 15)), 2u);  // Tuesday, but May
  EXPECT_EQ(tariff.period_at(at(2022, 7, 4, 23)), 1u);
  EXPECT_EQ(tariff.period_at(at(2022, 7, 5, 5)), 1u);
  EXPECT_EQ(tariff.period_at(at(2022, 7, 5, 6)), 2u);
}

TEST(TimeOfUse, NextChangeIsTheNextOtherPeriod) {
  const TimeOfUse tariff = summer_peak();
  EXPECT_EQ(tariff.next_change_after(at(2022, 7, 4, 13) + 17), at(2022, 7, 4, 14));
  EXPECT_EQ(tariff.next_change_after(at(2022, 7, 4, 14)), at(2022, 7, 4, 20));
  EXPECT_EQ(tariff.next_change_after(at(2022, 7, 1, 23)), at(2022, 7, 2, 6));  // over midnight
  EXPECT_EQ(tariff.next_change_after(at(2022, 7, 2, 6)), at(2022, 7, 2, 22));  // no peak on Saturday
  EXPECT_EQ(TimeOfUse(std::vector<TimeOfUse::Period>(1)).next_change_after(0), INT64_MAX);
  const TimeOfUse leap({{.months = {1, 2}}, {}});
  EXPECT_EQ(leap.next_change_after(at(2024, 1, 1, 0)), at(2024, 3, 1, 0));
  EXPECT_EQ(leap.next_change_after(at(2024, 3, 1, 0)), at(2025, 1, 1, 0));
}

// A Monday in July from noon: 2 h shoulder, 6 h peak, 2 h shoulder, 8 h night, 6 h shoulder.
TEST(TimeOfUse, LaysOutOverTheRun) {
  const SiteClock clock = SiteClock::from_local(at(2022, 7, 4, 12), -5 * kSecondsPerHour);
  const Tick day_ticks = 86'400 * kTicksPerSecond;
  const auto price = summer_peak().lay_out<EnergyPrice>({100.0 * usd_per_MWh, 20.0 * usd_per_MWh, 40.0 * usd_per_MWh},
                                                        clock, day_ticks);
  EXPECT_EQ(price.size(), 5u);
  EXPECT_EQ(price.next_change_after(0), 2 * 3600 * kTicksPerSecond);
  EXPECT_NEAR(mean(price, 0, day_ticks).in(usd_per_MWh), (6 * 100.0 + 8 * 20.0 + 10 * 40.0) / 24.0, 1e-9);
}

TEST(TimeOfUse, NamesWhatIsNotCoveredOrOutOfRange) {
  const auto build = [](std::vector<TimeOfUse::Period> periods) { return [periods] { TimeOfUse{periods}; }; };
  EXPECT_THAT(build({{.from_hour = 0, .to_hour = 24}, {}}), testing::Not(testing::Throws<InputError>()));
  EXPECT_THAT(build({{.days = DaysOfWeek::weekdays}}),
              testing::ThrowsMessage<InputError>(
                  "time of use: no period covers 0:00 to 1:00 on weekends of month 1; a last period without months, "
                  "days and hours covers what is left"));
  EXPECT_THAT(build({{.months = {0}}}),
              testing::ThrowsMessage<InputError>("time of use: period 1: months: 0 must be in 1..12"));
  EXPECT_THAT(build({{}, {.from_hour = 24}}),
              testing::ThrowsMessage<InputError>("time of use: period 2: from_hour = 24 must be in 0..23"));
  EXPECT_THAT(build({{.to_hour = 0}}),
              testing::ThrowsMessage<InputError>("time of use: period 1: to_hour = 0 must be in 1..24"));
}

}  // namespace
}  // namespace aifactory
