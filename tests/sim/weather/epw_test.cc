#include "sim/weather/epw.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "models/error.h"
#include "tests/sim/weather/data_folder.h"

namespace aifactory {
namespace {

using Cells = std::vector<std::string>;

/// A year of 20 degC, 50 % and 101325 Pa as an EPW file; `change` may edit or drop (by clearing) any row.
std::string epw_text(const std::function<void(std::vector<Cells>&)>& change = {}, bool leap = false) {
  std::vector<Cells> rows;
  for (int mon = 1; mon <= 12; ++mon) {
    for (int d = 1; d <= days_in_month(mon) + (leap && mon == 2 ? 1 : 0); ++d) {
      for (int hour = 1; hour <= 24; ++hour) {
        rows.push_back({"1999", std::to_string(mon), std::to_string(d), std::to_string(hour), "60", "?", "20.0", "9.3",
                        "50", "101325", "0"});
      }
    }
  }
  if (change) change(rows);
  std::string text =
      "LOCATION,Testville,TX,USA,Made,000000,32.90,-97.02,-6.0,171.0\r\nDESIGN CONDITIONS,0\r\n"
      "TYPICAL/EXTREME PERIODS,0\r\nGROUND TEMPERATURES,0\r\nHOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0\r\nCOMMENTS 1\r\n"
      "COMMENTS 2\r\nDATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31\r\n";
  for (const Cells& row : rows) {
    if (row.empty()) continue;
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : ",") + row[i];
    text += "\r\n";
  }
  return text;
}

auto parsing(const std::string& text) {
  return [text] { parse_epw(text, "t.epw"); };
}
auto says(const std::string& message) {
  return testing::ThrowsMessage<InputError>(message);
}

TEST(Epw, ReadsLocationAndHours) {
  const EpwFile epw = parse_epw(epw_text([](auto& rows) {
                                  rows[1][6] = "-3.5";
                                  rows[1][8] = "107";
                                }),
                                "t.epw");
  EXPECT_EQ(epw.city, "Testville");
  EXPECT_EQ(epw.country, "USA");
  EXPECT_DOUBLE_EQ(epw.latitude_deg, 32.90);
  EXPECT_DOUBLE_EQ(epw.longitude_deg, -97.02);
  EXPECT_EQ(epw.utc_offset, -6 * 3600);
  EXPECT_DOUBLE_EQ(epw.elevation.in(m), 171.0);
  ASSERT_EQ(epw.hours.size(), 8760u);
  EXPECT_DOUBLE_EQ(epw.hours[0].dry_bulb.in_celsius(), 20.0);
  EXPECT_DOUBLE_EQ(epw.hours[0].relative_humidity, 0.5);
  EXPECT_DOUBLE_EQ(epw.hours[1].dry_bulb.in_celsius(), -3.5);
  EXPECT_DOUBLE_EQ(epw.hours[1].relative_humidity, 1.0);  // 107 % is saturated
  // Wet bulb of 20 degC, 50 %, 101325 Pa: 13.70 degC on the ASHRAE sea-level chart.
  EXPECT_NEAR(epw.outdoor_air()[0].wet_bulb.in_celsius(), 13.7, 0.1);
}

TEST(Epw, AcceptsALeapYear) {
  EXPECT_EQ(parse_epw(epw_text({}, true), "t.epw").hours.size(), 8784u);
}

// Row i of the year stands on line i + 9; hour 5 of 3 January is row 52, line 61.
TEST(Epw, NamesMissingAndRepeatedHours) {
  EXPECT_THAT(parsing(epw_text([](auto& rows) { rows[52].clear(); })),
              says("t.epw:61: hour 5 of 3 January is missing before hour 6 of 3 January"));
  EXPECT_THAT(parsing(epw_text([](auto& rows) { rows[52] = rows[51]; })),
              says("t.epw:61: hour 4 of 3 January is repeated\n"
                   "t.epw:62: hour 5 of 3 January is missing before hour 6 of 3 January"));
  EXPECT_THAT(parsing(epw_text([](auto& rows) { rows.insert(rows.begin() + 52, rows[51]); })),
              says("t.epw:61: hour 4 of 3 January is repeated"));
  EXPECT_THAT(parsing(epw_text([](auto& rows) { rows.erase(rows.begin() + 24, rows.begin() + 72); })),
              says("t.epw:33: 48 hours from hour 1 of 2 January are missing before hour 1 of 4 January"));
  EXPECT_THAT(parsing(epw_text([](auto& rows) { rows.pop_back(); })),
              says("t.epw: the last row is hour 23 of 31 December; the year must end with hour 24 of 31 December"));
  EXPECT_THAT(parsing(epw_text([](auto& rows) { std::swap(rows[10], rows[12]); })),
              says("t.epw:19: 2 hours from hour 11 of 1 January are missing before hour 13 of 1 January\n"
                   "t.epw:20: hour 12 of 1 January is repeated or out of order; expected hour 14 of 1 January\n"
                   "t.epw:21: hour 11 of 1 January is repeated or out of order; expected hour 13 of 1 January\n"
                   "t.epw:22: 2 hours from hour 12 of 1 January are missing before hour 14 of 1 January"));
  EXPECT_THAT(parsing(epw_text([](auto& rows) { rows[0][3] = "0"; })),
              says("t.epw:9: month 1, day 1, hour 0 is no hour of a year (hours are 1 to 24)"));
}

TEST(Epw, NamesMissingAndImpossibleValues) {
  EXPECT_THAT(parsing(epw_text([](auto& rows) {
                rows[0][6] = "99.9";
                rows[1][8] = "999";
                rows[2][9] = "999999";
              })),
              says("t.epw:9: hour 1 of 1 January: dry bulb is missing (99.9)\n"
                   "t.epw:10: hour 2 of 1 January: relative humidity is missing (999)\n"
                   "t.epw:11: hour 3 of 1 January: station pressure is missing (999999)"));
  EXPECT_THAT(parsing(epw_text([](auto& rows) {
                rows[0][6] = "71";
                rows[1][8] = "";
                rows[2][9] = "nan";
              })),
              says("t.epw:9: hour 1 of 1 January: dry bulb = 71 degC must be in -70..70 degC\n"
                   "t.epw:10: hour 2 of 1 January: relative humidity '' is no number\n"
                   "t.epw:11: hour 3 of 1 January: station pressure 'nan' is no number"));
  EXPECT_THAT(parsing(epw_text([](auto& rows) {
                for (auto& row : rows) row[6] = "99.9";
              })),
              testing::Throws<InputError>(
                  testing::Property(&InputError::what, testing::EndsWith("\nt.epw: 8750 more like these"))));
}

TEST(Epw, RefusesOtherFilesByTheirFirstLines) {
  EXPECT_THAT(parsing(""), says("t.epw:1: not an EPW file: the first line must begin with LOCATION"));
  EXPECT_THAT(parsing("time,dry_bulb_c\n"), says("t.epw:1: not an EPW file: the first line must begin with LOCATION"));
  EXPECT_THAT(parsing("LOCATION,a,b,c,d,e,1,2,3,4\n"),
              says("t.epw: 1 lines; an EPW file has 8 header lines and 8760 rows"));
  std::string text = epw_text();
  text.replace(text.find("32.90"), 5, "NORTH");
  EXPECT_THAT(parsing(text), says("t.epw:1: LOCATION: latitude 'NORTH' must be in -90..90"));
  text = epw_text();
  text.replace(text.find("PERIODS,1,1"), 11, "PERIODS,1,4");
  EXPECT_THAT(parsing(text), says("t.epw:8: 1 data periods of 4 records per hour; one period of one record is read"));
  EXPECT_THAT([] { read_epw("/nowhere/x.epw"); }, says("/nowhere/x.epw: cannot be opened: No such file or directory"));
}

// Annual mean and 99.6 % (ascending, index 8724 of 8760) of wet bulb and dry bulb, computed from the same three files
// by an independent ASHRAE psychrometrics program; the dry bulb is one of the file's own numbers, hence exact.  The
// means leave 0.005 K: where the equations over water and over ice both have a root near 0 degC the two programs choose
// differently, which is felt in the dry cold of Denver.
struct Anchor {
  const char* place;
  const char* file;
  double wet_bulb_mean, wet_bulb_996, dry_bulb_996;
};
class EpwAnchors : public testing::TestWithParam<Anchor> {};
TEST_P(EpwAnchors, WetBulbOfThePublishedYear) {
  AIF_DATA_FILE(path, GetParam().file);
  std::vector<double> wet, dry;
  double sum = 0.0;
  for (const OutdoorAir& air : read_epw(path).outdoor_air()) {
    wet.push_back(air.wet_bulb.in_celsius());
    dry.push_back(air.dry_bulb.in_celsius());
    sum += wet.back();
  }
  std::sort(wet.begin(), wet.end());
  std::sort(dry.begin(), dry.end());
  EXPECT_NEAR(sum / 8760.0, GetParam().wet_bulb_mean, 5e-3);
  EXPECT_NEAR(wet[8724], GetParam().wet_bulb_996, 1e-3);
  EXPECT_NEAR(dry[8724], GetParam().dry_bulb_996, 1e-9);
}
INSTANTIATE_TEST_SUITE_P(
    , EpwAnchors,
    testing::Values(Anchor{"Dallas", "weather/USA_TX_Dallas-Fort.Worth.epw", 14.6343, 26.784, 38.30},
                    Anchor{"Denver", "weather/USA_CO_Denver.Intl.AP.725650_TMY3.epw", 4.8748, 18.152, 34.40},
                    Anchor{"Chicago", "weather/USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw", 7.1473, 25.440, 32.20}),
    [](const auto& instance) { return instance.param.place; });

}  // namespace
}  // namespace aifactory
