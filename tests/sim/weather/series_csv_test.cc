#include "sim/weather/series_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "models/error.h"
#include "tests/accuracy.h"
#include "tests/sim/weather/data_folder.h"

namespace aifactory {
namespace {

constexpr CalendarSeconds kTexas = -6 * kSecondsPerHour;

CsvSeries parse(const std::string& text, const SeriesCsvOptions& options = {}) {
  return parse_series_csv(text, "p.csv", options, kTexas);
}
auto parsing(const std::string& text, const SeriesCsvOptions& options = {}) {
  return [text, options] { parse(text, options); };
}
auto says(const std::string& message) {
  return testing::ThrowsMessage<InputError>(message);
}

TEST(SeriesCsv, OffsetsOfTheStampsWin) {
  // The spring change of 2022 in Texas: 01:00 standard time is followed by 03:00 daylight time, one hour later.
  const CsvSeries csv = parse(
      "Datetime,Price\n2022-03-13 01:00:00-06:00,10\n2022-03-13 03:00:00-05:00,20\n2022-03-13 04:00:00-05:00,30\n");
  EXPECT_EQ(csv.utc[0], calendar_seconds(2022, 3, 13) + 7 * 3600);
  EXPECT_EQ(csv.utc[1] - csv.utc[0], 3600);
  EXPECT_EQ(csv.end_utc - csv.utc[2], 3600);
  EXPECT_EQ(csv.report.missing_rows_held, 0u);
}

TEST(SeriesCsv, NaiveStampsAreWhatTheCallerSays) {
  const std::string text = "t,v\n2022-01-01 00:00:00,1\n";
  EXPECT_EQ(parse(text).utc[0], calendar_seconds(2022, 1, 1));
  EXPECT_EQ(parse(text, {.time_column = {}, .value_column = {}, .zone = StampZone::site}).utc[0],
            calendar_seconds(2022, 1, 1) + 6 * 3600);
}

TEST(SeriesCsv, BlanksAndGapsAreHeldAndCounted) {
  const std::string text =
      "t,x,v\n2022-01-01T00:00,9,5\n2022-01-01T01:00,9,\n2022-01-01T02:00,9,NaN\n2022-01-01T06:00,9,7\n";
  const CsvSeries csv = parse(text, {.time_column = "t", .value_column = "v"});
  EXPECT_EQ(csv.report.rows, 4u);
  EXPECT_EQ(csv.report.blanks_held, 2u);
  EXPECT_EQ(csv.report.missing_rows_held, 3u);
  const auto price = on_clock(csv, usd_per_MWh, SiteClock::from_utc(calendar_seconds(2022, 1, 1), kTexas));
  EXPECT_DOUBLE_EQ(price.value_at(5 * 3600 * kTicksPerSecond).in(usd_per_MWh), 5.0);
  EXPECT_EQ(price.next_change_after(0), 6 * 3600 * kTicksPerSecond);
  EXPECT_THAT(parsing(text, {.time_column = {}, .value_column = "v", .zone = StampZone::utc, .gaps = GapRule::refuse}),
              says("p.csv:3: v is blank\np.csv:4: v is blank"));
  EXPECT_THAT(parsing("t,v\n2022-01-01T00:00,5\n2022-01-01T01:00,5\n2022-01-01T02:00,5\n2022-01-01T06:00,7\n",
                      {.time_column = {}, .value_column = {}, .zone = StampZone::utc, .gaps = GapRule::refuse}),
              says("p.csv:5: 14400 s after the row before; rows are 3600 s apart"));
}

TEST(SeriesCsv, NamesWhatIsWrong) {
  EXPECT_THAT(parsing(""), says("p.csv: no header line"));
  EXPECT_THAT(parsing("t,v\n"), says("p.csv: no rows after the header"));
  EXPECT_THAT(parsing("t,v\n2022-01-01,\n"), says("p.csv:2: v is blank and there is no earlier value to hold"));
  EXPECT_THAT(parsing("t,v\n2022-01-01,1\n2022-01-01,2\n2021-12-31,3\n"),
              says("p.csv:3: 2022-01-01 is the same instant as the row before\n"
                   "p.csv:4: 2021-12-31 is earlier than the row before"));
  EXPECT_THAT(parsing("t,v\n1/1/2022,1\n2022-01-01,1e\n"),
              says("p.csv:2: '1/1/2022' is no time such as 2022-01-01T06:00 or 2022-01-01 06:00:00-06:00\n"
                   "p.csv:3: v '1e' is no number"));
  EXPECT_THAT(parsing("t,a,b\n2022-01-01,1,2\n"),
              says("p.csv: value_column must say which of these is the value: a, b"));
  EXPECT_THAT(parsing("t,a,b\n2022-01-01,1,2\n", {.time_column = {}, .value_column = "c"}),
              says("p.csv: no column 'c'; there are: t, a, b"));
}

TEST(SeriesCsv, RefusesARunThatTheFileDoesNotCover) {
  const CalendarSeconds begin = calendar_seconds(2022, 1, 1), end = calendar_seconds(2023, 1, 1);
  const auto check = [&](CalendarSeconds start, Duration horizon) {
    return [=] { check_coverage("p.csv", begin, end, SiteClock::from_utc(start, kTexas), horizon); };
  };
  EXPECT_NO_THROW(check(begin, 365.0 * day)());
  EXPECT_NO_THROW(check(begin, Duration())());
  EXPECT_THAT(
      check(begin, 365.0 * day + 1.0 * s),
      says("p.csv: covers 2022-01-01 00:00:00 to 2023-01-01 00:00:00 UTC, but the run is 2022-01-01 00:00:00 to "
           "2023-01-01 00:00:01 UTC"));
  EXPECT_THAT(check(begin - 1, 1.0 * h), testing::Throws<InputError>());
  EXPECT_THAT(check(end, Duration()),
              says("p.csv: covers 2022-01-01 00:00:00 to 2023-01-01 00:00:00 UTC, but the run starts at 2023-01-01 "
                   "00:00:00 UTC"));
}

// The sums are those of the published files themselves: 8,760 ERCOT day-ahead prices of 2022 add to 563,356.17 USD/MWh,
// so 1 MW all year pays that, 64.3101 USD/MWh on average.
TEST(SeriesCsv, FlatMegawattOnErcot2022) {
  AIF_DATA_FILE(path, "grid_price/US-TEX-ERCO_electricity_prices_2022.csv");
  const SiteClock clock = SiteClock::from_local(calendar_seconds(2022, 1, 1), kTexas);
  const CsvSeries csv = read_series_csv(path, {}, kTexas);
  check_coverage(path, csv.utc.front(), csv.end_utc, clock, 365.0 * day);
  EXPECT_EQ(csv.report.rows, 8760u);
  EXPECT_EQ(csv.report.missing_rows_held, 0u);
  const auto price = on_clock(csv, usd_per_MWh, clock);
  StepSeries<EnergyPrice>::Cursor cursor(price);
  const Tick year_end = to_ticks(365.0 * day);
  accuracy_near("ercot_megawatt", integrate<EnergyPrice>(cursor, 1.0 * MW, 0, year_end).in(usd), 563'356.17, 0.005);
  EXPECT_NEAR(mean(price, 0, year_end).in(usd_per_MWh), 64.3101, 5e-5);
}

TEST(SeriesCsv, PjmPricesAreNaiveUtcAndLackTheLastDay) {
  AIF_DATA_FILE(path, "grid_price/US-MIDA-PJM_electricity_prices_2022.csv");
  const CsvSeries csv = read_series_csv(path, {}, -5 * kSecondsPerHour);
  EXPECT_EQ(csv.report.rows, 8736u);
  const SiteClock clock = SiteClock::from_local(calendar_seconds(2022, 1, 1), -5 * kSecondsPerHour);
  EXPECT_NO_THROW(check_coverage(path, csv.utc.front(), csv.end_utc, clock, 364.0 * day));
  EXPECT_THAT([&] { check_coverage("pjm.csv", csv.utc.front(), csv.end_utc, clock, 365.0 * day); },
              says("pjm.csv: covers 2022-01-01 05:00:00 to 2022-12-31 05:00:00 UTC, but the run is 2022-01-01 05:00:00 "
                   "to 2023-01-01 05:00:00 UTC"));
}

// Mean of the 8,760 hourly values of the file's avg_CI column, without weights: 347.2019 g/kWh.
TEST(SeriesCsv, CarbonOfErcotAndBlanksOfPjm) {
  AIF_DATA_FILE(ercot, "grid_carbon/ERCO_NG_avgCI_2022.csv");
  const SiteClock clock = SiteClock::from_utc(calendar_seconds(2022, 1, 1), kTexas);
  const auto carbon =
      on_clock(read_series_csv(ercot, {.time_column = {}, .value_column = "avg_CI"}, kTexas), g_per_kWh, clock);
  EXPECT_NEAR(mean(carbon, 0, to_ticks(365.0 * day)).in(g_per_kWh), 347.2019, 5e-5);
  AIF_DATA_FILE(pjm, "grid_carbon/PJM_NG_avgCI_2022.csv");
  EXPECT_EQ(read_series_csv(pjm, {.time_column = {}, .value_column = "avg_CI"}, kTexas).report.blanks_held, 23u);
}

}  // namespace
}  // namespace aifactory
